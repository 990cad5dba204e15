package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"plumbline"
)

// Tx is a transaction. It is used by one goroutine and not after the function
// it was given to has returned.
type Tx struct {
	ctx     context.Context
	db      *DB
	handle  handle
	writes  bool
	changed bool // something was written
	broken  error
	glance  bool              // it may run one statement
	asked   bool              // and has
	found   []findable        // to be written at the end
	tallies map[tally]int64   // by which counts are to be moved at the end
	events  []plumbline.Event // to be written at the very end
	queries *Queries
	commits uint64 // before the snapshot

	passages map[plumbline.ItemID]*passage // of items whose flow is to be kept at the end
}

// Writes says that this transaction may write: what it reads may never be
// committed.
func (tx *Tx) Writes() bool { return tx.writes }

var errReadOnly = errors.New("store: a statement that writes, in a transaction that reads")

var errOneOnly = errors.New("store: a second statement where one was to be")

// tries is how often a transaction is run when others are in its way.
const tries = 8

// Read gives fn one consistent snapshot. What fn returns is returned.
func (db *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	_, err := db.run(ctx, reading, fn)
	return err
}

// Look is Read for fn that runs one statement at most, which is a snapshot by
// itself: nothing need be begun and ended, which on PostgreSQL are journeys too.
func (db *DB) Look(ctx context.Context, fn func(tx *Tx) error) error {
	_, err := db.run(ctx, looking, fn)
	return err
}

// Try is Write, or Read when it is only tried: fn then asks tx whether it writes.
func (db *DB) Try(ctx context.Context, dry bool, fn func(tx *Tx) error) error {
	if dry {
		return db.Read(ctx, fn)
	}
	return db.Write(ctx, fn)
}

// Write gives fn a transaction and commits it when fn returns nil; else, and
// when fn panics, nothing is changed. Writers on SQLite take turns. On
// PostgreSQL fn runs again after a serialization failure or a deadlock, so it
// must not change anything but tx and what it sets anew each time. After the
// commit the subscribers wake.
//
// A statement that failed, for example on a key that exists, spoils the
// transaction on both databases, even when fn goes on and returns nil.
func (db *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	for try := 1; ; try++ {
		changed, err := db.run(ctx, writing, fn)
		if changed {
			db.wakes.all()
		}
		if err == nil || !again(err) || try == tries {
			return err
		}
		pause := time.Duration(1+rand.IntN(10<<try)) * time.Millisecond
		if !sleep(ctx, pause) {
			return failure(ctx.Err())
		}
	}
}

// handle is a transaction of a driver.
type handle interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	Commit() error
	Rollback() error
}

// mode is what a transaction is for.
type mode int

const (
	reading mode = iota
	writing
	looking // one statement
)

func (db *DB) begin(ctx context.Context, m mode) (handle, error) {
	switch {
	case m == looking:
		return db.glance(ctx)
	case db.file != "" && m == writing:
		return db.writer.transaction(ctx)
	case db.file != "":
		return db.readers.transaction(ctx)
	case m == writing:
		return db.sql.BeginTx(ctx, nil)
	}
	return db.sql.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
}

// glance is a connection without a transaction.
func (db *DB) glance(ctx context.Context) (handle, error) {
	if db.file == "" {
		return pooled{db.sql}, nil
	}
	c, err := db.readers.take(ctx)
	if err != nil {
		return nil, err
	}
	return given{&liteTx{pool: db.readers, conn: c}}, nil
}

// pooled runs statements on any connection of PostgreSQL's pool.
type pooled struct{ *sql.DB }

func (pooled) Commit() error   { return nil }
func (pooled) Rollback() error { return nil }

// given is a connection to a SQLite file that only has to be given back.
type given struct{ *liteTx }

func (g given) Commit() error {
	g.pool.give(g.conn)
	return nil
}

func (g given) Rollback() error { return g.Commit() }

// run is one try of a transaction.
func (db *DB) run(ctx context.Context, m mode, fn func(tx *Tx) error) (changed bool, err error) {
	commits := db.Commits()
	begun, err := db.begin(ctx, m)
	if err != nil {
		return false, failure(err)
	}
	done := false
	defer func() {
		if !done { // fn failed or panicked; a rollback that fails closes the connection
			_ = begun.Rollback()
		}
	}()
	tx := &Tx{ctx: ctx, db: db, handle: begun, writes: m == writing, glance: m == looking, queries: queriesOf(ctx), commits: commits}
	if err := fn(tx); err != nil {
		return false, err
	}
	if tx.broken != nil {
		return false, tx.broken
	}
	if tx.writes {
		if err := tx.finish(); err != nil {
			return false, err
		}
	}
	done = true
	if err := begun.Commit(); err != nil {
		return false, failure(err)
	}
	if o := onceOf(ctx); o != nil && len(tx.events) > 0 {
		o.kept = true
	}
	return tx.changed, nil
}

