package capacity_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/capacity"
	"plumbline/internal/app/editions"
	"plumbline/internal/app/sources"
	"plumbline/internal/app/standing"
	"plumbline/internal/flow"
	"plumbline/internal/limit"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

const day, week = 24 * time.Hour, 7 * 24 * time.Hour

var (
	pm    = plumbline.Actor{Person: "mara", Name: "Mara", Role: plumbline.PM}
	works = plumbline.Actor{Person: "ines", Name: "Ines", Role: plumbline.Contributor}
	asks  = plumbline.Actor{Person: "jonas", Name: "Jonas", Role: plumbline.Requester}

	ci = plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}
)

// world is the room over a real database, with the limits that hold capacity back and a
// clock that stands still until it is moved. There are the teams runners and docs.
type world struct {
	*capacity.Room
	t      testing.TB
	db     *store.DB
	limits *standing.Room
	files  *sources.Sources
	now    time.Time
	items  int
	facts  []plumbline.Observation
}

func newWorld(t testing.TB) *world { return worldOn(t, storetest.SQLite(t)) }

func worldOn(t testing.TB, db *store.DB) *world {
	t.Helper()
	w := &world{t: t, db: db, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)} // a Monday
	clock := func() plumbline.Time { return plumbline.At(w.now) }
	book, err := flow.Embedded()
	w.ok(err)
	w.limits = standing.New(db, func(*store.Tx) (limit.Groups, error) { return limit.Groups{}, nil }, clock)
	w.limits.FeedFrom(plumbline.Support, func(*store.Tx, plumbline.Constraint) ([]plumbline.Observation, error) { return w.facts, nil })
	w.Room = capacity.New(db, w.limits, editions.New(clock), book, clock)
	w.files = sources.New(db, clock, w.CapacityFormats()...)
	w.write(func(tx *store.Tx) error {
		for _, who := range []plumbline.Actor{pm, works, asks} {
			if err := tx.InsertPerson(plumbline.Person{ID: who.Person, Handle: string(who.Person), Name: who.Name, Role: who.Role}); err != nil {
				return err
			}
		}
		for _, ref := range []plumbline.TeamRef{"runners", "docs"} {
			if _, err := tx.PutTeam(plumbline.Team{Ref: ref, Name: "Team " + string(ref)}); err != nil {
				return err
			}
		}
		_, err := tx.PutProduct(plumbline.Product{Ref: "ci", Name: "CI", Kind: "product", Owner: "runners"})
		return err
	})
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err error, kind plumbline.Kind, words string) {
	w.t.Helper()
	if err == nil || plumbline.KindOf(err) != kind || !strings.Contains(err.Error(), words) {
		w.t.Fatalf("got %v, want %s with %q", err, kind, words)
	}
}

func (w *world) write(fn func(tx *store.Tx) error) {
	w.t.Helper()
	w.ok(w.db.Write(context.Background(), fn))
}

func period(t testing.TB, text string) plumbline.CalendarPeriod {
	t.Helper()
	p, err := plumbline.ParseCalendarPeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// enter says who is there; weeks of 0 are left out.
func (w *world) enter(team plumbline.TeamRef, at string, people, weeks, focus float64) error {
	in := capacity.StaffingInput{People: people, Focus: focus}
	if weeks != 0 {
		in.Weeks = &weeks
	}
	_, err := w.PutCapacity(w.t.Context(), works, team, period(w.t, at), in)
	return err
}

// finish closes an item of a kind some weeks ago, a day after it came in, with an
// effort in person-months when it is not 0.
func (w *world) finish(team plumbline.TeamRef, kind plumbline.ItemKind, weeksAgo int, months float64, labels ...string) {
	w.t.Helper()
	w.items++
	state := map[plumbline.ItemKind]plumbline.State{plumbline.Question: "question::closed", plumbline.Incident: "incident::reviewed", plumbline.Change: "change::complete", plumbline.Request: "workflow-infra::Done"}[kind]
	closed := plumbline.At(w.now).Add(-time.Duration(weeksAgo) * week)
	it := plumbline.Item{
		ID: plumbline.ItemID(fmt.Sprintf("item-%d", w.items)), Key: plumbline.Key(fmt.Sprintf("REQ-%d", w.items)), Kind: kind, Process: plumbline.ProcessID(kind), Title: "Item",
		Visibility: plumbline.Public, State: state, Team: team, Requester: "jonas", Labels: labels, Created: closed.Add(-day), Updated: closed, Closed: closed, Version: 1,
	}
	w.write(func(tx *store.Tx) error {
		if err := tx.InsertItem(it); err != nil || months == 0 {
			return err
		}
		return tx.PutReality(plumbline.Reality{ID: store.NewID(), Item: it.ID, Factor: "effort", Value: plumbline.Hide(months), Source: "counted", By: "mara", At: closed})
	})
}

// pursue decides on the item that was finished last.
func (w *world) pursue() {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		return tx.InsertDecision(plumbline.Decision{ID: store.NewID(), Item: plumbline.ItemID(fmt.Sprintf("item-%d", w.items)), Outcome: plumbline.Pursue, By: "mara", At: plumbline.At(w.now)})
	})
}

