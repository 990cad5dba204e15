package browsertest

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/exchange"
	"plumbline/internal/app/findings"
	"plumbline/internal/app/judging"
)

// mainPages are where people go every day.
func mainPages(s *site) []string {
	return []string{"/today", "/inbox", "/items", "/board", "/decisions", "/ask?class=customer-operational", "/mine", "/items/" + string(s.egress()), "/settings", "/help", "/ranking", "/ranking/estimates", "/duties", "/cockpit", "/reports", "/reports/2026-11", "/limit-policies", "/constraints/findings-fluent-logshipping", "/evidence", "/help/evidence", "/controls", "/products/kube-apiserver/controls", "/products/kube-apiserver/controls/nist_ocp4?state=gap", "/products/kube-apiserver/controls/nist_ocp4/ac-2", "/help/controls", "/capacity", "/capacity?by=month&from=2027-01", "/capacity/rules", "/capacity/teams/sig-node", "/help/capacity", "/cost", "/cost/rules", "/products/kube-apiserver/cost", "/help/cost", "/plan", "/plan/scenarios", "/plan/displace", "/plan/displace?item=" + string(s.egress()), "/plan/displace?item=" + string(s.find(plumbline.Filter{Text: escalatedTitle, Limit: 1}).Key),
		"/flow", "/incidents", "/incidents/1", "/products/support/support", "/products/kube-apiserver", "/processes/cluster-update", "/constraints/cost-kube-apiserver", s.rich()}
}

// rich is an item with nearly everything that an item can have.
func (s *site) rich() string {
	return "/items/" + string(s.find(plumbline.Filter{Text: "Restore a hosted cluster within four hours", Status: "all", Limit: 1}).Key)
}

// round is a blind round of two items that somebody has answered, open or closed.
func (s *site) round(open bool) string {
	s.t.Helper()
	ctx, mara := s.t.Context(), s.actor("mara")
	list, err := s.app.Items(ctx, mara, plumbline.Filter{Kind: plumbline.Request, Limit: 2})
	if err != nil {
		s.t.Fatal(err)
	}
	in := judging.RoundInput{Title: "Reach and effort of what was asked last", Factors: []plumbline.Factor{"reach", "effort"}, People: []string{"mara", "ines"}}
	for _, r := range list.Rows.Rows {
		in.Items = append(in.Items, r.Key)
	}
	made, err := s.app.OpenRound(ctx, mara, in)
	if err != nil {
		s.t.Fatal(err)
	}
	for who, text := range map[string]string{"mara": "2-4", "ines": "6-9"} {
		cell := judging.CellInput{Key: in.Items[0], EstimateInput: judging.EstimateInput{Factor: "reach", Text: text, Round: made.ID}}
		if _, err := s.app.EstimateMany(ctx, s.actor(who), []judging.CellInput{cell}); err != nil {
			s.t.Fatal(err)
		}
	}
	if !open {
		if _, err := s.app.CloseRound(ctx, mara, made.ID); err != nil {
			s.t.Fatal(err)
		}
	}
	return "/ranking/rounds/" + made.ID
}

// sent is a file that was sent to be imported, as it is looked at.
func (s *site) sent() string {
	s.t.Helper()
	id, err := s.app.KeepUpload(s.t.Context(), s.actor("mara"), "", exchange.Import{Format: "csv", Files: []plumbline.ImportFile{{Name: "a-survey-among-the-platform-teams-in-november.csv",
		Data: []byte("Nr;Idea;Why;Product;Votes\n1;Cheaper runners for the monthly compliance builds;They cost a lot;;12\n2;Broken\n3;Faster runners;;nothing;\n")}}})
	if err != nil {
		s.t.Fatal(err)
	}
	return "/settings/import/" + id
}

// billed is the page of a file that bears evidence, with one of its lines.
func (s *site) billed() string {
	s.t.Helper()
	files, _, err := s.app.EvidenceFiles(s.t.Context(), s.actor("mara"), "")
	if err != nil || len(files) == 0 {
		s.t.Fatalf("the demo has %d files that bear evidence: %v", len(files), err)
	}
	return "/evidence/" + files[0].ID + "?line=1"
}

