package store

import (
	"encoding/json"
	"strings"

	"plumbline"
)

const mirrorColumns = `link, ref, item, snapshot, raw, episode, active, missing, first_missing, gone, seen`

func scanMirror(r row) (m plumbline.Mirror, err error) {
	var raw string
	err = r.Scan(&m.Link, &m.Ref, &m.Item, fromJSON{&m.Snapshot}, &raw, &m.Episode, &m.Active, &m.Missing, &m.FirstMissing, &m.Gone, &m.Seen)
	m.Snapshot.Labels = orNil(m.Snapshot.Labels)
	if raw != "" {
		m.Snapshot.Raw = json.RawMessage(raw)
	}
	return m, err
}

// Mirror is our copy of an issue, if there is one.
func (tx *Tx) Mirror(link plumbline.LinkID, ref string) (plumbline.Mirror, bool, error) {
	return first(tx, scanMirror, `select `+mirrorColumns+` from mirrors where link = $1 and ref = $2`, link, ref)
}

// PutMirror adds or replaces our copy of an issue. What its text holds that is
// not text is replaced, since it is not ours to refuse.
func (tx *Tx) PutMirror(m plumbline.Mirror) error {
	raw := strings.ReplaceAll(strings.ToValidUTF8(string(m.Snapshot.Raw), "\uFFFD"), "\x00", "")
	_, err := tx.exec(`
		insert into mirrors (`+mirrorColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict (link, ref) do update set item = excluded.item, snapshot = excluded.snapshot, raw = excluded.raw,
			episode = excluded.episode, active = excluded.active, missing = excluded.missing,
			first_missing = excluded.first_missing, gone = excluded.gone, seen = excluded.seen`,
		m.Link, m.Ref, m.Item, asJSON(m.Snapshot), raw, m.Episode, m.Active, m.Missing, m.FirstMissing, m.Gone, m.Seen)
	return err
}

// MirrorByItem is our copy of the issue that an item lives in, if there is one;
// of several, the one seen last.
func (tx *Tx) MirrorByItem(item plumbline.ItemID) (plumbline.Mirror, bool, error) {
	if item == "" {
		return plumbline.Mirror{}, false, nil
	}
	return first(tx, scanMirror, `
		select `+mirrorColumns+` from mirrors where item = $1 and item <> ''
		order by seen desc, link, ref limit 1`, item)
}

// Mirrors are the next limit mirrors of a link after the ref, in the order of
// their refs as text; "" begins.
func (tx *Tx) Mirrors(link plumbline.LinkID, after string, limit int) ([]plumbline.Mirror, error) {
	return list(tx, scanMirror, `
		select `+mirrorColumns+` from mirrors where link = $1 and ref > $2 order by ref `+atMost(limit), link, after)
}

// CountMirrors is how many issues of a link we have a copy of.
func (tx *Tx) CountMirrors(link plumbline.LinkID) (int, error) {
	n, err := number(tx, `select count(*) from mirrors where link = $1`, link)
	return int(n), err
}

// AddLabelChanges keeps a part of an issue's label history and returns those
// that were not known, in the order given.
func (tx *Tx) AddLabelChanges(link plumbline.LinkID, ref string, changes []plumbline.LabelChange) (fresh []plumbline.LabelChange, err error) {
	for _, c := range changes {
		n, err := tx.exec(`
			insert into label_changes (link, ref, id, label, label_id, added, actor, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
			on conflict (link, ref, id) do nothing`, link, ref, c.ID, c.Label, c.LabelID, c.Added, c.Actor, c.At)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			fresh = append(fresh, c)
		}
	}
	return fresh, nil
}

// LabelChanges is an issue's label history as far as we know it, oldest first;
// within one moment in the order of the tracker's ids, which are numbers.
func (tx *Tx) LabelChanges(link plumbline.LinkID, ref string) ([]plumbline.LabelChange, error) {
	return list(tx, func(r row) (c plumbline.LabelChange, err error) {
		err = r.Scan(&c.ID, &c.Label, &c.LabelID, &c.Added, &c.Actor, &c.At)
		return c, err
	}, `
		select id, label, label_id, added, actor, at from label_changes
		where link = $1 and ref = $2 order by at, length(id), id`, link, ref)
}

// RekeyMirror moves all that is kept of an issue to the address it has now:
// mirror, label history and actions; a refresh of the old address is dropped. A
// mirror at the new address gives way if it belongs to no item, else it is a
// Conflict. The item's own Link and Ref are the caller's to change.
func (tx *Tx) RekeyMirror(oldLink plumbline.LinkID, oldRef string, newLink plumbline.LinkID, newRef string) error {
	for _, statement := range []string{
		`delete from mirrors where link = $3 and ref = $4 and item = '' and not (link = $1 and ref = $2)`,
		`update mirrors set link = $3, ref = $4 where link = $1 and ref = $2`,
		`delete from label_changes where link = $1 and ref = $2
			and id in (select id from label_changes where link = $3 and ref = $4) and not (link = $3 and ref = $4)`,
		`update label_changes set link = $3, ref = $4 where link = $1 and ref = $2`,
		`update actions set link = $3, ref = $4, issue = $4 where link = $1 and ref = $2 and issue = ref`,
		`delete from refreshes where link = $1 and ref = $2 and not (link = $3 and ref = $4)`,
	} {
		if _, err := tx.exec(statement, oldLink, oldRef, newLink, newRef); err != nil {
			return err
		}
	}
	return nil
}
