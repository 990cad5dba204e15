package order

import (
	"plumbline"
	"plumbline/internal/rank"
)

// Replayed is a table of some of the facts.
type Replayed struct {
	Table *rank.Table
	Facts []int // of each subject
}

// Both are the facts filed since a time, ranked as if the one policy had always
// been in force, and as if the other had.
func (k *Keeper) Both(w *World, from, to *rank.Policy, model string, since plumbline.Time) (a, b Replayed, err error) {
	if a, err = k.replay(w, from, model, since); err != nil {
		return a, b, err
	}
	b, err = k.replay(w, to, model, since)
	return a, b, err
}

func (k *Keeper) replay(w *World, p *rank.Policy, model string, since plumbline.Time) (out Replayed, err error) {
	var subjects []rank.Subject
	for i, f := range w.Facts {
		if f.Item.Created < since {
			continue
		}
		s := w.subject(p, f)
		s.Born = nil
		subjects, out.Facts = append(subjects, s), append(out.Facts, i)
	}
	top := p.Top
	if top <= 0 {
		top = DefaultTop
	}
	out.Table, err = p.Rank(subjects, rank.Options{Model: model, Top: top, Seed: Seed, Now: k.minute(), Order: rank.ByExpectation})
	return out, err
}
