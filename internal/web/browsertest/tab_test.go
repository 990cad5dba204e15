package browsertest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for something to become true. It is what a
// busy machine needs, not what the pages take.
const patience = 20 * time.Second

// inPage is put in front of every question to a page.
//
//go:embed page.js
var inPage string

// tab is one page of a person's browser, in a context of its own.
type tab struct {
	t     *testing.T
	site  *site
	who   string
	ctx   context.Context
	watch *watch
}

// tab opens a browser for a person of the demo, who is signed in already; ""
// is a visitor.
func (s *site) tab(who string) *tab {
	s.t.Helper()
	return s.tabFor(s.t, who)
}

// tabFor is tab within a part of a test.
func (s *site) tabFor(t *testing.T, who string) *tab {
	t.Helper()
	chrome, err := common.chrome()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := chromedp.NewContext(chrome, chromedp.WithNewBrowserContext())
	w := newWatch(s.url)
	p := &tab{t: t, site: s, who: who, ctx: ctx, watch: w}
	if err := chromedp.Listen(ctx, w.event); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, fault := range w.found() {
			t.Errorf("%s: %s", p.name(), fault)
		}
		if t.Failed() {
			p.picture()
		}
		stop()
	})
	// Two people look at their screens at once: both tabs are in front.
	p.call(call(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}))
	p.size(1280, 800)
	if who != "" {
		p.call(call(network.SetCookie, network.SetCookieParams{Name: "plumbline_session", Value: s.session(who), URL: s.url, HTTPOnly: ptr(true)}))
	}
	return p
}

func (p *tab) name() string {
	if p.who == "" {
		return "visitor"
	}
	return p.who
}

// within bounds what is done to a tab.
func (p *tab) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, patience)
}

// call does something that must work.
func (p *tab) call(a chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := p.within()
	defer cancel()
	if err := chromedp.Do(ctx, a); err != nil {
		p.t.Fatalf("%s: %v", p.name(), err)
	}
}

// goTo opens a page of the site and waits until it has loaded. The page is known by
// the number of its visit: the events of loading may be those of the page that a form
// led to just before.
func (p *tab) goTo(path string) {
	p.t.Helper()
	ctx, cancel := p.within()
	defer cancel()
	visit, err := chromedp.Run(ctx, command(page.Navigate, page.NavigateParams{URL: p.site.url + path}))
	if err != nil || visit.ErrorText != "" {
		p.t.Fatalf("%s: %s: %s, %v", p.name(), path, visit.ErrorText, err)
	}
	p.until("the page "+path, func() bool {
		now, err := chromedp.Run(ctx, command(page.GetFrameTree, cdp.Empty{}))
		if err != nil || visit.LoaderID != "" && now.FrameTree.Frame.LoaderID != visit.LoaderID {
			return false
		}
		loaded, err := ask[bool](p, `document.readyState === 'complete'`)
		return err == nil && loaded
	})
}

// size makes the window that large, without a phone's touch.
func (p *tab) size(width, height int64) {
	p.t.Helper()
	p.call(chromedp.EmulateViewport(width, height))
}

// ask asks the page for the value of an expression, which may be a promise.
func ask[T any](p *tab, expr string, args ...any) (T, error) {
	ctx, cancel := p.within()
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](question(expr, args), chromedp.EvalAwaitPromise))
}

// question puts the arguments, as JSON, where the expression has %s, and the
// helpers in front.
func question(expr string, args []any) string {
	lits := make([]any, len(args))
	for i, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			panic(err) // a test's own literal
		}
		lits[i] = string(b)
	}
	if len(lits) > 0 {
		expr = fmt.Sprintf(expr, lits...)
	}
	return "(async () => {" + inPage + "\nreturn (" + expr + ");})()"
}

// get is ask for an expression that must work.
func get[T any](p *tab, expr string, args ...any) T {
	p.t.Helper()
	v, err := ask[T](p, expr, args...)
	if err != nil {
		p.t.Fatalf("%s: %s: %v", p.name(), expr, err)
	}
	return v
}

// wait waits until the page has loaded and an expression is true; what says it
// in words. A page that is on its way answers nothing, and is asked again.
func (p *tab) wait(what, expr string, args ...any) {
	p.t.Helper()
	p.until(what, func() bool {
		ok, err := ask[bool](p, "document.readyState === 'complete' && !!("+expr+")", args...)
		return err == nil && ok
	})
}

// until asks again and again until the answer is yes.
func (p *tab) until(what string, ready func() bool) {
	p.t.Helper()
	end := time.After(patience)
	for !ready() {
		select {
		case <-end:
			p.t.Fatalf("%s waited in vain at %s: %s", p.name(), p.at(), what)
		case <-time.After(15 * time.Millisecond):
		}
	}
}

// waitText waits until the page shows a text.
func (p *tab) waitText(text string) {
	p.t.Helper()
	p.wait("the text "+text, `document.body.innerText.includes(%s)`, text)
}

// waitAt waits until the tab is at a path, and has loaded.
func (p *tab) waitAt(path string) {
	p.t.Helper()
	p.until("the page "+path, func() bool {
		here, err := ask[string](p, `document.readyState === 'complete' ? location.pathname + location.search : ''`)
		return err == nil && (here == path || !strings.Contains(path, "?") && strings.SplitN(here, "?", 2)[0] == path)
	})
}

// at is the path that the tab shows.
func (p *tab) at() string {
	ctx, cancel := p.within()
	defer cancel()
	where, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	if u, err := url.Parse(where); err == nil {
		return u.RequestURI()
	}
	return where
}

// picture keeps what the tab shows, and says where.
func (p *tab) picture() {
	ctx, cancel := p.within()
	defer cancel()
	b, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Logf("no picture of %s: %v", p.name(), err)
		return
	}
	dir, err := os.MkdirTemp("", "plumbline-failed-")
	if err == nil {
		file := filepath.Join(dir, strings.NewReplacer("/", "_", " ", "_").Replace(p.t.Name())+"-"+p.name()+".png")
		if err = os.WriteFile(file, b, 0o600); err == nil {
			p.t.Logf("%s saw %s: %s", p.name(), p.at(), file)
			return
		}
	}
	p.t.Logf("the picture of %s was not kept: %v", p.name(), err)
}

func ptr[T any](v T) *T { return &v }
