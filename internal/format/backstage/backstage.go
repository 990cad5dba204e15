// Package backstage reads and writes Backstage catalog files: teams from Groups,
// products from Components, Systems, Resources, APIs and Domains, processes from
// a kind of our own.
//
// The form is that of "Descriptor Format of Catalog Entities" in the Backstage
// documentation (apiVersion backstage.io/v1alpha1 and v1beta1): a stream of YAML
// documents, each with a kind, metadata and a spec.
//
//	Group      → Team     ref, title, description, parent
//	Component  → Product  ref, title, description, owner, lifecycle, links, tags
//	System, Resource, API, Domain → Product, with the kind as a tag
//	Process (apiVersion ipm/v1) → Product of the kind process
//	User, Location and kinds that are not known → an [Entity] and nothing more
//
// Laws: pure: bytes in, words and a report out, the same for the same input.
// Every document is accounted for by one row that says kept, merged or skipped
// and why; what was left out of a kept one is said by further rows, noted. The
// first of several documents with the same ref is kept. An owner that is no Group
// stays as a ref and is noted. An entity has its documents as they came, so that
// writing it gives back what is not understood here. Refs are compared in lower
// case, as Backstage does.
package backstage

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/format/yamldoc"
	"plumbline/internal/sorted"
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
	Entities []Entity
}

// Known is what stood in the catalog before the files.
type Known struct {
	Teams    map[plumbline.TeamRef]bool
	Products map[plumbline.ProductRef]Ref // which entity each product is; "": none
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
func Read(files ...File) (Catalog, Report, error) { return ReadOnto(Known{}, files...) }

// ReadOnto is Read for files that come to a catalog: an owner may be a team of
// it, and a product keeps the ref that its entity has there.
func ReadOnto(k Known, files ...File) (Catalog, Report, error) {
	r := reader{seen: map[Ref]int{}, taken: map[plumbline.ProductRef]Ref{}, refs: map[Ref]plumbline.ProductRef{}, entities: map[Ref]int{}, groups: map[plumbline.TeamRef]bool{}}
	maps.Copy(r.groups, k.Teams)
	for p, e := range k.Products {
		if e != "" {
			r.taken[p], r.refs[e] = e, p
		}
	}
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
	sorted.By(r.report.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(fileIndex(files, a.File), fileIndex(files, b.File)), cmp.Compare(a.Line, b.Line))
	})
	return r.catalog, r.report, nil
}

func fileIndex(files []File, name string) int {
	return slices.IndexFunc(files, func(f File) bool { return f.Name == name })
}
