package plumbline_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumbline"
)

// However a control is written, it is one control.
func TestControlIDs(t *testing.T) {
	for want, spellings := range map[plumbline.ControlID][]string{
		"ac-2.1":   {"ac-2.1", "AC-2(1)", "ac-02.01", "AC-02(01)", " AC-2 (1) ", "Ac-2[1]"},
		"ac-10":    {"AC-10", "ac-010"},
		"ac-2.1.a": {"AC-2(1)(a)", "ac-2.1.a"},
		"a.5.15":   {"A.5.15", "a.05.15"},
		"cc6.1":    {"CC6.1"},
		"1.2.10":   {"1.2.10", "01.02.10"},
		"s1.1.0":   {"s1.1.0"},
	} {
		for _, s := range spellings {
			if got, err := plumbline.ParseControlID(s); err != nil || got != want {
				t.Errorf("%q: got %q, %v; want %q", s, got, err, want)
			}
		}
	}
	for _, s := range []string{"", "  ", "()", "ac/2", "ac-2;drop", "<b>", "ä-1", strings.Repeat("a", 61)} {
		if got, err := plumbline.ParseControlID(s); plumbline.KindOf(err) != plumbline.Invalid || err == nil {
			t.Errorf("%q: got %q, %v", s, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		id, err := plumbline.ParseControlID(rapid.StringMatching(`[A-Za-z0-9.()\[\]_: -]{1,20}`).Draw(t, "text"))
		if err != nil {
			return
		}
		if again, err := plumbline.ParseControlID(string(id)); err != nil || again != id {
			t.Fatalf("%q is read as %q, %v", id, again, err)
		}
		if again, err := plumbline.ParseControlID(id.Label()); err != nil || again != id {
			t.Fatalf("the label %q of %q is read as %q, %v", id.Label(), id, again, err)
		}
	})
}

func TestControlNames(t *testing.T) {
	for id, want := range map[plumbline.ControlID][2]string{
		"ac-2.1": {"AC-2(1)", "ac"}, "ac-2": {"AC-2", "ac"}, "a.5.15": {"A.5.15", "a"}, "cc6.1": {"CC6.1", "cc"}, "1.2.10": {"1.2.10", "1"}, "overview": {"OVERVIEW", "overview"},
	} {
		if id.Label() != want[0] || id.Family() != want[1] {
			t.Errorf("%q: got %q of %q, want %q of %q", id, id.Label(), id.Family(), want[0], want[1])
		}
	}
}

// Partly is not met, what does not apply is no gap, and a blank behind a word
// changes nothing.
func TestControlStates(t *testing.T) {
	for text, want := range map[string]struct {
		state    plumbline.ControlState
		need     string
		met, gap bool
	}{
		"implemented": {plumbline.ControlImplemented, "", true, false}, "Automated ": {plumbline.ControlImplemented, "automated", true, false},
		"inherently met": {plumbline.ControlImplemented, "inherently met", true, false}, "documentation": {plumbline.ControlImplemented, "documentation", true, false},
		"alternative": {plumbline.ControlAlternative, "", true, false}, "partial": {plumbline.ControlPartial, "", false, true},
		"planned": {plumbline.ControlPlanned, "", false, true}, "pending": {plumbline.ControlMissing, "pending", false, true},
		"not-applicable": {plumbline.ControlNotApplicable, "", false, false}, "not applicable": {plumbline.ControlNotApplicable, "", false, false},
		"not_applicable\t": {plumbline.ControlNotApplicable, "", false, false}, "not-satisfied": {plumbline.ControlMissing, "not satisfied", false, true}, "": {"", "", false, true},
	} {
		state, need, err := plumbline.ParseControlState(text)
		if err != nil || state != want.state || need != want.need || state.Met() != want.met || state.Gap() != want.gap {
			t.Errorf("%q: got %q (%q), met %v, gap %v, %v", text, state, need, state.Met(), state.Gap(), err)
		}
	}
	if _, _, err := plumbline.ParseControlState("mostly"); plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestPeriods(t *testing.T) {
	start, err := plumbline.ParseTime("2026-01-31T12:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"P90D": "2026-05-01T12:00:00Z", "P2W": "2026-02-14T12:00:00Z", "P1Y": "2027-01-31T12:00:00Z", "P3M": "2026-05-01T12:00:00Z", "PT36H": "2026-02-02T00:00:00Z",
		"P1M1DT1H": "2026-03-04T13:00:00Z", " P1D ": "2026-02-01T12:00:00Z", "": "2026-01-31T12:00:00Z",
	} {
		p, err := plumbline.ParsePeriod(text)
		if got := p.After(start).Std().Format("2006-01-02T15:04:05Z"); err != nil || got != want {
			t.Errorf("%q: got %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"90D", "P", "PT", "P1", "P1H", "PT1D", "P1D1Y", "P-1D", "P1.5D", "p1d", "P99999D", "P0D", "P1DT"} {
		if p, err := plumbline.ParsePeriod(text); plumbline.KindOf(err) != plumbline.Invalid || err == nil {
			t.Errorf("%q: got %+v, %v", text, p, err)
		}
	}
}

func TestControlRecords(t *testing.T) {
	at := func(s string) plumbline.Time { v, _ := plumbline.ParseTime(s); return v }
	good := plumbline.ControlRecord{Product: "ci", Framework: "nist", Control: "ac-2.1", State: plumbline.ControlImplemented, Cadence: "P1M", Passed: at("2026-01-15")}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	if got := good.GoodUntil(); got != at("2026-02-15") {
		t.Errorf("good until %v", got)
	}
	if got := (plumbline.ControlRecord{Passed: at("2026-01-01")}).GoodUntil(); got != at("2026-04-01") {
		t.Errorf("without a cadence good until %v", got)
	}
	if got := (plumbline.ControlRecord{Cadence: "P1M"}).GoodUntil(); got != 0 {
		t.Errorf("without evidence good until %v", got)
	}
	for field, change := range map[string]func(*plumbline.ControlRecord){
		"product": func(r *plumbline.ControlRecord) { r.Product = "" }, "framework": func(r *plumbline.ControlRecord) { r.Framework = "A B" },
		"control": func(r *plumbline.ControlRecord) { r.Control = "AC-2(1)" }, "state": func(r *plumbline.ControlRecord) { r.State = "done" },
		"cadence": func(r *plumbline.ControlRecord) { r.Cadence = "monthly" },
		"due":     func(r *plumbline.ControlRecord) { r.Opened, r.Due = at("2026-02-01"), at("2026-01-01") },
		"approvers": func(r *plumbline.ControlRecord) {
			r.Exception = plumbline.ControlException{Reason: "r", Requester: "mara", Approver: "mara", From: 1, Until: 2}
		},
		"until": func(r *plumbline.ControlRecord) {
			r.Exception = plumbline.ControlException{Reason: "r", Requester: "mara", Approver: "jo", From: at("2026-01-01"), Until: at("2026-06-01")}
		},
	} {
		r := good
		change(&r)
		if err := r.Validate(); plumbline.FieldsOf(err)[field] == "" {
			t.Errorf("%s: got %v", field, err)
		}
	}
}
