package web_test

import (
	"strings"
	"testing"

	"plumbline"
)

// Each verdict of the inbox without script: it is taken, the next item comes
// up, and the page offers to take it back.
func TestVerdictsWithoutScript(t *testing.T) {
	s := demoSite(t)
	mara, jonas := s.as("mara"), s.as("jonas")
	key := s.find("Fixed egress addresses")
	at, front := "/items/"+string(key), "/inbox?front="+string(key)
	next := vals("next", "/inbox")
	with := func(kv ...string) (out map[string][]string) {
		out = vals(kv...)
		out["next"] = next["next"]
		return out
	}
	for _, path := range []string{"/ask", "/snooze", "/undo"} {
		jonas.post(at+path, with("question", "x", "until", "tomorrow"), 403)
	}
	mara.post(at+"/ask", with("question", " "), 422).has(t, "Write the question")
	mara.post(at+"/snooze", with("until", "date"), 422).has(t, "Choose the day")
	mara.post(at+"/snooze", with("until", "never"), 422).has(t, "Put it off until")
	for _, c := range []struct {
		path, says, waits string
		form              map[string][]string
		remit             plumbline.Remit
	}{
		{"/ask", "asked. It comes back when they answer", "until the requester answers", with("question", "Which regions?"), plumbline.RemitAsked},
		{"/snooze", "It comes back on 2026-11-24", "until 2026-11-24", with("until", "tomorrow"), plumbline.RemitSnoozed},
		{"/snooze", "It comes back on 2026-11-30", "until 2026-11-30", with("until", "week"), plumbline.RemitSnoozed},
		{"/snooze", "It comes back on 2026-12-24", "until 2026-12-24", with("until", "date", "date", "2026-12-24"), plumbline.RemitSnoozed},
		{"/snooze", "when somebody comments", "until somebody comments", with("until", "comment"), plumbline.RemitSnoozed},
		{"/accept", "accepted: it is in problem validation", "", with(), plumbline.RemitIn},
		{"/decide", "decided: declined", "", with("outcome", "decline", "inline", "1", "sentence", "Not now.", "reopen", "More ask."), plumbline.RemitIn},
		{"/decide", "decided: not ours", "", with("outcome", "redirect", "inline", "1", "sentence", "Ask the network team.", "place", "The network team"), plumbline.RemitOut},
	} {
		a := mara.post(at+c.path, c.form, 200)
		a.has(t, c.says, `action="`+at+`/undo"`, "Undo", c.waits)
		if got := s.item(key).Remit; got != c.remit {
			t.Errorf("%s: %s is %q, want %q", c.path, key, got, c.remit)
		}
		back := mara.post(at+"/undo", vals("next", front), 200)
		back.has(t, "the verdict is taken back", "Fixed egress addresses for each region</h2>")
		if got := s.item(key); got.Remit != plumbline.RemitUnchecked || !got.Open() {
			t.Errorf("%s taken back: %s is %q", c.path, key, got.Remit)
		}
	}
	mara.post(at+"/undo", vals(), 409).has(t, "no verdict")
}

// A comment is changed and deleted by its author; what it named is linked, and
// what it said before stays readable.
func TestOwnComments(t *testing.T) {
	s := demoSite(t)
	ines, mara := s.as("ines"), s.as("mara")
	key := s.find("Fixed egress addresses")
	at := "/items/" + string(key)
	ines.post(at+"/comment", vals("body", "First words about "+string(key)+", @mara and @nobody-here, `REQ-1`."), 200).
		has(t, `<a href="`+at+`" title="Fixed egress addresses`, `<a href="/items?assignee=mara" title="Mara Lindqvist`, "@nobody-here", "<code>REQ-1</code>", "Public: the requester reads it", "mentioned @mara")
	id := s.item(key).Said[len(s.item(key).Said)-1].ID
	mara.get(at, 200).lacks(t, `action="`+at+"/said/"+id)
	mara.post(at+"/said/"+id, vals("body", "mine"), 403)
	ines.post(at+"/said/"+id, vals("body", "Better words"), 200).has(t, "Better words", "changed since", "1 earlier text", "First words about")
	ines.post(at+"/said/"+id, vals("do", "delete"), 200).has(t, "deleted what they had said")
	a := ines.get(at+"?show=said", 200)
	a.lacks(t, "Better words", "asked for this")
	mara.get(at, 200).has(t, "Better words")
}

func TestRotationSettings(t *testing.T) {
	s := demoSite(t)
	mara := s.as("mara")
	at := "/settings/rotation"
	mara.get("/today", 200).has(t, "On triage this week: <strong>Mara") // the demo comes with a rotation
	s.as("ines").get("/today", 200).lacks(t, "On triage")
	mara.post(at, vals("do", "remove", "who", "avery"), 200)
	mara.post(at, vals("do", "remove", "who", "mara"), 200).has(t, "Nobody takes turns yet")
	mara.get("/inbox", 200).has(t, "Nobody takes turns on triage yet")
	mara.post(at, vals("do", "add", "who", ""), 422).has(t, "Choose somebody first")
	mara.post(at, vals("do", "add", "who", "jonas"), 422).has(t, "only product managers")
	mara.post(at, vals("do", "add", "who", "mara"), 200)
	mara.post(at, vals("do", "add", "who", "avery"), 200).has(t, "2026-11-23", "2026-11-30")
	mara.get("/inbox", 200).has(t, "On triage this week: <strong>Mara")
	mara.post(at, vals("do", "up", "who", "avery"), 200)
	mara.get("/inbox", 200).has(t, "On triage this week: <strong>Avery")
	mara.post(at, vals("do", "swap", "week", "2026-11-23", "who", "mara"), 200).has(t, "swapped")
	mara.get("/inbox", 200).has(t, "On triage this week: <strong>Mara")
	mara.post(at, vals("do", "start", "start", "2026-11-16"), 200)
	mara.post(at, vals("do", "remove", "who", "mara"), 200).lacks(t, "Remove Mara")
	s.as("ines").post(at, vals("do", "add", "who", "mara"), 403)
}

// Today tells what changed since the visit before (signing in led there), and
// each browser has its own.
func TestTodayRemembersTheVisit(t *testing.T) {
	s := demoSite(t)
	mara := s.as("mara")
	mara.get("/today", 200).has(t, "Since your last visit", "To decide", "Promised dates")
	key := s.find("Fixed egress addresses")
	s.as("jonas").post("/items/"+string(key)+"/comment", vals("body", "News"), 200)
	a := mara.get("/today", 200)
	a.has(t, "Since your last visit", string(key)+" Fixed egress")
	s.as("jonas").get("/today", 200).has(t, "My requests")
	ines := s.as("ines").get("/today", 200)
	ines.has(t, "Assigned to you", "To triage")
	ines.lacks(t, "To decide", "Answers owed")
	if c := a.Header.Get("Set-Cookie"); !strings.Contains(c, "HttpOnly") {
		t.Errorf("the cookie is %q", c)
	}
}
