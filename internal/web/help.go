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

// helpTopics are the help pages in reading order.
var helpTopics = []struct{ name, title string }{
	{"tour", "A tour in five minutes"}, {"workflow", "How a request travels"}, {"asking", "Asking for something"},
	{"deciding", "Validating and deciding"}, {"trackers", "Connecting GitLab or Gitea"}, {"roles", "Who may do what"},
	{"keyboard", "Keyboard"}, {"api", "API and command line"},
}

// helpView is a help page with the list of all.
type helpView struct {
	Topics []ui.Tab
	Title  string
	Text   ui.SafeHTML
}

func (w *Web) help(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	name := r.PathValue("topic")
	if name == "" {
		name = helpTopics[0].name
	}
	v := helpView{}
	for _, t := range helpTopics {
		v.Topics = append(v.Topics, ui.Tab{Text: t.title, Href: "/help/" + t.name, Current: t.name == name})
		if t.name == name {
			v.Title = t.title
		}
	}
	b, err := helpFiles.ReadFile("help/" + strings.ReplaceAll(name, "/", "") + ".md")
	if err != nil || v.Title == "" {
		return plumbline.Errorf(plumbline.NotFound, "There is no help page %q. All pages are listed at /help.", name)
	}
	v.Text = w.text.html(string(b))
	return w.show(rw, r, who, ui.Page{Title: v.Title, Width: ui.Wide}, helpBody(v))
}
