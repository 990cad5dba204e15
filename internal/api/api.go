// Package api is the programs' door: the JSON API with its OpenAPI document,
// the hooks that trackers call, and what operators ask (/healthz, /readyz,
// /metrics).
//
// It owns the nouns of HTTP: the [Problem] in which every error leaves, the
// idempotency key, the rate limit, the event stream, and the [Metrics].
//
// Laws: a route parses, calls one method of app and writes what that returns.
// What is not known (a field, a parameter, a route) is refused, never ignored.
// Nothing here reveals a private value: the views of app decide who reads what.
// A hook is verified on its raw bytes, stored and answered; it is never
// redirected and never waited for.
package api

import (
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/link"
	"plumbline/internal/turn"
)

// Session is the name of the cookie that the pages' sessions travel in.
const Session = "plumbline_session"

// MaxBody is the most that a request to the API may carry, in bytes.
const MaxBody = 2 << 20

// Options say how the door is hung.
type Options struct {
	Hooks   map[plumbline.LinkID]link.Hook // who verifies the deliveries of which tracker
	Alarms  map[plumbline.LinkID]link.Hook // likewise of sources of alarms
	Log     *slog.Logger                   // nil: nothing is logged
	Version string                         // of the program, for the document and /metrics
	Metrics *Metrics                       // nil: its own
	Rate    Rate                           // zero: generous
	As      *plumbline.Actor               // every request is this actor's: the command line working on the store itself
}

// server is the door over one App.
type server struct {
	app     *app.App
	hooks   map[plumbline.LinkID]*hookGate
	log     *slog.Logger
	version string
	metrics *Metrics
	as      *plumbline.Actor
	mux     *http.ServeMux
	openapi *huma.OpenAPI
	limits  *limiter // by actor
	strays  *limiter // by address, of requests that nobody signed
	origins *http.CrossOriginProtection
	once    *inFlight
	streams atomic.Int64
	imports chan struct{} // slots for imports
	large   chan struct{} // slots for hook bodies beyond a mebibyte
	doc     document
}

// New hangs the door: a handler for every path that [Owns] names.
func New(a *app.App, o Options) http.Handler {
	if o.Log == nil {
		o.Log = discard()
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics()
	}
	s := &server{
		app: a, log: o.Log, version: o.Version, metrics: o.Metrics, as: o.As,
		mux: http.NewServeMux(), origins: http.NewCrossOriginProtection(),
		limits: newLimiter(o.Rate.orDefault()), strays: newLimiter(Rate{PerSecond: 5, Burst: 60}),
		once: newInFlight(), large: make(chan struct{}, largeHooks), imports: make(chan struct{}, importSlots),
	}
	s.hooks = gates(o.Hooks, o.Alarms)
	s.openapi = s.describe()
	s.routeItems()
	s.routeTriage()
	s.routeLists()
	s.routeCatalog()
	s.routeEstate()
	s.routeIntake()
	s.routePeople()
	s.routeViews()
	s.routeLimits()
	s.routeBulk()
	s.routeLinks()
	s.routeEvents()
	s.routeExchange()
	s.routeEvidence()
	s.routeControls()
	s.routeObjectives()
	s.routePlanning()
	s.routeNotices()
	s.routeWebhooks()
	s.routeFeed()
	s.routeJudging()
	s.routeRanking()
	s.routeConstraints()
	s.routeFindings()
	s.routeCost()
	s.routeFlow()
	s.routeCapacity()
	s.routeIncidents()
	s.routeReport()
	s.finishSchemas()
	showExamples(s.openapi)
	s.mux.HandleFunc("GET /api/openapi.json", s.serveDocument)
	s.mux.HandleFunc("GET /healthz", s.healthz)
	s.mux.HandleFunc("GET /readyz", s.readyz)
	s.mux.HandleFunc("GET /metrics", s.serveMetrics)
	return turn.Handler(s.guard(http.HandlerFunc(s.dispatch)))
}

// Owns says whether a path belongs to this door and not to the pages.
func Owns(path string) bool {
	switch path {
	case "/healthz", "/readyz", "/metrics", "/api", "/hooks":
		return true
	}
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/hooks/")
}

// dispatch sends a request to its route. Hooks go around the mux, which would
// redirect a path that is written in an unusual way.
func (s *server) dispatch(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/hooks" || strings.HasPrefix(r.URL.Path, "/hooks/") {
		r.Pattern = "/hooks/{link}"
		s.receive(w, r)
		return
	}
	_, pattern := s.mux.Handler(r)
	switch {
	case pattern == "":
		s.noRoute(w, r)
	case strings.HasPrefix(r.URL.Path, "/api/v1/"):
		s.enter(w, r)
	default:
		s.mux.ServeHTTP(w, r)
	}
}

// noRoute answers for a path that is not there, or not with this method.
func (s *server) noRoute(w http.ResponseWriter, r *http.Request) {
	probe := &headerOnly{header: http.Header{}}
	s.mux.ServeHTTP(probe, r)
	if allow := probe.header.Get("Allow"); probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", allow)
		writeProblem(w, Problem{Status: probe.status, Kind: plumbline.Invalid.String(),
			Detail: "This address does not take " + r.Method + "; it takes " + allow + "."})
		return
	}
	writeProblem(w, problemOf(plumbline.Errorf(plumbline.NotFound, "There is nothing at %s. The API is described at /api/openapi.json.", r.URL.Path)))
}

// headerOnly is a response of which only the head is wanted.
type headerOnly struct {
	header http.Header
	status int
}

func (h *headerOnly) Header() http.Header         { return h.header }
func (h *headerOnly) Write(b []byte) (int, error) { return len(b), nil }
func (h *headerOnly) WriteHeader(status int)      { h.status = status }
