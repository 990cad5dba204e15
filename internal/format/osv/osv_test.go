package osv_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/osv"
)

func at(t *testing.T, text string) plumbline.Time {
	t.Helper()
	v, err := plumbline.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A real entry of the Go database: no severity at all, and modified in the year 1.
func TestAGoAdvisoryHasNoSeverity(t *testing.T) {
	data, err := os.ReadFile("testdata/GO-2020-0001.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := osv.Parse("a", data)
	if err != nil {
		t.Fatal(err)
	}
	want := []osv.Advisory{{
		Line: 1, ID: "GO-2020-0001", Aliases: []string{"CVE-2020-36567", "GHSA-6vm3-jj99-7229"}, Published: at(t, "2021-04-14T20:04:52Z"), Fixed: []string{"Go/github.com/gin-gonic/gin 1.6.0"},
		Summary: "The default Formatter for the Logger middleware (LoggerConfig.Formatter), which is included in the Default engine, allows attackers to inject arbitrary log entries by manipulating the request path.",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParse(t *testing.T) {
	got, err := osv.Parse("a", []byte(`{"vulns":[
{"id":"GHSA-1","aliases":["CVE-1","CVE-1","","GHSA-1"],"summary":"s","withdrawn":"2026-01-01T00:00:00Z","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"}],"database_specific":{"severity":"HIGH"}},
{"aliases":["CVE-2"]},
{"id":7,"affected":[{"package":{"name":"p"},"severity":[{"score":"AV:N"}],"ranges":[{"events":[{"introduced":"0"},{"fixed":"2"},{"fixed":"2"}]}]}]},
{"id":"x\u0000"},
{"id":"`+strings.Repeat("y", 201)+`"},
[]]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []osv.Advisory{
		{Line: 2, ID: "GHSA-1", Aliases: []string{"CVE-1"}, Summary: "s", Withdrawn: at(t, "2026-01-01"), Vectors: []string{"CVSS:3.1/AV:N"}, Word: "HIGH"},
		{Line: 3, Skip: "it has no id", Aliases: []string{"CVE-2"}},
		{Line: 4, ID: "7", Vectors: []string{"AV:N"}, Fixed: []string{"p 2"}},
		{Line: 5, Skip: "it holds a NUL character"},
		{Line: 6, Skip: "a name of it is longer than 200 bytes", ID: strings.Repeat("y", 201)},
		{Line: 7, Skip: "it is no object"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/GO-2020-0001.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("{\"id\":\"a\"}\n{\"id\":\"b\",\"affected\":[{\"ranges\":[{\"events\":[{\"fixed\":\"1\"}]}]}]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := osv.Parse("f", data)
		if err != nil {
			return
		}
		for _, a := range list {
			if a.Skip == "" && (a.ID == "" || strings.ContainsRune(a.ID+a.Summary+strings.Join(a.Aliases, ""), 0)) {
				t.Fatalf("got %+v", a)
			}
		}
	})
}
