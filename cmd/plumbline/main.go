// Command plumbline is the infrastructure product manager's workbench: the
// server, and the daily work from a terminal.
//
// It owns what belongs to the installation: commands and flags, the
// configuration, the wiring of doors, worker and adapters, the exit codes.
//
// Laws: the program is a value with its clock, input and output given, so that
// tests run it as people do. Commands do their work through the API, of a server
// or of the store in this process, so that both give the same answers. What is
// for people goes to standard output, errors to standard error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"sort"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // calendars name time zones, and a small machine has no list of them

	"plumbline"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := New().Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())
	stop()
	os.Exit(code)
}

// Program is the program as a value.
type Program struct {
	Clock   func() time.Time
	Version string
}

// New is the program with the system's clock.
func New() *Program { return &Program{Clock: time.Now, Version: version()} }

// version is what the build says of itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}

// exits is the one table from kinds of error to exit codes.
var exits = map[plumbline.Kind]int{
	plumbline.Internal: 1, plumbline.Invalid: 2, plumbline.NotFound: 3, plumbline.Conflict: 4,
	plumbline.Denied: 5, plumbline.Unauthenticated: 6, plumbline.Unavailable: 7,
}

// Run runs one command and gives its exit code.
func (p *Program) Run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer, environ []string) int {
	s := &shell{in: in, out: out, err: errOut, env: map[string]string{}, clock: p.Clock, version: p.Version}
	for _, kv := range environ {
		name, v, _ := strings.Cut(kv, "=")
		s.env[name] = v
	}
	root := s.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var ours *plumbline.Error
	if !errors.As(err, &ours) && !s.began { // cobra's own: an unknown command, a missing argument
		err = &plumbline.Error{Kind: plumbline.Invalid, Text: sentence(err.Error()) + " See plumbline help."}
	}
	s.complain(err)
	return exits[plumbline.KindOf(err)]
}

// complain tells a person what went wrong. This is their own terminal, so the
// cause of an internal error is told too.
func (s *shell) complain(err error) {
	if plumbline.KindOf(err) == plumbline.Internal {
		fmt.Fprintf(s.err, "plumbline: %v\n", err)
		return
	}
	fmt.Fprintf(s.err, "plumbline: %s\n", plumbline.TextOf(err))
	fields := plumbline.FieldsOf(err)
	names := make([]string, 0, len(fields))
	for n, text := range fields {
		if text != plumbline.TextOf(err) {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Fprintf(s.err, "  %s: %s\n", n, fields[n])
	}
}

// sentence makes an error's text one: a capital in front, a point at the end.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return text
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
