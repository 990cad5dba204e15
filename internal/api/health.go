package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/metrics"
	"time"

	"plumbline"
)

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
