package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"plumbline"
)

func TestMetrics(t *testing.T) {
	h := newHouse(t, withHook())
	h.configure(someLink())
	key := h.file("Marker-Title")
	h.do(plumbline.PM, "GET", itemPath(key), "")
	h.do(plumbline.PM, "GET", itemPath("REQ-404"), "")
	h.deliver("/hooks/gitlab", `{}`)
	a := h.send(httptest.NewRequest("GET", "/metrics", nil))
	text := string(a.body)
	for _, want := range []string{
		`plumbline_http_requests_total{route="GET /api/v1/items/{key}",status="2xx"} 1`,
		`plumbline_http_requests_total{route="GET /api/v1/items/{key}",status="4xx"} 1`,
		`plumbline_http_request_duration_seconds_count{route="GET /api/v1/items/{key}"} 2`,
		`plumbline_hook_deliveries_total{result="forged"} 1`,
		`plumbline_link_queue{link="gitlab"} 0`,
		`plumbline_actions{link="gitlab",status="waiting"} 0`,
		`plumbline_database_up 1`,
		`plumbline_build_info{version="test"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %s in\n%s", want, text)
		}
	}
	for _, secret := range []string{string(key), "Marker-Title", "REQ-404", "infra/platform"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q stands in the metrics", secret)
		}
	}
	wellFormed(t, text)
}

// wellFormed wants every line to be of the text format, and every family to be
// announced once.
func wellFormed(t *testing.T, text string) {
	t.Helper()
	sample := regexp.MustCompile(`^[a-z_]+(\{([a-z_]+="(\\.|[^"\\])*",?)+\})? -?[0-9.e+-]+$`)
	types := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if name, ok := strings.CutPrefix(line, "# TYPE "); ok {
			if types[name] {
				t.Errorf("announced twice: %s", line)
			}
			types[name] = true
			continue
		}
		if !strings.HasPrefix(line, "# HELP ") && !sample.MatchString(line) {
			t.Errorf("not a sample: %q", line)
		}
	}
}

func TestHistogram(t *testing.T) {
	m := NewMetrics()
	for _, ms := range []int{1, 2, 30, 20_000} {
		m.note("r", 200, time.Duration(ms)*time.Millisecond)
	}
	var b strings.Builder
	m.write(&b)
	for _, want := range []string{
		`_bucket{route="r",le="0.001"} 1`, `_bucket{route="r",le="0.0025"} 2`, `_bucket{route="r",le="0.05"} 3`,
		`_bucket{route="r",le="10"} 3`, `_bucket{route="r",le="+Inf"} 4`, `_count{route="r"} 4`, `_sum{route="r"} 20.033`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("missing %s in\n%s", want, b.String())
		}
	}
}

// TestCountOthers counts another door's requests under the pattern of its mux.
func TestCountOthers(t *testing.T) {
	m := NewMetrics()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{key}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") })
	door := m.Count("pages", mux)
	for _, path := range []string{"/items/REQ-1", "/items/REQ-2", "/nothing"} {
		door.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	}
	var b strings.Builder
	m.write(&b)
	for _, want := range []string{`{route="GET /items/{key}",status="2xx"} 2`, `{route="pages",status="4xx"} 1`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("missing %s in\n%s", want, b.String())
		}
	}
}

// TestPlantedSecrets puts marked private values in and reads every byte that
// the door gives to somebody who is not cleared, and the log.
func TestPlantedSecrets(t *testing.T) {
	h := newHouse(t, Options{})
	key := h.file("A cluster")
	if a := h.do(plumbline.PM, "PUT", prefix+"/accounts/acme", `{"name":"Marker-Customer","arr":"987654321","currency":"EUR","seats":4711}`); a.status != 204 {
		t.Fatalf("account: %d %s", a.status, a.body)
	}
	demand := `{"account":"acme","worth":"987654321","currency":"EUR","seats":4711,"stage":"Marker-Stage","note":"Marker-Note"}`
	if a := h.do(plumbline.PM, "POST", itemPath(key, "/demands"), demand); a.status != 201 {
		t.Fatalf("demand: %d %s", a.status, a.body)
	}
	paths := []string{itemPath(key), prefix + "/items", prefix + "/board", prefix + "/accounts", prefix + "/events", prefix + "/decisions", prefix + "/audit", prefix + "/inbox", "/metrics"}
	for _, role := range []plumbline.Role{plumbline.Requester, plumbline.Contributor, plumbline.Admin} {
		for _, p := range paths {
			a := h.do(role, "GET", p, "")
			for _, secret := range []string{"Marker-", "987654321", "987 654 321", "4711"} {
				if strings.Contains(string(a.body), secret) {
					t.Errorf("%s as %s shows %s: %s", p, role, secret, a.body)
				}
			}
		}
	}
	if a := h.do(plumbline.PM, "GET", itemPath(key), ""); !strings.Contains(string(a.body), "Marker-Customer") {
		t.Errorf("the cleared PM does not see the customer: %s", a.body)
	}
	if strings.Contains(h.log.String(), "Marker-") || strings.Contains(h.log.String(), "987654321") {
		t.Error("a private value stands in the log")
	}
	for _, secret := range h.tokens {
		if strings.Contains(h.log.String(), secret) {
			t.Error("a token stands in the log")
		}
	}
}
