package standing

import (
	"context"
	"slices"
	"strconv"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// How an exception ended.
const (
	exceptionOver     = "over"
	exceptionRefused  = "refused"
	exceptionTakenOff = "taken back"
)

// ExceptionInput asks for an exception.
type ExceptionInput struct {
	Constraint plumbline.ConstraintID `json:"constraint"`
	Subject    string                 `json:"subject,omitempty"` // a control or a finding; empty: the whole
	Policy     string                 `json:"policy,omitempty"`  // only what this policy asks for; empty: the judgement
	Reason     string                 `json:"reason"`
	From       plumbline.Time         `json:"from,omitempty"` // zero: from when it is approved
	Until      plumbline.Time         `json:"until"`          // at most 90 days later
}

// ExceptionView is an exception as people read it.
type ExceptionView struct {
	ID         string                 `json:"id"`
	Constraint plumbline.ConstraintID `json:"constraint"`
	Subject    string                 `json:"subject,omitempty"`
	Policy     string                 `json:"policy,omitempty"`
	Reason     string                 `json:"reason"`
	AskedBy    string                 `json:"asked_by"`
	Asked      plumbline.Time         `json:"asked"`
	From       plumbline.Time         `json:"from"`
	Until      plumbline.Time         `json:"until"`
	Needs      int64                  `json:"needs"` // how many have to approve
	Approved   []ApprovalView         `json:"approved"`
	State      string                 `json:"state"`           // "asked", "approved" (its time has not come), "in force", or how it ended: "over", "refused", "taken back"
	Ended      plumbline.Time         `json:"ended,omitempty"` // when it ended
	MayApprove bool                   `json:"may_approve"`     // the reader may
	MayEnd     bool                   `json:"may_end"`         // the reader may refuse it or take it back
}

// ApprovalView is one person's yes.
type ApprovalView struct {
	By string         `json:"by"`
	At plumbline.Time `json:"at"`
}

func viewException(who plumbline.Actor, e store.ExceptionRow, now plumbline.Time) ExceptionView {
	v := ExceptionView{
		ID: e.ID, Constraint: e.Constraint, Subject: e.Subject, Policy: e.Policy, Reason: e.Reason, AskedBy: e.RequesterName, Asked: e.Asked,
		From: e.From, Until: e.Until, Needs: e.Needs, Approved: []ApprovalView{}, State: e.Outcome, Ended: e.Ended,
	}
	for _, a := range e.Approved {
		v.Approved = append(v.Approved, ApprovalView{a.Name, a.At})
	}
	switch {
	case e.Ended != 0:
	case now >= e.Until:
		v.State = exceptionOver
	case !e.Holding():
		v.State = "asked"
	case now < e.From:
		v.State = "approved"
	default:
		v.State = "in force"
	}
	open := e.Ended == 0 && now < e.Until
	v.MayApprove = open && !e.Holding() && rights.May(who, rights.GiveException) && who.Person != e.Requester && !slices.Contains(e.Approvers, who.Person)
	v.MayEnd = open && (who.Person == e.Requester || rights.May(who, rights.GiveException))
	return v
}

// AskException asks for an exception; it holds when enough others approved it.
func (r *Room) AskException(ctx context.Context, who plumbline.Actor, in ExceptionInput) (out ExceptionView, err error) {
	if err := rights.Need(who, rights.AskException); err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		k, err := tx.Constraint(in.Constraint)
		if err != nil {
			return err
		}
		book, err := r.book(tx)
		if err != nil {
			return err
		}
		e := store.ExceptionRow{
			Exception: plumbline.Exception{
				ID: store.NewID(), Constraint: in.Constraint, Subject: in.Subject, Policy: in.Policy, Reason: in.Reason, Requester: who.Person,
				From: max(in.From, r.now()), Until: in.Until,
			},
			RequesterName: who.Name, Asked: r.now(),
		}
		if err := e.ValidateRequest(); err != nil {
			return err
		}
		if e.Needs, err = needs(book, k.Kind, in.Policy); err != nil {
			return err
		}
		if err := tx.InsertException(e); err != nil {
			return err
		}
		out = viewException(who, e, r.now())
		return r.noteException(tx, who, "exception asked", k.Constraint, e)
	})
	return out, err
}

// needs is how many have to approve: what the policy asks for, or the most that any
// policy about the kind does.
func needs(book *limit.Book, kind plumbline.ConstraintKind, policy string) (int64, error) {
	most, found := 1, policy == ""
	for i := range book.Policies {
		p := &book.Policies[i]
		if policy != "" && p.ID != policy || len(p.Kinds) > 0 && !slices.Contains(p.Kinds, kind) {
			continue
		}
		most, found = max(most, p.Approvers), true
	}
	if !found {
		return 0, plumbline.FieldError("policy", "There is no policy %q about a constraint of this kind.", policy)
	}
	return int64(most), nil
}

