package store_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

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

// Two transactions that wait for each other's rows: one of them is run again.
func TestDeadlocksAreRunAgain(t *testing.T) {
	db := storetest.Postgres(t)
	var met, wg sync.WaitGroup
	met.Add(2)
	runs := make([]int, 2)
	for i, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		wg.Go(func() {
			err := db.Write(context.Background(), func(tx *store.Tx) error {
				runs[i]++
				if err := tx.PutSetting(order[0], order[0]); err != nil {
					return err
				}
				if runs[i] == 1 { // each has its first row
					met.Done()
					met.Wait()
				}
				return tx.PutSetting(order[1], order[0])
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := runs[0] + runs[1]; n < 3 { // both may have given way
		t.Errorf("%d runs: nobody waited for the other", n)
	}
	read(t, db, func(tx *store.Tx) error {
		a, _, err := tx.Setting("a")
		if err != nil {
			return err
		}
		b, _, err := tx.Setting("b")
		same(t, a, b)
		return err
	})
}

// Another process writes for longer than we wait: the person is told to try
// again.
func TestBusy(t *testing.T) {
	path := storetest.SQLitePath(t)
	db, other := storetest.Open(t, path), storetest.Open(t, path)
	if err := db.SetPatience(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	write(t, other, func(tx *store.Tx) error {
		if err := tx.PutSetting("a", "b"); err != nil {
			return err
		}
		wantKind(t, db, plumbline.Unavailable, func(tx *store.Tx) error { return tx.PutSetting("a", "c") })
		return nil
	})
	write(t, db, func(tx *store.Tx) error { return tx.PutSetting("a", "c") })
}
