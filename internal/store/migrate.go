package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"plumbline"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// step is one migration: a text for both databases, then one for each. Steps
// only go forward and are never changed once released; each is a transaction.
type step struct {
	version int64
	both    string
	only    map[string]string // by the name of the dialect
}

// migrations reads the embedded steps: NNNN_name.sql is for both databases,
// NNNN_name.sqlite.sql and NNNN_name.postgres.sql follow it on one of them.
func migrations() []step {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		panic(err) // the pattern is constant
	}
	var steps []step
	for _, name := range names { // in order, NNNN_name.postgres.sql before NNNN_name.sql
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		base := strings.TrimPrefix(name, "migrations/")
		version, err := strconv.ParseInt(base[:4], 10, 64)
		if err != nil {
			panic(err) // a test reads every name
		}
		if len(steps) == 0 || steps[len(steps)-1].version != version {
			steps = append(steps, step{version: version, only: map[string]string{}})
		}
		s := &steps[len(steps)-1]
		if part := strings.Split(base, "."); len(part) == 3 {
			s.only[part[1]] = string(text)
		} else {
			s.both = string(text)
		}
	}
	return steps
}

// Schema is the text of all migrations: databases of programs with the same
// Schema have the same tables.
func Schema() string {
	var b strings.Builder
	for _, s := range migrations() {
		b.WriteString(strconv.FormatInt(s.version, 10) + s.both + s.only["sqlite"] + s.only["postgres"])
	}
	return b.String()
}

// migrate applies what is pending, one step at a time. Several servers may
// start at once: on PostgreSQL they take turns by an advisory lock; on SQLite
// the one that comes second fails on a step that is done, and looks again.
func (db *DB) migrate(ctx context.Context, steps []step) error {
	provider, err := db.provider(steps)
	if err != nil {
		return err
	}
	latest := steps[len(steps)-1].version
	fresh := false // made just now, with nothing to lose
	for failed := 0; ; {
		version, err := provider.GetDBVersion(ctx)
		if err != nil && failed < 3 {
			failed++
			continue
		}
		switch {
		case err != nil:
			return failure(err)
		case version == latest:
			return nil
		case version > latest:
			return plumbline.Errorf(plumbline.Invalid, "it was written by a newer version of Plumbline (its tables have version %d, this program knows %d). Use the newer program, or restore the backup made before the upgrade.", version, latest)
		}
		fresh = fresh || version == 0
		if err := db.step(ctx, provider, version, fresh); err != nil {
			if failed++; failed > 3 {
				return failure(err)
			}
		}
	}
}

// step applies one migration, after a backup when there is something to lose.
func (db *DB) step(ctx context.Context, provider *goose.Provider, version int64, fresh bool) error {
	if db.file != "" && !fresh {
		if err := db.keepVersion(ctx, version); err != nil {
			return err
		}
	}
	_, err := provider.UpByOne(ctx)
	if errors.Is(err, goose.ErrNoNextVersion) { // another process was faster
		return nil
	}
	return err
}

// keepVersion backs the file up as it is before a migration. A copy left by an
// attempt that failed is replaced: it is older than what there is now.
func (db *DB) keepVersion(ctx context.Context, version int64) error {
	path := fmt.Sprintf("%s.before-%d", db.file, version+1)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unusable(path, err)
	}
	return db.vacuumInto(ctx, path)
}

func (db *DB) provider(steps []step) (*goose.Provider, error) {
	var list []*goose.Migration
	for _, s := range steps {
		text := strings.ReplaceAll(s.both, " TEXT", " "+db.dialect.text) + s.only[db.dialect.name]
		up := func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, text)
			switch {
			case err != nil:
				return err
			case s.version == reword && db.file != "":
				return db.rewordAll(ctx, tx)
			case s.version == flowed:
				return db.fillFlow(ctx, tx)
			}
			return nil
		}
		list = append(list, goose.NewGoMigration(s.version, &goose.GoFunc{RunTx: up}, nil))
	}
	options := []goose.ProviderOption{goose.WithGoMigrations(list...), goose.WithDisableGlobalRegistry(true)}
	if db.file == "" {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 600))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(db.dialect.goose, db.sql, nil, options...)
}
