package store

import (
	"context"
	"path/filepath"
	"testing"
)

// The writer has more room while many rows are announced, by whoever and however
// often, and gives it back afterwards.
func TestRoomOfTheWriter(t *testing.T) {
	db, err := Open(context.Background(), filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	has := func(want room) {
		t.Helper()
		err := db.Write(context.Background(), func(tx *Tx) error {
			cache, err := number(tx, "pragma cache_size")
			if err != nil {
				return err
			}
			log, err := number(tx, "pragma wal_autocheckpoint")
			if got := (room{int(-cache), int(log)}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	has(usualRoom)
	first, second := db.Bulk(), db.Bulk()
	has(bulkRoom)
	first()
	has(bulkRoom)
	second()
	has(usualRoom)
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
