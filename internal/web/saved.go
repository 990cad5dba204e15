package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/saved"
	"plumbline/internal/web/ui"
)

// besides are the parts of a list's address that are not a filter: which saved
// view it is of, the columns of a table, the row that is being edited, what a
// board or a timeline is put together by, and the scale and the beginning of a
// timeline.
var besides = []string{"view", "columns", "edit", "group", "scale", "from"}

// spot is a page of items without its filter.
type spot struct {
	path    string
	view    string
	columns string
	group   string
	scale   string
	from    string
}

func spotOf(r *http.Request) spot {
	q := r.URL.Query()
	return spot{path: r.URL.Path, view: q.Get("view"), columns: q.Get("columns"), group: q.Get("group"), scale: q.Get("scale"), from: q.Get("from")}
}

// on is the same on another page.
func (s spot) on(path string) spot {
	s.path = path
	if path != "/timeline" {
		s.from = ""
	}
	return s
}

// hidden are the parts that a form of the filter takes along.
func (s spot) hidden() (out [][2]string) {
	for _, h := range [][2]string{{"view", s.view}, {"columns", s.columns}, {"group", s.group}, {"scale", s.scale}, {"from", s.from}} {
		if h[1] != "" {
			out = append(out, h)
		}
	}
	return out
}

// href is the address with a filter.
func (s spot) href(f plumbline.Filter) string {
	q := f.Values()
	for _, h := range s.hidden() {
		q.Set(h[0], h[1])
	}
	if len(q) == 0 {
		return s.path
	}
	return s.path + "?" + q.Encode()
}

// faces are the pages that show the same items.
var faces = [...]struct {
	layout plumbline.Layout
	path   string
	text   string
	icon   ui.IconName
}{
	{plumbline.AsList, "/items", "List", ui.IconList},
	{plumbline.AsBoard, "/board", "Board", ui.IconSquareKanban},
	{plumbline.AsTable, "/table", "Table", ui.IconLayers},
	{plumbline.AsTimeline, "/timeline", "Timeline", ui.IconChartGantt},
}

// faceTabs lead to the other faces of what is shown.
func faceTabs(here spot, f plumbline.Filter) (out []ui.Tab) {
	for _, face := range faces {
		out = append(out, ui.Tab{Text: face.text, Href: here.on(face.path).href(f), Icon: face.icon, Current: face.path == here.path})
	}
	return out
}

// viewAddress is where a saved view opens.
func viewAddress(v plumbline.View) string {
	f, err := v.Asks()
	if err != nil { // kept by a version that knew more
		return "/items?status=open"
	}
	here := spot{path: "/items", view: string(v.ID), columns: strings.Join(v.Columns, ","), group: string(v.Group), scale: string(v.Scale)}
	for _, face := range faces {
		if face.layout == v.Layout {
			here.path = face.path
		}
	}
	return here.href(f)
}

// savedViews are the views that the actor sees; first is where the bare address
// of the list leads to, "" when it stays.
func (w *Web) savedViews(r *http.Request, who plumbline.Actor) (views []plumbline.View, first string, err error) {
	views, err = w.app.Views(r.Context(), who)
	for _, v := range views {
		if v.Default && r.URL.RawQuery == "" {
			first = viewAddress(v)
		}
	}
	return views, first, err
}

// viewsNamed are the first few views whose names hold all the words.
func viewsNamed(views []plumbline.View, words string) (out []plumbline.View) {
	const most = 5
	for _, v := range views {
		name, all := strings.ToLower(v.Name), true
		for _, w := range strings.Fields(strings.ToLower(words)) {
			all = all && strings.Contains(name, w)
		}
		if all && len(out) < most {
			out = append(out, v)
		}
	}
	return out
}

// viewTabs lead to the saved views.
func viewTabs(views []plumbline.View, here spot) []ui.Tab {
	if len(views) == 0 {
		return nil
	}
	out := []ui.Tab{{Text: "All items", Href: here.on(here.path).bare(), Current: here.view == ""}}
	for _, v := range views {
		icon := ui.IconUser
		if v.Shared {
			icon = ui.IconUsers
		}
		out = append(out, ui.Tab{Text: v.Name, Href: viewAddress(v), Icon: icon, Current: string(v.ID) == here.view})
	}
	return out
}

// bare is the page without view and filter.
func (s spot) bare() string {
	if s.path == "/items" {
		return "/items?status=open" // the bare address leads to the view that one begins with
	}
	return s.path
}

// saveView is the menu that saves what is shown as a view, or changes the one
// that is.
type saveView struct {
	Current  *plumbline.View // nil: no saved view is shown
	Own      bool            // the actor may change it
	Changed  bool            // what is shown differs from what it keeps
	MayShare bool
	Layout   plumbline.Layout
	Filter   string
	Columns  string
	Group    string
	Scale    string
	Here     string     // the address
	Limits   []ui.Field // of the board's columns
}

