// Package giteatest is a fake Gitea server: one repository with labels,
// issues, comments and webhooks, over the REST API version 1, as faithful as
// Plumbline needs it, with the surprises that were seen on real servers (1.23.6
// and 1.26). Writes that change nothing still send a webhook; a replacement of
// labels sends one without labels, a clearing one with the old labels; labels
// that do not exist are ignored with a 200, also as a filter; one name may mean
// several labels; a renamed repository redirects, also a POST; webhooks are
// sent once.
//
// Methods named after a person's action act as that person, without the API.
package giteatest

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

// Rights in the repository.
const (
	None  = "none"
	Read  = "read"
	Write = "write"
	Admin = "admin"
)

// Options say what kind of server it is. The zero value will do.
type Options struct {
	Repo    string           // owner/name; "org/infra" when empty
	Token   string           // of our bot "plumbline-bot"; "gitea-fake" when empty
	Version string           // "1.23.6" when empty; from "1.26" on, deletions are announced and redirects are 301
	Forgejo bool             // sends X-Forgejo-* headers too
	ByUser  bool             // the owner is a user, so there are no labels of an organisation
	Listen  string           // address; a free one of this machine when empty
	Now     func() time.Time // time.Now when nil
	Secret  string           // of webhooks made by AddHook
}

// Bot is the login that the options' token belongs to.
const Bot = "plumbline-bot"

// Server is the fake. Its Wire has the address, the log of requests and the
// troubles; its Courier has the webhook deliveries.
type Server struct {
	*linktest.Wire
	Courier *linktest.Courier

	opt    Options
	mu     sync.Mutex
	last   map[string]int64 // id given out last, by kind
	rights map[string]string
	tokens map[string]string // login by value; "" when revoked
	repo   repo
	shared []*label // of the organisation
	hooks  []*Hook
}

type repo struct {
	id       int64
	path     string
	formerly []string
	archived bool
	off      bool // issues are
	labels   []*label
	issues   []*issue
}

type label struct {
	id        int64
	name      string
	org       bool
	exclusive bool
	gone      bool
}

type issue struct {
	id, number  int64
	title, body string
	closed      bool
	pull        bool
	labels      []*label
	author      string
	created     time.Time
	updated     time.Time
	line        []*entry
}

// entry is one of an issue's timeline: a comment or a change of a label.
type entry struct {
	id      int64
	kind    string // "comment" or "label"
	who     string
	body    string // of a label: "1" when added, "" when removed
	label   *label
	created time.Time
	updated time.Time
}

// New starts a server. Its bot may write. Close it at the end.
func New(opt Options) *Server {
	def(&opt.Repo, "org/infra")
	def(&opt.Token, "gitea-fake")
	def(&opt.Version, "1.23.6")
	if opt.Now == nil {
		opt.Now = time.Now
	}
	s := &Server{
		opt: opt, last: map[string]int64{}, rights: map[string]string{}, tokens: map[string]string{opt.Token: Bot},
		Courier: linktest.NewCourier(5*time.Second, true),
	}
	s.repo = repo{id: s.id("repo") + 16, path: opt.Repo}
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

// RepoID is the number of the repository.
func (s *Server) RepoID() string { return strconv.FormatInt(s.repo.id, 10) }

// SetRight gives a person, or the bot, a right. Everybody may write before.
func (s *Server) SetRight(login, right string) {
	defer s.lock()()
	s.rights[login] = right
}

// SetToken adds an access token of a person.
func (s *Server) SetToken(value, login string) {
	defer s.lock()()
	s.tokens[value] = login
}

// RevokeToken revokes the bot's own token.
func (s *Server) RevokeToken() {
	defer s.lock()()
	s.tokens[s.opt.Token] = ""
}

func (s *Server) lock() (unlock func()) {
	s.mu.Lock()
	return s.mu.Unlock
}

func (s *Server) id(kind string) int64 {
	s.last[kind]++
	return s.last[kind]
}

// now has seconds only, as the server's database.
func (s *Server) now() time.Time { return s.opt.Now().UTC().Truncate(time.Second) }

func (s *Server) right(login string) string {
	if r, ok := s.rights[login]; ok {
		return r
	}
	return Write
}

func (s *Server) mayWrite(login string) bool {
	return s.right(login) == Write || s.right(login) == Admin
}

func (s *Server) recent() bool { return !strings.HasPrefix(s.opt.Version, "1.23") }

func (s *Server) find(ref string) *issue {
	for _, is := range s.repo.issues {
		if strconv.FormatInt(is.number, 10) == ref {
			return is
		}
	}
	return nil
}

// ref finds an issue, or panics: the test is wrong.
func (s *Server) ref(ref string) *issue {
	if is := s.find(ref); is != nil {
		return is
	}
	panic(fmt.Sprintf("giteatest: there is no issue %q", ref))
}

func (is *issue) names() []string {
	out := []string{}
	for _, l := range is.labels {
		out = append(out, l.name)
	}
	sort.Strings(out)
	return out
}

// all are the labels of the repository and of the organisation.
func (s *Server) all() []*label {
	return append(append([]*label(nil), s.repo.labels...), s.shared...)
}

func iso(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
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
