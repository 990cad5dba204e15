package order

import (
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/rank"
)

// tableKey is what a table depends on beside the world.
type tableKey struct {
	policy, model string
	top           int
	minute        plumbline.Time
}

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
	key := tableKey{p.Version, info.ID, top, k.minute()}
	if t, ok := w.tables[key]; ok {
		return t, nil
	}
	t, err := w.make(p, key)
	if err != nil {
		return nil, err
	}
	if len(w.tables) >= maxTables {
		w.tables = map[tableKey]*rank.Table{}
	}
	w.tables[key] = t
	return t, nil
}

// minute is now without its seconds.
func (k *Keeper) minute() plumbline.Time {
	return plumbline.At(k.now().Std().Truncate(time.Minute))
}

// make ranks the facts: from the table of the world before, if there is one.
func (w *World) make(p *rank.Policy, key tableKey) (*rank.Table, error) {
	if was, ok := w.before[key]; ok {
		now, changed := w.Subjects(p), map[int]*rank.Subject{}
		for _, i := range w.changed {
			changed[i] = &now[i]
		}
		return was.Replace(changed)
	}
	return p.Rank(w.Subjects(p), rank.Options{Model: key.model, Top: key.top, Seed: Seed, Now: key.minute})
}

// inherit takes over from the world before what the change of some facts left as
// it was.
func (k *Keeper) inherit(w, old *World, fresh []*Fact) {
	p := w.reign.At(k.now())
	was, ok := old.subjects[p.Version]
	if !ok {
		return
	}
	now, asked := slices.Clone(was), true
	for _, f := range fresh {
		i := w.at[f.Item.ID]
		now[i] = w.subject(p, f)
		asked = asked && slices.Equal(now[i].Asks, was[i].Asks)
		w.changed = append(w.changed, i)
	}
	w.subjects[p.Version] = now
	if asked { // else what one account asks weighs less or more everywhere
		w.before = old.tables
	}
}
