package store_test

import (
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestLinks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		full := plumbline.LinkState{ID: "gitlab", Kind: "gitlab", URL: "https://example.com", Project: "a/b", Container: "5", Separator: "::",
			ReadOnly: true, KeepLabel: true, OnDecline: "close", Confirmed: 1, Filled: 2, Paused: "why", Health: "healthy", Detail: "d", Bot: "bot",
			Version: "18", Cursor: "c", Polled: 3, Hooked: 4, Rejected: 5, Expires: 6}
		bare := plumbline.LinkState{ID: "gitlab"}
		for _, want := range []plumbline.LinkState{full, bare, full} {
			write(t, db, func(tx *store.Tx) error { return tx.PutLink(want) })
			same(t, get(t, db, func(tx *store.Tx) (plumbline.LinkState, error) { return tx.Link("gitlab") }), want)
		}
		write(t, db, func(tx *store.Tx) error { return tx.PutLink(plumbline.LinkState{ID: "gitea"}) })
		same(t, get(t, db, (*store.Tx).Links), []plumbline.LinkState{{ID: "gitea"}, full})
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Link("x"); return err })
	})
}

func TestLeases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		lease := func(holder string, now plumbline.Time) (ok bool) {
			write(t, db, func(tx *store.Tx) (err error) {
				ok, err = tx.Lease("poll gitlab", holder, now, 100*time.Microsecond)
				return err
			})
			return ok
		}
		release := func(holder string) bool {
			write(t, db, func(tx *store.Tx) error { return tx.Release("poll gitlab", holder) })
			return true
		}
		same(t, []bool{lease("a", 10), lease("b", 10), lease("a", 50), lease("b", 149), lease("b", 150), lease("a", 151),
			release("a"), lease("a", 152), release("b"), lease("a", 152)},
			[]bool{true, false, true, false, true, false, true, false, true, true})
	})
}

func TestSettingsAndReplies(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		setting := func() (v string, ok bool) {
			read(t, db, func(tx *store.Tx) (err error) { v, ok, err = tx.Setting("name"); return err })
			return v, ok
		}
		if _, ok := setting(); ok {
			t.Error("a setting that was never set")
		}
		for _, want := range []string{"a", ""} {
			write(t, db, func(tx *store.Tx) error { return tx.PutSetting("name", want) })
			got, ok := setting()
			same(t, got, want)
			same(t, ok, true)
		}

		want := store.Reply{Status: 201, Body: []byte("\x00\xff{}"), Hash: "h", At: 5}
		reply := func(who plumbline.PersonID, key string) (r store.Reply, ok bool) {
			read(t, db, func(tx *store.Tx) (err error) { r, ok, err = tx.Idempotent(who, key); return err })
			return r, ok
		}
		write(t, db, func(tx *store.Tx) error { return tx.PutIdempotent("mara", "k", want) })
		write(t, db, func(tx *store.Tx) error { return tx.PutIdempotent("oana", "k", store.Reply{Status: 204, At: 6}) })
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error { return tx.PutIdempotent("mara", "k", want) })
		got, ok := reply("mara", "k")
		same(t, got, want)
		same(t, ok, true)
		write(t, db, func(tx *store.Tx) error { return tx.PurgeIdempotent(6) })
		if _, ok := reply("mara", "k"); ok {
			t.Error("a reply outlived its purge")
		}
		got, ok = reply("oana", "k")
		same(t, got, store.Reply{Status: 204, At: 6})
		same(t, ok, true)
	})
}
