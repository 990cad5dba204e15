package limit

import (
	"time"

	"plumbline"
)

// UnmarshalJSON reads what MarshalJSON writes: a standing that was kept has its
// numbers rounded as [Number.Decimal] rounds them.
func (n *Number) UnmarshalJSON(b []byte) error {
	var d plumbline.Decimal
	if err := d.UnmarshalJSON(b); err != nil {
		return err
	}
	*n = exact(d)
	return nil
}

// Rounded is the number with at most so many digits behind the point, from 0 to 40.
func (n Number) Rounded(digits int) plumbline.Decimal { return n.rounded(digits) }

// Restore gives a standing that was kept as JSON what it takes from its constraint:
// who may override, and whether it is hard.
func (s *Standing) Restore(k plumbline.Constraint) { s.hard, s.who = k.Hard, k.Approver }

// looks are how often a standing that is judged is looked at though no date is
// near: windows roll on, and shares of time grow.
var looks = map[plumbline.ConstraintKind]time.Duration{plumbline.Reliability: time.Hour, plumbline.Cost: 6 * time.Hour}

const otherLook = 6 * time.Hour

// Next is the next moment at which time alone may change a standing that was
// judged of a case; 0: it takes new evidence. A date counts from the moment after
// it on.
func (b *Book) Next(c Case, s *Standing) plumbline.Time {
	k, next := c.Constraint, plumbline.Time(0)
	at := func(t plumbline.Time) {
		if t > s.At && (next == 0 || t < next) {
			next = t
		}
	}
	at(k.From)
	at(k.To)
	for _, e := range c.Exceptions {
		at(e.From)
		at(e.Until)
	}
	if k.Kind == plumbline.Commitment && k.Due != 0 {
		at(k.Due + 1)
	}
	if c.Evidence == nil || len(c.Evidence.moments) == 0 {
		return next
	}
	at(c.Evidence.after(s.At))
	if latest := c.Evidence.latest(s.At); latest != 0 {
		at(latest.Add(cadenceOf(k)) + 1)
		at(latest.Add(2*cadenceOf(k)) + 1)
	}
	at(s.Due)
	if k.Kind != plumbline.Reliability || s.Due != s.At {
		at(s.Due + 1)
	} // else it is overspent, and due whenever it is looked at
	at(s.LatestStart)
	at(s.Breach)
	at(s.Breach.Add(-k.Lead))
	at(s.Trail.Good.Add(settle))
	b.firingEnds(c, s, at)
	if s.judged() {
		look, ok := looks[k.Kind]
		if !ok {
			look = otherLook
		}
		at(s.At.Add(look))
	}
	return next
}

// firingEnds tells when the policies that fire may end by time.
func (b *Book) firingEnds(c Case, s *Standing, at func(plumbline.Time)) {
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	for _, f := range s.Trail.Firing {
		for i := range b.Policies {
			if p := &b.Policies[i]; p.ID == f.Policy {
				at(f.Good.Add(p.Hold))
				at(p.lasts.after(f.Since, zone))
			}
		}
	}
}

// after is the first moment of evidence behind a moment; 0: none.
func (e *Evidence) after(now plumbline.Time) plumbline.Time {
	for _, m := range e.moments {
		if m > now {
			return m
		}
	}
	return 0
}
