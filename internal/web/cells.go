package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// cellsAt are the attributes of a row whose cells can be changed one by one.
func cellsAt(r tableRow) templ.Attributes {
	if r.At == "" {
		return nil
	}
	return templ.Attributes{"data-at": r.At}
}

func titleCell(r tableRow) templ.Attributes {
	if r.At == "" {
		return nil
	}
	return tableCell{Name: "title"}.attributes()
}

// attributes make a cell one that the script opens, and that takes the focus.
func (c tableCell) attributes() templ.Attributes {
	if c.Name == "" {
		return nil
	}
	return templ.Attributes{"data-cell": c.Name, "tabindex": "-1"}
}

// aloneAt is the address of a table of one item.
func aloneAt(key plumbline.Key, columns []string) string {
	f := plumbline.Filter{Text: "key:" + string(key), Status: "all", Limit: 1}
	return spot{path: "/table", columns: strings.Join(columns, ",")}.href(f)
}

// changeable says whether a column is one that is changed in a table, as far as
// the item's process has it. Labels are the tracker's.
func changeable(column string) bool {
	return oneOf(column, "title", "team", "product", "priority", "severity", "assignee", "due") || strings.HasPrefix(column, ofProcess)
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
	case "assignee", "title":
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
					f.Choices = append(f.Choices, ui.Choice{Value: ch.Value, Text: cmp.Or(ch.Label, ch.Value)})
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
		Version: version(vals), Title: ptr[string](vals, "title"), Team: ptr[plumbline.TeamRef](vals, "team"), Product: ptr[plumbline.ProductRef](vals, "product"),
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
	for _, name := range append([]string{"title", "team", "product", "assignee", "priority", "severity"}, fieldNames(vals)...) {
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
