package trackers

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

// Receive stores a verified delivery and queues the issue it hints at; a repeat
// of the same delivery does nothing and is not fresh.
func (a *Trackers) Receive(ctx context.Context, d plumbline.Delivery, body []byte) (isFresh bool, err error) {
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
func (a *Trackers) Reject(ctx context.Context, id plumbline.LinkID) error {
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
func (a *Trackers) QueueRefresh(ctx context.Context, id plumbline.LinkID, cause string, refs ...string) error {
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
func (a *Trackers) ClaimRefreshes(ctx context.Context, holder string, lease time.Duration, n int) ([]Refresh, error) {
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
func (a *Trackers) DoneRefresh(ctx context.Context, r Refresh) error {
	return a.db.Write(ctx, func(tx *store.Tx) error { return tx.DoneRefresh(r.Link, r.Ref, r.Stamp) })
}

// RetryRefresh puts a claimed refresh off until notBefore.
func (a *Trackers) RetryRefresh(ctx context.Context, r Refresh, notBefore plumbline.Time, why string) error {
	return a.db.Write(ctx, func(tx *store.Tx) error { return tx.RetryRefresh(r.Link, r.Ref, notBefore, why) })
}

// Missing notes that an issue was not found; after three times over at least an
// hour it is taken as removed or hidden: the record stays, its clocks stop and
// nothing more is written. gone says that the tracker itself said so (410).
func (a *Trackers) Missing(ctx context.Context, id plumbline.LinkID, ref string, gone bool) error {
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
		for _, kind := range []plumbline.ActionKind{plumbline.SetLabels, plumbline.TellComment, plumbline.CloseIssue, plumbline.ReopenIssue} {
			if _, err := tx.DropWaiting(id, ref, kind, "The issue is gone from the tracker.", now); err != nil {
				return err
			}
		}
		who := plumbline.SystemActor("link:" + string(id))
		return a.Note(tx, who, it, "issue gone", "refresh", map[string]string{"ref": ref})
	})
}

// Rekey notes that an issue lives at another ref of the same tracker now: the
// same item goes on, its history is kept.
func (a *Trackers) Rekey(ctx context.Context, id plumbline.LinkID, ref, to string) error {
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
			if err := a.Note(tx, who, it, "issue moved", "refresh", map[string]string{"from": ref, "to": to}); err != nil {
				return err
			}
			if err := a.Save(tx, &it); err != nil {
				return err
			}
		}
		return tx.QueueRefresh(id, to, "moved", a.now())
	})
}

// KeepClaims renews the holder's leases on the refreshes and actions that it is
// working on.
func (a *Trackers) KeepClaims(ctx context.Context, holder string, lease time.Duration) error {
	return a.db.Write(ctx, func(tx *store.Tx) error { return tx.KeepClaims(holder, a.now().Add(lease)) })
}
