package store

import (
	"plumbline"
)

// count moves one of the counts that an item keeps of what hangs on it, and
// counts anew where merges make the sum of the parts too much.
func (tx *Tx) count(name string, item plumbline.ItemID, by int) error {
	alone, err := change(tx, column[bool], `
		update items set `+name+` = `+name+` + $2 where id = $1
		returning merged = '' and n_merged = 0`, item, by)
	if err != nil || len(alone) == 0 || alone[0] {
		return err
	}
	return tx.recount(item)
}

const demandColumns = `id, item, team, account, strength, points, users, worth_micros, worth_currency, seats, stage,
	probability, closes, note, more, person, at, invented`

func scanDemand(r row) (d plumbline.Demand, err error) {
	var worth plumbline.Money
	var seats int64
	var stage, note, more string
	var probability float64
	var closes plumbline.Time
	err = r.Scan(&d.ID, &d.Item, &d.Team, &d.Account, &d.Strength, &d.Points, &d.Users, &worth.Micros, &worth.Currency, &seats,
		&stage, &probability, &closes, &note, &more, &d.By, &d.At, &d.Invented)
	d.Worth, d.Seats, d.Stage = plumbline.Hide(worth), plumbline.Hide(seats), plumbline.Hide(stage)
	d.Probability, d.Close, d.Note = plumbline.Hide(probability), plumbline.Hide(closes), plumbline.Hide(note)
	if more != "{}" {
		d.More = plumbline.Hide(more)
	}
	return d, err
}

// orObject is JSON text, or that of an object without anything.
func orObject(s string) string {
	if s == "" {
		return "{}"
	}
	return s
}

// InsertDemand adds a demand to its item.
func (tx *Tx) InsertDemand(d plumbline.Demand) error {
	worth := d.Worth.Keep()
	again, err := number(tx, `select count(*) from demands where item = $1 and team = $2 and account = $3`, d.Item, d.Team, d.Account)
	if err != nil {
		return err
	}
	_, err = tx.exec(`
		insert into demands (`+demandColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		d.ID, d.Item, d.Team, d.Account, d.Strength, d.Points, d.Users, worth.Micros, worth.Currency, d.Seats.Keep(),
		d.Stage.Keep(), d.Probability.Keep(), d.Close.Keep(), d.Note.Keep(), orObject(d.More.Keep()), d.By, d.At, d.Invented)
	if err != nil {
		return err
	}
	if again > 0 {
		return tx.count("n_demands", d.Item, 0)
	}
	return tx.count("n_demands", d.Item, 1)
}

// Demands are the demands for an item and what was merged into it, oldest first.
func (tx *Tx) Demands(f Family) ([]plumbline.Demand, error) {
	return list(tx, scanDemand, f.tree()+`select `+demandColumns+` from demands where item in (select id from tree) order by at, id`, f.Item)
}

// DeleteDemand takes a demand back.
func (tx *Tx) DeleteDemand(id string) error {
	gone, err := change(tx, column[plumbline.ItemID], `delete from demands where id = $1 returning item`, id)
	if err != nil {
		return err
	}
	if len(gone) == 0 {
		return missing("There is no demand with the id %q.", id)
	}
	return tx.recount(gone[0])
}

const evidenceColumns = `id, item, grade, words, source, observed, internal, person, at`

func scanEvidence(r row) (e plumbline.Evidence, err error) {
	err = r.Scan(&e.ID, &e.Item, &e.Grade, &e.Text, &e.Source, &e.Observed, &e.Internal, &e.By, &e.At)
	return e, err
}

// InsertEvidence adds a piece of evidence to its item.
func (tx *Tx) InsertEvidence(e plumbline.Evidence) error {
	_, err := tx.exec(`insert into evidence (`+evidenceColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.ID, e.Item, e.Grade, e.Text, e.Source, e.Observed, e.Internal, e.By, e.At)
	if err != nil {
		return err
	}
	return tx.count("n_evidence", e.Item, 1)
}

// Evidence is the evidence for an item and what was merged into it, oldest first.
func (tx *Tx) Evidence(f Family) ([]plumbline.Evidence, error) {
	return list(tx, scanEvidence, f.tree()+`select `+evidenceColumns+` from evidence where item in (select id from tree) order by at, id`, f.Item)
}

