package trackers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// ClaimActions takes up to n actions that are due, one per issue, for the lease.
func (a *Trackers) ClaimActions(ctx context.Context, holder string, lease time.Duration, n int) (out []plumbline.Action, err error) {
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		out, err = tx.ClaimActions(a.now(), lease, holder, n)
		return err
	})
	return out, err
}

// Begin checks a claimed action against the issue as it is now: it is dropped
// as stale when somebody changed the workflow labels since the decision. People's
// labels stay; what they mean is taken in by the sighting that follows.
func (a *Trackers) Begin(ctx context.Context, act plumbline.Action, now plumbline.Snapshot) (Go, error) {
	out := Go{Action: act, Proceed: true}
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		stored, err := tx.Action(act.ID)
		if err != nil {
			return err
		}
		if !mine(stored, act) {
			out.Proceed = false
			return nil
		}
		link, err := tx.Link(act.Link)
		if err != nil {
			return err
		}
		switch {
		case link.Paused != "":
			stored.Status, stored.NotBefore, stored.Result = plumbline.ActionWaiting, a.now().Add(time.Minute), "The tracker is paused: "+link.Paused
		case link.ReadOnly:
			stored.Status, stored.Result = plumbline.ActionHeld, readOnly
		case act.Kind == plumbline.SetLabels:
			return a.staleness(tx, &out, stored, link, now)
		default:
			old, err := a.outlived(tx, stored)
			if err != nil || !old {
				return err
			}
			stored.Status, stored.Done, stored.Result = plumbline.ActionDropped, a.now(), "It stands otherwise meanwhile."
		}
		out.Proceed = false
		return tx.UpdateAction(stored)
	})
	return out, err
}

// mine says whether a claimed action is still its claimer's: running, and not
// claimed again since, because the lease ran out.
func mine(stored, claimed plumbline.Action) bool {
	return stored.Status == plumbline.ActionRunning && stored.Attempts == claimed.Attempts
}

// outlived says whether a comment or a closing was planned for an episode that
// is over, a closing for an item that is open again, or an opening for one that is
// not.
func (a *Trackers) outlived(tx *store.Tx, act plumbline.Action) (bool, error) {
	if act.Kind == plumbline.ReopenIssue { // it is done for an item that was merged, and stands by itself now
		it, err := tx.Item(act.Item)
		return !it.Open(), err
	}
	if act.Kind != plumbline.TellComment && act.Kind != plumbline.CloseIssue {
		return false, nil
	}
	m, ok, err := tx.Mirror(act.Link, act.Ref)
	if err != nil || !ok {
		return false, err
	}
	if act.Kind == plumbline.CloseIssue {
		it, err := tx.Item(act.Item)
		if err != nil || it.Open() {
			return err == nil, err
		}
	}
	return episodeOf(act.Key) < m.Episode, nil
}

// staleness settles a label change that came too late.
func (a *Trackers) staleness(tx *store.Tx, out *Go, act plumbline.Action, link plumbline.LinkState, now plumbline.Snapshot) error {
	it, err := tx.Item(act.Item)
	if err != nil {
		return err
	}
	def, err := a.Process(it.Process)
	if err != nil {
		return err
	}
	have := workflowLabels(def, now.LabelNames(), link.Separator)
	if slices.Equal(have, act.Expect) || slices.Equal(have, target(def, act, link.Separator)) {
		return nil
	}
	out.Proceed = false
	act.Status, act.Done = plumbline.ActionStale, a.now()
	act.Result = fmt.Sprintf("Somebody changed the labels first: expected %s, found %s. Theirs stay.", list(act.Expect), list(have))
	if err := tx.UpdateAction(act); err != nil {
		return err
	}
	if err := tx.QueueRefresh(act.Link, act.Ref, "stale:"+act.Key, a.now()); err != nil {
		return err
	}
	who := plumbline.SystemActor("link:" + string(act.Link))
	return a.Note(tx, who, it, "write dropped", "op:"+act.Key, map[string]any{"expected": act.Expect, "found": have})
}

// target are the workflow labels that the issue has once the action is done.
func target(def *flow.Definition, act plumbline.Action, sep string) []string {
	labels := slices.DeleteFunc(slices.Clone(act.Expect), func(l string) bool { return slices.Contains(act.Want.Remove, l) })
	for _, l := range act.Want.Add {
		if !slices.Contains(labels, l) {
			labels = append(labels, l)
		}
	}
	return workflowLabels(def, labels, sep)
}

func list(labels []string) string {
	if len(labels) == 0 {
		return "none"
	}
	return strings.Join(labels, ", ")
}

