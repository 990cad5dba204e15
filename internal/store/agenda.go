package store

import (
	"slices"
	"strconv"
	"strings"

	"plumbline"
)

// AgendaEntry says that an item asks for attention: what kind, and the moment
// that it is about.
type AgendaEntry struct {
	Item plumbline.ItemID
	Kind string
	At   plumbline.Time
	What string // a clock's name, for example
}

// Standing is an item with what its agenda is worked out from.
type Standing struct {
	plumbline.Item
	Demands, Evidence int
	Outcome           plumbline.Outcome // of the decision that holds; empty: none
	Answered          plumbline.Time    // the first public word of somebody else than the requester; 0: none
	Events            []plumbline.Event // of the types asked for, oldest first
}

// OnChange has fn called at the end of every transaction that appends events
// about items, with those items; what fn writes is part of the transaction. It is
// set once, before the database is used.
func (db *DB) OnChange(fn func(tx *Tx, items []plumbline.ItemID) error) { db.onChange = fn }

// changedItems are the items that the transaction's events are about, each once.
func (tx *Tx) changedItems() []plumbline.ItemID {
	var out []plumbline.ItemID
	seen := map[plumbline.ItemID]bool{}
	for _, e := range tx.events {
		if e.Item != "" && !seen[e.Item] {
			seen[e.Item] = true
			out = append(out, e.Item)
		}
	}
	return out
}

// Standings are the items with the ids, with their events of the types, those
// appended in this transaction too. It takes three statements.
func (tx *Tx) Standings(ids []plumbline.ItemID, types []string) ([]Standing, error) {
	w := where{}
	in(&w, "i.id", ids)
	out, err := list(tx, func(r row) (s Standing, err error) {
		s.States, s.Fields = map[string]plumbline.Position{}, map[string]string{}
		err = r.Scan(append(rowFields(nil, &s.Item), &s.Demands, &s.Evidence, fromJSON{&s.Fields}, &s.Outcome)...)
		return s, err
	}, `
		select `+rowColumns+`, i.n_demands, i.n_evidence, b.fields, coalesce(d.outcome, '')
		from items i join item_bodies b on b.n = i.n left join decisions d on d.item = i.id and d.ended = 0
		`+w.text(), w.args...)
	if err != nil {
		return nil, err
	}
	at := map[plumbline.ItemID]*Standing{}
	for i := range out {
		at[out[i].ID] = &out[i]
	}
	if err := tx.answers(ids, at); err != nil {
		return nil, err
	}
	return out, tx.eventsOf(ids, types, at)
}

// saidInPublic is the type of event that answers a requester.
const saidInPublic = "comment added"

// Answers says that an event of an item is a public word of somebody else than
// its requester.
func Answers(e plumbline.Event, requester plumbline.PersonID) bool {
	return e.Type == saidInPublic && e.Actor != requester && e.Seen != plumbline.InternalOnly
}

func (tx *Tx) answers(ids []plumbline.ItemID, at map[plumbline.ItemID]*Standing) error {
	w := where{}
	in(&w, "e.item", ids)
	_, err := list(tx, func(r row) (id plumbline.ItemID, err error) {
		var first plumbline.Time
		err = r.Scan(&id, &first)
		if s := at[id]; s != nil {
			s.Answered = first
		}
		return id, err
	}, `
		select e.item, min(e.at) from events e join items i on i.id = e.item
		`+w.text()+` and e.type = '`+saidInPublic+`' and e.actor <> i.requester and e.seen <> 'internal' group by e.item`, w.args...)
	for _, e := range tx.events {
		s := at[e.Item]
		if s != nil && s.Answered == 0 && Answers(e, s.Requester) {
			s.Answered = e.At
		}
	}
	return err
}

