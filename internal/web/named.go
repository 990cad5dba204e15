package web

import (
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// namesKey is where a parser finds what the names in a text mean.
var namesKey = parser.NewContextKey()

// aName is what a text may name an item or a person by.
var aName = regexp.MustCompile(`@[a-z0-9][a-z0-9._-]{0,59}|[A-Z]{2,10}-[1-9][0-9]{0,8}`)

// linkNames turns names of items and people into links: an item's says its
// title and state on hover, a person's leads to what is assigned to them. What
// the reader may not see, or nobody is called, stays as it was written.
type linkNames struct{}

// Transform implements parser.ASTTransformer.
func (linkNames) Transform(doc *ast.Document, reader text.Reader, pc parser.Context) {
	names, ok := pc.Get(namesKey).(app.Named)
	if !ok {
		return
	}
	var texts []*ast.Text
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Link, *ast.Image, *ast.CodeSpan, *ast.AutoLink:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if entering {
				texts = append(texts, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, t := range texts {
		split(t, reader.Source(), names)
	}
}

// split replaces a piece of text by pieces and links.
func split(t *ast.Text, src []byte, names app.Named) {
	parent, from := t.Parent(), t.Segment.Start
	for _, at := range aName.FindAllIndex(src[t.Segment.Start:t.Segment.Stop], -1) {
		start, stop := t.Segment.Start+at[0], t.Segment.Start+at[1]
		for stop > start && (src[stop-1] == '.' || src[stop-1] == '-' || src[stop-1] == '_') {
			stop--
		}
		href, title := meaning(string(src[start:stop]), names)
		if href == "" || start > 0 && inWord(src[start-1]) || stop < len(src) && src[start] != '@' && inWord(src[stop]) {
			continue
		}
		if start > from {
			parent.InsertBefore(parent, t, ast.NewTextSegment(text.NewSegment(from, start)))
		}
		link := ast.NewLink()
		link.Destination, link.Title = []byte(href), []byte(title)
		link.AppendChild(link, ast.NewTextSegment(text.NewSegment(start, stop)))
		parent.InsertBefore(parent, t, link)
		from = stop
	}
	t.Segment = t.Segment.WithStart(from)
}

// inWord says that a name beside the byte is a part of a longer word, an
// address or a path.
func inWord(b byte) bool {
	return b == '/' || b == '@' || b == '#' || b == '_' || b == '-' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

// meaning is where a name leads, and what is said of it.
func meaning(name string, names app.Named) (href, title string) {
	if name == "" {
		return "", ""
	}
	if name[0] == '@' {
		who, ok := names.People[name[1:]]
		if !ok {
			return "", ""
		}
		return "/items?assignee=" + escape(name[1:]), who + ": what is assigned to them"
	}
	it, ok := names.Items[plumbline.Key(name)]
	if !ok {
		return "", ""
	}
	return itemAddress(it.Key), it.Title + ", in " + ui.StateName(it.State)
}
