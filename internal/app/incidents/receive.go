package incidents

import (
	"context"
	"fmt"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

const (
	heardEvery = time.Minute         // the newest delivery of a source is noted at most so often
	keptFor    = 30 * 24 * time.Hour // deliveries that were taken in
	takenAtOne = 20                  // deliveries that are handed out at once
)

// ConfigureAlarmSources makes the configured sources of alarms known, in their order,
// and forgets others. What they told stays.
func (r *Room) ConfigureAlarmSources(ctx context.Context, all []plumbline.AlarmSource) error {
	return r.db.Write(ctx, func(tx *store.Tx) error {
		old, err := tx.AlarmSources()
		if err != nil {
			return err
		}
		changed := len(old) != len(all)
		for i, s := range all {
			at := slices.IndexFunc(old, func(o plumbline.AlarmSource) bool { return o.ID == s.ID })
			if at < 0 {
				changed = true
			} else {
				was := old[at]
				changed = changed || at != i || was.Kind != s.Kind || was.Product != s.Product
				s.Heard, s.Rejected, s.Problem = was.Heard, was.Rejected, was.Problem
			}
			if err := tx.PutAlarmSource(i, s); err != nil {
				return err
			}
		}
		for _, o := range old {
			if !slices.ContainsFunc(all, func(s plumbline.AlarmSource) bool { return s.ID == o.ID }) {
				if err := tx.DropAlarmSource(o.ID); err != nil {
					return err
				}
			}
		}
		if !changed {
			return nil
		}
		return r.note(tx, plumbline.SystemActor("serve"), plumbline.Confidential, "sources of alarms configured", told{Text: fmt.Sprint(len(all))})
	})
}

// AlarmSources are the sources of alarms and how they are.
func (r *Room) AlarmSources(ctx context.Context, who plumbline.Actor) (out []plumbline.AlarmSource, err error) {
	if err := rights.Need(who, rights.ReadSettings); err != nil {
		return nil, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = tx.AlarmSources()
		return err
	})
	return out, err
}

// ReceiveAlarms keeps a verified delivery, to be taken in later; a repeat of the same
// one does nothing and is not fresh.
func (r *Room) ReceiveAlarms(ctx context.Context, d plumbline.Delivery, body []byte) (isFresh bool, err error) {
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		s, err := tx.AlarmSource(d.Link)
		if err != nil {
			return err
		}
		if isFresh, err = tx.InsertAlarmDelivery(d, body, r.now()); err != nil {
			return err
		}
		if r.now().Sub(s.Heard) < heardEvery {
			return nil
		}
		s.Heard = r.now()
		return tx.UpdateAlarmSource(s)
	})
	return isFresh, err
}

// RejectAlarms counts a delivery that was refused; nothing of it is kept.
func (r *Room) RejectAlarms(ctx context.Context, id plumbline.LinkID) error {
	return r.db.Write(ctx, func(tx *store.Tx) error {
		s, err := tx.AlarmSource(id)
		if err != nil {
			return err
		}
		s.Rejected++
		return tx.UpdateAlarmSource(s)
	})
}

// WaitingAlarms are deliveries to be read, in the order in which they came.
func (r *Room) WaitingAlarms(ctx context.Context) (out []store.AlarmDelivery, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = tx.WaitingAlarms(takenAtOne)
		return err
	})
	return out, err
}

// TakeAlarms takes a delivery in as it was read. One that was taken in meanwhile does
// nothing. Its fate is kept with it: what it told, why it was passed over, or what is
// wrong with it.
func (r *Room) TakeAlarms(ctx context.Context, d store.AlarmDelivery, read plumbline.AlarmReading) error {
	return r.db.Write(ctx, func(tx *store.Tx) error {
		fate := fmt.Sprintf("%d alarms", len(read.Alarms))
		if read.More > 0 {
			fate += fmt.Sprintf(", and %d were left out", read.More)
		}
		switch {
		case read.Fault != "":
			fate = "cannot be read: " + clip(read.Fault, 300)
		case read.Passed != "":
			fate = "passed over: " + clip(read.Passed, 300)
		}
		waiting, err := tx.TookAlarms(d.Source, d.ID, fate, r.now())
		if err != nil || !waiting {
			return err
		}
		if err := tx.PurgeAlarmDeliveries(r.now().Add(-keptFor)); err != nil {
			return err
		}
		s, err := tx.AlarmSource(d.Source)
		if plumbline.KindOf(err) == plumbline.NotFound {
			s, err = plumbline.AlarmSource{ID: d.Source}, nil // not configured any more: what came is taken in all the same
		}
		if err != nil {
			return err
		}
		if err := r.noteProblem(tx, s, read, fate); err != nil {
			return err
		}
		return r.gather(tx, plumbline.SystemActor("alarms:"+string(d.Source)), s, d, read.Alarms)
	})
}

// noteProblem keeps with a source what is wrong with its newest delivery.
func (r *Room) noteProblem(tx *store.Tx, s plumbline.AlarmSource, read plumbline.AlarmReading, fate string) error {
	problem := ""
	if read.Fault != "" || read.More > 0 {
		problem = "The newest delivery: " + fate + "."
	}
	if s.Problem == problem {
		return nil
	}
	s.Problem = problem
	return tx.UpdateAlarmSource(s)
}
