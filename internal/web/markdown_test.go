package web

import (
	"strings"
	"testing"
	"time"
)

// What people write cannot run, load or hide anything.
func TestHostileMarkdownIsInert(t *testing.T) {
	m := newMarkdown(2)
	for _, in := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](data:text/html,<script>alert(1)</script>)",
		"![x](https://spy.example/pixel.gif)", "![x](javascript:alert(1))", "<iframe src=//evil.example></iframe>", "<a href='x' onclick='y'>z</a>", "<style>*{display:none}</style>",
		"<https://e.example/\"onmouseover=alert(1)>", "[a](https://e.example \"\\\" onmouseover=alert(1) x=\\\"\")", "<div id=main class=bar>x</div>", "<form action=//evil.example><input name=q></form>",
		"<svg/onload=alert(1)>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0>", "`<table>` and <table><tr><td onclick=x>", "- [x] <input autofocus onfocus=alert(1)>",
		"&lt;script&gt;alert(1)&lt;/script&gt;", "[a]: javascript:alert(1)\n\n[a]", "<object data=x>", "vbscript:x [b](vbscript:msgbox(1))", "\x00<script>\x00",
	} {
		got := strings.ToLower(string(m.html(in)))
		for _, bad := range []string{"<script", "<img", "<iframe", "<style", "<form", "<input", "<svg", "<base", "<meta", "<object", "href=\"javascript", "href=\"data", "href=\"vbscript", " onclick=\"", " onerror=\"", " onmouseover=\"", " id=", " class=\"bar", " style="} {
			if strings.Contains(got, bad) {
				t.Errorf("%q became %q, which contains %q", in, got, bad)
			}
		}
	}
}

func TestMarkdown(t *testing.T) {
	m := newMarkdown(2)
	for in, want := range map[string]string{
		"# Big":                            "<h3>Big</h3>",
		"###### Small":                     "<h6>Small</h6>",
		"a **b** ~~c~~ `d`":                "<p>a <strong>b</strong> <del>c</del> <code>d</code></p>",
		"[x](https://e.example/?a=1&b=2)":  `<p><a href="https://e.example/?a=1&amp;b=2" rel="nofollow noreferrer">x</a></p>`,
		"https://e.example":                `<p><a href="https://e.example" rel="nofollow noreferrer">https://e.example</a></p>`,
		"![a graph](https://e.example/g)":  `<p><a href="https://e.example/g" rel="nofollow noreferrer">a graph</a></p>`,
		"![](https://e.example/g)":         `<p><a href="https://e.example/g" rel="nofollow noreferrer">picture</a></p>`,
		"- [x] done\n- [ ] not":            "<ul>\n<li>☑ done</li>\n<li>☐ not</li>\n</ul>",
		"3. three":                         "<ol start=\"3\">\n<li>three</li>\n</ol>",
		"```go\nx\n```":                    "<pre tabindex=\"0\"><code>x\n</code></pre>",
		"|a|\n|-|\n|b|":                    "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table></div>",
		"a &lt;table&gt; b":                "<p>a &lt;table&gt; b</p>",
		"see [this](/items/REQ-1#history)": `<p>see <a href="/items/REQ-1#history" rel="nofollow noreferrer">this</a></p>`,
	} {
		if got := strings.TrimSpace(string(m.html(in))); got != want {
			t.Errorf("%q:\n got %s\nwant %s", in, got, want)
		}
	}
}

// A log or a program may be long; what is in a fence stays code.
func TestLongCodeStaysCode(t *testing.T) {
	m := newMarkdown(2)
	code := strings.Repeat("2026-11-23T09:00:00Z [info] a.b(c) -> d\n", 500)
	got := string(m.html("Before **it**\n\n```\n" + code + "```\n\nAfter *it*"))
	for _, want := range []string{"<strong>it</strong>", "<pre tabindex=\"0\"><code>2026", "<em>it</em>"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %.300s", want, got)
		}
	}
}

// A text of any size and shape is drawn quickly: what takes a parser long is cut
// off. The limit is for a busy machine; a second is already far too much.
func TestMarkdownIsBounded(t *testing.T) {
	m := newMarkdown(2)
	for _, part := range []string{"[", "![", "*", "**a ", "_a_", "> ", "`", "``` ", "<", "<a ", "|a", "- ", "1. ", "[a](", "[a]: b\n", "~~", "&", "\\", "http://a.", "<!--", "é", "#", "a*b_c", "|\n", "[^1]", "    x\n", "+ ", "- a\n", "> a\n", "- [x](y) *a*\n", "1. x\n", "a@b.c ", "![a](b)", "|a|b|\n", "a  \n", "`a` ", "\t- "} {
		for _, before := range []string{"", "```\n", "<div>\n```\n\n"} {
			bounded(t, m, before+strings.Repeat(part, (1<<20)/len(part)), before+part)
		}
	}
}

func bounded(t *testing.T, m *markdown, text, part string) {
	t.Helper()
	began := time.Now()
	out := m.html(text)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("%q a million times took %v", part, took)
	} else if took > time.Second/4 {
		t.Logf("%q: %v", part, took)
	}
	if !strings.Contains(string(out), "The text goes on") {
		t.Errorf("%q: the cut is not told", part)
	}
}

// Each table of a text is a landmark with a name of its own.
func TestTablesHaveNames(t *testing.T) {
	got := scrolling("<table>a</table><p>b</p><table>c</table>")
	const want = `<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>a</table></div><p>b</p><div class="scroll" tabindex="0" role="region" aria-label="Table 2"><table>c</table></div>`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
