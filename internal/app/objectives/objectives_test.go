package objectives_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/estate"
	"plumbline/internal/app/objectives"
	"plumbline/internal/app/sources"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// world is a house with the products web and shop, and one source.
type world struct {
	*testing.T
	db    *store.DB
	room  *objectives.Room
	limit *standing.Room
	files *sources.Sources
	now   time.Time
	pm    plumbline.Actor
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, db: storetest.SQLite(t), now: time.Date(2026, 11, 23, 9, 0, 30, 0, time.UTC), pm: plumbline.Actor{Person: "mara", Name: "Mara", Role: plumbline.PM}}
	now := func() plumbline.Time { return plumbline.At(w.now) }
	w.limit = standing.New(w.db, nil, now)
	w.room = objectives.New(w.db, w.limit, now, objectives.Step)
	land := estate.New(w.db, now)
	land.FollowedBy(w.room.FollowCatalog)
	w.files = sources.New(w.db, now, append(w.room.Formats(), land.Formats()...)...)
	w.ok(w.db.Write(t.Context(), func(tx *store.Tx) error {
		for _, ref := range []plumbline.ProductRef{"web", "shop"} {
			if _, err := tx.PutProduct(plumbline.Product{Ref: ref, Name: string(ref), Kind: "product"}); err != nil {
				return err
			}
		}
		return nil
	}))
	w.ok(w.room.ConfigureSources(t.Context(), []plumbline.SourceState{{ID: "main", Kind: "prometheus", URL: "http://prom"}}))
	return w
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// take takes a file in and returns the report as text, a row a line.
func (w *world) take(format, name, text string, dry bool, settings map[string]string) (string, error) {
	w.Helper()
	f, err := w.files.SendEvidence(w.Context(), w.pm, sources.Sent{Format: format, Name: name, Settings: settings, Body: strings.NewReader(text)})
	w.ok(err)
	var b strings.Builder
	_, err = w.files.TakeEvidence(w.Context(), w.pm, f.ID, dry, func(rows []plumbline.RowReport) error {
		for _, r := range rows {
			fmt.Fprintf(&b, "%d %s %s %s\n", r.Line, r.Ref, r.Outcome, r.Reason)
		}
		return nil
	})
	return b.String(), err
}

const spec = `version: prometheus/v1
service: web
slos:
  - name: up
    objective: 99.9
    sli: {events: {error_query: 'sum(rate(errors_total[{{.window}}]))', total_query: 'sum(rate(requests_total[{{.window}}]))'}}
`

// answer measures: for each five minutes of the time since the last round, bad of
// total events. A negative total stands for no answer, and NaN for itself.
func (w *world) answer(count func(at time.Time) (bad, total float64)) {
	w.Helper()
	for behind := true; behind; {
		round, err := w.room.FigureQueries(w.Context(), "main")
		w.ok(err)
		in := objectives.Answers{Round: round}
		for _, q := range round.Queries {
			f := plumbline.Figures{FigureQuery: q}
			var points []plumbline.Point
			for at := q.From; at <= q.To; at = at.Add(q.Step) {
				bad, total := count(at.Std())
				v := total
				if strings.HasSuffix(q.ID, "bad") {
					v = bad
				}
				if total >= 0 || math.IsNaN(total) {
					points = append(points, plumbline.Point{At: at, Value: v})
				}
			}
			if len(points) > 0 {
				f.Series = []plumbline.Series{{Points: points}}
			}
			in.Figures = append(in.Figures, f)
		}
		w.ok(w.room.Measure(w.Context(), plumbline.SystemActor("worker"), in))
		behind = round.Behind
	}
}

func (w *world) page() objectives.ObjectiveView {
	w.Helper()
	v, err := w.room.Objectives(w.Context(), w.pm, "web")
	w.ok(err)
	if len(v.Objectives) != 1 {
		w.Fatalf("got %d objectives", len(v.Objectives))
	}
	return v.Objectives[0]
}

