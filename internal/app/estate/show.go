package estate

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/format/backstage"
	"plumbline/internal/store"
)

// CatalogView is what the catalog knows of a product beside its record.
type CatalogView struct {
	Entity      string          `json:"entity"`
	Manager     string          `json:"manager,omitempty"` // handle
	ManagerName string          `json:"manager_name,omitempty"`
	Tier        string          `json:"tier,omitempty"`
	DataClass   string          `json:"data_class,omitempty"`
	Users       []Party         `json:"users"`               // teams
	Customers   []Party         `json:"customers,omitempty"` // for cleared readers only
	PartOf      []MapNode       `json:"part_of"`
	Parts       []MapNode       `json:"parts"`
	Map         MapView         `json:"map"`
	SaidHere    SaidHere        `json:"said_here"`
	Locators    []Locator       `json:"locators"`
	Descriptor  *DescriptorView `json:"descriptor,omitempty"`
	Maturity    MaturityView    `json:"maturity"`
}

// SaidHere is what nobody's file says, as refs of entities.
type SaidHere struct {
	DependsOn []string `json:"depends_on"`
	PartOf    []string `json:"part_of"`
}

// Party is a team or a customer with its name.
type Party struct {
	Ref  string `json:"ref"`
	Name string `json:"name"`
}

// Locator says where evidence about a product is.
type Locator struct {
	Name  string `json:"name"` // of the annotation
	Value string `json:"value"`
}

// DescriptorView is where a product is described, and since when it is an orphan.
type DescriptorView struct {
	Ref     string         `json:"ref"`
	Kind    string         `json:"kind"`
	File    string         `json:"file"`
	Line    int64          `json:"line"`
	Origin  string         `json:"origin,omitempty"` // id of the file that was kept
	At      plumbline.Time `json:"at"`
	Missing plumbline.Time `json:"orphan_since,omitempty"`
	Text    string         `json:"text,omitempty"` // for who may change it
}

// Catalog is what the catalog knows of a product.
func (r *Estate) Catalog(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef) (out CatalogView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		p, err := tx.Product(ref)
		if err != nil {
			return err
		}
		out, err = r.Of(tx, who, p)
		return err
	})
	return out, err
}

// Of is the same within a transaction, in a number of statements that does not
// depend on how much there is.
func (r *Estate) Of(tx *store.Tx, who plumbline.Actor, p plumbline.Product) (out CatalogView, err error) {
	self := string(EntityOf(p))
	d, has, err := tx.DescriptorOf(p.Ref)
	if err != nil {
		return out, err
	}
	if has {
		self = d.Ref
		out.Descriptor = &DescriptorView{Ref: d.Ref, Kind: d.Kind, File: d.File, Line: d.Line, Origin: d.Origin, At: d.At, Missing: d.Missing}
		if rights.May(who, rights.ManageCatalog) {
			out.Descriptor.Text = d.Body
		}
	}
	out.Entity = self
	if err := r.people(tx, who, p.Ref, &out); err != nil {
		return out, err
	}
	if err := ties(tx, &out); err != nil {
		return out, err
	}
	values, err := tx.Locators(p.Ref)
	if err != nil {
		return out, err
	}
	out.Locators = []Locator{}
	for _, name := range backstage.Annotations() {
		if v := values[name]; v != "" {
			out.Locators = append(out.Locators, Locator{name, v})
		}
	}
	out.Maturity, err = r.maturity(tx, p.Ref)
	return out, err
}

// people fills in who runs a product and who uses it.
func (r *Estate) people(tx *store.Tx, who plumbline.Actor, p plumbline.ProductRef, out *CatalogView) error {
	rows, err := tx.ProductFacts(p)
	if err != nil {
		return err
	}
	out.Users = []Party{}
	if len(rows) > 0 {
		f := rows[0]
		out.Manager, out.ManagerName, out.Tier, out.DataClass = f.Manager, f.Manager, f.Tier, f.DataClass
	}
	if out.Manager != "" {
		person, err := tx.PersonByHandle(out.Manager)
		if err != nil && plumbline.KindOf(err) != plumbline.NotFound {
			return err
		}
		out.ManagerName = cmp.Or(person.Name, out.Manager)
	}
	users, err := tx.ProductUsers(p)
	if err != nil || len(users) == 0 {
		return err
	}
	teams, err := tx.Teams()
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, t := range teams {
		names[string(t.Ref)] = t.Name
	}
	var accounts []plumbline.AccountRef
	for _, u := range users {
		if u.Kind == store.UserTeam {
			out.Users = append(out.Users, Party{u.Ref, cmp.Or(names[u.Ref], u.Ref)})
		} else {
			accounts = append(accounts, plumbline.AccountRef(u.Ref))
		}
	}
	if !who.Cleared || len(accounts) == 0 {
		return nil
	}
	known, err := tx.AccountsByRef(accounts)
	for _, ref := range accounts {
		name, _ := known[ref].Name.Reveal(who.Clearance())
		out.Customers = append(out.Customers, Party{string(ref), cmp.Or(name, string(ref))})
	}
	return err
}

