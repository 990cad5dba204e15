package intake

import (
	"strings"
	"testing"

	"plumbline"
)

func TestDefaultsAreGood(t *testing.T) {
	for _, class := range Classes() {
		got, err := Default(class)
		if err != nil {
			t.Errorf("%s: %v", class, err)
			continue
		}
		if got.Class != class || got.Title == "" || got.Help == "" || len(got.Checks) == 0 {
			t.Errorf("%s: got %+v, want class, title, help and a checklist", class, got)
		}
	}
	if len(Classes()) != len(plumbline.Classes)+1 {
		t.Errorf("got %d classes, want one for each class of request and the question", len(Classes()))
	}
}

// The customer's template asks what the reference wants of an operational need.
func TestCustomerTemplate(t *testing.T) {
	got, err := Default(string(plumbline.ClassCustomer))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Needs) != 9 {
		t.Errorf("got %d categories of need, want 9", len(got.Needs))
	}
	for _, n := range got.Needs {
		if n.Example == "" || n.Guidance == "" {
			t.Errorf("%s has no example or no guidance", n.Category)
		}
	}
	for id, private := range map[string]bool{
		"account": true, "worth": true, "seats": true, "stage": true, "probability": true, "close": true, "crm_link": true, "ticket": true,
		"users": false, "points": false, "strength": false, "needed_by": false, "date_hardness": false, "workaround": false, "consequence": false,
	} {
		f, ok := got.Field(id)
		if !ok || f.Private != private {
			t.Errorf("%s: got %+v (there: %v), want private %v", id, f, ok, private)
		}
	}
	if f, _ := got.Field("points"); strings.Join(f.Values(), " ") != "10 7 4 1" {
		t.Errorf("points are %v, want 10 7 4 1", f.Values())
	}
}

func TestReadSaysWhere(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"nothing", "", "Line 1: the template is empty"},
		{"no YAML", "class: [", "Line 1:"},
		{"two documents", "class: question\n---\nclass: question\n", "Line 3: a template is one document"},
		{"other class", "class: question\ntitle: Q\n", "Line 1: this is the template of dogfooding, not of question."},
		{"no title", "class: dogfooding\n", "Line 1: The title is missing."},
		{"unknown key", "class: dogfooding\ntitle: D\nhepl: x\n", `Line 3: a template has no key "hepl"`},
		{"type", "class: dogfooding\ntitle: D\nfields:\n  - id: a\n    label: A\n    type: texty\n", "Line 6: A field is of type text,"},
		{"label", "class: dogfooding\ntitle: D\nfields:\n  - id: a\n    type: text\n", "Line 4: "},
		{"yes", "class: dogfooding\ntitle: D\nfields:\n  - id: a\n    label: A\n    required: maybe\n", `Line 6: required is true or false, not "maybe".`},
		{"twice", "class: dogfooding\ntitle: D\nfields:\n  - {id: a, label: A}\n  - {id: a, label: A}\n", "Line 5: There are two fields called a."},
		{"open account", "class: dogfooding\ntitle: D\nfields:\n  - {id: account, label: A}\n", "Line 4: account would tell who the customer is"},
		{"choices", "class: dogfooding\ntitle: D\nfields:\n  - {id: a, label: A, type: choice}\n", "Line 4: A choice has choices"},
		{"list", "class: dogfooding\ntitle: D\nfields: none\n", "Line 3: fields is a list"},
		{"two mistakes", "class: dogfooding\ntitle: D\nfields:\n  - {id: A, label: A}\n  - {id: b, label: B, type: x}\n", "Line 4: A field's id is"},
		{"own input", "class: dogfooding\ntitle: D\nfields:\n  - {id: title, label: A}\n", "Line 4: Every form has title already"},
		{"too large", "class: dogfooding\n#" + strings.Repeat("x", MaxSource), "at most 65536 are read"},
	} {
		_, err := Read("dogfooding", c.src)
		if err == nil || plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(plumbline.TextOf(err), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	_, err := Read("dogfooding", "class: dogfooding\ntitle: D\nfields:\n  - {id: A, label: A}\n  - {id: b, label: B, type: x}\n")
	if n := strings.Count(plumbline.TextOf(err), "Line "); n != 2 {
		t.Errorf("got %d mistakes, want both: %v", n, err)
	}
}

func FuzzRead(f *testing.F) {
	for _, class := range Classes() {
		f.Add(Source(class))
	}
	f.Fuzz(func(t *testing.T, src string) {
		got, err := Read("dogfooding", src)
		if err == nil && got.Validate() != nil {
			t.Errorf("read a template that is not valid: %v", got.Validate())
		}
		if err != nil && plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("got %v, want Invalid", err)
		}
	})
}
