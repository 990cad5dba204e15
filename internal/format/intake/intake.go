// Package intake reads the templates that requests are asked with: a YAML file
// for each class of request, and one for questions.
//
// Nouns: a [plumbline.Template] is what a file says. [Default] is the one that
// comes with the product, [Source] its text.
//
// Laws: pure. Everything that is wrong with a file is found at once, with its
// line; a key that is not known is wrong too, since it is most often a slip of
// the pen.
package intake

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/format/yamldoc"
	"plumbline/internal/sorted"
)

//go:embed templates/*.yaml
var files embed.FS

// MaxSource is the most bytes that a template may have.
const MaxSource = 64 << 10

// Classes are the classes that have a template, in the order in which people
// are offered them.
func Classes() []string {
	out := make([]string, 0, len(plumbline.Classes)+1)
	for _, c := range plumbline.Classes {
		out = append(out, string(c))
	}
	return append(out, plumbline.QuestionTemplate)
}

// Source is the text of the template that comes with the product; empty when
// the class has none.
func Source(class string) string {
	if !slices.Contains(Classes(), class) {
		return ""
	}
	b, err := files.ReadFile("templates/" + class + ".yaml")
	if err != nil {
		return ""
	}
	return string(b)
}

// Default is the template that comes with the product.
func Default(class string) (plumbline.Template, error) {
	src := Source(class)
	if src == "" {
		return plumbline.Template{}, plumbline.Errorf(plumbline.NotFound, "There is no template for %q; there are %s.", class, strings.Join(Classes(), ", "))
	}
	return Read(class, src)
}

// Read reads the template of a class. The error is Invalid: its text has a line
// for everything that is wrong, each beginning with "Line 12:".
func Read(class, src string) (plumbline.Template, error) {
	if len(src) > MaxSource {
		return plumbline.Template{}, plumbline.FieldError("source", "The template has %d bytes; at most %d are read.", len(src), MaxSource)
	}
	docs, err := yamldoc.Read([]byte(src))
	if err != nil {
		return plumbline.Template{}, plumbline.FieldError("source", "%s", plumbline.TextOf(err))
	}
	switch {
	case len(docs) == 0:
		return plumbline.Template{}, plumbline.FieldError("source", "Line 1: the template is empty. Reset it to get the one that came with the product.")
	case len(docs) > 1:
		return plumbline.Template{}, plumbline.FieldError("source", "Line %d: a template is one document: take away the line ---.", docs[1].Line)
	case docs[0].Err != nil:
		return plumbline.Template{}, plumbline.FieldError("source", "%s", plumbline.TextOf(docs[0].Err))
	}
	r := &reader{lines: map[string]int{}}
	t := r.template(docs[0].Root)
	if len(r.bads) == 0 && t.Class != class {
		r.bad(r.lines["class"], "this is the template of %s, not of %s.", class, t.Class)
	}
	r.valid(t)
	return t, r.err()
}

// mistake is one thing that is wrong, and where.
type mistake struct {
	line int
	text string
}

// reader takes a template from a document and remembers where things were.
type reader struct {
	bads  []mistake
	lines map[string]int // by the names that Template.Validate gives to fields
}

func (r *reader) bad(line int, format string, args ...any) {
	r.bads = append(r.bads, mistake{max(line, 1), fmt.Sprintf(format, args...)})
}

// err is everything that is wrong, in the order of the file.
func (r *reader) err() error {
	if len(r.bads) == 0 {
		return nil
	}
	sorted.By(r.bads, func(a, b mistake) int { return a.line - b.line })
	lines := make([]string, len(r.bads))
	for i, b := range r.bads {
		lines[i] = "Line " + strconv.Itoa(b.line) + ": " + b.text
	}
	return plumbline.FieldError("source", "%s", strings.Join(lines, "\n"))
}

// valid adds what the words themselves find wrong, at the line it stands on.
func (r *reader) valid(t plumbline.Template) {
	if len(r.bads) > 0 {
		return
	}
	for name, text := range plumbline.FieldsOf(t.Validate()) {
		line, ok := r.lines[name]
		for !ok && strings.Contains(name, ".") { // a key that was left out: where its owner stands
			name = name[:strings.LastIndex(name, ".")]
			line, ok = r.lines[name]
		}
		r.bad(line, "%s", text)
	}
}

