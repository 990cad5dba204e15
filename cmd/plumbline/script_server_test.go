package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a script waits for anything.
const patience = 40 * time.Second

// server is one running "plumbline serve".
type server struct {
	cmd    *exec.Cmd
	out    []string // lines of standard output, until it listened
	log    *syncBuffer
	exited chan struct{}
	err    error
}

func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may have ended
	<-s.exited
}

// syncBuffer is written by one goroutine and read by another.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// cmdServe starts a server and waits until it listens:
//
//	serve [-name NAME] [FLAGS OF plumbline serve…]
//
// It sets $URL (and $URL_NAME), $ADDRESS to its host and port, and $SETUP to the link for the first
// administrator, if one was printed. Each start takes a free port, or the one
// that the server of this name had.
func cmdServe(ts *testscript.TestScript, neg bool, args []string) {
	name, args := flagOf(args, "-name", "main")
	st := stageOf(ts)
	listen := "127.0.0.1:0"
	if old := ts.Getenv("URL_" + name); old != "" {
		listen = strings.TrimPrefix(old, "http://")
	}
	s, err := start(ts, append([]string{"serve", "--listen", listen}, args...))
	if neg {
		if err == nil {
			s.kill()
			ts.Fatalf("the server started")
		}
		fmt.Fprint(ts.Stderr(), s.log.String())
		return
	}
	if err != nil {
		ts.Fatalf("the server did not start: %v\n%s", err, s.log.String())
	}
	st.servers[name] = s
	ts.Setenv("SETUP", "")
	for _, line := range s.out {
		fmt.Fprintln(ts.Stdout(), line)
		if _, at, ok := strings.Cut(line, "listening on "); ok {
			ts.Setenv("URL", at)
			ts.Setenv("ADDRESS", strings.TrimPrefix(at, "http://"))
			ts.Setenv("URL_"+name, at)
		}
		if _, at, ok := strings.Cut(line, "within a day at "); ok {
			ts.Setenv("SETUP", at)
		}
	}
}

// start runs the program and reads its lines until it listens or ends.
func start(ts *testscript.TestScript, args []string) (*server, error) {
	path, err := exec.LookPath("plumbline")
	ts.Check(err)
	s := &server{cmd: exec.Command(path, args...), log: &syncBuffer{}, exited: make(chan struct{})}
	s.cmd.Dir = ts.Getenv("WORK")
	s.cmd.Env = environment(ts)
	s.cmd.Stderr = s.log
	stdout, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	lines := make(chan string, 10)
	go func() {
		sc := bufio.NewScanner(stdout)
		for sc.Scan() {
			lines <- sc.Text()
		}
		close(lines)
		s.err = s.cmd.Wait()
		close(s.exited)
	}()
	timeout := time.After(patience)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				<-s.exited
				return s, fmt.Errorf("it ended: %w", errors.Join(s.err, errors.New("no line said that it listens")))
			}
			s.out = append(s.out, line)
			if strings.HasPrefix(line, "listening on ") {
				return s, nil
			}
		case <-timeout:
			s.kill()
			return s, errors.New("it did not listen in time")
		}
	}
}

// environment is the script's, as a process gets it.
func environment(ts *testscript.TestScript) []string {
	env := []string{"PATH=" + os.Getenv("PATH")}
	for _, name := range []string{"HOME", "WORK", "TMPDIR", "PLUMBLINE_DATABASE", "PLUMBLINE_DATA", "PLUMBLINE_CONFIG", "PLUMBLINE_TEST_CLOCK", "PLUMBLINE_LOG_LEVEL",
		"PLUMBLINE_BASE_URL", "PLUMBLINE_LINKS_0_URL", "PLUMBLINE_LINKS_0_POLL", "PLUMBLINE_LINKS_1_URL", "PLUMBLINE_TOKEN", "PLUMBLINE_SERVER", "GITLAB_TOKEN", "GITEA_TOKEN", "HOOK_SECRET", "GOMEMLIMIT"} {
		if v := ts.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

func named(ts *testscript.TestScript, args []string) (string, *server) {
	name := "main"
	if len(args) > 0 {
		name = args[0]
	}
	s := stageOf(ts).servers[name]
	if s == nil {
		ts.Fatalf("no server %s runs", name)
	}
	return name, s
}

// cmdStop sends SIGTERM and wants the server to end well within ten seconds:
//
//	term [NAME]
func cmdStop(ts *testscript.TestScript, neg bool, args []string) {
	name, s := named(ts, args)
	began := time.Now()
	ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.kill()
		ts.Fatalf("the server did not stop:\n%s", s.log.String())
	}
	if took := time.Since(began); took > 10*time.Second {
		ts.Fatalf("stopping took %s", took)
	}
	if (s.err != nil) != neg {
		ts.Fatalf("the server ended with %v:\n%s", s.err, s.log.String())
	}
	delete(stageOf(ts).servers, name)
}

// cmdKill ends a server without a warning: kill9 [NAME].
func cmdKill(ts *testscript.TestScript, _ bool, args []string) {
	name, s := named(ts, args)
	s.kill()
	delete(stageOf(ts).servers, name)
}

// cmdLog looks into a running server's log: log PATTERN [NAME].
func cmdLog(ts *testscript.TestScript, neg bool, args []string) {
	_, s := named(ts, args[1:])
	re, err := regexp.Compile(args[0])
	ts.Check(err)
	if re.MatchString(s.log.String()) == neg {
		ts.Fatalf("pattern %q in the log: %v\n%s", args[0], !neg, s.log.String())
	}
}

// cmdExits wants an exit code: exits CODE ARGS OF plumbline…
func cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	stdout, stderr, got := program(ts, args[1:])
	fmt.Fprint(ts.Stdout(), stdout)
	fmt.Fprint(ts.Stderr(), stderr)
	if got != want {
		ts.Fatalf("plumbline %s: exit code %d, want %d\n%s%s", strings.Join(args[1:], " "), got, want, stdout, stderr)
	}
}

