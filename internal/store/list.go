package store

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"strings"

	"plumbline"
)

// order is how a list is sorted: by a column and then by the item's number,
// which no two items share, both in the same direction.
type order struct {
	name   string // as in a filter
	column string
	down   bool
}

func orderOf(f plumbline.Filter) order {
	switch f.Sort {
	case "created":
		return order{"created", "created", true}
	case "oldest":
		return order{"oldest", "created", false}
	}
	return order{"updated", "updated", true}
}

// by is the order of two columns that hold the value and the number.
func (o order) by(column, id string) string {
	if o.down {
		return " order by " + column + " desc, " + id + " desc"
	}
	return " order by " + column + ", " + id
}

// place is where a page ends: the cursor of the next one begins after it. edge is
// where the stretch of the page begins. The total is that of the list, or of the
// row's column, where it is counted.
type place struct {
	value, n int64
	edge     int64
	total    int
}

// before is the place before all others of a stretch.
func (o order) before(edge int64) place {
	if o.down {
		return place{value: math.MaxInt64, edge: edge}
	}
	return place{value: math.MinInt64, edge: edge}
}

// cursor is a place as text that means nothing to others.
func (o order) cursor(p place) string {
	text := o.name + " " + strconv.FormatInt(p.value, 10) + " " + strconv.FormatInt(p.n, 10)
	if p.edge != 0 {
		text += " " + strconv.FormatInt(p.edge, 10)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// place reads a cursor that was made under the same order.
func (o order) place(cursor string) (place, error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	parts := strings.Split(string(text), " ")
	if err == nil && (len(parts) == 3 || len(parts) == 4) && parts[0] == o.name {
		value, err1 := strconv.ParseInt(parts[1], 10, 64)
		n, err2 := strconv.ParseInt(parts[2], 10, 64)
		edge, err3 := int64(0), error(nil)
		if len(parts) == 4 {
			edge, err3 = strconv.ParseInt(parts[3], 10, 64)
		}
		if err1 == nil && err2 == nil && err3 == nil {
			return place{value: value, n: n, edge: edge}, nil
		}
	}
	return place{}, errCursor
}

// atMost ends a select. The number is text and no argument: SQLite would plan a
// statement anew for each value of a limit that it is given.
func atMost(n int) string { return "limit " + strconv.Itoa(n) }

// List is a page of the items that the filter asks for and who may see, with
// the number of all of them. It takes three statements at most.
func (tx *Tx) List(who plumbline.Actor, f plumbline.Filter) (plumbline.Rows, error) {
	if !isShared(f) {
		return tx.list(who, f)
	}
	name := "list " + sightOf(who).String() + " " + f.Values().Encode()
	rows, err := Remember(tx, name, func() (plumbline.Rows, error) { return tx.list(who, f) })
	rows.Rows = slices.Clone(rows.Rows)
	return rows, err
}

// isShared says that a filter asks the same for all who see the same, at all
// times.
func isShared(f plumbline.Filter) bool { return !f.Mine && f.Text == "" && f.Query.IsZero() }

func (tx *Tx) list(who plumbline.Actor, f plumbline.Filter) (plumbline.Rows, error) {
	limit := pageSize(f.Limit)
	if err := tx.settle(); err != nil { // of items written in this transaction
		return plumbline.Rows{}, err
	}
	q := tx.newQuery(who, f)
	if f.Cursor != "" {
		p, err := q.order.place(f.Cursor)
		if err != nil {
			return plumbline.Rows{}, err
		}
		q.after, q.edge = &p, p.edge
	}
	if err := tx.search(q); err != nil {
		return plumbline.Rows{}, err
	}
	rows, places, err := tx.cards(q, q.page(limit+1))
	if err != nil {
		return plumbline.Rows{}, err
	}
	out := plumbline.Rows{Rows: rows}
	if len(rows) > limit {
		last := places[limit-1]
		last.edge = q.edge
		out.Rows, out.Next = rows[:limit], q.order.cursor(last)
	}
	if q.isSet() && len(rows) > 0 { // which have brought the total along
		out.Total = places[0].total
	} else {
		q.after, q.args = nil, nil
		if out.Total, out.AtLeast, err = tx.total(q); err != nil {
			return out, err
		}
	}
	q.found.tell(&out, q)
	return out, nil
}

// total is the number of all items of a list: the one that is kept, else counted
// up to plumbline.TotalCap.
func (tx *Tx) total(q *query) (total int, atLeast bool, err error) {
	text, kept := q.keptTotal()
	if !kept {
		text = q.count()
	}
	n, err := number(tx, "select "+text, q.args...)
	if !kept && n >= plumbline.TotalCap {
		return plumbline.TotalCap, true, err
	}
	return int(n), false, err
}

// cards reads the items that a select of n, at and total chooses, as lists show
// them, and where each stands.
func (tx *Tx) cards(q *query, chosen string) (rows []plumbline.Row, places []place, err error) {
	fields := make([]any, 0, 48)
	_, err = list(tx, func(r row) (none struct{}, err error) {
		if rows == nil {
			rows, places = make([]plumbline.Row, 0, plumbline.PageSize+1), make([]place, 0, plumbline.PageSize+1)
		}
		rows, places = append(rows, plumbline.Row{}), append(places, place{})
		it, at := &rows[len(rows)-1], &places[len(places)-1]
		it.States = map[string]plumbline.Position{}
		fields = append(cardFields(rowFields(fields[:0], &it.Item), it), &at.value, &at.n, &at.total)
		err = r.Scan(fields...)
		it.Labels = orNil(it.Labels)
		return none, err
	}, `
		select `+rowColumns+`, `+cardColumns+`, c.at, c.n, c.total
		from (`+chosen+`) as c cross join items i `+cardJoins+`
		where i.n = c.n`+q.order.by("c.at", "c.n"), q.args...)
	return rows, places, err
}

// cardColumns are what a row of a list has beside the item's own columns.
const (
	cardColumns = `coalesce(t.name, ''), coalesce(d.name, ''), coalesce(r.name, ''), i.n_demands, i.n_evidence, i.n_comments,
		i.n_watchers, i.n_votes`
	cardJoins = `left join teams t on t.ref = i.team left join products d on d.ref = i.product left join people r on r.id = i.requester`
)

func cardFields(to []any, r *plumbline.Row) []any {
	return append(to, &r.TeamName, &r.ProductName, &r.RequesterName, &r.Demands, &r.Evidence, &r.Comments, &r.Watchers, &r.Votes)
}

// CountInbox is how many items that who may see wait for a first look.
func (tx *Tx) CountInbox(who plumbline.Actor) (int, error) {
	return Remember(tx, "inbox "+sightOf(who).String(), func() (int, error) {
		n, _, err := tx.total(tx.newQuery(who, plumbline.Filter{Inbox: true}))
		return n, err
	})
}
