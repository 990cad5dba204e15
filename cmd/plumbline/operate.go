package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/internal/store"
)

func (s *shell) backupCommand() *cobra.Command {
	return &cobra.Command{Use: "backup FILE", Short: "Copy the database to a file", Args: exactly(1),
		Long: "Writes a copy of the SQLite database as of one moment, while a server goes on working. It replaces nothing. A PostgreSQL database is copied with pg_dump.",
		RunE: run(func(ctx context.Context, args []string) error {
			where, err := s.existing()
			if err != nil {
				return err
			}
			db, err := store.Open(ctx, where)
			if err != nil {
				return err
			}
			err = db.Backup(ctx, args[0])
			if err == nil {
				s.say("the database was copied to %s", args[0])
			}
			return errors.Join(err, db.Close())
		})}
}

func (s *shell) restoreCommand() *cobra.Command {
	return &cobra.Command{Use: "restore FILE", Short: "Make a database from a backup", Args: exactly(1),
		Long: "Puts a backup where the SQLite database of --data would be. It replaces nothing: move an old database away first. No server may run on it. " +
			"After that a server's first pass over the trackers brings in what happened since the backup.",
		RunE: run(func(ctx context.Context, args []string) error {
			c, err := s.settings()
			if err != nil {
				return err
			}
			where, err := s.where(c, false)
			if err != nil {
				return err
			}
			if isPostgres(where) {
				return plumbline.Errorf(plumbline.Invalid, "Plumbline does not restore PostgreSQL itself: use pg_restore or psql with the same address.")
			}
			if err := restore(ctx, args[0], where); err != nil {
				return err
			}
			s.say("the database at %s was made from %s", where, args[0])
			return nil
		})}
}

// restore copies a backup beside its place, looks whether it opens, and only
// then gives it its name.
func restore(ctx context.Context, from, to string) error {
	for _, old := range []string{to, to + "-wal", to + "-shm"} {
		if _, err := os.Lstat(old); err == nil {
			return plumbline.Errorf(plumbline.Conflict, "%s exists already; a restore replaces nothing. Move it away first.", old)
		}
	}
	src, err := os.Open(from)
	if err != nil {
		return &plumbline.Error{Kind: plumbline.NotFound, Text: fmt.Sprintf("The backup %s cannot be read.", from), Err: err}
	}
	defer src.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return unwritable(to, err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(to), ".restore-*")
	if err != nil {
		return unwritable(to, err)
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, "plumbline.db")
	if err := copyFile(copied, src); err != nil {
		return unwritable(to, err)
	}
	db, err := store.Open(ctx, copied)
	if err != nil {
		return plumbline.Errorf(plumbline.Invalid, "%s is not a backup of Plumbline: %s", from, plumbline.TextOf(err))
	}
	if err := errors.Join(db.Ping(ctx), db.Close()); err != nil {
		return err
	}
	if err := os.Link(copied, to); err != nil { // unlike a rename, a link replaces nothing
		return unwritable(to, err)
	}
	return nil
}

func copyFile(to string, src io.Reader) error {
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Sync(), dst.Close())
}

func unwritable(path string, err error) error {
	return &plumbline.Error{Kind: plumbline.Unavailable, Text: fmt.Sprintf("%s cannot be written: %s.", path, cause(err)), Err: err}
}

func (s *shell) migrateCommand() *cobra.Command {
	return &cobra.Command{Use: "migrate", Short: "Make the database, or bring its tables up to date", Args: exactly(0),
		Long: "A server does this by itself when it starts. On SQLite a backup is made before each step.",
		RunE: run(func(ctx context.Context, _ []string) error {
			c, err := s.settings()
			if err != nil {
				return err
			}
			where, err := s.where(c, false)
			if err != nil {
				return err
			}
			db, err := store.Open(ctx, where)
			if err != nil {
				return err
			}
			s.say("the %s database is up to date", db.Kind())
			return db.Close()
		})}
}

func (s *shell) versionCommand() *cobra.Command {
	c := &cobra.Command{Use: "version", Short: "Print the version", Args: exactly(0)}
	c.RunE = run(func(context.Context, []string) error {
		v := map[string]string{"version": s.version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH}
		return s.show(v, func(w io.Writer) {
			fmt.Fprintf(w, "plumbline %s (%s, %s)\n", v["version"], v["go"], v["platform"])
		})
	})
	return s.reading(c)
}

func (s *shell) configCommand() *cobra.Command {
	schema := &cobra.Command{Use: "schema", Short: "Print the JSON Schema of the configuration file", Args: exactly(0),
		RunE: run(func(context.Context, []string) error {
			b, err := configSchema()
			if err != nil {
				return err
			}
			_, err = s.out.Write(b)
			return err
		})}
	check := &cobra.Command{Use: "check [FILE]", Short: "Say what is wrong with a configuration", Args: atMost(1),
		Long: "Reads the file, the environment and the secrets they point at, and lists every mistake. Nothing is opened or sent.",
		RunE: run(func(_ context.Context, args []string) error {
			if len(args) > 0 {
				s.flags.config = args[0]
			}
			c, err := s.settings()
			if err != nil {
				return err
			}
			if _, err := s.wire(c.Links); err != nil {
				return err
			}
			if _, err := s.where(c, false); err != nil {
				return err
			}
			if _, err := s.book(c.Processes); err != nil {
				return err
			}
			s.say("the configuration is good")
			return nil
		})}
	return group("config", "The configuration file: check it, print its schema", check, schema)
}
