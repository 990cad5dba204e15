package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"plumbline"
	"plumbline/internal/store"
)

// How long things are good for.
const (
	sessionLife = 30 * 24 * time.Hour
	inviteLife  = 24 * time.Hour
	tokenLife   = 365 * 24 * time.Hour // at most
)

// The argon2id cost, as OWASP's password storage guidance gives it: two passes
// over 19 MiB, one lane.
const (
	argonTime, argonMemory, argonLanes = 2, 19 * 1024, 1
	minPassword                        = 12
	maxPassword                        = 1024
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

// hashNew checks and hashes a new password; "" stays "".
func (a *App) hashNew(ctx context.Context, password string) (string, error) {
	if password == "" {
		return "", nil
	}
	if n := len([]rune(password)); n < minPassword || len(password) > maxPassword {
		return "", plumbline.FieldError("password", "A password has at least %d characters and at most %d.", minPassword, maxPassword)
	}
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	key, err := a.argon(ctx, password, salt)
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes, enc(salt), enc(key)), nil
}

// argon runs one hash; at most two at a time, since each takes 19 MiB.
func (a *App) argon(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case a.slow <- struct{}{}:
		defer func() { <-a.slow }()
	case <-ctx.Done():
		return nil, plumbline.Errorf(plumbline.Unavailable, "Too many people sign in at once. Try again in a moment.")
	}
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, 32), nil
}

// matches checks a password against a stored hash. A malformed hash takes as
// long as a wrong password, so that handles cannot be probed.
func (a *App) matches(ctx context.Context, hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	salt, want := []byte("0123456789abcdef"), []byte(nil)
	if len(parts) == 6 {
		salt, _ = base64.RawStdEncoding.DecodeString(parts[4])
		want, _ = base64.RawStdEncoding.DecodeString(parts[5])
	}
	got, err := a.argon(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return len(want) > 0 && subtle.ConstantTimeCompare(got, want) == 1, nil
}

// NeedsSetup says that nobody can sign in yet. In the demo one click does.
func (a *App) NeedsSetup(ctx context.Context) (bool, error) {
	if a.conf.Demo {
		return false, nil
	}
	n := 0
	err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
		n, err = tx.CountSignIn()
		return err
	})
	return n == 0, err
}

// Invite makes the one-time token with which the first administrator is
// created; it is good for a day.
func (a *App) Invite(ctx context.Context) (token string, err error) {
	if token, err = secret("pls_"); err != nil {
		return "", err
	}
	return token, a.db.Write(ctx, func(tx *store.Tx) error {
		return tx.InsertInvite(fingerprint(token), "setup", a.now().Add(inviteLife))
	})
}

// SetUp creates the first administrator with the one-time token and signs them
// in. They are cleared: somebody must be able to clear others.
func (a *App) SetUp(ctx context.Context, token string, in PersonInput) (string, error) {
	in.Role, in.Cleared, in.Disabled = plumbline.Admin, true, false
	hash, err := a.hashNew(ctx, in.Password)
	if err != nil {
		return "", err
	}
	if hash == "" {
		return "", plumbline.FieldError("password", "Choose a password of at least %d characters.", minPassword)
	}
	var session string
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		good, err := tx.TakeInvite(fingerprint(token), "setup", a.now())
		if err != nil {
			return err
		}
		if n, err := tx.CountSignIn(); err != nil || n > 0 || !good {
			if err != nil {
				return err
			}
			return plumbline.Errorf(plumbline.Unauthenticated, "This link was used already or is too old. Restart the server to print a new one.")
		}
		p, _, err := a.mergePerson(tx, in)
		if err != nil {
			return err
		}
		if err := tx.InsertPerson(p); err != nil {
			return err
		}
		if err := tx.SetPassword(p.ID, hash, a.now()); err != nil {
			return err
		}
		if err := a.system(tx, actorOf(p, "web"), "administrator created", map[string]string{"handle": p.Handle}); err != nil {
			return err
		}
		session, err = a.startSession(tx, p)
		return err
	})
	return session, err
}

func (a *App) startSession(tx *store.Tx, p plumbline.Person) (string, error) {
	s, err := secret("plw_")
	if err != nil {
		return "", err
	}
	now := a.now()
	return s, tx.InsertSession(fingerprint(s), p.ID, now, now.Add(sessionLife))
}

var errSignIn = plumbline.Errorf(plumbline.Unauthenticated, "That handle and password do not fit together. Check both; an administrator can set a new password.")

