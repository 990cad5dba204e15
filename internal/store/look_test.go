package store_test

import (
	"context"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// A look is one statement: a second one would be of another moment.
func TestLook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1))
		for range 20 { // more often than there are connections
			err := db.Look(context.Background(), func(tx *store.Tx) error {
				it, err := tx.Item("item-1")
				same(t, it, item(1))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			err = db.Look(context.Background(), func(tx *store.Tx) error {
				if _, err := tx.LastSeq(); err != nil {
					t.Fatal(err)
				}
				_, err := tx.LastSeq()
				return err
			})
			if plumbline.KindOf(err) != plumbline.Internal || err == nil {
				t.Fatalf("a second statement: %v", err)
			}
			err = db.Look(context.Background(), func(tx *store.Tx) error { return tx.PutSetting("a", "b") })
			if err == nil {
				t.Fatal("a look that writes")
			}
		}
	})
}
