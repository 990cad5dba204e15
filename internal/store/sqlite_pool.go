package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// pool lends connections to a SQLite file, each with the statements it has
// prepared: for a short query, preparing costs more than running. database/sql
// would close them with the transaction.
//
// The connection given back last is lent first, so that a quiet server keeps one
// or two warm. Those that were not needed for a while are closed.
type pool struct {
	db    *sql.DB
	begin string        // how a transaction begins
	turns chan struct{} // one for each connection that is lent
	done  chan struct{} // closed with the pool
	once  sync.Once
	bulks atomic.Int32 // see DB.Bulk

	mu   sync.Mutex
	idle []*conn // longest idle first
}

// conn is a connection and what it has prepared.
type conn struct {
	*sql.Conn
	prepared map[string]*sql.Stmt
	used     time.Time
	roomy    bool // it has the room that Bulk gives
}

const (
	maxPrepared = 64          // statements that a connection keeps, of some 30 kB each
	maxIdle     = time.Minute // that a connection stays open unused
)

func newPool(db *sql.DB, begin string, size int) *pool {
	return &pool{db: db, begin: begin, turns: make(chan struct{}, size), done: make(chan struct{})}
}

// take waits for a connection; who came first is served first.
func (p *pool) take(ctx context.Context) (*conn, error) {
	select { // a closed pool lends nothing, even if there is room
	case <-p.done:
		return nil, sql.ErrConnDone
	default:
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.done:
		return nil, sql.ErrConnDone
	case p.turns <- struct{}{}:
	}
	if c := p.last(); c != nil {
		return c, nil
	}
	raw, err := p.db.Conn(ctx)
	if err != nil {
		<-p.turns
		return nil, err
	}
	return &conn{Conn: raw, prepared: map[string]*sql.Stmt{}}, nil
}

func (p *pool) last() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 {
		return nil
	}
	c := p.idle[n-1]
	p.idle = p.idle[:n-1]
	return c
}

// give takes a connection back, and closes one that has been idle for long.
func (p *pool) give(c *conn) {
	c.used = time.Now()
	p.mu.Lock()
	p.idle = append(p.idle, c)
	old := p.idle[0]
	if c.used.Sub(old.used) < maxIdle {
		old = nil
	} else {
		p.idle = slices.Delete(p.idle, 0, 1)
	}
	p.mu.Unlock()
	if old != nil {
		_ = old.discard() // a reader holds nothing that could be lost
	}
	<-p.turns
}

// close waits until every connection is back.
func (p *pool) close() error {
	var err error
	p.once.Do(func() {
		close(p.done)
		for range cap(p.turns) {
			p.turns <- struct{}{}
		}
		for c := p.last(); c != nil; c = p.last() {
			err = errors.Join(err, c.release())
		}
		err = errors.Join(err, p.db.Close())
	})
	return err
}

// release gives the connection back to database/sql.
func (c *conn) release() error {
	var err error
	for _, s := range c.prepared {
		err = errors.Join(err, s.Close())
	}
	return errors.Join(err, c.Close())
}

// discard closes the connection.
func (c *conn) discard() error {
	for _, s := range c.prepared {
		_ = s.Close() // goes with the connection
	}
	err := c.Raw(func(any) error { return driver.ErrBadConn }) // how database/sql is told to close it
	if errors.Is(err, driver.ErrBadConn) {
		err = nil
	}
	return err
}

// statement is the prepared statement of a text. When there are too many, one
// of the others goes, whichever.
func (c *conn) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if s, ok := c.prepared[text]; ok {
		return s, nil
	}
	if len(c.prepared) >= maxPrepared {
		for old, s := range c.prepared {
			delete(c.prepared, old)
			if err := s.Close(); err != nil {
				return nil, err
			}
			break
		}
	}
	s, err := c.PrepareContext(ctx, text)
	if err == nil {
		c.prepared[text] = s
	}
	return s, err
}

// liteTx is a transaction on a connection of a pool.
type liteTx struct {
	pool *pool
	conn *conn
}

// transaction begins one.
func (p *pool) transaction(ctx context.Context) (*liteTx, error) {
	c, err := p.take(ctx)
	if err != nil {
		return nil, err
	}
	tx := &liteTx{pool: p, conn: c}
	if err := c.fit(ctx, p.bulks.Load() > 0); err != nil {
		p.give(c)
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, p.begin); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return tx, nil
}

// ExecContext runs a statement that returns no rows. A request that has ended
// runs no more statements, but one that runs is not interrupted: to listen for
// that, the driver and database/sql would start goroutines for every statement,
// which takes longer than most statements do.
func (tx *liteTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := tx.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.Background(), args...)
}

// QueryContext runs a statement that returns rows, in the same way.
func (tx *liteTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := tx.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(context.Background(), args...)
}

func (tx *liteTx) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return tx.conn.statement(context.Background(), query)
}

// Commit ends the transaction; one that cannot be committed is rolled back. It
// is not interrupted by a request that ends.
func (tx *liteTx) Commit() error {
	if _, err := tx.ExecContext(context.Background(), "commit"); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	tx.pool.give(tx.conn)
	return nil
}

// Rollback ends the transaction without a trace. A connection that cannot do
// that is closed, which does it too: SQLite has rolled back by itself after some
// errors, for example when the disk is full, and refuses to do it twice.
func (tx *liteTx) Rollback() error {
	if _, err := tx.ExecContext(context.Background(), "rollback"); err == nil {
		tx.pool.give(tx.conn)
		return nil
	}
	err := tx.conn.discard()
	<-tx.pool.turns
	return err
}
