package yamldoc_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"plumbline/internal/format/yamldoc"
)

// FuzzWrite reads, writes and reads again: the nodes are the same.
func FuzzWrite(f *testing.F) {
	for _, s := range []string{
		"a: 1\nb: [x, 'y', \"z\\n\", [], {}, {c: ~}]\n", "- - a\n  - b\n- c: d\n  e: |\n    text\n    more\n", "'- a': -1\n\"\": null\ntrue: 'true'\n",
		"a: >\n  folded\n  text\n\n", "? x\n: y\n", "a: !!str 5\nb: &n c\n", "a: -\n", "[1,2,3]", "just text", "a: 'it''s'\nb: 2026-11-23\nc: 0x1F\nd: .5\n", "a:\n  - b: [{}]\n",
		"a: \"\\u0007\\u2028\\uFEFF\"\n", "a: b #c\nd: 'e #f'\n", "a: '---'\nb: '...'\n", "k: <<\n", "a: 1 \nb: '!x'\n",
	} {
		f.Add([]byte(s))
	}
	same := cmp.Options{cmpopts.IgnoreFields(yamldoc.Node{}, "Line", "Again", "Quote"), cmpopts.EquateEmpty()}
	f.Fuzz(func(t *testing.T, src []byte) {
		docs, err := yamldoc.Read(src)
		if err != nil || len(docs) == 0 || docs[0].Err != nil {
			return
		}
		out := yamldoc.Write(docs[0].Root)
		if len(out) > yamldoc.MaxDocument {
			return
		}
		again, err := yamldoc.Read(out)
		if err != nil || len(again) != 1 || again[0].Err != nil {
			t.Fatalf("read %q\nwrote %q\n%v %+v", src, out, err, again)
		}
		if diff := cmp.Diff(docs[0].Root, again[0].Root, same); diff != "" {
			t.Fatalf("read %q\nwrote %q\n%s", src, out, diff)
		}
	})
}

// A document keeps its text, without what stands around it.
func TestDocumentsKeepTheirText(t *testing.T) {
	docs := read(t, "# first\r\n---\r\n# a comment\r\na: 1 # one\r\n\r\n---\r\nb: 2\r\n...\r\n")
	if len(docs) != 2 || docs[0].Text != "a: 1 # one\n" || docs[1].Text != "b: 2\n" {
		t.Errorf("got %+v", docs)
	}
}

func TestSet(t *testing.T) {
	n := read(t, "a: 1\nb: 2\n")[0].Root
	n.Set("a", nil)
	n.Set("zz", nil)
	n.Set("b", yamldoc.Text("yes"))
	n.Below("c").Set("d", yamldoc.Texts([]string{"e", "-1", strings.Repeat("x", 3) + ": y"}))
	if got, want := string(yamldoc.Write(n)), "b: \"yes\"\nc:\n  d:\n    - e\n    - \"-1\"\n    - \"xxx: y\"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
