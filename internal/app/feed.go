package app

import (
	"context"
	"sync"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// recent is how many of the newest events are read for all who follow them.
const recent = 200

// feed is what happened last, read once for a thousand open pages that one
// change wakes. It is read anew after every commit, with the visibility that
// items have then, so that nobody is told what they would not be told by asking
// the database themselves.
type feed struct {
	mu     sync.Mutex
	read   bool
	commit uint64 // the number of commits before the reading
	from   int64  // the events after this one are in events
	last   int64  // the newest one
	events []store.Happened
}

// Follow is the events after a number that who may see, for those whom Subscribe
// has woken, and the number up to which there are no others.
func (a *App) Follow(ctx context.Context, who plumbline.Actor, after int64) (events []plumbline.Event, last int64, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, after, err
	}
	news, last, ok, err := a.feed.after(ctx, a.db, after)
	if err != nil {
		return nil, after, err
	}
	for _, h := range news {
		switch h.SeenBy(who) {
		case store.SeenByAll:
			events = append(events, h.Event)
		case store.SeenWithPart:
			ok = false // only the database knows
		}
	}
	if !ok {
		return a.CatchUp(ctx, who, after)
	}
	return events, last, nil
}

// CatchUp is Follow for those who come back after a while: it asks the database.
// When there are very many events it returns the first of them.
func (a *App) CatchUp(ctx context.Context, who plumbline.Actor, after int64) (events []plumbline.Event, last int64, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, after, err
	}
	const most = 1000
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		if events, err = tx.Events(who, after, most, ""); err != nil {
			return err
		}
		if len(events) == most {
			last = events[most-1].Seq
			return nil
		}
		last, err = tx.LastSeq()
		return err
	})
	return events, max(last, after), err
}

// after is the events after a number, from memory; not ok when they are not all
// there. The first one who asks after a commit reads for the others, who wait.
func (f *feed) after(ctx context.Context, db *store.DB, after int64) (news []store.Happened, last int64, ok bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := db.Commits(); !f.read || n != f.commit {
		// The one who reads may go away; the others still want it.
		err := db.Read(context.WithoutCancel(ctx), func(tx *store.Tx) error {
			f.events, f.from, f.last, err = tx.Recent(recent)
			return err
		})
		if err != nil {
			f.read = false
			return nil, 0, false, err
		}
		f.read, f.commit = true, n
	}
	if after < f.from {
		return nil, f.last, false, nil
	}
	// Sequence numbers have no gaps.
	return f.events[min(after-f.from, int64(len(f.events))):], max(f.last, after), true, nil
}
