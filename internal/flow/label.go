package flow

import (
	"strings"

	"plumbline"
)

// The separators between the scope and the value of a label.
const (
	Colons = "::" // GitLab's, and the default
	Slash  = "/"  // of exclusive labels in Gitea and Forgejo
)

// StateOfLabel is the state that a tracker label means. Labels are compared
// exactly, as trackers do. An empty separator is "::".
func (d *Definition) StateOfLabel(label, separator string) (plumbline.State, bool) {
	if separator != Slash {
		separator = Colons
	}
	s, ok := d.labels[separator][label]
	return s, ok
}

// LabelOf is the tracker label that means a state; empty when no label does.
func (d *Definition) LabelOf(state plumbline.State, separator string) string {
	p, ok := d.states[state]
	if !ok {
		return ""
	}
	return LabelWith(p.Label, separator)
}

// LaneLabels are all labels that mean a state of the lane, in the lane's order.
func (d *Definition) LaneLabels(lane, separator string) []string {
	var out []string
	if l, ok := d.lanes[lane]; ok {
		for i := range l.States {
			if l.States[i].Label != "" {
				out = append(out, LabelWith(l.States[i].Label, separator))
			}
		}
	}
	return out
}

// Withdrawn is where an item goes that was taken back before it was decided: the
// state of the starting lane for an issue that people closed, if that is one
// where the item is dropped. Empty: the process has none.
func (d *Definition) Withdrawn() plumbline.State {
	to := d.lanes[d.Start.Lane()].OnClosed
	if p, ok := d.states[to]; ok && p.Kind == Dropped {
		return to
	}
	return ""
}

// LabelWith writes a label, kept with "::", as a tracker with the separator has
// it: what stands before the last one is the scope.
func LabelWith(label, separator string) string {
	if i := strings.LastIndex(label, "::"); i >= 0 && separator != "" {
		return label[:i] + separator + label[i+2:]
	}
	return label
}
