package estate

import (
	"cmp"
	"slices"

	"plumbline"
	"plumbline/internal/format/backstage"
	"plumbline/internal/store"
)

// Node is an entity on the map of what stands on what.
type Node struct {
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
	Nodes []Node `json:"nodes"` // by step and name, without the product itself
	More  int    `json:"more,omitempty"`
}

// Below are the nodes of one step.
func (m MapView) Below(step int) (out []Node) {
	for _, n := range m.Nodes {
		if n.Step == step {
			out = append(out, n)
		}
	}
	return out
}

// edge is a tie as a dependency: from stands on to.
type edge struct {
	from, to string
	tie      store.Tie
}

// edges are the ties that are dependencies. Who consumes an API stands on it, and
// it stands on who provides it.
func edges(ties []store.Tie) (out []edge) {
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
func steps(self string, near, far []store.Tie) []Node {
	seen := map[string]bool{self: true}
	var out []Node
	walk := func(list []edge, from []Node, step int) {
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
				n := Node{Ref: next, Step: step, How: e.tie.Kind, From: e.tie.SaidBy}
				if start.Step != 0 {
					n.Via = start.Ref
				}
				out = append(out, n)
			}
		}
	}
	origin := []Node{{Ref: self}}
	first, second := edges(near), edges(far)
	walk(first, origin, -1)
	walk(first, origin, 1)
	direct := slices.Clone(out)
	for _, side := range []int{-1, 1} {
		var from []Node
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
func cut(nodes []Node) MapView {
	slices.SortFunc(nodes, func(a, b Node) int {
		return cmp.Or(cmp.Compare(a.Step, b.Step), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Ref, b.Ref))
	})
	out := MapView{Nodes: []Node{}}
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
