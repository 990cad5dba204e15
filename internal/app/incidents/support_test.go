package incidents_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/incidents"
	"plumbline/internal/app/sources"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// take takes a file of tickets in, and says what became of its rows, with reasons.
func (w *world) take(text string, dry bool, settings ...string) (plumbline.ImportCount, string, error) {
	w.t.Helper()
	f := sources.File{ID: "f", Format: "tickets", Name: "t.csv", Hash: strings.Repeat("a1", 32), DryRun: dry, Settings: map[string]string{},
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	for i := 0; i < len(settings); i += 2 {
		f.Settings[settings[i]] = settings[i+1]
	}
	var reasons []string
	count, err := w.Formats()[0].Read(w.t.Context(), mara, f, func(rows []plumbline.RowReport) error {
		for _, r := range rows {
			if r.Reason != "" {
				reasons = append(reasons, fmt.Sprintf("%d %s: %s", r.Line, r.Outcome, r.Reason))
			}
		}
		return nil
	})
	count.DryRun = false
	return count, strings.Join(reasons, "\n"), err
}

func (w *world) mustTake(text string, settings ...string) plumbline.ImportCount {
	w.t.Helper()
	count, _, err := w.take(text, false, settings...)
	w.ok(err)
	return count
}

func (w *world) support(ref plumbline.ProductRef) incidents.SupportView {
	w.t.Helper()
	v, err := w.Support(w.t.Context(), jonas, ref)
	w.ok(err)
	return v
}

const ticketHead = "id,created_at,first_response_at,resolved_at,product,customer,category,minutes_spent\n"

// The eleventh worked example: six people with 35 hours a week for four weeks are 840
// hours, of which interrupts took 310: 36.9 %, which warns, and breaks no cap of 50 %.
func TestWorkedExample11(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.ok(w.PutSupportCapacity(t.Context(), mara, "support", plumbline.SupportCapacity{From: at("2026-01-07"), People: "6", Hours: "35"}))
		_, err := w.limit.PutConstraint(t.Context(), mara, plumbline.Constraint{ID: "toil", Kind: plumbline.Support, Scope: plumbline.Scope{Kind: "process", Ref: "support"}, Objective: "0.5", Window: plumbline.Window{Days: 28}}, 0)
		w.ok(err)
		text := ticketHead
		for i, minutes := range []int{60 * 80, 60 * 80, 60 * 75, 60 * 75} { // 310 hours
			made := at("2026-05-04T10:00:00Z").Add(time.Duration(i) * 7 * 24 * time.Hour)
			text += fmt.Sprintf("%d,%s,,%s,,Numbat Holdings,access,%d\n", i, made.Std().Format(time.RFC3339), made.Add(time.Hour).Std().Format(time.RFC3339), minutes)
		}
		w.now = at("2026-06-01T09:00:00Z")
		text += "9,2026-06-01T08:00:00Z,,,,,access,\n" // of the week after, so that the fourth is known whole
		same(t, w.mustTake(text, "process", "support"), plumbline.ImportCount{New: 5})
		v := w.support("support")
		s := v.Limits[0].Standing
		same(t, []string{s.Figure("share").Percent(), string(s.Status), s.Figure("interrupt_hours").Text(), s.Figure("capacity_hours").Text(), s.Effects[0].Policy},
			[]string{"36.9 %", "met", "310", "840", "support-warning"})
		same(t, []string{string(v.Weeks[0].Share), string(v.Weeks[0].Hours), string(v.Weeks[0].Capacity)}, []string{"0.380952", "80", "210"})
		if p := s.Pace.Text(); p != "1" { // four came and four were resolved
			t.Errorf("the pace is %s", p)
		}
		// Taken in again everything is the same, and nothing is told anew.
		before := w.seq()
		same(t, w.mustTake(text, "process", "support"), plumbline.ImportCount{Same: 5})
		same(t, w.seq(), before)
	})
}

