package capacity

import (
	"slices"

	"plumbline"
	"plumbline/internal/crew"
	"plumbline/internal/store"
)

// drift looks where the work of teams stands away from what they planned, keeps it, and
// tells what began and what ended.
func (r *Room) drift(tx *store.Tx, who plumbline.Actor) error {
	was, err := tx.DriftRows()
	if err != nil {
		return err
	}
	f, err := r.pastFacts(tx)
	if err != nil {
		return err
	}
	var now []store.DriftRow
	for _, t := range f.teams {
		now = append(now, f.drifts(t.Ref, was)...)
	}
	begun, ended := without(now, was), without(was, now)
	if len(begun)+len(ended) == 0 {
		return nil
	}
	if err := tx.PutDriftRows(now); err != nil {
		return err
	}
	for _, d := range begun {
		if err := r.tell(tx, who, "work drifted", d); err != nil {
			return err
		}
	}
	for _, d := range ended {
		if err := r.tell(tx, who, "work came back", d); err != nil {
			return err
		}
	}
	return nil
}

// without are the drifts of all that are not among others.
func without(all, others []store.DriftRow) []store.DriftRow {
	return slices.DeleteFunc(slices.Clone(all), func(d store.DriftRow) bool {
		return slices.ContainsFunc(others, func(o store.DriftRow) bool { return o.Team == d.Team && o.Share == d.Share })
	})
}

// drifts are those of one team. One that goes on keeps since when.
func (f facts) drifts(t plumbline.TeamRef, was []store.DriftRow) (out []store.DriftRow) {
	past := f.past.teams[t]
	var standing []crew.Drift
	since := map[plumbline.WorkShare]plumbline.Time{}
	for _, d := range was {
		if d.Team == t {
			standing = append(standing, crew.Drift{Share: d.Share, Planned: d.Planned, Spent: d.Spent, Why: d.Why})
			since[d.Share] = d.Since
		}
	}
	if past == nil {
		past = &teamHistory{}
	}
	mix, _ := f.mix(t)
	spent, weeks := past.all(f.book.Drift.Weeks)
	found, _ := f.book.Drifts(mix, spent, weeks, standing)
	for _, d := range found {
		row := store.DriftRow{Team: t, Share: d.Share, Since: since[d.Share], Planned: d.Planned, Spent: d.Spent, Why: d.Why}
		if row.Since == 0 {
			row.Since = f.now
		}
		out = append(out, row)
	}
	return out
}

// tell writes that work left the plan, or came back to it.
func (r *Room) tell(tx *store.Tx, who plumbline.Actor, typ string, d store.DriftRow) error {
	return r.note(tx, who, typ, map[string]any{"team": d.Team, "text": string(d.Share), "why": d.Why})
}
