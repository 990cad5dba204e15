package flow

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/clock"
)

// The types of field.
const (
	Text       = "text"
	LongText   = "long text"
	ChoiceType = "choice"
	Number     = "number"
	Date       = "date"   // 2026-11-22
	PersonType = "person" // a handle
	Link       = "link"   // http or https
)

var fieldTypes = [...]string{Text, LongText, ChoiceType, Number, Date, PersonType, Link}

// maxLine is how many bytes a field holds that is not long text.
const maxLine = 2_000

// Choice is one value of a choice field.
type Choice struct {
	Value string `json:"value"`
	Label string `json:"label,omitempty"`
	Help  string `json:"help,omitempty"`
}

// Field is one input that the process defines beyond the columns of an item. Its
// value is text in Item.Fields.
type Field struct {
	Name    string            `json:"name"`
	Label   string            `json:"label,omitempty"`
	Help    string            `json:"help,omitempty"`
	Type    string            `json:"type"`
	Choices []Choice          `json:"choices,omitempty"` // of a choice, in order
	Private bool              `json:"private,omitempty"` // may hold a customer's name or an amount: never leaves the house
	Above   *float64          `json:"above,omitempty"`   // of a number: it must be greater
	Unit    string            `json:"unit,omitempty"`    // of a number: "person-months"
	Group   string            `json:"group,omitempty"`   // the heading under which a form shows it
	Classes []plumbline.Class `json:"classes,omitempty"` // a form shows it for these classes of item; empty: for all
	Event   string            `json:"event,omitempty"`   // of a date: the clock event that happened then, for example "detected"
}

// Choice finds the choice with the value.
func (f *Field) Choice(value string) (Choice, bool) {
	for _, c := range f.Choices {
		if c.Value == value {
			return c, true
		}
	}
	return Choice{}, false
}

// Check says what is wrong with a value, for the person; nil when nothing is.
// An empty value is always right: that it is needed is for guards to say.
func (f *Field) Check(value string) error {
	v := strings.TrimSpace(value)
	limit := maxLine
	if f.Type == LongText {
		limit = plumbline.MaxNote
	}
	switch {
	case v == "":
		return nil
	case len(value) > limit:
		return plumbline.FieldError(f.Name, "%s has %d bytes; at most %d fit.", f.Label, len(value), limit)
	}
	switch f.Type {
	case ChoiceType:
		if _, ok := f.Choice(v); !ok {
			return plumbline.FieldError(f.Name, "%s is one of %s, not %q.", f.Label, f.choices(), v)
		}
	case Number:
		return f.checkNumber(v)
	case Date:
		if _, err := time.Parse(time.DateOnly, v); err != nil {
			return plumbline.FieldError(f.Name, "%s is a date, written as 2026-12-25, not %q.", f.Label, v)
		}
	case Link:
		u, err := url.Parse(v)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return plumbline.FieldError(f.Name, "%s is a web address, beginning with https://, not %q.", f.Label, v)
		}
	case Text, PersonType:
		if strings.ContainsAny(v, "\r\n") {
			return plumbline.FieldError(f.Name, "%s is one line.", f.Label)
		}
	}
	return nil
}

func (f *Field) checkNumber(v string) error {
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return plumbline.FieldError(f.Name, "%s is a number, not %q.", f.Label, v)
	}
	if f.Above != nil && n <= *f.Above {
		return plumbline.FieldError(f.Name, "%s must be more than %s.", f.Label, strconv.FormatFloat(*f.Above, 'g', -1, 64))
	}
	return nil
}

func (f *Field) choices() string {
	values := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		values[i] = c.Value
	}
	return strings.Join(values, ", ")
}

// CheckField says what is wrong with the value of a field of the process.
func (d *Definition) CheckField(name, value string) error {
	f, ok := d.fields[name]
	if !ok {
		return plumbline.FieldError(name, "%s has no field called %q.", d.Name, name)
	}
	return f.Check(value)
}

// CheckFields checks all of an item's fields, and returns everything that is
// wrong as one Invalid error.
func (d *Definition) CheckFields(fields map[string]string) error {
	names := make([]string, 0, len(fields))
	for n := range fields {
		names = append(names, n)
	}
	slices.Sort(names)
	var bad plumbline.Problems
	for _, n := range names {
		if err := d.CheckField(n, fields[n]); err != nil {
			bad.Merge(err)
		}
	}
	return bad.Err()
}

// Dated are the clock events that an item's own dates give: every date field that
// names an event, at the beginning of that day in UTC; created, received,
// declared and detected when the item was made, unless a field says otherwise;
// closed when it ended. What else happened is for the caller to add, from its
// history: severity, moved, answered, decided, mitigated, resolved, reviewed.
func (d *Definition) Dated(it plumbline.Item) []clock.Event {
	var out []clock.Event
	given := map[string]bool{}
	for _, f := range d.Fields {
		if f.Event == "" {
			continue
		}
		if t, err := time.Parse(time.DateOnly, strings.TrimSpace(it.Fields[f.Name])); err == nil {
			out = append(out, clock.Event{At: plumbline.At(t), Type: f.Event})
			given[f.Event] = true
		}
	}
	for _, name := range [...]string{"created", "received", "declared", "detected"} {
		if !given[name] {
			out = append(out, clock.Event{At: it.Created, Type: name})
		}
	}
	if !it.Open() {
		out = append(out, clock.Event{At: it.Closed, Type: "closed"})
	}
	return out
}
