package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"plumbline"
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

// serveMetrics answers Prometheus.
func (s *server) serveMetrics(w http.ResponseWriter, r *http.Request) {
	var b bytes.Buffer
	s.metrics.write(&b)
	head(&b, "plumbline_build_info", "gauge", "The version of the program.")
	fmt.Fprintf(&b, "plumbline_build_info{version=%s,go=%s} 1\n", quote(s.version), quote(runtime.Version()))
	gauge(&b, "plumbline_event_streams", "Event streams that are open.", float64(s.streams.Load()))
	s.writeStored(r.Context(), &b)
	writeRuntime(&b)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // the reader may have gone
}

// writeStored tells what the database knows; when it does not answer, the rest
// is told all the same.
func (s *server) writeStored(ctx context.Context, w io.Writer) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	seq, err := s.app.LastSeq(ctx)
	up := 1.0
	if err != nil {
		up = 0
		s.note(ctx, err)
	}
	gauge(w, "plumbline_database_up", "1: the database answers.", up)
	if err != nil {
		return
	}
	head(w, "plumbline_events_seq", "counter", "The sequence number of the newest event.")
	fmt.Fprintf(w, "plumbline_events_seq %d\n", seq)
	links, err := s.app.Links(ctx, plumbline.SystemActor("metrics"))
	if err != nil {
		s.note(ctx, err)
		return
	}
	head(w, "plumbline_link_queue", "gauge", "Issues that wait to be read.")
	for _, l := range links {
		fmt.Fprintf(w, "plumbline_link_queue{link=%s} %d\n", quote(string(l.ID)), l.Queue)
	}
	head(w, "plumbline_link_healthy", "gauge", "1: the tracker is healthy.")
	for _, l := range links {
		healthy := 0
		if l.Health == "healthy" {
			healthy = 1
		}
		fmt.Fprintf(w, "plumbline_link_healthy{link=%s} %d\n", quote(string(l.ID)), healthy)
	}
	head(w, "plumbline_actions", "gauge", "Outside changes by status.")
	for _, l := range links {
		for _, st := range []plumbline.ActionStatus{plumbline.ActionWaiting, plumbline.ActionRunning, plumbline.ActionHeld, plumbline.ActionDone,
			plumbline.ActionStale, plumbline.ActionIgnored, plumbline.ActionFailed, plumbline.ActionDropped} {
			fmt.Fprintf(w, "plumbline_actions{link=%s,status=%s} %d\n", quote(string(l.ID)), quote(string(st)), l.Actions[st])
		}
	}
}

// writeRuntime tells how the Go runtime is.
func writeRuntime(w io.Writer) {
	samples := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/released:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}, {Name: "/sched/goroutines:goroutines"},
	}
	metrics.Read(samples)
	v := func(i int) float64 {
		if samples[i].Value.Kind() != metrics.KindUint64 {
			return 0
		}
		return float64(samples[i].Value.Uint64())
	}
	gauge(w, "go_memory_total_bytes", "Memory that the Go runtime has from the system, less what it gave back.", v(0)-v(2))
	gauge(w, "go_memory_heap_objects_bytes", "Memory that objects take.", v(1))
	head(w, "go_gc_cycles_total", "counter", "Completed collections.")
	fmt.Fprintf(w, "go_gc_cycles_total %s\n", number(v(3)))
	gauge(w, "go_goroutines", "Goroutines.", v(4))
}

// healthz says that the program runs.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n")
}

// readyz says whether the program can do its work: the database answers.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if err := s.app.Ready(ctx); err != nil {
		s.note(ctx, err)
		writeProblem(w, problemOf(plumbline.Errorf(plumbline.Unavailable, "The database does not answer.")))
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ready\n")
}
