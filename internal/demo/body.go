package demo

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"plumbline/internal/demo/digest"
)

// tree is where the proposals' folders are.
const tree = "https://github.com/kubernetes/enhancements/tree/master/"

// body is the item's text: what the proposal's metadata says, and where to read
// the rest. Names stand without "@", which would call people.
func body(p digest.Proposal) string {
	var b strings.Builder
	name := path.Base(p.Path)
	if p.Number != 0 {
		name = fmt.Sprintf("KEP-%d", p.Number)
	}
	fmt.Fprintf(&b, "[%s](%s%s), an enhancement proposal of %s.\n", name, tree, p.Path, p.SIG)
	line := func(label string, values ...string) {
		if v := strings.Join(values, ", "); v != "" {
			fmt.Fprintf(&b, "- %s: %s\n", label, v)
		}
	}
	b.WriteString("\n")
	line("Status", p.Status)
	line("Stage", p.Stage)
	line("Components", p.Components...)
	line("Authors", p.Authors...)
	line("Approvers", p.Approvers...)
	line("See also", links(p.SeeAlso)...)
	line("Replaces", links(p.Replaces)...)
	line("Superseded by", links(p.SupersededBy)...)
	if table := milestones(p.Milestones); table != "" {
		b.WriteString("\n" + table)
	}
	b.WriteString("\nFrom the proposal's metadata in kubernetes/enhancements at 64765b4b0238 (Apache-2.0).\n")
	return b.String()
}

// milestones is a table of the release that each stage is, or was, in.
func milestones(m map[string]string) string {
	var head, rule, row string
	for _, stage := range []string{"alpha", "beta", "stable", "deprecated", "disabled", "removed"} {
		if v := m[stage]; v != "" {
			head, rule, row = head+" "+stage+" |", rule+"---|", row+" "+v+" |"
		}
	}
	if head == "" {
		return ""
	}
	return "|" + head + "\n|" + rule + "\n|" + row + "\n"
}

var markdownLink = regexp.MustCompile(`^\[[^\][()|]+\]\(https://[^\s()<>]+\)$`)

// links makes links of the paths and addresses that proposals name, at most six.
func links(refs []string) []string {
	var out []string
	for _, r := range refs {
		if len(out) == 6 {
			break
		}
		switch {
		case markdownLink.MatchString(r):
			out = append(out, r)
		case strings.ContainsAny(r, " <>()[]|\n"):
			out = append(out, strings.NewReplacer("[", "(", "]", ")", "\n", " ", "|", "/", "<", "‹", ">", "›").Replace(r))
		case strings.HasPrefix(r, "https://"):
			out = append(out, "<"+r+">")
		case strings.HasPrefix(strings.TrimPrefix(r, "/"), "keps/"):
			r = strings.TrimPrefix(r, "/")
			out = append(out, "["+path.Base(r)+"]("+tree+r+")")
		default:
			out = append(out, r)
		}
	}
	return out
}
