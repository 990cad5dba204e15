package controlcsv_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/format/controlcsv"
)

func rows(t testing.TB, data string, usual plumbline.ControlRecord) []controlcsv.Row {
	t.Helper()
	s, err := controlcsv.Open("a.csv", []byte(data), usual, nil)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(s.Rows())
}

func at(t testing.TB, text string) plumbline.Time {
	t.Helper()
	v, err := plumbline.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWhatIsRead(t *testing.T) {
	got := rows(t, "Control ID;Implementation Status;Responsible;Frequency;Last evidence;Evidence link;Due date;Notes;Exception;Exception requester;Exception approved by;Exception from;Exception expires;Mappings;Nonsense\r\n"+
		"AC-2(1);Automated ;platform;p90d;2026-03-04;https://ci.example/1;;\"two\r\nlines\";;;;;;\"equal iso-27001 A.5.16; subset cis 5.1\";x\r\n"+
		"ac-03;Pending;;;;;2026-12-31;;old terminals;mara;jo;2026-11-01;2026-12-01;;\r\n", plumbline.ControlRecord{Product: "ci", Framework: "nist"})
	want := []controlcsv.Row{
		{Line: 2, Ref: "AC-2(1)", Record: plumbline.ControlRecord{Product: "ci", Framework: "nist", Control: "ac-2.1", State: "implemented", Need: "automated", Owner: "platform", Cadence: "P90D",
			Passed: at(t, "2026-03-04"), Evidence: "https://ci.example/1", Note: "two\r\nlines", Maps: []plumbline.ControlMapping{{Kind: "equal", Framework: "iso-27001", Control: "a.5.16"}, {Kind: "subset", Framework: "cis", Control: "5.1"}}}},
		{Line: 4, Ref: "ac-03", Record: plumbline.ControlRecord{Product: "ci", Framework: "nist", Control: "ac-3", State: "missing", Need: "pending", Due: at(t, "2026-12-31"),
			Exception: plumbline.ControlException{Reason: "old terminals", Requester: "mara", Approver: "jo", From: at(t, "2026-11-01"), Until: at(t, "2026-12-01")}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A row that is wrong is told with its line, and those after it are read.
func TestBrokenRows(t *testing.T) {
	for name, c := range map[string]struct{ cells, want string }{
		"state":     {"ac-1,mostly,,,,", `state: "mostly" is not the state of a control`},
		"name":      {"a/c,partial,,,,", `control: "a/c" is not the name of a control`},
		"cadence":   {"ac-1,partial,monthly,,,", `cadence: "MONTHLY" is not an amount of time`},
		"day":       {"ac-1,partial,,04/03/2026,,", `due: "04/03/2026" is not a time`},
		"cells":     {"ac-1,partial", "it has 2 cells, the header has 6"},
		"backwards": {"ac-1,partial,,2026-01-01,2026-02-01,", "The gap is due before it was opened"},
		"maps":      {"ac-1,partial,,,,like iso 5", `maps: "like iso 5" is not a mapping`},
	} {
		got := rows(t, "control,state,cadence,due,opened,maps\n"+c.cells+"\nac-9,partial,,,,\n", plumbline.ControlRecord{Product: "ci", Framework: "nist"})
		if len(got) != 2 || got[0].Line != 2 || !strings.Contains(got[0].Skip, c.want) || got[1].Skip != "" || got[1].Record.Control != "ac-9" {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	for name, cells := range map[string]string{"own approval": "old,mara,mara,2026-11-01,2026-12-01", "too long": "old,mara,jo,2026-01-01,2026-12-01", "no reason": ",mara,jo,2026-11-01,2026-12-01", "no end": "old,mara,jo,2026-11-01,"} {
		got := rows(t, "control,state,exception reason,exception requester,exception approver,exception from,exception until\nac-1,partial,"+cells+"\n", plumbline.ControlRecord{Product: "ci", Framework: "nist"})
		if got[0].Skip != "" || !strings.HasPrefix(got[0].Remark, "its exception is left out") || got[0].Record.Exception != (plumbline.ControlException{}) {
			t.Errorf("%s: got %+v", name, got[0])
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty": {"", "is empty"}, "no control": {"product,framework,state\n", "no column is the control"}, "no product": {"control,framework\n", "no column is the product"},
		"no framework": {"control,product\n", "no column is the framework"}, "zero": {"control,product,framework\na\x00,b,c\n", "zero byte"}, "workbook": {"PK\x03\x04", "save the table as CSV"},
	} {
		if _, err := controlcsv.Open("a.csv", []byte(c.data), plumbline.ControlRecord{}, nil); plumbline.KindOf(err) != plumbline.Invalid || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	usual := plumbline.ControlRecord{Product: "ci", Framework: "nist"}
	s, err := controlcsv.Open("a.csv", []byte("thing,state\nac-1,partial\n"), usual, map[string]string{"thing": controlcsv.Control})
	if err != nil || !s.Has(controlcsv.State) || s.Has(controlcsv.Owner) {
		t.Errorf("got %+v, %v", s, err)
	}
	if _, err := controlcsv.Open("a.csv", []byte("thing,control\n"), usual, map[string]string{"nothing": controlcsv.Control}); plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("a header that is not there: %v", err)
	}
}

func write(t interface{ Fatal(...any) }, list ...plumbline.ControlRecord) []byte {
	var b bytes.Buffer
	err := controlcsv.Write(&b, func(yield func(plumbline.ControlRecord, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What is written is what is read.
func TestRoundTrip(t *testing.T) {
	text := rapid.Custom(func(t *rapid.T) string {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+\-@'\t\r\n," ;a]{0,6}`)).Draw(t, "text")
		return strings.TrimSpace(strings.ReplaceAll(s, "\x00", ""))
	})
	moment := rapid.Custom(func(t *rapid.T) plumbline.Time {
		return plumbline.Time(rapid.SampledFrom([]int64{0, 1, 86_400_000_000 * 20_000, 86_400_000_000*20_000 + 7}).Draw(t, "time"))
	})
	rapid.Check(t, func(t *rapid.T) {
		r := plumbline.ControlRecord{
			Product: "ci", Framework: "nist", Control: rapid.SampledFrom([]plumbline.ControlID{"ac-2.1", "a.5.1", "1.2"}).Draw(t, "control"), State: rapid.SampledFrom(plumbline.ControlStates[:]).Draw(t, "state"),
			Need: rapid.SampledFrom([]string{"", "automated", "inherently met"}).Draw(t, "need"), Owner: text.Draw(t, "owner"), Cadence: rapid.SampledFrom([]string{"", "P90D", "P1M"}).Draw(t, "cadence"), Evidence: text.Draw(t, "evidence"),
			Passed: moment.Draw(t, "passed"), Assessed: moment.Draw(t, "assessed"), Due: moment.Draw(t, "due"), Note: text.Draw(t, "note"),
		}
		if rapid.Bool().Draw(t, "exempt") {
			r.Exception = plumbline.ControlException{Reason: "x" + text.Draw(t, "reason"), Requester: "=mara", Approver: "-jo", From: 1_000_000, Until: 86_400_000_000}
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "maps") {
			r.Maps = append(r.Maps, plumbline.ControlMapping{Kind: plumbline.MapsSubset, Framework: "iso", Control: plumbline.ControlID(fmt.Sprint(i + 1))})
		}
		if r.Validate() != nil {
			return
		}
		data := write(t, r)
		s, err := controlcsv.Open("a.csv", data, plumbline.ControlRecord{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.Collect(s.Rows())
		if len(got) != 1 || got[0].Skip != "" || got[0].Remark != "" {
			t.Fatalf("got %+v of\n%q", got, data)
		}
		if diff := cmp.Diff(r, got[0].Record); diff != "" {
			t.Fatalf("%s\nof %q", diff, data)
		}
	})
}

func TestFormulaCells(t *testing.T) {
	data := string(write(t, plumbline.ControlRecord{Product: "ci", Framework: "nist", Control: "ac-1", Owner: "=1+1", Evidence: "+1", Note: "@a"}))
	for _, cell := range []string{",'=1+1,", ",'+1,", ",'@a,"} {
		if !strings.Contains(data, cell) {
			t.Errorf("%q is not in %q", cell, data)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("control,state,due,exception reason\nAC-2(1),Automated ,2026-01-01,\n"))
	f.Add(write(f, plumbline.ControlRecord{Product: "ci", Framework: "nist", Control: "ac-1", State: "partial", Cadence: "P1M"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := controlcsv.Open("a.csv", data, plumbline.ControlRecord{Product: "ci", Framework: "nist"}, nil)
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid {
				t.Fatal(err)
			}
			return
		}
		for r := range s.Rows() {
			if r.Skip == "" {
				if err := r.Record.Validate(); err != nil {
					t.Fatalf("%+v: %v", r, err)
				}
			}
		}
	})
}