func TestAFileTwiceIsTheSame(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		dry  bool
		want string
	}{{true, "4 web/up new \n"}, {false, "4 web/up new \n"}, {false, "4 web/up same \n"}} {
		got, err := w.take("sloth", "slo.yaml", spec, c.dry, nil)
		if err != nil || got != c.want {
			t.Errorf("got %q and %v, want %q", got, err, c.want)
		}
	}
	v, err := w.limit.Constraint(t.Context(), w.pm, "slo.web.up")
	w.ok(err)
	if v.Objective != "0.999" || v.Window.Days != 30 || v.Standing == nil || v.Standing.Status != plumbline.StatusUnknown {
		t.Errorf("got %+v", v)
	}
	got, err := w.take("sloth", "slo.yaml", strings.Replace(spec, "99.9", "99.95", 1), false, nil)
	if err != nil || got != "4 web/up changed \n" {
		t.Errorf("got %q and %v", got, err)
	}
	if v, _ := w.limit.Constraint(t.Context(), w.pm, "slo.web.up"); v.Objective != "0.9995" {
		t.Errorf("got %s", v.Objective)
	}
	got, err = w.take("openslo", "slo.yaml", "apiVersion: openslo/v1\nkind: Service\n", false, nil)
	if err != nil || !strings.Contains(got, "0 web/up changed the file does not define it any more") || !w.page().Missing {
		t.Errorf("what is gone is kept and marked: got %q and %v", got, err)
	}
}

func TestAnObjectiveWithoutAProductBearsOnNothing(t *testing.T) {
	w := newWorld(t)
	got, err := w.take("sloth", "a.yaml", strings.Replace(spec, "service: web", "service: other", 1), false, nil)
	if err != nil || !strings.Contains(got, "no product has the name of its service other") {
		t.Fatalf("got %q and %v", got, err)
	}
	w.ok(w.room.TieObjective(t.Context(), w.pm, "other/up", "shop"))
	if v, err := w.limit.Constraint(t.Context(), w.pm, "slo.other.up"); err != nil || v.Scope.Ref != "shop" {
		t.Errorf("got %+v and %v", v.Scope, err)
	}
	got, err = w.take("sloth", "b.yaml", strings.Replace(spec, "service: web\n", "service: third\nlabels: {ipm/slo: shop}\n", 1), false, nil)
	if err != nil || got != "5 third/up new \n" {
		t.Errorf("by annotation: got %q and %v", got, err)
	}
	if _, err := w.take("sloth", "c.yaml", spec, false, map[string]string{"product": "nothing"}); plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("an unknown product: got %v", err)
	}
	requester := plumbline.Actor{Person: "jonas", Name: "Jonas", Role: plumbline.Requester}
	if err := w.room.TieObjective(t.Context(), requester, "other/up", "web"); plumbline.KindOf(err) != plumbline.Denied {
		t.Errorf("got %v", err)
	}
	if err := w.room.TieObjective(t.Context(), w.pm, "other/up", "nothing"); plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("got %v", err)
	}
}

// The entry of a product in the catalog names its objectives under ipm/slo, by id, name
// or service; two products that name one are told, and neither is taken.
func TestTheCatalogNamesObjectives(t *testing.T) {
	for _, c := range []struct{ shop, web, want, remark string }{
		{"other/up", "", "shop", ""}, {"third, Up", "", "shop", ""}, {"OTHER", "", "shop", ""}, {"other/down", "", "", "no product has the name of its service"},
		{"up", "other", "shop", ""}, // the name is closer than the service
		{"other/up", "other/up", "", "the entries of shop and web both name it under ipm/slo"},
	} {
		w := newWorld(t)
		w.ok(w.db.Write(t.Context(), func(tx *store.Tx) error {
			for ref, value := range map[plumbline.ProductRef]string{"shop": c.shop, "web": c.web} {
				if err := tx.SetLocators(ref, map[string]string{"ipm/slo": value}); err != nil {
					return err
				}
			}
			return nil
		}))
		got, err := w.take("sloth", "a.yaml", strings.Replace(spec, "service: web", "service: other", 1), false, nil)
		if err != nil || !strings.Contains(got, c.remark) || c.remark == "" && got != "4 other/up new \n" {
			t.Errorf("%+v: got %q and %v", c, got, err)
		}
		v, err := w.limit.Constraint(t.Context(), w.pm, "slo.other.up")
		if c.want == "" && plumbline.KindOf(err) != plumbline.NotFound || c.want != "" && (err != nil || v.Scope.Ref != c.want) {
			t.Errorf("%+v: got %+v and %v", c, v.Scope, err)
		}
	}
}

