package giteatest

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// call is one request to the API, by somebody who is known.
type call struct {
	*Server
	w   http.ResponseWriter
	r   *http.Request
	who string
	in  map[string]json.RawMessage // fields of the body
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	const r = "/api/v1/repos/{owner}/{name}"
	mux.HandleFunc("GET /api/v1/version", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"version": s.opt.Version})
	})
	for pattern, handle := range map[string]func(*call){
		"GET /api/v1/user":                        func(c *call) { answer(c.w, http.StatusOK, c.asUser(c.who)) },
		"GET /api/v1/repositories/{id}":           (*call).showByID,
		"GET /api/v1/orgs/{org}/labels":           (*call).listOrgLabels,
		"GET " + r:                                func(c *call) { answer(c.w, http.StatusOK, c.asRepo(c.who)) },
		"GET " + r + "/labels":                    func(c *call) { c.page(c.asLabels(c.repo.labels), 30) },
		"POST " + r + "/labels":                   (*call).createLabel,
		"GET " + r + "/issues":                    (*call).listIssues,
		"POST " + r + "/issues":                   (*call).createIssue,
		"GET " + r + "/issues/{n}":                (*call).showIssue,
		"PATCH " + r + "/issues/{n}":              (*call).editIssue,
		"GET " + r + "/issues/{n}/labels":         (*call).issueLabels,
		"POST " + r + "/issues/{n}/labels":        (*call).addLabels,
		"PUT " + r + "/issues/{n}/labels":         (*call).replaceLabels,
		"DELETE " + r + "/issues/{n}/labels":      (*call).clearLabels,
		"DELETE " + r + "/issues/{n}/labels/{id}": (*call).removeLabel,
		"GET " + r + "/issues/{n}/comments":       (*call).listComments,
		"POST " + r + "/issues/{n}/comments":      (*call).createComment,
		"GET " + r + "/comments/{comment}":        (*call).showComment,
		"PATCH " + r + "/comments/{comment}":      (*call).editComment,
		"GET " + r + "/issues/{n}/timeline":       (*call).timeline,
		"GET " + r + "/hooks":                     (*call).listHooks,
		"POST " + r + "/hooks":                    (*call).createHook,
		"PATCH " + r + "/hooks/{id}":              (*call).editHook,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.enter(w, r, handle) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { s.fail(w, http.StatusNotFound, notFound) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = strings.Replace(r.URL.Path, "/issues/comments/", "/comments/", 1) // or it would clash with an issue's number
		mux.ServeHTTP(w, r)
	})
}

const notFound = "The target couldn't be found."

func (s *Server) fail(w http.ResponseWriter, status int, message string) {
	body := map[string]any{"message": message, "url": s.URL + "/api/swagger"}
	if status == http.StatusNotFound {
		body["errors"] = nil
	}
	answer(w, status, body)
}

// enter checks the token, the repository's path and what may be done at all.
// One request is handled at a time.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, handle func(*call)) {
	defer s.lock()()
	c := &call{Server: s, w: w, r: r}
	value := r.Header.Get("Authorization")
	for _, prefix := range []string{"token ", "Bearer "} {
		value = strings.TrimPrefix(value, prefix)
	}
	if value == "" {
		c.no(http.StatusUnauthorized, "token is required")
		return
	}
	if c.who = s.tokens[value]; c.who == "" {
		c.no(http.StatusUnauthorized, "user does not exist [uid: 0, name: ]")
		return
	}
	if raw, err := io.ReadAll(r.Body); err != nil || len(raw) > 0 && json.Unmarshal(raw, &c.in) != nil {
		c.no(http.StatusUnprocessableEntity, "[]: json: cannot unmarshal")
		return
	}
	if owner := r.PathValue("owner"); owner != "" && !c.mayEnter(owner+"/"+r.PathValue("name")) {
		return
	}
	handle(c)
}

func (c *call) no(status int, message string) { c.fail(c.w, status, message) }

