package store

import (
	"fmt"
	"maps"
	"slices"
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

// typed are the words of a text that a search goes by; the last one may be only
// begun.
func typed(text string) []string {
	found := words(text)
	return found[:min(len(found), maxQuery)]
}

// matches is the condition that item i has all words of a text, the last one
// perhaps only begun. A text without a word matches nothing.
func (q *query) matches(text string) string {
	found := typed(text)
	if len(found) == 0 {
		return "1 = 0"
	}
	s := q.dialect.search
	return fmt.Sprintf(s.has, s.asked(found, begun(found), q.arg))
}
