package browsertest

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"plumbline"
)

// phone makes the tab a phone's: small, with touch.
func (p *tab) phone() {
	p.t.Helper()
	p.call(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
}

// tap touches the first element that fits.
func (p *tab) tap(css, text string) {
	p.t.Helper()
	at := p.spot(css, text)
	p.call(chromedp.TapXY(at.X, at.Y))
}

// write touches the field with a label and enters a text.
func (p *tab) write(label, text string) {
	p.t.Helper()
	at := p.spotOf("the field "+label, `field(%s)`, label)
	p.call(chromedp.TapXY(at.X, at.Y))
	p.wait("the focus in "+label, `document.activeElement === field(%s)`, label)
	p.call(call(input.InsertText, input.InsertTextParams{Text: text}))
}

// A requester asks on the phone, in passing, and finds the request again.
func TestAskOnThePhone(t *testing.T) {
	s := demoSite(t)
	p := s.tab("")
	p.who = "jonas"
	p.phone()
	const title = "Build nodes with more memory"

	p.goTo("/")
	p.waitAt("/signin")
	p.tap("button", "Sign in as Jonas")
	p.waitAt("/mine")
	p.tap(`a[href="/ask"]`, "")
	p.waitAt("/ask")
	p.noLeaks()
	p.tap("main a", "A customer needs something")
	p.waitText("What happens next")
	p.noLeaks()
	p.write("In one line", title)
	p.write("What does the customer want", "Large builds are killed twice a day.")
	p.wait("the draft", `Object.keys(sessionStorage).some((k) => k.startsWith('plumbline.draft'))`)
	p.goTo("/mine")
	p.goTo("/ask?class=customer-operational")
	p.wait("what was typed", `document.querySelector('[name="title"]').value === %s`, title)
	p.choose("What kind of need is it", "Performance")
	p.write("If nothing is done", "Releases wait for a night.")
	p.tap("label.choice", "7: critical")
	p.write("Customer", "tinderbox-games")
	p.noLeaks()
	p.tap("main button", "Ask")
	p.until("the request's own page", func() bool {
		ok, err := ask[bool](p, `!!one('h1', %s) && /^\/items\/REQ-\d+$/.test(location.pathname)`, title)
		return err == nil && ok
	})
	key := s.find(plumbline.Filter{Text: title, Limit: 1}).Key
	p.waitAt("/items/" + string(key))
	p.noLeaks()

	p.tap("button.me", "")
	p.tap("#me a", "My requests")
	p.waitAt("/mine")
	p.noLeaks()
	p.tap("a.row-link", title)
	p.waitAt("/items/" + string(key))
	p.write("Comment", "It is twelve builds a week.")
	p.tap("#history button", "Comment")
	p.wait("the comment", `document.querySelector('#story').innerText.includes('It is twelve builds a week.')`)
	p.noLeaks()
	v := s.item(key)
	if v.RequesterName != "Jonas Weber" || len(v.Said) != 1 {
		t.Errorf("%s was asked by %q and has %d comments; want Jonas Weber and 1", key, v.RequesterName, len(v.Said))
	}
	if len(v.Wanted) != 1 || v.Wanted[0].Account != "tinderbox-games" || v.Wanted[0].Points != 7 || v.Fields["nfr_category"] != "performance" {
		t.Errorf("%s is wanted by %+v, with %v", key, v.Wanted, v.Fields)
	}
}

// noLeaks wants nothing to stick out of the window.
func (p *tab) noLeaks() {
	p.t.Helper()
	if leaks := get[[]string](p, sidewaysLeaks); len(leaks) > 0 {
		p.t.Errorf("%s at %s: %v", p.name(), p.at(), leaks)
	}
}
