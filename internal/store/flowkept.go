package store

import (
	"cmp"
	"context"
	"maps"
	"time"

	"plumbline"
	"plumbline/internal/sorted"
)

// flowed is the migration after which the days and weeks of flow are filled with what
// happened before it.
const flowed = 20

// flowFills is how many items are read at a time for it, and flowKept how many rows of
// days are held in memory before they are written.
const (
	flowFills = 500
	flowKept  = 50_000
)

// flowDay is a row of flow_days without its numbers, flowWeek one of flow_weeks.
type flowDay struct {
	dim, value          string
	day                 int64
	process, state, see string
}

type flowWeek struct {
	dim, value                 string
	week                       int64
	process, state, share, see string
}

// flowSum is what moved in a transaction: came and went of days, the difference of weeks.
type flowSum struct {
	days  map[flowDay][2]int64
	weeks map[flowWeek]int64
}

// passage is an item before and after a transaction.
type passage struct {
	was   plumbline.Item
	is    plumbline.Item
	fresh bool // it was not there before
}

// pass remembers that an item was added or changed; of several changes the first says
// what was, the last what is.
func (tx *Tx) pass(was, is plumbline.Item, fresh bool) {
	if tx.passages == nil {
		tx.passages = map[plumbline.ItemID]*passage{}
	}
	if p := tx.passages[is.ID]; p != nil {
		p.is = is
		return
	}
	tx.passages[is.ID] = &passage{was: was, is: is, fresh: fresh}
}

// DayOf is the day that a moment lies in, counted from 1970 in UTC.
func DayOf(at plumbline.Time) int64 {
	day := int64(at) / int64(24*time.Hour/time.Microsecond)
	if at < 0 && int64(at)%int64(24*time.Hour/time.Microsecond) != 0 {
		day--
	}
	return day
}

// MondayOf is the Monday of a moment's week, as a day counted from 1970.
func MondayOf(at plumbline.Time) int64 { return Monday(DayOf(at)) }

// Monday is that of a day's week, both counted from 1970.
func Monday(day int64) int64 {
	return day - ((day+3)%7+7)%7 // 1970 began on a Thursday
}

// flowDims are what an item is counted under.
func flowDims(it *plumbline.Item) [][2]string {
	out := [][2]string{{}}
	if it.Team != "" {
		out = append(out, [2]string{"team", string(it.Team)})
	}
	if it.Product != "" {
		out = append(out, [2]string{"product", string(it.Product)})
	}
	return out
}

func (f *flowSum) move(it *plumbline.Item, state plumbline.State, at plumbline.Time, came, went int64) {
	if state == "" {
		return
	}
	for _, d := range flowDims(it) {
		k := flowDay{d[0], d[1], DayOf(at), string(it.Process), string(state), string(it.Visibility)}
		n := f.days[k]
		f.days[k] = [2]int64{n[0] + came, n[1] + went}
	}
}

func (f *flowSum) end(it *plumbline.Item, by int64) {
	if it.Open() {
		return
	}
	for _, d := range flowDims(it) {
		f.weeks[flowWeek{d[0], d[1], MondayOf(it.Closed), string(it.Process), string(it.State), string(plumbline.ShareOf(*it)), string(it.Visibility)}] += by
	}
}

// follow adds the way of one item, by its moves, the oldest first. It ends where the
// item is now, whatever the moves say: a move is followed that begins where the item
// stands, that names no beginning, or that leads into another lane; others are of a
// lane that does not lead any more.
func (f *flowSum) follow(p *passage, moves []plumbline.Event) {
	is, at := &p.is, p.was.State
	if !p.fresh {
		f.end(&p.was, -1)
		if p.was.Process != is.Process || p.was.Team != is.Team || p.was.Product != is.Product || p.was.Visibility != is.Visibility {
			f.move(&p.was, at, is.Updated, 0, 1)
			f.move(is, at, is.Updated, 1, 0)
		}
	}
	f.end(is, 1)
	step := func(to plumbline.State, when plumbline.Time) {
		f.move(is, at, when, 0, 1)
		f.move(is, to, when, 1, 0)
		at = to
	}
	for _, e := range moves {
		from, to := e.Move()
		if to == "" || to == at {
			continue
		}
		if at == "" && from != "" {
			step(from, is.Created)
		}
		if from != "" && from != at && from.Lane() == to.Lane() {
			continue
		}
		when := e.At
		if to == is.State && is.Since > 0 {
			when = min(when, is.Since)
		}
		step(to, when)
	}
	if at != is.State {
		step(is.State, is.Since)
	}
}

