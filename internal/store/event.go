package store

import (
	"encoding/json"
	"slices"

	"plumbline"
)

const eventColumns = `e.seq, e.at, e.type, e.item, e.key, e.actor, e.actor_name, e.via, e.cause, e.seen, e.data`

func scanEvent(r row) (e plumbline.Event, err error) {
	var data string
	err = r.Scan(&e.Seq, &e.At, &e.Type, &e.Item, &e.Key, &e.Actor, &e.By, &e.Via, &e.Cause, &e.Seen, &data)
	if data != "" {
		e.Data = json.RawMessage(data)
	}
	return e, err
}

// Append adds events to the transaction. They get their Seq when it commits, in
// the order they were appended; Seq as given is ignored.
func (tx *Tx) Append(e ...plumbline.Event) error {
	if !tx.writes {
		return errReadOnly
	}
	tx.events = append(tx.events, e...)
	return nil
}

// writeEvents takes the next numbers and writes the events. The row that holds
// the last number stays locked until the commit, so transactions become visible
// in the order of their numbers and a reader that has seen n has missed nothing
// before it. It is taken last, to be held for the shortest time.
func (tx *Tx) writeEvents() error {
	if len(tx.events) == 0 {
		return nil
	}
	last, err := change(tx, column[int64], `update event_order set seq = seq + $1 where id = 1 returning seq`, len(tx.events))
	if err != nil {
		return err
	}
	rows := make([][]any, len(tx.events))
	for i, e := range tx.events {
		seq := last[0] - int64(len(tx.events)-1-i)
		rows[i] = []any{seq, e.At, e.Type, e.Item, e.Key, e.Actor, e.By, e.Via, e.Cause, e.Seen, string(e.Data)}
	}
	return tx.insertRows(`insert into events (seq, at, type, item, key, actor, actor_name, via, cause, seen, data)`, rows, "")
}

// LastSeq is the number of the newest event, 0 when there is none. In a
// transaction that writes it does not count the events appended in it.
func (tx *Tx) LastSeq() (int64, error) {
	return number(tx, `select seq from event_order where id = 1`)
}

// Events are the events after the number after that who may see, oldest first,
// at most limit. With an item only those of that item. An event is visible if
// both itself and, as it is now, its item are. Who follows events and may not
// see all of them goes on from LastSeq of the same snapshot when fewer than limit
// came, rather than from the last one seen.
func (tx *Tx) Events(who plumbline.Actor, after int64, limit int, item plumbline.ItemID) ([]plumbline.Event, error) {
	w := where{}
	w.and("e.seq > " + w.arg(after))
	if item != "" {
		w.and("e.item = " + w.arg(item))
	}
	w.seenEvent(who)
	return list(tx, scanEvent, `
		select `+eventColumns+` from events e left join items i on i.id = e.item
		`+w.text()+` order by e.seq `+atMost(limit), w.args...)
}

// Happened is an event with the visibility that its item has now, "" if it is
// about none.
type Happened struct {
	plumbline.Event
	Visibility plumbline.Visibility
}

// Seen says who sees an event.
type Seen int

// The ways to see an event.
const (
	NotSeen Seen = iota
	SeenByAll
	SeenWithPart // by those of the role who have a part in the item
)

// SeenBy says whether who sees the event, as [Tx.Events] does.
func (h Happened) SeenBy(who plumbline.Actor) Seen {
	s := sightOf(who)
	open := slices.Contains(s.open, string(h.Seen))
	switch {
	case s.all(), open && (h.Item == "" || slices.Contains(s.open, string(h.Visibility))):
		return SeenByAll
	case len(s.part) > 0 && h.Item != "" && (open || h.Seen == h.Visibility):
		return SeenWithPart
	}
	return NotSeen
}

// Recent is the newest events, at most so many, oldest first: those after from,
// up to last.
func (tx *Tx) Recent(most int) (events []Happened, from, last int64, err error) {
	if last, err = tx.LastSeq(); err != nil {
		return nil, 0, 0, err
	}
	from = max(0, last-int64(most))
	events, err = list(tx, func(r row) (h Happened, err error) {
		h.Event, err = scanEvent(joined{r, &h.Visibility})
		return h, err
	}, `
		select `+eventColumns+`, coalesce(i.visibility, '') from events e left join items i on i.id = e.item
		where e.seq > $1 and e.seq <= $2 order by e.seq`, from, last)
	return events, from, last, err
}

// joined scans a row with one column more.
type joined struct {
	row
	last any
}

// Scan implements row.
func (j joined) Scan(to ...any) error { return j.row.Scan(append(to, j.last)...) }

// AuditFilter narrows the audit log; what is empty narrows nothing.
type AuditFilter struct {
	Item   plumbline.ItemID
	Actor  plumbline.PersonID
	Type   string
	From   plumbline.Time // at this time or later
	Until  plumbline.Time // before this time
	Before int64          // only events with a smaller Seq; 0: from the newest
	Limit  int            // at most this many; 0: [plumbline.PageSize]
}

// Audit is a page of the events that who may see, newest first. The Seq of the
// last one is the Before of the next page.
func (tx *Tx) Audit(who plumbline.Actor, f AuditFilter) ([]plumbline.Event, error) {
	w := where{}
	w.equal("e.item", string(f.Item))
	w.equal("e.actor", string(f.Actor))
	w.equal("e.type", f.Type)
	if !f.From.IsZero() {
		w.and("e.at >= " + w.arg(f.From))
	}
	if !f.Until.IsZero() {
		w.and("e.at < " + w.arg(f.Until))
	}
	if f.Before > 0 {
		w.and("e.seq < " + w.arg(f.Before))
	}
	w.seenEvent(who)
	return list(tx, scanEvent, `
		select `+eventColumns+` from events e left join items i on i.id = e.item
		`+w.text()+` order by e.seq desc `+atMost(pageSize(f.Limit)), w.args...)
}

// History is what happened to an item, newest first, at most limit events with a
// Seq smaller than before; 0 is from the newest. It does not ask who reads.
func (tx *Tx) History(item plumbline.ItemID, limit int, before int64) ([]plumbline.Event, error) {
	w := where{}
	w.equal("e.item", string(item))
	if before > 0 {
		w.and("e.seq < " + w.arg(before))
	}
	return list(tx, scanEvent, `
		select `+eventColumns+` from events e `+w.text()+` order by e.seq desc `+atMost(limit), w.args...)
}
