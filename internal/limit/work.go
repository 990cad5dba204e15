package limit

import (
	"slices"
	"strings"

	"plumbline"
)

// workLabels say what type of work an item with a label is. What forces an item
// stands first; the type labels are GitLab's.
var workLabels = []struct{ label, work string }{
	{"bug::vulnerability", "security"}, {"security", "security"}, {"data loss", "data-loss"}, {"data-loss", "data-loss"},
	{"bug::availability", "reliability"}, {"availability", "reliability"}, {"infradev", "reliability"}, {"corrective action", "reliability"}, {"reliability", "reliability"},
	{"toil", "toil"}, {"type::bug", "bug"}, {"bug", "bug"}, {"type::maintenance", "maintenance"}, {"type::feature", "feature"}, {"feature", "feature"},
}

// workClasses say it for classes of request.
var workClasses = map[plumbline.Class]string{plumbline.ClassSecurity: "security", plumbline.ClassCost: "cost"}

// workKinds are the types of work that mend each kind of constraint.
var workKinds = map[plumbline.ConstraintKind]string{
	plumbline.Reliability: "reliability", plumbline.Cost: "cost", plumbline.Compliance: "compliance", plumbline.Security: "security",
	plumbline.Support: "toil", plumbline.Capacity: "reliability",
}

// WorkOf is the type of work that an item is: by the constraint that it mends, of
// several the first that has a type, else by its kind, its labels and its class. What
// says nothing is a feature.
func WorkOf(it plumbline.Item, mends ...plumbline.ConstraintKind) string {
	for _, k := range mends {
		if w := workKinds[k]; w != "" {
			return w
		}
	}
	switch it.Kind {
	case plumbline.Incident:
		return "incident"
	case plumbline.Question:
		return "support"
	}
	for _, w := range workLabels {
		if slices.ContainsFunc(it.Labels, func(l string) bool { return strings.EqualFold(l, w.label) }) {
			return w.work
		}
	}
	if w := workClasses[it.Class]; w != "" {
		return w
	}
	return "feature"
}

// WorkFor is the type of work that mends a kind of constraint; a promise is kept by
// whatever was promised.
func WorkFor(k plumbline.ConstraintKind) string {
	if w := workKinds[k]; w != "" {
		return w
	}
	return "feature"
}
