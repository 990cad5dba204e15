package standing

import (
	"context"

	"plumbline"
	"plumbline/internal/store"
)

// perTurn is how many constraints are judged again in one transaction.
const perTurn = 100

// JudgeDue ends the exceptions whose time is up, and judges again the constraints
// that time alone may have changed: evidence gets old, dates pass, windows roll on,
// holds and exceptions end. It says whether there may be more. The worker calls it;
// when nothing is due it takes two statements.
func (r *Room) JudgeDue(ctx context.Context) (more bool, err error) {
	var due []plumbline.ConstraintID
	var over []store.ExceptionRow
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		due, over, err = r.due(tx)
		return err
	})
	if err != nil || len(due)+len(over) == 0 {
		return false, err
	}
	who := plumbline.SystemActor("worker")
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		if due, over, err = r.due(tx); err != nil { // another server may have been faster
			return err
		}
		for i := range over {
			k, err := tx.Constraint(over[i].Constraint)
			if err != nil {
				return err
			}
			over[i].Outcome = exceptionOver
			if err := r.endException(tx, who, k, &over[i]); err != nil {
				return err
			}
		}
		rows, err := tx.ConstraintsByID(due)
		if err != nil {
			return err
		}
		watched, err := r.watch(tx, rows)
		if err != nil {
			return err
		}
		return r.judge(tx, who, watched)
	})
	return len(due) == perTurn || len(over) == perTurn, err
}

func (r *Room) due(tx *store.Tx) ([]plumbline.ConstraintID, []store.ExceptionRow, error) {
	over, err := tx.ExceptionsOver(r.now(), perTurn)
	if err != nil {
		return nil, nil, err
	}
	due, err := tx.StandingsDue(r.now(), perTurn)
	return due, over, err
}
