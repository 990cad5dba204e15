package app_test

import (
	"fmt"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
)

// need is what a customer's request says when everything is filled in.
func need() map[string]string {
	return map[string]string{
		"nfr_category": "continuity", "consequence": "They leave.", "workaround": "none", "points": "10", "strength": "retention",
		"account": "acme rockets", "worth": "250 000 eur", "seats": "400", "users": "38", "stage": "renewal", "probability": "40",
		"close": "2027-03-31", "crm_link": "https://crm.example/secret-17", "customer_kind": "existing", "needed_by": "2027-01-31", "date_hardness": "contract", "note": "the board looks at it",
	}
}

func TestFilingACustomersNeed(t *testing.T) {
	w := sqliteWorld(t)
	it, err := w.app.File(w.ctx(), w.requester, app.FileInput{Title: "Recovery within an hour", Class: plumbline.ClassCustomer, Fields: need(), Source: "form",
		Links: []app.AttachmentInput{{Name: "Contract annex", URL: "https://files.example/annex"}, {}}})
	w.ok(err)
	if got := w.events(it.Key); got != "item filed, demand recorded, link attached" {
		t.Errorf("the events are %s", got)
	}
	if fmt.Sprint(it.Fields) != "map[consequence:They leave. date_hardness:contract needed_by:2027-01-31 nfr_category:continuity workaround:none]" {
		t.Errorf("the item holds %v; nothing private may be there", it.Fields)
	}
	v := w.item(w.pm, it.Key)
	if len(v.Wanted) != 1 || len(v.Links) != 1 || v.Links[0].Name != "Contract annex" {
		t.Fatalf("got %d demands and links %v", len(v.Wanted), v.Links)
	}
	d := v.Wanted[0]
	if d.Who != "Acme Rockets" || d.Worth != "250000 EUR" || d.Points != 10 || d.Users != 38 || d.Seats != 400 || d.Probability != "40 %" || d.Strength != "retention" || d.Stage != "renewal" {
		t.Errorf("the demand is %+v", d)
	}
	if fmt.Sprint(d.More) != "[{They are existing} {In the CRM https://crm.example/secret-17}]" {
		t.Errorf("more of it is %v", d.More)
	}
	if len(v.Lacking) != 0 {
		t.Errorf("lacking is %v, want nothing", v.Lacking)
	}
	seen := fmt.Sprintf("%+v", w.item(w.requester, it.Key))
	for _, secret := range []string{"Acme", "acme", "250000", "secret-17", "the board looks"} {
		if strings.Contains(seen, secret) {
			t.Errorf("somebody who is not cleared reads %q", secret)
		}
	}
}

func TestFilingIsRefusedWithEveryField(t *testing.T) {
	w := sqliteWorld(t)
	fields := need()
	for id, v := range map[string]string{
		"nfr_category": "speed", "points": "5", "worth": "lots", "seats": "-1", "users": "1.5", "probability": "140", "close": "soon", "crm_link": "javascript:alert(1)",
		"date_hardness": "hope", "needed_by": "31.1.2027", "nonsense": "x",
	} {
		fields[id] = v
	}
	_, err := w.app.File(w.ctx(), w.requester, app.FileInput{Class: plumbline.ClassCustomer, Fields: fields})
	got := plumbline.FieldsOf(err)
	for _, id := range []string{"title", "nfr_category", "points", "worth", "seats", "users", "probability", "close", "crm_link", "date_hardness", "needed_by", "nonsense"} {
		if got[id] == "" {
			t.Errorf("nothing is said about %s: %v", id, got)
		}
	}
	for _, c := range []struct{ field, value, want string }{
		{"account", "", "Say which customer it is"}, {"account", "nobody", "There is no account with this ref or name"},
	} {
		fields := need()
		fields[c.field] = c.value
		_, err := w.app.File(w.ctx(), w.requester, app.FileInput{Title: "x", Class: plumbline.ClassCustomer, Fields: fields})
		w.refused(err, plumbline.Invalid, c.want)
	}
	_, err = w.app.File(w.ctx(), w.requester, app.FileInput{Title: "x", Links: []app.AttachmentInput{{URL: "file:///etc/passwd"}}})
	w.refused(err, plumbline.Invalid, "web address")
	list, err := w.app.Items(w.ctx(), w.pm, plumbline.Filter{})
	w.ok(err)
	if list.Total != 0 {
		t.Errorf("%d items were filed by refused requests", list.Total)
	}
}