func (r *Room) noteException(tx *store.Tx, who plumbline.Actor, typ string, k plumbline.Constraint, e store.ExceptionRow) error {
	d := about(k)
	d.Kind, d.Why = e.Policy, e.Reason
	d.Detail = "until " + e.Until.Std().Format(time.DateOnly)
	if n := e.Needs - int64(len(e.Approved)); typ == "exception approved" && n > 0 {
		d.Detail += ", " + strconv.FormatInt(n, 10) + " more to approve"
	}
	return r.note(tx, who, typ, d)
}

// ApproveException says yes to an exception that somebody else asked for. The last
// yes that it needs puts it in force.
func (r *Room) ApproveException(ctx context.Context, who plumbline.Actor, id string) (ExceptionView, error) {
	return r.withException(ctx, who, rights.GiveException, id, func(tx *store.Tx, k store.ConstraintRow, e *store.ExceptionRow) error {
		switch {
		case e.Requester == who.Person:
			return plumbline.Errorf(plumbline.Denied, "An exception is approved by somebody other than who asked for it.")
		case slices.Contains(e.Approvers, who.Person):
			return plumbline.Errorf(plumbline.Conflict, "You approved this exception already: each approver counts once.")
		case e.Holding():
			return plumbline.Errorf(plumbline.Conflict, "The exception is approved already.")
		}
		e.Approvers = append(e.Approvers, who.Person)
		enough := int64(len(e.Approvers)) >= e.Needs
		if named := k.Approver; enough && named != "" && named != e.Requester && !slices.Contains(e.Approvers, named) {
			return plumbline.Errorf(plumbline.Denied, "The constraint %s names who has to approve, and that is not you. Ask them.", k.ID)
		}
		a := store.Approval{Exception: e.ID, Person: who.Person, Name: who.Name, At: r.now()}
		if _, err := tx.Approve(a); err != nil {
			return err
		}
		e.Approved = append(e.Approved, a)
		if err := r.noteException(tx, who, "exception approved", k.Constraint, *e); err != nil || !enough {
			return err
		}
		e.From = max(e.From, r.now())
		if err := tx.BeginException(e.ID, e.From); err != nil {
			return err
		}
		return r.again(tx, who, []store.ConstraintRow{k})
	})
}

// EndException refuses an exception, or takes it back: who asked for it may, and who
// may approve.
func (r *Room) EndException(ctx context.Context, who plumbline.Actor, id string) (ExceptionView, error) {
	return r.withException(ctx, who, rights.AskException, id, func(tx *store.Tx, k store.ConstraintRow, e *store.ExceptionRow) error {
		e.Outcome = exceptionTakenOff
		if e.Requester != who.Person {
			if err := rights.Need(who, rights.GiveException); err != nil {
				return err
			}
			if !e.Holding() {
				e.Outcome = exceptionRefused
			}
		}
		return r.endException(tx, who, k, e)
	})
}

// endException writes how an exception ended and judges without it.
func (r *Room) endException(tx *store.Tx, who plumbline.Actor, k store.ConstraintRow, e *store.ExceptionRow) error {
	e.Ended = r.now()
	ended, err := tx.EndException(e.ID, e.Outcome, e.Ended)
	if err != nil || !ended {
		return err
	}
	if err := r.noteException(tx, who, "exception "+e.Outcome, k.Constraint, *e); err != nil {
		return err
	}
	return r.again(tx, who, []store.ConstraintRow{k})
}

// withException is the frame of what changes an exception that has not ended.
func (r *Room) withException(ctx context.Context, who plumbline.Actor, verb rights.Verb, id string, fn func(tx *store.Tx, k store.ConstraintRow, e *store.ExceptionRow) error) (out ExceptionView, err error) {
	if err := rights.Need(who, verb); err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		e, err := tx.Exception(id)
		if err != nil {
			return err
		}
		if e.Ended != 0 || r.now() >= e.Until {
			return plumbline.Errorf(plumbline.Conflict, "The exception has ended. Ask for another one.")
		}
		k, err := tx.Constraint(e.Constraint)
		if err != nil {
			return err
		}
		if err := fn(tx, k, &e); err != nil {
			return err
		}
		out = viewException(who, e, r.now())
		return nil
	})
	return out, err
}

// Exceptions are the exceptions from a constraint, those that were asked for last
// first; "": those of all constraints that have not ended, by when they end.
func (r *Room) Exceptions(ctx context.Context, who plumbline.Actor, of plumbline.ConstraintID) (out []ExceptionView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		var rows []store.ExceptionRow
		if of == "" {
			rows, err = tx.OpenExceptions()
		} else {
			var by map[plumbline.ConstraintID][]store.ExceptionRow
			by, err = tx.ExceptionsOf([]plumbline.ConstraintID{of}, false)
			rows = by[of]
		}
		out = []ExceptionView{}
		for _, e := range rows {
			out = append(out, viewException(who, e, r.now()))
		}
		return err
	})
	return out, err
}
