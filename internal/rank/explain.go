package rank

import (
	"fmt"
	"math"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/clock"
)

// Explanation says why an item is where it is.
type Explanation struct {
	Sentences []string // finished sentences, in the order in which they matter
	Policy    string
	Rule      string // of forced work; empty: none
	Clocks    []clock.Status
	Factors   []FactorPart
	Above     *Neighbour // nil: it is first
	Below     *Neighbour // nil: it is last
	Passes    []Pass     // ways to come before the item above, the smallest change first
}

// FactorPart is what one factor does to a score.
type FactorPart struct {
	Factor         plumbline.Factor
	Name, Unit     string
	Private        bool
	Low, Mid, High float64 // 5, 50 and 95 % points, as they count: after age and confidence
	Said           string  // the interval that people gave, in figures
	Counts         string  // what it counts as, when age or doubt has widened it; else empty
	Grade          plumbline.Grade
	Source, By     string
	Age            time.Duration // since it was observed; 0: not known
	Stale          bool          // older than its grade keeps it fresh
	Share          float64       // of the variance of the score
}

// Neighbour is the item before or after.
type Neighbour struct {
	Subject  int
	Sentence string
	PAbove   float64 // chance that this neighbour comes before the item
}

// Pass is the smallest change of one factor that brings an item before the one
// above it.
type Pass struct {
	Factor   plumbline.Factor
	From, To float64 // medians
	Sentence string
}

// Explain says why a subject is where it is.
func (t *Table) Explain(subject int) Explanation {
	e := t.Entry(subject)
	x := Explanation{Policy: t.Policy, Rule: e.Force.Rule, Clocks: e.Force.Clocks}
	x.Factors = t.factorParts(subject)
	x.Sentences = append(x.Sentences, t.placeSentence(e), e.Force.Why)
	if e.Score != nil {
		x.Sentences = append(x.Sentences, t.scoreSentence(e))
		x.Sentences = append(x.Sentences, t.factorSentences(x.Factors)...)
	}
	if len(e.Missing) > 0 && e.Force.Group == Unscored {
		x.Sentences = append(x.Sentences, t.missingSentence(e))
	}
	x.Sentences = append(append(x.Sentences, e.Force.Problems...), e.Problems...)
	if e.Position > 1 {
		x.Above = t.neighbour(e, t.At(e.Position-2))
		x.Passes = t.passes(e, t.At(e.Position-2))
		x.Sentences = append(x.Sentences, x.Above.Sentence)
		if len(x.Passes) > 0 {
			x.Sentences = append(x.Sentences, x.Passes[0].Sentence)
		}
	}
	if e.Position < t.Len() {
		x.Below = t.neighbour(e, t.At(e.Position))
		x.Sentences = append(x.Sentences, x.Below.Sentence)
	}
	return x
}

// comesWhere says what comes before what among entries that no score orders.
var comesWhere = [...]string{
	Unassessed: "forced work comes before all that is scored, and first of it what nobody has assessed",
	Breached:   "forced work comes before all that is scored, and of it what is late, the latest first",
	Forced:     "forced work comes before all that is scored; what is in time comes after what is late, the least time left first",
	HardDate:   "a date that cannot move comes after forced work and before all that is scored, once the work has to begin",
	Unscored:   "it has no score yet, so it comes after all that have one; those without come by row of the priority table, then the older first",
}

func (t *Table) placeSentence(e *Entry) string {
	if e.Force.Group == Scored {
		return fmt.Sprintf("Number %d of %d, in row %d of the priority table (%s).", e.Position, t.Len(), e.Row, e.RowName)
	}
	return fmt.Sprintf("Number %d of %d: %s.", e.Position, t.Len(), comesWhere[e.Force.Group])
}

