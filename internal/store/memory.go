package store

import (
	"slices"
	"sync"
	"time"
)

// memory keeps what reads gave that many make at the same time: the names of
// teams and products, the numbers beside the navigation, and the lists and boards
// that everybody who has them open asks for after each change. It is right until
// somebody commits, which [DB.Commits] tells. Of commits by other processes it may not
// tell, on SQLite or when the connection to PostgreSQL is lost, so nothing is kept
// for longer than keptFor.
type memory struct {
	mu   sync.Mutex
	all  map[string]memo
	rows int64 // that all was made of
}

// memo is the result of a read, with what it asked of the database.
type memo struct {
	commits       uint64
	until         time.Time
	queries, rows int64
	value         any
}

const (
	keptFor   = time.Second
	keptNames = 1000 // results are kept, and
	keptRows  = 5000 // rows, of a kilobyte at most; then all are forgotten
)

func (m *memory) get(name string, commits uint64) (memo, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.all[name]
	return k, ok && k.commits == commits && time.Now().Before(k.until)
}

func (m *memory) put(name string, k memo) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all == nil || len(m.all) >= keptNames || m.rows+k.rows > keptRows {
		m.all, m.rows = map[string]memo{}, 0
	}
	m.rows += k.rows - m.all[name].rows
	m.all[name] = k
}

// Remember gives what read gives, or gave shortly before. The name says what is
// read and for whom. What it gives is shared: nobody changes it. It counts as the
// statements that it would take, so that the cost of a page is the same each time.
// A transaction that writes always reads.
func Remember[T any](tx *Tx, name string, read func() (T, error)) (T, error) {
	if tx.writes {
		return read()
	}
	if k, ok := tx.db.memory.get(name, tx.db.Commits()); ok {
		tx.queries.N.Add(k.queries)
		tx.queries.Rows.Add(k.rows)
		return k.value.(T), nil
	}
	outer := tx.queries
	tx.queries = &Queries{}
	v, err := read()
	k := memo{commits: tx.commits, until: time.Now().Add(keptFor), queries: tx.queries.N.Load(), rows: tx.queries.Rows.Load(), value: v}
	tx.queries = outer
	tx.queries.N.Add(k.queries)
	tx.queries.Rows.Add(k.rows)
	if err == nil {
		tx.db.memory.put(name, k)
	}
	return v, err
}

// rememberAll is Remember for a list, which the caller may sort or cut.
func rememberAll[T any](tx *Tx, name string, read func() ([]T, error)) ([]T, error) {
	all, err := Remember(tx, name, read)
	return slices.Clone(all), err
}
