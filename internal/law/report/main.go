// Report reads what go test -json prints and writes it for people: a line for
// each package, the output of every test that failed, each skipped test with
// its reason, and at the end one plain line, "N passed, N failed, N skipped".
//
// It counts tests and subtests. What fails outside of a test (a package that
// does not build, a panic while starting, a run that is cut short) counts as
// one failure. It exits 1 when anything failed or was skipped, or when nothing ran:
// a test that cannot run has not passed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	ok, err := report(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// event is a line of go test -json; see go doc test2json.
type event struct {
	Action     string
	Package    string
	ImportPath string // of build output
	Test       string
	Output     string
}

// run is what is known so far.
type run struct {
	out                     io.Writer
	output                  map[string][]string // by package and test, until its result is known
	failures                map[string]int      // tests failed, by package
	live                    map[string]bool     // packages that have started and not ended
	passed, failed, skipped int
}

// report copies in to out as text and says whether all is well.
func report(in io.Reader, out io.Writer) (ok bool, err error) {
	r := run{out: out, output: map[string][]string{}, failures: map[string]int{}, live: map[string]bool{}}
	s := bufio.NewScanner(in)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		var e event
		if json.Unmarshal(s.Bytes(), &e) != nil || e.Action == "" {
			fmt.Fprintf(out, "%s\n", s.Bytes()) // the go command's own words
			continue
		}
		r.take(e)
	}
	r.close()
	return r.failed == 0 && r.skipped == 0 && r.passed > 0, s.Err()
}

func (r *run) take(e event) {
	switch {
	case e.Action == "build-output":
		fmt.Fprint(r.out, e.Output)
	case e.Action == "start":
		r.live[e.Package] = true
	case e.Action == "output":
		r.output[key(e)] = append(r.output[key(e)], e.Output)
	case e.Test == "":
		r.endPackage(e)
	default:
		r.endTest(e)
	}
}

func key(e event) string { return e.Package + "\x00" + e.Test }

func (r *run) endTest(e event) {
	switch e.Action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
		r.failures[e.Package]++
		r.tell(key(e))
	case "skip":
		r.skipped++
		fmt.Fprintf(r.out, "SKIPPED %s in %s\n", e.Test, e.Package)
		r.tell(key(e))
	default:
		return
	}
	delete(r.output, key(e))
}

// tell writes what a test printed, without the noise of its start.
func (r *run) tell(key string) {
	for _, line := range r.output[key] {
		if !strings.HasPrefix(line, "=== ") {
			fmt.Fprint(r.out, line)
		}
	}
}

func (r *run) endPackage(e event) {
	if e.Action != "pass" && e.Action != "fail" && e.Action != "skip" {
		return
	}
	delete(r.live, e.Package)
	if e.Action == "fail" && r.failures[e.Package] == 0 {
		r.failed++
		r.tellUnfinished(e.Package)
	}
	for _, line := range r.output[key(e)] {
		if e.Action == "fail" || line != "PASS\n" {
			fmt.Fprint(r.out, line)
		}
	}
	delete(r.output, key(e))
}

// tellUnfinished writes the output of the tests that a crash cut off.
func (r *run) tellUnfinished(pkg string) {
	var keys []string
	for k := range r.output {
		if p, test, _ := strings.Cut(k, "\x00"); p == pkg && test != "" {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		r.tell(k)
		delete(r.output, k)
	}
}

// close counts the packages that never ended and writes the closing line.
func (r *run) close() {
	var cut []string
	for p := range r.live {
		cut = append(cut, p)
	}
	slices.Sort(cut)
	for _, p := range cut {
		r.failed++
		fmt.Fprintf(r.out, "FAIL %s did not end\n", p)
		r.tellUnfinished(p)
	}
	fmt.Fprintf(r.out, "%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped)
}
