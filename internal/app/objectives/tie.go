package objectives

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// How an objective came to its product.
const (
	tiedByService    = "service"    // its service has the product's name
	tiedByAnnotation = "annotation" // its definition names the product: ipm/slo
	tiedByCatalog    = "catalog"    // the product's entry in the catalog names it: ipm/slo
	tiedBySetting    = "setting"    // whoever sent the file did
	tiedByPerson     = "person"     // somebody said so; nothing else changes it
)

// catalog is the products and processes, and which of them name an objective in the
// annotation ipm/slo of their entry.
type catalog struct {
	products map[plumbline.ProductRef]plumbline.Product
	named    map[string][]plumbline.ProductRef // by what is named, in lower case
}

func readCatalog(tx *store.Tx) (catalog, error) {
	c := catalog{map[plumbline.ProductRef]plumbline.Product{}, map[string][]plumbline.ProductRef{}}
	list, err := tx.Products()
	if err != nil {
		return c, err
	}
	names, err := tx.Located(annotation)
	for _, p := range list {
		c.products[p.Ref] = p
		for _, name := range strings.FieldsFunc(strings.ToLower(names[p.Ref]), func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
			c.named[name] = append(c.named[name], p.Ref)
		}
	}
	return c, err
}

// annotation is the name under which a definition names its product, and a product its
// objectives: by their ids, their names or their services.
const annotation = "ipm/slo"

// has says whether there is a product or a process.
func (c catalog) has(ref plumbline.ProductRef) bool {
	_, ok := c.products[ref]
	return ok
}

// naming is the product that names an objective in its entry, most closely, or why
// none is taken.
func (c catalog) naming(s *store.SLORow) (ref, remark string) {
	for _, name := range [...]string{s.ID, s.Service + "/" + s.Name, s.Name, s.Service} {
		switch found := c.named[strings.ToLower(name)]; {
		case len(found) == 1:
			return string(found[0]), ""
		case len(found) > 1:
			return "", "the entries of " + clip(string(found[0]), 60) + " and " + clip(string(found[1]), 60) + " both name it under ipm/slo; "
		}
	}
	return "", ""
}

// tie finds the product of an objective, and says in a remark when there is none.
func (c catalog) tie(s *store.SLORow, setting string) (remark string) {
	if s.Tied == tiedByPerson {
		return ""
	}
	named, remark := c.naming(s)
	for _, try := range [...]struct{ ref, how string }{{setting, tiedBySetting}, {s.SLO.Product, tiedByAnnotation}, {named, tiedByCatalog}, {strings.ToLower(s.Service), tiedByService}} {
		if c.has(plumbline.ProductRef(try.ref)) {
			s.Product, s.Tied = plumbline.ProductRef(try.ref), try.how
			return ""
		}
		if try.ref != "" && try.how == tiedByAnnotation {
			remark += "the catalog has no product " + clip(try.ref, 60) + ", which its annotation ipm/slo names; "
		}
	}
	if s.Tied == tiedBySetting { // of an earlier file
		return ""
	}
	s.Product, s.Tied = "", ""
	return remark + "no product has the name of its service " + clip(s.Service, 60) + ": it is kept, and bears on nothing until it is tied to one"
}

// limitID is the id of the constraint that an objective feeds. It is the name of
// the objective, and where that cannot be an id, what is like it with a part of its
// hash.
func limitID(id string) plumbline.ConstraintID {
	name := "slo." + strings.ReplaceAll(id, "/", ".")
	if plumbline.ValidRef(name) && strings.Count(id, ".") == 0 {
		return plumbline.ConstraintID(name)
	}
	hash := sha256.Sum256([]byte(id))
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		switch {
		case b.Len() == 50:
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.':
			b.WriteRune(c)
		default:
			b.WriteByte('-')
		}
	}
	return plumbline.ConstraintID(b.String() + "." + hex.EncodeToString(hash[:4]))
}

