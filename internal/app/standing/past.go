package standing

import (
	"time"

	"plumbline"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// Past is how a constraint stood when a time ended, as its evidence says now.
type Past struct {
	ConstraintView                  // with amounts withheld as everywhere
	Before         limit.Number     // headroom when the time began
	Open           []limit.OpenPart // gaps or findings
	Exceptions     []ExceptionView  // that began within the time
}

// replayed is how far before a moment a judgement of the past begins: longer than
// anything that it remembers of the days before.
const replayed = 35 * 24 * time.Hour

// StoodAt is how the constraints that were there stood at the end of a time, by the
// policies in force now, by id: at most five hundred. The number of statements does not
// depend on how many there are.
func (r *Room) StoodAt(tx *store.Tx, who plumbline.Actor, from, to plumbline.Time) ([]Past, error) {
	rows, err := tx.Constraints(store.ConstraintFilter{Limit: maxConstraints})
	if err != nil {
		return nil, err
	}
	ids := make([]plumbline.ConstraintID, len(rows))
	for i, c := range rows {
		ids[i] = c.ID
	}
	all, err := r.watch(tx, rows)
	if err != nil {
		return nil, err
	}
	book, err := r.book(tx)
	if err != nil {
		return nil, err
	}
	excepted, err := tx.ExceptionsOf(ids, false)
	if err != nil {
		return nil, err
	}
	var out []Past
	for _, w := range all {
		if w.row.Version == 1 && w.row.At >= to {
			continue // it was not there yet
		}
		p := w.past(book, who, from, to)
		for _, e := range excepted[w.row.ID] {
			if e.Holding() && e.From >= from && e.From < to {
				p.Exceptions = append(p.Exceptions, viewException(who, e, r.now()))
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// past judges a constraint as of a moment.
func (w *watched) past(book *limit.Book, who plumbline.Actor, from, to plumbline.Time) Past {
	c := w.standingCase()
	s := book.ReplayFrom(c, to.Add(-replayed), to)
	before := book.Judge(c, from)
	p := Past{Before: before.Headroom, Open: limit.OpenParts(c, to)}
	p.ConstraintView = ConstraintView{Constraint: w.row.Constraint, Version: w.row.Version, By: w.row.ByName, At: w.row.At, Standing: &s}
	if w.row.Kind == plumbline.Cost && !mayReadCosts(who) {
		p.withhold()
	}
	return p
}
