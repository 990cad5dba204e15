package wording_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/app/wording"
)

func TestControlsInWords(t *testing.T) {
	for _, c := range []struct{ typ, data, sentence, detail string }{
		{"controls changed", `{"product":"ci","framework":"nist","text":"NIST","new":3,"altered":1}`, "said how controls of NIST stand for ci", "3 new, 1 changed"},
		{"controls changed", `{"product":"ci","framework":"nist","control":"ac-2.1","from":"","to":"not_applicable"}`, "said that AC-2(1) of nist is not applicable for ci", "It was not known."},
		{"controls changed", `{"product":"ci","framework":"nist","control":"ac-2.1","from":"partial","to":"partial"}`, "changed what is known of AC-2(1) of nist for ci", ""},
		{"framework changed", `{"text":"NIST","altered":5}`, "took in the framework NIST", "5 controls changed"},
		{"risks changed", `{"product":"ci","new":2}`, "took in risks of ci", "2 new, 0 changed"},
		{"product held to framework", `{"product":"ci","text":"NIST"}`, "held ci to NIST", ""},
		{"product let go from framework", `{"product":"ci","text":"NIST"}`, "ended that ci is held to NIST", ""},
	} {
		sentence, detail := wording.InWordsOf(plumbline.Event{Type: c.typ, Data: []byte(c.data)})
		if sentence != c.sentence || detail != c.detail {
			t.Errorf("%s: got %q, %q", c.typ, sentence, detail)
		}
	}
}
