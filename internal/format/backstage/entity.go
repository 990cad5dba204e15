package backstage

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

// group reads a Group into a team.
func (r *reader) group(at place, ref string, root *yamldoc.Node) {
	if _, again := r.seen[at.ref]; again {
		r.add(at, Merged, "this Group was defined before; the first definition stays")
		return
	}
	t := plumbline.Team{
		Ref:         plumbline.TeamRef(ref),
		Name:        oneLine(cmp.Or(root.Get("metadata", "title").Str(), root.Get("spec", "profile", "displayName").Str(), ref)),
		Description: oneLine(root.Get("metadata", "description").Str()),
		Source:      at.file,
	}
	parent := root.Get("spec", "parent").Str()
	if kind, p := refOf(parent, "group"); kind == "group" {
		t.Parent = p
	}
	if err := t.Validate(); err != nil {
		r.add(at, Skipped, "%s", plumbline.TextOf(err))
		return
	}
	r.seen[at.ref] = -1
	r.groups[t.Ref] = true
	r.catalog.Teams = append(r.catalog.Teams, t)
	r.add(at, Kept, "")
	r.repeats(at, root)
	if members := root.Get("spec", "members").Scalars(); len(members) > 0 {
		r.add(r.at(at, root.Get("spec", "members")), Noted, "%d members are not imported", len(members))
	}
	if t.Parent != "" {
		r.owners = append(r.owners, owned{place: r.at(at, root.Get("spec", "parent")), owner: parent, team: plumbline.TeamRef(t.Parent)})
	}
}

// product reads any of the kinds that become products.
func (r *reader) product(at place, kind, ref string, root *yamldoc.Node) {
	p := plumbline.Product{
		Ref:         plumbline.ProductRef(ref),
		Name:        oneLine(cmp.Or(root.Get("metadata", "title").Str(), root.Get("metadata", "name").Str())),
		Kind:        "product",
		Description: oneLine(root.Get("metadata", "description").Str()),
		Lifecycle:   root.Get("spec", "lifecycle").Str(),
		Source:      at.file,
	}
	var notes []Row
	note := func(n *yamldoc.Node, reason string) {
		where := r.at(at, n)
		notes = append(notes, Row{File: where.file, Line: where.line, Ref: where.ref, Outcome: Noted, Reason: reason})
	}
	p.Tags = tags(kind, root, note)
	p.Links = links(root, note)
	owner := root.Get("spec", "owner")
	p.Owner = ownerOf(owner, note)
	if i, again := r.seen[at.ref]; again {
		r.merge(at, i, p)
		return
	}
	if other, clash := r.taken[ref]; clash {
		p.Ref = plumbline.ProductRef(strings.ToLower(kind) + "-" + ref)
		note(root, "the ref "+ref+" is taken by "+other+"; this one is called "+string(p.Ref))
	}
	if err := p.Validate(); err != nil {
		r.add(at, Skipped, "%s", plumbline.TextOf(err))
		return
	}
	if _, clash := r.taken[string(p.Ref)]; clash {
		r.add(at, Skipped, "the refs %s and %s are both taken", ref, p.Ref)
		return
	}
	r.seen[at.ref] = len(r.catalog.Products)
	r.taken[string(p.Ref)] = at.ref
	r.catalog.Products = append(r.catalog.Products, p)
	r.products = append(r.products, at)
	r.add(at, Kept, "")
	r.report.Rows = append(r.report.Rows, notes...)
	r.repeats(at, root)
	if p.Owner != "" {
		r.owners = append(r.owners, owned{place: r.at(at, owner), owner: owner.Str(), team: p.Owner, product: true})
	}
}

// merge fills what the first definition left open, and adds its tags and links.
func (r *reader) merge(at place, i int, p plumbline.Product) {
	first := &r.catalog.Products[i]
	first.Description = cmp.Or(first.Description, p.Description)
	first.Lifecycle = cmp.Or(first.Lifecycle, p.Lifecycle)
	first.Tags = union(first.Tags, p.Tags)
	first.Links = union(first.Links, p.Links)
	if first.Owner != p.Owner && p.Owner != "" && first.Owner != "" {
		r.add(at, Noted, "its owner %s differs from the first definition's, %s, which stays", p.Owner, first.Owner)
	}
	if first.Owner == "" {
		first.Owner = p.Owner
	}
	r.add(at, Merged, "defined before in line %d of %s; the first definition stays, tags and links are added", r.products[i].line, r.products[i].file)
	if p.Owner != "" {
		r.owners = append(r.owners, owned{place: at, owner: string(p.Owner), team: p.Owner, product: true})
	}
}

// checkOwners notes owners and parents that no Group defines.
func (r *reader) checkOwners() {
	for _, o := range r.owners {
		if r.groups[o.team] {
			continue
		}
		if _, name, ok := strings.Cut(o.owner, ":"); ok {
			o.owner = name
		}
		if o.product {
			r.add(o.place, Noted, "%s%s", strayOwner, clip(o.owner))
		} else {
			r.add(o.place, Noted, "no Group of these files is the parent: %s", clip(o.owner))
		}
	}
}

func (r *reader) repeats(at place, root *yamldoc.Node) {
	for _, n := range []*yamldoc.Node{root, root.Get("metadata"), root.Get("spec")} {
		if n == nil {
			continue
		}
		for _, again := range n.Again {
			r.add(place{at.file, again.Line, at.ref}, Noted, "%q is written twice; the first one counts", clip(again.Key))
		}
	}
}

// at moves a place to a node's line.
func (r *reader) at(p place, n *yamldoc.Node) place {
	p.line = n.LineOf(p.line)
	return p
}

// refOf takes an entity reference "[kind:][namespace/]name" apart.
func refOf(s, defaultKind string) (kind, ref string) {
	kind, rest, ok := strings.Cut(s, ":")
	if !ok {
		kind, rest = defaultKind, s
	}
	ns, name, ok := strings.Cut(rest, "/")
	if !ok {
		ns, name = "default", rest
	}
	ref = strings.ToLower(strings.TrimSpace(name))
	if ns = strings.ToLower(ns); ns != "default" && ns != "" {
		ref = ns + "." + ref
	}
	return strings.ToLower(kind), ref
}

func ownerOf(n *yamldoc.Node, note func(*yamldoc.Node, string)) plumbline.TeamRef {
	if n.Str() == "" {
		note(n, "it has no owner")
		return ""
	}
	kind, ref := refOf(n.Str(), "group")
	switch {
	case kind != "group":
		note(n, "the owner is a "+clip(kind)+", not a Group; left out")
		return ""
	case !plumbline.ValidRef(ref):
		note(n, "the owner "+clip(n.Str())+" cannot be a team's ref; left out")
		return ""
	}
	return plumbline.TeamRef(ref)
}

// tags are the entity's own, with its kind and type before them when they say
// more than "service".
func tags(kind string, root *yamldoc.Node, note func(*yamldoc.Node, string)) []string {
	var out []string
	if kind != "Component" {
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
		add(n, strings.TrimPrefix(n.Str(), "url:"))
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
