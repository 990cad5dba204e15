package judging

import (
	"context"
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// reach is the factor that is a part of all there are.
const reach plumbline.Factor = "reach"

// ReachView is what the reach of a product is counted in: "24 teams".
type ReachView struct {
	Product plumbline.ProductRef `json:"product"`
	Unit    string               `json:"unit"`
	Many    int64                `json:"many"`
}

// ReachInput says what a product's reach is counted in; an empty unit takes it
// away.
type ReachInput struct {
	Unit string `json:"unit,omitempty"` // "teams", "clusters", "customers"
	Many int64  `json:"many,omitempty"` // how many there are in all
}

// Reaches are what the reach of products is counted in.
func (j *Judge) Reaches(ctx context.Context, who plumbline.Actor) (out []ReachView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.ReachUnits()
		out = make([]ReachView, len(all))
		for i, u := range all {
			out[i] = ReachView(u)
		}
		return err
	})
	return out, err
}

// PutReach says what the reach of a product is counted in, so that per cent of it
// mean the same to all.
func (j *Judge) PutReach(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef, in ReachInput) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	in.Unit = strings.TrimSpace(in.Unit)
	var bad plumbline.Problems
	if len(in.Unit) > 60 || strings.ContainsAny(in.Unit, "\n\r") {
		bad.Add("unit", "The unit is a word or two, for example teams.")
	}
	if in.Unit != "" && (in.Many < 1 || in.Many > 1e12) {
		bad.Add("many", "Say how many %s there are in all.", in.Unit)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return j.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Product(ref); err != nil {
			return err
		}
		if err := tx.PutReachUnit(store.ReachUnit{Product: ref, Unit: in.Unit, Many: in.Many}); err != nil {
			return err
		}
		return j.items.System(tx, who, "reach unit changed", map[string]string{"product": string(ref), "detail": string(ref)})
	})
}

// counted is what an item's reach is counted in, in words; empty when nobody said.
func counted(units []store.ReachUnit, product plumbline.ProductRef) string {
	for _, u := range units {
		if u.Product == product && product != "" {
			return fmt.Sprintf("%d %s", u.Many, u.Unit)
		}
	}
	return ""
}
