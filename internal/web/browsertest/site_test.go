package browsertest

import (
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/notices"
	"plumbline/internal/flow"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
	"plumbline/internal/web"
)

// site is the pages over a database, on an address of their own.
type site struct {
	t   *testing.T
	app *app.App
	url string
}

// today is the time in all tests.
func today() plumbline.Time {
	return plumbline.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
}

// makeDemo makes the demo once and gives the path of its database.
func makeDemo() (string, error) {
	path := filepath.Join(common.dir, "demo.db")
	db, err := store.Open(context.Background(), path)
	if err != nil {
		return "", err
	}
	book, err := flow.Embedded()
	if err != nil {
		return "", err
	}
	a := app.New(db, book, today, app.Config{Demo: true})
	if err := a.LoadDemo(context.Background()); err != nil {
		return "", err
	}
	if err := tellNews(a); err != nil {
		return "", err
	}
	return path, db.Close()
}

// tellNews makes something to be read in the notifications and under the
// webhooks: what the worker does on a server.
func tellNews(a *app.App) error {
	ctx := context.Background()
	who := map[string]plumbline.Actor{}
	for _, handle := range []string{"mara", "avery", "ines"} {
		session, err := a.SignInDemo(ctx, handle)
		if err != nil {
			return err
		}
		if who[handle], err = a.Who(ctx, session, "web"); err != nil {
			return err
		}
	}
	if err := estimateSome(ctx, a, who["mara"]); err != nil {
		return err
	}
	_, hook, err := a.MakeWebhook(ctx, who["avery"], notices.WebhookInput{Name: "Release notes", URL: "https://example.com/hooks/plumbline"})
	if err != nil {
		return err
	}
	if err := a.PingWebhook(ctx, who["avery"], hook.ID); err != nil {
		return err
	}
	list, err := a.Items(ctx, who["mara"], plumbline.Filter{Limit: 3})
	if err != nil {
		return err
	}
	for _, row := range list.Rows.Rows {
		if err := a.Watch(ctx, who["mara"], row.Key, true); err != nil {
			return err
		}
		if _, err := a.Comment(ctx, who["ines"], row.Key, app.CommentInput{Body: "We looked into it."}); err != nil {
			return err
		}
	}
	for more := true; more; {
		if more, err = a.Spread(ctx, 1000); err != nil {
			return err
		}
	}
	return nil
}

// estimateSome gives a few items all that RICE asks for, each more reach than the
// one before it, so that there is something to rank.
func estimateSome(ctx context.Context, a *app.App, who plumbline.Actor) error {
	list, err := a.Items(ctx, who, plumbline.Filter{Kind: plumbline.Request, Limit: 8})
	if err != nil {
		return err
	}
	var cells []judging.CellInput
	for i, r := range list.Rows.Rows {
		for f, text := range map[plumbline.Factor]string{"reach": fmt.Sprintf("%d-%d", 1+i, 2+i), "impact": "1-2", "confidence": "0.5-0.9", "effort": "1-3"} {
			cells = append(cells, judging.CellInput{Key: r.Key, EstimateInput: judging.EstimateInput{Factor: f, Text: text}})
		}
	}
	_, err = a.EstimateMany(ctx, who, cells)
	return err
}

// demoSite is the pages over a fresh copy of the demo.
func demoSite(t *testing.T) *site {
	t.Helper()
	from, err := common.demo()
	if err != nil {
		t.Fatal(err)
	}
	to := storetest.SQLitePath(t)
	if err := copyFile(from, to); err != nil {
		t.Fatal(err)
	}
	return serve(t, to, app.Config{Demo: true})
}

// emptySite is a new installation, as it is before anybody set it up.
func emptySite(t *testing.T) *site {
	t.Helper()
	return serve(t, storetest.SQLitePath(t), app.Config{})
}

func serve(t *testing.T, path string, conf app.Config) *site {
	t.Helper()
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	a := app.New(storetest.Open(t, path), book, today, conf)
	done := make(chan struct{})
	srv := httptest.NewServer(web.New(a, web.Options{Version: "test", Done: done}))
	t.Cleanup(func() {
		close(done) // ends the open streams, for which Close would wait
		srv.Close()
	})
	return &site{t: t, app: a, url: srv.URL}
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}

// actor is a person of the demo, for asking the application itself.
func (s *site) actor(handle string) plumbline.Actor {
	s.t.Helper()
	who, err := s.app.Who(s.t.Context(), s.session(handle), "web")
	if err != nil {
		s.t.Fatal(err)
	}
	return who
}

// session is a session of a person of the demo.
func (s *site) session(handle string) string {
	s.t.Helper()
	session, err := s.app.SignInDemo(s.t.Context(), handle)
	if err != nil {
		s.t.Fatal(err)
	}
	return session
}

// item is how the application sees an item, as the product manager may.
func (s *site) item(key plumbline.Key) app.ItemView {
	s.t.Helper()
	v, err := s.app.Item(s.t.Context(), s.actor("mara"), key)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// inState wants the item to stand where a test says, and returns it.
func (s *site) inState(key plumbline.Key, want plumbline.State) app.ItemView {
	s.t.Helper()
	v := s.item(key)
	if got := v.States[want.Lane()].State; got != want {
		s.t.Errorf("%s is in %q, want %q", key, got, want)
	}
	return v
}

// find is the first item that a filter of the list finds.
func (s *site) find(f plumbline.Filter) plumbline.Row {
	s.t.Helper()
	list, err := s.app.Items(s.t.Context(), s.actor("mara"), f)
	if err != nil {
		s.t.Fatal(err)
	}
	if len(list.Rows.Rows) == 0 {
		s.t.Fatalf("no item fits %+v", f)
	}
	return list.Rows.Rows[0]
}
