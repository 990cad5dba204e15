package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/monthly"
	"plumbline/internal/app/standing"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// reportPages are those about a month, and about what follows from limits.
func (w *Web) reportPages() map[string]page {
	return map[string]page{
		"GET /reports":         w.report,
		"GET /reports/{month}": w.report,
		"GET /limit-policies":  w.limitPolicies,
		"POST /limit-policies": w.doLimitPolicy,
	}
}

// reportView is the page of a month.
type reportView struct {
	monthly.MonthReport
	Prev, Next string // months; "": there is none
	Names      map[plumbline.ConstraintID]string
}

func (w *Web) report(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	rep, err := w.app.MonthlyReport(r.Context(), who, r.PathValue("month"))
	if err != nil {
		return err
	}
	v := reportView{MonthReport: rep, Names: map[plumbline.ConstraintID]string{}}
	for _, k := range rep.Kinds {
		for _, l := range k.Lines {
			v.Names[l.Constraint] = l.Name
		}
	}
	first := rep.From.Std().UTC()
	if now := w.app.Now().Std().UTC(); first.AddDate(0, 12, 0).After(now.AddDate(0, 0, -now.Day()+1)) {
		v.Prev = first.AddDate(0, -1, 0).Format(reportMonth)
	}
	if rep.Whole {
		v.Next = first.AddDate(0, 1, 0).Format(reportMonth)
	}
	return w.show(rw, r, who, ui.Page{Title: v.name(), Width: ui.Wide, Room: assets.Limits}, reportBody(v))
}

// reportMonth is how a month is written in an address.
const reportMonth = "2006-01"

func reportAddress(month string) string { return "/reports/" + month }

// name is the month in words.
func (v reportView) name() string { return v.From.Std().UTC().Format("January 2006") }

func (v reportView) lede() string {
	if v.Whole {
		return "How products and processes kept within their limits, as the evidence says today."
	}
	return "How products and processes keep within their limits: the month so far, until " + v.To.Std().UTC().Format("2 January") + "."
}

// ways lead to the months beside this one.
func (v reportView) ways() (out []ui.Do) {
	for _, m := range []struct{ month, text string }{{v.Prev, "Month before"}, {v.Next, "Month after"}} {
		if m.month != "" {
			out = append(out, ui.Do{Text: m.text, Href: reportAddress(m.month)})
		}
	}
	return out
}

func (v reportView) stats() []ui.Stat {
	at := func(s plumbline.Status) string { return cockpitAddress(standing.CockpitQuery{Status: s}) }
	n := func(s plumbline.Status) int { return v.Counts[s] }
	count := func(list ...plumbline.Status) string {
		sum := 0
		for _, s := range list {
			sum += n(s)
		}
		return strconv.Itoa(sum) + " of " + strconv.Itoa(v.Limits)
	}
	out := []ui.Stat{
		{What: "Breached", Text: count(plumbline.StatusBreached), Href: at(plumbline.StatusBreached)},
		{What: "At risk", Text: count(plumbline.StatusAtRisk), Href: at(plumbline.StatusAtRisk)},
		{What: "Met", Text: count(plumbline.StatusMet)},
		{What: "Nobody can say", Text: count(plumbline.StatusUnknown, plumbline.StatusStale), More: "unknown or stale"},
	}
	for _, s := range v.Spending {
		one := ui.Stat{What: "Billed, all products", Text: money(s.Billed) + " " + s.Currency, Href: "/cost?month=" + escape(v.Month) + "&basis=billed"}
		if s.BeforeBilled.Known() {
			one.More = money(s.BeforeBilled) + " the month before"
		}
		out = append(out, one)
	}
	return out
}

// reportFigures are the figures of a kind that a report shows, by their names.
var reportFigures = map[plumbline.ConstraintKind][]string{
	plumbline.Reliability: {"budget_minutes", "spent_minutes"},
	plumbline.Cost:        {"budget", "actual", "forecast", "over_plan"},
	plumbline.Compliance:  {"met", "applicable", "coverage", "evidenced", "overdue"},
	plumbline.Security:    {"open", "overdue", "oldest_days", "mended_in_time"},
	plumbline.Support:     {"share", "interrupt_hours", "capacity_hours"},
	plumbline.Capacity:    {"days_left", "days_left_early"},
	plumbline.Commitment:  {"days_spare"},
}

// reportTitles are the headings of the kinds.
var reportTitles = map[plumbline.ConstraintKind]string{
	plumbline.Reliability: "Error budgets", plumbline.Cost: "Cost against budget", plumbline.Compliance: "Controls", plumbline.Security: "Findings",
	plumbline.Support: "Support load", plumbline.Capacity: "Capacity", plumbline.Commitment: "Promises",
}

// reportCols are the columns of a kind.
func reportCols(kind plumbline.ConstraintKind) []string {
	out := []string{"Limit", "Status", "Left", "At the start"}
	if dated(kind) {
		out = []string{"Limit", "Status", "Due"}
	}
	for _, name := range reportFigures[kind] {
		out = append(out, figureWords[name].words)
	}
	return out
}

// reportFacts are the figures of a line in the order of the columns.
func reportFacts(l monthly.LimitLine) (out []ui.Fact) {
	if dated(l.Kind) {
		due := "–"
		if l.Due != 0 {
			due = l.Due.Std().UTC().Format(time.DateOnly)
		}
		out = append(out, ui.Fact{Name: "Due", Text: due})
	} else {
		out = append(out, ui.Fact{Name: "Left", Text: orWord(headroomWords(l.Headroom), "–")}, ui.Fact{Name: "At the start", Text: orWord(headroomWords(l.Before), "–")})
	}
	for _, name := range reportFigures[l.Kind] {
		one := ui.Fact{Name: figureWords[name].words, Text: "–"}
		for _, f := range l.Figures {
			if f.Name == name {
				s := standing.Standing{Figures: l.Figures[:0:0]}
				s.Figures = append(s.Figures, f)
				one = figureFacts(s)[0]
			}
		}
		out = append(out, one)
	}
	return out
}

// ageCols are the columns of findings by age.
func ageCols() []string {
	out, from := []string{"Limit"}, 0
	for _, to := range monthly.AgeBounds {
		out = append(out, strconv.Itoa(from)+" to "+strconv.Itoa(to)+" days")
		from = to + 1
	}
	return append(out, "over "+strconv.Itoa(from-1)+" days", "Overdue")
}

// changeWords is a change in a sentence without its limit.
func changeWords(c standing.LateChange) string {
	text := "on " + c.At.Std().UTC().Format(time.DateOnly)
	if c.Reason != "" {
		text += ": " + c.Reason
	}
	return text
}

// exceptionWho says who asked for an exception and who approved it.
func exceptionWho(e standing.ExceptionView) string {
	names := make([]string, len(e.Approved))
	for i, a := range e.Approved {
		names[i] = a.By
	}
	return "Asked for by " + e.AskedBy + ", approved by " + strings.Join(names, " and ") + "."
}

// decisionsTitle says how many decisions there were.
func (v reportView) decisionsTitle() string {
	sum := 0
	for _, n := range v.Outcomes {
		sum += n
	}
	if sum == 0 {
		return "Nothing was decided"
	}
	return plural(sum, "decision", "decisions")
}
