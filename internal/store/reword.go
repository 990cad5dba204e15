package store

import (
	"context"
	"database/sql"
)

// reword is the migration after which the words of all items are written again
// on SQLite: its index of words keeps no text that SQL could read back.
const reword = 10

// rewords is how many items are read and written at a time.
const rewords = 500

// rewordAll writes the words of all items in the transaction of a migration.
func (db *DB) rewordAll(ctx context.Context, step *sql.Tx) error {
	tx := &Tx{ctx: ctx, db: db, handle: step, writes: true, queries: &Queries{}}
	for last := int64(0); ; {
		texts, err := list(tx, func(r row) (f findable, err error) {
			err = r.Scan(&f.n, &f.text)
			return f, err
		}, `select i.n, i.key || ' ' || i.title || ' ' || b.body from items i join item_bodies b on b.n = i.n where i.n > $1 order by i.n limit $2`, last, rewords)
		if err != nil || len(texts) == 0 {
			return err
		}
		last = texts[len(texts)-1].n
		tx.found = texts
		if err := tx.writeWords(); err != nil {
			return err
		}
	}
}