func TestFilingForSomebodyElse(t *testing.T) {
	w := sqliteWorld(t)
	it, err := w.app.File(w.ctx(), w.contributor, app.FileInput{Title: "Bigger build nodes", OnBehalfOf: "@jonas", Fields: map[string]string{"channel": "chat", "channel_link": "https://chat.example/p/1"}})
	w.ok(err)
	v := w.item(w.requester, it.Key)
	if it.Requester != w.requester.Person || v.Watchers != 2 || !v.Watching {
		t.Errorf("asked by %s, watched by %d; want jonas, and both follow", it.Requester, v.Watchers)
	}
	if h := v.History[0]; h.Sentence != "asked for this on behalf of jonas" || h.By != "ines" {
		t.Errorf("the history says %s %s", h.By, h.Sentence)
	}
	it, err = w.app.File(w.ctx(), w.contributor, app.FileInput{Title: "x", OnBehalfOf: "Somebody outside"})
	w.ok(err)
	if it.OnBehalfOf != "Somebody outside" || it.Requester != w.contributor.Person {
		t.Errorf("got %q by %s", it.OnBehalfOf, it.Requester)
	}
	_, err = w.app.File(w.ctx(), w.contributor, app.FileInput{Title: "x", OnBehalfOf: "@nobody"})
	w.refused(err, plumbline.Invalid, "Nobody here has the handle")
}

// A class that asks for something before a decision is not pursued without it,
// and may be declined all the same.
func TestWhatADecisionNeeds(t *testing.T) {
	w := sqliteWorld(t)
	it, err := w.app.File(w.ctx(), w.requester, app.FileInput{Title: "Build cache", Class: plumbline.ClassDogfooding, Fields: map[string]string{"dogfooding_goal": "test"}})
	w.ok(err)
	w.validate(it.Key)
	if v := w.item(w.pm, it.Key); len(v.Lacking) != 1 || v.Lacking[0].ID != "consequence" {
		t.Errorf("lacking is %v, want the consequence", v.Lacking)
	}
	_, err = w.app.Decide(w.ctx(), w.pm, it.Key, pursue)
	w.refused(err, plumbline.Invalid, "Find out first: What we give up by not using it.")
	if plumbline.FieldsOf(err)["consequence"] == "" {
		t.Errorf("the field is not named: %v", plumbline.FieldsOf(err))
	}
	_, err = w.app.Edit(w.ctx(), w.pm, it.Key, app.EditInput{Fields: map[string]string{"consequence": "Releases slip."}})
	w.ok(err)
	_, err = w.app.Decide(w.ctx(), w.pm, it.Key, pursue)
	w.ok(err)
	_, err = w.app.Edit(w.ctx(), w.pm, it.Key, app.EditInput{Fields: map[string]string{"needed_by": "soon"}})
	w.refused(err, plumbline.Invalid, "is a date")
}

