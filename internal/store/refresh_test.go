package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestDeliveriesComeOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := plumbline.Delivery{Link: "gitlab", ID: "1", Event: "Issue Hook", Ref: "7", Actor: "jdoe", At: 4}
		put := func(d plumbline.Delivery, at plumbline.Time) (fresh bool) {
			write(t, db, func(tx *store.Tx) (err error) {
				fresh, err = tx.InsertDelivery(d, []byte("{\"raw\": \"\xff\x00\"}"), at)
				return err
			})
			return fresh
		}
		other := d
		other.Link = "gitea"
		got := []bool{put(d, 10), put(d, 11), put(other, 20)}
		write(t, db, func(tx *store.Tx) error { return tx.PurgeDeliveries(20) })
		same(t, append(got, put(other, 30), put(d, 30)), []bool{true, false, true, false, true})
		write(t, db, func(tx *store.Tx) error {
			_, err := tx.InsertDelivery(plumbline.Delivery{Link: "gitlab", ID: "empty"}, nil, 1)
			return err
		})
	})
}

func queue(t *testing.T, db *store.DB, ref, cause string, at plumbline.Time) {
	t.Helper()
	write(t, db, func(tx *store.Tx) error { return tx.QueueRefresh("gitlab", ref, cause, at) })
}

func refreshes(t *testing.T, db *store.DB, now plumbline.Time, n int) (got []store.Refresh) {
	t.Helper()
	write(t, db, func(tx *store.Tx) (err error) {
		got, err = tx.ClaimRefreshes(now, 100*time.Microsecond, "me", n)
		return err
	})
	return got
}

func TestRefreshesCoalesce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		count := func() int { return get(t, db, func(tx *store.Tx) (int, error) { return tx.CountRefreshes("gitlab") }) }
		for i := range 20 {
			queue(t, db, "1", fmt.Sprint("hook ", i), plumbline.Time(30-i))
		}
		queue(t, db, "2", "poll", 5)
		same(t, count(), 2)
		same(t, refreshes(t, db, 4, 5), nil)
		got := refreshes(t, db, 11, 5)
		same(t, len(got), 2)
		one := got[0]
		if one.Ref != "1" {
			one = got[1]
		}
		same(t, one, store.Refresh{Link: "gitlab", Ref: "1", Cause: "hook 19", Attempts: 1, Stamp: one.Stamp})
		same(t, refreshes(t, db, 11, 5), nil)

		// Asked for while it is read: it is read once more.
		queue(t, db, "1", "hook 20", 12)
		queue(t, db, "1", "hook 21", 13)
		same(t, refreshes(t, db, 20, 5), nil)
		done := func(f store.Refresh) {
			write(t, db, func(tx *store.Tx) error { return tx.DoneRefresh(f.Link, f.Ref, f.Stamp) })
		}
		done(one)
		same(t, count(), 2)
		again := refreshes(t, db, 20, 5)
		same(t, again, []store.Refresh{{Link: "gitlab", Ref: "1", Cause: "hook 21", Attempts: 1, Stamp: again[0].Stamp}})
		done(one) // an old claim means nothing
		same(t, count(), 2)
		done(again[0])
		same(t, count(), 1)

		// A failure waits; its lease taken over, the first worker's word is void.
		two := store.Refresh{Link: "gitlab", Ref: "2", Stamp: got[0].Stamp}
		write(t, db, func(tx *store.Tx) error { return tx.RetryRefresh("gitlab", "2", 50, "503") })
		same(t, refreshes(t, db, 49, 5), nil)
		retried := refreshes(t, db, 50, 5)
		same(t, retried, []store.Refresh{{Link: "gitlab", Ref: "2", Cause: "poll", Attempts: 2, Stamp: retried[0].Stamp}})
		same(t, refreshes(t, db, 149, 5), nil)
		taken := refreshes(t, db, 150, 5)
		same(t, taken[0].Attempts, 3)
		done(retried[0])
		done(two)
		same(t, count(), 1)
		done(taken[0])
		same(t, get(t, db, func(tx *store.Tx) (int, error) { return tx.CountRefreshes("") }), 0)
	})
}

// A hint that comes while an issue waits after a failure brings it forward.
func TestHintEndsTheWait(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		queue(t, db, "1", "hook", 1)
		same(t, len(refreshes(t, db, 1, 1)), 1)
		write(t, db, func(tx *store.Tx) error { return tx.RetryRefresh("gitlab", "1", 1000, "503") })
		queue(t, db, "1", "hook", 20)
		same(t, refreshes(t, db, 19, 1), nil)
		same(t, len(refreshes(t, db, 20, 1)), 1)
	})
}

func TestTwoServersShareTheRefreshes(t *testing.T) {
	storetest.EachWhere(t, func(t *testing.T, where string) {
		handles := []*store.DB{storetest.Open(t, where), storetest.Open(t, where)}
		const issues = 60
		for i := range issues {
			queue(t, handles[0], fmt.Sprint(i), "poll", 1)
		}
		var mu sync.Mutex
		got := map[string]int{}
		var wg sync.WaitGroup
		for w := range 6 {
			wg.Go(func() {
				for {
					var claimed []store.Refresh
					err := handles[w%2].Write(context.Background(), func(tx *store.Tx) (err error) {
						claimed, err = tx.ClaimRefreshes(10, time.Hour, fmt.Sprint(w), 4)
						return err
					})
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					for _, f := range claimed {
						got[f.Ref]++
					}
					all := len(got) == issues
					mu.Unlock()
					if all || err != nil {
						return
					}
				}
			})
		}
		wg.Wait()
		for ref, n := range got {
			if n != 1 {
				t.Errorf("issue %s was given %d times", ref, n)
			}
		}
	})
}

// A worker that is alive keeps what it has claimed; others do not get it.
func TestClaimsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insertActions(t, db, action(1, "1"))
		queue(t, db, "1", "hook", 1)
		same(t, claim(t, db, 10, 5), []string{"a1 1"})
		same(t, len(refreshes(t, db, 10, 5)), 1)
		keep := func(holder string) {
			write(t, db, func(tx *store.Tx) error { return tx.KeepClaims(holder, 500) })
		}
		keep("me")
		keep("somebody else")
		same(t, claim(t, db, 499, 5), nil)
		same(t, refreshes(t, db, 499, 5), nil)
		same(t, claim(t, db, 500, 5), []string{"a1 2"})
		same(t, len(refreshes(t, db, 500, 5)), 1)
	})
}
