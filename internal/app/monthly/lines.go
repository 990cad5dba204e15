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

// stood gathers how limits stood when the month ended. Of each kind the worst lines are
// kept, and all are counted.
type stood struct {
	report *MonthReport
	kinds  [len(plumbline.ConstraintKinds)]struct {
		counts map[plumbline.Status]int
		lines  []LimitLine
		all    int
	}
}

func (s *stood) add(p standing.Past) {
	l, out := lineOf(p), s.report
	out.Limits++
	k := &s.kinds[slices.Index(plumbline.ConstraintKinds[:], p.Kind)]
	if k.counts == nil {
		k.counts = map[plumbline.Status]int{}
	}
	k.counts[l.Status]++
	k.all++
	if k.lines = append(k.lines, l); len(k.lines) == 4*mostLines {
		k.lines = worst(k.lines)
	}
	out.Exceptions = append(out.Exceptions, p.Exceptions...)
	if p.Kind == plumbline.Security && len(p.Open) > 0 {
		out.Ages = append(out.Ages, agesOf(p, out.To))
	}
}

// finish puts into the report what was gathered.
func (s *stood) finish() {
	out := s.report
	out.Counts, out.Kinds = map[plumbline.Status]int{}, []KindOfLimit{}
	for i, kind := range plumbline.ConstraintKinds {
		k := &s.kinds[i]
		if k.all == 0 {
			continue
		}
		one := KindOfLimit{Kind: kind, Sentence: sentence(k.counts), Lines: worst(k.lines)}
		one.More = k.all - len(one.Lines)
		out.Kinds = append(out.Kinds, one)
		for status, n := range k.counts {
			out.Counts[status] += n
		}
	}
	out.Attention = attention(out.Kinds)
	sorted.By(out.Ages, func(a, b FindingAges) int { return cmp.Compare(b.Overdue, a.Overdue) })
	out.Ages, out.MoreAges = first(out.Ages)
	out.Exceptions, out.MoreExcept = first(out.Exceptions)
}

// first are as many rows as are shown, and how many are left.
func first[T any](list []T) ([]T, int) {
	n := min(len(list), mostLines)
	return append([]T{}, list[:n]...), len(list) - n
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

// worst are the worst lines, the worst first.
func worst(lines []LimitLine) []LimitLine {
	sorted.By(lines, func(a, b LimitLine) int { return standing.Worst(a.Status, a.Headroom, b.Status, b.Headroom) })
	return lines[:min(len(lines), mostLines)]
}

// sentence says how many stood how, the worst first.
func sentence(counts map[plumbline.Status]int) string {
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

// changed adds what broke and what was mended. What was broken when it was first judged,
// or could not be judged before, did not break then.
func (out *MonthReport) changed(changes []standing.LateChange) {
	for _, c := range changes {
		switch broken := c.Status == plumbline.StatusBreached; {
		case broken && c.Was != "" && c.Was != plumbline.StatusUnknown && c.Was != c.Status:
			if out.AllBroke++; out.AllBroke <= mostLines {
				out.Broke = append(out.Broke, c)
			}
		case !broken && c.Was == plumbline.StatusBreached && c.Status == plumbline.StatusMet:
			if out.AllMended++; out.AllMended <= mostLines {
				out.Mended = append(out.Mended, c)
			}
		}
	}
}

// decided puts the newest decisions and counts all of them.
func (out *MonthReport) decided(tx *store.Tx, who plumbline.Actor, to plumbline.Time) (err error) {
	if out.Outcomes, err = tx.OutcomesBetween(who, out.From, to); err != nil {
		return err
	}
	rows, err := tx.DecisionsBetween(who, out.From, to, decisionsTold)
	out.Decisions = make([]MonthDecision, 0, len(rows))
	for _, d := range rows {
		out.Decisions = append(out.Decisions, MonthDecision{Key: d.Key, Title: d.Title, Outcome: d.Outcome, Sentence: d.Sentence, ByName: d.ByName, At: d.At})
	}
	for _, n := range out.Outcomes {
		out.More += n
	}
	out.More -= len(rows)
	return err
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
	return text + fmt.Sprintf("; %s broke in the month, %s %s mended.", strings.ToLower(none(out.AllBroke)), strings.ToLower(none(out.AllMended)), pick(out.AllMended, "was", "were"))
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
