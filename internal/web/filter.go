package web

import (
	"net/http"
	"net/url"
	"slices"

	"plumbline"
	"plumbline/internal/web/ui"
)

// filterBar is what stands above a list or a board: the filter is the address,
// and the bar is other addresses.
type filterBar struct {
	Title  string
	Lede   string
	Action string
	Total  string
	Form   form
	Pills  [][]ui.Tab // in groups
	Chips  []ui.Tab   // each takes one filter off
	Faces  []ui.Tab
	Fields []ui.Field
	Hidden [][2]string
	Views  []ui.Tab // the saved ones; none: there are none
	Save   saveView
	Menus  []choiceMenu
	Feed   string // address of the feed of what is shown
	Clear  string // leads to the same page without filters; empty: none are set
}

// parseFilter reads the filter from the address. An address with empty values,
// as a form makes them, is led to the one that everybody else has; done says so.
func parseFilter(rw http.ResponseWriter, r *http.Request) (f plumbline.Filter, done bool, err error) {
	q := r.URL.Query()
	if f, err = plumbline.ParseFilter(q, besides...); err != nil {
		return f, false, err
	}
	for _, v := range q {
		if slices.Contains(v, "") {
			http.Redirect(rw, r, spotOf(r).href(f), http.StatusSeeOther)
			return f, true, nil
		}
	}
	return f, false, nil
}

// query writes a filter as the end of an address.
func query(f plumbline.Filter) string {
	if q := f.Values().Encode(); q != "" {
		return "?" + q
	}
	return ""
}

// filters draws a filter: the quick ones as pills, the others as a form.
func (w *Web) filters(r *http.Request, who plumbline.Actor, path string, f plumbline.Filter, views []plumbline.View) (filterBar, error) {
	here := spotOf(r)
	teams, err := w.app.Teams(r.Context(), who)
	if err != nil {
		return filterBar{}, err
	}
	f.Cursor, f.Limit = "", 0
	bar := filterBar{Title: "Items", Action: path, Form: newForm(f.Values())}
	switch {
	case path == "/board":
		bar.Title = "Board"
	case path == "/table":
		bar.Title = "Table"
	case path == "/timeline":
		bar.Title = "Timeline"
	case f.Mine:
		bar.Title, bar.Lede = "My requests", "What you asked for, are assigned to, or follow."
	}
	at := func(change func(*plumbline.Filter)) string {
		g := f
		change(&g)
		return here.href(g)
	}
	bar.Pills = w.pills(f, path, at)
	bar.Chips = chips(f, teams, at)
	bar.Faces = faceTabs(here, f)
	bar.Fields = w.filterFields(bar.Form, teams, path)
	bar.Hidden = append(bar.rest(f.Values()), here.hidden()...)
	if q := query(f); q != "" && q != "?process=request" {
		bar.Clear = path
	}
	bar.Feed = "/feeds/items.atom" + query(f)
	bar.Views, bar.Save = viewTabs(views, here), saveForm(who, views, here, f)
	if v := bar.Save.Current; v != nil {
		bar.Title = v.Name
	}
	for _, v := range views {
		if v.Default && bar.Clear != "" {
			bar.Clear = path + "?status=open" // else it would lead to the view again
		}
	}
	return bar, nil
}

// rest are the parts of the filter that the form has no input for: they stay.
func (b filterBar) rest(q url.Values) (out [][2]string) {
	inputs := []string{"q"}
	for _, f := range b.Fields {
		inputs = append(inputs, f.Name)
	}
	for _, name := range []string{"status", "mine", "inbox", "lane", "kind", "product", "class", "process", "state", "sort"} {
		if slices.Contains(inputs, name) {
			continue
		}
		for _, v := range q[name] {
			out = append(out, [2]string{name, v})
		}
	}
	return out
}

// pills are the filters that are one click away.
func (w *Web) pills(f plumbline.Filter, path string, at func(func(*plumbline.Filter)) string) [][]ui.Tab {
	open := f.Status == "" || f.Status == "open"
	status := []ui.Tab{
		{Text: "Open", Href: at(func(g *plumbline.Filter) { g.Status = "" }), Current: open},
		{Text: "All", Href: at(func(g *plumbline.Filter) { g.Status = "all" }), Current: f.Status == "all"},
		{Text: "Mine", Href: at(func(g *plumbline.Filter) { g.Mine = !f.Mine }), Current: f.Mine},
	}
	var processes []ui.Tab
	if path != "/board" {
		processes = append(processes, ui.Tab{Text: "Everything", Href: at(inProcess("")), Current: f.Process == ""})
	}
	var lanes []ui.Tab
	for _, p := range w.app.Processes() {
		processes = append(processes, ui.Tab{Text: p.Name + "s", Href: at(inProcess(p.ID)), Current: f.Process == p.ID})
		if p.ID != f.Process || len(p.Lanes) < 2 {
			continue
		}
		for _, l := range p.Lanes {
			lanes = append(lanes, ui.Tab{Text: laneWords(l.ID, l.Name), Href: at(toggleLane(f, l.ID)), Current: f.Lane == l.ID})
		}
	}
	out := [][]ui.Tab{status, processes}
	if len(lanes) > 0 {
		out = append(out, lanes)
	}
	return out
}

