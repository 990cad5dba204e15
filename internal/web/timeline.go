package web

import (
	"net/http"
	"time"

	"plumbline"
	"plumbline/internal/web/ui"
)

// timelineView is items as bars.
type timelineView struct {
	Bar     filterBar
	Filter  plumbline.Filter
	Line    ui.Timeline
	Shown   int
	Paging  ui.Paging
	Earlier string // the same, half an axis earlier
	Later   string
	Today   string // "": it is there
}

// choiceMenu is a menu of addresses of the same page.
type choiceMenu struct {
	ID     string
	What   string // what is chosen
	Text   string // what is chosen now
	Hotkey string
	Icon   ui.IconName
	Tabs   []ui.Tab
}

// timeline is items as bars. It takes as many statements as the table.
func (w *Web) timeline(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	f, done, err := parseFilter(rw, r)
	if err != nil || done {
		return err
	}
	here := spotOf(r)
	axis, err := axisAt(here, w.app.Now())
	if err != nil {
		return err
	}
	list, err := w.app.Timeline(r.Context(), who, f, plumbline.Grouping(here.group))
	if err != nil {
		return err
	}
	views, _, err := w.savedViews(r, who)
	if err != nil {
		return err
	}
	bar, err := w.filters(r, who, "/timeline", f, views)
	if err != nil {
		return err
	}
	bar.Total = counted(list.Total, list.AtLeast)
	bar.Menus = []choiceMenu{groupMenu(here, f, plumbline.TimelineGroupings[:]), scaleMenu(here, f, axis.Scale)}
	v := timelineView{
		Bar: bar, Filter: f, Shown: list.Shown,
		Line: ui.Timeline{Axis: axis, Groups: list.Groups, Named: here.group != "", Href: itemAddress},
	}
	at := func(from string) string {
		there := here
		there.from = from
		return there.href(f)
	}
	v.Earlier, v.Later = at(axis.Moved(-1)), at(axis.Moved(1))
	if here.from != "" {
		v.Today = at("")
	}
	found := plumbline.Rows{Total: list.Total, AtLeast: list.AtLeast, Stretch: list.Stretch, About: list.About}
	first := ""
	if f.Cursor != "" {
		g := f
		g.Cursor = ""
		first = here.href(g)
	}
	v.Paging = paging(f, found, first, page2(r, f, list.Next))
	v.Paging.Shown = list.Shown
	return w.show(rw, r, who, ui.Page{Title: bar.Title, Width: ui.Full, After: after(list.Seq), Keys: keys(inList)}, timelineBody(v))
}

// axisAt reads the scale and the beginning of a timeline from its address.
func axisAt(here spot, now plumbline.Time) (ui.Axis, error) {
	scale, err := plumbline.ParseScale(here.scale)
	if err != nil {
		return ui.Axis{}, err
	}
	var from plumbline.Time
	if here.from != "" {
		day, err := time.Parse(time.DateOnly, here.from)
		if err != nil || day.Year() < 1970 || day.Year() > 9000 {
			return ui.Axis{}, plumbline.FieldError("from", "A timeline begins with a day like 2026-12-24, not with %q.", here.from)
		}
		from = plumbline.Time(day.UnixMicro())
	}
	return ui.NewAxis(scale, from, now), nil
}

// groupMenu chooses what a board or a timeline is put together by.
func groupMenu(here spot, f plumbline.Filter, groupings []plumbline.Grouping) choiceMenu {
	out := choiceMenu{ID: "group-by", What: "Group by", Text: "Group", Hotkey: "r", Icon: ui.IconRows3}
	add := func(g plumbline.Grouping, text string) {
		there := here
		there.group = string(g)
		f.Cursor = ""
		tab := ui.Tab{Text: text, Href: there.href(f), Current: here.group == string(g)}
		if tab.Current && g != "" {
			out.Text = "By " + string(g)
		}
		out.Tabs = append(out.Tabs, tab)
	}
	add("", "Nothing")
	for _, g := range groupings {
		add(g, capital(string(g)))
	}
	return out
}

func scaleMenu(here spot, f plumbline.Filter, now plumbline.Scale) choiceMenu {
	out := choiceMenu{ID: "scale", What: "Scale", Text: capital(string(now)) + "s", Hotkey: "z", Icon: ui.IconCalendar}
	for _, s := range plumbline.Scales {
		there := here
		if there.scale = string(s); s == plumbline.Months {
			there.scale = ""
		}
		out.Tabs = append(out.Tabs, ui.Tab{Text: capital(string(s)) + "s", Href: there.href(f), Current: s == now})
	}
	return out
}
