package store_test

import (
	"context"
	"fmt"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// Everything that is listed obeys Actor.Sees: every role, every visibility,
// every kind of part. An event is seen if both it and its item are, as the item
// is now.
func TestWhoSeesWhat(t *testing.T) {
	visibilities := []plumbline.Visibility{plumbline.Public, plumbline.InternalOnly, plumbline.Confidential}
	parts := []string{"none", "requester", "assignee", "watcher"}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "me", plumbline.Requester)
		write(t, db, func(tx *store.Tx) error {
			for i, v := range visibilities {
				for j, part := range parts {
					if err := makeSeen(tx, item(10*i+j), v, part); err != nil {
						return err
					}
				}
				if err := tx.Append(plumbline.Event{Type: "loose", Seen: v}); err != nil {
					return err
				}
			}
			return nil
		})
		actors := []plumbline.Actor{plumbline.Nobody(), plumbline.SystemActor("link:gitlab")}
		for _, role := range []plumbline.Role{plumbline.Requester, plumbline.Contributor, plumbline.PM, plumbline.Admin} {
			actors = append(actors, plumbline.Actor{Person: "me", Role: role}, plumbline.Actor{Person: "other", Role: role}, plumbline.Actor{Role: role})
		}
		for _, who := range actors {
			t.Run(fmt.Sprintf("%s %q", who.Role, who.Person), func(t *testing.T) {
				want := map[string]bool{}
				for i, v := range visibilities {
					for j, part := range parts {
						has := part != "none" && who.Person == "me"
						want["item "+string(item(10*i+j).Key)] = who.Sees(v, has)
						for _, seen := range visibilities {
							want[fmt.Sprint("event ", item(10*i+j).Key, " ", seen)] = who.Sees(v, has) && (who.Sees(seen, false) || has && seen == v)
						}
					}
					want["event  "+string(v)] = who.Sees(v, false)
				}
				same(t, seenBy(t, db, who), want)
			})
		}
	})
}

// makeSeen adds an item of the visibility in which "me" has the part, and an
// event of every visibility about it.
func makeSeen(tx *store.Tx, it plumbline.Item, v plumbline.Visibility, part string) error {
	it.Visibility, it.Requester = v, "somebody"
	switch part {
	case "requester":
		it.Requester = "me"
	case "assignee":
		it.Assignee = "me"
	}
	if err := tx.InsertItem(it); err != nil {
		return err
	}
	if part == "watcher" {
		if _, err := tx.Watch(it.ID, "me"); err != nil {
			return err
		}
	}
	for _, seen := range []plumbline.Visibility{plumbline.Public, plumbline.InternalOnly, plumbline.Confidential} {
		if err := tx.Append(plumbline.Event{Type: "item filed", Item: it.ID, Key: it.Key, Seen: seen}); err != nil {
			return err
		}
	}
	return nil
}

// seenBy says of every item and event whether it is on a list.
func seenBy(t *testing.T, db *store.DB, who plumbline.Actor) map[string]bool {
	t.Helper()
	got := map[string]bool{}
	all := func(tx *store.Tx, who plumbline.Actor, seen bool) error {
		rows, err := tx.List(who, plumbline.Filter{Limit: 100})
		if err != nil {
			return err
		}
		for _, r := range rows.Rows {
			got["item "+string(r.Key)] = seen
		}
		if rows.Total != len(rows.Rows) {
			t.Errorf("total %d, want %d", rows.Total, len(rows.Rows))
		}
		events, err := tx.Events(who, 0, 1000, "")
		if err != nil {
			return err
		}
		for _, e := range events {
			got[fmt.Sprint("event ", e.Key, " ", e.Seen)] = seen
		}
		audit, err := tx.Audit(who, store.AuditFilter{Limit: 1000})
		if len(audit) != len(events) {
			t.Errorf("the audit has %d events, want %d", len(audit), len(events))
		}
		return err
	}
	read(t, db, func(tx *store.Tx) error {
		if err := all(tx, pm, false); err != nil {
			return err
		}
		return all(tx, who, true)
	})
	return got
}

// When an item becomes confidential, what happened to it before does too.
func TestEventsFollowTheirItem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1))
		write(t, db, func(tx *store.Tx) error {
			return tx.Append(plumbline.Event{Type: "item filed", Item: "item-1", Seen: plumbline.Public})
		})
		who := plumbline.Actor{Person: "other", Role: plumbline.Contributor}
		count := func(item plumbline.ItemID) int {
			return len(get(t, db, func(tx *store.Tx) ([]plumbline.Event, error) { return tx.Events(who, 0, 10, item) }))
		}
		same(t, []int{count(""), count("item-1"), count("item-2")}, []int{1, 1, 0})
		write(t, db, func(tx *store.Tx) error {
			it := item(1)
			it.Visibility, it.Version = plumbline.Confidential, 2
			return tx.UpdateItem(it, 1)
		})
		same(t, []int{count(""), count("item-1")}, []int{0, 0})
	})
}

// Who asked for an item sees what happened to it, but not what was said of it
// internally.
func TestEventsInside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		mara := person(t, db, "mara", plumbline.Requester)
		open, closed := item(1), item(2)
		open.Requester, closed.Requester, closed.Visibility = mara.Person, mara.Person, plumbline.InternalOnly
		insert(t, db, open, closed)
		write(t, db, func(tx *store.Tx) error {
			return tx.Append(
				plumbline.Event{Type: "filed", Item: open.ID, Seen: plumbline.Public}, plumbline.Event{Type: "note", Item: open.ID, Seen: plumbline.InternalOnly},
				plumbline.Event{Type: "filed", Item: closed.ID, Seen: plumbline.InternalOnly}, plumbline.Event{Type: "note", Item: closed.ID, Seen: plumbline.Confidential})
		})
		var got []string
		for _, e := range get(t, db, func(tx *store.Tx) ([]plumbline.Event, error) { return tx.Events(mara, 0, 10, "") }) {
			got = append(got, string(e.Item)+" "+e.Type)
		}
		same(t, got, []string{string(open.ID) + " filed", string(closed.ID) + " filed"})
	})
}

// A snapshot does not change while others write.
func TestReadIsOneMoment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1))
		err := db.Read(context.Background(), func(tx *store.Tx) error {
			before, err := tx.List(pm, plumbline.Filter{})
			if err != nil {
				return err
			}
			insert(t, db, item(2))
			after, err := tx.List(pm, plumbline.Filter{})
			same(t, after.Total, before.Total)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