func (w *world) learn() {
	w.t.Helper()
	w.ok(w.LearnCapacity(w.t.Context()))
}

func (w *world) net(team plumbline.TeamRef, at string) capacity.Net {
	w.t.Helper()
	all, err := w.NetCapacity(w.t.Context(), works, []plumbline.CalendarPeriod{period(w.t, at)}, team)
	w.ok(err)
	if len(all) != 1 {
		w.t.Fatalf("got %d, want the one team in the one period", len(all))
	}
	return all[0]
}

// events are the types of the room's events with what they are about, oldest first.
func (w *world) events() (out []string) {
	w.t.Helper()
	w.ok(w.db.Read(w.t.Context(), func(tx *store.Tx) error {
		all, err := tx.Events(pm, 0, 1000, "")
		for _, e := range all {
			var d struct{ Team, Text string }
			if err := json.Unmarshal(e.Data, &d); err != nil {
				return err
			}
			out = append(out, strings.TrimSpace(e.Type+" "+d.Team+" "+d.Text))
		}
		return err
	}))
	return out
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6 }

// takes are the parts that are taken off, in short.
func takes(n capacity.Net) string {
	var out []string
	for _, t := range n.Takes {
		out = append(out, fmt.Sprintf("%s %.2f", t.What, t.Weeks))
	}
	return strings.Join(out, ", ")
}

