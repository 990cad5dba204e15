package app_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/monthly"
	"plumbline/internal/app/standing"
	"plumbline/internal/limit"
)

// month is the report of a month.
func (w *world) month(who plumbline.Actor, name string) monthly.MonthReport {
	w.t.Helper()
	v, err := w.app.MonthlyReport(w.ctx(), who, name)
	w.ok(err)
	return v
}

// A month is told as its evidence says when it ended, and what came later is not in it.
func TestTheReportOfAMonth(t *testing.T) {
	w := sqliteWorld(t)
	w.now = time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	w.ok(w.app.PutProduct(w.ctx(), w.pm, plumbline.Product{Ref: "ci", Name: "CI", Kind: "product"}))
	ci := plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}
	begun := w.now
	w.now = begun.AddDate(0, -2, 0)
	for _, k := range []plumbline.Constraint{
		{ID: "api", Name: "Availability", Kind: plumbline.Reliability, Scope: ci, Objective: "0.999", Window: plumbline.Window{Days: 28}},
		{ID: "cloud", Name: "Cloud budget", Kind: plumbline.Cost, Scope: ci, Objective: "98765", Currency: "EUR", Basis: plumbline.Billed, Window: plumbline.Window{Calendar: plumbline.WindowMonth}, Cadence: 720 * time.Hour},
		{ID: "mending", Name: "Mending", Kind: plumbline.Security, Scope: ci, Cadence: 720 * time.Hour},
	} {
		_, err := w.app.PutConstraint(w.ctx(), w.pm, k, 0)
		w.ok(err)
	}
	october := plumbline.At(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))
	tell := func(id plumbline.ConstraintID, o plumbline.Observation) {
		o.Source, o.External = "test", string(id)
		_, err := w.app.GiveEvidence(w.ctx(), w.pm, id, []plumbline.Observation{o})
		w.ok(err)
	}
	w.now = begun
	for i := range 33 {
		from := october.Add(time.Duration(i-2) * 24 * time.Hour)
		bad := plumbline.Decimal("10")
		if i == 20 {
			bad = "3000" // 19 October; the budget of 28 days is 560
		}
		w.now = from.Add(25 * time.Hour).Std()
		tell("api", plumbline.Observation{From: from, To: from.Add(24 * time.Hour), At: from.Add(24 * time.Hour), Bad: bad, Total: "20000"})
	}
	tell("cloud", plumbline.Observation{From: october, To: october.Add(31 * 24 * time.Hour), At: october.Add(31 * 24 * time.Hour), Amount: "123456.78", Currency: "EUR", Basis: plumbline.Billed})
	for name, days := range map[string]int{"a": 10, "b": 60, "c": 61, "d": 400} {
		end := october.Add(31 * 24 * time.Hour)
		tell("mending", plumbline.Observation{Subject: name, At: october.Add(24 * time.Hour), Opened: end.Add(-time.Duration(days) * 24 * time.Hour), Due: end.Add(time.Duration(100-days) * 24 * time.Hour), State: plumbline.StateOpen})
	}
	w.now = begun
	v := w.month(w.pm, "")
	if v.Month != "2026-10" || !v.Whole || v.Limits != 3 || v.Counts[plumbline.StatusBreached] != 3 {
		t.Fatalf("got %s, whole %v, %v of %d", v.Month, v.Whole, v.Counts, v.Limits)
	}
	if len(v.Broke) != 1 || v.Broke[0].Constraint != "api" || v.Broke[0].At.Std().Format(time.DateOnly) != "2026-10-20" || len(v.Mended) != 0 {
		t.Errorf("broke %+v, mended %+v", v.Broke, v.Mended)
	}
	if want := "3 of 3 limits were broken when the month ended; 1 broke in the month, none were mended."; v.Sentence != want {
		t.Errorf("got %q, want %q", v.Sentence, want)
	}
	if got := v.Ages; len(got) != 1 || got[0].Counts != [4]int{1, 2, 0, 1} || got[0].Overdue != 1 {
		t.Errorf("got %+v", got)
	}
	api := v.Kinds[0].Lines[0]
	if api.Constraint != "api" || api.Before.Decimal() != "0.5" || api.Headroom.Decimal().Rat().Sign() >= 0 {
		t.Errorf("got %+v", api)
	}
	if before := w.month(w.pm, "2026-09"); before.Counts[plumbline.StatusBreached] != 0 || len(before.Broke) != 0 {
		t.Errorf("what broke in October is in September's report: %+v", before)
	}
}

func TestAMonthThatCannotBeTold(t *testing.T) {
	w := sqliteWorld(t)
	w.now = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{"2026-12": "has not begun", "2025-10": "the first month that can be told is 2025-11", "October": "A month is a year and a month"} {
		_, err := w.app.MonthlyReport(w.ctx(), w.pm, name)
		w.refused(err, plumbline.Invalid, want)
	}
	if v := w.month(w.pm, "2025-11"); v.Sentence != "There was no limit yet." {
		t.Errorf("got %q", v.Sentence)
	}
	_, err := w.app.MonthlyReport(w.ctx(), plumbline.Nobody(), "")
	w.refused(err, plumbline.Unauthenticated, "Sign in first")
}

// Requesters read the shares of a month, and no amount of money.
func TestTheReportWithholdsAmounts(t *testing.T) {
	w := demoWorld(t)
	jonas := plumbline.Actor{Person: w.pm.Person, Name: "Jonas", Role: plumbline.Requester}
	cleared, withheld := w.month(w.pm, "2026-11"), w.month(jonas, "2026-11")
	if len(cleared.Spending) == 0 || cleared.Withheld {
		t.Fatalf("got %+v", cleared.Spending)
	}
	if len(withheld.Spending) != 0 || !withheld.Withheld {
		t.Errorf("got %+v", withheld.Spending)
	}
	b, err := json.Marshal(withheld)
	w.ok(err)
	for _, k := range withheld.Kinds {
		for _, l := range k.Lines {
			if l.Kind == plumbline.Cost && (l.Objective.Known() || slices.ContainsFunc(l.Figures, func(f limit.Figure) bool { return f.Unit == l.Currency })) {
				t.Errorf("%s shows amounts: %+v", l.Constraint, l)
			}
		}
	}
	spent := costs(cleared, "cost-kube-apiserver")
	if len(spent) < 3 {
		t.Errorf("got %v", spent)
	}
	for _, amount := range spent {
		if strings.Contains(string(b), string(amount)) {
			t.Errorf("%s is in what a requester reads", amount)
		}
	}
	if !slices.ContainsFunc(cleared.Exceptions, func(e standing.ExceptionView) bool { return e.Constraint == "findings-flux" }) || len(cleared.Broke) != 2 {
		t.Errorf("exceptions %+v, broke %+v", cleared.Exceptions, cleared.Broke)
	}
}

// costs are the amounts of a budget that have enough digits to be found.
func costs(v monthly.MonthReport, id plumbline.ConstraintID) (out []plumbline.Decimal) {
	for _, k := range v.Kinds {
		for _, l := range k.Lines {
			for _, f := range l.Figures {
				if d := f.Value.Decimal(); l.Constraint == id && f.Unit == l.Currency && len(d) > 5 {
					out = append(out, d)
				}
			}
		}
	}
	return out
}
