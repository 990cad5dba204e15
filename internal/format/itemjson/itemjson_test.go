package itemjson_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/itemjson"
)

func read(t testing.TB, data string) (out []plumbline.Incoming) {
	t.Helper()
	rows, err := itemjson.Read(plumbline.ImportFile{Name: "a", Data: []byte(data)})
	if err != nil {
		t.Fatal(err)
	}
	for in := range rows {
		out = append(out, in)
	}
	return out
}

func TestRead(t *testing.T) {
	const day = "2026-01-02T00:00:00Z"
	at, err := plumbline.ParseTime(day)
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, `{"id":"i","key":"REQ-1","version":3,"process":"request","title":" As  it is ","body":"b","visibility":"public","state":"workflow::Complete","closed":"`+day+`","requester":"p","requester_name":"Kim",
"fields":{"reach":"6"},"wanted_by":[{"who":"A customer"}],"evidence":[{"id":"e","grade":"opinion","text":"t","by":"q","by_name":"Jo"}],"decisions":[{"id":"d","outcome":"later","sentence":"No.","by":"q","by_name":"Jo","at":"`+day+`"}],
"comments":[{"id":"c","by":"q","by_name":"Jo","body":"said","at":"`+day+`","edited":"`+day+`"}],"votes":[{"person":"q","name":"Jo","at":"`+day+`"}],"followers":[{"person":"p","name":"Kim"}],"bonds":[{"kind":"blocks","from":true,"item":"j","key":"REQ-2"}]}`)
	want := []plumbline.Incoming{{
		File: "a", Line: 1, External: "i", Item: "i", Version: 3, Process: "request", Title: " As  it is ", Body: "b", Visibility: plumbline.Public, Status: "workflow::Complete", Ended: plumbline.EndedDone, Closed: at,
		Author: "p", AuthorName: "Kim", Fields: map[string]string{"reach": "6"}, Votes: 1, Voters: []plumbline.Voter{{Login: "q", Name: "Jo", At: at}},
		Given:    []string{"title", "body", "class", "visibility", "product", "on_behalf_of", "assignee", "priority", "severity", "field.reach"},
		Comments: []plumbline.IncomingComment{{ID: "c", Author: "q", AuthorName: "Jo", Body: "said", At: at, Edited: at}},
		Carried: &plumbline.Carried{State: "workflow::Complete", Followers: []plumbline.Voter{{Login: "p", Name: "Kim"}}, Wanted: 1,
			Evidence:  []plumbline.CarriedEvidence{{Evidence: plumbline.Evidence{ID: "e", Grade: plumbline.Opinion, Text: "t", By: "q"}, ByName: "Jo"}},
			Decisions: []plumbline.Decision{{ID: "d", Outcome: plumbline.Later, Sentence: "No.", By: "q", ByName: "Jo", At: at}},
			Bonds:     []plumbline.Bond{{Kind: plumbline.Blocks, From: true, Item: "j", Key: "REQ-2"}}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for data, why := range map[string]string{`{"title":"x"}`: "it has no id", `{"id":"x"}`: "it has no title", `{"id":1}`: "id is a number, which it cannot be"} {
		if got := read(t, data); len(got) != 1 || got[0].Skip != why {
			t.Errorf("%s: got %+v", data, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"id":"i","title":"x","comments":[{"id":"c","body":"said"}],"bonds":[{"kind":"merge","item":"j"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := itemjson.Read(plumbline.ImportFile{Name: "f", Data: data})
		if err != nil {
			return
		}
		for in := range rows {
			if in.Skip == "" && (in.Title == "" || in.External == "" || in.Carried == nil) {
				t.Fatalf("got %+v", in)
			}
		}
	})
}
