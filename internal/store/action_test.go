package store_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// action is one that waits, for an issue; number makes its id, key and time.
func action(number int, ref string) plumbline.Action {
	return plumbline.Action{ID: plumbline.ActionID(fmt.Sprint("a", number)), Key: fmt.Sprint("key ", number), Link: "gitlab", Ref: ref,
		Item: plumbline.ItemID("item of " + ref), Kind: plumbline.SetLabels, Status: plumbline.ActionWaiting, Created: plumbline.Time(number)}
}

func insertActions(t *testing.T, db *store.DB, actions ...plumbline.Action) {
	t.Helper()
	write(t, db, func(tx *store.Tx) error {
		for _, a := range actions {
			if ok, err := tx.InsertAction(a); err != nil || !ok {
				t.Errorf("inserting %s: %v, %v", a.ID, ok, err)
			}
		}
		return nil
	})
}

// claim claims and returns the ids with their attempts.
func claim(t *testing.T, db *store.DB, now plumbline.Time, n int) (got []string) {
	t.Helper()
	write(t, db, func(tx *store.Tx) error {
		got = nil
		actions, err := tx.ClaimActions(now, time.Microsecond*100, "me", n)
		for _, a := range actions {
			if a.Status != plumbline.ActionRunning {
				t.Errorf("claimed %+v", a)
			}
			got = append(got, fmt.Sprint(a.ID, " ", a.Attempts))
		}
		return err
	})
	return got
}

func update(t *testing.T, db *store.DB, id plumbline.ActionID, change func(a *plumbline.Action)) {
	t.Helper()
	write(t, db, func(tx *store.Tx) error {
		a, err := tx.Action(id)
		if err != nil {
			return err
		}
		change(&a)
		return tx.UpdateAction(a)
	})
}

func status(s plumbline.ActionStatus) func(a *plumbline.Action) {
	return func(a *plumbline.Action) { a.Status = s }
}

func TestActionComesBackAsItWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := plumbline.Action{ID: "1", Key: "k", Link: "gitlab", Ref: "7", Item: "item-1", Kind: plumbline.TellComment,
			Want:   plumbline.WantedChange{Add: []string{"a"}, Remove: []string{"b"}, Marker: "m", Comment: "<c> & d", Close: true, Title: "t", Body: "b"},
			Expect: []string{"x", "y"}, Status: plumbline.ActionHeld, Attempts: 3, NotBefore: 9, Result: "r", Created: 5, Done: 6}
		insertActions(t, db, a)
		got := func() plumbline.Action {
			return get(t, db, func(tx *store.Tx) (plumbline.Action, error) { return tx.Action("1") })
		}
		same(t, got(), a)
		again := a
		again.ID = "2"
		write(t, db, func(tx *store.Tx) error {
			ok, err := tx.InsertAction(again)
			same(t, ok, false)
			return err
		})
		b := plumbline.Action{ID: "1", Key: "k", Link: "other", Ref: "", Item: "item-2", Kind: plumbline.OpenIssue, Status: plumbline.ActionDone, Attempts: 4, Created: 5}
		write(t, db, func(tx *store.Tx) error { return tx.UpdateAction(b) })
		same(t, got(), b)
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { return tx.UpdateAction(plumbline.Action{ID: "x"}) })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Action("x"); return err })
	})
}

// Of each issue one action at a time, the oldest first, when its time has come.
func TestClaimsGoInOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		later := action(4, "2")
		later.NotBefore = 50
		held := action(6, "3")
		held.Status = plumbline.ActionHeld
		opens, opensToo := action(8, ""), action(9, "")
		opens.Item, opensToo.Item = "x", "y"
		insertActions(t, db, action(1, "1"), action(2, "1"), action(3, "1"), later, action(5, "2"), held, action(7, "3"), opens, opensToo)
		same(t, claim(t, db, 10, 2), []string{"a1 1", "a7 1"})
		same(t, claim(t, db, 10, 10), []string{"a8 1", "a9 1"}) // to open issues for different items
		same(t, claim(t, db, 10, 10), nil)
		update(t, db, "a1", status(plumbline.ActionDone))
		same(t, claim(t, db, 60, 10), []string{"a2 1", "a4 1"})
		update(t, db, "a2", status(plumbline.ActionFailed))
		update(t, db, "a4", func(a *plumbline.Action) { a.Status, a.NotBefore = plumbline.ActionWaiting, 90 })
		same(t, claim(t, db, 70, 10), []string{"a3 1"}) // a5 waits for a4
		same(t, claim(t, db, 95, 1), []string{"a4 2"})
	})
}

// The lease of a worker that died runs out and another takes its work over;
// should the first not be dead after all, it is refused.
func TestLeasesAreTakenOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insertActions(t, db, action(1, "1"), action(2, "1"))
		same(t, claim(t, db, 10, 5), []string{"a1 1"})
		late := get(t, db, func(tx *store.Tx) (plumbline.Action, error) { return tx.Action("a1") })
		same(t, claim(t, db, 109, 5), nil)
		same(t, claim(t, db, 110, 5), []string{"a1 2"})
		for _, s := range []plumbline.ActionStatus{plumbline.ActionDone, plumbline.ActionWaiting, plumbline.ActionFailed} {
			late.Status = s
			wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error { return tx.UpdateAction(late) })
		}
		update(t, db, "a1", status(plumbline.ActionFailed))
		late.Status, late.Attempts = plumbline.ActionWaiting, 0 // a person tries again
		write(t, db, func(tx *store.Tx) error { return tx.UpdateAction(late) })
		same(t, claim(t, db, 120, 5), []string{"a1 1"})
	})
}

