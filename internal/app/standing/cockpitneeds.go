package standing

import (
	"cmp"
	"slices"

	"plumbline"
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
// two statements, and a third when there are exceptions.
func (r *Room) needs(tx *store.Tx, v *CockpitView, products []plumbline.Product, cells []CockpitCell) error {
	v.Needs = []CockpitNeed{}
	untended, err := tx.Untended()
	if err != nil {
		return err
	}
	nobody := map[plumbline.ConstraintID]bool{}
	for _, c := range untended {
		nobody[c.ID] = true
	}
	open, err := tx.OpenExceptions()
	if err != nil {
		return err
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
	slices.SortStableFunc(v.Needs, func(a, b CockpitNeed) int {
		x, y := slices.Index(needsFirst[:], a.Needs), slices.Index(needsFirst[:], b.Needs)
		switch {
		case x != y:
			return cmp.Compare(x, y)
		case a.worse(&b.CockpitCell):
			return -1
		case b.worse(&a.CockpitCell):
			return 1
		}
		return 0
	})
	return nil
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
