package monthly

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/app/wording"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// stood puts how limits stood when the month ended.
func (out *MonthReport) stood(past []standing.Past) {
	out.Limits, out.Counts = len(past), map[plumbline.Status]int{}
	out.Kinds, out.Ages, out.Exceptions = []KindOfLimit{}, []FindingAges{}, []standing.ExceptionView{}
	by := map[plumbline.ConstraintKind][]LimitLine{}
	for _, p := range past {
		l := lineOf(p)
		by[p.Kind] = append(by[p.Kind], l)
		out.Counts[l.Status]++
		out.Exceptions = append(out.Exceptions, p.Exceptions...)
		if p.Kind == plumbline.Security && len(p.Open) > 0 {
			out.Ages = append(out.Ages, agesOf(p, out.To))
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
	out.Attention = attention(out.Kinds)
}

// attention is what needs somebody: what is broken before what is at risk, the worst of
// each kind before the next ones.
func attention(kinds []KindOfLimit) []LimitLine {
	out := []LimitLine{}
	for _, status := range []plumbline.Status{plumbline.StatusBreached, plumbline.StatusAtRisk} {
		for place := range mostLines {
			for _, k := range kinds {
				if place < len(k.Lines) && k.Lines[place].Status == status && len(out) < mostAttention {
					out = append(out, k.Lines[place])
				}
			}
		}
	}
	return out
}

func lineOf(p standing.Past) LimitLine {
	s := p.Standing
	l := LimitLine{
		Constraint: p.ID, Name: cmp.Or(p.Name, string(p.ID)), Kind: p.Kind, Scope: p.Scope, Objective: p.Objective, Currency: p.Currency,
		Status: s.Status, Headroom: s.Headroom, Before: p.Before, Due: s.Due, Reason: s.Reason, Figures: s.Figures,
	}
	return l
}

// order puts the worst first.
func order(lines []LimitLine) {
	sorted.By(lines, func(a, b LimitLine) int {
		if d := cmp.Compare(slices.Index(standing.WorstFirst[:], a.Status), slices.Index(standing.WorstFirst[:], b.Status)); d != 0 || !a.Headroom.Known() || !b.Headroom.Known() {
			return d
		}
		return a.Headroom.Decimal().Rat().Cmp(b.Headroom.Decimal().Rat())
	})
}

// sentence says how many of some lines stood how, the worst first.
func sentence(lines []LimitLine) string {
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

// changed puts what broke and what was mended. What was broken when it was first judged,
// or could not be judged before, did not break then.
func (out *MonthReport) changed(changes []standing.LateChange) {
	out.Broke, out.Mended = []standing.LateChange{}, []standing.LateChange{}
	for _, c := range changes {
		switch broken := c.Status == plumbline.StatusBreached; {
		case broken && c.Was != "" && c.Was != plumbline.StatusUnknown && c.Was != c.Status:
			out.Broke = append(out.Broke, c)
		case !broken && c.Was == plumbline.StatusBreached && c.Status == plumbline.StatusMet:
			out.Mended = append(out.Mended, c)
		}
	}
}

// decided puts the newest decisions and counts all of them.
func (out *MonthReport) decided(rows []store.DecisionRow) {
	out.Decisions, out.Outcomes = []MonthDecision{}, map[plumbline.Outcome]int{}
	for _, d := range rows {
		out.Outcomes[d.Outcome]++
		if len(out.Decisions) == decisionsTold {
			out.More++
			continue
		}
		out.Decisions = append(out.Decisions, MonthDecision{Key: d.Key, Title: d.Title, Outcome: d.Outcome, Sentence: d.Sentence, ByName: d.ByName, At: d.At})
	}
}

// finding is the month in a sentence.
func (out *MonthReport) finding() string {
	if out.Limits == 0 {
		return "There was no limit yet."
	}
	broken := out.Counts[plumbline.StatusBreached]
	text := fmt.Sprintf("%s of %d limits %s broken when the month ended", none(broken), out.Limits, pick(broken, "was", "were"))
	if !out.Whole {
		text = fmt.Sprintf("%s of %d limits %s broken", none(broken), out.Limits, pick(broken, "is", "are"))
	}
	return text + fmt.Sprintf("; %s broke in the month, %s %s mended.", strings.ToLower(none(len(out.Broke))), strings.ToLower(none(len(out.Mended))), pick(len(out.Mended), "was", "were"))
}

// none is a number, or that there is none.
func none(n int) string {
	if n == 0 {
		return "None"
	}
	return strconv.Itoa(n)
}

func pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// spent puts what all products cost, for those who may read it.
func (out *MonthReport) spent(tx *store.Tx, who plumbline.Actor) error {
	out.Spending = []MonthSpent{}
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
		one := MonthSpent{Currency: p.Currency, Billed: p.Billed.Decimal(), Effective: p.Effective.Decimal()}
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