func TestTemplatesAreVersioned(t *testing.T) {
	w := sqliteWorld(t)
	const class = "dogfooding"
	first, err := w.app.Template(w.ctx(), w.requester, class, 0)
	w.ok(err)
	if !first.Shipped || first.Version != 0 || len(first.Fields) == 0 {
		t.Fatalf("got %+v, want the one that came with it", first.Template)
	}
	changed := "class: dogfooding\ntitle: Dogfooding\nfields:\n  - {id: product_area, label: Which part, required: true}\n  - {id: ways, label: Ways, type: multi-choice, choices: [a, b]}\n  - {id: cost, label: Cost, type: money}\n"
	_, err = w.app.PutTemplate(w.ctx(), w.requester, class, changed, 0)
	w.refused(err, plumbline.Denied, "")
	_, err = w.app.PutTemplate(w.ctx(), w.pm, class, "class: dogfooding\n", 0)
	w.refused(err, plumbline.Invalid, "Line 1: The title is missing.")
	_, err = w.app.PutTemplate(w.ctx(), w.pm, "nonsense", changed, 0)
	w.refused(err, plumbline.NotFound, "There is no template")
	v, err := w.app.PutTemplate(w.ctx(), w.pm, class, changed, 0)
	w.ok(err)
	if v.Version != 1 || v.Shipped {
		t.Errorf("got version %d, shipped %v", v.Version, v.Shipped)
	}
	_, err = w.app.PutTemplate(w.ctx(), w.pm, class, changed+"# later\n", 0)
	w.refused(err, plumbline.Conflict, "changed meanwhile")

	_, err = w.app.File(w.ctx(), w.requester, app.FileInput{Title: "x", Class: plumbline.ClassDogfooding})
	w.refused(err, plumbline.Invalid, "Which part is needed")
	it, err := w.app.File(w.ctx(), w.requester, app.FileInput{Title: "x", Class: plumbline.ClassDogfooding, Fields: map[string]string{"product_area": "CI", "ways": "a, b", "cost": "10 EUR"}})
	w.ok(err)
	if it.Fields["ways"] != "a, b" || it.Fields["cost"] != "10 EUR" {
		t.Errorf("the fields are %v", it.Fields)
	}

	v, err = w.app.ResetTemplate(w.ctx(), w.pm, class)
	w.ok(err)
	if !v.Shipped || v.Version != 2 || v.Source != first.Source {
		t.Errorf("after the reset: version %d, shipped %v", v.Version, v.Shipped)
	}
	v, err = w.app.Template(w.ctx(), w.pm, class, 1)
	w.ok(err)
	if v.Source != changed || len(v.Versions) != 2 {
		t.Errorf("version 1 is %q of %d versions", v.Source, len(v.Versions))
	}
	if _, err := w.app.Item(w.ctx(), w.requester, it.Key); err != nil {
		t.Errorf("an item of an older template: %v", err)
	}
}

func TestAQuestionBecomesARequest(t *testing.T) {
	w := sqliteWorld(t)
	q, err := w.app.File(w.ctx(), w.requester, app.FileInput{Process: "question", Title: "How do I get more memory?", Body: "Builds die."})
	w.ok(err)
	_, err = w.app.Convert(w.ctx(), w.requester, q.Key, "")
	w.refused(err, plumbline.Denied, "")
	it, err := w.app.Convert(w.ctx(), w.contributor, q.Key, plumbline.ClassInternal)
	w.ok(err)
	if it.Title != q.Title || it.Requester != w.requester.Person || it.Kind != plumbline.Request || it.Fields["related"] != string(q.Key) {
		t.Errorf("the request is %+v", it)
	}
	if v := w.item(w.requester, q.Key); v.Open() || v.Fields["lesson"] != "request" || !strings.Contains(string(v.States["question"].Message), string(it.Key)) {
		t.Errorf("the question: open %v, %v, %q", v.Open(), v.Fields, v.States["question"].Message)
	}
	_, err = w.app.Convert(w.ctx(), w.contributor, q.Key, "")
	w.refused(err, plumbline.Conflict, "not an open question")
}

var sendAway = app.DecisionInput{Outcome: plumbline.Redirect, Sentence: "This is a function of the application.", Reason: "not infrastructure"}

