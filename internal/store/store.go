// Package store keeps the house's rows: people, the catalog, items with what
// hangs on them, events in their order, actions to be carried out, mirrors of
// issues, and the leases by which several servers share the work. It owns the
// words DB, Tx and cursor; everything else it keeps is a word of [plumbline].
//
// Laws:
//   - One text of SQL serves SQLite and PostgreSQL. What differs is a field of
//     dialect, and search, which has a file for each.
//   - Ids, numbers and the order of events come from us. The order is one row,
//     updated last in a transaction: whoever sees event n has seen all before it.
//   - Nothing is null. Times are microseconds, money is micro-units with its
//     currency, JSON is text.
//   - Every list is filtered, counted, ordered and paged by the database, with
//     the index it needs; the number of statements does not depend on the rows.
//   - A driver's error becomes a kind of [plumbline.Error] in one place, errors.go.
//   - Store judges nothing: whether somebody may is asked in app. It does apply
//     [plumbline.Actor.Sees] inside its lists, since a count needs it there.
//
// An acknowledged Write is on disk: SQLite runs in WAL mode with
// synchronous=FULL. A killed process would lose nothing with NORMAL either; FULL
// costs one flush a commit and keeps the promise through a power cut too, which
// matters as actions tell the outside about rows that must then exist.
package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"plumbline"

	"github.com/jackc/pgx/v5"
)

// DB is one database, SQLite or PostgreSQL. It is safe for use by many
// goroutines; several processes may share one database.
type DB struct {
	dialect dialect
	name    string // of this handle, so that it can tell its own wake-ups
	wakes   wakes
	memory  memory

	searching searching

	onChange func(tx *Tx, items []plumbline.ItemID) error // see OnChange

	sql     *sql.DB         // PostgreSQL: the pool; SQLite: the writer's connection
	address *pgx.ConnConfig // PostgreSQL
	file    string          // SQLite: the path
	readers *pool           // SQLite
	writer  *pool           // SQLite
}

// Open opens the database at where, a "postgres://" address or the path of a
// SQLite file, and brings its tables up to date. A file that is not there is
// made, readable by its owner only, and so is its folder. Close the result.
func Open(ctx context.Context, where string) (*DB, error) {
	return open(ctx, where, migrations())
}

func open(ctx context.Context, where string, steps []step) (*DB, error) {
	var db *DB
	var err error
	if isPostgres(where) {
		db, err = openPostgres(where)
	} else {
		db, err = openSQLite(ctx, where)
	}
	if err != nil {
		return nil, openError(where, err)
	}
	db.name, db.searching = NewID(), searchesOf()
	if err := db.migrate(ctx, steps); err != nil {
		return nil, errors.Join(openError(where, err), db.Close())
	}
	return db, nil
}

// isPostgres tells an address from a path.
func isPostgres(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// Close waits for what runs and closes the connections.
func (db *DB) Close() error {
	if db.file == "" {
		return failure(db.sql.Close())
	}
	return failure(errors.Join(db.readers.close(), db.writer.close()))
}

// Kind is "sqlite" or "postgres".
func (db *DB) Kind() string { return db.dialect.name }

// Ping says whether the database answers, by reading one row.
func (db *DB) Ping(ctx context.Context) error {
	return db.Read(ctx, func(tx *Tx) error {
		_, err := tx.LastSeq()
		return err
	})
}

// Backup writes a copy of a SQLite database to path, as of one moment, while
// others go on reading and writing. It refuses to replace a file. PostgreSQL has
// its own tools for this.
func (db *DB) Backup(ctx context.Context, path string) error {
	if db.file == "" {
		return plumbline.Errorf(plumbline.Invalid, "Plumbline does not back up PostgreSQL itself: use pg_dump with the same address.")
	}
	return db.vacuumInto(ctx, path)
}
