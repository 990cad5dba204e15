package ui

import (
	"strings"

	"github.com/a-h/templ"
)

// Head is the top of a page.
type Head struct {
	Title  string
	Lede   string // one sentence under the title
	Crumbs []Link
	Line   templ.Component // chips under the lede; nil: none
}

// Do is a button or a link that looks like one.
type Do struct {
	Text   string
	Icon   IconName
	Href   string // a link; empty: a button that submits its form
	Name   string // of the button
	Value  string
	Main   bool // the one thing to do here
	Danger bool // takes something away
	Quiet  bool // without a box
	Small  bool
	Bare   bool   // the icon alone; Text becomes the label
	Off    bool   // cannot be used now; say why beside it
	Hotkey string // "c", "1", "g i"
	Form   string // the id of the form, when it is elsewhere on the page
	Action string // sends the form to another address
	Opens  string // the id of a dialog to open
	Menu   string // the id of a menu (a popover) to open
}

func (d Do) class() string {
	c := "btn"
	for _, k := range [...]struct {
		on   bool
		name string
	}{{d.Main, " btn-main"}, {d.Danger, " btn-danger"}, {d.Quiet, " btn-quiet"}, {d.Small, " btn-small"}, {d.Bare, " btn-icon"}} {
		if k.on {
			c += k.name
		}
	}
	return c
}

// kind is the type of the button: what opens something does not submit.
func (d Do) kind() string {
	if d.Opens != "" || d.Menu != "" {
		return "button"
	}
	return "submit"
}

// Field is an input with its label, a hint and what is wrong with it.
type Field struct {
	Name     string
	Label    string
	Hint     string // a line under the label, HTML is escaped
	Error    string // what is wrong and what to do; empty: nothing
	Value    string
	Type     string // "text" when empty; "email", "number", "date", "password", "search", "url"
	Place    string // an example inside the empty field; never instead of a label
	Required bool
	Focus    bool // takes the focus when the page opens
	Off      bool
	Fixed    bool   // shown and sent, but not to be changed
	Rows     int    // of a text area
	Max      int    // characters; 0: no limit here
	Mode     string // inputmode: "numeric", "decimal"
	Fill     string // autocomplete; "off" when empty
	Narrow   bool
	Code     bool     // of a text area: written by machines and people, in even letters
	Choices  []Choice // of a select or of radio buttons
	Many     bool     // several choices hold: Value has them separated by ", "
	Mention  string   // of a text area: the address that completes handles; "" does not
	Complete string   // of a line: the address that completes filters; "" does not
	Prefix   string   // tells apart fields of the same name in several forms
}

func (f Field) id() string { return domID("f", f.Prefix, f.Name) }

// described lists the ids of what describes the field.
func (f Field) described() string {
	s := ""
	if f.Hint != "" {
		s = f.id() + "-hint"
	}
	if f.Error != "" {
		if s != "" {
			s += " "
		}
		s += f.id() + "-error"
	}
	return s
}

func (f Field) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) fill() string {
	if f.Fill == "" {
		return "off"
	}
	return f.Fill
}

func (f Field) class() string {
	if f.Narrow {
		return "input input-narrow"
	}
	if f.Code {
		return "input input-code"
	}
	return "input"
}

// attrs are what all kinds of field have in common.
func (f Field) attrs() templ.Attributes {
	a := templ.Attributes{"id": f.id(), "name": f.Name, "class": f.class(), "required": f.Required, "disabled": f.Off, "readonly": f.Fixed, "autofocus": f.Focus}
	if d := f.described(); d != "" {
		a["aria-describedby"] = d
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	if f.Max > 0 {
		a["maxlength"] = itoa(f.Max)
	}
	if f.Place != "" {
		a["placeholder"] = f.Place
	}
	if f.Mode != "" {
		a["inputmode"] = f.Mode
	}
	if f.Mention != "" {
		a["data-mention"] = f.Mention
	}
	if f.Complete != "" {
		a["data-complete"] = f.Complete
	}
	return a
}

// rows is the height of a text area in lines.
func (f Field) rows() string {
	if f.Rows == 0 {
		return "4"
	}
	return itoa(f.Rows)
}

// chosen says whether a value is among those of a field of several choices.
func (f Field) chosen(value string) bool {
	for v := range strings.SplitSeq(f.Value, ",") {
		if strings.TrimSpace(v) == value {
			return true
		}
	}
	return false
}

// Range is the two ends of an interval that a person believes in.
type Range struct {
	Label     string
	Hint      string
	Error     string
	LowName   string
	HighName  string
	Low, High string
	Unit      string
	Prefix    string
}

func (r Range) field(name string) Field {
	return Field{Name: name, Prefix: r.Prefix, Error: r.Error, Hint: r.Hint}
}

// FormProblem is one line of the list above a form that was refused.
type FormProblem struct {
	Field Field
	Text  string
}

// radioID is the id of one radio button; the first has the field's own, so that
// a link to the field arrives there.
func radioID(f Field, i int) string {
	if i == 0 {
		return f.id()
	}
	return f.id() + "-" + itoa(i)
}

// rangeAttrs are the attributes of one end of a range.
func rangeAttrs(r Range, name string) templ.Attributes {
	a := templ.Attributes{"id": r.field(name).id(), "name": name, "class": "input input-narrow"}
	if d := r.field(r.LowName).described(); d != "" {
		a["aria-describedby"] = d
	}
	if r.Error != "" {
		a["aria-invalid"] = "true"
	}
	return a
}