// Finish notes how carrying out an action went, and takes in what was read
// back. Who lost the claim meanwhile is not heard.
func (a *Trackers) Finish(ctx context.Context, act plumbline.Action, r Result) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		stored, err := tx.Action(act.ID)
		if err != nil {
			return err
		}
		if !mine(stored, act) {
			return nil
		}
		stored.Status, stored.Result, stored.NotBefore = r.Status, r.Detail, r.NotBefore
		if r.Status != plumbline.ActionWaiting && r.Status != plumbline.ActionHeld {
			stored.Done = a.now()
		}
		if err := tx.UpdateAction(stored); err != nil {
			return err
		}
		if r.After == nil {
			return a.noteFailure(tx, stored)
		}
		if stored.Kind == plumbline.OpenIssue && r.Status == plumbline.ActionDone {
			return a.opened(tx, stored, *r.After)
		}
		if _, err := a.observe(tx, Sighting{Link: stored.Link, Ref: stored.Ref, Snapshot: *r.After, Cause: "op:" + stored.Key}); err != nil {
			return err
		}
		return a.noteFailure(tx, stored)
	})
}

// noteFailure puts what went wrong into the item's history.
func (a *Trackers) noteFailure(tx *store.Tx, act plumbline.Action) error {
	bad := act.Status == plumbline.ActionFailed || act.Status == plumbline.ActionIgnored || act.Status == plumbline.ActionHeld
	if !bad {
		return nil
	}
	it, err := tx.Item(act.Item)
	if err != nil {
		return err
	}
	who := plumbline.SystemActor("link:" + string(act.Link))
	return a.NoteFor(tx, who, it, "write failed", "op:"+act.Key, ledger.Narrower(it.Visibility, plumbline.InternalOnly), map[string]any{"kind": act.Kind, "status": act.Status, "detail": act.Result})
}

// opened ties an item to the issue that was made for it, and tells there what
// became of it.
func (a *Trackers) opened(tx *store.Tx, act plumbline.Action, snap plumbline.Snapshot) error {
	if elsewhere, err := a.openedElsewhere(tx, act, snap); err != nil || elsewhere {
		return err
	}
	it, err := tx.Item(act.Item)
	if err != nil {
		return err
	}
	it.Link, it.Ref, it.URL = act.Link, snap.Ref, snap.URL
	if err := tx.PutMirror(plumbline.Mirror{
		Link: act.Link, Ref: snap.Ref, Item: it.ID, Snapshot: snap, Episode: 1, Active: true, Seen: a.now(),
	}); err != nil {
		return err
	}
	who := plumbline.SystemActor("link:" + string(act.Link))
	if err := a.Note(tx, who, it, "issue opened", "op:"+act.Key, map[string]string{"url": snap.URL}); err != nil {
		return err
	}
	if err := a.Tell(tx, it); err != nil {
		return err
	}
	return a.Save(tx, &it)
}

// Planned lists the actions of a tracker that have not been carried out, in words.
func (a *Trackers) Planned(ctx context.Context, id plumbline.LinkID) (out []PlannedAction, err error) {
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		out, err = a.planned(tx, id)
		return err
	})
	return out, err
}

func (a *Trackers) planned(tx *store.Tx, id plumbline.LinkID) ([]PlannedAction, error) {
	acts, err := tx.Actions(id, []plumbline.ActionStatus{
		plumbline.ActionWaiting, plumbline.ActionRunning, plumbline.ActionHeld, plumbline.ActionIgnored, plumbline.ActionFailed,
	}, 100)
	if err != nil {
		return nil, err
	}
	out := make([]PlannedAction, 0, len(acts))
	for _, act := range acts {
		out = append(out, PlannedAction{Action: act, Sentence: actionSentence(act)})
	}
	return out, nil
}

// actionSentence says in words what an action does.
func actionSentence(act plumbline.Action) string {
	switch act.Kind {
	case plumbline.SetLabels:
		var parts []string
		if len(act.Want.Add) > 0 {
			parts = append(parts, "add "+strings.Join(act.Want.Add, ", "))
		}
		if len(act.Want.Remove) > 0 {
			parts = append(parts, "remove "+strings.Join(act.Want.Remove, ", "))
		}
		return fmt.Sprintf("issue %s: %s", act.Ref, strings.Join(parts, "; "))
	case plumbline.TellComment:
		first, _, _ := strings.Cut(string(act.Want.Comment), "\n")
		return fmt.Sprintf("issue %s: write our comment: %s", act.Ref, strings.Trim(first, "*"))
	case plumbline.CloseIssue:
		return fmt.Sprintf("issue %s: close it", act.Ref)
	case plumbline.ReopenIssue:
		return fmt.Sprintf("issue %s: open it again", act.Ref)
	case plumbline.OpenIssue:
		return fmt.Sprintf("open an issue: %s", act.Want.Title)
	}
	return string(act.Kind)
}
