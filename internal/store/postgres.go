package store

import (
	"context"
	"errors"
	"time"

	"plumbline"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// channel is the name that wake-ups are sent under.
const channel = "plumbline"

// connections is how many connections a process has at most, besides the one
// that listens. A server of PostgreSQL allows 100 unless told otherwise.
const connections = 16

// openPostgres prepares the pool; the first use connects.
func openPostgres(where string) (*DB, error) {
	config, err := pgx.ParseConfig(where)
	if err != nil { // the parser leaves the password out of its error
		return nil, &plumbline.Error{Kind: plumbline.Invalid, Text: "The address of the database cannot be read. It looks like postgres://user:password@host:5432/name.", Err: err}
	}
	setDefault(config.RuntimeParams, "application_name", "plumbline")
	setDefault(config.RuntimeParams, "jit", "off")              // compiling costs more than our short queries
	setDefault(config.RuntimeParams, "random_page_cost", "1.1") // disks have no heads any more
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections / 2)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	pool.SetConnMaxLifetime(time.Hour)
	return &DB{dialect: dialectPostgres(), sql: pool, address: config}, nil
}

func setDefault(params map[string]string, name, value string) {
	if _, ok := params[name]; !ok {
		params[name] = value
	}
}

// listen passes on the wake-ups of other processes until ctx ends or the
// connection is lost.
func (db *DB) listen(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, db.address.Copy())
	if err != nil {
		return err
	}
	defer func() {
		bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(bye) // the connection is of no more use either way
	}()
	if _, err := conn.Exec(ctx, "listen "+channel); err != nil {
		return err
	}
	db.wakes.all() // for what was sent while nobody listened
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		if n.Payload != db.name {
			db.wakes.all()
		}
	}
}

// Listen wakes the subscribers when another process has committed something,
// until ctx ends; it returns nil then. On PostgreSQL it keeps a connection for
// this and makes it anew when it is lost. On SQLite there is nothing to listen
// to: another process is noticed by polling.
func (db *DB) Listen(ctx context.Context) error {
	for {
		if db.file != "" {
			<-ctx.Done()
			return nil
		}
		err := db.listen(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(failure(err), context.Canceled) {
			return nil
		}
		if !sleep(ctx, time.Second) {
			return nil
		}
	}
}
