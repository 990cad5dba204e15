package store

import (
	"plumbline"
)

const attachmentColumns = `id, item, name, url, person, person_name, at`

// InsertAttachment adds a link to its item.
func (tx *Tx) InsertAttachment(a plumbline.Attachment) error {
	_, err := tx.exec(`insert into attachments (`+attachmentColumns+`) values ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, a.Item, a.Name, a.URL, a.By, a.ByName, a.At)
	return err
}

// Attachments are the links of an item, oldest first.
func (tx *Tx) Attachments(item plumbline.ItemID) ([]plumbline.Attachment, error) {
	return list(tx, func(r row) (a plumbline.Attachment, err error) {
		err = r.Scan(&a.ID, &a.Item, &a.Name, &a.URL, &a.By, &a.ByName, &a.At)
		return a, err
	}, `select `+attachmentColumns+` from attachments where item = $1 order by at, id`, item)
}

const redirectionColumns = `id, item, team, place, url, words, action, link, ref, answer, answered, person, at`

func scanRedirection(r row) (d plumbline.Redirection, err error) {
	err = r.Scan(&d.ID, &d.Item, &d.Team, &d.Place, &d.URL, &d.Text, &d.Action, &d.Link, &d.Ref, &d.Answer, &d.Answered, &d.By, &d.At)
	return d, err
}

// PutRedirection adds where an item went, or replaces what is known of it.
func (tx *Tx) PutRedirection(d plumbline.Redirection) error {
	_, err := tx.exec(`
		insert into redirections (`+redirectionColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict (id) do update set url = excluded.url, action = excluded.action, link = excluded.link, ref = excluded.ref,
			answer = excluded.answer, answered = excluded.answered`,
		d.ID, d.Item, d.Team, d.Place, d.URL, d.Text, d.Action, d.Link, d.Ref, d.Answer, d.Answered, d.By, d.At)
	return err
}

// DropRedirection forgets where an item went last.
func (tx *Tx) DropRedirection(item plumbline.ItemID) error {
	_, err := tx.exec(`
		delete from redirections where id = (select id from redirections where item = $1 order by at desc, id desc limit 1)`, item)
	return err
}

// Redirection is where an item went last, if it went anywhere.
func (tx *Tx) Redirection(item plumbline.ItemID) (plumbline.Redirection, bool, error) {
	return first(tx, scanRedirection, `select `+redirectionColumns+` from redirections where item = $1 order by at desc, id desc limit 1`, item)
}

// RedirectionByAction is the one whose issue an action opens, if it does.
func (tx *Tx) RedirectionByAction(id plumbline.ActionID) (plumbline.Redirection, bool, error) {
	return first(tx, scanRedirection, `select `+redirectionColumns+` from redirections where action = $1 and action <> ''`, id)
}

// RedirectionByIssue is the one that an issue was opened for, if it was.
func (tx *Tx) RedirectionByIssue(link plumbline.LinkID, ref string) (plumbline.Redirection, bool, error) {
	return first(tx, scanRedirection, `select `+redirectionColumns+` from redirections where link = $1 and ref = $2 and ref <> ''`, link, ref)
}
