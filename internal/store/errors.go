package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"os"
	"strings"

	"plumbline"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// failure turns a driver's error into a kind, once. An error that is a
// [plumbline.Error] already stays as it is.
func failure(err error) error {
	var ours *plumbline.Error
	if err == nil || errors.As(err, &ours) {
		return err
	}
	kind, text := classify(err)
	return &plumbline.Error{Kind: kind, Text: text, Err: err}
}

const (
	textBusy    = "The database is busy. Please try again in a moment."
	textFull    = "The database has no room left. Nothing was changed. Make room on its disk and try again."
	textGone    = "The database does not answer now. Please try again in a moment."
	textStopped = "The request was stopped before the database was done with it."
	textLocked  = "The database cannot be written to. Check the rights on its file and folder, or whether the server is read-only."
	textDamaged = "The database file is damaged or is not a database. Restore a backup."
	textExists  = "It exists already."
	textRefers  = "It refers to something that does not exist."
	textBadText = "The text cannot be stored: it is not valid UTF-8, holds a NUL byte or is too long."
)

func classify(err error) (plumbline.Kind, string) {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	var network net.Error
	var connect *pgconn.ConnectError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return plumbline.Unavailable, textStopped
	case errors.As(err, &lite):
		return classifySQLite(lite.Code())
	case errors.As(err, &pg):
		return classifyPostgres(pg.Code)
	case errors.As(err, &connect), errors.As(err, &network), errors.Is(err, net.ErrClosed),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, driver.ErrBadConn),
		errors.Is(err, sql.ErrConnDone), pgconn.SafeToRetry(err), isClosed(err):
		return plumbline.Unavailable, textGone
	case errors.Is(err, sql.ErrTxDone):
		return plumbline.Unavailable, textStopped
	case errors.Is(err, os.ErrPermission):
		return plumbline.Unavailable, textLocked
	}
	return plumbline.Internal, "The database answered something unexpected."
}

// isClosed knows the errors of closed connections that have no value to
// compare with: database/sql's for a closed DB, and pgx's.
func isClosed(err error) bool {
	text := err.Error()
	return strings.HasSuffix(text, "sql: database is closed") || strings.HasSuffix(text, "conn closed")
}

// classifySQLite reads an extended result code,
// https://www.sqlite.org/rescode.html.
func classifySQLite(code int) (plumbline.Kind, string) {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return plumbline.Conflict, textExists
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return plumbline.NotFound, textRefers
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return plumbline.Unavailable, textBusy
	case sqlite3.SQLITE_FULL:
		return plumbline.Unavailable, textFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		return plumbline.Unavailable, textLocked
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM:
		return plumbline.Unavailable, textGone
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return plumbline.Unavailable, textDamaged
	case sqlite3.SQLITE_INTERRUPT:
		return plumbline.Unavailable, textStopped
	case sqlite3.SQLITE_TOOBIG:
		return plumbline.Invalid, textBadText
	}
	return plumbline.Internal, "The database answered something unexpected."
}

// classifyPostgres reads an SQLSTATE,
// https://www.postgresql.org/docs/15/errcodes-appendix.html.
func classifyPostgres(code string) (plumbline.Kind, string) {
	switch code {
	case "23505":
		return plumbline.Conflict, textExists
	case "23503":
		return plumbline.NotFound, textRefers
	case "40001", "40P01", "55P03":
		return plumbline.Unavailable, textBusy
	case "53100", "53200":
		return plumbline.Unavailable, textFull
	case "57014":
		return plumbline.Unavailable, textStopped
	case "25006", "42501":
		return plumbline.Unavailable, textLocked
	case "22021", "22P05", "54000":
		return plumbline.Invalid, textBadText
	}
	switch code[:min(2, len(code))] {
	case "08", "53", "57", "58", "28", "3D":
		return plumbline.Unavailable, textGone
	}
	return plumbline.Internal, "The database answered something unexpected."
}

// again says whether a transaction failed only because of another one, so that
// running it again may succeed.
func again(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// openError says which database could not be opened; an address is not
// repeated, since it may hold a password.
func openError(where string, err error) error {
	kind, text := classify(err)
	var ours *plumbline.Error
	if errors.As(err, &ours) {
		kind, text = ours.Kind, ours.Text
	}
	name := where
	if isPostgres(where) {
		name = "PostgreSQL"
	}
	return &plumbline.Error{Kind: kind, Text: "Opening the database (" + name + ") failed: " + text, Err: err}
}

func missing(format string, args ...any) error {
	return plumbline.Errorf(plumbline.NotFound, format, args...)
}

var errCursor = plumbline.FieldError("cursor", "The cursor does not belong to this list. Leave it out to begin at the start.")
