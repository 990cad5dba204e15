package web

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// perColumn is how many cards a board's column shows, perCell how many of each
// lane of it.
const (
	perColumn = 5
	perCell   = 4
)

// itemAddress is where an item's page is.
func itemAddress(key plumbline.Key) string { return "/items/" + url.PathEscape(string(key)) }

// listItem is a row as the list draws it.
func listItem(r plumbline.Row) ui.Item {
	it := ui.Item{
		Key: r.Key, Href: itemAddress(r.Key), Title: r.Title, Kind: r.Kind, State: r.State, Urgency: cmp.Or(r.Priority, r.Severity),
		Labels: marks(r), Assignee: r.Assignee, Touched: r.Updated, Votes: r.Votes, Voted: r.Voted, Comments: r.Comments,
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
		return &ui.Held{Text: cmp.Or(r.Fields["blocker"], "Blocked"), Tone: ui.Bad, Icon: ui.IconOctagonAlert}
	case "stalled":
		return &ui.Held{Text: "Stalled", Tone: ui.Warn, Icon: ui.IconCirclePause}
	case "needs more info", "input_requested":
		return &ui.Held{Text: "Needs more info", Tone: ui.Warn, Icon: ui.IconCircleQuestionMark}
	case "waiting":
		return &ui.Held{Text: cmp.Or(r.Fields["vendor_reference"], "Waiting"), Tone: ui.Warn, Icon: ui.IconHourglass}
	}
	return nil
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

// aKey is what an item's key looks like: a search for one leads to the item.
var aKey = regexp.MustCompile(`^[A-Za-z]{2,10}-[0-9]{1,9}$`)

func (w *Web) items(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	f, done, err := parseFilter(rw, r)
	if err != nil || done {
		return err
	}
	views, first, err := w.savedViews(r, who)
	if err != nil {
		return err
	}
	if first != "" {
		http.Redirect(rw, r, first, http.StatusSeeOther)
		return nil
	}
	if aKey.MatchString(f.Text) {
		if v, err := w.app.Item(r.Context(), who, plumbline.Key(strings.ToUpper(f.Text))); err == nil {
			http.Redirect(rw, r, itemAddress(v.Key), http.StatusSeeOther)
			return nil
		}
	}
	list, err := w.app.Items(r.Context(), who, f)
	if err != nil {
		return err
	}
	bar, err := w.filters(r, who, "/items", f, views)
	if err != nil {
		return err
	}
	v := listView{Bar: bar, Filter: f, Now: w.app.Now(), Found: list.Rows, Next: page2(r, f, list.Next)}
	v.Bar.Total = counted(list.Total, list.AtLeast)
	for _, row := range list.Rows.Rows {
		it := listItem(row)
		it.Pickable = true
		v.Items = append(v.Items, it)
	}
	if f.Cursor != "" {
		first := f
		first.Cursor = ""
		v.First = spotOf(r).href(first)
	}
	return w.show(rw, r, who, ui.Page{Title: bar.Title, Width: ui.Full, After: after(list.Seq), Keys: keys(inList)}, listBody(v))
}

// page2 is the address of what follows in a list; "" on its last page.
func page2(r *http.Request, f plumbline.Filter, cursor string) string {
	if cursor == "" {
		return ""
	}
	f.Cursor = cursor
	return spotOf(r).href(f)
}

func (w *Web) board(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	f, done, err := parseFilter(rw, r)
	if err != nil || done {
		return err
	}
	if f.Process == "" {
		f.Process = "request"
	}
	here := spotOf(r)
	by, err := boardGrouping(here)
	if err != nil {
		return err
	}
	cards := perColumn
	if by != "" {
		cards = perCell
	}
	b, err := w.app.BoardBy(r.Context(), who, f, by, cards)
	if err != nil {
		return err
	}
	views, _, err := w.savedViews(r, who)
	if err != nil {
		return err
	}
	bar, err := w.filters(r, who, "/board", f, views)
	if err != nil {
		return err
	}
	total, atLeast := 0, false
	for _, c := range b.Columns {
		total += c.Total
		atLeast = atLeast || c.AtLeast
	}
	bar.Total = counted(total, atLeast)
	bar.Menus = []choiceMenu{groupMenu(here, f, plumbline.BoardGroupings[:])}
	drawn := w.uiBoard(b, bar.Save.Current)
	bar.Save.Limits = limitFields(drawn)
	return w.show(rw, r, who, ui.Page{Title: bar.Title, Width: ui.Fill, After: after(b.Seq), Keys: keys(inList)}, boardBody(boardView{Bar: bar, Board: drawn}))
}

// boardGrouping is what a board is put together by. A timeline knows more than a
// board, and its address leads here too.
func boardGrouping(here spot) (plumbline.Grouping, error) {
	by, err := plumbline.ParseGrouping(plumbline.AsTimeline, here.group)
	if !plumbline.AsBoard.Groups(by) {
		by = ""
	}
	return by, err
}

// uiBoard groups the columns by lane, in the process's order.
func (w *Web) uiBoard(b app.BoardView, view *plumbline.View) ui.Board {
	out := ui.Board{ID: "board", Now: w.app.Now(), More: b.More}
	out.Lanes = uiLanes(b, b.Columns, func(c *ui.Column) { limit(c, b.Limits, view) })
	for _, s := range b.Lanes {
		out.Swims = append(out.Swims, ui.Swim{Ref: s.Ref, Name: s.Name, Count: s.Total, AtLeast: s.AtLeast, Lanes: uiLanes(b, s.Columns, func(c *ui.Column) {
			if c.More != "" {
				c.More = moreOf(b, c.State, s.Ref)
			}
		})})
	}
	return out
}

// limit is what a column should hold at most: the process's hard limit, else what
// the view warns at, else what the process does.
func limit(c *ui.Column, limits []plumbline.ColumnLimit, view *plumbline.View) {
	for _, l := range limits {
		if l.State == c.State {
			c.Limit, c.Hard = l.Most, l.Hard
		}
	}
	if view != nil && !c.Hard && view.Limits[c.State] > 0 {
		c.Limit = view.Limits[c.State]
	}
}

func uiLanes(b app.BoardView, columns []plumbline.Column, finish func(*ui.Column)) (out []ui.Lane) {
	for _, lane := range b.Process.Lanes {
		l := ui.Lane{Name: lane.Name, Hint: lane.ID + "::"}
		for _, c := range columns {
			if c.State.Lane() == lane.ID {
				column := uiColumn(b, lane, c)
				finish(&column)
				l.Columns = append(l.Columns, column)
			}
		}
		if len(l.Columns) > 0 {
			out = append(out, l)
		}
	}
	return out
}

// moreOf is the list of a column, in a lane of what has the ref, or has none.
func moreOf(b app.BoardView, state plumbline.State, ref string) string {
	f := b.Filter
	f.States, f.Cursor = []plumbline.State{state}, ""
	var asks string
	switch {
	case ref == "":
		asks = "no:" + string(b.Group)
	case b.Group == plumbline.ByTeam:
		f.Team = plumbline.TeamRef(ref)
	case b.Group == plumbline.ByProduct:
		f.Product = plumbline.ProductRef(ref)
	case b.Group == plumbline.ByAssignee:
		f.Assignee = ref
	default:
		asks = string(b.Group) + ":" + ref
	}
	if asks != "" && f.Text != "" {
		asks = "(" + f.Text + ") " + asks
	}
	f.Text = cmp.Or(asks, f.Text)
	return "/items" + query(f)
}

func uiColumn(b app.BoardView, lane app.LaneView, c plumbline.Column) ui.Column {
	out := ui.Column{State: c.State, Count: c.Total, AtLeast: c.AtLeast}
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
		out.More = "/items" + query(f)
	}
	return out
}

// search answers the palette.
func (w *Web) search(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	type hit struct {
		Key   plumbline.Key `json:"key"`
		Title string        `json:"title"`
		Href  string        `json:"href"`
		State string        `json:"state"`
	}
	type place struct {
		Label string `json:"label"`
		Href  string `json:"href"`
		Hint  string `json:"hint"`
	}
	hits, places := []hit{}, []place{}
	if q := strings.TrimSpace(r.URL.Query().Get("q")); q != "" {
		f := plumbline.Filter{Text: q, Status: "all", Limit: 8}
		if f.Validate() != nil { // a filter half typed: look for its words meanwhile
			f.Text = plumbline.WordsQuery(q).String()
		}
		list, err := w.app.Items(r.Context(), who, f)
		if err != nil {
			return err
		}
		for _, row := range list.Rows.Rows {
			hits = append(hits, hit{row.Key, row.Title, itemAddress(row.Key), ui.StateName(row.State)})
		}
		views, err := w.app.Views(r.Context(), who)
		if err != nil {
			return err
		}
		for _, v := range viewsNamed(views, q) {
			places = append(places, place{v.Name, viewAddress(v), "View, " + string(v.Layout)})
		}
	}
	return answerScript(rw, map[string]any{"items": hits, "views": places})
}