// mayEnter answers for a former path, a stranger's repository, one without
// issues and one that is archived.
func (c *call) mayEnter(path string) bool {
	switch {
	case contains(c.repo.formerly, path):
		c.redirect(path)
	case !strings.EqualFold(path, c.repo.path) || c.right(c.who) == None:
		c.no(http.StatusNotFound, notFound)
	case c.repo.off && strings.Contains(c.r.URL.Path, "/issues"):
		c.no(http.StatusNotFound, notFound)
	case c.repo.archived && c.r.Method != http.MethodGet:
		c.no(http.StatusLocked, fmt.Sprintf("<Repository %d:%s> is archived", c.repo.id, c.repo.path))
	default:
		return true
	}
	return false
}

// redirect leads to the new path, whatever the method, by a relative address.
func (c *call) redirect(old string) {
	status := http.StatusTemporaryRedirect
	if c.recent() {
		status = http.StatusMovedPermanently
	}
	to := strings.Replace(c.r.RequestURI, "/repos/"+old, "/repos/"+c.repo.path, 1)
	c.w.Header().Set("Location", to)
	c.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	c.w.WriteHeader(status)
	fmt.Fprintf(c.w, "<a href=\"%s\">%s</a>.\n\n", html.EscapeString(to), http.StatusText(status))
}

func (c *call) showByID() {
	if c.r.PathValue("id") != strconv.FormatInt(c.repo.id, 10) || c.right(c.who) == None {
		c.no(http.StatusNotFound, notFound)
		return
	}
	answer(c.w, http.StatusOK, c.asRepo(c.who))
}

func (c *call) listOrgLabels() {
	owner, _, _ := strings.Cut(c.repo.path, "/")
	if c.opt.ByUser || c.r.PathValue("org") != owner {
		c.no(http.StatusNotFound, notFound)
		return
	}
	c.page(c.asLabels(c.shared), 30)
}

// page sends one page: at most 50 rows, whatever was asked for; past the end
// there are none. Link is there only when there is more than one page.
func (c *call) page(all []any, without int) {
	page, per := c.number("page", 1), min(c.number("limit", without), 50)
	from := min((page-1)*per, len(all))
	to := min(from+per, len(all))
	h := c.w.Header()
	h.Set("X-Total-Count", strconv.Itoa(len(all)))
	h.Set("Access-Control-Expose-Headers", "X-Total-Count")
	var links []string
	if to < len(all) {
		links = append(links, c.link("next", page+1), c.link("last", (len(all)+per-1)/per))
	}
	if page > 1 {
		links = append(links, c.link("first", 1), c.link("prev", page-1))
	}
	if links != nil {
		h.Set("Link", strings.Join(links, ","))
	}
	answer(c.w, http.StatusOK, all[from:to])
}

func (c *call) link(rel string, page int) string {
	q := c.r.URL.Query()
	q.Set("page", strconv.Itoa(page))
	return fmt.Sprintf(`<http://gitea.internal%s?%s>; rel="%s"`, c.r.URL.Path, q.Encode(), rel) // as behind a proxy
}

func (c *call) number(name string, without int) int {
	n, err := strconv.Atoi(c.r.URL.Query().Get(name))
	if err != nil || n < 1 {
		return without
	}
	return n
}

// text reads a field of the body; nil when it is not there.
func (c *call) text(name string) *string {
	var s *string
	if json.Unmarshal(c.in[name], &s) != nil {
		return nil
	}
	return s
}

func (c *call) issue() *issue {
	is := c.find(c.r.PathValue("n"))
	if is == nil {
		c.no(http.StatusNotFound, notFound)
	}
	return is
}

// writer is the issue, when the caller may change it.
func (c *call) writer() *issue {
	is := c.issue()
	if is != nil && !c.mayWrite(c.who) {
		c.no(http.StatusForbidden, "user should have permission to write to a repo")
		return nil
	}
	return is
}
