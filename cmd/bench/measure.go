package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"
)

// measured is one line of the table.
type measured struct {
	op
	one, many         result // at 1 and at 16 connections
	cpu               time.Duration
	floor, bare       float64 // requests a second at 16 connections; 0: there is none
	memory            int     // kB that the server holds, after
	oneCPU, floorCPU_ time.Duration
}

const crowd = 16 // connections

// measure fills a database, goes through all operations and prints the table.
func measure(ctx context.Context, o options, kind string, w world) (err error) {
	where, drop, err := database(ctx, o, kind, w)
	if err != nil {
		return err
	}
	s, err := openSite(ctx, where)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close(), drop()) }()
	all, err := ops(ctx, s)
	if err != nil {
		return err
	}
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	fmt.Printf("\n### %s, %d items\n\n%s", kind, w.items, head)
	for _, op := range all {
		if !strings.Contains(op.name, o.only) || len(op.requests) == 0 {
			continue
		}
		m, err := s.measureOp(ctx, o, op)
		if err != nil {
			return err
		}
		fmt.Print(m.line())
	}
	if o.only != "" {
		return nil
	}
	return errors.Join(s.mixed(ctx, o, all), s.live(ctx, o))
}

// job is the common part of all jobs.
func (s *site) job(requests []request) job {
	return job{Base: s.base, Cookie: s.cookie, Token: s.token, Requests: requests, Conns: 1, Start: int(time.Now().UnixMilli() % 1e9)}
}

func (s *site) load(ctx context.Context, j job) (r result, cpu time.Duration, err error) {
	before := cpuTime()
	err = inChild(ctx, "child-load", j, &r)
	if cpu = cpuTime() - before; r.Requests > 0 {
		cpu /= time.Duration(r.Requests)
	}
	return r, cpu, err
}

func (s *site) measureOp(ctx context.Context, o options, op op) (m measured, err error) {
	m.op = op
	one, many := s.job(op.requests), s.job(op.requests)
	one.For, many.For, many.Conns = o.seconds, o.seconds, crowd
	one.Once, many.Once = op.once, op.once
	if op.once {
		half := len(op.requests) / 4
		one.Requests, many.Requests = op.requests[:half], op.requests[half:]
	}
	if m.one, m.oneCPU, err = s.load(ctx, one); err != nil {
		return m, err
	}
	many.Start += m.one.Requests
	if m.many, m.cpu, err = s.load(ctx, many); err != nil {
		return m, err
	}
	m.memory = memory()
	if op.writes {
		return m, nil
	}
	return m, s.measureFloors(ctx, o, &m)
}

// measureFloors loads what the operation is compared with, in the same way.
func (s *site) measureFloors(ctx context.Context, o options, m *measured) error {
	var floors, bares []request
	for i, r := range m.requests {
		if i == 24 {
			break
		}
		if err := s.prepare(ctx, r); err != nil {
			return err
		}
		again := r
		again.Has = ""
		if s.floors[r.Path] != nil {
			again.Path = "/~floor" + r.Path
			floors = append(floors, again)
		}
		again.Path = "/~bare" + r.Path
		bares = append(bares, again)
	}
	for rate, requests := range map[*float64][]request{&m.floor: floors, &m.bare: bares} {
		if len(requests) == 0 {
			continue
		}
		j := s.job(requests)
		j.Conns, j.For = crowd, o.seconds
		r, _, err := s.load(ctx, j)
		if err != nil {
			return err
		}
		if r.Errors > 0 {
			return errors.New("a floor answers wrongly: " + r.Fault)
		}
		*rate = r.rate()
	}
	return nil
}

// mixed has readers and writers at once.
func (s *site) mixed(ctx context.Context, o options, all []op) error {
	var requests []request
	most := 0
	for _, op := range all {
		if !op.once {
			most = max(most, len(op.requests))
		}
	}
	for i := range most {
		for _, op := range all {
			if !op.once {
				requests = append(requests, op.requests[i%len(op.requests)])
			}
		}
	}
	j := s.job(requests)
	j.Conns, j.For = crowd, 3*o.seconds
	r, cpu, err := s.load(ctx, j)
	if err != nil {
		return err
	}
	fmt.Print(measured{op: op{name: "all of them, readers and writers at once"}, many: r, cpu: cpu, memory: memory()}.line())
	return nil
}

const head = "| operation | c = 1: p50 ms | p99 ms | CPU ms | c = 16: p50 ms | p99 ms | requests/s | CPU ms | of the render floor's rate | of a bare handler's rate | bytes | errors | memory MB |\n" +
	"|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"

func (m measured) line() string {
	size := 0
	if m.many.Requests > 0 {
		size = m.many.Bytes / m.many.Requests
	}
	faults := m.one.Errors + m.many.Errors
	text := fmt.Sprint(faults)
	if faults > 0 {
		text += " (" + strings.NewReplacer("|", "/", "\n", " ").Replace(m.one.Fault+m.many.Fault) + ")"
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %.0f | %s | %s | %s | %d | %s | %d |\n", m.name,
		ms(m.one.P50), ms(m.one.P99), ms(m.oneCPU), ms(m.many.P50), ms(m.many.P99), m.many.rate(), ms(m.cpu),
		share(m.many.rate(), m.floor), share(m.many.rate(), m.bare), size, text, m.memory/1000)
}

func ms(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond))
}

func share(rate, of float64) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", rate/of)
}

// cpuTime is what this process has used of the processors.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// memory is what this process holds, in kB.
func memory() int {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		var kb int
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kb); n == 1 {
			return kb
		}
	}
	return 0
}