// meant is what the mix means, with what is off of it, in short.
func meant(n capacity.Net) string {
	var out []string
	for _, m := range n.Meant {
		text := fmt.Sprintf("%s %.2f", m.Share, m.Weeks)
		if m.Off > 0 {
			text += fmt.Sprintf(" off %.2f", m.Off)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestCapacityThatPeopleEnter(t *testing.T) {
	w := newWorld(t)
	w.ok(w.enter("runners", "2027Q1", 5, 12, 0.7))
	n := w.net("runners", "2027Q1")
	if n.Basis != capacity.Entered || !near(n.Gross, 42) || n.People != 5 || n.Source != "Entered for 2027Q1 by Ines" || n.At != plumbline.At(w.now) {
		t.Errorf("got %+v, want 5 × 12 × 0.7 as Ines entered it", n)
	}
	// Nothing was measured: the planned mix stands in for support. Upkeep stays in what is
	// left, since it is planned item by item.
	if takes(n) != "support 4.20" || !near(n.Net, 37.8) || !n.Takes[0].Assumed || !strings.Contains(n.Takes[0].Why, "Not enough data: 0 measured weeks of 8.") {
		t.Errorf("got %s and %g, %q, want a tenth off", takes(n), n.Net, n.Takes[0].Why)
	}
	if got := meant(n); got != "features 25.20, upkeep 8.40, tech debt 4.20, support 4.20 off 4.20" {
		t.Errorf("the mix means %s", got)
	}
	if n := w.net("runners", "2027Q2"); n.Basis != capacity.Carried || !near(n.Gross, 42*91/90.0) || !strings.HasPrefix(n.Source, "Carried on from 2027Q1, entered by Ines") {
		t.Errorf("the next quarter: got %+v, want it carried on", n)
	}
	for team, at := range map[plumbline.TeamRef]string{"docs": "2027Q1", "runners": "2026Q4"} {
		if n := w.net(team, at); n.Known() || n.Net != 0 || n.Source != "Nobody said how many people there are." {
			t.Errorf("%s in %s: got %+v, want it unknown", team, at, n)
		}
	}
	w.ok(w.enter("runners", "2027Q1", 4, 0, 0.5))
	if n := w.net("runners", "2027Q1"); !near(n.Gross, 4*90/7.0*0.5) {
		t.Errorf("got %g, want the whole quarter's weeks", n.Gross)
	}
	w.ok(w.DropCapacity(t.Context(), works, "runners", period(t, "2027Q1")))
	w.refused(w.DropCapacity(t.Context(), works, "runners", period(t, "2027Q1")), plumbline.NotFound, "Nothing is entered for runners in 2027Q1.")
	if got := strings.Join(w.events(), "; "); got != "capacity entered runners 2027Q1; capacity entered runners 2027Q1; capacity taken back runners 2027Q1" {
		t.Errorf("got %s", got)
	}
}

// Of the period that is running only what is left counts, of those that are over
// nothing; the page shows these as they were.
func TestWhatIsLeftOfTheRunningPeriod(t *testing.T) {
	w := newWorld(t)
	for _, at := range []string{"2026Q3", "2026Q4"} {
		w.ok(w.enter("runners", at, 5, 12, 0.7))
	}
	for ago := 1; ago <= 12; ago++ {
		w.finish("runners", plumbline.Change, ago, 0.06) // 0.26 person-weeks
	}
	w.learn()
	n, left := w.net("runners", "2026Q4"), 39/7.0 // of 92 days 39 are left on the 23rd of November
	if !near(n.Left, left) || !near(n.Span(), left) || !near(n.Gross, 42*39/92.0) || !near(n.Load.Mean, 0.26*left) || !near(n.Net, n.Gross-n.Load.Reserve) || n.Covered != 1 {
		t.Errorf("got %+v, want what is left from today on", n)
	}
	if !strings.HasSuffix(n.Source, "; 5.6 of its 13 weeks are left") {
		t.Errorf("got %q", n.Source)
	}
	w.now = w.now.Add(10 * time.Hour)
	if again := w.net("runners", "2026Q4"); again.Gross != n.Gross {
		t.Errorf("got %g in the evening, %g in the morning", again.Gross, n.Gross)
	}
	w.now = w.now.Add(week)
	if later := w.net("runners", "2026Q4"); !near(later.Gross, 42*32/92.0) {
		t.Errorf("got %g a week later, want %g", later.Gross, 42*32/92.0)
	}
	if n := w.net("runners", "2026Q3"); n.Basis != capacity.Over || n.Gross != 0 || n.Net != 0 || n.Span() != 0 {
		t.Errorf("got %+v, want nothing of a period that is over", n)
	}
	if n := w.net("runners", "2027Q1"); n.Left != 0 || !near(n.Gross, 42*90/92.0) || n.Basis != capacity.Carried {
		t.Errorf("got %+v, want all of the next", n)
	}
	shown := w.team("runners", capacity.Query{}).Nets
	if !near(shown[0].Gross, 42) || shown[0].Basis != capacity.Entered || shown[1].Left == 0 || shown[2].Left != 0 {
		t.Errorf("got %+v, want the quarter before as it was", shown)
	}
}

func TestCapacityRefused(t *testing.T) {
	w := newWorld(t)
	w.ok(w.enter("runners", "2027Q1", 5, 12, 0.7))
	for _, c := range []struct {
		err   error
		field string
	}{
		{w.enter("runners", "2027Q2", -1, 12, 0.7), "people"},
		{w.enter("runners", "2027Q2", 5, -1, 0.7), "weeks"},
		{w.enter("runners", "2027Q2", 5, 20, 0.7), "weeks"},
		{w.enter("runners", "2027Q2", 5, 12, 1.7), "focus"},
		{w.enter("nobody", "2027Q2", 5, 12, 0.7), "team"},
		{w.enter("runners", "2027-02", 5, 4, 0.7), "period"},
		{w.enter("runners", "2027-W01", 5, 1, 0.7), "period"},
	} {
		if plumbline.KindOf(c.err) != plumbline.Invalid || plumbline.FieldsOf(c.err)[c.field] == "" {
			t.Errorf("got %v, want an error about the %s", c.err, c.field)
		}
	}
	w.ok(w.enter("docs", "2027-02", 5, 4, 0.7)) // another team may
	_, err := w.NetCapacity(t.Context(), works, []plumbline.CalendarPeriod{period(t, "2027Q1")}, "nobody")
	w.refused(err, plumbline.Invalid, "nobody")
	_, err = w.NetCapacity(t.Context(), asks, nil)
	w.refused(err, plumbline.Denied, "read the capacity of teams")
	_, err = w.PutCapacity(t.Context(), asks, "docs", period(t, "2027Q1"), capacity.StaffingInput{})
	w.refused(err, plumbline.Denied, "say the capacity of teams")
}

// Twelve weeks with two questions and one upgrade each, and no effort said but of one.
func TestReservesAreMeasured(t *testing.T) {
	w := newWorld(t)
	w.ok(w.enter("runners", "2027Q1", 5, 12, 0.7))
	for ago := 1; ago <= 12; ago++ {
		for range 2 + 2*(ago%2) {
			w.finish("runners", plumbline.Question, ago, 0.06) // 0.26 person-weeks
		}
		w.finish("runners", plumbline.Change, ago, 0)
	}
	w.finish("runners", plumbline.Question, 0, 1) // this week is not over
	w.learn()
	n := w.net("runners", "2027Q1")
	weeks := 90 / 7.0
	if n.Load.Measured != 12 || n.Load.Shape != "Poisson" || !near(n.Load.Mean, (3*0.26+1)*weeks) || n.Load.Reserve <= n.Load.Mean || n.Load.Chance != 0.85 {
		t.Errorf("got %+v, want 12 weeks of three questions and an upgrade", n.Load)
	}
	if got, want := takes(n), fmt.Sprintf("support %.2f, upkeep %.2f, margin %.2f", 3*0.26*weeks, weeks, n.Load.Reserve-n.Load.Mean); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !near(n.Net, 42-n.Load.Reserve) || n.Short != 0 {
		t.Errorf("got %g, want what the reserve leaves of 42", n.Net)
	}
	if why := n.Takes[0].Why; !strings.Contains(why, "36 items in 12 measured weeks") || !strings.Contains(why, "12 of the team's 48 efforts") {
		t.Errorf("got %q", why)
	}
	if got, want := meant(n), fmt.Sprintf("features 25.20, upkeep 8.40 off %.2f, tech debt 4.20, support 4.20 off %.2f", weeks, 3*0.26*weeks); got != want {
		t.Errorf("the mix means %s, want %s", got, want)
	}
	w.ok(w.enter("runners", "2027Q2", 1, 12, 0.5))
	if n := w.net("runners", "2027Q2"); n.Net != 0 || !near(n.Short, n.Load.Reserve-6) {
		t.Errorf("got %g and %g short, want nothing left", n.Net, n.Short)
	}
}

// Items that were not done, that somebody decided on, or that are of nobody are no load.
func TestWhatIsNoLoad(t *testing.T) {
	w := newWorld(t)
	w.ok(w.enter("runners", "2027Q1", 5, 12, 0.7))
	for ago := 1; ago <= 10; ago++ {
		w.finish("runners", plumbline.Request, ago, 0.5)
		w.pursue()
	}
	w.learn()
	// No team has none of it: nobody wrote it down, and the planned mix stands in for support.
	if n := w.net("runners", "2027Q1"); n.Load.Measured != 0 || takes(n) != "support 4.20" || !strings.HasPrefix(n.Takes[0].Why, "No support, incident or upkeep was written down in 10 measured weeks.") {
		t.Errorf("got %+v, %s and %q, want what the mix plans", n.Load, takes(n), n.Takes[0].Why)
	}
}

func TestCapacityIsLearnedWhenNobodySaidIt(t *testing.T) {
	w := newWorld(t)
	for ago := 1; ago <= 13; ago++ {
		w.finish("docs", plumbline.Question, ago, 0.6) // 2.6 person-weeks
	}
	w.learn()
	n := w.net("docs", "2027-W05")
	if n.Basis != capacity.Learned || !near(n.Gross, 2.6) || n.People != 0 || !strings.HasPrefix(n.Source, "Learned: 33.8 person-weeks of work finished in 13 measured weeks") {
		t.Errorf("got %+v, want 2.6 person-weeks a week", n)
	}
	events := len(w.events())
	w.learn()
	if len(w.events()) != events {
		t.Error("learning the same again told of something")
	}
	for ago := 1; ago <= 8; ago++ {
		w.finish("runners", plumbline.Request, ago, 0.6)
		w.pursue()
	}
	w.learn()
	// What it learned is what the team does beside the support that nobody wrote down.
	if n := w.net("runners", "2027-W05"); !near(n.Gross, 2.6) || takes(n) != "" || !near(n.Net, n.Gross) {
		t.Errorf("got %+v, want nothing off what was learned", n)
	}
	few := newWorld(t)
	few.finish("docs", plumbline.Question, 3, 0.6)
	few.learn()
	if n := few.net("docs", "2027-W05"); n.Known() || !strings.Contains(n.Source, "not enough data") {
		t.Errorf("got %+v, want not enough data", n)
	}
}

func TestLimitsHoldCapacityBack(t *testing.T) {
	w := newWorld(t)
	w.ok(w.enter("runners", "2026Q4", 5, 12, 0.7))
	_, err := w.limits.PutConstraint(t.Context(), pm, plumbline.Constraint{ID: "interrupts", Kind: plumbline.Support, Scope: ci, Objective: "0.5", Window: plumbline.Window{Days: 28}}, 0)
	w.ok(err)
	now := plumbline.At(w.now)
	w.facts = []plumbline.Observation{{From: now.Add(-28 * day), To: now, At: now, Bad: "600", Total: "840", Source: "tickets", External: "ci"}}
	w.write(func(tx *store.Tx) error { return w.limits.Refresh(tx, pm, plumbline.Support, ci) })
	for at, want := range map[string]bool{"2026Q3": false, "2026Q4": true, "2027Q1": true, "2027Q2": false} {
		n := w.net("runners", at)
		held := strings.Contains(takes(n), capacity.Limit)
		if held != want {
			t.Errorf("%s: got %q, want held back: %t", at, takes(n), want)
		}
		if last := len(n.Takes) - 1; held && (!near(n.Takes[last].Weeks, 0.2*n.Gross) || n.Takes[last].Constraint != "interrupts" || n.Takes[last].At != now || n.Takes[last].Work != "toil") {
			t.Errorf("%s: got %+v, want a fifth for toil", at, n.Takes[last])
		}
	}
}

const crewFile = "team,period,people,weeks,focus,source\nrunners,2027Q1,5,12,0.7,roster\nnobody,2027Q1,5,12,0.7,\nrunners,2027-02,5,4,0.7,\ndocs,2027Q1,-2,12,0.7,\ndocs,2027Q1,2,12,0.5,\n"

func (w *world) take(dry bool) (plumbline.ImportCount, []plumbline.RowReport) {
	w.t.Helper()
	f, err := w.files.SendEvidence(w.t.Context(), pm, sources.Sent{Format: "capacity", Name: "crew.csv", Body: strings.NewReader(crewFile)})
	w.ok(err)
	var rows []plumbline.RowReport
	count, err := w.files.TakeEvidence(w.t.Context(), pm, f.ID, dry, func(r []plumbline.RowReport) error {
		rows = append(rows, r...)
		return nil
	})
	w.ok(err)
	return count, rows
}

// A file is looked at, taken in, and taken in again without a change; what is wrong
// names its line and column.
func TestCapacityFromAFile(t *testing.T) {
	w := newWorld(t)
	want := plumbline.ImportCount{New: 2, Skipped: 3, DryRun: true}
	count, rows := w.take(true)
	if count != want || w.net("runners", "2027Q1").Known() {
		t.Fatalf("got %+v, want %+v and nothing entered", count, want)
	}
	for line, words := range map[int]string{3: "column team: There is no team nobody", 4: "column period: 2027-02 overlaps 2027Q1", 5: "column people: The people of a team"} {
		if r := rows[line-2]; r.Line != line || r.Outcome != plumbline.RowSkipped || !strings.Contains(r.Reason, words) {
			t.Errorf("line %d: got %+v, want %q", line, r, words)
		}
	}
	want.DryRun = false
	if count, _ := w.take(false); count != want {
		t.Fatalf("got %+v, want %+v", count, want)
	}
	if n := w.net("docs", "2027Q1"); !near(n.Gross, 12) || n.Basis != capacity.Entered {
		t.Errorf("got %+v, want 2 × 12 × 0.5", n)
	}
	want.New, want.Same = 0, 2
	events := len(w.events())
	if count, _ := w.take(false); count != want || len(w.events()) != events {
		t.Errorf("again: got %+v and %d events, want %+v and none", count, len(w.events())-events, want)
	}
}

// The number of statements does not depend on teams, periods and weeks.
func TestNetCapacityAsksTheSameOfEveryDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := worldOn(t, db)
		asked := func() int64 {
			ctx, queries := store.CountQueries(t.Context())
			_, err := w.NetCapacity(ctx, works, plumbline.CalendarPeriods(period(t, "2027Q1"), 8))
			w.ok(err)
			return queries.N.Load()
		}
		w.ok(w.enter("runners", "2027Q1", 5, 12, 0.7))
		first := asked()
		w.ok(w.enter("docs", "2027Q1", 5, 12, 0.7))
		for ago := 1; ago <= 9; ago++ {
			w.finish("docs", plumbline.Question, ago, 0.1)
			w.finish("runners", plumbline.Incident, ago, 0)
		}
		w.learn()
		if again := asked(); again > first {
			t.Errorf("got %d statements, then %d, want as many", first, again)
		}
		if n := w.net("docs", "2027Q1"); n.Load.Measured != 9 {
			t.Errorf("got %+v, want 9 weeks", n.Load)
		}
	})
}
