package trackers

import (
	"context"
	"encoding/json"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// ConfigureLinks makes the stored trackers match the configuration: new ones
// are added, changed settings are taken over, others are paused. Called at start.
func (a *Trackers) ConfigureLinks(ctx context.Context, links []plumbline.LinkState) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		old, err := tx.Links()
		if err != nil {
			return err
		}
		byID := map[plumbline.LinkID]plumbline.LinkState{}
		for _, l := range old {
			byID[l.ID] = l
		}
		for _, l := range links {
			merged, same := mergeLink(byID[l.ID], l)
			delete(byID, l.ID)
			if same {
				continue
			}
			if err := tx.PutLink(merged); err != nil {
				return err
			}
		}
		for _, l := range byID {
			if l.Paused != "" {
				continue
			}
			l.Paused, l.Health = unconfigured, "paused"
			if err := tx.PutLink(l); err != nil {
				return err
			}
		}
		return nil
	})
}

const unconfigured = "It is not in the configuration any more."

// mergeLink lays the configured settings over what is stored. Another project
// under the same name starts anew: its backfill must be released again.
func mergeLink(old, conf plumbline.LinkState) (plumbline.LinkState, bool) {
	if old.ID == "" || old.URL != conf.URL || old.Project != conf.Project {
		conf.Health = "new"
		return conf, false
	}
	l := old
	l.Kind, l.Separator, l.ReadOnly = conf.Kind, conf.Separator, conf.ReadOnly
	l.KeepLabel, l.OnDecline = conf.KeepLabel, conf.OnDecline
	if l.Paused == unconfigured {
		l.Paused, l.Health = "", "new"
	}
	return l, l == old
}

// LinkStates are the trackers for the worker.
func (a *Trackers) LinkStates(ctx context.Context) (out []plumbline.LinkState, err error) {
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		out, err = tx.Links()
		return err
	})
	return out, err
}

// Links are the trackers for the settings page.
func (a *Trackers) Links(ctx context.Context, who plumbline.Actor) ([]LinkView, error) {
	if err := rights.Need(who, rights.ReadSettings); err != nil {
		return nil, err
	}
	var out []LinkView
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		links, err := tx.Links()
		if err != nil {
			return err
		}
		for _, l := range links {
			v, err := a.viewLink(tx, l)
			if err != nil {
				return err
			}
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

func (a *Trackers) viewLink(tx *store.Tx, l plumbline.LinkState) (v LinkView, err error) {
	v.LinkState = l
	if v.Mirrors, err = tx.CountMirrors(l.ID); err != nil {
		return v, err
	}
	if v.Queue, err = tx.CountRefreshes(l.ID); err != nil {
		return v, err
	}
	if v.Actions, err = tx.CountActions(l.ID); err != nil {
		return v, err
	}
	if v.Waiting, err = a.planned(tx, l.ID); err != nil {
		return v, err
	}
	if l.Confirmed.IsZero() {
		if v.Pickups, err = a.held(tx, l.ID); err != nil {
			return v, err
		}
	}
	v.Asked, v.Answer, err = answers(tx, l.ID)
	return v, err
}

// held lists the issues that wait for the backfill to be released.
func (a *Trackers) held(tx *store.Tx, id plumbline.LinkID) ([]PlannedPickup, error) {
	var out []PlannedPickup
	after := ""
	for {
		ms, err := tx.Mirrors(id, after, 500)
		if err != nil || len(ms) == 0 {
			return out, err
		}
		for _, m := range ms {
			if a.waits(m) && len(out) < 100 {
				out = append(out, PlannedPickup{Ref: m.Ref, Title: m.Snapshot.Title, URL: m.Snapshot.URL})
			}
			after = m.Ref
		}
	}
}

// waits says whether an issue would be picked up.
func (a *Trackers) waits(m plumbline.Mirror) bool {
	if m.Active || !m.Snapshot.Open || m.Item != "" || !m.Gone.IsZero() {
		return false
	}
	for _, def := range a.book.All() {
		if def.Trigger != "" && m.Snapshot.HasLabel(def.Trigger) {
			return true
		}
	}
	return false
}

// editLink changes a stored tracker, with an event.
func (a *Trackers) editLink(ctx context.Context, who plumbline.Actor, id plumbline.LinkID, typ string, fn func(tx *store.Tx, l *plumbline.LinkState) error) error {
	if err := rights.Need(who, rights.ManageLinks); err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		l, err := knownLink(tx, id)
		if err != nil {
			return err
		}
		if err := fn(tx, &l); err != nil {
			return err
		}
		if err := tx.PutLink(l); err != nil {
			return err
		}
		return a.System(tx, who, typ, map[string]string{"link": string(id)})
	})
}

