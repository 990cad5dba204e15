package notices

import (
	"context"
	"strconv"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// UnreadCap is the highest number of unread items that is told exactly.
const UnreadCap = 99

const (
	pageOf     = 30 // items on a page
	eachShown  = 5  // events of an item
	noticeLife = 120 * 24 * time.Hour
	letterLife = 30 * 24 * time.Hour // of letters that ended
)

// NoticeLine is one event that somebody was told of, in words.
type NoticeLine struct {
	Seq      int64                  `json:"seq"`
	At       plumbline.Time         `json:"at"`
	Type     string                 `json:"type"`
	By       string                 `json:"by"`
	Sentence string                 `json:"sentence"` // after By: "commented"
	Detail   string                 `json:"detail,omitempty"`
	Reason   plumbline.NoticeReason `json:"reason"`
	Unread   bool                   `json:"unread"`
}

// NoticeGroup is what somebody was told of one item, newest first. Key is empty
// when it is about the installation.
type NoticeGroup struct {
	Item     plumbline.ItemID       `json:"item,omitempty"`
	Key      plumbline.Key          `json:"key,omitempty"`
	Kind     plumbline.ItemKind     `json:"kind,omitempty"`
	Title    string                 `json:"title"`
	State    plumbline.State        `json:"state,omitempty"`
	Seen     plumbline.Visibility   `json:"visibility,omitempty"`
	Reason   plumbline.NoticeReason `json:"reason"` // of the newest
	Unread   bool                   `json:"unread"`
	Muted    bool                   `json:"muted"`
	Watching bool                   `json:"watching"`
	Last     int64                  `json:"last"` // newest event; what to send to mark it read
	Lines    []NoticeLine           `json:"lines"`
}

// NoticePage is a page of somebody's notices.
type NoticePage struct {
	Groups []NoticeGroup `json:"groups"`
	Unread int           `json:"unread"` // items with unread notices, at most 100
	Next   string        `json:"next,omitempty"`
	Seq    int64         `json:"seq"`
}

// Notices is a page of what the actor was told of, by item, newest first; unread
// leaves out what was read.
func (d *Desk) Notices(ctx context.Context, who plumbline.Actor, unread bool, cursor string) (NoticePage, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return NoticePage{}, err
	}
	before := int64(0)
	if cursor != "" {
		n, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil || n < 1 {
			return NoticePage{}, plumbline.FieldError("cursor", "This page of notices does not exist. Begin with the newest.")
		}
		before = n
	}
	var out NoticePage
	err := d.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Seq, err = tx.LastSeq(); err != nil {
			return err
		}
		if out.Unread, _, err = tx.CountUnread(who, "", UnreadCap+1); err != nil {
			return err
		}
		items, err := tx.NoticeItems(who, unread, before, pageOf+1)
		if err != nil {
			return err
		}
		out.Next = ""
		if len(items) > pageOf {
			items = items[:pageOf]
			out.Next = strconv.FormatInt(items[pageOf-1].Last, 10)
		}
		out.Groups, err = d.groups(tx, who, items)
		return err
	})
	return out, err
}

// groups puts the newest events to each item.
func (d *Desk) groups(tx *store.Tx, who plumbline.Actor, items []store.NoticeItem) ([]NoticeGroup, error) {
	ids := make([]plumbline.ItemID, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	events, err := tx.NoticeEvents(who, ids, eachShown)
	if err != nil {
		return nil, err
	}
	byItem := map[plumbline.ItemID][]store.NoticeEvent{}
	for _, e := range events {
		byItem[e.Item] = append(byItem[e.Item], e)
	}
	out := make([]NoticeGroup, 0, len(items))
	for _, it := range items {
		g := NoticeGroup{Item: it.ID, Key: it.Key, Kind: it.Kind, Title: it.Title, State: it.State, Seen: it.Seen,
			Unread: it.Unread, Muted: it.Muted, Watching: it.Watching, Last: it.Last, Lines: []NoticeLine{}}
		if it.ID == "" {
			g.Title = "This installation and its limits"
		}
		for _, e := range byItem[it.ID] {
			l := NoticeLine{Seq: e.Seq, At: e.At, Type: e.Type, By: e.By, Reason: e.Reason, Unread: it.Unread && e.Seq > it.ReadTo}
			l.Sentence, l.Detail = d.say(e.Event)
			g.Lines = append(g.Lines, l)
		}
		if len(g.Lines) > 0 {
			g.Reason = g.Lines[0].Reason
			out = append(out, g)
		}
	}
	return out, nil
}

// CountUnread is of how many items the actor has unread notices; one more than
// [UnreadCap] stands for more. The item that the actor opens now ("" for none)
// does not count; also says that there are unread notices of it.
func (d *Desk) CountUnread(ctx context.Context, who plumbline.Actor, opened plumbline.Key) (n int, also bool, err error) {
	if who.Person == "" || !rights.May(who, rights.See) {
		return 0, false, nil
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		n, also, err = tx.CountUnread(who, opened, UnreadCap+1)
		return err
	})
	return n, also, err
}