// Where nobody said how many hours there are, or how long tickets took, the share is
// not known: never 0.
func TestUnknownLoad(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.mustTake(ticketHead + "1,2026-05-18T10:00:00Z,,2026-05-18T11:00:00Z,shop,,access,\n2,2026-05-26,,,shop,,access,\n")
	v := w.support("shop")
	for _, week := range v.Weeks {
		if week.Hours.Known() && week.Arrivals > 0 || week.Share.Known() || week.Capacity.Known() {
			t.Errorf("got %+v", week)
		}
	}
	// One of three says how long it took: the others count with it, as a guess.
	w.mustTake(ticketHead + "3,2026-05-18T12:00:00Z,,,shop,,access,30\n")
	v = w.support("shop")
	same(t, []any{string(v.Weeks[0].Hours), v.Weeks[0].Guessed, v.Weeks[0].Arrivals, v.Weeks[0].Open, v.Weeks[0].Whole, v.Weeks[1].Whole},
		[]any{"1", int64(1), int64(2), int64(1), true, false})
	if v := w.support("api"); len(v.Weeks) != 0 || len(v.Categories) != 0 || v.Resolve.N != 0 {
		t.Errorf("got %+v", v)
	}
}

// Times are a median and the ninth tenth with their number, not a mean; what goes on
// counts with the time so far.
func TestTimes(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	text := ticketHead
	for i := range 9 {
		text += fmt.Sprintf("%d,2026-05-20T10:00:00Z,2026-05-20T10:30:00Z,2026-05-20T%02d:00:00Z,shop,,access,5\n", i, 11+i)
	}
	w.mustTake(text + "long,2026-05-04T10:00:00Z,,,shop,,access,5\n")
	v := w.support("shop")
	want := incidents.Times{N: 10, Going: 1, Median: 5 * time.Hour, P90: 9 * time.Hour}
	same(t, v.Resolve, want)
	same(t, v.Categories[0].Resolve, want)
	// One that was made just now may still take longer than the median.
	w.mustTake(text + "new,2026-05-31T22:00:00Z,,,shop,,access,5\n")
	same(t, w.support("shop").Resolve, incidents.Times{N: 11, Going: 2, Median: 5 * time.Hour, P90: 9 * time.Hour, MedianUp: true, P90Up: true})
}

func TestIncidentsThatGoOnAreCounted(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.deliver("am", alert("a", "high", "shop", s29+"10:00:00Z", s29+"11:00:00Z"))
	w.deliver("am", alert("b", "high", "shop", s29+"20:00:00Z", ""))
	v := w.support("shop")
	same(t, v.Open, 1)
	same(t, v.Recovery, incidents.Times{N: 2, Going: 1, Median: time.Hour, P90: 52 * time.Hour, P90Up: true})
}

func TestRowsOfTickets(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	text := "Nummer;created_at;product;requester\n" +
		"1;2026-05-20;Shop;Quokka GmbH\n2;2026-05-20;the moon;x\n3;2030-01-01;shop;x\n;2026-05-20;shop;x\n"
	_, _, err := w.take(text, false)
	w.refused(err, plumbline.Invalid, "taken for id")
	_, _, err = w.take(text, false, "columns", "Nummer=id", "product", "nothing")
	w.refused(err, plumbline.Invalid, "nothing")
	before := w.seq()
	count, reasons, err := w.take(text, true, "columns", "Nummer=id")
	w.ok(err)
	same(t, []any{count, w.seq()}, []any{plumbline.ImportCount{New: 2, Skipped: 2}, before})
	same(t, reasons, "3 new: the catalog has no product the moon: it counts for none\n4 skipped: it is of 2030-01-01, which is in the future\n5 skipped: it has no id")
	w.mustTake(text, "columns", "Nummer=id")
	// What the columns are is remembered, and a file that says something else of a ticket changes it.
	same(t, w.mustTake(text), plumbline.ImportCount{Same: 2, Skipped: 2})
	same(t, w.mustTake(strings.Replace(text, "Quokka", "Wallaby", 1), "product", "api"), plumbline.ImportCount{Changed: 2, Skipped: 2})
	page, err := w.Tickets(t.Context(), mara, "shop", at("2026-05-20"), "")
	w.ok(err)
	same(t, []any{len(page.Tickets), page.Tickets[0].Party, page.Tickets[0].Ref}, []any{1, "Wallaby GmbH", "file a1a1a1a1a1a1 line 2"})
	page, err = w.Tickets(t.Context(), ines, "shop", at("2026-05-20"), "")
	w.ok(err)
	same(t, page.Tickets[0].Party, "")
	if _, err := w.Tickets(t.Context(), jonas, "shop", at("2026-05-20"), ""); plumbline.KindOf(err) != plumbline.Denied {
		t.Errorf("got %v", err)
	}
}

