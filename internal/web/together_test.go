package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
)

// asks is a request filed by Jonas.
func (s *site) asks(title string, v plumbline.Visibility) plumbline.Key {
	s.t.Helper()
	return s.file(s.actor("jonas"), title, v)
}

// While somebody types, what was asked before appears, with the decision that is
// known; what they may not see does not; one click adds their voice instead.
func TestAskedBefore(t *testing.T) {
	s := demoSite(t)
	open := s.asks("Quarterly zeppelin inspection of the moorings", plumbline.Public)
	hidden := s.asks("Zeppelin inspection for one customer", plumbline.Confidential)
	_, err := s.app.Decide(t.Context(), s.actor("mara"), open, app.DecisionInput{Outcome: plumbline.Later, Sentence: "Not before the hangar is built.", Reason: "x", Reopen: "The hangar stands."})
	if err != nil {
		t.Fatal(err)
	}
	ines := s.as("ines")
	for name, body := range map[string]string{
		"while typing":   ines.get("/similar?title=inspect+zeppelins", 200).body,
		"without script": ines.post("/ask", url.Values{"title": {"inspect zeppelins"}, "process": {"request"}, "look": {"1"}}, 200).body,
	} {
		if !strings.Contains(body, string(open)) || !strings.Contains(body, "Not before the hangar is built.") || !strings.Contains(body, `formaction="/items/`+string(open)+`/vote"`) {
			t.Errorf("%s: %s and its answer are missing in\n%s", name, open, body)
		}
		if strings.Contains(body, string(hidden)) || strings.Contains(body, "one customer") {
			t.Errorf("%s: a contributor is shown a confidential item", name)
		}
	}
	if body := s.as("mara").get("/similar?title=inspect+zeppelins", 200).body; !strings.Contains(body, string(hidden)) {
		t.Error("the product manager is not shown the confidential item")
	}
	if body := ines.get("/similar?title="+url.QueryEscape(strings.Repeat("<b>\"'\x00 ", 500)), 200).body; strings.Contains(body, "<b>") {
		t.Errorf("odd text: %s", body)
	}
	ines.post("/items/"+string(open)+"/vote", url.Values{"title": {"inspect zeppelins"}}, 200)
	v, err := s.app.Item(t.Context(), s.actor("ines"), open)
	if err != nil || !v.Together.Voted || !v.Watching || v.Votes != 1 {
		t.Errorf("after the click: voted %v, following %v, %d votes, %v", v.Together.Voted, v.Watching, v.Votes, err)
	}
}

// The verdict "duplicate" merges: from the list beside the item, or by key, and
// the merged item says where it goes on until the merge is ended.
func TestDuplicateVerdict(t *testing.T) {
	s := demoSite(t)
	first := s.asks("Zeppelin inspection every quarter", plumbline.Public)
	second := s.asks("Inspect the zeppelin each quarter", plumbline.Public)
	mara := s.as("mara")
	if body := mara.get("/inbox?front="+string(second), 200).body; !strings.Contains(body, `name="into" value="`+string(first)+`"`) {
		t.Error("the inbox does not offer to merge into the item that is alike")
	}
	form := mara.get("/items/"+string(second)+"/merge", 200).body
	if !strings.Contains(form, `name="pick" value="`+string(first)+`"`) {
		t.Error("the form does not offer the item that is alike")
	}
	at := "/items/" + string(second)
	if a := mara.once(http.MethodPost, at+"/merge", url.Values{"into": {"REQ-99999"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an unknown key: %d", a.StatusCode)
	}
	if a := mara.once(http.MethodPost, at+"/merge", url.Values{"pick": {string(first)}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("merging: %d", a.StatusCode)
	}
	if body := s.as("jonas").get(at, 200).body; !strings.Contains(body, "Asked for already") || !strings.Contains(body, `href="/items/`+string(first)+`"`) || strings.Contains(body, "End the merge") {
		t.Error("the requester reads no signpost, or may end the merge")
	}
	if body := mara.get("/items/"+string(first), 200).body; !strings.Contains(body, string(second)+" Inspect the zeppelin") {
		t.Error("the target does not name what was merged into it")
	}
	mara.post(at+"/unmerge", url.Values{}, 200)
	if body := mara.get(at, 200).body; strings.Contains(body, "Asked for already") {
		t.Error("the signpost stands after the end of the merge")
	}
}

func TestRelateOnThePage(t *testing.T) {
	s := demoSite(t)
	a, b := s.asks("Zeppelin hangar", plumbline.Public), s.asks("Zeppelin", plumbline.Public)
	ines := s.as("ines")
	ines.post("/items/"+string(a)+"/relate", url.Values{"kind": {"blocks"}, "other": {strings.ToLower(string(b))}}, 200)
	if body := ines.get("/items/"+string(b), 200).body; !strings.Contains(body, "blocked by") || !strings.Contains(body, string(a)+" Zeppelin hangar") {
		t.Error("the other end does not show the relation")
	}
	if got := ines.once(http.MethodPost, "/items/"+string(b)+"/relate", url.Values{"kind": {"blocks"}, "other": {string(a)}}); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a circle: %d", got.StatusCode)
	}
	ines.post("/items/"+string(b)+"/relate", url.Values{"kind": {"blocked by"}, "other": {string(a)}, "on": {"0"}}, 200)
	if body := ines.get("/items/"+string(a), 200).body; strings.Contains(body, string(b)+" Zeppelin") {
		t.Error("the relation is shown after its end")
	}
}
