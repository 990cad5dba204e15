package web

import (
	"net/http"
	"net/url"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// itemPage is an item with what its page draws.
type itemPage struct {
	app.ItemView
	Now   plumbline.Time
	Body  ui.SafeHTML
	Moves ui.Item // carries the "Move to…" menu
	Story []ui.Entry
	Who   plumbline.Actor

	Statement ui.SafeHTML
}

func (w *Web) itemPage(v app.ItemView, who plumbline.Actor) *itemPage {
	p := &itemPage{ItemView: v, Now: w.app.Now(), Body: w.text.html(v.Row.Body), Who: who}
	p.Statement = w.text.html(v.Fields["statement"])
	p.Moves = listItem(v.Row)
	p.Moves.Moves = moves(v.Key, v.Targets)
	p.Story = w.story(v)
	return p
}

// story is what happened and what was said, in one line of time, oldest first.
func (w *Web) story(v app.ItemView) []ui.Entry {
	said := map[string]plumbline.Comment{}
	var out []ui.Entry
	for _, c := range v.Said {
		said[c.ID] = c
	}
	for i := len(v.History) - 1; i >= 0; i-- {
		h := v.History[i]
		if h.Type == "comment added" || h.Type == "watching began" || h.Type == "watching ended" {
			continue
		}
		icon, tone := eventLook(h.Type)
		e := ui.Entry{By: h.By, Icon: icon, Tone: tone, Text: h.Sentence, At: h.At, Via: via(h.Via)}
		if h.Detail != "" {
			e.Text += ": " + h.Detail
		}
		out = append(out, e)
	}
	for _, c := range v.Said {
		out = insertByTime(out, ui.Entry{
			ID: "comment-" + c.ID, By: c.ByName, Text: "said", At: c.At, Body: w.text.html(c.Body), Internal: c.Internal,
		})
	}
	return out
}

func insertByTime(list []ui.Entry, e ui.Entry) []ui.Entry {
	i := len(list)
	for i > 0 && list[i-1].At > e.At {
		i--
	}
	list = append(list, ui.Entry{})
	copy(list[i+1:], list[i:])
	list[i] = e
	return list
}

func via(v string) string {
	switch v {
	case "", "web":
		return ""
	case "api":
		return "API"
	case "cli":
		return "command line"
	}
	if len(v) > 5 && v[:5] == "link:" {
		return v[5:]
	}
	return v
}

// eventLook is the icon and tone of a kind of event.
func eventLook(typ string) (ui.IconName, ui.Tone) {
	switch typ {
	case "item filed", "item picked up", "item picked up again":
		return ui.IconInbox, ui.Info
	case "item accepted":
		return ui.IconCheck, ui.OK
	case "item decided":
		return ui.IconGavel, ui.Violet
	case "item handed off":
		return ui.IconArrowRightLeft, ui.Teal
	case "evidence attached":
		return ui.IconFlaskConical, ui.Violet
	case "demand recorded":
		return ui.IconThumbsUp, ui.Info
	case "labels contradict", "write dropped", "write failed", "issue gone":
		return ui.IconTriangleAlert, ui.Warn
	case "item closed":
		return ui.IconCircleCheck, ui.OK
	}
	return ui.IconCircle, ui.Neutral
}

func (w *Web) item(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v, err := w.app.Item(r.Context(), who, key(r))
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: string(v.Key) + " " + v.Title, Width: ui.Wide}, itemBody(w.itemPage(v, who)))
}

// itemForms are the pages with one form about an item.
var itemForms = map[string]struct {
	title string
	verb  app.Verb
}{
	"edit": {"Edit", app.EditOwn}, "move": {"Move", app.See}, "demand": {"Who wants it", app.AddDemand},
	"evidence": {"Attach evidence", app.AddEvidence}, "comment": {"Comment", app.Say}, "decide": {"Decide", app.MakeDecision},
	"handoff": {"Hand off", app.HandOffItem},
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
	fp := formView{Item: w.itemPage(v, who), Form: f, Name: name, Title: spec.title}
	if fp.Teams, err = w.app.Teams(r.Context(), who); err != nil {
		return err
	}
	if fp.Products, err = w.app.Products(r.Context(), who); err != nil {
		return err
	}
	if fp.Accounts, err = w.app.Accounts(r.Context(), who); err != nil {
		return err
	}
	fp.fill()
	return w.showAs(rw, r, who, status, ui.Page{Title: spec.title + " " + string(v.Key), Width: ui.Read}, formBody(fp))
}

// formView is a page with one form about an item.
type formView struct {
	Item     *itemPage
	Form     form
	Name     string
	Title    string
	Teams    []plumbline.Team
	Products []plumbline.Product
	Accounts []app.AccountView
}

// fill puts what the item holds into a form that changes it and was not sent yet.
func (v *formView) fill() {
	if v.Form.failed() {
		return
	}
	vals := url.Values{}
	it := v.Item.Row.Item
	switch v.Name {
	case "edit", "move":
		for _, col := range []string{"title", "body", "class", "visibility", "product", "assignee", "priority", "severity", "on_behalf_of"} {
			vals.Set(col, it.Field(col))
		}
		for name, value := range it.Fields {
			vals.Set(name, value)
		}
	case "decide", "handoff":
		vals.Set("team", it.Field("team"))
	}
	for name, value := range v.Form.vals {
		vals[name] = value
	}
	v.Form.vals = vals
}

// missing are the fields that stand in the way of the move that the form is for.
func (v formView) missing() (target app.Target, fields []app.FieldDef, columns map[string]bool) {
	columns = map[string]bool{}
	for _, t := range v.Item.Targets {
		if string(t.State) == v.Form.vals.Get("to") {
			target = t
		}
	}
	for _, reason := range target.Reasons {
		columns[reason.Field] = true
	}
	for _, d := range v.Item.Process.Fields {
		if columns[d.Name] {
			fields = append(fields, d)
		}
	}
	return target, fields, columns
}

// sent reads an item's form and hands it to do; a refused form is drawn again.
func (w *Web) sent(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, name string, do func(vals url.Values) (ui.Flash, error)) error {
	r.Body = http.MaxBytesReader(rw, r.Body, maxForm)
	if err := r.ParseMultipartForm(maxForm); err != nil && err != http.ErrNotMultipart { //nolint:errorlint // a sentinel
		return plumbline.Errorf(plumbline.Invalid, "The form is too large or broken: at most 2 MiB can be sent. Attach long texts by link.")
	}
	flash, err := do(r.PostForm)
	if err != nil && !wantsJSON(r) && (plumbline.KindOf(err) == plumbline.Invalid || plumbline.KindOf(err) == plumbline.Conflict) {
		return w.formPage(rw, r, who, statusOf[plumbline.KindOf(err)], name, refused(r.PostForm, err))
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, itemAddress(key(r)), flash)
}
