package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// was is what an item was before a verdict.
type was struct {
	Remit    plumbline.Remit               `json:"remit"`
	State    plumbline.State               `json:"state"`
	Since    plumbline.Time                `json:"since"`
	States   map[string]plumbline.Position `json:"states"`
	Closed   plumbline.Time                `json:"closed"`
	Team     plumbline.TeamRef             `json:"team"`
	Wait     *plumbline.Wait               `json:"wait,omitempty"`
	Decision string                        `json:"decision,omitempty"` // the one that held
	Actions  []plumbline.ActionID          `json:"actions,omitempty"`  // that there were
}

// remember reads what an item is before a verdict; keep writes it down once the
// verdict is made.
func (a *App) remember(tx *store.Tx, who plumbline.Actor, it plumbline.Item, kind string) (keep func() error, err error) {
	w := was{Remit: it.Remit, State: it.State, Since: it.Since, States: it.States, Closed: it.Closed, Team: it.Team}
	if wait, ok, err := tx.Wait(it.ID); err != nil {
		return nil, err
	} else if ok {
		w.Wait = &wait
	}
	if d, ok, err := tx.Decision(it.ID); err != nil {
		return nil, err
	} else if ok {
		w.Decision = d.ID
	}
	acts, err := tx.ActionsFor(it.ID)
	if err != nil {
		return nil, err
	}
	for _, act := range acts {
		w.Actions = append(w.Actions, act.ID)
	}
	text, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	return func() error {
		return tx.InsertVerdict(store.Verdict{ID: store.NewID(), Item: it.ID, Kind: kind, By: who.Person, At: a.now(), Version: it.Version + 1, Was: string(text)})
	}, nil
}

// Undo takes the newest verdict on an item back: the item is what it was, a
// decision that was made ends, what was planned for the tracker is dropped, and
// what was written there is written back. It is refused when the item was changed
// since, or when what was written cannot be taken back.
func (a *App) Undo(ctx context.Context, who plumbline.Actor, key plumbline.Key) (plumbline.Item, error) {
	return a.Change(ctx, who, key, rights.Triage, 0, func(tx *store.Tx, it *plumbline.Item) error {
		v, ok, err := tx.LastVerdict(it.ID)
		switch {
		case err != nil:
			return err
		case !ok:
			return plumbline.Errorf(plumbline.Conflict, "There is no verdict on %s to take back.", it.Key)
		case v.Version != it.Version:
			return plumbline.Errorf(plumbline.Conflict, "%s was changed after it was %s, so that cannot be taken back. Move it on its page instead.", it.Key, v.Kind)
		}
		var w was
		if err := json.Unmarshal([]byte(v.Was), &w); err != nil {
			return err
		}
		wrote, err := a.takeBack(tx, *it, w)
		if err != nil {
			return err
		}
		if err := a.restore(tx, it, w); err != nil {
			return err
		}
		if v.Kind == string(plumbline.Redirect) {
			if err := tx.DropRedirection(it.ID); err != nil {
				return err
			}
		}
		if err := tx.UndoVerdict(v.ID, a.now()); err != nil {
			return err
		}
		if err := a.writeBack(tx, *it, wrote); err != nil {
			return err
		}
		return a.Note(tx, who, *it, "verdict taken back", "user", map[string]any{"kind": v.Kind, "from": wrote.from, "to": it.State})
	})
}

// written is what an undone verdict has done outside.
type written struct {
	from   plumbline.State
	states map[string]plumbline.Position
}

