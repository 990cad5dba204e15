package flowmetrics_test

import (
	"context"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/flowmetrics"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func (w *world) ahead(q flowmetrics.AheadQuery) flowmetrics.Ahead {
	w.t.Helper()
	a, err := w.room.Forecast(context.Background(), pm, q)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// Two items a week, every week for 40 weeks: twelve more take six weeks, whatever the
// chance, and forecasts of that kind came true always.
func TestForecast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for n := range 80 {
			w.add(7*(n/2)+4, nil, stay{triage, 1}, stay{done, 0}) // done on a Sunday: 3, 10, … days ago
		}
		w.add(50, nil, stay{progress, 0})
		a := w.ahead(flowmetrics.AheadQuery{Place: flowmetrics.Place{Team: "core"}, Remaining: "12", By: "2026-12-21"})
		if a.Start != "2026-11-23" || a.Observed != 40 || a.Finished != 80 || len(a.When) != 4 {
			t.Fatalf("got %+v %+v", a, a.Forecast)
		}
		for _, x := range a.When {
			if x.Units != 6 || x.Date != "2027-01-04" || x.Hit.Hits != x.Hit.Of || x.Hit.Of == 0 {
				t.Errorf("when: %+v %v", x, x.Hit)
			}
		}
		if a.By == nil || a.By.String() != "<5 %" {
			t.Errorf("twelve in four weeks: %v", a.By)
		}
		if many := a.HowMany[0]; many.Units != 4 || many.AtLeast[2].Items != 8 || many.Until != "2026-12-21" {
			t.Errorf("how many: %+v", many)
		}
		if !strings.HasPrefix(a.Sentence, "85 %: by 2027-01-04; forecasts made this way came true ") {
			t.Errorf("sentence: %s", a.Sentence)
		}
		if open := w.ahead(flowmetrics.AheadQuery{Place: flowmetrics.Place{Team: "core"}}); open.Remaining != "1" || open.When[0].Units != 1 {
			t.Errorf("what is open: %+v", open)
		}
	})
}

// Items of two teams are done when both are; one team has no history to go by.
func TestForecastTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for n := range 20 {
			w.add(7*n+4, nil, stay{triage, 1}, stay{done, 0})
			w.add(7*n+4, func(it *plumbline.Item) { it.Team = "edge" }, stay{triage, 1}, stay{done, 0})
		}
		w.add(50, nil, stay{progress, 0})                                           // REQ-41
		w.add(50, func(it *plumbline.Item) { it.Team = "edge" }, stay{progress, 0}) // REQ-42
		w.add(50, func(it *plumbline.Item) { it.Team = "edge" }, stay{progress, 0}) // REQ-43
		w.add(50, func(it *plumbline.Item) { it.Team = "new" }, stay{progress, 0})  // REQ-44
		w.add(50, func(it *plumbline.Item) { it.Team = "" }, stay{backlog, 0})      // REQ-45
		w.write(func(tx *store.Tx) error {
			for _, r := range [][2]plumbline.ItemID{{"i42", "i41"}, {"i43", "i42"}, {"i45", "i44"}} {
				if _, err := tx.Relate(plumbline.Relation{Item: r[0], Kind: plumbline.Blocks, Other: r[1], At: w.ago(1)}); err != nil {
					return err
				}
			}
			return nil
		})
		a := w.ahead(flowmetrics.AheadQuery{Items: []plumbline.Key{"REQ-41"}})
		if a.Items != 3 || len(a.Teams) != 2 || len(a.Teams[1].Keys) != 2 || a.Together.When[2].Units != 2 || !strings.HasPrefix(a.Sentence, "85 %: all 3 by 2026-12-07") {
			t.Errorf("got %+v, together %+v", a, a.Together)
		}
		if a := w.ahead(flowmetrics.AheadQuery{Items: []plumbline.Key{"REQ-44"}}); len(a.Together.When) != 0 || !strings.Contains(a.Sentence, "REQ-45 has no team") {
			t.Errorf("without a team: %+v", a)
		}
	})
}

func TestForecastRefuses(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.add(50, nil, stay{progress, 0})
	if a := w.ahead(flowmetrics.AheadQuery{}); a.Enough || !strings.HasPrefix(a.Sentence, "Not enough data") {
		t.Errorf("without history: %+v", a)
	}
	for _, c := range []struct {
		who  plumbline.Actor
		q    flowmetrics.AheadQuery
		kind plumbline.Kind
	}{
		{requester, flowmetrics.AheadQuery{}, plumbline.Denied},
		{pm, flowmetrics.AheadQuery{Remaining: "many"}, plumbline.Invalid},
		{pm, flowmetrics.AheadQuery{Remaining: "-3"}, plumbline.Invalid},
		{pm, flowmetrics.AheadQuery{Remaining: "NaN"}, plumbline.Invalid},
		{pm, flowmetrics.AheadQuery{Remaining: "18-12"}, plumbline.Invalid},
		{pm, flowmetrics.AheadQuery{By: "soon"}, plumbline.Invalid},
		{pm, flowmetrics.AheadQuery{By: "2026-11-24"}, plumbline.Invalid},
		{pm, flowmetrics.AheadQuery{By: "2031-01-01"}, plumbline.Invalid},
		{pm, flowmetrics.AheadQuery{Items: []plumbline.Key{"REQ-1"}, Remaining: "3"}, plumbline.Invalid},
		{pm, flowmetrics.AheadQuery{Items: []plumbline.Key{"REQ-9"}}, plumbline.NotFound},
		{pm, flowmetrics.AheadQuery{Place: flowmetrics.Place{Team: "nobody"}}, plumbline.NotFound},
	} {
		_, err := w.room.Forecast(context.Background(), c.who, c.q)
		if err == nil || plumbline.KindOf(err) != c.kind || plumbline.TextOf(err) == "" {
			t.Errorf("%+v: got %v, want an error of kind %s", c.q, err, c.kind)
		}
	}
}
