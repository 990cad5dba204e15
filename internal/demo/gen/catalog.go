package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/demo/digest"
	"plumbline/internal/format/backstage"
)

const catalogSource = "giantswarm/backstage-catalogs@ff2061a22ea1"

// component is the ref of a component as the proposals' feature gates name it.
// Prose such as "Kubernetes commands" is none.
func component(s string) (ref string, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	s, _, _ = strings.Cut(s, " (")
	before, library, _ := strings.Cut(s, " via ")
	switch s = strings.TrimSpace(before); s {
	case "components":
		s, _, _ = strings.Cut(library, " ")
	case "scheduler", "controller-manager":
		s = "kube-" + s
	case "csi-external-provisioner":
		s = "external-provisioner"
	}
	return s, s != "none" && plumbline.ValidRef(s)
}

// addComponents makes a product of every component. It belongs to the SIG with
// the most proposals for it alone, since nearly everything also touches the API
// server; else to the one with the most proposals for it among others. A proposal
// is about the first of its components that its own SIG has, else the first one.
func addComponents(d *digest.Digest) {
	alone, all := map[string]map[string]int{}, map[string]map[string]int{} // component → SIG → proposals
	for _, p := range d.Proposals {
		for _, c := range p.Components {
			tally(all, c, p.SIG)
			if len(p.Components) == 1 {
				tally(alone, c, p.SIG)
			}
		}
	}
	owner := map[string]string{}
	for _, c := range slices.Sorted(maps.Keys(all)) {
		total := 0
		for _, n := range all[c] {
			total += n
		}
		owner[c] = most(alone[c])
		if owner[c] == "" {
			owner[c] = most(all[c])
		}
		d.Products = append(d.Products, plumbline.Product{
			Ref: plumbline.ProductRef(c), Name: c, Kind: "product", Owner: plumbline.TeamRef(owner[c]),
			Description: "Component of Kubernetes, named by " + proposals(total) + ".",
			Tags:        []string{"kubernetes"}, Source: enhancementsSource,
		})
	}
	for i, p := range d.Proposals {
		for _, c := range p.Components {
			if own := owner[c] == p.SIG; d.Proposals[i].Product == "" || own {
				d.Proposals[i].Product = c
				if own {
					break
				}
			}
		}
	}
}

func tally(count map[string]map[string]int, c, sig string) {
	if count[c] == nil {
		count[c] = map[string]int{}
	}
	count[c][sig]++
}

// most is the key with the highest count, the first of equals by name; empty for
// an empty map.
func most(count map[string]int) string {
	best := ""
	for _, k := range slices.Sorted(maps.Keys(count)) {
		if best == "" || count[k] > count[best] {
			best = k
		}
	}
	return best
}

func proposals(n int) string {
	if n == 1 {
		return "one proposal"
	}
	return fmt.Sprintf("%d proposals", n)
}

// addSIGs makes a team of every SIG that owns a proposal.
func addSIGs(d *digest.Digest) {
	count := map[string]int{}
	for _, p := range d.Proposals {
		count[p.SIG]++
	}
	for _, sig := range slices.Sorted(maps.Keys(count)) {
		d.Teams = append(d.Teams, plumbline.Team{
			Ref: plumbline.TeamRef(sig), Name: sigName(sig), Label: "team::" + sig, Source: enhancementsSource,
			Description: "Special interest group of Kubernetes, owner of " + proposals(count[sig]) + ".",
		})
	}
}

// sigName is "SIG API Machinery" for "sig-api-machinery".
func sigName(sig string) string {
	words := strings.Split(sig, "-")
	for i, w := range words {
		switch w {
		case "sig", "api", "cli", "ui":
			words[i] = strings.ToUpper(w)
		case "etcd":
		default:
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

// readCatalogs adds the teams and products of the platform company.
func readCatalogs(d *digest.Digest, files []entry) error {
	var in []backstage.File
	for _, f := range files {
		in = append(in, backstage.File{Name: f.name, Data: f.data})
	}
	c, rep, err := backstage.Read(in...)
	if err != nil {
		return err
	}
	taken := map[plumbline.ProductRef]bool{}
	for _, p := range d.Products {
		taken[p.Ref] = true
	}
	for _, t := range c.Teams {
		t.Source, t.Label = catalogSource, "team::"+string(t.Ref)
		d.Teams = append(d.Teams, t)
	}
	for _, p := range c.Products {
		if taken[p.Ref] {
			d.Notes = append(d.Notes, fmt.Sprintf("charts.yaml: the ref %s is a component of Kubernetes already; left out", p.Ref))
			continue
		}
		p.Source = catalogSource
		d.Products = append(d.Products, p)
	}
	for _, r := range rep.Rows {
		if r.Outcome != backstage.Kept {
			d.Notes = append(d.Notes, r.String())
		}
	}
	return nil
}