// takeBack drops what the verdict planned and has not done, and refuses when
// something was done that cannot be undone from here.
func (a *App) takeBack(tx *store.Tx, it plumbline.Item, w was) (written, error) {
	out := written{from: it.State, states: it.States}
	acts, err := tx.ActionsFor(it.ID)
	if err != nil {
		return out, err
	}
	for _, act := range acts {
		if slices.Contains(w.Actions, act.ID) {
			continue
		}
		switch {
		case act.Status == plumbline.ActionWaiting || act.Status == plumbline.ActionHeld:
			if _, err := tx.DropAction(act.ID, "The verdict was taken back.", a.now()); err != nil {
				return out, err
			}
		case act.Status == plumbline.ActionRunning:
			return out, plumbline.Errorf(plumbline.Conflict, "The tracker is being written to just now. Try again in a moment.")
		case act.Status == plumbline.ActionDone && act.Kind == plumbline.CloseIssue:
			return out, plumbline.Errorf(plumbline.Conflict, "The issue was closed in the tracker already. Open it there, or move %s on its page.", it.Key)
		case act.Status == plumbline.ActionDone && act.Kind == plumbline.OpenIssue:
			return out, plumbline.Errorf(plumbline.Conflict, "An issue was opened in the tracker already. Close it there, or move %s on its page.", it.Key)
		}
	}
	return out, nil
}

// restore makes the item what it was.
func (a *App) restore(tx *store.Tx, it *plumbline.Item, w was) error {
	it.Remit, it.State, it.Since, it.States, it.Closed, it.Team = w.Remit, w.State, w.Since, w.States, w.Closed, w.Team
	d, ok, err := tx.Decision(it.ID)
	if err != nil {
		return err
	}
	if ok && d.ID != w.Decision {
		if err := tx.EndDecision(it.ID, a.now()); err != nil {
			return err
		}
		if w.Decision != "" {
			if err := tx.ResumeDecision(w.Decision); err != nil {
				return err
			}
		}
	}
	if w.Wait != nil {
		w.Wait.Item = it.ID
		return tx.PutWait(*w.Wait)
	}
	return tx.EndWait(it.ID)
}

// writeBack plans what makes the issue say again where the item stands.
func (a *App) writeBack(tx *store.Tx, it plumbline.Item, wrote written) error {
	link, m, ok, err := a.IssueOf(tx, it)
	if err != nil || !ok {
		return err
	}
	def, err := a.Process(it.Process)
	if err != nil {
		return err
	}
	if err := a.goesOn(tx, it, m); err != nil {
		return err
	}
	var s flow.Step
	for lane, pos := range it.States {
		if was := wrote.states[lane].State; was != pos.State {
			s.Add, s.Remove = append(s.Add, labelled(def, pos.State)...), append(s.Remove, labelled(def, was)...)
		}
	}
	for lane, pos := range wrote.states {
		if _, still := it.States[lane]; !still {
			s.Remove = append(s.Remove, labelled(def, pos.State)...)
		}
	}
	if err := a.Relabel(tx, def, it, link, m, s); err != nil {
		return err
	}
	return a.Tell(tx, it)
}

func labelled(def *flow.Definition, s plumbline.State) []string {
	if l := def.LabelOf(s, "::"); l != "" {
		return []string{l}
	}
	return nil
}

// undoFor is how long after a verdict the inbox offers to take it back.
const undoFor = time.Hour

// VerdictView is a verdict that can be taken back.
type VerdictView struct {
	Key   plumbline.Key  `json:"key"`
	Title string         `json:"title"`
	Kind  string         `json:"kind"` // "accepted", "asked", "snoozed", "decline", …
	At    plumbline.Time `json:"at"`
}

// lastVerdict is the actor's newest verdict that can still be taken back.
func (a *App) lastVerdict(tx *store.Tx, who plumbline.Actor) (*VerdictView, error) {
	if who.Person == "" {
		return nil, nil
	}
	list, err := tx.VerdictsBy(who.Person, a.now().Add(-undoFor), 1)
	if err != nil || len(list) == 0 || list[0].Now != list[0].Version {
		return nil, err
	}
	v := list[0]
	return &VerdictView{Key: v.Key, Title: v.Title, Kind: v.Kind, At: v.At}, nil
}
