// Package web is the pages: what a person sees and the forms they send. A
// handler parses, calls one method of the application, and fills one page; it
// returns an error, and one place turns errors into pages.
//
// Laws: every page works without script, forms post and redirect; the filter is
// the URL; nothing private reaches a page except through a view that asked for a
// clearance; user text goes through the sanitiser before it is HTML.
package web

import (
	"compress/gzip"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/assets"
)

// Options are what the pages need beside the use cases.
type Options struct {
	Log     *slog.Logger
	Version string
	Secure  bool            // cookies only over HTTPS
	Done    <-chan struct{} // closed when the server stops: open streams end
}

// Web serves the pages.
type Web struct {
	app  *app.App
	opt  Options
	text *markdown
}

// New makes the handler for every path that is not the API's.
func New(a *app.App, opt Options) http.Handler {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	w := &Web{app: a, opt: opt, text: newMarkdown()}
	mux := http.NewServeMux()
	mux.Handle("GET "+assets.Prefix, assets.Handler())
	w.routes(mux)
	guard := http.NewCrossOriginProtection()
	return w.headers(guard.Handler(compress(mux)))
}

// page is a handler that may fail; who is the actor, known or not.
type page func(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error

func (w *Web) routes(mux *http.ServeMux) {
	for pattern, h := range map[string]page{
		"GET /signin":       w.signIn,
		"POST /signin":      w.doSignIn,
		"POST /demo":        w.doDemo,
		"GET /setup":        w.setUp,
		"POST /setup":       w.doSetUp,
		"POST /theme":       w.doTheme,
		"GET /help":         w.help,
		"GET /help/{topic}": w.help,
	} {
		mux.Handle(pattern, w.open(h))
	}
	for pattern, h := range map[string]page{
		"GET /{$}":                     w.home,
		"POST /signout":                w.doSignOut,
		"GET /live":                    w.live,
		"GET /search":                  w.search,
		"GET /inbox":                   w.inbox,
		"GET /items":                   w.items,
		"GET /board":                   w.board,
		"GET /ask":                     w.ask,
		"POST /ask":                    w.doAsk,
		"GET /decisions":               w.decisions,
		"GET /items/{key}":             w.item,
		"GET /items/{key}/{form}":      w.itemForm,
		"POST /items/{key}/accept":     w.doAccept,
		"POST /items/{key}/edit":       w.doEdit,
		"POST /items/{key}/move":       w.doMove,
		"POST /items/{key}/demand":     w.doDemand,
		"POST /items/{key}/evidence":   w.doEvidence,
		"POST /items/{key}/comment":    w.doComment,
		"POST /items/{key}/decide":     w.doDecide,
		"POST /items/{key}/handoff":    w.doHandOff,
		"POST /items/{key}/watch":      w.doWatch,
		"GET /settings":                w.settings,
		"GET /settings/{tab}":          w.settings,
		"POST /settings/teams":         w.doTeam,
		"POST /settings/products":      w.doProduct,
		"POST /settings/accounts":      w.doAccount,
		"POST /settings/people":        w.doPerson,
		"POST /settings/tokens":        w.doToken,
		"POST /settings/tokens/{id}":   w.doRevoke,
		"POST /settings/trackers/{id}": w.doTracker,
		"GET /":                        w.nothing,
	} {
		mux.Handle(pattern, w.signedIn(h))
	}
}

// open wraps a handler for everybody.
func (w *Web) open(h page) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		defer w.recovered(rw, r)
		who, err := w.who(r)
		if err != nil {
			who = plumbline.Nobody()
		}
		if err := h(rw, r, who); err != nil {
			w.fail(rw, r, who, err)
		}
	})
}

// signedIn wraps a handler for people with a session; others sign in first and
// come back.
func (w *Web) signedIn(h page) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		defer w.recovered(rw, r)
		who, err := w.who(r)
		if err == nil {
			err = h(rw, r, who)
		}
		switch {
		case err == nil:
		case plumbline.KindOf(err) == plumbline.Unauthenticated && !wantsJSON(r) && r.Method == http.MethodGet:
			http.Redirect(rw, r, "/signin?next="+escape(r.URL.RequestURI()), http.StatusSeeOther)
		default:
			w.fail(rw, r, who, err)
		}
	})
}

// sessionCookie names the cookie that holds a session.
const sessionCookie = "plumbline_session"

func (w *Web) who(r *http.Request) (plumbline.Actor, error) {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return plumbline.Nobody(), plumbline.Errorf(plumbline.Unauthenticated, "Sign in first.")
	}
	return w.app.Who(r.Context(), c.Value, "web")
}

// recovered turns a panic into an error page, so that one bad request does not
// take the server down.
func (w *Web) recovered(rw http.ResponseWriter, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler { //nolint:errorlint // a panic value, not an error chain
		panic(p)
	}
	w.opt.Log.Error("page panicked", "path", r.URL.Path, "panic", p)
	w.fail(rw, r, plumbline.Nobody(), plumbline.Errorf(plumbline.Internal, "panic"))
}

// headers sets what every answer has: the page runs nothing that is not its own.
func (w *Web) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		h := rw.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data: https:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(rw, r)
	})
}

// statusOf is the HTTP status of each kind of error.
var statusOf = map[plumbline.Kind]int{
	plumbline.Internal: 500, plumbline.Invalid: 422, plumbline.NotFound: 404, plumbline.Conflict: 409,
	plumbline.Denied: 403, plumbline.Unauthenticated: 401, plumbline.Unavailable: 503,
}

func (w *Web) nothing(http.ResponseWriter, *http.Request, plumbline.Actor) error {
	return plumbline.Errorf(plumbline.NotFound, "There is no page at this address. The start page leads everywhere.")
}

// gzipPool keeps compressors: one is 800 kB.
var gzipPool = sync.Pool{New: func() any { z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return z }}

// compress packs pages; streams and assets see to themselves.
func compress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		own := strings.HasPrefix(r.URL.Path, assets.Prefix) || r.URL.Path == "/live"
		if own || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(rw, r)
			return
		}
		z := gzipPool.Get().(*gzip.Writer)
		defer gzipPool.Put(z)
		p := &packed{ResponseWriter: rw, z: z}
		defer p.close()
		next.ServeHTTP(p, r)
	})
}

// packed compresses a body, if there is one.
type packed struct {
	http.ResponseWriter
	z     *gzip.Writer
	begun bool
}

// WriteHeader announces the compression, save for answers without a body.
func (p *packed) WriteHeader(status int) {
	if !p.begun && status != http.StatusNoContent && status != http.StatusNotModified && status != http.StatusSeeOther {
		p.begin()
	}
	p.ResponseWriter.WriteHeader(status)
}

func (p *packed) begin() {
	p.begun = true
	h := p.Header()
	h.Set("Content-Encoding", "gzip")
	h.Add("Vary", "Accept-Encoding")
	h.Del("Content-Length")
	p.z.Reset(p.ResponseWriter)
}

// Write compresses b.
func (p *packed) Write(b []byte) (int, error) {
	if !p.begun {
		if p.Header().Get("Content-Type") == "" {
			p.Header().Set("Content-Type", http.DetectContentType(b))
		}
		p.begin()
	}
	return p.z.Write(b)
}

func (p *packed) close() {
	if p.begun {
		_ = p.z.Close()
	}
}

// canceled says that the person went away.
func canceled(err error) bool { return errors.Is(err, context.Canceled) }
