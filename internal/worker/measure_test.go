package worker_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/flow"
	"plumbline/internal/link"
	"plumbline/internal/link/prometheus"
	"plumbline/internal/link/prometheustest"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
	"plumbline/internal/worker"
)

// moved is a source whose clock is ours: questions and answers are moved by as
// much as our clock is ahead.
type moved struct {
	link.Source
	ahead *time.Duration
}

func (m moved) Ask(ctx context.Context, q plumbline.FigureQuery) (plumbline.Figures, error) {
	there := q
	there.From, there.To = q.From.Add(-*m.ahead), q.To.Add(-*m.ahead)
	f, err := m.Source.Ask(ctx, there)
	f.FigureQuery = q
	for i := range f.Series {
		for j := range f.Series[i].Points {
			f.Series[i].Points[j].At = f.Series[i].Points[j].At.Add(*m.ahead)
		}
	}
	return f, err
}

// gauge is a house that reads a real Prometheus with the rules of Sloth.
type gauge struct {
	*testing.T
	prom  *prometheustest.Server
	db    *store.DB
	app   *app.App
	work  *worker.Worker
	ahead time.Duration
	pm    plumbline.Actor
}

func newGauge(t *testing.T) *gauge {
	rules, err := os.ReadFile("testdata/sloth-rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	g := &gauge{T: t, prom: prometheustest.Start(t, string(rules)), db: storetest.SQLite(t), pm: plumbline.Actor{Person: "mara", Name: "Mara", Role: plumbline.PM}}
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	now := func() plumbline.Time { return plumbline.At(time.Now().Add(g.ahead)) }
	g.app = app.New(g.db, book, now, app.Config{Slice: time.Second})
	src, err := prometheus.New(link.Config{ID: "main", URL: g.prom.URL})
	if err != nil {
		t.Fatal(err)
	}
	g.work = worker.New(g.app, worker.Options{Sources: map[plumbline.LinkID]link.Source{"main": moved{src, &g.ahead}}})
	g.ok(g.db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.PutProduct(plumbline.Product{Ref: "myservice", Name: "My service", Kind: "product"})
		return err
	}))
	g.ok(g.app.ConfigureSources(t.Context(), []plumbline.SourceState{{ID: "main", Kind: "prometheus", URL: g.prom.URL, Rules: true}}))
	return g
}

func (g *gauge) ok(err error) {
	g.Helper()
	if err != nil {
		g.Fatal(err)
	}
}

// measure reads everything that there is to read.
func (g *gauge) measure() {
	g.Helper()
	for behind := true; behind; {
		var err error
		behind, err = g.work.MeasureOnce(g.Context(), "main")
		g.ok(err)
	}
}

const reliability plumbline.ConstraintID = "slo.myservice.requests-availability"

// standing is how the constraint stands, and the policies that restrict work.
func (g *gauge) standing() (status plumbline.Status, headroom float64, restricting []string) {
	g.Helper()
	v, err := g.app.Constraint(g.Context(), g.pm, reliability)
	if plumbline.KindOf(err) == plumbline.NotFound {
		return "", 0, nil
	}
	g.ok(err)
	if v.Standing == nil {
		return "", 0, nil
	}
	for _, e := range v.Standing.Effects {
		if e.Force == plumbline.Restrict {
			restricting = append(restricting, e.Policy)
		}
	}
	headroom = -9
	if h := v.Standing.Headroom.Decimal().Rat(); h != nil {
		headroom, _ = h.Float64()
	}
	return v.Standing.Status, headroom, restricting
}

func (g *gauge) until(what string, yes func(status plumbline.Status, headroom float64, restricting []string) bool) {
	g.Helper()
	prometheustest.Until(g, what, func() bool {
		g.measure()
		return yes(g.standing())
	})
}

