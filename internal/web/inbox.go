package web

import (
	"net/http"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// inbox shows what waits for a first look, one item in front.
func (w *Web) inbox(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in, err := w.app.Inbox(r.Context(), who, plumbline.Key(r.URL.Query().Get("front")))
	if err != nil {
		return err
	}
	v := inboxView{Total: in.Rows.Total, Now: w.app.Now()}
	for _, row := range in.Rows.Rows {
		it := listItem(row)
		it.Href = "/inbox?front=" + escape(string(row.Key))
		it.Touched = row.Created
		it.Current = in.Front != nil && row.Key == in.Front.Key
		v.Items = append(v.Items, it)
	}
	if in.Front != nil {
		v.Front = w.itemPage(*in.Front, who)
		v.Next = nextKey(in.Rows.Rows, in.Front.Key)
	}
	keys := ui.KeyGroup{Title: "In the inbox", Keys: []ui.KeyHelp{
		{Keys: []string{"1"}, Does: "Accept: it is ours to judge"}, {Keys: []string{"3"}, Does: "Decline, with the reason"}, {Keys: []string{"R"}, Does: "Redirect: it is somebody else's"},
	}}
	return w.show(rw, r, who, ui.Page{Title: "Inbox", Width: ui.Full, Keys: []ui.KeyGroup{keys}}, inboxBody(v))
}

// nextKey is the item after key, so that the next one comes up by itself.
func nextKey(rows []plumbline.Row, key plumbline.Key) string {
	for i, r := range rows {
		if r.Key == key && i+1 < len(rows) {
			return "/inbox?front=" + escape(string(rows[i+1].Key))
		}
	}
	return "/inbox"
}

func (w *Web) doAccept(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	it, err := w.app.Accept(r.Context(), who, key(r))
	if err != nil {
		return err
	}
	return w.done(rw, r, itemAddress(it.Key), ui.Flash{Text: string(it.Key) + " accepted: it is in problem validation."})
}

// key is the item that the address names.
func key(r *http.Request) plumbline.Key { return plumbline.Key(r.PathValue("key")) }

// decisions is the docket.
func (w *Web) decisions(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	cursor := r.URL.Query().Get("cursor")
	d, err := w.app.Decisions(r.Context(), who, cursor)
	if err != nil {
		return err
	}
	v := docketView{Entries: d.Entries, Now: w.app.Now()}
	if d.Next != "" {
		v.Next = "/decisions?cursor=" + escape(d.Next)
	}
	if cursor != "" {
		v.First = "/decisions"
	}
	return w.show(rw, r, who, ui.Page{Title: "Decisions", Width: ui.Wide}, docketBody(v))
}

// ask is the form for a new item.
func (w *Web) ask(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.askPage(rw, r, who, http.StatusOK, newForm(r.URL.Query()))
}

func (w *Web) askPage(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, f form) error {
	products, err := w.app.Products(r.Context(), who)
	if err != nil {
		return err
	}
	v := askView{Form: f, Products: products, Processes: w.app.Processes(), Who: who}
	v.Process = v.Processes[0]
	for _, p := range v.Processes {
		if string(p.ID) == f.vals.Get("process") {
			v.Process = p
		}
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Ask", Width: ui.Read}, askBody(v))
}

func (w *Web) doAsk(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	r.Body = http.MaxBytesReader(rw, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return plumbline.Errorf(plumbline.Invalid, "The form is too large or broken: at most 2 MiB can be sent. Attach long texts by link.")
	}
	vals := r.PostForm
	var defs []app.FieldDef
	for _, p := range w.app.Processes() {
		if string(p.ID) == firstOf(vals.Get("process"), "request") {
			defs = p.Fields
		}
	}
	it, err := w.app.File(r.Context(), who, app.FileInput{
		Process: plumbline.ProcessID(vals.Get("process")), Title: vals.Get("title"), Body: *orEmpty(ptr[string](vals, "body")),
		Class: plumbline.Class(vals.Get("class")), Visibility: plumbline.Visibility(vals.Get("visibility")),
		Product: plumbline.ProductRef(vals.Get("product")), OnBehalfOf: vals.Get("on_behalf_of"), Severity: vals.Get("severity"),
		Fields: fieldsOf(vals, defs), Source: "form",
	})
	if err != nil && plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r) {
		return w.askPage(rw, r, who, http.StatusUnprocessableEntity, refused(vals, err))
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, itemAddress(it.Key), ui.Flash{Text: "Asked. You follow " + string(it.Key) + " and will see every step here."})
}

func orEmpty(s *string) *string {
	if s == nil {
		return new(string)
	}
	return s
}
