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
				return tx.Append(plumbline.Event{Type: "item commented", Item: it.ID, Key: it.Key, Seen: plumbline.Public})
			})
			seq = get(t, db, func(tx *store.Tx) (int64, error) { return tx.LastSeq() })
			write(t, db, func(tx *store.Tx) error {
				return tx.InsertNotices([]plumbline.Notice{{Person: me.Person, Item: it.ID, Seq: seq, Reason: plumbline.YouFollow}})
			})
			return seq
		}
		type told struct {
			N    int
			Also bool
		}
		count := func(opened plumbline.Key) told {
			return get(t, db, func(tx *store.Tx) (c told, err error) {
				c.N, c.Also, err = tx.CountUnread(me, opened, 10)
				return c, err
			})
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
		same(t, []told{count(""), count(one.Key), count("REQ-99")}, []told{{2, false}, {1, true}, {2, false}})
		second := tell(one)
		same(t, []bool{readTo(one, first), readTo(one, first)}, []bool{true, false})
		same(t, count(one.Key), told{1, true})
		same(t, []bool{readTo(one, second), readTo(one, second)}, []bool{true, false})
		same(t, []told{count(""), count(one.Key), count(two.Key)}, []told{{1, false}, {1, false}, {0, true}})
	})
}
