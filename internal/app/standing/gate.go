package standing

import (
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// WorkGates says for every type of work whether it may go on in a scope, and what stands
// in its way.
func (r *Room) WorkGates(ctx context.Context, who plumbline.Actor, scope plumbline.Scope) ([]limit.Gate, error) {
	return r.gates(ctx, who, scope, plumbline.WorkTypes[:]...)
}

// WorkGate says whether one type of work may go on in a scope.
func (r *Room) WorkGate(ctx context.Context, who plumbline.Actor, scope plumbline.Scope, work string) (limit.Gate, error) {
	if !plumbline.ValidWorkType(work) {
		return limit.Gate{}, plumbline.FieldError("work", "The type of work is one of %s, not %q.", strings.Join(plumbline.WorkTypes[:], ", "), work)
	}
	all, err := r.gates(ctx, who, scope, work)
	if err != nil {
		return limit.Gate{}, err
	}
	return all[0], nil
}

func (r *Room) gates(ctx context.Context, who plumbline.Actor, scope plumbline.Scope, work ...string) (out []limit.Gate, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		groups, err := r.groupsNow(tx)
		if err != nil {
			return err
		}
		out, err = r.pass(tx, groups, scope, work...)
		return err
	})
	return out, err
}

// pass asks the gates of a scope. It takes two statements.
func (r *Room) pass(tx *store.Tx, groups limit.Groups, scope plumbline.Scope, work ...string) ([]limit.Gate, error) {
	standings, err := r.standingsNow(tx, store.ConstraintFilter{Scopes: groups.Above(scope)})
	if err != nil {
		return nil, err
	}
	out := make([]limit.Gate, len(work))
	for i, w := range work {
		out[i] = groups.Pass(scope, w, standings)
	}
	return out, nil
}

// standingsNow are how the constraints of a filter stand, in two statements, without
// amounts of money.
func (r *Room) standingsNow(tx *store.Tx, f store.ConstraintFilter) (standings []limit.Standing, err error) {
	rows, err := tx.Constraints(f)
	if err != nil {
		return nil, err
	}
	stood, err := tx.ConstraintStandings(f)
	if err != nil {
		return nil, err
	}
	for _, s := range stood {
		i := slices.IndexFunc(rows, func(c store.ConstraintRow) bool { return c.ID == s.Constraint })
		k, err := restore(s, rows[i].Constraint)
		if err != nil {
			return nil, err
		}
		standings = append(standings, plain(k.Standing))
	}
	return standings, nil
}

// plain is a standing whose effects say why without amounts of money.
func plain(s limit.Standing) limit.Standing {
	if s.Kind == plumbline.Cost {
		for i := range s.Effects {
			s.Effects[i].Why = s.Plainly()
		}
	}
	return s
}

// ItemGate is what stands in the way of an item: by its product, and by the type of
// work that it is. It informs; who decides all the same says why in the decision.
type ItemGate struct {
	Key  plumbline.Key `json:"key"`
	Gate *limit.Gate   `json:"gate,omitempty"` // nil: the item has no product
}

// ItemGate says what stands in the way of an item.
func (r *Room) ItemGate(ctx context.Context, who plumbline.Actor, key plumbline.Key) (out ItemGate, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		it, err := r.items.Seeing(tx, who, key)
		if err != nil {
			return err
		}
		out.Key = it.Key
		g, ok, err := r.itemGate(tx, it)
		if ok {
			out.Gate = &g
		}
		return err
	})
	return out, err
}

// itemGate asks the gate of the item's product about its type of work; ok says that it
// has a product.
func (r *Room) itemGate(tx *store.Tx, it plumbline.Item) (g limit.Gate, ok bool, err error) {
	if it.Product == "" {
		return g, false, nil
	}
	p, err := tx.Product(it.Product)
	if plumbline.KindOf(err) == plumbline.NotFound {
		return g, false, nil
	}
	if err != nil {
		return g, false, err
	}
	mends, err := tx.TiedTo(it.ID)
	if err != nil {
		return g, false, err
	}
	var kinds []plumbline.ConstraintKind
	for _, c := range mends {
		kinds = append(kinds, c.Kind)
	}
	groups, err := r.groupsNow(tx)
	if err != nil {
		return g, false, err
	}
	all, err := r.pass(tx, groups, scopeOf(p), limit.WorkOf(it, kinds...))
	if err != nil {
		return g, false, err
	}
	return all[0], true, nil
}

