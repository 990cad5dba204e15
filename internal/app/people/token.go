package people

import (
	"context"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// TokenView is an API token without its secret.
type TokenView struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Scopes  []string       `json:"scopes"`
	Created plumbline.Time `json:"created"`
	Expires plumbline.Time `json:"expires"`
	Used    plumbline.Time `json:"used"`
}

// MakeToken makes an API token of the actor's own, good for at most a year; the
// secret is shown once.
func (d *Register) MakeToken(ctx context.Context, who plumbline.Actor, name string, scopes []string, good time.Duration) (string, TokenView, error) {
	if err := rights.Need(who, rights.OwnTokens); err != nil {
		return "", TokenView{}, err
	}
	var bad plumbline.Problems
	if name = strings.TrimSpace(name); name == "" || len(name) > 100 {
		bad.Add("name", "Name the token after what uses it, in at most 100 bytes.")
	}
	if len(scopes) == 0 {
		bad.Add("scopes", "Give at least one scope: read, write or admin.")
	}
	for _, s := range scopes {
		if s != "read" && s != "write" && s != "admin" {
			bad.Add("scopes", "%q is not a scope; scopes are read, write and admin.", s)
		}
	}
	if good <= 0 || good > tokenLife {
		bad.Add("expires", "A token is good for one to 365 days.")
	}
	if err := bad.Err(); err != nil {
		return "", TokenView{}, err
	}
	s, err := secret("plt_")
	if err != nil {
		return "", TokenView{}, err
	}
	now := d.now()
	t := store.Token{ID: store.NewID(), Hash: fingerprint(s), Person: who.Person, Name: name, Scopes: scopes, Created: now, Expires: now.Add(good)}
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertToken(t); err != nil {
			return err
		}
		return d.note(tx, who, "token made", map[string]string{"token": t.ID, "name": name})
	})
	return s, viewToken(t), err
}

func viewToken(t store.Token) TokenView {
	return TokenView{ID: t.ID, Name: t.Name, Scopes: t.Scopes, Created: t.Created, Expires: t.Expires, Used: t.Used}
}

// Tokens lists the actor's own tokens.
func (d *Register) Tokens(ctx context.Context, who plumbline.Actor) ([]TokenView, error) {
	if err := rights.Need(who, rights.OwnTokens); err != nil {
		return nil, err
	}
	var out []TokenView
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		ts, err := tx.Tokens(who.Person)
		for _, t := range ts {
			out = append(out, viewToken(t))
		}
		return err
	})
	return out, err
}

// RevokeToken ends one of the actor's own tokens.
func (d *Register) RevokeToken(ctx context.Context, who plumbline.Actor, id string) error {
	if err := rights.Need(who, rights.OwnTokens); err != nil {
		return err
	}
	return d.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteToken(who.Person, id); err != nil {
			return err
		}
		return d.note(tx, who, "token revoked", map[string]string{"token": id})
	})
}
