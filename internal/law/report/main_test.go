package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReport runs the real go test over small packages that pass, fail, skip,
// panic, do not build or have no tests, and reads the report.
func TestReport(t *testing.T) {
	const pass = "func TestA(t *testing.T) { t.Run(\"sub\", func(t *testing.T) {}) }"
	for _, c := range []struct {
		what, tests string
		ok          bool
		want        []string // lines, or parts of lines, in this order
	}{
		{"all pass", pass, true, []string{"ok  \tx", "2 passed, 0 failed, 0 skipped"}},
		{"one fails", pass + `
func TestB(t *testing.T) { t.Error("two is not three") }`, false,
			[]string{"two is not three", "FAIL\tx", "2 passed, 1 failed, 0 skipped"}},
		{"one skips", pass + `
func TestB(t *testing.T) { t.Skip("no database") }`, false,
			[]string{"SKIPPED TestB in x", "no database", "2 passed, 0 failed, 1 skipped"}},
		{"one panics", pass + `
func TestB(t *testing.T) { panic("lost") }`, false, []string{"panic: lost", "2 passed, 1 failed, 0 skipped"}},
		{"the process dies", pass + `
func TestB(t *testing.T) { println("bye"); os.Exit(3) }`, false, []string{"FAIL\tx", "2 passed, 1 failed, 0 skipped"}},
		{"it does not build", "func TestA(t *testing.T) { undefined() }", false, []string{"undefined: undefined", "0 passed, 1 failed, 0 skipped"}},
		{"there are no tests", "", false, []string{"0 passed, 0 failed, 0 skipped"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			var out strings.Builder
			ok, err := report(strings.NewReader(goTest(t, c.tests)), &out)
			if err != nil {
				t.Fatal(err)
			}
			rest := out.String()
			for _, w := range c.want {
				i := strings.Index(rest, w)
				if i < 0 {
					t.Fatalf("no %q, in this order, in:\n%s", w, out.String())
				}
				rest = rest[i+len(w):]
			}
			if ok != c.ok || rest != "\n" {
				t.Errorf("ok %v, want %v; after the closing line %q", ok, c.ok, rest)
			}
		})
	}
}

// TestReportCut has a run that ends in the middle, and no run at all.
func TestReportCut(t *testing.T) {
	for in, want := range map[string]string{
		"": "0 passed, 0 failed, 0 skipped\n",
		`{"Action":"start","Package":"x"}` + "\n" + `{"Action":"run","Package":"x","Test":"TestA"}`: "FAIL x did not end\n0 passed, 1 failed, 0 skipped\n",
		"go: cannot find main module\n": "go: cannot find main module\n0 passed, 0 failed, 0 skipped\n",
	} {
		var out strings.Builder
		ok, err := report(strings.NewReader(in), &out)
		if ok || err != nil || out.String() != want {
			t.Errorf("%q: got %q (%v, %v), want %q", in, out.String(), ok, err, want)
		}
	}
}

// goTest is what go test -json prints for a package x with these tests.
func goTest(t *testing.T, tests string) string {
	t.Helper()
	dir := t.TempDir()
	src := "package x\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nvar _ = os.Exit\n\nfunc use(*testing.T) {}\n\n" + tests + "\n"
	for name, text := range map[string]string{"go.mod": "module x\n\ngo 1.26\n", "x.go": "package x\n", "x_test.go": src} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "test", "-json", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS="+ownFlags(), "GOWORK=off")
	out, _ := cmd.CombinedOutput() // its failing is what we are after
	return string(out)
}

// ownFlags are the flags of this run, so that the standard library is not
// compiled once more, but for those about this module.
func ownFlags() string {
	var keep []string
	for _, f := range strings.Fields(os.Getenv("GOFLAGS")) {
		if !strings.HasPrefix(f, "-mod") {
			keep = append(keep, f)
		}
	}
	return strings.Join(keep, " ")
}
