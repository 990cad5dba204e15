package yamldoc_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

func read(t *testing.T, src string) []yamldoc.Document {
	t.Helper()
	docs, err := yamldoc.Read([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

func TestDocumentsKeepTheirLines(t *testing.T) {
	docs := read(t, "# a comment\n---\nname: one\nspec:\n  tags:\n    - a\n    - 1.30\n---\n# nothing here\n---\n\nname: two\n...\n--- # again\nname: three\n")
	var got []string
	for _, d := range docs {
		if d.Err != nil {
			t.Fatal(d.Err)
		}
		got = append(got, fmt.Sprintf("%d %s@%d", d.Line, d.Root.Get("name").Str(), d.Root.Get("name").Line))
	}
	want := "3 one@3, 12 two@12, 15 three@15"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
	tags := docs[0].Root.Get("spec", "tags")
	if tags.Kind != yamldoc.List || tags.Line != 5 || tags.Scalars()[1].Str() != "1.30" || tags.Scalars()[1].Line != 7 {
		t.Errorf("tags: %+v", tags)
	}
}

func TestScalarsStayAsWritten(t *testing.T) {
	root := read(t, "a: 2025-30-01\nb: 0.0\nc: ~\nd:\ne: '1.10'\nf: true\ng: |\n  x\n  y\nh: 0042\n")[0].Root
	for key, want := range map[string]string{"a": "2025-30-01", "b": "0.0", "c": "", "d": "", "e": "1.10", "f": "true", "g": "x\ny", "h": "0042", "no": ""} {
		if got := root.Get(key).Str(); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
	if !root.Get("c").Null || !root.Get("d").Null || root.Get("e").Null {
		t.Error("null is not told from a value")
	}
	if root.Get("a", "b", "c").Get("d").Str() != "" || root.Has("no") || !root.Has("d") {
		t.Error("what is not there must answer with nothing")
	}
}

func TestOneBrokenDocumentLeavesTheOthers(t *testing.T) {
	docs := read(t, "name: one\n---\nname: [two\n---\nname: three\n")
	if len(docs) != 3 || docs[0].Err != nil || docs[1].Err == nil || docs[2].Err != nil {
		t.Fatalf("got %+v", docs)
	}
	if plumbline.KindOf(docs[1].Err) != plumbline.Invalid || !strings.Contains(docs[1].Err.Error(), "Line 3") {
		t.Errorf("got %v", docs[1].Err)
	}
}

func TestRepeatedKeysAreKept(t *testing.T) {
	root := read(t, "a: 1\nb: 2\na: 3\n")[0].Root
	if root.Get("a").Str() != "1" || len(root.Again) != 1 || root.Again[0] != (yamldoc.Repeat{Key: "a", Line: 3}) {
		t.Errorf("got %+v", root)
	}
}

// A stranger's file must cost little, whatever is in it.
func TestHostileFilesAreRefusedQuickly(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'k'; c++ {
		p := string(c - 1)
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat("*"+p+",", 9), ","))
	}
	const big = yamldoc.MaxDocument - 100
	for name, tc := range map[string]struct{ src, says string }{
		"alias bomb":        {bomb, "alias"},
		"merge key":         {"a: &a {x: 1}\nb:\n  <<: *a\n", "alias"},
		"deep lists":        {"a: " + strings.Repeat("[", big), "deep"},
		"deep maps":         {strings.Repeat("{a: ", big/4), "deep"},
		"deep dashes":       {strings.Repeat("- ", big/2), "deep"},
		"deep questions":    {strings.Repeat("? ", big/2), "deep"},
		"deep indentation":  {indented(300), "deep"},
		"many values":       {strings.Repeat("- a\n", yamldoc.MaxNodes+1), "values"},
		"large document":    {"a: " + strings.Repeat("x", yamldoc.MaxDocument), "bytes"},
		"unfinished quote":  {"a: \"" + strings.Repeat("x ", big/2), "Line 1"},
		"unfinished single": {"a: '" + strings.Repeat("x\n ", big/3), "Line 1"},
		"chain of anchors":  {"a: " + strings.Repeat("&a ", big/3), "deep"},
		"chain of tags":     {"a: " + strings.Repeat("!a ", big/3), "deep"},
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			docs, err := yamldoc.Read([]byte(tc.src))
			if err == nil && len(docs) > 0 {
				err = docs[0].Err
			}
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %.200v, want an error that says %q", err, tc.says)
			}
			if d := time.Since(begin); d > 10*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
	for name, src := range map[string][]byte{
		"too large":     make([]byte, yamldoc.MaxBytes+1),
		"not text":      []byte("a: b\nc: \xff\n"),
		"too many docs": []byte(strings.Repeat("---\na\n", yamldoc.MaxDocuments+1)),
	} {
		if _, err := yamldoc.Read(src); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func indented(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// breaks end lines of YAML, which a carriage return alone does as well.
var breaks = regexp.MustCompile(`\r\n|\r|\n`)

func FuzzRead(f *testing.F) {
	for _, s := range []string{"a: b\n---\n- c\n- {d: e}\n", "? a\n: b\n", "a: |\n  b\n---\n%YAML 1.2\n", "a: &x 1\nb: *x", "--- !t\na: 'b\n", "\ufeffa: b\r\nc: d\r\n", "a: !!str 2025-30-01\n...\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		docs, err := yamldoc.Read(src)
		if err != nil && plumbline.KindOf(err) != plumbline.Invalid {
			t.Fatalf("an error of the reader's own: %v", err)
		}
		lines := len(breaks.FindAll(src, -1)) + 1
		for _, d := range docs {
			if (d.Root == nil) == (d.Err == nil) {
				t.Fatalf("a document has either a tree or an error: %+v", d)
			}
			if d.Line < 1 || d.Line > lines {
				t.Fatalf("line %d of %d", d.Line, lines)
			}
		}
	})
}
