package standing

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// LimitPreview says what policies would change if they were in force now.
type LimitPreview struct {
	Version string         `json:"version"`
	Judged  int            `json:"judged"`  // constraints
	Changes int            `json:"changes"` // how many of them would be different
	Changed []PreviewLimit `json:"changed"` // those, by id; the first 200
}

const mostPreviewed = 200

func (v *LimitPreview) take(p PreviewLimit) {
	v.Changes++
	if len(v.Changed) < mostPreviewed {
		v.Changed = append(v.Changed, p)
	}
}

// PreviewLimit is a constraint for which other policies would have an effect.
type PreviewLimit struct {
	Constraint plumbline.ConstraintID `json:"constraint"`
	Name       string                 `json:"name"`
	Scope      plumbline.Scope        `json:"scope"`
	Begin      []string               `json:"begin"` // names of policies
	End        []string               `json:"end"`
}

// PreviewLimitPolicy judges all constraints under a text and under the policies in
// force, and says where another policy would have an effect. It changes nothing.
func (r *Room) PreviewLimitPolicy(ctx context.Context, who plumbline.Actor, src string) (out LimitPreview, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	next, err := readBook(src)
	if err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		book, err := r.book(tx)
		if err != nil {
			return err
		}
		out = LimitPreview{Version: next.Version, Changed: []PreviewLimit{}}
		return r.inTurns(tx, func(all []*watched) error {
			out.Judged += len(all)
			for _, w := range all {
				if p, changed := w.preview(book, next, r.now()); changed {
					out.take(p)
				}
			}
			return nil
		})
	})
	return out, err
}

func (w *watched) preview(book, next *limit.Book, now plumbline.Time) (PreviewLimit, bool) {
	c := w.standingCase()
	from := now.Add(-replayed)
	is, would := book.ReplayFrom(c, from, now), next.ReplayFrom(c, from, now)
	fired, lifted := limit.Changed(is.Trail, would.Trail)
	k := w.row.Constraint
	return PreviewLimit{Constraint: k.ID, Name: about(k).Text, Scope: k.Scope, Begin: policyNames(next, fired), End: policyNames(book, lifted)}, len(fired)+len(lifted) > 0
}
