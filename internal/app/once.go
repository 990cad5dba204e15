package app

import (
	"context"
	"time"

	"plumbline"
	"plumbline/internal/store"
)

// How long bookkeeping is kept.
const (
	deliveryLife = 30 * 24 * time.Hour
	replyLife    = 48 * time.Hour
)

// Lease gives the holder the named right for d, if nobody else has it.
func (a *App) Lease(ctx context.Context, name, holder string, d time.Duration) (got bool, err error) {
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		got, err = tx.Lease(name, holder, a.now(), d)
		return err
	})
	return got, err
}

// Recall returns the stored answer to the actor's idempotency key.
func (a *App) Recall(ctx context.Context, who plumbline.Actor, key string) (r Reply, ok bool, err error) {
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		s, found, err := tx.Idempotent(who.Person, key)
		ok, r = found, Reply{Status: s.Status, Body: s.Body, Hash: s.Hash}
		return err
	})
	return r, ok, err
}

// Once makes what is done under the context happen once for the actor's
// idempotency key: the key is kept in the transaction that does it.
func (a *App) Once(ctx context.Context, who plumbline.Actor, key, hash string) context.Context {
	return store.WithOnce(ctx, who.Person, key, hash, a.now())
}

// Remember stores the answer to the actor's idempotency key.
func (a *App) Remember(ctx context.Context, who plumbline.Actor, key string, r Reply) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		return tx.PutIdempotent(who.Person, key, store.Reply{Status: r.Status, Body: r.Body, Hash: r.Hash, At: a.now()})
	})
}

// Tidy removes what is past its use: ended sessions, old deliveries and replies.
func (a *App) Tidy(ctx context.Context) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		now := a.now()
		if err := tx.PurgeSessions(now); err != nil {
			return err
		}
		if err := tx.PurgeDeliveries(now.Add(-deliveryLife)); err != nil {
			return err
		}
		return tx.PurgeIdempotent(now.Add(-replyLife))
	})
}