func saveForm(who plumbline.Actor, views []plumbline.View, here spot, f plumbline.Filter) saveView {
	f.Cursor, f.Limit = "", 0
	out := saveView{
		Layout: plumbline.AsList, Filter: f.Values().Encode(), Columns: here.columns, Group: here.group, Scale: here.scale, Here: here.href(f), MayShare: rights.May(who, rights.ShareViews),
	}
	for _, face := range faces {
		if face.path == here.path {
			out.Layout = face.layout
		}
	}
	i := slices.IndexFunc(views, func(v plumbline.View) bool { return string(v.ID) == here.view })
	if i < 0 {
		return out
	}
	v := views[i]
	kept, _ := v.Asks()
	out.Current, out.Own = &v, v.Owner == who.Person || rights.May(who, rights.TendViews)
	if here.path == "/board" && kept.Process == "" {
		kept.Process = f.Process // which a board always has
	}
	out.Changed = kept.Values().Encode() != out.Filter || v.Layout != out.Layout || strings.Join(v.Columns, ",") != out.Columns ||
		string(v.Group) != out.Group || string(v.Scale) != out.Scale
	return out
}

// limitFields are the inputs for the limits of a board's columns.
func limitFields(b ui.Board) (out []ui.Field) {
	for _, l := range b.Lanes {
		for _, c := range l.Columns {
			f := ui.Field{Name: "limit." + string(c.State), Label: ui.StateName(c.State), Mode: "numeric", Narrow: true, Prefix: "limit"}
			if c.Limit > 0 {
				f.Value = strconv.Itoa(c.Limit)
			}
			out = append(out, f)
		}
	}
	return out
}

// view leads from a view's short address to the page it is.
func (w *Web) view(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v, err := w.app.View(r.Context(), who, plumbline.ViewID(r.PathValue("id")))
	if err != nil {
		return err
	}
	http.Redirect(rw, r, viewAddress(v), http.StatusSeeOther)
	return nil
}

// viewInput is what the menu sends.
func viewInput(vals url.Values) (saved.ViewInput, error) {
	in := saved.ViewInput{Version: version(vals), Name: ptr[string](vals, "name"), Layout: ptr[plumbline.Layout](vals, "layout"), Filter: ptr[string](vals, "filter"),
		Group: ptr[plumbline.Grouping](vals, "group"), Scale: ptr[plumbline.Scale](vals, "scale")}
	if c := vals.Get("columns"); c != "" || vals.Has("columns") {
		in.Columns = columnNames(c)
	}
	on := true
	if vals.Get("shared") != "" {
		in.Shared = &on
	}
	if vals.Get("default") != "" {
		in.Default = &on
	}
	if vals.Get("limits") == "" {
		return in, nil
	}
	in.Limits = map[plumbline.State]int{}
	var bad plumbline.Problems
	for name := range vals {
		state, ok := strings.CutPrefix(name, "limit.")
		if v := strings.TrimSpace(vals.Get(name)); ok && v != "" {
			n, err := strconv.Atoi(v)
			if err != nil {
				bad.Add(name, "The limit of %s is a whole number, not %q.", plumbline.State(state).Name(), v)
			}
			in.Limits[plumbline.State(state)] = n
		}
	}
	return in, bad.Err()
}

// columnNames reads the columns of an address; none is not nil.
func columnNames(s string) []string {
	out := []string{}
	for _, c := range strings.Split(s, ",") {
		if c = strings.TrimSpace(c); c != "" {
			out = append(out, c)
		}
	}
	return out
}

func (w *Web) doMakeView(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in, err := viewInput(r.PostForm)
	if err != nil {
		return err
	}
	v, err := w.app.MakeView(r.Context(), who, in)
	if err != nil {
		return err
	}
	return w.done(rw, r, viewAddress(v), ui.Flash{Text: "The view " + v.Name + " is saved."})
}

func (w *Web) doChangeView(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in, err := viewInput(r.PostForm)
	if err != nil {
		return err
	}
	v, err := w.app.ChangeView(r.Context(), who, plumbline.ViewID(r.PathValue("id")), in)
	if err != nil {
		return err
	}
	return w.done(rw, r, viewAddress(v), ui.Flash{Text: "The view " + v.Name + " is changed."})
}

func (w *Web) doBeginWith(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	on := r.PostFormValue("on") != ""
	id := plumbline.ViewID(r.PathValue("id"))
	if err := w.app.BeginWith(r.Context(), who, id, on); err != nil {
		return err
	}
	text := "Your list of items begins with this view."
	if !on {
		text = "Your list of items begins as usual again."
	}
	return w.done(rw, r, "/views/"+url.PathEscape(string(id)), ui.Flash{Text: text})
}

func (w *Web) doDeleteView(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	if err := w.app.DeleteView(r.Context(), who, plumbline.ViewID(r.PathValue("id"))); err != nil {
		return err
	}
	return w.done(rw, r, "/items?status=open", ui.Flash{Text: "The view is deleted. No item was changed."})
}
