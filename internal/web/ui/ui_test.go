package ui

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/web/assets"
)

func render(t *testing.T, name string) string {
	t.Helper()
	var b bytes.Buffer
	if err := stories()[name].Render(context.Background(), &b); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.String()
}

var (
	styleAttr = regexp.MustCompile(`\sstyle="`)
	onAttr    = regexp.MustCompile(`\son[a-z]+="`)
	inline    = regexp.MustCompile(`<script[^>]*>[^<]`)
	idAttr    = regexp.MustCompile(`\sid="([^"]*)"`)
	useAttr   = regexp.MustCompile(`<use href="#([^"]*)"`)
	forAttr   = regexp.MustCompile(`\s(?:for|popovertarget|commandfor|aria-labelledby|aria-controls)="([^"]*)"`)
	emptyIcon = regexp.MustCompile(`<svg class="icon[^>]*></svg>`)
)

// Every page of the storybook obeys the content security policy, has each id
// once, points only at ids that exist, and draws every icon it names.
func TestPagesAreSound(t *testing.T) {
	for name := range stories() {
		html := render(t, name)
		for what, re := range map[string]*regexp.Regexp{"a style attribute": styleAttr, "an event attribute": onAttr, "an inline script": inline, "an icon without a shape": emptyIcon} {
			if m := re.FindString(html); m != "" {
				t.Errorf("%s has %s: %q", name, what, m)
			}
		}
		seen := map[string]bool{}
		for _, m := range idAttr.FindAllStringSubmatch(html, -1) {
			if seen[m[1]] {
				t.Errorf("%s has the id %q twice", name, m[1])
			}
			seen[m[1]] = true
		}
		for _, m := range append(forAttr.FindAllStringSubmatch(html, -1), useAttr.FindAllStringSubmatch(html, -1)...) {
			if !seen[m[1]] {
				t.Errorf("%s points at the id %q, which is not there", name, m[1])
			}
		}
	}
	if dir := os.Getenv("STORYBOOK"); dir != "" {
		if err := writeStories(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// What a browser loads the first time, page and all, stays under 100 kB.
func TestFirstLoadIsSmall(t *testing.T) {
	const most = 100_000
	rest := 0
	for _, n := range assets.Built().Bytes {
		rest += n
	}
	for name := range stories() {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write([]byte(render(t, name)))
		w.Close()
		if got := b.Len() + rest; got > most {
			t.Errorf("%s: %d bytes compressed with everything it loads, want at most %d", name, got, most)
		} else {
			t.Logf("%s: %d bytes of HTML, %d in all", name, b.Len(), got)
		}
	}
}

func TestTextIsEscaped(t *testing.T) {
	var b bytes.Buffer
	it := Item{Key: "REQ-1", Href: "javascript:alert(1)", Title: `<img src=x onerror="alert(1)">`, Labels: []string{`"><script>`}}
	if err := Card(it, nil, storyNow).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<img", "<script", "javascript:"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("the card contains %q: %s", bad, b.String())
		}
	}
}

func TestAgo(t *testing.T) {
	for _, c := range []struct {
		before time.Duration
		want   string
	}{
		{0, "just now"}, {59 * time.Second, "just now"}, {time.Minute, "1 min ago"}, {-2 * time.Hour, "in 2 h"},
		{25 * time.Hour, "1 d ago"}, {27 * day, "27 d ago"}, {28 * day, "2026-10-26"}, {-40 * day, "2027-01-02"},
	} {
		if got := Ago(before(c.before), storyNow); got != c.want {
			t.Errorf("%v before now: got %q, want %q", c.before, got, c.want)
		}
	}
	if got := Ago(0, storyNow); got != "unknown" {
		t.Errorf("no time: got %q, want unknown", got)
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{"Mara Lindqvist": "ML", "mara": "M", "gitlab:jdoe": "GJ", "Åsa de la Öst": "ÅÖ", "": "?", " . ": "?"} {
		if got := Initials(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestIntervalStaysOnItsScale(t *testing.T) {
	iv := Interval{Low: -10, Mid: 50, High: 500, Min: 0, Max: 200, Text: "50", What: "Score"}
	for v, want := range map[float64]string{-10: "0.0", 50: "25.0", 500: "100.0"} {
		if got := iv.at(v); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
	if got := (Interval{}).at(3); got != "0" {
		t.Errorf("without a scale: got %s, want 0", got)
	}
	if got, want := iv.words(), "Score: about 50, 90 % between -10 and 500"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLookKnowsTheDefaultStates(t *testing.T) {
	for _, s := range []plumbline.State{"workflow::problem validation", "workflow-infra::Triage", "workflow-infra::Ready", "workflow-infra::Done"} {
		if icon, _ := look(s); shapes(icon) == "" {
			t.Errorf("%s has no icon", s)
		}
	}
	a, _ := look("workflow-infra::Done")
	b, _ := look("workflow-infra::Blocked")
	if a == b {
		t.Error("done and blocked look the same without colour")
	}
}

func TestPagingSaysHowMuchThereIs(t *testing.T) {
	for want, p := range map[string]Paging{
		"1 item":             {Shown: 1, Total: 1},
		"50 of 672 items":    {Shown: 50, Total: 672},
		"50 of 10000+ items": {Shown: 50, Total: 10_000, AtLeast: true},
		"50 of about 33000 items. They are sorted 500 at a time, the newest first; more words or filters make them fewer.": {Shown: 50, Total: 500, AtLeast: true, About: 33_000, Stretch: 500, First: "newest"},
		"No items on this page. It went through 500 with these words, the oldest first; the next page goes on.":            {AtLeast: true, Stretch: 500, First: "oldest", Next: "?"},
	} {
		p.One, p.Many = "item", "items"
		if got := p.words(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
