package store_test

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestOpenMakesFileAndFolderForTheOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b c?#%.db")
	db := storetest.Open(t, path)
	insert(t, db, item(1))
	same(t, db.Kind(), "sqlite")
	for name, want := range map[string]fs.FileMode{filepath.Dir(path): 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has the rights %v, want %v", name, got, want)
		}
	}
}

func TestOpenAgain(t *testing.T) {
	storetest.EachWhere(t, func(t *testing.T, where string) {
		for range 2 {
			db, err := store.Open(context.Background(), where)
			if err != nil {
				t.Fatal(err)
			}
			write(t, db, func(tx *store.Tx) error { _, err := tx.NextNumber("x"); return err })
			if err := db.Ping(context.Background()); err != nil {
				t.Error(err)
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
			if got := plumbline.KindOf(db.Ping(context.Background())); got != plumbline.Unavailable {
				t.Errorf("after Close: kind %q, want unavailable", got)
			}
		}
	})
}

// Several servers start at once on an empty database: all of them serve.
func TestServersStartAtOnce(t *testing.T) {
	for kind, where := range map[string]string{"sqlite": storetest.SQLitePath(t), "postgres": storetest.EmptyPostgresURL(t)} {
		t.Run(kind, func(t *testing.T) {
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					db, err := store.Open(context.Background(), where)
					if err != nil {
						t.Error(err)
						return
					}
					defer db.Close()
					if err := db.Ping(context.Background()); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		})
	}
}

func TestOpenErrorsSayWhatToDo(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for where, want := range map[string]struct {
		kind plumbline.Kind
		text string
	}{
		folder:                         {plumbline.Unavailable, "Check the path"},
		filepath.Join(text, "x.db"):    {plumbline.Unavailable, "Check the path"},
		text:                           {plumbline.Unavailable, "not a database"},
		"postgres://u:secret@%zz/x":    {plumbline.Invalid, "looks like postgres://"},
		"postgres://u:secret@[::1]:1/": {plumbline.Unavailable, "does not answer"},
	} {
		db, err := store.Open(context.Background(), where)
		if err == nil {
			t.Errorf("%s opened", where)
			db.Close()
			continue
		}
		if plumbline.KindOf(err) != want.kind || !strings.Contains(plumbline.TextOf(err), want.text) {
			t.Errorf("opening %s: %q, %q; want %q, %q", where, plumbline.KindOf(err), plumbline.TextOf(err), want.kind, want.text)
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

// An upgrade keeps what there is and, on SQLite, a backup of it; an older
// program then refuses the database.
func TestUpgrade(t *testing.T) {
	storetest.EachWhere(t, func(t *testing.T, where string) {
		ctx := context.Background()
		old := storetest.Open(t, where)
		insert(t, old, item(1))
		if err := old.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := store.OpenWith(ctx, where, "create table extra (a TEXT); broken"); plumbline.KindOf(err) != plumbline.Internal {
			t.Fatalf("a broken migration: %v", err)
		}
		same(t, get(t, storetest.Open(t, where), func(tx *store.Tx) (plumbline.Item, error) { return tx.Item("item-1") }), item(1))

		db, err := store.OpenWith(ctx, where, "create table extra (a TEXT not null); insert into extra values ('b');")
		if err != nil {
			t.Fatal(err)
		}
		read(t, db, func(tx *store.Tx) error {
			lines, err := tx.Lines("select a from extra")
			same(t, lines, []string{"b"})
			return err
		})
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		if _, err := store.Open(ctx, where); plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(plumbline.TextOf(err), "newer version") {
			t.Errorf("an older program: %v", err)
		}
		if db.Kind() == "sqlite" {
			kept, err := filepath.Glob(where + ".before-*")
			if err != nil || len(kept) == 0 {
				t.Fatalf("backups: %q, %v", kept, err)
			}
			slices.SortFunc(kept, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
			backup := storetest.Open(t, kept[len(kept)-1]) // of the last step; a new database has those of the steps before
			same(t, get(t, backup, func(tx *store.Tx) (plumbline.Item, error) { return tx.Item("item-1") }), item(1))
		}
	})
}

func TestBackup(t *testing.T) {
	ctx := context.Background()
	db := storetest.SQLite(t)
	insert(t, db, item(1))
	path := filepath.Join(t.TempDir(), "it's a backup.db")
	if err := db.Backup(ctx, path); err != nil {
		t.Fatal(err)
	}
	insert(t, db, item(2))
	if err := db.Backup(ctx, path); plumbline.KindOf(err) != plumbline.Conflict {
		t.Errorf("a backup replaced another: %v", err)
	}
	if err := db.Backup(ctx, filepath.Join(path, "x")); plumbline.KindOf(err) != plumbline.Unavailable {
		t.Errorf("a backup into nowhere: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup: %v, %v", info, err)
	}
	left, err := filepath.Glob(path + "*")
	same(t, left, []string{path})
	if err != nil {
		t.Error(err)
	}
	copied := storetest.Open(t, path)
	rows := get(t, copied, func(tx *store.Tx) (plumbline.Rows, error) { return tx.List(pm, plumbline.Filter{Text: "item"}) })
	same(t, rows.Total, 1)

	err = storetest.Postgres(t).Backup(ctx, path)
	if plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(plumbline.TextOf(err), "pg_dump") {
		t.Errorf("a backup of PostgreSQL: %v", err)
	}
}

func TestNewIDsAreInOrder(t *testing.T) {
	before := ""
	for range 10_000 {
		id := store.NewID()
		if id <= before || len(id) != 36 {
			t.Fatalf("%q after %q", id, before)
		}
		before = id
	}
}
