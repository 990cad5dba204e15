package estate

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/format/backstage"
	"plumbline/internal/store"
)

// EntryInput is what a product is to those who run it. It replaces all of it; of
// what it stands on and is part of, only what was said here.
type EntryInput struct {
	Manager   string    `json:"manager,omitempty"` // handle
	Tier      string    `json:"tier,omitempty"`
	DataClass string    `json:"data_class,omitempty"`
	Users     []string  `json:"users,omitempty"`      // refs of teams
	Customers *[]string `json:"customers,omitempty"`  // refs of accounts, by cleared people only; nil leaves them
	DependsOn []string  `json:"depends_on,omitempty"` // refs of products, or entities as kind:namespace/name
	PartOf    []string  `json:"part_of,omitempty"`    // the same, of systems and domains
}

// maxWord is how many characters a tier or a class of data has at most, and
// maxList how many entries a list.
const (
	maxWord = 40
	maxList = 100
)

// PutFacts says what a product is to those who run it.
func (r *Estate) PutFacts(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef, in EntryInput) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	if in.Customers != nil && !who.Cleared {
		return plumbline.Errorf(plumbline.Denied, "Which customers use a product is for people cleared to read customer names. Ask an administrator to clear you.")
	}
	in.Manager, in.Tier, in.DataClass = strings.TrimPrefix(strings.TrimSpace(in.Manager), "@"), strings.TrimSpace(in.Tier), strings.TrimSpace(in.DataClass)
	return r.db.Write(ctx, func(tx *store.Tx) error {
		p, err := tx.Product(ref)
		if err != nil {
			return err
		}
		was, err := r.Of(tx, who, p)
		if err != nil {
			return err
		}
		on, of, err := checkFacts(tx, was, in)
		if err != nil {
			return err
		}
		changed, err := r.lay(tx, p, was, in, on, of)
		if err != nil || len(changed) == 0 {
			return err
		}
		return r.note(tx, who, "product facts changed", map[string]any{"product": ref, "changed": changed})
	})
}

// checkFacts finds everything that is wrong with the input, and the entities that
// it names. What stood there before may stay.
func checkFacts(tx *store.Tx, was CatalogView, in EntryInput) (on, of []string, err error) {
	var bad plumbline.Problems
	for field, s := range map[string]string{"tier": in.Tier, "data_class": in.DataClass} {
		if utf8.RuneCountInString(s) > maxWord || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
			bad.Add(field, "It has at most %d characters on one line.", maxWord)
		}
	}
	if in.Manager != "" && in.Manager != was.Manager {
		if p, err := tx.PersonByHandle(in.Manager); err != nil || p.External || p.Disabled {
			bad.Add("manager", "Nobody with the handle %q can sign in.", clip(in.Manager, 60))
		}
	}
	teams, err := tx.Teams()
	if err != nil {
		return nil, nil, err
	}
	for _, ref := range in.Users {
		if !slices.ContainsFunc(teams, func(t plumbline.Team) bool { return string(t.Ref) == ref }) && !slices.ContainsFunc(was.Users, func(n Party) bool { return n.Ref == ref }) {
			bad.Add("users", "There is no team %q.", clip(ref, 60))
		}
	}
	if in.Customers != nil {
		if err := checkCustomers(tx, *in.Customers, &bad); err != nil {
			return nil, nil, err
		}
	}
	if len(in.Users) > maxList || len(in.DependsOn) > maxList || len(in.PartOf) > maxList {
		bad.Add("users", "A list has at most %d entries.", maxList)
	}
	find, err := finder(tx)
	if err != nil {
		return nil, nil, err
	}
	on = resolve(&bad, "depends_on", in.DependsOn, "component", was.Entity, find)
	of = resolve(&bad, "part_of", in.PartOf, "system", was.Entity, find)
	for _, ref := range of {
		if k := backstage.Ref(ref).Kind(); k != "system" && k != "domain" {
			bad.Add("part_of", "%s is neither a system nor a domain.", backstage.Ref(ref).Short())
		}
	}
	return on, of, bad.Err()
}

