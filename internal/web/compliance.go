package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"plumbline"
	"plumbline/internal/app/controls"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// compliancePages are those about what products are held to.
func (w *Web) compliancePages() map[string]page {
	return map[string]page{
		"GET /controls":                                       w.allControls,
		"GET /products/{ref}/controls":                        w.productControls,
		"POST /products/{ref}/controls":                       w.doHold,
		"GET /products/{ref}/controls/{framework}":            w.controlList,
		"GET /products/{ref}/controls/{framework}/{control}":  w.controlPage,
		"POST /products/{ref}/controls/{framework}/{control}": w.doControl,
	}
}

func (w *Web) allControls(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v, err := w.app.AllControls(r.Context(), who)
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "Controls", Width: ui.Wide, Room: assets.Limits}, allControlsBody(v))
}

// controlsView is the page of what a product is held to.
type controlsView struct {
	controls.ProductControls
	May bool // hold the product to frameworks
}

func (w *Web) productControls(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v, err := w.app.ControlsOfProduct(r.Context(), who, plumbline.ProductRef(r.PathValue("ref")))
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "Controls of " + v.Product.Name, Width: ui.Wide, Room: assets.Limits}, productControlsBody(controlsView{v, rightsTo(who)}))
}

// doHold holds a product to a framework, or ends that.
func (w *Web) doHold(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	product, ref := plumbline.ProductRef(r.PathValue("ref")), plumbline.FrameworkRef(r.PostFormValue("framework"))
	text := "Kept. The controls of the framework count from now on."
	err := error(nil)
	if r.PostFormValue("do") == "end" {
		err, text = w.app.LetGoOfFramework(r.Context(), who, product, ref), "Ended. What is known of the controls is kept, and counts no more."
	} else {
		err = w.app.HoldToFramework(r.Context(), who, product, ref)
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, controlsAddress(product), ui.Flash{Text: text})
}

// controlListView is a list of controls.
type controlListView struct {
	controls.ControlList
	Query controls.ControlQuery
	Tabs  []ui.Tab
	More  string // address of the next page
}

func (w *Web) controlList(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	q := r.URL.Query()
	ask := controls.ControlQuery{
		Product: plumbline.ProductRef(r.PathValue("ref")), Framework: plumbline.FrameworkRef(r.PathValue("framework")), Family: q.Get("family"), State: q.Get("state"), Cursor: q.Get("cursor"),
	}
	list, err := w.app.ControlsOf(r.Context(), who, ask)
	if err != nil {
		return err
	}
	v := controlListView{ControlList: list, Query: ask}
	for _, t := range []struct{ state, text string }{{"", "All"}, {"gap", "Gaps"}, {"overdue", "Overdue"}, {"unproven", "Without good evidence"}, {"unsaid", "Not said"}, {"not_applicable", "Not applicable"}} {
		v.Tabs = append(v.Tabs, ui.Tab{Text: t.text, Href: listAddress(ask, t.state, ""), Current: t.state == ask.State})
	}
	if list.Next != "" {
		v.More = listAddress(ask, ask.State, list.Next)
	}
	return w.show(rw, r, who, ui.Page{Title: list.Framework.Title + " for " + list.Product.Name, Width: ui.Wide, Room: assets.Limits}, controlListBody(v))
}

// controlView is the page of one control.
type controlView struct {
	controls.ControlPage
	form
	May, Approve bool // say how it stands; approve exceptions
}

func (w *Web) controlPage(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.showControl(rw, r, who, form{})
}

func (w *Web) showControl(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, f form) error {
	id, err := plumbline.ParseControlID(r.PathValue("control"))
	if err != nil {
		return plumbline.Errorf(plumbline.NotFound, "%s", plumbline.TextOf(err))
	}
	p, err := w.app.ControlOf(r.Context(), who, plumbline.ProductRef(r.PathValue("ref")), plumbline.FrameworkRef(r.PathValue("framework")), id)
	if err != nil {
		return err
	}
	if f.vals == nil {
		f.vals = controlValues(p)
	}
	v := controlView{ControlPage: p, form: f, May: rights.May(who, rights.GiveEvidence), Approve: rights.May(who, rights.GiveException)}
	status := http.StatusOK
	if f.failed() {
		status = http.StatusUnprocessableEntity
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: p.Control.Label + " for " + p.Product.Name, Width: ui.Wide, Room: assets.Limits}, controlBody(v))
}

