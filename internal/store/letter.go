package store

import (
	"time"

	"plumbline"
)

const letterColumns = `id, key, kind, target, person, type, seq, body, status, attempts, not_before, result, created, done`

func scanLetter(r row) (l plumbline.Letter, err error) {
	err = r.Scan(&l.ID, &l.Key, &l.Kind, &l.Target, &l.Person, &l.Type, &l.Seq, &l.Body, &l.Status, &l.Attempts,
		&l.NotBefore, &l.Result, &l.Created, &l.Done)
	return l, err
}

// InsertLetter adds a letter unless there is one with its key, and says whether
// it did.
func (tx *Tx) InsertLetter(l plumbline.Letter) (bool, error) {
	n, err := tx.exec(`
		insert into letters (`+letterColumns+`, holder, lease_until)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', 0)
		on conflict (key) do nothing`,
		l.ID, l.Key, l.Kind, l.Target, l.Person, l.Type, l.Seq, l.Body, l.Status, l.Attempts, l.NotBefore, l.Result, l.Created, l.Done)
	return n > 0, err
}

// targets are where letters can go: the webhooks in use, and by mail.
const targets = `(select id from webhooks where disabled = 0 union all select '` + plumbline.MailTarget + `') t`

// NextLetter is when the next letter, or one whose lease ran out, is due; 0:
// none waits.
func (tx *Tx) NextLetter() (plumbline.Time, error) {
	n, err := number(tx, `
		select coalesce(min(at), 0) from (
			select (select not_before from letters l where l.target = t.id and l.status = 'waiting' order by not_before, l.id limit 1) as at from `+targets+`
			union all
			select min(lease_until) from letters where status = 'running') x`)
	return plumbline.Time(n), err
}

// ClaimLetters gives the holder up to n letters to send until now+lease, and
// counts an attempt for each: of every target the one that waits longest, and
// none while another is under way, so that a slow receiver holds up nobody else.
// A letter whose lease ran out is given again: whoever had it may be dead, after
// sending it or before.
func (tx *Tx) ClaimLetters(now plumbline.Time, lease time.Duration, holder string, n int) ([]plumbline.Letter, error) {
	_, err := tx.exec(`update letters set status = 'waiting', holder = '', lease_until = 0 where status = 'running' and lease_until <= $1`, now)
	if err != nil {
		return nil, err
	}
	return change(tx, scanLetter, `
		with due as (
			select (
				select l.id from letters l where l.target = t.id and l.status = 'waiting' and l.not_before <= $1
				order by l.not_before, l.id limit 1) as id
			from `+targets+`
			where not exists (select 1 from letters r where r.target = t.id and r.status = 'running'))
		update letters set status = 'running', attempts = attempts + 1, holder = $3, lease_until = $4
		where id in (select id from due where id is not null order by id limit $2) and status = 'waiting'
		returning `+letterColumns, now, n, holder, now.Add(lease))
}

// UpdateLetter writes what became of an attempt. It is a Conflict when the
// letter was given to somebody else meanwhile, which its Attempts show.
func (tx *Tx) UpdateLetter(l plumbline.Letter) error {
	n, err := tx.exec(`
		update letters set status = $2, attempts = $3, not_before = $4, result = $5, done = $6, holder = '', lease_until = 0
		where id = $1 and attempts = $3`, l.ID, l.Status, l.Attempts, l.NotBefore, l.Result, l.Done)
	if err == nil && n == 0 {
		err = plumbline.Errorf(plumbline.Conflict, "The letter was taken over meanwhile. Look at what became of it.")
	}
	return err
}

// AgainLetter lets a letter that has ended be sent once more, under its own id,
// and says whether it had.
func (tx *Tx) AgainLetter(id string, now plumbline.Time) (bool, error) {
	n, err := tx.exec(`
		update letters set status = 'waiting', attempts = 0, not_before = $2, result = '', done = 0
		where id = $1 and status not in ('waiting', 'running')`, id, now)
	return n > 0, err
}

// AgainLetters does that for all letters to a target that failed, and says how
// many there were.
func (tx *Tx) AgainLetters(target string, now plumbline.Time) (int, error) {
	n, err := tx.exec(`
		update letters set status = 'waiting', attempts = 0, not_before = $2, result = '', done = 0
		where target = $1 and status = 'failed'`, target, now)
	return int(n), err
}

// EndLetters ends those that wait for a target.
func (tx *Tx) EndLetters(target string, status plumbline.ActionStatus, why string, at plumbline.Time) error {
	_, err := tx.exec(`update letters set status = $2, result = $3, done = $4 where target = $1 and status = 'waiting'`, target, status, why, at)
	return err
}

