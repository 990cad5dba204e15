package estate

import (
	"bufio"
	"context"
	"io"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/format/backstage"
	"plumbline/internal/store"
)

// pageOfDescriptors is how many descriptors are read at once.
const pageOfDescriptors = 500

// ExportCatalog writes everything in the catalog as Backstage descriptors: what a
// file said as it came, with what was changed here; what is not understood here as
// it came; what was made here as new documents. Customers are not in it.
func (r *Estate) ExportCatalog(ctx context.Context, who plumbline.Actor, to io.Writer) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	w := &writing{to: bufio.NewWriter(to)}
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		if err := w.look(tx); err != nil {
			return err
		}
		after := ""
		for {
			page, err := tx.Descriptors("", false, after, pageOfDescriptors)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, d := range page {
				w.descriptor(d)
			}
			after = page[len(page)-1].Ref
		}
	})
	if err != nil {
		return err
	}
	w.made()
	return w.to.Flush()
}

// writing is an export while it goes on. A writer that fails says so when it is
// flushed.
type writing struct {
	to       *bufio.Writer
	products []plumbline.Product
	teams    []plumbline.Team
	product  map[plumbline.ProductRef]plumbline.Product
	team     map[plumbline.TeamRef]plumbline.Team
	facts    map[plumbline.ProductRef]backstage.Facts
	here     map[string][]store.EntityRelation // said here, by entity
	written  map[string]bool                   // products and teams with a descriptor, as product:REF and team:REF
}

func (w *writing) look(tx *store.Tx) (err error) {
	if w.products, err = tx.Products(); err != nil {
		return err
	}
	if w.teams, err = tx.Teams(); err != nil {
		return err
	}
	if w.facts, err = factsWithReach(tx); err != nil {
		return err
	}
	w.product, w.team = map[plumbline.ProductRef]plumbline.Product{}, map[plumbline.TeamRef]plumbline.Team{}
	for _, p := range w.products {
		w.product[p.Ref] = p
	}
	for _, t := range w.teams {
		w.team[t.Ref] = t
	}
	ties, err := tx.EntityRelationsSaidHere()
	w.here, w.written = map[string][]store.EntityRelation{}, map[string]bool{}
	for _, t := range ties {
		w.here[t.From] = append(w.here[t.From], t)
	}
	return err
}

func (w *writing) document(text string) {
	_, _ = w.to.WriteString("---\n" + text)
}

func (w *writing) descriptor(d store.Descriptor) {
	ref := backstage.Ref(d.Ref)
	switch {
	case d.Product != "":
		w.written["product:"+string(d.Product)] = true
		w.document(backstage.WriteProduct(ref, d.Body, w.of(ref, w.product[d.Product], d.Missing != 0)))
	case d.Team != "":
		w.written["team:"+string(d.Team)] = true
		w.document(backstage.WriteTeam(ref, d.Body, w.team[d.Team]))
	default:
		w.document(d.Body)
	}
}

// of is what stands here of a product.
func (w *writing) of(ref backstage.Ref, p plumbline.Product, orphan bool) backstage.Written {
	out := backstage.Written{Product: p, Facts: w.facts[p.Ref], Orphan: orphan}
	for _, t := range w.here[string(ref)] {
		if t.Kind == backstage.PartOf {
			out.PartOf = append(out.PartOf, backstage.Ref(t.To))
		} else {
			out.DependsOn = append(out.DependsOn, backstage.Ref(t.To))
		}
	}
	return out
}

// made writes what no file described.
func (w *writing) made() {
	for _, t := range w.teams {
		if !w.written["team:"+string(t.Ref)] {
			w.document(backstage.WriteTeam(backstage.Ref("group:default/"+string(t.Ref)), "", t))
		}
	}
	for _, p := range w.products {
		if !w.written["product:"+string(p.Ref)] {
			w.document(backstage.WriteProduct(EntityOf(p), "", w.of(EntityOf(p), p, false)))
		}
	}
}
