package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestEventComesBackAsItWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1))
		full := plumbline.Event{At: 7, Type: "item moved", Item: "item-1", Key: "REQ-1", Actor: "mara", By: "Mara", Via: "web",
			Cause: "user", Seen: plumbline.Confidential, Data: json.RawMessage(`{"from": "a\u0000"}`)}
		bare := plumbline.Event{Type: "link paused", Seen: plumbline.InternalOnly}
		write(t, db, func(tx *store.Tx) error { return tx.Append(full, bare) })
		full.Seq, bare.Seq = 1, 2
		read(t, db, func(tx *store.Tx) error {
			all, err := tx.Events(pm, 0, 10, "")
			same(t, all, []plumbline.Event{full, bare})
			if err != nil {
				return err
			}
			history, err := tx.History("item-1", 10, 0)
			same(t, history, []plumbline.Event{full})
			return err
		})
	})
}

// followers must see every event once and in order, whoever writes: eight
// writers on two servers, of which some change their mind, and a reader that goes
// on from the last event it saw.
func TestFollowerMissesNothing(t *testing.T) {
	storetest.EachWhere(t, func(t *testing.T, where string) {
		ctx := context.Background()
		handles := []*store.DB{storetest.Open(t, where), storetest.Open(t, where)}
		const writers, each = 8, 25
		undo := errors.New("undo")
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					err := handles[w%2].Write(ctx, func(tx *store.Tx) error {
						for part := range 1 + i%3 {
							e := plumbline.Event{Type: fmt.Sprint(w, " ", i, " ", part), Seen: plumbline.Public}
							if err := tx.Append(e); err != nil {
								return err
							}
						}
						if i%5 == 4 {
							return undo
						}
						return nil
					})
					if err != nil && !errors.Is(err, undo) {
						t.Error(err)
					}
				}
			})
		}
		done := make(chan struct{})
		go func() { wg.Wait(); close(done) }()
		follow(t, handles[1], done, func(e plumbline.Event, nth int) {
			if e.Seq != int64(nth) {
				t.Errorf("event %d came as number %d", e.Seq, nth)
			}
		})
		want := 0
		for i := range each {
			if i%5 != 4 {
				want += writers * (1 + i%3)
			}
		}
		same(t, get(t, handles[0], (*store.Tx).LastSeq), int64(want))
	})
}

// follow reads events in pages of seven until done, and then what is left.
func follow(t *testing.T, db *store.DB, done <-chan struct{}, each func(e plumbline.Event, nth int)) {
	t.Helper()
	var after int64
	nth := 0
	for last := false; ; {
		page := get(t, db, func(tx *store.Tx) ([]plumbline.Event, error) { return tx.Events(pm, after, 7, "") })
		for _, e := range page {
			nth++
			each(e, nth)
			after = e.Seq
		}
		if len(page) > 0 {
			continue
		}
		if last {
			return
		}
		select {
		case <-done:
			last = true
		default:
		}
	}
}

// Of one transaction the events are in the order they were appended in, and a
// failed one uses no numbers up.
func TestEventsOfATransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(tx *store.Tx) error {
			for i := range 120 {
				if err := tx.Append(plumbline.Event{Type: fmt.Sprint(i), Seen: plumbline.Public}); err != nil {
					return err
				}
			}
			seq, err := tx.LastSeq()
			same(t, seq, int64(0)) // not yet
			return err
		})
		events := get(t, db, func(tx *store.Tx) ([]plumbline.Event, error) { return tx.Events(pm, 0, 200, "") })
		for i, e := range events {
			same(t, e.Type, fmt.Sprint(i))
			same(t, e.Seq, int64(i+1))
		}
		same(t, len(events), 120)
	})
}

