package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/incidents"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// incidentPages are those about incidents and the load of support.
func (w *Web) incidentPages() map[string]page {
	return map[string]page{
		"GET /incidents":               w.incidents,
		"POST /incidents":              w.doDeclare,
		"GET /incidents/{n}":           w.incident,
		"GET /incidents/rules":         w.incidentRules,
		"POST /incidents/rules":        w.doPutIncidentRules,
		"POST /incidents/{n}":          w.doIncident,
		"POST /incidents/{n}/file":     w.doFileIncident,
		"GET /products/{ref}/support":  w.support,
		"GET /processes/{ref}/support": w.support,
		"GET /products/{ref}/tickets":  w.ticketsOf,
		"POST /products/{ref}/support": w.doCapacity,
	}
}

func incidentAddress(n int64) string { return "/incidents/" + strconv.FormatInt(n, 10) }

// incidentsPage is a page of incidents.
type incidentsPage struct {
	incidents.IncidentPage
	Asked incidents.IncidentQuery
	Who   plumbline.Actor
	Form  form
}

func (w *Web) incidents(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.incidentsAs(rw, r, who, http.StatusOK, newForm(nil))
}

func (w *Web) incidentsAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, f form) error {
	q := incidents.IncidentQuery{Open: r.URL.Query().Has("open"), Unassigned: r.URL.Query().Has("unassigned"), Cursor: r.URL.Query().Get("cursor")}
	p, err := w.app.Incidents(r.Context(), who, q)
	if err != nil {
		return err
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Incidents", Width: ui.Wide, Room: assets.Limits, After: after(p.Seq)}, incidentsBody(incidentsPage{p, q, who, f}))
}

func (w *Web) doDeclare(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	title, severity := r.PostFormValue("title"), r.PostFormValue("severity")
	i, err := w.app.DeclareIncident(r.Context(), who, incidents.IncidentInput{Title: &title, Severity: &severity})
	switch {
	case err == nil:
		return w.done(rw, r, incidentAddress(i.N), ui.Flash{Text: "Incident declared. Say what it is about."})
	case plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r):
		return w.incidentsAs(rw, r, who, http.StatusUnprocessableEntity, refused(r.PostForm, err))
	}
	return err
}

// incidentPage is one incident.
type incidentPage struct {
	incidents.IncidentDetail
	Products []plumbline.Product
	Who      plumbline.Actor
	Form     form
}

func (w *Web) incident(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.incidentAs(rw, r, who, http.StatusOK, nil)
}

func (w *Web) incidentAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, refusal error) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	d, err := w.app.Incident(r.Context(), who, n)
	if err != nil {
		return err
	}
	v := incidentPage{IncidentDetail: d, Who: who, Form: newForm(valuesOf(d))}
	if refusal != nil {
		v.Form = refused(r.PostForm, refusal)
	}
	if v.Products, err = w.app.Products(r.Context(), who); err != nil {
		return err
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Incident " + strconv.FormatInt(n, 10), Width: ui.Wide, Room: assets.Limits, After: after(d.Seq)}, incidentBody(v))
}

func numberOf(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("n"), 10, 64)
	if err != nil || n < 1 {
		return 0, plumbline.Errorf(plumbline.NotFound, "There is no incident %q.", r.PathValue("n"))
	}
	return n, nil
}

func (w *Web) incidentRules(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.incidentRulesAs(rw, r, who, nil)
}

func (w *Web) incidentRulesAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, refusal error) error {
	rules, err := w.app.IncidentRules(r.Context(), who)
	if err != nil {
		return err
	}
	const title, lede = "How alarms become incidents", "Which label names the product, which word means which severity, how many minutes apart alarms of one incident may be, and how long the clocks run. They hold for alarms that come from now on; clocks are counted anew."
	return w.showRules(rw, r, who, rulesPage{
		Head:   ui.Head{Title: title, Lede: lede, Crumbs: []ui.Link{{Text: "Incidents", Href: "/incidents"}, {Text: "Rules"}}},
		Action: "/incidents/rules", Hint: "YAML.", Text: rules.Text, Version: rules.Version, Own: rules.Own,
	}, refusal)
}

func (w *Web) doPutIncidentRules(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	err := w.app.PutIncidentRules(r.Context(), who, sentRules(r))
	return w.putRules(rw, r, "/incidents/rules", err, func(refusal error) error { return w.incidentRulesAs(rw, r, who, refusal) })
}

