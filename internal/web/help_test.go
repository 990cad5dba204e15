package web_test

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/findings"
	"plumbline/internal/app/incidents"
	"plumbline/internal/app/judging"
)

// helped says for every address that is read where its question mark leads. What
// is no page says instead, after a hyphen, what it is. KEY is an item's key.
var helped = map[string][2]string{ // pattern: an address, and the topic with its part
	"GET /signin":                  {"/signin", "people"},
	"GET /setup":                   {"/setup", "- a link that is used once; TestSetUp opens it"},
	"GET /flow":                    {"/flow", "flow"},
	"GET /help":                    {"/help", "tour"},
	"GET /help/{topic}":            {"/help/roles", "tour"},
	"GET /unsubscribe":             {"/unsubscribe", "- a link in a mail; without one it is an error"},
	"GET /{$}":                     {"/", "- leads to the page where one works"},
	"GET /":                        {"/", "- whatever has no page"},
	"GET /live":                    {"/live", "- a stream"},
	"GET /search":                  {"/search", "- for script"},
	"GET /complete":                {"/complete", "- for script"},
	"GET /people":                  {"/people", "- for script"},
	"GET /similar":                 {"/similar", "- for script"},
	"GET /export/{format}":         {"/export/csv", "- a file"},
	"GET /settings/log/export":     {"/settings/log/export", "- a file"},
	"GET /views/{id}":              {"/views/demo-migration", "views#list-board-table-timeline"},
	"GET /inbox":                   {"/inbox", "inbox"},
	"GET /items":                   {"/items", "views#filters"},
	"GET /board":                   {"/board", "views#list-board-table-timeline"},
	"GET /table":                   {"/table", "views#list-board-table-timeline"},
	"GET /timeline":                {"/timeline", "views#timeline"},
	"GET /bulk":                    {"/bulk?key=KEY", "views#many-at-once"},
	"GET /ask":                     {"/ask", "asking"},
	"GET /mine":                    {"/mine", "asking#my-requests"},
	"GET /ranking":                 {"/ranking", "ranking"},
	"GET /ranking/{key}":           {"/ranking/KEY", "ranking"},
	"GET /ranking/estimates":       {"/ranking/estimates", "estimates"},
	"GET /ranking/validate":        {"/ranking/validate", "estimates#what-to-validate"},
	"GET /ranking/rounds":          {"/ranking/rounds", "rounds"},
	"GET /ranking/rounds/{id}":     {"/ranking/rounds/ROUND", "rounds"},
	"GET /ranking/pairs":           {"/ranking/pairs", "rounds#pairs"},
	"GET /ranking/calibration":     {"/ranking/calibration", "estimates#calibration"},
	"GET /duties":                  {"/duties", "duties"},
	"GET /findings":                {"/findings", "findings"},
	"GET /findings/{id}":           {"/findings/FINDING", "findings"},
	"GET /products/{ref}/findings": {"/products/flux-app/findings", "findings"},
	"GET /evidence":                {"/evidence", "evidence"},
	"GET /evidence/{id}":           {"/evidence/FILE", "- a file"},
	"GET /evidence/{id}/content":   {"/evidence/FILE/content", "- a file"},
	"GET /incidents":               {"/incidents", "incidents"},
	"GET /incidents/rules":         {"/incidents/rules", "incidents#how-alarms-become-an-incident"},
	"GET /incidents/{n}":           {"/incidents/1", "incidents"},
	"GET /products/{ref}/support":  {"/products/support/support", "incidents#the-load-of-support"},
	"GET /processes/{ref}/support": {"/processes/support/support", "incidents#the-load-of-support"},
	"GET /products/{ref}/tickets":  {"/products/support/tickets?week=2026-11-16", "incidents#the-load-of-support"},
	"GET /decisions":               {"/decisions", "deciding#decisions-and-briefs"},
	"GET /today":                   {"/today", "today"},
	"GET /today/{part}":            {"/today/decide", "today"},
	"GET /products":                {"/products", "today#products-teams-processes"},
	"GET /products/{ref}":          {"/products/support", "today#products-teams-processes"},
	"GET /products/{ref}/edit":     {"/products/support/edit", "catalog"},
	"GET /products/{ref}/maturity": {"/products/support/maturity", "catalog#maturity"},
	"GET /teams":                   {"/teams", "today#products-teams-processes"},
	"GET /teams/{ref}":             {"/teams/sig-node", "today#products-teams-processes"},
	"GET /processes/{id}":          {"/processes/request", "today#products-teams-processes"},
	"GET /notices":                 {"/notices", "notifications#what-you-are-told-and-why"},
	"GET /items/{key}":             {"/items/KEY", "item#where-it-stands"},
	"GET /plan":                    {"/plan", "plan"},
	"GET /plan/scenarios":          {"/plan/scenarios", "plan#scenarios"},
	"GET /plan/displace":           {"/plan/displace", "plan#what-an-ask-displaces"},
	"GET /items/{key}/brief":       {"/items/KEY/brief", "deciding#decisions-and-briefs"},
	"GET /items/{key}/history":     {"/items/KEY/history", "item#history"},
	"GET /items/{key}/{form}":      {"/items/KEY/decide", "deciding#writing-it-down"},
	"GET /settings":                {"/settings", "people#settings"},
	"GET /settings/{tab}":          {"/settings/teams", "people#settings"},
	"GET /settings/import/{id}":    {"/settings/import/x", "- of a file that was sent; TestImportPages sends one"},

	"GET /controls":                                      {"/controls", "controls"},
	"GET /products/{ref}/controls":                       {"/products/kube-apiserver/controls", "controls"},
	"GET /products/{ref}/controls/{framework}":           {"/products/kube-apiserver/controls/nist_ocp4", "controls"},
	"GET /products/{ref}/controls/{framework}/{control}": {"/products/kube-apiserver/controls/nist_ocp4/ac-2", "controls#one-control"},
	"GET /reports":                                       {"/reports", "limits#the-report-of-a-month"},
	"GET /limit-policies":                                {"/limit-policies", "limits#policies-of-your-own"},
	"GET /reports/{month}":                               {"/reports/2026-11", "limits#the-report-of-a-month"},
	"GET /cockpit":                                       {"/cockpit", "limits#the-cockpit"},
	"GET /constraints/{id}":                              {"/constraints/api-availability", "limits"},
	"GET /constraints/{id}/evidence":                     {"/constraints/api-availability/evidence", "limits"},
	"GET /cockpit/new":                                   {"/cockpit/new", "limits#limits-on-the-pages"},
	"GET /constraints/{id}/{form}":                       {"/constraints/api-availability/exception", "limits"},
	"GET /constraints/{id}/trail":                        {"/constraints/api-availability/trail", "limits"},
	"GET /objectives":                                    {"/objectives", "objectives"},
	"GET /products/{ref}/objectives":                     {"/products/coredns-app/objectives", "objectives"},
	"GET /processes/{ref}/objectives":                    {"/processes/support/objectives", "objectives"},
	"GET /cost":                                          {"/cost", "cost"},
	"GET /capacity":                                      {"/capacity", "capacity"},
	"GET /capacity/rules":                                {"/capacity/rules", "capacity#rules-of-capacity"},
	"GET /capacity/teams/{ref}":                          {"/capacity/teams/sig-node", "capacity"},
	"GET /cost/rules":                                    {"/cost/rules", "cost#whose-cost-it-is"},
	"GET /products/{ref}/cost":                           {"/products/kubelet/cost", "cost"},
	"GET /products/{ref}/cost/{day}":                     {"/products/kubelet/cost/2026-11-03", "cost"},
}

