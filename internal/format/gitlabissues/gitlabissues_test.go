package gitlabissues_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/gitlabissues"
)

func read(t *testing.T, name string, data []byte) (out []plumbline.Incoming) {
	t.Helper()
	rows, err := gitlabissues.Read(plumbline.ImportFile{Name: name, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	for in := range rows {
		out = append(out, in)
	}
	return out
}

func at(t *testing.T, text string) plumbline.Time {
	t.Helper()
	v, err := plumbline.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A real answer of the API, by itself and in a list.
func TestAPI(t *testing.T) {
	data, err := os.ReadFile("testdata/issue.json")
	if err != nil {
		t.Fatal(err)
	}
	want := plumbline.Incoming{File: "a", Line: 1, External: "example/example#1", Title: "Ut commodi ullam eos dolores perferendis nihil sunt.",
		Body: "Omnis vero earum sunt corporis dolor et placeat.", Author: "root", AuthorName: "Administrator", Assignee: "lennie", Status: "closed", Ended: plumbline.EndedDone,
		Created: at(t, "2016-01-04T15:31:46.176Z"), Updated: at(t, "2016-01-04T15:31:46.176Z"), Closed: at(t, "2016-01-05T15:31:46.176Z"),
		URL: "http://example.com/example/example/-/issues/1", Votes: 4}
	if diff := cmp.Diff([]plumbline.Incoming{want}, read(t, "a", data)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]plumbline.Incoming{want}, read(t, "a", []byte("["+string(data)+"]"))); diff != "" {
		t.Error(diff)
	}
}

func TestProjectExport(t *testing.T) {
	got := read(t, "issues.ndjson", []byte(`{"iid":3,"title":"Slow pipelines","description":"d","state":"opened","confidential":true,"created_at":"2026-01-01T00:00:00.000Z","label_links":[{"label":{"title":"ci"}}],"award_emoji":[{"name":"thumbsup"},{"name":"thumbsup","user":{"username":"ines","name":"Ines"},"created_at":"2026-01-03"},{"name":"tada","user":{"username":"mara"}}],"notes":[{"id":9,"note":"me too","author":{"name":"Ines"},"created_at":"2026-01-02T00:00:00Z"},{"note":"changed the title","system":true},{"id":10,"note":"costs","internal":true,"author":{"name":"Mara"}}]}
broken
{"iid":4,"title":"Moved","state":"closed","moved_to_id":12}
`))
	want := []plumbline.Incoming{
		{File: "issues.ndjson", Line: 1, External: "#3", Title: "Slow pipelines", Body: "d", Status: "opened", Visibility: plumbline.Confidential, Created: at(t, "2026-01-01"), Labels: []string{"ci"}, Votes: 2, Voters: []plumbline.Voter{{Login: "ines", Name: "Ines", At: at(t, "2026-01-03")}},
			Comments: []plumbline.IncomingComment{{ID: "9", Author: "Ines", AuthorName: "Ines", Body: "me too", At: at(t, "2026-01-02")}, {ID: "10", Author: "Mara", AuthorName: "Mara", Body: "costs", Internal: true}}},
		{File: "issues.ndjson", Line: 2, Skip: "this line is no JSON"},
		{File: "issues.ndjson", Line: 3, Skip: "it was moved to another project", External: "#4", Title: "Moved"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCSV(t *testing.T) {
	got := read(t, "issues.csv", []byte(`Issue ID,URL,Title,State,Description,Author,Author Username,Assignee,Assignee Username,Confidential,Locked,Due Date,Created At (UTC),Updated At (UTC),Closed At (UTC),Milestone,Weight,Labels,Time Estimate,Time Spent
12,https://gitlab.example.com/infra/ci/-/issues/12,Runner pool,Closed,"Too, small",Jonas,jonas,Ines,ines,Yes,No,,2026-01-01 10:00:00,2026-01-02 10:00:00,2026-01-03 10:00:00,,,"ci,runner",0,0
x,,Nothing,Open,,,,,,No,No,,,,,,,,0,0
`))
	want := []plumbline.Incoming{
		{File: "issues.csv", Line: 2, External: "infra/ci#12", Title: "Runner pool", Body: "Too, small", Author: "jonas", AuthorName: "Jonas", Assignee: "ines", Visibility: plumbline.Confidential,
			Status: "Closed", Ended: plumbline.EndedDone, Created: at(t, "2026-01-01T10:00:00Z"), Updated: at(t, "2026-01-02T10:00:00Z"), Closed: at(t, "2026-01-03T10:00:00Z"),
			Labels: []string{"ci", "runner"}, URL: "https://gitlab.example.com/infra/ci/-/issues/12"},
	}
	if diff := cmp.Diff(want, got[:1]); diff != "" {
		t.Error(diff)
	}
	if len(got) != 2 || got[1].Skip != "it has no issue id" {
		t.Errorf("got %+v", got[1:])
	}
}

func TestRefused(t *testing.T) {
	for _, data := range []string{"", "a,b\n1,2\n", "{"} {
		rows, err := gitlabissues.Read(plumbline.ImportFile{Name: "a", Data: []byte(data)})
		if err == nil {
			n := 0
			for in := range rows {
				if n++; in.Skip == "" {
					t.Errorf("%q: got %+v", data, in)
				}
			}
			if n == 0 {
				t.Errorf("%q: nothing was said", data)
			}
		} else if plumbline.KindOf(err) != plumbline.Invalid || strings.TrimSpace(plumbline.TextOf(err)) == "" {
			t.Errorf("%q: %v", data, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"iid":1,"title":"a"}`))
	f.Add([]byte("Issue ID,Title\n1,a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := gitlabissues.Read(plumbline.ImportFile{Name: "f", Data: data})
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
