package link

import (
	"fmt"
	"sort"
	"strings"

	"plumbline"
)

// Relabel is the change of labels that one issue needs, by id.
type Relabel struct {
	Add    []plumbline.Label // not on the issue now
	Remove []plumbline.Label // on the issue now
}

// Empty says that the issue is as it should be.
func (r Relabel) Empty() bool { return len(r.Add) == 0 && len(r.Remove) == 0 }

// PlanLabels says how to get from the labels that an issue has to the wanted
// ones. Added labels must be on the shelf, the container's labels: an unknown
// name is never sent, since GitLab would create it and Gitea would ignore it.
// Siblings of an added label (the same scope, everything before the last
// separator) are removed with it, since only licensed GitLab and Gitea's
// flagged labels do so by themselves. Errors are Invalid [Fault]s naming all
// that is wrong.
func PlanLabels(want plumbline.WantedChange, has, shelf []plumbline.Label, separator string) (Relabel, error) {
	if err := checkWanted(want, separator); err != nil {
		return Relabel{}, err
	}
	var out Relabel
	var bad []string
	for _, name := range unique(want.Add) {
		if named(has, name) != nil {
			continue
		}
		found := named(shelf, name)
		switch len(found) {
		case 0:
			bad = append(bad, fmt.Sprintf("there is no label %q", name))
		case 1:
			out.Add = append(out.Add, found[0])
		default:
			bad = append(bad, fmt.Sprintf("%d labels are called %q (ids %s): rename all but one", len(found), name, ids(found)))
		}
	}
	if len(bad) > 0 {
		return Relabel{}, &Fault{Kind: Invalid, Text: "Nothing was changed: " + strings.Join(bad, "; ") + "."}
	}
	for _, l := range has {
		if leaves(l.Name, want, separator) {
			out.Remove = append(out.Remove, l)
		}
	}
	return out, nil
}

// checkWanted refuses what cannot all be so at once.
func checkWanted(want plumbline.WantedChange, separator string) error {
	scopes := map[string]string{}
	for _, name := range unique(want.Add) {
		scope := Scope(name, separator)
		if other, ok := scopes[scope]; ok && scope != "" {
			return &Fault{Kind: Invalid, Text: fmt.Sprintf("Nothing was changed: %q and %q exclude each other.", other, name)}
		}
		scopes[scope] = name
		for _, r := range want.Remove {
			if r == name {
				return &Fault{Kind: Invalid, Text: fmt.Sprintf("Nothing was changed: %q is to be both added and removed.", name)}
			}
		}
	}
	return nil
}

// leaves says whether a label on the issue has to go.
func leaves(name string, want plumbline.WantedChange, separator string) bool {
	for _, r := range want.Remove {
		if r == name {
			return true
		}
	}
	scope := Scope(name, separator)
	for _, a := range want.Add {
		if scope != "" && a != name && Scope(a, separator) == scope {
			return true
		}
	}
	return false
}

// Scope is what a label excludes others by: everything before the last
// separator, or "".
func Scope(name, separator string) string {
	if i := strings.LastIndex(name, separator); i > 0 {
		return name[:i]
	}
	return ""
}

// unmet says in words what the server does not hold of the plan, or "".
func (r Relabel) unmet(after plumbline.Snapshot) string {
	var missing, left []string
	for _, l := range r.Add {
		if !after.HasLabel(l.Name) {
			missing = append(missing, l.Name)
		}
	}
	for _, l := range r.Remove {
		if after.HasLabel(l.Name) {
			left = append(left, l.Name)
		}
	}
	var out []string
	if len(missing) > 0 {
		out = append(out, "not added: "+strings.Join(missing, ", "))
	}
	if len(left) > 0 {
		out = append(out, "not removed: "+strings.Join(left, ", "))
	}
	return strings.Join(out, "; ")
}

func named(labels []plumbline.Label, name string) []plumbline.Label {
	var out []plumbline.Label
	for _, l := range labels {
		if l.Name == name {
			out = append(out, l)
		}
	}
	return out
}

func ids(labels []plumbline.Label) string {
	var out []string
	for _, l := range labels {
		out = append(out, l.ID)
	}
	sort.Strings(out)
	return strings.Join(out, " and ")
}

func unique(names []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, n := range names {
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}
