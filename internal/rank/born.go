package rank

import "plumbline/internal/clock"

// born are the clocks that run for the item: each keeps the policy that it was
// born under.
func (a *assessment) born() []clock.Policy {
	if a.s.Born != nil {
		return a.s.Born.Clocks
	}
	return a.p.Clocks
}

// orders are the clocks whose time orders the item, as the policy has it that it
// was born under.
func (a *assessment) orders(fam *family) []string {
	if fam == nil {
		return nil
	}
	if a.s.Born != nil {
		for _, f := range a.s.Born.families {
			if f.ID == fam.ID {
				return f.Clocks
			}
		}
	}
	return fam.Clocks
}
