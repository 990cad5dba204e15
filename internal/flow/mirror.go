package flow

import (
	"slices"
	"strings"

	"plumbline"
)

// copyFields notes what of an issue is copied into its item: title, body,
// assignee, and the labels that mean no state, with what they say of priority
// and severity.
func (r *reconciler) copyFields() {
	now, was, it := r.in.Now, r.before(), r.in.Item
	labels := r.otherLabels()
	r.v.Priority, r.v.Severity = levelOf(labels, "priority", 'P'), levelOf(labels, "severity", 'S')
	if it == nil {
		r.v.Labels, r.v.Relabel = labels, true
		r.v.Assignee, r.v.Reassign = now.Assignee, now.Assignee != ""
		return
	}
	if now.Title != "" && now.Title != it.Title && (!r.known || now.Title != was.Title) {
		r.v.Retitle = now.Title
		r.say("the title is now %q", now.Title)
	}
	r.v.Rebody = now.Body != it.Body && (!r.known || now.Body != was.Body)
	if now.Assignee != it.Assignee && (!r.known || now.Assignee != was.Assignee) {
		r.v.Reassign, r.v.Assignee = true, now.Assignee
		if now.Assignee == "" {
			r.say("nobody is assigned any more")
		} else {
			r.say("assigned to %s", now.Assignee)
		}
	}
	had := append([]string(nil), it.Labels...)
	slices.Sort(had)
	if !slices.Equal(labels, had) {
		r.v.Relabel, r.v.Labels = true, labels
	}
}

// otherLabels are the labels that mean no state, sorted, each once.
func (r *reconciler) otherLabels() []string {
	var out []string
	for _, l := range r.in.Now.LabelNames() {
		if _, state := r.d.StateOfLabel(l, r.in.Separator); !state {
			out = append(out, l)
		}
	}
	return slices.Compact(out)
}

// levelOf finds the priority or severity that labels say: "P2", "priority::2" or
// "priority/P2", in any case. Of several the highest counts (GitLab handbook,
// issue triage). Levels 1 to 4 count.
func levelOf(labels []string, scope string, letter byte) string {
	best := byte('9')
	for _, l := range labels {
		l = strings.ToLower(strings.ReplaceAll(l, Colons, Slash))
		l, scoped := strings.CutPrefix(l, scope+Slash)
		low := letter | 0x20
		if len(l) == 2 && l[0] == low {
			l = l[1:]
		} else if !scoped {
			continue
		}
		if len(l) == 1 && l[0] >= '1' && l[0] <= '4' {
			best = min(best, l[0])
		}
	}
	if best == '9' {
		return ""
	}
	return string([]byte{letter, best})
}

// Team finds the team whose label is on the issue, and how many different teams'
// labels there are; with more than one, the first in order of their refs.
func Team(labels []string, teams []plumbline.Team) (plumbline.TeamRef, int) {
	var found []plumbline.TeamRef
	for _, t := range teams {
		if t.Label != "" && slices.Contains(labels, t.Label) && !slices.Contains(found, t.Ref) {
			found = append(found, t.Ref)
		}
	}
	if len(found) == 0 {
		return "", 0
	}
	return slices.Min(found), len(found)
}
