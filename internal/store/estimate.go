package store

import (
	"slices"

	"plumbline"
)

const estimateColumns = `e.id, e.item, e.factor, e.shape, e.low, e.high, e.mode, e.none, e.grade, e.source, e.observed, e.round,
	e.person, e.person_name, e.at, e.ended, e.invented`

func scanEstimate(r row) (e plumbline.Estimate, err error) {
	var q plumbline.Quantity
	err = r.Scan(&e.ID, &e.Item, &e.Factor, &q.Shape, &q.Low, &q.High, &q.Mode, &q.None, &e.Grade, &e.Source, &e.Observed, &e.Round,
		&e.By, &e.ByName, &e.At, &e.Ended, &e.Invented)
	e.Value = plumbline.Hide(q)
	return e, err
}

// NewEstimate is an estimate to be kept. One that is held was given in a round
// that is open: it neither counts nor ends the one before until [Tx.ReleaseRound].
type NewEstimate struct {
	plumbline.Estimate
	Held bool
}

// InsertEstimates adds estimates, each of which ends what the same person said
// of the same factor before, held or not as it is itself. It takes two statements
// for some hundred of them by one person at one time. No two of them are of one
// person, item and factor.
func (tx *Tx) InsertEstimates(all []NewEstimate) error {
	rows := make([][]any, len(all))
	for i, e := range all {
		rows[i] = estimateValues(e.Estimate, e.Held)
	}
	if err := tx.endEstimates(all); err != nil {
		return err
	}
	return tx.insertRows(insertEstimates, rows, "")
}

const insertEstimates = `insert into estimates (id, item, factor, shape, low, high, mode, none, grade, source, observed, round, held,
	person, person_name, at, ended, invented)`

func estimateValues(e plumbline.Estimate, held bool) []any {
	q := e.Value.Keep()
	return []any{e.ID, e.Item, e.Factor, q.Shape, q.Low, q.High, q.Mode, q.None, e.Grade, e.Source, e.Observed, e.Round, held,
		e.By, e.ByName, e.At, e.Ended, e.Invented}
}

// endEstimates ends what stands where the new ones will.
func (tx *Tx) endEstimates(all []NewEstimate) error {
	type voice struct {
		by   plumbline.PersonID
		at   plumbline.Time
		held bool
	}
	cells := map[voice][]NewEstimate{}
	var order []voice
	for _, e := range all {
		v := voice{e.By, e.At, e.Held}
		if e.Ended != 0 {
			continue
		}
		if cells[v] == nil {
			order = append(order, v)
		}
		cells[v] = append(cells[v], e)
	}
	for _, v := range order {
		for part := range slices.Chunk(cells[v], perQuestion) {
			w := where{}
			set := "update estimates set ended = " + w.arg(v.at) + " where person = " + w.arg(v.by) + " and held = " + w.arg(v.held) + " and ended = 0 and (item, factor) in (values "
			for i, e := range part {
				if i > 0 {
					set += ", "
				}
				set += "(" + w.arg(e.Item) + ", " + w.arg(e.Factor) + ")"
			}
			if _, err := tx.exec(set+")", w.args...); err != nil {
				return err
			}
		}
	}
	return nil
}

// Estimates are the estimates that count of the items, oldest first: of each
// person and factor the last, without those of rounds that are open.
func (tx *Tx) Estimates(items []plumbline.ItemID) (map[plumbline.ItemID][]plumbline.Estimate, error) {
	found, err := byMany(tx, scanEstimate, items, func(in string) string {
		return `select ` + estimateColumns + ` from estimates e where e.item in ` + in + ` and e.ended = 0 and not e.held order by e.at, e.id`
	})
	return grouped(found, itemOfEstimate, itself), err
}

func itemOfEstimate(e plumbline.Estimate) plumbline.ItemID { return e.Item }

// OpenEstimates are those that count of all open items, in one statement.
func (tx *Tx) OpenEstimates() (map[plumbline.ItemID][]plumbline.Estimate, error) {
	found, err := list(tx, scanEstimate, `
		select `+estimateColumns+` from estimates e join items i on i.id = e.item
		where i.done = false and e.ended = 0 and not e.held order by e.at, e.id`)
	return grouped(found, itemOfEstimate, itself), err
}

// HeldBy is what a person said of the items in rounds that are open.
func (tx *Tx) HeldBy(p plumbline.PersonID, items []plumbline.ItemID) (map[plumbline.ItemID][]plumbline.Estimate, error) {
	found, err := byMany(tx, scanEstimate, items, func(in string) string {
		return `select ` + estimateColumns + ` from estimates e where e.person = $1 and e.item in ` + in + ` and e.ended = 0 and e.held order by e.at, e.id`
	}, p)
	return grouped(found, itemOfEstimate, itself), err
}

// EstimatesOf is all that was said of the items, oldest first, without what rounds
// that are open hold.
func (tx *Tx) EstimatesOf(items []plumbline.ItemID) (map[plumbline.ItemID][]plumbline.Estimate, error) {
	found, err := byMany(tx, scanEstimate, items, func(in string) string {
		return `select ` + estimateColumns + ` from estimates e where e.item in ` + in + ` and not e.held order by e.at, e.id`
	})
	return grouped(found, itemOfEstimate, itself), err
}

