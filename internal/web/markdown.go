package web

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// maxMarkdown is how much of a text is drawn on a page, in bytes. The rest is
// there in the API and in exports.
const maxMarkdown = 64 << 10

// maxMarks is how many marks one paragraph may have: a parser takes the square
// of their number in time. What has more is shown as it was written.
const (
	maxMarks       = 1500
	maxMarksInCode = 7 * maxMarks
)

// markdown turns what people wrote into HTML that is safe to show: raw HTML is
// left out, pictures become links (a picture from elsewhere would tell its server
// who reads the page), and the result is sanitised.
type markdown struct {
	md     goldmark.Markdown
	policy *bluemonday.Policy
}

// newMarkdown makes one whose headings stand so many levels below the text's own.
func newMarkdown(below int) *markdown {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "em", "strong", "del", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AllowAttrs("title").OnElements("a")
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(linkNames{}, 1000))))
	md.Renderer().AddOptions(renderer.WithNodeRenderers(util.Prioritized(plain{below}, 1)))
	return &markdown{md: md, policy: p}
}

// newDocs makes one for our own texts: addresses lead to their headings.
func newDocs() *markdown {
	m := newMarkdown(0)
	m.md.Parser().AddOptions(parser.WithAutoHeadingID())
	m.policy.AllowAttrs("id").OnElements("h2", "h3")
	return m
}

// html draws GitHub-flavoured Markdown.
func (m *markdown) html(text string) ui.SafeHTML { return m.named(text, app.Named{}) }

// named is html with links where the text names items and people.
func (m *markdown) named(text string, names app.Named) ui.SafeHTML {
	cut := ""
	if len(text) > maxMarkdown {
		n := maxMarkdown
		for n > 0 && !utf8.RuneStart(text[n]) {
			n--
		}
		text, cut = text[:n], "<p><em>The text goes on; only its first part is shown here. All of it is in the API and in exports.</em></p>"
	}
	var b bytes.Buffer
	if tangled(text) || m.convert([]byte(text), &b, names) != nil {
		return ui.SafeHTML(`<pre tabindex="0">` + templ.EscapeString(text) + "</pre>" + cut)
	}
	return ui.SafeHTML(scrolling(m.policy.Sanitize(b.String())) + cut)
}

func (m *markdown) convert(text []byte, to *bytes.Buffer, names app.Named) error {
	pc := parser.NewContext()
	pc.Set(namesKey, names)
	return m.md.Convert(text, to, parser.WithContext(pc))
}

// newItem is how a line begins that ends the paragraph before it, fence one that
// begins or ends a block of code.
var (
	newItem = regexp.MustCompile(`^\s*([-*+#|]|\d+[.)])\s`)
	fence   = regexp.MustCompile("^ {0,3}(```+|~~~+)[^`]*$")
)

// tangled says that a paragraph of the text has more marks than is reasonable.
// Code may have more, but not any number: what looks like code to this function
// need not be code to the parser.
func tangled(text string) bool {
	n, most, code := 0, maxMarks, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.TrimSpace(line) == "" && !code || newItem.MatchString(line) {
			n = 0
		}
		if fence.MatchString(line) {
			if n, code = 0, !code; code {
				most = maxMarksInCode
			} else {
				most = maxMarks
			}
		}
		for i := range len(line) {
			if strings.IndexByte("[]()*_~`<>!.+-:&", line[i]) >= 0 {
				n++
			}
		}
		if n > most {
			return true
		}
	}
	return false
}

// scrolling lets wide tables and code be scrolled by keyboard too; each table is a
// landmark with a name of its own. The text is sanitised: what looks like a tag is
// one of ours.
func scrolling(text string) string {
	var b strings.Builder
	for n, part := range strings.Split(text, "<table>") {
		switch {
		case n == 1:
			b.WriteString(`<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>`)
		case n > 1:
			fmt.Fprintf(&b, `<div class="scroll" tabindex="0" role="region" aria-label="Table %d"><table>`, n)
		}
		b.WriteString(inScroll.Replace(part))
	}
	return b.String()
}

var inScroll = strings.NewReplacer("</table>", "</table></div>", "<pre>", `<pre tabindex="0">`)

// plain draws the few nodes that goldmark would draw otherwise.
type plain struct{ below int }

// RegisterFuncs implements renderer.NodeRenderer.
func (p plain) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindImage, picture)
	reg.Register(ast.KindHeading, p.heading)
	reg.Register(east.KindTaskCheckBox, checkBox)
}

// picture draws a link to the picture, with its description.
func picture(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.Image)
	if !entering {
		_, _ = w.WriteString("</a>")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString(`<a href="`)
	_, _ = w.Write(util.EscapeHTML(util.URLEscape(n.Destination, true)))
	_, _ = w.WriteString(`">`)
	if !n.HasChildren() {
		_, _ = w.WriteString("picture")
	}
	return ast.WalkContinue, nil
}

func (p plain) heading(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	tag := "h" + string("123456"[min(node.(*ast.Heading).Level+p.below, 6)-1]) + ">"
	if entering {
		if id, ok := node.AttributeString("id"); ok {
			tag = fmt.Sprintf(`h%c id="%s">`, tag[1], id)
		}
		_, _ = w.WriteString("<" + tag)
	} else {
		_, _ = w.WriteString("</" + tag + "\n")
	}
	return ast.WalkContinue, nil
}

// checkBox draws the box of a task as a sign: it cannot be ticked here.
func checkBox(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	sign := "☐ "
	if node.(*east.TaskCheckBox).IsChecked {
		sign = "☑ "
	}
	_, _ = w.WriteString(sign)
	return ast.WalkContinue, nil
}
