package law

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	licences = "../../licenses/go-modules.txt"
	ruler    = "========================================================================\n"
)

// TestLicences wants the licences of all modules that the program links in
// licenses/go-modules.txt, as they stand in the modules. ./do golden writes it.
func TestLicences(t *testing.T) {
	want := linkedLicences(t)
	if os.Getenv("PLUMBLINE_TEST_UPDATE") == "1" {
		if err := os.MkdirAll(filepath.Dir(licences), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(licences, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(licences)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not of the modules that the program links now; run ./do golden ./internal/law\nthere are: %s\nwanted:    %s",
			licences, titles(got), titles(want))
	}
}

// linkedLicences is each licence once, below the modules that have it.
func linkedLicences(t *testing.T) []byte {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}", "./cmd/plumbline")
	cmd.Dir = "../.."
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := lines(string(out))
	slices.Sort(modules)
	var texts []string
	heads := map[string][]string{}
	for _, m := range slices.Compact(modules) {
		name, dir, _ := strings.Cut(m, "\t")
		if strings.HasPrefix(name, module+" ") {
			continue
		}
		text := licence(t, name, dir)
		if heads[text] == nil {
			texts = append(texts, text)
		}
		heads[text] = append(heads[text], name)
	}
	var b bytes.Buffer
	b.WriteString("The Go modules that are linked into Plumbline, with their licences and notices.\n")
	for _, text := range texts {
		fmt.Fprintf(&b, "\n%s%s\n%s\n%s", ruler, strings.Join(heads[text], "\n"), ruler, text)
	}
	return b.Bytes()
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([-.].*)?$`)

// licence is the text of a module's licence and notice files.
func licence(t *testing.T, name, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			b.WriteString(strings.TrimRight(line, " \t\r\n") + "\n")
		}
		b.WriteString("\n")
	}
	if b.Len() == 0 {
		t.Errorf("%s has no licence", name)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// titles are the modules that a file of licences names.
func titles(b []byte) string {
	return strings.Join(regexp.MustCompile(`(?m)^\S+\.\S+/\S+ v\S+$`).FindAllString(string(b), -1), ", ")
}
