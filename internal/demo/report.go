package demo

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/demo/digest"
)

// Report says what the demo holds and what was left out or repaired on the way.
type Report struct {
	States   map[plumbline.State]int // items by leading state
	Open     int
	Inbox    int
	Real     int            // items made from proposals
	Made     int            // items made up from beginning to end
	Invented map[string]int // items with a made-up part, by part
	Notes    []string       // about the data, with file and line
}

func report(d digest.Digest, org Organisation) Report {
	r := Report{States: map[plumbline.State]int{}, Invented: map[string]int{}, Notes: d.Notes}
	for _, it := range org.Items {
		r.States[it.Item.State]++
		if it.Item.Open() {
			r.Open++
		}
		if it.Item.Open() && it.Item.Remit == plumbline.RemitUnchecked {
			r.Inbox++
		}
		for _, part := range it.Invented {
			r.Invented[part]++
		}
	}
	r.Made = r.Invented["all"]
	r.Real = len(org.Items) - r.Made
	return r
}

// String is the report for a person, without the notes.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d items from proposals, %d made up; %d open, %d of them in the inbox\n", r.Real, r.Made, r.Open, r.Inbox)
	for _, s := range slices.Sorted(maps.Keys(r.States)) {
		fmt.Fprintf(&b, "%5d  %s\n", r.States[s], s)
	}
	for _, part := range slices.Sorted(maps.Keys(r.Invented)) {
		fmt.Fprintf(&b, "%5d  with made-up %s\n", r.Invented[part], part)
	}
	fmt.Fprintf(&b, "%5d  notes about the data\n", len(r.Notes))
	return b.String()
}
