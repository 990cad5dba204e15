package standing_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/standing"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

func (w *world) item(n int, product plumbline.ProductRef, labels ...string) plumbline.Item {
	it := plumbline.Item{
		ID: plumbline.ItemID(fmt.Sprintf("item-%d", n)), Key: plumbline.Key(fmt.Sprintf("REQ-%d", n)), Kind: plumbline.Request, Process: "request",
		Title: fmt.Sprintf("Item %d", n), Visibility: plumbline.Public, State: "workflow::problem validation", Requester: "jonas", Product: product, Labels: labels,
		Created: plumbline.At(w.now), Updated: plumbline.At(w.now), Version: 1,
	}
	w.write(func(tx *store.Tx) error { return tx.InsertItem(it) })
	return it
}

func TestAGateRefusesWhatALimitDoesNotAllow(t *testing.T) {
	w := breached(t)
	g, err := w.room.WorkGate(w.ctx(), w.requester, ci, "feature")
	w.ok(err)
	if g.Result != limit.Blocked || g.By[0].Constraint != "api-availability" || strings.Join(g.Allowed, " ") != "reliability incident security" {
		t.Fatalf("got %+v", g)
	}
	for work, want := range map[string]string{"reliability": limit.Allowed, "security": limit.Allowed, "launch": limit.Blocked} {
		if g, err := w.room.WorkGate(w.ctx(), w.pm, ci, work); err != nil || g.Result != want {
			t.Errorf("%s: got %s and %v, want %s", work, g.Result, err, want)
		}
	}
	_, err = w.room.WorkGate(w.ctx(), w.pm, ci, "dancing")
	w.refused(err, plumbline.Invalid, "The type of work is one of")
	all, err := w.room.WorkGates(w.ctx(), w.pm, plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "k8s"})
	w.ok(err)
	for _, g := range all {
		if g.Result != limit.Allowed {
			t.Errorf("another product, %s: got %s", g.Work, g.Result)
		}
	}
}