func TestRedirecting(t *testing.T) {
	w := sqliteWorld(t)
	it, err := w.app.File(w.ctx(), w.requester, app.FileInput{Title: "Bulk rename", Body: "Renaming 300 projects by hand.", Class: plumbline.ClassCustomer, Fields: need()})
	w.ok(err)
	_, err = w.app.Decide(w.ctx(), w.pm, it.Key, sendAway)
	w.refused(err, plumbline.Invalid, "Say whose it is")
	in := sendAway
	in.Place, in.PlaceURL = "the manage stage", "https://forge.example/manage"
	_, err = w.app.Decide(w.ctx(), w.pm, it.Key, in)
	w.ok(err)
	v := w.item(w.requester, it.Key)
	if v.State != "workflow::redirected" || v.Open() || v.Redirected == nil || v.Redirected.Whose != "the manage stage" || v.Redirected.Opening {
		t.Fatalf("it is in %s, redirected %+v", v.State, v.Redirected)
	}
	for _, want := range []string{"## Problem to solve\n\nRenaming 300 projects by hand.", "They leave.", "About 38 people.", "2027-01-31, by a contract", string(it.Key)} {
		if !strings.Contains(string(v.Redirected.Text), want) {
			t.Errorf("the feature request lacks %q:\n%s", want, v.Redirected.Text)
		}
	}
	for _, secret := range []string{"Acme", "250", "crm.example", "the board"} {
		if strings.Contains(string(v.Redirected.Text), secret) {
			t.Errorf("the feature request tells %q", secret)
		}
	}
	w.refused(w.app.AnswerRedirect(w.ctx(), w.requester, it.Key, "Yes."), plumbline.Denied, "")
	w.refused(w.app.AnswerRedirect(w.ctx(), w.pm, it.Key, " "), plumbline.Invalid, "Write what they answered")
	w.ok(w.app.AnswerRedirect(w.ctx(), w.pm, it.Key, "Planned for the next release."))
	m, err := w.app.Mine(w.ctx(), w.requester)
	w.ok(err)
	if r := m.Asked[0]; r.Ended != "Not ours" || !strings.Contains(r.Why, "It belongs to the manage stage") || !strings.Contains(r.Why, "Planned for the next release.") {
		t.Errorf("the requester reads %+v", r)
	}
}

func TestMine(t *testing.T) {
	w := sqliteWorld(t)
	open := w.file("Open")
	need, err := w.app.File(w.ctx(), w.requester, app.FileInput{Title: "Needs words", Class: plumbline.ClassDogfooding})
	w.ok(err)
	no := w.file("No")
	_, err = w.app.Decide(w.ctx(), w.pm, no.Key, app.DecisionInput{Outcome: plumbline.Decline, Sentence: "One team only.", Reason: "cost", Reopen: "three more teams ask"})
	w.ok(err)
	other, err := w.app.File(w.ctx(), w.contributor, app.FileInput{Title: "Of somebody else"})
	w.ok(err)
	w.ok(w.app.Watch(w.ctx(), w.requester, other.Key, true))
	question, err := w.app.File(w.ctx(), w.requester, app.FileInput{Process: "question", Title: "How?"})
	w.ok(err)
	_, err = w.app.Demand(w.ctx(), w.requester, open.Key, app.DemandInput{Account: "acme", Worth: "250000", Currency: "EUR"})
	w.ok(err)

	m, err := w.app.Mine(w.ctx(), w.requester)
	w.ok(err)
	if len(m.Asked) != 4 || len(m.Followed) != 1 || m.Followed[0].Key != other.Key {
		t.Fatalf("asked %d, followed %d", len(m.Asked), len(m.Followed))
	}
	if r := m.Asked[0]; r.Key != need.Key || !strings.Contains(r.Need, "Goal") || r.Where != "Received; nobody has looked yet" || !strings.Contains(r.When, "First answer is due in") || r.Due.IsZero() {
		t.Errorf("first comes %+v, want what waits for the requester", r)
	}
	if r := m.Asked[3]; r.Key != no.Key || r.Ended != "Declined" || r.Why != "One team only." || r.Again != "three more teams ask" {
		t.Errorf("last comes %+v, want what ended", r)
	}
	for _, r := range m.Asked {
		if r.Key == question.Key && (!strings.Contains(r.When, "First answer is due in") || r.Due.IsZero()) {
			t.Errorf("the question is due %q", r.When)
		}
	}
	if len(m.Accounts) != 1 || m.Accounts[0].Name != "A customer you spoke for (1)" || len(m.Accounts[0].Items) != 1 {
		t.Fatalf("the customers are %+v", m.Accounts)
	}
	say := string(m.Accounts[0].Items[0].Say)
	for _, secret := range []string{"Acme", "250000", open.Title, "Jonas"} {
		if strings.Contains(say, secret) {
			t.Errorf("the sentence for the customer tells %q: %s", secret, say)
		}
	}
	if m, err = w.app.Mine(w.ctx(), w.pm); err != nil || len(m.Accounts) != 0 {
		t.Errorf("who spoke for nobody reads %v, %v", m.Accounts, err)
	}
	_, err = w.app.Demand(w.ctx(), w.pm, no.Key, app.DemandInput{Account: "acme"})
	w.ok(err)
	m, err = w.app.Mine(w.ctx(), w.pm)
	w.ok(err)
	if len(m.Accounts) != 1 || m.Accounts[0].Name != "Acme Rockets" || len(m.Accounts[0].Items) != 2 {
		t.Errorf("who is cleared reads %+v, want both requests of the customer", m.Accounts)
	}
	_, err = w.app.Mine(w.ctx(), plumbline.Nobody())
	w.refused(err, plumbline.Unauthenticated, "")
}

