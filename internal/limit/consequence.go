package limit

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/sorted"
)

// Effect is a consequence that is in force.
type Effect struct {
	Policy   string            `json:"policy"`
	Force    plumbline.Force   `json:"force"`
	What     string            `json:"what"`
	Allow    []string          `json:"allow,omitempty"`
	Concerns []string          `json:"concerns,omitempty"`
	Share    plumbline.Decimal `json:"share,omitempty"`
	Since    plumbline.Time    `json:"since"`
	Due      plumbline.Time    `json:"due,omitempty"`    // by when it has to be done
	Until    plumbline.Time    `json:"until,omitempty"`  // when it ends by itself
	Lifts    string            `json:"lifts,omitempty"`  // the rule that ends it
	Waived   plumbline.Time    `json:"waived,omitempty"` // an exception holds until then
	Why      string            `json:"why"`
	Source   string            `json:"source,omitempty"`
}

// follow decides which policies fire, and puts their effects.
//
// While the standing is unknown or stale, no policy begins that does more than ask
// for a review, and those that fired before do no more than that. A soft
// constraint restricts nothing: it asks for a review.
func (b *Book) follow(s *Standing, o *outcome, c Case) {
	figure := func(name string) Number { return s.look(o, name) }
	was := s.Trail.Firing
	s.Trail.Firing = nil
	for i := range b.Policies {
		p := &b.Policies[i]
		if len(p.Kinds) > 0 && !slices.Contains(p.Kinds, s.Kind) {
			continue
		}
		var f Firing
		if at := slices.IndexFunc(was, func(f Firing) bool { return f.Policy == p.ID }); at >= 0 {
			f = was[at]
		}
		if f = p.next(f, s, figure, c.Zone); f.Policy == "" {
			continue
		}
		s.Trail.Firing = append(s.Trail.Firing, f)
		if !f.Over {
			p.effects(s, f, c)
		}
	}
	if len(s.Effects) > 1 {
		sorted.By(s.Effects, func(a, b Effect) int { return cmp.Compare(b.Force, a.Force) })
	}
}

// look finds a figure by its name.
func (s *Standing) look(o *outcome, name string) Number {
	switch name {
	case "headroom":
		return s.Headroom
	case "pace":
		return s.Pace
	case "unproven":
		return truth(!s.judged())
	case "past_latest_start":
		return truth(s.LatestStart != 0 && s.At >= s.LatestStart)
	case "forced":
		return truth(s.Forced)
	}
	if v := s.Figure(name); v.Known() {
		return v
	}
	if o.more == nil {
		return Number{}
	}
	return o.more(name)
}

func truth(yes bool) Number {
	if yes {
		return whole(1)
	}
	return whole(0)
}

// next is the firing of a policy after this judgement; the zero value when it does
// not fire.
func (p *Policy) next(f Firing, s *Standing, figure func(string) Number, zone *time.Location) Firing {
	if !s.judged() && p.force() > plumbline.RequireReview {
		f.Good = 0
		return f // neither begins nor ends on what is not known
	}
	start := anyHolds(p.start, figure)
	switch {
	case f.Policy == "" && !start:
		return Firing{}
	case f.Policy == "":
		f = Firing{Policy: p.ID, Since: s.At}
	case f.Over:
		if !start {
			return Firing{}
		}
		return f
	}
	if until := p.lasts.after(f.Since, zone); until != 0 && s.At >= until {
		f.Over = true
		if !start {
			return Firing{}
		}
		return f
	}
	over := !start
	if len(p.end) > 0 {
		over = anyHolds(p.end, figure)
	}
	if !over {
		f.Good = 0
		return f
	}
	if f.Good == 0 {
		f.Good = s.At
	}
	if s.At.Sub(f.Good) >= p.Hold {
		return Firing{}
	}
	return f
}

// force is the most that the policy does.
func (p *Policy) force() (most plumbline.Force) {
	for _, c := range p.Then {
		most = max(most, c.Force)
	}
	return most
}

func (p *Policy) effects(s *Standing, f Firing, c Case) {
	waived := p.waived(s, c.Exceptions)
	for i := range p.Then {
		t := &p.Then[i]
		e := Effect{
			Policy: p.ID, Force: t.Force, What: t.What, Allow: t.Allow, Concerns: t.Concerns, Share: t.Share, Since: f.Since, Waived: waived, Source: p.Source,
			Due: t.within.after(f.Since, c.Zone), Until: p.lasts.after(f.Since, c.Zone), Why: p.Name + ". " + s.Reason, Lifts: p.lifts(),
		}
		switch {
		case !s.judged() && e.Force > plumbline.RequireReview:
			e.Force, e.Allow, e.Share = plumbline.RequireReview, nil, ""
			e.Why = "It cannot be judged now, so it blocks nothing and asks for a review. " + e.Why
		case e.Force == plumbline.Restrict && !s.hard:
			e.Force, e.Concerns, e.Allow = plumbline.RequireReview, others(t.Allow), nil
			e.Why = "The constraint is soft, so it asks for a review. " + e.Why
		}
		s.Effects = append(s.Effects, e)
	}
}

// others are the types of work that are not in a list.
func others(list []string) []string {
	var out []string
	for _, t := range plumbline.WorkTypes {
		if !slices.Contains(list, t) {
			out = append(out, t)
		}
	}
	return out
}

// lifts says in words what ends the policy.
func (p *Policy) lifts() string {
	if len(p.end) == 0 {
		return "when it does not hold any more: " + p.start[0].text
	}
	if p.Hold > 0 {
		return fmt.Sprintf("%s for %s", p.end[0].text, spoken(p.Hold))
	}
	return p.end[0].text
}

// waived is until when an exception keeps the policy from having an effect. One
// about the whole constraint counts as long as it is shown as exempt.
func (p *Policy) waived(s *Standing, exceptions []plumbline.Exception) plumbline.Time {
	until := s.Until
	for _, e := range exceptions {
		if e.Constraint == s.Constraint && e.Policy == p.ID && e.Subject == "" && e.Validate() == nil && e.Holds(s.At) && len(e.Approvers) >= p.Approvers {
			until = max(until, e.Until)
		}
	}
	return until
}

// Changed compares the policies that fire after a judgement with those before it.
func Changed(before, after Trail) (fired, lifted []string) {
	names := func(t Trail) []string {
		var out []string
		for _, f := range t.Firing {
			if !f.Over {
				out = append(out, f.Policy)
			}
		}
		return out
	}
	was, is := names(before), names(after)
	for _, n := range is {
		if !slices.Contains(was, n) {
			fired = append(fired, n)
		}
	}
	for _, n := range was {
		if !slices.Contains(is, n) {
			lifted = append(lifted, n)
		}
	}
	return fired, lifted
}