func checkCustomers(tx *store.Tx, refs []string, bad *plumbline.Problems) error {
	accounts := make([]plumbline.AccountRef, len(refs))
	for i, ref := range refs {
		accounts[i] = plumbline.AccountRef(ref)
	}
	if len(refs) > maxList {
		bad.Add("customers", "A list has at most %d entries.", maxList)
		return nil
	}
	known, err := tx.AccountsByRef(accounts)
	for _, ref := range accounts {
		if _, ok := known[ref]; !ok {
			bad.Add("customers", "There is no account %q.", clip(string(ref), 60))
		}
	}
	return err
}

// finder gives the entity that a product is, by the product's ref.
func finder(tx *store.Tx) (func(ref string) (string, bool), error) {
	products, err := tx.Products()
	if err != nil {
		return nil, err
	}
	entities, err := tx.Entities()
	is := map[string]string{}
	for _, p := range products {
		is[string(p.Ref)] = string(EntityOf(p))
	}
	for _, e := range entities {
		if e.Product != "" {
			is[string(e.Product)] = e.Ref
		}
	}
	return func(ref string) (string, bool) { e, ok := is[ref]; return e, ok }, err
}

// resolve turns what people write into refs of entities, sorted: the ref of a
// product, or an entity with its kind, which may be one that is not known yet.
func resolve(bad *plumbline.Problems, field string, list []string, kind, self string, find func(string) (string, bool)) []string {
	out := []string{}
	for _, s := range list {
		e, ok := find(strings.ToLower(strings.TrimSpace(s)))
		if !ok {
			ref, err := backstage.ParseRef(s, kind, "")
			if err != nil || !strings.Contains(s, ":") {
				bad.Add(field, "There is no product %q. What is not in the catalog is named with its kind, for example resource:default/database.", clip(s, 60))
				continue
			}
			e = string(ref)
		}
		if e == self {
			bad.Add(field, "It cannot stand on itself.")
			continue
		}
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	slices.Sort(out)
	return out
}

// lay writes what differs and names it.
func (r *Estate) lay(tx *store.Tx, p plumbline.Product, was CatalogView, in EntryInput, on, of []string) (changed []string, err error) {
	facts := backstage.Facts{Manager: in.Manager, Tier: in.Tier, DataClass: in.DataClass, Users: tidy(in.Users)}
	for name, differs := range map[string]bool{"product manager": in.Manager != was.Manager, "tier": in.Tier != was.Tier, "class of data": in.DataClass != was.DataClass} {
		if differs {
			changed = append(changed, name)
		}
	}
	customers := was.Customers
	if in.Customers != nil {
		list := tidy(*in.Customers)
		if !slices.Equal(list, refsIn(customers)) {
			changed = append(changed, "users")
			if err := tx.SetProductUsers(p.Ref, store.UserAccount, list); err != nil {
				return nil, err
			}
		}
	}
	if !slices.Equal(facts.Users, refsIn(was.Users)) && !slices.Contains(changed, "users") {
		changed = append(changed, "users")
	}
	if !slices.Equal(on, slices.Sorted(slices.Values(was.SaidHere.DependsOn))) || !slices.Equal(of, slices.Sorted(slices.Values(was.SaidHere.PartOf))) {
		changed = append(changed, "what it stands on")
		var list []store.EntityRelation
		for _, to := range on {
			list = append(list, store.EntityRelation{From: was.Entity, Kind: backstage.DependsOn, To: to})
		}
		for _, to := range of {
			list = append(list, store.EntityRelation{From: was.Entity, Kind: backstage.PartOf, To: to})
		}
		if err := tx.SetEntityRelations("", was.Entity, list); err != nil {
			return nil, err
		}
	}
	slices.Sort(changed)
	if len(changed) == 0 {
		return nil, nil
	}
	return changed, putFacts(tx, p.Ref, facts)
}

func refsIn(list []Party) []string {
	out := []string{}
	for _, n := range list {
		out = append(out, n.Ref)
	}
	slices.Sort(out)
	return out
}

// tidy is a list sorted, without blanks and what is there twice.
func tidy(list []string) []string {
	out := []string{}
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
