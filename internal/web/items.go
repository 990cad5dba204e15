package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// perColumn is how many cards a board's column shows.
const perColumn = 30

// itemAddress is where an item's page is.
func itemAddress(key plumbline.Key) string { return "/items/" + url.PathEscape(string(key)) }

// listItem is a row as the list draws it.
func listItem(r plumbline.Row) ui.Item {
	it := ui.Item{
		Key: r.Key, Href: itemAddress(r.Key), Title: r.Title, Kind: r.Kind, State: r.State, Urgency: firstOf(r.Priority, r.Severity),
		Labels: marks(r), Assignee: r.Assignee, Touched: r.Updated, Votes: r.Demands, Comments: r.Comments,
		Private: r.Visibility != plumbline.Public, Version: r.Version, Held: holding(r),
	}
	return it
}

// marks are the words on a card: team and product first, then the labels.
func marks(r plumbline.Row) []string {
	var out []string
	for _, s := range []string{r.TeamName, r.ProductName} {
		if s != "" {
			out = append(out, s)
		}
	}
	return append(out, r.Labels...)
}

// holding says why an item does not move.
func holding(r plumbline.Row) *ui.Held {
	switch strings.ToLower(r.State.Name()) {
	case "blocked":
		return &ui.Held{Text: firstOf(r.Fields["blocker"], "Blocked"), Tone: ui.Bad, Icon: ui.IconOctagonAlert}
	case "stalled":
		return &ui.Held{Text: "Stalled", Tone: ui.Warn, Icon: ui.IconCirclePause}
	case "needs more info", "input_requested":
		return &ui.Held{Text: "Needs more info", Tone: ui.Warn, Icon: ui.IconCircleQuestionMark}
	case "waiting":
		return &ui.Held{Text: firstOf(r.Fields["vendor_reference"], "Waiting"), Tone: ui.Warn, Icon: ui.IconHourglass}
	}
	return nil
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// moves are an item's targets as its "Move to…" menu shows them. What is missing
// for a move is asked for on a page of its own.
func moves(key plumbline.Key, targets []app.Target) []ui.Move {
	out := make([]ui.Move, 0, len(targets))
	for _, t := range targets {
		m := ui.Move{To: t.State}
		if !t.Allowed {
			m.Ask = itemAddress(key) + "/move?to=" + escape(string(t.State))
			if len(t.Reasons) > 0 {
				m.Hint = t.Reasons[0].Text
			}
		}
		out = append(out, m)
	}
	return out
}

func (w *Web) items(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	f, err := plumbline.ParseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	list, err := w.app.Items(r.Context(), who, f)
	if err != nil {
		return err
	}
	if len(list.Rows.Rows) == 1 && strings.EqualFold(f.Text, string(list.Rows.Rows[0].Key)) {
		http.Redirect(rw, r, itemAddress(list.Rows.Rows[0].Key), http.StatusSeeOther)
		return nil
	}
	bar, err := w.filters(r, who, "/items", f)
	if err != nil {
		return err
	}
	v := listView{Bar: bar, Filter: f, Now: w.app.Now(), Total: list.Total, Shown: len(list.Rows.Rows)}
	for _, row := range list.Rows.Rows {
		v.Items = append(v.Items, listItem(row))
	}
	if list.Next != "" {
		next := f
		next.Cursor = list.Next
		v.Next = "/items?" + next.Values().Encode()
	}
	if f.Cursor != "" {
		first := f
		first.Cursor = ""
		v.First = "/items?" + first.Values().Encode()
	}
	return w.show(rw, r, who, ui.Page{Title: bar.Title, Width: ui.Full}, listBody(v))
}

func (w *Web) board(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	f, err := plumbline.ParseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	if f.Process == "" {
		f.Process = "request"
	}
	b, err := w.app.Board(r.Context(), who, f, perColumn)
	if err != nil {
		return err
	}
	bar, err := w.filters(r, who, "/board", f)
	if err != nil {
		return err
	}
	v := boardView{Bar: bar, Board: w.uiBoard(b)}
	return w.show(rw, r, who, ui.Page{Title: bar.Title, Width: ui.Fill}, boardBody(v))
}

// uiBoard groups the columns by lane, in the process's order.
func (w *Web) uiBoard(b app.BoardView) ui.Board {
	out := ui.Board{ID: "board", Now: w.app.Now()}
	for _, lane := range b.Process.Lanes {
		l := ui.Lane{Name: lane.Name, Hint: lane.ID + "::"}
		for _, c := range b.Columns {
			if c.State.Lane() == lane.ID {
				l.Columns = append(l.Columns, uiColumn(b, lane, c))
			}
		}
		if len(l.Columns) > 0 {
			out.Lanes = append(out.Lanes, l)
		}
	}
	return out
}

func uiColumn(b app.BoardView, lane app.LaneView, c plumbline.Column) ui.Column {
	out := ui.Column{State: c.State, Count: c.Total}
	for _, s := range lane.States {
		if s.State == c.State {
			out.Empty = s.Help
		}
	}
	for _, row := range c.Rows {
		it := listItem(row)
		it.Moves = moves(row.Key, b.Targets[row.Key])
		out.Cards = append(out.Cards, it)
	}
	if c.Total > len(c.Rows) {
		f := b.Filter
		f.States = []plumbline.State{c.State}
		f.Cursor = ""
		out.More = "/items?" + f.Values().Encode()
	}
	return out
}

// filterBar is what stands above a list or a board.
type filterBar struct {
	Title  string
	Lede   string
	Action string
	Form   form
	Pills  []ui.Tab
	Faces  []ui.Tab
	Fields []ui.Field
	Hidden [][2]string
	Clear  string // leads to the same page without filters; empty: none are set
}

// filters draws a filter: the quick ones as pills, the others as a form.
func (w *Web) filters(r *http.Request, who plumbline.Actor, path string, f plumbline.Filter) (filterBar, error) {
	teams, err := w.app.Teams(r.Context(), who)
	if err != nil {
		return filterBar{}, err
	}
	bar := filterBar{Title: "Items", Action: path, Form: newForm(f.Values())}
	if path == "/board" {
		bar.Title = "Board"
	}
	at := func(change func(*plumbline.Filter)) string {
		g := f
		g.Cursor = ""
		change(&g)
		return path + "?" + g.Values().Encode()
	}
	bar.Pills = pills(f, at)
	plain := f
	plain.Cursor, plain.Limit = "", 0
	query := plain.Values().Encode()
	bar.Faces = []ui.Tab{
		{Text: "List", Href: "/items?" + query, Icon: ui.IconList, Current: path == "/items"},
		{Text: "Board", Href: "/board?" + query, Icon: ui.IconSquareKanban, Current: path == "/board"},
	}
	bar.Fields = w.filterFields(bar.Form, teams, path)
	if query != "" && query != "process=request" {
		bar.Clear = path
	}
	if f.Inbox || f.Mine {
		bar.Hidden = append(bar.Hidden, [2]string{map[bool]string{true: "mine", false: "inbox"}[f.Mine], "1"})
	}
	return bar, nil
}

func pills(f plumbline.Filter, at func(func(*plumbline.Filter)) string) []ui.Tab {
	open := f.Status == "" || f.Status == "open"
	return []ui.Tab{
		{Text: "Open", Href: at(func(g *plumbline.Filter) { g.Status = "" }), Current: open},
		{Text: "All", Href: at(func(g *plumbline.Filter) { g.Status = "all" }), Current: f.Status == "all"},
		{Text: "Mine", Href: at(func(g *plumbline.Filter) { g.Mine = !f.Mine }), Current: f.Mine},
		{Text: "In validation", Href: at(toggleLane(f, "workflow")), Current: f.Lane == "workflow"},
		{Text: "In engineering", Href: at(toggleLane(f, "workflow-infra")), Current: f.Lane == "workflow-infra"},
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

func (w *Web) filterFields(f form, teams []plumbline.Team, path string) []ui.Field {
	process := []ui.Choice{}
	if path == "/items" {
		process = append(process, ui.Choice{Text: "Every process"})
	}
	var states []ui.Choice
	states = append(states, ui.Choice{Text: "Any state"})
	for _, p := range w.app.Processes() {
		process = append(process, ui.Choice{Value: string(p.ID), Text: p.Name})
		if f.vals.Get("process") != "" && f.vals.Get("process") != string(p.ID) {
			continue
		}
		for _, l := range p.Lanes {
			for _, s := range l.States {
				states = append(states, ui.Choice{Value: string(s.State), Text: capital(s.Name)})
			}
		}
	}
	team := []ui.Choice{{Text: "Any team"}}
	for _, t := range teams {
		team = append(team, ui.Choice{Value: string(t.Ref), Text: t.Name})
	}
	out := []ui.Field{f.choose("process", "Process", "", process), f.choose("team", "Team", "", team)}
	if path == "/items" {
		out = append(out, f.choose("state", "State", "", states), f.choose("sort", "Order", "", []ui.Choice{
			{Text: "Newest change first"}, {Value: "created", Text: "Newest first"}, {Value: "oldest", Text: "Oldest first"},
		}))
	}
	return append(out, f.text("label", "Label", ""), f.text("assignee", "Assignee", ""))
}

// search answers the palette.
func (w *Web) search(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	type hit struct {
		Key   plumbline.Key `json:"key"`
		Title string        `json:"title"`
		Href  string        `json:"href"`
		State string        `json:"state"`
	}
	hits := []hit{}
	if q := strings.TrimSpace(r.URL.Query().Get("q")); q != "" {
		list, err := w.app.Items(r.Context(), who, plumbline.Filter{Text: q, Status: "all", Limit: 8})
		if err != nil {
			return err
		}
		for _, row := range list.Rows.Rows {
			hits = append(hits, hit{row.Key, row.Title, itemAddress(row.Key), capital(row.State.Name())})
		}
	}
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(rw).Encode(map[string]any{"items": hits})
}
