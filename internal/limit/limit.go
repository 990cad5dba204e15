// Package limit judges constraints: how a product or a process stands against a
// limit that it is managed within, from evidence, and what follows from it.
//
// It owns these nouns. [Evidence] is what is known about a constraint, in order.
// A [Standing] says how the constraint stands at a moment: its status, its
// headroom (1 is untouched, 0 is the limit, less is over it), its pace, when it
// is likely to break, when something is due, and the reason in one sentence. A
// [Policy] is a rule as data that says what follows, and an [Effect] is what
// does. A [Gate] says whether a piece of work may go on in a scope. A [Finding]
// has the dates by which a vulnerability must be mended.
//
// Laws: pure; the time is an argument, and the same input gives the same bytes.
// A status is worked out and never typed. What is unknown or stale is never
// shown as met and blocks nothing; it asks for a review. What was broken stays
// broken until it has been good for a while. Money and counts are exact: no
// floats.
//
// The formulas are those of the unified model of constraints; the comments name
// the practice that each comes from.
package limit

import (
	"fmt"
	"time"

	"plumbline"
)

// The cut-offs of headroom, which are our choice.
var (
	riskBelow  = ratio(1, 4)  // at risk below it
	goodAtOnce = ratio(1, 20) // what was broken has to reach this again
)

// settle is how long a reliability constraint that was broken has to be good.
const settle = day

// cadences are how often evidence is expected when the constraint does not say.
// Evidence that is older than twice that is stale. Bills come late, so budgets
// get three days.
var cadences = map[plumbline.ConstraintKind]time.Duration{
	plumbline.Reliability: day, plumbline.Cost: 3 * day, plumbline.Compliance: 90 * day, plumbline.Security: week,
	plumbline.Support: week, plumbline.Capacity: week, plumbline.Commitment: week,
}

// Case is a constraint with all that is known about it.
type Case struct {
	Constraint plumbline.Constraint
	Evidence   *Evidence
	Exceptions []plumbline.Exception // those of other constraints are passed over
	Zone       *time.Location        // of its calendar; nil: UTC
	Trail      Trail                 // what earlier judgements left
}

// Trail is what a judgement has to remember for the next one. Keep it with the
// constraint; the zero value is that of one that was never judged.
type Trail struct {
	Breached bool           `json:"breached,omitempty"`
	Since    plumbline.Time `json:"since,omitempty"` // when it broke
	Good     plumbline.Time `json:"good,omitempty"`  // since when it has been good enough again
	Firing   []Firing       `json:"firing,omitempty"`
}

// Firing is a policy whose start rule held, and whose end rule has not since.
type Firing struct {
	Policy string         `json:"policy"`
	Since  plumbline.Time `json:"since"`
	Good   plumbline.Time `json:"good,omitempty"` // since when its end rule holds
	Over   bool           `json:"over,omitempty"` // its time is up, and it waits for its start rule to be false once
}

// Figure is a number that the judgement rests on.
type Figure struct {
	Name  string `json:"name"`
	Value Number `json:"value"`
	Unit  string `json:"unit,omitempty"`
}

// Standing is how a constraint stands at a moment.
type Standing struct {
	Constraint  plumbline.ConstraintID   `json:"constraint"`
	Kind        plumbline.ConstraintKind `json:"kind"`
	Scope       plumbline.Scope          `json:"scope"`
	At          plumbline.Time           `json:"at"`
	Status      plumbline.Status         `json:"status"`
	Until       plumbline.Time           `json:"until,omitempty"` // of an exemption
	Headroom    Number                   `json:"headroom"`
	Pace        Number                   `json:"pace"`                   // 1 is what the limit allows; of compliance the share that is met, of security the share mended in time
	Breach      plumbline.Time           `json:"breach,omitempty"`       // when it is likely to break
	Due         plumbline.Time           `json:"due,omitempty"`          // when something has to be done
	LatestStart plumbline.Time           `json:"latest_start,omitempty"` // due less the time that mending takes
	Forced      bool                     `json:"forced"`                 // the work that mends it needs no opinion
	Reason      string                   `json:"reason"`                 // one sentence
	Notes       []string                 `json:"notes,omitempty"`
	Figures     []Figure                 `json:"figures,omitempty"`
	Effects     []Effect                 `json:"consequences,omitempty"` // the most forceful first
	Evidence    []string                 `json:"evidence,omitempty"`     // the ids of what was counted
	Trail       Trail                    `json:"trail"`

	hard bool
	who  plumbline.PersonID // who may override
}