func knownLink(tx *store.Tx, id plumbline.LinkID) (plumbline.LinkState, error) {
	l, err := tx.Link(id)
	if err != nil && plumbline.KindOf(err) == plumbline.NotFound {
		err = plumbline.Errorf(plumbline.NotFound, "There is no tracker %q in the configuration.", id)
	}
	return l, err
}

// PauseLink stops reading and writing a tracker; an empty reason resumes.
func (a *Trackers) PauseLink(ctx context.Context, who plumbline.Actor, id plumbline.LinkID, reason string) error {
	typ := "tracker paused"
	if reason == "" {
		typ = "tracker resumed"
	}
	return a.editLink(ctx, who, id, typ, func(_ *store.Tx, l *plumbline.LinkState) error {
		l.Paused, l.Health, l.Detail = reason, "paused", reason
		if reason == "" {
			l.Health, l.Detail = "new", ""
		}
		return nil
	})
}

// ReleaseBackfill lets a tracker's backfill be acted on: what it planned is
// picked up, and from now on the tracker is written to.
func (a *Trackers) ReleaseBackfill(ctx context.Context, who plumbline.Actor, id plumbline.LinkID) error {
	return a.editLink(ctx, who, id, "backfill released", func(tx *store.Tx, l *plumbline.LinkState) error {
		if l.Filled.IsZero() {
			return plumbline.Errorf(plumbline.Conflict, "The tracker is still being read for the first time. Release it when the list of pick-ups is complete.")
		}
		if !l.Confirmed.IsZero() {
			return plumbline.Errorf(plumbline.Conflict, "The backfill was released already.")
		}
		l.Confirmed = a.now()
		return a.queueHeld(tx, id)
	})
}

func (a *Trackers) queueHeld(tx *store.Tx, id plumbline.LinkID) error {
	after := ""
	for {
		ms, err := tx.Mirrors(id, after, 500)
		if err != nil || len(ms) == 0 {
			return err
		}
		for _, m := range ms {
			after = m.Ref
			if !a.waits(m) {
				continue
			}
			if err := tx.QueueRefresh(id, m.Ref, "backfill", a.now()); err != nil {
				return err
			}
		}
	}
}

// RetryActions puts a tracker's held, failed and ignored actions back to waiting.
func (a *Trackers) RetryActions(ctx context.Context, who plumbline.Actor, id plumbline.LinkID) (n int, err error) {
	err = a.editLink(ctx, who, id, "writes retried", func(tx *store.Tx, _ *plumbline.LinkState) error {
		acts, err := tx.Actions(id, []plumbline.ActionStatus{plumbline.ActionHeld, plumbline.ActionFailed, plumbline.ActionIgnored}, 1000)
		for _, act := range acts {
			act.Status, act.Attempts, act.NotBefore, act.Done = plumbline.ActionWaiting, 0, a.now(), 0
			if err := tx.UpdateAction(act); err != nil {
				return err
			}
		}
		n = len(acts)
		return err
	})
	return n, err
}

