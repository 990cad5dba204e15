package store_test

import (
	"context"
	"errors"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// The key of a request commits with what the request does, or not at all.
func TestOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		do := func(ctx context.Context, name string, fail error) error {
			return db.Write(ctx, func(tx *store.Tx) error {
				if err := tx.PutSetting("name", name); err != nil {
					return err
				}
				return errors.Join(tx.Append(plumbline.Event{Type: "done", Key: "REQ-7", Seen: plumbline.Public}), fail)
			})
		}
		kept := func() (r store.Reply, ok bool) {
			read(t, db, func(tx *store.Tx) (err error) { r, ok, err = tx.Idempotent("mara", "k"); return err })
			return r, ok
		}
		once := func() context.Context { return store.WithOnce(context.Background(), "mara", "k", "h", 5) }
		if err := do(once(), "a", errors.New("refused")); err == nil {
			t.Fatal("the failure was lost")
		}
		if _, ok := kept(); ok {
			t.Error("the key of a request that failed is kept")
		}
		ctx := once()
		for _, name := range []string{"b", "c"} { // a request of two transactions is one request
			if err := do(ctx, name, nil); err != nil {
				t.Fatal(err)
			}
		}
		got, ok := kept()
		same(t, got, store.Reply{Body: []byte("REQ-7"), Hash: "h", At: 5})
		same(t, ok, true)
		if err := do(once(), "d", nil); plumbline.KindOf(err) != plumbline.Conflict {
			t.Errorf("a repeat: got %v, want a conflict", err)
		}
		same(t, get(t, db, func(tx *store.Tx) (string, error) { s, _, err := tx.Setting("name"); return s, err }), "c")
		answer := store.Reply{Status: 201, Body: []byte("{}"), Hash: "h", At: 5}
		write(t, db, func(tx *store.Tx) error { return tx.PutIdempotent("mara", "k", answer) })
		got, _ = kept()
		same(t, got, answer)
	})
}
