package store

import (
	"plumbline"
)

// External is what an item is called in a system that it was imported from.
type External struct {
	Source string
	Name   string // there
	Item   plumbline.ItemID
	Key    plumbline.Key     // of the item; not written
	Hash   string            // of the row as it was last taken in
	Taken  map[string]string // by field, the hash of the value that was put in then
	At     plumbline.Time
}

// Externals are those of a source with the names, by name; what is not known is
// left out.
func (tx *Tx) Externals(source string, names []string) (map[string]External, error) {
	found, err := byMany(tx, func(r row) (e External, err error) {
		err = r.Scan(&e.Source, &e.Name, &e.Item, &e.Key, &e.Hash, fromJSON{&e.Taken}, &e.At)
		return e, err
	}, names, func(in string) string {
		return `select e.source, e.external, e.item, i.key, e.hash, e.taken, e.at
			from externals e join items i on i.id = e.item where e.source = $1 and e.external in ` + in
	}, source)
	out := make(map[string]External, len(found))
	for _, e := range found {
		out[e.Name] = e
	}
	return out, err
}

// PutExternals keeps what items are called elsewhere; a name that is known gets
// the new hashes and goes on meaning the same item.
func (tx *Tx) PutExternals(list []External) error {
	rows := make([][]any, 0, len(list))
	for _, e := range list {
		taken := e.Taken
		if taken == nil {
			taken = map[string]string{}
		}
		rows = append(rows, []any{e.Source, e.Name, e.Item, e.Hash, asJSON(taken), e.At})
	}
	return tx.insertRows(`insert into externals (source, external, item, hash, taken, at)`, rows,
		`on conflict (source, external) do update set hash = excluded.hash, taken = excluded.taken, at = excluded.at`)
}

// EditComment changes what a comment says; only the system that it came from
// does that.
func (tx *Tx) EditComment(id, body string) error {
	n, err := tx.exec(`update comments set body = $2 where id = $1`, id, body)
	if err == nil && n == 0 {
		err = missing("There is no comment with the id %q.", id)
	}
	return err
}

// Upload is a file that somebody sent to look at before it is imported. Settings
// and Report are the caller's.
type Upload struct {
	ID       string
	Person   plumbline.PersonID
	Settings string
	Report   string
	At       plumbline.Time
	Body     []byte
}

// PutUpload keeps an upload, in place of one with the same id.
func (tx *Tx) PutUpload(u Upload) error {
	body := u.Body
	if body == nil {
		body = []byte{}
	}
	_, err := tx.exec(`
		insert into uploads (id, person, settings, report, at, body) values ($1, $2, $3, $4, $5, $6)
		on conflict (id) do update set settings = excluded.settings, report = excluded.report, body = excluded.body where uploads.person = excluded.person`,
		u.ID, u.Person, u.Settings, u.Report, u.At, body)
	return err
}

// Upload is a person's upload.
func (tx *Tx) Upload(who plumbline.PersonID, id string) (Upload, error) {
	return need(tx, missing("There is no such file any more: files that were sent to be imported are kept for a day. Send it again."), func(r row) (u Upload, err error) {
		err = r.Scan(&u.ID, &u.Person, &u.Settings, &u.Report, &u.At, &u.Body)
		return u, err
	}, `select id, person, settings, report, at, body from uploads where id = $1 and person = $2`, id, who)
}

// PurgeUploads forgets uploads made before the time.
func (tx *Tx) PurgeUploads(before plumbline.Time) error {
	_, err := tx.exec(`delete from uploads where at < $1`, before)
	return err
}
