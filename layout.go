package plumbline

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"
)

// Layout is how a view shows its items.
type Layout string

// The layouts.
const (
	AsList     Layout = "list"
	AsBoard    Layout = "board"
	AsTable    Layout = "table"
	AsTimeline Layout = "timeline"
)

// Layouts lists the layouts.
var Layouts = [...]Layout{AsList, AsBoard, AsTable, AsTimeline}

// Grouping is what the items of a board or a timeline are put together by; ""
// puts them all in one.
type Grouping string

// The groupings.
const (
	ByTeam     Grouping = "team"
	ByProduct  Grouping = "product"
	ByProcess  Grouping = "process" // of a timeline only: a board shows one process
	ByAssignee Grouping = "assignee"
	ByPriority Grouping = "priority"
)

// BoardGroupings and TimelineGroupings list what each can be grouped by.
var (
	BoardGroupings    = [...]Grouping{ByTeam, ByProduct, ByAssignee, ByPriority}
	TimelineGroupings = [...]Grouping{ByTeam, ByProduct, ByProcess, ByAssignee, ByPriority}
)

// Groups says whether the layout can be grouped so; none is always possible.
func (l Layout) Groups(g Grouping) bool {
	switch l {
	case AsBoard:
		return g == "" || slices.Contains(BoardGroupings[:], g)
	case AsTimeline:
		return g == "" || slices.Contains(TimelineGroupings[:], g)
	}
	return g == ""
}

// ParseGrouping reads a grouping of a layout that has some.
func ParseGrouping(l Layout, s string) (Grouping, error) {
	if !l.Groups(Grouping(s)) {
		names := []string{}
		for _, g := range TimelineGroupings {
			if l.Groups(g) {
				names = append(names, string(g))
			}
		}
		return "", FieldError("group", "A %s is grouped by %s, not by %q.", l, strings.Join(names, ", "), s)
	}
	return Grouping(s), nil
}

// Of is what an item is grouped under, and what people call it; "" under none.
func (g Grouping) Of(r Row) (ref, name string) {
	switch g {
	case ByTeam:
		return string(r.Team), cmp.Or(r.TeamName, string(r.Team))
	case ByProduct:
		return string(r.Product), cmp.Or(r.ProductName, string(r.Product))
	case ByProcess:
		return string(r.Process), string(r.Process)
	case ByAssignee:
		return r.Assignee, r.Assignee
	case ByPriority:
		return r.Priority, r.Priority
	}
	return "", ""
}

// Without is what the items that have none are called.
func (g Grouping) Without() string {
	switch g {
	case ByTeam:
		return "No team"
	case ByProduct:
		return "No product"
	case ByAssignee:
		return "Nobody"
	case ByPriority:
		return "No priority"
	}
	return "All"
}

// Scale is the unit of a timeline's axis; "" is months.
type Scale string

// The scales.
const (
	Weeks    Scale = "week"
	Months   Scale = "month"
	Quarters Scale = "quarter"
)

// Scales lists the scales.
var Scales = [...]Scale{Weeks, Months, Quarters}

// ParseScale reads a scale.
func ParseScale(s string) (Scale, error) {
	if s != "" && !slices.Contains(Scales[:], Scale(s)) {
		return "", FieldError("scale", "The scale is week, month or quarter, not %q.", s)
	}
	return Scale(s), nil
}

// Swimlane is the part of a board that is of one team, product, person or
// priority. Ref is "" for what has none.
type Swimlane struct {
	Ref     string   `json:"ref"`
	Name    string   `json:"name"`
	Total   int      `json:"total"`
	AtLeast bool     `json:"at_least,omitempty"`
	Columns []Column `json:"columns"`
}

// Bar is an item on a timeline: from when it was filed until it was closed, is
// due, or, with neither, until nobody knows.
type Bar struct {
	Row
	Begins Time `json:"begins"`
	Ends   Time `json:"ends,omitempty"` // 0: open-ended
	Due    Time `json:"due,omitempty"`  // the end of the day that it is needed by
	Late   bool `json:"late,omitempty"` // open, and past its due date
}

// BarOf is the bar of an item, whose fields must be there; now says what is late.
func BarOf(r Row, now Time) Bar {
	b := Bar{Row: r, Begins: r.Created, Ends: r.Closed}
	if text := r.Fields[DueField]; len(text) >= len(time.DateOnly) {
		if day, err := time.Parse(time.DateOnly, text[:len(time.DateOnly)]); err == nil {
			b.Due = Time(day.AddDate(0, 0, 1).UnixMicro())
		}
	}
	if r.Open() {
		b.Ends = b.Due
		b.Late = !b.Due.IsZero() && b.Due < now
	}
	if !b.Ends.IsZero() {
		b.Ends = max(b.Ends, b.Begins)
	}
	return b
}

// BarGroup is the bars of one team, product, process, person or priority, what
// ends first coming first and what has no end last.
type BarGroup struct {
	Ref  string `json:"ref"`
	Name string `json:"name"`
	Bars []Bar  `json:"items"`
}

// GroupBars puts rows together and in order: groups by name, those without any
// last.
func GroupBars(rows []Row, by Grouping, now Time) []BarGroup {
	at := map[string]int{}
	out := []BarGroup{}
	for _, r := range rows {
		ref, name := by.Of(r)
		if ref == "" {
			name = by.Without()
		}
		i, ok := at[ref]
		if !ok {
			i, at[ref] = len(out), len(out)
			out = append(out, BarGroup{Ref: ref, Name: name})
		}
		out[i].Bars = append(out[i].Bars, BarOf(r, now))
	}
	for _, g := range out {
		sort.SliceStable(g.Bars, func(i, j int) bool {
			a, b := g.Bars[i], g.Bars[j]
			if a.Ends.IsZero() != b.Ends.IsZero() {
				return b.Ends < a.Ends
			}
			return cmp.Or(cmp.Compare(a.Ends, b.Ends), cmp.Compare(a.Begins, b.Begins)) < 0
		})
	}
	sort.SliceStable(out, func(i, j int) bool { return CompareGroups(out[i].Ref, out[i].Name, out[j].Ref, out[j].Name) < 0 })
	return out
}

// CompareGroups is the order of groups: by name, and those of nothing last.
func CompareGroups(refA, nameA, refB, nameB string) int {
	if (refA == "") != (refB == "") {
		return cmp.Compare(refB, refA)
	}
	return cmp.Or(cmp.Compare(strings.ToLower(nameA), strings.ToLower(nameB)), cmp.Compare(refA, refB))
}
