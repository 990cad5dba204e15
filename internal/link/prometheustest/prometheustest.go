// Package prometheustest is for tests: a real Prometheus on a temporary folder,
// which scrapes a small exporter that the test steers. It is not skipped when
// Prometheus is not installed: then the test fails.
package prometheustest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Variable names the program when it is not "prometheus" in the path.
const Variable = "PLUMBLINE_TEST_PROMETHEUS"

// Interval is how often the exporter is scraped and rules are evaluated.
const Interval = "100ms"

// Exporter serves figures in the text format. It is safe for many goroutines.
type Exporter struct {
	mu     sync.Mutex
	values map[string]float64 // by name with labels
	down   bool
}

// Add adds to a counter, for example http_requests_total{code="200"}.
func (e *Exporter) Add(series string, n float64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.values[series] += n
}

// Break makes scrapes fail, or work again.
func (e *Exporter) Break(down bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.down = down
}

// ServeHTTP implements http.Handler.
func (e *Exporter) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.down {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	var lines []string
	for series, v := range e.values {
		lines = append(lines, fmt.Sprintf("%s %g\n", series, v))
	}
	sort.Strings(lines)
	_, _ = io.WriteString(w, strings.Join(lines, ""))
}

// Server is a running Prometheus.
type Server struct {
	URL      string
	Exporter *Exporter
}

// Start starts a Prometheus with recording rules (a file of them as YAML; none
// when empty). It ends with the test.
func Start(t testing.TB, rules string) *Server {
	t.Helper()
	program := os.Getenv(Variable)
	if program == "" {
		program = "prometheus"
	}
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%s is not installed, and this test needs a real one (Debian's package prometheus, or %s): %v", program, Variable, err)
	}
	e := &Exporter{values: map[string]float64{}}
	exporter := httptest.NewServer(e)
	t.Cleanup(exporter.Close)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "rules.yml"), rules)
	config := fmt.Sprintf("global: {scrape_interval: %s, scrape_timeout: %s, evaluation_interval: %s}\nscrape_configs:\n- {job_name: exporter, honor_labels: true, static_configs: [{targets: [%q]}]}\n",
		Interval, Interval, Interval, strings.TrimPrefix(exporter.URL, "http://"))
	if rules != "" {
		config += "rule_files: [rules.yml]\n"
	}
	write(t, filepath.Join(dir, "prometheus.yml"), config)
	return &Server{URL: "http://" + run(t, path, dir), Exporter: e}
}

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

var listening = regexp.MustCompile(`msg="Listening on" address=(\S+)`)

// run starts the program and returns where it listens, once it answers.
func run(t testing.TB, path, dir string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.Command(path, "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--storage.tsdb.retention.time=400d", "--web.listen-address=127.0.0.1:0")
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if cmd.Wait() != nil {
			_ = cmd.Process.Kill()
		}
	})
	ready := make(chan string, 1)
	go func() {
		address, said := "", ""
		for lines := bufio.NewScanner(out); lines.Scan(); {
			said += lines.Text() + "\n"
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				address = m[1]
			}
			if strings.Contains(lines.Text(), "Server is ready") {
				ready <- address
				_, _ = io.Copy(io.Discard, out)
				return
			}
		}
		ready <- "failed: " + said
	}()
	select {
	case address := <-ready:
		if address == "" || strings.HasPrefix(address, "failed") {
			t.Fatalf("Prometheus did not start: %s", address)
		}
		return address
	case <-ctx.Done():
		t.Fatal("Prometheus did not start within a minute")
	}
	return ""
}

// Until asks again and again until the answer is yes, for at most half a minute.
func Until(t testing.TB, what string, yes func() bool) {
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !yes() {
		select {
		case <-deadline.C:
			t.Fatalf("waited half a minute for this: %s", what)
		case <-tick.C:
		}
	}
}
