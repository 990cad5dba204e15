package flowmetrics_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/flowmetrics"
	"plumbline/internal/flow"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

var (
	pm        = plumbline.Actor{Person: "mara", Name: "Mara", Role: plumbline.PM, Via: "test"}
	requester = plumbline.Actor{Person: "jonas", Name: "Jonas", Role: plumbline.Requester, Via: "test"}
)

// world is the room over a database, on Wednesday 25 November 2026 at noon.
type world struct {
	t    testing.TB
	db   *store.DB
	room *flowmetrics.Room
	now  time.Time
	n    int
}

func newWorld(t testing.TB, db *store.DB) *world {
	t.Helper()
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: db, now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	w.room = flowmetrics.New(db, book, func() plumbline.Time { return plumbline.At(w.now) })
	w.write(func(tx *store.Tx) error {
		_, err1 := tx.PutTeam(plumbline.Team{Ref: "core", Name: "Core"})
		_, err2 := tx.PutProduct(plumbline.Product{Ref: "runners", Name: "Runners"})
		if err1 != nil {
			return err1
		}
		return err2
	})
	return w
}

func (w *world) write(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// ago is noon so many days before today.
func (w *world) ago(days int) plumbline.Time { return plumbline.At(w.now.AddDate(0, 0, -days)) }

// stay is a state and for how many days an item was in it.
type stay struct {
	state string
	days  int
}

const (
	backlog  = "workflow::validation backlog"
	triage   = "workflow-infra::Triage"
	progress = "workflow-infra::In Progress"
	done     = "workflow-infra::Done"
)

// add writes an item that was asked for so many days ago and stayed in states one
// after the other; it stands in the last one since.
func (w *world) add(agoDays int, change func(it *plumbline.Item), stays ...stay) {
	w.t.Helper()
	w.n++
	it := plumbline.Item{
		ID: plumbline.ItemID(fmt.Sprintf("i%d", w.n)), Key: plumbline.Key(fmt.Sprintf("REQ-%d", w.n)), Kind: plumbline.Request, Process: "request",
		Title: fmt.Sprintf("Item %d", w.n), Visibility: plumbline.Public, Requester: "jonas", Team: "core", Version: 1,
		Created: w.ago(agoDays), States: map[string]plumbline.Position{},
	}
	var events []plumbline.Event
	from, left := "", agoDays
	for _, s := range stays {
		raw, err := json.Marshal(map[string]string{"from": from, "to": s.state})
		if err != nil {
			w.t.Fatal(err)
		}
		typ := "item moved"
		if from == "" {
			typ = "item filed"
		}
		events = append(events, plumbline.Event{At: w.ago(left), Type: typ, Item: it.ID, Key: it.Key, Seen: plumbline.Public, Data: raw})
		it.State, it.Since, it.Updated = plumbline.State(s.state), w.ago(left), w.ago(left)
		it.States[it.State.Lane()] = plumbline.Position{State: it.State, Since: it.Since}
		from, left = s.state, left-s.days
	}
	if it.State == done {
		it.Closed = it.Since
	}
	if change != nil {
		change(&it)
	}
	w.write(func(tx *store.Tx) error {
		if err := tx.Append(events...); err != nil {
			return err
		}
		return tx.InsertItem(it)
	})
}

func (w *world) flow(q flowmetrics.Query) flowmetrics.Flow {
	w.t.Helper()
	f, err := w.room.Flow(context.Background(), pm, q)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

func (w *world) refused(who plumbline.Actor, q flowmetrics.Query, kind plumbline.Kind) {
	w.t.Helper()
	if _, err := w.room.Flow(context.Background(), who, q); plumbline.KindOf(err) != kind || err == nil || plumbline.TextOf(err) == "" {
		w.t.Errorf("%+v: got %v, want an error of kind %s that says what to do", q, err, kind)
	}
}

// Ten items were asked for 40 days ago and finished 30 - n days ago after ten days in
// the backlog, n at triage and the rest in progress; two stand in progress; one that is
// confidential is nobody's business but that of who may see it.
func weeks(t *testing.T, db *store.DB) *world {
	w := newWorld(t, db)
	for n := range 10 {
		w.add(40, nil, stay{backlog, 10}, stay{triage, n}, stay{progress, 5 + n}, stay{done, 0})
	}
	w.add(60, func(it *plumbline.Item) { it.Labels = []string{"type::bug"} }, stay{backlog, 55}, stay{progress, 5}, stay{done, 0})
	w.add(12, nil, stay{backlog, 2}, stay{progress, 0})
	w.add(100, func(it *plumbline.Item) { it.Product = "runners" }, stay{backlog, 2}, stay{progress, 0})
	w.add(3, func(it *plumbline.Item) { it.Visibility = plumbline.Confidential }, stay{backlog, 0})
	return w
}

func TestFlow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := weeks(t, db)
		f := w.flow(flowmetrics.Query{Place: flowmetrics.Place{Process: "request"}, Weeks: 8})
		if f.From != "2026-09-28" || f.Until != "2026-11-25" || len(f.Stock.Days) != 60 || f.Stock.Days[0] != "2026-09-27" || f.Stock.Days[59] != "2026-11-25" {
			t.Errorf("got %s to %s, %d days %v", f.From, f.Until, len(f.Stock.Days), f.Stock.Days)
		}
		if s := f.Stock; s.Open != 3 || s.Before != 2 || s.Came != 12 || s.Ended != 11 {
			t.Errorf("stock: %+v", s)
		}
		points := map[string]map[string]int{}
		for _, b := range f.Stock.Bands {
			points[b.Name] = map[string]int{}
			for i, d := range f.Stock.Days {
				points[b.Name][d] = b.Points[i]
			}
		}
		// The ten came on 16 October; on the 26th all left the backlog, of them one, with no
		// day at triage, went straight on; the ninth was done on 18 November.
		for day, want := range map[string][4]int{"2026-10-15": {1, 0, 1, 0}, "2026-10-16": {11, 0, 1, 0}, "2026-10-26": {1, 9, 2, 0}, "2026-11-17": {1, 0, 3, 9}, "2026-11-25": {1, 0, 2, 11}} {
			if got := [4]int{points["validation backlog"][day], points["Triage"][day], points["In Progress"][day], points["Done"][day]}; got != want {
				t.Errorf("%s: backlog, triage, in progress, done: got %v, want %v", day, got, want)
			}
		}
		if f.Done.Items != 10 || f.Shares.Sums[0].Items != 10 || f.Shares.Sums[1].Items != 0 {
			t.Errorf("finished in whole weeks: %+v %+v", f.Done, f.Shares)
		}
		if last := f.Done.Weeks[8]; last.Week != "2026-11-23" || !last.Partial || last.Done != 1 || last.Shares[plumbline.ShareUpkeep] != 1 {
			t.Errorf("this week: %+v", last)
		}
	})
}

