package jsondoc_test

import (
	"fmt"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/format/jsondoc"
)

func read(t *testing.T, data string) string {
	t.Helper()
	rows, err := jsondoc.Rows("a.json", []byte(data), "posts")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for r := range rows {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s%s", r.Line, r.JSON, r.Bad)))
	}
	return strings.Join(out, "; ")
}

func TestRows(t *testing.T) {
	for data, want := range map[string]string{
		`[]`:                               "",
		"[\n{\"a\":1},\n\n{\"a\":\n2}\n]":  "2 {\"a\":1}; 4 {\"a\":\n2}",
		"{\"a\":1}\n{\"a\":2}\n":           `1 {"a":1}; 2 {"a":2}`,
		"{\"a\":1}\nnonsense\n\n{\"a\":2}": `1 {"a":1}; 2 this line is no JSON; 4 {"a":2}`,
		"\n{\n\"a\":1\n}":                  "2 {\n\"a\":1\n}",
		"{\"more\":{\"posts\":[]},\n\"posts\": [\n{\"a\":1}]}": `3 {"a":1}`,
		"[{\"a\":1},\n{\"a\":":                                 `1 {"a":1}; 2 the file cannot be read from here on: it breaks off`,
		"[{\"a\":1}\n":                                         `1 {"a":1}; 2 the file breaks off: the list is not closed`,
		"[1,\n{\"a\":1}]":                                      `1 it is no object; 2 {"a":1}`,
		"\xef\xbb\xbf[{\"a\":1}]":                              `1 {"a":1}`,
	} {
		if got := read(t, data); got != want {
			t.Errorf("%q: got %q, want %q", data, got, want)
		}
	}
	for _, data := range []string{"", " \n", "hello", "\"text\"", "<html>"} {
		if _, err := jsondoc.Rows("a.json", []byte(data)); plumbline.KindOf(err) != plumbline.Invalid || err == nil {
			t.Errorf("%q: got %v", data, err)
		}
	}
}

func TestInto(t *testing.T) {
	type form struct {
		ID     jsondoc.Text   `json:"id"`
		Made   jsondoc.Moment `json:"made"`
		Labels []jsondoc.Name `json:"labels"`
		Votes  int            `json:"votes"`
	}
	var v form
	if bad := (jsondoc.Row{JSON: []byte(`{"id":7,"made":"2026-01-02","labels":["a",{"name":"b"},{"title":"c"},null,"a"]}`)}).Into(&v); bad != "" {
		t.Fatal(bad)
	}
	day, _ := plumbline.ParseTime("2026-01-02")
	if v.ID != "7" || plumbline.Time(v.Made) != day || strings.Join(jsondoc.Names(v.Labels), " ") != "a b c" {
		t.Errorf("got %+v", v)
	}
	for data, want := range map[string]string{
		`{"votes":"many"}`: "votes is a string", `{"made":"never"}`: "is not a time", `{"id":[]}`: "Text is wanted", `{"labels":[[]]}`: "Text is wanted",
	} {
		if bad := (jsondoc.Row{JSON: []byte(data)}).Into(&form{}); !strings.Contains(bad, want) {
			t.Errorf("%s: got %q, want %q", data, bad, want)
		}
	}
}

func FuzzRows(f *testing.F) {
	f.Add([]byte(`[{"a":1}]`))
	f.Add([]byte("{\"a\":1}\n{"))
	f.Add([]byte(`{"posts":[{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := jsondoc.Rows("f", data, "posts")
		if err != nil {
			return
		}
		line := 0
		for r := range rows {
			if r.Line < line || (r.Bad == "") == (r.JSON == nil) {
				t.Fatalf("%+v after line %d", r, line)
			}
			line = r.Line
		}
	})
}
