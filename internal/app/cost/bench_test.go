package cost_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/cost"
	"plumbline/internal/app/sources"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// longBill is the sample's rows again and again, each time on other days of a
// month, as a stream: what a large bill is like.
type longBill struct {
	rows []string
	left int
	next int
	buf  bytes.Buffer
	read int64
}

func newLongBill(tb testing.TB, rows int) *longBill {
	tb.Helper()
	all, err := io.ReadAll(sample(tb))
	if err != nil {
		tb.Fatal(err)
	}
	lines := strings.SplitAfter(string(all), "\n")
	b := &longBill{left: rows}
	b.buf.WriteString(lines[0])
	for _, l := range lines[1:] {
		if l != "" {
			b.rows = append(b.rows, l)
		}
	}
	return b
}

// Read implements io.Reader.
func (b *longBill) Read(p []byte) (int, error) {
	for b.buf.Len() < len(p) && b.left > 0 {
		row := b.rows[b.next%len(b.rows)]
		hour := b.next * 7 % 719
		at := fmt.Sprintf("\"2024-09-%02d %02d:00:00\"", hour/24+1, hour%24)
		if i := strings.Index(row, `"2024-09-`); i > 0 {
			cells := strings.SplitN(row, `"2024-09-`, 4)
			row = strings.Join(cells[:min(len(cells), 2)], `"2024-09-`)
			for _, c := range cells[min(len(cells), 2):] {
				row += at + c[min(len(c), len("18 22:00:00\"")):]
			}
		}
		b.buf.WriteString(row)
		b.next++
		b.left--
	}
	n, _ := b.buf.Read(p)
	b.read += int64(n)
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkMillion takes a bill of a million rows in through the one door of all
// files, keeping it, and then reads the pages about it. On PostgreSQL the
// database's own work is not in the figure.
func BenchmarkMillion(b *testing.B) {
	for _, kind := range []struct {
		name string
		open func(testing.TB) *store.DB
	}{{"sqlite", storetest.SQLite}, {"postgres", storetest.Postgres}} {
		b.Run(kind.name, func(b *testing.B) {
			for b.Loop() {
				million(b, kind.open(b))
			}
		})
	}
}

func million(b *testing.B, db *store.DB) {
	w := newWorld(b, db, applications(b)...)
	var most atomic.Uint64
	stop := make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most.Store(max(most.Load(), m.Sys-m.HeapReleased))
			}
		}
	}()
	bill := newLongBill(b, 1_000_000)
	begun := cpu()
	f, err := w.files.SendEvidence(b.Context(), pm, sources.Sent{Format: "focus", Name: "bill.csv", Body: bill})
	w.ok(err)
	kept := cpu()
	count, err := w.files.TakeEvidence(b.Context(), pm, f.ID, false, func([]plumbline.RowReport) error { return nil })
	w.ok(err)
	done := cpu()
	close(stop)
	if count.New != 1_000_000 {
		b.Fatalf("got %+v", count)
	}
	b.ReportMetric((done - begun).Seconds(), "cpu-s/all")
	b.ReportMetric((kept - begun).Seconds(), "cpu-s/keep")
	b.ReportMetric((done - kept).Seconds(), "cpu-s/read")
	b.ReportMetric(float64(most.Load())/1e6, "MB-most")
	b.ReportMetric(float64(bill.read)/1e6, "MB-bill")
	w.pages(b)
}

// pages reads what the pages about a large bill are made of, again and again: the cost
// of a product, and the cockpit with a budget of each product. The floor is a read of
// one number. What the process spent says more than the clock on a machine that others
// use, too.
func (w *world) pages(b *testing.B) {
	for _, p := range applications(b) {
		c := plumbline.Constraint{
			ID: plumbline.ConstraintID("cost-" + p), Kind: plumbline.Cost, Scope: plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: p},
			Objective: "1000", Currency: "USD", Basis: plumbline.Billed, Window: plumbline.Window{Calendar: plumbline.WindowMonth},
		}
		_, err := w.limits.PutConstraint(b.Context(), pm, c, 0)
		w.ok(err)
	}
	for _, p := range []struct {
		name string
		read func() error
	}{
		{"product", func() error {
			v, err := w.ProductCost(b.Context(), pm, "brightpathmatrix", cost.Query{Month: "2024-09"})
			if err == nil && (len(v.Days) == 0 || len(v.Parts) == 0) {
				b.Fatalf("the page of the product is empty: %+v", v)
			}
			return err
		}},
		{"cockpit", func() error {
			_, err := w.limits.Cockpit(b.Context(), pm, standing.CockpitQuery{})
			return err
		}},
		{"floor", func() error {
			return w.db.Read(b.Context(), func(tx *store.Tx) error {
				_, err := tx.LastSeq()
				return err
			})
		}},
	} {
		const times = 300
		var work, clock []time.Duration
		for range times {
			spent, begun := cpu(), time.Now()
			w.ok(p.read())
			work, clock = append(work, cpu()-spent), append(clock, time.Since(begun))
		}
		for _, of := range []struct {
			name string
			list []time.Duration
		}{{"cpu-ms", work}, {"ms", clock}} {
			slices.Sort(of.list)
			b.ReportMetric(of.list[times/2].Seconds()*1000, p.name+"-p50-"+of.name)
			b.ReportMetric(of.list[times*99/100].Seconds()*1000, p.name+"-p99-"+of.name)
		}
	}
}
