package web

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/ui"
)

// tableView is items as a table of chosen columns.
type tableView struct {
	Bar     filterBar
	Filter  plumbline.Filter
	Columns []tableColumn
	Rows    []tableRow
	Choose  []ui.Choice    // the columns there are
	Found   plumbline.Rows // the page, for what it says of itself
	First   string
	Next    string
	Here    string // the address without the row that is edited
	Now     plumbline.Time
}

// tableColumn is a column with its heading, and how to sort by it.
type tableColumn struct {
	Name string
	Sort ui.Sort // without an address: no index has this order
}

// tableRow is an item with a cell for every column.
type tableRow struct {
	Item    plumbline.Row
	Href    string
	Cells   []tableCell
	Edit    string // address of the page with this row open; "": may not be changed
	At      string // address of a table of this row alone, for single cells
	Title   *ui.Field
	Open    bool // its cells are inputs
	Version string
}

type tableCell struct {
	Name   string // "": not a cell that is changed here
	Column string
	Text   string
	Input  *ui.Field // nil: not to be changed here
}

// table is items as a table. It takes one statement more than the list, for the
// fields.
func (w *Web) table(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	if cols := r.URL.Query()["columns"]; len(cols) > 1 { // as the menu's form makes them
		q := r.URL.Query()
		q.Set("columns", strings.Join(cols, ","))
		http.Redirect(rw, r, "/table?"+q.Encode(), http.StatusSeeOther)
		return nil
	}
	f, done, err := parseFilter(rw, r)
	if err != nil || done {
		return err
	}
	columns := columnNames(r.URL.Query().Get("columns"))
	for _, c := range columns {
		if !plumbline.ValidColumn(c) {
			return plumbline.FieldError("columns", "%q is not a column; columns are %s and field.NAME.", c, strings.Join(plumbline.TableColumns(), ", "))
		}
	}
	if len(columns) == 0 {
		columns = plumbline.UsualColumns()
	}
	list, err := w.app.Table(r.Context(), who, f)
	if err != nil {
		return err
	}
	views, _, err := w.savedViews(r, who)
	if err != nil {
		return err
	}
	bar, err := w.filters(r, who, "/table", f, views)
	if err != nil {
		return err
	}
	v := tableView{Bar: bar, Filter: f, Now: w.app.Now(), Found: list.Rows, Next: page2(r, f, list.Next), Here: spotOf(r).href(f)}
	v.Bar.Total = counted(list.Total, list.AtLeast)
	if f.Cursor != "" {
		first := f
		first.Cursor = ""
		v.First = spotOf(r).href(first)
	}
	if err := w.fillTable(r, who, &v, list, columns); err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: bar.Title, Width: ui.Full, Keys: keys(inList)}, tableBody(v))
}

func (w *Web) fillTable(r *http.Request, who plumbline.Actor, v *tableView, list app.ListView, columns []string) error {
	for _, c := range columns {
		v.Columns = append(v.Columns, tableColumn{c, sortBy(c, v.Filter, spotOf(r))})
	}
	v.Choose = w.columnChoices(columns)
	edit := plumbline.Key(r.URL.Query().Get("edit"))
	var c cells
	if edit != "" {
		var err error
		if c, err = w.cells(r, who); err != nil {
			return err
		}
	}
	for _, row := range list.Rows.Rows {
		t := tableRow{Item: row, Href: itemAddress(row.Key), Open: row.Key == edit && rights.May(who, rights.EditItem), Version: strconv.FormatInt(row.Version, 10)}
		if rights.May(who, rights.EditItem) && !t.Open {
			t.Edit = withParam(v.Here, "edit", string(row.Key)) + "#row-" + string(row.Key)
		}
		if rights.May(who, rights.EditItem) {
			t.At = aloneAt(row.Key, columns)
		}
		if t.Open {
			t.Title = c.input(row.Item, "title")
		}
		for _, name := range columns {
			cell := tableCell{Column: columnTitle(name), Text: cellText(row, name)}
			if t.At != "" && changeable(name) {
				cell.Name = name
			}
			if t.Open {
				cell.Input = c.input(row.Item, name)
			}
			t.Cells = append(t.Cells, cell)
		}
		v.Rows = append(v.Rows, t)
	}
	return nil
}

func withParam(address, name, value string) string {
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	return address + sep + name + "=" + escape(value)
}

// sortBy is the heading of a column; two of them have an order of their own.
func sortBy(name string, f plumbline.Filter, here spot) ui.Sort {
	out := ui.Sort{Text: columnTitle(name), Num: oneOf(name, "demands", "evidence", "comments")}
	f.Cursor = ""
	switch name {
	case "updated":
		if f.Sort == "" || f.Sort == "updated" {
			out.Dir = "descending"
		}
		f.Sort = ""
	case "created":
		switch f.Sort {
		case "created":
			out.Dir, f.Sort = "descending", "oldest"
		case "oldest":
			out.Dir, f.Sort = "ascending", "created"
		default:
			f.Sort = "created"
		}
	default:
		return out
	}
	out.Href = here.href(f)
	return out
}

func columnTitle(name string) string {
	if name == "due" {
		return "Needed by"
	}
	return capital(strings.ReplaceAll(strings.TrimPrefix(name, ofProcess), "_", " "))
}

// columnChoices are the columns that a table can have, with the process's fields.
func (w *Web) columnChoices(shown []string) (out []ui.Choice) {
	names := plumbline.TableColumns()
	for _, p := range w.app.Processes() {
		for _, f := range p.Fields {
			if name := ofProcess + f.Name; f.Name != plumbline.DueField && !f.Private && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	for _, n := range names {
		c := ui.Choice{Value: n, Text: columnTitle(n)}
		if slices.Contains(shown, n) {
			c.Hint = "shown"
		}
		out = append(out, c)
	}
	return out
}

// cellText is what a cell says.
func cellText(r plumbline.Row, name string) string {
	switch name {
	case "key":
		return string(r.Key)
	case "state":
		return ui.StateName(r.State)
	case "team":
		return cmp.Or(r.TeamName, string(r.Team))
	case "product":
		return cmp.Or(r.ProductName, string(r.Product))
	case "class":
		return classWords[r.Class]
	case "due":
		return r.Fields[plumbline.DueField]
	case "labels":
		text := strings.Join(someLabels(r.Labels), ", ")
		if n := len(r.Labels) - len(someLabels(r.Labels)); n > 0 {
			text += " and " + strconv.Itoa(n) + " more"
		}
		return text
	case "demands":
		return strconv.Itoa(r.Demands)
	case "evidence":
		return strconv.Itoa(r.Evidence)
	case "comments":
		return strconv.Itoa(r.Comments)
	case "created":
		return date(r.Created)
	case "updated":
		return date(r.Updated)
	}
	if field, ok := strings.CutPrefix(name, ofProcess); ok {
		return r.Fields[field]
	}
	return r.Field(name)
}

// hidden are the parts of the address that a form of its columns takes along.
func (v saveView) hidden() (out [][2]string) {
	q, _ := url.ParseQuery(v.Filter)
	for _, name := range slices.Sorted(maps.Keys(q)) {
		for _, value := range q[name] {
			out = append(out, [2]string{name, value})
		}
	}
	if v.Current != nil {
		out = append(out, [2]string{"view", string(v.Current.ID)})
	}
	return out
}
