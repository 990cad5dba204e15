package web_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/rights"
)

// attempt is a form that somebody sends.
type attempt struct {
	who  string
	form url.Values
	want int      // at the end of its redirects
	has  []string // on the page that it leads to
}

func vals(kv ...string) url.Values {
	out := url.Values{}
	for i := 0; i < len(kv); i += 2 {
		out.Add(kv[i], kv[i+1])
	}
	return out
}

// Each form of an item: done by those who may, refused to those who may not, and
// refused with what was typed and the reason at its field when it is wrong.
func TestItemForms(t *testing.T) {
	for path, attempts := range map[string][]attempt{
		"/comment": {
			{"jonas", vals("body", "Is there **news**?"), 200, []string{"Comment added.", "<strong>news</strong>"}},
			{"jonas", vals("body", "   "), 422, []string{"The body is missing.", `id="f--body-error"`, `href="#f--body"`}},
			{"jonas", vals("body", "for us", "internal", "on"), 403, []string{"may not comment internally"}},
			{"ines", vals("body", "for us", "internal", "on"), 200, []string{"Internal", "for us"}},
		},
		"/demand": {
			{"jonas", vals("team", "sig-node", "points", "7", "users", "1,200"), 200, []string{"Recorded who wants", "SIG Node", "7 of 10", "1,200"}},
			{"jonas", vals("team", "sig-node", "account", "harbourlight"), 422, []string{"give exactly one", `<option value="sig-node" selected>`, `value="harbourlight"`}},
			{"mara", vals("account", "harbourlight", "worth", "480000", "currency", "eur", "close", "tomorrow"), 422, []string{"Write the date as 2026-11-22", `value="480000"`, `value="tomorrow"`}},
			{"mara", vals("account", "harbourlight", "worth", "480000", "currency", "EUR", "seats", "many", "probability", "140", "points", "70"), 422, []string{"Write a whole number", "from 0 to 100", `aria-invalid="true"`}},
			{"mara", vals("account", "nobody-we-know"), 422, []string{"There is no account with this ref"}},
			{"mara", vals("account", "harbourlight", "worth", "480000", "currency", "EUR", "seats", "860", "probability", "70"), 200, []string{"480,000 EUR", "860 seats", "70 % to win"}},
		},
		"/evidence": {
			{"jonas", vals("grade", "measured", "text", "41 of 52 firewalls", "source", "https://plumbline.example/firewalls", "observed", "2026-11-01"), 200, []string{"41 of 52 firewalls", "Measured", "2026-11-01 00:00 UTC", `href="https://plumbline.example/firewalls"`}},
			{"jonas", vals("grade", "rumour", "text", ""), 422, []string{"The grade is opinion", "The text is missing."}},
			{"jonas", vals("grade", "opinion", "text", "kept text", "observed", "2027-01-01"), 422, []string{"cannot be observed in the future", "kept text</textarea>", `value="opinion" id="f--grade" checked`}},
			{"jonas", vals("grade", "opinion", "text", "secret", "internal", "on"), 403, nil},
		},
		"/accept": {
			{"jonas", vals(), 403, nil}, {"ines", vals(), 403, nil},
			{"mara", vals(), 200, []string{"accepted: it is in problem validation", "In problem validation. Still missing"}},
			{"mara", vals(), 409, []string{"was accepted already", "It changed meanwhile"}},
		},
		"/watch": {
			{"jonas", vals("on", "1"), 200, []string{"You follow", "Following"}},
			{"jonas", vals("on", "0"), 200, []string{"You no longer follow"}},
		},
		"/edit": {
			{"jonas", vals("priority", "P1"), 403, nil},
			{"ines", vals("title", "A better title", "assignee", "ines", "field.reach", "3", "field.statement", "Who\r\nhas it"), 200, []string{"A better title", "25 to 50 %", "saved."}},
			{"ines", vals("title", "", "priority", "P9"), 422, []string{`id="f--title-error"`, `id="f--priority-error"`, "P9"}},
			{"ines", vals("field.reach", "9"), 422, []string{`id="f--field-reach-error"`, `href="#f--field-reach"`}},
			{"ines", vals("field.colour", "red"), 422, []string{"has no field called"}},
			{"ines", vals("visibility", "public"), 403, nil},
			{"mara", vals("visibility", "internal"), 200, []string{"contributors and up"}},
			{"mara", vals("title", "stale", "version", "1"), 409, []string{"was changed meanwhile", "What you typed is kept below", `value="stale"`, "What it says now", "A better title"}},
		},
		"/decide": {
			{"ines", vals("outcome", "pursue", "sentence", "x"), 403, nil},
			{"mara", vals("outcome", "decline", "sentence", "kept sentence"), 422, []string{"kept sentence", "Write down why not", "Say what would make us look again", `value="decline" id="f--outcome-2" checked`}},
			{"mara", vals("outcome", "pursue", "sentence", "Worth it.", "team", "sig-node"), 422, []string{"Write the problem statement", "Worth it.</textarea>", `<option value="sig-node" selected>`}},
			{"mara", vals("outcome", "pursue", "sentence", "Worth it.", "version", "99"), 409, []string{"was changed meanwhile", "Worth it.</textarea>"}},
			{"mara", vals("outcome", "later", "sentence", "Not this quarter.", "reason", "No people.", "reopen", "Three more ask.", "team", "sig-node"), 200, []string{"decided: not now", "Not this quarter.", "Three more ask.", "No people.", "Not now"}},
		},
	} {
		t.Run(strings.TrimPrefix(path, "/"), func(t *testing.T) {
			s := demoSite(t)
			at := "/items/" + string(s.find("Fixed egress addresses")) + path
			people := map[string]*visitor{"mara": s.as("mara"), "jonas": s.as("jonas"), "ines": s.as("ines")}
			for _, a := range attempts {
				people[a.who].post(at, a.form, a.want).has(t, a.has...)
			}
		})
	}
}

