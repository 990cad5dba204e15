package plumbline

import (
	"slices"
	"strings"
	"time"
)

// ImportFile is a file to be imported. Name is for the report.
type ImportFile struct {
	Name string
	Data []byte
}

// MaxImport is the most that one imported file may have, in bytes.
const MaxImport = 128 << 20

// Ending says how an item of another system ended.
type Ending string

// The endings. StillOpen is the zero value.
const (
	StillOpen    Ending = ""
	EndedDone    Ending = "done"    // what was wanted happened
	EndedDropped Ending = "dropped" // it will not happen
)

// Incoming is one item as the export of another system has it. It is what every
// format reads a row into; nothing in it is checked yet.
type Incoming struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line"` // where the row begins, from 1

	// Skip says why the row is not taken; then only File, Line, External and
	// Title mean something.
	Skip string `json:"skip,omitempty"`

	External   string            `json:"external"` // its name there, unique within its source
	Title      string            `json:"title"`
	Body       string            `json:"body,omitempty"`
	Process    ProcessID         `json:"process,omitempty"`
	Class      Class             `json:"class,omitempty"`
	Visibility Visibility        `json:"visibility,omitempty"`
	Product    ProductRef        `json:"product,omitempty"`
	Priority   string            `json:"priority,omitempty"`
	Severity   string            `json:"severity,omitempty"`
	Assignee   string            `json:"assignee,omitempty"`
	OnBehalfOf string            `json:"on_behalf_of,omitempty"`
	Author     string            `json:"author,omitempty"` // login there, or a name when there is none
	AuthorName string            `json:"author_name,omitempty"`
	Status     string            `json:"status,omitempty"` // in the source's words
	Ended      Ending            `json:"ended,omitempty"`
	Created    Time              `json:"created"` // 0: not known, the time of the import
	Updated    Time              `json:"updated"`
	Closed     Time              `json:"closed"`
	Labels     []string          `json:"labels,omitempty"`
	Fields     map[string]string `json:"fields,omitempty"`
	URL        string            `json:"url,omitempty"`
	Votes      int               `json:"votes,omitempty"`  // all of them; Voters are those whose names are known
	Voters     []Voter           `json:"voters,omitempty"` // each once
	Comments   []IncomingComment `json:"comments,omitempty"`
	Item       ItemID            `json:"item,omitempty"`    // of our own export: the item it was
	Version    int64             `json:"version,omitempty"` // of our own export: as it was then
	Given      []string          `json:"given,omitempty"`   // of our own export: the fields that the file has
	Carried    *Carried          `json:"carried,omitempty"` // of our own export as JSON
	Counted    *ReachUnit        `json:"-"`                 // of our own export as JSON: what its product's reach is counted in, which is not the item's own
}

// Voter is somebody who wants an item in another system.
type Voter struct {
	Login string `json:"login"` // or a name when there is none
	Name  string `json:"name,omitempty"`
	At    Time   `json:"at,omitempty"` // 0: not known
}

// IncomingComment is something that was said in another system. ID is its name
// there, unique within the item; empty: what it says and when is its name.
type IncomingComment struct {
	ID         string `json:"id,omitempty"`
	Author     string `json:"author,omitempty"`
	AuthorName string `json:"author_name,omitempty"`
	Body       string `json:"body"`
	Internal   bool   `json:"internal,omitempty"`
	At         Time   `json:"at"`
	Edited     Time   `json:"edited,omitempty"`
	Deleted    Time   `json:"deleted,omitempty"` // Body is empty then
}

// RowOutcome says what became of a row of an import.
type RowOutcome string

// The outcomes.
const (
	RowNew     RowOutcome = "new"
	RowChanged RowOutcome = "changed"
	RowSame    RowOutcome = "same"
	RowSkipped RowOutcome = "skipped" // Reason says why
	RowNoted   RowOutcome = "noted"   // a remark on a row that was taken; it is not counted
)

