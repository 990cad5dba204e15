package plumbline

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// PageSize is how many rows a page of a list has when not said, and MaxPage the
// most it may have.
const (
	PageSize = 50
	MaxPage  = 200
)

// TotalCap is where counting stops for a list whose number is not kept, so that a
// page costs the same however many there are.
const TotalCap = 10_000

// Filter says which items a list, a board or an export shows. The same filter
// is the same URL, everywhere. The zero value is all open items.
type Filter struct {
	Process  ProcessID  `json:"process,omitempty"`
	Kind     ItemKind   `json:"kind,omitempty"`
	States   []State    `json:"state,omitempty"` // leading state, any of these
	Lane     string     `json:"lane,omitempty"`  // leading lane
	Team     TeamRef    `json:"team,omitempty"`
	Product  ProductRef `json:"product,omitempty"`
	Class    Class      `json:"class,omitempty"`
	Assignee string     `json:"assignee,omitempty"`
	Label    string     `json:"label,omitempty"`
	Text     string     `json:"q,omitempty"`      // a [Query] as it is written; words are found in key, title or body
	Query    Query      `json:"-"`                // more conditions, parsed and resolved; not part of the URL
	Status   string     `json:"status,omitempty"` // "open" (default), "closed", "all"
	Inbox    bool       `json:"inbox,omitempty"`  // open and not yet checked for remit
	Mine     bool       `json:"mine,omitempty"`   // the actor asked for it, is assigned or watches
	Sort     string     `json:"sort,omitempty"`   // "updated" (default, newest first), "created" (newest first), "oldest" (by creation)
	Limit    int        `json:"limit,omitempty"`
	Cursor   string     `json:"cursor,omitempty"`
}

// filterKeys are the names that a filter has in a URL.
var filterKeys = []string{"process", "kind", "state", "lane", "team", "product", "class", "assignee", "label", "q", "status", "inbox", "mine", "sort", "limit", "cursor"}

// ParseFilter reads a filter from a URL's query. Names that are not a filter's
// are an error that lists those that are; other names a page uses are passed
// in allowed.
func ParseFilter(q url.Values, allowed ...string) (Filter, error) {
	var bad Problems
	for name := range q {
		if !slices.Contains(filterKeys, name) && !slices.Contains(allowed, name) {
			bad.Add(name, "%q is not a filter; filters are %s.", name, strings.Join(filterKeys, ", "))
		}
	}
	f := Filter{
		Process: ProcessID(q.Get("process")), Kind: ItemKind(q.Get("kind")), Lane: q.Get("lane"),
		Team: TeamRef(q.Get("team")), Product: ProductRef(q.Get("product")), Class: Class(q.Get("class")),
		Assignee: q.Get("assignee"), Label: q.Get("label"), Text: strings.TrimSpace(q.Get("q")), Status: q.Get("status"),
		Sort: q.Get("sort"), Cursor: q.Get("cursor"), Inbox: truthy(q.Get("inbox")), Mine: truthy(q.Get("mine")),
	}
	for _, s := range q["state"] {
		if s != "" {
			f.States = append(f.States, State(s))
		}
	}
	if v := q.Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > MaxPage {
			bad.Add("limit", "The limit is a number from 1 to %d, not %q.", MaxPage, v)
		}
		f.Limit = n
	}
	bad.Merge(f.Validate())
	return f, bad.Err()
}

func truthy(s string) bool { return s == "1" || s == "true" || s == "on" }

// Validate checks the choices in a filter.
func (f Filter) Validate() error {
	var bad Problems
	if f.Kind != "" && !f.Kind.Valid() {
		bad.Add("kind", "The kind is request, question, incident or change, not %q.", f.Kind)
	}
	if !f.Class.Valid() {
		bad.Add("class", "%q is not a class of request.", f.Class)
	}
	if !oneOf(f.Status, "", "open", "closed", "all") {
		bad.Add("status", "The status is open, closed or all, not %q.", f.Status)
	}
	if !oneOf(f.Sort, "", "updated", "created", "oldest") {
		bad.Add("sort", "The order is updated, created or oldest, not %q.", f.Sort)
	}
	_, err := ParseQuery(f.Text)
	bad.Merge(err)
	return bad.Err()
}

// Values writes the filter as a URL's query; ParseFilter reads it back.
func (f Filter) Values() url.Values {
	q := url.Values{}
	set := func(k, v string) {
		if v != "" {
			q.Set(k, v)
		}
	}
	set("process", string(f.Process))
	set("kind", string(f.Kind))
	for _, s := range f.States {
		q.Add("state", string(s))
	}
	set("lane", f.Lane)
	set("team", string(f.Team))
	set("product", string(f.Product))
	set("class", string(f.Class))
	set("assignee", f.Assignee)
	set("label", f.Label)
	set("q", f.Text)
	set("status", f.Status)
	if f.Inbox {
		q.Set("inbox", "1")
	}
	if f.Mine {
		q.Set("mine", "1")
	}
	set("sort", f.Sort)
	if f.Limit != 0 {
		q.Set("limit", strconv.Itoa(f.Limit))
	}
	set("cursor", f.Cursor)
	return q
}

// Row is an item as lists and boards show it: without its body and fields, and
// with the names and counts that a card needs. The counts take in what was merged
// into it, each person, team and account once. Nothing in it is private.
type Row struct {
	Item
	TeamName      string `json:"team_name,omitempty"`
	ProductName   string `json:"product_name,omitempty"`
	RequesterName string `json:"requester_name"`
	Demands       int    `json:"demands"` // teams and accounts that want it
	Evidence      int    `json:"evidence"`
	Comments      int    `json:"comments"`
	Watchers      int    `json:"watchers"`
	Votes         int    `json:"votes"`
	Voted         bool   `json:"voted,omitempty"` // by the reader, where a list says so
}

// Rows is one page of a list. Total counts all that match, or AtLeast is set; Next
// is the cursor of the following page, empty on the last.
//
// Of words that very many items have, a list goes through Stretch items at a time,
// the newest first, or the oldest if it begins with them: those are sorted and
// paged, and the pages after theirs have the others. Total then counts what is
// listed of this stretch.
type Rows struct {
	Rows    []Row  `json:"items"`
	Total   int    `json:"total"`
	AtLeast bool   `json:"at_least,omitempty"` // there may be more than Total: counting stopped there
	Stretch int    `json:"stretch,omitempty"`  // so many items with the words were gone through, and more have them; 0: all were
	About   int    `json:"about,omitempty"`    // with a stretch: an estimate of how many are on the whole list
	Next    string `json:"next,omitempty"`
}

// Column is one state's cards on a board: the first few of Total.
type Column struct {
	State   State `json:"state"`
	Total   int   `json:"total"`
	AtLeast bool  `json:"at_least,omitempty"` // there may be more than Total: counting stopped there
	Rows    []Row `json:"items"`
}
