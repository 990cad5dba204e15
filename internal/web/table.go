package web

import (
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
	Open    bool   // its cells are inputs
	Version string
}

type tableCell struct {
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
		for _, name := range columns {
			cell := tableCell{Column: columnTitle(name), Text: cellText(row, name)}
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
		return firstOf(r.TeamName, string(r.Team))
	case "product":
		return firstOf(r.ProductName, string(r.Product))
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

// cells knows which inputs the cells of a row have.
type cells struct {
	teams     []plumbline.Team
	products  []plumbline.Product
	processes []app.ProcessView
}

func (w *Web) cells(r *http.Request, who plumbline.Actor) (c cells, err error) {
	if c.teams, err = w.app.Teams(r.Context(), who); err != nil {
		return c, err
	}
	c.products, err = w.app.Products(r.Context(), who)
	c.processes = w.app.Processes()
	return c, err
}

// input is the input for a column of an item; nil when it is not changed in a
// table.
func (c cells) input(it plumbline.Item, column string) *ui.Field {
	f := ui.Field{Name: column, Label: columnTitle(column), Prefix: "cell", Value: it.Field(column)}
	switch column {
	case "team":
		f.Choices = teamChoices(c.teams, "No team")
	case "product":
		f.Choices = productChoices(c.products)
	case "priority":
		f.Choices = levels("P")
	case "severity":
		f.Choices = levels("S")
	case "assignee":
	case "due":
		f.Name, f.Type, f.Value = ofProcess+plumbline.DueField, "date", it.Fields[plumbline.DueField]
		if !c.has(it.Process, plumbline.DueField, &f) {
			return nil
		}
	default:
		name, ok := strings.CutPrefix(column, ofProcess)
		if !ok || !c.has(it.Process, name, &f) {
			return nil
		}
		f.Value = it.Fields[name]
	}
	return &f
}

// has says whether a process has the field, and makes the input fit its type.
func (c cells) has(process plumbline.ProcessID, name string, f *ui.Field) bool {
	for _, p := range c.processes {
		for _, fd := range p.Fields {
			if p.ID != process || fd.Name != name {
				continue
			}
			switch {
			case len(fd.Choices) > 0:
				f.Choices = []ui.Choice{{Text: "Not known"}}
				for _, ch := range fd.Choices {
					f.Choices = append(f.Choices, ui.Choice{Value: ch.Value, Text: firstOf(ch.Label, ch.Value)})
				}
			case fd.Type == "date":
				f.Type = "date"
			case fd.Type == "number":
				f.Mode = "decimal"
			}
			return true
		}
	}
	return false
}

// clashView is a row that was changed by somebody else while it was edited.
type clashView struct {
	Key     plumbline.Key
	Text    string
	Fields  []clashField
	Version string
	Next    string
}

// clashField is one column as it is now, and as the person wants it.
type clashField struct {
	Now   string
	Field ui.Field
}

// doCells saves the cells of a row. When somebody was faster, both values are
// shown and nothing is lost.
func (w *Web) doCells(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	vals := r.PostForm
	it, err := w.app.Edit(r.Context(), who, key(r), app.EditInput{
		Version: version(vals), Team: ptr[plumbline.TeamRef](vals, "team"), Product: ptr[plumbline.ProductRef](vals, "product"),
		Assignee: ptr[string](vals, "assignee"), Priority: ptr[string](vals, "priority"), Severity: ptr[string](vals, "severity"), Fields: fieldsOf(vals),
	})
	kind := plumbline.KindOf(err)
	if err == nil || wantsJSON(r) || kind != plumbline.Conflict && kind != plumbline.Invalid {
		if err != nil {
			return err
		}
		return w.done(rw, r, "/table", ui.Flash{Text: string(it.Key) + " saved."})
	}
	v, err2 := w.clash(r, who, vals, err)
	if err2 != nil {
		return err2
	}
	return w.showAs(rw, r, who, statusOf[kind], ui.Page{Title: string(v.Key) + " is not saved yet"}, clashBody(v))
}

func (w *Web) clash(r *http.Request, who plumbline.Actor, vals url.Values, why error) (clashView, error) {
	now, err := w.app.Item(r.Context(), who, key(r))
	if err != nil {
		return clashView{}, err
	}
	c, err := w.cells(r, who)
	if err != nil {
		return clashView{}, err
	}
	out := clashView{Key: now.Key, Text: plumbline.TextOf(why), Version: strconv.FormatInt(now.Version, 10), Next: vals.Get("next")}
	form := refused(vals, why)
	for _, name := range append([]string{"team", "product", "assignee", "priority", "severity"}, fieldNames(vals)...) {
		if !vals.Has(name) {
			continue
		}
		field := c.input(now.Row.Item, name)
		if field == nil {
			continue
		}
		out.Fields = append(out.Fields, clashField{Now: cellText(now.Row, name), Field: form.f(*field)})
	}
	return out, nil
}

// fieldNames are the names of a process's fields in a form, in order.
func fieldNames(vals url.Values) (out []string) {
	for name := range vals {
		if strings.HasPrefix(name, ofProcess) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// yours is the input with what the person typed.
func yours(f ui.Field) ui.Field {
	f.Label += ", yours"
	return f
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
