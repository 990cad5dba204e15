package findings

import (
	"cmp"
	"slices"

	"plumbline"
	"plumbline/internal/store"
)

// naming is the names that advisories and scans give the same vulnerability: each
// list is one of them.
type naming [][]string

// names are all of them, each once.
func (n naming) names() []string {
	var out []string
	for _, group := range n {
		out = append(out, group...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// learned is what names mean now, and what changed.
type learned struct {
	now   map[string]string // name → canonical; what is not in it is canonical itself
	fresh map[string]string // of these, what was not known
	moved []string          // names that were canonical, or stood alone, and are not any more
}

func (l learned) of(name string) string { return cmp.Or(l.now[name], name) }

// learn puts the names together with those that are known.
func learn(tx *store.Tx, groups naming) (learned, error) {
	out := learned{fresh: map[string]string{}}
	var err error
	if out.now, err = tx.VulnNames(groups.names()); err != nil {
		return out, err
	}
	others, err := tx.OtherNames(meant(out.now, groups.names()))
	if err != nil {
		return out, err
	}
	for vuln, names := range others {
		for _, n := range names {
			out.now[n] = vuln
		}
	}
	for _, group := range groups {
		out.join(group, others)
	}
	return out, nil
}

// meant are the canonical names of names.
func meant(now map[string]string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = cmp.Or(now[n], n)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// join puts the names of one vulnerability together, with what these were called
// before; a CVE always stays its own name.
func (l *learned) join(group []string, others map[string][]string) {
	all := slices.Clone(group)
	for _, n := range group {
		was := l.of(n)
		if !isCVE(n) {
			all = append(all, was)
		}
		if !isCVE(was) || isCVE(n) && was == n {
			all = append(all, others[was]...)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	name := canonical(l.settledFirst(all))
	for _, n := range all {
		was := l.of(n)
		if n == name || isCVE(n) || was == name || isCVE(was) && was != n {
			continue
		}
		l.now[n], l.fresh[n] = name, name
		others[name] = append(others[name], n)
		if was == n {
			l.moved = append(l.moved, n)
		}
	}
}

// settledFirst leaves the CVEs that names of the group mean already, when there
// are some: an advisory that names a second one changes nothing.
func (l *learned) settledFirst(all []string) []string {
	var settled []string
	for _, n := range all {
		if was := l.of(n); !isCVE(n) && isCVE(was) {
			settled = append(settled, was)
		}
	}
	if len(settled) > 0 {
		return settled
	}
	return all
}

// follow gives findings the names that vulnerabilities have now; what becomes one
// with another finding is merged into it. It returns what changed.
func (l *learned) follow(tx *store.Tx) ([]plumbline.Finding, error) {
	if len(l.moved) == 0 {
		return nil, nil
	}
	found, err := tx.FindingsOf(append(slices.Clone(l.moved), meant(l.now, l.moved)...))
	if err != nil {
		return nil, err
	}
	type place struct {
		product plumbline.ProductRef
		vuln    string
		pkg     string
	}
	stands := map[place]int{}
	for i, f := range found {
		if f.Merged == "" && l.of(f.Vuln) == f.Vuln {
			stands[place{f.Product, f.Vuln, f.Package}] = i
		}
	}
	touched := map[int]bool{}
	for i := range found {
		f := &found[i]
		name := l.of(f.Vuln)
		if f.Merged != "" || name == f.Vuln {
			continue
		}
		touched[i] = true
		at := place{f.Product, name, f.Package}
		j, taken := stands[at]
		if !taken {
			f.Aliases = withName(f.Aliases, f.Vuln)
			f.Vuln, stands[at] = name, i
			continue
		}
		touched[j] = true
		merge(&found[j], f)
	}
	var out []plumbline.Finding
	for i, f := range found {
		if touched[i] {
			out = append(out, f)
		}
	}
	return out, nil
}

// merge makes b part of a: the same, told of under another name. The first
// detection and the last verdict count.
func merge(a, b *plumbline.Finding) {
	a.Aliases = withName(a.Aliases, b.Vuln)
	for _, n := range b.Aliases {
		a.Aliases = withName(a.Aliases, n)
	}
	if b.Detected < a.Detected {
		a.Detected, a.First = b.Detected, b.First
	}
	if b.Seen > a.Seen {
		a.Seen, a.Ref, a.Stream, a.Gone = b.Seen, b.Ref, b.Stream, b.Gone
		a.Version, a.Path, a.Title = cmp.Or(b.Version, a.Version), cmp.Or(b.Path, a.Path), cmp.Or(b.Title, a.Title)
	}
	if !a.Score.Known() {
		a.Score, a.ScoreBy = b.Score, b.ScoreBy
	}
	if b.Judgement.State != plumbline.Unjudged && b.Judgement.At > a.Judgement.At {
		a.Judgement, a.Closed = b.Judgement, b.Closed
	}
	a.Suppressed = a.Suppressed && b.Suppressed
	a.Risk = a.Risk.Or(b.Risk)
	a.Evaluated, a.Mitigated = cmp.Or(a.Evaluated, b.Evaluated), cmp.Or(a.Mitigated, b.Mitigated)
	b.Merged = a.ID
}

// withName adds a name that is not there.
func withName(list []string, name string) []string {
	if name == "" || slices.Contains(list, name) {
		return list
	}
	return append(slices.Clone(list), name)
}