// Jonas may change what he asked for until somebody accepts it.
func TestRequesterEditsTheirOwn(t *testing.T) {
	s := demoSite(t)
	jonas := s.as("jonas")
	a := jonas.post("/ask", vals("title", "First words", "class", "internal-team", "field.why", "Because", "field.needed_by", "2027-01-31"), 200)
	a.has(t, "Asked. You follow", "First words", "Because", "2027-01-31", "Ask form")
	at := a.Request.URL.Path
	jonas.post(at+"/edit", vals("title", "Better words", "version", "1"), 200).has(t, "Better words")
	s.as("mara").post(at+"/accept", vals(), 200)
	jonas.get(at+"/edit", 403)
	jonas.post(at+"/edit", vals("title", "Too late"), 403).has(t, "Back to "+strings.TrimPrefix(at, "/items/"))
}

func TestAskForm(t *testing.T) {
	s := demoSite(t)
	jonas := s.as("jonas")
	jonas.post("/ask", vals("title", "", "body", "kept body", "class", "dogfooding", "field.why", "kept why", "visibility", "internal"), 422).
		has(t, "The title is missing.", "kept body</textarea>", "kept why</textarea>", `<input type="hidden" name="class" value="dogfooding">`, `<option value="internal" selected>`)
	jonas.post("/ask", vals("process", "nonsense", "title", "x"), 422).has(t, "There is no process")
	for process, prefix := range map[string]string{"request": "REQ", "question": "ASK", "incident": "INC", "change": "CHG"} {
		a := jonas.post("/ask", vals("process", process, "title", "One "+process), 200)
		if !strings.HasPrefix(a.Request.URL.Path, "/items/"+prefix+"-") {
			t.Errorf("a %s became %s", process, a.Request.URL.Path)
		}
	}
}

// From a verdict in the inbox the next item comes up.
func TestInboxGoesOn(t *testing.T) {
	s := demoSite(t)
	mara := s.as("mara")
	list, err := s.app.Inbox(t.Context(), s.actor("mara"), "")
	if err != nil {
		t.Fatal(err)
	}
	rows := list.Rows.Rows
	first, second, third := rows[0].Key, rows[1].Key, rows[2].Key
	next := "/inbox?front=" + string(second)
	mara.get("/inbox", 200).has(t, html.EscapeString(rows[0].Title)+"</h2>", `name="next" value="`+next+`"`)
	a := mara.post("/items/"+string(first)+"/accept", vals("next", next), 200)
	a.has(t, rows[1].Title+"</h2>", string(first)+" accepted")
	if got := a.Request.URL.RequestURI(); got != next {
		t.Errorf("after a verdict: %s, want %s", got, next)
	}
	form := mara.get("/items/"+string(second)+"/decide?outcome=decline&code=duplicate&next="+url.QueryEscape("/inbox?front="+string(third)), 200)
	form.has(t, `name="next" value="/inbox?front=`+string(third)+`"`, `value="decline" id="f--outcome-2" checked`, `<option value="duplicate" selected>`)
	mara.post("/items/"+string(second)+"/decide", vals("outcome", "decline", "code", "duplicate", "sentence", "As REQ-1.", "reason", "Same.", "reopen", "They differ.", "next", "/inbox?front="+string(third)), 200).
		has(t, rows[2].Title+"</h2>", "decided: declined")
	if v := s.item(second); v.Open() || v.Decisions[0].Code != "duplicate" {
		t.Errorf("%s is open (%v), decided as %+v", second, v.Open(), v.Decisions)
	}
	quiet := mara.quiet("/items/"+string(third)+"/accept", vals("next", "/inbox"), 200)
	quiet.has(t, `"location":"/inbox"`)
	mara.get("/inbox", 200).has(t, string(third)+" accepted") // the message is shown where the script leads
}

