package wording_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/app/wording"
)

func TestIncidentsInWords(t *testing.T) {
	for _, c := range []struct{ typ, data, sentence, detail string }{
		{"incident began", `{"text":"incident 3","detail":"Disk full","why":"about no product yet"}`, "told of incident 3: Disk full", "It is about no product yet."},
		{"incident began again", `{"text":"incident 3","detail":"Disk full","why":"S1"}`, "told that incident 3 goes on again: Disk full", "It is S1."},
		{"incident ended", `{"text":"incident 3","detail":"Disk full"}`, "told that incident 3 is over: Disk full", ""},
		{"incident declared", `{"text":"incident 3","detail":"Disk full","why":"open"}`, "declared incident 3: Disk full", ""},
		{"incident changed", `{"text":"incident 3","detail":"Disk full","why":"mitigated"}`, "changed what is said of incident 3: Disk full", "It is mitigated."},
		{"incident untied", `{"text":"incident 3","detail":"Disk full"}`, "said that incident 3 is no item any more: Disk full", ""},
		{"item tied to an incident", `{"text":"incident 3","detail":"Disk full"}`, "said that this is incident 3: Disk full", ""},
		{"sources of alarms configured", `{"text":"2"}`, "configured the sources of alarms, 2 of them", ""},
		{"incident rules changed", `{"text":"2027"}`, "put the rules of incidents 2027 in force", ""},
		{"tickets read", `{"text":"zendesk"}`, "took in tickets of zendesk", ""},
		{"support capacity set", `{"text":"Support","detail":"6 people, 35 hours each"}`, "said how many hours there are for support of Support", "6 people, 35 hours each"},
	} {
		sentence, detail := wording.InWordsOf(plumbline.Event{Type: c.typ, Data: []byte(c.data)})
		if sentence != c.sentence || detail != c.detail {
			t.Errorf("%s: got %q, %q", c.typ, sentence, detail)
		}
	}
}
