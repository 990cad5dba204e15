package prometheus_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/prometheus"
	"plumbline/internal/link/prometheustest"
)

func source(t *testing.T, url string) *prometheus.Source {
	t.Helper()
	s, err := prometheus.New(link.Config{ID: "main", Kind: "prometheus", URL: url, Token: "planted-token-f83k"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(t *testing.T, s *prometheus.Source, query string, at time.Time) (plumbline.Figures, error) {
	t.Helper()
	return s.Ask(t.Context(), plumbline.FigureQuery{Query: query, To: plumbline.At(at)})
}

// What a real server answers.
func TestARealPrometheus(t *testing.T) {
	server := prometheustest.Start(t, "groups: [{name: g, rules: [{record: 'slo:objective:ratio', expr: vector(0.9990000000000001), labels: {sloth_id: web-up}}]}]\n")
	s := source(t, server.URL)
	version, err := s.Check(t.Context())
	if err != nil || !strings.HasPrefix(version, "2.") && !strings.HasPrefix(version, "3.") {
		t.Fatalf("got version %q and %v", version, err)
	}
	server.Exporter.Add(`requests_total{code="200"}`, 5)
	prometheustest.Until(t, "the counter is scraped and the rule evaluated", func() bool {
		a, errA := ask(t, s, `requests_total`, time.Now())
		b, errB := ask(t, s, `slo:objective:ratio{sloth_id="web-up"}`, time.Now())
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		return len(a.Series) == 1 && a.Series[0].Labels["code"] == "200" && a.Series[0].Points[0].Value == 5 &&
			len(b.Series) == 1 && b.Series[0].Points[0].Value == 0.9990000000000001
	})
	empty, err := ask(t, s, `nothing_of_this_name`, time.Now())
	if err != nil || len(empty.Series) != 0 {
		t.Errorf("no data is no series: got %+v and %v", empty.Series, err)
	}
	for query, want := range map[string]float64{"vector(0)/0": math.NaN(), "vector(1)/0": math.Inf(1), "-vector(1)/0": math.Inf(-1), "3": 3} {
		got, err := ask(t, s, query, time.Now())
		if err != nil || len(got.Series) != 1 || fmt.Sprint(got.Series[0].Points[0].Value) != fmt.Sprint(want) {
			t.Errorf("%s: got %+v and %v, want %v", query, got.Series, err, want)
		}
	}
	now := plumbline.At(time.Now().Truncate(time.Second))
	r, err := s.Ask(t.Context(), plumbline.FigureQuery{Query: "time()", From: now.Add(-time.Minute), To: now, Step: 15 * time.Second})
	if err != nil || len(r.Series) != 1 || len(r.Series[0].Points) != 5 || r.Series[0].Points[4].At != now || r.Series[0].Points[4].Value != float64(now.Std().Unix()) {
		t.Errorf("got %+v and %v", r.Series, err)
	}
	for _, query := range []string{"sum(", "rate(up)", "up + on(x) group_left() up{a=~\"(\"}", `"text"`} {
		if _, err := ask(t, s, query, time.Now()); !link.IsKind(err, link.Invalid) {
			t.Errorf("%s: got %v, want that it cannot work as it is", query, err)
		}
	}
	_, err = ask(t, s, "sum(", time.Now())
	if !strings.Contains(err.Error(), "parse error") {
		t.Errorf("the reason is not told: %v", err)
	}
}

func TestASeriesThatEndedIsNoData(t *testing.T) {
	server := prometheustest.Start(t, "")
	s := source(t, server.URL)
	server.Exporter.Add("requests_total", 1)
	has := func() bool {
		a, err := ask(t, s, "requests_total", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return len(a.Series) == 1
	}
	prometheustest.Until(t, "the counter is scraped", has)
	server.Exporter.Break(true)
	prometheustest.Until(t, "the series ends with the failed scrape", func() bool { return !has() })
}

// What servers and proxies answer that a small real one does not.
func TestOtherAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   link.FaultKind
		says   string
	}{
		"unprocessable": {422, `{"status":"error","errorType":"execution","error":"found duplicate series"}`, link.Invalid, "found duplicate series"},
		"bad request":   {400, `{"status":"error","errorType":"bad_data","error":"invalid parameter"}`, link.Invalid, "invalid parameter"},
		"timeout":       {503, `{"status":"error","errorType":"timeout","error":"query timed out"}`, link.Down, "query timed out"},
		"proxy":         {502, `<html>`, link.Down, "502"},
		"token":         {401, ``, link.Auth, "token"},
		"a login page":  {200, `<html>sign in</html>`, link.Invalid, "not what Prometheus sends"},
		"text":          {200, `{"status":"success","data":{"resultType":"string","result":[1,"a"]}}`, link.Invalid, "not with figures"},
		"error inside":  {200, `{"status":"error","errorType":"internal","error":"oops"}`, link.Invalid, "internal: oops"},
		"odd value":     {200, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"abc"]}]}}`, link.Invalid, "cannot be read"},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		}))
		_, err := ask(t, source(t, srv.URL), "up", time.Now())
		if !link.IsKind(err, c.kind) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %s: %s", name, err, c.kind, c.says)
		}
		if strings.Contains(fmt.Sprint(err), "planted-token") {
			t.Errorf("%s: the token is in the error", name)
		}
		srv.Close()
	}
}

func TestWarningsAndTheTokenArePassedOn(t *testing.T) {
	var auth, form string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		auth, form = r.Header.Get("Authorization"), r.URL.RawQuery
		_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1.5,"1"],[2,"NaN"]]}]},"warnings":["store down"],"infos":["x"]}`))
	}))
	defer srv.Close()
	got, err := source(t, srv.URL+"/prom").Ask(t.Context(), plumbline.FigureQuery{ID: "q", Query: `a{b="c"}`, From: 1_000_000, To: 61_000_000, Step: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if auth != "Bearer planted-token-f83k" || form != "end=61.000&query=a%7Bb%3D%22c%22%7D&start=1.000&step=60" {
		t.Errorf("asked %q as %q", form, auth)
	}
	if len(got.Warnings) != 1 || got.Warnings[0] != "store down" || got.ID != "q" || got.Series[0].Points[0].At != 1_500_000 || !math.IsNaN(got.Series[0].Points[1].Value) {
		t.Errorf("got %+v", got)
	}
}

func TestNobodyAnswers(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	url := srv.URL
	srv.Close()
	if _, err := ask(t, source(t, url), "up", time.Now()); !link.IsKind(err, link.Down) {
		t.Errorf("got %v", err)
	}
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer slow.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := source(t, slow.URL).Ask(ctx, plumbline.FigureQuery{Query: "up"})
	if !link.IsKind(err, link.Down) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if _, err := source(t, url).Ask(t.Context(), plumbline.FigureQuery{Query: "up", From: 1, To: plumbline.At(time.Now()), Step: time.Second}); !link.IsKind(err, link.Invalid) {
		t.Errorf("a range with too many points: got %v", err)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for _, url := range []string{"", "prom:9090", "ftp://x", "http://u:p@x", "http://x?y"} {
		if _, err := prometheus.New(link.Config{URL: url}); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%q: got %v", url, err)
		}
	}
}

// FuzzAnswer: whatever is answered is read or refused as a fault with words, and
// what is read stays within the bounds that are told.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"status":"success","data":{"resultType":"vector","result":[{"metric":{"job":"a"},"value":[1435781451.781,"1"]}]}}`,
		`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"NaN"],[2,"+Inf"]]}]},"warnings":["w"]}`,
		`{"status":"success","data":{"resultType":"scalar","result":[1,"-Inf"]}}`,
		`{"status":"success","data":{"resultType":"vector","result":[{"value":[]}]}}`,
		`{"status":"error","errorType":"bad_data","error":"\u0000"}`,
	} {
		f.Add([]byte(seed))
	}
	var body []byte
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
	f.Cleanup(srv.Close)
	s, err := prometheus.New(link.Config{URL: srv.URL})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		body = answer
		got, err := s.Ask(t.Context(), plumbline.FigureQuery{Query: "up"})
		if err != nil {
			var fault *link.Fault
			if !errors.As(err, &fault) || fault.Text == "" {
				t.Fatalf("%q is refused without words: %v", answer, err)
			}
			return
		}
		if len(got.Series) > prometheus.MaxSeries || len(got.Warnings) > 10 {
			t.Fatalf("%q gives %d series and %d warnings", answer, len(got.Series), len(got.Warnings))
		}
		for _, one := range got.Series {
			for _, p := range one.Points {
				if math.Abs(float64(p.At)) > 1e17 {
					t.Fatalf("%q has a moment that is none: %d", answer, p.At)
				}
			}
		}
	})
}
