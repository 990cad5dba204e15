package store_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestDescriptors(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := store.Descriptor{Ref: "component:default/a", Kind: "Component", Product: "a", Body: "kind: Component\n", Hash: "h", File: "x.yaml", Line: 3, Origin: "f1", At: 5}
		g := store.Descriptor{Ref: "group:default/g", Kind: "Group", Team: "g", Body: "kind: Group\n", Hash: "i", File: "y.yaml", Line: 1, At: 6, Missing: 7}
		put := func(list ...store.Descriptor) {
			write(t, db, func(tx *store.Tx) error {
				for _, d := range list {
					if err := tx.PutDescriptor(d); err != nil {
						return err
					}
				}
				return nil
			})
		}
		put(a, g, store.Descriptor{Ref: "gadget:default/b", Kind: "Gadget", File: "x.yaml"}, store.Descriptor{Ref: "gadget:default/c", Kind: "Gadget", File: "y.yaml"})
		a.Body, a.Line = "kind: Component\nspec: {}\n", 9
		put(a)
		read(t, db, func(tx *store.Tx) error {
			byRef, err := tx.DescriptorsByRef([]string{"component:default/a", "group:default/g", "nothing"})
			same(t, byRef, map[string]store.Descriptor{a.Ref: a, g.Ref: g})
			if err != nil {
				return err
			}
			got, ok, err := tx.DescriptorOf("a")
			same(t, got, a)
			same(t, ok, true)
			if err != nil {
				return err
			}
			_, ok, err = tx.DescriptorOf("")
			same(t, ok, false)
			return err
		})
		refs := func(kind string, missing bool, after string, limit int) []string {
			return refsOf(get(t, db, func(tx *store.Tx) ([]store.Descriptor, error) { return tx.Descriptors(kind, missing, after, limit) }))
		}
		same(t, refs("", false, "", 3), []string{"component:default/a", "gadget:default/b", "gadget:default/c"})
		same(t, refs("", false, "gadget:default/c", 3), []string{"group:default/g"})
		same(t, refs("gadget", false, "", 9), []string{"gadget:default/b", "gadget:default/c"})
		same(t, refs("", true, "", 9), []string{"group:default/g"})
		write(t, db, func(tx *store.Tx) error { return tx.MissEntity("gadget:default/b", 8) })
		same(t, get(t, db, func(tx *store.Tx) (map[string]store.Entity, error) {
			return tx.EntitiesByRef([]string{"gadget:default/b"})
		}),
			map[string]store.Entity{"gadget:default/b": {Ref: "gadget:default/b", Kind: "Gadget", Missing: 8}})
		// Several files have an entity; each is told where.
		held := func() map[string][]store.Holder {
			return get(t, db, func(tx *store.Tx) (map[string][]store.Holder, error) { return tx.HoldersOf([]string{a.Ref, "nothing"}) })
		}
		x, y := store.Holder{Ref: a.Ref, File: "x.yaml", Line: 3}, store.Holder{Ref: a.Ref, File: "y.yaml", Line: 4}
		for _, h := range []store.Holder{{Ref: a.Ref, File: "x.yaml", Line: 1}, y, x} {
			write(t, db, func(tx *store.Tx) error { return tx.PutHolder(h) })
		}
		same(t, held(), map[string][]store.Holder{a.Ref: {x, y}})
		same(t, get(t, db, func(tx *store.Tx) ([]store.Holder, error) { return tx.EntitiesHeldBy("y.yaml") }), []store.Holder{y})
		write(t, db, func(tx *store.Tx) error { return tx.DropHolder(a.Ref, "x.yaml") })
		same(t, held(), map[string][]store.Holder{a.Ref: {y}})
		write(t, db, func(tx *store.Tx) error { return tx.HandEntity(y) })
		handed := get(t, db, func(tx *store.Tx) (map[string]store.Descriptor, error) { return tx.DescriptorsByRef([]string{a.Ref}) })[a.Ref]
		same(t, []any{handed.File, handed.Line, handed.Body}, []any{"y.yaml", int64(4), a.Body})
		same(t, len(get(t, db, (*store.Tx).Entities)), 4)
		same(t, get(t, db, func(tx *store.Tx) (map[string]store.Entity, error) {
			return tx.EntitiesByRef([]string{"group:default/g"})
		}),
			map[string]store.Entity{g.Ref: {Ref: g.Ref, Kind: "Group", Team: "g", Missing: 7}})
		// A product is one entity only.
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error {
			return tx.PutDescriptor(store.Descriptor{Ref: "api:default/a", Kind: "API", Product: "a"})
		})
	})
}

func refsOf(list []store.Descriptor) (out []string) {
	for _, d := range list {
		out = append(out, d.Ref)
	}
	return out
}

