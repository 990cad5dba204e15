package order

import (
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/rank"
)

// OnScale refuses what a factor cannot be.
func OnScale(f rank.FactorInfo, q plumbline.Quantity) error {
	switch {
	case !q.Known():
	case q.Low < 0 || q.Shape == plumbline.Exact && q.Low == 0 && !f.Optional:
		return plumbline.FieldError(string(f.ID), "%s is above zero. Write ? if nobody knows.", f.Name)
	case f.Share && q.High > 1:
		return plumbline.FieldError(string(f.ID), "%s is a share, between 0 and 100 %%.", f.Name)
	case f.Max > 0 && q.Low > f.Max:
		return plumbline.FieldError(string(f.ID), "%s ends at %g.", f.Name, f.Max)
	}
	return nil
}

// FactorOf is what the policy says of a factor, in any of its models; an error
// names those that there are.
func FactorOf(p *rank.Policy, id plumbline.Factor) (rank.FactorInfo, error) {
	var names []string
	for _, m := range p.Models() {
		for _, f := range m.Factors {
			if f.ID == id {
				return f, nil
			}
			if !slices.Contains(names, string(f.ID)) {
				names = append(names, string(f.ID))
			}
		}
	}
	return rank.FactorInfo{}, plumbline.FieldError("factor", "The policy %s has no factor %q; there are %s.", p.Version, id, strings.Join(names, ", "))
}
