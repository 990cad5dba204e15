package app_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

const backlog = plumbline.State("workflow::validation backlog")

// A hard limit refuses the move that would pass it and says what is full, how
// many are in it and who may do what; a product manager passes it with a reason,
// which the history keeps. A soft one refuses nothing.
func TestHardLimitRefusesAMove(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		first, second := w.file("First"), w.file("Second")
		if err := w.app.SetLimit(w.ctx(), w.requester, plumbline.ColumnLimit{State: backlog, Most: 1}); plumbline.KindOf(err) != plumbline.Denied {
			t.Errorf("a requester sets a limit: %v", err)
		}
		w.ok(w.app.SetLimit(w.ctx(), w.pm, plumbline.ColumnLimit{State: backlog, Most: 1, Hard: true}))
		move := func(key plumbline.Key, despite string) error {
			_, err := w.app.Move(w.ctx(), w.pm, key, app.MoveInput{To: backlog, Despite: despite})
			return err
		}
		w.ok(move(first.Key, ""))
		err := move(second.Key, "  ")
		if plumbline.KindOf(err) != plumbline.Invalid || plumbline.FieldsOf(err)["despite"] == "" {
			t.Fatalf("the second went in: %v", err)
		}
		for _, part := range []string{"validation backlog is full", "holds 1", "hard limit is 1", "say why"} {
			if !strings.Contains(plumbline.TextOf(err)+plumbline.FieldsOf(err)["despite"], part) {
				t.Errorf("%q does not say %q", plumbline.FieldsOf(err)["despite"], part)
			}
		}
		w.ok(move(second.Key, "The customer leaves on Friday."))
		v, err := w.app.Item(w.ctx(), w.pm, second.Key)
		w.ok(err)
		found := false
		for _, h := range v.History {
			found = found || h.Type == "limit passed" && strings.Contains(h.Detail, "The customer leaves on Friday.") && strings.Contains(h.Detail, "the limit is 1")
		}
		if !found {
			t.Errorf("the history does not tell why: %+v", v.History)
		}
		full, err := w.app.IsFull(w.ctx(), w.pm, "request", backlog)
		w.ok(err)
		if full == nil || full.In != 2 || !full.MayPass {
			t.Errorf("full: %+v", full)
		}
		w.ok(w.app.SetLimit(w.ctx(), w.pm, plumbline.ColumnLimit{State: backlog, Most: 1}))
		w.ok(move(w.file("Third").Key, ""))
		w.ok(w.app.SetLimit(w.ctx(), w.pm, plumbline.ColumnLimit{State: backlog}))
		limits, err := w.app.Limits(w.ctx(), w.requester, "")
		w.ok(err)
		if len(limits) != 0 {
			t.Errorf("left: %+v", limits)
		}
	})
}

// Who may move but not pass a limit is refused, with a reason too.
func TestHardLimitIsNotForEveryone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		const ready, progress = plumbline.State("workflow-infra::Ready"), plumbline.State("workflow-infra::In Progress")
		for i, to := range []plumbline.State{ready, progress} {
			w.ok(w.app.SetLimit(w.ctx(), w.pm, plumbline.ColumnLimit{State: to, Most: 1 + i, Hard: true}))
		}
		enter := func(despite string) error {
			it := w.validated("In engineering")
			_, err := w.app.Decide(w.ctx(), w.pm, it.Key, pursue)
			w.ok(err)
			p := "P2"
			_, err = w.app.Move(w.ctx(), w.contributor, it.Key, app.MoveInput{To: ready, Priority: &p, Fields: map[string]string{"size": "M"}, Despite: despite})
			return err
		}
		w.ok(enter(""))
		w.refused(enter(""), plumbline.Invalid, "ask a product manager or an administrator")
		w.refused(enter("I want to."), plumbline.Denied, "Ready is full")
		w.ok(w.app.SetLimit(w.ctx(), w.pm, plumbline.ColumnLimit{State: ready}))
		b, err := w.app.Board(w.ctx(), w.pm, plumbline.Filter{}, 10)
		w.ok(err)
		if len(b.Limits) != 1 || !b.Limits[0].Hard || b.Limits[0].State != progress {
			t.Errorf("the board knows %+v", b.Limits)
		}
		for _, bad := range []plumbline.ColumnLimit{{State: "workflow::nowhere", Most: 1}, {State: progress, Most: -1}, {State: progress, Most: 5000}, {Process: "none", State: progress, Most: 1}} {
			if err := w.app.SetLimit(w.ctx(), w.pm, bad); plumbline.KindOf(err) != plumbline.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	})
}

// Work is handed off into a full column as it is moved there: with a reason, by
// who may pass a limit, at once with the decision or later.
func TestHandOffIntoAFullColumn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		const triage = plumbline.State("workflow-infra::Triage")
		w.ok(w.app.SetLimit(w.ctx(), w.pm, plumbline.ColumnLimit{State: triage, Most: 1, Hard: true}))
		decide := func(it plumbline.Item, team plumbline.TeamRef, despite string) error {
			in := pursue
			in.Team, in.Despite = team, despite
			_, err := w.app.Decide(w.ctx(), w.pm, it.Key, in)
			return err
		}
		handOff := func(it plumbline.Item, despite string) error {
			_, err := w.app.HandOff(w.ctx(), w.pm, it.Key, app.HandOffInput{Team: "reliability", Despite: despite})
			return err
		}
		w.ok(decide(w.validated("First"), "reliability", ""))
		second, third := w.validated("Second"), w.validated("Third")
		w.refused(decide(second, "reliability", " "), plumbline.Invalid, "Triage is full")
		if it := w.item(w.pm, second.Key); len(it.Decisions) != 0 {
			t.Errorf("a refused hand-off left its decision: %+v", it.Decisions)
		}
		w.ok(decide(second, "reliability", "The auditor comes on Monday."))
		w.ok(decide(third, "", ""))
		w.refused(handOff(third, ""), plumbline.Invalid, "say why")
		w.ok(handOff(third, "The auditor asks for both."))
		for key, why := range map[plumbline.Key]string{second.Key: "The auditor comes on Monday.", third.Key: "The auditor asks for both."} {
			v := w.item(w.pm, key)
			if v.Row.State != triage || !slices.ContainsFunc(v.History, func(h app.HistoryEntry) bool { return h.Type == "limit passed" && strings.Contains(h.Detail, why) }) {
				t.Errorf("%s is in %s, and its history does not tell %q", key, v.Row.State, why)
			}
		}
	})
}

// Of many who move at once into a column with one place left, one gets it.
func TestHardLimitUnderConcurrentMoves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.ok(w.app.SetLimit(w.ctx(), w.pm, plumbline.ColumnLimit{State: backlog, Most: 2, Hard: true}))
		var keys []plumbline.Key
		for range 8 {
			keys = append(keys, w.file("One of many").Key)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		in := 0
		for _, key := range keys {
			wg.Go(func() {
				_, err := w.app.Move(w.ctx(), w.pm, key, app.MoveInput{To: backlog})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					in++
				} else if plumbline.KindOf(err) != plumbline.Invalid {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if in != 2 {
			t.Errorf("%d went in, the limit is 2", in)
		}
	})
}