// momentForm is how times are written in forms: UTC, to the minute.
const momentForm = "2006-01-02 15:04"

// valuesOf are the values of the form for an incident.
func valuesOf(d incidents.IncidentDetail) url.Values {
	moment := func(t plumbline.Time) string {
		if t == 0 {
			return ""
		}
		return t.Std().Format(momentForm)
	}
	refs := make([]string, len(d.Products))
	for i, p := range d.Products {
		refs[i] = string(p)
	}
	var actions []string
	for _, a := range d.Actions {
		actions = append(actions, actionLine(a))
	}
	return url.Values{
		"title": {d.Title}, "severity": {d.Severity}, "products": {strings.Join(refs, "\n")}, "started": {moment(d.Started)}, "detected": {moment(d.Detected)},
		"mitigated": {moment(d.Mitigated)}, "resolved": {moment(d.Resolved)}, "cause": {d.Cause}, "deployment": {d.Deployment}, "budget_share": {string(d.Share)},
		"post_mortem": {d.PostMortem}, "dismissed": {d.Dismissed}, "actions": {strings.Join(actions, "\n")},
	}
}

// actionLine is an action as one line: "2026-12-01 Add a limit", with "done " before it
// when it is.
func actionLine(a plumbline.IncidentAction) string {
	line := a.Text
	if a.Due != 0 {
		line = a.Due.Std().Format(time.DateOnly) + " " + line
	}
	if a.Done != 0 {
		line = "done " + line
	}
	return line
}

// actionsOf reads what actionLine writes; what was done before keeps its time.
func actionsOf(text string, was []plumbline.IncidentAction, now plumbline.Time) []plumbline.IncidentAction {
	var out []plumbline.IncidentAction
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		rest, done := strings.CutPrefix(line, "done ")
		a := plumbline.IncidentAction{Text: rest}
		if head, tail, ok := strings.Cut(rest, " "); ok {
			if t, err := time.Parse(time.DateOnly, head); err == nil {
				a = plumbline.IncidentAction{Text: strings.TrimSpace(tail), Due: plumbline.At(t)}
			}
		}
		for _, before := range was {
			if before.Text == a.Text {
				a.Done = before.Done
				if a.Due != 0 && before.Due != 0 && before.Due.Std().Format(time.DateOnly) == a.Due.Std().Format(time.DateOnly) {
					a.Due = before.Due
				}
			}
		}
		switch {
		case !done:
			a.Done = 0
		case a.Done == 0:
			a.Done = now
		}
		out = append(out, a)
	}
	return out
}

// moment reads a time to the minute; one that says what is known already stays exact.
func moment(vals url.Values, name string, known plumbline.Time) (plumbline.Time, error) {
	text := strings.TrimSpace(vals.Get(name))
	if known != 0 && text == known.Std().Format(momentForm) {
		return known, nil
	}
	t, err := plumbline.ParseTime(text)
	if err != nil {
		return 0, plumbline.FieldError(name, "Write the time as 2026-11-22 13:00 (UTC), not %q.", text)
	}
	return t, nil
}

// incidentInput reads the form about an incident.
func incidentInput(v url.Values, was incidents.IncidentDetail) (in incidents.IncidentInput, err error) {
	var bad plumbline.Problems
	text := func(name string) *string {
		s := strings.TrimSpace(v.Get(name))
		return &s
	}
	at := func(name string, known plumbline.Time) *plumbline.Time {
		t, err := moment(v, name, known)
		bad.Merge(err)
		return &t
	}
	share, err := plumbline.ParseDecimal(strings.TrimSpace(v.Get("budget_share")))
	if err != nil {
		bad.Add("budget_share", "Write the share as a number from 0 on, for example 0.25.")
	}
	products := []plumbline.ProductRef{}
	for _, ref := range words(v.Get("products")) {
		products = append(products, plumbline.ProductRef(ref))
	}
	actions := actionsOf(v.Get("actions"), was.Actions, was.At)
	in = incidents.IncidentInput{
		Title: text("title"), Severity: text("severity"), Products: &products, Cause: text("cause"), Deployment: text("deployment"), Share: &share, PostMortem: text("post_mortem"),
		Dismissed: text("dismissed"), Started: at("started", was.Started), Detected: at("detected", was.Detected), Mitigated: at("mitigated", was.Mitigated),
		Resolved: at("resolved", was.Resolved), Actions: &actions,
	}
	return in, bad.Err()
}