// Figure is a number by its name; unknown when there is none.
func (s *Standing) Figure(name string) Number {
	for _, f := range s.Figures {
		if f.Name == name {
			return f.Value
		}
	}
	return Number{}
}

// outcome is what the judge of a kind says.
type outcome struct {
	headroom, pace Number
	breach, due    plumbline.Time
	unknown        string // why it cannot be judged
	stale          string // why it may not be called met
	risk           string // why it is at risk whatever the headroom is
	lasting        bool   // it stays so though nothing is heard of it: a promise that was kept, or broken
	reason         string
	notes          []string
	figures        []Figure
	ids            []string
	more           func(name string) Number // figures that only some policies ask for
}

func (o *outcome) figure(name string, v Number, unit string) {
	if !v.Known() {
		return
	}
	if o.figures == nil {
		o.figures = make([]Figure, 0, 12) // as many as most kinds have
	}
	o.figures = append(o.figures, Figure{name, v, unit})
}

func (o *outcome) note(format string, args ...any) {
	o.notes = append(o.notes, fmt.Sprintf(format, args...))
}

// Judge says how a constraint stands at a moment, and what follows under the
// policies of the book.
func (b *Book) Judge(c Case, now plumbline.Time) Standing {
	k := c.Constraint
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Evidence == nil {
		c.Evidence = Order(nil)
	}
	s := Standing{Constraint: k.ID, Kind: k.Kind, Scope: k.Scope, At: now, Trail: c.Trail, hard: k.Hard, who: k.Approver}
	latest := c.Evidence.latest(now)
	var o outcome
	switch {
	case k.To != 0 && now >= k.To:
		o.unknown = "It ended on " + date(k.To) + " and counts no more."
	case now < k.From:
		o.unknown = "It counts from " + date(k.From) + " on."
	case latest == 0 && !(k.Kind == plumbline.Commitment && k.Due != 0 && now > k.Due):
		o.unknown = "There is no evidence yet."
	default:
		o = judges[k.Kind](c, now)
		if !o.lasting {
			o.age(k, now, latest)
		}
	}
	s.Headroom, s.Pace, s.Breach, s.Due = o.headroom, o.pace, o.breach, o.due
	s.Notes, s.Figures, s.Evidence = o.notes, o.figures, o.ids
	s.settle(&o, k)
	if s.Due != 0 && k.Cycle > 0 {
		s.LatestStart = s.Due.Add(-k.Cycle)
	}
	s.Forced = s.Status == plumbline.StatusBreached && k.Hard || s.judged() && s.LatestStart != 0 && now >= s.LatestStart
	s.exempt(c)
	if now >= k.From && (k.To == 0 || now < k.To) {
		b.follow(&s, &o, c)
	}
	return s
}

// judged says whether the status is one that follows from evidence.
func (s *Standing) judged() bool {
	return s.Status != plumbline.StatusUnknown && s.Status != plumbline.StatusStale
}

// age notes how old the newest evidence is, in rounds, and whether that is too old.
func (o *outcome) age(k plumbline.Constraint, now, latest plumbline.Time) {
	cadence := cadenceOf(k)
	rounds := quo(span(latest, now), micros(cadence))
	o.figure("evidence_age", rounds, "rounds")
	if o.stale == "" && rounds.Cmp(whole(2)) > 0 {
		o.stale = fmt.Sprintf("The newest evidence is %s old, and is expected every %s.", spoken(now.Sub(latest)), spoken(cadence))
	}
}

func cadenceOf(k plumbline.Constraint) time.Duration {
	if k.Cadence > 0 {
		return k.Cadence
	}
	return cadences[k.Kind]
}

