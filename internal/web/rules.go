package web

import (
	"net/http"
	"net/url"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// rulesPage is the page of rules that are kept as YAML.
type rulesPage struct {
	Head          ui.Head
	Action        string // where the form goes
	Hint          string // of the field
	Text, Version string
	By            string // who put them in force; empty: not known
	Own           bool   // false: they come with the product
	Form          form
	MayManage     bool
	At, Now       plumbline.Time
}

// showRules shows rules, with the form as it was sent when it was refused.
func (w *Web) showRules(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, v rulesPage, refusal error) error {
	status := http.StatusOK
	v.Form, v.MayManage, v.Now = newForm(url.Values{"text": {v.Text}}), rights.May(who, rights.ManageCatalog), w.app.Now()
	if refusal != nil {
		status = http.StatusUnprocessableEntity
		v.Form = refused(r.PostForm, plumbline.FieldError("text", "%s", plumbline.TextOf(refusal)))
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: v.Head.Title, Width: ui.Wide, Room: assets.Limits}, rulesBody(v))
}

// sentRules is the text of the form, with lines as the store has them.
func sentRules(r *http.Request) string {
	return strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n")
}

// putRules answers a form of rules: err is what became of them, show shows the page
// with what is wrong.
func (w *Web) putRules(rw http.ResponseWriter, r *http.Request, at string, err error, show func(refusal error) error) error {
	switch {
	case err == nil:
		http.Redirect(rw, r, at, http.StatusSeeOther)
		return nil
	case plumbline.KindOf(err) == plumbline.Invalid:
		return show(err)
	}
	return err
}
