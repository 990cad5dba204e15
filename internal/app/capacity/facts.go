package capacity

import (
	"plumbline"
	"plumbline/internal/app/standing"
	"plumbline/internal/crew"
	"plumbline/internal/store"
)

// facts is what capacity is worked out from.
type facts struct {
	now      plumbline.Time
	teams    []plumbline.Team // by ref
	said     map[plumbline.TeamRef][]plumbline.Staffing
	book     *crew.Book
	mixes    map[plumbline.TeamRef]crew.Mix // of teams that have one of their own
	past     history
	rows     []store.CapacityWeek
	reserves []standing.ReserveView
	drifting []store.DriftRow
}

// facts are all of them, in the same few statements however many teams there are.
func (r *Room) facts(tx *store.Tx, who plumbline.Actor) (f facts, err error) {
	if f, err = r.pastFacts(tx); err != nil {
		return f, err
	}
	said, err := tx.Staffings("")
	if err != nil {
		return f, err
	}
	for _, s := range said {
		f.said[s.Team] = append(f.said[s.Team], s)
	}
	f.reserves, err = r.limits.ReservesIn(tx, who)
	return f, err
}

// pastFacts are those about what teams finished and what they planned.
func (r *Room) pastFacts(tx *store.Tx) (f facts, err error) {
	f = facts{now: r.now(), said: map[plumbline.TeamRef][]plumbline.Staffing{}, mixes: map[plumbline.TeamRef]crew.Mix{}}
	if f.teams, err = tx.Teams(); err != nil {
		return f, err
	}
	if f.book, err = r.book(tx); err != nil {
		return f, err
	}
	parts, err := tx.MixParts()
	if err != nil {
		return f, err
	}
	for _, p := range parts {
		if f.mixes[p.Team] == nil {
			f.mixes[p.Team] = crew.Mix{}
		}
		f.mixes[p.Team][p.Share] = p.Part
	}
	if f.rows, err = tx.CapacityWeeks("", 0); err != nil {
		return f, err
	}
	f.past = historyOf(f.rows, f.now, f.book.Reserve.Weeks, f.book.Gap)
	return f, nil
}

// tells says whether something is known of a team.
func (f facts) tells(t plumbline.TeamRef) bool { return len(f.said[t]) > 0 || f.past.teams[t] != nil }