// An entry that names an objective is followed at once, and when it names it no more; what
// a person said stays.
func TestObjectivesFollowTheCatalog(t *testing.T) {
	w := newWorld(t)
	_, err := w.take("sloth", "a.yaml", strings.Replace(spec, "service: web", "service: other", 1), false, nil)
	w.ok(err)
	for n, c := range []struct {
		names, want, tied string
	}{{"other/up", "shop", "catalog"}, {"others", "", ""}, {"other", "shop", "catalog"}} {
		entry := "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\n  annotations: {ipm/slo: " + c.names + "}\nspec: {type: service, lifecycle: production, owner: x}\n"
		for range 2 { // the second time it is the same file
			_, err := w.take("backstage", "catalog-info.yaml", entry, false, nil)
			w.ok(err)
		}
		var s store.SLORow
		w.ok(w.db.Read(t.Context(), func(tx *store.Tx) error { s, err = tx.SLO("other/up"); return err }))
		if string(s.Product) != c.want || s.Tied != c.tied || (s.Limit == "") != (c.want == "") {
			t.Errorf("%d: named as %s it is tied to %q by %q, with the limit %q", n, c.names, s.Product, s.Tied, s.Limit)
		}
	}
	w.ok(w.room.TieObjective(t.Context(), w.pm, "other/up", "web"))
	_, err = w.take("backstage", "catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shop, annotations: {ipm/slo: other/up}}\nspec: {type: service, lifecycle: production, owner: x}\n", false, nil)
	w.ok(err)
	var s store.SLORow
	w.ok(w.db.Read(t.Context(), func(tx *store.Tx) error { s, err = tx.SLO("other/up"); return err }))
	for id, want := range map[plumbline.ConstraintID]string{"slo.other.up": "shop", s.Limit: "web"} { // what held of the one is not rewritten
		if v, err := w.limit.Constraint(t.Context(), w.pm, id); err != nil || v.Scope.Ref != want {
			t.Errorf("%s is about %+v: %v", id, v.Scope, err)
		}
	}
}

// Worked examples 2 and 3 of the budget: 99.95 % of ten million events over 28 days.
func TestTheBudgetOfCountedEvents(t *testing.T) {
	for _, c := range []struct {
		bad    float64 // of ten million in the window
		left   string
		status plumbline.Status
	}{{3000, "0.4", plumbline.StatusMet}, {6000, "-0.2", plumbline.StatusBreached}} {
		w := newWorld(t)
		text := strings.Replace(spec, "99.9", "99.95", 1)
		_, err := w.take("sloth", "slo.yaml", text, false, map[string]string{"days": "28"})
		w.ok(err)
		// 28 days hold 8064 slices; the window that is judged begins with a slice.
		w.answer(func(at time.Time) (float64, float64) {
			if w.now.Sub(at) >= 28*24*time.Hour {
				return 0, -1
			}
			return c.bad / 8064, 1e7 / 8064
		})
		v := w.page()
		if got := v.Standing.Headroom.Rounded(6); got != plumbline.Decimal(c.left) || v.Status != c.status {
			t.Errorf("got %s and %s, want %s and %s: %s", got, v.Status, c.left, c.status, v.Reason)
		}
		last := v.Days[len(v.Days)-1].Left
		if want, _ := plumbline.Decimal(c.left).Rat().Float64(); math.Abs(last-want) > 1e-6 {
			t.Errorf("the chart ends at %v, want %v", last, want)
		}
		if strings.HasPrefix(c.left, "-") != (len(v.Follows) > 0 && strings.Contains(strings.Join(v.Follows, " "), "reliability")) {
			t.Errorf("follows: %q", v.Follows)
		}
	}
}

