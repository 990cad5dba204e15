package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"plumbline"
)

// Exec runs a statement of a test's own.
func (tx *Tx) Exec(query string, args ...any) error {
	_, err := tx.exec(query, args...)
	return err
}

// Lines are the rows of a query of a test's own, as text.
func (tx *Tx) Lines(query string, args ...any) ([]string, error) {
	return list(tx, func(r row) (string, error) {
		rows := r.(*sql.Rows)
		names, err := rows.Columns()
		if err != nil {
			return "", err
		}
		cells := make([]sql.NullString, len(names))
		to := make([]any, len(names))
		for i := range cells {
			to[i] = &cells[i]
		}
		err = rows.Scan(to...)
		var texts []string
		for _, c := range cells {
			texts = append(texts, c.String)
		}
		return strings.Join(texts, "|"), err
	}, query, args...)
}

// Explain makes the statements that a transaction runs be explained rather than
// run: the plans of fn's statements, each after a line with the statement.
func (db *DB) Explain(ctx context.Context, fn func(tx *Tx) error) (plans []string, err error) {
	db.memory.put("", memo{rows: keptRows + 1}) // what is remembered asks nothing that could be explained
	err = db.Read(ctx, func(tx *Tx) error {
		prefix := "explain query plan "
		if db.file == "" {
			prefix = "explain "
			if _, err := tx.handle.ExecContext(ctx, "set local enable_seqscan = off"); err != nil {
				return err
			}
		}
		plain := &Tx{ctx: ctx, db: db, handle: tx.handle, queries: queriesOf(ctx)}
		tx.handle = explainer{tx.handle, func(query string, args []any) error {
			lines, err := plain.Lines(prefix+query, args...)
			plans = append(plans, query)
			plans = append(plans, lines...)
			return err
		}}
		return fn(tx)
	})
	return plans, err
}

type explainer struct {
	handle
	explain func(query string, args []any) error
}

func (e explainer) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := e.explain(query, args); err != nil {
		return nil, err
	}
	return e.handle.QueryContext(ctx, query, args...)
}

// SetStretch makes lists go through n items that match at a time.
func (db *DB) SetStretch(n int) { db.searching.stretch = n }

// SetLook makes searches judge by a sample of so many items, of which so many
// must match for so many to be looked at one by one.
func (db *DB) SetLook(sample, often, seldom, look, fewEras int) {
	s := &db.searching
	s.sample, s.often, s.seldom, s.look, s.fewEras = sample, often, seldom, look, fewEras
}

// LimitPages lets a SQLite file grow by so many pages only; 0 takes that back.
func (db *DB) LimitPages(ctx context.Context, more int) error {
	c, err := db.writer.take(ctx)
	if err != nil {
		return err
	}
	defer db.writer.give(c)
	pages := 4294967294 // as many as there may be
	if more > 0 {
		if err := c.QueryRowContext(ctx, "pragma page_count").Scan(&pages); err != nil {
			return err
		}
		pages += more
	}
	_, err = c.ExecContext(ctx, "pragma max_page_count = "+strconv.Itoa(pages))
	return err
}

// SetPatience is how many milliseconds the writer of a SQLite file waits for
// another process.
func (db *DB) SetPatience(ctx context.Context, ms int) error {
	c, err := db.writer.take(ctx)
	if err != nil {
		return err
	}
	defer db.writer.give(c)
	_, err = c.ExecContext(ctx, "pragma busy_timeout = "+strconv.Itoa(ms))
	return err
}

// OpenWith opens a database with one more migration than there is.
func OpenWith(ctx context.Context, where, migration string) (*DB, error) {
	steps := migrations()
	return open(ctx, where, append(steps, step{version: steps[len(steps)-1].version + 1, both: migration}))
}

// Newest is the version of the newest migration.
func Newest() int64 {
	steps := migrations()
	return steps[len(steps)-1].version
}

// Classify is the kind of a driver's code, SQLite's or PostgreSQL's.
func Classify(lite int, pg string) (plumbline.Kind, string) {
	if pg == "" {
		return classifySQLite(lite)
	}
	return classifyPostgres(pg)
}

// Script runs the text of a migration as the migration does.
func (tx *Tx) Script(text string) error {
	_, err := tx.handle.ExecContext(tx.ctx, strings.ReplaceAll(text, " TEXT", " "+tx.db.dialect.text))
	return err
}

// FillFlow fills the days and weeks of flow as the migration does.
func (tx *Tx) FillFlow() error { return tx.db.fillFlow(tx.ctx, tx.handle) }

// InsertBare writes the rows of items and their bodies and nothing else, as the
// floor that a benchmark compares with.
func (tx *Tx) InsertBare(list []NewItem) error {
	next, err := tx.reserve("items", len(list))
	if err != nil {
		return err
	}
	var b bulk
	for i, it := range list {
		b.add(next+int64(i), it)
	}
	if err := tx.insertRows(`insert into items (n, id, key, kind, process, title, class, visibility, state, lane, since, states, remit, team,
			product, requester, on_behalf_of, assignee, priority, severity, labels, link, ref, url, source, created, updated,
			closed, done, version, merged, n_demands, n_evidence, n_comments, n_watchers)`, b.items, ""); err != nil {
		return err
	}
	return tx.insertRows(`insert into item_bodies (n, fields, body)`, b.bodies, "")
}
