package app_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/store/storetest"
)

// Whatever is typed as a filter is either refused, with the column where it goes
// wrong, or answered by both databases with the same items. It never fails
// otherwise, however deep it is nested and whatever stands in it.
func TestAnyFilterIsRefusedOrAnswered(t *testing.T) {
	sqlite, postgres := newWorld(t, storetest.SQLite(t)), newWorld(t, storetest.Postgres(t))
	for _, w := range []*world{sqlite, postgres} {
		w.validated("Restore within an hour")
		w.file("Faster restores %_\\ \"quoted\"")
	}
	tokens := []string{"(", ")", "((((((((((((((((((((", "))))))))))))))))))))", "-", "not ", " or ", " and ", "\"", ":", "*", "%", "_", "\\", "'", "..", ">", "<=", ",", " ", "\u00a0", "é", "\x01", "\u202e", "restore", "REQ-1",
		"team:", "label:", "state:", "workflow::", "is:open", "has:evidence", "no:team", "updated>", "created<", "7d", "2026-02-30", "9999999d", "comments>", "99999999999999999999", "field.reach>", "field.'x'>1", "field.a.b:c",
		"assignee:me", "requester:", "title:", "mine", "due<+2w", "priority:P1", "1e309", "NaN", "--", ";drop table items", "$1", "?1", "\x00", "\xff", strings.Repeat("x", 300)}
	column := regexp.MustCompile(`^Column [0-9]+: .|fit\.$|not valid text`)
	answered := 0
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(tokens), 1, 12).Draw(t, "tokens"), "")
		q, err := plumbline.ParseQuery(text)
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid || !column.MatchString(plumbline.TextOf(err)) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		var got [2]string
		for i, w := range []*world{sqlite, postgres} {
			list, err := w.app.Items(w.ctx(), w.pm, plumbline.Filter{Query: q, Status: "all"})
			if err != nil && plumbline.KindOf(err) != plumbline.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			for _, r := range list.Rows.Rows {
				got[i] += string(r.Key) + " "
			}
		}
		if got[0] != got[1] {
			t.Fatalf("%q: SQLite finds %q, PostgreSQL %q", text, got[0], got[1])
		}
		answered++
	})
	t.Logf("%d filters were answered", answered)
	if answered == 0 {
		t.Error("no filter was answered")
	}
}
