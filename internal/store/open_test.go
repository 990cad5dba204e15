package store_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
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
			backup := storetest.Open(t, where+".before-2")
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

var errTest = errors.New("a test's own")

// What fn returns is returned as it is; what it wrote is undone, also when it
// panics, and the next one finds the database in order.
func TestTransactionsThatFail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		if err := db.Write(ctx, func(tx *store.Tx) error { return errors.Join(tx.InsertItem(item(1)), errTest) }); !errors.Is(err, errTest) {
			t.Errorf("got %v", err)
		}
		func() {
			defer func() { same(t, recover(), any("stop")) }()
			_ = db.Write(ctx, func(tx *store.Tx) error {
				if err := tx.InsertItem(item(1)); err != nil {
					return err
				}
				panic("stop")
			})
		}()
		if err := db.Read(ctx, func(tx *store.Tx) error { return errTest }); !errors.Is(err, errTest) {
			t.Errorf("got %v", err)
		}
		if err := db.Read(ctx, func(tx *store.Tx) error { return tx.InsertItem(item(1)) }); err == nil {
			t.Error("a snapshot was written to")
		}
		insert(t, db, item(1))
		// A failed statement spoils the transaction even if its error is dropped.
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error {
			_ = tx.InsertItem(item(1))
			_, _ = tx.NextNumber("x")
			return nil
		})
		write(t, db, func(tx *store.Tx) error {
			n, err := tx.NextNumber("x")
			same(t, n, int64(1))
			return err
		})
	})
}

func TestTransactionsThatAreStopped(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		err := db.Write(ctx, func(tx *store.Tx) error {
			if err := tx.InsertItem(item(1)); err != nil {
				return err
			}
			cancel()
			return tx.InsertItem(item(2))
		})
		if plumbline.KindOf(err) != plumbline.Unavailable {
			t.Errorf("stopped in the middle: %v", err)
		}
		for _, run := range []func(context.Context, func(*store.Tx) error) error{db.Read, db.Write} {
			if err := run(ctx, func(tx *store.Tx) error { return nil }); plumbline.KindOf(err) != plumbline.Unavailable {
				t.Errorf("stopped before it began: %v", err)
			}
		}
		insert(t, db, item(1), item(2))
	})
}

// The disk is full: the person is told, nothing is half-written, and once there
// is room things go on.
func TestDiskFull(t *testing.T) {
	ctx := context.Background()
	db := storetest.SQLite(t)
	if err := db.LimitPages(ctx, 40); err != nil {
		t.Fatal(err)
	}
	stored, full := 0, 0
	for i := range 100 {
		err := db.Write(ctx, func(tx *store.Tx) error {
			it := item(i)
			it.Body = strings.Repeat("word "+store.NewID()+" ", 300)
			it.Labels = []string{"a"}
			if err := tx.InsertItem(it); err != nil {
				return err
			}
			return tx.Append(plumbline.Event{Type: "item filed", Item: it.ID, Seen: plumbline.Public})
		})
		switch {
		case err == nil:
			stored++
		case plumbline.KindOf(err) == plumbline.Unavailable && strings.Contains(plumbline.TextOf(err), "no room"):
			full++
		default:
			t.Fatal(err)
		}
	}
	if stored == 0 || full == 0 {
		t.Fatalf("%d stored, %d refused", stored, full)
	}
	check := func(want int) {
		t.Helper()
		read(t, db, func(tx *store.Tx) error {
			for _, f := range []plumbline.Filter{{}, {Text: "word"}, {Label: "a"}} {
				rows, err := tx.List(pm, f)
				same(t, rows.Total, want)
				if err != nil {
					return err
				}
			}
			events, err := tx.Events(pm, 0, 1000, "")
			same(t, len(events), want)
			if err != nil {
				return err
			}
			lines, err := tx.Lines("pragma integrity_check")
			same(t, lines, []string{"ok"})
			return err
		})
	}
	check(stored)
	if err := db.LimitPages(ctx, 0); err != nil {
		t.Fatal(err)
	}
	it := item(1000)
	it.Body, it.Labels = "word", []string{"a"}
	insert(t, db, it)
	write(t, db, func(tx *store.Tx) error { return tx.Append(plumbline.Event{Item: it.ID, Seen: plumbline.Public}) })
	check(stored + 1)
}

// The server is gone for a while: Unavailable, and well again afterwards.
func TestConnectionsLost(t *testing.T) {
	where := storetest.PostgresURL(t)
	db, killer := storetest.Open(t, where), storetest.Open(t, where)
	insert(t, db, item(1))
	err := db.Write(context.Background(), func(tx *store.Tx) error {
		if err := tx.InsertItem(item(2)); err != nil {
			return err
		}
		read(t, killer, func(other *store.Tx) error {
			_, err := other.Lines("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
			return err
		})
		return tx.InsertItem(item(3))
	})
	if plumbline.KindOf(err) != plumbline.Unavailable {
		t.Errorf("got %v", err)
	}
	insert(t, db, item(2), item(3))
}

// Transactions that would wait for each other for ever are run again.
func TestDeadlocksAreRunAgain(t *testing.T) {
	storetest.EachWhere(t, func(t *testing.T, where string) {
		handles := []*store.DB{storetest.Open(t, where), storetest.Open(t, where)}
		write(t, handles[0], func(tx *store.Tx) error {
			return errors.Join(tx.PutSetting("a", ""), tx.PutSetting("b", ""))
		})
		var wg sync.WaitGroup
		for i, order := range [][]string{{"a", "b"}, {"b", "a"}} {
			wg.Go(func() {
				for range 10 {
					err := handles[i].Write(context.Background(), func(tx *store.Tx) error {
						for _, name := range order {
							if err := tx.PutSetting(name, order[0]); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
	})
}
