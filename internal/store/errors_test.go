package store_test

import (
	"strings"
	"testing"

	sqlite3 "modernc.org/sqlite/lib"

	"plumbline"
	"plumbline/internal/store"
)

// What a driver says becomes a kind and a sentence for a person.
func TestDriverErrors(t *testing.T) {
	for _, c := range []struct {
		lite int
		pg   string
		kind plumbline.Kind
		text string
	}{
		{sqlite3.SQLITE_CONSTRAINT_UNIQUE, "", plumbline.Conflict, "exists already"},
		{sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, "", plumbline.Conflict, "exists already"},
		{sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, "", plumbline.NotFound, "does not exist"},
		{sqlite3.SQLITE_CONSTRAINT_NOTNULL, "", plumbline.Internal, "unexpected"},
		{sqlite3.SQLITE_BUSY, "", plumbline.Unavailable, "busy"},
		{sqlite3.SQLITE_BUSY_SNAPSHOT, "", plumbline.Unavailable, "busy"},
		{sqlite3.SQLITE_FULL, "", plumbline.Unavailable, "no room"},
		{sqlite3.SQLITE_READONLY_DBMOVED, "", plumbline.Unavailable, "cannot be written"},
		{sqlite3.SQLITE_IOERR_FSYNC, "", plumbline.Unavailable, "does not answer"},
		{sqlite3.SQLITE_CORRUPT, "", plumbline.Unavailable, "damaged"},
		{sqlite3.SQLITE_INTERRUPT, "", plumbline.Unavailable, "stopped"},
		{sqlite3.SQLITE_TOOBIG, "", plumbline.Invalid, "too long"},
		{sqlite3.SQLITE_ERROR, "", plumbline.Internal, "unexpected"},
		{0, "23505", plumbline.Conflict, "exists already"},
		{0, "23503", plumbline.NotFound, "does not exist"},
		{0, "23502", plumbline.Internal, "unexpected"},
		{0, "40001", plumbline.Unavailable, "busy"},
		{0, "40P01", plumbline.Unavailable, "busy"},
		{0, "53100", plumbline.Unavailable, "no room"},
		{0, "53300", plumbline.Unavailable, "does not answer"}, // too many connections
		{0, "25006", plumbline.Unavailable, "cannot be written"},
		{0, "57P01", plumbline.Unavailable, "does not answer"}, // the server stops
		{0, "57014", plumbline.Unavailable, "stopped"},
		{0, "08006", plumbline.Unavailable, "does not answer"},
		{0, "28P01", plumbline.Unavailable, "does not answer"}, // wrong password
		{0, "3D000", plumbline.Unavailable, "does not answer"}, // no such database
		{0, "22021", plumbline.Invalid, "cannot be stored"},
		{0, "42601", plumbline.Internal, "unexpected"},
	} {
		kind, text := store.Classify(c.lite, c.pg)
		if kind != c.kind || !strings.Contains(text, c.text) {
			t.Errorf("%d %s: got %q, %q; want %q, %q", c.lite, c.pg, kind, text, c.kind, c.text)
		}
	}
}
