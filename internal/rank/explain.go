package rank

import (
	"fmt"
	"math"
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

func (t *Table) placeSentence(e *Entry) string {
	switch e.Force.Group {
	case Scored:
		return fmt.Sprintf("Number %d of %d, in row %d of the priority table (%s).", e.Position, t.Len(), e.Row, e.RowName)
	case Unscored:
		return fmt.Sprintf("Number %d of %d: it has no score yet, so it comes after all that have one.", e.Position, t.Len())
	}
	return fmt.Sprintf("Number %d of %d: forced work and hard dates come before anything that is scored.", e.Position, t.Len())
}

func (t *Table) scoreSentence(e *Entry) string {
	s := e.Score
	text := fmt.Sprintf("Its score by %s is %s, with 90 %% between %s and %s", t.model.Name, short(s.Median), short(s.P05), short(s.P95))
	if t.Order == ByExpectation {
		text += fmt.Sprintf(". In the mean that promises %s; beside others of its kind, and by how unsure it is, expect %s", short(s.Mean), short(s.Shrunk))
	}
	if e.Force.Group != Scored {
		return text + "; it does not decide here."
	}
	p := t.Places(e)
	text += fmt.Sprintf("; its place is likely between %.0f and %.0f, and it is among the first %d with a chance of %s.", p.Low, p.High, t.Top, percent(e.PTop))
	if e.Tie != "" {
		text += " It cannot be told apart from its neighbours marked " + e.Tie + "."
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
// sure people are, its age widens nothing.
func (p part) points(log bool) (low, mid, high float64) {
	v := p.Value
	if mu, sd, err := v.Log(); log && err == nil && p.sign != 0 && p.sd > sd {
		return math.Exp(mu - chance.Z90*p.sd), math.Exp(mu), math.Exp(mu + chance.Z90*p.sd)
	}
	return v.Quantile(0.05), v.Median(), v.Quantile(0.95)
}

// told is what people said of a part, and what it counts as if that is wider.
func (t *Table) told(p part, f FactorPart) (said, counts string) {
	said = interval(p.Value.Quantile(0.05), p.Value.Quantile(0.95))
	if counts = interval(f.Low, f.High); counts == said {
		return said, ""
	}
	why := "as people are not sure"
	switch {
	case p.aged > 0 && t.unsure(p):
		why = "with its age, and as people are not sure"
	case p.aged > 0:
		why = "with its age"
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
func interval(low, high float64) string {
	a, b := chance.Figures(low), chance.Figures(high)
	if a == b {
		return short(a)
	}
	return short(a) + " to " + short(b)
}

func (t *Table) factorSentences(parts []FactorPart) []string {
	var out []string
	for _, f := range parts {
		value := f.Said + " " + f.Unit
		if f.Private {
			value = "known, and not shown"
		}
		text := fmt.Sprintf("%s: %s", f.Name, value)
		if f.Grade != "" {
			text += ", " + gradeWords[f.Grade]
		}
		if f.By != "" {
			text += " by " + f.By
		}
		if f.Age > 0 {
			text += ", " + Span(f.Age) + " old"
		}
		if f.Stale {
			text += " and no longer fresh"
		}
		if f.Counts != "" && !f.Private {
			text += ", counted as " + f.Counts
		}
		if f.Source != "" {
			text += " (" + f.Source + ")"
		}
		if f.Share >= 0.005 {
			text += fmt.Sprintf("; %s of the doubt", percent(f.Share))
		}
		out = append(out, text+".")
	}
	return out
}

var gradeWords = map[plumbline.Grade]string{
	plumbline.Opinion: "an opinion", plumbline.Anecdote: "an anecdote", plumbline.Sampled: "sampled", plumbline.Measured: "measured",
}

// ordered is the number that the order compares, in words.
func (t *Table) ordered(e *Entry) string {
	if t.Order == ByExpectation {
		return short(e.Score.Median) + ", of which to expect " + short(e.Score.Shrunk)
	}
	return short(e.Score.Median)
}

// neighbour compares an entry with the one before or after it.
func (t *Table) neighbour(e, n *Entry) *Neighbour {
	out := &Neighbour{Subject: n.Subject, PAbove: t.Above(n.Subject, e.Subject)}
	where := "Above it"
	if n.Position > e.Position {
		where = "Below it"
	}
	name := t.subject(n.Subject).ID
	switch {
	case n.Force.Group != e.Force.Group:
		out.Sentence = fmt.Sprintf("%s is %s, in the group %q.", where, name, n.Force.Group)
	case n.Force.Group == Scored && n.Row != e.Row:
		out.Sentence = fmt.Sprintf("%s is %s, of row %d (%s).", where, name, n.Row, n.RowName)
	case n.Force.Group == Scored:
		out.Sentence = fmt.Sprintf("%s is %s, with a score of %s; it is the better of the two with a chance of %s.", where, name, t.ordered(n), percent(out.PAbove))
	default:
		out.Sentence = fmt.Sprintf("%s is %s. %s", where, name, n.Force.Why)
	}
	return out
}
