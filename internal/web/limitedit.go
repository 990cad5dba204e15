package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// kindSays say what a limit of each kind is.
var kindSays = map[plumbline.ConstraintKind]string{
	plumbline.Reliability: "an error budget", plumbline.Cost: "a budget of money", plumbline.Compliance: "controls that are held", plumbline.Security: "findings that are mended in time",
	plumbline.Support: "the share of time that interrupts take", plumbline.Capacity: "room to grow", plumbline.Commitment: "a promise with a date",
}

// newLimit is the form for a limit that is not there yet: first its kind, then what
// the kind asks for.
func (w *Web) newLimit(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.showNewLimit(rw, r, who, http.StatusOK, newForm(r.URL.Query()))
}

func (w *Web) showNewLimit(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, f form) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	const here = "/cockpit/new"
	v := plainForm{Head: ui.Head{Title: "New limit", Crumbs: []ui.Link{{Text: "Cockpit", Href: "/cockpit"}, {Text: "New limit"}}}, Form: f, Action: here, Back: "/cockpit"}
	kind := plumbline.ConstraintKind(f.vals.Get("kind"))
	if kind.Valid() {
		v.Lede, v.Button = capital(string(kind))+": "+kindSays[kind]+".", "Make it"
		v.Fields = append([]ui.Field{
			{Name: "kind", Type: "hidden", Value: string(kind)}, f.need("id", "Id", "Lower-case letters, digits, dots and dashes. It stays."),
			f.need("scope", "Holds for", "product:NAME, process:NAME or group:NAME. A group's members inherit it. It stays."),
		}, kindFields(f, kind)...)
	} else {
		v.Method, v.Lede, v.Button = "get", "What is limited?", "Go on"
		var kinds []ui.Choice
		for _, k := range plumbline.ConstraintKinds {
			kinds = append(kinds, ui.Choice{Value: string(k), Text: capital(string(k)) + ": " + kindSays[k]})
		}
		v.Fields = []ui.Field{f.f(ui.Field{Name: "kind", Label: "Kind", Required: true, Choices: kinds}), f.text("scope", "Holds for", "product:NAME, process:NAME or group:NAME.")}
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "New limit", Width: ui.Read, Room: assets.Limits}, plainFormBody(v))
}

func (w *Web) doNewLimit(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	c := plumbline.Constraint{ID: plumbline.ConstraintID(strings.TrimSpace(r.PostFormValue("id"))), Kind: plumbline.ConstraintKind(r.PostFormValue("kind"))}
	_, err := w.app.Constraint(r.Context(), who, c.ID)
	switch {
	case err == nil:
		err = plumbline.FieldError("id", "There is a limit %q already: change that one, or take another id.", c.ID)
	case plumbline.KindOf(err) == plumbline.NotFound:
		err = w.putLimit(r, who, c, 0)
	}
	if plumbline.KindOf(err) == plumbline.Invalid && err != nil {
		return w.showNewLimit(rw, r, who, http.StatusUnprocessableEntity, refused(r.PostForm, err))
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, constraintAddress(c.ID), ui.Flash{Text: "Made, and judged."})
}

// changeLimit takes the form of a limit that is there.
func (w *Web) changeLimit(r *http.Request, who plumbline.Actor, id plumbline.ConstraintID) error {
	v, err := w.app.Constraint(r.Context(), who, id)
	if err != nil {
		return err
	}
	saw, err := whole(r.PostForm, "version")
	if err != nil {
		return err
	}
	return w.putLimit(r, who, v.Constraint, saw)
}

// putLimit writes a limit with what the form says of it.
func (w *Web) putLimit(r *http.Request, who plumbline.Actor, c plumbline.Constraint, saw int64) error {
	if err := fillLimit(r.PostForm, &c); err != nil {
		return err
	}
	_, err := w.app.PutConstraint(r.Context(), who, c, saw)
	return err
}