func (w *Web) doIncident(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	was, err := w.app.Incident(r.Context(), who, n)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return plumbline.Errorf(plumbline.Invalid, "The form cannot be read.")
	}
	in, err := incidentInput(r.PostForm, was)
	if err == nil {
		_, err = w.app.ChangeIncident(r.Context(), who, n, in)
	}
	switch {
	case err == nil:
		return w.done(rw, r, incidentAddress(n), ui.Flash{Text: "Incident saved."})
	case plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r):
		return w.incidentAs(rw, r, who, http.StatusUnprocessableEntity, err)
	}
	return err
}

func (w *Web) doFileIncident(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	key, err := w.app.FileIncident(r.Context(), who, n)
	if err != nil {
		return err
	}
	return w.done(rw, r, itemAddress(key), ui.Flash{Text: "The incident is an item now."})
}

// incidentLook is the state of an incident, as a badge.
func incidentLook(state string) (string, ui.Tone, ui.IconName) {
	switch state {
	case "open":
		return "Goes on", ui.Bad, ui.IconSiren
	case "mitigated":
		return "Mitigated", ui.Warn, ui.IconTriangleAlert
	case "resolved":
		return "Resolved", ui.OK, ui.IconCircleCheck
	}
	return "No incident", ui.Neutral, ui.IconCircleSlash
}

// clockText is a clock of an incident in words.
func clockText(c incidents.Clock, now plumbline.Time) string {
	switch c.State {
	case "runs":
		return capital(c.Name) + " due " + ui.Ago(c.Due, now)
	case "late":
		return capital(c.Name) + " was due " + ui.Ago(c.Due, now)
	case "kept":
		return capital(c.Name) + " in time"
	}
	return capital(c.Name) + " too late"
}

func mayTend(who plumbline.Actor) bool { return rights.May(who, rights.TendIncidents) }

var severityChoices = []ui.Choice{{Value: "", Text: "Unknown"}, {Value: "S1", Text: "S1, the worst"}, {Value: "S2", Text: "S2"}, {Value: "S3", Text: "S3"}, {Value: "S4", Text: "S4"}}

// causeChoices are the classes of causes.
func causeChoices() []ui.Choice {
	out := []ui.Choice{{Value: "", Text: "Not said"}}
	for _, c := range plumbline.Causes {
		out = append(out, ui.Choice{Value: c, Text: capital(c)})
	}
	return out
}

// askedFor are the filters of a list of incidents, behind a cursor.
func askedFor(q incidents.IncidentQuery) (out string) {
	if q.Open {
		out += "&open"
	}
	if q.Unassigned {
		out += "&unassigned"
	}
	return out
}

// incidentFacts are what is known of an incident.
func incidentFacts(v incidentPage) []ui.Fact {
	when := func(t plumbline.Time) string {
		if t == 0 {
			return "unknown"
		}
		return ui.Exact(t)
	}
	or := func(s, none string) string {
		if s == "" {
			return none
		}
		return s
	}
	facts := []ui.Fact{
		{Name: "Severity", Text: or(v.Severity, "unknown")}, {Name: "Began", Text: when(v.Started)}, {Name: "Detected", Text: when(v.Detected)},
		{Name: "Mitigated", Text: when(v.Mitigated)}, {Name: "Resolved", Text: when(v.Resolved)}, {Name: "About", Part: aboutProducts(v.IncidentView.Products)},
		{Name: "Cause", Text: or(v.Cause, "not said")}, {Name: "Share of the error budget", Text: shareText(v.Share)},
	}
	for _, f := range [...]ui.Fact{{Name: "Deployment", Text: v.Deployment}, {Name: "It was no incident", Text: v.Dismissed}} {
		if f.Text != "" {
			facts = append(facts, f)
		}
	}
	if v.PostMortem != "" {
		facts = append(facts, ui.Fact{Name: "Post-mortem", Part: inside(v.PostMortem, v.PostMortem)})
	}
	for _, a := range v.Actions {
		facts = append(facts, ui.Fact{Name: "Action", Text: actionLine(a)})
	}
	return facts
}

// alarmFacts are what is known of a source of alarms.
func alarmFacts(s plumbline.AlarmSource, now plumbline.Time) []ui.Fact {
	return []ui.Fact{
		{Name: "Heard", Part: ui.TimeAgo(s.Heard, now)}, {Name: "Refused deliveries", Text: thousands(s.Rejected)},
		{Name: "Product of alarms that name none", Text: map[bool]string{true: "none", false: string(s.Product)}[s.Product == ""]},
	}
}