// limitOf is the id of the constraint that an objective feeds under a product: one that
// it fed under another stays what it is about, since what held is not rewritten.
func limitOf(tx *store.Tx, id string, scope plumbline.Scope) (plumbline.ConstraintID, error) {
	first := limitID(id)
	row, err := tx.Constraint(first)
	if plumbline.KindOf(err) == plumbline.NotFound || err == nil && row.Scope == scope {
		return first, nil
	}
	return limitID(id + "@" + scope.Ref), err
}

// bind makes or changes the constraint that an objective feeds, which s names then; an
// objective without a product has none. One that it fed under another product stays as
// it is judged there until somebody ends it.
func (r *Room) bind(tx *store.Tx, who plumbline.Actor, products catalog, s store.SLORow) error {
	p := products.products[s.Product]
	from := "recording rules of " + string(s.Source)
	if s.Hash != "" {
		from = s.File
	}
	return r.limit.KeepConstraint(tx, who, plumbline.Constraint{
		ID: s.Limit, Name: clip(s.Title, 90), Kind: plumbline.Reliability, Scope: scopeOf(p), Objective: s.Target, Method: s.Method, Window: s.Window,
		Hard: true, Source: from,
	})
}

// scopeOf is what a constraint of a product, or a process, is about.
func scopeOf(p plumbline.Product) plumbline.Scope {
	scope := plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: string(p.Ref)}
	if p.Kind == plumbline.ScopeProcess {
		scope.Kind = plumbline.ScopeProcess
	}
	return scope
}

// TieObjective says which product or process an objective is about; an empty ref
// unties it.
func (r *Room) TieObjective(ctx context.Context, who plumbline.Actor, id string, to plumbline.ProductRef) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		s, err := tx.SLO(id)
		if err != nil {
			return err
		}
		products, err := readCatalog(tx)
		if err != nil {
			return err
		}
		if !products.has(to) && to != "" {
			return plumbline.FieldError("product", "There is no product or process %q.", clip(string(to), 60))
		}
		if s.Product == to && s.Tied == tiedByPerson {
			return nil
		}
		s.Product, s.Tied, s.At = to, tiedByPerson, r.now()
		if err := r.rebind(tx, who, products, s); err != nil {
			return err
		}
		return r.note(tx, who, plumbline.Public, "objective tied", told{Text: id, Detail: string(to)})
	})
}

// rebind writes an objective with the constraint that it feeds, and then the constraint, which
// asks for what was measured.
func (r *Room) rebind(tx *store.Tx, who plumbline.Actor, products catalog, s store.SLORow) (err error) {
	s.Limit = ""
	p, ok := products.products[s.Product]
	if ok {
		if s.Limit, err = limitOf(tx, s.ID, scopeOf(p)); err != nil {
			return err
		}
	}
	if s, err = tx.PutSLO(s); err != nil || !ok {
		return err
	}
	return r.bind(tx, who, products, s)
}

// followed is how many objectives are read at a time when the catalog changed.
const followed = 500

// FollowCatalog ties objectives again after the catalog changed, as reading their files
// again would: what a person or the sender of a file said stays.
func (r *Room) FollowCatalog(tx *store.Tx, who plumbline.Actor) error {
	products, err := readCatalog(tx)
	if err != nil {
		return err
	}
	for after := ""; ; {
		list, err := tx.SLOs(after, followed)
		if err != nil {
			return err
		}
		for _, s := range list {
			if err := r.follow(tx, who, products, s); err != nil {
				return err
			}
			after = s.ID
		}
		if len(list) < followed {
			return nil
		}
	}
}

func (r *Room) follow(tx *store.Tx, who plumbline.Actor, products catalog, s store.SLORow) error {
	was := s
	if s.Tied == tiedBySetting && products.has(s.Product) {
		return nil
	}
	products.tie(&s, "")
	if s.Product == was.Product {
		return nil
	}
	s.At = r.now()
	if err := r.rebind(tx, who, products, s); err != nil {
		return err
	}
	return r.note(tx, who, plumbline.Public, "objective tied", told{Text: s.ID, Detail: string(s.Product)})
}
