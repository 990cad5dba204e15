package store

import (
	"plumbline"
)

// InsertSession keeps the hash of a session's secret.
func (tx *Tx) InsertSession(hash string, p plumbline.PersonID, at, expires plumbline.Time) error {
	_, err := tx.exec(`insert into sessions (hash, person, at, expires) values ($1, $2, $3, $4)`, hash, p, at, expires)
	return err
}

// Session is the person whose session it is. A session that has expired, or of
// a person who is disabled, is NotFound.
func (tx *Tx) Session(hash string, now plumbline.Time) (plumbline.Person, error) {
	return need(tx, missing("There is no such session, or it has expired."), scanPerson, `
		select `+personColumns+` from sessions s join people p on p.id = s.person
		where s.hash = $1 and s.expires > $2 and p.disabled = false`, hash, now)
}

// DeleteSession ends a session, if there is one.
func (tx *Tx) DeleteSession(hash string) error {
	_, err := tx.exec(`delete from sessions where hash = $1`, hash)
	return err
}

// DeleteSessions ends all sessions of a person.
func (tx *Tx) DeleteSessions(p plumbline.PersonID) error {
	_, err := tx.exec(`delete from sessions where person = $1`, p)
	return err
}

// PurgeSessions forgets sessions and invitations that have expired.
func (tx *Tx) PurgeSessions(now plumbline.Time) error {
	if _, err := tx.exec(`delete from sessions where expires <= $1`, now); err != nil {
		return err
	}
	_, err := tx.exec(`delete from invites where expires <= $1`, now)
	return err
}

// Token is a person's key to the API. The secret itself is not kept.
type Token struct {
	ID, Hash string
	Person   plumbline.PersonID
	Name     string
	Scopes   []string
	Created  plumbline.Time
	Expires  plumbline.Time // 0: never
	Used     plumbline.Time // last; 0: not yet
}

const tokenColumns = `t.id, t.hash, t.person, t.name, t.scopes, t.created, t.expires, t.used`

func tokenFields(t *Token) []any {
	return []any{&t.ID, &t.Hash, &t.Person, &t.Name, fromJSON{&t.Scopes}, &t.Created, &t.Expires, &t.Used}
}

// InsertToken adds a token.
func (tx *Tx) InsertToken(t Token) error {
	_, err := tx.exec(`
		insert into tokens (id, hash, person, name, scopes, created, expires, used)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		t.ID, t.Hash, t.Person, t.Name, asJSON(t.Scopes), t.Created, t.Expires, t.Used)
	return err
}

// TokenByHash is the token with the hash and whose it is. A token that has
// expired, or of a person who is disabled, is NotFound.
func (tx *Tx) TokenByHash(hash string, now plumbline.Time) (Token, plumbline.Person, error) {
	var p plumbline.Person
	t, err := need(tx, missing("There is no such token, or it has expired."), func(r row) (t Token, err error) {
		err = r.Scan(append(tokenFields(&t), personFields(&p)...)...)
		return t, err
	}, `
		select `+tokenColumns+`, `+personColumns+` from tokens t join people p on p.id = t.person
		where t.hash = $1 and (t.expires = 0 or t.expires > $2) and p.disabled = false`, hash, now)
	return t, p, err
}

// Tokens are a person's tokens, newest first, expired ones too.
func (tx *Tx) Tokens(p plumbline.PersonID) ([]Token, error) {
	return list(tx, func(r row) (t Token, err error) {
		err = r.Scan(tokenFields(&t)...)
		return t, err
	}, `select `+tokenColumns+` from tokens t where t.person = $1 order by t.created desc, t.id desc`, p)
}

// DeleteToken ends a person's token.
func (tx *Tx) DeleteToken(p plumbline.PersonID, id string) error {
	n, err := tx.exec(`delete from tokens where person = $1 and id = $2`, p, id)
	if err == nil && n == 0 {
		err = missing("You have no token with the id %q.", id)
	}
	return err
}

// TouchToken notes when a token was last used.
func (tx *Tx) TouchToken(id string, at plumbline.Time) error {
	_, err := tx.exec(`update tokens set used = $2 where id = $1`, id, at)
	return err
}

// InsertInvite keeps the hash of a secret that may be used once for a purpose.
func (tx *Tx) InsertInvite(hash, purpose string, expires plumbline.Time) error {
	_, err := tx.exec(`insert into invites (hash, purpose, expires) values ($1, $2, $3)`, hash, purpose, expires)
	return err
}

// TakeInvite uses an invitation up and says whether it was good.
func (tx *Tx) TakeInvite(hash, purpose string, now plumbline.Time) (bool, error) {
	n, err := tx.exec(`delete from invites where hash = $1 and purpose = $2 and expires > $3`, hash, purpose, now)
	return n > 0, err
}

// HasInvite says whether an invitation for the purpose is still good.
func (tx *Tx) HasInvite(purpose string, now plumbline.Time) (bool, error) {
	n, err := number(tx, `select count(*) from invites where purpose = $1 and expires > $2`, purpose, now)
	return n > 0, err
}
