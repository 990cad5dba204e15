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
	one, many       result        // at 1 and at 16 connections
	oneCPU, manyCPU time.Duration // of the server, for one request
	floorCPU        time.Duration
	floor, bare     result // at 16 connections; empty: there is none
	memory          int    // kB that the server holds, after
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

// job sends requests over so many connections for a time.
func (s *site) job(requests []request, conns int, d time.Duration, once bool) job {
	return job{Base: s.base, Cookie: s.cookie, Token: s.token, Requests: requests, Conns: conns, For: d, Once: once,
		Start: int(time.Now().UnixMilli() % 1e9)}
}

func (s *site) load(ctx context.Context, j job) (r result, cpu time.Duration, err error) {
	before := cpuTime()
	err = inChild(ctx, "child-load", j, &r)
	if cpu = cpuTime() - before; r.Requests > 0 {
		cpu /= time.Duration(r.Requests)
	}
	return r, cpu, err
}

// rounds is how often an operation and its floors take turns: what else the
// machine does meanwhile then falls on all of them.
const rounds = 4

func (s *site) measureOp(ctx context.Context, o options, op op) (m measured, err error) {
	m.op = op
	one, many := op.requests, op.requests
	if op.once {
		one, many = many[:len(many)/4], many[len(many)/4:]
	}
	if m.one, m.oneCPU, err = s.load(ctx, s.job(one, 1, o.seconds, op.once)); err != nil {
		return m, err
	}
	if op.writes {
		m.many, m.manyCPU, err = s.load(ctx, s.job(many, crowd, o.seconds, op.once))
		m.memory = memory()
		return m, err
	}
	floors, bares, err := s.prepareAll(ctx, op.requests)
	if err != nil {
		return m, err
	}
	for range rounds {
		r, cpu, err := s.load(ctx, s.job(many, crowd, o.seconds/rounds, op.once))
		if err != nil {
			return m, err
		}
		m.memory = max(m.memory, memory())
		m.many, m.manyCPU = m.many.and(r), m.manyCPU+cpu/rounds
		cpu, err = s.turn(ctx, o, floors, &m.floor)
		if err != nil {
			return m, err
		}
		m.floorCPU += cpu / rounds
		if _, err = s.turn(ctx, o, bares, &m.bare); err != nil {
			return m, err
		}
	}
	clear(s.floors) // what they hold is not to count as the server's memory
	clear(s.bare)
	return m, nil
}

// turn loads what an operation is compared with for one round.
func (s *site) turn(ctx context.Context, o options, requests []request, sum *result) (time.Duration, error) {
	if len(requests) == 0 {
		return 0, nil
	}
	r, cpu, err := s.load(ctx, s.job(requests, crowd, o.seconds/rounds, false))
	if err == nil && r.Errors > 0 {
		err = errors.New("a floor answers wrongly: " + r.Fault)
	}
	*sum = sum.and(r)
	return cpu, err
}

// prepareAll makes what the first of the requests are compared with.
func (s *site) prepareAll(ctx context.Context, requests []request) (floors, bares []request, err error) {
	for _, r := range requests[:min(len(requests), 24)] {
		if err := s.prepare(ctx, r); err != nil {
			return nil, nil, err
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
	return floors, bares, nil
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
	r, cpu, err := s.load(ctx, s.job(requests, crowd, 3*o.seconds, false))
	if err != nil {
		return err
	}
	fmt.Print(measured{op: op{name: "all of them, readers and writers at once"}, many: r, manyCPU: cpu, memory: memory()}.line())
	return nil
}

const head = "| operation | c = 1: p50 ms | p99 ms | CPU ms | c = 16: p50 ms | p99 ms | requests/s | CPU ms | of the render floor's rate | render floor's CPU of its CPU | of a bare handler's rate | bytes | errors | memory MB |\n" +
	"|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"

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
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %.0f | %s | %s | %s | %s | %d | %s | %d |\n", m.name,
		ms(m.one.at(0.5)), ms(m.one.at(0.99)), ms(m.oneCPU), ms(m.many.at(0.5)), ms(m.many.at(0.99)), m.many.rate(), ms(m.manyCPU),
		share(m.many.rate(), m.floor.rate()), share(float64(m.floorCPU), float64(m.manyCPU)), share(m.many.rate(), m.bare.rate()), size, text, m.memory/1000)
}

func ms(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond))
}

func share(rate, of float64) string {
	if of == 0 || rate == 0 {
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
