package app_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
)

// The feed of standings says what changed, in what order, and never an amount; the
// calendar has the dates of limits where it is about limits.
func TestLimitsInFeedsAndTheCalendar(t *testing.T) {
	w := sqliteWorld(t)
	w.ok(w.app.PutProduct(w.ctx(), w.pm, plumbline.Product{Ref: "ci", Name: "CI", Kind: "product"}))
	ci := plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}
	now := plumbline.At(w.now)
	for _, k := range []plumbline.Constraint{
		{ID: "budget", Name: "Budget of CI", Kind: plumbline.Cost, Scope: ci, Objective: "98765.43", Currency: "EUR", Basis: plumbline.Billed, Window: plumbline.Window{Calendar: plumbline.WindowYear}},
		{ID: "promise", Name: "Faster builds", Kind: plumbline.Commitment, Scope: ci, Opened: now.Add(-48 * time.Hour), Due: now.Add(240 * time.Hour)},
	} {
		_, err := w.app.PutConstraint(w.ctx(), w.pm, k, 0)
		w.ok(err)
	}
	w.now = w.now.Add(time.Hour)
	now = plumbline.At(w.now)
	_, err := w.app.GiveEvidence(w.ctx(), w.pm, "budget", []plumbline.Observation{{From: now.Add(-24 * time.Hour), To: now, At: now, Amount: "4711.37", Currency: "EUR", Basis: plumbline.Billed, Source: "bill", External: "ci"}})
	w.ok(err)
	_, err = w.app.GiveEvidence(w.ctx(), w.pm, "promise", []plumbline.Observation{{At: now, Forecast: now.Add(300 * time.Hour), Source: "plan", External: "ci"}})
	w.ok(err)
	feed, err := w.app.StandingsFeed(w.ctx(), w.requester)
	w.ok(err)
	body := string(feed.Body)
	for _, want := range []string{"Faster builds: breached, no longer unknown", "Budget of CI: ", "Began: A promise is not likely to be kept", "/constraints/promise"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in %s", want, body)
		}
	}
	if strings.Index(body, "Faster builds: breached") > strings.Index(body, "Faster builds: unknown") {
		t.Errorf("the newest does not come first: %s", body)
	}
	if feed.Updated != now {
		t.Errorf("it changed at %v, want %v", feed.Updated, now)
	}
	other := w.file("Something")
	for _, about := range []struct {
		filter plumbline.Filter
		want   bool
	}{{plumbline.Filter{}, true}, {plumbline.Filter{Product: "ci"}, true}, {plumbline.Filter{Product: "none"}, false}, {plumbline.Filter{Text: other.Title}, false}} {
		doc, err := w.app.DueCalendar(w.ctx(), w.pm, about.filter)
		w.ok(err)
		text := strings.ReplaceAll(string(doc.Body), "\r\n ", "")
		if got := strings.Contains(text, "SUMMARY:Faster builds (breached): was promised for this day"); got != about.want {
			t.Errorf("%+v: the promise is in the calendar: %v", about.filter, got)
		}
		body += text
	}
	for _, amount := range []string{"98765", "4711", "98,765", "98 765"} {
		if strings.Contains(body, amount) {
			t.Errorf("%s is in what is fed", amount)
		}
	}
	_, err = w.app.StandingsFeed(w.ctx(), plumbline.Nobody())
	w.refused(err, plumbline.Unauthenticated, "Sign in first")
}
