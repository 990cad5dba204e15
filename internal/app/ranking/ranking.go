// Package ranking is the order of what is open, and why: forced work first, the
// rest by its score, with what would change it.
//
// Laws: as in package app. The order is that of all open items; a reader is
// shown those that they may see, at their true places.
package ranking

import (
	"context"

	"plumbline"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/order"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/rights"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// Ranker is the use cases about the order over one database.
type Ranker struct {
	items *ledger.Ledger
	order *order.Keeper
	read  *reading.Reader
	db    *store.DB
	now   func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(items *ledger.Ledger, o *order.Keeper, r *reading.Reader, db *store.DB, now func() plumbline.Time) *Ranker {
	return &Ranker{items: items, order: o, read: r, db: db, now: now}
}

// sight is what one reader is shown of one table.
type sight struct {
	who    plumbline.Actor
	now    plumbline.Time
	world  *order.World
	table  *rank.Table
	model  rank.ModelInfo
	teams  map[plumbline.TeamRef]string
	goods  map[plumbline.ProductRef]string
	scores bool                                   // the reader may read them
	seen   map[plumbline.ItemID]bool              // nil: all
	passed map[plumbline.ItemID]bool              // the filter; nil: all
	units  []plumbline.ReachUnit                  // of an explanation: what reach is counted in
	rounds map[plumbline.ItemID][]plumbline.Round // of an explanation: those that are open about the item
}

// look prepares a table for a reader; release ends its use.
func (r *Ranker) look(tx *store.Tx, who plumbline.Actor, model string, top int) (s sight, release func(), err error) {
	if s.teams, err = ledger.TeamNames(tx); err != nil {
		return s, nil, err
	}
	products, err := tx.Products()
	if err != nil {
		return s, nil, err
	}
	s.goods = make(map[plumbline.ProductRef]string, len(products))
	for _, p := range products {
		s.goods[p.Ref] = p.Name
	}
	s.who, s.now = who, r.now()
	if !seesAll(who) {
		all, err := tx.Matching(who, plumbline.Filter{})
		if err != nil {
			return s, nil, err
		}
		s.seen = setOf(all)
	}
	w, release, err := r.order.World(tx)
	if err != nil {
		return s, nil, err
	}
	if s.table, err = r.order.Table(w, model, top); err == nil {
		s.model, err = w.Policy(r.now()).Model(s.table.Model)
	}
	if err != nil {
		release()
		return s, nil, err
	}
	s.world, s.scores = w, judging.ReadsScore(who, s.model)
	return s, release, nil
}

func seesAll(who plumbline.Actor) bool { return who.Sees(plumbline.Confidential, false) }

func setOf(ids []plumbline.ItemID) map[plumbline.ItemID]bool {
	out := make(map[plumbline.ItemID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}

// sees says whether the reader may see the item of a subject.
func (s *sight) sees(subject int) bool {
	return s.seen == nil || s.seen[s.world.Fact(subject).Item.ID]
}

// shows says whether a subject is on the page: seen, and what is asked for.
func (s *sight) shows(subject int) bool {
	return s.sees(subject) && (s.passed == nil || s.passed[s.world.Fact(subject).Item.ID])
}

// Ranking is a page of the order: the forced work and what has no score are on
// the first.
func (r *Ranker) Ranking(ctx context.Context, who plumbline.Actor, q RankQuery) (RankingView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return RankingView{}, err
	}
	asked, err := r.read.Asked(who, q.Filter)
	if err != nil {
		return RankingView{}, err
	}
	from, err := place(q.Cursor)
	if err != nil {
		return RankingView{}, err
	}
	var out RankingView
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		var passed map[plumbline.ItemID]bool
		if narrows(q.Filter) {
			ids, err := tx.Matching(who, asked)
			if err != nil {
				return err
			}
			passed = setOf(ids)
		}
		s, release, err := r.look(tx, who, q.Model, q.Top)
		if err != nil {
			return err
		}
		defer release()
		s.passed = passed
		out, err = r.page(&s, q, from)
		return err
	})
	return out, err
}

// narrows says whether a filter leaves anything out; order and page do not.
func narrows(f plumbline.Filter) bool {
	f.Sort, f.Limit, f.Cursor = "", 0, ""
	return len(f.Values()) > 0
}
