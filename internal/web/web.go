// Package web is the pages: what a person sees and the forms they send. A
// handler parses, calls one method of the application, and fills one page; it
// returns an error, and one place turns errors into pages.
//
// Laws: every page works without script, forms post and redirect; the filter is
// the URL; nothing private reaches a page except through a view that asked for a
// clearance; user text goes through the sanitiser before it is HTML.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/turn"
	"plumbline/internal/web/assets"
)

// Options are what the pages need beside the use cases.
type Options struct {
	Log     *slog.Logger
	Version string
	Secure  bool            // cookies only over HTTPS
	Done    <-chan struct{} // closed when the server stops: open streams end

	// Drawn, if set, is told of every page with a handler that draws it again from
	// what is in memory, through the same templates and compression: what a
	// measurement compares a page with.
	Drawn func(page *url.URL, again http.Handler)
}

// Web serves the pages.
type Web struct {
	app  *app.App
	opt  Options
	text *markdown // what people wrote: its headings stand below the page's
	docs *markdown // the help pages
}

// New makes the handler for every path that is not the API's.
func New(a *app.App, opt Options) http.Handler {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	w := &Web{app: a, opt: opt, text: newMarkdown(2), docs: newDocs()}
	mux := http.NewServeMux()
	mux.Handle("GET "+assets.Prefix, assets.Handler())
	w.routes(mux)
	w.routeFeeds(mux)
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(w.open(w.foreign))
	return turn.Handler(w.headers(compress(guard.Handler(mux))))
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
		"GET /unsubscribe":  w.unsubscribe,
		"POST /unsubscribe": w.doUnsubscribe,
	} {
		mux.Handle(pattern, w.open(h))
	}
	for _, part := range []map[string]page{
		w.ownPages(), w.itemPages(), w.settingsPages(), w.judgingPages(),
		w.evidencePages(),
		w.objectivesPages(),
		w.costPages(),
		w.capacityPages(),
		w.flowPages(),
		w.findingPages(),
		w.compliancePages(),
		w.incidentPages(),
		w.reportPages(),
		w.limitPages(),
		w.planningPages(),
	} {
		for pattern, h := range part {
			mux.Handle(pattern, w.signedIn(h))
		}
	}
}

// ownPages are those beside items and settings, for people with a session.
func (w *Web) ownPages() map[string]page {
	return map[string]page{
		"GET /{$}":                      w.home,
		"POST /signout":                 w.doSignOut,
		"GET /live":                     w.live,
		"GET /search":                   w.search,
		"GET /complete":                 w.complete,
		"GET /inbox":                    w.inbox,
		"GET /items":                    w.items,
		"GET /board":                    w.board,
		"GET /table":                    w.table,
		"POST /table/{key}":             w.doCells,
		"GET /timeline":                 w.timeline,
		"GET /bulk":                     w.bulk,
		"POST /bulk":                    w.doBulk,
		"POST /bulk/undo":               w.doUndoBulk,
		"GET /views/{id}":               w.view,
		"POST /views":                   w.doMakeView,
		"POST /views/{id}":              w.doChangeView,
		"POST /views/{id}/default":      w.doBeginWith,
		"POST /views/{id}/delete":       w.doDeleteView,
		"GET /ask":                      w.ask,
		"POST /ask":                     w.doAsk,
		"GET /mine":                     w.mine,
		"GET /decisions":                w.decisions,
		"GET /today":                    w.today,
		"GET /today/{part}":             w.todayPart,
		"GET /products":                 w.products,
		"GET /products/{ref}":           w.product,
		"GET /products/{ref}/edit":      w.factsForm,
		"POST /products/{ref}/edit":     w.doFacts,
		"GET /products/{ref}/maturity":  w.maturity,
		"POST /products/{ref}/maturity": w.doMaturity,
		"POST /products/{ref}/reach":    w.doReach,
		"GET /teams":                    w.teams,
		"GET /teams/{ref}":              w.team,
		"GET /processes/{id}":           w.process,
		"POST /processes/{id}":          w.doLimit,
		"GET /people":                   w.handles,
		"GET /similar":                  w.similar,
		"GET /export/{format}":          w.export,
		"GET /notices":                  w.notices,
		"POST /notices/read":            w.doReadNotices,
		"GET /":                         w.nothing,
	}
}

// itemPages are those about one item.
func (w *Web) itemPages() map[string]page {
	return map[string]page{
		"GET /items/{key}":            w.item,
		"GET /items/{key}/brief":      w.brief,
		"GET /items/{key}/{form}":     w.itemForm,
		"GET /items/{key}/history":    w.history,
		"POST /items/{key}/accept":    w.doAccept,
		"POST /items/{key}/ask":       w.doAskBack,
		"POST /items/{key}/snooze":    w.doSnooze,
		"POST /items/{key}/undo":      w.doUndo,
		"POST /items/{key}/said/{id}": w.doSaid,
		"POST /items/{key}/edit":      w.doEdit,
		"POST /items/{key}/move":      w.doMove,
		"POST /items/{key}/demand":    w.doDemand,
		"POST /items/{key}/evidence":  w.doEvidence,
		"POST /items/{key}/comment":   w.doComment,
		"POST /items/{key}/decide":    w.doDecide,
		"POST /items/{key}/handoff":   w.doHandOff,
		"POST /items/{key}/watch":     w.doWatch,
		"POST /items/{key}/vote":      w.doVote,
		"POST /items/{key}/merge":     w.doMerge,
		"POST /items/{key}/unmerge":   w.doUnmerge,
		"POST /items/{key}/relate":    w.doRelate,
		"POST /items/{key}/link":      w.doLink,
		"POST /items/{key}/convert":   w.doConvert,
		"POST /items/{key}/answer":    w.doAnswer,
		"POST /items/{key}/mute":      w.doMute,
	}
}

