package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"plumbline/internal/store"
)

// fillTask is a database to be filled, in a process of its own.
type fillTask struct {
	Where string
	Items int
	Open  float64
	Seed  uint64
}

func (t fillTask) run(ctx context.Context) error {
	db, err := store.Open(ctx, t.Where)
	if err != nil {
		return err
	}
	began := time.Now()
	err = fill(ctx, db, world{items: t.Items, open: t.Open, seed: t.Seed})
	took := time.Since(began)
	rows := t.Items * (3 + 2*perItem + 2) // an item, its text, its event, its comments and followers, two labels
	fmt.Fprintf(os.Stderr, "bench: %s: %d items in %.1f s, %.0f items/s, some %.0f rows/s\n",
		db.Kind(), t.Items, took.Seconds(), float64(t.Items)/took.Seconds(), float64(rows)/took.Seconds())
	return errors.Join(err, db.Close())
}

// database makes and fills the database of a world; drop takes it away again.
func database(ctx context.Context, o options, kind string, w world) (where string, drop func() error, err error) {
	name := fmt.Sprintf("bench_%d_%.0f", w.items, 100*w.open)
	var there bool
	if kind == "sqlite" {
		where = filepath.Join(o.dir, name+".db")
		_, err := os.Stat(where)
		there = err == nil
		drop = func() error { return errors.Join(remove(where), remove(where+"-wal"), remove(where+"-shm")) }
		if there && !o.keep { // of a run that was cut off
			if err := drop(); err != nil {
				return "", nil, err
			}
		}
	} else {
		where, there, drop, err = postgres(ctx, o, name)
		if err != nil {
			return "", nil, err
		}
	}
	if o.keep {
		drop = func() error { return nil }
	}
	if there && o.keep {
		return where, drop, nil
	}
	if err := inChild(ctx, "child-fill", fillTask{where, w.items, w.open, w.seed}, nil); err != nil {
		return "", nil, err
	}
	if kind != "sqlite" { // which PostgreSQL does by itself a minute later
		return where, drop, onPostgres(ctx, where, "vacuum analyze")
	}
	return where, drop, nil
}

func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func postgres(ctx context.Context, o options, name string) (where string, there bool, drop func() error, err error) {
	if o.postgres == "" {
		return "", false, nil, errors.New("say where PostgreSQL is with -postgres, or leave it out with -databases sqlite")
	}
	u, err := url.Parse(o.postgres)
	if err != nil {
		return "", false, nil, err
	}
	u.Path = "/" + name
	where = u.String()
	drop = func() error {
		return onPostgres(context.WithoutCancel(ctx), o.postgres, "drop database if exists "+name+" with (force)")
	}
	if o.keep {
		if conn, err := pgx.Connect(ctx, where); err == nil {
			return where, true, drop, conn.Close(ctx)
		}
	} else if err := drop(); err != nil {
		return "", false, nil, err
	}
	return where, false, drop, onPostgres(ctx, o.postgres, "create database "+name)
}

func onPostgres(ctx context.Context, where, statement string) error {
	conn, err := pgx.Connect(ctx, where)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}