// A real Prometheus scrapes an exporter and evaluates the rules that Sloth wrote.
// An error burst turns the budget red, and the policy's consequence begins; the
// budget recovers, and after the day that the policy asks for, the consequence is
// gone by itself.
func TestAnErrorBudgetTurnsRedAndBack(t *testing.T) {
	g := newGauge(t)
	const good, bad = `http_request_duration_seconds_count{job="myservice",code="200"}`, `http_request_duration_seconds_count{job="myservice",code="500"}`
	g.prom.Exporter.Add(good, 1000)
	g.prom.Exporter.Add(bad, 0)
	g.until("the objective is found in the rules, and all is well", func(status plumbline.Status, _ float64, restricting []string) bool {
		g.prom.Exporter.Add(good, 1000)
		return status == plumbline.StatusMet && len(restricting) == 0
	})
	v, err := g.app.Constraint(t.Context(), g.pm, reliability)
	g.ok(err)
	// The rules write 0.9990000000000001, and a window of 30 days.
	if v.Objective != "0.999" || v.Window.Days != 30 || v.Method != plumbline.Timeslices || v.Scope.Ref != "myservice" {
		t.Errorf("got %+v", v.Constraint)
	}

	g.prom.Exporter.Add(good, 1e6)
	g.prom.Exporter.Add(bad, 5000)
	g.until("the budget is used up and work is restricted", func(status plumbline.Status, headroom float64, restricting []string) bool {
		return status == plumbline.StatusBreached && headroom < 0 && slices.Contains(restricting, "error-budget-exhausted")
	})

	g.prom.Exporter.Add(good, 1e10)
	g.until("the budget recovers; what it led to holds for a day", func(status plumbline.Status, headroom float64, restricting []string) bool {
		return headroom >= 0.06 && status == plumbline.StatusBreached && slices.Contains(restricting, "error-budget-exhausted")
	})

	g.ahead = 25 * time.Hour
	g.until("a day later the consequence is gone", func(status plumbline.Status, _ float64, restricting []string) bool {
		return status != plumbline.StatusBreached && len(restricting) == 0
	})
	want := []string{"standing changed", "consequence began", "consequence ended"}
	for _, typ := range want {
		if !slices.ContainsFunc(g.told(), func(e string) bool { return strings.HasPrefix(e, typ) }) {
			t.Errorf("no event %q in %q", typ, g.told())
		}
	}
	sources, err := g.app.FigureSources(t.Context(), g.pm)
	g.ok(err)
	if s := sources[0]; s.Failures != 0 || s.Found != 1 || s.Answered == 0 || s.Version == "" {
		t.Errorf("got %+v", s)
	}
}

// told are the events, in short.
func (g *gauge) told() (out []string) {
	g.Helper()
	g.ok(g.db.Read(g.Context(), func(tx *store.Tx) error {
		all, err := tx.Events(g.pm, 0, 1000, "")
		for _, e := range all {
			out = append(out, e.Type+" "+string(e.Data))
		}
		return err
	}))
	return out
}

// A source that does not answer is left alone for longer and longer, says why, and
// leaves what was measured as it is.
func TestASourceThatDoesNotAnswer(t *testing.T) {
	g := newGauge(t)
	down, err := prometheus.New(link.Config{ID: "main", URL: "http://127.0.0.1:1"})
	g.ok(err)
	g.work = worker.New(g.app, worker.Options{Sources: map[plumbline.LinkID]link.Source{"main": down}})
	for i, wait := range []time.Duration{15 * time.Second, 30 * time.Second, time.Minute} {
		_, err := g.work.MeasureOnce(t.Context(), "main")
		g.ok(err)
		sources, err := g.app.FigureSources(t.Context(), g.pm)
		g.ok(err)
		s := sources[0]
		if s.Failures != int64(i+1) || !strings.Contains(s.Problem, "did not answer") || s.Retry.Sub(s.Asked) != wait {
			t.Errorf("got %+v, want a wait of %s", s, wait)
		}
		if behind, err := g.work.MeasureOnce(t.Context(), "main"); err != nil || behind {
			t.Errorf("it is asked again before its time: %v %v", behind, err)
		}
		g.ahead += wait + time.Second
	}
	if n := len(slices.DeleteFunc(g.told(), func(e string) bool { return !strings.HasPrefix(e, "source failed") })); n != 1 {
		t.Errorf("told %d times", n)
	}
}