// helpedForms are the pages behind "GET /items/{key}/{form}" and those of the settings.
var helpedForms = map[string]string{
	"/items/KEY/move?to=workflow::design": "workflow#finding-and-moving", "/items/KEY/demand": "deciding#what-it-rests-on", "/items/KEY/evidence": "deciding#what-it-rests-on",
	"/items/KEY/edit": "deciding#what-it-rests-on", "/items/KEY/comment": "item#comments-and-mentions", "/items/KEY/handoff": "workflow#guards",
	"/items/KEY/merge": "together#merging", "/items/KEY/relate": "together#relations",
	"/settings/trackers": "trackers", "/settings/rotation": "inbox#rotation", "/settings/templates": "templates", "/settings/tokens": "api", "/settings/log": "exchange#the-audit-log",
	"/items/KEY/reality": "estimates#calibration", "/settings/policies": "duties#policies",
	"/settings/import": "exchange", "/settings/notifications": "notifications", "/settings/webhooks": "notifications#webhooks", "/settings/people": "roles",
}

// Every page has its question mark, which leads to the help about it: the topic
// is there, and so is the part of it.
func TestEveryPageHasHelp(t *testing.T) {
	s := demoSite(t)
	v := s.as("avery")
	key := string(s.find("Fixed egress addresses"))
	round, err := s.app.OpenRound(t.Context(), s.actor("mara"), judging.RoundInput{Title: "Reach", Items: []plumbline.Key{plumbline.Key(key)}, Factors: []plumbline.Factor{"reach"}})
	if err != nil {
		t.Fatal(err)
	}
	title := "Nothing is served"
	if _, err := s.app.DeclareIncident(t.Context(), s.actor("mara"), incidents.IncidentInput{Title: &title}); err != nil {
		t.Fatal(err)
	}
	found, err := s.app.Findings(t.Context(), s.actor("mara"), findings.FindingQuery{})
	if err != nil || len(found.Findings) == 0 {
		t.Fatal(len(found.Findings), err)
	}
	patterns, pages := readPatterns(t), maps.Clone(helpedForms)
	for _, p := range patterns {
		at, ok := helped[p]
		if !ok {
			t.Errorf("%s: where does its question mark lead?", p)
		} else if !strings.HasPrefix(at[1], "- ") {
			pages[at[0]] = at[1]
		}
	}
	for p := range helped {
		if !slices.Contains(patterns, p) {
			t.Errorf("%s is in the table, but the pages have it no more", p)
		}
	}
	mark := regexp.MustCompile(`href="/help/([^"]+)" aria-label="Help: `)
	for path, want := range pages {
		reader := v
		if path == "/signin" {
			reader = s.as("")
		}
		m := mark.FindStringSubmatch(reader.get(strings.NewReplacer("FINDING", string(found.Findings[0].ID), "KEY", key, "ROUND", round.ID).Replace(path), http.StatusOK).body)
		if m == nil || m[1] != want {
			t.Errorf("%s: the question mark leads to %v, want %s", path, m, want)
			continue
		}
		topic, part, _ := strings.Cut(m[1], "#")
		text := v.get("/help/"+topic, http.StatusOK)
		if text.has(t, `<div class="prose">`); part != "" {
			text.has(t, `id="`+part+`"`)
		}
	}
}

