package plumbline

import "strings"

// shareLabels say what the work of an item with a label goes into: GitLab's type and
// infra-category labels, and plain words. The first that fits counts, so what keeps
// things running stands before what is new.
var shareLabels = [...]struct {
	label string
	share WorkShare
}{
	{"infra-category::ktlo", ShareUpkeep}, {"infra-category::tech debt", ShareDebt},
	{"infra-category::customer innovation", ShareFeatures}, {"infra-category::internal innovation", ShareFeatures},
	{"tech debt", ShareDebt}, {"technical debt", ShareDebt}, {"refactoring", ShareDebt},
	{"support", ShareSupport}, {"toil", ShareUpkeep}, {"bug::vulnerability", ShareUpkeep}, {"security", ShareUpkeep}, {"corrective action", ShareUpkeep}, {"infradev", ShareUpkeep},
	{"type::maintenance", ShareUpkeep}, {"type::bug", ShareUpkeep}, {"bug", ShareUpkeep}, {"type::feature", ShareFeatures}, {"feature", ShareFeatures},
}

// ShareOf is what the work of an item goes into: questions are support, incidents and
// changes of what runs are upkeep; of a request its labels say it, in any case of
// letters and with "/" for "::", then its class: security, compliance and cost are
// upkeep (the 40 of GitLab's 60/40). A request of which nothing says it is a feature.
func ShareOf(it Item) WorkShare {
	if it.Kind == Question {
		return ShareSupport
	}
	for _, s := range shareLabels {
		for _, l := range it.Labels {
			if strings.EqualFold(l, s.label) || strings.EqualFold(strings.Replace(l, "/", "::", 1), s.label) {
				return s.share
			}
		}
	}
	if it.Kind == Incident || it.Kind == Change || it.Class == ClassSecurity || it.Class == ClassCost {
		return ShareUpkeep
	}
	return ShareFeatures
}
