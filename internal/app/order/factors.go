package order

import (
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/rank"
)

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
