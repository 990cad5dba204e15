package ranking

import (
	"slices"

	"plumbline"
	"plumbline/internal/app/standing"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// byLimit says so when it is a limit that forces the item.
func (v *DutyView) byLimit(e *rank.Entry) {
	if e.Force.Family != rank.LimitFamily {
		return
	}
	v.Limit, v.Policy = plumbline.ConstraintID(e.Force.Clock), e.Force.Version
	v.Starts = "when the limit forced it"
	if e.Force.Started != 0 {
		v.Starts += ", on " + e.Force.Started.Std().Format("2 January 2006")
	}
}

// nameLimitPolicies says of duties that a limit forces which policies they follow from.
func nameLimitPolicies(tx *store.Tx, rows []DutyView) error {
	names, err := standing.PolicyNames(tx)
	for i := range rows {
		if r := &rows[i]; r.Limit != "" {
			r.PolicyName = editionName("Policies about limits", names[r.Policy], r.Policy)
		}
	}
	return err
}

// untended are the limits that force work nobody has begun: all of them, or those of
// the product that is asked for. A filter of items by anything else is about no limit.
func untended(tx *store.Tx, f plumbline.Filter) ([]standing.UntendedView, error) {
	product := f.Product
	if f.Product = ""; narrows(f) {
		return []standing.UntendedView{}, nil
	}
	all, err := standing.Untended(tx)
	if product == "" {
		return all, err
	}
	return slices.DeleteFunc(all, func(u standing.UntendedView) bool {
		return u.Scope.Ref != string(product) || u.Scope.Kind == plumbline.ScopeGroup
	}), err
}