// 720 bad of 100,000 in the last hour burn 14.4 times too fast: not over 14.4 for
// 30 days, and over 13.44 for 28.
func TestBurnRatesAreComparedStrictly(t *testing.T) {
	for _, c := range []struct {
		days  string
		fires bool
	}{{"30", false}, {"28", true}} {
		w := newWorld(t)
		_, err := w.take("sloth", "slo.yaml", strings.Replace(spec, "99.9", "99.95", 1), false, map[string]string{"days": c.days})
		w.ok(err)
		w.answer(func(at time.Time) (float64, float64) {
			if w.now.Sub(at) > time.Hour {
				return 0, 100_000.0 / 12
			}
			return 60, 100_000.0 / 12
		})
		a := w.page().Alarms[0]
		if a.Firing != c.fires || math.Abs(a.Long.Times-14.4) > 1e-9 || math.Abs(a.Short.Times-14.4) > 1e-9 {
			t.Errorf("%s days: got %+v", c.days, a)
		}
	}
}

// With 8,000 events 99.9 % cannot be judged: they need 10,000.
func TestLowTrafficIsUnknown(t *testing.T) {
	w := newWorld(t)
	_, err := w.take("sloth", "slo.yaml", spec, false, nil)
	w.ok(err)
	w.answer(func(at time.Time) (float64, float64) {
		if w.now.Sub(at) > time.Hour {
			return 0, -1
		}
		return 0, 8000.0 / 12
	})
	if v := w.page(); v.Status != plumbline.StatusUnknown || !strings.Contains(v.Reason, "Low traffic") || len(v.Follows) > 0 && strings.Contains(v.Follows[0], "Only") {
		t.Errorf("got %s: %s", v.Status, v.Reason)
	}
}

// What was not measured is a gap, never 0 or 100 %; no traffic counts for nothing.
func TestGapsAreGaps(t *testing.T) {
	w := newWorld(t)
	_, err := w.take("sloth", "slo.yaml", spec, false, nil)
	w.ok(err)
	w.answer(func(at time.Time) (float64, float64) {
		switch hour := at.Add(-time.Second).Hour(); {
		case hour < 6:
			return 0, -1 // the scrape is missing
		case hour < 12:
			return math.NaN(), math.NaN()
		case hour < 18:
			return 0, 0 // no traffic
		}
		return 1, 1000
	})
	v := w.page()
	for _, d := range v.Days[1 : len(v.Days)-1] { // whole days
		if math.Abs(d.Covered-0.5) > 0.01 || d.Total != 72000 || d.Bad != 72 {
			t.Fatalf("got %+v", d)
		}
	}
	if left := v.Days[len(v.Days)-1].Left; math.Abs(left) > 1e-9 {
		t.Errorf("1 of 1000 is the whole budget of 99.9 %%, whatever is missing: got %v", left)
	}
	if n := v.Standing.Figure("availability"); n.Decimal() != "0.999" {
		t.Errorf("got %s", n.Decimal())
	}
}

// Errors that never happened have no series; with traffic that is none, not unknown.
func TestNoErrorSeriesIsNoErrors(t *testing.T) {
	w := newWorld(t)
	_, err := w.take("sloth", "slo.yaml", spec, false, nil)
	w.ok(err)
	round, err := w.room.FigureQueries(t.Context(), "main")
	w.ok(err)
	in := objectives.Answers{Round: round}
	for _, q := range round.Queries {
		f := plumbline.Figures{FigureQuery: q}
		if strings.HasSuffix(q.ID, "total") {
			f.Series = []plumbline.Series{{Points: []plumbline.Point{{At: q.To, Value: 20_000}}}}
		}
		in.Figures = append(in.Figures, f)
	}
	w.ok(w.room.Measure(t.Context(), plumbline.SystemActor("worker"), in))
	if v := w.page(); len(v.Days) != 1 || v.Days[0].Bad != 0 || v.Days[0].Total != 20_000 {
		t.Errorf("got %+v", v.Days)
	}
}