// A severe incident locks features of its product until it is closed, and one that is
// moved to another product does not hold the first one any more.
func TestIncidentsBearOnReliability(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	for _, ref := range []string{"shop", "api"} {
		_, err := w.limit.PutConstraint(t.Context(), mara, plumbline.Constraint{ID: plumbline.ConstraintID(ref + "-up"), Kind: plumbline.Reliability, Scope: plumbline.Scope{Kind: "product", Ref: ref},
			Objective: "0.999", Method: plumbline.Occurrences, Window: plumbline.Window{Days: 28}, Hard: true}, 0)
		w.ok(err)
		_, err = w.limit.GiveEvidence(t.Context(), mara, plumbline.ConstraintID(ref+"-up"), []plumbline.Observation{{From: w.now.Add(-28 * 24 * time.Hour), To: w.now, At: w.now, Bad: "10", Total: "1000000"}})
		w.ok(err)
	}
	figures := func(ref string) string {
		v, err := w.limit.ConstraintPage(t.Context(), mara, plumbline.ConstraintID(ref+"-up"))
		w.ok(err)
		s := v.Standing
		fires := ""
		for _, e := range s.Effects {
			fires += " " + e.Policy
		}
		return s.Figure("incident_severity").Text() + "/" + s.Figure("worst_incident").Percent() + fires
	}
	same(t, figures("shop"), "/")
	w.now = w.now.Add(time.Hour)
	i, err := w.DeclareIncident(t.Context(), ines, incidents.IncidentInput{Title: ptr("Down"), Severity: ptr("S2"), Products: &[]plumbline.ProductRef{"shop"}, Share: ptr(plumbline.Decimal("0.25"))})
	w.ok(err)
	same(t, figures("shop"), "2/25 % feature-lock single-incident")
	w.now = w.now.Add(time.Hour)
	_, err = w.ChangeIncident(t.Context(), ines, i.N, incidents.IncidentInput{Products: &[]plumbline.ProductRef{"api"}})
	w.ok(err)
	same(t, figures("shop"), "/")
	if got := figures("api"); !strings.HasPrefix(got, "2/25 %") {
		t.Errorf("got %s", got)
	}
	w.now = w.now.Add(time.Hour)
	_, err = w.ChangeIncident(t.Context(), ines, i.N, incidents.IncidentInput{Resolved: ptr(w.now)})
	w.ok(err)
	same(t, figures("api")[:1], "/")
}

func TestCapacity(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	for _, c := range []plumbline.SupportCapacity{{From: 1, People: "-1", Hours: "1"}, {From: 1, Hours: "1"}, {From: 1, People: "1", Hours: "200"}, {People: "1", Hours: "1"}} {
		w.refused(w.PutSupportCapacity(t.Context(), mara, "shop", c), plumbline.Invalid, "Say")
	}
	good := plumbline.SupportCapacity{From: at("2026-05-20"), People: "2", Hours: "7.5"}
	w.refused(w.PutSupportCapacity(t.Context(), ines, "shop", good), plumbline.Denied, "")
	w.refused(w.PutSupportCapacity(t.Context(), mara, "nothing", good), plumbline.NotFound, "nothing")
	w.ok(w.PutSupportCapacity(t.Context(), mara, "shop", good))
	before := w.seq()
	w.ok(w.PutSupportCapacity(t.Context(), mara, "shop", good))
	same(t, w.seq(), before)
	same(t, w.support("shop").Capacity[0].From, at("2026-05-18"))
}
