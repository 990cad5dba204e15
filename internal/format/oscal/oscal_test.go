package oscal_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/oscal"
)

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t testing.TB, data []byte) *oscal.File {
	t.Helper()
	f, err := oscal.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func at(t testing.TB, text string) plumbline.Time {
	t.Helper()
	v, err := plumbline.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// NIST's own example of a plan: two risks, one that rests by a deviation that
// was approved, one that was due on 23 June 2023, one reference that leads to no
// risk, and a task that ends a year behind its deadline.
func TestPlan(t *testing.T) {
	for _, name := range []string{"ifa_poam.json", "ifa_poam.yaml"} {
		f := parse(t, file(t, name))
		if f.Plan == nil || len(f.Plan.Risks) != 2 {
			t.Fatalf("%s: got %+v", name, f.Plan)
		}
		one, two := f.Plan.Risks[0], f.Plan.Risks[1]
		now := at(t, "2023-07-01")
		if one.Status != plumbline.RiskDeviation || !one.Exempt(now) || one.Overdue(now) || one.Deadline != at(t, "2024-01-01T09:00:00Z") || one.Opened != at(t, "2023-05-19T16:14:16Z") {
			t.Errorf("%s: risk 1 is %+v", name, one)
		}
		if one.Exempt(at(t, "2024-01-02")) || !one.Overdue(at(t, "2024-01-02")) {
			t.Errorf("%s: a deviation that was approved is not closed: it ends with its deadline", name)
		}
		if two.Status != plumbline.RiskOpen || two.Exempt(now) || !two.Overdue(now) || two.Deadline != at(t, "2023-06-23T21:00:00Z") || two.Opened != at(t, "2023-06-02T12:31:20Z") {
			t.Errorf("%s: risk 2 is %+v", name, two)
		}
		if diff := cmp.Diff([]string{"GoodRead System Engineers Have Over-Privileged Access to Cloud Infrastructure Account"}, two.Items); diff != "" || len(one.Items) != 0 {
			t.Errorf("%s: %s, and risk 1 has %q", name, diff, one.Items)
		}
		var got []string
		for _, r := range f.Remarks {
			if r.Line == 0 {
				t.Errorf("%s: no line for %q", name, r.Text)
			}
			got = append(got, r.Text)
		}
		want := []string{
			`The task "Completion of GoodRead Sprint Ending June 23, 2023" ends on 2024-06-23, behind the deadline of its risk on 2023-06-23.`,
			"It refers to the risk 401c15c9-ad6b-4d4a-a591-7d53a3abb3b6, which is a mitigating factor and no risk.",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if f.Title != "IFA GoodRead Plan of Action and Milestones" || f.Modified != at(t, "2024-02-01T17:57:28.355446Z") {
			t.Errorf("%s: got %q of %v", name, f.Title, f.Modified)
		}
	}
	for _, name := range []string{"ifa_poam.json", "ifa_poam.yaml"} {
		line := parse(t, file(t, name)).Plan.Risks[0].Line
		if near := strings.Join(strings.Split(string(file(t, name)), "\n")[line-2:line+1], " "); !strings.Contains(near, "8b8bae66") {
			t.Errorf("%s: risk 1 is said to be on line %d, near %q", name, line, near)
		}
	}
}

// A catalog in one line: families, enhancements behind their control, texts with
// what is to be filled in.
func TestCatalog(t *testing.T) {
	f := parse(t, file(t, "nist_low_excerpt.json"))
	var ids []string
	for _, c := range f.Catalog.Controls {
		ids = append(ids, fmt.Sprintf("%s %s %s %s/%s", c.ID, c.Label, c.Title, c.Family, c.Parent))
	}
	want := []string{
		"ac-1 AC-1 Policy and Procedures ac/", "ac-2 AC-2 Account Management ac/", "ac-7 AC-7 Unsuccessful Logon Attempts ac/",
		"ia-2 IA-2 Identification and Authentication (Organizational Users) ia/",
		"ia-2.1 IA-2(1) Multi-factor Authentication to Privileged Accounts ia/ia-2", "ia-2.2 IA-2(2) Multi-factor Authentication to Non-privileged Accounts ia/ia-2",
		"ia-2.8 IA-2(8) Access to Accounts — Replay Resistant ia/ia-2", "ia-2.12 IA-2(12) Acceptance of PIV Credentials ia/ia-2",
		"ia-5 IA-5 Authenticator Management ia/", "ia-5.1 IA-5(1) Password-based Authentication ia/ia-5",
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]plumbline.ControlFamily{{ID: "ac", Title: "Access Control"}, {ID: "ia", Title: "Identification and Authentication"}}, f.Catalog.Families); diff != "" {
		t.Error(diff)
	}
	text := f.Catalog.Controls[0].Text
	for _, part := range []string{
		"a. Develop, document, and disseminate to [organization-defined personnel or roles]:\n",
		"\n  1. [choose one or more: organization-level; mission/business process-level; system-level] access control policy that:\n",
		"\n    (a) Addresses purpose, scope,", "\nb. Designate an [official] to manage",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
	if strings.Contains(text, "{{") || !strings.HasPrefix(f.Catalog.Controls[0].Guidance, "Access control policy and procedures address") {
		t.Errorf("got %q", f.Catalog.Controls[0].Guidance)
	}
}

func TestProfile(t *testing.T) {
	f := parse(t, file(t, "nist_low_profile.json"))
	if len(f.Profile.Imports) != 1 || len(f.Profile.Imports[0].With) != 149 || f.Profile.Imports[0].All || f.Profile.Imports[0].With[13] != "at-2.2" {
		t.Errorf("got %+v", f.Profile)
	}
	f = parse(t, []byte(`{"profile":{"imports":[{"href":"#a","include-all":{},"exclude-controls":[{"with-ids":["AC-2(1)","ac-02.01","x/y"]}]},
		{"href":"#b","include-controls":[{"with-child-controls":"yes","with-ids":["ac-2"]},{"matching":[{"pattern":"au-*"}]}]}],"modify":{"set-parameters":[{}],"alters":[{},{}]}}}`))
	if im := f.Profile.Imports; !im[0].All || len(im[0].Without) != 1 || im[0].Without[0] != "ac-2.1" || !im[1].Children || len(f.Remarks) != 3 {
		t.Errorf("got %+v with %+v", f.Profile, f.Remarks)
	}
}

// The worst of what implements a control is how far it is implemented.
func TestSystem(t *testing.T) {
	f := parse(t, file(t, "ifa_ssp.yaml"))
	if len(f.System.Records) != 1 || f.System.Records[0].Control != "ac-6.1" || f.System.Records[0].State != plumbline.ControlImplemented || f.System.Records[0].Line == 0 {
		t.Errorf("got %+v", f.System.Records)
	}
	f = parse(t, []byte(`{"system-security-plan":{"control-implementation":{"implemented-requirements":[
		{"control-id":"ac-1","by-components":[{"implementation-status":{"state":"implemented "}},{"implementation-status":{"state":"partial"}}]},
		{"control-id":"AC-01"},{"control-id":"ac-3","by-components":[{"implementation-status":{"state":"nearly"}}]}]}}}`))
	if len(f.System.Records) != 1 || f.System.Records[0].State != plumbline.ControlPartial || len(f.Remarks) != 3 {
		t.Errorf("got %+v, %+v", f.System.Records, f.Remarks)
	}
}

// What is odd is told, and the rest is read.
func TestOddFiles(t *testing.T) {
	deep := strings.Repeat(`{"id":"g","groups":[`, 40) + `{"id":"x","controls":[{"id":"x-1"}]}` + strings.Repeat(`]}`, 40)
	for name, c := range map[string]struct {
		data, remark string
		controls     int
	}{
		"twice":        {`{"catalog":{"controls":[{"id":"ac-1"},{"id":"AC-01"},{"id":"ac-2"}]}}`, "two controls of this name", 2},
		"no name":      {`{"catalog":{"controls":[{"id":"a/b"},{"id":"ac-2"}]}}`, "is not the name of a control", 1},
		"nested":       {`{"catalog":{"groups":[` + deep + `]}}`, "nested more than 20 deep", 0},
		"wrong kind":   {`{"catalog":{"controls":[{"id":"ac-1","title":5},{"id":"ac-2"}]}}`, "is a number", 2},
		"time":         {`{"catalog":{"metadata":{"last-modified":"04/03/2026"},"controls":[{"id":"ac-1"}]}}`, "is not a time", 1},
		"long":         {`{"catalog":{"controls":[{"id":"ac-1","parts":[{"name":"statement","prose":"` + strings.Repeat("long ", 30_000) + `"}]}]}}`, "is longer than", 1},
		"growing text": {growing(), "", 1},
		"zero byte":    {`{"catalog":{"controls":[{"id":"ac-1","title":"a\u0000b"}]}}`, "", 1},
	} {
		f := parse(t, []byte(c.data))
		if len(f.Catalog.Controls) != c.controls {
			t.Errorf("%s: got %d controls", name, len(f.Catalog.Controls))
		}
		if got := fmt.Sprint(f.Remarks); !strings.Contains(got, c.remark) {
			t.Errorf("%s: got %s", name, got)
		}
		for _, one := range f.Catalog.Controls {
			if len(one.Text) > plumbline.MaxControlText || strings.Contains(one.Title, "\x00") {
				t.Errorf("%s: got a text of %d bytes, title %q", name, len(one.Text), one.Title)
			}
		}
	}
}

// growing is a catalog in which each parameter inserts the next one many times.
func growing() string {
	var b strings.Builder
	b.WriteString(`{"catalog":{"controls":[{"id":"ac-1","parts":[{"name":"statement","prose":"{{ insert: param, p0 }}"}],"params":[`)
	for i := range 10 {
		fmt.Fprintf(&b, `{"id":"p%d","select":{"choice":["%s"]}},`, i, strings.Repeat(fmt.Sprintf("{{ insert: param, p%d }}", i+1), 30))
	}
	b.WriteString(`{"id":"p10","label":"end"}]}]}}`)
	return b.String()
}

// Files that are something else, or are made to hurt, are refused with a place.
func TestRefusedFiles(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty": {"", "no OSCAL"}, "something else": {`{"bomFormat":"CycloneDX"}`, "no OSCAL catalog"}, "broken": {"{\n\"catalog\": {\n", "Line 3: not valid JSON"},
		"a list": {"[1]", "no OSCAL"}, "bytes": {"{\"catalog\":{\"x\":\"\xff\"}}", "not UTF-8"}, "zero": {"catalog: \x00", "no OSCAL"},
		"aliases":  {"catalog: &a [x]\nother: *a\n", "alias"},
		"deep":     {strings.Repeat("[", 100_000), "not valid JSON"},
		"deepYAML": {"catalog: " + strings.Repeat("[", 1000), "nested more than"},
		"two":      {"catalog: {}\n---\ncatalog: {}\n", "2 documents"},
		"xml":      {"<catalog/>", "no OSCAL"},
	} {
		f, err := oscal.Read([]byte(c.data))
		if plumbline.KindOf(err) != plumbline.Invalid || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %+v, %v", name, f, err)
		}
	}
}

// A mark at the start and lines that end as on Windows change nothing.
func TestLineEnds(t *testing.T) {
	for _, name := range []string{"ifa_poam.json", "ifa_poam.yaml"} {
		plain := parse(t, file(t, name))
		dressed := parse(t, []byte("\ufeff"+strings.ReplaceAll(string(file(t, name)), "\n", "\r\n")))
		if diff := cmp.Diff(plain, dressed); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"ifa_poam.json", "ifa_poam.yaml", "ifa_ssp.yaml", "ifa_results.yaml", "nist_low_profile.json", "nist_low_excerpt.json"} {
		f.Add(file(f, name))
	}
	f.Add([]byte(growing()))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := oscal.Read(data)
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid {
				t.Fatalf("an error of kind %v: %v", plumbline.KindOf(err), err)
			}
			return
		}
		if got.Catalog != nil {
			for _, c := range got.Catalog.Controls {
				if id, err := plumbline.ParseControlID(string(c.ID)); err != nil || id != c.ID {
					t.Fatalf("the name %q", c.ID)
				}
			}
		}
		if got.Assessment != nil {
			for _, r := range got.Assessment.Records {
				r.Product, r.Framework = "ci", "nist"
				if err := r.Validate(); err != nil {
					t.Fatalf("%+v: %v", r, err)
				}
			}
		}
		if got.Plan != nil {
			for _, r := range got.Plan.Risks {
				if err := r.Validate(); err != nil {
					t.Fatalf("%+v: %v", r, err)
				}
			}
		}
	})
}

