// Package people is who can sign in and how: people and their roles, passwords,
// sessions, API tokens, the one-time link for the first administrator.
//
// Laws: as in package app. Secrets are kept as hashes only.
package people

import (
	"context"
	"encoding/json"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// Register is the use cases about people over one database.
type Register struct {
	db   *store.DB
	now  func() plumbline.Time
	demo bool          // one click signs a visitor in
	slow chan struct{} // caps concurrent password hashes: each takes 19 MiB
}

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, now func() plumbline.Time, demo bool) *Register {
	return &Register{db: db, now: now, demo: demo, slow: make(chan struct{}, 2)}
}

// note appends an event about people or tokens; those who may read settings see
// it.
func (d *Register) note(tx *store.Tx, who plumbline.Actor, typ string, data map[string]string) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return tx.Append(plumbline.Event{
		At: d.now(), Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: plumbline.Confidential, Data: raw,
	})
}

// PersonInput makes or changes somebody who can sign in.
type PersonInput struct {
	Handle   string            `json:"handle"`
	Name     string            `json:"name"`
	Email    string            `json:"email,omitempty"`
	Role     plumbline.Role    `json:"role"`
	Cleared  bool              `json:"cleared,omitempty"`
	Team     plumbline.TeamRef `json:"team,omitempty"`
	Password string            `json:"password,omitempty"` // "" leaves it
	Disabled bool              `json:"disabled,omitempty"`
}

// People lists those who can sign in.
func (d *Register) People(ctx context.Context, who plumbline.Actor) (out []plumbline.Person, err error) {
	if err := rights.Need(who, rights.ManagePeople); err != nil {
		return nil, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		out, err = tx.People(false, 1000)
		return err
	})
	return out, err
}

// PutPerson makes or changes somebody who can sign in. The last administrator
// cannot be demoted or disabled.
func (d *Register) PutPerson(ctx context.Context, who plumbline.Actor, in PersonInput) (plumbline.Person, error) {
	if err := rights.Need(who, rights.ManagePeople); err != nil {
		return plumbline.Person{}, err
	}
	hash, err := d.hashNew(ctx, in.Password)
	if err != nil {
		return plumbline.Person{}, err
	}
	var out plumbline.Person
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		p, isNew, err := d.mergePerson(tx, in)
		if err != nil {
			return err
		}
		if isNew && hash == "" {
			return plumbline.FieldError("password", "Give a first password of at least 12 characters.")
		}
		if err := keepsAnAdmin(tx, p); err != nil {
			return err
		}
		put := tx.UpdatePerson
		if isNew {
			put = tx.InsertPerson
		}
		if err := put(p); err != nil {
			return err
		}
		if err := d.newPassword(tx, p, hash); err != nil {
			return err
		}
		out = p
		return d.note(tx, who, "person changed", map[string]string{"handle": p.Handle, "role": string(p.Role)})
	})
	return out, err
}

// mergePerson lays the input over the stored person, or over a new one.
func (d *Register) mergePerson(tx *store.Tx, in PersonInput) (p plumbline.Person, isNew bool, err error) {
	handle := strings.ToLower(strings.TrimSpace(in.Handle))
	p, err = tx.PersonByHandle(handle)
	switch {
	case err != nil && plumbline.KindOf(err) != plumbline.NotFound:
		return p, false, err
	case err != nil:
		p, isNew = plumbline.Person{ID: plumbline.PersonID(store.NewID()), Handle: handle, Created: d.now()}, true
	}
	p.Name, p.Email, p.Role = in.Name, in.Email, in.Role
	p.Cleared, p.Team, p.Disabled = in.Cleared, in.Team, in.Disabled
	if err := p.Validate(); err != nil {
		return p, isNew, err
	}
	if p.Team != "" {
		if _, err := tx.Team(p.Team); err != nil {
			return p, isNew, plumbline.FieldError("team", "There is no team %q. Teams are listed under Settings.", p.Team)
		}
	}
	return p, isNew, nil
}

// keepsAnAdmin refuses a change that leaves nobody to administer.
func keepsAnAdmin(tx *store.Tx, changed plumbline.Person) error {
	if changed.Role == plumbline.Admin && !changed.Disabled {
		return nil
	}
	people, err := tx.People(false, 10_000)
	if err != nil {
		return err
	}
	others, was := 0, false
	for _, p := range people {
		switch {
		case p.Role != plumbline.Admin || p.Disabled:
		case p.ID == changed.ID:
			was = true
		default:
			others++
		}
	}
	if was && others == 0 {
		return plumbline.Errorf(plumbline.Conflict, "%s is the last administrator. Make somebody else administrator first.", changed.Name)
	}
	return nil
}

// newPassword stores a new password and ends what was signed in with the old
// one; a disabled person is signed out everywhere.
func (d *Register) newPassword(tx *store.Tx, p plumbline.Person, hash string) error {
	if hash != "" {
		if err := tx.SetPassword(p.ID, hash, d.now()); err != nil {
			return err
		}
	}
	if hash != "" || p.Disabled {
		return tx.DeleteSessions(p.ID)
	}
	return nil
}
