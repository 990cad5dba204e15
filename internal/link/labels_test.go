package link_test

import (
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/link"
)

func shelf(names ...string) []plumbline.Label {
	var out []plumbline.Label
	for i, n := range names {
		out = append(out, plumbline.Label{ID: string(rune('1' + i)), Name: n})
	}
	return out
}

func names(labels []plumbline.Label) string {
	var out []string
	for _, l := range labels {
		out = append(out, l.Name)
	}
	return strings.Join(out, ",")
}

func TestPlanLabels(t *testing.T) {
	all := shelf("w::a", "w::b", "w::x::a", "w-i::T", "p", "q", "twice", "twice", "w/a", "w/b")
	for _, c := range []struct {
		name        string
		has         []plumbline.Label
		add, remove []string
		separator   string
		wantAdd     string
		wantRemove  string
		wrong       string // part of the error
	}{
		{name: "nothing", has: shelf("p")},
		{name: "add", has: shelf("p"), add: []string{"q"}, wantAdd: "q"},
		{name: "there already", has: shelf("p"), add: []string{"p", "p"}},
		{name: "remove", has: shelf("p", "q"), remove: []string{"q", "w::a"}, wantRemove: "q"},
		{name: "a sibling leaves", has: shelf("w::a", "p"), add: []string{"w::b"}, wantAdd: "w::b", wantRemove: "w::a"},
		{name: "a scope ends at the last separator", has: shelf("w::x::a", "w::a", "w-i::T"), add: []string{"w::b"}, wantAdd: "w::b", wantRemove: "w::a"},
		{name: "a sibling leaves one that is there", has: shelf("w::a", "w::b"), add: []string{"w::b"}, wantRemove: "w::a"},
		{name: "two of a scope are left alone otherwise", has: shelf("w::a", "w::b"), add: []string{"p"}, wantAdd: "p"},
		{name: "the other separator", has: shelf("w/a", "w::a"), add: []string{"w/b"}, separator: "/", wantAdd: "w/b", wantRemove: "w/a"},
		{name: "unknown", add: []string{"p", "nope", "NOPE"}, wrong: `there is no label "nope"; there is no label "NOPE"`},
		{name: "unknown but there", has: shelf("old"), add: []string{"old"}},
		{name: "twice", add: []string{"twice"}, wrong: `2 labels are called "twice" (ids 7 and 8)`},
		{name: "twice but there", has: shelf("twice"), add: []string{"twice"}},
		{name: "twice, removed", has: shelf("twice", "twice"), remove: []string{"twice"}, wantRemove: "twice,twice"},
		{name: "two of a scope", add: []string{"w::a", "w::b"}, wrong: `"w::a" and "w::b" exclude each other`},
		{name: "both ways", add: []string{"p"}, remove: []string{"p"}, wrong: `"p" is to be both added and removed`},
	} {
		if c.separator == "" {
			c.separator = "::"
		}
		got, err := link.PlanLabels(plumbline.WantedChange{Add: c.add, Remove: c.remove}, c.has, all, c.separator)
		switch {
		case c.wrong != "":
			if !link.IsKind(err, link.Invalid) || !strings.Contains(err.Error(), c.wrong) || !got.Empty() {
				t.Errorf("%s: got %+v, %v, want an error with %s", c.name, got, err, c.wrong)
			}
		case err != nil || names(got.Add) != c.wantAdd || names(got.Remove) != c.wantRemove:
			t.Errorf("%s: got add %q, remove %q, %v", c.name, names(got.Add), names(got.Remove), err)
		}
	}
}
