package store

import (
	"strconv"

	"plumbline"
)

// placeCap is how many open items of a product or a team are looked at, so that
// its page costs the same however many there are.
const placeCap = plumbline.TotalCap

// Place is a product or a team, as a way to find its items.
type Place struct {
	Product plumbline.ProductRef
	Team    plumbline.TeamRef
	Process plumbline.ProcessID
}

func (p Place) narrow(w *where) {
	w.equal("i.product", string(p.Product))
	w.equal("i.team", string(p.Team))
	w.equal("i.process", string(p.Process))
}

// StateCount is what is open in one state.
type StateCount struct {
	State   plumbline.State `json:"state"`
	Items   int             `json:"items"`
	Oldest  plumbline.Time  `json:"oldest"` // when the one that is there longest came
	Demands int             `json:"demands"`
}

// StateCounts are the open items of a place that who sees, by leading state. Of
// more than plumbline.TotalCap the ones changed last are counted.
func (tx *Tx) StateCounts(who plumbline.Actor, p Place) ([]StateCount, error) {
	w := where{}
	w.and("i.done = false")
	p.narrow(&w)
	w.seenItem(sightOf(who))
	return list(tx, func(r row) (c StateCount, err error) {
		err = r.Scan(&c.State, &c.Items, &c.Oldest, &c.Demands)
		return c, err
	}, `
		select state, count(*), min(since), sum(n_demands) from (
			select i.state, i.since, i.n_demands from items i `+w.text()+` order by i.updated desc, i.n desc limit `+strconv.Itoa(placeCap)+`
		) as s group by state order by state`, w.args...)
}

// AgendaOfPlace is the soonest entries of a kind of a place's items, at most
// limit; of the items changed last, if there are very many.
func (tx *Tx) AgendaOfPlace(who plumbline.Actor, p Place, kind string, limit int) ([]AgendaRow, error) {
	w := where{}
	w.and("i.done = false")
	p.narrow(&w)
	w.seenItem(sightOf(who))
	set := `(select a.item, a.kind, a.at, a.what from (
			select i.id from items i ` + w.text() + ` order by i.updated desc, i.n desc limit ` + strconv.Itoa(placeCap) + `
		) as o cross join agenda a where a.item = o.id and a.kind = ` + w.arg(kind) + ` order by a.at, a.item limit ` + strconv.Itoa(limit) + `)`
	return list(tx, scanAgendaRow, agendaRows(set)+` order by g.at, g.item`, w.args...)
}

// DecisionsOfPlace are the newest decisions that hold on a place's items, among
// the two hundred changed last, at most limit.
func (tx *Tx) DecisionsOfPlace(who plumbline.Actor, p Place, limit int) ([]DecisionRow, error) {
	const among = " limit 200"
	w := where{}
	p.narrow(&w)
	w.seenItem(sightOf(who))
	walk := func(done string) string {
		return `select * from (select i.id, i.key, i.title, i.state, i.visibility, i.closed from items i ` + w.text() + ` and i.done = ` + done + ` order by i.updated desc, i.n desc` + among + `) as w` + done
	}
	return list(tx, func(r row) (d DecisionRow, err error) {
		err = r.Scan(append(decisionFields(&d.Decision), &d.Key, &d.Title, &d.State, &d.Visibility, &d.Closed, &d.TeamName)...)
		return d, err
	}, `
		select `+decisionColumns+`, i.key, i.title, i.state, i.visibility, i.closed, coalesce(t.name, '')
		from (`+walk("false")+` union all `+walk("true")+`) as i cross join decisions d left join teams t on t.ref = d.team
		where d.item = i.id and d.ended = 0 order by d.at desc, d.id desc `+atMost(limit), w.args...)
}

// OpenCounts are how many open items that who sees each product, or each team,
// has, up to plumbline.TotalCap each; those with none are left out.
func (tx *Tx) OpenCounts(who plumbline.Actor, products bool) (map[string]int, error) {
	table, column := "teams", "team"
	if products {
		table, column = "products", "product"
	}
	w := where{}
	w.and("i." + column + " = p.ref")
	w.and("i.done = false")
	w.seenItem(sightOf(who))
	out := map[string]int{}
	_, err := list(tx, func(r row) (ref string, err error) {
		var n int
		err = r.Scan(&ref, &n)
		if n > 0 {
			out[ref] = n
		}
		return ref, err
	}, `
		select p.ref, (select count(*) from (select 1 as one from items i `+w.text()+` limit `+strconv.Itoa(placeCap)+`) as c) from `+table+` p`, w.args...)
	return out, err
}
