package app

import (
	"strings"

	"plumbline"
	"plumbline/internal/app/estate"
	"plumbline/internal/demo"
	"plumbline/internal/format/backstage"
	"plumbline/internal/store"
)

// loadEstate writes the demo's catalog entries as a descriptor file says them, and
// how mature people say its products are.
func (a *App) loadEstate(tx *store.Tx, org demo.Organisation) error {
	e := demo.EstateOf(org)
	products := map[plumbline.ProductRef]plumbline.Product{}
	for _, p := range append(org.Products, e.Systems...) {
		products[p.Ref] = p
	}
	var text strings.Builder
	for _, in := range e.Entries {
		p := products[in.Product]
		w := backstage.Written{Product: p, Facts: backstage.Facts{Manager: in.Manager, Tier: in.Tier, DataClass: in.Class, Users: in.Users}}
		for _, ref := range in.DependsOn {
			w.DependsOn = append(w.DependsOn, backstage.Ref(ref))
		}
		for _, ref := range in.PartOf {
			w.PartOf = append(w.PartOf, backstage.Ref(ref))
		}
		text.WriteString("---\n" + backstage.WriteProduct(estate.EntityOf(p), "", w))
	}
	first := org.People[0]
	who := plumbline.Actor{Person: first.ID, Name: first.Name, Handle: first.Handle, Role: first.Role, Via: "demo"}
	if err := a.Take(tx, who, backstage.File{Name: e.File, Data: []byte(text.String())}); err != nil {
		return err
	}
	for _, in := range e.Entries {
		if _, err := tx.PutProduct(products[in.Product]); err != nil { // the record keeps saying where it is from
			return err
		}
		if err := tx.SetProductUsers(in.Product, store.UserAccount, in.Customers); err != nil {
			return err
		}
	}
	for _, in := range e.Answers {
		by := plumbline.Actor{Person: in.By.ID, Name: in.By.Name, Role: in.By.Role, Via: "demo"}
		if err := a.KeepAnswer(tx, by, estate.Remembered{Product: in.Product, Answer: estate.AnswerInput{Aspect: in.Aspect, Level: in.Level, Evidence: in.Evidence}, At: in.At, Invented: true}); err != nil {
			return err
		}
	}
	return nil
}