func (t *Table) scoreSentence(e *Entry) string {
	s := e.Score
	text := fmt.Sprintf("Its score by %s is %s.", t.model.Name, rounded(s.Median))
	if low, high := rounded(s.P05), rounded(s.P95); low != high {
		text = fmt.Sprintf("Its score by %s is about %s, and nine times of ten between %s and %s.", t.model.Name, rounded(s.Median), low, high)
	}
	if e.Force.Group != Scored {
		return text + " The score does not decide here."
	}
	if t.Order == ByExpectation {
		text += fmt.Sprintf(" The estimates promise %s on average. The less is known, the nearer that is drawn to others of its kind: %s is to be expected, and orders it.", short(e.Score.Mean), short(e.Score.Shrunk))
	}
	p := t.Places(e)
	place := fmt.Sprintf("nine times of ten between %.0f and %.0f", p.Low, p.High)
	if math.Round(p.Low) == math.Round(p.High) {
		place = fmt.Sprintf("%.0f nine times of ten", p.Low)
	}
	text += fmt.Sprintf(" Its place is %s, and its chance to be among the first %d is %s.", place, t.Top, percent(e.PTop))
	if e.Tie != "" {
		text += " It is one of group " + e.Tie + ": the estimates cannot tell which of them is better, so their order says little."
	}
	return text
}

func (t *Table) missingSentence(e *Entry) string {
	var names []string
	for _, f := range e.Missing {
		names = append(names, nameOf(t.model.factor(f), f))
	}
	return fmt.Sprintf("Nobody has said yet: %s.", both(names))
}

// factorParts are a subject's factors, as they count.
func (t *Table) factorParts(subject int) []FactorPart {
	var out []FactorPart
	for _, p := range t.state(subject).worth.parts {
		info := t.model.factor(p.id)
		f := FactorPart{
			Factor: p.id, Name: nameOf(info, p.id), Grade: p.Grade, Source: p.Source, By: p.By,
			Stale: p.aged > 0, Share: p.share,
		}
		if info != nil {
			f.Unit, f.Private = info.Unit, info.Private
		}
		if p.Observed != 0 {
			f.Age = t.Now.Std().Sub(p.Observed.Std())
		}
		f.Low, f.Mid, f.High = p.points(t.model.kind != kindPoints)
		f.Said, f.Counts = t.told(p, f)
		if info != nil && info.Share {
			f.High = min(f.High, 1)
		}
		out = append(out, f)
	}
	return out
}

// points are the 5, 50 and 95 % points of a part, as it counts: of what only says how
// sure people are, its age widens nothing. What reaches zero is multiplied as the
// lognormal with its mean and spread (chance.Dist.Log), which does not.
func (p part) points(log bool) (low, mid, high float64) {
	v := p.Value
	if mu, sd, err := v.Log(); log && err == nil && p.sign != 0 && (p.sd > sd || v.Quantile(0.05) <= 0) {
		return math.Exp(mu - chance.Z90*p.sd), math.Exp(mu), math.Exp(mu + chance.Z90*p.sd)
	}
	return v.Quantile(0.05), v.Median(), v.Quantile(0.95)
}

// told is what people said of a part, and what it counts as if that is wider.
func (t *Table) told(p part, f FactorPart) (said, counts string) {
	info := t.model.factor(p.id)
	said = interval(info, p.Value.Quantile(0.05), p.Value.Quantile(0.95))
	if counts = interval(info, f.Low, f.High); counts == said {
		return said, ""
	}
	why := "since people are not sure"
	switch {
	case p.Value.Quantile(0.05) <= 0:
		why = "since it is multiplied, for which a range cannot reach zero"
	case p.aged > 0 && t.unsure(p):
		why = "since it is old and people are not sure"
	case p.aged > 0:
		why = "since it is old"
	}
	if end := endOf(info); end > 0 && f.High > end {
		why += "; the arithmetic of a wide range goes beyond the end of the scale"
	}
	return said, counts + ", " + why
}

// unsure says whether doubt has widened a part.
func (t *Table) unsure(p part) bool {
	_, sd, err := p.Value.Log()
	own := &judge{p: t.policy, m: t.model, now: t.options.Aged, o: &t.options}
	q := p.quantity
	return err == nil && p.sd > own.grown(&q, sd)+1e-9
}

// interval is two numbers as people read a range.
func interval(info *FactorInfo, low, high float64) string {
	of := ""
	if info != nil && info.Share {
		low, high, of = 100*low, 100*high, " %"
	}
	if math.Abs(low) < 1e-12*math.Abs(high) {
		low = 0 // what a calculation has left
	}
	a, b := rounded(low), rounded(high)
	if a == b {
		return a + of
	}
	return a + " to " + b + of
}

