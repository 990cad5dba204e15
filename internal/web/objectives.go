package web

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"plumbline"
	"plumbline/internal/app/objectives"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// objectivesPages are those about service level objectives.
func (w *Web) objectivesPages() map[string]page {
	return map[string]page{
		"GET /products/{ref}/objectives":  w.objectives,
		"GET /processes/{ref}/objectives": w.objectives,
		"GET /objectives":                 w.allObjectives,
		"POST /objectives/tie":            w.doTieObjective,
	}
}

// objectivesPage is the objectives of a product or a process.
type objectivesPage struct {
	objectives.ObjectivesView
	MayTie bool
}

func (w *Web) objectives(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v, err := w.app.Objectives(r.Context(), who, plumbline.ProductRef(r.PathValue("ref")))
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "Objectives of " + v.Name, Width: ui.Wide, After: after(v.Seq), Room: assets.Limits},
		objectivesBody(objectivesPage{v, rightsTo(who)}))
}

func (v objectivesPage) crumbs() []ui.Link {
	return []ui.Link{{Text: "Products", Href: "/products"}, {Text: v.Name, Href: productAddress(v.Ref)}, {Text: "Objectives"}}
}

// allObjectivesPage is a page of all objectives.
type allObjectivesPage struct {
	Lines    []objectives.ObjectiveLine
	Next     string
	Products []plumbline.Product
	MayTie   bool
	Now      plumbline.Time
}

