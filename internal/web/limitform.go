package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// plainForm is a page that is one form.
type plainForm struct {
	ui.Head
	Form   form
	Method string // "post" when empty
	Action string
	Button string
	Back   string
	Fields []ui.Field // by Type: "checkbox", "hidden", or as inputs have it
	Says   []string   // above the fields
}

func (v plainForm) method() string { return cmp.Or(v.Method, "post") }

// limitForms are the forms below a limit: who may see them, and what they say.
var limitForms = map[string]struct {
	verb         rights.Verb
	title, crumb string
	button       string
}{
	"edit":      {rights.ManageCatalog, "Change the limit", "Change", "Save"},
	"exception": {rights.AskException, "Ask for an exception", "Exception", "Ask"},
	"tell":      {rights.GiveEvidence, "Give evidence by hand", "Evidence by hand", "Give it"},
	"file":      {rights.EditItem, "File an item for it", "File an item", "File it"},
}

func (w *Web) limitForm(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.showLimitForm(rw, r, who, http.StatusOK, nil)
}

func (w *Web) showLimitForm(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, wrong error) error {
	name := r.PathValue("form")
	says, ok := limitForms[name]
	if !ok {
		return w.nothing(rw, r, who)
	}
	if err := rights.Need(who, says.verb); err != nil {
		return err
	}
	p, err := w.app.ConstraintPage(r.Context(), who, plumbline.ConstraintID(r.PathValue("id")))
	if err != nil {
		return err
	}
	v := plainForm{
		Head:   ui.Head{Title: says.title, Lede: limitName(p.Constraint) + ": " + standsNow(p.ConstraintView).Reason, Crumbs: limitCrumbs(p.ID, limitName(p.Constraint), says.crumb)},
		Action: constraintAddress(p.ID) + "/" + name, Button: says.button, Back: constraintAddress(p.ID),
	}
	v.Form = refused(r.PostForm, wrong)
	if wrong == nil {
		v.Form = newForm(limitValues(name, p, w.app.Now()))
	}
	switch name {
	case "edit":
		v.Fields = append(kindFields(v.Form, p.Kind), ui.Field{Name: "version", Type: "hidden", Value: fmt.Sprint(p.Version)})
	case "exception":
		v.Fields = exceptionFields(v.Form, p)
	case "tell":
		v.Fields = tellFields(v.Form, p.Constraint)
	case "file":
		v.Fields = []ui.Field{v.Form.need("title", "In one line", ""), v.Form.area("body", "What is to be done", "Markdown works.", 6)}
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: says.title, Width: ui.Read, Room: assets.Limits}, plainFormBody(v))
}

// limitValues are what a form begins with.
func limitValues(name string, p standing.ConstraintPageView, now plumbline.Time) url.Values {
	switch name {
	case "edit":
		return constraintValues(p)
	case "tell":
		return url.Values{"at": {now.Std().Format(time.DateOnly)}}
	case "file":
		s := standsNow(p.ConstraintView)
		return url.Values{"title": {"Mend: " + limitName(p.Constraint)}, "body": {s.Plainly() + "\n\nThe limit: [" + limitName(p.Constraint) + "](" + constraintAddress(p.ID) + ")"}}
	}
	return url.Values{}
}

// exceptionFields ask for an exception.
func exceptionFields(f form, p standing.ConstraintPageView) []ui.Field {
	policies := []ui.Choice{{Text: "All of it: the limit is exempt"}}
	seen := map[string]bool{}
	for _, e := range standsNow(p.ConstraintView).Effects {
		if !seen[e.Policy] {
			seen[e.Policy] = true
			policies = append(policies, ui.Choice{Value: e.Policy, Text: e.Policy + ": " + e.What})
		}
	}
	return []ui.Field{
		f.needArea("reason", "Why", "Everybody who reads the limit reads it.", 4),
		f.f(ui.Field{Name: "until", Label: "Until", Hint: "At most 90 days; it ends by itself.", Type: "date", Required: true, Narrow: true}),
		f.choose("policy", "What rests", "", policies),
		f.text("subject", "Only one part", "The name of a control or a finding, as the evidence has it."),
	}
}

// tellFields ask for a piece of evidence by hand: what counts depends on the kind.
func tellFields(f form, c plumbline.Constraint) []ui.Field {
	date := func(name, label, hint string, need bool) ui.Field {
		return f.f(ui.Field{Name: name, Label: label, Hint: hint, Type: "date", Narrow: true, Required: need})
	}
	number := func(name, label, hint string) ui.Field {
		return f.f(ui.Field{Name: name, Label: label, Hint: hint, Mode: "decimal", Narrow: true, Required: true})
	}
	out := []ui.Field{date("at", "Observed on", "", true)}
	span := []ui.Field{date("from", "From", "What it covers begins on this day.", true), date("to", "To", "It ends just before this day.", true)}
	switch c.Kind {
	case plumbline.Reliability:
		out = append(append(out, span...), number("bad", "Bad", "How many were bad."), number("total", "Of", "All there were."))
	case plumbline.Support:
		out = append(append(out, span...), number("bad", "Hours of interrupts", ""), number("total", "Of working hours", ""))
	case plumbline.Cost:
		out = append(append(out, span...), number("amount", "Amount in "+c.Currency, "On the basis "+c.Basis+"."))
	case plumbline.Compliance, plumbline.Security:
		out = append(out, f.need("subject", "What it is about", "The name of the control or the finding."),
			f.choose("state", "It is", "", []ui.Choice{{Value: plumbline.StateOpen, Text: "Open"}, {Value: plumbline.StateMet, Text: "Met"}, {Value: plumbline.StateClosed, Text: "Closed"}, {Value: plumbline.StateNotApplicable, Text: "Not applicable"}}),
			date("opened", "Its clock began on", "", false), date("due", "Due on", "", false))
	case plumbline.Capacity:
		out = append(out, date("forecast", "Likely full on", "As likely as not.", true), date("early", "Full, if it comes early", "One chance in five.", false))
	case plumbline.Commitment:
		out = append(out, date("forecast", "Done by, with a chance of 85 %", "", true))
	}
	return append(out, f.text("ref", "Where it can be read", "A link, a query, a document."), f.text("external", "Its name", "Evidence with the same name about the same time takes its place."))
}

