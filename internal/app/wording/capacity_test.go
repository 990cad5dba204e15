package wording_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/app/wording"
)

func TestCapacityInWords(t *testing.T) {
	for _, c := range []struct{ typ, data, sentence, detail string }{
		{"capacity entered", `{"team":"ci","text":"2027Q1"}`, "said who is there in ci in 2027Q1", ""},
		{"capacity entered", `{"text":"crew.csv","new":2,"altered":1}`, "took in who is there in teams from crew.csv", "2 new, 1 changed"},
		{"capacity taken back", `{"team":"ci","text":"2027Q1"}`, "took back who is there in ci in 2027Q1", ""},
		{"capacity learned", `{"items":2}`, "counted anew what teams finished", ""},
		{"capacity rules put", `{"version":"2"}`, "put other rules of capacity in force", ""},
		{"mix planned", `{"team":"ci"}`, "planned the mix of work of ci", ""},
		{"work drifted", `{"team":"ci","text":"features","why":"Features took 30 %."}`, "saw the work of ci leave its plan: features", "Features took 30 %."},
		{"work came back", `{"team":"ci","text":"features","why":"old"}`, "saw the work of ci back on its plan: features", ""},
	} {
		sentence, detail := wording.InWordsOf(plumbline.Event{Type: c.typ, Data: []byte(c.data)})
		if sentence != c.sentence || detail != c.detail {
			t.Errorf("%s: got %q, %q", c.typ, sentence, detail)
		}
	}
}