// A move that lacks something is refused with every reason; its page asks for
// what is missing, and makes the move in one go.
func TestMoves(t *testing.T) {
	s := demoSite(t)
	mara, ines := s.as("mara"), s.as("ines")
	key := s.find("Stop listing all pods every minute") // in Triage-estimating
	at := "/items/" + string(key)
	ready := "workflow-infra::Ready"
	a := ines.quiet(at+"/move", vals("to", ready, "stay", "1"), 422)
	var refusal struct {
		Detail, See string
		Fields      map[string]string
	}
	if err := json.Unmarshal([]byte(a.body), &refusal); err != nil {
		t.Fatal(err)
	}
	if refusal.See != at+"/move?to="+url.QueryEscape(ready) || refusal.Fields["size"] == "" {
		t.Errorf("the refusal is %+v", refusal)
	}
	page := ines.get(refusal.See, 200)
	page.has(t, "missing for this move", "Give it a size or a class of work.", `name="field.size"`, `name="note"`)
	version := strconv.FormatInt(s.item(key).Version, 10)
	moved := ines.post(at+"/move", vals("to", ready, "version", version, "priority", "P2", "field.size", "M", "note", "Sized with the team."), 200)
	moved.has(t, string(key)+" moved to Ready.", "Sized with the team.")
	if v := s.item(key); v.State != plumbline.State(ready) || v.Fields["size"] != "M" {
		t.Errorf("%s is in %s with size %q", key, v.State, v.Fields["size"])
	}
	ines.post(at+"/move", vals("to", "workflow-infra::In Progress", "version", version, "assignee", "ines"), 409).has(t, "was changed meanwhile", `name="assignee"`)
	ines.quiet(at+"/move", vals("to", "workflow-infra::In Progress", "version", version, "assignee", "ines"), 409).lacks(t, `"see"`)
	ines.post(at+"/move", vals("to", "workflow-infra::Nowhere"), 422).has(t, "From where it is now, this item cannot go there")
	s.as("jonas").post(at+"/move", vals("to", "workflow-infra::Stalled"), 403)
	mara.get(at+"/move?to=workflow-infra::Done", 200).has(t, "cannot go there")
}

// What a move changed can be taken back from its message, with and without script.
func TestUndo(t *testing.T) {
	s := demoSite(t)
	ines := s.as("ines")
	key := s.find("Per-Pod PID Limit") // in Triage
	at := "/items/" + string(key)
	was := s.item(key).State
	a := ines.quiet(at+"/move", vals("to", "workflow-infra::Needs More Info", "stay", "1"), 200)
	var out struct {
		Text     string
		Location *string
		Undo     *struct {
			Action string
			Fields map[string]string
		}
	}
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		t.Fatal(err)
	}
	if out.Location != nil || out.Undo == nil || out.Undo.Action != at+"/move" || out.Undo.Fields["to"] != string(was) {
		t.Fatalf("got %s", a.body)
	}
	form := url.Values{}
	for k, v := range out.Undo.Fields {
		form.Set(k, v)
	}
	ines.quiet(out.Undo.Action, form, 200)
	if got := s.item(key).State; got != was {
		t.Errorf("after undoing it is in %s, want %s", got, was)
	}
	ines.quiet(out.Undo.Action, form, 409) // the same again is too late
	ines.post(at+"/move", vals("to", "workflow-infra::Needs More Info"), 200).has(t, `<button class="btn" data-dismiss-after>Undo</button>`, `name="to" value="`+string(was)+`"`)
	ines.post(at+"/move", vals("to", string(was)), 200)
	ready := vals("to", "workflow-infra::Ready", "priority", "P2", "field.size", "S")
	ines.quiet(at+"/move", ready, 200).lacks(t, `"undo"`) // the flow does not lead back from there
}