func (tx *Tx) eventsOf(ids []plumbline.ItemID, types []string, at map[plumbline.ItemID]*Standing) error {
	w := where{}
	in(&w, "e.item", ids)
	in(&w, "e.type", types)
	events, err := list(tx, scanEvent, `select `+eventColumns+` from events e `+w.text()+` order by e.seq`, w.args...)
	if err != nil {
		return err
	}
	for _, e := range append(events, tx.events...) {
		s := at[e.Item]
		if s == nil || e.Seq == 0 && !slices.Contains(types, e.Type) {
			continue
		}
		s.Events = append(s.Events, e)
	}
	return nil
}

// PutAgenda replaces the agenda of the items by the entries, if it is another.
func (tx *Tx) PutAgenda(ids []plumbline.ItemID, entries []AgendaEntry) error {
	w := where{}
	in(&w, "item", ids)
	was, err := list(tx, scanAgenda, `select item, kind, at, what from agenda `+w.text(), w.args...)
	if err != nil || sameAgenda(was, entries) {
		return err
	}
	if len(was) > 0 {
		if _, err := tx.exec(`delete from agenda `+w.text(), w.args...); err != nil {
			return err
		}
	}
	rows := make([][]any, len(entries))
	for i, e := range entries {
		rows[i] = []any{e.Item, e.Kind, e.At, e.What}
	}
	return tx.insertRows(`insert into agenda (item, kind, at, what)`, rows, "")
}

func scanAgenda(r row) (e AgendaEntry, err error) {
	err = r.Scan(&e.Item, &e.Kind, &e.At, &e.What)
	return e, err
}

func sameAgenda(a, b []AgendaEntry) bool {
	if len(a) != len(b) {
		return false
	}
	have := map[AgendaEntry]bool{}
	for _, e := range a {
		have[e] = true
	}
	for _, e := range b {
		if !have[e] {
			return false
		}
	}
	return true
}

// AgendaOf is the agenda of some items, in one statement.
func (tx *Tx) AgendaOf(ids []plumbline.ItemID) ([]AgendaEntry, error) {
	w := where{}
	in(&w, "item", append([]plumbline.ItemID{""}, ids...)) // none is a list too
	return list(tx, scanAgenda, `select item, kind, at, what from agenda `+w.text()+` order by item, kind`, w.args...)
}

// AgendaAsk is a part of the agenda that is asked for.
type AgendaAsk struct {
	Kind  string
	Until plumbline.Time // only what is due by then; 0: all
}

// AgendaRow is an entry with its item as lists show it.
type AgendaRow struct {
	AgendaEntry
	plumbline.Row
}

// Agenda is the first limit entries of each part that who sees, the soonest
// first, and how many there are of each, up to plumbline.TotalCap. It takes two
// statements, however many parts.
func (tx *Tx) Agenda(who plumbline.Actor, parts []AgendaAsk, limit int) ([]AgendaRow, map[string]int, error) {
	w, c := where{}, where{}
	var pages, counts []string
	for i, p := range parts {
		n := strconv.Itoa(i)
		pages = append(pages, "select * from (select a.item, a.kind, a.at, a.what "+agendaFrom(&w, who, p)+" order by a.at, a.item limit "+strconv.Itoa(limit)+") as p"+n)
		counts = append(counts, "select "+n+" as part, (select count(*) from (select 1 as one "+agendaFrom(&c, who, p)+" "+atMost(plumbline.TotalCap)+") as c"+n+") as total")
	}
	rows, err := list(tx, scanAgendaRow, agendaRows("("+strings.Join(pages, " union all ")+")")+` order by g.kind, g.at, g.item`, w.args...)
	if err != nil {
		return nil, nil, err
	}
	totals := map[string]int{}
	_, err = list(tx, func(r row) (part int, err error) {
		var n int
		err = r.Scan(&part, &n)
		totals[parts[part].Kind] = n
		return part, err
	}, strings.Join(counts, " union all "), c.args...)
	return rows, totals, err
}

