package store

import (
	"plumbline"
)

const personColumns = `p.id, p.handle, p.name, p.email, p.role, p.cleared, p.team, p.external, p.disabled, p.created`

func personFields(p *plumbline.Person) []any {
	return []any{&p.ID, &p.Handle, &p.Name, &p.Email, &p.Role, &p.Cleared, &p.Team, &p.External, &p.Disabled, &p.Created}
}

func scanPerson(r row) (p plumbline.Person, err error) {
	err = r.Scan(personFields(&p)...)
	return p, err
}

// InsertPerson adds a person; a handle that is taken is a Conflict.
func (tx *Tx) InsertPerson(p plumbline.Person) error {
	_, err := tx.exec(`
		insert into people (id, handle, name, email, role, cleared, team, external, disabled, created)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		p.ID, p.Handle, p.Name, p.Email, p.Role, p.Cleared, p.Team, p.External, p.Disabled, p.Created)
	return err
}

// UpdatePerson replaces everything about the person but Created.
func (tx *Tx) UpdatePerson(p plumbline.Person) error {
	n, err := tx.exec(`
		update people set handle = $2, name = $3, email = $4, role = $5, cleared = $6, team = $7, external = $8, disabled = $9
		where id = $1`,
		p.ID, p.Handle, p.Name, p.Email, p.Role, p.Cleared, p.Team, p.External, p.Disabled)
	if err == nil && n == 0 {
		err = missing("There is no person with the id %q.", p.ID)
	}
	return err
}

// Person is the person with the id.
func (tx *Tx) Person(id plumbline.PersonID) (plumbline.Person, error) {
	return need(tx, missing("There is no person with the id %q.", id), scanPerson,
		`select `+personColumns+` from people p where p.id = $1`, id)
}

// PersonByHandle is the person with the handle.
func (tx *Tx) PersonByHandle(handle string) (plumbline.Person, error) {
	return need(tx, missing("Nobody has the handle %q.", handle), scanPerson,
		`select `+personColumns+` from people p where p.handle = $1`, handle)
}

// People are the first limit people by name; those known from a tracker only
// come after the others, if they are asked for.
func (tx *Tx) People(includeExternal bool, limit int) ([]plumbline.Person, error) {
	cond := "where p.external = false"
	if includeExternal {
		cond = ""
	}
	return list(tx, scanPerson, `
		select `+personColumns+` from people p `+cond+`
		order by p.external, p.name, p.id `+atMost(limit))
}

// CountSignIn is how many people can sign in with a password.
func (tx *Tx) CountSignIn() (int, error) {
	n, err := number(tx, `
		select count(*) from passwords w join people p on p.id = w.person
		where p.external = false and p.disabled = false`)
	return int(n), err
}

// SetPassword keeps the hash of a person's password in place of the one before.
func (tx *Tx) SetPassword(id plumbline.PersonID, hash string, at plumbline.Time) error {
	_, err := tx.exec(`
		insert into passwords (person, hash, at) values ($1, $2, $3)
		on conflict (person) do update set hash = excluded.hash, at = excluded.at`, id, hash, at)
	return err
}

// Password is the person with the handle and the hash of their password. Who
// has none is NotFound; who is disabled is not.
func (tx *Tx) Password(handle string) (plumbline.Person, string, error) {
	var hash string
	p, err := need(tx, missing("Nobody with the handle %q has a password.", handle), func(r row) (p plumbline.Person, err error) {
		err = r.Scan(append(personFields(&p), &hash)...)
		return p, err
	}, `
		select `+personColumns+`, w.hash from people p join passwords w on w.person = p.id
		where p.handle = $1`, handle)
	return p, hash, err
}

// HandlesFrom are the people who can sign in and whose handle or name begins so,
// by handle, at most limit.
func (tx *Tx) HandlesFrom(prefix string, limit int) ([]plumbline.Person, error) {
	end := prefix + "\uffff"
	return list(tx, scanPerson, `
		select `+personColumns+` from people p
		where p.external = false and p.disabled = false and p.handle >= $1 and p.handle < $2 order by p.handle `+atMost(limit), prefix, end)
}

// ByRole are the people of some roles who can sign in, by name.
func (tx *Tx) ByRole(roles ...plumbline.Role) ([]plumbline.Person, error) {
	w := where{}
	w.and("p.external = false")
	in(&w, "p.role", roles)
	return list(tx, scanPerson, `select `+personColumns+` from people p `+w.text()+` order by p.name, p.id`, w.args...)
}

// Seen are the items, of the keys, that who sees, with as much as a reference to
// them shows.
func (tx *Tx) Seen(who plumbline.Actor, keys []plumbline.Key) ([]plumbline.Item, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	w := where{}
	in(&w, "i.key", keys)
	w.seenItem(sightOf(who))
	return list(tx, func(r row) (it plumbline.Item, err error) {
		err = r.Scan(&it.Key, &it.Title, &it.State)
		return it, err
	}, `select i.key, i.title, i.state from items i `+w.text(), w.args...)
}
