// Package flowmetrics is how work flows: how much stands where, how much is finished,
// how long it takes, what grows old, what capacity goes into, and when what remains
// will be done.
//
// It owns these nouns. A Place is whose flow is meant: all, a process, a team or a
// product. A Band is how many items stood in a state, or in a group of states, day by
// day. A Flow is everything that the page of a place shows.
//
// Laws: as in package app. Numbers are read from kept rows, never from all items:
// what is read does not grow with how many there are. People are shown the numbers of
// what everybody of their role sees.
package flowmetrics

import (
	"cmp"
	"context"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Room is the use cases about flow over one database.
type Room struct {
	db   *store.DB
	book *flow.Book
	now  func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, book *flow.Book, now func() plumbline.Time) *Room {
	return &Room{db: db, book: book, now: now}
}

// Place is whose flow is meant; empty: of everything. A team and a product cannot be
// asked for at once.
type Place struct {
	Process plumbline.ProcessID  `json:"process,omitempty"`
	Team    plumbline.TeamRef    `json:"team,omitempty"`
	Product plumbline.ProductRef `json:"product,omitempty"`
}

func (p Place) rows() store.Place {
	return store.Place{Process: p.Process, Team: p.Team, Product: p.Product}
}

// Limits of what is shown, in weeks.
const (
	UsualWeeks = 26
	LeastWeeks = 4
	MostWeeks  = 104
)

// Query is what is asked of the page of flow.
type Query struct {
	Place
	Weeks int // whole weeks before this one, LeastWeeks to MostWeeks; 0: UsualWeeks

	Remaining, By string // of the forecast, see AheadQuery
}

// Flow is how work flows through a place.
type Flow struct {
	Place
	Name   string    `json:"name"` // of the place in words
	Weeks  int       `json:"weeks"`
	From   string    `json:"from"`  // the Monday on which the first week begins
	Until  string    `json:"until"` // today
	Stock  Stock     `json:"stock"`
	Done   Finished  `json:"finished"`
	Shares ShareSums `json:"shares"`
	Cycle  Cycle     `json:"cycle"`
	Ageing Ageing    `json:"ageing"`
	Ahead  Ahead     `json:"forecast"`
	Seq    int64     `json:"-"`

	Choices Choices `json:"-"`
}

// Choices are the places that can be chosen.
type Choices struct {
	Processes []*flow.Definition
	Teams     []plumbline.Team
	Products  []plumbline.Product
}

// Flow is how work flows through a place. It takes twelve statements, however many items
// there are.
func (r *Room) Flow(ctx context.Context, who plumbline.Actor, q Query) (out Flow, err error) {
	if err := rights.Need(who, rights.ReadInternal); err != nil {
		return out, err
	}
	if q.Weeks, err = weeksOf(q.Weeks); err != nil {
		return out, err
	}
	now := r.now()
	first := store.MondayOf(now) - 7*int64(q.Weeks)
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out = Flow{Place: q.Place, Weeks: q.Weeks, From: isoDay(first), Until: isoDay(store.DayOf(now))}
		if out.Seq, err = tx.LastSeq(); err != nil {
			return err
		}
		if out.Choices, out.Name, err = r.choices(tx, q.Place); err != nil {
			return err
		}
		if out.Stock, err = r.stock(tx, who, q, first); err != nil {
			return err
		}
		if out.Done, out.Shares, err = r.finished(tx, who, q, first); err != nil {
			return err
		}
		sample, err := tx.FlowFinished(who, q.rows(), r.ends(flow.Done), sampled)
		if err != nil {
			return err
		}
		out.Cycle = r.cycle(q.Place, sample)
		if out.Ageing, err = r.ageing(tx, who, q.Place, sample); err != nil {
			return err
		}
		out.Ahead, err = r.ahead(tx, who, AheadQuery{Place: q.Place, Remaining: q.Remaining, By: q.By}, out.Name, out.Stock.Open)
		return err
	})
	return out, err
}

func weeksOf(n int) (int, error) {
	if n = cmp.Or(n, UsualWeeks); n < LeastWeeks || n > MostWeeks {
		return 0, plumbline.FieldError("weeks", "Flow is shown for %d to %d weeks, not %d.", LeastWeeks, MostWeeks, n)
	}
	return n, nil
}

// choices reads what can be chosen, and says the place in words.
func (r *Room) choices(tx *store.Tx, p Place) (c Choices, name string, err error) {
	if p.Team != "" && p.Product != "" {
		return c, "", plumbline.FieldError("product", "Ask for the flow of a team or of a product, not of both at once.")
	}
	c.Processes = r.book.All()
	if c.Teams, err = tx.Teams(); err != nil {
		return c, "", err
	}
	if c.Products, err = tx.Products(); err != nil {
		return c, "", err
	}
	name, ok := "All work", p.Team == "" && p.Product == ""
	for _, t := range c.Teams {
		if t.Ref == p.Team {
			name, ok = cmp.Or(t.Name, string(t.Ref)), true
		}
	}
	for _, d := range c.Products {
		if d.Ref == p.Product {
			name, ok = cmp.Or(d.Name, string(d.Ref)), true
		}
	}
	if !ok {
		return c, "", plumbline.Errorf(plumbline.NotFound, "There is no %s. All of them are listed under Teams and Products.", cmp.Or("team "+string(p.Team), string(p.Product)))
	}
	if p.Process == "" {
		return c, name, nil
	}
	def, ok := r.book.Get(p.Process)
	if !ok {
		return c, "", plumbline.Errorf(plumbline.NotFound, "There is no process %q.", p.Process)
	}
	return c, name + ": " + def.Name, nil
}

// ends are the states of a kind in which items of any process end.
func (r *Room) ends(kind string) (out []plumbline.State) {
	for _, d := range r.book.All() {
		for _, l := range d.Lanes {
			for _, s := range l.States {
				if s.Kind == kind {
					out = append(out, s.State)
				}
			}
		}
	}
	return out
}

// kind is the kind of a state of a process; flow.Open of one that is not known.
func (r *Room) kind(process plumbline.ProcessID, state plumbline.State) string {
	if d, ok := r.book.Get(process); ok {
		if s, ok := d.State(state); ok {
			return s.Kind
		}
	}
	return flow.Open
}

// isoDay is a day, counted from 1970, as 2026-11-23.
func isoDay(day int64) string {
	return time.Unix(day*24*60*60, 0).UTC().Format(time.DateOnly)
}
