package store_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"plumbline"
	"plumbline/internal/store"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(writerVariable); path != "" {
		writeUntilKilled(path)
	}
	goleak.VerifyTestMain(m)
}

// write runs a transaction that must succeed; read does for a snapshot.
func write(t testing.TB, db *store.DB, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, db *store.DB, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// get is one value of a snapshot.
func get[T any](t testing.TB, db *store.DB, fn func(tx *store.Tx) (T, error)) (v T) {
	t.Helper()
	read(t, db, func(tx *store.Tx) (err error) {
		v, err = fn(tx)
		return err
	})
	return v
}

// wantKind asks that a transaction fails with an error of the kind.
func wantKind(t testing.TB, db *store.DB, want plumbline.Kind, fn func(tx *store.Tx) error) {
	t.Helper()
	err := db.Write(context.Background(), fn)
	if err == nil {
		t.Fatalf("got no error, want one of kind %q", want)
	}
	if got := plumbline.KindOf(err); got != want {
		t.Fatalf("got an error of kind %q, want %q: %v", got, want, err)
	}
	if text := plumbline.TextOf(err); text == "" {
		t.Errorf("the error says nothing to a person: %v", err)
	}
}

// same compares two values; an empty list or map is the same as none. Private
// values are compared by what they hide.
func same[T any](t testing.TB, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(),
		reveal[string](), reveal[plumbline.Money](), reveal[int64](), reveal[plumbline.Time](), reveal[float64]()); diff != "" {
		t.Fatalf("got (+), want (-):\n%s", diff)
	}
}

func reveal[T comparable]() cmp.Option {
	return cmp.Transformer("Keep", func(p plumbline.Private[T]) T { return p.Keep() })
}

// person adds a person whose id, handle and name are the same.
func person(t testing.TB, db *store.DB, name string, role plumbline.Role) plumbline.Actor {
	t.Helper()
	write(t, db, func(tx *store.Tx) error {
		return tx.InsertPerson(plumbline.Person{ID: plumbline.PersonID(name), Handle: name, Name: name, Role: role})
	})
	return plumbline.Actor{Person: plumbline.PersonID(name), Name: name, Role: role}
}

// item is a valid open item; number makes its id, key and times.
func item(number int) plumbline.Item {
	return plumbline.Item{
		ID: plumbline.ItemID("item-" + strconv.Itoa(number)), Key: plumbline.Key(fmt.Sprintf("REQ-%d", number)),
		Kind: plumbline.Request, Process: "request", Title: "Item " + strconv.Itoa(number), Visibility: plumbline.Public,
		State: "workflow::problem validation", Requester: "mara",
		Created: plumbline.Time(1000 + number), Updated: plumbline.Time(1000 + number), Version: 1,
	}
}

// insert adds items.
func insert(t testing.TB, db *store.DB, items ...plumbline.Item) {
	t.Helper()
	write(t, db, func(tx *store.Tx) error {
		for _, it := range items {
			if err := tx.InsertItem(it); err != nil {
				return err
			}
		}
		return nil
	})
}

// pm sees everything and has a part in nothing.
var pm = plumbline.Actor{Person: "pm", Name: "pm", Role: plumbline.PM}