// rounded writes a number with the two or three digits that people read.
func rounded(x float64) string { return short(chance.Figures(x)) }

// measure is what a factor is measured in, behind its number; the number of a share
// is of a hundred.
func measure(info *FactorInfo) string {
	switch {
	case info == nil || info.Unit == "", info.Share && info.Unit == "share":
		return ""
	case info.Share:
		return " " + strings.TrimPrefix(info.Unit, "share ")
	}
	return " " + info.Unit
}

func (t *Table) factorSentences(parts []FactorPart) []string {
	var out []string
	for _, f := range parts {
		text := f.Name + ": " + f.Said + measure(t.model.factor(f.Factor)) + "."
		if f.Private {
			text = f.Name + ": known, and not shown."
		}
		text += from(f)
		if f.Counts != "" && !f.Private {
			text += " It counts as " + f.Counts + "."
		}
		if f.Share >= 0.005 {
			text += fmt.Sprintf(" %s of the doubt about the score comes from it.", percent(f.Share))
		}
		out = append(out, text)
	}
	return out
}

// from says how a factor is known, by whom, and how old that is.
func from(f FactorPart) (text string) {
	if f.Grade != "" {
		text = " " + gradeWords[f.Grade]
		if f.By != "" {
			text += bywords[f.Grade] + f.By
		}
		if f.Age > 0 {
			text += ", " + old(f.Age) + " old"
		}
		if f.Stale {
			text += " and no longer fresh"
		}
		text += "."
	}
	if f.Source != "" {
		text += " Source: " + strings.TrimSuffix(f.Source, ".") + "."
	}
	return text
}

// old is an age as people say it.
func old(age time.Duration) string {
	switch months := int(age / (30 * day)); {
	case months < 3:
		return Span(age)
	case months < 24:
		return fmt.Sprintf("%d months", months)
	}
	return fmt.Sprintf("%d years", int(age/(365*day)))
}

var gradeWords = map[plumbline.Grade]string{
	plumbline.Opinion: "An opinion", plumbline.Anecdote: "An anecdote", plumbline.Sampled: "Sampled", plumbline.Measured: "Measured",
}

// bywords lead to who said it: a measurement is somebody's work, an opinion is where it is from.
var bywords = map[plumbline.Grade]string{
	plumbline.Opinion: " from ", plumbline.Anecdote: " from ", plumbline.Sampled: " by ", plumbline.Measured: " by ",
}

// ordered is the number that the order compares, in words.
func (t *Table) ordered(e *Entry) string {
	if t.Order == ByExpectation {
		return short(e.Score.Shrunk) + " to be expected of it and a score of about " + rounded(e.Score.Median)
	}
	return "a score of " + short(e.Score.Median)
}

// neighbour compares an entry with the one before or after it.
func (t *Table) neighbour(e, n *Entry) *Neighbour {
	out := &Neighbour{Subject: n.Subject, PAbove: t.Above(n.Subject, e.Subject)}
	where := "Above it"
	if n.Position > e.Position {
		where = "Below it"
	}
	name := t.subject(n.Subject).ID
	switch g := n.Force.Group; {
	case g < Scored:
		out.Sentence = fmt.Sprintf("%s is %s: %s", where, name, n.Force.Why)
	case g == Unscored && e.Force.Group == Unscored:
		out.Sentence = fmt.Sprintf("%s is %s, which has no score either.", where, name)
	case g == Unscored:
		out.Sentence = fmt.Sprintf("%s is %s, the first of those that have no score yet.", where, name)
	case e.Force.Group == Unscored:
		out.Sentence = fmt.Sprintf("%s is %s, the last of those that have a score.", where, name)
	case e.Force.Group != Scored:
		out.Sentence = fmt.Sprintf("%s is %s, the first that no rule forces: its score decides.", where, name)
	case n.Row != e.Row:
		out.Sentence = fmt.Sprintf("%s is %s, in row %d of the priority table (%s): a higher row comes first, whatever the score.", where, name, n.Row, n.RowName)
	default:
		out.Sentence = fmt.Sprintf("%s is %s, with %s; the chance that %s is the better of the two is %s.", where, name, t.ordered(n), name, percent(out.PAbove))
	}
	return out
}
