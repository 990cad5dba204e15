package app

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Sweep moves items that nobody touched for longer than their state allows, as
// their process says ("In Progress" without an update for a week is stalled).
// In the demo nothing is swept: its history is older than its clock.
func (a *App) Sweep(ctx context.Context) (moved int, err error) {
	if a.conf.Demo {
		return 0, nil
	}
	for _, def := range a.book.All() {
		for _, state := range staleStates(def) {
			n, err := a.sweepState(ctx, def, state)
			moved += n
			if err != nil {
				return moved, err
			}
		}
	}
	return moved, nil
}

func staleStates(def *flow.Definition) []plumbline.State {
	var out []plumbline.State
	for _, l := range def.Lanes {
		for _, s := range l.States {
			if !s.Stale.After.IsZero() {
				out = append(out, s.State)
			}
		}
	}
	return out
}

// sweepState looks through the open items of one state, a page at a time, each
// stale one in a transaction of its own.
func (a *App) sweepState(ctx context.Context, def *flow.Definition, state plumbline.State) (moved int, err error) {
	who := plumbline.SystemActor("sweep")
	f := plumbline.Filter{Process: def.ID, States: []plumbline.State{state}, Sort: "oldest", Limit: plumbline.MaxPage}
	for {
		var page plumbline.Rows
		err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.List(who, f)
			return err
		})
		if err != nil {
			return moved, err
		}
		for _, r := range page.Rows {
			idle, stale := def.Stale(r.Item, a.now())
			if !stale {
				continue
			}
			if err := a.stall(ctx, who, def, r.Key, idle); err != nil {
				return moved, err
			}
			moved++
		}
		if page.Next == "" {
			return moved, nil
		}
		f.Cursor = page.Next
	}
}

// stall moves one stale item and says why; it looks again, inside the
// transaction, whether it still is.
func (a *App) stall(ctx context.Context, who plumbline.Actor, def *flow.Definition, key plumbline.Key, idle flow.Idle) error {
	_, err := a.Change(ctx, who, key, rights.See, 0, func(tx *store.Tx, it *plumbline.Item) error {
		if _, stale := def.Stale(*it, a.now()); !stale {
			return nil
		}
		f, err := a.Facts(tx, *it)
		if err != nil {
			return err
		}
		f.Note = "Nobody touched it since " + idle.Since.Std().Format("2006-01-02") + "."
		f.Message = plumbline.PublicText(f.Note + " " + capital(idle.Mention) + ": please say how it goes on.")
		return a.Step(tx, who, def, it, f, idle.To, "stale")
	})
	return err
}

func capital(s string) string {
	if s == "" {
		return "Team"
	}
	return string(s[0]-'a'+'A') + s[1:]
}
