package order

import (
	"maps"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/rank"
)

// tableKey is what a table depends on beside the world and the time.
type tableKey struct {
	policy, model string
	top           int
}

// heir is a table of a world before, and the facts that have changed since.
type heir struct {
	table   *rank.Table
	changed map[int]bool
}

// maxHeir is how many facts may have changed before a table is made anew.
const maxHeir = 1000

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
		w.tables = map[tableKey]*rank.Table{}
	}
	w.tables[key] = t
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
	now := k.now()
	was, kept := w.tables[key]
	changed := map[int]*rank.Subject{}
	if !kept {
		from, ok := w.before[key]
		if was, kept = from.table, ok; ok {
			for i := range from.changed {
				changed[i] = w.judged(p).at(i)
			}
		}
	}
	switch {
	case !kept || was.Now > now || aged(was.Now) != aged(now):
		return p.Rank(w.Subjects(p), rank.Options{Model: key.model, Top: key.top, Seed: Seed, Now: now, Aged: aged(now), Order: rank.ByExpectation})
	case minuteOf(was.Now) == minuteOf(now) && len(changed) == 0:
		return was, nil
	}
	return was.Later(now, changed)
}

// inherit takes over from the world before what the change of some facts left as
// it was.
func (k *Keeper) inherit(w, old *World, fresh []*Fact) {
	p := w.reign.At(k.now())
	was, ok := old.subjects[p.Version]
	if !ok {
		return
	}
	now, asked := was.clone(), true
	var changed []int
	for _, f := range fresh {
		i := w.at[f.Item.ID]
		s := w.subject(p, f)
		asked = asked && slices.Equal(s.Asks, was.at(i).Asks)
		now.edited[i] = &s
		changed = append(changed, i)
	}
	w.subjects[p.Version] = now
	if !asked { // what one account asks weighs less or more everywhere
		return
	}
	w.before = map[tableKey]heir{}
	for key, h := range old.before {
		w.leave(key, p, h, changed)
	}
	for key, t := range old.tables {
		w.leave(key, p, heir{table: t}, changed)
	}
}

// leave hands a table on to the next world.
func (w *World) leave(key tableKey, p *rank.Policy, h heir, changed []int) {
	if key.policy != p.Version || len(h.changed)+len(changed) > maxHeir {
		return
	}
	all := make(map[int]bool, len(h.changed)+len(changed))
	maps.Copy(all, h.changed)
	for _, i := range changed {
		all[i] = true
	}
	w.before[key] = heir{h.table, all}
}
