package app

import (
	"context"
	"strings"

	"plumbline"
	"plumbline/internal/store"
)

// People lists those who can sign in.
func (a *App) People(ctx context.Context, who plumbline.Actor) (out []plumbline.Person, err error) {
	if err := need(who, ManagePeople); err != nil {
		return nil, err
	}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		out, err = tx.People(false, 1000)
		return err
	})
	return out, err
}

// PutPerson makes or changes somebody who can sign in. The last administrator
// cannot be demoted or disabled.
func (a *App) PutPerson(ctx context.Context, who plumbline.Actor, in PersonInput) (plumbline.Person, error) {
	if err := need(who, ManagePeople); err != nil {
		return plumbline.Person{}, err
	}
	hash, err := a.hashNew(ctx, in.Password)
	if err != nil {
		return plumbline.Person{}, err
	}
	var out plumbline.Person
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		p, isNew, err := a.mergePerson(tx, in)
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
		if err := a.newPassword(tx, p, hash); err != nil {
			return err
		}
		out = p
		return a.system(tx, who, "person changed", map[string]string{"handle": p.Handle, "role": string(p.Role)})
	})
	return out, err
}

// mergePerson lays the input over the stored person, or over a new one.
func (a *App) mergePerson(tx *store.Tx, in PersonInput) (p plumbline.Person, isNew bool, err error) {
	handle := strings.ToLower(strings.TrimSpace(in.Handle))
	p, err = tx.PersonByHandle(handle)
	switch {
	case err != nil && plumbline.KindOf(err) != plumbline.NotFound:
		return p, false, err
	case err != nil:
		p, isNew = plumbline.Person{ID: plumbline.PersonID(store.NewID()), Handle: handle, Created: a.now()}, true
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
func (a *App) newPassword(tx *store.Tx, p plumbline.Person, hash string) error {
	if hash != "" {
		if err := tx.SetPassword(p.ID, hash, a.now()); err != nil {
			return err
		}
	}
	if hash != "" || p.Disabled {
		return tx.DeleteSessions(p.ID)
	}
	return nil
}

// external finds or makes the person behind a tracker login; they cannot sign in.
func (a *App) external(tx *store.Tx, link plumbline.LinkID, login, name string) (plumbline.Person, error) {
	if login == "" {
		login, name = "unknown", "Somebody on "+string(link)
	}
	handle := string(link) + ":" + login
	p, err := tx.PersonByHandle(handle)
	if err == nil || plumbline.KindOf(err) != plumbline.NotFound {
		return p, err
	}
	if name == "" {
		name = login
	}
	p = plumbline.Person{
		ID: plumbline.PersonID(store.NewID()), Handle: handle, Name: name,
		Role: plumbline.Requester, External: true, Created: a.now(),
	}
	return p, tx.InsertPerson(p)
}
