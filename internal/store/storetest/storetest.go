// Package storetest gives tests a database of their own: SQLite in a temporary
// folder, or PostgreSQL on the server that PLUMBLINE_TEST_POSTGRES names, as a
// user who may make databases. A test that needs PostgreSQL fails without it: a
// run that skipped it has proved nothing.
package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"plumbline/internal/store"
)

// Variable names the environment variable with the address of a PostgreSQL
// server.
const Variable = "PLUMBLINE_TEST_POSTGRES"

// Each runs the test on an empty SQLite database and on an empty PostgreSQL
// database.
func Each(t *testing.T, test func(t *testing.T, db *store.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// EachWhere is Each for tests that open the database themselves: where is what
// [store.Open] takes, of an empty database.
func EachWhere(t *testing.T, test func(t *testing.T, where string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLitePath(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, PostgresURL(t)) })
}

// SQLite is an empty SQLite database, closed at the end of the test.
func SQLite(t testing.TB) *store.DB {
	t.Helper()
	return Open(t, SQLitePath(t))
}

// SQLitePath is a path where no database is yet.
func SQLitePath(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "plumbline.db")
}

// Postgres is an empty PostgreSQL database, dropped at the end of the test.
func Postgres(t testing.TB) *store.DB {
	t.Helper()
	return Open(t, PostgresURL(t))
}

// Open opens a database and closes it at the end of the test.
func Open(t testing.TB, where string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// PostgresURL is the address of an empty PostgreSQL database with our tables,
// dropped at the end of the test.
func PostgresURL(t testing.TB) string {
	t.Helper()
	template, err := template(server(t))
	if err != nil {
		t.Fatal("making the template of test databases: ", err)
	}
	name := "test_" + strings.ReplaceAll(store.NewID(), "-", "")
	run(t, `create database `+name+` template `+template)
	t.Cleanup(func() { run(t, `drop database `+name+` with (force)`) })
	return within(server(t), name)
}

// EmptyPostgresURL is the address of a PostgreSQL database without any table,
// dropped at the end of the test.
func EmptyPostgresURL(t testing.TB) string {
	t.Helper()
	name := "test_" + strings.ReplaceAll(store.NewID(), "-", "")
	run(t, `create database `+name)
	t.Cleanup(func() { run(t, `drop database `+name+` with (force)`) })
	return within(server(t), name)
}

func server(t testing.TB) string {
	t.Helper()
	where := os.Getenv(Variable)
	if where == "" {
		t.Fatal("PostgreSQL is needed: run ./do test")
	}
	return where
}

// within is the address of another database on the same server.
func within(where, name string) string {
	u, err := url.Parse(where)
	if err != nil {
		panic(err) // store.Open and pgx have read it before
	}
	u.Path = "/" + name
	return u.String()
}

func run(t testing.TB, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// template makes, once per server and set of migrations, a database with our tables that
// others are copied from. Test programs run at the same time, so they take turns.
func template(where string) (string, error) {
	ctx := context.Background()
	sum := sha256.Sum256([]byte(store.Schema()))
	name := "plumbline_template_" + hex.EncodeToString(sum[:6])
	conn, err := pgx.Connect(ctx, where)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `select pg_advisory_lock(7586854802)`); err != nil {
		return "", err
	}
	var there bool
	if err := conn.QueryRow(ctx, `select exists (select 1 from pg_database where datname = $1)`, name).Scan(&there); err != nil || there {
		return name, err
	}
	draft := name + "_draft" // left behind by a run that was killed
	if _, err := conn.Exec(ctx, `drop database if exists `+draft+` with (force)`); err != nil {
		return "", err
	}
	if _, err := conn.Exec(ctx, `create database `+draft); err != nil {
		return "", err
	}
	db, err := store.Open(ctx, within(where, draft))
	if err != nil {
		return "", err
	}
	if err := db.Close(); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, `alter database `+draft+` rename to `+name)
	return name, err
}