// controlValues are the values of the form of a control.
func controlValues(p controls.ControlPage) url.Values {
	x := p.Line
	return url.Values{
		"state": {string(x.State)}, "owner": {x.Owner}, "cadence": {x.Cadence}, "passed": {dayOrNone(x.Passed)}, "evidence": {x.Evidence}, "due": {dayOrNone(x.Due)}, "note": {x.Note},
		"reason": {x.Exception.Reason}, "requester": {x.Exception.Requester}, "until": {dayOrNone(x.Exception.Until)},
	}
}

// doControl says how a control stands.
func (w *Web) doControl(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	product, ref := plumbline.ProductRef(r.PathValue("ref")), plumbline.FrameworkRef(r.PathValue("framework"))
	id, err := plumbline.ParseControlID(r.PathValue("control"))
	if err != nil {
		return plumbline.Errorf(plumbline.NotFound, "%s", plumbline.TextOf(err))
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	in, saw, err := controlInput(r.PostForm)
	if err == nil {
		err = w.app.PutControl(r.Context(), who, product, ref, id, in, saw)
	}
	if plumbline.KindOf(err) == plumbline.Invalid {
		return w.showControl(rw, r, who, refused(r.PostForm, err))
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, controlAddress(product, ref, id), ui.Flash{Text: id.Label() + " is kept as you said."})
}

// controlInput reads the form of a control, and the version that was seen.
func controlInput(vals url.Values) (in controls.ControlInput, saw int64, err error) {
	text := func(name string) string { return strings.TrimSpace(vals.Get(name)) }
	in = controls.ControlInput{
		State: plumbline.ControlState(text("state")), Owner: text("owner"), Cadence: strings.ToUpper(text("cadence")), Evidence: text("evidence"), Note: text("note"), Reason: text("reason"), Requester: text("requester"),
	}
	var bad plumbline.Problems
	for name, to := range map[string]*plumbline.Time{"passed": &in.Passed, "due": &in.Due, "until": &in.Until} {
		if *to, err = day(vals, name); err != nil {
			bad.Merge(err)
		}
	}
	if saw, err = whole(vals, "version"); err != nil {
		bad.Merge(err)
	}
	return in, saw, bad.Err()
}

func controlsAddress(product plumbline.ProductRef) string {
	return productAddress(product) + "/controls"
}

func controlAddress(product plumbline.ProductRef, ref plumbline.FrameworkRef, id plumbline.ControlID) string {
	return controlsAddress(product) + "/" + escape(string(ref)) + "/" + escape(string(id))
}

// listAddress is the list of a query in another state, or its next page.
func listAddress(q controls.ControlQuery, state, cursor string) string {
	vals := url.Values{}
	for name, v := range map[string]string{"family": q.Family, "state": state, "cursor": cursor} {
		if v != "" {
			vals.Set(name, v)
		}
	}
	at := controlsAddress(q.Product) + "/" + escape(string(q.Framework))
	if len(vals) > 0 {
		at += "?" + vals.Encode()
	}
	return at
}

// controlLook is how a control stands, as a badge.
func controlLook(l controls.ControlLine, now plumbline.Time) (string, ui.Tone, ui.IconName) {
	switch {
	case l.State == plumbline.ControlNotApplicable:
		return "Not applicable", ui.Neutral, ui.IconCircleSlash
	case l.State.Met() && l.GoodUntil == 0:
		return "Said to be met, no evidence", ui.Warn, ui.IconCircleQuestionMark
	case l.State.Met() && l.GoodUntil < now:
		return "Met, evidence too old", ui.Warn, ui.IconClock
	case l.State.Met():
		return "Met", ui.OK, ui.IconCircleCheck
	case l.State == "":
		return "Not said", ui.Neutral, ui.IconCircleDashed
	case l.Rests(now):
		return capital(string(l.State)) + ", exempt", ui.Neutral, ui.IconCircleSlash
	case l.Overdue(now):
		return capital(string(l.State)) + ", overdue", ui.Bad, ui.IconOctagonAlert
	}
	return capital(string(l.State)), ui.Warn, ui.IconTriangleAlert
}

// riskLook is how a risk stands, as a badge.
func riskLook(x plumbline.PlanRisk, now plumbline.Time) (string, ui.Tone, ui.IconName) {
	word := capital(strings.ReplaceAll(string(x.Status), "-", " "))
	switch {
	case x.Status == plumbline.RiskClosed:
		return word, ui.OK, ui.IconCircleCheck
	case x.Exempt(now):
		return word + ", rests until its deadline", ui.Neutral, ui.IconCircleSlash
	case x.Overdue(now):
		return word + ", overdue", ui.Bad, ui.IconOctagonAlert
	}
	return word, ui.Warn, ui.IconTriangleAlert
}

// shareOf is a part of a whole, from 0 to 1.
func shareOf(part, of int64) float64 {
	if of == 0 {
		return 0
	}
	return float64(part) / float64(of)
}

// covered is the coverage in words.
func covered(c controls.ControlCounts) string {
	if c.Applicable == 0 {
		return "none applies"
	}
	return fmt.Sprintf("%d of %d (%.1f %%)", c.Met, c.Applicable, 100*shareOf(c.Met, c.Applicable))
}

// coverFinding is the title of the chart of a framework: what it shows.
func coverFinding(h controls.HeldFramework) string {
	c := h.Total
	if c.Applicable == 0 {
		return "No control of it applies."
	}
	text := covered(c) + " of the controls that apply are met; good evidence shows it for " + thousands(c.Evidenced) + "."
	if c.Overdue > 0 {
		text += " " + plural(int(c.Overdue), "gap is", "gaps are") + " overdue."
	}
	if c.Unsaid > 0 {
		text += " Of " + thousands(c.Unsaid) + " nobody has said anything."
	}
	return text
}

func stateChoices() []ui.Choice {
	out := []ui.Choice{{Value: "", Text: "Not said"}}
	for _, s := range plumbline.ControlStates {
		out = append(out, ui.Choice{Value: string(s), Text: capital(strings.ReplaceAll(string(s), "_", " "))})
	}
	return out
}

func couldBe(all []plumbline.Framework) []ui.Choice {
	var out []ui.Choice
	for _, f := range all {
		out = append(out, ui.Choice{Value: string(f.Ref), Text: f.Title})
	}
	return out
}

// notCounted says what is in no denominator, and what is not known.
func notCounted(c controls.ControlCounts) string {
	text := thousands(c.NotApply) + " do not apply and are in no count."
	if c.Partial > 0 {
		text += " " + plural(int(c.Partial), "is", "are") + " met in part, which is not met."
	}
	if c.Resting > 0 {
		text += " " + plural(int(c.Resting), "gap rests", "gaps rest") + " by an exception."
	}
	if c.Undated > 0 {
		text += " " + plural(int(c.Undated), "gap has", "gaps have") + " no date."
	}
	return text
}

func productName(all []plumbline.Product, ref plumbline.ProductRef) string {
	for _, p := range all {
		if p.Ref == ref {
			return p.Name
		}
	}
	return string(ref)
}

func controlFacts(p controls.ControlPage) []ui.Fact {
	x := p.Line
	facts := []ui.Fact{{Name: "Owner", Text: orUnknown(x.Owner)}, {Name: "Evidence passed", Text: orUnknown(dayOrNone(x.Passed))}, {Name: "Good until", Text: orUnknown(dayOrNone(x.GoodUntil))}, {Name: "Evidence", Text: orUnknown(x.Evidence)}}
	if x.Need != "" {
		facts = append(facts, ui.Fact{Name: "As its source says", Text: x.Need})
	}
	if x.State.Gap() {
		facts = append(facts, ui.Fact{Name: "Open since", Text: orUnknown(dayOrNone(x.Opened))}, ui.Fact{Name: "Due", Text: orUnknown(dayOrNone(x.Due))})
	}
	if x.Note != "" {
		facts = append(facts, ui.Fact{Name: "Note", Text: x.Note})
	}
	if e := x.Exception; e.Until != 0 {
		facts = append(facts, ui.Fact{Name: "Exception", Text: e.Reason + " (asked for by " + e.Requester + ", approved by " + e.Approver + ", until " + dayOrNone(e.Until) + ")"})
	}
	for _, m := range x.Maps {
		facts = append(facts, ui.Fact{Name: capital(m.Kind), Text: m.Control.Label() + " of " + string(m.Framework)})
	}
	return facts
}

func orUnknown(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}

// dayOrNone is a day as a form has it; empty when there is none.
func dayOrNone(t plumbline.Time) string {
	if t.IsZero() {
		return ""
	}
	return dayOf(t)
}
