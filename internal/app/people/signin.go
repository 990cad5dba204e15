package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/store"
)

// How long things are good for.
const (
	sessionLife = 30 * 24 * time.Hour
	inviteLife  = 24 * time.Hour
	tokenLife   = 365 * 24 * time.Hour // at most
)

// secret is 256 random bits in URL-safe text, with a prefix that says what it
// is (so that a leaked one can be recognised).
func secret(prefix string) (string, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	return prefix + base64.RawURLEncoding.EncodeToString(b), nil
}

// fingerprint is what we store of a secret: it is random enough that one fast
// hash keeps it.
func fingerprint(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// NeedsSetup says that nobody can sign in yet. In the demo one click does.
func (d *Register) NeedsSetup(ctx context.Context) (bool, error) {
	if d.demo {
		return false, nil
	}
	n := 0
	err := d.db.Read(ctx, func(tx *store.Tx) (err error) {
		n, err = tx.CountSignIn()
		return err
	})
	return n == 0, err
}

// Invite makes the one-time token with which the first administrator is
// created; it is good for a day.
func (d *Register) Invite(ctx context.Context) (token string, err error) {
	if token, err = secret("pls_"); err != nil {
		return "", err
	}
	return token, d.db.Write(ctx, func(tx *store.Tx) error {
		return tx.InsertInvite(fingerprint(token), "setup", d.now().Add(inviteLife))
	})
}

// SetUp creates the first administrator with the one-time token and signs them
// in. They are cleared: somebody must be able to clear others.
func (d *Register) SetUp(ctx context.Context, token string, in PersonInput) (string, error) {
	in.Role, in.Cleared, in.Disabled = plumbline.Admin, true, false
	hash, err := d.hashNew(ctx, in.Password)
	if err != nil {
		return "", err
	}
	if hash == "" {
		return "", plumbline.FieldError("password", "Choose a password of at least %d characters.", minPassword)
	}
	var session string
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		good, err := tx.TakeInvite(fingerprint(token), "setup", d.now())
		if err != nil {
			return err
		}
		if n, err := tx.CountSignIn(); err != nil || n > 0 || !good {
			if err != nil {
				return err
			}
			return plumbline.Errorf(plumbline.Unauthenticated, "This link was used already or is too old. Restart the server to print a new one.")
		}
		p, _, err := d.mergePerson(tx, in)
		if err != nil {
			return err
		}
		if err := tx.InsertPerson(p); err != nil {
			return err
		}
		if err := tx.SetPassword(p.ID, hash, d.now()); err != nil {
			return err
		}
		if err := d.note(tx, actorOf(p, "web"), "administrator created", map[string]string{"handle": p.Handle}); err != nil {
			return err
		}
		session, err = d.startSession(tx, p)
		return err
	})
	return session, err
}

func (d *Register) startSession(tx *store.Tx, p plumbline.Person) (string, error) {
	s, err := secret("plw_")
	if err != nil {
		return "", err
	}
	now := d.now()
	return s, tx.InsertSession(fingerprint(s), p.ID, now, now.Add(sessionLife))
}

var errSignIn = plumbline.Errorf(plumbline.Unauthenticated, "That handle and password do not fit together. Check both; an administrator can set a new password.")

// SignIn checks handle and password and starts a session.
func (d *Register) SignIn(ctx context.Context, handle, password string) (string, error) {
	handle = strings.ToLower(strings.TrimSpace(handle))
	if handle == "" || len(handle) > 100 || len(password) > maxPassword {
		return "", errSignIn
	}
	var p plumbline.Person
	var hash string
	err := d.db.Read(ctx, func(tx *store.Tx) (err error) {
		p, hash, err = tx.Password(handle)
		return err
	})
	if err != nil && plumbline.KindOf(err) != plumbline.NotFound {
		return "", err
	}
	good, err := d.matches(ctx, hash, password)
	if err != nil {
		return "", err
	}
	if !good || p.Disabled || p.External {
		return "", errSignIn
	}
	var session string
	err = d.db.Write(ctx, func(tx *store.Tx) (err error) {
		session, err = d.startSession(tx, p)
		return err
	})
	return session, err
}

// demoHandles are those whom one click signs in as, in the demo only.
var demoHandles = [...]string{"mara", "jonas", "ines", "avery"}

// DemoPeople are those whom one click signs in as; none outside the demo.
func (d *Register) DemoPeople(ctx context.Context) ([]plumbline.Person, error) {
	if !d.demo {
		return nil, nil
	}
	var out []plumbline.Person
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		for _, h := range demoHandles {
			p, err := tx.PersonByHandle(h)
			if plumbline.KindOf(err) == plumbline.NotFound && err != nil {
				continue
			}
			if err != nil {
				return err
			}
			out = append(out, p)
		}
		return nil
	})
	return out, err
}

// SignInDemo starts a session as one of the demo's people; only in the demo.
func (d *Register) SignInDemo(ctx context.Context, handle string) (string, error) {
	if !d.demo {
		return "", plumbline.Errorf(plumbline.Denied, "One-click sign-in exists in the demo only.")
	}
	var session string
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		for _, h := range demoHandles {
			if h != handle {
				continue
			}
			p, err := tx.PersonByHandle(h)
			if err != nil {
				return err
			}
			session, err = d.startSession(tx, p)
			return err
		}
		return plumbline.Errorf(plumbline.NotFound, "Nobody called %q is in the demo.", handle)
	})
	return session, err
}

// SignOut ends a session; ending it twice is no error.
func (d *Register) SignOut(ctx context.Context, session string) error {
	return d.db.Write(ctx, func(tx *store.Tx) error { return tx.DeleteSession(fingerprint(session)) })
}

// Who is the actor behind a session; Unauthenticated when it is not good.
func (d *Register) Who(ctx context.Context, session, via string) (plumbline.Actor, error) {
	var p plumbline.Person
	err := d.db.Look(ctx, func(tx *store.Tx) (err error) {
		p, err = tx.Session(fingerprint(session), d.now())
		return err
	})
	return known(p, nil, via, err)
}

// WhoByToken is the actor behind an API token; Unauthenticated when it is not good.
func (d *Register) WhoByToken(ctx context.Context, token, via string) (plumbline.Actor, error) {
	var p plumbline.Person
	var t store.Token
	err := d.db.Look(ctx, func(tx *store.Tx) (err error) {
		t, p, err = tx.TokenByHash(fingerprint(token), d.now())
		return err
	})
	who, err := known(p, t.Scopes, via, err)
	if err == nil && d.now().Sub(t.Used) > time.Hour {
		err = d.db.Write(ctx, func(tx *store.Tx) error { return tx.TouchToken(t.ID, d.now()) })
	}
	return who, err
}

func known(p plumbline.Person, scopes []string, via string, err error) (plumbline.Actor, error) {
	switch {
	case err != nil && plumbline.KindOf(err) != plumbline.NotFound:
		return plumbline.Nobody(), err
	case err != nil || p.Disabled:
		return plumbline.Nobody(), plumbline.Errorf(plumbline.Unauthenticated, "You are not signed in, or no longer. Sign in again.")
	}
	who := actorOf(p, via)
	who.Scopes = scopes
	return who, nil
}

func actorOf(p plumbline.Person, via string) plumbline.Actor {
	return plumbline.Actor{Person: p.ID, Name: p.Name, Handle: p.Handle, Role: p.Role, Cleared: p.Cleared, Team: p.Team, Via: via}
}
