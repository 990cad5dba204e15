package law

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestLibc wants the version of modernc.org/libc that the SQLite driver was made
// with. Another one builds, and corrupts memory at run time: the driver's
// authors call the dependency fragile and ask for exactly theirs. It is easily
// moved by upgrading something else.
func TestLibc(t *testing.T) {
	gomod := goList(t, "{{.GoMod}}", "modernc.org/sqlite")
	got := goList(t, "{{.Version}}", "modernc.org/libc")
	b, err := os.ReadFile(gomod)
	if err != nil {
		t.Fatal(err)
	}
	want := required(b, "modernc.org/libc")
	if want == "" {
		t.Fatalf("%s requires no modernc.org/libc", gomod)
	}
	if got != want {
		t.Errorf("go.mod has modernc.org/libc %s; the driver needs exactly %s", got, want)
	}
}

func TestRequired(t *testing.T) {
	gomod := []byte("module x\n\nrequire modernc.org/a v1.2.3\n\nrequire (\n\tmodernc.org/libc v1.77.1 // indirect\n\tmodernc.org/memory v1.0.0\n)\n")
	for module, want := range map[string]string{"modernc.org/a": "v1.2.3", "modernc.org/libc": "v1.77.1", "modernc.org/lib": ""} {
		if got := required(gomod, module); got != want {
			t.Errorf("%s: got %q, want %q", module, got, want)
		}
	}
}

// required is the version of a module that a go.mod file asks for.
func required(gomod []byte, module string) string {
	for s := bufio.NewScanner(bytes.NewReader(gomod)); s.Scan(); {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(s.Text()), "require "))
		if len(f) >= 2 && f[0] == module {
			return f[1]
		}
	}
	return ""
}

func goList(t *testing.T, format, module string) string {
	t.Helper()
	cmd := exec.Command("go", "list", "-m", "-f", format, module)
	cmd.Dir = "../.."
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go list -m %s: %v\n%s", module, err, out)
	}
	return strings.TrimSpace(string(out))
}
