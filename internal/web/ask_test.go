package web_test

import (
	"net/url"
	"strings"
	"testing"
)

// The way to the form: what it is in plain words, then the class, then only
// the questions of that class.
func TestTheWayToTheForm(t *testing.T) {
	s := demoSite(t)
	jonas := s.as("jonas")
	jonas.get("/ask", 200).has(t, "My team needs something", "A customer needs something", "I have a question", "Others have to do something", `href="/ask?process=incident"`)
	jonas.get("/ask?kind=need", 200).has(t, `href="/ask?class=internal-team"`, `href="/ask?class=dogfooding"`, `href="/ask?class=security-compliance"`)
	jonas.get("/ask?kind=others", 200).has(t, `href="/ask?class=app-change"`, `href="/ask?class=customer-outreach"`, `href="/ask?class=cost-efficiency"`)
	a := jonas.get("/ask?class=customer-operational", 200)
	a.has(t, "Primary data and backups stay in the EU.", `name="field.account"`, `name="field.worth"`, `type="radio" name="field.points" value="10"`, `<div id="similar"`, "What happens next", `name="field.date_hardness"`)
	question := jonas.get("/ask?process=question", 200)
	question.has(t, `name="field.topic"`, "Answered within a working day")
	if strings.Contains(question.body, "on_behalf_of") || strings.Contains(question.body, "field.nfr_category") {
		t.Error("a question asks for more than a question")
	}
	// Which customers there are is private: who is not cleared writes the ref.
	if strings.Contains(a.body, "Harbourlight") {
		t.Error("a requester can choose from the customers")
	}
	s.as("mara").get("/ask?class=customer-operational", 200).has(t, `<option value="oxbow-clinics">`)
	s.as("mara").get("/ask?class=customer-outreach", 200).has(t, `type="checkbox" name="field.channels" value="mail"`)
}

func TestAskingForACustomer(t *testing.T) {
	s := demoSite(t)
	jonas, mara := s.as("jonas"), s.as("mara")
	sent := vals("process", "request", "class", "customer-operational", "title", "Restore one project", "field.nfr_category", "continuity", "field.consequence", "They leave.",
		"field.points", "10", "field.account", "oxbow-clinics", "field.worth", "210000 EUR", "field.strength", "blocker", "field.needed_by", "2027-02-01", "field.date_hardness", "regulation",
		"field.crm_link", "https://crm.example/77", "links", "The annex: https://files.example/annex\nhttps://chat.example/p/4", "field.channel", "call")
	wrong := url.Values{}
	for k, v := range sent {
		wrong[k] = v
	}
	wrong.Set("field.worth", "many")
	wrong.Set("field.account", "nobody")
	jonas.post("/ask", wrong, 422).has(t, "is not an amount", `value="many"`, "They leave.</textarea>")
	wrong.Set("field.worth", "1 EUR")
	jonas.post("/ask", wrong, 422).has(t, "There is no account with this ref or name", `href="#f--field-account"`)
	a := jonas.post("/ask", sent, 200)
	a.has(t, "Asked. You follow", "A customer", "The annex", `href="https://files.example/annex"`, "10 of 10")
	for _, secret := range []string{"Oxbow", "oxbow", "210000", "crm.example"} {
		if strings.Contains(a.body, secret) {
			t.Errorf("the requester, who is not cleared, reads %q", secret)
		}
	}
	mara.get(a.Request.URL.Path, 200).has(t, "210", "In the CRM: https://crm.example/77")
	mara.get(a.Request.URL.Path+"/edit", 200).has(t, `name="field.date_hardness"`, `name="field.nfr_category"`)
	jonas.get("/mine", 200).has(t, "Restore one project", "Received; nobody has looked yet", "Customers you speak for", "We have received your request and will look at it.")
}

func TestRedirectOnPages(t *testing.T) {
	s := demoSite(t)
	jonas, mara := s.as("jonas"), s.as("mara")
	a := jonas.post("/ask", vals("title", "Rename many projects", "body", "One by one today.", "field.consequence", "A day is lost.", "process", "request"), 200)
	at := a.Request.URL.Path
	mara.post(at+"/decide", vals("outcome", "redirect", "sentence", "Not infrastructure.", "reason", "app"), 422).has(t, "Say whose it is")
	mara.post(at+"/decide", vals("outcome", "redirect", "sentence", "Not infrastructure.", "reason", "app", "owner", "sig-node"), 200).
		has(t, "This belongs to SIG Node", "## Problem to solve", `data-copy="feature-request"`, "They have not answered yet.")
	mara.post(at+"/answer", vals("answer", ""), 422).has(t, "Write what they answered")
	mara.post(at+"/answer", vals("answer", "In the next release."), 200).has(t, "They answered:", "In the next release.")
	jonas.get("/mine", 200).has(t, "Not ours to do", "It belongs to SIG Node", "In the next release.")
}

func TestQuestionBecomesRequest(t *testing.T) {
	s := demoSite(t)
	jonas, ines := s.as("jonas"), s.as("ines")
	at := jonas.post("/ask", vals("process", "question", "title", "Why is it slow?"), 200).Request.URL.Path
	jonas.get(at+"/convert", 403)
	ines.get(at, 200).has(t, at+"/convert")
	ines.get(at+"/convert", 200).has(t, "The question ends")
	a := ines.post(at+"/convert", vals("class", "internal-team"), 200)
	a.has(t, "Why is it slow?", "is followed as REQ-")
	jonas.get(at, 200).has(t, "made a request of this")
	jonas.post(a.Request.URL.Path+"/link", vals("url", "ftp://x", "name", "x"), 422).has(t, "web address")
	jonas.post(a.Request.URL.Path+"/link", vals("url", "https://dash.example/1"), 200).has(t, "dash.example/1</a>")
}

func TestTemplateSettings(t *testing.T) {
	s := demoSite(t)
	mara := s.as("mara")
	s.as("jonas").get("/settings/templates", 403)
	mara.get("/settings/templates", 200).has(t, "Dogfooding", "as it came with the product", `href="/settings/templates?class=question"`)
	mara.get("/settings/templates?class=dogfooding", 200).has(t, "class: dogfooding", "Save as the next version")
	mara.get("/settings/templates?class=nonsense", 404)
	mara.post("/settings/templates", vals("class", "dogfooding", "version", "0", "source", "class: dogfooding\ntitle: D\nfeilds: []\n"), 422).
		has(t, "Line 3: a template has no key", "feilds: []")
	const changed = "class: dogfooding\ntitle: Our own first\nfields:\n  - {id: part, label: Which part, required: true}\n"
	mara.post("/settings/templates", vals("class", "dogfooding", "version", "0", "source", changed), 200).has(t, "Saved: everybody who asks meets the new form.", "version 1 by Mara")
	s.as("jonas").get("/ask?class=dogfooding", 200).has(t, "Our own first", "Which part")
	s.as("jonas").post("/ask", vals("class", "dogfooding", "title", "x", "process", "request"), 422).has(t, "Which part is needed")
	mara.post("/settings/templates", vals("class", "dogfooding", "version", "0", "source", changed+"# more\n"), 409).has(t, "changed meanwhile")
	mara.post("/settings/templates", vals("class", "dogfooding", "reset", "1"), 200).has(t, "Reset.")
	mara.get("/settings/templates?class=dogfooding&version=1", 200).has(t, "Our own first", "Version 2", "Version 1")
}
