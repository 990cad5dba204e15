package store

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"plumbline"
)

// What search keeps and asks, at most.
const (
	maxWord  = 64      // bytes of a word; the rest is cut on both sides
	maxText  = 400_000 // bytes of distinct words of one item; a tsvector holds 1 MB
	maxQuery = 16      // words of a query
)

// words are the distinct words of a text in the order they come, lower case and
// without accents. A word is a run of letters and digits; everything else parts
// words. Both databases are given these and no text, so that both find the same,
// and nothing a person types can be taken for an operator.
func words(text string) []string {
	if !ascii(text) {
		text = strings.Map(fold, norm.NFD.String(text))
	}
	var out []string
	seen := map[string]bool{}
	size := 0
	for _, w := range strings.FieldsFunc(text, notInWord) {
		w = cut(strings.ToLower(w), maxWord)
		if seen[w] {
			continue
		}
		if size += len(w); size > maxText {
			break
		}
		seen[w] = true
		out = append(out, w)
	}
	return out
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// fold drops the marks that a decomposition has split off.
func fold(r rune) rune {
	if unicode.Is(unicode.Mn, r) {
		return -1
	}
	return r
}

func notInWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }

// cut shortens s to at most n bytes without breaking a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// findable is an item whose words are to be written.
type findable struct {
	n    int64
	text string
}

// putWords makes the item with the number n findable by its key, title and
// body. That is written at the end of the transaction: FTS5 would tidy up after
// each item if other statements came between.
func (tx *Tx) putWords(n int64, it plumbline.Item) {
	tx.found = append(tx.found, findable{n, string(it.Key) + " " + it.Title + " " + it.Body})
}

// writeWords writes what putWords was given.
func (tx *Tx) writeWords() error {
	latest := map[int64]string{}
	for _, f := range tx.found {
		latest[f.n] = f.text
	}
	var rows [][]any
	for _, n := range slices.Sorted(maps.Keys(latest)) {
		rows = append(rows, []any{n, strings.Join(words(latest[n]), " ")})
	}
	tx.found = nil
	return tx.many(tx.db.dialect.search.put, rows)
}

// begun says whether the last word may be the beginning of one. A single letter
// is not taken for that: half of all items would match, and none be meant.
func begun(words []string) bool { return len(words[len(words)-1]) > 1 }

// matching is the select of the items, by their numbers, that have all words of
// a text, the last one perhaps only begun. A text without a word matches
// nothing. Few items that were found before are not looked for again.
func (q *query) matching(text string) string {
	if q.found != nil && text == q.filter.Text {
		return fmt.Sprintf(q.dialect.search.few, q.arg(*q.found))
	}
	found := words(text)
	if len(found) > maxQuery {
		found = found[:maxQuery]
	}
	if len(found) == 0 {
		return "select n as item from items where 1 = 0"
	}
	s := q.dialect.search
	return fmt.Sprintf(s.match, q.arg(s.query(found)))
}

// many is how many items may match for a list to go through all of them; if
// there are more, it walks.
const many = 3000

// weigh finds the items that match the text, unless they are more than it is good
// to go through.
func (tx *Tx) weigh(q *query) error {
	if q.filter.Text == "" || q.filter.Mine {
		return nil
	}
	type match struct {
		n     int64
		items string
	}
	m, _, err := first(tx, func(r row) (m match, err error) {
		err = r.Scan(&m.n, &m.items)
		return m, err
	}, "select count(*), coalesce("+q.dialect.search.list+", '') from (select * from ("+q.matching(q.filter.Text)+") as a limit "+strconv.Itoa(tx.db.many+1)+") as b", q.args...)
	q.args = nil
	if q.common = m.n > int64(tx.db.many); !q.common {
		q.found = &m.items
	}
	return err
}
