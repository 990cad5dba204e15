package web

import (
	"cmp"
	"embed"
	"net/http"
	"strings"

	"plumbline"
	"plumbline/internal/web/ui"
)

//go:embed help/*.md
var helpFiles embed.FS

// helpTopics are the help pages in reading order, with the pages that each is
// about: the beginnings of their addresses, and the part of the topic after "#".
// One that ends in a slash is about the pages below it only.
var helpTopics = []struct {
	name, title string
	about       []string
}{
	{"tour", "A tour in ten steps", []string{"/help"}},
	{"workflow", "How a request travels", nil},
	{"item", "An item's page", []string{"/items/#where-it-stands"}},
	{"views", "Filters, views, many at once", []string{"/items#filters", "/board#list-board-table-timeline", "/table#list-board-table-timeline", "/timeline#timeline", "/bulk#many-at-once"}},
	{"asking", "Asking for something", []string{"/ask", "/mine#my-requests"}},
	{"together", "Similar, merged, related", nil},
	{"today", "Today", []string{"/today", "/products#products-teams-processes", "/teams#products-teams-processes", "/processes#products-teams-processes"}},
	{"inbox", "The inbox", []string{"/inbox", "/settings/rotation#rotation"}},
	{"deciding", "Validating and deciding", []string{"/decisions#decisions-and-briefs"}},
	{"ranking", "The ranking", []string{"/ranking"}},
	{"estimates", "Estimates", []string{"/ranking/estimates", "/ranking/calibration#calibration", "/ranking/validate#what-to-validate"}},
	{"rounds", "Blind rounds and pairs", []string{"/ranking/rounds", "/ranking/pairs#pairs"}},
	{"duties", "Duties and policies", []string{"/duties", "/settings/policies#policies"}},
	{"flow", "Flow", []string{"/flow"}},
	{"forecast", "Forecasts: when, and how many", nil},
	{"objectives", "Objectives and error budgets", []string{"/objectives"}},
	{"people", "Teams, products and people", []string{"/settings#settings", "/setup#the-first-administrator", "/signin"}},
	{"catalog", "The catalog", nil},
	{"templates", "What requests are asked with", []string{"/settings/templates"}},
	{"trackers", "Connecting GitLab or Gitea", []string{"/settings/trackers"}},
	{"exchange", "Import and export", []string{"/settings/import", "/settings/log#the-audit-log"}},
	{"notifications", "Notifications, feeds and webhooks", []string{"/notices#what-you-are-told-and-why", "/settings/notifications", "/settings/webhooks#webhooks", "/unsubscribe#the-digest"}},
	{"plan", "Planning", []string{"/plan", "/plan/scenarios#scenarios", "/plan/displace#what-an-ask-displaces"}},
	{"roles", "Who may do what", []string{"/settings/people"}},
	{"limits", "Limits", []string{"/cockpit#the-cockpit", "/cockpit/new#limits-on-the-pages", "/reports#the-report-of-a-month", "/limit-policies#policies-of-your-own", "/constraints"}},
	{"findings", "Findings: vulnerabilities", []string{"/findings"}},
	{"evidence", "Evidence", []string{"/evidence"}},
	{"controls", "Controls", []string{"/controls"}},
	{"cost", "Cost", []string{"/cost", "/cost/rules#whose-cost-it-is"}},
	{"capacity", "Capacity", []string{"/capacity", "/capacity/rules#rules-of-capacity"}},
	{"incidents", "Incidents and support", []string{"/incidents", "/incidents/rules#how-alarms-become-an-incident"}},
	{"keyboard", "Keyboard", nil},
	{"api", "API and command line", []string{"/settings/tokens"}},
}

// helpOf are the topics, with their parts, about the pages below an item.
var helpOf = map[string]string{
	"decide": "deciding#writing-it-down", "demand": "deciding#what-it-rests-on", "evidence": "deciding#what-it-rests-on", "edit": "deciding#what-it-rests-on",
	"answer": "asking#not-ours", "brief": "deciding#decisions-and-briefs", "link": "asking", "convert": "asking",
	"handoff": "workflow#guards", "move": "workflow#finding-and-moving", "merge": "together#merging", "relate": "together#relations",
	"reality": "estimates#calibration", "comment": "item#comments-and-mentions", "history": "item#history",
}

// helpOfProduct are those about the pages below a product or process, by the first word of their
// address; with a stroke behind it, about what lies deeper.
var helpOfProduct = map[string]string{
	"controls": "controls", "controls/": "controls#one-control", "cost": "cost", "findings": "findings", "objectives": "objectives",
	"edit": "catalog", "maturity": "catalog#maturity",
	"support": "incidents#the-load-of-support", "tickets": "incidents#the-load-of-support",
}

// helpFor is the part of a topic about a page: that of its form, or the one whose
// address fits longest.
func helpFor(path string) ui.Link {
	if below, ok := strings.CutPrefix(path, "/items/"); ok {
		_, form, _ := strings.Cut(below, "/")
		if at := helpOf[form]; at != "" {
			return helpAt(at)
		}
	}
	below, product := strings.CutPrefix(path, "/products/")
	if !product {
		below, product = strings.CutPrefix(path, "/processes/")
	}
	if product {
		_, page, _ := strings.Cut(below, "/")
		page, deeper, _ := strings.Cut(page, "/")
		if at := helpOfProduct[page]; at != "" {
			if strings.Contains(deeper, "/") {
				at = cmp.Or(helpOfProduct[page+"/"], at)
			}
			return helpAt(at)
		}
	}
	best, length := helpTopics[0].name, 0
	for _, t := range helpTopics {
		for _, a := range t.about {
			page, part, _ := strings.Cut(a, "#")
			fits := path == page || strings.HasPrefix(path, strings.TrimSuffix(page, "/")+"/")
			if fits && len(page) > length {
				best, length = t.name, len(page)
				if part != "" {
					best += "#" + part
				}
			}
		}
	}
	return helpAt(best)
}

// helpAt leads to a topic, or to a part of it after "#".
func helpAt(at string) ui.Link {
	name, _, _ := strings.Cut(at, "#")
	for _, t := range helpTopics {
		if t.name == name {
			return ui.Link{Text: t.title, Href: "/help/" + at}
		}
	}
	return helpLink(helpTopics[0].name, helpTopics[0].title)
}

func helpLink(name, title string) ui.Link { return ui.Link{Text: title, Href: "/help/" + name} }

// helpView is a help page with the list of all, and its neighbours.
type helpView struct {
	Topics []ui.Tab
	Title  string
	Text   ui.SafeHTML
	Before ui.Link
	Next   ui.Link
}

func (w *Web) help(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	name := cmp.Or(r.PathValue("topic"), helpTopics[0].name)
	v := helpView{}
	for i, t := range helpTopics {
		v.Topics = append(v.Topics, ui.Tab{Text: t.title, Href: "/help/" + t.name, Current: t.name == name})
		if t.name != name {
			continue
		}
		v.Title = t.title
		if i > 0 {
			v.Before = helpLink(helpTopics[i-1].name, helpTopics[i-1].title)
		}
		if i+1 < len(helpTopics) {
			v.Next = helpLink(helpTopics[i+1].name, helpTopics[i+1].title)
		}
	}
	if v.Title == "" {
		return plumbline.Errorf(plumbline.NotFound, "There is no help page %q. All pages are listed at /help.", name)
	}
	b, err := helpFiles.ReadFile("help/" + name + ".md")
	if err != nil {
		return err
	}
	v.Text = w.docs.html(string(b))
	return w.show(rw, r, who, ui.Page{Title: v.Title, Width: ui.Wide}, helpBody(v))
}
