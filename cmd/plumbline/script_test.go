package main

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"plumbline/internal/store/storetest"
)

// TestMain lets scripts run the program as a process of its own: the test
// binary, called plumbline. Its clock is moved by the file that the script
// command clock writes.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"plumbline": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		p := New()
		p.Version = "test"
		if file := os.Getenv("PLUMBLINE_TEST_CLOCK"); file != "" {
			p.Clock = func() time.Time { return time.Now().Add(offset(file)) }
		}
		code := p.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())
		stop()
		os.Exit(code)
	}})
}

// offset is how far a script moved the clock; the file holds a duration.
func offset(file string) time.Duration {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	d, err := time.ParseDuration(strings.TrimSpace(string(b)))
	if err != nil {
		return 0
	}
	return d
}

// TestScripts runs every script in testdata/script on both databases. A script
// for one of them begins with [!sqlite] skip, or [!postgres] skip.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, db := range []string{"sqlite", "postgres"} {
		t.Run(db, func(t *testing.T) {
			for _, file := range files {
				if !concerns(t, file, db) {
					continue
				}
				t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
					runScript(t, file, db)
				})
			}
		})
	}
}

// concerns says whether a script is for the database; a whole database is not
// made for one that begins by skipping.
func concerns(t *testing.T, file, db string) bool {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if cond, ok := strings.CutSuffix(strings.TrimSpace(line), " skip"); ok && strings.HasPrefix(cond, "[!") {
			return cond == "[!"+db+"]"
		}
	}
	return true
}

// TestStory plays the whole story against each fake tracker, told by its
// webhooks and by polling alone, on both databases.
func TestStory(t *testing.T) {
	for _, db := range []string{"sqlite", "postgres"} {
		for _, tracker := range []string{"gitlab", "gitea"} {
			for _, way := range []string{"webhook", "polling"} {
				t.Run(db+"/"+tracker+"/"+way, func(t *testing.T) {
					t.Parallel() // mostly waiting, for what a killed server left
					poll, separator := "1s", "::"
					if way == "webhook" {
						poll = "15m"
					}
					if tracker == "gitea" {
						separator = "/"
					}
					runScript(t, "testdata/story.txtar", db, "TRACKER="+tracker, "WAY="+way, "SEP="+separator, "PLUMBLINE_LINKS_0_POLL="+poll)
				})
			}
		}
	}
}

// runScript runs one script on a database of its own; vars are "NAME=VALUE",
// and each value is a condition too: [webhook].
func runScript(t *testing.T, file, db string, vars ...string) {
	address := ""
	if db == "postgres" {
		address = storetest.PostgresURL(t)
	}
	testscript.Run(t, testscript.Params{
		Files: []string{file},
		Setup: func(e *testscript.Env) error {
			for _, kv := range [][2]string{{"DB", db}, {"HOME", e.WorkDir}, {"PLUMBLINE_DATABASE", address}, {"PLUMBLINE_TEST_CLOCK", filepath.Join(e.WorkDir, "clock.offset")},
				{"GITLAB_TOKEN", fakeToken}, {"GITEA_TOKEN", fakeToken}, {"HOOK_SECRET", fakeSecret}} {
				e.Setenv(kv[0], kv[1])
			}
			for name, dir := range map[string]string{"GITHUB_EXPORT": "../../internal/format/githubissues/testdata", "DEMO_DATA": "../../internal/demo/data"} {
				abs, err := filepath.Abs(dir)
				if err != nil {
					return err
				}
				e.Setenv(name, abs)
			}
			for _, v := range vars {
				name, value, _ := strings.Cut(v, "=")
				e.Setenv(name, value)
			}
			if db == "sqlite" {
				e.Setenv("PLUMBLINE_DATA", filepath.Join(e.WorkDir, "data"))
			}
			st := &stage{servers: map[string]*server{}, fakes: map[string]peer{}}
			e.Values[stageKey{}] = st
			e.Defer(st.clear)
			return os.WriteFile(filepath.Join(e.WorkDir, "password"), []byte("a long enough password\n"), 0o600)
		},
		Condition: func(cond string) (bool, error) {
			return cond == db || slices.ContainsFunc(vars, func(v string) bool { return strings.HasSuffix(v, "="+cond) }), nil
		},
		Cmds: scriptCommands(),
		// A script that fails shows what the servers logged.
		ContinueOnError: false,
	})
}

// stage is what a script has running.
type stage struct {
	servers map[string]*server
	fakes   map[string]peer
}

type stageKey struct{}

func stageOf(ts *testscript.TestScript) *stage { return ts.Value(stageKey{}).(*stage) }

func (st *stage) clear() {
	for _, s := range st.servers {
		s.kill()
	}
	for _, f := range st.fakes {
		f.Close()
	}
}

type command = func(ts *testscript.TestScript, neg bool, args []string)

// scriptCommands are the commands beyond testscript's own and plumbline.
func scriptCommands() map[string]command {
	return map[string]command{
		"serve":  cmdServe,
		"term":   cmdStop, // not "stop": testscript has a command of that name, which ends a script as passed
		"kill9":  cmdKill,
		"log":    cmdLog,
		"exits":  cmdExits,
		"until":  cmdUntil,
		"http":   cmdHTTP,
		"clock":  cmdClock,
		"save":   cmdSave,
		"gitlab": func(ts *testscript.TestScript, neg bool, args []string) { cmdFake(ts, "gitlab", neg, args) },
		"gitea":  func(ts *testscript.TestScript, neg bool, args []string) { cmdFake(ts, "gitea", neg, args) },
		"tracker": func(ts *testscript.TestScript, neg bool, args []string) {
			cmdFake(ts, ts.Getenv("TRACKER"), neg, args)
		},
	}
}

// flagOf takes "-name value" from the front of args.
func flagOf(args []string, name, otherwise string) (string, []string) {
	if i := slices.Index(args, name); i >= 0 && i+1 < len(args) {
		v := args[i+1]
		return v, slices.Delete(slices.Clone(args), i, i+2)
	}
	return otherwise, args
}
