package api

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// bounds are the upper ends of the latency histogram's buckets, in seconds.
var bounds = [...]float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// Metrics counts what the doors do. Labels hold routes, status classes and the
// names of configured trackers: no key, title or person.
type Metrics struct {
	mu         sync.Mutex
	began      time.Time
	routes     map[string]*routeCount
	deliveries map[string]int64
}

// routeCount is what happened on one route.
type routeCount struct {
	classes [6]int64 // by first digit of the status
	buckets [len(bounds) + 1]int64
	seconds float64
}

// NewMetrics starts counting.
func NewMetrics() *Metrics {
	return &Metrics{began: time.Now(), routes: map[string]*routeCount{}, deliveries: map[string]int64{}}
}

// Count wraps another door's handler so that its requests are counted too,
// under the pattern that its mux chose, or under name.
func (m *Metrics) Count(name string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		rec := &recorder{ResponseWriter: w}
		defer func() { m.note(routeOf(r, name), rec.code(), time.Since(began)) }()
		next.ServeHTTP(rec, r)
	})
}

// routeOf is the pattern that served a request, which mux writes into it.
func routeOf(r *http.Request, otherwise string) string {
	if r.Pattern == "" {
		return otherwise
	}
	return r.Pattern
}

func (m *Metrics) note(route string, status int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.routes[route]
	if c == nil {
		c = &routeCount{}
		m.routes[route] = c
	}
	if class := status / 100; class >= 1 && class <= 5 {
		c.classes[class]++
	}
	s := took.Seconds()
	c.seconds += s
	i, _ := slices.BinarySearch(bounds[:], s)
	c.buckets[i]++
}

func (m *Metrics) delivery(result string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.deliveries[result]++
}

// write is the text exposition of what was counted.
func (m *Metrics) write(w io.Writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	names := make([]string, 0, len(m.routes))
	for n := range m.routes {
		names = append(names, n)
	}
	slices.Sort(names)
	head(w, "plumbline_http_requests_total", "counter", "Requests by route and class of status.")
	for _, n := range names {
		for class, v := range m.routes[n].classes {
			if v > 0 {
				fmt.Fprintf(w, "plumbline_http_requests_total{route=%s,status=\"%dxx\"} %d\n", quote(n), class, v)
			}
		}
	}
	head(w, "plumbline_http_request_duration_seconds", "histogram", "How long requests took, by route.")
	for _, n := range names {
		writeHistogram(w, n, m.routes[n])
	}
	head(w, "plumbline_hook_deliveries_total", "counter", "Deliveries of trackers by result.")
	results := make([]string, 0, len(m.deliveries))
	for r := range m.deliveries {
		results = append(results, r)
	}
	slices.Sort(results)
	for _, r := range results {
		fmt.Fprintf(w, "plumbline_hook_deliveries_total{result=%s} %d\n", quote(r), m.deliveries[r])
	}
	gauge(w, "process_start_time_seconds", "When the program started, in seconds since 1970.", float64(m.began.UnixMilli())/1000)
}

func writeHistogram(w io.Writer, route string, c *routeCount) {
	const name = "plumbline_http_request_duration_seconds"
	sum := int64(0)
	for i, v := range c.buckets {
		sum += v
		le := "+Inf"
		if i < len(bounds) {
			le = strconv.FormatFloat(bounds[i], 'g', -1, 64)
		}
		fmt.Fprintf(w, "%s_bucket{route=%s,le=%q} %d\n", name, quote(route), le, sum)
	}
	fmt.Fprintf(w, "%s_sum{route=%s} %s\n%s_count{route=%s} %d\n", name, quote(route), number(c.seconds), name, quote(route), sum)
}

func head(w io.Writer, name, kind, help string) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func gauge(w io.Writer, name, help string, v float64) {
	head(w, name, "gauge", help)
	fmt.Fprintf(w, "%s %s\n", name, number(v))
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// quote writes a label's value as the exposition format wants it.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
