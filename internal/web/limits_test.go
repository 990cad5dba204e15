package web_test

import (
	"net/url"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
)

// A product manager sets a hard limit on the page of the process; the board shows
// it with a lock; a move into the full column leads to a form that asks why, and
// goes in with the reason.
func TestHardLimitFromThePages(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	const backlog = plumbline.State("workflow::validation backlog")
	v.get("/processes/request", 200).has(t, "Limits of work in progress", "refuse more")
	s.as("jonas").get("/processes/request", 200).lacks(t, "refuse more")
	s.as("jonas").post("/processes/request", url.Values{"state": {string(backlog)}, "most": {"1"}}, 403)
	v.post("/processes/request", url.Values{"state": {string(backlog)}, "most": {"many"}}, 422)
	v.post("/processes/request", url.Values{"state": {string(backlog)}, "most": {"1"}, "hard": {"on"}}, 200).has(t, "takes 1 at most")
	v.get("/board", 200).has(t, ", a hard limit", ", more than the limit")
	s.as("jonas").get("/processes/request", 200).has(t, "1; more are refused")

	key, _ := fill(t, s, 2)
	at := "/items/" + string(key)
	refused := v.quiet(at+"/move", vals("to", string(backlog), "stay", "1"), 422)
	refused.has(t, "The column validation backlog is full", "hard limit is 1", "/move?to=")
	page := v.get(at+"/move?to="+url.QueryEscape(string(backlog)), 200)
	page.has(t, "is full", `name="despite"`, "Why this one goes in all the same")
	v.post(at+"/move", vals("to", string(backlog), "despite", ""), 422).has(t, "is full")
	v.post(at+"/move", vals("to", string(backlog), "despite", "A promise to a regulator."), 200)
	if it := s.item(key); it.State != backlog {
		t.Errorf("it is in %s", it.State)
	}
	v.get(at+"/history", 200).has(t, "A promise to a regulator.", "though it was full")
	v.post("/processes/request", url.Values{"state": {string(backlog)}, "most": {""}}, 200).has(t, "has no limit now")

	v.post("/processes/request", url.Values{"state": {"workflow-infra::Triage"}, "most": {"1"}, "hard": {"on"}}, 200)
	mara := s.actor("mara")
	_, err1 := s.app.Demand(t.Context(), mara, key, app.DemandInput{Team: "sig-node"})
	_, err2 := s.app.Attach(t.Context(), mara, key, app.EvidenceInput{Grade: plumbline.Opinion, Text: "x"})
	_, err3 := s.app.Edit(t.Context(), mara, key, app.EditInput{Fields: map[string]string{"statement": "x", "reach": "6", "impact": "2", "confidence": "80"}})
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	full := vals("outcome", "pursue", "sentence", "Worth it.", "team", "sig-node")
	v.get(at+"/decide", 200).lacks(t, `name="despite"`)
	v.post(at+"/decide", full, 422).has(t, "Triage is full", `name="despite"`)
	full.Set("despite", "The auditor comes on Monday.")
	v.post(at+"/decide", full, 200).has(t, "handed off")
	v.post("/processes/request", url.Values{"state": {"workflow-infra::Triage"}, "most": {""}}, 200)
	if strings.Contains(v.get("/board", 200).body, ", a hard limit") {
		t.Error("the limit is still on the board")
	}
}