func TestCycleAndAgeing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := weeks(t, db)
		f := w.flow(flowmetrics.Query{Place: flowmetrics.Place{Process: "request"}})
		got := map[string]flowmetrics.CycleTime{}
		for _, c := range f.Cycle.Times {
			got[c.Name] = c
		}
		// 11 items: 15, 17, …, 33 days, and 60. By nearest rank half is the sixth.
		if c := got["From asked to finished"]; c.Items != 11 || c.Days != (flowmetrics.Percentiles{P50: 25, P70: 29, P85: 33, P95: 60}) {
			t.Errorf("whole: %+v", c)
		}
		if c := got["In Progress"]; c.Items != 11 || c.Days.P50 != 9 || c.Days.P95 != 14 {
			t.Errorf("in progress: %+v", c)
		}
		if c := got["Engineering, all of it"]; c.Items != 11 || c.Days.P95 != 23 {
			t.Errorf("in the engineers' lane: %+v", c)
		}
		a := f.Ageing
		if a.Open != 3 || len(a.Oldest) != 3 || a.Oldest[0].Age != 100 || a.Older[2].Items != 1 || a.Older[2].Days != 33 {
			t.Errorf("ageing: %+v", a)
		}
		if a.Oldest[0].InTime != nil || a.Oldest[0].Words != "older than 33 days" || a.Oldest[1].InTime == nil {
			t.Errorf("the oldest: %+v", a.Oldest)
		}
		// Of the one that is 12 days old: at 15 days 12 were as old, of which ten were finished
		// one after the other by 33 days: 1 - (11/12)(10/11)…(2/3), by hand.
		if p := float64(*a.Oldest[1].InTime); math.Abs(p-(1-2./12)) > 1e-9 {
			t.Errorf("in time: %v", p)
		}
	})
}

// A place has its own numbers, what is not seen is not counted, and bad questions are
// refused.
func TestPlaces(t *testing.T) {
	w := weeks(t, storetest.SQLite(t))
	if got := w.flow(flowmetrics.Query{Place: flowmetrics.Place{Product: "runners"}}); got.Stock.Open != 1 || got.Done.Items != 0 || got.Name != "Runners" {
		t.Errorf("a product: %+v", got.Stock)
	}
	if got := w.flow(flowmetrics.Query{Place: flowmetrics.Place{Team: "core", Process: "incident"}}); got.Stock.Open != 0 || got.Cycle.Times[0].Known || len(got.Cycle.Notes) == 0 {
		t.Errorf("a process without items: %+v", got)
	}
	contributor := plumbline.Actor{Person: "ines", Role: plumbline.Contributor, Via: "test"}
	f, err := w.room.Flow(context.Background(), contributor, flowmetrics.Query{})
	if err != nil {
		t.Fatal(err)
	}
	all := w.flow(flowmetrics.Query{})
	if f.Stock.Open >= all.Stock.Open && f.Ageing.Open != f.Stock.Open {
		t.Errorf("a contributor sees %d open and %d by age, the product manager %d", f.Stock.Open, f.Ageing.Open, all.Stock.Open)
	}
	w.refused(requester, flowmetrics.Query{}, plumbline.Denied)
	w.refused(pm, flowmetrics.Query{Weeks: 3}, plumbline.Invalid)
	w.refused(pm, flowmetrics.Query{Weeks: 105}, plumbline.Invalid)
	w.refused(pm, flowmetrics.Query{Place: flowmetrics.Place{Team: "core", Product: "runners"}}, plumbline.Invalid)
	w.refused(pm, flowmetrics.Query{Place: flowmetrics.Place{Team: "nobody"}}, plumbline.NotFound)
	w.refused(pm, flowmetrics.Query{Place: flowmetrics.Place{Product: "nothing"}}, plumbline.NotFound)
	w.refused(pm, flowmetrics.Query{Place: flowmetrics.Place{Process: "nothing"}}, plumbline.NotFound)
}
