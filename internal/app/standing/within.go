package standing

import (
	"plumbline"
	"plumbline/internal/store"
)

// KeepConstraint is PutConstraint for a room that makes constraints of its own
// facts, in the transaction that writes them. What people said of a constraint that
// is there stays: whether it is hard, who owns it and who approves, how often
// evidence is expected, and how long mending takes. It asks for no right: the room
// has.
func (r *Room) KeepConstraint(tx *store.Tx, who plumbline.Actor, c plumbline.Constraint) error {
	row, err := tx.Constraint(c.ID)
	switch {
	case plumbline.KindOf(err) == plumbline.NotFound:
	case err != nil:
		return err
	default:
		was := row.Constraint
		c.Hard, c.Owner, c.Approver, c.Cadence, c.Lead, c.Cycle = was.Hard, was.Owner, was.Approver, was.Cadence, was.Lead, was.Cycle
		c.From, c.To = was.From, was.To
	}
	_, _, err = r.put(tx, who, c, 0)
	return err
}

// EndConstraint is for such a room to say that a constraint holds no longer, and why. One
// that has ended is as it was.
func (r *Room) EndConstraint(tx *store.Tx, who plumbline.Actor, id plumbline.ConstraintID, why string) error {
	row, err := tx.Constraint(id)
	if err != nil || row.To != 0 && row.To <= r.now() {
		return err
	}
	row.To, row.Version, row.By, row.ByName, row.At = r.now(), row.Version+1, who.Person, who.Name, r.now()
	if err := tx.UpdateConstraint(row); err != nil {
		return err
	}
	d := about(row.Constraint)
	d.Why = why
	if err := r.note(tx, who, "constraint put", d); err != nil {
		return err
	}
	return r.again(tx, who, []store.ConstraintRow{row})
}
