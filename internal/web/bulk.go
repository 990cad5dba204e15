package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// bulkView is the page that changes many items: what to change, then what that
// does to each.
type bulkView struct {
	Keys    []string
	Form    form
	Fields  []ui.Field
	Texts   []ui.Field
	Preview *app.BulkView // nil: nothing was chosen to change
	Send    [][2]string   // what the form that does it sends
	Next    string
	Problem string
}

// emptied is what a form says to empty a column; an empty input leaves it.
const emptied = "-"

// bulkInput reads what is to be changed. What is left empty stays.
func bulkInput(vals url.Values) app.BulkInput {
	in := app.BulkInput{To: plumbline.State(vals.Get("to")), Note: lines(vals.Get("note")), Message: plumbline.PublicText(lines(vals.Get("message"))), Watch: vals.Get("watch") != ""}
	for _, k := range vals["key"] {
		key, version, seen := strings.Cut(k, "@")
		in.Keys = append(in.Keys, plumbline.Key(key))
		if n, err := strconv.ParseInt(version, 10, 64); err == nil && seen {
			if in.Versions == nil {
				in.Versions = map[plumbline.Key]int64{}
			}
			in.Versions[plumbline.Key(key)] = n
		}
	}
	in.Team, in.Product = wanted[plumbline.TeamRef](vals, "team"), wanted[plumbline.ProductRef](vals, "product")
	in.Assignee, in.Priority = wanted[string](vals, "assignee"), wanted[string](vals, "priority")
	for name := range vals {
		if field, ok := strings.CutPrefix(name, ofProcess); ok {
			if v := wanted[string](vals, name); v != nil {
				if in.Fields == nil {
					in.Fields = map[string]string{}
				}
				in.Fields[field] = *v
			}
		}
	}
	return in
}

func wanted[T ~string](vals url.Values, name string) *T {
	v := T(strings.TrimSpace(lines(vals.Get(name))))
	switch v {
	case "":
		return nil
	case emptied:
		v = ""
	}
	return &v
}

// bulk shows what could be changed of the chosen items, and once that is said,
// what it would do to each.
func (w *Web) bulk(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	vals := r.URL.Query()
	in := bulkInput(vals)
	v := bulkView{Keys: vals["key"], Form: newForm(vals), Next: vals.Get("next")}
	if len(in.Keys) == 0 {
		return plumbline.Errorf(plumbline.Invalid, "No item was chosen. Tick the boxes beside the items first, or press X on a row.")
	}
	status := http.StatusOK
	if vals.Has("to") { // the form was sent
		preview, err := w.app.PreviewBulk(r.Context(), who, in)
		switch kind := plumbline.KindOf(err); {
		case err == nil:
			v.Preview = &preview
			v.Send = sendBulk(vals, preview)
		case kind == plumbline.Invalid:
			v.Problem, status = plumbline.TextOf(err), statusOf[kind]
		default:
			return err
		}
	}
	var err error
	if v.Fields, err = w.bulkFields(r, who, v.Form); err != nil {
		return err
	}
	v.Texts = []ui.Field{
		v.Form.area("note", "Note with the move", "Internal.", 2), v.Form.area("message", "Message with the move", "The requester reads it.", 2),
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Change " + plural(len(v.Keys), "item", "items")}, bulkBody(v))
}

// sendBulk is the form of the preview again, with the versions it was made of.
func sendBulk(vals url.Values, preview app.BulkView) (out [][2]string) {
	for _, l := range preview.Lines {
		if l.Allowed && len(l.Changes) > 0 {
			out = append(out, [2]string{"key", string(l.Key) + "@" + strconv.FormatInt(l.Version, 10)})
		}
	}
	for name, v := range vals {
		if name != "key" && v[0] != "" {
			out = append(out, [2]string{name, v[0]})
		}
	}
	return out
}

func (w *Web) bulkFields(r *http.Request, who plumbline.Actor, f form) ([]ui.Field, error) {
	teams, err := w.app.Teams(r.Context(), who)
	if err != nil {
		return nil, err
	}
	products, err := w.app.Products(r.Context(), who)
	if err != nil {
		return nil, err
	}
	states := []ui.Choice{{Text: "Leave as it is"}}
	for _, p := range w.app.Processes() {
		for _, l := range p.Lanes {
			for _, s := range l.States {
				states = append(states, ui.Choice{Value: string(s.State), Text: l.Name + ": " + ui.StateName(s.State)})
			}
		}
	}
	return []ui.Field{
		f.choose("team", "Team", "", orLeave(teamChoices(teams, ""), "No team")), f.choose("product", "Product", "", orLeave(productChoices(products), "No product")),
		f.text("assignee", "Assignee", "A handle; a dash for nobody; empty leaves it."), f.choose("priority", "Priority", "", orLeave(levels("P"), "No priority")),
		f.text(ofProcess+plumbline.DueField, "Needed by", "Like 2026-12-24; a dash for no date; empty leaves it."), f.choose("to", "Move to", "", states),
		f.f(ui.Field{Name: "watch", Label: "Follow them"}),
	}, nil
}

// orLeave puts two choices in place of the first, which is for nothing.
func orLeave(choices []ui.Choice, none string) []ui.Choice {
	return append([]ui.Choice{{Text: "Leave as it is"}, {Value: emptied, Text: none}}, choices[1:]...)
}

// doBulk changes the items that the preview named.
func (w *Web) doBulk(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	done, err := w.app.Bulk(r.Context(), who, bulkInput(r.PostForm))
	if err != nil {
		return err
	}
	text := plural(done.Count, "item", "items") + " changed."
	flash := ui.Flash{Text: text + notDone(done)}
	if done.Count > 0 {
		flash.Undo = &ui.Undo{Action: "/bulk/undo", Fields: [][2]string{{"batch", done.Batch}, {"next", r.PostForm.Get("next")}}}
	}
	return w.done(rw, r, "/items", flash)
}

// notDone says which items were left as they are, and why the first was.
func notDone(v app.BulkView) string {
	var left []string
	why := ""
	for _, l := range v.Lines {
		if l.Why != "" {
			left = append(left, string(l.Key))
			why = cmp.Or(why, l.Why)
		}
	}
	switch n := len(left); {
	case n == 0:
		return ""
	case n > 5:
		return " Not all of it for " + strings.Join(left[:5], ", ") + " and " + strconv.Itoa(n-5) + " more: " + why
	}
	return " Not all of it for " + strings.Join(left, ", ") + ": " + why
}

func (w *Web) doUndoBulk(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	undone, err := w.app.UndoBatch(r.Context(), who, r.PostFormValue("batch"))
	if err != nil {
		return err
	}
	return w.done(rw, r, "/items", ui.Flash{Text: "Taken back for " + plural(undone.Count, "item", "items") + "." + notDone(undone)})
}