// NewestNotice is the newest event that the actor has an unread notice of, 0:
// none. An open page asks it after [Desk.Told] grew.
func (d *Desk) NewestNotice(ctx context.Context, who plumbline.Actor) (seq int64, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		seq, err = tx.LastUnread(who.Person)
		return err
	})
	return seq, err
}

// ReadNotices marks what the actor was told of an item ("" for the installation)
// as read, up to the event that they saw; newer notices stay unread. A mark in
// one's own reading is no event.
func (d *Desk) ReadNotices(ctx context.Context, who plumbline.Actor, key plumbline.Key, upto int64) error {
	return d.own(ctx, who, func(tx *store.Tx) error {
		it := plumbline.Item{}
		if key != "" {
			var err error
			if it, err = tx.ItemByKey(key); err != nil {
				return err
			}
		}
		if upto <= 0 {
			upto = 1 << 62
		}
		_, err := tx.ReadNotices(who.Person, it.ID, upto)
		return err
	})
}

// ReadAllNotices marks everything that the actor was told up to an event as
// read, and says of how many items; 0 is everything so far.
func (d *Desk) ReadAllNotices(ctx context.Context, who plumbline.Actor, upto int64) (n int, err error) {
	err = d.own(ctx, who, func(tx *store.Tx) (err error) {
		if upto <= 0 {
			if upto, err = tx.LastSeq(); err != nil {
				return err
			}
		}
		n, err = tx.ReadAllNotices(who.Person, upto)
		return err
	})
	return n, err
}

// Mute ends notices of an item for the actor, or lets them come again. What was
// told counts as read.
func (d *Desk) Mute(ctx context.Context, who plumbline.Actor, key plumbline.Key, on bool) error {
	return d.own(ctx, who, func(tx *store.Tx) error {
		it, err := tx.ItemByKey(key)
		if err != nil {
			return err
		}
		part, err := tx.HasPart(it.ID, who.Person)
		if err != nil {
			return err
		}
		if !who.Sees(it.Visibility, part) {
			return plumbline.Errorf(plumbline.NotFound, "There is no item %s, or you may not see it. Look it up in the list of items.", key)
		}
		set, typ := tx.Unmute, "notices unmuted"
		if on {
			set, typ = tx.Mute, "notices muted"
		}
		changed, err := set(it.ID, who.Person)
		if err != nil || !changed {
			return err
		}
		if on {
			if _, err := tx.ReadNotices(who.Person, it.ID, 1<<62); err != nil {
				return err
			}
		}
		return d.aside(tx, who, typ, it)
	})
}

// aside notes what somebody did about their own notices of an item. It is about
// the person, so it does not stand in the item's history.
func (d *Desk) aside(tx *store.Tx, who plumbline.Actor, typ string, it plumbline.Item) error {
	return d.note(tx, who, typ, map[string]string{"text": string(it.Key)})
}

// own is the frame of what somebody does about their own notices.
func (d *Desk) own(ctx context.Context, who plumbline.Actor, fn func(tx *store.Tx) error) error {
	if err := rights.Need(who, rights.OwnNotices); err != nil {
		return err
	}
	if who.Person == "" {
		return plumbline.Errorf(plumbline.Denied, "Only a person has notices.")
	}
	return d.db.Write(ctx, fn)
}

// TidyNotices forgets old notices and letters that have ended.
func (d *Desk) TidyNotices(ctx context.Context) error {
	return d.db.Write(ctx, func(tx *store.Tx) error {
		first, err := tx.FirstSeqAt(d.now().Add(-noticeLife))
		if err != nil {
			return err
		}
		if err := tx.PurgeNotices(first); err != nil {
			return err
		}
		return tx.PurgeLetters(d.now().Add(-letterLife))
	})
}
