package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"plumbline"
)

// visit is a page with what it shows, and who may open it.
type visit struct {
	path string
	has  string
	// The status for Mara (product manager), Jonas (requester), Inês
	// (contributor), Avery (administrator).
	mara, jonas, ines, avery int
}

// visits are all pages, by the demo's items.
func visits(s *site) []visit {
	fresh, rich := "/items/"+string(s.find("Fixed egress addresses")), "/items/"+string(s.find("Make nftables the default"))
	return []visit{
		{"/inbox", "What nobody has judged yet", 200, 403, 403, 200},
		{"/today/decide", "To decide</h1>", 200, 403, 403, 200},
		{"/today/nonsense", "Today has no part called", 404, 403, 403, 404},
		{"/products", "products and processes", 200, 200, 200, 200},
		{"/products/support", "What is open, by state", 200, 200, 200, 200},
		{"/products/nonsense", "There is no product", 404, 404, 404, 404},
		{"/controls", "framework that a product is held to", 200, 200, 200, 200},
		{"/products/kube-apiserver/controls", "of the controls that apply are met", 200, 200, 200, 200},
		{"/products/nonsense/controls", "There is no product", 404, 404, 404, 404},
		{"/products/kube-apiserver/controls/nist_ocp4?state=gap", "Without good evidence", 200, 200, 200, 200},
		{"/products/kube-apiserver/controls/nist_ocp4?state=mostly", "The state is one of controls", 422, 422, 422, 422},
		{"/products/kube-apiserver/controls/nonsense", "There is no framework", 404, 404, 404, 404},
		{"/products/kube-apiserver/controls/nist_ocp4/AC-2(1)", "What was changed", 200, 200, 200, 200},
		{"/products/kube-apiserver/controls/nist_ocp4/zz-1", "There is no control", 404, 404, 404, 404},
		{"/products/support/objectives", "No objectives yet", 200, 200, 200, 200},
		{"/objectives", "Objectives</h1>", 200, 200, 200, 200},
		{"/products/kube-apiserver", "What it stands on", 200, 200, 200, 200},
		{"/products/kube-apiserver/edit", "What the file says", 200, 403, 403, 200},
		{"/products/kube-apiserver/maturity", "What was said, newest first", 200, 200, 200, 200},
		{"/processes/cluster-update", "What it stands on", 200, 200, 200, 200},
		{"/teams", "SIG Node", 200, 200, 200, 200},
		{"/teams/sig-node", "Changed last", 200, 200, 200, 200},
		{"/teams/nonsense", "There is no team", 404, 404, 404, 404},
		{"/processes/request", "Where work arrives", 200, 200, 200, 200},
		{"/processes/nonsense", "There is no process", 404, 404, 404, 404},
		{rich + "/history", "Everything that happened", 200, 200, 200, 200},
		{"/items/REQ-99999/history", "There is no item REQ-99999", 404, 404, 404, 404},
		{"/people?q=ma", `"handle":"mara"`, 200, 200, 200, 200},
		{"/settings/rotation", "swapped", 200, 403, 403, 200},
		{"/inbox?front=" + strings.TrimPrefix(fresh, "/items/"), "Fixed egress addresses for each region</h2>", 200, 403, 403, 200},
		{"/items", `id="list"`, 200, 200, 200, 200},
		{"/items?status=all&q=pod", "Filter: pod", 200, 200, 200, 200},
		{"/items?mine=1&status=all", "My requests", 200, 200, 200, 200},
		{"/mine", "My requests", 200, 200, 200, 200},
		{"/items?q=nothinglikethis", "Nothing fits this filter", 200, 200, 200, 200},
		{"/items?colour=red", "is not a filter", 422, 422, 422, 422},
		{"/items?limit=9000", "The limit is a number", 422, 422, 422, 422},
		{"/board", `id="board"`, 200, 200, 200, 200},
		{"/board?process=incident", "Declared", 200, 200, 200, 200},
		{"/board?process=nonsense", "There is no process", 422, 422, 422, 422},
		{"/decisions", "What was decided, why", 200, 200, 200, 200},
		{"/ask", "Ask infrastructure", 200, 200, 200, 200},
		{"/ask?process=question", "What have you tried", 200, 200, 200, 200},
		{"/ask?process=change", "How to go back", 200, 200, 200, 200},
		{rich, "Make nftables the default kube-proxy backend</h1>", 200, 200, 200, 200},
		{rich + "/brief", "Printed for", 200, 200, 200, 200},
		{rich + "/edit", "Problem statement", 200, 403, 200, 200},
		{rich + "/demand", "Team of ours", 200, 200, 200, 200},
		{rich + "/evidence", "How good is it", 200, 200, 200, 200},
		{rich + "/comment", "Markdown works", 200, 200, 200, 200},
		{rich + "/decide", "What the requester reads", 200, 403, 403, 200},
		{rich + "/handoff", "Exactly one team gets the work", 200, 403, 403, 200},
		{rich + "/move?to=workflow::design", "Move to Design", 200, 200, 200, 200},
		{rich + "/nonsense", "There is no page at this address", 404, 404, 404, 404},
		{"/items/REQ-99999", "There is no item REQ-99999", 404, 404, 404, 404},
		{"/settings/trackers", "No tracker is connected", 200, 403, 403, 200},
		{"/settings/teams", "SIG Node", 200, 403, 403, 200},
		{"/settings/products", "Cluster update", 200, 403, 403, 200},
		{"/settings/accounts", "Accounts", 200, 403, 403, 200},
		{"/settings/people", "Reads amounts", 403, 403, 403, 200},
		{"/settings/tokens", "Make token", 200, 200, 200, 200},
		{"/settings/log", "Everything that changed", 200, 403, 403, 200},
		{"/settings/import", "Look at it", 200, 403, 403, 200},
		{"/settings/import/none", "Send it again", 404, 403, 403, 404},
		{"/settings/log?person=nobody", "Nobody has the handle", 200, 403, 403, 200},
		{"/settings/log/export?type=item+moved", "item moved", 200, 403, 403, 200},
		{"/export/csv?kind=incident", "plumbline,key,version", 200, 200, 200, 200},
		{"/export/json", `"history":[`, 200, 200, 200, 200},
		{"/export/xls", "is not a format that is exported", 422, 422, 422, 422},
		{"/ranking", "Must be done, whatever it is worth", 200, 200, 200, 200},
		{"/ranking?model=nonsense", "model", 422, 422, 422, 422},
		{"/ranking/" + strings.TrimPrefix(rich, "/items/"), "What it rests on", 200, 200, 200, 200},
		{"/ranking/REQ-99999", "There is no item REQ-99999", 404, 404, 404, 404},
		{"/ranking/estimates", "Save what I changed", 200, 403, 200, 200},
		{"/ranking/validate", "What to validate next</h1>", 200, 403, 200, 200},
		{"/ranking/rounds", "Blind rounds</h1>", 200, 403, 200, 200},
		{"/ranking/rounds/nonsense", "There is no round", 404, 403, 404, 404},
		{"/ranking/pairs", "Which is worth more?", 200, 403, 200, 200},
		{"/ranking/calibration", "Calibration</h1>", 200, 403, 200, 200},
		{"/evidence", "Evidence</h1>", 200, 403, 200, 200},
		{"/cost", "Cost</h1>", 200, 403, 200, 200},
		{"/capacity", "Capacity</h1>", 200, 403, 200, 200},
		{"/capacity?from=2027-W01&periods=3", "2027-W03", 200, 403, 200, 200},
		{"/capacity?from=soon", "is no period", 422, 422, 422, 422},
		{"/capacity/rules", "Rules of capacity</h1>", 200, 403, 200, 200},
		{"/capacity/teams/sig-node", "Capacity of", 200, 403, 200, 200},
		{"/capacity/teams/nonsense", "There is no team", 404, 403, 404, 404},
		{"/cost/rules", "Whose cost it is</h1>", 200, 403, 200, 200},
		{"/products/kubelet/cost", "Cost of kubelet</h1>", 200, 403, 200, 200},
		{"/products/kubelet/cost/nonsense", "Write the day as", 422, 403, 422, 422},
		{"/products/nonsense/cost", "There is no product", 404, 403, 404, 404},
		{"/incidents", "Incidents</h1>", 200, 200, 200, 200},
		{"/incidents/rules", "How alarms become incidents</h1>", 200, 403, 200, 200},
		{"/incidents/nonsense", "There is no incident", 404, 404, 404, 404},
		{"/incidents?cursor=nonsense", "The cursor is not one of ours", 422, 422, 422, 422},
		{"/products/support/support", "Support of Support</h1>", 200, 200, 200, 200},
		{"/products/nonsense/support", "There is no product", 404, 404, 404, 404},
		{"/products/support/tickets?week=2026-11-16", "Tickets of the week of 2026-11-16</h1>", 200, 403, 200, 200},
		{"/evidence/nonsense", "There is no file", 404, 403, 404, 404},
		{"/duties", "Work that a rule forces", 200, 200, 200, 200},
		{"/cockpit", "What needs somebody", 200, 200, 200, 200},
		{"/cockpit?status=met&kind=cost&group=system.control-plane", "with limits, the worst first", 200, 200, 200, 200},
		{"/cockpit?kind=odd", "The kind is reliability", 422, 422, 422, 422},
		{"/cockpit?group=nothing", "There is no group", 422, 422, 422, 422},
		{"/constraints/api-availability", "The error budget is overspent", 200, 200, 200, 200},
		{"/cockpit/new", "What is limited?", 200, 403, 403, 200},
		{"/cockpit/new?kind=cost&scope=product:kubelet", "Three letters: EUR.", 200, 403, 403, 200},
		{"/constraints/api-availability/edit", "Evidence expected every", 200, 403, 403, 200},
		{"/constraints/api-availability/exception", "At most 90 days", 200, 403, 200, 200},
		{"/constraints/api-availability/tell", "How many were bad.", 200, 403, 200, 200},
		{"/constraints/api-availability/file", "Mend: Availability of the API server", 200, 403, 200, 200},
		{"/constraints/api-availability/nonsense", "There is no page at this address", 404, 404, 404, 404},
		{"/constraints/nothing/edit", "There is no constraint", 404, 403, 403, 404},
		{"/constraints/nothing", "There is no constraint", 404, 404, 404, 404},
		{"/constraints/api-availability/evidence", "Evidence, newest first", 200, 200, 200, 200},
		{"/constraints/api-availability/evidence?cursor=x", "The cursor does not belong", 422, 422, 422, 422},
		{"/constraints/api-availability/trail", "Changes, newest first", 200, 200, 200, 200},
		{"/findings", "for half a year or longer", 200, 200, 200, 200},
		{"/findings?class=odd", "The class is critical", 422, 422, 422, 422},
		{"/findings?state=all&product=flux-app", "CVE-2025-48384", 200, 200, 200, 200},
		{"/findings/nonsense", "There is no finding", 404, 404, 404, 404},
		{"/products/ingress-nginx-app/findings", "in the newest bills of materials", 200, 200, 200, 200},
		{"/products/nonsense/findings", "There is no product", 404, 404, 404, 404},
		{rich + "/reality", "What it turned out to be", 200, 403, 200, 200},
		{"/settings/policies", "In force", 200, 403, 403, 200},
		{"/settings/nonsense", "There is no part of the settings", 404, 404, 404, 404},
		{"/settings", "Settings</h1>", 200, 200, 200, 200},
		{"/help", "A tour in ten steps", 200, 200, 200, 200},
		{"/help/nonsense", "There is no help page", 404, 404, 404, 404},
		{"/search?q=node", `{"items":[{"key":"`, 200, 200, 200, 200},
		{"/nonsense", "There is no page at this address", 404, 404, 404, 404},
	}
}

