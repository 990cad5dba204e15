package store

import (
	"strings"
)

// manyRows is a statement that writes rows of values: what stands before them
// and after.
type manyRows struct{ head, tail string }

// text is the statement for n rows of so many columns.
func (m manyRows) text(n, columns int) string {
	var b strings.Builder
	b.WriteString(m.head)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + holes(1+i*columns, columns) + ")")
	}
	b.WriteString(m.tail)
	return b.String()
}

// many writes the rows in few statements. Each takes a power of two of them, so
// that there are few texts and they stay prepared.
func (tx *Tx) many(m manyRows, rows [][]any) error {
	return inPowers(len(rows), tx.db.dialect.rows, func(from, n int) error {
		var args []any
		for _, r := range rows[from : from+n] {
			args = append(args, r...)
		}
		_, err := tx.exec(m.text(n, len(rows[from])), args...)
		return err
	})
}

// inPowers goes through total rows in steps of powers of two, the largest, which
// is most, first.
func inPowers(total, most int, step func(from, n int) error) error {
	for from, n := 0, most; from < total; {
		for n > total-from {
			n /= 2
		}
		if err := step(from, n); err != nil {
			return err
		}
		from += n
	}
	return nil
}
