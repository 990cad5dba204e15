package store_test

import (
	"encoding/json"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func mirror(ref string, item plumbline.ItemID) plumbline.Mirror {
	return plumbline.Mirror{Link: "gitlab", Ref: ref, Item: item,
		Snapshot: plumbline.Snapshot{Ref: ref, GlobalID: "9", Title: "t\u0000\"", Body: "b", Open: true, Labels: []plumbline.Label{{ID: "1", Name: "a"}, {Name: "b"}},
			Author: "jdoe", AuthorName: "J", Assignee: "x", Confidential: true, PullRequest: true, MovedTo: "m", URL: "u", Created: 4, Updated: 5,
			Raw: json.RawMessage(`{"id": 1}`)},
		Episode: 2, Active: true, Missing: 1, FirstMissing: 3, Gone: 4, Seen: 5}
}

func TestMirrors(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		find := func(ref string) (m plumbline.Mirror, ok bool) {
			read(t, db, func(tx *store.Tx) (err error) { m, ok, err = tx.Mirror("gitlab", ref); return err })
			return m, ok
		}
		if _, ok := find("7"); ok {
			t.Error("found a mirror that is not there")
		}
		full, bare := mirror("7", "item-1"), plumbline.Mirror{Link: "gitlab", Ref: "7"}
		for _, want := range []plumbline.Mirror{full, bare, full} {
			write(t, db, func(tx *store.Tx) error { return tx.PutMirror(want) })
			got, ok := find("7")
			same(t, got, want)
			same(t, ok, true)
		}
		bad := mirror("8", "")
		bad.Snapshot.Body, bad.Snapshot.Raw = "bad \xff", json.RawMessage("{\"a\": \"\xff\x00\"}")
		write(t, db, func(tx *store.Tx) error { return tx.PutMirror(bad) })
		write(t, db, func(tx *store.Tx) error { return tx.PutMirror(mirror("10", "")) })
		read(t, db, func(tx *store.Tx) error {
			got, ok, err := tx.MirrorByItem("item-1")
			same(t, got, full)
			same(t, ok, true)
			if err != nil {
				return err
			}
			for _, none := range []plumbline.ItemID{"item-2", ""} {
				if _, ok, err = tx.MirrorByItem(none); ok || err != nil {
					t.Errorf("a mirror of %q: %v, %v", none, ok, err)
				}
			}
			n, err := tx.CountMirrors("gitlab")
			same(t, n, 3)
			if err != nil {
				return err
			}
			var refs []string
			for after := ""; ; {
				page, err := tx.Mirrors("gitlab", after, 2)
				if err != nil {
					return err
				}
				for _, m := range page {
					refs = append(refs, m.Ref)
				}
				if len(page) < 2 {
					break
				}
				after = refs[len(refs)-1]
			}
			same(t, refs, []string{"10", "7", "8"})
			return nil
		})
	})
}

func TestLabelHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one := plumbline.LabelChange{ID: "9", Label: "a", LabelID: "4", Added: true, Actor: "jdoe", At: 5}
		two := plumbline.LabelChange{ID: "10", Label: "b", At: 5}
		three := plumbline.LabelChange{ID: "1", Label: "c", At: 9}
		add := func(ref string, changes ...plumbline.LabelChange) (fresh []plumbline.LabelChange) {
			write(t, db, func(tx *store.Tx) (err error) { fresh, err = tx.AddLabelChanges("gitlab", ref, changes); return err })
			return fresh
		}
		same(t, add("7", two, one), []plumbline.LabelChange{two, one})
		same(t, add("7", one, three, two), []plumbline.LabelChange{three})
		same(t, add("8", one), []plumbline.LabelChange{one})
		got := get(t, db, func(tx *store.Tx) ([]plumbline.LabelChange, error) { return tx.LabelChanges("gitlab", "7") })
		same(t, got, []plumbline.LabelChange{one, two, three})
	})
}

// An issue moved: what is kept of it moves with it.
func TestRekey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		changes := []plumbline.LabelChange{{ID: "1", Label: "a", At: 1}, {ID: "2", Label: "b", At: 2}}
		write(t, db, func(tx *store.Tx) error {
			for _, m := range []plumbline.Mirror{mirror("7", "item-1"), mirror("70", ""), mirror("71", "item-2")} {
				if err := tx.PutMirror(m); err != nil {
					return err
				}
			}
			if _, err := tx.AddLabelChanges("gitlab", "7", changes); err != nil {
				return err
			}
			_, err := tx.AddLabelChanges("gitlab", "70", changes[:1])
			return err
		})
		queue(t, db, "7", "poll", 1)
		insertActions(t, db, action(1, "7"), action(2, "8"))
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error { return tx.RekeyMirror("gitlab", "7", "gitlab", "71") })
		for range 2 { // the second time there is nothing to do
			write(t, db, func(tx *store.Tx) error { return tx.RekeyMirror("gitlab", "7", "gitlab", "70") })
		}
		write(t, db, func(tx *store.Tx) error { return tx.RekeyMirror("gitlab", "70", "gitlab", "70") })
		read(t, db, func(tx *store.Tx) error {
			if _, ok, err := tx.Mirror("gitlab", "7"); ok || err != nil {
				t.Errorf("the old mirror: %v, %v", ok, err)
			}
			m, ok, err := tx.Mirror("gitlab", "70")
			same(t, m.Item, plumbline.ItemID("item-1"))
			same(t, ok, true)
			if err != nil {
				return err
			}
			got, err := tx.LabelChanges("gitlab", "70")
			same(t, got, changes)
			if err != nil {
				return err
			}
			a, err := tx.Action("a1")
			same(t, a.Ref, "70")
			if err != nil {
				return err
			}
			n, err := tx.CountRefreshes("")
			same(t, n, 0)
			return err
		})
		same(t, claim(t, db, 10, 5), []string{"a1 1", "a2 1"})
	})
}