// writeFlow writes the ways of the items that this transaction changed, by its events.
func (tx *Tx) writeFlow() error {
	if len(tx.passages) == 0 {
		return nil
	}
	moves := map[plumbline.ItemID][]plumbline.Event{}
	for _, e := range tx.events {
		if _, ok := tx.passages[e.Item]; ok {
			moves[e.Item] = append(moves[e.Item], e)
		}
	}
	sum := flowSum{map[flowDay][2]int64{}, map[flowWeek]int64{}}
	for id, p := range tx.passages {
		sum.follow(p, moves[id])
	}
	tx.passages = nil
	return tx.putFlow(sum)
}

// putFlow adds to the rows, in an order that is the same in all transactions.
func (tx *Tx) putFlow(sum flowSum) error {
	var rows [][]any
	for _, k := range sorted.Of(maps.Keys(sum.days), func(a, b flowDay) int {
		return cmp.Or(cmp.Compare(a.dim, b.dim), cmp.Compare(a.value, b.value), cmp.Compare(a.day, b.day),
			cmp.Compare(a.process, b.process), cmp.Compare(a.state, b.state), cmp.Compare(a.see, b.see))
	}) {
		if n := sum.days[k]; n != [2]int64{} {
			rows = append(rows, []any{k.dim, k.value, k.day, k.process, k.state, k.see, n[0], n[1]})
		}
	}
	err := tx.insertRows("insert into flow_days (dim, value, day, process, state, visibility, came, went)", rows,
		"on conflict (dim, value, day, process, state, visibility) do update set came = flow_days.came + excluded.came, went = flow_days.went + excluded.went")
	if err != nil {
		return err
	}
	rows = nil
	for _, k := range sorted.Of(maps.Keys(sum.weeks), func(a, b flowWeek) int {
		return cmp.Or(cmp.Compare(a.dim, b.dim), cmp.Compare(a.value, b.value), cmp.Compare(a.week, b.week),
			cmp.Compare(a.process, b.process), cmp.Compare(a.state, b.state), cmp.Compare(a.share, b.share), cmp.Compare(a.see, b.see))
	}) {
		if n := sum.weeks[k]; n != 0 {
			rows = append(rows, []any{k.dim, k.value, k.week, k.process, k.state, k.share, k.see, n})
		}
	}
	return tx.insertRows("insert into flow_weeks (dim, value, week, process, state, share, visibility, n)", rows,
		"on conflict (dim, value, week, process, state, share, visibility) do update set n = flow_weeks.n + excluded.n")
}

// fillFlow writes the ways of all items, in the transaction of the migration that
// makes their tables.
func (db *DB) fillFlow(ctx context.Context, step handle) error {
	tx := &Tx{ctx: ctx, db: db, handle: step, writes: true, queries: &Queries{}}
	sum := flowSum{map[flowDay][2]int64{}, map[flowWeek]int64{}}
	for last := int64(0); ; {
		found := map[plumbline.ItemID]*Standing{}
		var ids []plumbline.ItemID
		_, err := list(tx, func(r row) (s struct{}, err error) {
			it := &Standing{}
			err = r.Scan(&last, &it.ID, &it.Process, &it.Kind, &it.Class, &it.State, &it.Since, &it.Visibility, &it.Team, &it.Product, &it.Created, &it.Closed, fromJSON{&it.Labels})
			found[it.ID] = it
			ids = append(ids, it.ID)
			return s, err
		}, `select n, id, process, kind, class, state, since, visibility, team, product, created, closed, labels from items where n > $1 order by n limit $2`, last, flowFills)
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			if err := tx.eventsOf(ids, plumbline.MoveTypes[:], found); err != nil {
				return err
			}
		}
		for _, it := range found {
			sum.follow(&passage{is: it.Item, fresh: true}, it.Events)
		}
		if len(ids) == 0 || len(sum.days) > flowKept {
			if err := tx.putFlow(sum); err != nil || len(ids) == 0 {
				return err
			}
			clear(sum.days)
			clear(sum.weeks)
		}
	}
}
