package web

import (
	"embed"
	"net/http"
	"strings"

	"plumbline"
	"plumbline/internal/web/ui"
)

//go:embed help/*.md
var helpFiles embed.FS

// helpTopics are the help pages in reading order, with the pages that each is
// about: the beginnings of their addresses.
var helpTopics = []struct {
	name, title string
	about       []string
}{
	{"tour", "A tour in five minutes", nil},
	{"workflow", "How a request travels", []string{"/items"}},
	{"views", "Filters, views, many at once", []string{"/board", "/table", "/bulk"}},
	{"asking", "Asking for something", []string{"/ask", "/mine"}},
	{"today", "Today", []string{"/today", "/products", "/teams", "/processes"}},
	{"inbox", "The inbox", []string{"/inbox", "/settings/rotation"}},
	{"deciding", "Validating and deciding", []string{"/decisions"}},
	{"people", "Teams, products and people", []string{"/settings", "/setup", "/signin"}},
	{"templates", "What requests are asked with", []string{"/settings/templates"}},
	{"trackers", "Connecting GitLab or Gitea", []string{"/settings/trackers"}},
	{"exchange", "Import and export", []string{"/settings/import"}},
	{"notifications", "Notifications, feeds and webhooks", []string{"/notices", "/settings/notifications", "/settings/webhooks", "/unsubscribe"}},
	{"roles", "Who may do what", []string{"/settings/people", "/settings/log"}},
	{"keyboard", "Keyboard", nil},
	{"api", "API and command line", []string{"/settings/tokens"}},
}

// helpOf are the topics about the forms of an item.
var helpOf = map[string]string{
	"decide": "deciding", "demand": "deciding", "evidence": "deciding", "edit": "deciding", "handoff": "workflow", "move": "workflow", "link": "asking", "convert": "asking", "answer": "deciding", "brief": "deciding",
}

// helpFor is the topic about a page: that of its form, or the one whose address
// fits longest.
func helpFor(path string) ui.Link {
	form := helpOf[path[strings.LastIndex(path, "/")+1:]]
	best, length := helpTopics[0], 0
	for _, t := range helpTopics {
		if t.name == form && strings.HasPrefix(path, "/items/") {
			return helpLink(t.name, t.title)
		}
		for _, a := range t.about {
			if len(a) > length && (path == a || strings.HasPrefix(path, a+"/")) {
				best, length = t, len(a)
			}
		}
	}
	return helpLink(best.name, best.title)
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
	name := firstOf(r.PathValue("topic"), helpTopics[0].name)
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
