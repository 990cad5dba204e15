package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/planning"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// planningPages are those about what fits.
func (w *Web) planningPages() map[string]page {
	return map[string]page{
		"GET /plan":            w.plan,
		"POST /plan":           w.doFirstPlan,
		"POST /plan/make":      w.doPlan,
		"POST /plan/stop":      w.doStopPlan,
		"GET /plan/scenarios":  w.scenarios,
		"POST /plan/scenarios": w.doScenario,
		"GET /plan/displace":   w.displace,
		"POST /plan/displace":  w.doDisplace,
	}
}

// planTabs are the faces of planning, the same on all its pages.
func planTabs(current string, who plumbline.Actor) (out []ui.Tab) {
	for _, t := range [...]struct {
		text, href string
		icon       ui.IconName
		need       rights.Verb
	}{
		{"Plan", "/plan", ui.IconListChecks, rights.ReadPlans},
		{"Scenarios", "/plan/scenarios", ui.IconLayers, rights.ReadPlans},
		{"What an ask displaces", "/plan/displace", ui.IconArrowRightLeft, rights.ReadPlans},
		{"Capacity", "/capacity", ui.IconUsers, rights.ReadCapacity},
		{"Flow", "/flow", ui.IconTrendingUp, rights.ReadInternal},
	} {
		if rights.May(who, t.need) {
			out = append(out, ui.Tab{Text: t.text, Href: t.href, Icon: t.icon, Current: t.href == current})
		}
	}
	return out
}

// planPage is a plan as it is drawn.
type planPage struct {
	planning.PlanView
	Who plumbline.Actor
	Now plumbline.Time
}

func (w *Web) plan(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v := planPage{Who: who, Now: w.app.Now()}
	var err error
	v.PlanView, err = w.app.PlanOf(r.Context(), who, r.URL.Query().Get("scenario"))
	if plumbline.KindOf(err) == plumbline.NotFound && r.URL.Query().Get("scenario") == "" {
		return w.show(rw, r, who, ui.Page{Title: "Plan", Width: ui.Full, Room: assets.Planning}, planEmpty(who))
	}
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "Plan", Width: ui.Full, After: after(v.Seq), Room: assets.Planning}, planBody(v))
}

// doFirstPlan makes the first scenario and plans it.
func (w *Web) doFirstPlan(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	name := "The next four quarters"
	s, err := w.app.MakeScenario(r.Context(), who, planning.ScenarioInput{Name: &name})
	if err != nil {
		return err
	}
	return w.planIt(rw, r, who, s.ID)
}

// doPlan plans a scenario again.
func (w *Web) doPlan(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.planIt(rw, r, who, r.PostFormValue("scenario"))
}

func (w *Web) planIt(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, scenario string) error {
	ctx := context.WithoutCancel(r.Context()) // who closes the page finds later what came of it
	if r.Header.Get("Accept") == eventStream {
		return w.planTelling(ctx, rw, who, scenario)
	}
	v, err := w.app.MakePlanTelling(ctx, who, scenario, func(planning.PlanProgress) bool { return !w.stopping() })
	if err != nil {
		return err
	}
	return w.done(rw, r, planAddress(scenario), ui.Flash{Text: v.Plan.Sentence})
}

// planTelling plans and sends how far it is meanwhile, as server-sent events: "progress"
// with a sentence, at last "done" with where the plan is, or "failed" with why not.
func (w *Web) planTelling(ctx context.Context, rw http.ResponseWriter, who plumbline.Actor, scenario string) error {
	rc := openStream(rw)
	send := func(event string, data any) {
		if raw, err := json.Marshal(data); err == nil {
			fmt.Fprintf(rw, "event: %s\ndata: %s\n\n", event, raw)
			_ = rc.Flush() // who is gone is told nothing; the plan is made all the same
		}
	}
	_, err := w.app.MakePlanTelling(ctx, who, scenario, func(p planning.PlanProgress) bool {
		send("progress", p)
		return !w.stopping()
	})
	if err != nil {
		send("failed", map[string]string{"text": plumbline.TextOf(err)})
		return nil
	}
	send("done", map[string]string{"location": planAddress(scenario)})
	return nil
}

// stopping says that the server is about to end.
func (w *Web) stopping() bool {
	select {
	case <-w.opt.Done:
		return true
	default:
		return false
	}
}

// doStopPlan asks for the best plan found so far.
func (w *Web) doStopPlan(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	scenario := r.PostFormValue("scenario")
	if err := w.app.StopPlan(r.Context(), who, scenario); err != nil {
		return err
	}
	return w.done(rw, r, planAddress(scenario), ui.Flash{Text: "Asked for the best plan found so far."})
}

func planAddress(scenario string) string {
	if scenario == "" {
		return "/plan"
	}
	return "/plan?scenario=" + escape(scenario)
}

// scenarioTabs are the links to the plans of other scenarios.
func (v planPage) scenarioTabs() (out []ui.Tab) {
	for _, s := range v.Scenarios[:min(6, len(v.Scenarios))] {
		t := ui.Tab{Text: s.Name, Href: planAddress(s.ID), Current: s.ID == v.Scenario.ID}
		if s.Committed {
			t.Icon = ui.IconCircleCheck
		}
		out = append(out, t)
	}
	return out
}