// kindFields are the fields of a limit of a kind.
func kindFields(f form, kind plumbline.ConstraintKind) []ui.Field {
	narrow := func(name, label, hint string, need bool) ui.Field {
		return f.f(ui.Field{Name: name, Label: label, Hint: hint, Narrow: true, Required: need})
	}
	date := func(name, label, hint string, need bool) ui.Field {
		return f.f(ui.Field{Name: name, Label: label, Hint: hint, Type: "date", Narrow: true, Required: need})
	}
	window := narrow("window", "Window", "28 days, or month, quarter or year.", true)
	out := []ui.Field{f.text("name", "Name", "As people call it.")}
	switch kind {
	case plumbline.Reliability:
		out = append(out, narrow("objective", "Target", "The share that is good: 99.95 %.", true), window,
			f.choose("method", "Counted by", "", []ui.Choice{{Text: "Events"}, {Value: plumbline.Timeslices, Text: "Slices of time"}}))
	case plumbline.Cost:
		out = append(out, narrow("objective", "Budget", "The amount.", true), narrow("currency", "Currency", "Three letters: EUR.", true),
			f.f(ui.Field{Name: "basis", Label: "Basis", Required: true, Choices: []ui.Choice{{Value: plumbline.Effective, Text: "effective: amortised"}, {Value: plumbline.Billed, Text: "billed: cash"}}}),
			f.f(ui.Field{Name: "window", Label: "For a", Required: true, Choices: plainChoices([]string{plumbline.WindowMonth, plumbline.WindowQuarter, plumbline.WindowYear})}))
	case plumbline.Support:
		out = append(out, narrow("objective", "Cap", "The share of time that interrupts may take: 50 %.", true), window)
	case plumbline.Capacity:
		out = append(out, narrow("objective", "Days ahead", "How far ahead it is looked at; 90 when nothing is said.", false))
	case plumbline.Compliance:
		out = append(out, date("due", "Gaps are due", "Those that say no date of their own.", false))
	case plumbline.Commitment:
		out = append(out, date("opened", "The work began on", "", true), date("due", "Promised for", "", true))
	}
	return append(out,
		f.f(ui.Field{Name: "hard", Label: "Hard: it may refuse work; a soft one only asks for a review", Type: "checkbox"}),
		f.text("owner", "Owner", "A handle; they are told when it changes."), f.text("approver", "Approves overrides", "A handle. When nobody is named, any product manager does."),
		narrow("cycle", "Mending takes", "With a chance of 85 %: 10 d.", false), narrow("lead", "Warned ahead", "A break that is likely within it puts the limit at risk: 7 d.", false),
		narrow("cadence", "Evidence expected every", "As usual for the kind when nothing is said: 1 d, 12 h.", false),
		f.text("source", "Written in", "Where it is agreed: a link, a document."), date("from", "In force from", "", false), date("to", "In force until", "", false))
}

// constraintValues are the values of the form of a limit.
func constraintValues(p standing.ConstraintPageView) url.Values {
	c := p.Constraint
	window := c.Window.Calendar
	if c.Window.Days > 0 {
		window = plural(c.Window.Days, "day", "days")
	}
	objective := string(c.Objective)
	if c.Kind == plumbline.Reliability || c.Kind == plumbline.Support {
		objective = targetText(c.Objective)
	}
	return url.Values{
		"name": {c.Name}, "objective": {objective}, "currency": {c.Currency}, "basis": {c.Basis}, "method": {c.Method}, "window": {window}, "opened": {dayOrNone(c.Opened)}, "due": {dayOrNone(c.Due)},
		"hard": {yes(c.Hard)}, "owner": {p.OwnerHandle}, "approver": {p.ApproverHandle}, "cycle": {lengthText(c.Cycle)}, "lead": {lengthText(c.Lead)}, "cadence": {lengthText(c.Cadence)},
		"source": {c.Source}, "from": {dayOrNone(c.From)}, "to": {dayOrNone(c.To)},
	}
}

