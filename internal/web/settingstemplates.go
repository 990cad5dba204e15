package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/templates"
	"plumbline/internal/web/ui"
)

// loadTemplates reads the templates, or the one that the address names.
func (w *Web) loadTemplates(r *http.Request, who plumbline.Actor, v *settingsView) (err error) {
	class := v.Form.vals.Get("class")
	if class == "" {
		v.Templates, err = w.app.Templates(r.Context(), who)
		return err
	}
	version := int64(0)
	if r.Method == http.MethodGet {
		version, _ = strconv.ParseInt(v.Form.vals.Get("version"), 10, 64)
	}
	t, err := w.app.Template(r.Context(), who, class, version)
	if err != nil {
		return err
	}
	if version != 0 && len(t.Versions) > 0 { // an older text is saved over the newest
		t.Version = t.Versions[0].Version
	}
	v.Template = &t
	return nil
}

// doTemplate saves a template, or goes back to the one that came with it.
func (w *Web) doTemplate(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	class, text := r.PostFormValue("class"), "Saved: everybody who asks meets the new form."
	if r.PostFormValue("reset") != "" {
		text = "Reset. What was there stays among the versions."
	}
	return w.saved(rw, r, who, "templates", text, func(vals url.Values) (err error) {
		if vals.Get("reset") != "" {
			_, err = w.app.ResetTemplate(r.Context(), who, class)
			return err
		}
		_, err = w.app.PutTemplate(r.Context(), who, class, vals.Get("source"), version(vals))
		return err
	})
}

// templateLine says in a line what a template is and who changed it.
func templateLine(t templates.TemplateView) string {
	n := plural(len(t.Fields), "field", "fields")
	if t.Shipped {
		return n + ", as it came with the product"
	}
	return n + ", version " + strconv.FormatInt(t.Version, 10) + " by " + cmp.Or(t.By, "somebody")
}

func templateSource(v settingsView, t templates.TemplateView) ui.Field {
	f := ui.Field{Name: "source", Label: "Template", Hint: "YAML. Help says what may stand in it.", Rows: 28, Required: true, Value: t.Source, Code: true}
	if v.Form.failed() {
		f.Value = lines(v.Form.vals.Get("source"))
	}
	return f
}

// problemLines are what is wrong, each with its line.
func problemLines(f form) []string {
	text := plumbline.FieldsOf(f.err)["source"]
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// templateForm is where people are asked with the template of a class.
func templateForm(class string) string {
	if class == plumbline.QuestionTemplate {
		return "/ask?process=question"
	}
	return "/ask?class=" + escape(class)
}
