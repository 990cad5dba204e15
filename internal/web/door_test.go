package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plumbline/internal/web/assets"
)

func TestSignIn(t *testing.T) {
	s := emptySite(t)
	v := s.as("")
	v.get("/signin", 200).has(t, "Nobody can sign in yet")
	ada := s.setUp("ada")
	v.get("/signin", 200).has(t, "Handle", "Password")
	v.post("/signin", vals("handle", "ada", "password", "wrong password"), 422).has(t, "do not fit together", `value="ada"`)
	a := v.post("/signin", vals("handle", "ada", "password", "a long enough password", "next", "/decisions"), 200)
	if a.Request.URL.Path != "/decisions" {
		t.Errorf("signed in, and led to %s", a.Request.URL.Path)
	}
	if got := v.get("/signin", 200).Request.URL.Path; got != "/today" {
		t.Errorf("signed in already, and led to %s", got)
	}
	out := v.post("/signout", vals(), 200)
	out.has(t, "You are signed out.", "Handle")
	v.get("/items", 200).has(t, "Sign in</h1>")
	ada.get("/items", 200).has(t, "Items</h1>") // the other browser stays
	s.as("").post("/demo", vals("as", "mara"), 403)
}

// The link that makes the first administrator works once.
func TestSetUpOnce(t *testing.T) {
	s := emptySite(t)
	token, err := s.app.Invite(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v := s.as("")
	short := v.post("/setup", vals("token", token, "handle", "ada", "name", "Ada", "password", "short"), 422)
	short.has(t, "at least 12 characters", `value="Ada"`, token)
	v.post("/setup", vals("token", "pls_wrong", "handle", "ada", "name", "Ada", "password", "a long enough password"), 422).has(t, "used already or is too old")
	v.post("/setup", vals("token", token, "handle", "ada", "name", "Ada", "password", "a long enough password"), 200)
	s.as("").post("/setup", vals("token", token, "handle", "eve", "name", "Eve", "password", "a long enough password"), 422).has(t, "used already")
}

// A form may lead on within this site only.
func TestNoOpenRedirect(t *testing.T) {
	s := demoSite(t)
	key := string(s.find("Fixed egress addresses"))
	for _, evil := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/\t/evil.example", "/\r\nSet-Cookie: a=b", "/\x00//evil", " //evil.example", "evil.example"} {
		for path, form := range map[string]url.Values{"/demo": vals("as", "mara"), "/items/" + key + "/watch": vals("on", "1")} {
			form.Set("next", evil)
			a := s.as("mara").once(http.MethodPost, path, form)
			to := a.Header.Get("Location")
			if a.StatusCode != 303 || to != "/" && to != "/items/"+key {
				t.Errorf("next=%q after %s: %d to %q", evil, path, a.StatusCode, to)
			}
		}
		s.as("").get("/signin?next="+url.QueryEscape(evil), 200)
	}
	for _, ref := range []string{"https://evil.example/board?x=1", "/board", "//evil.example//evil2.example/", "::"} {
		a := s.as("").once(http.MethodPost, "/theme", vals("theme", "dark"), "Referer", ref)
		if to := a.Header.Get("Location"); to != "/" && !strings.HasPrefix(to, "/board") {
			t.Errorf("theme from %q leads to %q", ref, to)
		}
	}
}

// A form that another site sends in somebody's name does nothing.
func TestForeignFormsAreRefused(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	key := s.find("Fixed egress addresses")
	before := s.item(key).Version
	for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		for _, path := range []string{"/items/" + string(key) + "/accept", "/signout", "/settings/tokens", "/demo", "/theme"} {
			a := v.send(http.MethodPost, path, vals("as", "jonas"), header...)
			if a.StatusCode != 403 {
				t.Errorf("%s with %v: got %d, want 403", path, header, a.StatusCode)
			}
			a.has(t, "Another site sent this form in your name")
		}
	}
	if s.item(key).Version != before {
		t.Error("the item was changed")
	}
	v.send(http.MethodPost, "/items/"+string(key)+"/accept", vals(), "Sec-Fetch-Site", "same-origin")
	if s.item(key).Version == before {
		t.Error("our own form was refused")
	}
}

