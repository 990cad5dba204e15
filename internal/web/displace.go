package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/planning"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// displacePage is what an item would push out of a plan, as it is drawn.
type displacePage struct {
	planning.DisplaceView
	Asked planning.AskedFor
	By    string // the option that is chosen already
	Form  form
	Who   plumbline.Actor
	Now   plumbline.Time
}

// trialOf reads the address, or the form, of a trial.
func trialOf(v url.Values) planning.AskedFor {
	in := planning.AskedFor{Scenario: v.Get("scenario"), Item: plumbline.Key(strings.ToUpper(strings.TrimSpace(v.Get("item")))), Way: v.Get("way"), Effort: strings.TrimSpace(v.Get("effort")), Team: plumbline.TeamRef(strings.TrimSpace(v.Get("team")))}
	for _, text := range v["keep"] {
		for _, k := range words(text) {
			in.Keep = append(in.Keep, plumbline.Key(strings.ToUpper(k)))
		}
	}
	return in
}

func (w *Web) displace(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.displaceAs(rw, r, who, http.StatusOK, r.URL.Query(), form{})
}

// displaceAs draws the page about what an item displaces; f is the form as it was
// refused.
func (w *Web) displaceAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, vals url.Values, f form) error {
	v := displacePage{Asked: trialOf(vals), By: vals.Get("by"), Form: f, Who: who, Now: w.app.Now()}
	if v.Asked.Item == "" {
		return w.show(rw, r, who, ui.Page{Title: "What an ask displaces", Width: ui.Wide, Room: assets.Planning}, displaceEmpty(who))
	}
	var err error
	v.DisplaceView, err = w.app.Displace(r.Context(), who, v.Asked)
	if fields := plumbline.FieldsOf(err); fields["effort"] != "" && !f.failed() {
		v.Form, v.Asked.Effort, status = refused(vals, err), "", http.StatusUnprocessableEntity
		v.DisplaceView, err = w.app.Displace(r.Context(), who, v.Asked)
	}
	if err != nil {
		return err
	}
	if !v.Form.failed() {
		v.Form = newForm(url.Values{"asked": {who.Name}})
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "What " + string(v.Item.Key) + " displaces", Width: ui.Wide, Room: assets.Planning}, displaceBody(v))
}

// doDisplace writes down what was picked.
func (w *Web) doDisplace(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in := planning.EscalateInput{AskedFor: trialOf(r.PostForm), Asked: r.PostFormValue("asked"), Reason: r.PostFormValue("reason")}
	in.By, in.Mark, _ = strings.Cut(r.PostFormValue("option"), "|")
	in.Stay = r.PostFormValue("option") == "stay"
	if in.Stay {
		in.By, in.Mark = "", ""
	}
	var d planning.DecisionView
	err := error(nil)
	if r.PostFormValue("option") == "" {
		err = plumbline.FieldError("option", "Choose what happens: one of the periods, or that the plan stays as it is.")
	} else {
		d, err = w.app.Escalate(r.Context(), who, in)
	}
	if err != nil && plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r) {
		return w.displaceAs(rw, r, who, http.StatusUnprocessableEntity, r.PostForm, refused(r.PostForm, err))
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, planAddress(d.Scenario), ui.Flash{Text: decisionWords(d) + " It is written down with its reason.", See: ui.Link{Text: "See the decision", Href: "/plan/scenarios#decisions"}})
}

// decisionWords says in a sentence what was decided.
func decisionWords(d planning.DecisionView) string {
	what := "An item"
	if d.Item != nil && d.Item.Seen() {
		what = string(d.Item.Key)
	}
	switch d.Kind {
	case plumbline.PlanCommitted:
		return d.Name + " committed to the plan of " + d.ScenarioName + "."
	case plumbline.PlanWithdrawn:
		return d.Name + " withdrew the plan of " + d.ScenarioName + "."
	case plumbline.PlanKept:
		return what + " was escalated by " + d.Asked + "; " + d.Name + " left the plan of " + d.ScenarioName + " as it is."
	}
	if len(d.Drops) == 0 {
		return what + " was escalated by " + d.Asked + "; " + d.Name + " changed the plan of " + d.ScenarioName + ", and nothing drops out."
	}
	return what + " was escalated by " + d.Asked + "; " + d.Name + " picked what drops out of " + d.ScenarioName + " for it: " + plural(len(d.Drops), "item", "items") + "."
}

// again is the address of the same trial with one item more that must not drop out.
func (v displacePage) again(keep plumbline.Key) string {
	q := url.Values{"item": {string(v.Item.Key)}}
	for name, text := range map[string]string{"scenario": v.Asked.Scenario, "way": v.Asked.Way, "effort": v.Asked.Effort, "team": string(v.Asked.Team)} {
		if text != "" {
			q.Set(name, text)
		}
	}
	for _, k := range v.Asked.Keep {
		q.Add("keep", string(k))
	}
	if keep != "" && !slices.Contains(v.Asked.Keep, keep) {
		q.Add("keep", string(keep))
	}
	return "/plan/displace?" + q.Encode()
}

// scenarioFacts are the figures of a scenario among others.
func scenarioFacts(c planning.ComparedView) []ui.Fact {
	out := []ui.Fact{
		{Name: "Periods", Text: c.First.String() + " to " + c.First.Add(c.Periods-1).String()},
		{Name: "Chance of fitting", Text: percentOf(c.Confidence)},
	}
	if !c.Planned {
		return append(out, ui.Fact{Name: "Plan", Text: "not planned yet"})
	}
	if c.Part > 0 {
		out = append(out, ui.Fact{Name: "Worth", Text: percentOf(c.Part) + " of the best here"})
	}
	out = append(out,
		ui.Fact{Name: "Items", Text: plural(c.Many, "is", "are") + " in, " + plural(c.Left, "is", "are") + " left out"},
		ui.Fact{Name: "Work", Text: personWeeks(c.Weeks) + " person-weeks", Source: "the tightest team's period fits with " + percentOf(c.Least)},
		ui.Fact{Name: "Proven", Text: "within " + ui.Short(100*c.Gap) + " % of the best there can be"})
	if c.Broken > 0 {
		out = append(out, ui.Fact{Name: "Not held", Text: plural(c.Broken, "demand", "demands")})
	}
	return out
}

// displaceTitle is the head of the page.
func displaceTitle(v displacePage) string {
	if v.Way == planning.PinOut {
		return "What is done without " + string(v.Item.Key)
	}
	return "What " + string(v.Item.Key) + " displaces"
}

// shiftWords says when an item is done now, and when it was to be.
func shiftWords(c planning.ShiftView) string {
	switch {
	case c.To == "":
		return "was planned for " + c.From
	case c.From == "":
		return "comes into " + c.To
	}
	return c.From + " to " + c.To
}