// NoteGate writes into the history of an item that goes on although a limit stands in
// its way: the decision is the record of who let it pass, and why.
func (r *Room) NoteGate(tx *store.Tx, who plumbline.Actor, it plumbline.Item) error {
	g, ok, err := r.itemGate(tx, it)
	if err != nil || !ok || g.Result == limit.Allowed {
		return err
	}
	first := g.By[0]
	d := said{
		Constraint: first.Constraint, Text: string(first.Constraint), Scope: first.Scope.String(), Kind: g.Work,
		Detail: first.Effect.What, Why: first.Effect.Why,
	}
	typ := "gate overridden"
	if g.Result == limit.NeedsReview {
		typ = "gate asked for a review"
	}
	return r.items.Note(tx, who, it, typ, "user", d)
}

// ReserveView is a share of capacity that a limit keeps for the work that mends it.
type ReserveView struct {
	Scope      plumbline.Scope        `json:"scope"` // a product or a process
	Team       plumbline.TeamRef      `json:"team,omitempty"`
	Share      plumbline.Decimal      `json:"share"` // 0 to 1
	Work       string                 `json:"work"`  // the type of work that it is kept for
	Constraint plumbline.ConstraintID `json:"constraint"`
	Policy     string                 `json:"policy"`
	Since      plumbline.Time         `json:"since"`
	Lifts      string                 `json:"lifts"`
}

// Reserves are the shares of capacity that policies keep now, by product and with the
// team that owns it, for whoever plans. Of several for one product and type of work
// the largest counts.
func (r *Room) Reserves(ctx context.Context, who plumbline.Actor) (out []ReserveView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = r.ReservesIn(tx, who)
		return err
	})
	return out, err
}

// ReservesIn is Reserves for another room, which has checked the right.
func (r *Room) ReservesIn(tx *store.Tx, who plumbline.Actor) ([]ReserveView, error) {
	out := []ReserveView{}
	groups, err := r.groupsNow(tx)
	if err != nil {
		return nil, err
	}
	products, err := tx.Products()
	if err != nil {
		return nil, err
	}
	all, err := r.list(tx, who, store.ConstraintFilter{})
	for _, v := range all.Constraints {
		if v.Standing == nil {
			continue
		}
		for _, e := range v.Standing.Effects {
			if e.Force == plumbline.Reserve && e.Waived == 0 {
				out = reserve(out, v, e, members(groups, v.Scope), products)
			}
		}
	}
	return out, err
}

func members(groups limit.Groups, s plumbline.Scope) []plumbline.Scope {
	if s.Kind == plumbline.ScopeGroup {
		return groups.Below(s)
	}
	return []plumbline.Scope{s}
}

// reserve adds a share for each scope, unless as much is kept already.
func reserve(out []ReserveView, v ConstraintView, e limit.Effect, scopes []plumbline.Scope, products []plumbline.Product) []ReserveView {
	for _, s := range scopes {
		one := ReserveView{Scope: s, Share: e.Share, Work: limit.WorkFor(v.Kind), Constraint: v.ID, Policy: e.Policy, Since: e.Since, Lifts: e.Lifts}
		if i := slices.IndexFunc(products, func(p plumbline.Product) bool { return string(p.Ref) == s.Ref && p.Kind == s.Kind }); i >= 0 {
			one.Team = products[i].Owner
		}
		i := slices.IndexFunc(out, func(have ReserveView) bool { return have.Scope == s && have.Work == one.Work })
		switch {
		case i < 0:
			out = append(out, one)
		case one.Share.Rat().Cmp(out[i].Share.Rat()) > 0:
			out[i] = one
		}
	}
	return out
}

// What stands in the way of work, by its force.
const (
	NeedsReview = limit.NeedsReview
	Blocked     = limit.Blocked
)

// What doors show of a judgement is what the judge says.
type (
	Gate     = limit.Gate     // whether a type of work may go on, and why not
	Standing = limit.Standing // how a constraint stands
	Effect   = limit.Effect   // what follows from it
	Number   = limit.Number   // an exact number that was worked out
)
