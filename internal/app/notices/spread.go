package notices

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"plumbline"
	"plumbline/internal/store"
)

const (
	// place is the name under which the database keeps how far events were spread.
	place = "spread"
	// history is the age at which an event is no news any more, for example after
	// an import or after a long time without a worker.
	history = 14 * 24 * time.Hour
	// most is how many people are looked at when an event is told.
	most = 100_000
)

// counter counts the times that somebody was told something by this server.
type counter struct{ atomic.Int64 }

// Told grows each time that this server told somebody something: an open page
// looks only then whether it was its reader.
func (d *Desk) Told() int64 { return d.told.Load() }

// Spread takes the next n events and writes, in one transaction, what people
// are told of them and the letters to webhooks. It says whether there may be
// more. Several servers may call it: one does the work.
func (d *Desk) Spread(ctx context.Context, n int) (more bool, err error) {
	behind := false
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		at, err := tx.Place(place)
		if err != nil {
			return err
		}
		last, err := tx.LastSeq()
		behind = at < last
		return err
	})
	if err != nil || !behind {
		return false, err
	}
	wrote := false
	err = d.db.Write(ctx, func(tx *store.Tx) (err error) {
		wrote, more, err = d.spread(tx, n)
		return err
	})
	if err == nil && wrote {
		d.told.Add(1)
	}
	return more, err
}

func (d *Desk) spread(tx *store.Tx, n int) (wrote, more bool, err error) {
	from, err := tx.Place(place)
	if err != nil {
		return false, false, err
	}
	events, err := tx.Events(plumbline.SystemActor("spread"), from, n, "")
	if err != nil || len(events) == 0 {
		return false, false, err
	}
	mine, err := tx.MovePlace(place, from, events[len(events)-1].Seq)
	if err != nil || !mine {
		return false, false, err
	}
	horizon := d.now().Add(-history)
	events = slices.DeleteFunc(events, func(e plumbline.Event) bool { return e.At < horizon })
	more = true // a look that finds nothing is cheap
	if len(events) == 0 {
		return false, more, nil
	}
	s, hooks, err := d.scene(tx, events)
	if err != nil {
		return false, more, err
	}
	var all []plumbline.Notice
	for _, e := range events {
		all = append(all, s.tell(e, s.mentionedAt(e, events))...)
	}
	if err := tx.InsertNotices(all); err != nil {
		return false, more, err
	}
	return len(all) > 0, more, d.post(tx, s, hooks, events)
}

// scene reads what the events are judged by, in a fixed number of statements
// for some hundreds of items.
func (d *Desk) scene(tx *store.Tx, events []plumbline.Event) (s scene, hooks []plumbline.Webhook, err error) {
	var ids []plumbline.ItemID
	told := false
	for _, e := range events {
		told = told || toldOf(e)
		if e.Item != "" && !slices.Contains(ids, e.Item) {
			ids = append(ids, e.Item)
		}
	}
	if hooks, err = tx.Webhooks(); err != nil {
		return s, nil, err
	}
	hooks = slices.DeleteFunc(hooks, func(h plumbline.Webhook) bool { return !h.Disabled.IsZero() })
	if !told && len(hooks) == 0 {
		return s, nil, nil
	}
	if s.items, err = tx.HeadsByID(ids); err != nil || !told {
		return s, hooks, err
	}
	if s.watchers, err = tx.WatchersOf(ids); err != nil {
		return s, nil, err
	}
	if s.mutes, err = tx.MutesOf(ids); err != nil {
		return s, nil, err
	}
	if s.off, err = tx.NoticesOff(); err != nil {
		return s, nil, err
	}
	s.people, err = tx.People(false, most)
	return s, hooks, err
}

// mentionedAt are those whom the same act mentioned: they are told that, and not
// the comment too.
func (s scene) mentionedAt(e plumbline.Event, events []plumbline.Event) (out []plumbline.PersonID) {
	if e.Type != "comment added" {
		return nil
	}
	for _, m := range events {
		if m.Type != "person mentioned" || m.Item != e.Item || m.Actor != e.Actor || m.At != e.At {
			continue
		}
		for _, n := range s.tell(m, nil) {
			out = append(out, n.Person)
		}
	}
	return out
}
