package plumbline

import (
	"slices"
	"strings"
)

// fieldSort is how the values of a field are compared.
type fieldSort int

const (
	textField    fieldSort = iota // the same text, or one that begins so
	choiceField                   // one of a few texts
	withinField                   // contains the text, letter for letter but for A to Z
	dateField                     // a day, a span of days or a moment
	countField                    // a whole number
	processField                  // a field of the process: a text, a number or a day
)

// QueryField is a name that may stand before the colon of a term.
type QueryField struct {
	Name    string   `json:"name"`
	Help    string   `json:"help"`
	Choices []string `json:"choices,omitempty"` // the values there are, when they are few
	sort    fieldSort
}

// QueryFields lists the fields of the filter language but for those of
// processes, which are written "field.NAME".
func QueryFields() []QueryField {
	var kinds, classes []string
	for _, k := range Kinds {
		kinds = append(kinds, string(k))
	}
	for _, c := range Classes {
		classes = append(classes, string(c))
	}
	return []QueryField{
		{"team", "the team that has it, by ref", nil, textField},
		{"product", "the product, by ref", nil, textField},
		{"process", "the process, by name", nil, textField},
		{"kind", "what it is", kinds, choiceField},
		{"class", "the class of request", classes, choiceField},
		{"state", `the leading state: "Triage" or "workflow-infra::Triage"`, nil, textField},
		{"lane", "the leading lane", nil, textField},
		{"assignee", "a handle, or me", nil, textField},
		{"requester", "who asked: a handle, or me", nil, textField},
		{"priority", "how urgent", []string{"P1", "P2", "P3", "P4"}, choiceField},
		{"severity", "how bad", []string{"S1", "S2", "S3", "S4"}, choiceField},
		{"label", "a label in the tracker", nil, textField},
		{"key", "the item's key", nil, textField},
		{"title", "text within the title", nil, withinField},
		{"link", "the tracker it lives in", nil, textField},
		{"ref", "the issue there", nil, textField},
		{"source", "where it came from", nil, textField},
		{"is", "a state of affairs", []string{"open", "closed", "any", "mine", "inbox", "accepted", "public", "internal", "confidential"}, choiceField},
		{"has", "what is there; no: is the opposite", presences(), choiceField},
		{"created", "when it was filed", nil, dateField},
		{"updated", "when it last changed", nil, dateField},
		{"closed", "when it ended", nil, dateField},
		{"since", "when it came to its state", nil, dateField},
		{"due", "the date it is needed by", nil, dateField},
		{"demands", "how many want it", nil, countField},
		{"evidence", "how many pieces of evidence", nil, countField},
		{"comments", "how many comments", nil, countField},
		{"watchers", "how many follow it", nil, countField},
	}
}

// presences are what "has:" knows.
func presences() []string {
	return []string{"team", "product", "class", "assignee", "priority", "severity", "label", "link", "closed", "due", "body",
		"evidence", "demands", "comments", "watchers"}
}

// processPrefix is how the name of a process's field begins.
const processPrefix = "field."

// DueField is the process field that "due" means.
const DueField = "needed_by"

// ProcessField is the process field that a term is about, "" if none.
func (t Term) ProcessField() string { return processFieldOf(t.Field) }

func processFieldOf(name string) string {
	if name == "due" {
		return DueField
	}
	if rest, ok := strings.CutPrefix(name, processPrefix); ok {
		return rest
	}
	return ""
}

// lookField finds a field by the name as it is written; aliases lead to the
// name that counts.
func lookField(name string) (QueryField, bool) {
	switch name {
	case "author", "by":
		name = "requester"
	case "labels":
		name = "label"
	case "opened", "filed":
		name = "created"
	case "no":
		name = "has"
	}
	if rest, ok := strings.CutPrefix(name, processPrefix); ok && processName(rest) {
		return QueryField{Name: name, sort: processField}, true
	}
	all := QueryFields()
	i := slices.IndexFunc(all, func(f QueryField) bool { return f.Name == name })
	if i < 0 {
		return QueryField{}, false
	}
	return all[i], true
}

// processName says whether a process could call a field so.
func processName(s string) bool {
	return s != "" && len(s) <= 60 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '-'
	})
}

// nearest is the name that s was probably meant to be; "" when none is near.
func nearest(s string, names []string) string {
	best, at := "", 3
	for _, n := range names {
		if d := distance(s, n); d < at && d <= (len(s)+1)/2 {
			best, at = n, d
		}
	}
	return best
}

// distance is how many letters must be put in, taken out or replaced to make b
// of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := before
			if a[i-1] != b[j-1] {
				cost++
			}
			before = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