// settle makes the status out of an outcome and the trail.
func (s *Standing) settle(o *outcome, k plumbline.Constraint) {
	s.Reason = o.reason
	switch {
	case o.unknown != "":
		s.Status, s.Reason, s.Trail.Good = plumbline.StatusUnknown, o.unknown, 0
		return
	case o.stale != "":
		s.Status, s.Reason, s.Trail.Good = plumbline.StatusStale, o.stale, 0
		return
	}
	h := o.headroom
	switch {
	case h.Known() && h.Sign() < 0:
		if !s.Trail.Breached {
			s.Trail.Breached, s.Trail.Since = true, s.At
		}
		s.Status, s.Trail.Good = plumbline.StatusBreached, 0
	case s.Trail.Breached && !s.mended(h, k):
		s.Status = plumbline.StatusBreached
		s.Reason += " It was over the limit, and has to hold " + goodAtOnce.Percent() + " of headroom for a day."
	case h.Known() && h.Cmp(riskBelow) < 0:
		s.Status = plumbline.StatusAtRisk
	case o.risk != "":
		s.Status, s.Reason = plumbline.StatusAtRisk, o.risk
	case o.breach != 0 && o.breach <= s.At.Add(k.Lead):
		s.Status = plumbline.StatusAtRisk
		s.Reason += " The limit is likely to be reached on " + date(o.breach) + "."
	default:
		s.Status = plumbline.StatusMet
	}
}

// mended says whether what was broken has been good for long enough: reliability
// for a day, a budget on the evidence of one more day that is closed. Dates have
// no such delay: what was late is settled by being done.
func (s *Standing) mended(h Number, k plumbline.Constraint) bool {
	ok := true
	if k.Kind == plumbline.Reliability || k.Kind == plumbline.Cost {
		if !h.Known() || h.Cmp(goodAtOnce) < 0 {
			s.Trail.Good = 0
			return false
		}
		if s.Trail.Good == 0 {
			s.Trail.Good = s.At
		}
		ok = s.At.Sub(s.Trail.Good) >= settle
	}
	if ok {
		s.Trail.Breached, s.Trail.Since, s.Trail.Good = false, 0, 0
	}
	return ok
}

// exempt applies the exception about the constraint as a whole that ends last.
func (s *Standing) exempt(c Case) {
	for _, e := range c.Exceptions {
		if e.Constraint == s.Constraint && e.Subject == "" && e.Policy == "" && e.Validate() == nil && e.Holds(s.At) && e.Until > s.Until {
			s.Until = e.Until
		}
	}
	if s.Until == 0 {
		return
	}
	s.Reason = fmt.Sprintf("Exempt until %s; without the exception it would be %s. %s", date(s.Until), spokenStatus(s.Status), s.Reason)
	s.Status, s.Forced = plumbline.StatusExempt, false
}

// The bounds of a replay: how many moments of the past it goes through, and how
// many moments times parts of the evidence.
const (
	maxMoments = 1000
	maxReplay  = 50_000
)

// Replay judges a constraint at every moment at which something was observed, at
// most the last thousand, and then now, each with the trail of the one before:
// what somebody who was watching all the time would know. The trail of the case
// is where it begins. Of evidence about many parts fewer moments are gone through.
func (b *Book) Replay(c Case, now plumbline.Time) Standing { return b.ReplayFrom(c, 0, now) }

// ReplayFrom is [Book.Replay] for the moments behind one up to which the trail of the
// case knows everything.
func (b *Book) ReplayFrom(c Case, from, now plumbline.Time) Standing {
	if c.Evidence == nil {
		c.Evidence = Order(nil)
	}
	past := c.Evidence.moments
	for len(past) > 0 && past[len(past)-1] >= now {
		past = past[:len(past)-1]
	}
	past = past[max(0, len(past)-min(maxMoments, maxReplay/max(1, len(c.Evidence.names)))):]
	for _, at := range past {
		if at > from {
			c.Trail = b.Judge(c, at).Trail
		}
	}
	return b.Judge(c, now)
}

// Pressure is how much a constraint pushes work that improves it, from 0 with
// half of its headroom left to 1 at the limit: (0.5 - h) / 0.5, clamped.
func (s *Standing) Pressure() Number {
	if !s.Headroom.Known() || !s.judged() {
		return whole(0)
	}
	return clamp(sub(whole(1), mul(whole(2), s.Headroom)), whole(0), whole(1))
}

func clamp(x, low, high Number) Number {
	switch {
	case x.Cmp(low) < 0:
		return low
	case x.Cmp(high) > 0:
		return high
	}
	return x
}

func date(t plumbline.Time) string { return t.Std().Format(time.DateOnly) }

// spoken is a duration in its largest fitting unit, for a sentence.
func spoken(d time.Duration) string {
	switch {
	case d >= day:
		return plural(int(d/day), "day")
	case d >= time.Hour:
		return plural(int(d/time.Hour), "hour")
	}
	return plural(int(d/time.Minute), "minute")
}

func spokenStatus(s plumbline.Status) string {
	if s == plumbline.StatusAtRisk {
		return "at risk"
	}
	return string(s)
}
