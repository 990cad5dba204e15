package store_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// What is unread is counted by item, and reading goes up to an event: what came
// after it stays unread.
func TestNoticesAreReadUpToAnEvent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		me := person(t, db, "me", plumbline.PM)
		one, two := item(1), item(2)
		insert(t, db, one, two)
		tell := func(it plumbline.Item) (seq int64) {
			write(t, db, func(tx *store.Tx) error {
				if err := tx.Append(plumbline.Event{Type: "item commented", Item: it.ID, Key: it.Key, Seen: plumbline.Public}); err != nil {
					return err
				}
				return nil
			})
			seq = get(t, db, func(tx *store.Tx) (int64, error) { return tx.LastSeq() })
			write(t, db, func(tx *store.Tx) error {
				return tx.InsertNotices([]plumbline.Notice{{Person: me.Person, Item: it.ID, Seq: seq, Reason: plumbline.YouFollow}})
			})
			return seq
		}
		unread := func(it plumbline.Item) bool {
			return get(t, db, func(tx *store.Tx) (bool, error) { return tx.HasUnread(me.Person, it.ID) })
		}
		count := func(but plumbline.Key) int {
			return get(t, db, func(tx *store.Tx) (int, error) { return tx.CountUnread(me, but, 10) })
		}
		readTo := func(it plumbline.Item, upto int64) bool {
			var changed bool
			write(t, db, func(tx *store.Tx) (err error) {
				changed, err = tx.ReadNotices(me.Person, it.ID, upto)
				return err
			})
			return changed
		}
		first := tell(one)
		tell(two)
		same(t, []int{count(""), count(one.Key), count("REQ-99")}, []int{2, 1, 2})
		second := tell(one)
		same(t, []bool{readTo(one, first), unread(one), readTo(one, first)}, []bool{true, true, false})
		same(t, []bool{readTo(one, second), unread(one), unread(two)}, []bool{true, false, true})
		same(t, []int{count(""), count(two.Key)}, []int{1, 0})
	})
}
