package estate

import (
	"cmp"
	"slices"

	"plumbline"
	"plumbline/internal/format/backstage"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// MapNode is an entity on the map of what stands on what.
type MapNode struct {
	Ref     string               `json:"ref"`
	Name    string               `json:"name"`
	Product plumbline.ProductRef `json:"product,omitempty"` // "": it is no product here
	Step    int                  `json:"step"`              // -1: it is stood on, -2: by way of another; 1, 2: it stands on this; 0: this
	How     string               `json:"how"`               // "dependsOn" and so on, as the file says it
	From    string               `json:"from"`              // who says so: "charts.yaml, line 12", or "said here"
	Via     string               `json:"via,omitempty"`     // the ref of the one between
	Missing bool                 `json:"orphan,omitempty"`  // its file does not have it any more
	Unknown bool                 `json:"unknown,omitempty"` // nothing in the catalog has this name
}

// mapMost is how many entities each step of the map has.
const mapMost = 8

// MapView is what a product stands on and what stands on it, two steps far.
type MapView struct {
	Nodes []MapNode `json:"nodes"` // by step and name, without the product itself
	More  int       `json:"more,omitempty"`
}

// Below are the nodes of one step.
func (m MapView) Below(step int) (out []MapNode) {
	for _, n := range m.Nodes {
		if n.Step == step {
			out = append(out, n)
		}
	}
	return out
}

// Name is what a node is called.
func (m MapView) Name(ref string) string {
	for _, n := range m.Nodes {
		if n.Ref == ref {
			return n.Name
		}
	}
	return backstage.Ref(ref).Short()
}

// edge is a tie as a dependency: from stands on to.
type edge struct {
	from, to string
	tie      store.EntityRelation
}

// edges are the ties that are dependencies. Who consumes an API stands on it, and
// it stands on who provides it.
func edges(ties []store.EntityRelation) (out []edge) {
	for _, t := range ties {
		switch t.Kind {
		case backstage.DependsOn, backstage.ConsumesAPI:
			out = append(out, edge{t.From, t.To, t})
		case backstage.ProvidesAPI:
			out = append(out, edge{t.To, t.From, t})
		}
	}
	return out
}

// steps walks from an entity along its edges, one step at a time; what is reached
// on both sides stands where it was met first.
func steps(self string, near, far []store.EntityRelation) []MapNode {
	seen := map[string]bool{self: true}
	var out []MapNode
	walk := func(list []edge, from []MapNode, step int) {
		for _, start := range from {
			for _, e := range list {
				next, at := e.to, e.from
				if step > 0 {
					next, at = e.from, e.to
				}
				if at != start.Ref || seen[next] {
					continue
				}
				seen[next] = true
				n := MapNode{Ref: next, Step: step, How: e.tie.Kind, From: e.tie.SaidBy}
				if start.Step != 0 {
					n.Via = start.Ref
				}
				out = append(out, n)
			}
		}
	}
	origin := []MapNode{{Ref: self}}
	first, second := edges(near), edges(far)
	walk(first, origin, -1)
	walk(first, origin, 1)
	direct := slices.Clone(out)
	for _, side := range []int{-1, 1} {
		var from []MapNode
		for _, n := range direct {
			if n.Step == side {
				from = append(from, n)
			}
		}
		walk(second, from, 2*side)
	}
	return out
}

// cut sorts the nodes and leaves at most so many on each step.
func cut(nodes []MapNode) MapView {
	sorted.By(nodes, func(a, b MapNode) int {
		return cmp.Or(cmp.Compare(a.Step, b.Step), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Ref, b.Ref))
	})
	out := MapView{Nodes: []MapNode{}}
	count := map[int]int{}
	for _, n := range nodes {
		if count[n.Step]++; count[n.Step] > mapMost {
			out.More++
			continue
		}
		out.Nodes = append(out.Nodes, n)
	}
	return out
}