// pages are the pages that a person of the demo can open, each kind once for
// the product manager, and for the others what they see differently.
func pages(s *site, who string) []string {
	rich, fresh := s.rich(), "/items/"+string(s.egress())
	ready := "/move?to=" + url.QueryEscape(string(stateReady))
	all := []string{"/items?q=memory", "/board?q=memory", "/table?q=memory", "/timeline?q=memory&group=team", "/ask", "/ask?kind=need", "/ask?class=customer-operational", "/mine", "/decisions", "/settings/tokens", rich, fresh, fresh + "/demand", fresh + "/evidence", fresh + "/comment", fresh + "/link"}
	why := "/ranking/" + strings.TrimPrefix(rich, "/items/")
	switch who {
	case "jonas": // requester
		return append(all, "/ranking", why, "/duties", "/cockpit", "/constraints/cost-kube-apiserver", "/findings", s.finding(), "/items?mine=1&status=all", fresh+"/edit", "/notices?show=all", "/settings/notifications")
	case "ines": // engineering manager
		return append(all, "/board?process=incident", rich+ready, rich+"/edit", "/ranking", why, "/ranking/estimates", s.round(true), s.round(false))
	case "avery": // administrator
		return []string{"/inbox", "/board?q=memory", "/board?q=memory&group=team", "/table?q=memory", "/timeline?q=memory&group=product", "/processes/request", "/bulk?key=REQ-12&to=&watch=on", rich, rich + "/decide", "/ranking", "/duties", "/findings?state=all", s.finding(), "/products/ingress-nginx-app/findings", "/settings/policies", "/settings/trackers", "/settings/teams", "/settings/people", "/settings/log", "/settings/import", "/settings/webhooks", "/settings/notifications", "/notices"}
	}
	return append(append(all, mainPages(s)...), rich+"/brief", rich+"/merge", rich+"/relate", fresh+"/edit", rich+"/decide", rich+"/handoff", rich+ready, fresh+"/decide?outcome=decline",
		"/settings/trackers", "/settings/teams", "/settings/products", "/settings/accounts", "/settings/templates", "/settings/templates?class=customer-operational", "/settings/log", "/settings/log?type=item+decided", "/settings/import", s.sent(), "/settings/rotation",
		"/today/decide", "/today/clock", "/today/answer", "/today/hard", "/today/wish", "/products", "/products/support", "/incidents/rules", "/products/support/tickets?week=2026-11-16", "/help/incidents", "/products/kube-apiserver/edit", "/products/kube-apiserver/maturity", "/help/catalog", "/products/coredns-app/objectives", "/products/cert-manager-app/objectives", "/objectives", "/teams", "/teams/sig-node", "/processes/request", "/processes/incident", rich+"/history",
		why, "/ranking?item="+strings.TrimPrefix(rich, "/items/")+"&set.reach=200-900", "/ranking?q=nothinglikethis", "/ranking/estimates?q=nothinglikethis", "/ranking/validate", "/ranking/rounds", s.round(true), s.round(false), "/ranking/pairs", "/ranking/pairs?way=set", "/ranking/calibration",
		rich+"/reality", "/settings/policies", "/help/ranking", "/help/estimates", "/help/rounds", "/help/duties",
		"/bulk?key=REQ-12&to=&watch=on", "/help/views", "/items?status=all", "/items?q=nothinglikethis", "/board?process=question", "/board?process=incident", "/board?process=change",
		"/ask?process=question", "/ask?process=request", "/ask?class=customer-outreach", "/ask?process=incident", "/ask?process=change", "/help/api", "/help/asking", "/help/deciding", "/help/exchange", "/help/inbox",
		"/help/item", "/help/keyboard", "/help/people", "/help/together", "/help/roles", "/help/templates", "/help/today", "/help/tour", "/help/trackers", "/help/workflow",
		"/help/notifications", "/help/forecast", "/help/limits", "/help/plan", "/help/findings", "/help/objectives", "/flow?process=request&weeks=52", "/flow?team=sig-node", "/help/flow", "/cockpit?status=at_risk&group=system.control-plane", "/constraints/cost-control-plane", "/constraints/promise-new-minor", "/constraints/findings-flux", "/cockpit/new", "/cockpit/new?kind=reliability", "/constraints/cost-kube-apiserver/edit", "/constraints/api-availability/exception", "/constraints/api-availability/tell", "/constraints/api-availability/file", "/constraints/api-availability/evidence?superseded=1", "/constraints/api-availability/trail", "/products/kube-apiserver/cost/2026-11-10", s.billed(), s.finding(), "/notices", "/notices?show=all", "/settings/notifications")
}

// Every page that a link leads to is in the lists above, so that a page which
// is new cannot be forgotten here.
func TestNoPageIsForgotten(t *testing.T) {
	s := demoSite(t)
	known := map[string]bool{"/": true, "/signin": true, "/settings": true, "/api/openapi.json": true, "/export/csv": true, "/export/json": true, "/settings/log/export": true, "/feeds/items.atom": true, "/api/v1/controls/export": true} // lead elsewhere, or are no page
	for _, who := range []string{"mara", "avery"} {
		for _, path := range pages(s, who) {
			known[shape(path)] = true
		}
	}
	for _, who := range []string{"mara", "avery"} {
		p := s.tab(who)
		found := map[string]string{}
		for _, path := range pages(s, who) {
			p.goTo(path)
			for _, href := range get[[]string](p, `[...document.querySelectorAll('a[href]')].filter((a) => a.origin === location.origin).map((a) => a.pathname)`) {
				found[shape(href)] = path
			}
		}
		for _, sh := range slices.Sorted(maps.Keys(found)) {
			if !known[sh] {
				t.Errorf("%s: %s leads to %s, which no test here opens: add it to pages", who, found[sh], sh)
			}
		}
	}
}