func TestWhatStandsInTheWayOfAnItem(t *testing.T) {
	w := breached(t)
	w.item(1, "ci")
	w.item(2, "ci", "bug::vulnerability")
	w.item(3, "ci")
	w.item(4, "")
	w.ok(w.room.TieItem(w.ctx(), w.pm, "api-availability", "REQ-3"))
	for key, want := range map[plumbline.Key]string{"REQ-1": "feature blocked", "REQ-2": "security allow", "REQ-3": "reliability allow", "REQ-4": ""} {
		g, err := w.room.ItemGate(w.ctx(), w.requester, key)
		w.ok(err)
		got := ""
		if g.Gate != nil {
			got = g.Gate.Work + " " + g.Gate.Result
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
}

// What cannot be judged blocks nothing, however hard the limit is.
func TestUnknownAndStaleBlockNothing(t *testing.T) {
	for name, prepare := range map[string]func(w *world){
		"unknown": func(w *world) { w.put(availability(ci)) },
		"stale": func(w *world) {
			w.put(availability(ci))
			for i := range 28 {
				w.facts = append(w.facts, w.counted(i, "9000"))
			}
			w.refresh(plumbline.Reliability)
			w.now = w.now.Add(3 * day)
			w.judgeDue()
		},
	} {
		w := newWorld(t)
		prepare(w)
		if got := w.view("api-availability").Standing.Status; string(got) != name {
			t.Fatalf("got %s, want %s", got, name)
		}
		all, err := w.room.WorkGates(w.ctx(), w.pm, ci)
		w.ok(err)
		for _, g := range all {
			if g.Result == limit.Blocked || g.Result == limit.Allowed {
				t.Errorf("%s, %s: got %s, want a review", name, g.Work, g.Result)
			}
		}
	}
}

func TestReservesForWhoeverPlans(t *testing.T) {
	w := newWorld(t)
	w.write(func(tx *store.Tx) error {
		_, err := tx.PutProduct(plumbline.Product{Ref: "ci", Name: "ci", Kind: "product", Owner: "runners"})
		return err
	})
	w.put(plumbline.Constraint{ID: "interrupts", Kind: plumbline.Support, Scope: ci, Objective: "0.5", Window: plumbline.Window{Days: 28}})
	now := plumbline.At(w.now)
	w.facts = []plumbline.Observation{{From: now.Add(-28 * day), To: now, At: now, Bad: "600", Total: "840", Source: "tickets", External: "ci"}}
	w.refresh(plumbline.Support)
	got, err := w.room.Reserves(w.ctx(), w.requester)
	w.ok(err)
	if len(got) != 1 || got[0].Share != "0.2" || got[0].Team != "runners" || got[0].Work != "toil" || got[0].Scope != ci {
		t.Fatalf("got %+v", got)
	}
}

func TestTheCockpitShowsTheWorstOfEachKind(t *testing.T) {
	w := breached(t)
	group := plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: "platform"}
	w.groups[group] = []plumbline.Scope{ci, {Kind: plumbline.ScopeProduct, Ref: "k8s"}}
	unknown := availability(group)
	unknown.ID, unknown.Name = "group-availability", ""
	w.facts = nil
	w.put(unknown)
	v, err := w.room.Cockpit(w.ctx(), w.requester, standing.CockpitQuery{})
	w.ok(err)
	if len(v.Rows) != 2 || len(v.Groups) != 1 || v.Forced != 1 || v.Counts[plumbline.StatusBreached] != 1 || v.Counts[plumbline.StatusUnknown] != 1 {
		t.Fatalf("got %+v", v)
	}
	cell := v.Rows[0].Cell(plumbline.Reliability)
	if cell.Constraint != "api-availability" || cell.Many != 2 || cell.Inherited || *cell.Days != 0 || cell.Headroom.Decimal() != "-2" || len(cell.Spark) != 28 {
		t.Errorf("got %+v", cell)
	}
	if cell := v.Rows[1].Cell(plumbline.Reliability); !cell.Inherited || cell.Status != plumbline.StatusUnknown {
		t.Errorf("got %+v", cell)
	}
	if v.Rows[0].Cell(plumbline.Cost) != nil {
		t.Error("there is a cell without a constraint")
	}
}

func TestThePageOfAConstraint(t *testing.T) {
	w := breached(t)
	w.item(1, "ci")
	w.ok(w.room.TieItem(w.ctx(), w.pm, "api-availability", "REQ-1"))
	w.ask(w.pm, 10)
	again := availability(ci)
	again.Name, again.Owner = "Renamed", "ines"
	w.put(again)
	v, err := w.room.ConstraintPage(w.ctx(), w.pm, "api-availability")
	w.ok(err)
	if v.OwnerName != "ines" || v.Duty == nil || len(v.Items) != 1 || len(v.Exceptions) != 1 || len(v.Earlier) != 1 || len(v.Evidence.Evidence) != 28 || len(v.Trail.Changes) != 2 || v.Members[0] != ci {
		t.Fatalf("got %+v", v)
	}
	if c := v.Trail.Changes[0]; c.Was != plumbline.StatusUnknown || c.Status != plumbline.StatusBreached || c.Headroom != "-2" {
		t.Errorf("got %+v", c)
	}
	trail, err := w.room.ConstraintTrail(w.ctx(), w.pm, "api-availability", "")
	w.ok(err)
	if len(trail.Changes) != 2 {
		t.Errorf("got %+v", trail)
	}
	_, err = w.room.ConstraintTrail(w.ctx(), w.pm, "api-availability", "nonsense")
	w.refused(err, plumbline.Invalid, "cursor does not belong")
	_, err = w.room.ConstraintPage(w.ctx(), w.pm, "nothing")
	w.refused(err, plumbline.NotFound, "There is no constraint")
}

// The cost of the read models does not grow with what there is.
func TestReadModelsTakeAFixedNumberOfStatements(t *testing.T) {
	counts := func(n int) (out [4]int64) {
		w := newWorld(t)
		for i := range n {
			c := availability(ci)
			c.ID = plumbline.ConstraintID(fmt.Sprintf("c-%d", i))
			w.put(c)
			w.item(i, "ci")
			w.ok(w.room.TieItem(w.ctx(), w.pm, "c-0", plumbline.Key(fmt.Sprintf("REQ-%d", i))))
		}
		for i := range 28 {
			w.facts = append(w.facts, w.counted(i, "600"))
		}
		w.refresh(plumbline.Reliability)
		ctx, q := store.CountQueries(t.Context())
		_, err := w.room.Cockpit(ctx, w.pm, standing.CockpitQuery{})
		w.ok(err)
		out[0] = q.N.Load()
		ctx, q = store.CountQueries(t.Context())
		_, err = w.room.ConstraintPage(ctx, w.pm, "c-0")
		w.ok(err)
		out[1] = q.N.Load()
		ctx, q = store.CountQueries(t.Context())
		_, err = w.room.WorkGates(ctx, w.pm, ci)
		w.ok(err)
		out[2] = q.N.Load()
		ctx, q = store.CountQueries(t.Context())
		_, err = w.room.Constraints(ctx, w.pm, standing.ConstraintQuery{})
		w.ok(err)
		out[3] = q.N.Load()
		return out
	}
	few, many := counts(1), counts(12)
	if few != many {
		t.Errorf("with 1 constraint %v statements, with 12 %v", few, many)
	}
	if many[0] > 6 || many[1] > 12 || many[2] > 3 || many[3] > 2 {
		t.Errorf("got %v statements", many)
	}
}

// What somebody has to do comes with the cockpit, the most urgent first; filters
// narrow what is shown, and the counts say what there is.
func TestTheCockpitSaysWhatNeedsSomebody(t *testing.T) {
	w := breached(t)
	group := plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: "platform"}
	w.groups[group] = []plumbline.Scope{{Kind: plumbline.ScopeProduct, Ref: "k8s"}}
	w.facts = nil
	unknown := availability(group)
	unknown.ID, unknown.Name = "group-availability", "All of the platform"
	w.put(unknown)
	ask := func(q standing.CockpitQuery) standing.CockpitView {
		t.Helper()
		v, err := w.room.Cockpit(w.ctx(), w.requester, q)
		w.ok(err)
		return v
	}
	needs := func(v standing.CockpitView) (out string) {
		for _, n := range v.Needs {
			out += string(n.Constraint) + " of " + n.Of + ": " + n.Needs + "; "
		}
		return out
	}
	all := ask(standing.CockpitQuery{})
	if got, want := needs(all), "api-availability of ci: begin; group-availability of platform: evidence; "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	w.item(1, "ci")
	w.ok(w.room.TieItem(w.ctx(), w.pm, "api-availability", "REQ-1"))
	w.ask(w.pm, 10)
	if got, want := needs(ask(standing.CockpitQuery{Kind: plumbline.Reliability})), "api-availability of ci: mend; group-availability of platform: evidence; "; got != want {
		t.Errorf("with an item that is worked on: got %s, want %s", got, want)
	}
	only := ask(standing.CockpitQuery{Status: plumbline.StatusUnknown})
	if c := only.Rows[0].Cells; len(c) != 1 || !c[0].Inherited || only.Rows[0].Name != "k8s" || only.Counts[plumbline.StatusBreached] != 1 || len(only.Needs) != 1 {
		t.Errorf("only what is unknown: got %+v", only)
	}
	if v := ask(standing.CockpitQuery{Group: "platform"}); len(v.Rows) != 1 || v.Rows[0].Name != "k8s" || v.Counts[plumbline.StatusBreached] != 0 || len(v.Groups) != 1 {
		t.Errorf("only a group: got %+v", v)
	}
	if v := ask(standing.CockpitQuery{Kind: plumbline.Cost}); len(v.Needs)+len(v.Counts) != 0 || len(v.Rows) != 2 {
		t.Errorf("only cost: got %+v", v)
	}
	for words, q := range map[string]standing.CockpitQuery{"no group": {Group: "nothing"}, "The kind is": {Kind: "odd"}, "The status is": {Status: "odd"}} {
		_, err := w.room.Cockpit(w.ctx(), w.requester, q)
		w.refused(err, plumbline.Invalid, words)
	}
}

