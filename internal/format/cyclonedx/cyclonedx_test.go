package cyclonedx_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/cyclonedx"
)

func open(t testing.TB, name string) *cyclonedx.Document {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(data))
}

func parse(t testing.TB, text string) *cyclonedx.Document {
	t.Helper()
	d, err := cyclonedx.Parse("a", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func at(t *testing.T, text string) plumbline.Time {
	t.Helper()
	v, err := plumbline.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The components of a real bill of materials; only their descriptions and links
// are left out.
func TestARealBill(t *testing.T) {
	d := open(t, "laravel-7.12.0.json")
	if len(d.Parts) != 62 || len(d.Vulns) != 0 || !d.Lists || d.Tool != "cyclonedx-php-composer" {
		t.Fatalf("got %d components, %d vulnerabilities, tool %q", len(d.Parts), len(d.Vulns), d.Tool)
	}
	want := cyclonedx.Component{Line: 4, Ref: "asm89/stack-cors-1.3.0.0", Package: "pkg:composer/asm89/stack-cors", Version: "1.3.0", Kind: "library"}
	if diff := cmp.Diff(want, d.Parts[0]); diff != "" {
		t.Error(diff)
	}
	if d.Subject.Package != "pkg:composer/cyclonedx/cyclonedx-php-composer-demo" || d.Subject.Version != "dev-master" {
		t.Errorf("got %+v", d.Subject)
	}
}

func TestARealVerdict(t *testing.T) {
	d := open(t, "vex.json")
	v := d.Vulns[0]
	if v.ID != "CVE-2020-25649" || v.Line != 6 || !cmp.Equal(v.Aliases, []string{"SNYK-JAVA-COMFASTERXMLJACKSONCORE-1048302"}) || v.Published != at(t, "2020-12-03") {
		t.Errorf("got %+v", v)
	}
	want := plumbline.Judgement{State: plumbline.NotAffected, Justification: "code_not_reachable", Response: []string{"will_not_fix", "update"},
		Detail: "Automated dataflow analysis and manual code review indicates that the vulnerable code is not reachable, either directly or indirectly."}
	if diff := cmp.Diff(want, v.Judgement); diff != "" || !v.Judged {
		t.Error(diff)
	}
	scores := []string{}
	for _, r := range v.Ratings {
		scores = append(scores, r.Method+" "+string(r.Score)+" "+r.Word)
	}
	if diff := cmp.Diff([]string{"CVSSv31 7.5 high", "CVSSv31 8.2 high", "CVSSv31 0 none"}, scores); diff != "" {
		t.Error(diff)
	}
	part, ok := d.Resolve(v.Affects[0].Ref)
	if !ok || part.Package != "pkg:maven/com.fasterxml.jackson.core/jackson-databind" || part.Version != "2.10.0" {
		t.Errorf("got %+v", part)
	}
}

// One product, two verdicts about one vulnerability: each is for versions of its
// own.
func TestOneVulnerabilityWithTwoVerdicts(t *testing.T) {
	d := open(t, "cisa-case-6.json")
	if len(d.Vulns) != 2 || d.At != at(t, "2022-03-03") {
		t.Fatalf("got %+v", d)
	}
	for version, want := range map[string][2]string{
		"2.4": {"affected", ""}, "2.6": {"affected", ""}, "2.9": {"affected", ""}, "3.11": {"affected", ""}, "4.1": {"affected", ""},
		"1.0": {"", "unaffected"}, "2.3": {"", "unaffected"}, "2.5": {"", "unaffected"}, "2.8": {"", "unaffected"}, "4.2": {"", "unaffected"}, "4.3": {"", ""}, "0.9": {"", ""}, "": {"", ""},
	} {
		got := [2]string{d.Vulns[0].Affects[0].Says(version), d.Vulns[1].Affects[0].Says(version)}
		if got != want {
			t.Errorf("%q: got %v, want %v", version, got, want)
		}
	}
	if part, ok := d.Resolve("product-ABC"); !ok || part.Package != "ABC" {
		t.Errorf("got %+v", part)
	}
}

func TestRanges(t *testing.T) {
	for _, c := range []struct {
		rng string
		in  string
		out string
	}{
		{"vers:semver/<7.0.0|>=1.5.0", "1.5.0 2.10.0 6.9.9 7.0.0-rc1", "7.0.0 1.4.9"},
		{"vers:generic/>=1|<2|>3|<=4", "1 1.9 3.1 4", "0.9 2 3 4.1"},
		{"vers:npm/1.0|2.0", "1.0 2.0 1", "1.5"}, {"vers:npm/<1.0", "0.1", "1.0 2"}, {"vers:npm/>1.0|!=1.5", "1.1 9", "1.0 1.5"},
		{"vers:npm/*", "1", ""}, {"1.0", "", "1.0"}, {"vers:npm", "", "1"},
	} {
		a := cyclonedx.Affected{Versions: []cyclonedx.Version{{Range: c.rng}}}
		for _, v := range strings.Fields(c.in) {
			if a.Says(v) != "affected" {
				t.Errorf("%s does not hold %s", c.rng, v)
			}
		}
		for _, v := range strings.Fields(c.out) {
			if a.Says(v) != "" {
				t.Errorf("%s holds %s", c.rng, v)
			}
		}
	}
}

func TestPackage(t *testing.T) {
	for purl, want := range map[string][2]string{
		"pkg:maven/a/b@1.0?type=jar#sub": {"pkg:maven/a/b", "1.0"}, "pkg:npm/%40angular/core@17": {"pkg:npm/%40angular/core", "17"}, "pkg:npm/@angular/core": {"pkg:npm/@angular/core", ""}, "pkg:golang/x": {"pkg:golang/x", ""},
	} {
		if name, version := cyclonedx.Package(purl); [2]string{name, version} != want {
			t.Errorf("%s: got %q, %q", purl, name, version)
		}
	}
}

func TestBadRows(t *testing.T) {
	d := parse(t, "\xef\xbb\xbf{\"specVersion\":\"1.5\",\"metadata\":{\"timestamp\":\"0001-01-01T00:00:00Z\",\"tools\":{\"components\":[{\"name\":\"grype\"}]}},\r\n\"components\":[\r\n"+
		`{"type":"library","bom-ref":"a","name":"x","group":"g","version":1,"components":[{"bom-ref":"b","purl":"pkg:npm/b@2"},{}]},`+"\r\n7,\r\n{\"name\":\"\\u0000\"}],\r\n\"vulnerabilities\":[\r\n"+strings.Join([]string{
		`{"id":"CVE-1","affects":[{"ref":"a"},{"ref":"b"},{"ref":"zz"},{"ref":""}],"ratings":[{"severity":"HIGH"},{"score":"soon"}],"analysis":{"state":"mystery","lastUpdated":"2026-01-02T00:00:00Z","firstIssued":"2026-01-01T00:00:00Z"}}`,
		`{"affects":[{"ref":"a"}]}`, `{"id":"CVE-2"}`, `{"id":{}}`, `{"id":"` + strings.Repeat("C", 201) + `","affects":[{"ref":"a"}]}`}, ",\r\n")+"]}")
	if d.At != 0 || d.Tool != "grype" || len(d.Parts) != 5 {
		t.Fatalf("got %+v", d)
	}
	skips := []string{}
	for _, p := range d.Parts {
		skips = append(skips, p.Package+"|"+p.Skip)
	}
	if diff := cmp.Diff([]string{"g/x|", "pkg:npm/b|", "|it has neither a package URL nor a name", "|it is no object", "|it holds a NUL character"}, skips); diff != "" {
		t.Error(diff)
	}
	skips = nil
	for _, v := range d.Vulns {
		skips = append(skips, v.Skip)
	}
	if diff := cmp.Diff([]string{"", "it has no id", "CVE-2 does not say what it affects", "Text is wanted where something else is", "its id is longer than 200 bytes"}, skips); diff != "" {
		t.Error(diff)
	}
	v := d.Vulns[0]
	if len(v.Affects) != 3 || v.Judgement.State != "mystery" || v.Judgement.At != at(t, "2026-01-02") || v.Ratings[0].Word != "high" || v.Ratings[1].Score != "" || v.Line != 7 {
		t.Errorf("got %+v", v)
	}
	if part, ok := d.Resolve("zz"); ok || part.Package != "zz" {
		t.Errorf("got %+v", part)
	}
}

func TestNoDocument(t *testing.T) {
	deep := `{"bomFormat":"CycloneDX","components":` + strings.Repeat(`[{"components":`, 6000) + "1" + strings.Repeat("}]", 6000) + "}"
	for _, text := range []string{"", "<bom/>", "{}", "[]", `{"bomFormat":"SPDX"}`, `{"bomFormat":"CycloneDX","components":[`, deep} {
		if _, err := cyclonedx.Parse("k", []byte(text)); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%.40q: got %v", text, err)
		}
	}
	nested := parse(t, `{"bomFormat":"CycloneDX","components":[`+strings.Repeat(`{"name":"a","components":[`, 300)+strings.Repeat("]}", 300)+"]}")
	if len(nested.Parts) != 66 || nested.Parts[65].Skip != "its components are nested too deep" {
		t.Errorf("got %d parts, the last %+v", len(nested.Parts), nested.Parts[len(nested.Parts)-1])
	}
}

func FuzzParse(f *testing.F) {
	names, err := filepath.Glob("testdata/*.json")
	if err != nil || len(names) < 8 {
		f.Fatalf("got %d files, %v", len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := cyclonedx.Parse("f", data)
		if err != nil {
			return
		}
		for _, c := range d.Parts {
			if c.Skip == "" && (c.Package == "" || strings.ContainsRune(c.Package+c.Ref+c.Version, 0)) {
				t.Fatalf("got %+v", c)
			}
		}
		for _, v := range d.Vulns {
			if v.Skip == "" && (v.ID == "" || len(v.Affects) == 0) {
				t.Fatalf("got %+v", v)
			}
			for _, a := range v.Affects {
				part, _ := d.Resolve(a.Ref)
				a.Says(part.Version)
			}
		}
	})
}