// Letter is the letter with the id.
func (tx *Tx) Letter(id string) (plumbline.Letter, error) {
	return need(tx, missing("There is no delivery with the id %q.", id), scanLetter, `select `+letterColumns+` from letters where id = $1`, id)
}

// Letters are the newest limit letters to a target.
func (tx *Tx) Letters(target string, limit int) ([]plumbline.Letter, error) {
	return list(tx, scanLetter, `select `+letterColumns+` from letters where target = $1 order by created desc, id desc `+atMost(limit), target)
}

// CountLetters is how many letters to a target wait or are under way.
func (tx *Tx) CountLetters(target string) (int, error) {
	n, err := number(tx, `select count(*) from letters where target = $1 and status in ('waiting', 'running')`, target)
	return int(n), err
}

// PurgeLetters forgets letters that ended, made before the time.
func (tx *Tx) PurgeLetters(before plumbline.Time) error {
	_, err := tx.exec(`delete from letters where created < $1 and status not in ('waiting', 'running')`, before)
	return err
}

// HookSecrets are what a webhook's letters are signed with. Old signs beside New
// until OldUntil.
type HookSecrets struct {
	New, Old string
	OldUntil plumbline.Time
}

const webhookColumns = `id, name, url, types, person, created, disabled, why, failing, delivered, old_until`

func webhookFields(h *plumbline.Webhook) []any {
	return []any{&h.ID, &h.Name, &h.URL, fromJSON{&h.Types}, &h.By, &h.Created, &h.Disabled, &h.Why, &h.Failing, &h.Delivered, &h.OldUntil}
}

func scanWebhook(r row) (h plumbline.Webhook, err error) {
	err = r.Scan(webhookFields(&h)...)
	h.Types = orNil(h.Types)
	return h, err
}

// InsertWebhook adds a webhook with its first secret.
func (tx *Tx) InsertWebhook(h plumbline.Webhook, secret string) error {
	_, err := tx.exec(`
		insert into webhooks (`+webhookColumns+`, secret, old_secret) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '')`,
		h.ID, h.Name, h.URL, asJSON(orEmpty(h.Types)), h.By, h.Created, h.Disabled, h.Why, h.Failing, h.Delivered, h.OldUntil, secret)
	return err
}

// UpdateWebhook replaces everything but who made it when, and its secrets.
func (tx *Tx) UpdateWebhook(h plumbline.Webhook) error {
	n, err := tx.exec(`
		update webhooks set name = $2, url = $3, types = $4, disabled = $5, why = $6, failing = $7, delivered = $8 where id = $1`,
		h.ID, h.Name, h.URL, asJSON(orEmpty(h.Types)), h.Disabled, h.Why, h.Failing, h.Delivered)
	if err == nil && n == 0 {
		err = noWebhook(h.ID)
	}
	return err
}

func noWebhook(id string) error { return missing("There is no webhook with the id %q.", id) }

// TurnSecret gives a webhook a new secret; the one before signs too until then.
func (tx *Tx) TurnSecret(id, secret string, oldUntil plumbline.Time) error {
	n, err := tx.exec(`update webhooks set old_secret = secret, old_until = $3, secret = $2 where id = $1`, id, secret, oldUntil)
	if err == nil && n == 0 {
		err = noWebhook(id)
	}
	return err
}

// Webhook is the webhook with the id, and its secrets.
func (tx *Tx) Webhook(id string) (plumbline.Webhook, HookSecrets, error) {
	var s HookSecrets
	h, err := need(tx, noWebhook(id), func(r row) (h plumbline.Webhook, err error) {
		err = r.Scan(append(webhookFields(&h), &s.New, &s.Old)...)
		h.Types = orNil(h.Types)
		return h, err
	}, `select `+webhookColumns+`, secret, old_secret from webhooks where id = $1`, id)
	s.OldUntil = h.OldUntil
	return h, s, err
}

// Webhooks are the webhooks by name.
func (tx *Tx) Webhooks() ([]plumbline.Webhook, error) {
	return list(tx, scanWebhook, `select `+webhookColumns+` from webhooks order by name, id`)
}

// DeleteWebhook removes a webhook and what was sent to it.
func (tx *Tx) DeleteWebhook(id string) error {
	if _, err := tx.exec(`delete from letters where target = $1`, id); err != nil {
		return err
	}
	n, err := tx.exec(`delete from webhooks where id = $1`, id)
	if err == nil && n == 0 {
		err = noWebhook(id)
	}
	return err
}