// committedHere says that the plan on the page is the committed one.
func (v planPage) committedHere() bool {
	return v.Commitment != nil && v.Plan != nil && v.Commitment.Plan == v.Plan.ID
}

// planStats are the figures of a plan.
func planStats(p *planning.PlannedView) []ui.Stat {
	out := []ui.Stat{{What: "Chance of fitting", Text: percentOf(p.Confidence), More: "of each team in each period", Href: "/plan/scenarios"}}
	if !p.Withheld {
		out = append(out, ui.Stat{What: "Worth", Text: ui.Short(p.Value), More: p.Unit})
	}
	return append(out,
		ui.Stat{What: "Proven", Text: "at most " + strconv.FormatFloat(100*p.Gap, 'f', 1, 64) + " %", More: "below the best plan there can be"},
		ui.Stat{What: "Planned", Text: dayOf(p.At), More: "by " + p.ByName + ", seed " + strconv.FormatUint(p.Seed, 10)})
}

// stoppedWords says that a plan was taken before all was worked out, and how good it is.
func stoppedWords(p *planning.PlannedView) string {
	return "It was stopped, or its time was over: this is the best plan found until then, at most " + strconv.FormatFloat(100*p.Gap, 'f', 1, 64) + " % below the best there can be. What stands beside it was not worked out to the end."
}

// fitBar is one team in one period as a bar: what is taken off, what is planned and
// what is kept free for doubt, as parts of its whole width in per cent.
type fitBar struct {
	Taken, Planned, Kept float64
	Over                 bool
	Words                string
}

func fitOf(c planning.CellView) fitBar {
	taken := max(c.Gross-c.Capacity, 0)
	all := max(taken+c.Capacity, taken+c.Planned+c.Kept, 1e-9)
	b := fitBar{Taken: 100 * taken / all, Planned: 100 * c.Planned / all, Kept: 100 * c.Kept / all, Over: c.Planned+c.Kept > c.Capacity+0.05}
	b.Words = fmt.Sprintf("%s of %s person-weeks planned, %s kept free for doubt; %s taken off before", personWeeks(c.Planned), personWeeks(c.Capacity), personWeeks(c.Kept), personWeeks(taken))
	return b
}

func width(percent float64) string { return strconv.FormatFloat(percent, 'f', 2, 64) + "%" }

// fitClass is how the table of a plan is laid out: with many periods it scrolls.
func fitClass(v planPage) string {
	if len(v.Plan.Periods) > 6 {
		return "table table-cards fit-many"
	}
	return "table table-cards fit-table"
}

// takes says what was taken off a team's capacity.
func takes(c planning.CellView) string {
	var parts []string
	for _, t := range c.Takes {
		if t.Weeks >= 0.05 {
			parts = append(parts, t.What+" "+personWeeks(t.Weeks))
		}
	}
	text := "nothing taken off " + personWeeks(c.Gross)
	if len(parts) > 0 {
		text = personWeeks(c.Gross) + " less " + strings.Join(parts, ", ")
	}
	if c.Left != "" {
		text += "; " + c.Left
	}
	return text
}

// priceWords says what one person-week more is worth, beside the dearest.
func (v planPage) priceWords(c planning.CellView) string {
	if v.Plan.Withheld {
		return ""
	}
	if c.Price <= 0 {
		return "more room brings nothing"
	}
	return "one week more brings " + ui.Short(c.Price)
}

// cardsShown is how many items of a team and period are drawn.
const cardsShown = 12

// brokenShown is how many demands that cannot be held are listed.
const brokenShown = 20

// displaceHref is the page that says what an item would push out.
func displaceHref(key plumbline.Key, scenario string) string {
	q := url.Values{"item": {string(key)}}
	if scenario != "" {
		q.Set("scenario", scenario)
	}
	return "/plan/displace?" + q.Encode()
}

// mayReadPlans says whether somebody is shown plans.
func mayReadPlans(who plumbline.Actor) bool { return rights.May(who, rights.ReadPlans) }

// plannedWords says when an item is planned, as the words of a link to what it
// displaces.
func plannedWords(p *app.ItemPlan) string {
	if p == nil || p.Period == "" {
		return "not in it: what it would displace"
	}
	return p.Period + ": what it displaces"
}

// planAnswers are the decisions about the escalations of an item.
func planAnswers(p *app.ItemPlan) []app.PlanAnswer {
	if p == nil {
		return nil
	}
	return p.Escalated
}

// planAnswerWords says what was decided when somebody escalated an item, and why.
func planAnswerWords(d app.PlanAnswer) string {
	text := d.Name
	switch {
	case d.Kind == plumbline.PlanKept:
		text += " left the plan as it is"
	case d.Drops > 0:
		text += " changed the plan for it, and " + plural(d.Drops, "item drops", "items drop") + " out"
	default:
		text += " changed the plan for it, and nothing drops out"
	}
	return text + ": " + strings.TrimSuffix(d.Reason, ".") + "."
}
