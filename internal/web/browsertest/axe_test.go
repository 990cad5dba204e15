package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"

	"plumbline/internal/app/people"
)

// axeFile is where npm ci puts axe-core.
var axeFile = filepath.Join("node_modules", "axe-core", "axe.min.js")

// atOnce makes every change of style happen at once: colours on their way from
// one theme to the other must not be judged.
const atOnce = `;{
	const still = new CSSStyleSheet();
	still.replaceSync('*, ::before, ::after, ::backdrop { transition: none !important; animation: none !important }');
	document.adoptedStyleSheets.push(still);
}`

// judged is a tab in which axe is at hand on every page.
func (s *site) judged(t *testing.T, who string) *tab {
	t.Helper()
	src, err := os.ReadFile(axeFile)
	if err != nil {
		t.Fatalf("axe-core is missing from internal/web/browsertest: run ./do test (%v)", err)
	}
	p := s.tabFor(t, who)
	p.call(call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: string(src) + atOnce}))
	p.media("light", "reduce")
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
	found := get[[]finding](p, `axe.run(document, {runOnly: `+rules+`, resultTypes: ['violations'], preload: false, iframes: false}).then((r) => r.violations.map((v) => ({
		ID: v.id, Help: v.help, Where: v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' [' + [...n.any, ...n.all, ...n.none].map((c) => c.message).join(' ') + ']').join('; ') + ' (' + v.nodes.length + ')'})))`)
	for _, f := range found {
		p.t.Errorf("%s, %s: %s: %s: %s", p.name(), what, f.ID, f.Help, f.Where)
	}
}

// look is a size and a theme.
type look struct {
	name, scheme  string
	width, height int64
}

// The looks. Each page is judged in the first two by every rule, so that both
// sizes and both themes are seen; the other two differ from these in colours.
var (
	deskLight  = look{"desk, light", "light", 1280, 800}
	phoneDark  = look{"phone, dark", "dark", 390, 844}
	deskDark   = look{"desk, dark", "dark", 1280, 800}
	phoneLight = look{"phone, light", "light", 390, 844}
)

// show gives the tab a look.
func (p *tab) show(l look) {
	p.t.Helper()
	p.size(l.width, l.height)
	p.media(l.scheme, "reduce")
}

// judge judges what is shown in the first two looks.
func (p *tab) judge(what string) {
	p.t.Helper()
	for _, l := range []look{phoneDark, deskLight} {
		p.show(l)
		p.axe(what+", "+l.name, allRules)
	}
}

// judgeColours judges what is shown in the other two.
func (p *tab) judgeColours(what string) {
	p.t.Helper()
	for _, l := range []look{deskDark, phoneLight} {
		p.show(l)
		p.axe(what+", "+l.name, colourRules)
	}
}

// axe finds nothing on any page of anybody.
func TestAccessible(t *testing.T) {
	s := demoSite(t)
	mara := pages(s, "mara")
	half := len(mara) / 2
	colourful := []string{"/inbox", "/items?q=memory", "/board?q=memory", "/table?q=memory", "/timeline?status=all&group=team", "/board?q=memory&group=team", "/bulk?key=REQ-12&to=&watch=on", "/ask", "/ask?class=customer-operational", "/decisions", s.rich(), s.rich() + "/decide", "/settings/trackers", "/ranking", "/ranking/estimates", "/duties", "/ranking/calibration", "/findings?state=all", s.finding(), "/products/coredns-app/objectives", "/cockpit", "/reports", "/constraints/cost-kube-apiserver"}
	for _, part := range []struct {
		name, who string
		pages     []string
	}{
		{"product manager", "mara", mara[:half]}, {"product manager, more", "mara", mara[half:]},
		{"requester", "jonas", pages(s, "jonas")}, {"engineering manager", "ines", pages(s, "ines")}, {"administrator", "avery", pages(s, "avery")},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			p := s.judged(t, part.who)
			for _, path := range part.pages {
				if path == "/items" || path == "/items?status=all" || path == "/board" {
					continue // the same as with a filter, but longer
				}
				p.goTo(path)
				p.judge(path)
				if part.who == "mara" && slices.Contains(colourful, path) {
					p.judgeColours(path)
				}
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
		p.judge(path + " with " + what)
	}
	item := s.rich()
	open("/items?q=memory", "the palette", func() { p.press("k", ctrl) })
	open("/items?q=memory", "the palette with results", func() {
		p.press("k", ctrl)
		p.typed("node")
		p.wait("items in the palette", `one('#palette .key', 'REQ-')`)
	})
	open("/items?q=memory", "the shortcuts", func() { p.typed("?") })
	open("/items?q=memory", "the account's menu", func() { p.click("button.me", "") })
	open("/items?q=memory", "the filter", func() { p.click("button", "Filter") })
	open("/board?q=memory", "a card's menu", func() { p.typed("jm") })
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
		p.judge(path)
	}
	p.goTo("/ask?class=customer-operational")
	if !get[bool](p, `(document.querySelector('form.form').noValidate = true)`) {
		t.Fatal("the form has no switch for the browser's own checks")
	}
	p.click("main button", "Ask")
	p.wait("the refused form", `one('.problems', '')`)
	p.judge("/ask, refused")

	visitor := s.judged(t, "")
	visitor.goTo("/signin")
	visitor.judge("/signin of the demo")

	fresh := emptySite(t)
	token, err := fresh.app.Invite(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	door := fresh.judged(t, "")
	door.goTo("/signin")
	door.judge("/signin of a new installation")
	door.goTo("/setup?token=" + token)
	door.judge("/setup")
	if _, err := fresh.app.SetUp(t.Context(), token, people.PersonInput{Handle: "ada", Name: "Ada", Password: "a long enough password"}); err != nil {
		t.Fatal(err)
	}
	door.goTo("/signin")
	door.waitText("Handle")
	door.judge("/signin")
	fresh.emptyPlaces(t)
}

// emptyPlaces judges the pages as they are before there is anything to show.
func (s *site) emptyPlaces(t *testing.T) {
	p := s.judged(t, "")
	p.goTo("/signin")
	p.fill("Handle", "ada")
	p.fill("Password", "a long enough password")
	p.click("main button", "Sign in")
	p.waitAt("/today")
	for _, path := range []string{"/inbox", "/items", "/board", "/decisions", "/settings/trackers", "/settings/teams", "/settings/people", "/settings/tokens"} {
		p.goTo(path)
		p.axe(fmt.Sprintf("%s, empty", strings.TrimPrefix(path, "/")), allRules)
	}
}
