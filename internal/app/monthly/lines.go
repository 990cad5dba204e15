package monthly

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/app/wording"
	"plumbline/internal/store"
)

// stood puts how limits stood when the month ended.
func (out *Report) stood(past []standing.Past) {
	out.Limits, out.Counts = len(past), map[plumbline.Status]int{}
	out.Attention, out.Kinds, out.Ages, out.Exceptions = []Line{}, []KindOfLimit{}, []FindingAges{}, []standing.ExceptionView{}
	by := map[plumbline.ConstraintKind][]Line{}
	var all []Line
	for _, p := range past {
		l := lineOf(p)
		by[p.Kind], all = append(by[p.Kind], l), append(all, l)
		out.Counts[l.Status]++
		out.Exceptions = append(out.Exceptions, p.Exceptions...)
		if p.Kind == plumbline.Security && len(p.Open) > 0 {
			out.Ages = append(out.Ages, agesOf(p, out.To))
		}
	}
	order(all)
	for _, l := range all {
		if len(out.Attention) < mostAttention && (l.Status == plumbline.StatusBreached || l.Status == plumbline.StatusAtRisk) {
			out.Attention = append(out.Attention, l)
		}
	}
	for _, kind := range plumbline.ConstraintKinds {
		lines := by[kind]
		if len(lines) == 0 {
			continue
		}
		order(lines)
		k := KindOfLimit{Kind: kind, Sentence: sentence(lines), Lines: lines[:min(len(lines), mostLines)]}
		k.More = len(lines) - len(k.Lines)
		out.Kinds = append(out.Kinds, k)
	}
}

func lineOf(p standing.Past) Line {
	s := p.Standing
	l := Line{
		Constraint: p.ID, Name: cmp.Or(p.Name, string(p.ID)), Kind: p.Kind, Scope: p.Scope, Objective: p.Objective, Currency: p.Currency,
		Status: s.Status, Headroom: s.Headroom, Before: p.Before, Due: s.Due, Reason: s.Reason, Figures: s.Figures,
	}
	return l
}

// order puts the worst first.
func order(lines []Line) {
	slices.SortStableFunc(lines, func(a, b Line) int {
		if d := cmp.Compare(slices.Index(standing.WorstFirst[:], a.Status), slices.Index(standing.WorstFirst[:], b.Status)); d != 0 || !a.Headroom.Known() || !b.Headroom.Known() {
			return d
		}
		return a.Headroom.Decimal().Rat().Cmp(b.Headroom.Decimal().Rat())
	})
}

// sentence says how many of some lines stood how, the worst first.
func sentence(lines []Line) string {
	counts := map[plumbline.Status]int{}
	for _, l := range lines {
		counts[l.Status]++
	}
	var said []string
	for _, s := range standing.WorstFirst {
		if n := counts[s]; n > 0 {
			said = append(said, fmt.Sprintf("%d %s", n, wording.Status(s)))
		}
	}
	return strings.Join(said, ", ")
}

// agesOf counts open findings by age.
func agesOf(p standing.Past, at plumbline.Time) FindingAges {
	out := FindingAges{Constraint: p.ID, Name: cmp.Or(p.Name, string(p.ID)), Scope: p.Scope}
	for _, f := range p.Open {
		days, i := int(at.Sub(f.Opened)/(24*time.Hour)), 0
		for i < len(AgeBounds) && days > AgeBounds[i] {
			i++
		}
		out.Counts[i]++
		if f.Due != 0 && f.Due < at {
			out.Overdue++
		}
	}
	return out
}

// changed puts what broke and what was mended. What was broken when it was first judged
// broke before.
func (out *Report) changed(changes []standing.LateChange) {
	out.Broke, out.Mended = []standing.LateChange{}, []standing.LateChange{}
	for _, c := range changes {
		switch broken := c.Status == plumbline.StatusBreached; {
		case broken && c.Was != "" && c.Was != c.Status:
			out.Broke = append(out.Broke, c)
		case !broken && c.Was == plumbline.StatusBreached && c.Status == plumbline.StatusMet:
			out.Mended = append(out.Mended, c)
		}
	}
}

// decided puts the newest decisions and counts all of them.
func (out *Report) decided(rows []store.DecisionRow) {
	out.Decisions, out.Outcomes = []Decision{}, map[plumbline.Outcome]int{}
	for _, d := range rows {
		out.Outcomes[d.Outcome]++
		if len(out.Decisions) == decisionsTold {
			out.More++
			continue
		}
		out.Decisions = append(out.Decisions, Decision{Key: d.Key, Title: d.Title, Outcome: d.Outcome, Sentence: d.Sentence, ByName: d.ByName, At: d.At})
	}
}

// finding is the month in a sentence.
func (out *Report) finding() string {
	if out.Limits == 0 {
		return "There was no limit yet."
	}
	at := "when the month ended"
	if !out.Whole {
		at = "so far"
	}
	return fmt.Sprintf("%d of %d limits %s broken %s; %d broke in the month, %d %s mended.",
		out.Counts[plumbline.StatusBreached], out.Limits, was(out.Counts[plumbline.StatusBreached]), at, len(out.Broke), len(out.Mended), was(len(out.Mended)))
}

func was(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// spent puts what all products cost, for those who may read it.
func (out *Report) spent(tx *store.Tx, who plumbline.Actor) error {
	out.Spending = []Spent{}
	if out.Withheld = !rights.May(who, rights.ReadCosts); out.Withheld {
		return nil
	}
	before := out.From.Std().UTC().AddDate(0, -1, 0).Format(form)
	sums, err := tx.CostMonthSums(monthsRead)
	if err != nil {
		return err
	}
	for _, p := range sums {
		if p.Month != out.Month {
			continue
		}
		one := Spent{Currency: p.Currency, Billed: p.Billed.Decimal(), Effective: p.Effective.Decimal()}
		for _, q := range sums {
			if q.Month == before && q.Currency == p.Currency {
				one.BeforeBilled, one.BeforeEffective = q.Billed.Decimal(), q.Effective.Decimal()
			}
		}
		out.Spending = append(out.Spending, one)
	}
	return nil
}

// monthsRead is how many months of cost are read, by currency.
const monthsRead = 100
