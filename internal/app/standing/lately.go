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
// another, newest first, at most so many, and those at that moment with an id before
// one: so the next page begins behind the last of a page. It takes four statements.
func (r *Room) LateChanges(tx *store.Tx, from, to plumbline.Time, before string, most int) ([]LateChange, error) {
	out := []LateChange{}
	changes, err := tx.LatestChanges(from, to, before, most)
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

// DueDates are the dates of the constraints that bear on a scope, nil: of all, by id. It
// takes two statements and those of the groups for every five hundred constraints.
func (r *Room) DueDates(tx *store.Tx, scope *plumbline.Scope) (out []DueDate, err error) {
	f, err := r.filter(tx, ConstraintQuery{Scope: scope})
	if err != nil {
		return nil, err
	}
	f.Limit = maxConstraints
	for {
		rows, err := tx.Constraints(f)
		if err != nil || len(rows) == 0 {
			return out, err
		}
		if out, err = dueDates(tx, rows, out); err != nil || len(rows) < f.Limit {
			return out, err
		}
		f.After = rows[len(rows)-1].ID
	}
}

// dueDates adds the dates of a page of constraints.
func dueDates(tx *store.Tx, rows []store.ConstraintRow, out []DueDate) ([]DueDate, error) {
	ids := make([]plumbline.ConstraintID, len(rows))
	for i, c := range rows {
		ids[i] = c.ID
	}
	stood, err := tx.StandingsOf(ids)
	if err != nil {
		return nil, err
	}
	for _, c := range rows {
		s, judged := stood[c.ID]
		if !judged {
			continue
		}
		k, err := restore(s, c.Constraint)
		if err != nil {
			return nil, err
		}
		d := DueDate{
			Constraint: c.ID, Name: about(c.Constraint).Text, Kind: k.Kind, Scope: k.Scope, Status: k.Status,
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