// judgingPages are those about what comes first.
func (w *Web) judgingPages() map[string]page {
	return map[string]page{
		"GET /ranking":                 w.ranking,
		"GET /ranking/{key}":           w.explain,
		"POST /items/{key}/estimates":  w.doEstimate,
		"GET /ranking/estimates":       w.estimates,
		"POST /ranking/estimates":      w.doEstimates,
		"GET /ranking/validate":        w.validate,
		"GET /ranking/rounds":          w.rounds,
		"POST /ranking/rounds":         w.doOpenRound,
		"GET /ranking/rounds/{id}":     w.round,
		"POST /ranking/rounds/{id}":    w.doRound,
		"GET /ranking/pairs":           w.pairs,
		"POST /ranking/pairs":          w.doCompare,
		"GET /ranking/calibration":     w.calibration,
		"GET /duties":                  w.duties,
		"POST /items/{key}/extensions": w.doExtend,
		"POST /items/{key}/reality":    w.doReality,
		"POST /settings/policies":      w.doPolicy,
	}
}

// settingsPages are the settings.
func (w *Web) settingsPages() map[string]page {
	return map[string]page{
		"POST /settings/rotation":        w.doRotation,
		"GET /settings":                  w.settings,
		"GET /settings/{tab}":            w.settings,
		"POST /settings/teams":           w.doTeam,
		"POST /settings/products":        w.doProduct,
		"POST /settings/accounts":        w.doAccount,
		"POST /settings/people":          w.doPerson,
		"POST /settings/templates":       w.doTemplate,
		"POST /settings/tokens":          w.doToken,
		"POST /settings/tokens/{id}":     w.doRevoke,
		"POST /settings/trackers/{id}":   w.doTracker,
		"POST /settings/import":          w.doUpload,
		"GET /settings/import/{id}":      w.upload,
		"POST /settings/import/{id}":     w.doImport,
		"GET /settings/log/export":       w.exportLog,
		"POST /settings/notifications":   w.doPrefs,
		"POST /settings/feed":            w.doFeed,
		"POST /settings/webhooks":        w.doWebhook,
		"POST /settings/webhooks/{id}":   w.doHook,
		"POST /settings/deliveries/{id}": w.doAgain,
	}
}

// routeFeeds are the addresses that programs come to by themselves.
func (w *Web) routeFeeds(mux *http.ServeMux) {
	mux.Handle("GET /feeds/items.atom", w.fed(w.itemsFeed))
	mux.Handle("GET /feeds/items/{file}", w.fed(w.itemFeed))
	mux.Handle("GET /feeds/decisions.atom", w.fed(w.decisionsFeed))
	mux.Handle("GET /feeds/standings.atom", w.fed(w.standingsFeed))
	mux.Handle("GET /calendar/due.ics", w.fed(w.calendar))
}

// open wraps a handler for everybody.
func (w *Web) open(h page) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		defer w.recovered(rw, r)
		who, err := w.who(r)
		if err != nil {
			who = plumbline.Nobody()
		}
		if err = readForm(rw, r); err == nil {
			err = h(rw, r, who)
		}
		if err != nil {
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
			err = readForm(rw, r)
		}
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

// maxForm is the most that a form may send: a text of one mebibyte takes up to
// three when every byte of it is escaped.
const maxForm = 4 << 20

// readForm parses what was posted, so that handlers find it in r.PostForm.
func readForm(rw http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost || sendsEvidence(r) {
		return nil
	}
	most := int64(maxForm)
	if sends(r) {
		most = maxSent
	}
	r.Body = http.MaxBytesReader(rw, r.Body, most)
	err := r.ParseForm()
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return plumbline.Errorf(plumbline.Invalid, "The form is too large: a text may have one mebibyte. Put the long part where it can be linked to.")
	case err != nil:
		return plumbline.Errorf(plumbline.Invalid, "The form could not be read. Load the page again and repeat.")
	}
	return nil
}

// foreign answers forms that another site sent in a person's name.
func (w *Web) foreign(http.ResponseWriter, *http.Request, plumbline.Actor) error {
	return plumbline.Errorf(plumbline.Denied, "Another site sent this form in your name, so nothing was done. Open the page here and send it again.")
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
	w.opt.Log.Error("page panicked", "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
	w.fail(rw, r, plumbline.Nobody(), plumbline.Errorf(plumbline.Internal, "panic"))
}

// policy lets a page run and load only what is its own; what people wrote
// cannot even show a picture from elsewhere, which would tell who reads it.
const policy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"

// headers sets what every answer has.
func (w *Web) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		h := rw.Header()
		h.Set("Content-Security-Policy", policy)
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

// canceled says that the person went away.
func canceled(err error) bool { return errors.Is(err, context.Canceled) }
