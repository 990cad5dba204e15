package backstage

import (
	"cmp"
	"strings"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

// merge fills what the first definition left open, and adds its tags and links.
func (r *reader) merge(s subject, i int, p plumbline.Product) {
	at, owner := s.place, s.root.Get("spec", "owner")
	first := &r.catalog.Products[i]
	first.Description = cmp.Or(first.Description, p.Description)
	first.Lifecycle = cmp.Or(first.Lifecycle, p.Lifecycle)
	first.Tags = union(first.Tags, p.Tags)
	first.Links = union(first.Links, p.Links)
	if first.Owner != p.Owner && p.Owner != "" && first.Owner != "" {
		r.add(r.at(at, owner), Noted, "its owner %s differs from the first definition's, %s, which stays", p.Owner, first.Owner)
	}
	if first.Owner == "" {
		first.Owner = p.Owner
	}
	r.add(at, Merged, "defined before in line %d of %s; the first definition stays, tags and links are added", r.products[i].line, r.products[i].file)
	if p.Owner != "" {
		r.owners = append(r.owners, owned{place: r.at(at, owner), owner: owner.Str(), team: p.Owner, product: true})
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
