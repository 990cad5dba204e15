package web

import (
	"bytes"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"plumbline/internal/web/ui"
)

// maxMarkdown is how much of a text is drawn on a page, in bytes. The rest is
// there in the API and in exports.
const maxMarkdown = 200 << 10

// markdown turns what people wrote into HTML that is safe to show.
type markdown struct {
	md     goldmark.Markdown
	policy *bluemonday.Policy
}

func newMarkdown() *markdown {
	p := bluemonday.UGCPolicy()
	p.AllowImages()
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AllowAttrs("type", "checked", "disabled").OnElements("input")
	return &markdown{md: goldmark.New(goldmark.WithExtensions(extension.GFM)), policy: p}
}

// html draws user text: GitHub-flavoured Markdown, raw HTML left out, the result
// sanitised.
func (m *markdown) html(text string) ui.SafeHTML {
	cut := ""
	if len(text) > maxMarkdown {
		text, cut = text[:maxMarkdown], "<p><em>The text goes on; only its first part is shown here.</em></p>"
	}
	var b bytes.Buffer
	if err := m.md.Convert([]byte(text), &b); err != nil {
		return ui.SafeHTML(m.policy.Sanitize(text))
	}
	return ui.SafeHTML(m.policy.SanitizeBytes(b.Bytes())) + ui.SafeHTML(cut)
}
