// Program bench measures the server: it fills databases with generated
// organisations, serves the real pages and the real API over them on a loopback
// port, and has a process of its own send requests. ./do bench runs it.
//
// A figure counts as a ratio to what was measured in the same run: the render
// floor, which is the same page drawn from memory through the same templates and
// compression, and a bare handler that writes the same bytes.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"time"
)

// options are the flags.
type options struct {
	sizes    []int
	kinds    []string
	postgres string
	dir      string
	keep     bool
	seconds  time.Duration
	only     string
	live     int
	profile  string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && strings.HasPrefix(args[0], "child-") {
		return child(ctx, args[0])
	}
	o, err := parse(args)
	if err != nil {
		return err
	}
	for _, size := range o.sizes {
		for _, kind := range o.kinds {
			if err := measure(ctx, o, kind, world{items: size, open: 0.3, seed: 1}); err != nil {
				return fmt.Errorf("%s with %d items: %w", kind, size, err)
			}
		}
	}
	if o.only != "" {
		return nil
	}
	for _, kind := range o.kinds {
		if err := bigBoard(ctx, o, kind); err != nil {
			return fmt.Errorf("the big board on %s: %w", kind, err)
		}
	}
	return nil
}

func parse(args []string) (o options, err error) {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	full := f.Bool("full", false, "10,000, 100,000 and 1,000,000 items; else 10,000 only")
	sizes := f.String("sizes", "", "other numbers of items, separated by commas")
	kinds := f.String("databases", "sqlite,postgres", "which databases")
	f.StringVar(&o.postgres, "postgres", os.Getenv("PLUMBLINE_TEST_POSTGRES"), "address of a PostgreSQL server on which databases may be made")
	f.StringVar(&o.dir, "dir", "", "folder for the databases; a temporary one when not said")
	f.BoolVar(&o.keep, "keep", false, "keep the databases, and use those of an earlier run")
	f.DurationVar(&o.seconds, "for", 0, "how long to measure each operation; 1 s, or 2 s with -full, when not said")
	f.StringVar(&o.only, "only", "", "only operations whose name has this in it")
	f.IntVar(&o.live, "live", 1000, "open browsers that a move is told to")
	f.StringVar(&o.profile, "profile", "", "write a CPU profile of the server to this file")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.kinds, o.sizes = strings.Split(*kinds, ","), []int{10_000}
	if *full {
		o.sizes = []int{10_000, 100_000, 1_000_000}
	}
	if *sizes != "" {
		o.sizes = nil
		for _, s := range strings.Split(*sizes, ",") {
			n, err := strconv.Atoi(s)
			if err != nil {
				return o, err
			}
			o.sizes = append(o.sizes, n)
		}
	}
	if o.seconds == 0 {
		o.seconds = time.Second
		if *full {
			o.seconds = 2 * time.Second
		}
	}
	if o.dir == "" {
		o.dir, err = os.MkdirTemp("", "plumbline-bench-")
	}
	return o, err
}

// child is this program started again: filling and loading have processes of
// their own, so that processor time and memory are the server's alone.
func child(ctx context.Context, what string) error {
	in := json.NewDecoder(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	switch what {
	case "child-fill":
		var t fillTask
		if err := in.Decode(&t); err != nil {
			return err
		}
		return t.run(ctx)
	case "child-load":
		var j job
		if err := in.Decode(&j); err != nil {
			return err
		}
		return out.Encode(j.run(ctx))
	}
	var w watching
	if err := in.Decode(&w); err != nil {
		return err
	}
	return w.run(ctx, in, out)
}

// inChild gives a child its task and reads what it tells.
func inChild(ctx context.Context, what string, task, result any) error {
	cmd, err := childCommand(ctx, what)
	if err != nil {
		return err
	}
	b, err := json.Marshal(task)
	if err != nil {
		return err
	}
	cmd.Stdin = bytes.NewReader(b)
	out, err := cmd.Output()
	if err != nil || result == nil {
		return err
	}
	return json.Unmarshal(out, result)
}

func childCommand(ctx context.Context, what string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, what)
	cmd.Stderr = os.Stderr
	return cmd, nil
}
