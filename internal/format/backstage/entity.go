package backstage

import (
	"cmp"
	"strings"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

// Entity is one entity with its documents as they came.
type Entity struct {
	Ref         Ref
	Kind        string // as written
	File        string
	Line        int                  // of its first document
	Text        string               // its document; those that define it again follow, behind lines of "---"
	Product     plumbline.ProductRef // that it is; "": none
	Team        plumbline.TeamRef    // that it is; "": none
	Relations   []Relation
	Annotations map[string]string // those that are used here: [Annotations]
	Facts       Facts
}

// keep keeps an entity that becomes neither a team nor a product; with a reason
// it counts as skipped.
func (r *reader) keep(s subject, reason string, args ...any) {
	if i, again := r.entities[s.self]; again {
		r.again(i, s)
		r.add(s.place, Merged, "it was defined before in line %d of %s", r.catalog.Entities[i].Line, r.catalog.Entities[i].File)
		return
	}
	var notes []Row
	r.entity(s, Entity{}, r.noter(s.place, &notes))
	if reason == "" {
		r.add(s.place, Kept, "")
	} else {
		r.add(s.place, Skipped, reason, args...)
	}
	r.report.Rows = append(r.report.Rows, notes...)
}

// entity adds an entity; as says what it is here.
func (r *reader) entity(s subject, as Entity, note func(*yamldoc.Node, string)) {
	r.entities[s.self] = len(r.catalog.Entities)
	as.Ref, as.Kind, as.File, as.Line, as.Text = s.self, s.kind, s.file, s.line, s.text
	if as.Product != "" || as.Team != "" || s.kind == "User" {
		as.Relations = relations(s.self, s.root, note)
	}
	if as.Product != "" {
		as.Annotations = annotations(s.root)
		as.Facts = facts(s.self, s.root, note)
	}
	r.catalog.Entities = append(r.catalog.Entities, as)
}

// again adds the text of a document that defines an entity once more.
func (r *reader) again(i int, s subject) { r.catalog.Entities[i].Text += "---\n" + s.text }

func (r *reader) noter(at place, notes *[]Row) func(*yamldoc.Node, string) {
	return func(n *yamldoc.Node, reason string) {
		where := r.at(at, n)
		*notes = append(*notes, Row{File: where.file, Line: where.line, Ref: where.ref, Outcome: Noted, Reason: reason})
	}
}

// group reads a Group into a team.
func (r *reader) group(s subject) {
	if i, again := r.entities[s.self]; again {
		r.again(i, s)
		r.add(s.place, Merged, "this Group was defined before; the first definition stays")
		return
	}
	t := plumbline.Team{
		Ref:         plumbline.TeamRef(s.self.Short()),
		Name:        oneLine(cmp.Or(s.root.Get("metadata", "title").Str(), s.root.Get("spec", "profile", "displayName").Str(), s.self.Short())),
		Description: oneLine(s.root.Get("metadata", "description").Str()),
		Source:      s.file,
	}
	parent := s.root.Get("spec", "parent").Str()
	if above, err := ParseRef(parent, "group", s.self.Namespace()); err == nil && above.Kind() == "group" {
		t.Parent = above.Short()
	}
	if err := cmp.Or(t.Validate(), clean(t.Name, t.Description)); err != nil {
		r.add(s.place, Skipped, "%s", plumbline.TextOf(err))
		return
	}
	r.seen[s.self] = -1
	r.groups[t.Ref] = true
	r.catalog.Teams = append(r.catalog.Teams, t)
	r.add(s.place, Kept, "")
	var notes []Row
	r.entity(s, Entity{Team: t.Ref}, r.noter(s.place, &notes))
	r.report.Rows = append(r.report.Rows, notes...)
	r.repeats(s.place, s.root)
	if t.Parent != "" {
		r.owners = append(r.owners, owned{place: r.at(s.place, s.root.Get("spec", "parent")), owner: parent, team: plumbline.TeamRef(t.Parent)})
	}
}

// product reads any of the kinds that become products.
func (r *reader) product(s subject) {
	var notes []Row
	note := r.noter(s.place, &notes)
	p := productOf(s, note)
	if i, again := r.seen[s.self]; again {
		r.again(r.entities[s.self], s)
		r.merge(s, i, p)
		return
	}
	p.Ref = r.refFor(s, note)
	if err := cmp.Or(p.Validate(), clean(p.Name, p.Description, p.Lifecycle)); err != nil {
		r.add(s.place, Skipped, "%s", plumbline.TextOf(err))
		return
	}
	if other, clash := r.taken[p.Ref]; clash && other != s.self {
		r.add(s.place, Skipped, "the refs %s and %s are both taken", s.self.Short(), p.Ref)
		return
	}
	r.seen[s.self] = len(r.catalog.Products)
	r.taken[p.Ref] = s.self
	r.catalog.Products = append(r.catalog.Products, p)
	r.products = append(r.products, s.place)
	r.add(s.place, Kept, "")
	r.entity(s, Entity{Product: p.Ref}, note)
	r.report.Rows = append(r.report.Rows, notes...)
	r.repeats(s.place, s.root)
	if p.Owner != "" {
		owner := s.root.Get("spec", "owner")
		r.owners = append(r.owners, owned{place: r.at(s.place, owner), owner: owner.Str(), team: p.Owner, product: true})
	}
}

// productOf is what a document says of a product, without its ref.
func productOf(s subject, note func(*yamldoc.Node, string)) plumbline.Product {
	p := plumbline.Product{
		Name:        oneLine(cmp.Or(s.root.Get("metadata", "title").Str(), s.root.Get("metadata", "name").Str())),
		Kind:        "product",
		Description: oneLine(s.root.Get("metadata", "description").Str()),
		Lifecycle:   s.root.Get("spec", "lifecycle").Str(),
		Tags:        tags(s.kind, s.root, note),
		Links:       links(s.root, note),
		Owner:       ownerOf(s.self, s.root.Get("spec", "owner"), note),
		Source:      s.file,
	}
	if s.kind == Process {
		p.Kind = "process"
	}
	return p
}

// refFor is the ref of a product: the one that it has, else its name, else its
// kind and name when the name is taken.
func (r *reader) refFor(s subject, note func(*yamldoc.Node, string)) plumbline.ProductRef {
	if known, ok := r.refs[s.self]; ok {
		return known
	}
	ref := plumbline.ProductRef(s.self.Short())
	if other, clash := r.taken[ref]; clash {
		long := plumbline.ProductRef(s.self.Kind() + "-" + s.self.Short())
		note(s.root, "the ref "+string(ref)+" is taken by "+other.Kind()+":"+other.Short()+"; this one is called "+string(long))
		return long
	}
	return ref
}

// clean refuses text with a character that no database keeps.
func clean(texts ...string) error {
	for _, s := range texts {
		if strings.ContainsRune(s, 0) {
			return plumbline.Errorf(plumbline.Invalid, "%q has a NUL character", clip(s))
		}
	}
	return nil
}