func TestPagesByRole(t *testing.T) {
	s := demoSite(t)
	for _, who := range []string{"mara", "jonas", "ines", "avery"} {
		v := s.as(who)
		for _, p := range visits(s) {
			want := map[string]int{"mara": p.mara, "jonas": p.jonas, "ines": p.ines, "avery": p.avery}[who]
			a := v.send(http.MethodGet, p.path, nil)
			if a.StatusCode != want {
				t.Errorf("%s, %s: got %d, want %d", who, p.path, a.StatusCode, want)
			}
			if want == 200 || want == 404 || want == 422 {
				a.has(t, p.has)
			}
			if want == 403 {
				a.has(t, "You may not do this", "/help/roles")
			}
		}
	}
}

// Whoever is not signed in signs in first, and comes back to where they wanted
// to go; help is open to all.
func TestVisitorsSignInFirst(t *testing.T) {
	s := demoSite(t)
	v := s.as("")
	for _, p := range visits(s) {
		a := v.once(http.MethodGet, p.path, nil)
		if strings.HasPrefix(p.path, "/help") {
			continue
		}
		if got, want := a.Header.Get("Location"), "/signin?next="+url.QueryEscape(p.path); a.StatusCode != 303 || got != want {
			t.Errorf("%s: got %d to %q, want 303 to %q", p.path, a.StatusCode, got, want)
		}
	}
	v.get("/help/roles", 200).has(t, "Who may do what")
	v.post("/items/REQ-1/comment", url.Values{"body": {"hello"}}, 401).has(t, "Sign in first", `href="/signin"`)
	v.quiet("/items/REQ-1/comment", url.Values{"body": {"hello"}}, 401).has(t, `"title":"unauthenticated"`)
}

