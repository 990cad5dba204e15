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
// holds and exceptions end. Promises are settled by what became of their items. It says whether there may be more. The worker calls it;
// when nothing is due it takes three statements.
func (r *Room) JudgeDue(ctx context.Context) (more bool, err error) {
	var due []plumbline.ConstraintID
	var over []store.ExceptionRow
	var done []settled
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		if due, over, err = r.due(tx); err != nil {
			return err
		}
		done, err = r.settling(tx)
		return err
	})
	if err != nil || len(due)+len(over)+len(done) == 0 {
		return false, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error { // another server may have been faster
		more, err = r.JudgeDueIn(tx)
		return err
	})
	return more, err
}

// JudgeDueIn is JudgeDue within a transaction.
func (r *Room) JudgeDueIn(tx *store.Tx) (more bool, err error) {
	who := plumbline.SystemActor("worker")
	done, err := r.settling(tx)
	if err != nil {
		return false, err
	}
	if err := r.settle(tx, who, done); err != nil {
		return false, err
	}
	due, over, err := r.due(tx)
	if err != nil {
		return false, err
	}
	for i := range over {
		k, err := tx.Constraint(over[i].Constraint)
		if err != nil {
			return false, err
		}
		over[i].Outcome = exceptionOver
		if err := r.endException(tx, who, k, &over[i]); err != nil {
			return false, err
		}
	}
	rows, err := tx.ConstraintsByID(due)
	if err != nil {
		return false, err
	}
	watched, err := r.watch(tx, rows)
	if err != nil {
		return false, err
	}
	return len(due) == perTurn || len(over) == perTurn, r.judge(tx, who, watched)
}

func (r *Room) due(tx *store.Tx) ([]plumbline.ConstraintID, []store.ExceptionRow, error) {
	over, err := tx.ExceptionsOver(r.now(), perTurn)
	if err != nil {
		return nil, nil, err
	}
	due, err := tx.StandingsDue(r.now(), perTurn)
	return due, over, err
}