func TestARefusedQueryIsSaidAndNotCounted(t *testing.T) {
	w := newWorld(t)
	_, err := w.take("sloth", "slo.yaml", spec, false, nil)
	w.ok(err)
	round, err := w.room.FigureQueries(t.Context(), "main")
	w.ok(err)
	in := objectives.Answers{Round: round}
	for _, q := range round.Queries {
		in.Figures = append(in.Figures, plumbline.Figures{FigureQuery: q, Fault: "many-to-many matching", Refused: true})
	}
	w.ok(w.room.Measure(t.Context(), plumbline.SystemActor("worker"), in))
	if v := w.page(); v.Problem != "many-to-many matching" || len(v.Days) > 0 || v.Until != 0 {
		t.Errorf("got %+v", v)
	}
	w.answer(func(time.Time) (float64, float64) { return 0, 1000 })
	if v := w.page(); v.Problem != "" || v.Until == 0 {
		t.Errorf("after it was mended: got %q", v.Problem)
	}
}

// A thousand objectives that are measured every five minutes must not swell the
// database: what is kept of one has a bound, and evidence is told a few times a day.
func TestStorageIsBounded(t *testing.T) {
	w := newWorld(t)
	_, err := w.take("sloth", "slo.yaml", spec, false, nil)
	w.ok(err)
	begin := w.now
	for range 40 { // forty days, a day at once
		w.now = w.now.Add(24 * time.Hour)
		w.answer(func(time.Time) (float64, float64) { return 0.1, 1000 })
	}
	w.ok(w.db.Read(context.Background(), func(tx *store.Tx) error {
		s, err := tx.SLO("web/up")
		w.ok(err)
		for grain, most := range map[int64]int{300: 12*12 + 300, store.GrainHour: 8*24 + 1, store.GrainDay: 80} {
			sums, err := tx.SLOSums(s.N, grain, 0, plumbline.At(w.now))
			w.ok(err)
			if len(sums) == 0 || len(sums) > most {
				t.Errorf("%d stretches of %d s are kept, at most %d", len(sums), grain, most)
			}
		}
		chunks, err := tx.SLOChunks(s.N, plumbline.At(begin))
		w.ok(err)
		if n := len(chunks); n < 40 || n > 40*6 {
			t.Errorf("%d pieces of evidence in forty quiet days", n)
		}
		for i := 1; i < len(chunks); i++ {
			if chunks[i].From < chunks[i-1].To {
				t.Errorf("pieces overlap: %+v and %+v", chunks[i-1], chunks[i])
			}
		}
		return nil
	}))
}

// Two servers that asked at once count once.
func TestTheSameAnswerTwiceCountsOnce(t *testing.T) {
	w := newWorld(t)
	_, err := w.take("sloth", "slo.yaml", spec, false, nil)
	w.ok(err)
	round, err := w.room.FigureQueries(t.Context(), "main")
	w.ok(err)
	in := objectives.Answers{Round: round}
	for _, q := range round.Queries {
		v := 1000.0
		if strings.HasSuffix(q.ID, "bad") {
			v = 1
		}
		in.Figures = append(in.Figures, plumbline.Figures{FigureQuery: q, Series: []plumbline.Series{{Points: []plumbline.Point{{At: q.To, Value: v}}}}})
	}
	for range 2 {
		w.ok(w.room.Measure(t.Context(), plumbline.SystemActor("worker"), in))
	}
	if d := w.page().Days; len(d) != 1 || d[0].Total != 1000 || d[0].Bad != 1 {
		t.Errorf("got %+v", d)
	}
}

func TestAPageOfManyCostsAsMuchAsOne(t *testing.T) {
	w := newWorld(t)
	many := spec
	for i := range 30 {
		many += strings.ReplaceAll(spec[strings.Index(spec, "  - name"):], "name: up", fmt.Sprintf("name: up%d", i))
	}
	count := func(name, text string) int64 {
		_, err := w.take("sloth", name, text, false, nil)
		w.ok(err)
		w.answer(func(time.Time) (float64, float64) { return 0, 1000 })
		ctx, q := store.CountQueries(t.Context())
		_, err = w.room.Objectives(ctx, w.pm, "web")
		w.ok(err)
		return q.N.Load()
	}
	one := count("one.yaml", spec)
	if all := count("all.yaml", many); all != one || one > 10 {
		t.Errorf("one objective takes %d statements, thirty-one take %d", one, all)
	}
}
