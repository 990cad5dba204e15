package standing

import (
	"cmp"
	"context"
	"slices"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// What somebody has to do about a constraint, the most urgent first.
const (
	NeedsWork     = "begin"    // it is broken or forces work, and no open item mends it
	NeedsMending  = "mend"     // it is broken, and somebody works on it
	NeedsApproval = "approve"  // an exception waits for somebody
	NeedsWatching = "watch"    // it is at risk
	NeedsEvidence = "evidence" // nobody can say how it stands
)

var needsFirst = [...]string{NeedsWork, NeedsMending, NeedsApproval, NeedsWatching, NeedsEvidence}

// CockpitNeed is a constraint that needs somebody.
type CockpitNeed struct {
	CockpitCell
	Of    string `json:"of"`    // the name of its product, process or group
	Needs string `json:"needs"` // "begin", "mend", "approve", "watch" or "evidence"
}

// needs fills in what needs somebody, and what is likely to break next. It takes
// two statements, and a third when there are exceptions; it gives those that wait or
// hold.
func (r *Room) needs(tx *store.Tx, v *CockpitView, products []plumbline.Product, cells []CockpitCell) ([]store.ExceptionRow, error) {
	v.Needs = []CockpitNeed{}
	untended, err := tx.Untended()
	if err != nil {
		return nil, err
	}
	nobody := map[plumbline.ConstraintID]bool{}
	for _, c := range untended {
		nobody[c.ID] = true
	}
	open, err := tx.OpenExceptions()
	if err != nil {
		return nil, err
	}
	asked := map[plumbline.ConstraintID]bool{}
	for _, e := range open {
		asked[e.Constraint] = asked[e.Constraint] || e.Ended == 0 && !e.Holding() && r.now() < e.Until
	}
	names := map[plumbline.Scope]string{}
	for _, p := range products {
		names[scopeOf(p)] = p.Name
	}
	for _, c := range cells {
		n := CockpitNeed{CockpitCell: c, Of: cmp.Or(names[c.Scope], c.Scope.Ref), Needs: c.needs(nobody[c.Constraint], asked[c.Constraint])}
		if c.Status != plumbline.StatusBreached && c.Breach >= r.now() && (v.Next == nil || c.Breach < v.Next.Breach) {
			v.Next = &n
		}
		if n.Needs != "" {
			v.Needs = append(v.Needs, n)
		}
	}
	sorted.By(v.Needs, func(a, b CockpitNeed) int {
		return cmp.Or(cmp.Compare(slices.Index(needsFirst[:], a.Needs), slices.Index(needsFirst[:], b.Needs)), a.compare(&b.CockpitCell))
	})
	return open, nil
}

// LimitsToday is what of limits is for the day.
type LimitsToday struct {
	Broken []CockpitNeed   `json:"broken"` // the most urgent first
	Asked  []ExceptionView `json:"asked"`  // exceptions that the reader may approve
}

// LimitsToday is what is broken, and which exceptions wait for the reader.
func (r *Room) LimitsToday(ctx context.Context, who plumbline.Actor) (out LimitsToday, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		products, err := tx.Products()
		if err != nil {
			return err
		}
		cells, err := r.found(tx, store.ConstraintFilter{Status: plumbline.StatusBreached})
		if err != nil {
			return err
		}
		var v CockpitView
		open, err := r.needs(tx, &v, products, cells)
		out = LimitsToday{Broken: v.Needs, Asked: []ExceptionView{}}
		for _, e := range open {
			if x := viewException(who, e, r.now()); x.MayApprove {
				out.Asked = append(out.Asked, x)
			}
		}
		return err
	})
	return out, err
}

// ScopeView is the limits of a product or a process, those that it inherits too, and
// what they make of work there.
type ScopeView struct {
	Limits []CockpitCell `json:"limits"` // the worst first
	Gates  []limit.Gate  `json:"gates"`  // of the types of work that something stands in the way of
}

// ScopeStanding is how a product or a process stands. The number of statements does
// not depend on how many limits there are.
func (r *Room) ScopeStanding(ctx context.Context, who plumbline.Actor, scope plumbline.Scope) (out ScopeView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		groups, err := r.groupsNow(tx)
		if err != nil {
			return err
		}
		if out.Limits, err = r.found(tx, store.ConstraintFilter{Scopes: groups.Above(scope)}); err != nil {
			return err
		}
		for i := range out.Limits {
			out.Limits[i].Inherited = out.Limits[i].Scope != scope
		}
		sorted.By(out.Limits, func(a, b CockpitCell) int { return a.compare(&b) })
		gates, err := r.pass(tx, groups, scope, plumbline.WorkTypes[:]...)
		out.Gates = slices.DeleteFunc(gates, func(g limit.Gate) bool { return g.Result == limit.Allowed })
		return err
	})
	return out, err
}

// needs says what somebody has to do; "": nothing.
func (c *CockpitCell) needs(untended, asked bool) string {
	switch {
	case untended && (c.Status == plumbline.StatusBreached || c.Forced):
		return NeedsWork
	case c.Status == plumbline.StatusBreached:
		return NeedsMending
	case asked:
		return NeedsApproval
	case c.Status == plumbline.StatusAtRisk:
		return NeedsWatching
	case c.Status == plumbline.StatusStale || c.Status == plumbline.StatusUnknown:
		return NeedsEvidence
	}
	return ""
}
