package store

import (
	"context"
	"strconv"
)

// room is what SQLite's writer keeps in memory and leaves in the log.
type room struct {
	cache int // kibibytes of pages in memory
	log   int // pages in the log before they are written into the file
}

// The room of a writer: what a server needs that changes an item now and then,
// and what is good for writing thousands of them. Each item touches a page of
// some twenty indexes; pages that do not stay in memory are read again for every
// item, and those that go from the log to the file after every transaction are
// written twice.
var (
	usualRoom = room{cache: 4 << 10, log: 1000}
	bulkRoom  = room{cache: 48 << 10, log: 8000}
)

// Bulk says that thousands of rows are going to be written, until done is
// called. SQLite's writer takes more memory for that long, at most 48 MB; the
// next writer afterwards gives it back. What is promised of a commit is the
// same.
func (db *DB) Bulk() (done func()) {
	if db.writer == nil {
		return func() {}
	}
	db.writer.bulks.Add(1)
	return func() { db.writer.bulks.Add(-1) }
}

// fit gives a connection of the writer the room that is wanted now.
func (c *conn) fit(ctx context.Context, bulk bool) error {
	if c.roomy == bulk {
		return nil
	}
	want := usualRoom
	if bulk {
		want = bulkRoom
	}
	for _, text := range []string{"pragma cache_size = " + strconv.Itoa(-want.cache), "pragma wal_autocheckpoint = " + strconv.Itoa(want.log)} {
		if _, err := c.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	c.roomy = bulk
	return nil
}
