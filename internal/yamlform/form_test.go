package yamlform

import (
	"strings"
	"testing"

	"plumbline"
)

type form struct {
	Name  string `yaml:"name"`
	Items []struct {
		ID    string `yaml:"id"`
		Words Words  `yaml:"words"`
	} `yaml:"items"`
}

const good = "name: a\nitems:\n  - {id: x, words: one}\n  - {id: y, words: [one, two]}\n"

func TestRead(t *testing.T) {
	var in form
	f, err := Read("f.yaml", []byte(good), 1000, &in)
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Items) != 2 || len(in.Items[0].Words) != 1 || len(in.Items[1].Words) != 2 || f.Err() != nil || !f.Good() {
		t.Errorf("got %+v, %v", in, f.Err())
	}
	f.Bad("$.items[1].id", "%s is taken", "y")
	f.Bad("$.items[0].size", "is missing")
	f.Fields("$", plumbline.FieldError("name", "Too short."))
	f.Fields("$.items", plumbline.Errorf(plumbline.Invalid, "Too few."))
	f.Fields("$", nil)
	want := "f.yaml:4:10: y is taken\nf.yaml:3:5: is missing\nf.yaml:1:7: Too short.\nf.yaml:3:3: Too few."
	if err := f.Err(); plumbline.KindOf(err) != plumbline.Invalid || plumbline.TextOf(err) != want || f.Problems() != 4 {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	var loose struct {
		Items []struct {
			ID string `yaml:"id"`
		} `yaml:"items"`
	}
	if err := f.Loose([]byte(good), &loose); err != nil || loose.Items[1].ID != "y" {
		t.Errorf("got %+v, %v", loose, err)
	}
}

func TestRefused(t *testing.T) {
	for src, want := range map[string]string{
		"name: [a": "f:1:", "colour: red": "f:1:1: unknown field", "name: {a: b}": "f:1:7:", strings.Repeat("[", 40): "nested too deep",
		"name: a\nname: b": "f:2:1:", strings.Repeat("x", 200): "at most 100 are read",
	} {
		if _, err := Read("f", []byte(src), 100, &form{}); plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(plumbline.TextOf(err), want) {
			t.Errorf("%q: got %v, want %s", src, err, want)
		}
	}
}
