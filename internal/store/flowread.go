package store

import (
	"strconv"

	"plumbline"
)

// flow narrows rows of the kept tables of flow to those of the place that who sees
// without having a part in them. A team and a product are not kept together: the
// product counts.
func (p Place) flow(w *where, who plumbline.Actor) {
	dim, value := "", ""
	switch {
	case p.Product != "":
		dim, value = "product", string(p.Product)
	case p.Team != "":
		dim, value = "team", string(p.Team)
	}
	w.and("dim = " + w.arg(dim))
	w.and("value = " + w.arg(value))
	w.equal("process", string(p.Process))
	if s := sightOf(who); !s.all() {
		w.and("visibility in " + quoted(s.open))
	}
}

// flowItems narrows items, likewise.
func (p Place) flowItems(w *where, who plumbline.Actor) {
	switch {
	case p.Product != "":
		w.and("i.product = " + w.arg(string(p.Product)))
	case p.Team != "":
		w.and("i.team = " + w.arg(string(p.Team)))
	}
	w.equal("i.process", string(p.Process))
	if s := sightOf(who); !s.all() {
		w.and("i.visibility in " + quoted(s.open))
	}
}

// FlowState is how many items stand in a state now.
type FlowState struct {
	Process plumbline.ProcessID
	State   plumbline.State
	Done    bool // they are closed
	N       int
}

// FlowStock is how many items stand in each state now, closed ones too.
func (tx *Tx) FlowStock(who plumbline.Actor, of Place) ([]FlowState, error) {
	w := where{}
	of.flow(&w, who)
	return list(tx, func(r row) (s FlowState, err error) {
		err = r.Scan(&s.Process, &s.State, &s.Done, &s.N)
		return s, err
	}, `select process, state, done, cast(sum(n) as BIGINT) as n from item_counts `+w.text()+` group by process, state, done order by process, state, done`, w.args...)
}

// FlowChange is how many items came into a state and went out of it in a stretch of
// days, the number At of those that [Tx.FlowChanges] was asked for.
type FlowChange struct {
	At         int
	Process    plumbline.ProcessID
	State      plumbline.State
	Came, Went int
}

// FlowChanges are the moves since a day, as [DayOf] counts, in stretches of so many
// days, at least one.
func (tx *Tx) FlowChanges(who plumbline.Actor, of Place, from int64, days int) ([]FlowChange, error) {
	w := where{}
	of.flow(&w, who)
	w.and("day >= " + w.arg(from))
	at := "(day - " + strconv.FormatInt(from, 10) + ") / " + strconv.Itoa(max(days, 1))
	return list(tx, func(r row) (c FlowChange, err error) {
		err = r.Scan(&c.At, &c.Process, &c.State, &c.Came, &c.Went)
		return c, err
	}, `select `+at+` as at, process, state, cast(sum(came) as BIGINT), cast(sum(went) as BIGINT) from flow_days `+w.text()+`
		group by `+at+`, process, state order by at, process, state`, w.args...)
}

// FlowWeek is how many items were closed in a week, the Monday as [DayOf] counts, and
// in which state.
type FlowWeek struct {
	Week    int64
	Process plumbline.ProcessID
	State   plumbline.State
	Share   plumbline.WorkShare
	N       int
}

// FlowWeeks are the closed items by week, from a Monday on, the earliest first.
func (tx *Tx) FlowWeeks(who plumbline.Actor, of Place, from int64) ([]FlowWeek, error) {
	w := where{}
	of.flow(&w, who)
	w.and("week >= " + w.arg(from))
	return list(tx, func(r row) (k FlowWeek, err error) {
		err = r.Scan(&k.Week, &k.Process, &k.State, &k.Share, &k.N)
		return k, err
	}, `select week, process, state, share, cast(sum(n) as BIGINT) from flow_weeks `+w.text()+`
		group by week, process, state, share having sum(n) <> 0 order by week, process, state, share`, w.args...)
}

// FlowFinished are the items that were closed last, in one of the states, at most so
// many, the latest first, with their moves. It takes two statements.
func (tx *Tx) FlowFinished(who plumbline.Actor, of Place, states []plumbline.State, limit int) ([]Standing, error) {
	w := where{}
	of.flowItems(&w, who)
	w.and("i.closed > 0")
	in(&w, "i.state", append([]plumbline.State{""}, states...)) // none is a list too
	out, err := list(tx, func(r row) (s Standing, err error) {
		s.States = map[string]plumbline.Position{}
		err = r.Scan(&s.ID, &s.Key, &s.Process, &s.State, &s.Since, fromJSON{&s.States}, &s.Created, &s.Closed)
		return s, err
	}, `select i.id, i.key, i.process, i.state, i.since, i.states, i.created, i.closed from items i `+w.text()+`
		order by i.closed desc, i.n desc `+atMost(limit), w.args...)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	at, ids := map[plumbline.ItemID]*Standing{}, make([]plumbline.ItemID, len(out))
	for i := range out {
		at[out[i].ID], ids[i] = &out[i], out[i].ID
	}
	return out, tx.eventsOf(ids, plumbline.MoveTypes[:], at)
}

// FlowOpen are the open items, at most so many, the oldest first.
func (tx *Tx) FlowOpen(who plumbline.Actor, of Place, limit int) ([]plumbline.Item, error) {
	w := where{}
	of.flowItems(&w, who)
	w.and("i.done = false")
	return list(tx, func(r row) (it plumbline.Item, err error) {
		err = r.Scan(&it.ID, &it.Key, &it.Title, &it.Process, &it.State, &it.Since, &it.Created)
		return it, err
	}, `select i.id, i.key, i.title, i.process, i.state, i.since, i.created from items i `+w.text()+`
		order by i.created, i.n `+atMost(limit), w.args...)
}

// FlowBegan is the first day on which anything came to the place, as [DayOf] counts; not
// when nothing ever did.
func (tx *Tx) FlowBegan(who plumbline.Actor, of Place) (day int64, any bool, err error) {
	w := where{}
	of.flow(&w, who)
	days, err := list(tx, column[int64], `select day from flow_days `+w.text()+` order by day limit 1`, w.args...)
	if err != nil || len(days) == 0 {
		return 0, false, err
	}
	return days[0], true, nil
}

// Needed are the open items among those with the keys that who sees, and the open ones
// that block them, directly or by way of others, at most so many, as they were filed.
func (tx *Tx) Needed(who plumbline.Actor, keys []plumbline.Key, limit int) ([]plumbline.Item, error) {
	w := where{}
	in(&w, "key", append([]plumbline.Key{""}, keys...)) // none is a list too
	asked := w.text()
	w.conds = nil
	kind := w.arg(plumbline.Blocks)
	w.and("i.done = false")
	w.seenItem(sightOf(who))
	return list(tx, func(r row) (it plumbline.Item, err error) {
		err = r.Scan(&it.ID, &it.Key, &it.Title, &it.Team, &it.Process, &it.State)
		return it, err
	}, `
		with recursive needed (id) as (
			select id from items `+asked+`
			union select r.item from needed x join relations r on r.other = x.id and r.kind = `+kind+`
		)
		select i.id, i.key, i.title, i.team, i.process, i.state from needed x join items i on i.id = x.id `+w.text()+`
		order by i.n `+atMost(limit), w.args...)
}
