// Package gitlabtest is a fake GitLab server: one project with labels, issues,
// comments and webhooks, over the REST API version 4, as faithful as Plumbline
// needs it, with GitLab's surprises. Labels that do not exist are created by a
// write; without the right to set metadata they are skipped with a 200; scoped
// labels exclude each other only with a licence; commands in comments run;
// pages of comments may be short; webhooks are sent once and switched off after
// four failures.
//
// Methods named after a person's action act as that person, without the API.
package gitlabtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"plumbline/internal/link/linktest"
)

// Access levels of GitLab.
const (
	Nobody     = 0
	Guest      = 10
	Planner    = 15
	Reporter   = 20
	Developer  = 30
	Maintainer = 40
)

// Options say what kind of server it is. The zero value will do.
type Options struct {
	Project string           // path; "group/infra" when empty
	Token   string           // of our bot "plumbline-bot"; "glpat-fake" when empty
	Premium bool             // licensed: scoped labels are exclusive
	Version string           // "18.5.0-ee" when empty
	Listen  string           // address; a free one of this machine when empty
	Now     func() time.Time // time.Now when nil
	Secret  string           // of webhooks made by AddHook, sent as X-Gitlab-Token
	Signing string           // signing token (whsec_…) of webhooks made by AddHook

	WorkItems   bool // webhooks say object_kind "work_item"
	SpacedTimes bool // webhooks write times as "2017-09-15 16:50:55 UTC"
}

// Bot is the login that the options' token belongs to.
const Bot = "plumbline-bot"

// Server is the fake. Its Wire has the address, the log of requests and the
// troubles; its Courier has the webhook deliveries.
type Server struct {
	*linktest.Wire
	Courier *linktest.Courier

	opt      Options
	mu       sync.Mutex
	last     int64 // id given out last
	count    int   // of requests, for the rate limit headers
	levels   map[string]int
	tokens   map[string]*Token
	projects []*project // the first is the one that matters
	shared   []*label   // of the group
	hooks    []*Hook
}

// Token is an access token. A zero Expires never does.
type Token struct {
	Value   string
	Login   string
	Scopes  []string
	Expires time.Time
	Revoked bool
}

type project struct {
	id       int64
	path     string
	formerly []string
	archived bool
	off      bool // issues are
	labels   []*label
	issues   []*issue
	lastIID  int64
}

type label struct {
	id    int64
	title string
	group bool
	gone  bool
}

type issue struct {
	id, iid      int64
	project      *project
	title, body  string
	closed       bool
	confidential bool
	labels       []*label
	author       string
	created      time.Time
	updated      time.Time
	movedTo      *issue
	notes        []*note
	changes      []change
}

type note struct {
	id      int64
	author  string
	body    string
	system  bool
	hidden  bool // dropped from a page after the page was cut
	created time.Time
	updated time.Time
}

// change is one entry of an issue's history: of a label, or of its state.
type change struct {
	id    int64
	who   string
	at    time.Time
	label *label
	added bool
	state string
}

// New starts a server. Its bot is a Developer with scope "api". Close it at the
// end.
func New(opt Options) *Server {
	def(&opt.Project, "group/infra")
	def(&opt.Token, "glpat-fake")
	def(&opt.Version, "18.5.0-ee")
	if opt.Now == nil {
		opt.Now = time.Now
	}
	s := &Server{
		opt: opt, last: 4700, levels: map[string]int{Bot: Developer}, tokens: map[string]*Token{},
		Courier: linktest.NewCourier(10*time.Second, false),
	}
	s.projects = []*project{{id: s.id(), path: opt.Project}}
	s.tokens[opt.Token] = &Token{Value: opt.Token, Login: Bot, Scopes: []string{"api"}}
	s.Wire = linktest.NewWire(opt.Listen, opt.Now, s.routes())
	return s
}

func def(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

// Close ends the server and its deliveries.
func (s *Server) Close() {
	s.Courier.Close()
	s.Wire.Close()
}

// ProjectID is the number of the project.
func (s *Server) ProjectID() string { return strconv.FormatInt(s.projects[0].id, 10) }

// SetLevel gives a person, or the bot, an access level. Persons are Developers
// before.
func (s *Server) SetLevel(login string, level int) {
	defer s.lock()()
	s.levels[login] = level
}

// SetToken adds or changes an access token.
func (s *Server) SetToken(t Token) {
	defer s.lock()()
	s.tokens[t.Value] = &t
}

// RevokeToken revokes the bot's own token.
func (s *Server) RevokeToken() {
	defer s.lock()()
	s.tokens[s.opt.Token].Revoked = true
}

func (s *Server) lock() (unlock func()) {
	s.mu.Lock()
	return s.mu.Unlock
}

func (s *Server) id() int64 {
	s.last++
	return s.last
}

func (s *Server) now() time.Time { return s.opt.Now().UTC().Truncate(time.Microsecond) }

func (s *Server) level(login string) int {
	if n, ok := s.levels[login]; ok {
		return n
	}
	return Developer
}

// maySee says whether a person may see an issue; a confidential one is for
// planners and up, and for who wrote it.
func (s *Server) maySee(login string, is *issue) bool {
	return !is.confidential || s.level(login) >= Planner || is.author == login
}

// ref finds an issue of the project, or panics: the test is wrong.
func (s *Server) ref(ref string) *issue {
	for _, is := range s.projects[0].issues {
		if strconv.FormatInt(is.iid, 10) == ref {
			return is
		}
	}
	panic(fmt.Sprintf("gitlabtest: there is no issue %q", ref))
}

func (p *project) find(iid string) *issue {
	for _, is := range p.issues {
		if strconv.FormatInt(is.iid, 10) == iid {
			return is
		}
	}
	return nil
}

func (is *issue) titles() []string {
	out := []string{}
	for _, l := range is.labels {
		out = append(out, l.title)
	}
	sort.Strings(out)
	return out
}

func (is *issue) reference() string { return is.project.path + "#" + strconv.FormatInt(is.iid, 10) }

func iso(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func split(s string) []string {
	var out []string
	for _, one := range strings.Split(s, ",") {
		if one = strings.TrimSpace(one); one != "" {
			out = append(out, one)
		}
	}
	return out
}
