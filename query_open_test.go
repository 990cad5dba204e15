package plumbline_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumbline"
)

// What is being written where the text ends, which is where the cursor stands.
func TestOpenQueryWord(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "|",
		"te":                       "|te",
		"memory te":                "|te",
		"-te":                      "|te",
		"(te":                      "|te",
		"team:":                    "team|",
		"team:si":                  "team|si",
		"-team:si":                 "team|si",
		"team:a,si":                "team|si",
		"(team:a or label:are":     "label|are",
		`state:"In Pr`:             "state|In Pr",
		`state:"a,b","In `:         "state|In ",
		"no:te":                    "has|te",
		"Labels:x":                 "label|x",
		"updated>20":               "updated|20",
		"field.reach:":             "field.reach|",
		`state:"In Progress"`:      "-",
		`"a phrase te`:             "-",
		"memory, te":               "|te",
		"nothing:a":                "-",
		"team:sig-node ":           "|",
		`title:"with \" quote`:     `title|with \" quote`,
		`title:"ends in \\" label`: "|label",
	} {
		got := "-"
		if w, ok := plumbline.OpenQueryWord(text); ok {
			got = "|" + w.Typed
			if w.Field != nil {
				got = w.Field.Name + got
			}
			if !strings.HasSuffix(strings.TrimPrefix(text[w.From:], `"`), w.Typed) {
				t.Errorf("%q: %q does not begin at %d", text, w.Typed, w.From)
			}
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// Whatever is typed, what is found lies within it; and a value that is put there
// is read as that value.
func TestOpenQueryWordTakesValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune(`at:"\,() -ü>`))).Draw(t, "text")
		if w, ok := plumbline.OpenQueryWord(text); ok && (w.From < 0 || w.From > len(text)) {
			t.Fatalf("%q: begins at %d", text, w.From)
		}
		value := rapid.StringN(1, 20, -1).Filter(func(s string) bool { return strings.TrimSpace(s) != "" && !strings.ContainsAny(s, "*\x00") }).Draw(t, "value")
		q, err := plumbline.ParseQuery("label:" + plumbline.QueryText(value))
		if err != nil {
			t.Fatalf("%q: %v", value, err)
		}
		q.Terms(func(term plumbline.Term) {
			if term.Field != "label" || len(term.Values) != 1 || term.Values[0].Text != value {
				t.Fatalf("%q became %+v", value, term)
			}
		})
	})
}
