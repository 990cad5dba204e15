package store

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// wakes are the subscribers of a DB.
type wakes struct {
	n    atomic.Uint64 // wake-ups so far
	mu   sync.Mutex
	subs map[chan struct{}]bool
}

// all wakes everybody; who is awake already is woken once more at most.
func (w *wakes) all() {
	w.n.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.subs {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Subscribe returns a channel that receives after commits of this process, and
// of others while [DB.Listen] runs. Wake-ups coalesce: one may stand for many
// commits, and there may be one for a commit seen already. Stop ends them; the
// channel is not closed.
func (db *DB) Subscribe() (wake <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	w := &db.wakes
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.subs == nil {
		w.subs = map[chan struct{}]bool{}
	}
	w.subs[c] = true
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.subs, c)
	}
}

// Commits grows after every commit of this process that changed something, and of
// others while [DB.Listen] runs, before the subscribers wake: what was read when
// it had another value may be out of date.
func (db *DB) Commits() uint64 { return db.wakes.n.Load() }

// sleep waits for d and says whether ctx goes on.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
