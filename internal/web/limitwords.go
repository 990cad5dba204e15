package web

import (
	"maps"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/standing"
	"plumbline/internal/web/ui"
)

// figureWords say what a figure of a judgement is, by its name. A share is written in
// percent.
var figureWords = map[string]struct {
	words string
	share bool
}{
	"budget": {"Budget", false}, "actual": {"Spent on complete days", false}, "forecast": {"Likely at the end", false}, "over_plan": {"Likely over the budget", true}, "spent": {"Spent of the budget", true},
	"straight_line": {"By the average day", false}, "unused": {"Paid ahead and not used", false}, "unallocated": {"Claimed by nobody", false}, "unallocated_share": {"Claimed by nobody", true}, "anomalies": {"Unusual stretches", false},
	"budget_minutes": {"Error budget", false}, "spent_minutes": {"Spent", false}, "availability": {"Good", true}, "remaining": {"Left", true}, "coverage": {"Covered by evidence", true}, "months_over": {"Months over in a row", false},
	"exhausted_in_days": {"Used up in", false}, "worst_incident": {"Worst incident, of the budget", true}, "incident_severity": {"Severity of the worst incident", false},
	"open": {"Open", false}, "overdue": {"Overdue", false}, "undated": {"Without a date", false}, "exempt": {"Exempt", false}, "applicable": {"Apply", false}, "met": {"Met", false}, "evidenced": {"Shown by evidence", true},
	"overdue_critical": {"Overdue and critical", false}, "oldest_days": {"The oldest is open for", false}, "mended_in_time": {"Mended in time", true},
	"share": {"Time that interrupts take", true}, "interrupt_hours": {"Interrupts", false}, "capacity_hours": {"Working time", false}, "growing": {"Comes in for each that is closed", false},
	"days_left": {"Full in", false}, "days_left_early": {"Full in, if it comes early", false}, "days_spare": {"Spare", false}, "evidence_age": {"Age of the newest evidence", false},
}

// figureFacts are the numbers that a judgement rests on.
func figureFacts(s standing.Standing) (out []ui.Fact) {
	for _, f := range s.Figures {
		w, ok := figureWords[f.Name]
		if !ok {
			w.words = capital(strings.ReplaceAll(f.Name, "_", " "))
		}
		text := f.Value.Text()
		switch {
		case w.share:
			text = f.Value.Percent()
		case len(f.Unit) == 3 && f.Unit == strings.ToUpper(f.Unit):
			text = money(f.Value.Decimal()) + " " + f.Unit
		case f.Name == "evidence_age":
			text += " of 2 rounds, then it is stale"
		case f.Unit != "":
			text = grouped(text) + " " + f.Unit
		}
		out = append(out, ui.Fact{Name: w.words, Text: minus(text)})
	}
	return out
}

// forceLook is how a consequence is shown.
func forceLook(f plumbline.Force) (string, ui.Tone, ui.IconName) {
	switch f {
	case plumbline.Inform:
		return "Tells", ui.Info, ui.IconInfo
	case plumbline.RequireReview:
		return "Asks for a review", ui.Warn, ui.IconEye
	case plumbline.Reserve:
		return "Keeps capacity", ui.Warn, ui.IconLayers
	case plumbline.ForceRank:
		return "Forces work", ui.Warn, ui.IconChevronsUp
	}
	return "Restricts work", ui.Bad, ui.IconLock
}

// effectFacts are the dates and bounds of a consequence.
func effectFacts(e standing.Effect) (out []string) {
	if len(e.Allow) > 0 {
		out = append(out, "Goes on: "+strings.Join(e.Allow, ", ")+".")
	}
	if len(e.Concerns) > 0 {
		out = append(out, "Concerns: "+strings.Join(e.Concerns, ", ")+".")
	}
	if e.Share != "" {
		out = append(out, share(e.Share)+" of the capacity.")
	}
	if e.Due != 0 {
		out = append(out, "Due on "+e.Due.Std().Format(time.DateOnly)+".")
	}
	if e.Waived != 0 {
		out = append(out, "An exception holds until "+e.Waived.Std().Format(time.DateOnly)+".")
	}
	return out
}

// effectEnds says when a consequence ends.
func effectEnds(e standing.Effect) string {
	if e.Until != 0 {
		return "on " + e.Until.Std().Format(time.DateOnly)
	}
	return ruleWords(e.Lifts)
}

// ruleWords is a rule of a policy as people say it: "headroom >= 5 % for 1 day" is
// "what is left is at least 5 % for 1 day".
func ruleWords(rule string) string {
	said := []string{
		"past_latest_start > 0", "the work has to have begun", "unproven > 0", "nobody can say how it stands", "forced > 0", "work is forced", "headroom", "what is left",
		" >= ", " is at least ", " <= ", " is at most ", " > ", " is above ", " < ", " is below ",
	}
	names := slices.Sorted(maps.Keys(figureWords))
	slices.Reverse(names) // days_left_early comes before days_left, which it begins with
	for _, name := range names {
		if strings.Contains(name, "_") {
			said = append(said, name, strings.ToLower(figureWords[name].words))
		}
	}
	return strings.NewReplacer(said...).Replace(rule)
}