// large is a catalog in one line of about 1.8 MB, as NIST's for moderate impact.
func large(b testing.TB) []byte {
	var doc struct {
		Catalog struct {
			Groups []map[string]json.RawMessage `json:"groups"`
		} `json:"catalog"`
	}
	if err := json.Unmarshal(file(b, "nist_low_excerpt.json"), &doc); err != nil {
		b.Fatal(err)
	}
	var out strings.Builder
	out.WriteString(`{"catalog":{"groups":[`)
	for i := 0; out.Len() < 1_800_000; i++ {
		for _, g := range doc.Catalog.Groups {
			if out.Len() > 30 {
				out.WriteByte(',')
			}
			fmt.Fprintf(&out, `{"id":"g%d","controls":%s}`, i, strings.ReplaceAll(strings.ReplaceAll(string(g["controls"]), `"id":"ac-`, fmt.Sprintf(`"id":"ac%d-`, i)), `"id":"ia-`, fmt.Sprintf(`"id":"ia%d-`, i)))
		}
	}
	out.WriteString(`]}}`)
	return []byte(out.String())
}

// BenchmarkCatalog reads a catalog of 1.8 MB in one line, and beside it only the
// JSON of it into untyped values and into the same shape.
func BenchmarkCatalog(b *testing.B) {
	data := large(b)
	b.Run("read", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := oscal.Read(data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("json-only", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if err := oscal.DecodeOnly(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