// RowReport is what became of one row of an import. A row that was taken may
// have a Reason too: a remark on what was left out.
type RowReport struct {
	File    string     `json:"file,omitempty"`
	Line    int        `json:"line,omitempty"`
	Ref     string     `json:"ref,omitempty"` // its name in the source
	Key     Key        `json:"key,omitempty"` // of the item here; empty in a preview of a new one
	Title   string     `json:"title,omitempty"`
	Outcome RowOutcome `json:"outcome"`
	Reason  string     `json:"reason,omitempty"`
}

// ImportCount counts the rows of an import by outcome.
type ImportCount struct {
	New     int  `json:"new"`
	Changed int  `json:"changed"`
	Same    int  `json:"same"`
	Skipped int  `json:"skipped"`
	DryRun  bool `json:"dry_run,omitempty"`
}

// Add counts a row.
func (c *ImportCount) Add(o RowOutcome) {
	switch o {
	case RowNew:
		c.New++
	case RowChanged:
		c.Changed++
	case RowSame:
		c.Same++
	case RowSkipped:
		c.Skipped++
	}
}

// Rows is the number of all rows.
func (c ImportCount) Rows() int { return c.New + c.Changed + c.Same + c.Skipped }

// endings are words that other systems have for an item that ended, in lower
// case with spaces.
var (
	doneWords    = []string{"closed", "done", "complete", "completed", "resolved", "fixed", "shipped", "released", "implemented", "answered", "delivered"}
	droppedWords = []string{"declined", "rejected", "won't do", "wont do", "won't fix", "wontfix", "duplicate", "not planned", "cancelled", "canceled", "withdrawn", "archived", "invalid"}
)

// EndingOf reads a status in the words of another system. What is none of the
// usual words for an end is open.
func EndingOf(status string) Ending {
	s := strings.ToLower(strings.TrimSpace(status))
	if i := strings.LastIndex(s, "::"); i >= 0 {
		s = s[i+2:]
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), " ")
	switch {
	case slices.Contains(doneWords, s):
		return EndedDone
	case slices.Contains(droppedWords, s):
		return EndedDropped
	}
	return StillOpen
}

// timeForms are the ways in which exports write a time. What names no zone is
// UTC. A day written with slashes is not among them: which number is the month
// cannot be known.
var timeForms = [...]string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 -0700", "2006-01-02 15:04:05.999999999 MST",
	"2006-01-02 15:04:05.999999999", "2006-01-02 15:04", time.DateOnly, "Jan 2, 2006", "January 2, 2006", "2 Jan 2006", time.RFC1123Z, time.RFC1123,
}

// ParseTime reads a time as exports write it. The empty text is the time 0.
func ParseTime(text string) (Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	for _, form := range timeForms {
		t, err := time.Parse(form, text)
		if err != nil {
			continue
		}
		if name, off := t.Zone(); off == 0 && name != "UTC" && name != "GMT" && name != "" && name != "Z" {
			break // a zone whose offset is not known
		}
		if t.Year() < 1970 || t.Year() > 9999 {
			break
		}
		return At(t), nil
	}
	return 0, Errorf(Invalid, "%q is not a time; write it as 2026-11-22 or 2026-11-22T13:00:00Z.", clipped(text))
}

// clipped keeps a stranger's text short.
func clipped(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// ImportReport is what became of an import. Rows are those that tell something:
// not the ones that are the same, and not more than the first thousand.
type ImportReport struct {
	ImportCount
	Rows []RowReport `json:"rows"`
	More int         `json:"more,omitempty"` // rows left out
}

// Take adds rows to the report.
func (r *ImportReport) Take(rows []RowReport) {
	const most = 1000
	for _, row := range rows {
		r.Add(row.Outcome)
		switch {
		case row.Outcome == RowSame && row.Reason == "":
		case len(r.Rows) < most:
			r.Rows = append(r.Rows, row)
		default:
			r.More++
		}
	}
}
