package plan

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// BenchmarkOracle gives the problems of BenchmarkPlan with known efforts to CBC, an exact
// solver, for as many seconds of processor time as PLUMBLINE_ORACLE_SECONDS says (20),
// and says how far its plan is below our bound. Whether its plan holds every rule, the
// checker says. It needs the program cbc (package coinor-cbc).
func BenchmarkOracle(b *testing.B) {
	cbc, err := exec.LookPath("cbc")
	if err != nil {
		b.Skip("there is no cbc in PATH: install coinor-cbc")
	}
	seconds := os.Getenv("PLUMBLINE_ORACLE_SECONDS")
	if seconds == "" {
		seconds = "20"
	}
	for _, c := range []struct {
		size
		work Work
	}{
		{size{items: 500, teams: 8, periods: 4, edges: 100}, Work{Rounds: 350, Moves: 150_000, Searches: 4, Parallel: together}},
		{size{items: 5000, teams: 20, periods: 8, edges: 250}, Work{Rounds: 350, Moves: 1_500_000, Searches: 2, Parallel: together}},
	} {
		for seed := uint64(21); seed < 24; seed++ {
			b.Run(fmt.Sprintf("%dx%dx%d/seconds=%s/seed=%d", c.items, c.teams, c.periods, seconds, seed), func(b *testing.B) {
				p := made(c.size, seed)
				ours := solved(b, p, c.work)
				for b.Loop() {
					value := oracle(b, cbc, seconds, p)
					b.ReportMetric(100*(ours.Bound-value)/ours.Bound, "%gap")
					b.ReportMetric(100*ours.Gap, "%gap-ours")
				}
			})
		}
	}
}

// oracle is the value of the plan that CBC finds within some seconds.
func oracle(b *testing.B, cbc, seconds string, p *Problem) float64 {
	b.Helper()
	m, dir := newModel(p), b.TempDir()
	problem, answer := filepath.Join(dir, "p.lp"), filepath.Join(dir, "answer")
	if err := os.WriteFile(problem, []byte(m.lp()), 0o600); err != nil {
		b.Fatal(err)
	}
	if out, err := exec.Command(cbc, problem, "sec", seconds, "solve", "solution", answer).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	value, wrong := audit(p, answered(b, answer, len(p.Items)))
	if wrong != "" {
		b.Logf("no plan yet: %s", wrong)
		return 0
	}
	return value
}

// answered reads what CBC writes, "12 x3_1 1 0.5": column, name, value, reduced cost.
func answered(b *testing.B, path string, items int) []int {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	at := make([]int, items)
	for i := range at {
		at[i] = none
	}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) != 4 || fields[1][0] != 'x' {
			continue
		}
		var i, q int
		if _, err := fmt.Sscanf(fields[1], "x%d_%d", &i, &q); err != nil {
			b.Fatal(err)
		}
		if x, err := strconv.ParseFloat(fields[2], 64); err == nil && x > 0.5 {
			at[i] = q
		}
	}
	if err := lines.Err(); err != nil {
		b.Fatal(err)
	}
	return at
}