// ties fills in what the product stands on, what stands on it, and what it is
// part of.
func ties(tx *store.Tx, out *CatalogView) error {
	near, err := tx.EntityRelationsOf([]string{out.Entity}, tieMost)
	if err != nil {
		return err
	}
	out.PartOf, out.Parts, out.SaidHere, out.Map.Nodes = []MapNode{}, []MapNode{}, SaidHere{[]string{}, []string{}}, []MapNode{}
	if len(near) == 0 {
		return nil
	}
	nodes := steps(out.Entity, near, nil)
	var far []store.EntityRelation
	if len(nodes) > 0 {
		if far, err = tx.EntityRelationsOf(refsOf(nodes), tieMost); err != nil {
			return err
		}
		nodes = steps(out.Entity, near, far)
	}
	for _, t := range near {
		if t.SaidBy == "" && t.From == out.Entity {
			out.SaidHere.add(t)
		}
		switch {
		case t.Kind == backstage.PartOf && t.From == out.Entity:
			nodes = append(nodes, MapNode{Ref: t.To, How: t.Kind, From: t.SaidBy, Step: wholeStep})
		case t.Kind == backstage.PartOf:
			nodes = append(nodes, MapNode{Ref: t.From, How: backstage.Inverse(t.Kind), From: t.SaidBy, Step: partStep})
		}
	}
	if err := name(tx, nodes); err != nil {
		return err
	}
	var onMap []MapNode
	for _, n := range nodes {
		switch n.Step {
		case wholeStep:
			n.Step = 0
			out.PartOf = append(out.PartOf, n)
		case partStep:
			n.Step = 0
			out.Parts = append(out.Parts, n)
		default:
			onMap = append(onMap, n)
		}
	}
	out.Map = cut(onMap)
	return nil
}

func (s *SaidHere) add(t store.EntityRelation) {
	if t.Kind == backstage.PartOf {
		s.PartOf = append(s.PartOf, t.To)
	} else {
		s.DependsOn = append(s.DependsOn, t.To)
	}
}

const (
	tieMost   = 200 // ties of an entity that are looked at, on each side
	wholeStep = 10  // marks what the product is part of
	partStep  = 11  // marks its parts
)

func refsOf(nodes []MapNode) (out []string) {
	for _, n := range nodes {
		out = append(out, n.Ref)
	}
	return out
}

// name gives the nodes their names and says who told of them.
func name(tx *store.Tx, nodes []MapNode) error {
	refs := refsOf(nodes)
	for _, n := range nodes {
		if n.From != "" && !slices.Contains(refs, n.From) {
			refs = append(refs, n.From)
		}
	}
	entities, err := tx.EntitiesByRef(refs)
	if err != nil {
		return err
	}
	products, err := tx.Products()
	if err != nil {
		return err
	}
	byRef := map[plumbline.ProductRef]plumbline.Product{}
	for _, p := range products {
		byRef[p.Ref] = p
	}
	for i := range nodes {
		n := &nodes[i]
		ref := backstage.Ref(n.Ref)
		e, ok := entities[n.Ref]
		if !ok { // it may have been made here
			e.Product = plumbline.ProductRef(ref.Name())
			if p, made := byRef[e.Product]; !made || string(EntityOf(p)) != n.Ref {
				e.Product = ""
			}
		}
		p := byRef[e.Product]
		n.Product, n.Missing, n.Unknown = p.Ref, e.Missing != 0, !ok && p.Ref == ""
		n.Name = cmp.Or(p.Name, ref.Short())
		n.From = saidBy(entities[n.From], n.From)
	}
	return nil
}

// saidBy is who says a tie, in words.
func saidBy(e store.Entity, ref string) string {
	if ref == "" {
		return "said here"
	}
	return fmt.Sprintf("the descriptor of %s", backstage.Ref(cmp.Or(e.Ref, ref)).Short())
}