func TestHistoryAndAudit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1), item(2))
		write(t, db, func(tx *store.Tx) error {
			for i := range 10 {
				e := plumbline.Event{Type: []string{"item moved", "item edited"}[i%2], Item: item(1 + i/5).ID,
					Actor: []plumbline.PersonID{"mara", "oana", "iva"}[i%3], Seen: plumbline.Public}
				if err := tx.Append(e); err != nil {
					return err
				}
			}
			return nil
		})
		seqs := func(events []plumbline.Event) (out []int64) {
			for _, e := range events {
				out = append(out, e.Seq)
			}
			return out
		}
		read(t, db, func(tx *store.Tx) error {
			for _, c := range []struct {
				limit  int
				before int64
				want   []int64
			}{{10, 0, []int64{5, 4, 3, 2, 1}}, {2, 0, []int64{5, 4}}, {2, 4, []int64{3, 2}}, {2, 1, nil}} {
				got, err := tx.History("item-1", c.limit, c.before)
				if err != nil {
					return err
				}
				same(t, seqs(got), c.want)
			}
			for _, c := range []struct {
				f    store.AuditFilter
				want []int64
			}{
				{store.AuditFilter{}, []int64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
				{store.AuditFilter{Limit: 3, Before: 5}, []int64{4, 3, 2}},
				{store.AuditFilter{Item: "item-2"}, []int64{10, 9, 8, 7, 6}},
				{store.AuditFilter{Actor: "mara"}, []int64{10, 7, 4, 1}},
				{store.AuditFilter{Type: "item edited"}, []int64{10, 8, 6, 4, 2}},
				{store.AuditFilter{Type: "item edited", Actor: "mara", Item: "item-1"}, []int64{4}},
			} {
				got, err := tx.Audit(pm, c.f)
				if err != nil {
					return err
				}
				same(t, seqs(got), c.want)
			}
			return nil
		})
	})
}

// Who subscribes is woken by a commit, also one of another server, and not by a
// transaction that failed or changed nothing.
func TestWakeUps(t *testing.T) {
	storetest.EachWhere(t, func(t *testing.T, where string) {
		ctx, cancel := context.WithCancel(context.Background())
		here, there := storetest.Open(t, where), storetest.Open(t, where)
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := here.Listen(ctx); err != nil {
				t.Error(err)
			}
		})
		defer wg.Wait()
		defer cancel()
		wake, stop := here.Subscribe()
		defer stop()
		woken := func() bool {
			select {
			case <-wake:
				return true
			case <-time.After(20 * time.Second):
				return false
			}
		}
		if here.Kind() == "postgres" && !woken() { // once it listens
			t.Fatal("listening did not begin")
		}
		write(t, here, func(tx *store.Tx) error { return tx.PutSetting("a", "b") })
		if !woken() {
			t.Error("a commit here woke nobody")
		}
		write(t, here, func(tx *store.Tx) error { return tx.DeleteSession("not there") })
		write(t, here, func(tx *store.Tx) error { // a worker that finds nothing to do must not wake itself
			if _, err := tx.ClaimActions(10, time.Second, "me", 5); err != nil {
				return err
			}
			_, err := tx.ClaimRefreshes(10, time.Second, "me", 5)
			return err
		})
		wantKind(t, here, plumbline.NotFound, func(tx *store.Tx) error { return tx.SetPassword("nobody", "x", 1) })
		select {
		case <-wake:
			t.Error("nothing was changed, and somebody was woken")
		default:
		}
		if here.Kind() == "postgres" {
			for name, change := range map[string]func(tx *store.Tx) error{
				"a row":    func(tx *store.Tx) error { return tx.PutSetting("a", "c") },
				"an event": func(tx *store.Tx) error { return tx.Append(plumbline.Event{Seen: plumbline.Public}) },
			} {
				write(t, there, change)
				if !woken() {
					t.Errorf("%s written there woke nobody here", name)
				}
			}
		}
		stop()
		write(t, here, func(tx *store.Tx) error { return tx.PutSetting("a", "d") })
		select {
		case <-wake:
			t.Error("woken after stop")
		default:
		}
	})
}