func TestTies(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		set := func(by, from string, ties ...store.EntityRelation) {
			write(t, db, func(tx *store.Tx) error { return tx.SetEntityRelations(by, from, ties) })
		}
		tie := func(from, kind, to, by string) store.EntityRelation {
			return store.EntityRelation{From: from, Kind: kind, To: to, SaidBy: by}
		}
		set("a", "", tie("a", "dependsOn", "b", "a"), tie("c", "dependsOn", "a", "a"), tie("a", "dependsOn", "b", "a"))
		set("", "a", tie("a", "dependsOn", "d", ""))
		set("", "b", tie("b", "dependsOn", "e", ""))
		of := func(refs ...string) []store.EntityRelation {
			return get(t, db, func(tx *store.Tx) ([]store.EntityRelation, error) { return tx.EntityRelationsOf(refs, 10) })
		}
		same(t, of("a"), []store.EntityRelation{tie("a", "dependsOn", "b", "a"), tie("a", "dependsOn", "d", ""), tie("c", "dependsOn", "a", "a")})
		same(t, get(t, db, func(tx *store.Tx) ([]store.EntityRelation, error) { return tx.EntityRelationsOf([]string{"a"}, 1) }),
			[]store.EntityRelation{tie("a", "dependsOn", "b", "a"), tie("c", "dependsOn", "a", "a")})
		set("a", "", tie("a", "partOf", "s", "a"))
		set("", "a")
		same(t, of("a", "b"), []store.EntityRelation{tie("a", "partOf", "s", "a"), tie("b", "dependsOn", "e", "")})
		same(t, get(t, db, (*store.Tx).EntityRelationsSaidHere), []store.EntityRelation{tie("b", "dependsOn", "e", "")})
		same(t, get(t, db, func(tx *store.Tx) ([]store.EntityRelation, error) { return tx.EntityRelations("partOf") }), []store.EntityRelation{tie("a", "partOf", "s", "a")})
		write(t, db, func(tx *store.Tx) error { return tx.RenameEntity("e", "x") })
		write(t, db, func(tx *store.Tx) error { return tx.RenameEntity("b", "y") })
		same(t, get(t, db, (*store.Tx).EntityRelationsSaidHere), []store.EntityRelation{tie("y", "dependsOn", "x", "")})
	})
}

func TestProductFacts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		put := func(f store.ProductFacts) { write(t, db, func(tx *store.Tx) error { return tx.PutProductFacts(f) }) }
		put(store.ProductFacts{Product: "a", Manager: "mara", Tier: "1"})
		put(store.ProductFacts{Product: "b", DataClass: "red"})
		put(store.ProductFacts{Product: "a", Manager: "ines", Tier: "2", DataClass: "green"})
		same(t, get(t, db, func(tx *store.Tx) ([]store.ProductFacts, error) { return tx.ProductFacts("a") }),
			[]store.ProductFacts{{Product: "a", Manager: "ines", Tier: "2", DataClass: "green"}})
		same(t, len(get(t, db, func(tx *store.Tx) ([]store.ProductFacts, error) { return tx.ProductFacts("") })), 2)
		write(t, db, func(tx *store.Tx) error {
			if err := tx.SetProductUsers("a", store.UserTeam, []string{"y", "x", "x"}); err != nil {
				return err
			}
			if err := tx.SetProductUsers("a", store.UserAccount, []string{"acme"}); err != nil {
				return err
			}
			return tx.SetLocators("a", map[string]string{"ipm/slo": "s", "ipm/cost-selector": "c"})
		})
		users := func() []store.ProductUser {
			return get(t, db, func(tx *store.Tx) ([]store.ProductUser, error) { return tx.ProductUsers("a") })
		}
		same(t, users(), []store.ProductUser{{Product: "a", Kind: "account", Ref: "acme"}, {Product: "a", Kind: "team", Ref: "x"}, {Product: "a", Kind: "team", Ref: "y"}})
		same(t, get(t, db, func(tx *store.Tx) (map[string]string, error) { return tx.Locators("a") }), map[string]string{"ipm/slo": "s", "ipm/cost-selector": "c"})
		same(t, get(t, db, func(tx *store.Tx) (map[plumbline.ProductRef]string, error) { return tx.Located("ipm/slo") }), map[plumbline.ProductRef]string{"a": "s"})
		write(t, db, func(tx *store.Tx) error {
			if err := tx.SetProductUsers("a", store.UserTeam, nil); err != nil {
				return err
			}
			return tx.SetLocators("a", nil)
		})
		same(t, users(), []store.ProductUser{{Product: "a", Kind: "account", Ref: "acme"}})
		same(t, get(t, db, func(tx *store.Tx) (map[string]string, error) { return tx.Locators("a") }), map[string]string{})
	})
}

func TestMaturityAnswers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		answer := func(id, product, aspect string, level int64, at plumbline.Time) store.MaturityAnswer {
			return store.MaturityAnswer{ID: id, Product: plumbline.ProductRef(product), Aspect: aspect, Level: level, Edition: "1", Evidence: "e", By: "p", ByName: "P", At: at}
		}
		all := []store.MaturityAnswer{answer("1", "a", "adoption", 1, 10), answer("2", "a", "adoption", 3, 20), answer("3", "a", "adoption", 2, 20), answer("4", "a", "investment", 4, 5), answer("5", "b", "adoption", 1, 30)}
		write(t, db, func(tx *store.Tx) error {
			for _, a := range all {
				if err := tx.InsertMaturityAnswer(a); err != nil {
					return err
				}
			}
			return nil
		})
		same(t, get(t, db, func(tx *store.Tx) ([]store.MaturityAnswer, error) { return tx.MaturityNow("a") }), []store.MaturityAnswer{all[2], all[3]})
		same(t, get(t, db, func(tx *store.Tx) ([]store.MaturityAnswer, error) { return tx.MaturityAnswers("a", 0, "", 2) }), []store.MaturityAnswer{all[2], all[1]})
		same(t, get(t, db, func(tx *store.Tx) ([]store.MaturityAnswer, error) { return tx.MaturityAnswers("a", 20, "2", 9) }), []store.MaturityAnswer{all[0], all[3]})
	})
}
