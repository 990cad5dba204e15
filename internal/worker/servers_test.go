package worker_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/flow"
	"plumbline/internal/link"
	"plumbline/internal/link/gitlab"
	"plumbline/internal/link/gitlabtest"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
	"plumbline/internal/worker"
)

// house is the use cases over a database, by the clock of the machine.
func house(t *testing.T, db *store.DB) *app.App {
	t.Helper()
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return app.New(db, book, func() plumbline.Time { return plumbline.At(time.Now()) }, app.Config{BaseURL: "https://plumbline.example"})
}

// Two servers on one PostgreSQL: a hook that the one receives, while its own
// worker stands still, is picked up by the other at once, and once.
func TestTwoServersOnPostgres(t *testing.T) {
	fake := gitlabtest.New(gitlabtest.Options{Token: token})
	defer fake.Close()
	for _, name := range []string{trigger, start} {
		fake.CreateLabel(name)
	}
	where := storetest.PostgresURL(t)
	one, two := house(t, storetest.Open(t, where)), house(t, storetest.Open(t, where))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	tr, err := gitlab.New(link.Config{ID: "gitlab", URL: fake.URL, Project: "group/infra", Token: token, Client: client})
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(one.ConfigureLinks(t.Context(), []plumbline.LinkState{{ID: "gitlab", Kind: "gitlab", URL: fake.URL, Project: "group/infra", Separator: "::"}}))
	log := &logbook{}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	for i, a := range []*app.App{one, two} {
		w := worker.New(a, worker.Options{
			Adapters: map[plumbline.LinkID]worker.Adapter{"gitlab": {Tracker: tr, History: tr, Opener: tr}},
			Holder:   "server " + itoa(i), Log: slog.New(slog.NewTextHandler(log, nil)),
		})
		go func() { done <- w.Run(ctx) }()
	}
	wake, stop := two.Subscribe()
	defer stop()
	until := func(what string, ok func() bool) {
		t.Helper()
		late := time.After(20 * time.Second)
		for !ok() {
			select {
			case <-wake:
			case <-late:
				t.Fatalf("%s did not happen\n%s", what, log)
			}
		}
	}
	until("the first look", func() bool {
		links, err := two.LinkStates(t.Context())
		must(err)
		return !links[0].Confirmed.IsZero()
	})
	ref := fake.CreateIssue("mara", "Faster builds", "please", trigger)
	_, err = one.Receive(t.Context(), plumbline.Delivery{Link: "gitlab", ID: "d1", Ref: ref}, nil)
	must(err)
	until("the pick-up", func() bool {
		acts, err := two.Planned(t.Context(), "gitlab")
		must(err)
		return len(acts) == 0 && len(fake.Comments(ref)) > 0
	})
	cancel()
	must(<-done)
	must(<-done)
	if got := len(fake.Comments(ref)); got != 1 {
		t.Errorf("%d comments, want 1", got)
	}
	if n := log.count("picked up"); n != 1 {
		t.Errorf("picked up %d times\n%s", n, log)
	}
}

// A look for work that finds none wakes nobody, or servers would keep each
// other awake.
func TestEmptyClaimWakesNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := house(t, db)
		wake, stop := a.Subscribe()
		defer stop()
		if _, err := a.ClaimRefreshes(t.Context(), "one", time.Minute, 4); err != nil {
			t.Fatal(err)
		}
		if _, err := a.ClaimActions(t.Context(), "one", time.Minute, 4); err != nil {
			t.Fatal(err)
		}
		select {
		case <-wake:
			t.Error("an empty claim woke the subscribers")
		default:
		}
	})
}

// An idle hour costs few queries.
func TestIdleQueries(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		ctx, count := store.CountQueries(w.Context())
		ctx, cancel := context.WithCancel(ctx)
		done := make(chan error)
		go func() { done <- worker.New(w.app, w.opt).Run(ctx) }()
		synctest.Wait()
		w.pass(time.Minute)
		before := count.N.Load()
		w.pass(time.Hour)
		if n := count.N.Load() - before; n > 7200 {
			w.Errorf("%d queries in an idle hour, more than two a second", n)
		} else {
			w.Logf("%d queries in an idle hour", n)
		}
		cancel()
		if err := <-done; err != nil {
			w.Error(err)
		}
	})
}