func TestHeadroomIsKeptByDay(t *testing.T) {
	w := breached(t)
	for range 3 {
		w.now = w.now.Add(day)
		w.facts = append(w.facts, w.counted(0, "0"))
		w.refresh(plumbline.Reliability)
	}
	v, err := w.room.ConstraintPage(w.ctx(), w.pm, "api-availability")
	w.ok(err)
	var got []string
	for _, d := range v.Days {
		got = append(got, d.Day+" "+string(d.Headroom))
	}
	if len(got) != 31 || got[27] != "2026-11-23 -2" || got[30] != "2026-11-26 -1.6786" {
		t.Errorf("got %v", got)
	}
}

// What is told late of a day changes that day and those after it, and none before.
func TestHeadroomOfDaysThatAreToldLate(t *testing.T) {
	w := newWorld(t)
	w.put(availability(ci))
	for i := range 28 {
		w.facts = append(w.facts, w.counted(i, "100"))
	}
	w.refresh(plumbline.Reliability)
	w.now = w.now.Add(time.Hour)
	w.facts[5].Bad = "5600"
	w.refresh(plumbline.Reliability)
	v, err := w.room.ConstraintPage(w.ctx(), w.pm, "api-availability")
	w.ok(err)
	if len(v.Days) != 28 {
		t.Fatalf("got %d days, want 28", len(v.Days))
	}
	for i, d := range v.Days {
		over := d.Headroom.Rat().Sign() < 0
		if late := i >= 28-6; over != late {
			t.Errorf("%s: %s of headroom; it was told that the day %s was bad", d.Day, d.Headroom, v.Days[22].Day)
		}
	}
}
