package jsondoc_test

import (
	"encoding/json"
	"testing"

	"plumbline"
	"plumbline/internal/format/jsondoc"
)

func TestDocument(t *testing.T) {
	var v struct{ A jsondoc.Past }
	for text, want := range map[string]bool{
		"\xef\xbb\xbf {\"a\":\"2026-01-01\"}\n": true, `[]`: false, `{"a":`: false, ``: false, `{"a":"0001-01-01T00:00:00Z"}`: true, `{"a":"soon"}`: true, `{} {}`: false,
	} {
		if got := jsondoc.Document([]byte(text), &v); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
	v.A = 7
	if !jsondoc.Document([]byte(`{"a":"0001-01-01T00:00:00Z"}`), &v) || plumbline.Time(v.A) != 0 {
		t.Errorf("a time in the year 1: got %v", v.A)
	}
}

func TestUnfit(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":"b"}`: "", `{"a":"\u0000"}`: "it holds a NUL character", `{"a":"\\u0000"}`: "", `{"a":"\\u0000\\\u0000"}`: "it holds a NUL character",
	} {
		if got := (jsondoc.Row{JSON: json.RawMessage(text)}).Unfit(); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if got := (jsondoc.Row{Bad: "no"}).Unfit(); got != "no" {
		t.Errorf("got %q", got)
	}
}

func TestClip(t *testing.T) {
	if got := jsondoc.Clip(" one\n two  three ", 9); got != "one two…" {
		t.Errorf("got %q", got)
	}
}
