package web_test

import (
	"net/url"
	"testing"

	"plumbline"
	"plumbline/internal/app/rights"
)

// A tracker's page says how it is, what would be written, and what was asked.
func TestTrackerSettings(t *testing.T) {
	s := emptySite(t)
	v := s.setUp("ada")
	link := plumbline.LinkState{ID: "gitlab", Kind: "gitlab", URL: "https://gitlab.example", Project: "infra/requests", Separator: "::", OnDecline: "close"}
	if err := s.app.ConfigureLinks(t.Context(), []plumbline.LinkState{link}); err != nil {
		t.Fatal(err)
	}
	v.get("/settings/trackers", 200).has(t, "GitLab", "infra/requests", "Starting", "/hooks/gitlab", "Pause")
	err := s.app.LinkSeen(t.Context(), "gitlab", func(l *plumbline.LinkState) { l.Health, l.Detail = "degraded", "The token lacks the scope api." })
	if err != nil {
		t.Fatal(err)
	}
	v.get("/settings/trackers", 200).has(t, "Degraded", "The token lacks the scope api.")
	v.post("/settings/trackers/gitlab", url.Values{"do": {"plan"}}, 200).has(t, "Asked for plan; waiting for the answer.")
	asked, err := s.app.AskedOfLinks(t.Context())
	if err != nil || len(asked) != 1 {
		t.Fatal(asked, err)
	}
	if err := s.app.AnswerLink(t.Context(), asked[0], []string{"infra/requests#7: add workflow::problem validation"}); err != nil {
		t.Fatal(err)
	}
	v.get("/settings/trackers", 200).has(t, "Dry run: what would be written", "infra/requests#7")
	v.post("/settings/trackers/gitlab", url.Values{"do": {"pause"}, "reason": {"The tracker is upgraded."}}, 200).has(t, "Paused", "The tracker is upgraded.", "Resume")
	v.post("/settings/trackers/gitlab", url.Values{"do": {"resume"}}, 200).has(t, "Resumed.")
	v.post("/settings/trackers/gitlab", url.Values{"do": {"explode"}}, 422).has(t, "not &#34;explode&#34;")
	v.post("/settings/trackers/other", url.Values{"do": {"pause"}}, 404).has(t, "There is no tracker")
	if rights.May(s.pm(), rights.ManageLinks) {
		t.Fatal("the product manager manages trackers")
	}
}

func (s *site) pm() plumbline.Actor {
	return plumbline.Actor{Person: "p", Name: "P", Role: plumbline.PM}
}

func TestSettingsForms(t *testing.T) {
	s := demoSite(t)
	people := map[string]*visitor{"mara": s.as("mara"), "jonas": s.as("jonas"), "ines": s.as("ines"), "avery": s.as("avery")}
	for _, c := range []struct {
		path string
		attempt
	}{
		{"/settings/teams", attempt{"ines", vals("ref", "new", "name", "New"), 403, nil}},
		{"/settings/teams", attempt{"mara", vals("ref", "Not A Ref", "name", "kept name"), 422, []string{"A team&#39;s ref is", `value="kept name"`}}},
		{"/settings/teams", attempt{"mara", vals("ref", "new-team", "name", "New team", "label", "team::New"), 200, []string{"Team saved.", "New team"}}},
		{"/settings/products", attempt{"mara", vals("ref", "dns", "name", "DNS", "kind", "planet"), 422, []string{"The kind is product or process"}}},
		{"/settings/products", attempt{"mara", vals("ref", "dns", "name", "DNS", "kind", "product", "team", "sig-node"), 200, []string{"Product saved.", "DNS"}}},
		{"/settings/accounts", attempt{"avery", vals("ref", "acme", "name", "Acme"), 403, []string{"cleared"}}},
		{"/settings/accounts", attempt{"mara", vals("ref", "acme", "name", "Acme", "arr", "lots"), 422, []string{"is not an amount", `value="lots"`}}},
		{"/settings/accounts", attempt{"mara", vals("ref", "acme", "name", "Acme", "arr", "1200000", "currency", "EUR", "seats", "1,100", "renewal", "2027-03-31"), 200, []string{"Account saved.", "1,200,000 EUR", "1,100", "2027-03-31"}}},
		{"/settings/people", attempt{"mara", vals("handle", "x", "name", "X", "role", "admin"), 403, nil}},
		{"/settings/people", attempt{"avery", vals("handle", "kim", "name", "Kim", "role", "contributor", "password", "short-secret"[:5]), 422, []string{"A password has at least 12", `value="kim"`}}},
		{"/settings/people", attempt{"avery", vals("handle", "kim", "name", "Kim", "role", "contributor", "team", "sig-node", "password", "a long enough password"), 200, []string{"Person saved.", "@kim"}}},
		{"/settings/people", attempt{"avery", vals("handle", "avery", "name", "Avery", "role", "pm"), 409, []string{"Avery is the last administrator", `value="avery"`}}},
	} {
		a := people[c.who].post(c.path, c.form, c.want)
		a.has(t, c.has...)
		a.lacks(t, "a long enough password")
	}
}

// What is edited stands in the form, and what the form does not show stays.
func TestSettingsEdit(t *testing.T) {
	s := demoSite(t)
	mara := s.as("mara")
	mara.get("/settings/teams?edit=sig-node", 200).has(t, "Change SIG Node", `value="team::sig-node"`, "readonly", "Add a team instead")
	mara.get("/settings/products?edit=cluster-update", 200).has(t, "Change Cluster update", `<option value="process" selected>`)
	mara.get("/settings/accounts?edit=harbourlight", 200).has(t, `value="1240000"`, `value="EUR"`)
	s.as("avery").get("/settings/people?edit=ines", 200).has(t, "Change Inês Duarte", `<option value="contributor" selected>`)
	mara.get("/settings/teams?edit=nobody", 200).has(t, "Add a team")
	before := s.team("sig-node")
	mara.post("/settings/teams", vals("ref", "sig-node", "name", "Nodes", "label", before.Label), 200)
	if after := s.team("sig-node"); after.Name != "Nodes" || after.Source != before.Source || after.Parent != before.Parent {
		t.Errorf("the team was %+v, is %+v", before, after)
	}
}

func (s *site) team(ref plumbline.TeamRef) plumbline.Team {
	s.t.Helper()
	teams, err := s.app.Teams(s.t.Context(), us())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, team := range teams {
		if team.Ref == ref {
			return team
		}
	}
	s.t.Fatalf("there is no team %s", ref)
	return plumbline.Team{}
}

// A token's secret is on the answer that makes it, and nowhere afterwards.
func TestTokens(t *testing.T) {
	s := demoSite(t)
	jonas := s.as("jonas")
	jonas.post("/settings/tokens", vals("name", "", "scopes", "read", "expires", "9999"), 422).has(t, "Name the token", "one to 365 days", `value="9999"`)
	jonas.post("/settings/tokens", vals("name", "x", "scopes", "read", "expires", "soon"), 422).has(t, "Write a whole number")
	a := jonas.post("/settings/tokens", vals("name", "a script", "scopes", "write", "expires", "30"), 200)
	a.has(t, "Copy the token now", "plt_", "a script")
	jonas.get("/settings/tokens", 200).lacks(t, "plt_")
	who := s.actor("jonas")
	list, err := s.app.Tokens(t.Context(), who)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	s.as("mara").post("/settings/tokens/"+list[0].ID, vals(), 404)
	jonas.post("/settings/tokens/"+list[0].ID, vals(), 200).has(t, "Token revoked")
}