// readPatterns are the patterns of the addresses that are read.
func readPatterns(t *testing.T) (out []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(GET /[^"]*)": +w\.`).FindAllSubmatch(src, -1) {
			out = append(out, string(m[1]))
		}
	}
	if len(out) < 30 {
		t.Fatalf("only %d addresses are read: are they registered in another way now?", len(out))
	}
	return out
}

// Every address in the help pages, those of the tour among them, leads somewhere
// in the demo, to the part that it names; and each topic is listed.
func TestHelpLeadsSomewhere(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	listed := regexp.MustCompile(`class="pick" href="(/help/[a-z]+)"`).FindAllStringSubmatch(v.get("/help", http.StatusOK).body, -1)
	files, err := os.ReadDir("help")
	if err != nil || len(files) != len(listed) {
		t.Errorf("%d topics are written and %d are listed (%v)", len(files), len(listed), err)
	}
	links := regexp.MustCompile(`<a href="(/[^"]*)"`)
	tour := 0
	for _, l := range listed {
		_, prose, ok := strings.Cut(v.get(l[1], http.StatusOK).body, `<div class="prose">`)
		if !ok {
			t.Errorf("%s has no text", l[1])
		}
		prose, _, _ = strings.Cut(prose, `class="help-ends"`)
		for _, m := range links.FindAllStringSubmatch(prose, -1) {
			to, part, _ := strings.Cut(html.UnescapeString(m[1]), "#")
			if strings.HasPrefix(to, "/api/") {
				continue // another door
			}
			a := v.get(to, http.StatusOK)
			if part != "" {
				a.has(t, `id="`+part+`"`)
			}
			if u, err := url.Parse(to); err == nil && l[1] == "/help/tour" && !strings.HasPrefix(to, "/help") {
				tour++
				if u.Query().Has("q") && !strings.Contains(a.body, "data-key=") {
					t.Errorf("the tour leads to %s, which shows nothing", to)
				}
			}
		}
	}
	if tour < 10 {
		t.Errorf("the tour leads to %d pages of the demo", tour)
	}
	s.as("").get("/help", http.StatusOK).has(t, "Sign in")
}
