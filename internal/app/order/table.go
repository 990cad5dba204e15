package order

import (
	"time"

	"plumbline"
	"plumbline/internal/rank"
)

// tableKey is what a table depends on beside the world and the time.
type tableKey struct {
	policy, model string
	top           int
}

// known is a table of a world, or of one before it.
type known struct {
	table *rank.Table
	idle  int // worlds since somebody asked for it
}

// maxIdle is how many changes a table is kept for that nobody asks for.
const maxIdle = 200

// maxTables is how many tables of a world are kept.
const maxTables = 16

// DefaultTop is how many are wanted when nobody says and the policy does not.
const DefaultTop = 10

// Table is the order under the policy in force, as of this minute: clocks move
// on, and nobody watches seconds.
func (k *Keeper) Table(w *World, model string, top int) (*rank.Table, error) {
	return k.tableUnder(w, w.reign.At(k.now()), model, top)
}

func (k *Keeper) tableUnder(w *World, p *rank.Policy, model string, top int) (*rank.Table, error) {
	info, err := p.Model(model)
	if err != nil {
		return nil, err
	}
	if top <= 0 {
		top = max(p.Top, 0)
	}
	if top == 0 {
		top = DefaultTop
	}
	key := tableKey{p.Version, info.ID, top}
	t, err := k.current(w, p, key)
	if err != nil {
		return nil, err
	}
	if len(w.tables) >= maxTables {
		w.tables = map[tableKey]known{}
	}
	w.tables[key] = known{table: t}
	return t, nil
}

// minuteOf is a time without its seconds.
func minuteOf(t plumbline.Time) plumbline.Time { return plumbline.At(t.Std().Truncate(time.Minute)) }

// aged is when the age of estimates is counted from: the day's beginning, so that
// between its minutes only clocks and dates move.
func aged(now plumbline.Time) plumbline.Time {
	return plumbline.At(now.Std().UTC().Truncate(24 * time.Hour))
}

// current is the table as of this minute: as it is kept, or from the one of a minute
// or a world before, or made anew. One that is made is of this very moment, so that
// nothing which has happened is still to come for it.
func (k *Keeper) current(w *World, p *rank.Policy, key tableKey) (*rank.Table, error) {
	now, was, subjects := k.now(), w.tables[key].table, w.judged(p)
	switch {
	case was == nil || was.Now > now || aged(was.Now) != aged(now):
		return p.RankList(subjects, rank.Options{Model: key.model, Top: key.top, Seed: Seed, Now: now, Aged: aged(now), Order: rank.ByExpectation})
	case minuteOf(was.Now) == minuteOf(now) && was.Of(subjects):
		return was, nil
	}
	return was.Later(now, subjects)
}

// inherit takes over from the world before what the change of some facts left as
// it was: those at the places at, which rise.
func (k *Keeper) inherit(w, old *World, at []int, fresh []*Fact) {
	p := w.reign.At(k.now())
	was, ok := old.subjects[p.Version]
	if !ok {
		return
	}
	subjects := make([]*rank.Subject, len(fresh))
	for n, f := range fresh {
		subjects[n] = w.subject(p, f)
	}
	w.subjects[p.Version] = was.With(at, subjects)
	for key, t := range old.tables {
		if t.idle++; key.policy == p.Version && t.idle <= maxIdle {
			w.tables[key] = t
		}
	}
}
