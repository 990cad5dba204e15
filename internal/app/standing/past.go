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

// StoodAt tells how each of the constraints that were there stood at the end of a time,
// by the policies in force now, in the order of their ids.
func (r *Room) StoodAt(tx *store.Tx, who plumbline.Actor, from, to plumbline.Time, tell func(Past)) error {
	book, err := r.book(tx)
	if err != nil {
		return err
	}
	return r.inTurns(tx, func(all []*watched) error {
		excepted, err := tx.ExceptionsOf(idsOf(all), false)
		if err != nil {
			return err
		}
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
			tell(p)
		}
		return nil
	})
}

// inTurns goes through all constraints by id, up to five hundred at once, with what is
// known about them. The number of statements grows by some for every five hundred, and
// no more of them lie in memory.
func (r *Room) inTurns(tx *store.Tx, do func([]*watched) error) error {
	for f := (store.ConstraintFilter{Limit: maxConstraints}); ; {
		rows, err := tx.Constraints(f)
		if err != nil || len(rows) == 0 {
			return err
		}
		all, err := r.watch(tx, rows)
		if err != nil {
			return err
		}
		if err := do(all); err != nil || len(rows) < f.Limit {
			return err
		}
		f.After = rows[len(rows)-1].ID
	}
}

func idsOf(all []*watched) []plumbline.ConstraintID {
	ids := make([]plumbline.ConstraintID, len(all))
	for i, w := range all {
		ids[i] = w.row.ID
	}
	return ids
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