// LinkSeen notes what the worker learnt of a tracker: who we are there, how it
// is, how far the poll came. Change gets the stored state and edits it. A
// backfill that found nothing to pick up needs no release.
func (a *Trackers) LinkSeen(ctx context.Context, id plumbline.LinkID, change func(*plumbline.LinkState)) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		l, err := knownLink(tx, id)
		if err != nil {
			return err
		}
		was := l
		change(&l)
		if was.Filled.IsZero() && !l.Filled.IsZero() && l.Confirmed.IsZero() {
			pickups, err := a.held(tx, id)
			if err != nil {
				return err
			}
			if len(pickups) == 0 {
				l.Confirmed = a.now()
			}
		}
		if l == was {
			return nil
		}
		if err := tx.PutLink(l); err != nil {
			return err
		}
		if l.Health == was.Health && l.Paused == was.Paused && l.Confirmed == was.Confirmed {
			return nil
		}
		who := plumbline.SystemActor("link:" + string(id))
		return a.System(tx, who, "tracker "+l.Health, map[string]string{"link": string(id), "detail": l.Detail})
	})
}

// AskLink asks the worker to do something with a tracker and to leave an
// answer: "test" (resolve it again), "plan" (a dry run) or "sync" (a pass now).
func (a *Trackers) AskLink(ctx context.Context, who plumbline.Actor, id plumbline.LinkID, what string) error {
	if what != "test" && what != "plan" && what != "sync" {
		return plumbline.FieldError("what", "A tracker can be asked for test, plan or sync, not %q.", what)
	}
	return a.editLink(ctx, who, id, "tracker asked", func(tx *store.Tx, _ *plumbline.LinkState) error {
		b, err := json.Marshal(LinkQuestion{Link: id, What: what, At: a.now()})
		if err != nil {
			return err
		}
		return tx.PutSetting("ask:"+string(id), string(b))
	})
}

// AskedOfLinks takes the open questions for the worker: each is handed out once.
func (a *Trackers) AskedOfLinks(ctx context.Context) ([]LinkQuestion, error) {
	var out []LinkQuestion
	links, err := a.LinkStates(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		q, err := a.takeQuestion(ctx, l.ID)
		if err != nil {
			return nil, err
		}
		if q != nil {
			out = append(out, *q)
		}
	}
	return out, nil
}

// takeQuestion hands out a tracker's question once, by a lease of its own.
func (a *Trackers) takeQuestion(ctx context.Context, id plumbline.LinkID) (*LinkQuestion, error) {
	var q *LinkQuestion
	err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
		q, _, err = answers(tx, id)
		return err
	})
	if err != nil || q == nil {
		return nil, err
	}
	taken := false
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		name := "asked:" + string(id) + ":" + q.At.Std().Format(time.RFC3339Nano)
		taken, err = tx.Lease(name, store.NewID(), a.now(), time.Hour)
		return err
	})
	if err != nil || !taken {
		return nil, err
	}
	return q, nil
}

// answers reads the open question and the newest answer.
func answers(tx *store.Tx, id plumbline.LinkID) (q *LinkQuestion, an *LinkAnswer, err error) {
	s, ok, err := tx.Setting("answer:" + string(id))
	if err != nil {
		return nil, nil, err
	}
	if ok {
		an = &LinkAnswer{}
		if err := json.Unmarshal([]byte(s), an); err != nil {
			return nil, nil, err
		}
	}
	if s, ok, err = tx.Setting("ask:" + string(id)); err != nil || !ok {
		return nil, an, err
	}
	q = &LinkQuestion{}
	if err := json.Unmarshal([]byte(s), q); err != nil {
		return nil, nil, err
	}
	if an != nil && an.At >= q.At {
		q = nil
	}
	return q, an, nil
}

// AnswerLink stores the worker's answer, line by line.
func (a *Trackers) AnswerLink(ctx context.Context, q LinkQuestion, lines []string) error {
	b, err := json.Marshal(LinkAnswer{LinkQuestion: q, Lines: lines, Answered: a.now()})
	if err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutSetting("answer:"+string(q.Link), string(b)); err != nil {
			return err
		}
		who := plumbline.SystemActor("link:" + string(q.Link))
		return a.System(tx, who, "tracker answered", map[string]string{"link": string(q.Link), "what": q.What})
	})
}
