package web

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// form is what a form shows: what was typed, and what was wrong with it.
type form struct {
	vals url.Values
	err  error
}

func newForm(vals url.Values) form { return form{vals: vals} }

// refused is the form again, with the error of the attempt.
func refused(vals url.Values, err error) form { return form{vals: vals, err: err} }

// ofProcess begins the names of inputs for the fields that a process defines, so
// that they are told from an item's columns without knowing the process.
const ofProcess = "field."

// f is a field of the form with its value and error in place.
func (f form) f(fd ui.Field) ui.Field {
	if v, ok := f.vals[fd.Name]; ok && len(v) > 0 {
		fd.Value = v[0]
		if fd.Many {
			fd.Value = strings.Join(v, ", ")
		}
	}
	fd.Error = plumbline.FieldsOf(f.err)[strings.TrimPrefix(fd.Name, ofProcess)]
	return fd
}

// text, need and area are the usual fields.
func (f form) text(name, label, hint string) ui.Field {
	return f.f(ui.Field{Name: name, Label: label, Hint: hint})
}

func (f form) need(name, label, hint string) ui.Field {
	return f.f(ui.Field{Name: name, Label: label, Hint: hint, Required: true})
}

func (f form) area(name, label, hint string, rows int) ui.Field {
	return f.f(ui.Field{Name: name, Label: label, Hint: hint, Rows: rows})
}

func (f form) needArea(name, label, hint string, rows int) ui.Field {
	return f.f(ui.Field{Name: name, Label: label, Hint: hint, Rows: rows, Required: true})
}

func (f form) choose(name, label, hint string, choices []ui.Choice) ui.Field {
	return f.f(ui.Field{Name: name, Label: label, Hint: hint, Choices: choices})
}

// refusedFor says that the form was refused because of an input. despite is the
// one that lets an item into a column that is full.
func (f form) refusedFor(name string) bool { return plumbline.FieldsOf(f.err)[name] != "" }

func (f form) despite() ui.Field {
	return f.f(ui.Field{Name: "despite", Label: "Why this one goes in all the same", Hint: "Kept in the history.", Rows: 2, Required: true})
}

// failed says whether the form was refused, and problems lists why.
func (f form) failed() bool { return f.err != nil }

// inOrder are inputs in the order that forms have them; others come after.
var inOrder = []string{
	"process", "title", "body", "outcome", "sentence", "reopen", "reason", "class", "product", "on_behalf_of", "handle", "ref", "name", "team", "account", "assignee", "priority", "severity",
	"points", "users", "strength", "worth", "currency", "seats", "stage", "probability", "close", "grade", "text", "source", "observed", "visibility",
}

func byForm(a, b string) int {
	place := func(name string) int {
		if i := slices.Index(inOrder, name); i >= 0 {
			return i
		}
		return len(inOrder)
	}
	return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b))
}

// elsewhere are the inputs that a refusal may name and no form here has.
var elsewhere = []string{"decision", "evidence", "demands", "note", "message"}

func (f form) problems() []ui.FormProblem {
	fields := plumbline.FieldsOf(f.err)
	out := make([]ui.FormProblem, 0, len(fields))
	for _, n := range slices.SortedFunc(maps.Keys(fields), byForm) {
		p := ui.FormProblem{Field: ui.Field{Name: n}, Text: fields[n]}
		if _, ok := f.vals[ofProcess+n]; ok {
			p.Field.Name = ofProcess + n
		} else if _, ok := f.vals[n]; !ok && slices.Contains(elsewhere, n) {
			p.Field.Name = ""
		}
		out = append(out, p)
	}
	return out
}

func (f form) title() string {
	switch n := len(plumbline.FieldsOf(f.err)); n {
	case 0:
		return plumbline.TextOf(f.err)
	case 1:
		return "One thing needs your attention"
	default:
		return strconv.Itoa(n) + " things need your attention"
	}
}

// processField is the input for a field that a process defines.
func (f form) processField(fd app.FieldDef) ui.Field {
	out := ui.Field{Name: ofProcess + fd.Name, Label: labelOf(fd), Hint: fd.Help}
	switch fd.Type {
	case "choice":
		out.Choices = []ui.Choice{{Value: "", Text: "Not known"}}
		for _, c := range fd.Choices {
			out.Choices = append(out.Choices, ui.Choice{Value: c.Value, Text: choiceText(c.Value, c.Label)})
		}
	case "long text":
		out.Rows = 4
	case "number":
		out.Mode, out.Narrow = "decimal", true
	case "date":
		out.Type, out.Narrow = "date", true
	case "link":
		out.Type = "url"
	case plumbline.MoneyField:
		out.Narrow, out.Place = true, "120000 EUR"
	case plumbline.ChoicesField:
		out.Many = true
		for _, c := range fd.Choices {
			out.Choices = append(out.Choices, ui.Choice{Value: c.Value, Text: choiceText(c.Value, c.Label), Hint: c.Help})
		}
	}
	if fd.Unit != "" && out.Hint == "" {
		out.Hint = "In " + fd.Unit + "."
	}
	return f.f(out)
}

// needed is the input for a field that a move lacks, with the reason.
func (f form) needed(fd app.FieldDef, why string) ui.Field {
	out := f.processField(fd)
	out.Required, out.Hint = true, strings.TrimSpace(why+" "+out.Hint)
	return out
}

func choiceText(value, label string) string {
	if label == "" {
		return capital(value)
	}
	return label
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// labelOf is what a process's field is called.
func labelOf(fd app.FieldDef) string {
	return cmp.Or(fd.Label, capital(strings.ReplaceAll(fd.Name, "_", " ")))
}

// fieldsOf takes the process's fields out of a form that was sent.
func fieldsOf(vals url.Values) map[string]string {
	out := map[string]string{}
	for name, v := range vals {
		if field, ok := strings.CutPrefix(name, ofProcess); ok && len(v) > 0 {
			out[field] = strings.TrimSpace(lines(v[0]))
			if len(v) > 1 { // several choices, after an empty one
				out[field] = strings.Join(slices.DeleteFunc(slices.Clone(v), func(s string) bool { return s == "" }), ", ")
			}
		}
	}
	return out
}

// lines has line breaks as they are stored, not as browsers send them.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// ptr is a pointer to a form's value when the form has the field.
func ptr[T ~string](vals url.Values, name string) *T {
	v, ok := vals[name]
	if !ok || len(v) == 0 {
		return nil
	}
	t := T(lines(v[0]))
	return &t
}

// day reads a date; empty is unknown.
func day(vals url.Values, name string) (plumbline.Time, error) {
	v := vals.Get(name)
	if v == "" {
		return 0, nil
	}
	t, err := time.Parse(time.DateOnly, v)
	if err != nil {
		return 0, plumbline.FieldError(name, "Write the date as 2026-11-22, not %q.", v)
	}
	return plumbline.At(t), nil
}

// whole reads a whole number; empty is 0.
func whole(vals url.Values, name string) (int64, error) {
	v := strings.NewReplacer(" ", "", ",", "", "_", "").Replace(vals.Get(name))
	if v == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return 0, plumbline.FieldError(name, "Write a whole number, not %q.", v)
	}
	return n, nil
}

// percent reads "40" as 0.4; empty is unknown.
func percent(vals url.Values, name string) (*float64, error) {
	v := strings.TrimSuffix(strings.TrimSpace(vals.Get(name)), "%")
	if v == "" {
		return nil, nil
	}
	p, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	if err != nil || p < 0 || p > 100 {
		return nil, plumbline.FieldError(name, "Write a percentage from 0 to 100, not %q.", v)
	}
	p /= 100
	return &p, nil
}
