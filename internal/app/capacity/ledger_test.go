package capacity_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/capacity"
	"plumbline/internal/crew"
	"plumbline/internal/store"
)

func (w *world) team(ref plumbline.TeamRef, q capacity.Query) capacity.TeamCapacityView {
	w.t.Helper()
	v, err := w.TeamCapacity(w.t.Context(), works, ref, q)
	w.ok(err)
	return v.Teams[0]
}

// drifted are the kinds of work that stand away from the plan.
func (w *world) drifted(ref plumbline.TeamRef) string {
	var out []string
	for _, d := range w.team(ref, capacity.Query{}).Drifts {
		out = append(out, string(d.Share))
	}
	return strings.Join(out, ", ")
}

func TestTheLedgerShowsWhereWorkWent(t *testing.T) {
	w := newWorld(t)
	w.ok(w.enter("runners", "2026Q4", 5, 12, 0.7))
	w.ok(w.PutCapacityMix(t.Context(), works, "runners", crew.Mix{plumbline.ShareFeatures: 0.75, plumbline.ShareUpkeep: 0.25}))
	w.finish("runners", plumbline.Request, 2, 3) // 13 person-weeks
	w.pursue()
	w.finish("runners", plumbline.Change, 3, 1)   // 13/3
	w.finish("runners", plumbline.Change, 12, 1)  // in the quarter before
	w.finish("runners", plumbline.Question, 4, 0) // as the rules say: 0.1
	w.learn()
	rows := w.team("runners", capacity.Query{}).Ledger
	if len(rows) != 2 || rows[0].Period.String() != "2026Q3" || rows[0].Items != 1 || rows[0].Open || rows[0].Planned != 0 {
		t.Fatalf("got %+v, want 2026Q3 with one item and 2026Q4", rows)
	}
	now := rows[1]
	if !now.Open || !near(now.Planned, 42) || now.Items != 3 || now.Unsaid != 1 || !near(now.Spent, 13+13/3.0+0.1) {
		t.Errorf("got %+v, want three items of 17.4 person-weeks in 42", now)
	}
	for i, want := range []capacity.LedgerPart{
		{Share: plumbline.ShareFeatures, PlannedShare: 0.75, Planned: 31.5, Spent: 13, Items: 1},
		{Share: plumbline.ShareUpkeep, PlannedShare: 0.25, Planned: 10.5, Spent: 13 / 3.0, Itself: 13 / 3.0, Items: 1},
		{Share: plumbline.ShareDebt},
		{Share: plumbline.ShareSupport, Spent: 0.1, Itself: 0.1, Items: 1},
	} {
		got := now.Parts[i]
		if got.Share != want.Share || !near(got.PlannedShare, want.PlannedShare) || !near(got.Planned, want.Planned) || !near(got.Spent, want.Spent) || !near(got.Itself, want.Itself) || !near(got.SpentShare, want.Spent/now.Spent) || got.Items != want.Items {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

// Work that leaves the plan is told once, goes on being shown, and its end is told.
func TestDriftIsToldOnceAndEnds(t *testing.T) {
	w := newWorld(t)
	for ago := 1; ago <= 12; ago++ {
		for range 4 {
			w.finish("docs", plumbline.Change, ago, 0.2)
		}
	}
	w.learn()
	w.learn()
	if got := w.drifted("docs"); got != "features, upkeep, tech debt, support" {
		t.Fatalf("got %q, want all: only upkeep was done", got)
	}
	d := w.team("docs", capacity.Query{}).Drifts[0]
	if d.Since != plumbline.At(w.now) || !strings.HasPrefix(d.Why, "Features took 0 % of the work of the last 13 weeks, 60 % were planned") {
		t.Errorf("got %+v", d)
	}
	count := func(typ string) (n int) {
		for _, e := range w.events() {
			if strings.HasPrefix(e, typ) {
				n++
			}
		}
		return n
	}
	if n := count("work drifted docs"); n != 4 {
		t.Errorf("got %d drifts told, want 4", n)
	}
	w.ok(w.PutCapacityMix(t.Context(), works, "docs", crew.Mix{plumbline.ShareUpkeep: 1}))
	w.now = w.now.Add(time.Hour)
	w.learn()
	if got := w.drifted("docs"); got != "" || count("work came back docs") != 4 {
		t.Errorf("got %q and %d ends, want none left and 4 ends", got, count("work came back"))
	}
}

func TestFocusIsMeasuredBesideTheOneEntered(t *testing.T) {
	w := newWorld(t)
	for _, at := range []string{"2026Q3", "2026Q4"} {
		w.ok(w.enter("runners", at, 4, 0, 0.9))
	}
	for ago := 1; ago <= 10; ago++ {
		w.finish("runners", plumbline.Change, ago, 6.0/13) // 2 person-weeks of 4
	}
	w.learn()
	f := w.team("runners", capacity.Query{}).Focus
	if !near(f.Measured, 0.5) || f.Weeks != 10 || f.Entered != 0.9 {
		t.Errorf("got %+v, want half of what was entered for ten weeks", f)
	}
	w.finish("docs", plumbline.Change, 3, 1)
	w.learn()
	if f := w.team("docs", capacity.Query{}).Focus; f.Measured != 0 || f.Weeks != 0 {
		t.Errorf("got %+v, want not enough data", f)
	}
}

func TestAllTeamsAndTheirPeriods(t *testing.T) {
	w := newWorld(t)
	w.ok(w.enter("runners", "2027Q1", 5, 12, 0.7))
	v, err := w.Capacity(t.Context(), works, capacity.Query{From: period(t, "2027-01"), Periods: 3})
	w.ok(err)
	if len(v.Periods) != 3 || v.Periods[2].String() != "2027-03" || len(v.Teams) != 1 || len(v.Teams[0].Nets) != 3 || len(v.Others) != 1 || v.Others[0].Team != "docs" || v.Rules != "1" || v.Learned != 0 || !v.MaySay {
		t.Errorf("got %+v", v)
	}
	v, err = w.Capacity(t.Context(), works, capacity.Query{Unit: plumbline.InWeeks, From: period(t, "2027Q1"), Periods: 1})
	w.ok(err)
	if v.Periods[0].String() != "2026-W53" {
		t.Errorf("got %v, want the week that the quarter begins in", v.Periods)
	}
	_, err = w.Capacity(t.Context(), works, capacity.Query{Unit: "year"})
	w.refused(err, plumbline.Invalid, "a week, a month or a quarter")
	_, err = w.Capacity(t.Context(), works, capacity.Query{Periods: 27})
	w.refused(err, plumbline.Invalid, "1 to 26 periods")
	_, err = w.Capacity(t.Context(), asks, capacity.Query{})
	w.refused(err, plumbline.Denied, "read the capacity")
	_, err = w.TeamCapacity(t.Context(), works, "nobody", capacity.Query{})
	w.refused(err, plumbline.NotFound, "nobody")
}

func TestRulesAndMixesRefused(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.refused(w.PutCapacityMix(ctx, works, "docs", crew.Mix{plumbline.ShareFeatures: 0.5}), plumbline.Invalid, "50 %")
	w.refused(w.PutCapacityMix(ctx, works, "nobody", crew.Mix{plumbline.ShareFeatures: 1}), plumbline.NotFound, "nobody")
	w.refused(w.PutCapacityMix(ctx, asks, "docs", nil), plumbline.Denied, "say the capacity")
	_, err := w.PutCapacityRules(ctx, works, crew.DefaultText)
	w.refused(err, plumbline.Denied, "change the rules of capacity")
	_, err = w.PutCapacityRules(ctx, pm, "version: x")
	w.refused(err, plumbline.Invalid, "rules.yaml:")
	text := strings.Replace(crew.DefaultText, "least: 8", "least: 9", 1)
	v, err := w.PutCapacityRules(ctx, pm, strings.Replace(text, `version: "1"`, `version: "2"`, 1))
	w.ok(err)
	if got, err := w.CapacityRules(ctx, works); err != nil || got != v || got.By != "Mara" {
		t.Errorf("got %+v, %v, want %+v", got, err, v)
	}
	_, err = w.PutCapacityRules(ctx, pm, strings.Replace(text, `version: "1"`, `version: "2"`, 1))
	w.refused(err, plumbline.Invalid, "already")
	if f := w.team("docs", capacity.Query{}).Focus; f.Least != 9 {
		t.Errorf("got %+v, want the new rules to count", f)
	}
	w.write(func(tx *store.Tx) error {
		return tx.InsertCapacityRules(store.CapacityRules{Version: "3", Body: "version: broken", At: plumbline.At(w.now) + 9})
	})
	_, err = w.CapacityRules(ctx, works)
	w.ok(err) // they can be read, to be mended
}
