package web_test

import (
	"net/http"
	"net/url"
	"testing"
)

// Policies about limits are checked with lines, tried, saved and used on a page.
func TestPoliciesAboutLimitsOnAPage(t *testing.T) {
	s := demoSite(t)
	v := s.as("avery")
	const src = "version: mild\nname: Mild\npolicies:\n  - {id: tell, name: Tell the owner, kinds: reliability, start: headroom < 0, then: [{force: inform, what: The owner is told.}]}\n"
	send := func(do, text string, want int) answer {
		t.Helper()
		return v.post("/limit-policies", url.Values{"do": {do}, "src": {text}}, want)
	}
	send("check", "version: mild\npolicies:\n  - {id: tell, odd: 1}\n", http.StatusUnprocessableEntity).has(t, "policies:3:", "odd: 1")
	send("check", src, http.StatusOK).has(t, "Nothing is wrong with mild: 1 policy.")
	send("preview", src, http.StatusOK).has(t, "other consequences under mild", "Tell the owner")
	send("save", src, http.StatusOK).has(t, "Edition saved", "The text of mild")
	send("save", src, http.StatusConflict).has(t, "There are policies mild already")
	v.post("/limit-policies", url.Values{"do": {"use"}, "edition": {"mild"}}, http.StatusOK).has(t, "mild is in force")
	s.as("mara").post("/limit-policies", url.Values{"do": {"save"}, "src": {src}}, http.StatusConflict)
	s.as("jonas").post("/limit-policies", url.Values{"do": {"save"}, "src": {src}}, http.StatusForbidden)
}
