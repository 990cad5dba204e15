package link_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"plumbline/internal/link"
	"plumbline/internal/link/linktest"
)

// j is the invisible joiner that ends a mention.
const j = "\u2060"

func TestInert(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"plain text stays", "Publish *stable* addresses, 2 < 3, a/b.\n\n- x", "Publish *stable* addresses, 2 < 3, a/b.\n\n- x"},
		{"a command", "/close", `\/close`},
		{"a command after blanks", "x\n \t/close", "x\n \t\\/close"},
		{"a command after an old line break", "x\r/close\r\n/label ~a", "x\n\\/close\n\\/label ~a"},
		{"a command in a code block too", "```\n/etc/hosts\n```", "```\n\\/etc/hosts\n```"},
		{"a path inside a line stays", "see /etc/hosts", "see /etc/hosts"},
		{"a mention", "@all look", "@" + j + "all look"},
		{"a team", "(@org/team)", "(@" + j + "org/team)"},
		{"who is known may be called", "@Mara and @mara, not @maras", "@Mara and @mara, not @" + j + "maras"},
		{"an e-mail address stays", "mara@example.com", "mara@example.com"},
		{"a web address stays", "https://example.com/@all/x and @all", "https://example.com/@all/x and @" + j + "all"},
		{"what only looks like one does not", "xhttps://example.com/@all", "xhttps://example.com/@" + j + "all"},
		{"a lone at stays", "@ @- a@", "@ @- a@"},
		{"tags", "<b>x</b> <!-- y --> <?z", "&lt;b>x&lt;/b> &lt;!-- y --> &lt;?z"},
		{"a link in angle brackets stays", "<https://example.com/@a> <https://1/@b>@c", "<https://example.com/@a> <https://1/@b>@" + j + "c"},
		{"one that is not closed is none", "<https://example.com/@a", "&lt;https://example.com/@" + j + "a"},
		{"numbers are no host", "http://0.0/@a", "http://0.0/@" + j + "a"},
		{"code in a line stays", "use `<name>` or ``<a`b>``, <b>", "use `<name>` or ``<a`b>``, &lt;b>"},
		{"code in a block stays", "```xml\n<a>\n```\n<b>", "```xml\n<a>\n```\n&lt;b>"},
		{"control and direction characters go", "a\x00b\x1bc\u202ed\u2066e\tf", "abcde\tf"},
		{"bytes that are no text are replaced", "a\xffb", "a\uFFFDb"},
	} {
		if got := link.Inert(c.text, "mara"); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestInertTitle(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Rotate the keys", "Rotate the keys"},
		{" two\nlines\t@all ", "two lines @" + j + "all"},
		{"/etc is <full>", "/etc is <full>"},
		{strings.Repeat("ü", 300), strings.Repeat("ü", 254) + "…"},
		{"\n\x00 ", ""},
	} {
		if got := link.InertTitle(c.text); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestInertCuts(t *testing.T) {
	got := link.Inert(strings.Repeat("aü", 50_000))
	if len(got) > 60_000 || !strings.HasSuffix(got, "\n\n(cut here)") || !utf8.ValidString(got) {
		t.Errorf("got %d bytes, ending with %q", len(got), got[len(got)-20:])
	}
	if whole := strings.Repeat("a", 60_000); link.Inert(whole) != whole {
		t.Error("text of exactly the limit is cut")
	}
}

func TestMarkers(t *testing.T) {
	body := link.Tagged("status:REQ-1", "text")
	if body != "<!-- plumbline:status:REQ-1 -->\ntext" {
		t.Errorf("got %q", body)
	}
	for _, c := range []struct {
		body, marker string
		want         bool
	}{
		{body, "status:REQ-1", true},
		{"\r\n " + body, "status:REQ-1", true},
		{body, "status:REQ-", false},
		{body, "status:REQ-11", false},
		{body, "", false},
		{"> " + body, "status:REQ-1", false},
		{"text " + body, "status:REQ-1", false},
	} {
		if got := link.Carries(c.body, c.marker); got != c.want {
			t.Errorf("Carries(%q, %q) = %v", c.body, c.marker, got)
		}
	}
}

func FuzzInert(f *testing.F) {
	for _, text := range linktest.Nasty() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := link.Inert(text)
		if again := link.Inert(got); again != got && len(got) < 60_000 {
			t.Errorf("not stable: %q, then %q", got, again)
		}
		for _, line := range strings.FieldsFunc(got, func(r rune) bool { return strings.ContainsRune("\n\r\v\f\u0085\u2028\u2029", r) }) {
			if strings.HasPrefix(strings.TrimSpace(line), "/") {
				t.Errorf("%q has a line that begins with a slash", got)
			}
		}
		if title := link.InertTitle(text); strings.ContainsAny(title, "\n\r") || utf8.RuneCountInString(title) > 255 {
			t.Errorf("title %q", title)
		}
	})
}

func FuzzMarkers(f *testing.F) {
	f.Add("a", "b", "text")
	f.Add("a--", "a-->", "<!-- plumbline:a -->")
	f.Fuzz(func(t *testing.T, a, b, text string) {
		body := link.Tagged(a, text)
		if a != "" && !link.Carries(body, a) {
			t.Errorf("marker %q is not found in %q", a, body)
		}
		if a != b && link.Carries(body, b) {
			t.Errorf("marker %q is found in %q", b, body)
		}
		first, _, _ := strings.Cut(body, "\n")
		inside, ok := strings.CutPrefix(first, "<!-- ")
		inside, end := strings.CutSuffix(inside, " -->")
		if !ok || !end || strings.Contains(inside, "--") || strings.ContainsAny(inside, "<>") {
			t.Errorf("the marker may end its comment early: %q", first)
		}
	})
}

// A text made to be slow is not.
func TestInertIsLinear(t *testing.T) {
	for _, part := range []string{"@a ", "@a", "<a", "`", "``", "(https://a.b/@a ", "<http://a.b", "```\n", "/\n", " ", "[@a](", "@a/"} {
		start := time.Now()
		link.Inert(strings.Repeat(part, 60_000/len(part)))
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%q takes %v", part, took)
		}
	}
}