// keys notes keys of a mapping that are not known or there twice, and says
// whether n is a mapping at all.
func (r *reader) keys(n *yamldoc.Node, what string, known ...string) bool {
	if n == nil || n.Kind != yamldoc.Mapping {
		r.bad(n.LineOf(1), "%s is written as key: value lines.", what)
		return false
	}
	for i, k := range n.Keys {
		if !slices.Contains(known, k) {
			r.bad(n.Items[i].Line, "%s has no key %q; it may have %s.", what, k, strings.Join(known, ", "))
		}
	}
	for _, a := range n.Again {
		r.bad(a.Line, "the key %s is there twice.", a.Key)
	}
	return true
}

// text is the text of a key, whose line is remembered under the path.
func (r *reader) text(n *yamldoc.Node, key, path string) string {
	v := n.Get(key)
	if v == nil {
		return ""
	}
	r.lines[path+key] = v.Line
	if v.Kind != yamldoc.Scalar {
		r.bad(v.Line, "%s is text.", key)
		return ""
	}
	return v.Str()
}

// yes is a true or false.
func (r *reader) yes(n *yamldoc.Node, key, path string) bool {
	s := r.text(n, key, path)
	if s != "" && s != "true" && s != "false" {
		r.bad(r.lines[path+key], "%s is true or false, not %q.", key, s)
	}
	return s == "true"
}

// list are the entries of a key that holds a list.
func (r *reader) list(n *yamldoc.Node, key, path string) []*yamldoc.Node {
	v := n.Get(key)
	if v == nil || v.Null {
		return nil
	}
	r.lines[path+key] = v.Line
	if v.Kind != yamldoc.List {
		r.bad(v.Line, "%s is a list: each entry begins with a dash.", key)
		return nil
	}
	return v.Items
}

func (r *reader) template(n *yamldoc.Node) plumbline.Template {
	if !r.keys(n, "a template", "class", "title", "help", "prompt", "text", "fields", "needs", "checklist") {
		return plumbline.Template{}
	}
	t := plumbline.Template{
		Class: r.text(n, "class", ""), Title: r.text(n, "title", ""), Help: r.text(n, "help", ""),
		Prompt: r.text(n, "prompt", ""), Text: r.text(n, "text", ""),
	}
	for i, f := range r.list(n, "fields", "") {
		t.Fields = append(t.Fields, r.field(f, fmt.Sprintf("fields[%d]", i)))
	}
	for i, d := range r.list(n, "needs", "") {
		at := fmt.Sprintf("needs[%d]", i)
		r.lines[at] = d.Line
		if r.keys(d, "a need", "category", "label", "example", "guidance") {
			t.Needs = append(t.Needs, plumbline.TemplateNeed{
				Category: r.text(d, "category", at+"."), Label: r.text(d, "label", at+"."),
				Example: r.text(d, "example", at+"."), Guidance: r.text(d, "guidance", at+"."),
			})
		}
	}
	for _, c := range r.list(n, "checklist", "") {
		if c.Kind != yamldoc.Scalar || c.Str() == "" {
			r.bad(c.Line, "an entry of the checklist is a sentence.")
			continue
		}
		t.Checks = append(t.Checks, c.Str())
	}
	return t
}

func (r *reader) field(n *yamldoc.Node, at string) plumbline.TemplateField {
	r.lines[at] = n.Line
	if !r.keys(n, "a field", "id", "label", "hint", "type", "group", "required", "required-to-decide", "private", "choices") {
		return plumbline.TemplateField{}
	}
	at += "."
	f := plumbline.TemplateField{
		ID: r.text(n, "id", at), Label: r.text(n, "label", at), Hint: r.text(n, "hint", at), Type: r.text(n, "type", at),
		Group: r.text(n, "group", at), Required: r.yes(n, "required", at), Decide: r.yes(n, "required-to-decide", at),
		Private: r.yes(n, "private", at),
	}
	if f.Type == "" && n.Get("type") == nil {
		f.Type = plumbline.TextField
	}
	for _, c := range r.list(n, "choices", at) {
		f.Choices = append(f.Choices, r.choice(c))
	}
	return f
}

// choice is a value alone, or with its label and guidance.
func (r *reader) choice(n *yamldoc.Node) plumbline.TemplateChoice {
	if n.Kind == yamldoc.Scalar {
		return plumbline.TemplateChoice{Value: n.Str(), Label: n.Str()}
	}
	if !r.keys(n, "a choice", "value", "label", "help") {
		return plumbline.TemplateChoice{}
	}
	c := plumbline.TemplateChoice{Value: r.text(n, "value", ""), Label: r.text(n, "label", ""), Help: r.text(n, "help", "")}
	if c.Label == "" {
		c.Label = c.Value
	}
	return c
}
