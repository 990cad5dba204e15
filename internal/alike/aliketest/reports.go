// Package aliketest has, for tests, reports whose duplicates are known, and the
// tally of a search for them. It owns the words Report and Tally.
package aliketest

import (
	"bufio"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"strings"
	"testing"
)

//go:embed testdata/hadoop.jsonl.gz
var hadoop string

//go:embed testdata/proposals.jsonl.gz
var proposals string

// Report is a report of Apache Hadoop, or a proposal of Kubernetes.
type Report struct {
	ID, Title, Body string
	Group           int   // of duplicates; 0: none
	Links           []int // earlier ones that it belongs with, by their place from 0
}

// Reports are 2,503 reports in the order they were written; see
// testdata/README.md.
func Reports(t testing.TB) []Report { return unpack(t, hadoop) }

// Proposals are the titles of 650 proposals in the order of their numbers, with
// the earlier ones that they replace or refer to. Nothing in the ranking was
// chosen by them: they say whether what was chosen by the reports holds elsewhere.
// That proposals belong together is less than that they are the same.
func Proposals(t testing.TB) []Report { return unpack(t, proposals) }

func unpack(t testing.TB, packed string) []Report {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	var out []Report
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r Report
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// Queries is how many of the reports have an earlier duplicate, and LinkedQueries
// how many of the proposals belong with an earlier one.
const (
	Queries       = 66
	LinkedQueries = 158
)

// Stream goes through the reports as they came. Of each that has an earlier
// duplicate, or link, it asks for the numbers of the earlier reports that are alike, most
// alike first, and tallies the place of the first that is a duplicate; then the
// report is put with the others. This is the streaming protocol: nobody is shown
// what was not written yet.
func Stream(reports []Report, ask func(r Report) []int, put func(i int, r Report)) *Tally {
	tally := &Tally{}
	groups := map[int][]int{}
	for i, r := range reports {
		before := r.Links
		if r.Group > 0 {
			before = append(before, groups[r.Group]...)
		}
		if len(before) > 0 {
			tally.Add(placeOf(ask(r), before))
		}
		put(i, r)
		groups[r.Group] = append(groups[r.Group], i)
	}
	return tally
}

// placeOf is the place, from 1, of the first number that is one of those wanted;
// 0 when none is there.
func placeOf(found, wanted []int) int {
	for place, f := range found {
		for _, w := range wanted {
			if f == w {
				return place + 1
			}
		}
	}
	return 0
}
