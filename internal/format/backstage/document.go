package backstage

import (
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

// reader gathers words and rows.
type reader struct {
	catalog  Catalog
	report   Report
	seen     map[Ref]int                  // index of the product, or -1 for a team
	taken    map[plumbline.ProductRef]Ref // which entity has the product ref
	refs     map[Ref]plumbline.ProductRef // the same the other way, of those known before
	entities map[Ref]int                  // index of the entity
	groups   map[plumbline.TeamRef]bool
	owners   []owned
	products []place // of each product, for the report
}

// place is where something stands. The ref is for the report.
type place struct {
	file string
	line int
	ref  string
}

// owned is a product whose owner has to be looked up when all Groups are known.
type owned struct {
	place
	owner   string // as written
	team    plumbline.TeamRef
	product bool // else the parent of a Group
}

// subject is a document that is being read.
type subject struct {
	place
	self Ref
	kind string // as written
	root *yamldoc.Node
	text string
}

func (r *reader) add(p place, o Outcome, format string, args ...any) {
	r.report.Rows = append(r.report.Rows, Row{File: p.file, Line: p.line, Ref: p.ref, Outcome: o, Reason: fmt.Sprintf(format, args...)})
}

// document reads one document into a row.
func (r *reader) document(file string, d yamldoc.Document) {
	at := place{file: file, line: d.Line}
	if d.Err != nil {
		r.add(at, Skipped, "%s", plumbline.TextOf(d.Err))
		return
	}
	if d.Root.Kind != yamldoc.Mapping {
		r.add(at, Skipped, "a catalog entity is a mapping with a kind, this is %s", d.Root.Kind)
		return
	}
	s := subject{place: at, kind: d.Root.Get("kind").Str(), root: d.Root, text: d.Text}
	var problem string
	if s.self, s.ref, problem = nameOf(s.kind, d.Root); problem != "" {
		r.add(s.place, Skipped, "%s", problem)
		return
	}
	version := d.Root.Get("apiVersion").Str()
	switch {
	case !ours(version):
		r.keep(s, "the apiVersion %q is none of a catalog; it is kept as it came", clip(version))
	case s.kind == "Group":
		r.group(s)
	case isProduct(s.kind):
		r.product(s)
	case s.kind == "User":
		s.ref = "user" // reports name no people
		r.keep(s, "")
	case s.kind == "Location":
		r.keep(s, "")
	default:
		r.keep(s, "the kind %q is not known here; it is kept as it came", clip(s.kind))
	}
}

// ours says whether documents of an apiVersion are read; many leave it out.
func ours(version string) bool {
	return version == "" || strings.HasPrefix(version, "backstage.io/") || version == ProcessVersion
}

// isProduct says whether entities of the kind become products.
func isProduct(kind string) bool {
	switch kind {
	case "Component", "System", "Resource", "API", "Domain", Process:
		return true
	}
	return false
}

// nameOf is who an entity is, and how reports call it; or why it cannot be one.
func nameOf(kind string, root *yamldoc.Node) (self Ref, ref, problem string) {
	name, ns := root.Get("metadata", "name").Str(), root.Get("metadata", "namespace").Str()
	ref = clip(strings.ToLower(kind + ":" + name))
	switch {
	case kind == "":
		return "", ref, "it has no kind"
	case name == "":
		return "", ref, "it has no metadata.name"
	}
	self, err := ParseRef(kind+":"+orDefault(ns)+"/"+name, "", "")
	if err != nil || strings.ContainsAny(name+ns, ":/") || !plumbline.ValidRef(self.Short()) {
		return "", ref, fmt.Sprintf("the name %q cannot be a ref: 1 to 60 letters, digits, dots, dashes or underscores", clip(name))
	}
	return self, self.Kind() + ":" + self.Short(), ""
}

func orDefault(namespace string) string {
	if namespace == "" {
		return DefaultNamespace
	}
	return namespace
}

// clip keeps a stranger's text short in a report.
func clip(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