func TestHomeIsWhereOneWorks(t *testing.T) {
	s := demoSite(t)
	for who, want := range map[string]string{"mara": "/today", "avery": "/today", "ines": "/today", "jonas": "/mine"} {
		if got := s.as(who).get("/", 200).Request.URL.RequestURI(); got != want {
			t.Errorf("%s: got %s, want %s", who, got, want)
		}
	}
}

// The navigation shows what is open to the reader, and no dead ends.
func TestNavigationByRole(t *testing.T) {
	s := demoSite(t)
	nav := regexp.MustCompile(`(?s)<nav class="nav".*?</nav>`)
	for who, want := range map[string][]string{
		"mara": {"/today", "/inbox", "/items", "/board", "/ranking", "/cockpit"}, "jonas": {"/mine", "/ask", "/items", "/board", "/decisions"},
		"ines": {"/today", "/items", "/board", "/ranking", "/cockpit"}, "avery": {"/today", "/inbox", "/items", "/board", "/ranking", "/cockpit"},
	} {
		a := s.as(who).get("/items", 200)
		html := nav.FindString(a.body)
		for _, href := range want {
			if !strings.Contains(html, `href="`+href) {
				t.Errorf("%s: no link to %s", who, href)
			}
		}
		if got := strings.Count(html, "<a"); got != len(want) {
			t.Errorf("%s: %d links, want %d", who, got, len(want))
		}
	}
}

