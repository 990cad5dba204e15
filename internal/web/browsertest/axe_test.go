package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"

	"plumbline/internal/app"
)

// axeFile is where npm ci puts axe-core.
var axeFile = filepath.Join("node_modules", "axe-core", "axe.min.js")

// judged is a tab in which axe is at hand on every page.
func (s *site) judged(t *testing.T, who string) *tab {
	t.Helper()
	src, err := os.ReadFile(axeFile)
	if err != nil {
		t.Fatalf("axe-core is missing from internal/web/browsertest: run ./do test (%v)", err)
	}
	p := s.tabFor(t, who)
	p.call(call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: string(src)}))
	p.media("light", "reduce") // colours that are still changing must not be judged
	return p
}

// media sets what the page reads of a person's wishes.
func (p *tab) media(scheme, motion string) {
	p.t.Helper()
	p.call(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion},
	}}))
}

// What axe is asked for: WCAG 2.2 AA and its best practices. A theme changes
// colours and nothing else.
const (
	allRules    = `{type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}`
	colourRules = `{type: 'rule', values: ['color-contrast', 'link-in-text-block']}`
)

// axe judges the page as it is now, and reports what it finds.
func (p *tab) axe(what, rules string) {
	p.t.Helper()
	type finding struct{ ID, Help, Where string }
	p.wait("nothing to move", `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(document.getAnimations().length === 0))))`)
	found := get[[]finding](p, `axe.run(document, {runOnly: `+rules+`, resultTypes: ['violations'], preload: false, iframes: false}).then((r) => r.violations.map((v) => ({
		ID: v.id, Help: v.help, Where: v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' [' + [...n.any, ...n.all, ...n.none].map((c) => c.message).join(' ') + ']').join('; ') + ' (' + v.nodes.length + ')'})))`)
	for _, f := range found {
		p.t.Errorf("%s, %s: %s: %s: %s", p.name(), what, f.ID, f.Help, f.Where)
	}
}

// inEveryLook judges what is shown, light and dark, on a desk and on a phone.
func (p *tab) inEveryLook(what string) {
	p.t.Helper()
	for _, size := range []struct {
		name string
		w, h int64
	}{{"phone", 390, 844}, {"desk", 1280, 800}} {
		p.size(size.w, size.h)
		p.axe(what+", light, "+size.name, allRules)
		p.media("dark", "reduce")
		p.axe(what+", dark, "+size.name, colourRules)
		p.media("light", "reduce")
	}
}

// axe finds nothing on any page of anybody.
func TestAccessible(t *testing.T) {
	s := demoSite(t)
	for _, who := range []string{"mara", "jonas", "ines", "avery"} {
		t.Run(who, func(t *testing.T) {
			p := s.judged(t, who)
			for _, path := range pages(s, who) {
				p.goTo(path)
				p.inEveryLook(path)
			}
		})
	}
}

// axe finds nothing while something is open, either.
func TestAccessibleWhenOpen(t *testing.T) {
	s := demoSite(t)
	p := s.judged(t, "mara")
	open := func(path, what string, do func()) {
		p.size(1280, 800)
		p.goTo(path)
		do()
		p.wait(what+" to open", `document.querySelector('dialog[open], :popover-open, details[open], .toast')`)
		p.inEveryLook(path + " with " + what)
	}
	item := s.rich()
	open("/items", "the palette", func() { p.press("k", ctrl) })
	open("/items", "the palette with results", func() {
		p.press("k", ctrl)
		p.typed("node")
		p.wait("items in the palette", `one('#palette .key', 'REQ-')`)
	})
	open("/items", "the shortcuts", func() { p.typed("?") })
	open("/items", "the account's menu", func() { p.click("button.me", "") })
	open("/items", "the filter", func() { p.click("summary", "Filter") })
	open("/board?lane=workflow-infra", "a card's menu", func() { p.typed("jm") })
	open(item, "the menu of moves", func() { p.click("button", "Move to…") })
	open(item, "a message", func() { p.click("main button", "Follow") })
	p.size(390, 844)
	p.goTo("/items")
	p.click("button.nav-more", "")
	p.wait("the menu of the phone", `document.querySelector(':popover-open')`)
	p.axe("/items with the phone's menu", allRules)
}

// axe finds nothing where something went wrong, nor at the door.
func TestAccessibleErrorsAndDoors(t *testing.T) {
	s := demoSite(t)
	p := s.judged(t, "jonas")
	p.watch.expect(403, 404, 422)
	for path, want := range map[string]string{"/nowhere": "404", "/items/REQ-99999": "404", "/inbox": "403"} {
		p.goTo(path)
		p.waitText(want)
		p.inEveryLook(path)
	}
	p.goTo("/ask")
	if !get[bool](p, `(document.querySelector('form.form').noValidate = true)`) {
		t.Fatal("the form has no switch for the browser's own checks")
	}
	p.click("main button", "Ask")
	p.wait("the refused form", `one('.problems', '')`)
	p.inEveryLook("/ask, refused")

	visitor := s.judged(t, "")
	visitor.goTo("/signin")
	visitor.inEveryLook("/signin of the demo")

	fresh := emptySite(t)
	token, err := fresh.app.Invite(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	door := fresh.judged(t, "")
	door.goTo("/signin")
	door.inEveryLook("/signin of a new installation")
	door.goTo("/setup?token=" + token)
	door.inEveryLook("/setup")
	if _, err := fresh.app.SetUp(t.Context(), token, app.PersonInput{Handle: "ada", Name: "Ada", Password: "a long enough password"}); err != nil {
		t.Fatal(err)
	}
	door.goTo("/signin")
	door.waitText("Handle")
	door.inEveryLook("/signin")
	fresh.emptyPlaces(t)
}

// emptyPlaces judges the pages as they are before there is anything to show.
func (s *site) emptyPlaces(t *testing.T) {
	p := s.judged(t, "")
	p.goTo("/signin")
	p.fill("Handle", "ada")
	p.fill("Password", "a long enough password")
	p.click("main button", "Sign in")
	p.waitAt("/inbox")
	for _, path := range []string{"/inbox", "/items", "/board", "/decisions", "/settings/trackers", "/settings/teams", "/settings/people", "/settings/tokens"} {
		p.goTo(path)
		p.axe(fmt.Sprintf("%s, empty", strings.TrimPrefix(path, "/")), allRules)
	}
}
