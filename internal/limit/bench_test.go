package limit

import (
	"fmt"
	"math/big"
	"syscall"
	"testing"
	"time"

	"plumbline"
)

// many makes constraints of all kinds: error budgets with a month of days, budgets
// with two months of days, controls and findings of ten parts.
func many(n int) []Case {
	out := make([]Case, n)
	for i := range out {
		k := plumbline.Constraint{
			ID: plumbline.ConstraintID(fmt.Sprintf("c%d", i)), Kind: plumbline.ConstraintKinds[i%len(plumbline.ConstraintKinds)], Window: plumbline.Window{Days: 28},
			Scope: plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: fmt.Sprintf("p%d", i/7)}, Objective: "0.999", Hard: true,
		}
		var list []plumbline.Observation
		for d := range 60 {
			to := june.Add(-time.Duration(d) * day)
			o := plumbline.Observation{ID: fmt.Sprintf("%d-%d", i, d), From: to.Add(-day), To: to, At: to, Bad: plumbline.Decimal(fmt.Sprint((i + d) % 30)), Total: "20000"}
			switch k.Kind {
			case plumbline.Reliability, plumbline.Support:
				if d >= 28 {
					continue
				}
			case plumbline.Cost:
				o.Amount = plumbline.Decimal(fmt.Sprintf("%d.%02d", 90+(i+d)%20, d))
			case plumbline.Compliance, plumbline.Security:
				if d >= 10 {
					continue
				}
				o.Subject, o.State, o.Due = fmt.Sprint("part", d), [...]string{"open", "met"}[d%2], to.Add(30*day)
			default:
				if d >= 4 {
					continue
				}
				o.Forecast = to.Add(60 * day)
			}
			list = append(list, o)
		}
		if k.Kind == plumbline.Cost {
			k.Objective, k.Currency, k.Basis, k.Window = "3100", "EUR", plumbline.Billed, plumbline.Window{Calendar: plumbline.WindowMonth}
		}
		if k.Kind == plumbline.Commitment {
			k.Opened, k.Due = june.Add(-30*day), june.Add(50*day)
		}
		out[i] = Case{Constraint: k, Evidence: Order(list)}
	}
	return out
}

// BenchmarkJudge judges 10,000 constraints anew, with all that follows; the loop
// beside it only compares fractions, one for each observation of an error budget.
// cpu-ms is what the process spent on all its processors, with its garbage: on a
// machine that others use, too, the clock says little.
func BenchmarkJudge(b *testing.B) {
	cases := many(10_000)
	book := Defaults()
	judge := func(first, step int) func(*testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			begun := spent(b)
			for b.Loop() {
				for i := first; i < len(cases); i += step {
					book.Judge(cases[i], june)
				}
			}
			b.ReportMetric((spent(b)-begun).Seconds()*1000/float64(b.N), "cpu-ms/op")
		}
	}
	b.Run("constraints", judge(0, 1))
	b.Run("plain", func(b *testing.B) {
		x, y := big.NewRat(1, 3), big.NewRat(2, 7)
		begun := spent(b)
		for b.Loop() {
			for range 10_000 * 28 {
				if x.Cmp(y) < 0 {
					b.Fatal("a third is less than two sevenths")
				}
			}
		}
		b.ReportMetric((spent(b)-begun).Seconds()*1000/float64(b.N), "cpu-ms/op")
	})
	for i, kind := range plumbline.ConstraintKinds {
		b.Run(string(kind), judge(i, len(plumbline.ConstraintKinds)))
	}
}

// spent is what the process spent on all its processors.
func spent(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