// doLimitForm takes a form below a limit.
func (w *Web) doLimitForm(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	id, vals := plumbline.ConstraintID(r.PathValue("id")), r.PostForm
	text, to := "", constraintAddress(id)
	var err error
	switch r.PathValue("form") {
	case "edit":
		text, err = "Saved, and judged again.", w.changeLimit(r, who, id)
	case "exception":
		to += "#exceptions"
		text, err = "Asked. It holds once others have approved it.", w.askException(r, who, id)
	case "tell":
		text, err = "Taken in, and judged again.", w.tellEvidence(r, who, id)
	case "file":
		text, err = w.fileMending(r, who, id)
	case "tie":
		to, text, err = to+"#work", "Tied: while the limit forces work, the item is forced.", w.app.TieItem(r.Context(), who, id, plumbline.Key(strings.ToUpper(strings.TrimSpace(vals.Get("key")))))
	case "untie":
		to, text, err = to+"#work", "Untied.", w.app.UntieItem(r.Context(), who, id, plumbline.Key(vals.Get("key")))
	default:
		return w.nothing(rw, r, who)
	}
	if _, isForm := limitForms[r.PathValue("form")]; isForm && plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r) {
		return w.showLimitForm(rw, r, who, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, to, ui.Flash{Text: text})
}

func (w *Web) askException(r *http.Request, who plumbline.Actor, id plumbline.ConstraintID) error {
	until, err := day(r.PostForm, "until")
	if err != nil {
		return err
	}
	_, err = w.app.AskException(r.Context(), who, standing.ExceptionInput{
		Constraint: id, Reason: lines(r.PostForm.Get("reason")), Policy: r.PostForm.Get("policy"), Subject: strings.TrimSpace(r.PostForm.Get("subject")), Until: until,
	})
	return err
}

// doException approves an exception, refuses it or takes it back.
func (w *Web) doException(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	var e standing.ExceptionView
	var err error
	text := "Ended. The limit is judged without it."
	if r.PostFormValue("do") == "approve" {
		e, err = w.app.ApproveException(r.Context(), who, r.PathValue("id"))
		text = "Approved. It needs " + plural(int(e.Needs)-len(e.Approved), "more person", "more people") + "."
		if e.State != "asked" {
			text = "Approved. It holds until " + e.Until.Std().Format(time.DateOnly) + "."
		}
	} else {
		e, err = w.app.EndException(r.Context(), who, r.PathValue("id"))
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, constraintAddress(e.Constraint)+"#exceptions", ui.Flash{Text: text})
}

// fileMending files an item that is tied to the limit from the start.
func (w *Web) fileMending(r *http.Request, who plumbline.Actor, id plumbline.ConstraintID) (string, error) {
	c, err := w.app.Constraint(r.Context(), who, id)
	if err != nil {
		return "", err
	}
	in := app.FileInput{Title: r.PostForm.Get("title"), Body: lines(r.PostForm.Get("body")), Mends: id, Source: "form"}
	if c.Scope.Kind != plumbline.ScopeGroup {
		in.Product = plumbline.ProductRef(c.Scope.Ref)
	}
	it, err := w.app.File(r.Context(), who, in)
	return "Filed as " + string(it.Key) + ", and tied to the limit.", err
}

// tellEvidence takes in what a person says.
func (w *Web) tellEvidence(r *http.Request, who plumbline.Actor, id plumbline.ConstraintID) error {
	c, err := w.app.Constraint(r.Context(), who, id)
	if err != nil {
		return err
	}
	o, err := observationFrom(r.PostForm, c.Constraint)
	if err != nil {
		return err
	}
	_, err = w.app.GiveEvidence(r.Context(), who, id, []plumbline.Observation{o})
	if why := plumbline.FieldsOf(err)["evidence[0]"]; why != "" {
		return plumbline.FieldError("evidence", "%s", why)
	}
	return err
}

func observationFrom(vals url.Values, c plumbline.Constraint) (o plumbline.Observation, err error) {
	text := func(name string) string { return strings.TrimSpace(vals.Get(name)) }
	o = plumbline.Observation{Subject: text("subject"), State: text("state"), Ref: text("ref"), External: text("external")}
	if c.Kind == plumbline.Cost {
		o.Currency, o.Basis = c.Currency, c.Basis
	}
	var bad plumbline.Problems
	for name, to := range map[string]*plumbline.Time{"at": &o.At, "from": &o.From, "to": &o.To, "opened": &o.Opened, "due": &o.Due, "forecast": &o.Forecast, "early": &o.Early} {
		if *to, err = day(vals, name); err != nil {
			bad.Merge(err)
		}
	}
	for name, to := range map[string]*plumbline.Decimal{"bad": &o.Bad, "total": &o.Total, "amount": &o.Amount} {
		if text(name) == "" {
			continue
		}
		if *to, err = plumbline.ParseDecimal(strings.ReplaceAll(text(name), ",", "")); err != nil {
			bad.Add(name, "%s", plumbline.TextOf(err))
		}
	}
	return o, bad.Err()
}
