package limit

import (
	"cmp"
	"math/big"
	"slices"

	"plumbline"
)

// quant is an exact amount of evidence: in millionths where that fits, which is
// fast, else a fraction.
type quant struct {
	micros int64
	exact  *big.Rat // nil: micros it is
	known  bool
}

func quantOf(d plumbline.Decimal) quant {
	if n, ok := d.Micros(); ok {
		return quant{micros: n, known: true}
	}
	r := d.Rat()
	return quant{exact: r, known: r != nil}
}

func (q quant) number() Number {
	if q.exact != nil {
		return ofRat(q.exact)
	}
	return ratio(q.micros, 1_000_000)
}

func (q quant) rat() *big.Rat {
	if q.exact != nil {
		return q.exact
	}
	return big.NewRat(q.micros, 1_000_000)
}

func (q quant) compare(p quant) int {
	if q.exact == nil && p.exact == nil {
		return cmp.Compare(q.micros, p.micros)
	}
	return q.rat().Cmp(p.rat())
}

// sum adds amounts. The zero value is nothing.
type sum struct {
	micros int64
	rest   *big.Rat
}

func (s *sum) add(q quant) {
	next := s.micros + q.micros
	overflows := (next > s.micros) != (q.micros > 0) && q.micros != 0
	if q.exact == nil && !overflows {
		s.micros = next
		return
	}
	if s.rest == nil {
		s.rest = new(big.Rat)
	}
	s.rest.Add(s.rest, q.rat())
}

func (s *sum) rat() *big.Rat {
	r := big.NewRat(s.micros, 1_000_000)
	if s.rest != nil {
		r.Add(r, s.rest)
	}
	return r
}

func (s *sum) number() Number {
	if s.rest != nil {
		return ofRat(s.rat())
	}
	return ratio(s.micros, 1_000_000)
}

// middle is the two amounts in the middle, whose mean is the median; it sorts
// what it is given. There must be one at least.
func middle(list []quant) (low, high quant) {
	slices.SortFunc(list, quant.compare)
	return list[(len(list)-1)/2], list[len(list)/2]
}

// minus is the difference of two amounts.
func (q quant) minus(p quant) quant {
	if q.exact == nil && p.exact == nil {
		return quant{micros: q.micros - p.micros, known: true}
	}
	return quant{exact: new(big.Rat).Sub(q.rat(), p.rat()), known: true}
}

// twiceMedian is two times the median, which is exact in the unit of the list.
func twiceMedian(list []quant) quant { return together(middle(list)) }

func (q quant) abs() quant {
	if q.exact == nil {
		return quant{micros: max(q.micros, -q.micros), known: q.known}
	}
	return quant{exact: new(big.Rat).Abs(q.exact), known: true}
}

// quant is the sum as one amount; nothing is not known.
func (s *sum) quant() quant {
	switch {
	case s.rest != nil:
		return quant{exact: s.rat(), known: true}
	}
	return quant{micros: s.micros, known: s.micros != 0}
}