// EndEstimate ends an estimate that has not ended.
func (tx *Tx) EndEstimate(id string, at plumbline.Time) error {
	_, err := tx.exec(`update estimates set ended = $2 where id = $1 and ended = 0`, id, at)
	return err
}

// EstimateHistory is all that was said of an item, newest first, without what
// rounds that are open hold.
func (tx *Tx) EstimateHistory(item plumbline.ItemID) ([]plumbline.Estimate, error) {
	return list(tx, scanEstimate, `select `+estimateColumns+` from estimates e where e.item = $1 and not e.held order by e.at desc, e.id desc`, item)
}

// RoundEstimates are the answers of a round, the last of each person, oldest
// first. It is for rounds that are closed, or for counting.
func (tx *Tx) RoundEstimates(round string) ([]plumbline.Estimate, error) {
	return list(tx, scanEstimate, `
		select `+estimateColumns+` from estimates e
		where e.round = $1 and e.round <> '' and not exists (
			select 1 from estimates n where n.round = e.round and n.item = e.item and n.factor = e.factor and n.person = e.person and (n.at, n.id) > (e.at, e.id))
		order by e.at, e.id`, round)
}

// ReleaseRound has the answers of a round count from now on.
func (tx *Tx) ReleaseRound(round string, at plumbline.Time) error {
	if _, err := tx.exec(`
		update estimates set ended = $2 where ended = 0 and not held and exists (
			select 1 from estimates n where n.round = $1 and n.held and n.ended = 0
				and n.item = estimates.item and n.factor = estimates.factor and n.person = estimates.person)`, round, at); err != nil {
		return err
	}
	_, err := tx.exec(`update estimates set held = false where round = $1 and held`, round)
	return err
}

const realityColumns = `r.id, r.item, r.factor, r.value, r.source, r.person, r.person_name, r.at`

// PutReality keeps what a factor turned out to be; a later one replaces it.
func (tx *Tx) PutReality(r plumbline.Reality) error {
	_, err := tx.exec(`
		insert into realities (id, item, factor, value, source, person, person_name, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (item, factor) do update set id = excluded.id, value = excluded.value, source = excluded.source,
			person = excluded.person, person_name = excluded.person_name, at = excluded.at`,
		r.ID, r.Item, r.Factor, r.Value.Keep(), r.Source, r.By, r.ByName, r.At)
	return err
}

func realityFields(r *plumbline.Reality, value *float64) []any {
	return []any{&r.ID, &r.Item, &r.Factor, value, &r.Source, &r.By, &r.ByName, &r.At}
}

// Realities are what became of the factors of the items.
func (tx *Tx) Realities(items []plumbline.ItemID) (map[plumbline.ItemID][]plumbline.Reality, error) {
	found, err := byMany(tx, func(r row) (v plumbline.Reality, err error) {
		var value float64
		err = r.Scan(realityFields(&v, &value)...)
		v.Value = plumbline.Hide(value)
		return v, err
	}, items, func(in string) string {
		return `select ` + realityColumns + ` from realities r where r.item in ` + in + ` order by r.at, r.id`
	})
	return grouped(found, func(r plumbline.Reality) plumbline.ItemID { return r.Item }, itself), err
}

// Resolved is an estimate of which it is known what became of it.
type Resolved struct {
	plumbline.Estimate
	Key        plumbline.Key
	Title      string
	Visibility plumbline.Visibility
	Team       plumbline.TeamRef // of the person who estimated
	Actual     plumbline.Private[float64]
	Source     string // of the reality
	Known      plumbline.Time
}

// maxResolved is how many pairs of estimate and reality are looked at: the newest.
const maxResolved = 5000

// Resolved are the estimates that had an interval before reality came in, with
// what came, the newest reality first. Of each person, item and factor it is the
// last one before.
func (tx *Tx) Resolved() ([]Resolved, error) {
	return list(tx, func(r row) (v Resolved, err error) {
		var q plumbline.Quantity
		var actual float64
		e := &v.Estimate
		err = r.Scan(&e.ID, &e.Item, &e.Factor, &q.Shape, &q.Low, &q.High, &q.Mode, &q.None, &e.Grade, &e.Source, &e.Observed, &e.Round,
			&e.By, &e.ByName, &e.At, &e.Ended, &e.Invented, &v.Key, &v.Title, &v.Visibility, &v.Team, &actual, &v.Source, &v.Known)
		e.Value, v.Actual = plumbline.Hide(q), plumbline.Hide(actual)
		return v, err
	}, `
		select `+estimateColumns+`, i.key, i.title, i.visibility, coalesce(p.team, ''), r.value, r.source, r.at
		from realities r join estimates e on e.item = r.item and e.factor = r.factor and e.at <= r.at and not e.held
		join items i on i.id = r.item left join people p on p.id = e.person
		where not exists (
			select 1 from estimates n where n.item = e.item and n.factor = e.factor and n.person = e.person and not n.held
				and n.at <= r.at and (n.at, n.id) > (e.at, e.id))
		order by r.at desc, e.at desc, e.id desc `+atMost(maxResolved))
}
