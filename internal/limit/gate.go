package limit

import (
	"slices"

	"plumbline"
	"plumbline/internal/sorted"
)

// The results of a gate.
const (
	Allowed     = "allow"
	NeedsReview = "needs_review"
	Blocked     = "blocked"
)

// Gate says whether a type of work may go on in a scope, and why.
type Gate struct {
	Scope   plumbline.Scope `json:"scope"`
	Work    string          `json:"work"`
	Result  string          `json:"result"`
	Allowed []string        `json:"allowed,omitempty"` // the types that may go on, when something is restricted
	By      []GateCause     `json:"by,omitempty"`      // the most forceful first
}

// GateCause is an effect that stands in the way.
type GateCause struct {
	Constraint plumbline.ConstraintID `json:"constraint"`
	Scope      plumbline.Scope        `json:"scope"` // where it is inherited from, or the scope itself
	Status     plumbline.Status       `json:"status"`
	Headroom   Number                 `json:"headroom"`
	Effect     Effect                 `json:"consequence"`
	Override   plumbline.PersonID     `json:"override,omitempty"` // who may
}

// Groups are the members of each group: products, processes and other groups.
type Groups map[plumbline.Scope][]plumbline.Scope

// Above is a scope and every group that it is in, directly or through others, in
// order of their names behind the scope itself. Groups that contain each other
// do no harm.
func (g Groups) Above(s plumbline.Scope) []plumbline.Scope {
	out := []plumbline.Scope{s}
	for i := 0; i < len(out); i++ {
		var found []plumbline.Scope
		for group, members := range g {
			if slices.Contains(members, out[i]) && !slices.Contains(out, group) {
				found = append(found, group)
			}
		}
		sorted.By(found, func(a, b plumbline.Scope) int { return compareText(a.String(), b.String()) })
		out = append(out, found...)
	}
	return out
}

// Below are the products and processes that are in a group, directly or through
// others, in the order in which they are met, each once.
func (g Groups) Below(group plumbline.Scope) (out []plumbline.Scope) {
	seen := []plumbline.Scope{group}
	for i := 0; i < len(seen); i++ {
		for _, m := range g[seen[i]] {
			switch {
			case m.Kind == plumbline.ScopeGroup && !slices.Contains(seen, m):
				seen = append(seen, m)
			case m.Kind != plumbline.ScopeGroup && !slices.Contains(out, m):
				out = append(out, m)
			}
		}
	}
	return out
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Pass says whether a type of work may go on in a scope, by the standings of its
// constraints and of those that it inherits. An effect that is waived does not
// count.
func (g Groups) Pass(scope plumbline.Scope, work string, standings []Standing) Gate {
	out := Gate{Scope: scope, Work: work, Result: Allowed}
	above := g.Above(scope)
	allowed := slices.Clone(plumbline.WorkTypes[:])
	restricted := false
	for i := range standings {
		s := &standings[i]
		if !slices.Contains(above, s.Scope) {
			continue
		}
		for _, e := range s.Effects {
			result := e.on(work)
			if e.Waived != 0 {
				continue
			}
			if e.Force == plumbline.Restrict {
				restricted = true
				allowed = slices.DeleteFunc(allowed, func(t string) bool { return !slices.Contains(e.Allow, t) })
			}
			if result == Allowed {
				continue
			}
			if result == Blocked || out.Result == Allowed {
				out.Result = result
			}
			out.By = append(out.By, GateCause{s.Constraint, s.Scope, s.Status, s.Headroom, e, s.who})
		}
	}
	if restricted {
		out.Allowed = allowed
	}
	sorted.By(out.By, func(a, b GateCause) int { return int(b.Effect.Force) - int(a.Effect.Force) })
	return out
}

// on is what the effect alone says of a type of work.
func (e Effect) on(work string) string {
	switch e.Force {
	case plumbline.Restrict:
		if !slices.Contains(e.Allow, work) {
			return Blocked
		}
	case plumbline.RequireReview:
		if len(e.Concerns) == 0 || slices.Contains(e.Concerns, work) {
			return NeedsReview
		}
	}
	return Allowed
}
