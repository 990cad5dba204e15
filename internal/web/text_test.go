package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plumbline"
)

// What people write does not become part of the page, wherever it is shown.
func TestHostileTextIsInert(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	evil := `"><script>alert(1)</script><img src=x onerror=alert(2)>`
	a := v.post("/ask", url.Values{"title": {evil}, "body": {evil + "\n\n[x](javascript:alert(3))"}, "on_behalf_of": {evil}, "field.why": {evil}, "field.related": {"javascript:alert(4)"}}, 200)
	key := plumbline.Key(strings.TrimPrefix(a.Request.URL.Path, "/items/"))
	at := "/items/" + string(key)
	v.post(at+"/edit", url.Values{"assignee": {evil}, "field.blocker": {evil}, "field.statement": {evil}, "field.ticket": {"https://e.example/" + evil}}, 200)
	v.post(at+"/edit", url.Values{"field.ticket": {"javascript:alert(6)"}}, 422)
	v.post(at+"/evidence", url.Values{"grade": {"opinion"}, "text": {evil}, "source": {"javascript:alert(5)"}}, 200)
	v.post(at+"/comment", url.Values{"body": {evil}}, 200)
	v.post(at+"/decide", url.Values{"outcome": {"later"}, "sentence": {evil}, "reason": {evil}, "reopen": {evil}, "code": {evil}}, 200)
	for _, path := range []string{at, at + "/brief", at + "/edit", at + "/decide", at + "/move?to=" + url.QueryEscape(evil), "/items", "/board", "/items?q=" + url.QueryEscape(evil), "/decisions", "/inbox?front=" + string(key), "/settings/log", "/ask?title=" + url.QueryEscape(evil), "/items?team=" + url.QueryEscape(evil), "/items?label=" + url.QueryEscape(evil)} {
		a := v.send(http.MethodGet, path, nil)
		a.lacks(t, "<script>alert", "<img src=x", `href="javascript:`)
		if all, ours := strings.Count(a.body, "<script"), strings.Count(a.body, `<script type="module" src="/assets/`); ours < 1 || all != ours {
			t.Errorf("%s has %d scripts, %d of them ours", path, all, ours)
		}
	}
}

// A text of a megabyte can be asked, is cut on the page, and is whole behind it.
func TestLongTexts(t *testing.T) {
	s := demoSite(t)
	v := s.as("jonas")
	body := strings.Repeat("Ünïcode is long when it is escaped. ", plumbline.MaxBody/40)
	title := strings.Repeat("very long title ", 18)
	a := v.post("/ask", url.Values{"title": {title}, "body": {body}}, 200)
	a.has(t, strings.TrimSpace(title), "The text goes on", `class="long" tabindex="0"`)
	if len(a.body) > 1<<18 {
		t.Errorf("the page has %d bytes", len(a.body))
	}
	key := plumbline.Key(strings.TrimPrefix(a.Request.URL.Path, "/items/"))
	if got := s.item(key).Row.Body; got != body {
		t.Errorf("%d bytes were kept of %d", len(got), len(body))
	}
	v.post("/ask", url.Values{"title": {"too long"}, "body": {strings.Repeat("x", plumbline.MaxBody+1)}}, 422).has(t, "at most 1048576 fit", "too long")
	v.post("/ask", url.Values{"title": {"far too long"}, "body": {strings.Repeat("x", 5<<20)}}, 422).has(t, "The form is too large")
}
