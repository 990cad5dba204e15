package judging

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/chance"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// reach is the factor that is a part of all there are.
const reach plumbline.Factor = "reach"

// mostReachLines is how much of what was said of a product's reach is shown.
const mostReachLines = 50

// ReachInput says what a product's reach is counted in; an empty unit takes it
// away.
type ReachInput struct {
	Unit   string `json:"unit,omitempty"`   // "teams", "clusters", "customers"
	Many   int64  `json:"many,omitempty"`   // how many there are in all
	Source string `json:"source,omitempty"` // a link, or words that say where it comes from
}

// ReachView is what the reach of a product is counted in, and what was said of it.
type ReachView struct {
	Product plumbline.ProductRef  `json:"product"`
	Name    string                `json:"name"`
	Now     plumbline.ReachUnit   `json:"now"`     // with an empty unit: nobody says
	History []plumbline.ReachUnit `json:"history"` // the newest first, the present one too
}

// Reaches are what the reach of products is counted in.
func (j *Judge) Reaches(ctx context.Context, who plumbline.Actor) (out []plumbline.ReachUnit, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		out, err = tx.ReachUnits()
		return err
	})
	return out, err
}

// Reach is what the reach of one product is counted in, with who said it last and
// before, and from what.
func (j *Judge) Reach(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef) (out ReachView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		p, err := tx.Product(ref)
		if err != nil {
			return err
		}
		out = ReachView{Product: p.Ref, Name: p.Name}
		if out.History, err = tx.ReachHistory(ref, mostReachLines); len(out.History) > 0 {
			out.Now = out.History[0]
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
	u := plumbline.ReachUnit{
		ID: store.NewID(), Product: ref, Unit: strings.TrimSpace(in.Unit), Many: in.Many, Source: strings.TrimSpace(in.Source),
		By: who.Person, ByName: who.Name, At: j.now(),
	}
	if err := u.Validate(); err != nil {
		return err
	}
	return j.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Product(ref); err != nil {
			return err
		}
		if err := tx.PutReachUnit(u); err != nil {
			return err
		}
		return j.items.System(tx, who, "reach unit changed", map[string]string{"product": string(ref), "detail": string(ref)})
	})
}

// ofAll says whether a factor is a part of all that a product counts.
func ofAll(f rank.FactorInfo) bool { return f.ID == reach && f.Hundred != 0 }

// CountIn adds to a factor what its shares are shares of, by the product of the item:
// to reach, where a model takes it as a part of all. What it comes to is said of
// what is known of it.
func CountIn(v *FactorView, f rank.FactorInfo, units []plumbline.ReachUnit, product plumbline.ProductRef) {
	if !ofAll(f) || product == "" {
		return
	}
	for _, u := range units {
		if u.Product == product {
			v.Counted, v.CountedFrom = fmt.Sprintf("%d %s", u.Many, u.Unit), CountedFrom(u)
			if v.Known && v.Blind == "" {
				v.Amounts = amounts(v.Low, v.High, f.Hundred, u)
			}
		}
	}
}

// CountedFrom says who said what reach is counted in, when, and from what.
func CountedFrom(u plumbline.ReachUnit) string {
	var out []string
	if u.ByName != "" {
		out = append(out, u.ByName)
	}
	if !u.At.IsZero() {
		out = append(out, u.At.Std().Format("2006-01-02"))
	}
	if u.Source == "" {
		return strings.Join(append(out, "no source given"), ", ")
	}
	return strings.Join(append(out, u.Source), ", ")
}

// amounts is a share as so many of all there are, "12-19 of 24 teams": never more
// than all, and whole ones from 1 on.
func amounts(low, high, hundred float64, u plumbline.ReachUnit) string {
	count := func(part float64) float64 {
		n := float64(u.Many) * min(1, part/hundred)
		if n < 1 {
			return chance.Figures(n)
		}
		return math.Round(n)
	}
	r := chance.Range{Form: chance.FormBetween, Low: count(low), High: count(high)}
	if r.Low == r.High {
		r.Form = chance.FormExact
	}
	return fmt.Sprintf("%s of %d %s", r.String(), u.Many, u.Unit)
}

// reachesOf is what the reach of the items is counted in, by product.
func (l looked) reachesOf(items []plumbline.Item) (out []plumbline.ReachUnit) {
	for _, u := range l.units {
		if slices.ContainsFunc(items, func(it plumbline.Item) bool { return it.Product == u.Product }) {
			out = append(out, u)
		}
	}
	return out
}
