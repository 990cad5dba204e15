package backstage

import (
	"net/url"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

func ownerOf(self Ref, n *yamldoc.Node, note func(*yamldoc.Node, string)) plumbline.TeamRef {
	if n.Str() == "" {
		note(n, "it has no owner")
		return ""
	}
	ref, err := ParseRef(n.Str(), "group", self.Namespace())
	switch {
	case err != nil || !plumbline.ValidRef(ref.Short()):
		note(n, "the owner "+clip(n.Str())+" cannot be a team's ref; left out")
		return ""
	case ref.Kind() != "group":
		note(n, "the owner is a "+clip(ref.Kind())+", not a Group; left out")
		return ""
	}
	return plumbline.TeamRef(ref.Short())
}

// tags are the entity's own, with its kind and type before them when they say
// more than "service".
func tags(kind string, root *yamldoc.Node, note func(*yamldoc.Node, string)) []string {
	var out []string
	if kind != "Component" && kind != Process {
		out = append(out, strings.ToLower(kind))
	}
	if t := root.Get("spec", "type").Str(); t != "" && t != "service" && validTag(t) {
		out = append(out, t)
	}
	for _, n := range root.Get("metadata", "tags").Scalars() {
		if t := n.Str(); validTag(t) {
			out = union(out, []string{t})
		} else {
			note(n, "the tag \""+clip(t)+"\" is not one: letters, digits, and + # : - _ . between them; left out")
		}
	}
	return out
}

func validTag(t string) bool {
	return len(t) <= 63 && t != "" && !strings.ContainsFunc(t, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("+#:-_.", r)
	})
}

// links are where the source is, then the entity's own links; http and https only.
func links(root *yamldoc.Node, note func(*yamldoc.Node, string)) []string {
	var out []string
	add := func(n *yamldoc.Node, s string) {
		u, err := url.Parse(s)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
			note(n, "the link \""+clip(s)+"\" is not an http address; left out")
			return
		}
		out = union(out, []string{s})
	}
	if n := root.Get("metadata", "annotations", "backstage.io/source-location"); n.Str() != "" {
		add(n, sourceOf(n.Str()))
	}
	if list := root.Get("metadata", "links"); list != nil && list.Kind == yamldoc.List {
		for _, l := range list.Items {
			add(l, l.Get("url").Str())
		}
	}
	return out
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// oneLine makes running text of a description.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