// agendaFrom is the from and where of a part.
func agendaFrom(w *where, who plumbline.Actor, p AgendaAsk) string {
	outer := w.conds
	w.conds = nil
	w.and("a.kind = " + w.arg(p.Kind))
	if p.Until > 0 {
		w.and("a.at <= " + w.arg(p.Until))
	}
	w.and("i.id = a.item")
	w.seenItem(sightOf(who))
	text := "from agenda a cross join items i " + w.text()
	w.conds = outer
	return text
}

// agendaRows is the select of entries with their items, of a set of entries.
func agendaRows(set string) string {
	return `
		select g.item, g.kind, g.at, g.what, ` + rowColumns + `, coalesce(t.name, ''), coalesce(d.name, ''), coalesce(r.name, ''),
			i.n_demands, i.n_evidence, i.n_comments, i.n_watchers
		from ` + set + ` as g cross join items i
		left join teams t on t.ref = i.team
		left join products d on d.ref = i.product
		left join people r on r.id = i.requester
		where i.id = g.item`
}

func scanAgendaRow(r row) (a AgendaRow, err error) {
	a.States = map[string]plumbline.Position{}
	c := &a.Row
	err = r.Scan(append(append([]any{&a.AgendaEntry.Item, &a.AgendaEntry.Kind, &a.At, &a.What}, rowFields(nil, &c.Item)...),
		&c.TeamName, &c.ProductName, &c.RequesterName, &c.Demands, &c.Evidence, &c.Comments, &c.Watchers)...)
	c.Labels = orNil(c.Labels)
	return a, err
}

// AgendaPage is a page of one part, the soonest first, after a place of an
// earlier page.
func (tx *Tx) AgendaPage(who plumbline.Actor, p AgendaAsk, after plumbline.Time, item plumbline.ItemID, limit int) ([]AgendaRow, error) {
	w := where{}
	from := agendaFrom(&w, who, p)
	if item != "" {
		from += " and (a.at, a.item) > (" + w.arg(after) + ", " + w.arg(item) + ")"
	}
	set := "(select a.item, a.kind, a.at, a.what " + from + " order by a.at, a.item " + atMost(limit) + ")"
	return list(tx, scanAgendaRow, agendaRows(set)+` order by g.at, g.item`, w.args...)
}

// Closing is a demand of a customer with its item as lists show it; when they
// sign is private.
type Closing struct {
	plumbline.Row
	Demand plumbline.Demand
}

// Closings are the demands on open items with a date of closing from the time
// on, the soonest first, at most limit.
func (tx *Tx) Closings(who plumbline.Actor, from plumbline.Time, limit int) ([]Closing, error) {
	w := where{}
	w.and("x.closes >= " + w.arg(from))
	w.and("x.closes > 0")
	w.and("i.id = x.item")
	w.and("i.done = false")
	w.seenItem(sightOf(who))
	return list(tx, func(r row) (c Closing, err error) {
		var closes plumbline.Time
		c.States = map[string]plumbline.Position{}
		err = r.Scan(append(rowFields(nil, &c.Row.Item), &c.Demand.ID, &c.Demand.Account, &closes)...)
		c.Demand.Close = plumbline.Hide(closes)
		return c, err
	}, `select `+rowColumns+`, x.id, x.account, x.closes from demands x cross join items i `+w.text()+`
		order by x.closes, x.item `+atMost(limit), w.args...)
}

// TimeOf is what clocks read of one item: its events of the types, oldest first,
// and the first public word of somebody else than the requester, 0 when there is
// none. It takes two statements.
func (tx *Tx) TimeOf(id plumbline.ItemID, requester plumbline.PersonID, types []string) ([]plumbline.Event, plumbline.Time, error) {
	s := Standing{}
	s.ID, s.Requester = id, requester
	at := map[plumbline.ItemID]*Standing{id: &s}
	if err := tx.answers([]plumbline.ItemID{id}, at); err != nil {
		return nil, 0, err
	}
	err := tx.eventsOf([]plumbline.ItemID{id}, types, at)
	return s.Events, s.Answered, err
}