var (
	anItem = regexp.MustCompile(`^/items/[A-Z]+-\d+`)
	aBill  = regexp.MustCompile(`^/(evidence|findings|incidents|reports)/.+`)
	aFile  = regexp.MustCompile(`^/settings/import/.+`)
	aRound = regexp.MustCompile(`^/ranking/rounds/.+`)
	aRank  = regexp.MustCompile(`^/ranking/[A-Z]+-\d+`)
	aLimit = regexp.MustCompile(`^/constraints/[^/]+`)
	aPlace = regexp.MustCompile(`^/(products|(?:capacity/)?teams|processes)/.+`)
)

// shape is a path with what differs from item to item left out.
func shape(path string) string {
	path, _, _ = strings.Cut(path, "?")
	path = aRank.ReplaceAllString(aRound.ReplaceAllString(anItem.ReplaceAllString(path, "/items/KEY"), "/ranking/rounds/ID"), "/ranking/KEY")
	path = aLimit.ReplaceAllString(aBill.ReplaceAllString(path, "/$1/ID"), "/constraints/ID")
	return aPlace.ReplaceAllString(aFile.ReplaceAllString(path, "/settings/import/FILE"), "/$1/REF")
}

// sidewaysLeaks names what sticks out of the window and is not in a box that
// scrolls by itself.
const sidewaysLeaks = `(() => {
	const wide = document.documentElement.clientWidth, out = [];
	if (document.documentElement.scrollWidth > wide) out.push('the page is ' + document.documentElement.scrollWidth + ' wide');
	const look = (el) => {
		for (const child of el.children) {
			if (!seen(child) || out.length > 4) continue;
			const r = child.getBoundingClientRect();
			if (r.right > wide + 1 && r.width > 1) out.push(child.tagName.toLowerCase() + '.' + child.className + ' ends at ' + Math.round(r.right));
			if (getComputedStyle(child).overflowX === 'visible') look(child);
		}
	};
	look(document.body);
	return out;
})()`

// No page has to be scrolled sideways, from a small phone to a wide screen. A
// layout is tightest where it begins, so these are tried.
func TestNothingSticksOut(t *testing.T) {
	s := demoSite(t)
	p := s.tab("mara")
	for _, path := range pages(s, "mara") {
		p.goTo(path)
		for _, width := range []int64{360, 520, 801, 1001, 1181, 1920} {
			p.size(width, 800)
			if leaks := get[[]string](p, sidewaysLeaks); len(leaks) > 0 {
				t.Errorf("%s at %d px: %s", path, width, strings.Join(leaks, "; "))
			}
		}
	}
}

// The first look at each page costs less than 100 kB on the wire and fewer
// than 10 requests.
func TestFirstLoad(t *testing.T) {
	s := demoSite(t)
	firstLoad(t, s, "", "/signin")
	for _, path := range mainPages(s) {
		firstLoad(t, s, "mara", path)
	}
	firstLoad(t, s, "jonas", "/mine")
}

func firstLoad(t *testing.T, s *site, who, path string) {
	const maxBytes, maxRequests = 100_000, 9
	t.Run(fileName(path), func(t *testing.T) {
		p := s.tabFor(t, who)
		p.goTo(path)
		p.wait("the font", `document.fonts.status === 'loaded'`)
		sent, bytes := p.watch.load()
		t.Logf("%d bytes, %d requests", bytes, len(sent))
		if bytes >= maxBytes || len(sent) > maxRequests {
			t.Errorf("%s takes %d bytes and %d requests; at most %d and %d: %s", path, bytes, len(sent), maxBytes, maxRequests, fmt.Sprint(sent))
		}
		if bytes < 20_000 || len(sent) < 4 {
			t.Errorf("%s: only %d bytes and %d requests were counted, which cannot be right", path, bytes, len(sent))
		}
	})
}

// finding is a finding with dates by several clocks, and with a verdict.
func (s *site) finding() string {
	s.t.Helper()
	page, err := s.app.Findings(s.t.Context(), s.actor("mara"), findings.FindingQuery{Vuln: "CVE-2021-44228"})
	if err != nil || len(page.Findings) == 0 {
		s.t.Fatal(len(page.Findings), err)
	}
	return "/findings/" + string(page.Findings[0].ID)
}
