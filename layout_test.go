package plumbline

import (
	"strings"
	"testing"
)

// Groups come by name and what has none last; in a group what ends first comes
// first and what has no end last.
func TestGroupBars(t *testing.T) {
	row := func(key, team, due string) Row {
		r := Row{TeamName: strings.ToUpper(team)}
		r.Key, r.Team, r.Created, r.Fields = Key(key), TeamRef(team), 1, map[string]string{DueField: due}
		return r
	}
	rows := []Row{row("1", "", "2026-12-01"), row("2", "b", ""), row("3", "a", "2026-12-24T10:00"), row("4", "a", "soon"), row("5", "a", "2026-12-02"), row("6", "b", "2026-01-01")}
	said := func(by Grouping) string {
		var out []string
		for _, g := range GroupBars(rows, by, 1) {
			var keys []string
			for _, b := range g.Bars {
				keys = append(keys, string(b.Key))
			}
			out = append(out, g.Name+" "+strings.Join(keys, ","))
		}
		return strings.Join(out, "; ")
	}
	for by, want := range map[Grouping]string{
		ByTeam: "A 5,3,4; B 6,2; No team 1", "": "All 6,1,5,3,2,4", ByPriority: "No priority 6,1,5,3,2,4", ByAssignee: "Nobody 6,1,5,3,2,4", ByProduct: "No product 6,1,5,3,2,4",
	} {
		if got := said(by); got != want {
			t.Errorf("by %q: got %s, want %s", by, got, want)
		}
	}
	if n := len(GroupBars(nil, ByTeam, 1)); n != 0 {
		t.Errorf("%d groups of nothing", n)
	}
}

// Each layout can be grouped by what it shows.
func TestParseGrouping(t *testing.T) {
	for _, c := range []struct {
		layout Layout
		by     string
		ok     bool
	}{{AsBoard, "", true}, {AsBoard, "team", true}, {AsBoard, "process", false}, {AsTimeline, "process", true}, {AsTimeline, "shoe", false}, {AsList, "", true}, {AsList, "team", false}} {
		_, err := ParseGrouping(c.layout, c.by)
		if (err == nil) != c.ok {
			t.Errorf("%s by %q: %v", c.layout, c.by, err)
		}
	}
	if _, err := ParseScale("decade"); err == nil {
		t.Error("a decade is no scale")
	}
}
