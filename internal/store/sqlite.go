package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"plumbline"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// readers is how many snapshots are open at a time. With the caches below, nine
// connections keep at most 12 MB of pages.
const readers = 8

// busyTimeout is how long another process may hold the file before a statement
// is refused.
const busyTimeout = 10 * time.Second

// openSQLite opens the pool of readers and the one writer. A transaction of the
// writer begins IMMEDIATE, so that one in another process is waited for rather
// than failed on; _txlock does the same for migrations.
func openSQLite(ctx context.Context, path string) (*DB, error) {
	path, err := prepareFile(path)
	if err != nil {
		return nil, err
	}
	// The way back of a statement that writes many rows is kept in memory.
	write, err := sql.Open("sqlite", address(path, "cache_size("+strconv.Itoa(-usualRoom.cache)+")", "journal_size_limit(67108864)", "temp_store(2)"))
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	if err := turnOnWAL(ctx, write); err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read, err := sql.Open("sqlite", address(path, "cache_size(-1024)", "query_only(1)"))
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	return &DB{
		dialect: dialectSQLite(),
		sql:     write,
		file:    path,
		readers: newPool(read, "begin", readers),
		writer:  newPool(write, "begin immediate", 1),
	}, nil
}

// turnOnWAL connects for the first time, before anybody reads, which gives a
// new file its write-ahead log. Of several servers that do so at once SQLite
// refuses all but one without waiting, whatever the busy timeout says, since
// each of them holds what the others wait for; those come again.
func turnOnWAL(ctx context.Context, db *sql.DB) error {
	deadline := time.Now().Add(busyTimeout)
	for {
		err := db.PingContext(ctx)
		var refused *sqlite.Error
		if !errors.As(err, &refused) || refused.Code()&0xff != sqlite3.SQLITE_BUSY || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// address is the driver's name of a file with the pragmas of every connection.
func address(path string, pragmas ...string) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": append([]string{
		"busy_timeout(" + strconv.FormatInt(busyTimeout.Milliseconds(), 10) + ")",
		"foreign_keys(1)",
		"journal_mode(wal)",
		"synchronous(full)",
	}, pragmas...)}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}).String()
}

// prepareFile makes the folder and an empty file when they are not there, so
// that their rights are ours and not those of the umask; the log files beside
// the database get the rights of the database.
func prepareFile(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", unusable(path, err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", unusable(path, err)
	}
	return path, f.Close()
}

func unusable(path string, err error) error {
	return &plumbline.Error{
		Kind: plumbline.Unavailable,
		Text: "The file " + path + " cannot be read and written. Check the path and the rights on its folder.",
		Err:  err,
	}
}

// vacuumInto copies the database to a file that is not there yet. The copy
// appears under its name only when it is whole and on disk.
func (db *DB) vacuumInto(ctx context.Context, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return failure(err)
	}
	partial := path + ".partial"
	if _, err := os.Lstat(path); err == nil {
		return plumbline.Errorf(plumbline.Conflict, "%s exists already; a backup replaces nothing.", path)
	}
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o600)
	if err != nil {
		return unusable(path, err)
	}
	defer f.Close()
	defer os.Remove(partial)
	// A reader does it, so that the writer is not held up; query_only would
	// refuse, so it gets a connection of its own.
	one, err := sql.Open("sqlite", address(db.file))
	if err != nil {
		return failure(err)
	}
	defer one.Close()
	if _, err := one.ExecContext(ctx, `vacuum into $1`, partial); err != nil {
		return failure(err)
	}
	if err := f.Sync(); err != nil {
		return unusable(path, err)
	}
	if err := os.Rename(partial, path); err != nil {
		return unusable(path, err)
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a rename in the folder outlive a power cut.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return unusable(path, err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return unusable(path, err)
	}
	return nil
}