// Two servers with several workers each claim and finish: no action is carried
// out twice, no issue has two under way, and each issue's are in order.
func TestTwoServersShareTheActions(t *testing.T) {
	const issues, each = 5, 8
	storetest.EachWhere(t, func(t *testing.T, where string) {
		handles := []*store.DB{storetest.Open(t, where), storetest.Open(t, where)}
		var all []plumbline.Action
		for i := range issues * each {
			all = append(all, action(1000+i, fmt.Sprint(i%issues)))
		}
		insertActions(t, handles[0], all...)
		var mu sync.Mutex
		running, order := map[string]bool{}, map[string][]plumbline.ActionID{}
		finished := 0
		var wg sync.WaitGroup
		for w := range 6 {
			wg.Go(func() {
				for {
					mu.Lock()
					enough := finished == issues*each
					mu.Unlock()
					if enough {
						return
					}
					shareOne(t, handles[w%2], fmt.Sprint("worker ", w), func(a plumbline.Action, begins bool) {
						mu.Lock()
						defer mu.Unlock()
						if begins && running[a.Ref] {
							t.Errorf("two actions for issue %s at once", a.Ref)
						}
						if running[a.Ref] = begins; begins {
							order[a.Ref] = append(order[a.Ref], a.ID)
						} else {
							finished++
						}
					})
				}
			})
		}
		wg.Wait()
		for ref, ids := range order {
			if len(ids) != each || !slices.IsSorted(ids) {
				t.Errorf("issue %s: %v", ref, ids)
			}
		}
	})
}

func shareOne(t *testing.T, db *store.DB, holder string, note func(a plumbline.Action, begins bool)) {
	var claimed []plumbline.Action
	err := db.Write(context.Background(), func(tx *store.Tx) (err error) {
		claimed, err = tx.ClaimActions(10_000, time.Hour, holder, 2)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for _, a := range claimed {
		note(a, true)
	}
	for _, a := range claimed {
		note(a, false)
		a.Status = plumbline.ActionDone
		if err := db.Write(context.Background(), func(tx *store.Tx) error { return tx.UpdateAction(a) }); err != nil {
			t.Error(err)
		}
	}
}

func TestListsAndCountsOfActions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		other := action(5, "9")
		other.Link, other.Status = "gitea", plumbline.ActionFailed
		running := action(3, "1")
		running.Kind = plumbline.TellComment
		insertActions(t, db, action(1, "1"), action(2, "1"), running, action(4, "2"), other)
		update(t, db, "a2", status(plumbline.ActionHeld))
		ids := func(link plumbline.LinkID, limit int, statuses ...plumbline.ActionStatus) (out []plumbline.ActionID) {
			for _, a := range get(t, db, func(tx *store.Tx) ([]plumbline.Action, error) { return tx.Actions(link, statuses, limit) }) {
				out = append(out, a.ID)
			}
			return out
		}
		same(t, ids("", 10), []plumbline.ActionID{"a5", "a4", "a3", "a2", "a1"})
		same(t, ids("gitlab", 2), []plumbline.ActionID{"a4", "a3"})
		same(t, ids("", 10, plumbline.ActionFailed, plumbline.ActionHeld), []plumbline.ActionID{"a5", "a2"})
		counts := func(link plumbline.LinkID) map[plumbline.ActionStatus]int {
			return get(t, db, func(tx *store.Tx) (map[plumbline.ActionStatus]int, error) { return tx.CountActions(link) })
		}
		same(t, counts("gitlab"), map[plumbline.ActionStatus]int{"waiting": 3, "held": 1})
		same(t, counts(""), map[plumbline.ActionStatus]int{"waiting": 3, "held": 1, "failed": 1})
		forItem := get(t, db, func(tx *store.Tx) ([]plumbline.Action, error) { return tx.ActionsFor("item of 1") })
		same(t, len(forItem), 3)

		drop := func(kind plumbline.ActionKind) (n int) {
			write(t, db, func(tx *store.Tx) (err error) {
				n, err = tx.DropWaiting("gitlab", "1", kind, "superseded", 77)
				return err
			})
			return n
		}
		same(t, claim(t, db, 100, 1), []string{"a1 1"})
		same(t, []int{drop(plumbline.TellComment), drop(plumbline.TellComment), drop("")}, []int{1, 0, 1})
		dropped := get(t, db, func(tx *store.Tx) (plumbline.Action, error) { return tx.Action("a3") })
		running.Status, running.Result, running.Done = plumbline.ActionDropped, "superseded", 77
		same(t, dropped, running)
		same(t, counts("gitlab"), map[plumbline.ActionStatus]int{"waiting": 1, "running": 1, "dropped": 2})
	})
}
