package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/likeness"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/ui"
)

// itemForms are the pages with one form about an item: what they are called, the
// verb that they take, and the word on their button.
var itemForms = map[string]struct {
	title, button string
	verb          rights.Verb
}{
	"edit": {"Edit", "Save", rights.EditOwn}, "move": {"Move", "Move", rights.See}, "demand": {"Who wants it", "Record", rights.AddDemand},
	"evidence": {"Attach evidence", "Attach", rights.AddEvidence}, "comment": {"Comment", "Comment", rights.Say},
	"decide": {"Decide", "Record the decision", rights.MakeDecision}, "handoff": {"Hand off", "Hand off", rights.HandOffItem},
	"merge": {"Merge", "Merge", rights.MergeItems}, "relate": {"Relate", "Relate", rights.RelateItems},
	"link": {"Attach a link", "Attach", rights.Say}, "convert": {"Make a request of it", "Make the request", rights.EditItem}, "answer": {"Their answer", "Note the answer", rights.Triage},
	"reality": {"What became of it", "Write it down", rights.SayReality},
}

func (w *Web) itemForm(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.formPage(rw, r, who, http.StatusOK, r.PathValue("form"), newForm(r.URL.Query()))
}

// formPage draws one form of an item, at first and again when it was refused.
func (w *Web) formPage(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, name string, f form) error {
	spec, ok := itemForms[name]
	if !ok {
		return w.nothing(rw, r, who)
	}
	v, err := w.app.Item(r.Context(), who, key(r))
	if err != nil {
		return err
	}
	if !v.Verbs[spec.verb] {
		return plumbline.Errorf(plumbline.Denied, "As %s you may not %s here.", who.Role.Label(), spec.verb)
	}
	fp := formView{Item: w.itemPage(v, who), Form: f, Name: name, Title: spec.title, Button: spec.button}
	if err := w.loadChoices(r, who, &fp); err != nil {
		return err
	}
	fp.fill()
	return w.showAs(rw, r, who, status, ui.Page{Title: spec.title + " " + string(v.Key), Width: ui.Read}, formBody(fp))
}

// loadChoices reads what the form lets people choose from.
func (w *Web) loadChoices(r *http.Request, who plumbline.Actor, v *formView) (err error) {
	ctx := r.Context()
	switch v.Name {
	case "edit":
		v.Products, err = w.app.Products(ctx, who)
	case "demand":
		if v.Accounts, err = w.app.Accounts(ctx, who); err != nil {
			return err
		}
		v.Teams, err = w.app.Teams(ctx, who)
	case "merge":
		v.Similar, err = w.like(r, who, v.Item.Row.Title, v.Item.Row.Body, v.Item.ID)
	case "move":
		if v.Full, err = w.app.IsFull(ctx, who, v.Item.Row.Process, plumbline.State(v.Form.vals.Get("to"))); err != nil {
			return err
		}
		v.Teams, err = w.app.Teams(ctx, who)
	case "reality":
		v.Estimates, err = w.app.Estimates(ctx, who, v.Item.Key, "")
	case "decide", "handoff":
		v.Teams, err = w.app.Teams(ctx, who)
	}
	return err
}

// formView is a page with one form about an item.
type formView struct {
	Item      *itemPage
	Form      form
	Name      string
	Title     string
	Button    string
	Teams     []plumbline.Team
	Products  []plumbline.Product
	Accounts  []app.AccountView
	Similar   []likeness.Like       // to the item
	Estimates judging.EstimatesView // of the item, where its page says what became of it
	Full      *app.Full             // of a move: the state takes no more; nil: it does
}

// editable are the columns that the edit form shows, with their labels.
var editable = [][2]string{
	{"title", "Title"}, {"body", "What was asked"}, {"class", "Kind of request"}, {"product", "Product or process"}, {"on_behalf_of", "On behalf of"},
	{"assignee", "Assignee"}, {"priority", "Priority"}, {"severity", "Severity"}, {"visibility", "Who may read it"},
}

// fill puts what the item holds into a form that was not sent yet.
func (v *formView) fill() {
	if v.Form.failed() {
		return
	}
	vals := url.Values{}
	it := v.Item.Row.Item
	if v.Name == "edit" || v.Name == "move" {
		for _, col := range editable {
			vals.Set(col[0], it.Field(col[0]))
		}
		for name, value := range it.Fields {
			vals.Set(ofProcess+name, value)
		}
	}
	if v.Name == "move" || v.Name == "handoff" {
		vals.Set("team", string(it.Team))
	}
	for name, value := range v.Form.vals {
		vals[name] = value
	}
	v.Form.vals = vals
}

// changed names what somebody else wrote meanwhile where this form says
// something different, with what it is now.
func (v formView) changed() []ui.Fact {
	if plumbline.KindOf(v.Form.err) != plumbline.Conflict || v.Name != "edit" {
		return nil
	}
	var out []ui.Fact
	it := v.Item.Row.Item
	add := func(input, label, now string) {
		if typed, ok := v.Form.vals[input]; ok && len(typed) > 0 && lines(typed[0]) != now {
			out = append(out, ui.Fact{Name: label, Text: cmp.Or(now, "empty")})
		}
	}
	for _, col := range editable {
		add(col[0], col[1], it.Field(col[0]))
	}
	for _, d := range v.Item.Process.Fields {
		add(ofProcess+d.Name, labelOf(d), it.Fields[d.Name])
	}
	return out
}

// target is the move that the page is about; its State is empty when the item
// cannot go there from where it is.
func (v formView) target() app.Target {
	for _, t := range v.Item.Targets {
		if string(t.State) == v.Form.vals.Get("to") {
			return t
		}
	}
	return app.Target{}
}

// mendable are the inputs of a move, beside the process's fields, that the page
// of the move can take.
var mendable = []string{"assignee", "priority", "team", "note", "message"}

// lacks sorts the reasons against a move into those that the page can ask for,
// by input with the reason, and those that must be seen to elsewhere.
func (v formView) lacks(t app.Target) (here map[string]string, fields []app.FieldDef, first []app.Reason) {
	here = map[string]string{}
	for _, r := range t.Reasons {
		i := slices.IndexFunc(v.Item.Process.Fields, func(d app.FieldDef) bool { return d.Name == r.Field })
		switch {
		case i >= 0 && here[r.Field] == "":
			fields = append(fields, v.Item.Process.Fields[i])
			here[r.Field] = r.Text
		case slices.Contains(mendable, r.Field):
			here[r.Field] = r.Text
		case i < 0:
			first = append(first, r)
		}
	}
	return here, fields, first
}

// sent reads an item's form and hands it to do; a refused form is drawn again
// with what was typed.
func (w *Web) sent(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, name string, do func(vals url.Values) (ui.Flash, error)) error {
	flash, err := do(r.PostForm)
	kind := plumbline.KindOf(err)
	switch {
	case err == nil:
		return w.done(rw, r, itemAddress(key(r)), flash)
	case !wantsJSON(r) && (kind == plumbline.Invalid || kind == plumbline.Conflict):
		return w.formPage(rw, r, who, statusOf[kind], name, refused(r.PostForm, err))
	}
	return err
}

// movable says that the page of a move can make it, once its inputs are filled.
func movable(v formView) bool {
	t := v.target()
	_, _, first := v.lacks(t)
	return t.State != "" && len(first) == 0 && (v.Full == nil || v.Full.MayPass)
}

// cancelTo is where a form leads that is not sent.
func cancelTo(v formView) string {
	if next := v.Form.vals.Get("next"); local(next) && v.Name != "move" {
		return next
	}
	return itemAddress(v.Item.Key)
}
