package objectives

import (
	"context"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// ConfigureSources makes the configured sources of figures known, in their order,
// and forgets others. What was measured stays.
func (r *Room) ConfigureSources(ctx context.Context, all []plumbline.SourceState) error {
	return r.db.Write(ctx, func(tx *store.Tx) error {
		old, err := tx.FigureSources()
		if err != nil {
			return err
		}
		changed := len(old) != len(all)
		for i, s := range all {
			was, _ := find(old, s.ID)
			if was != nil {
				same := was.Kind == s.Kind && was.URL == s.URL && was.Rules == s.Rules
				kept := *was
				kept.Kind, kept.URL, kept.Rules = s.Kind, s.URL, s.Rules
				if !same {
					kept.Failures, kept.Retry, kept.Problem = 0, 0, ""
				}
				s, changed = kept, changed || !same || old[i%len(old)].ID != s.ID
			} else {
				changed = true
			}
			if err := tx.PutFigureSource(i, s); err != nil {
				return err
			}
		}
		for _, s := range old {
			if now, _ := find(all, s.ID); now == nil {
				if err := tx.DropFigureSource(s.ID); err != nil {
					return err
				}
			}
		}
		if !changed {
			return nil
		}
		return r.note(tx, plumbline.SystemActor("serve"), plumbline.Confidential, "sources configured", told{Text: plural(len(all), "source")})
	})
}

// FigureSources are the sources of figures and how they are.
func (r *Room) FigureSources(ctx context.Context, who plumbline.Actor) (out []plumbline.SourceState, err error) {
	if err := rights.Need(who, rights.ReadSettings); err != nil {
		return nil, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = tx.FigureSources()
		return err
	})
	return out, err
}

// LeaseSource takes a source's turn for a while; false when another server has it.
func (r *Room) LeaseSource(ctx context.Context, source plumbline.LinkID, holder string, d time.Duration) (mine bool, err error) {
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		mine, err = tx.Lease("figures:"+string(source), holder, r.now(), d)
		return err
	})
	return mine, err
}
