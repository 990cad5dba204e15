package complianceascode_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	cac "plumbline/internal/format/complianceascode"
)

func file(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/nist_ocp4.yml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The real file for OpenShift: 922 controls, of which 325 apply, 158 of these
// are met (48.6 %), 3 in part, 164 pending. 158 of 922 would be the wrong answer.
func TestRealFile(t *testing.T) {
	p, err := cac.Read(file(t))
	if err != nil {
		t.Fatal(err)
	}
	words, applicable, met := map[string]int{}, 0, 0
	for i, e := range p.Entries {
		if e.Skip != "" || e.Remark != "" || e.Line == 0 {
			t.Errorf("entry %d: %+v", i, e)
		}
		word := e.Need
		if word == "" {
			word = string(e.State)
		}
		words[word]++
		if e.State != plumbline.ControlNotApplicable {
			applicable++
		}
		if e.State.Met() {
			met++
		}
	}
	want := map[string]int{"automated": 101, "supported": 24, "inherently met": 30, "documentation": 3, "partial": 3, "pending": 164, "not_applicable": 597}
	if diff := cmp.Diff(want, words); diff != "" || applicable != 325 || met != 158 {
		t.Errorf("%s; %d apply, %d are met", diff, applicable, met)
	}
	if p.ID != "nist_ocp4" || p.Version != "Revision 4" || !strings.HasPrefix(p.Title, "Configuration Recommendations") {
		t.Errorf("got %+v", p)
	}
	second := p.Entries[2]
	if second.Control.ID != "ac-2.1" || second.Control.Label != "AC-2(1)" || second.Control.Family != "ac" || p.Entries[0].Control.Title != "ACCESS CONTROL POLICY AND PROCEDURES" || !strings.HasPrefix(p.Entries[0].Note, "Section a: AC-1(a)") {
		t.Errorf("got %+v and %+v", second, p.Entries[0])
	}
}

func TestOddEntries(t *testing.T) {
	p, err := cac.Read([]byte("id: x\ncontrols:\n  - id: E8-1\n    status: 'automated '\n  - id: AC-02\n    status: mostly\n  - id: e8-01\n    status: pending\n" +
		"  - id: e8-2\n  - nothing\n  - id: e8-3\n    status: planned\n    controls:\n      - id: e8-3.1\n        status: does not meet\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range p.Entries {
		got = append(got, strings.TrimSpace(e.Ref+" "+string(e.State)+" "+string(e.Control.Parent)+" "+e.Skip+e.Remark))
	}
	want := []string{
		"E8-1 implemented", `AC-02   "mostly" is not the state of a control; use implemented, alternative, partial, planned, missing or not applicable`,
		"e8-01   there are two controls of this name; the first one counts", "e8-2 missing  it has no status, and counts as pending",
		"it is no control with an id", "e8-3 planned", "e8-3.1 missing e8-3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRefusedFiles(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty": {"", "0 documents"}, "no list": {"controls: all\n", "no list of controls"}, "two": {"controls: []\n---\ncontrols: []\n", "2 documents"},
		"aliases": {"a: &a [b]\ncontrols: *a\n", "alias"}, "bytes": {"controls: \xff", "not UTF-8"}, "deep": {"controls: " + strings.Repeat("[", 500), "nested more than"},
		"large": {"controls: [" + strings.Repeat("a,", 8<<20) + "]", "at most"},
	} {
		if _, err := cac.Read([]byte(c.data)); plumbline.KindOf(err) != plumbline.Invalid || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(file(f)[:20_000])
	f.Add([]byte("controls:\n  - id: a\n    status: partial \n    controls: [{id: a.1}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := cac.Read(data)
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid {
				t.Fatal(err)
			}
			return
		}
		for _, e := range p.Entries {
			if id, err := plumbline.ParseControlID(string(e.Control.ID)); e.Skip == "" && (err != nil || id != e.Control.ID) {
				t.Fatalf("got %+v", e)
			}
		}
	})
}
