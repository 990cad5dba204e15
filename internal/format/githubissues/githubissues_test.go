package githubissues_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/githubissues"
)

func file(t testing.TB, name string) plumbline.ImportFile {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return plumbline.ImportFile{Name: name, Data: data}
}

func read(t *testing.T, files ...plumbline.ImportFile) (out []plumbline.Incoming) {
	t.Helper()
	rows, err := githubissues.Read(files...)
	if err != nil {
		t.Fatal(err)
	}
	for in := range rows {
		out = append(out, in)
	}
	return out
}

// The real export of a repository: of 150 rows 72 are pull requests.
func TestRealExport(t *testing.T) {
	got := read(t, file(t, "issues.json"), file(t, "issue_comments.json"))
	pulls, taken, comments, open := 0, 0, 0, 0
	byRef := map[string]plumbline.Incoming{}
	for _, in := range got {
		byRef[in.External] = in
		if in.Skip == "it is a pull request" {
			pulls++
			continue
		}
		if in.Skip != "" {
			t.Errorf("%s was skipped: %s", in.External, in.Skip)
		}
		taken++
		comments += len(in.Comments)
		if in.Ended == plumbline.StillOpen {
			open++
		}
	}
	t.Logf("%d rows: %d pull requests, %d issues with %d comments, %d of them open", len(got), pulls, taken, comments, open)
	if len(got) != 150 || pulls != 72 || taken != 78 || len(byRef) != 150 {
		t.Errorf("got %d rows, %d pull requests, %d issues, %d names", len(got), pulls, taken, len(byRef))
	}
	if comments == 0 || comments >= 329 {
		t.Errorf("got %d comments: the file has 329, some of them on pull requests", comments)
	}
	in := byRef["robpike/ivy#7"]
	if in.Skip != "" || in.Title == "" || in.Author == "" || in.Created.IsZero() || in.URL != "https://github.com/robpike/ivy/issues/7" || in.Line < 2 {
		t.Errorf("got %+v", in)
	}
}

func TestGh(t *testing.T) {
	got := read(t, plumbline.ImportFile{Name: "gh.json", Data: []byte(`[{"assignees":[{"login":"ines"}],"author":{"login":"jonas","name":"Jonas"},"body":"b","closed":true,
"closedAt":"2026-01-03T00:00:00Z","comments":[{"id":"IC_1","author":{"login":"mara"},"body":"why","createdAt":"2026-01-02T00:00:00Z"}],"createdAt":"2026-01-01T00:00:00Z",
"labels":[{"id":"x","name":"infra"}],"number":7,"reactionGroups":[{"content":"THUMBS_UP","users":{"totalCount":3}}],"state":"CLOSED","stateReason":"NOT_PLANNED",
"title":"Faster","updatedAt":"2026-01-03T00:00:00Z","url":"https://github.com/o/r/issues/7"},
{"number":8,"title":"No address","state":"OPEN"}]`)})
	at := func(day string) plumbline.Time {
		v, err := plumbline.ParseTime(day)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	want := []plumbline.Incoming{
		{File: "gh.json", Line: 1, External: "o/r#7", Title: "Faster", Body: "b", Author: "jonas", AuthorName: "Jonas", Assignee: "ines", Status: "closed", Ended: plumbline.EndedDropped,
			Created: at("2026-01-01"), Updated: at("2026-01-03"), Closed: at("2026-01-03"), Labels: []string{"infra"}, URL: "https://github.com/o/r/issues/7", Votes: 3,
			Comments: []plumbline.IncomingComment{{ID: "IC_1", Author: "mara", Body: "why", At: at("2026-01-02")}}},
		{File: "gh.json", Line: 5, External: "#8", Title: "No address", Status: "open"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSkipped(t *testing.T) {
	got := read(t, plumbline.ImportFile{Name: "a", Data: []byte(`[{"title":"x"},{"number":1},{"number":"one","title":"x"},7,{"number":2,"title":"x","created_at":"never"}]`)})
	var why []string
	for _, in := range got {
		why = append(why, in.Skip)
	}
	want := `it has neither a number nor an address|it has no title|number is a string, which it cannot be|it is no object|"never" is not a time`
	if s := strings.Join(why, "|"); !strings.HasPrefix(s, want) {
		t.Errorf("got %s", s)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`[{"number":1,"title":"a","html_url":"https://github.com/o/r/issues/1","comments":[{"body":"x"}]}]`))
	f.Add([]byte(`[{"issue_url":"https://api.github.com/repos/o/r/issues/1","body":"x"}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := githubissues.Read(plumbline.ImportFile{Name: "f", Data: data})
		if err != nil {
			return
		}
		for in := range rows {
			if in.Skip == "" && (in.Title == "" || in.External == "") {
				t.Fatalf("got %+v", in)
			}
		}
	})
}
