package canny_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/canny"
)

func read(t *testing.T, data string) (out []plumbline.Incoming) {
	t.Helper()
	rows, err := canny.Read(plumbline.ImportFile{Name: "a", Data: []byte(data)})
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

func TestAPI(t *testing.T) {
	got := read(t, `{"hasMore":false,"posts":[
{"id":"553c3ef8b8cdcd1501ba1238","author":{"id":"u1","name":"Kim"},"board":{"id":"b","name":"Platform"},"category":{"name":"CI"},"commentCount":1,"created":"2026-01-01T10:00:00.000Z",
"details":"d","eta":"","score":2,"status":"complete","statusChangedAt":"2026-02-01T00:00:00Z","tags":[{"name":"fast"}],"title":"Faster builds","url":"https://x.canny.io/p/faster",
"votes":[{"voter":{"name":"Jonas"}}],"comments":[{"id":"c1","value":"why","author":{"name":"Mara"},"created":"2026-01-02T00:00:00Z","private":true}]},
{"title":"no name"}]}`)
	want := []plumbline.Incoming{
		{File: "a", Line: 2, External: "553c3ef8b8cdcd1501ba1238", Title: "Faster builds", Body: "d", Author: "Kim", AuthorName: "Kim", Status: "complete", Ended: plumbline.EndedDone,
			Created: at(t, "2026-01-01T10:00:00Z"), Closed: at(t, "2026-02-01"), Labels: []string{"fast", "Platform", "CI"}, URL: "https://x.canny.io/p/faster", Votes: 2,
			Voters:   []plumbline.Voter{{Login: "Jonas", Name: "Jonas"}},
			Comments: []plumbline.IncomingComment{{ID: "c1", Author: "Mara", AuthorName: "Mara", Body: "why", Internal: true, At: at(t, "2026-01-02")}}},
		{File: "a", Line: 5, Skip: "it has neither an id nor an address", Title: "no name"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCSV(t *testing.T) {
	got := read(t, "Title,Details,Author Name,Status,Score,Board,Tags,Created,Post URL\nFaster builds,d,Kim,under review,12,Platform,\"a, b\",2026-01-01T10:00:00.000Z,https://x.canny.io/p/faster\n")
	want := []plumbline.Incoming{{File: "a", Line: 2, External: "https://x.canny.io/p/faster", Title: "Faster builds", Body: "d", Author: "Kim", AuthorName: "Kim", Status: "under review",
		Votes: 12, Labels: []string{"a", "b"}, Created: at(t, "2026-01-01T10:00:00Z"), URL: "https://x.canny.io/p/faster"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"posts":[{"id":"1","title":"a"}]}`))
	f.Add([]byte("Title,Details\na,b\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := canny.Read(plumbline.ImportFile{Name: "f", Data: data})
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