// program runs plumbline and gives what it printed and its exit code.
func program(ts *testscript.TestScript, args []string) (stdout, stderr string, code int) {
	path, err := exec.LookPath("plumbline")
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = environment(ts)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	return out.String(), errOut.String(), cmd.ProcessState.ExitCode()
}

// cmdUntil runs a command of the program, or of a fake tracker, again and again
// until its output matches:
//
//	until PATTERN [gitlab|gitea|tracker] ARGS…
func cmdUntil(ts *testscript.TestScript, neg bool, args []string) {
	re, err := regexp.Compile(args[0])
	ts.Check(err)
	look := func() string {
		switch args[1] {
		case "gitlab", "gitea":
			return fakeSays(ts, args[1], args[2:])
		case "tracker":
			return fakeSays(ts, ts.Getenv("TRACKER"), args[2:])
		}
		stdout, stderr, _ := program(ts, args[1:])
		return stdout + stderr
	}
	deadline := time.After(patience)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		said := look()
		if re.MatchString(said) != neg {
			fmt.Fprint(ts.Stdout(), said)
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			logs := ""
			for name, s := range stageOf(ts).servers {
				logs += "server " + name + ":\n" + s.log.String()
			}
			ts.Fatalf("%q: %v did not come in %s; the last was\n%s\n%s", args[0], !neg, patience, said, logs)
		}
	}
}

// cmdHTTP sends a request and prints the answer's head and body:
//
//	http [-token T] [-body JSON] [-form VALUES] [-header NAME:VALUE] METHOD URL [STATUS]
//
// A URL that begins with a slash is one of $URL. The status is 200 when not said.
func cmdHTTP(ts *testscript.TestScript, _ bool, args []string) {
	token, args := flagOf(args, "-token", "")
	body, args := flagOf(args, "-body", "")
	form, args := flagOf(args, "-form", "")
	header, args := flagOf(args, "-header", "")
	kind := "application/json"
	if form != "" {
		kind, body = "application/x-www-form-urlencoded", form
	}
	at := args[1]
	if strings.HasPrefix(at, "/") {
		at = ts.Getenv("URL") + at
	}
	req, err := http.NewRequest(args[0], at, strings.NewReader(body))
	ts.Check(err)
	if body != "" {
		req.Header.Set("Content-Type", kind)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if name, v, ok := strings.Cut(header, ":"); ok {
		req.Header.Set(name, v)
	}
	client := &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s\n", resp.Status)
	ts.Check(resp.Header.Write(ts.Stdout()))
	fmt.Fprintf(ts.Stdout(), "\n%s", b)
	want := "200"
	if len(args) > 2 {
		want = args[2]
	}
	if strconv.Itoa(resp.StatusCode) != want {
		ts.Fatalf("%s %s: got %d, want %s", args[0], at, resp.StatusCode, want)
	}
}

// cmdClock moves the program's clock: clock +48h. Servers that run see it too.
func cmdClock(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(strings.TrimPrefix(args[0], "+"))
	ts.Check(err)
	file := filepath.Join(ts.Getenv("WORK"), "clock.offset")
	ts.Check(os.WriteFile(file, []byte((offset(file) + d).String()), 0o600))
}

// cmdSave keeps what a command printed in a variable, without the line break:
//
//	save NAME ARGS OF plumbline…
//	save NAME -query PARAMETER URL
func cmdSave(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 4 && args[1] == "-query" {
		u, err := url.Parse(args[3])
		ts.Check(err)
		ts.Setenv(args[0], u.Query().Get(args[2]))
		return
	}
	stdout, stderr, code := program(ts, args[1:])
	if code != 0 {
		ts.Fatalf("exit code %d: %s", code, stderr)
	}
	ts.Setenv(args[0], strings.TrimSpace(stdout))
}
