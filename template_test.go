package plumbline

import (
	"strings"
	"testing"
)

func TestTemplateFieldCheck(t *testing.T) {
	choices := []TemplateChoice{{Value: "a"}, {Value: "b"}}
	for _, c := range []struct {
		f    TemplateField
		v    string
		want string // of the error; empty: none
	}{
		{TemplateField{Type: TextField}, "one line", ""},
		{TemplateField{Type: TextField}, "two\nlines", "is one line"},
		{TemplateField{Type: TextField}, strings.Repeat("x", 2001), "at most 2000 fit"},
		{TemplateField{Type: TextareaField}, "two\nlines", ""},
		{TemplateField{Type: TextareaField}, "\xff", "not valid UTF-8"},
		{TemplateField{Type: NumberField}, "1.5", ""},
		{TemplateField{Type: NumberField}, "NaN", "is a number"},
		{TemplateField{Type: NumberField}, "-1", "cannot be negative"},
		{TemplateField{ID: "users", Type: NumberField}, "1.5", "whole number"},
		{TemplateField{ID: "probability", Type: NumberField}, "101", "between 0 and 100"},
		{TemplateField{Type: MoneyField}, "12.50 EUR", ""},
		{TemplateField{Type: MoneyField}, "12.50", "three-letter code"},
		{TemplateField{Type: DateField}, "2026-02-29", "is a date"},
		{TemplateField{Type: DateField}, "2028-02-29", ""},
		{TemplateField{Type: LinkField}, "https://x.example/a", ""},
		{TemplateField{Type: LinkField}, "javascript:alert(1)", "web address"},
		{TemplateField{Type: ChoiceField, Choices: choices}, "a", ""},
		{TemplateField{Type: ChoiceField, Choices: choices}, "a, b", "is one of a, b"},
		{TemplateField{Type: ChoicesField, Choices: choices}, "b, a", ""},
		{TemplateField{Type: ChoicesField, Choices: choices}, "a, c", `not "c"`},
		{TemplateField{Type: YesNoField}, "no", ""},
		{TemplateField{Type: YesNoField}, "maybe", "is one of yes, no"},
		{TemplateField{Type: NumberField}, " ", ""},
	} {
		if c.f.ID == "" {
			c.f.ID = "f"
		}
		err := c.f.Check(c.v)
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || FieldsOf(err)[c.f.ID] == "") {
			t.Errorf("%s %q: got %v, want %q under %s", c.f.Type, c.v[:min(len(c.v), 20)], err, c.want, c.f.ID)
		}
	}
}

func TestParseMoney(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Money
	}{
		{"", Money{}}, {"120000 EUR", Money{120_000_000_000, "EUR"}}, {"1_200 000.50usd", Money{1_200_000_500_000, "USD"}}, {"0 EUR", Money{0, "EUR"}},
	} {
		if got, err := ParseMoney(c.in); err != nil || got != c.want {
			t.Errorf("%q: got %v, %v; want %v", c.in, got, err, c.want)
		}
	}
	for _, in := range []string{"EUR", "12", "12 EU", "12 EURO", "-1 EUR", "1,5 EUR", "1/2 EUR", "0.0000001 EUR", "99999999999999999 EUR", "1e3 EUR", "EUR 12"} {
		if got, err := ParseMoney(in); err == nil {
			t.Errorf("%q: got %v, want an error", in, got)
		}
	}
}

func TestTemplateLacking(t *testing.T) {
	tmpl := Template{Fields: []TemplateField{{ID: "a", Required: true}, {ID: "b", Decide: true}, {ID: "c"}}}
	got := tmpl.Lacking(func(id string) bool { return id == "a" })
	if len(got) != 1 || got[0].ID != "b" {
		t.Errorf("got %v, want b", got)
	}
	if err := tmpl.Check(map[string]string{"b": "x"}, true); FieldsOf(err)["a"] == "" || len(FieldsOf(err)) != 1 {
		t.Errorf("got %v, want that a is needed", err)
	}
	if err := tmpl.Check(nil, false); err != nil {
		t.Errorf("nothing is needed but for filing: %v", err)
	}
}
