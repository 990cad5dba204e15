package store

import "plumbline"

const roundColumns = `r.id, r.title, r.factors, r.people, r.person, r.person_name, r.at, r.until, r.closed`

func scanRound(r row) (v plumbline.Round, err error) {
	err = r.Scan(&v.ID, &v.Title, fromJSON{&v.Factors}, fromJSON{&v.People}, &v.By, &v.ByName, &v.At, &v.Until, &v.Closed)
	v.Factors, v.People = orNil(v.Factors), orNil(v.People)
	return v, err
}

// InsertRound adds a round about the items with the ids.
func (tx *Tx) InsertRound(r plumbline.Round, items []plumbline.ItemID) error {
	_, err := tx.exec(`insert into rounds (id, title, factors, people, person, person_name, at, until, closed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.ID, r.Title, asJSON(orEmpty(r.Factors)), asJSON(orEmpty(r.People)), r.By, r.ByName, r.At, r.Until, r.Closed)
	if err != nil {
		return err
	}
	rows := make([][]any, len(items))
	for i, id := range items {
		rows[i] = []any{r.ID, id, i}
	}
	return tx.insertRows(`insert into round_items (round, item, place)`, rows, "")
}

// Round is the round with the id, without its items.
func (tx *Tx) Round(id string) (plumbline.Round, error) {
	return need(tx, missing("There is no round with the id %q.", id), scanRound, `select `+roundColumns+` from rounds r where r.id = $1`, id)
}

// maxRounds is how many rounds are listed: the newest.
const maxRounds = 200

// Rounds are the newest rounds, without their items.
func (tx *Tx) Rounds() ([]plumbline.Round, error) {
	return list(tx, scanRound, `select `+roundColumns+` from rounds r order by r.at desc, r.id desc `+atMost(maxRounds))
}

// RoundItems are the items of the rounds, as they are ordered there.
func (tx *Tx) RoundItems(rounds []string) (map[string][]plumbline.ItemID, error) {
	found, err := byMany(tx, scanPair[string, plumbline.ItemID], rounds, func(in string) string {
		return `select round, item from round_items where round in ` + in + ` order by round, place`
	})
	return grouped(found, keyOf, valueOf), err
}

// OpenRounds are the rounds that are open and ask about one of the items, by item.
func (tx *Tx) OpenRounds(items []plumbline.ItemID) (map[plumbline.ItemID][]plumbline.Round, error) {
	found, err := byMany(tx, func(r row) (p pair[plumbline.ItemID, plumbline.Round], err error) {
		v := &p.value
		err = r.Scan(&v.ID, &v.Title, fromJSON{&v.Factors}, fromJSON{&v.People}, &v.By, &v.ByName, &v.At, &v.Until, &v.Closed, &p.key)
		return p, err
	}, items, func(in string) string {
		return `select ` + roundColumns + `, x.item from round_items x join rounds r on r.id = x.round where x.item in ` + in + ` and r.closed = 0 order by r.at, r.id`
	})
	return grouped(found, keyOf, valueOf), err
}

// CloseRound closes a round and says whether it was open.
func (tx *Tx) CloseRound(id string, at plumbline.Time) (bool, error) {
	n, err := tx.exec(`update rounds set closed = $2 where id = $1 and closed = 0`, id, at)
	return n > 0, err
}

// Turnout is how much one person answered of a round: never what.
type Turnout struct {
	Person plumbline.PersonID
	Name   string
	Given  int // factors of items
}

// Turnouts say how much was answered of the rounds, by round, by name.
func (tx *Tx) Turnouts(rounds []string) (map[string][]Turnout, error) {
	found, err := byMany(tx, func(r row) (p pair[string, Turnout], err error) {
		err = r.Scan(&p.key, &p.value.Person, &p.value.Name, &p.value.Given)
		return p, err
	}, rounds, func(in string) string {
		return `select e.round, e.person, max(e.person_name), count(distinct e.item || ' ' || e.factor) from estimates e where e.round in ` + in + `
			group by e.round, e.person order by e.round, max(e.person_name), e.person`
	})
	return grouped(found, keyOf, valueOf), err
}
