// Package backstage reads Backstage catalog files: teams from Groups, products
// from Components, Systems, Resources, APIs and Domains.
//
// The form is that of "Descriptor Format of Catalog Entities" in the Backstage
// documentation (apiVersion backstage.io/v1alpha1 and v1beta1): a stream of YAML
// documents, each with a kind, metadata and a spec.
//
//	Group      → Team     ref, title, description, parent
//	Component  → Product  ref, title, description, owner, lifecycle, links, tags
//	System, Resource, API, Domain → Product, with the kind as a tag
//	User       → nothing: people are not imported from a catalog
//	Location, Template → nothing
//
// Laws: pure: bytes in, words and a report out, the same for the same input.
// Every document is accounted for by one row that says kept, merged or skipped
// and why; what was left out of a kept one is said by further rows, noted. The
// first of several documents with the same ref is kept. An owner that is no Group
// of these files stays as a ref and is noted. Members of Groups are dropped.
// Refs are compared in lower case, as Backstage does.
package backstage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

// File is one catalog file. Name is for the report and for the source of words.
type File struct {
	Name string
	Data []byte
}

// Catalog is what was read, in the order of the files.
type Catalog struct {
	Teams    []plumbline.Team
	Products []plumbline.Product
}

// Outcome says what became of a row.
type Outcome string

// The outcomes.
const (
	Kept    Outcome = "kept"
	Merged  Outcome = "merged"  // same ref as an earlier one, which stays
	Skipped Outcome = "skipped" // Reason says why
	Noted   Outcome = "noted"   // a remark on something kept
)

// Row is one line of the report.
type Row struct {
	File    string
	Line    int
	Ref     string // "component:karpenter-app", as far as it could be read
	Outcome Outcome
	Reason  string
}

// String is the row as one line: "charts.yaml:12: component:x: kept".
func (r Row) String() string {
	s := fmt.Sprintf("%s:%d: ", r.File, r.Line)
	if r.Ref != "" {
		s += r.Ref + ": "
	}
	s += string(r.Outcome)
	if r.Reason != "" {
		s += ": " + r.Reason
	}
	return s
}

// Report says what became of everything, in the order of the files and lines.
type Report struct{ Rows []Row }

// Count is the number of rows with the outcome.
func (r Report) Count(o Outcome) int {
	n := 0
	for _, row := range r.Rows {
		if row.Outcome == o {
			n++
		}
	}
	return n
}

// Strays lists the owners that are no Group of the files, and how many
// entities name each.
func (r Report) Strays() map[string]int {
	out := map[string]int{}
	for _, row := range r.Rows {
		if name, ok := strings.CutPrefix(row.Reason, strayOwner); ok && row.Outcome == Noted {
			out[name]++
		}
	}
	return out
}

const strayOwner = "no Group of these files is the owner: "

// Read reads the files together, since the Groups of one own the Components of
// another. It fails only when a file as a whole cannot be read: too large, or
// not text.
func Read(files ...File) (Catalog, Report, error) {
	r := reader{seen: map[string]int{}, taken: map[string]string{}, groups: map[plumbline.TeamRef]bool{}}
	for _, f := range files {
		docs, err := yamldoc.Read(f.Data)
		if err != nil {
			return Catalog{}, Report{}, plumbline.Errorf(plumbline.Invalid, "%s: %s", f.Name, plumbline.TextOf(err))
		}
		for _, d := range docs {
			r.document(f.Name, d)
		}
	}
	r.checkOwners()
	slices.SortStableFunc(r.report.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(fileIndex(files, a.File), fileIndex(files, b.File)), cmp.Compare(a.Line, b.Line))
	})
	return r.catalog, r.report, nil
}

func fileIndex(files []File, name string) int {
	return slices.IndexFunc(files, func(f File) bool { return f.Name == name })
}

// reader gathers words and rows.
type reader struct {
	catalog  Catalog
	report   Report
	seen     map[string]int    // full ref → index of the product, or -1 for a team
	taken    map[string]string // product ref → full ref
	groups   map[plumbline.TeamRef]bool
	owners   []owned
	products []place // of each product, for the report
}

// place is where something stands.
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
	kind := d.Root.Get("kind").Str()
	name, problem := nameOf(d.Root)
	at.ref = clip(strings.ToLower(kind) + ":" + cmp.Or(name, d.Root.Get("metadata", "name").Str()))
	switch {
	case kind == "":
		r.add(at, Skipped, "it has no kind")
	case kind == "User":
		at.ref = "user"
		r.add(at, Skipped, "people are not imported from a catalog")
	case kind == "Location" || kind == "Template":
		r.add(at, Skipped, "a %s is neither a team nor a product", kind)
	case kind == "Group" && problem == "":
		r.group(at, name, d.Root)
	case isProduct(kind) && problem == "":
		r.product(at, kind, name, d.Root)
	case kind == "Group" || isProduct(kind):
		r.add(at, Skipped, "%s", problem)
	default:
		r.add(at, Skipped, "the kind %q is not known here", clip(kind))
	}
}

// isProduct says whether entities of the kind become products.
func isProduct(kind string) bool {
	switch kind {
	case "Component", "System", "Resource", "API", "Domain":
		return true
	}
	return false
}

// nameOf is the ref of an entity: its name in lower case, after "namespace."
// when that is not the default one; or why it cannot be one.
func nameOf(root *yamldoc.Node) (ref, problem string) {
	name := root.Get("metadata", "name").Str()
	if name == "" {
		return "", "it has no metadata.name"
	}
	ref = strings.ToLower(name)
	if ns := strings.ToLower(root.Get("metadata", "namespace").Str()); ns != "" && ns != "default" {
		ref = ns + "." + ref
	}
	if !plumbline.ValidRef(ref) {
		return "", fmt.Sprintf("the name %q cannot be a ref: 1 to 60 letters, digits, dots, dashes or underscores", clip(name))
	}
	return ref, ""
}

// clip keeps a stranger's text short in a report.
func clip(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