// fillLimit puts what a form says into a limit; what the form does not have stays.
func fillLimit(vals url.Values, c *plumbline.Constraint) (err error) {
	text := func(name string) string { return strings.TrimSpace(vals.Get(name)) }
	c.Name, c.Source, c.Hard = text("name"), text("source"), vals.Get("hard") != ""
	c.Owner, c.Approver = plumbline.PersonID(strings.TrimPrefix(text("owner"), "@")), plumbline.PersonID(strings.TrimPrefix(text("approver"), "@"))
	c.Currency, c.Basis, c.Method = strings.ToUpper(text("currency")), text("basis"), text("method")
	var bad plumbline.Problems
	if c.Scope.Ref == "" {
		if c.Scope, err = plumbline.ParseScope(text("scope")); err != nil {
			bad.Merge(err)
		}
	}
	for name, to := range map[string]*plumbline.Time{"opened": &c.Opened, "due": &c.Due, "from": &c.From, "to": &c.To} {
		if _, ok := vals[name]; !ok {
			continue
		}
		if *to, err = day(vals, name); err != nil {
			bad.Merge(err)
		}
	}
	for name, to := range map[string]*time.Duration{"cycle": &c.Cycle, "lead": &c.Lead, "cadence": &c.Cadence} {
		if *to, err = length(text(name)); err != nil {
			bad.Add(name, "%s", plumbline.TextOf(err))
		}
	}
	if c.Objective, err = objectiveFrom(text("objective")); err != nil {
		bad.Add("objective", "%s", plumbline.TextOf(err))
	}
	if c.Window, err = windowFrom(text("window")); err != nil {
		bad.Merge(err)
	}
	return bad.Err()
}

// objectiveFrom reads a number, or a share in percent: "99.95 %" is 0.9995.
func objectiveFrom(text string) (plumbline.Decimal, error) {
	if text == "" {
		return "", nil
	}
	text = strings.ReplaceAll(text, ",", "")
	if share, ok := strings.CutSuffix(text, "%"); ok {
		text = strings.TrimSpace(share) + "e-2"
	}
	return plumbline.ParseDecimal(text)
}

// windowFrom reads "28 days", "28 d", "28" or a period of the calendar.
func windowFrom(text string) (w plumbline.Window, err error) {
	switch text {
	case "":
		return w, nil
	case plumbline.WindowMonth, plumbline.WindowQuarter, plumbline.WindowYear:
		return plumbline.Window{Calendar: text}, nil
	}
	number, _, _ := strings.Cut(text, " ")
	if w.Days, err = strconv.Atoi(strings.TrimRight(number, "d")); err != nil {
		return w, plumbline.FieldError("window", "Write the window as 28 days, month, quarter or year, not %q.", text)
	}
	return w, nil
}

// length reads "7 d", "12 h" or "30 min"; a number alone is days.
func length(text string) (time.Duration, error) {
	number := strings.TrimRight(text, " abcdefghijklmnopqrstuvwxyz")
	units := map[string]time.Duration{"": 24 * time.Hour, "d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour, "h": time.Hour, "hours": time.Hour, "min": time.Minute}
	unit, known := units[strings.TrimSpace(text[len(number):])]
	n, err := strconv.Atoi(number)
	switch {
	case text == "":
		return 0, nil
	case err != nil || !known || n < 0 || n > 4000:
		return 0, plumbline.Errorf(plumbline.Invalid, "Write an amount of time as 7 d or 12 h, not %q.", text)
	}
	return time.Duration(n) * unit, nil
}

// lengthText writes what length reads.
func lengthText(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d%(24*time.Hour) == 0:
		return strconv.Itoa(int(d/(24*time.Hour))) + " d"
	case d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + " h"
	}
	return strconv.Itoa(int(d/time.Minute)) + " min"
}
