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
