package plumbline

import (
	"net/url"
	"slices"
	"strings"
)

// ViewID is a saved view's id.
type ViewID string

// View is a list, a board, a table or a timeline that somebody keeps under a
// name: which items, how they are shown. Its owner changes it; a shared one is seen by
// everybody who can sign in. What a view shows depends on who looks.
type View struct {
	ID      ViewID        `json:"id"`
	Name    string        `json:"name"`
	Owner   PersonID      `json:"owner"`
	Shared  bool          `json:"shared"`
	Layout  Layout        `json:"layout"`
	Filter  string        `json:"filter"`            // as in a URL: "q=team%3Aa&status=all"
	Columns []string      `json:"columns,omitempty"` // of a table; none: the usual ones
	Limits  map[State]int `json:"limits,omitempty"`  // of a board: work in progress that a column should hold at most
	Group   Grouping      `json:"group,omitempty"`   // of a board or a timeline
	Scale   Scale         `json:"scale,omitempty"`   // of a timeline
	Created Time          `json:"created"`
	Updated Time          `json:"updated"`
	Version int64         `json:"version"`
	Default bool          `json:"default,omitempty"` // of the one who asks
}

// MaxViews is how many views a person may keep.
const MaxViews = 100

// maxWIP is the highest limit of a column.
const maxWIP = 1000

// Validate checks what a view must have; its filter must be one.
func (v View) Validate() error {
	var bad Problems
	checkText(&bad, "name", v.Name, 1, 80)
	if strings.ContainsAny(v.Name, "\n\r") {
		bad.Add("name", "The name is one line.")
	}
	if !slices.Contains(Layouts[:], v.Layout) {
		bad.Add("layout", "The layout is list, board, table or timeline, not %q.", v.Layout)
	}
	_, err := v.Asks()
	bad.Merge(err)
	for _, c := range v.Columns {
		if !ValidColumn(c) {
			bad.Add("columns", "%q is not a column; columns are %s and field.NAME.", c, strings.Join(TableColumns(), ", "))
		}
	}
	_, err = ParseGrouping(AsTimeline, string(v.Group))
	bad.Merge(err)
	_, err = ParseScale(string(v.Scale))
	bad.Merge(err)
	if len(v.Columns) > maxColumns {
		bad.Add("columns", "A table has at most %d columns.", maxColumns)
	}
	for s, n := range v.Limits {
		if n < 1 || n > maxWIP || s == "" {
			bad.Add("limits", "A limit is a number from 1 to %d, not %d for %q.", maxWIP, n, s)
		}
	}
	return bad.Err()
}

// Asks is the filter of the view.
func (v View) Asks() (Filter, error) {
	q, err := url.ParseQuery(v.Filter)
	if err != nil {
		return Filter{}, FieldError("filter", "%q is not the query part of an address.", v.Filter)
	}
	q.Del("cursor")
	return ParseFilter(q)
}

// maxColumns is how many columns a table has at most.
const maxColumns = 20

// TableColumns lists the columns that a table can show beside the title; the
// fields of a process follow as "field.NAME".
func TableColumns() []string {
	return []string{"key", "state", "team", "product", "class", "assignee", "priority", "severity", "due", "labels", "demands", "evidence", "comments", "created", "updated"}
}

// UsualColumns are the columns of a table that does not say.
func UsualColumns() []string {
	return []string{"key", "state", "team", "assignee", "priority", "due", "updated"}
}

// ValidColumn says whether a table can show the column.
func ValidColumn(name string) bool {
	rest, field := strings.CutPrefix(name, processPrefix)
	return field && processName(rest) || slices.Contains(TableColumns(), name)
}