// A team with a tracker gets the request there; the item is not tied to that
// issue, and its closing is the answer.
func TestRedirectingOpensTheIssueThere(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	w.ok(w.app.PutTeam(w.ctx(), w.pm, plumbline.Team{Ref: "manage", Name: "Manage", Label: "group::manage", Link: "gitlab"}))
	secret, err := w.app.File(w.ctx(), w.requester, app.FileInput{Title: "Not for everybody", Visibility: plumbline.InternalOnly})
	w.ok(err)
	in := sendAway
	in.Team = "manage"
	_, err = w.app.Decide(w.ctx(), w.pm, secret.Key, in)
	w.ok(err)
	if v := w.item(w.pm, secret.Key); v.Redirected.Opening {
		t.Error("what is not public is opened in a tracker")
	}
	it, err := w.app.File(w.ctx(), w.requester, app.FileInput{Title: "Bulk rename", Body: "By hand."})
	w.ok(err)
	_, err = w.app.Decide(w.ctx(), w.pm, it.Key, in)
	w.ok(err)
	if v := w.item(w.pm, it.Key); !v.Redirected.Opening {
		t.Fatal("no issue is being opened")
	}
	s := w.issue()
	s.Ref, s.URL = "44", "https://gitlab.example/infra/requests/-/issues/44"
	done, s := w.carryOut(s)
	if fmt.Sprint(done) != "[open issue +group::manage -]" {
		t.Errorf("done: %v", done)
	}
	v := w.item(w.requester, it.Key)
	if v.Link != "" || v.Ref != "" || v.Redirected.URL != s.URL || v.Redirected.Opening || v.State != "workflow::redirected" {
		t.Errorf("it is tied to %q %q, redirected to %+v", v.Link, v.Ref, v.Redirected)
	}
	if out := w.sees(s); out.Changed || out.PickedUp || v.Redirected.Answer != "" {
		t.Errorf("an open issue there means %+v", out)
	}
	s.Open = false
	w.sees(s)
	w.sees(s)
	if v := w.item(w.requester, it.Key); v.Redirected.Answer != "They closed the issue." || v.Redirected.Answered.IsZero() {
		t.Errorf("the answer is %+v", v.Redirected)
	}
	if got := w.events(it.Key); !strings.HasSuffix(got, "issue opened elsewhere, redirection answered") {
		t.Errorf("the events are %s", got)
	}
}
