package law

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

// laws are the checks, by the name that a broken tree in testdata gives.
var laws = []struct {
	name  string
	says  string
	check func(*house) []string
}{
	{"table", "law 1: the package table holds; only app and cmd reach the store", checkTable},
	{"outside", "law 2: only the worker changes what is outside", checkOutside},
	{"pure", "law 3: judgement is pure", checkPure},
	{"private", "law 4: private stays private", checkPrivate},
	{"style", "sizes, comments, no init, nothing global that changes", checkStyle},
	{"words", "the repository stands alone", checkWords},
}

// TestHouse holds this repository to its laws.
func TestHouse(t *testing.T) {
	h, err := ours()
	if err != nil {
		t.Fatal(err)
	}
	readable(t, h)
	for _, l := range laws {
		t.Run(l.name, func(t *testing.T) {
			for _, complaint := range l.check(h) {
				t.Error(complaint)
			}
			if t.Failed() {
				t.Logf("(%s)", l.says)
			}
		})
	}
}

// TestLawsBreak holds the laws to their word: each tree in testdata says in its
// first line which law it is for, and in its file "want" what that law must say
// about it, line by line. A tree with an empty want keeps the law.
func TestLawsBreak(t *testing.T) {
	trees, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	broken, kept := map[string]int{}, map[string]int{}
	for _, name := range trees {
		t.Run(strings.TrimSuffix(path.Base(filepath.ToSlash(name)), ".txtar"), func(t *testing.T) {
			law, want, got := judge(t, name)
			if len(want) > 0 {
				broken[law]++
			} else {
				kept[law]++
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("the law %q says\n\t%s\nwant\n\t%s", law, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
		})
	}
	for _, l := range laws {
		if broken[l.name] == 0 || kept[l.name] == 0 {
			t.Errorf("the law %q has %d broken trees and %d good ones in testdata; it needs both", l.name, broken[l.name], kept[l.name])
		}
	}
}

// judge reads one tree and runs its law on it.
func judge(t *testing.T, name string) (law string, want, got []string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	// A percent sign splits what must not stand in this repository as it is.
	archive := txtar.Parse([]byte(strings.ReplaceAll(string(b), "%", "")))
	head, _, _ := strings.Cut(string(archive.Comment), "\n")
	law, ok := strings.CutPrefix(head, "law: ")
	if !ok {
		t.Fatalf("the first line says %q, want law: NAME", head)
	}
	tree := fstest.MapFS{}
	for _, f := range archive.Files {
		if f.Name == "want" {
			want = lines(string(f.Data))
			continue
		}
		tree[f.Name] = &fstest.MapFile{Data: f.Data, Mode: fs.FileMode(0o644)}
	}
	h, err := loadHouse(tree)
	if err != nil {
		t.Fatal(err)
	}
	readable(t, h)
	for _, l := range laws {
		if l.name == law {
			return law, want, l.check(h)
		}
	}
	t.Fatalf("there is no law %q", law)
	return "", nil, nil
}

func lines(s string) (out []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			out = append(out, line)
		}
	}
	return out
}
