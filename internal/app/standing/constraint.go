package standing

import (
	"context"
	"slices"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// ConstraintView is a constraint with how it stands. For those who may not read what
// our products cost, amounts are left out.
type ConstraintView struct {
	plumbline.Constraint
	Version  int64           `json:"version"`
	By       string          `json:"by"`
	At       plumbline.Time  `json:"changed"`
	Standing *limit.Standing `json:"standing,omitempty"` // nil: it was never judged
	Since    plumbline.Time  `json:"since"`              // it has had its status
	Policies string          `json:"policies"`           // the edition that it was judged by
	Withheld bool            `json:"amounts_withheld,omitempty"`
}

// PutConstraint makes or changes a constraint and judges it; saw is the version that
// the actor saw, 0 when it does not matter. Nothing happens when nothing is
// different.
func (r *Room) PutConstraint(ctx context.Context, who plumbline.Actor, c plumbline.Constraint, saw int64) (out ConstraintView, err error) {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		row, _, err := r.put(tx, who, c, saw)
		if err != nil {
			return err
		}
		out, err = r.one(tx, who, row)
		return err
	})
	return out, err
}

// put writes a constraint and says whether it is "new", "changed" or the "same".
func (r *Room) put(tx *store.Tx, who plumbline.Actor, c plumbline.Constraint, saw int64) (row store.ConstraintRow, what string, err error) {
	if c, err = r.checked(tx, c); err != nil {
		return row, "", err
	}
	row, err = tx.Constraint(c.ID)
	isNew := plumbline.KindOf(err) == plumbline.NotFound
	if err != nil && !isNew {
		return row, "", err
	}
	if !isNew && saw != 0 && saw != row.Version {
		return row, "", plumbline.Errorf(plumbline.Conflict, "The constraint %s was changed meanwhile (you saw version %d, it is now %d). Load it again and repeat your change.", c.ID, saw, row.Version)
	}
	if !isNew && row.Constraint == c {
		return row, "same", nil
	}
	if !isNew && (row.Kind != c.Kind || row.Scope != c.Scope) {
		return row, "", plumbline.FieldError("kind", "What %s is about and holds for cannot change, since its evidence is about that: end it, and make another one.", c.ID)
	}
	row = store.ConstraintRow{Constraint: c, Version: row.Version + 1, By: who.Person, ByName: who.Name, At: r.now()}
	write, what := tx.UpdateConstraint, "changed"
	if isNew {
		write, what = tx.InsertConstraint, "new"
	}
	if err := write(row); err != nil {
		return row, "", err
	}
	if err := r.note(tx, who, "constraint put", about(c)); err != nil {
		return row, "", err
	}
	return row, what, r.again(tx, who, []store.ConstraintRow{row})
}

// again asks the feeders about constraints and judges them, whatever is new.
func (r *Room) again(tx *store.Tx, who plumbline.Actor, rows []store.ConstraintRow) error {
	all, err := r.watch(tx, rows)
	if err != nil {
		return err
	}
	for _, w := range all {
		if err := r.feed(tx, w); err != nil {
			return err
		}
	}
	if err := r.writeTold(tx, all); err != nil {
		return err
	}
	return r.judge(tx, who, all)
}

// checked is a constraint that is valid and names what there is.
func (r *Room) checked(tx *store.Tx, c plumbline.Constraint) (plumbline.Constraint, error) {
	var bad plumbline.Problems
	bad.Merge(c.Validate())
	if c.Scope.Kind == plumbline.ScopeProduct || c.Scope.Kind == plumbline.ScopeProcess {
		products, err := tx.Products()
		if err != nil {
			return c, err
		}
		if !slices.ContainsFunc(products, func(p plumbline.Product) bool { return string(p.Ref) == c.Scope.Ref && p.Kind == c.Scope.Kind }) {
			bad.Add("scope", "There is no %s %q in the catalog.", c.Scope.Kind, c.Scope.Ref)
		}
	}
	for _, p := range []struct {
		field string
		who   *plumbline.PersonID
	}{{"owner", &c.Owner}, {"approver", &c.Approver}} {
		if *p.who == "" {
			continue
		}
		found, err := personOf(tx, *p.who)
		switch {
		case plumbline.KindOf(err) == plumbline.NotFound:
			bad.Add(p.field, "There is nobody with the id or handle %q.", *p.who)
		case err != nil:
			return c, err
		default:
			*p.who = found
		}
	}
	return c, bad.Err()
}

