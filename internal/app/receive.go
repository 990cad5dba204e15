package app

import (
	"context"
	"time"

	"plumbline"
	"plumbline/internal/store"
)

// When an issue counts as gone.
const (
	goneAfter  = 3         // times not found in a row …
	goneWithin = time.Hour // … over at least this long
)

// How long bookkeeping is kept.
const (
	deliveryLife = 30 * 24 * time.Hour
	replyLife    = 48 * time.Hour
)

// Receive stores a verified delivery and queues the issue it hints at; a repeat
// of the same delivery does nothing and is not fresh.
func (a *App) Receive(ctx context.Context, d plumbline.Delivery, body []byte) (isFresh bool, err error) {
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		l, err := knownLink(tx, d.Link)
		if err != nil {
			return err
		}
		if isFresh, err = tx.InsertDelivery(d, body, a.now()); err != nil || !isFresh {
			return err
		}
		if d.Ref != "" {
			if err := tx.QueueRefresh(d.Link, d.Ref, "delivery:"+d.ID, a.now()); err != nil {
				return err
			}
		}
		if a.now().Sub(l.Hooked) < time.Minute {
			return nil
		}
		l.Hooked = a.now()
		return tx.PutLink(l)
	})
	return isFresh, err
}

// Reject counts a delivery that was refused; nothing of it is stored.
func (a *App) Reject(ctx context.Context, id plumbline.LinkID) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		l, err := knownLink(tx, id)
		if err != nil {
			return err
		}
		l.Rejected++
		return tx.PutLink(l)
	})
}

// QueueRefresh asks for issues to be read again, now.
func (a *App) QueueRefresh(ctx context.Context, id plumbline.LinkID, cause string, refs ...string) error {
	if len(refs) == 0 {
		return nil
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		for _, ref := range refs {
			if err := tx.QueueRefresh(id, ref, cause, a.now()); err != nil {
				return err
			}
		}
		return nil
	})
}

// ClaimRefreshes takes up to n issues that are due to be read, for the lease.
func (a *App) ClaimRefreshes(ctx context.Context, holder string, lease time.Duration, n int) ([]Refresh, error) {
	var out []Refresh
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		rs, err := tx.ClaimRefreshes(a.now(), lease, holder, n)
		out = out[:0]
		for _, r := range rs {
			out = append(out, Refresh{Link: r.Link, Ref: r.Ref, Cause: r.Cause, Attempts: r.Attempts, Stamp: r.Stamp})
		}
		return err
	})
	return out, err
}

// DoneRefresh ends a claimed refresh; if the issue was hinted at meanwhile it
// is due again.
func (a *App) DoneRefresh(ctx context.Context, r Refresh) error {
	return a.db.Write(ctx, func(tx *store.Tx) error { return tx.DoneRefresh(r.Link, r.Ref, r.Stamp) })
}

// RetryRefresh puts a claimed refresh off until notBefore.
func (a *App) RetryRefresh(ctx context.Context, r Refresh, notBefore plumbline.Time, why string) error {
	return a.db.Write(ctx, func(tx *store.Tx) error { return tx.RetryRefresh(r.Link, r.Ref, notBefore, why) })
}

// Missing notes that an issue was not found; after three times over at least an
// hour it is taken as removed or hidden: the record stays, its clocks stop and
// nothing more is written. gone says that the tracker itself said so (410).
func (a *App) Missing(ctx context.Context, id plumbline.LinkID, ref string, gone bool) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		m, ok, err := tx.Mirror(id, ref)
		if err != nil || !ok || !m.Gone.IsZero() {
			return err
		}
		now := a.now()
		m.Missing++
		if m.FirstMissing.IsZero() {
			m.FirstMissing = now
		}
		if !gone && (m.Missing < goneAfter || now.Sub(m.FirstMissing) < goneWithin) {
			return tx.PutMirror(m)
		}
		m.Gone, m.Active = now, false
		if err := tx.PutMirror(m); err != nil || m.Item == "" {
			return err
		}
		it, err := tx.Item(m.Item)
		if err != nil {
			return err
		}
		for _, kind := range []plumbline.ActionKind{plumbline.SetLabels, plumbline.TellComment, plumbline.CloseIssue} {
			if _, err := tx.DropWaiting(id, ref, kind, "The issue is gone from the tracker.", now); err != nil {
				return err
			}
		}
		who := plumbline.SystemActor("link:" + string(id))
		return a.note(tx, who, it, "issue gone", "refresh", map[string]string{"ref": ref})
	})
}

// Rekey notes that an issue lives at another ref of the same tracker now: the
// same item goes on, its history is kept.
func (a *App) Rekey(ctx context.Context, id plumbline.LinkID, ref, to string) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		m, ok, err := tx.Mirror(id, ref)
		if err != nil || !ok {
			return err
		}
		if err := tx.RekeyMirror(id, ref, id, to); err != nil {
			return err
		}
		if m.Item != "" {
			it, err := tx.Item(m.Item)
			if err != nil {
				return err
			}
			it.Ref = to
			who := plumbline.SystemActor("link:" + string(id))
			if err := a.note(tx, who, it, "issue moved", "refresh", map[string]string{"from": ref, "to": to}); err != nil {
				return err
			}
			if err := a.save(tx, &it); err != nil {
				return err
			}
		}
		return tx.QueueRefresh(id, to, "moved", a.now())
	})
}

// Lease gives the holder the named right for d, if nobody else has it.
func (a *App) Lease(ctx context.Context, name, holder string, d time.Duration) (got bool, err error) {
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		got, err = tx.Lease(name, holder, a.now(), d)
		return err
	})
	return got, err
}

// KeepClaims renews the holder's leases on the refreshes and actions that it is
// working on.
func (a *App) KeepClaims(ctx context.Context, holder string, lease time.Duration) error {
	return a.db.Write(ctx, func(tx *store.Tx) error { return tx.KeepClaims(holder, a.now().Add(lease)) })
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