const commentColumns = `id, item, person, person_name, body, internal, at, edited, deleted`

// InsertComment adds a comment to its item.
func (tx *Tx) InsertComment(c plumbline.Comment) error {
	_, err := tx.exec(`insert into comments (`+commentColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		c.ID, c.Item, c.By, c.ByName, c.Body, c.Internal, c.At, c.Edited, c.Deleted)
	if err != nil {
		return err
	}
	return tx.count("n_comments", c.Item, 1)
}

// Comments are the comments on an item and what was merged into it, oldest first.
func (tx *Tx) Comments(f Family) ([]plumbline.Comment, error) {
	return list(tx, scanComment, f.tree()+`select `+commentColumns+` from comments where item in (select id from tree) order by at, id`, f.Item)
}

func scanComment(r row) (c plumbline.Comment, err error) {
	err = r.Scan(&c.ID, &c.Item, &c.By, &c.ByName, &c.Body, &c.Internal, &c.At, &c.Edited, &c.Deleted)
	return c, err
}

// Comment is the comment with the id.
func (tx *Tx) Comment(id string) (plumbline.Comment, error) {
	return need(tx, missing("There is no comment with the id %q.", id), scanComment, `select `+commentColumns+` from comments where id = $1`, id)
}

// UpdateComment replaces the text of a comment and keeps the one before.
func (tx *Tx) UpdateComment(c plumbline.Comment, at plumbline.Time) error {
	_, err := tx.exec(`
		insert into comment_texts (comment, item, n, body, at)
		select c.id, c.item, (select count(*) from comment_texts t where t.comment = c.id), c.body, $2 from comments c where c.id = $1`, c.ID, at)
	if err != nil {
		return err
	}
	if _, err := tx.exec(`update comments set body = $2, edited = $3, deleted = $4 where id = $1`, c.ID, c.Body, c.Edited, c.Deleted); err != nil {
		return err
	}
	if c.Deleted.IsZero() {
		return nil
	}
	return tx.count("n_comments", c.Item, -1)
}

// EarlierText is what a comment said until a time.
type EarlierText struct {
	Comment string
	Body    string
	Until   plumbline.Time
}

// EarlierTexts are what the comments on an item said before, oldest first.
func (tx *Tx) EarlierTexts(item plumbline.ItemID) ([]EarlierText, error) {
	return list(tx, func(r row) (e EarlierText, err error) {
		err = r.Scan(&e.Comment, &e.Body, &e.Until)
		return e, err
	}, `select comment, body, at from comment_texts where item = $1 order by comment, n`, item)
}

// Watch makes a person a watcher of an item and says whether they were not one.
func (tx *Tx) Watch(item plumbline.ItemID, p plumbline.PersonID) (bool, error) {
	n, err := tx.exec(`
		insert into watchers (item, person) select n, $2 from items where id = $1
		on conflict (item, person) do nothing`, item, p)
	if err != nil {
		return false, err
	}
	if n > 0 {
		return true, tx.count("n_watchers", item, 1)
	}
	there, err := number(tx, `select count(*) from items where id = $1`, item)
	if err == nil && there == 0 {
		err = missing("There is no item with the id %q.", item)
	}
	return false, err
}

// Watches says whether the person is a watcher of the item.
func (tx *Tx) Watches(item plumbline.ItemID, p plumbline.PersonID) (bool, error) {
	n, err := number(tx, `select count(*) from watchers w join items i on i.n = w.item where i.id = $1 and w.person = $2`, item, p)
	return n > 0, err
}

// Unwatch ends that and says whether they were one.
func (tx *Tx) Unwatch(item plumbline.ItemID, p plumbline.PersonID) (bool, error) {
	n, err := tx.exec(`delete from watchers where item = (select n from items where id = $1) and person = $2`, item, p)
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.count("n_watchers", item, -1)
}

// Watchers are the people who watch an item or what was merged into it, by name.
func (tx *Tx) Watchers(f Family) ([]plumbline.Person, error) {
	return list(tx, scanPerson, f.tree()+`
		select `+personColumns+` from people p
		where p.id in (select w.person from watchers w join tree t on t.n = w.item) order by p.name, p.id`, f.Item)
}
