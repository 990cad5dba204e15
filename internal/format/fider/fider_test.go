package fider_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/fider"
)

func read(t *testing.T, data string) (out []plumbline.Incoming) {
	t.Helper()
	rows, err := fider.Read(plumbline.ImportFile{Name: "a", Data: []byte(data)})
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

// The columns are those that Fider writes.
func TestCSV(t *testing.T) {
	got := read(t, `number,title,description,created_at,created_by,total_votes,total_comments,status,responded_by,responded_at,response,original_number,original_title,tags
10,Cheaper builds,They cost a lot,2026-03-23T19:33:22Z,Kim,4,2,Declined,Mara,2026-04-04T19:48:10Z,Nothing to do,,,"easy, ci"
15,Faster builds,,2026-02-21T15:51:35Z,Jonas,4,2,Planned,Mara,2026-04-05T00:00:00Z,In spring,,,
x,Broken,,,,,,,,,,,,
`)
	want := []plumbline.Incoming{
		{File: "a", Line: 2, External: "10", Title: "Cheaper builds", Body: "They cost a lot", Created: at(t, "2026-03-23T19:33:22Z"), Author: "Kim", AuthorName: "Kim", Votes: 4,
			Status: "Declined", Ended: plumbline.EndedDropped, Closed: at(t, "2026-04-04T19:48:10Z"), Labels: []string{"easy", "ci"},
			Comments: []plumbline.IncomingComment{{ID: "answer", Body: "Nothing to do", At: at(t, "2026-04-04T19:48:10Z")}}},
		{File: "a", Line: 3, External: "15", Title: "Faster builds", Created: at(t, "2026-02-21T15:51:35Z"), Author: "Jonas", AuthorName: "Jonas", Votes: 4, Status: "Planned",
			Comments: []plumbline.IncomingComment{{ID: "answer", Body: "In spring", At: at(t, "2026-04-05T00:00:00Z")}}},
	}
	if diff := cmp.Diff(want, got[:2]); diff != "" {
		t.Error(diff)
	}
	if len(got) != 3 || got[2].Skip != "it has no number" {
		t.Errorf("got %+v", got[2:])
	}
}

func TestJSON(t *testing.T) {
	got := read(t, `[{"id":1,"number":7,"title":"Dark mode","slug":"dark-mode","description":"d","createdAt":"2026-01-01T00:00:00Z","user":{"id":3,"name":"Kim"},"hasVoted":false,
"votesCount":2,"commentsCount":1,"status":"completed","response":{"text":"Done","respondedAt":"2026-02-01T00:00:00Z","user":{"name":"Mara"}},"tags":["ui"],
"votes":[{"user":{"id":3,"name":"Kim"},"createdAt":"2026-01-03"},{"user":{"id":4,"name":"Jonas"}},{"user":{"id":4,"name":"Jonas"}},{}],"comments":[{"id":5,"content":"me too","createdAt":"2026-01-02T00:00:00Z","user":{"name":"Jonas"}}]},
{"number":0,"title":"x"},{"number":8}]`)
	want := []plumbline.Incoming{
		{File: "a", Line: 1, External: "7", Title: "Dark mode", Body: "d", Created: at(t, "2026-01-01"), Author: "Kim", AuthorName: "Kim", Votes: 2, Status: "completed", Ended: plumbline.EndedDone,
			Closed: at(t, "2026-02-01"), Labels: []string{"ui"}, Voters: []plumbline.Voter{{Login: "Kim", Name: "Kim", At: at(t, "2026-01-03")}, {Login: "Jonas", Name: "Jonas"}},
			Comments: []plumbline.IncomingComment{{ID: "answer", Author: "Mara", AuthorName: "Mara", Body: "Done", At: at(t, "2026-02-01")}, {ID: "5", Author: "Jonas", AuthorName: "Jonas", Body: "me too", At: at(t, "2026-01-02")}}},
		{File: "a", Line: 4, Skip: "it has no number", Title: "x"},
		{File: "a", Line: 4, Skip: "it has no title", External: "8"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`[{"number":1,"title":"a"}]`))
	f.Add([]byte("number,title\n1,a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := fider.Read(plumbline.ImportFile{Name: "f", Data: data})
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