// observationWords say what a piece of evidence tells.
func observationWords(kind plumbline.ConstraintKind, o plumbline.Observation) string {
	var out []string
	add := func(text string, when bool) {
		if when {
			out = append(out, text)
		}
	}
	if kind == plumbline.Cost {
		amount := "amount withheld"
		if o.Amount.Known() {
			amount = money(o.Amount) + " " + o.Currency
		}
		add(joinedWords(amount, o.Basis), true)
	}
	add(countOf(o.Bad)+" of "+countOf(o.Total)+badWords[kind], o.Total.Known() && o.Subject != plumbline.SubjectQueue)
	add(countOf(o.Bad)+" came, "+countOf(o.Total)+" were closed", o.Total.Known() && o.Subject == plumbline.SubjectQueue)
	add(strings.ReplaceAll(o.State, "_", " "), o.State != "")
	add(o.Severity, o.Severity != "")
	add("due "+o.Due.Std().Format(time.DateOnly), o.Due != 0)
	add("forecast "+o.Forecast.Std().Format(time.DateOnly), o.Forecast != 0)
	return joinedWords(out...)
}

var badWords = map[plumbline.ConstraintKind]string{plumbline.Reliability: " bad", plumbline.Support: " hours"}

func countOf(d plumbline.Decimal) string {
	if !d.Known() {
		return "unknown"
	}
	return grouped(string(d))
}

// observationAbout is what a piece of evidence is about: a part, and a time.
func observationAbout(o plumbline.Observation) string {
	when := ""
	switch {
	case o.From != 0 && o.To.Sub(o.From) == 24*time.Hour:
		when = o.From.Std().Format(time.DateOnly)
	case o.From != 0 && o.To != 0 && o.From.Std().Truncate(24*time.Hour).Equal(o.From.Std()) && o.To.Std().Truncate(24*time.Hour).Equal(o.To.Std()):
		when = o.From.Std().Format(time.DateOnly) + " to " + o.To.Add(-time.Second).Std().Format(time.DateOnly)
	case o.From != 0 && o.To != 0:
		when = o.From.Std().Format("2006-01-02 15:04") + " to " + o.To.Std().Format("2006-01-02 15:04")
	}
	text := joinedWords(o.Subject, when)
	if text == "" {
		return o.At.Std().Format(time.DateOnly)
	}
	return text
}

// qualityWords say how a piece of evidence came about.
func qualityWords(o standing.ObservationView, counted map[string]bool) string {
	text := string(o.Quality)
	if text == "" {
		text = string(plumbline.ByMeasuring)
	}
	switch {
	case o.Ended != 0:
		return text + ", superseded " + o.Ended.Std().Format(time.DateOnly)
	case counted != nil && !counted[o.ID]:
		return text + ", not counted"
	}
	return text
}

// countedIDs are the pieces of evidence that were counted.
func countedIDs(s standing.Standing) map[string]bool {
	out := map[string]bool{}
	for _, id := range s.Evidence {
		out[id] = true
	}
	return out
}

// countedFirst is the evidence that a page shows: what was counted before what was
// not.
func countedFirst(list []standing.ObservationView, counted map[string]bool, most int) (out []standing.ObservationView) {
	for _, want := range []bool{true, false} {
		for _, o := range list {
			if counted[o.ID] == want && len(out) < most {
				out = append(out, o)
			}
		}
	}
	return out
}

// dayOfCharges is where the lines of a bill stand that a day of cost comes from; "":
// it comes from elsewhere.
func dayOfCharges(c plumbline.Constraint, o plumbline.Observation) string {
	if _, err := time.Parse(time.DateOnly, o.External); c.Kind != plumbline.Cost || c.Scope.Kind != plumbline.ScopeProduct || evidenceAddress(o.Ref) == "" || err != nil {
		return ""
	}
	return productCostAddress(plumbline.ProductRef(c.Scope.Ref)) + "/" + o.External
}

// exceptionLook is how an exception is shown.
func exceptionLook(state string) (string, ui.Tone, ui.IconName) {
	switch state {
	case "asked":
		return "Waits for approval", ui.Warn, ui.IconHourglass
	case "approved":
		return "Approved, not begun", ui.Info, ui.IconCalendar
	case "in force":
		return "In force", ui.OK, ui.IconCircleCheck
	}
	return capital(state), ui.Neutral, ui.IconCircleSlash
}

// exceptionOf says what of the limit an exception is about.
func exceptionOf(e standing.ExceptionView) string {
	var out []string
	if e.Subject != "" {
		out = append(out, "only "+e.Subject)
	}
	if e.Policy != "" {
		out = append(out, "only what the policy "+e.Policy+" asks for")
	}
	return joinedWords(out...)
}

// endWord is what ending an exception is called.
func endWord(e standing.ExceptionView) string {
	if e.State == "asked" && e.MayApprove {
		return "Refuse"
	}
	return "Take back"
}

// approvedBy are who said yes, and how many more have to.
func approvedBy(e standing.ExceptionView) string {
	var out []string
	for _, a := range e.Approved {
		out = append(out, a.By)
	}
	if more := int(e.Needs) - len(e.Approved); more > 0 && e.State == "asked" {
		out = append(out, plural(more, "more person", "more people")+" needed")
	}
	return joinedWords(out...)
}
