package judging

import (
	"context"
	"slices"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/rank/pairs"
	"plumbline/internal/store"
)

// maxSet is how many items one chooses the best and the worst of.
const maxSet = 10

// Compare says which of two items is worth more, or which of several is worth
// most and which least.
func (j *Judge) Compare(ctx context.Context, who plumbline.Actor, in CompareInput) error {
	if err := rights.Need(who, rights.CompareItems); err != nil {
		return err
	}
	if who.Person == "" {
		return plumbline.Errorf(plumbline.Denied, "A judgement is somebody's: only a person can give one.")
	}
	judged, err := in.judgements()
	if err != nil {
		return err
	}
	return j.db.Write(ctx, func(tx *store.Tx) error {
		items, err := j.seeing(tx, who, in.keys())
		if err != nil {
			return err
		}
		ids := map[plumbline.Key]plumbline.ItemID{}
		for _, k := range in.keys() {
			it, ok := items[k]
			switch {
			case !ok:
				return plumbline.FieldError("items", "There is no item %s, or you may not see it.", k)
			case !it.Open():
				return plumbline.FieldError("items", "%s is closed: only open items are compared.", k)
			}
			ids[k] = it.ID
		}
		set := ""
		if len(in.Set) > 0 {
			set = store.NewID()
		}
		for i := range judged {
			judged[i].ID, judged[i].Set, judged[i].By, judged[i].At = store.NewID(), set, who.Person, j.now()
		}
		if err := tx.InsertComparisons(judged, ids); err != nil {
			return err
		}
		first := items[in.keys()[0]]
		return j.items.NoteFor(tx, who, first, "items compared", "user", ledger.Narrower(first.Visibility, plumbline.InternalOnly), nil)
	})
}

// keys are the items that an input names, each once.
func (in CompareInput) keys() []plumbline.Key {
	if len(in.Set) > 0 {
		return in.Set
	}
	return []plumbline.Key{in.A, in.B}
}

// judgements are the comparisons of pairs that an input says.
func (in CompareInput) judgements() ([]plumbline.Comparison, error) {
	if len(in.Set) == 0 {
		switch {
		case in.A == "" || in.B == "" || in.A == in.B:
			return nil, plumbline.FieldError("items", "Name two different items.")
		case in.Winner != "" && in.Winner != in.A && in.Winner != in.B:
			return nil, plumbline.FieldError("winner", "The winner is one of the two, %s or %s, or empty when they are as good as each other.", in.A, in.B)
		}
		return []plumbline.Comparison{{A: in.A, B: in.B, Winner: in.Winner}}, nil
	}
	if len(in.Set) > maxSet {
		return nil, plumbline.FieldError("set", "Choose the best and the worst of at most %d items.", maxSet)
	}
	s := pairs.Set{Best: slices.Index(in.Set, in.Best), Worst: slices.Index(in.Set, in.Worst)}
	for i, k := range in.Set {
		if slices.Contains(in.Set[:i], k) {
			return nil, plumbline.FieldError("set", "%s is named twice.", k)
		}
		s.Items = append(s.Items, i)
	}
	if s.Best < 0 || s.Worst < 0 {
		return nil, plumbline.FieldError("set", "The best and the worst are both of the set.")
	}
	implied, err := s.Implied()
	if err != nil {
		return nil, plumbline.FieldError("set", "%s", plumbline.TextOf(err))
	}
	var out []plumbline.Comparison
	for _, c := range implied {
		v := plumbline.Comparison{A: in.Set[c.A], B: in.Set[c.B], Winner: in.Set[c.A]}
		if c.Outcome == pairs.Second {
			v.Winner = in.Set[c.B]
		}
		out = append(out, v)
	}
	return out, nil
}