func (w *Web) allObjectives(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	lines, next, err := w.app.AllObjectives(r.Context(), who, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	v := allObjectivesPage{Lines: lines, Next: next, MayTie: rightsTo(who), Now: w.app.Now()}
	if v.MayTie {
		if v.Products, err = w.app.Products(r.Context(), who); err != nil {
			return err
		}
	}
	return w.show(rw, r, who, ui.Page{Title: "Objectives", Width: ui.Wide, Room: assets.Limits}, allObjectivesBody(v))
}

// doTieObjective says which product an objective is about.
func (w *Web) doTieObjective(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	if err := w.app.TieObjective(r.Context(), who, r.PostFormValue("id"), plumbline.ProductRef(r.PostFormValue("product"))); err != nil {
		return err
	}
	return w.done(rw, r, "/objectives", ui.Flash{Text: "Kept. What was measured bears on what you chose."})
}

// sourceLook is how a source is, as a badge.
func sourceLook(s plumbline.SourceState) (string, ui.Tone, ui.IconName) {
	switch {
	case s.Failures > 0:
		return "Does not answer", ui.Bad, ui.IconCircleX
	case s.Answered == 0:
		return "Not asked yet", ui.Neutral, ui.IconCircleDashed
	case len(s.Warnings) > 0:
		return "Answers with warnings", ui.Warn, ui.IconTriangleAlert
	}
	return "Answers", ui.OK, ui.IconCircleCheck
}

// statusLook is how a constraint stands, as a badge.
func statusLook(s plumbline.Status) (string, ui.Tone, ui.IconName) {
	switch s {
	case plumbline.StatusMet:
		return "Met", ui.OK, ui.IconCircleCheck
	case plumbline.StatusAtRisk:
		return "At risk", ui.Warn, ui.IconTriangleAlert
	case plumbline.StatusBreached:
		return "Breached", ui.Bad, ui.IconOctagonAlert
	case plumbline.StatusStale:
		return "Stale", ui.Warn, ui.IconClock
	case plumbline.StatusExempt:
		return "Exempt", ui.Neutral, ui.IconCircleSlash
	case "":
		return "Bears on nothing", ui.Neutral, ui.IconCircleDashed
	}
	return "Unknown", ui.Neutral, ui.IconCircleQuestionMark
}

func standsAs(v objectives.ObjectiveView) plumbline.Status {
	if v.Standing == nil {
		return ""
	}
	return v.Standing.Status
}

// windowText is a window in words.
func windowText(w plumbline.Window) string {
	if w.Calendar != "" {
		return "a " + w.Calendar + " of the calendar"
	}
	return "the last " + plural(w.Days, "day", "days")
}

// targetText is a target in percent, with all of its digits.
func targetText(d plumbline.Decimal) string {
	p, err := plumbline.ParseDecimal(string(d) + "e2")
	if err != nil || !p.Known() {
		return "unknown"
	}
	return string(p) + " %"
}

// leftText is a share of the budget in percent; less than nothing is overspent.
func leftText(left float64) string {
	return minus(strconv.FormatFloat(100*left, 'f', 1, 64)) + " %"
}

// budgetFacts are the figures at the head of an objective.
func budgetFacts(v objectives.ObjectiveView) []ui.Fact {
	facts := []ui.Fact{{Name: "Target", Text: targetText(v.Target)}, {Name: "Window", Text: windowText(v.Window)}, {Name: "Budget left"}, {Name: "Spent"}, {Name: "Used up", Text: "not at this pace"}}
	s := v.Standing
	if s == nil {
		facts[4].Text = ""
		return facts
	}
	if s.Headroom.Known() {
		facts[2].Text = s.Headroom.Percent()
	}
	if spent, all := s.Figure("spent_minutes"), s.Figure("budget_minutes"); spent.Known() && all.Known() {
		facts[3].Text = fmt.Sprintf("%s of %s min", spent.Text(), all.Text())
	}
	switch days := s.Figure("exhausted_in_days"); {
	case !s.Headroom.Known():
		facts[4].Text = ""
	case s.Status == plumbline.StatusBreached:
		facts[4].Text = "it is over"
	case days.Known():
		facts[4].Text = "in " + days.Text() + " days at this pace"
		if now := s.Breach.Sub(s.At); now < 24*time.Hour {
			facts[4].Text = "in " + ui.Span(now) + " at this pace"
		}
	}
	return facts
}

// rateText is a burn rate, which may not be known.
func rateText(r objectives.Rate) string {
	if !r.Known {
		return "unknown"
	}
	return strconv.FormatFloat(r.Times, 'f', 2, 64) + " ×"
}

// spanText is a burn window in short.
func spanText(d time.Duration) string {
	switch {
	case d >= 24*time.Hour:
		return plural(int(d/(24*time.Hour)), "day", "days")
	case d >= time.Hour:
		return plural(int(d/time.Hour), "hour", "hours")
	}
	return plural(int(d/time.Minute), "minute", "minutes")
}

// countText is a number of events, rounded to at most two digits behind the point.
func countText(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return thousands(int64(x))
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

// burnTitle is what the chart shows, as a sentence.
func burnTitle(v objectives.ObjectiveView) string {
	if v.Standing != nil && v.Standing.Reason != "" {
		return v.Standing.Reason
	}
	last := v.Days[len(v.Days)-1]
	return leftText(last.Left) + " of the error budget is left."
}

// burnWords is the chart in words.
func burnWords(v objectives.ObjectiveView) string {
	first, last := v.Days[0], v.Days[len(v.Days)-1]
	return fmt.Sprintf("Error budget left by day: %s on %s, %s on %s. The table below has every day.",
		leftText(first.Left), first.Start.Std().Format(time.DateOnly), leftText(last.Left), last.Start.Std().Format(time.DateOnly))
}

// chartOf draws the error budget of an objective: a window begins with all of it.
func chartOf(v objectives.ObjectiveView) burnChart {
	list := make([]dayLeft, len(v.Days))
	for i, d := range v.Days {
		list[i] = dayLeft{d.Start, d.Left}
	}
	return burnOf(list, 1)
}

// queryNames say what a query asks for.
var queryNames = map[string]string{"bad": "What was bad", "good": "What was good", "total": "All of it", "share": "The share that was bad"}

// definedIn is where an objective is written down.
func definedIn(v objectives.ObjectiveView) (text, href string) {
	if v.File == "" {
		return "the recording rules of " + string(v.Source), ""
	}
	text = v.File
	if v.Line > 0 {
		text += ", line " + strconv.Itoa(v.Line)
	}
	if v.Kept == "" {
		return text, ""
	}
	return text, "/evidence/" + escape(v.Kept) + "?line=" + strconv.Itoa(v.Line)
}

// ruleFigures are what the rules say themselves, in their own names.
func ruleFigures(v objectives.ObjectiveView) (out []ui.Fact) {
	if v.Rules == nil {
		return nil
	}
	for _, name := range []string{"slo:objective:ratio", "slo:period_error_budget_remaining:ratio", "slo:current_burn_rate:ratio", "slo:time_period:days"} {
		if x, ok := v.Rules.Values[name]; ok {
			out = append(out, ui.Fact{Name: name, Text: strconv.FormatFloat(math.Round(x*1e6)/1e6, 'f', -1, 64)})
		}
	}
	return out
}

// rulesText is how many objectives the recording rules of a source tell of.
func rulesText(s plumbline.SourceState) string {
	if !s.Rules {
		return "they are not read"
	}
	return strconv.FormatInt(s.Found, 10)
}
