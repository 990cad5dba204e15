package store

import (
	"strconv"
	"strings"

	"plumbline"
)

// Place is how far the named follower of events has come.
func (tx *Tx) Place(name string) (int64, error) {
	return number(tx, `select value from counters where name = $1`, name)
}

// MovePlace moves a follower on from where it was seen, and says whether it was
// still there: of several servers one does the work.
func (tx *Tx) MovePlace(name string, from, to int64) (bool, error) {
	if _, err := tx.exec(`insert into counters (name, value) values ($1, 0) on conflict (name) do nothing`, name); err != nil {
		return false, err
	}
	n, err := tx.exec(`update counters set value = $3 where name = $1 and value = $2`, name, from, to)
	return n > 0, err
}

// Mute makes a person hear nothing more of an item, and says whether they did.
func (tx *Tx) Mute(item plumbline.ItemID, p plumbline.PersonID) (bool, error) {
	n, err := tx.exec(`insert into mutes (item, person) values ($1, $2) on conflict (item, person) do nothing`, item, p)
	return n > 0, err
}

// Unmute ends that and says whether it held.
func (tx *Tx) Unmute(item plumbline.ItemID, p plumbline.PersonID) (bool, error) {
	n, err := tx.exec(`delete from mutes where item = $1 and person = $2`, item, p)
	return n > 0, err
}