// personOf finds somebody by id or handle.
func personOf(tx *store.Tx, name plumbline.PersonID) (plumbline.PersonID, error) {
	p, err := tx.Person(name)
	if plumbline.KindOf(err) == plumbline.NotFound {
		p, err = tx.PersonByHandle(string(name))
	}
	return p.ID, err
}

// Constraint is one constraint with how it stands.
func (r *Room) Constraint(ctx context.Context, who plumbline.Actor, id plumbline.ConstraintID) (out ConstraintView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		row, err := tx.Constraint(id)
		if err != nil {
			return err
		}
		out, err = r.one(tx, who, row)
		return err
	})
	return out, err
}

func (r *Room) one(tx *store.Tx, who plumbline.Actor, row store.ConstraintRow) (ConstraintView, error) {
	stood, err := tx.StandingsOf([]plumbline.ConstraintID{row.ID})
	if err != nil {
		return ConstraintView{}, err
	}
	return view(who, row, stood[row.ID])
}

// view is a constraint for a reader.
func view(who plumbline.Actor, row store.ConstraintRow, stood store.StandingRow) (ConstraintView, error) {
	out := ConstraintView{Constraint: row.Constraint, Version: row.Version, By: row.ByName, At: row.At}
	if stood.Constraint != "" {
		k, err := restore(stood, row.Constraint)
		if err != nil {
			return out, err
		}
		out.Standing, out.Since, out.Policies = &k.Standing, stood.Since, stood.Policies
	}
	if row.Kind == plumbline.Cost && !mayReadCosts(who) {
		out.withhold()
	}
	return out, nil
}

func mayReadCosts(who plumbline.Actor) bool { return rights.May(who, rights.ReadCosts) }

// withhold takes the amounts of money away.
func (v *ConstraintView) withhold() {
	v.Withheld, v.Objective = true, ""
	s := v.Standing
	if s == nil {
		return
	}
	plain := s.Plainly()
	for i := range s.Effects {
		s.Effects[i].Why = plain
	}
	s.Reason, s.Notes = plain, nil
	s.Figures = slices.DeleteFunc(s.Figures, func(f limit.Figure) bool { return f.Unit == v.Currency })
}

// maxConstraints is how many constraints a page has at most.
const maxConstraints = 500

// ConstraintQuery narrows a list of constraints; what is empty narrows nothing.
type ConstraintQuery struct {
	Kind   plumbline.ConstraintKind
	Scope  *plumbline.Scope // with what it inherits
	Status plumbline.Status
	Forced bool
	After  plumbline.ConstraintID
	Limit  int // 0: 100
}

// ConstraintList is a page of constraints, by id; Next is the After of the next page.
type ConstraintList struct {
	Constraints []ConstraintView       `json:"constraints"`
	Next        plumbline.ConstraintID `json:"next,omitempty"`
}

// Constraints is a page of the constraints with how they stand.
func (r *Room) Constraints(ctx context.Context, who plumbline.Actor, q ConstraintQuery) (out ConstraintList, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	if q.Limit <= 0 {
		q.Limit = 100
	}
	q.Limit = min(q.Limit, maxConstraints)
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		f, err := r.filter(tx, q)
		if err != nil {
			return err
		}
		f.Limit = q.Limit + 1
		out, err = r.list(tx, who, f)
		if n := q.Limit; len(out.Constraints) > n {
			out.Constraints = out.Constraints[:n]
			out.Next = out.Constraints[n-1].ID
		}
		return err
	})
	return out, err
}

func (r *Room) filter(tx *store.Tx, q ConstraintQuery) (store.ConstraintFilter, error) {
	f := store.ConstraintFilter{Kind: q.Kind, Status: q.Status, Forced: q.Forced, After: q.After}
	if q.Scope == nil {
		return f, nil
	}
	groups, err := r.groupsNow(tx)
	f.Scopes = groups.Above(*q.Scope)
	return f, err
}

// list reads constraints and standings, in two statements.
func (r *Room) list(tx *store.Tx, who plumbline.Actor, f store.ConstraintFilter) (ConstraintList, error) {
	out := ConstraintList{Constraints: []ConstraintView{}}
	rows, err := tx.Constraints(f)
	if err != nil {
		return out, err
	}
	ids := make([]plumbline.ConstraintID, len(rows))
	for i, c := range rows {
		ids[i] = c.ID
	}
	stood, err := tx.StandingsOf(ids)
	if err != nil {
		return out, err
	}
	for _, c := range rows {
		v, err := view(who, c, stood[c.ID])
		if err != nil {
			return out, err
		}
		out.Constraints = append(out.Constraints, v)
	}
	return out, nil
}