// Every answer says that nothing foreign may run in it, frame it or sniff it.
func TestSecurityHeaders(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	for _, path := range []string{"/items", "/items/REQ-1", "/nowhere", "/settings/people", "/search?q=a", assets.CSS(), "/assets/nothing.js"} {
		a := v.send(http.MethodGet, path, nil)
		csp := a.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'self'", "img-src 'self' data:", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "object-src 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy %q lacks %s", path, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") {
			t.Errorf("%s: the policy %q is not strict", path, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if cache := a.Header.Get("Cache-Control"); !strings.HasPrefix(path, assets.Prefix) && cache != "no-store" {
			t.Errorf("%s: Cache-Control is %q", path, cache)
		}
	}
	a := s.as("").once(http.MethodPost, "/demo", vals("as", "mara"))
	for _, c := range a.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			t.Errorf("the cookie %s is not guarded: %v", c.Name, c)
		}
	}
}

// A message is shown once, and a page that renews itself does not use it up.
func TestFlashIsShownOnce(t *testing.T) {
	s := demoSite(t)
	v := s.as("jonas")
	at := "/items/" + string(s.find("Fixed egress addresses"))
	v.once(http.MethodPost, at+"/comment", vals("body", "hello"))
	v.send(http.MethodGet, at, nil, "X-Live", "1").lacks(t, "Comment added.")
	part := v.send(http.MethodGet, at, nil, "X-Live", "part")
	part.has(t, `id="asked-text"`)
	part.lacks(t, "Comment added.", "<html", `id="palette"`)
	v.get(at, 200).has(t, "Comment added.", "<html", `id="palette"`)
	v.get(at, 200).lacks(t, "Comment added.")
	forged := v.send(http.MethodGet, at, nil, "Cookie", "plumbline_flash=bm90IGpzb24")
	if forged.StatusCode != 200 && forged.StatusCode != 303 {
		t.Errorf("a broken message: %d", forged.StatusCode)
	}
}

func TestThemeIsKept(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	v.get("/items", 200).lacks(t, "data-theme")
	a := v.send(http.MethodPost, "/theme", vals("theme", "dark"), "Referer", s.srv.URL+"/board?process=incident")
	if got := a.Request.URL.RequestURI(); got != "/board?process=incident" {
		t.Errorf("led to %s", got)
	}
	a.has(t, `data-theme="dark"`)
	v.post("/theme", vals("theme", "system"), 200).lacks(t, "data-theme")
	v.quiet("/theme", vals("theme", "light"), 200)
	v.get("/items", 200).has(t, `data-theme="light"`)
	v.post("/theme", vals("theme", `"><script>`), 200).lacks(t, "data-theme", "<script>")
}

// The pages are packed for browsers that can read it, and only for them.
func TestCompression(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	packed := v.send(http.MethodGet, "/items", nil, "Accept-Encoding", "gzip")
	plain := v.send(http.MethodGet, "/items", nil, "Accept-Encoding", "identity")
	if packed.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" || len(packed.body)*4 > len(plain.body) {
		t.Errorf("packed: %s, %d bytes; plain: %q, %d bytes", packed.Header.Get("Content-Encoding"), len(packed.body), plain.Header.Get("Content-Encoding"), len(plain.body))
	}
	if packed.Header.Get("Vary") != "Accept-Encoding" {
		t.Error("caches are not told")
	}
	if a := v.once(http.MethodGet, "/", nil, "Accept-Encoding", "gzip"); a.StatusCode != 303 || a.Header.Get("Content-Encoding") != "" {
		t.Errorf("a redirect: %d %q", a.StatusCode, a.Header.Get("Content-Encoding"))
	}
}

// What a browser loads on its first visit: fewer than ten requests and less than
// 100 kB on the wire.
func TestFirstLoad(t *testing.T) {
	s := demoSite(t)
	const most, requests = 100_000, 10
	for _, path := range []string{"/items", "/board", "/inbox", "/decisions", "/items/" + string(s.find("Make nftables the default")), "/ask", "/help", "/settings/teams"} {
		v := s.as("mara")
		page := v.send(http.MethodGet, path, nil, "Accept-Encoding", "gzip")
		total, n := len(page.body), 1
		loaded := map[string]bool{}
		plain := v.get(path, 200).body
		for _, part := range strings.Split(plain, `"`) {
			if strings.HasPrefix(part, assets.Prefix) && !loaded[part] {
				loaded[part] = true
				total += len(v.send(http.MethodGet, part, nil, "Accept-Encoding", "gzip").body)
				n++
			}
		}
		t.Logf("%-24s %6d bytes in %d requests, %d of them the page", path, total, n, len(page.body))
		if total > most || n >= requests || n < 4 {
			t.Errorf("%s: %d bytes in %d requests", path, total, n)
		}
	}
}