// settle writes what was put off until now, so that lists know of it.
func (tx *Tx) settle() error {
	if err := tx.writeWords(); err != nil {
		return err
	}
	return tx.writeTallies()
}

// finish writes what comes last in a transaction that writes: what follows from
// the changes, the words of items, their counts and their flow, the wake-up for other processes, and the events with their
// numbers.
func (tx *Tx) finish() error {
	if items := tx.changedItems(); len(items) > 0 && tx.db.onChange != nil {
		if err := tx.db.onChange(tx, items); err != nil {
			return err
		}
	}
	if err := tx.settle(); err != nil {
		return err
	}
	if err := tx.writeFlow(); err != nil {
		return err
	}
	if err := tx.keepOnce(); err != nil {
		return err
	}
	if (tx.changed || len(tx.events) > 0) && tx.db.dialect.notify != "" {
		if _, err := tx.exec(tx.db.dialect.notify, tx.db.name); err != nil {
			return err
		}
	}
	return tx.writeEvents()
}

// exec runs a statement that returns no rows and says how many it changed.
func (tx *Tx) exec(query string, args ...any) (int64, error) {
	if !tx.writes {
		return 0, errReadOnly
	}
	if err := plain(args); err != nil {
		return 0, tx.spoil(err)
	}
	tx.queries.N.Add(1)
	result, err := tx.handle.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return 0, tx.spoil(err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return 0, tx.spoil(err)
	}
	tx.changed = tx.changed || n > 0
	return n, nil
}

// spoil remembers that a statement failed: PostgreSQL would refuse to go on,
// so SQLite must too.
func (tx *Tx) spoil(err error) error {
	err = failure(err)
	if tx.broken == nil {
		tx.broken = err
	}
	return err
}

// row is what a scan function reads one row from.
type row interface{ Scan(to ...any) error }

// list reads all rows of a query; change does for a statement that writes and
// returns rows.
func list[T any](tx *Tx, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	var out []T
	err := tx.each(query, args, func(r row) error {
		v, err := scan(r)
		out = append(out, v)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// each reads the rows of a query. It stands apart from list so that there is one
// of it, and not one for each type that is read.
func (tx *Tx) each(query string, args []any, read func(row) error) error {
	if err := plain(args); err != nil {
		return tx.spoil(err)
	}
	if tx.glance && tx.asked {
		return tx.spoil(errOneOnly)
	}
	tx.asked = true
	tx.queries.N.Add(1)
	rows, err := tx.handle.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return tx.spoil(err)
	}
	defer rows.Close()
	for rows.Next() {
		tx.queries.Rows.Add(1)
		if err := read(rows); err != nil {
			return tx.spoil(err)
		}
	}
	if err := rows.Err(); err != nil {
		return tx.spoil(err)
	}
	return nil
}

func change[T any](tx *Tx, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	if !tx.writes {
		return nil, errReadOnly
	}
	out, err := list(tx, scan, query, args...)
	tx.changed = tx.changed || len(out) > 0 // a claim that found nothing wakes nobody
	return out, err
}

// first reads the first row of a query, if there is one.
func first[T any](tx *Tx, scan func(row) (T, error), query string, args ...any) (v T, ok bool, err error) {
	all, err := list(tx, scan, query, args...)
	if err != nil || len(all) == 0 {
		return v, false, err
	}
	return all[0], true, nil
}

// need is first for a row that must be there; absent is the error if it is not.
func need[T any](tx *Tx, absent error, scan func(row) (T, error), query string, args ...any) (T, error) {
	v, ok, err := first(tx, scan, query, args...)
	if err == nil && !ok {
		err = absent
	}
	return v, err
}

// number reads one number, 0 if there is no row.
func number(tx *Tx, query string, args ...any) (int64, error) {
	n, _, err := first(tx, column[int64], query, args...)
	return n, err
}

// column scans a row of one column.
func column[T any](r row) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}
