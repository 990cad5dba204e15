package store

import (
	"context"
	"sync/atomic"
)

// Queries counts what transactions under one context asked of the database:
// N statements, and Rows rows read. Beginning and ending a transaction is not
// counted.
type Queries struct{ N, Rows atomic.Int64 }

type queriesKey struct{}

// CountQueries returns a context whose transactions are counted, for tests that
// assert how much a page costs.
func CountQueries(ctx context.Context) (context.Context, *Queries) {
	q := &Queries{}
	return context.WithValue(ctx, queriesKey{}, q), q
}

func queriesOf(ctx context.Context) *Queries {
	if q, ok := ctx.Value(queriesKey{}).(*Queries); ok {
		return q
	}
	return &Queries{}
}
