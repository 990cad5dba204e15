package standing

import (
	"plumbline"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// LateChange is a change of a standing with what it is about. It holds no amounts: the
// reason of a budget is left out.
type LateChange struct {
	ID         string                   `json:"id"`
	Constraint plumbline.ConstraintID   `json:"constraint"`
	Name       string                   `json:"name"`
	Kind       plumbline.ConstraintKind `json:"kind"`
	Scope      plumbline.Scope          `json:"scope"`
	ChangeView                          // Fired and Lifted are the names of policies
}

// LateChanges are the changes of standings from one moment on until just before
// another, newest first, at most so many. It takes four statements.
func (r *Room) LateChanges(tx *store.Tx, from, to plumbline.Time, most int) ([]LateChange, error) {
	out := []LateChange{}
	changes, err := tx.LatestChanges(from, to, most)
	if err != nil || len(changes) == 0 {
		return out, err
	}
	book, err := r.book(tx)
	if err != nil {
		return nil, err
	}
	ids := make([]plumbline.ConstraintID, len(changes))
	for i, c := range changes {
		ids[i] = c.Constraint
	}
	rows, err := tx.ConstraintsByID(ids)
	if err != nil {
		return nil, err
	}
	by := make(map[plumbline.ConstraintID]plumbline.Constraint, len(rows))
	for _, c := range rows {
		by[c.ID] = c.Constraint
	}
	for _, c := range changes {
		k := by[c.Constraint]
		one := LateChange{
			ID: c.ID, Constraint: k.ID, Name: about(k).Text, Kind: k.Kind, Scope: k.Scope,
			ChangeView: ChangeView{At: c.At, Was: c.Was, Status: c.Status, Headroom: c.Headroom, Reason: c.Reason, Fired: policyNames(book, c.Fired), Lifted: policyNames(book, c.Lifted)},
		}
		if k.Kind == plumbline.Cost {
			one.Reason = ""
		}
		out = append(out, one)
	}
	return out, nil
}

func policyNames(book *limit.Book, ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = policyName(book, id)
	}
	return out
}

// DueDate is when a constraint asks for something.
type DueDate struct {
	Constraint plumbline.ConstraintID
	Name       string
	Kind       plumbline.ConstraintKind
	Scope      plumbline.Scope
	Status     plumbline.Status
	Due        plumbline.Time // of what it forces, else of the standing
	Reason     string         // without amounts
	At         plumbline.Time // when it was judged
}

// DueDates are the dates of the constraints that bear on a scope, nil: of all, by id,
// of at most five hundred constraints. It takes two statements and those of the groups.
func (r *Room) DueDates(tx *store.Tx, scope *plumbline.Scope) ([]DueDate, error) {
	f, err := r.filter(tx, ConstraintQuery{Scope: scope})
	if err != nil {
		return nil, err
	}
	f.Limit = maxConstraints
	rows, err := tx.Constraints(f)
	if err != nil {
		return nil, err
	}
	stood, err := tx.ConstraintStandings(f)
	if err != nil {
		return nil, err
	}
	by := make(map[plumbline.ConstraintID]plumbline.Constraint, len(rows))
	for _, c := range rows {
		by[c.ID] = c.Constraint
	}
	var out []DueDate
	for _, s := range stood {
		k, err := restore(s, by[s.Constraint])
		if err != nil {
			return nil, err
		}
		d := DueDate{
			Constraint: s.Constraint, Name: about(by[s.Constraint]).Text, Kind: k.Kind, Scope: k.Scope, Status: k.Status,
			Due: k.Due, Reason: k.Plainly(), At: k.At,
		}
		if duty, ok := k.Duty(); ok {
			d.Due = duty.Due
		}
		if d.Due != 0 {
			out = append(out, d)
		}
	}
	return out, nil
}