// InsertNotices tells people of events; what they were told before stays as it
// is.
func (tx *Tx) InsertNotices(all []plumbline.Notice) error {
	const most = 100 // rows in a statement
	type key struct {
		person plumbline.PersonID
		item   plumbline.ItemID
	}
	last := map[key]int64{}
	var order []key
	for rest := all; len(rest) > 0; {
		n := min(most, len(rest))
		var values []string
		var args []any
		for i, no := range rest[:n] {
			values = append(values, "("+holes(1+i*4, 4)+")")
			args = append(args, no.Person, no.Item, no.Seq, no.Reason)
			k := key{no.Person, no.Item}
			if _, known := last[k]; !known {
				order = append(order, k)
			}
			last[k] = max(last[k], no.Seq)
		}
		_, err := tx.exec(`insert into notices (person, item, seq, reason) values `+strings.Join(values, ", ")+` on conflict do nothing`, args...)
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	for rest := order; len(rest) > 0; {
		n := min(most, len(rest))
		var values []string
		var args []any
		for i, k := range rest[:n] {
			values = append(values, "("+holes(1+i*3, 3)+", 0, true)")
			args = append(args, k.person, k.item, last[k])
		}
		_, err := tx.exec(`
			insert into notice_items (person, item, last, read_to, unread) values `+strings.Join(values, ", ")+`
			on conflict (person, item) do update set last = excluded.last, unread = true
			where excluded.last > notice_items.last`, args...)
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// CountUnread is of how many items the actor has unread notices, counted up to
// most, and whether the item with the key opened, which does not count, is one
// more. What they may not see any more does not count.
func (tx *Tx) CountUnread(who plumbline.Actor, opened plumbline.Key, most int) (n int, also bool, err error) {
	w := where{}
	person, key := w.arg(who.Person), w.arg(opened)
	w.and("g.person = " + person)
	w.and("g.unread")
	w.and("(i.key is null or i.key <> " + key + ")")
	w.seenEvent(who)
	name := "unread " + string(who.Person) + " " + string(opened) + " " + sightOf(who).String()
	count, err := Remember(tx, name, func() (c [2]int, err error) {
		c, _, err = first(tx, func(r row) (c [2]int, err error) {
			err = r.Scan(&c[0], &c[1])
			return c, err
		}, `
			select (select count(*) from (
				select 1 as one from notice_items g join events e on e.seq = g.last left join items i on i.id = g.item
				`+w.text()+` `+atMost(most)+`) x),
				(select count(*) from items i join notice_items g on g.item = i.id where i.key = `+key+` and g.person = `+person+` and g.unread)`, w.args...)
		return c, err
	})
	return count[0], count[1] > 0, err
}

// LastUnread is the newest event that a person has an unread notice of, 0: none.
func (tx *Tx) LastUnread(p plumbline.PersonID) (int64, error) {
	return number(tx, `select last from notice_items where person = $1 and unread order by last desc limit 1`, p)
}

// NoticeItem is what a person is told of one item, together. Its Key is empty
// when it is about no item.
type NoticeItem struct {
	ID       plumbline.ItemID
	Key      plumbline.Key
	Kind     plumbline.ItemKind
	Title    string
	State    plumbline.State
	Seen     plumbline.Visibility
	Last     int64 // newest event
	ReadTo   int64
	Unread   bool
	Muted    bool
	Watching bool
}

// NoticeItems is a page of the items that the actor was told of, newest first:
// those whose newest event is before the number before, 0: from the newest.
func (tx *Tx) NoticeItems(who plumbline.Actor, unread bool, before int64, limit int) ([]NoticeItem, error) {
	w := where{}
	person := w.arg(who.Person)
	w.and("g.person = " + person)
	if unread {
		w.and("g.unread")
	}
	if before > 0 {
		w.and("g.last < " + w.arg(before))
	}
	w.seenEvent(who)
	return list(tx, func(r row) (n NoticeItem, err error) {
		err = r.Scan(&n.ID, &n.Key, &n.Kind, &n.Title, &n.State, &n.Seen, &n.Last, &n.ReadTo, &n.Unread, &n.Muted, &n.Watching)
		return n, err
	}, `
		select g.item, coalesce(i.key, ''), coalesce(i.kind, ''), coalesce(i.title, ''), coalesce(i.state, ''),
			coalesce(i.visibility, ''), g.last, g.read_to, g.unread,
			exists (select 1 from mutes m where m.item = g.item and m.person = g.person),
			exists (select 1 from watchers x where x.item = i.n and x.person = g.person)
		from notice_items g join events e on e.seq = g.last left join items i on i.id = g.item
		`+w.text()+` order by g.last desc `+atMost(limit), w.args...)
}

// NoticeEvent is an event with the reason why a person was told of it.
type NoticeEvent struct {
	plumbline.Event
	Reason plumbline.NoticeReason
}

// NoticeEvents are the newest events, at most each, of which the actor was told
// for every one of the items, in one statement, newest first.
func (tx *Tx) NoticeEvents(who plumbline.Actor, items []plumbline.ItemID, each int) ([]NoticeEvent, error) {
	if len(items) == 0 {
		return nil, nil
	}
	w := where{}
	person := w.arg(who.Person)
	parts := make([]string, len(items))
	for i, id := range items {
		parts[i] = `select * from (select seq, reason from notices where person = ` + person + ` and item = ` + w.arg(id) +
			` order by seq desc limit ` + strconv.Itoa(each) + `) p` + strconv.Itoa(i)
	}
	w.seenEvent(who)
	return list(tx, func(r row) (e NoticeEvent, err error) {
		var data string
		err = r.Scan(&e.Seq, &e.At, &e.Type, &e.Item, &e.Key, &e.Actor, &e.By, &e.Via, &e.Cause, &e.Seen, &data, &e.Reason)
		e.Data = []byte(data)
		return e, err
	}, `
		select `+eventColumns+`, n.reason from (`+strings.Join(parts, " union all ")+`) n
		join events e on e.seq = n.seq left join items i on i.id = e.item
		`+w.text()+` order by e.seq desc`, w.args...)
}

// ReadNotices marks what a person was told of an item as read, up to an event,
// and says whether that changed anything.
func (tx *Tx) ReadNotices(p plumbline.PersonID, item plumbline.ItemID, upto int64) (bool, error) {
	n, err := tx.exec(`
		update notice_items set read_to = case when last < $3 then last else $3 end, unread = last > $3
		where person = $1 and item = $2 and unread and read_to < $3`, p, item, upto)
	return n > 0, err
}

// ReadAllNotices marks everything that a person was told up to an event as read,
// and says of how many items.
func (tx *Tx) ReadAllNotices(p plumbline.PersonID, upto int64) (int, error) {
	n, err := tx.exec(`update notice_items set read_to = last, unread = false where person = $1 and unread and last <= $2`, p, upto)
	return int(n), err
}

// PurgeNotices forgets what people were told of events before the number.
func (tx *Tx) PurgeNotices(before int64) error {
	if _, err := tx.exec(`delete from notices where seq < $1`, before); err != nil {
		return err
	}
	_, err := tx.exec(`delete from notice_items where last < $1`, before)
	return err
}

// FirstSeqAt is the number of the first event at or after the time, or one more
// than the last.
func (tx *Tx) FirstSeqAt(at plumbline.Time) (int64, error) {
	last, err := tx.LastSeq()
	if err != nil {
		return 0, err
	}
	low, high := int64(1), last+1 // times grow with numbers, near enough for a purge
	for low < high {
		mid := low + (high-low)/2
		t, err := number(tx, `select at from events where seq >= $1 order by seq limit 1`, mid)
		if err != nil {
			return 0, err
		}
		if t < int64(at) {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, nil
}