// SignIn checks handle and password and starts a session.
func (a *App) SignIn(ctx context.Context, handle, password string) (string, error) {
	handle = strings.ToLower(strings.TrimSpace(handle))
	if handle == "" || len(handle) > 100 || len(password) > maxPassword {
		return "", errSignIn
	}
	var p plumbline.Person
	var hash string
	err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
		p, hash, err = tx.Password(handle)
		return err
	})
	if err != nil && plumbline.KindOf(err) != plumbline.NotFound {
		return "", err
	}
	good, err := a.matches(ctx, hash, password)
	if err != nil {
		return "", err
	}
	if !good || p.Disabled || p.External {
		return "", errSignIn
	}
	var session string
	err = a.db.Write(ctx, func(tx *store.Tx) (err error) {
		session, err = a.startSession(tx, p)
		return err
	})
	return session, err
}

// demoHandles are those whom one click signs in as, in the demo only.
var demoHandles = [...]string{"mara", "jonas", "ines", "avery"}

// DemoPeople are those whom one click signs in as; none outside the demo.
func (a *App) DemoPeople(ctx context.Context) ([]plumbline.Person, error) {
	if !a.conf.Demo {
		return nil, nil
	}
	var out []plumbline.Person
	err := a.db.Read(ctx, func(tx *store.Tx) error {
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
func (a *App) SignInDemo(ctx context.Context, handle string) (string, error) {
	if !a.conf.Demo {
		return "", plumbline.Errorf(plumbline.Denied, "One-click sign-in exists in the demo only.")
	}
	var session string
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		for _, h := range demoHandles {
			if h != handle {
				continue
			}
			p, err := tx.PersonByHandle(h)
			if err != nil {
				return err
			}
			session, err = a.startSession(tx, p)
			return err
		}
		return plumbline.Errorf(plumbline.NotFound, "Nobody called %q is in the demo.", handle)
	})
	return session, err
}

// SignOut ends a session; ending it twice is no error.
func (a *App) SignOut(ctx context.Context, session string) error {
	return a.db.Write(ctx, func(tx *store.Tx) error { return tx.DeleteSession(fingerprint(session)) })
}

// Who is the actor behind a session; Unauthenticated when it is not good.
func (a *App) Who(ctx context.Context, session, via string) (plumbline.Actor, error) {
	var p plumbline.Person
	err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
		p, err = tx.Session(fingerprint(session), a.now())
		return err
	})
	return known(p, nil, via, err)
}

// WhoByToken is the actor behind an API token; Unauthenticated when it is not good.
func (a *App) WhoByToken(ctx context.Context, token, via string) (plumbline.Actor, error) {
	var p plumbline.Person
	var t store.Token
	err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
		t, p, err = tx.TokenByHash(fingerprint(token), a.now())
		return err
	})
	who, err := known(p, t.Scopes, via, err)
	if err == nil && a.now().Sub(t.Used) > time.Hour {
		err = a.db.Write(ctx, func(tx *store.Tx) error { return tx.TouchToken(t.ID, a.now()) })
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

// MakeToken makes an API token of the actor's own, good for at most a year; the
// secret is shown once.
func (a *App) MakeToken(ctx context.Context, who plumbline.Actor, name string, scopes []string, good time.Duration) (string, TokenView, error) {
	if err := need(who, OwnTokens); err != nil {
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
	now := a.now()
	t := store.Token{ID: store.NewID(), Hash: fingerprint(s), Person: who.Person, Name: name, Scopes: scopes, Created: now, Expires: now.Add(good)}
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertToken(t); err != nil {
			return err
		}
		return a.system(tx, who, "token made", map[string]string{"token": t.ID, "name": name})
	})
	return s, viewToken(t), err
}

func viewToken(t store.Token) TokenView {
	return TokenView{ID: t.ID, Name: t.Name, Scopes: t.Scopes, Created: t.Created, Expires: t.Expires, Used: t.Used}
}

// Tokens lists the actor's own tokens.
func (a *App) Tokens(ctx context.Context, who plumbline.Actor) ([]TokenView, error) {
	if err := need(who, OwnTokens); err != nil {
		return nil, err
	}
	var out []TokenView
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		ts, err := tx.Tokens(who.Person)
		for _, t := range ts {
			out = append(out, viewToken(t))
		}
		return err
	})
	return out, err
}

// RevokeToken ends one of the actor's own tokens.
func (a *App) RevokeToken(ctx context.Context, who plumbline.Actor, id string) error {
	if err := need(who, OwnTokens); err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteToken(who.Person, id); err != nil {
			return err
		}
		return a.system(tx, who, "token revoked", map[string]string{"token": id})
	})
}
