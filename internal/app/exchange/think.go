package exchange

import (
	"strings"

	"plumbline"
	"plumbline/internal/app/order"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// thought puts into a row what people there thought of its factors, now and
// before, each under the name of who thought it. The round in which it was said
// stays there. Amounts come in by the hands of the cleared only.
func (w *row) thought(r *run, policy *rank.Policy) {
	if w.in.Carried == nil {
		return
	}
	now, amounts := r.now(), 0
	last := map[string]int{} // by factor and person, what has not ended
	for _, c := range w.in.Carried.Estimates {
		was := nameOr(string(c.By), c.ByName)
		e := plumbline.Estimate{
			ID: idIn(r.in.Source, w.in.External, c.ID), Factor: c.Factor, Value: plumbline.Hide(c.Value), Grade: c.Grade, Source: c.Source, Invented: c.Invented,
			At: within(c.At, w.item.Created, now), Observed: within(c.Observed, w.item.Created, now), Ended: within(c.Ended, 0, now),
		}
		f, err := order.FactorOf(policy, e.Factor)
		if err == nil && f.Private && !r.who.Cleared {
			amounts++
			continue
		}
		if err == nil {
			err = e.Validate()
		}
		if err == nil {
			err = order.OnScale(f, c.Value)
		}
		if err != nil {
			w.remark("an estimate is left out: %s", strings.TrimSuffix(plumbline.TextOf(err), "."))
			continue
		}
		if voice := string(e.Factor) + "\n" + r.handleOf(was); e.Ended.IsZero() {
			if i, ok := last[voice]; ok {
				w.estimates[i].Ended = e.At
			}
			last[voice] = len(w.estimates)
		}
		w.estimates, w.judges = append(w.estimates, e), append(w.judges, was)
	}
	if amounts > 0 {
		w.remark("estimates of amounts are for the cleared: %d left out", amounts)
		w.hash += "-" // the same row brings them when somebody cleared imports it
	}
}

// rethink adds to an item that came again what was estimated there since, ends
// what ended there, and says in words that it did.
func (r *run) rethink(tx *store.Tx, b *batch, w *row, id plumbline.ItemID) (more []string, err error) {
	there := map[string]plumbline.Estimate{}
	for _, e := range b.parts.Estimates[id] {
		there[e.ID] = e
	}
	var fresh []store.NewEstimate
	for _, e := range w.estimates {
		was, known := there[e.ID]
		switch {
		case !known:
			e.Item = id
			fresh = append(fresh, store.NewEstimate{Estimate: e})
		case was.Ended.IsZero() && !e.Ended.IsZero():
			more = []string{"estimates"}
			if r.in.DryRun {
				continue
			}
			if err := tx.EndEstimate(e.ID, e.Ended); err != nil {
				return nil, err
			}
		}
	}
	if len(fresh) == 0 {
		return more, nil
	}
	if r.in.DryRun {
		return []string{"estimates"}, nil
	}
	return []string{"estimates"}, tx.InsertEstimates(fresh)
}
