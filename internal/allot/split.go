package allot

import (
	"maps"
	"math/big"
	"slices"

	"plumbline"
)

// Part is what one product bears of a shared amount.
type Part struct {
	Product plumbline.ProductRef
	Amount  plumbline.Sum
}

// Split divides an amount among those who share it, by what they cost themselves
// on that day. The parts come to the amount to its last digit: what rounding
// leaves is the last one's. Nobody to bear it, or nothing to divide by, gives no
// parts: then it stays nobody's.
func (r *Rule) Split(amount plumbline.Sum, direct map[plumbline.ProductRef]plumbline.Sum) []Part {
	weights := r.weights(direct)
	var names []plumbline.ProductRef
	all := new(big.Rat)
	for _, p := range slices.Sorted(maps.Keys(weights)) {
		if weights[p].Sign() > 0 {
			names = append(names, p)
			all.Add(all, weights[p])
		}
	}
	if len(names) == 0 || amount.IsZero() {
		return nil
	}
	out := make([]Part, 0, len(names))
	left := amount
	for _, p := range names[:len(names)-1] {
		part := amount.Share(weights[p], all)
		out = append(out, Part{p, part})
		left, _ = left.Plus(part.Negated()) // nearer to nothing each time
	}
	return append(out, Part{names[len(names)-1], left})
}

// weights are how much each product bears, not yet divided by their sum.
func (r *Rule) weights(direct map[plumbline.ProductRef]plumbline.Sum) map[plumbline.ProductRef]*big.Rat {
	out := map[plumbline.ProductRef]*big.Rat{}
	if r.Share == Fixed {
		for p, w := range r.Weights {
			out[p] = new(big.Rat).SetFloat64(w)
		}
		return out
	}
	among := r.Among
	if len(among) == 0 {
		for p, amount := range direct {
			if !amount.IsZero() {
				among = append(among, p)
			}
		}
	}
	for _, p := range among {
		out[p] = big.NewRat(1, 1)
		if r.Share == Direct {
			out[p] = direct[p].Rat()
		}
	}
	return out
}
