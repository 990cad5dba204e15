package sarif_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/sarif"
)

func results(t *testing.T, data string) []sarif.Result {
	t.Helper()
	runs, err := sarif.Parse("a", []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	var out []sarif.Result
	for _, r := range runs {
		out = append(out, r.Results...)
	}
	return out
}

// Microsoft's nine samples: each says whether viewers show it. Ours agrees with
// eight of them; the ninth is under review beside a rejection, and a suppression
// that is only under review hides nothing.
func TestSuppressions(t *testing.T) {
	data, err := os.ReadFile("testdata/Suppressions.sarif")
	if err != nil {
		t.Fatal(err)
	}
	var differ []int
	list := results(t, string(data))
	for i, r := range list {
		if r.Skip != "" || r.Rule != "TUT1001" || r.Tool != "SarifSamples" || r.Level != "warning" || r.Score.Known() {
			t.Errorf("got %+v", r)
		}
		if r.Suppressed != strings.Contains(r.Message, "hidden") {
			differ = append(differ, i+1)
		}
	}
	if len(list) != 9 || !slices.Equal(differ, []int{9}) || list[0].Line != 15 {
		t.Errorf("got %d results, the first in line %d; those told otherwise: %v", len(list), list[0].Line, differ)
	}
}

func TestParse(t *testing.T) {
	got := results(t, `{"version":"2.1.0","runs":[
{"tool":{"driver":{"name":"scan","rules":[{"id":"CVE-1","shortDescription":{"text":"Bad\nthing"},"properties":{"security-severity":"9.8"}},{"id":"R2"}]},
 "extensions":[{"rules":[{"id":"X","properties":{"security-severity":"11"}}]}]},
"results":[
{"ruleId":"CVE-1","level":"error","message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"go.mod"},"region":{"startLine":3}}}],"partialFingerprints":{"b":"2","a":"1"}},
{"ruleIndex":1,"message":{"text":"m"},"baselineState":"absent","properties":{"security-severity":4}},
{"rule":{"id":"X"},"message":{"text":"m"},"ruleIndex":-1},
{"message":{"text":"m"},"ruleIndex":99},
{"ruleId":"R","message":"text"},
{"ruleId":"R\u0000"}]},
{"results":null},
7,
{"tool":5}]}`)
	want := []sarif.Result{
		{Line: 5, Tool: "scan", Rule: "CVE-1", Title: "Bad thing", Level: "error", Score: "9.8", Path: "go.mod", At: 3, Message: "m", Fingerprint: "1"},
		{Line: 6, Tool: "scan", Rule: "R2", Title: "m", Level: "warning", Score: "4", Message: "m", Absent: true},
		{Line: 7, Tool: "scan", Rule: "X", Title: "m", Level: "warning", Message: "m"},
		{Line: 8, Tool: "scan", Skip: "it names no rule", Title: "m", Level: "warning", Message: "m"},
		{Line: 9, Tool: "scan", Skip: "message is a string, which it cannot be"},
		{Line: 10, Tool: "scan", Skip: "it holds a NUL character"},
		{Line: 12, Skip: "this run cannot be read: it is no object"},
		{Line: 13, Skip: "this run cannot be read: tool is a number, which it cannot be"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNoLog(t *testing.T) {
	for _, text := range []string{"", "<xml/>", "{}", `{"runs":7}`, `{"runs":[{}`, "[]"} {
		if _, err := sarif.Parse("k", []byte(text)); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/Suppressions.sarif")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"runs":[{"tool":{"driver":{"rules":[{"id":"a"}]}},"results":[{"ruleIndex":0,"locations":[{}]},7]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		runs, err := sarif.Parse("f", data)
		if err != nil {
			return
		}
		for _, r := range runs {
			for _, one := range r.Results {
				if one.Skip == "" && (one.Rule == "" || strings.ContainsRune(one.Rule+one.Title+one.Path, 0)) {
					t.Fatalf("got %+v", one)
				}
			}
		}
	})
}
