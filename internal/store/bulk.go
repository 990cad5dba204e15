package store

import (
	"strconv"
	"strings"

	"plumbline"
)

// NewItem is an item with what hangs on it from the start. What hangs on it need
// not name the item.
type NewItem struct {
	plumbline.Item
	Comments  []plumbline.Comment
	Evidence  []plumbline.Evidence
	Decisions []plumbline.Decision // at most one that has not ended
	Estimates []plumbline.Estimate // of each person and factor at most one that has not ended; none of an open round
	Watchers  []plumbline.PersonID // each once
	Votes     []Voter              // each person once; their names are not written
}

// perStatement is how many values a statement that inserts many rows carries.
// SQLite takes 32,766 and PostgreSQL 65,535; beyond a thousand it gets no
// faster.
const perStatement = 1000

// manyRows is a statement that writes rows of values: what stands before them
// and after.
type manyRows struct{ head, tail string }

// many writes rows of the same width in few statements. Each takes a power of
// two of them, so that there are few texts and they stay prepared.
func (tx *Tx) many(m manyRows, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	width, n := len(rows[0]), 1
	for 2*n*width <= perStatement {
		n *= 2
	}
	for len(rows) > 0 {
		for n > len(rows) {
			n /= 2
		}
		args := make([]any, 0, n*width)
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		if _, err := tx.exec(m.head+places(n, width, tx.db.dialect.unnumbered)+m.tail, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// insertRows is many for an insert: begin ends before "values", end follows the
// values.
func (tx *Tx) insertRows(begin string, rows [][]any, end string) error {
	return tx.many(manyRows{begin + " values ", " " + end}, rows)
}

// places is n times a list of width placeholders, "$1" or, unnumbered, "?".
func places(n, width int, unnumbered bool) string {
	var b strings.Builder
	b.Grow(n * (width*6 + 4))
	at := 0
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range width {
			if j > 0 {
				b.WriteByte(',')
			}
			at++
			if unnumbered {
				b.WriteByte('?')
				continue
			}
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(at))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// Reserve takes n numbers under the prefix at once and gives the first. Numbers
// begin at 1 and are used up only if the transaction commits; until then others
// who want one wait.
func (tx *Tx) Reserve(prefix string, n int) (int64, error) { return tx.reserve("key "+prefix, n) }

func (tx *Tx) reserve(name string, n int) (int64, error) {
	last, err := change(tx, column[int64], `
		insert into counters (name, value) values ($1, $2)
		on conflict (name) do update set value = counters.value + excluded.value
		returning value`, name, n)
	if err != nil {
		return 0, err
	}
	return last[0] - int64(n) + 1, nil
}

// InsertItems adds many items, as InsertItem does one, in a number of statements
// that grows by far less than one for each. Who watches or votes must be there.
func (tx *Tx) InsertItems(list []NewItem) error {
	if len(list) == 0 {
		return nil
	}
	next, err := tx.reserve("items", len(list))
	if err != nil {
		return err
	}
	var b bulk
	for i, it := range list {
		b.add(next+int64(i), it)
		tx.putWords(next+int64(i), it.Item)
		tx.tally(it.Item, 1)
		tx.pass(plumbline.Item{}, it.Item, true)
	}
	for _, table := range []struct {
		begin string
		rows  [][]any
	}{
		{insertItems, b.items},
		{`insert into item_bodies (n, fields, body)`, b.bodies},
		{insertLabels, b.labels},
		{`insert into comments (` + commentColumns + `)`, b.comments},
		{`insert into evidence (` + evidenceColumns + `)`, b.evidence},
		{insertDecisions, b.decisions},
		{insertEstimates, b.estimates},
		{`insert into watchers (item, person)`, b.watchers},
		{`insert into votes (item, person, at)`, b.votes},
	} {
		if err := tx.insertRows(table.begin, table.rows, ""); err != nil {
			return err
		}
	}
	return nil
}

// bulk gathers the rows of many items by table.
type bulk struct{ items, bodies, labels, comments, evidence, decisions, estimates, watchers, votes [][]any }

func (b *bulk) add(n int64, it NewItem) {
	row := append([]any{n, it.ID, it.Key}, itemValues(it.Item)...)
	said := 0
	for _, c := range it.Comments {
		if c.Deleted.IsZero() {
			said++
		}
	}
	b.items = append(b.items, append(row, 0, len(it.Evidence), said, len(it.Watchers), len(it.Votes)))
	b.bodies = append(b.bodies, []any{n, fieldsJSON(it.Item), it.Body})
	b.labels = append(b.labels, labelRows(n, it.Item)...)
	for _, c := range it.Comments {
		b.comments = append(b.comments, []any{c.ID, it.ID, c.By, c.ByName, c.Body, c.Internal, c.At, c.Edited, c.Deleted})
	}
	for _, e := range it.Evidence {
		b.evidence = append(b.evidence, []any{e.ID, it.ID, e.Grade, e.Text, e.Source, e.Observed, e.Internal, e.By, e.At})
	}
	for _, d := range it.Decisions {
		d.Item = it.ID
		b.decisions = append(b.decisions, decisionValues(d))
	}
	for _, e := range it.Estimates {
		e.Item = it.ID
		b.estimates = append(b.estimates, estimateValues(e, false))
	}
	for _, w := range it.Watchers {
		b.watchers = append(b.watchers, []any{n, w})
	}
	for _, v := range it.Votes {
		b.votes = append(b.votes, []any{n, v.Person, v.At})
	}
}

// InsertPeople adds people, as InsertPerson does one.
func (tx *Tx) InsertPeople(list []plumbline.Person) error {
	rows := make([][]any, 0, len(list))
	for _, p := range list {
		rows = append(rows, []any{p.ID, p.Handle, p.Name, p.Email, p.Role, p.Cleared, p.Team, p.External, p.Disabled, p.Created})
	}
	return tx.insertRows(`insert into people (id, handle, name, email, role, cleared, team, external, disabled, created)`, rows, "")
}
