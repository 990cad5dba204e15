package store_test

import (
	"slices"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestWhatMatchesAndIsSeen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		hidden, closed := item(2), item(3)
		hidden.Visibility, hidden.Requester, hidden.Team = plumbline.Confidential, "ana", "core"
		closed.Closed = 9000
		insert(t, db, item(1), hidden, closed)
		pm, ana, jo := person(t, db, "mara", plumbline.PM), person(t, db, "ana", plumbline.Requester), person(t, db, "jo", plumbline.Contributor)
		write(t, db, func(tx *store.Tx) error {
			return tx.Append(plumbline.Event{At: 1, Type: "item edited", Item: "item-1", Key: "REQ-1", Seen: plumbline.Public})
		})
		all := []plumbline.ItemID{"item-1", "item-2", "item-3", "item-9"}
		read(t, db, func(tx *store.Tx) error {
			for _, c := range []struct {
				who    plumbline.Actor
				filter plumbline.Filter
				match  []plumbline.ItemID
				seen   int
			}{
				{pm, plumbline.Filter{}, []plumbline.ItemID{"item-1", "item-2"}, 3},
				{ana, plumbline.Filter{}, []plumbline.ItemID{"item-1", "item-2"}, 3},
				{jo, plumbline.Filter{}, []plumbline.ItemID{"item-1"}, 2},
				{pm, plumbline.Filter{Team: "core"}, []plumbline.ItemID{"item-2"}, 3},
				{pm, plumbline.Filter{Text: "2"}, []plumbline.ItemID{"item-2"}, 3},
				{jo, plumbline.Filter{Status: "all"}, []plumbline.ItemID{"item-1", "item-3"}, 2},
			} {
				got, err := tx.Matching(c.who, c.filter)
				if err != nil {
					return err
				}
				slices.Sort(got)
				same(t, got, c.match)
				seen, err := tx.SeenAmong(c.who, all)
				if err != nil {
					return err
				}
				same(t, len(seen), c.seen)
			}
			open, err := tx.Opened()
			if err != nil || len(open) != 2 || open[0].Key != "REQ-1" || open[1].Team != "core" {
				t.Errorf("open items: got %v, %v", open, err)
			}
			one, err := tx.Opened("item-3", "item-2")
			if err != nil || len(one) != 1 || one[0].ID != "item-2" {
				t.Errorf("open ones of two: got %v, %v", one, err)
			}
			touched, last, many, err := tx.Touched(0, 10)
			if err != nil || last != 1 || many || len(touched) != 1 || touched[0] != "item-1" {
				t.Errorf("touched: got %v, %d, %v, %v", touched, last, many, err)
			}
			return nil
		})
	})
}
