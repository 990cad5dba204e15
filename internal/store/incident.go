package store

import (
	"cmp"

	"plumbline"
	"plumbline/internal/sorted"
)

const incidentColumns = `n, began, closed, changed, item, body`

func scanIncident(r row) (i plumbline.IncidentRecord, err error) {
	var n int64
	var began, closed, changed plumbline.Time
	var item plumbline.ItemID
	err = r.Scan(&n, &began, &closed, &changed, &item, fromJSON{&i})
	i.N, i.Changed, i.Item = n, changed, item
	return i, err
}

// PutIncident adds an incident, which gets a number, or replaces it. Products that it
// is not about any more are remembered as such.
func (tx *Tx) PutIncident(i plumbline.IncidentRecord) (plumbline.IncidentRecord, error) {
	if i.N == 0 {
		n, err := tx.NextNumber("incidents")
		if err != nil {
			return i, err
		}
		i.N = n
	}
	closed := i.Resolved
	if i.Dismissed != "" {
		closed = max(i.Changed, 1)
	}
	_, err := tx.exec(`insert into incidents (`+incidentColumns+`) values ($1, $2, $3, $4, $5, $6)
		on conflict (n) do update set began = excluded.began, closed = excluded.closed, changed = excluded.changed, item = excluded.item, body = excluded.body`,
		i.N, i.Began(), closed, i.Changed, i.Item, asJSON(i))
	if err != nil {
		return i, err
	}
	if _, err := tx.exec(`update incident_products set was = $2 where n = $1`, i.N, true); err != nil {
		return i, err
	}
	products := i.Products
	if len(products) == 0 {
		products = []plumbline.ProductRef{""}
	}
	rows := make([][]any, 0, len(products))
	for _, p := range products {
		rows = append(rows, []any{i.N, p, false})
	}
	return i, tx.insertRows(`insert into incident_products (n, product, was)`, rows, `on conflict (n, product) do update set was = excluded.was`)
}

// Incident is the incident with the number.
func (tx *Tx) Incident(n int64) (plumbline.IncidentRecord, error) {
	return need(tx, missing("There is no incident %d.", n), scanIncident, `select `+incidentColumns+` from incidents where n = $1`, n)
}

// IncidentFilter says which incidents are wanted.
type IncidentFilter struct {
	Open       bool                  // only those that go on
	Unassigned bool                  // only those that are about no product
	Product    *plumbline.ProductRef // only those that are about it
	Before     int64                 // behind the one with this number, 0: from the newest on
	Limit      int                   // 0: a page
}

func (f IncidentFilter) where() *where {
	w := &where{}
	if f.Open {
		w.and("i.closed = 0")
	}
	p := f.Product
	if f.Unassigned {
		none := plumbline.ProductRef("")
		p = &none
	}
	if p != nil {
		w.and("exists (select 1 from incident_products p where p.n = i.n and p.product = " + w.arg(string(*p)) + " and p.was = " + w.arg(false) + ")")
	}
	return w
}

// Incidents is a page of incidents, those with the highest numbers first: the order
// in which they came.
func (tx *Tx) Incidents(f IncidentFilter) ([]plumbline.IncidentRecord, error) {
	w := f.where()
	if f.Before > 0 {
		w.and("i.n < " + w.arg(f.Before))
	}
	return list(tx, scanIncident, `select i.n, i.began, i.closed, i.changed, i.item, i.body from incidents i `+w.text()+` order by i.n desc `+atMost(pageSize(f.Limit)), w.args...)
}

// CountIncidents counts them, of all pages.
func (tx *Tx) CountIncidents(f IncidentFilter) (int64, error) {
	w := f.where()
	return number(tx, `select count(*) from incidents i `+w.text(), w.args...)
}

// IncidentOfItem is the number of the incident that an item is; 0: none.
func (tx *Tx) IncidentOfItem(id plumbline.ItemID) (int64, error) {
	return number(tx, `select coalesce(max(n), 0) from incidents where item = $1`, id)
}

// TouchedIncident is an incident, and whether it is about one of the products that
// were asked for still.
type TouchedIncident struct {
	plumbline.IncidentRecord
	Is bool
}

// IncidentsTouching are the incidents that are or were about products and go on, or
// changed since a time, by number.
func (tx *Tx) IncidentsTouching(products []plumbline.ProductRef, since plumbline.Time) ([]TouchedIncident, error) {
	found, err := byMany(tx, func(r row) (t TouchedIncident, err error) {
		var was bool
		t.IncidentRecord, err = scanIncident(also{r, &was})
		t.Is = !was
		return t, err
	}, products, func(in string) string {
		return `select i.n, i.began, i.closed, i.changed, i.item, i.body, p.was from incident_products p join incidents i on i.n = p.n
			where (i.closed = 0 or i.changed >= $1) and p.product in ` + in + ` order by i.n`
	}, since)
	sorted.By(found, func(a, b TouchedIncident) int { return cmp.Compare(a.N, b.N) })
	var out []TouchedIncident
	for _, t := range found {
		if n := len(out); n > 0 && out[n-1].N == t.N {
			out[n-1].Is = out[n-1].Is || t.Is
			continue
		}
		out = append(out, t)
	}
	return out, err
}

// also is a row with one more column behind those that are scanned.
type also struct {
	row
	more any
}

// Scan implements row.
func (a also) Scan(dest ...any) error { return a.row.Scan(append(dest, a.more)...) }

// AlarmCounts is how many alarms each incident has.
func (tx *Tx) AlarmCounts(incidents []int64) (map[int64]int64, error) {
	if len(incidents) == 0 {
		return map[int64]int64{}, nil
	}
	low, high := incidents[0], incidents[0]
	for _, n := range incidents {
		low, high = min(low, n), max(high, n)
	}
	found, err := list(tx, func(r row) (p pair[int64, int64], err error) {
		err = r.Scan(&p.key, &p.value)
		return p, err
	}, `select incident, count(*) from alarms where incident >= $1 and incident <= $2 group by incident`, low, high)
	return keyed(found, keyOf, valueOf), err
}
