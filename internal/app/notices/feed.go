package notices

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// FeedView says whether somebody has a feed address; the address itself is shown
// when it is made.
type FeedView struct {
	Has     bool           `json:"has"`
	Created plumbline.Time `json:"created,omitempty"`
	Used    plumbline.Time `json:"used,omitempty"` // within the hour
}

// fingerprint is what is kept of a secret: it is random enough that one fast
// hash keeps it.
func fingerprint(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// MakeFeed gives the actor a secret that stands in the addresses of their feeds,
// in place of the one before. It reads and does nothing else, and the API does
// not take it.
func (d *Desk) MakeFeed(ctx context.Context, who plumbline.Actor) (secret string, err error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	secret = "plf_" + base64.RawURLEncoding.EncodeToString(b)
	return secret, d.ownFeed(ctx, who, func(tx *store.Tx) error {
		if err := tx.PutFeedToken(who.Person, fingerprint(secret), d.now()); err != nil {
			return err
		}
		return d.note(tx, who, "feed address made", map[string]string{"handle": who.Handle})
	})
}

// EndFeed ends the actor's feed address.
func (d *Desk) EndFeed(ctx context.Context, who plumbline.Actor) error {
	return d.ownFeed(ctx, who, func(tx *store.Tx) error {
		was, err := tx.DeleteFeedToken(who.Person)
		if err != nil || !was {
			return err
		}
		return d.note(tx, who, "feed address ended", map[string]string{"handle": who.Handle})
	})
}

func (d *Desk) ownFeed(ctx context.Context, who plumbline.Actor, fn func(tx *store.Tx) error) error {
	if err := rights.Need(who, rights.OwnTokens); err != nil {
		return err
	}
	return d.own(ctx, who, fn)
}

// Feed says whether the actor has a feed address.
func (d *Desk) Feed(ctx context.Context, who plumbline.Actor) (out FeedView, err error) {
	if err := rights.Need(who, rights.OwnTokens); err != nil {
		return out, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		f, ok, err := tx.FeedToken(who.Person)
		out = FeedView{Has: ok, Created: f.Created, Used: f.Used}
		return err
	})
	return out, err
}

// WhoByFeed is the actor behind the secret of a feed's address, who may read and
// nothing else; Unauthenticated when it is not good.
func (d *Desk) WhoByFeed(ctx context.Context, secret string) (plumbline.Actor, error) {
	var p plumbline.Person
	var used plumbline.Time
	err := d.db.Read(ctx, func(tx *store.Tx) (err error) {
		p, used, err = tx.FeedReader(fingerprint(secret))
		return err
	})
	if err != nil {
		if plumbline.KindOf(err) != plumbline.NotFound {
			return plumbline.Nobody(), err
		}
		return plumbline.Nobody(), plumbline.Errorf(plumbline.Unauthenticated, "This feed address is not good, or no longer. Make a new one under Settings, Notifications.")
	}
	if now := d.now(); now.Sub(used) > time.Hour {
		err = d.db.Write(ctx, func(tx *store.Tx) error { return tx.TouchFeedToken(p.ID, now) })
	}
	return reader(p, "feed"), err
}