func laneWords(id, name string) string {
	switch id {
	case "workflow":
		return "In validation"
	case "workflow-infra":
		return "In engineering"
	}
	return name
}

func inProcess(id plumbline.ProcessID) func(*plumbline.Filter) {
	return func(g *plumbline.Filter) {
		if g.Process != id {
			g.Lane, g.States = "", nil
		}
		g.Process = id
	}
}

func toggleLane(f plumbline.Filter, lane string) func(*plumbline.Filter) {
	return func(g *plumbline.Filter) {
		g.States = nil
		g.Lane = lane
		if f.Lane == lane {
			g.Lane = ""
		}
	}
}

// chips name the filters that hold and no pill shows; each leads to the page
// without it.
func chips(f plumbline.Filter, teams []plumbline.Team, at func(func(*plumbline.Filter)) string) (out []ui.Tab) {
	add := func(what, value string, off func(*plumbline.Filter)) {
		if value != "" {
			out = append(out, ui.Tab{Text: what + ": " + value, Href: at(off), Icon: ui.IconX})
		}
	}
	add("Filter", f.Text, func(g *plumbline.Filter) { g.Text = "" })
	team := string(f.Team)
	for _, t := range teams {
		if t.Ref == f.Team {
			team = t.Name
		}
	}
	add("Team", team, func(g *plumbline.Filter) { g.Team = "" })
	for _, s := range f.States {
		add("State", ui.StateName(s), func(g *plumbline.Filter) {
			g.States = slices.DeleteFunc(slices.Clone(f.States), func(t plumbline.State) bool { return t == s })
		})
	}
	add("Product", string(f.Product), func(g *plumbline.Filter) { g.Product = "" })
	add("Class", classWords[f.Class], func(g *plumbline.Filter) { g.Class = "" })
	add("Kind", string(f.Kind), func(g *plumbline.Filter) { g.Kind = "" })
	add("Label", f.Label, func(g *plumbline.Filter) { g.Label = "" })
	add("Assignee", f.Assignee, func(g *plumbline.Filter) { g.Assignee = "" })
	if f.Inbox {
		add("In", "the inbox", func(g *plumbline.Filter) { g.Inbox = false })
	}
	if f.Status == "closed" {
		add("Status", "closed", func(g *plumbline.Filter) { g.Status = "" })
	}
	return out
}

func (w *Web) filterFields(f form, teams []plumbline.Team, path string) []ui.Field {
	states := []ui.Choice{{Text: "Any state"}}
	for _, p := range w.app.Processes() {
		if id := f.vals.Get("process"); id != "" && id != string(p.ID) {
			continue
		}
		for _, l := range p.Lanes {
			for _, s := range l.States {
				states = append(states, ui.Choice{Value: string(s.State), Text: l.Name + ": " + ui.StateName(s.State)})
			}
		}
	}
	team := []ui.Choice{{Text: "Any team"}}
	for _, t := range teams {
		team = append(team, ui.Choice{Value: string(t.Ref), Text: t.Name})
	}
	out := []ui.Field{f.choose("team", "Team", "", team)}
	if path != "/board" {
		out = append(out, f.choose("state", "State", "", states), f.choose("sort", "Order", "", []ui.Choice{
			{Text: "Newest change first"}, {Value: "created", Text: "Newest first"}, {Value: "oldest", Text: "Oldest first"},
		}))
	}
	return append(out, f.text("label", "Label", ""), f.text("assignee", "Assignee", ""))
}

// paging leads through the pages of a list and says how much of it is shown.
func paging(f plumbline.Filter, page plumbline.Rows, first, next string) ui.Paging {
	p := ui.Paging{Shown: len(page.Rows), Total: page.Total, AtLeast: page.AtLeast, About: page.About, Stretch: page.Stretch,
		First: "newest", Prev: first, Next: next, One: "item", Many: "items"}
	if f.Sort == "oldest" {
		p.First = "oldest"
	}
	return p
}
