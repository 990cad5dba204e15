package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/people"
	"plumbline/internal/flow"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// world is the use cases over a real database, with a clock that stands still
// until it is moved, and one person of each role.
type world struct {
	t   testing.TB
	app *app.App
	db  *store.DB
	now time.Time

	requester, contributor, pm, admin plumbline.Actor
}

func newWorld(t testing.TB, db *store.DB) *world {
	t.Helper()
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: db, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	w.app = app.New(db, book, func() plumbline.Time { return plumbline.At(w.now) }, app.Config{BaseURL: "https://plumb.example"})
	token, err := w.app.Invite(t.Context())
	w.ok(err)
	session, err := w.app.SetUp(t.Context(), token, people.PersonInput{Handle: "avery", Name: "Avery", Password: "a long enough password"})
	w.ok(err)
	w.admin, err = w.app.Who(t.Context(), session, "test")
	w.ok(err)
	for _, p := range []struct {
		handle string
		role   plumbline.Role
		actor  *plumbline.Actor
		clear  bool
	}{{"jonas", plumbline.Requester, &w.requester, false}, {"ines", plumbline.Contributor, &w.contributor, false}, {"mara", plumbline.PM, &w.pm, true}} {
		_, err := w.app.PutPerson(t.Context(), w.admin, people.PersonInput{Handle: p.handle, Name: p.handle, Role: p.role, Cleared: p.clear, Password: "a long enough password"})
		w.ok(err)
		session, err := w.app.SignIn(t.Context(), p.handle, "a long enough password")
		w.ok(err)
		*p.actor, err = w.app.Who(t.Context(), session, "test")
		w.ok(err)
	}
	w.ok(w.app.PutTeam(t.Context(), w.pm, plumbline.Team{Ref: "reliability", Name: "Reliability", Label: "team::Reliability"}))
	w.ok(w.app.PutTeam(t.Context(), w.pm, plumbline.Team{Ref: "delivery", Name: "Delivery", Label: "team::Delivery"}))
	w.ok(w.app.PutAccount(t.Context(), w.pm, app.AccountInput{Ref: "acme", Name: "Acme Rockets", ARR: "1200000", Currency: "EUR", Seats: 400}))
	return w
}

func sqliteWorld(t *testing.T) *world { return newWorld(t, storetest.SQLite(t)) }

func (w *world) ctx() context.Context { return w.t.Context() }

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused wants an error of the kind whose text has the words.
func (w *world) refused(err error, kind plumbline.Kind, words string) {
	w.t.Helper()
	if err == nil {
		w.t.Fatalf("got no error, want %s: %s", kind, words)
	}
	if plumbline.KindOf(err) != kind || !strings.Contains(err.Error(), words) {
		w.t.Fatalf("got %s: %v\nwant %s with %q", plumbline.KindOf(err), err, kind, words)
	}
}

// file makes a request by the requester.
func (w *world) file(title string) plumbline.Item {
	w.t.Helper()
	it, err := w.app.File(w.ctx(), w.requester, app.FileInput{Title: title, Body: "We need it.", Source: "form"})
	w.ok(err)
	return it
}

// validated is an item with everything that a hand-off needs.
func (w *world) validated(title string) plumbline.Item {
	w.t.Helper()
	it := w.file(title)
	w.validate(it.Key)
	return w.item(w.pm, it.Key).Row.Item
}

func (w *world) validate(key plumbline.Key) {
	w.t.Helper()
	_, err := w.app.Accept(w.ctx(), w.pm, key)
	w.ok(err)
	_, err = w.app.Demand(w.ctx(), w.pm, key, app.DemandInput{Account: "acme", Points: 10, Worth: "250000", Currency: "EUR", Seats: 400, Note: "renewal at stake"})
	w.ok(err)
	_, err = w.app.Attach(w.ctx(), w.pm, key, app.EvidenceInput{Grade: plumbline.Measured, Text: "14 pages a week"})
	w.ok(err)
	_, err = w.app.Edit(w.ctx(), w.pm, key, app.EditInput{Fields: map[string]string{"statement": "Nobody can restore within an hour.", "reach": "6", "impact": "2", "confidence": "80"}})
	w.ok(err)
}

func (w *world) item(who plumbline.Actor, key plumbline.Key) app.ItemView {
	w.t.Helper()
	v, err := w.app.Item(w.ctx(), who, key)
	w.ok(err)
	return v
}

// events are the types of an item's events, oldest first.
func (w *world) events(key plumbline.Key) string {
	w.t.Helper()
	v := w.item(w.pm, key)
	var out []string
	for i := len(v.History) - 1; i >= 0; i-- {
		out = append(out, v.History[i].Type)
	}
	return strings.Join(out, ", ")
}

var pursue = app.DecisionInput{Outcome: plumbline.Pursue, Sentence: "Worth it: restores must fit the promise.", Team: "reliability"}

func (w *world) book() *flow.Book {
	w.t.Helper()
	book, err := flow.Embedded()
	w.ok(err)
	return book
}

// remake is the use cases over the same database, configured in another way.
func (w *world) remake(conf app.Config) {
	w.t.Helper()
	w.app = app.New(w.db, w.book(), func() plumbline.Time { return plumbline.At(w.now) }, conf)
}