// The hand-off by its page: the decision first, then the team.
func TestHandOffByMove(t *testing.T) {
	s := demoSite(t)
	mara := s.as("mara")
	key := s.find("Fixed egress addresses")
	at, triage := "/items/"+string(key), "workflow-infra::Triage"
	mara.post(at+"/accept", vals(), 200)
	back := at + "/move?to=" + url.QueryEscape(triage)
	first := mara.get(back, 200)
	first.has(t, "First, before it can go to Triage", "Write the problem statement.", "Decide first whether it is worth pursuing.", at+"/decide?outcome=pursue&amp;next="+url.QueryEscape(back), at+"/edit?next="+url.QueryEscape(back))
	first.lacks(t, ">Move</span>")
	filled := mara.post(at+"/edit", vals("field.statement", "Firewalls.", "field.reach", "3", "field.impact", "2", "field.confidence", "80", "next", back), 200)
	if got := filled.Request.URL.RequestURI(); got != back {
		t.Errorf("from the missing fields to %s, want back to the move", got)
	}
	decided := mara.post(at+"/decide", vals("outcome", "pursue", "sentence", "Worth it.", "next", back), 200)
	decided.has(t, "This is the hand-off", `name="team"`, "Choose a team", ">Move</span>")
	mara.post(at+"/move", vals("to", triage, "team", "sig-node"), 200).has(t, "moved to Triage", "SIG Node")
	if v := s.item(key); v.Team != "sig-node" || v.State != plumbline.State(triage) {
		t.Errorf("%s is with %q in %s", key, v.Team, v.State)
	}
	other := "/items/" + string(s.find("Make nftables the default")) // pursued, and waits for a team
	mara.get(other, 200).has(t, "Worth pursuing. Next: hand it to a team.", "Hand off")
	mara.post(other+"/handoff", vals("team", ""), 422).has(t, "Choose the one team that gets the work.")
	mara.post(other+"/handoff", vals("team", "sig-network"), 200).has(t, "handed off: it is in Triage.")
}

// One click says that one's own team wants something too, once.
func TestOurTeamWantsThisToo(t *testing.T) {
	s := demoSite(t)
	at := "/items/" + string(s.find("Fixed egress addresses"))
	s.as("mara").get(at, 200).lacks(t, "Our team wants this too") // she is in no team
	ines := s.as("ines")
	ines.get(at, 200).has(t, "Our team wants this too", `name="team" value="sig-node"`)
	ines.post(at+"/demand", vals("team", "sig-node", "points", "1"), 200).lacks(t, "Our team wants this too")
	if w := s.item(plumbline.Key(strings.TrimPrefix(at, "/items/"))).Wanted; len(w) != 2 || w[1].Who != "SIG Node" {
		t.Errorf("wanted by %+v", w)
	}
}

// The way back to what somebody may do is on every refusal, and nothing happened.
func TestRefusedChangesNothing(t *testing.T) {
	s := demoSite(t)
	key := s.find("Fixed egress addresses")
	before := s.item(key)
	jonas := s.as("jonas")
	for path, form := range map[string]url.Values{
		"/accept": vals(), "/decide": vals("outcome", "pursue", "sentence", "x"), "/handoff": vals("team", "sig-node"), "/edit": vals("priority", "P1"),
		"/move": vals("to", "workflow::design"), "/comment": vals("body", "x", "internal", "on"),
	} {
		jonas.post("/items/"+string(key)+path, form, 403).has(t, "Back to "+string(key))
	}
	after := s.item(key)
	if after.Version != before.Version || len(after.Said) != len(before.Said) || len(after.History) != len(before.History) {
		t.Errorf("%s went from version %d to %d", key, before.Version, after.Version)
	}
	if rights.May(s.actor("jonas"), rights.MakeDecision) {
		t.Error("the table says that Jonas may decide")
	}
	jonas.want(http.StatusMethodNotAllowed, jonas.send(http.MethodDelete, "/items/"+string(key), nil))
}
