package store_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// drawItem is any item, with what people type in its text.
func drawItem(t *rapid.T) plumbline.Item {
	text := rapid.StringMatching(`(?s)[^\x00]{0,40}`)
	time := rapid.Custom(func(t *rapid.T) plumbline.Time { return plumbline.Time(rapid.Int64().Draw(t, "time")) })
	return plumbline.Item{
		ID: plumbline.ItemID(store.NewID()), Key: plumbline.Key(store.NewID()),
		Kind:    rapid.SampledFrom(plumbline.Kinds[:]).Draw(t, "kind"),
		Process: plumbline.ProcessID(text.Draw(t, "process")),
		Title:   text.Draw(t, "title"), Body: text.Draw(t, "body"),
		Class:      rapid.SampledFrom(plumbline.Classes[:]).Draw(t, "class"),
		Visibility: rapid.SampledFrom([]plumbline.Visibility{plumbline.Public, plumbline.InternalOnly, plumbline.Confidential}).Draw(t, "visibility"),
		State:      plumbline.State(text.Draw(t, "state")), Since: time.Draw(t, "since"),
		States: rapid.MapOf(text, rapid.Custom(func(t *rapid.T) plumbline.Position {
			// A time is RFC 3339 in JSON, which has years 0 to 9999.
			return plumbline.Position{State: plumbline.State(text.Draw(t, "state")), Since: plumbline.Time(rapid.Int64Range(0, 4e15).Draw(t, "since"))}
		})).Draw(t, "states"),
		Remit: rapid.SampledFrom([]plumbline.Remit{"", "in", "out"}).Draw(t, "remit"),
		Team:  plumbline.TeamRef(text.Draw(t, "team")), Product: plumbline.ProductRef(text.Draw(t, "product")),
		Requester: plumbline.PersonID(text.Draw(t, "requester")), OnBehalfOf: text.Draw(t, "behalf"), Assignee: text.Draw(t, "assignee"),
		Priority: text.Draw(t, "priority"), Severity: text.Draw(t, "severity"),
		Labels: rapid.SliceOf(text).Draw(t, "labels"), Fields: rapid.MapOf(text, text).Draw(t, "fields"),
		Link: "gitlab", Ref: store.NewID(), URL: text.Draw(t, "url"), Source: text.Draw(t, "source"),
		Created: time.Draw(t, "created"), Updated: time.Draw(t, "updated"), Closed: time.Draw(t, "closed"),
		Version: rapid.Int64().Draw(t, "version"),
	}
}

func TestItemComesBackAsItWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		rapid.Check(t, func(r *rapid.T) {
			it, next := drawItem(r), drawItem(r)
			next.ID, next.Key = it.ID, it.Key
			for i, want := range []plumbline.Item{it, next} {
				err := db.Write(context.Background(), func(tx *store.Tx) error {
					if i == 0 {
						return tx.InsertItem(want)
					}
					return tx.UpdateItem(want, it.Version)
				})
				if err != nil {
					r.Fatal(err)
				}
				read(t, db, func(tx *store.Tx) error {
					byID, err := tx.Item(want.ID)
					same(t, byID, want)
					if err != nil {
						return err
					}
					byKey, err := tx.ItemByKey(want.Key)
					same(t, byKey, want)
					if err != nil {
						return err
					}
					byRef, err := tx.ItemByRef(want.Link, want.Ref)
					same(t, byRef, want)
					return err
				})
			}
		})
	})
}

func TestItemsConflictAndAreMissed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one := item(1)
		one.Link, one.Ref = "gitlab", "7"
		insert(t, db, one, item(2))
		for name, change := range map[string]func(it *plumbline.Item){
			"same id":    func(it *plumbline.Item) { it.ID = one.ID },
			"same key":   func(it *plumbline.Item) { it.Key = one.Key },
			"same issue": func(it *plumbline.Item) { it.Link, it.Ref = one.Link, one.Ref },
		} {
			t.Run(name, func(t *testing.T) {
				other := item(3)
				change(&other)
				wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error { return tx.InsertItem(other) })
			})
		}
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { return tx.UpdateItem(item(9), 1) })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Item("x"); return err })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.ItemByKey("x"); return err })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.ItemByRef("gitlab", "8"); return err })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.ItemByRef("", ""); return err })
	})
}

// Two people load version 1; the second to save is told so and nothing of
// theirs is kept.
func TestVersionConflict(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1))
		first, second := item(1), item(1)
		first.Title, first.Version = "first", 2
		second.Title, second.Version = "second", 2
		write(t, db, func(tx *store.Tx) error { return tx.UpdateItem(first, 1) })
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error {
			if err := tx.Append(plumbline.Event{Type: "item edited", Seen: plumbline.Public}); err != nil {
				return err
			}
			return tx.UpdateItem(second, 1)
		})
		same(t, get(t, db, func(tx *store.Tx) (plumbline.Item, error) { return tx.Item(first.ID) }), first)
		same(t, get(t, db, (*store.Tx).LastSeq), int64(0))
	})
}

// Many people save the same item at once from two servers: every save that was
// acknowledged is in the version, and none was lost.
func TestManyWritersOfOneItem(t *testing.T) {
	storetest.EachWhere(t, func(t *testing.T, where string) {
		handles := []*store.DB{storetest.Open(t, where), storetest.Open(t, where)}
		insert(t, handles[0], item(1))
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for done := 0; done < 10; {
					err := handles[i%2].Write(context.Background(), func(tx *store.Tx) error {
						it, err := tx.Item("item-1")
						if err != nil {
							return err
						}
						it.Version++
						return tx.UpdateItem(it, it.Version-1)
					})
					switch {
					case err == nil:
						done++
					case plumbline.KindOf(err) != plumbline.Conflict:
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		same(t, get(t, handles[0], func(tx *store.Tx) (plumbline.Item, error) { return tx.Item("item-1") }).Version, int64(81))
	})
}

func TestNumbersHaveNoGaps(t *testing.T) {
	storetest.EachWhere(t, func(t *testing.T, where string) {
		handles := []*store.DB{storetest.Open(t, where), storetest.Open(t, where)}
		var mu sync.Mutex
		seen := map[int64]bool{}
		undo := errors.New("undo")
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for j := range 10 {
					var n int64
					err := handles[i%2].Write(context.Background(), func(tx *store.Tx) (err error) {
						if n, err = tx.NextNumber("REQ"); err == nil && j%3 == 0 {
							err = undo
						}
						return err
					})
					if err != nil && !errors.Is(err, undo) {
						t.Error(err)
					}
					if err == nil {
						mu.Lock()
						if seen[n] {
							t.Errorf("number %d was given twice", n)
						}
						seen[n] = true
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		for n := range int64(len(seen)) {
			if !seen[n+1] {
				t.Errorf("number %d was left out", n+1)
			}
		}
		write(t, handles[0], func(tx *store.Tx) error {
			n, err := tx.NextNumber("INC")
			same(t, n, int64(1))
			return err
		})
	})
}

func TestTextThatIsNoText(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, bad := range []string{"nul \x00 byte", "bad \xff utf-8"} {
			it := item(1)
			it.Title = bad
			wantKind(t, db, plumbline.Invalid, func(tx *store.Tx) error { return tx.InsertItem(it) })
		}
		it := item(1)
		it.Body = strings.Repeat("w\u00f6rd-\U0001F680 ", plumbline.MaxBody/11)
		insert(t, db, it)
		same(t, get(t, db, func(tx *store.Tx) (plumbline.Item, error) { return tx.Item(it.ID) }), it)
	})
}