// A filter that says the same has the same address, however it was made.
func TestFilterIsTheAddress(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	a := v.get("/items?q=&team=sig-node&state=&sort=&label=&assignee=", 200)
	if got := a.Request.URL.RequestURI(); got != "/items?team=sig-node" {
		t.Errorf("an address with empty values leads to %s", got)
	}
	a.has(t, "Team: SIG Node", `href="/board?team=sig-node"`, `href="/items?status=all&amp;team=sig-node"`)
	a = v.get("/items?q=pod&status=all&team=sig-node", 200)
	a.has(t, `<input type="hidden" name="status" value="all"`, `href="/items?status=all&amp;team=sig-node" aria-label="Filter: pod, take this filter off"`)
	if got := v.get("/items?q=req-1", 200).Request.URL.Path; got != "/items/REQ-1" {
		t.Errorf("a key in the search leads to %s, want the item", got)
	}
}

// A list longer than a page is walked to its end, and every item is met once.
func TestPaging(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	row, next := regexp.MustCompile(`id="row-([A-Z]+-\d+)"`), regexp.MustCompile(`<a class="btn btn-small" href="([^"]+)" rel="next"`)
	seen, path, pages := map[string]bool{}, "/items?status=all", 0
	for path != "" {
		a := v.get(path, 200)
		pages++
		for _, m := range row.FindAllStringSubmatch(a.body, -1) {
			if seen[m[1]] {
				t.Fatalf("%s is on two pages", m[1])
			}
			seen[m[1]] = true
		}
		path = ""
		if m := next.FindStringSubmatch(a.body); m != nil {
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	list, err := s.app.Items(t.Context(), s.actor("mara"), plumbline.Filter{Status: "all"})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != list.Total || pages < 10 {
		t.Errorf("%d items on %d pages, want %d", len(seen), pages, list.Total)
	}
}

// A new installation teaches the next step on every page.
func TestEmptyPlaces(t *testing.T) {
	s := emptySite(t)
	v := s.setUp("ada")
	for path, want := range map[string]string{
		"/inbox": "Nothing waits for you", "/items": "There is nothing yet", "/items?mine=1&status=all": "You have asked for nothing yet", "/mine": "You have asked for nothing yet", "/decisions": "No decisions yet", "/settings/trackers": "No tracker is connected",
		"/settings/teams": "No teams yet", "/settings/products": "No products yet", "/settings/accounts": "No accounts yet", "/settings/tokens": "You have no token",
	} {
		v.get(path, 200).has(t, want)
	}
}

// setUp makes the first administrator of an empty site by the page, and is
// their browser.
func (s *site) setUp(handle string) *visitor {
	s.t.Helper()
	token, err := s.app.Invite(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	v := s.as("")
	v.get("/setup?token="+url.QueryEscape(token), 200).has(s.t, "Create the first administrator", token)
	v.post("/setup", url.Values{"token": {token}, "handle": {handle}, "name": {"Ada"}, "password": {"a long enough password"}}, 200).has(s.t, "You are the administrator")
	return v
}
