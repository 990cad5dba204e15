package store

import (
	"plumbline"
)

// PutWait keeps why an item is out of the inbox, in place of what was kept.
func (tx *Tx) PutWait(w plumbline.Wait) error {
	_, err := tx.exec(`
		insert into waits (item, kind, until, on_comment, person, at) values ($1, $2, $3, $4, $5, $6)
		on conflict (item) do update set kind = excluded.kind, until = excluded.until, on_comment = excluded.on_comment,
			person = excluded.person, at = excluded.at`,
		w.Item, w.Kind, w.Until, w.OnComment, w.By, w.At)
	return err
}

const waitColumns = `item, kind, until, on_comment, person, at`

func scanWait(r row) (w plumbline.Wait, err error) {
	err = r.Scan(&w.Item, &w.Kind, &w.Until, &w.OnComment, &w.By, &w.At)
	return w, err
}

// Wait is why an item is out of the inbox, if it is.
func (tx *Tx) Wait(item plumbline.ItemID) (plumbline.Wait, bool, error) {
	return first(tx, scanWait, `select `+waitColumns+` from waits where item = $1`, item)
}

// EndWait forgets it.
func (tx *Tx) EndWait(item plumbline.ItemID) error {
	_, err := tx.exec(`delete from waits where item = $1`, item)
	return err
}

// DueWaits are the items that time brings back by now, those due longest first,
// at most n.
func (tx *Tx) DueWaits(now plumbline.Time, n int) ([]plumbline.Wait, error) {
	return list(tx, scanWait, `
		select `+waitColumns+` from waits where until > 0 and until <= $1 order by until, item `+atMost(n), now)
}

// Verdict is one judgement in the inbox. Was is what the item was before it, as
// JSON of whoever wrote it.
type Verdict struct {
	ID      string
	Item    plumbline.ItemID
	Kind    string
	By      plumbline.PersonID
	At      plumbline.Time
	Version int64 // of the item after it
	Was     string
	Undone  plumbline.Time
}

const verdictColumns = `v.id, v.item, v.kind, v.person, v.at, v.version, v.was, v.undone`

func verdictFields(v *Verdict) []any {
	return []any{&v.ID, &v.Item, &v.Kind, &v.By, &v.At, &v.Version, &v.Was, &v.Undone}
}

// InsertVerdict keeps a verdict.
func (tx *Tx) InsertVerdict(v Verdict) error {
	_, err := tx.exec(`
		insert into verdicts (id, item, kind, person, at, version, was, undone) values ($1, $2, $3, $4, $5, $6, $7, 0)`,
		v.ID, v.Item, v.Kind, v.By, v.At, v.Version, v.Was)
	return err
}

// LastVerdict is the newest verdict on an item that was not taken back, if there
// is one.
func (tx *Tx) LastVerdict(item plumbline.ItemID) (Verdict, bool, error) {
	return first(tx, func(r row) (v Verdict, err error) {
		err = r.Scan(verdictFields(&v)...)
		return v, err
	}, `select `+verdictColumns+` from verdicts v where v.item = $1 and v.undone = 0 order by v.at desc, v.id desc limit 1`, item)
}

// KeyedVerdict is a verdict with the item's name.
type KeyedVerdict struct {
	Verdict
	Key   plumbline.Key
	Title string
	Now   int64 // the item's version as it is
}

// VerdictsBy are somebody's newest verdicts since a time that were not taken
// back, newest first, at most n.
func (tx *Tx) VerdictsBy(p plumbline.PersonID, since plumbline.Time, n int) ([]KeyedVerdict, error) {
	return list(tx, func(r row) (v KeyedVerdict, err error) {
		err = r.Scan(append(verdictFields(&v.Verdict), &v.Key, &v.Title, &v.Now)...)
		return v, err
	}, `
		select `+verdictColumns+`, i.key, i.title, i.version from verdicts v join items i on i.id = v.item
		where v.person = $1 and v.at >= $2 and v.undone = 0 order by v.at desc, v.id desc `+atMost(n), p, since)
}

// UndoVerdict notes that a verdict was taken back.
func (tx *Tx) UndoVerdict(id string, at plumbline.Time) error {
	_, err := tx.exec(`update verdicts set undone = $2 where id = $1`, id, at)
	return err
}

// DropAction takes back an action that has not begun, and says whether it could.
func (tx *Tx) DropAction(id plumbline.ActionID, why string, at plumbline.Time) (bool, error) {
	n, err := tx.exec(`
		update actions set status = $2, result = $3, done = $4 where id = $1 and status in ($5, $6)`,
		id, plumbline.ActionDropped, why, at, plumbline.ActionWaiting, plumbline.ActionHeld)
	return n > 0, err
}

// KeyedWait is a wait with the item's name.
type KeyedWait struct {
	plumbline.Wait
	Key   plumbline.Key
	Title string
}

// Waiting are the items that who sees and that are out of the inbox for a while,
// at most n: those that time brings back first, soonest first, then the others.
func (tx *Tx) Waiting(who plumbline.Actor, n int) ([]KeyedWait, error) {
	w := where{}
	w.and("i.id = w.item") // with cross join: there are few waits and many items
	w.and("i.done = false")
	w.seenItem(sightOf(who))
	return list(tx, func(r row) (k KeyedWait, err error) {
		err = r.Scan(&k.Item, &k.Kind, &k.Until, &k.OnComment, &k.By, &k.At, &k.Key, &k.Title)
		return k, err
	}, `
		select w.item, w.kind, w.until, w.on_comment, w.person, w.at, i.key, i.title from waits w cross join items i
		`+w.text()+` order by case when w.until = 0 then 1 else 0 end, w.until, w.at, w.item `+atMost(n), w.args...)
}
