package standing

import (
	"context"
	"fmt"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// maxTold is how much evidence one call may give.
const maxTold = 2000

// Told says what became of the evidence that was given.
type Told struct {
	New     int            `json:"new"`
	Changed int            `json:"changed"` // that took the place of other evidence
	Same    int            `json:"same"`    // known already
	View    ConstraintView `json:"constraint"`
}

// GiveEvidence takes evidence about a constraint in and judges it again. What has no
// source was given by hand by the actor. Evidence is never changed: one with the same
// source, external name, subject and window as another takes its place, and so does
// one that names the id of another in Supersedes.
func (r *Room) GiveEvidence(ctx context.Context, who plumbline.Actor, id plumbline.ConstraintID, list []plumbline.Observation) (out Told, err error) {
	if err := rights.Need(who, rights.GiveEvidence); err != nil {
		return out, err
	}
	if len(list) == 0 || len(list) > maxTold {
		return out, plumbline.FieldError("evidence", "Give 1 to %d pieces of evidence at once, not %d.", maxTold, len(list))
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		out, err = r.KeepEvidence(tx, who, id, list)
		return err
	})
	return out, err
}

// KeepEvidence is GiveEvidence for a room that tells within its transaction. It asks for no
// right: the room has.
func (r *Room) KeepEvidence(tx *store.Tx, who plumbline.Actor, id plumbline.ConstraintID, list []plumbline.Observation) (out Told, err error) {
	row, err := tx.Constraint(id)
	if err != nil {
		return out, err
	}
	all, err := r.watch(tx, []store.ConstraintRow{row})
	if err != nil {
		return out, err
	}
	if out, err = r.tellAll(who, all[0], list); err != nil {
		return out, err
	}
	if out.New+out.Changed > 0 {
		d := about(row.Constraint)
		d.Detail = fmt.Sprintf("%d new, %d changed", out.New, out.Changed)
		if err := r.note(tx, who, "evidence given", d); err != nil {
			return out, err
		}
	}
	if err := r.keep(tx, who, all); err != nil {
		return out, err
	}
	out.View, err = r.one(tx, who, row)
	return out, err
}

// tellAll takes a list in; the errors name the place of each.
func (r *Room) tellAll(who plumbline.Actor, w *watched, list []plumbline.Observation) (out Told, err error) {
	var bad plumbline.Problems
	for i, o := range list {
		if o.Source == "" {
			o.Source, o.Quality = "by hand: "+who.Name, plumbline.ByHand
		}
		ended := len(w.ended)
		isNew, err := w.tell(o, r.now())
		switch {
		case err != nil:
			bad.Add(fmt.Sprintf("evidence[%d]", i), "%s", plumbline.TextOf(err))
		case !isNew:
			out.Same++
		case len(w.ended) > ended:
			out.Changed++
		default:
			out.New++
		}
	}
	return out, bad.Err()
}

// EvidenceQuery is a page of the evidence about a constraint.
type EvidenceQuery struct {
	Subject    string
	Superseded bool   // with what was superseded
	Cursor     string // of the page before
	Limit      int
}

// ObservationView is a piece of evidence; Ended is when another one took its place.
type ObservationView struct {
	plumbline.Observation
	Ended plumbline.Time `json:"ended,omitempty"`
}

// EvidencePage is a page of evidence, newest first.
type EvidencePage struct {
	Evidence []ObservationView `json:"evidence"`
	Next     string            `json:"next,omitempty"`
}

// ConstraintEvidence is a page of the evidence about a constraint, newest first.
// Amounts are left out for those who may not read what our products cost.
func (r *Room) ConstraintEvidence(ctx context.Context, who plumbline.Actor, id plumbline.ConstraintID, q EvidenceQuery) (out EvidencePage, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		if _, err := tx.Constraint(id); err != nil {
			return err
		}
		out, err = r.evidencePage(tx, who, id, q)
		return err
	})
	return out, err
}

func (r *Room) evidencePage(tx *store.Tx, who plumbline.Actor, id plumbline.ConstraintID, q EvidenceQuery) (EvidencePage, error) {
	out := EvidencePage{Evidence: []ObservationView{}}
	if q.Limit <= 0 || q.Limit > plumbline.MaxPage {
		q.Limit = plumbline.PageSize
	}
	f := store.ObservationFilter{Constraint: id, Subject: q.Subject, Superseded: q.Superseded, Limit: q.Limit}
	var err error
	if f.BeforeAt, f.BeforeID, err = readPlace(q.Cursor); err != nil {
		return out, err
	}
	rows, err := tx.Observations(f)
	for _, o := range rows {
		v := ObservationView{o.Observation, o.Ended}
		if !rights.May(who, rights.ReadCosts) {
			v.Amount = ""
		}
		out.Evidence = append(out.Evidence, v)
	}
	if n := len(rows); n == q.Limit {
		out.Next = writePlace(rows[n-1].At, rows[n-1].ID)
	}
	return out, err
}
