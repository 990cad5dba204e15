package gitlabtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// call is one request to the API, by somebody who is known.
type call struct {
	*Server
	w   http.ResponseWriter
	r   *http.Request
	who string
	tok *Token
	in  map[string]any // parameters of the query and of the body
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	const p, is = "/api/v4/projects/{id}", "/api/v4/projects/{id}/issues/{iid}"
	for pattern, handle := range map[string]func(*call){
		"GET /api/v4/version":                     (*call).version,
		"GET /api/v4/user":                        (*call).user,
		"GET /api/v4/personal_access_tokens/self": (*call).self,
		"GET /api/v4/issues/{global}":             func(c *call) { c.fail(http.StatusForbidden, "403 Forbidden") },
		"GET /api/graphql":                        (*call).graphql,
		"GET " + p:                                (*call).showProject,
		"GET " + p + "/labels":                    (*call).listLabels,
		"GET " + p + "/issues":                    (*call).listIssues,
		"POST " + p + "/issues":                   (*call).createIssue,
		"GET " + is:                               (*call).showIssue,
		"PUT " + is:                               (*call).updateIssue,
		"GET " + is + "/notes":                    (*call).listNotes,
		"POST " + is + "/notes":                   (*call).createNote,
		"GET " + is + "/notes/{note}":             (*call).showNote,
		"PUT " + is + "/notes/{note}":             (*call).updateNote,
		"GET " + is + "/resource_label_events":    (*call).listLabelEvents,
		"GET " + is + "/resource_state_events":    (*call).listStateEvents,
		"GET " + p + "/hooks":                     (*call).listHooks,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.enter(w, r, handle) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, map[string]any{"error": "404 Not Found"})
	})
	return mux
}

// enter checks the token and reads the parameters. One request is handled at a
// time.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, handle func(*call)) {
	defer s.lock()()
	s.count++
	for k, v := range map[string]int64{"Limit": 2000, "Observed": int64(s.count), "Remaining": int64(max(0, 2000-s.count)), "Reset": s.now().Unix() + 60} {
		w.Header().Set("RateLimit-"+k, strconv.FormatInt(v, 10))
	}
	c := &call{Server: s, w: w, r: r, in: map[string]any{}}
	value := r.Header.Get("PRIVATE-TOKEN")
	if value == "" {
		value = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	}
	c.tok = s.tokens[value]
	switch {
	case c.tok == nil:
		c.fail(http.StatusUnauthorized, "401 Unauthorized")
		return
	case c.tok.Revoked:
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_token", "error_description": "Token was revoked. You have to re-authorize from the user."})
		return
	case !c.tok.Expires.IsZero() && !s.now().Before(c.tok.Expires):
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_token", "error_description": "Token is expired. You can either do re-authorization or token refresh."})
		return
	case r.Method != http.MethodGet && !contains(c.tok.Scopes, "api"):
		answer(w, http.StatusForbidden, map[string]any{"error": "insufficient_scope", "error_description": "The request requires higher privileges than provided by the access token.", "scope": "api"})
		return
	}
	c.who = c.tok.Login
	if !c.parameters() {
		c.fail(http.StatusBadRequest, "400 Bad Request")
		return
	}
	handle(c)
}

func (c *call) parameters() bool {
	for k, v := range c.r.URL.Query() {
		c.in[k] = v[len(v)-1]
	}
	raw, err := io.ReadAll(c.r.Body)
	if err != nil || len(raw) == 0 {
		return err == nil
	}
	if strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/json") {
		return json.Unmarshal(raw, &c.in) == nil
	}
	form, err := url.ParseQuery(string(raw))
	for k, v := range form {
		c.in[k] = v[len(v)-1]
	}
	return err == nil
}

func (c *call) fail(status int, message string) {
	answer(c.w, status, map[string]any{"message": message})
}

func (c *call) str(name string) string {
	s, _ := c.in[name].(string)
	return s
}

// list reads "a,b" or a JSON list.
func (c *call) list(name string) []string {
	if many, ok := c.in[name].([]any); ok {
		var out []string
		for _, one := range many {
			if s, ok := one.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return split(c.str(name))
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// project finds the project by number or path. A former path is answered with
// a redirect to the number, for a GET; nobody's project is not there.
func (c *call) project() *project {
	id := c.r.PathValue("id")
	for _, p := range c.projects {
		if strconv.FormatInt(p.id, 10) == id || strings.EqualFold(p.path, id) {
			if c.level(c.who) == Nobody {
				break
			}
			return p
		}
		if contains(p.formerly, id) && c.r.Method == http.MethodGet {
			to := strings.Replace(c.r.RequestURI, url.PathEscape(id), strconv.FormatInt(p.id, 10), 1)
			c.w.Header().Set("Location", c.URL+to)
			answer(c.w, http.StatusMovedPermanently, map[string]any{"message": "This resource has been moved permanently"})
			return nil
		}
	}
	c.fail(http.StatusNotFound, "404 Project Not Found")
	return nil
}

// open is the project when issues are to be had, and written to when needed.
func (c *call) open() *project {
	p := c.project()
	switch {
	case p == nil:
		return nil
	case p.off:
		c.fail(http.StatusForbidden, "403 Forbidden")
		return nil
	case p.archived && c.r.Method != http.MethodGet:
		c.fail(http.StatusForbidden, "403 Forbidden")
		return nil
	}
	return p
}

func (c *call) issue() *issue {
	p := c.open()
	if p == nil {
		return nil
	}
	is := p.find(c.r.PathValue("iid"))
	if is == nil || !c.maySee(c.who, is) {
		c.fail(http.StatusNotFound, "404 Not found")
		return nil
	}
	return is
}

func (c *call) version() {
	answer(c.w, http.StatusOK, map[string]any{"version": c.opt.Version, "revision": "4e963fd"})
}

func (c *call) user() {
	u := asUser(c.Server, c.who)
	u["bot"] = true
	answer(c.w, http.StatusOK, u)
}

func (c *call) self() {
	var expires any
	if !c.tok.Expires.IsZero() {
		expires = c.tok.Expires.UTC().Format("2006-01-02")
	}
	answer(c.w, http.StatusOK, map[string]any{
		"id": 42, "name": "plumbline", "revoked": false, "created_at": "2023-08-01T15:00:00Z", "scopes": c.tok.Scopes,
		"user_id": userID(c.who), "last_used_at": iso(c.now()), "active": true, "expires_at": expires,
	})
}

func (c *call) showProject() {
	p := c.project()
	if p == nil {
		return
	}
	level := "enabled"
	if p.off {
		level = "disabled"
	}
	answer(c.w, http.StatusOK, map[string]any{
		"id": p.id, "path_with_namespace": p.path, "name": p.path, "archived": p.archived, "visibility": "private",
		"issues_enabled": !p.off, "issues_access_level": level, "web_url": c.URL + "/" + p.path,
		"permissions": map[string]any{"project_access": map[string]any{"access_level": c.level(c.who), "notification_level": 3}, "group_access": nil},
	})
}

func (c *call) listLabels() {
	p := c.project()
	if p == nil {
		return
	}
	out := []any{}
	for _, l := range append(append([]*label(nil), p.labels...), c.shared...) {
		out = append(out, map[string]any{"id": l.id, "name": l.title, "color": "#d9534f", "description": nil, "subscribed": false, "priority": nil, "is_project_label": !l.group})
	}
	c.page(out)
}

func (c *call) listHooks() {
	p := c.project()
	if p == nil {
		return
	}
	if c.level(c.who) < Maintainer {
		c.fail(http.StatusForbidden, "403 Forbidden")
		return
	}
	out := []any{}
	for _, h := range c.hooks {
		status, until := "executable", any(nil)
		if h.disabled {
			status = "disabled"
		} else if h.off(c.now()) {
			status, until = "temporarily_disabled", iso(h.disabledUntil)
		}
		out = append(out, map[string]any{
			"id": h.ID, "url": h.URL, "project_id": p.id, "issues_events": h.Issues, "confidential_issues_events": h.Confidential, "note_events": h.Notes,
			"push_events": false, "enable_ssl_verification": true, "alert_status": status, "disabled_until": until,
			"signing_token_present": h.Signing != "", "created_at": iso(c.now().Add(-time.Hour)),
		})
	}
	c.page(out)
}

var globalID = regexp.MustCompile(`gid://gitlab/Issue/(\d+)`)

// graphql answers the one query that asks where an issue is now.
func (c *call) graphql() {
	var found any
	if m := globalID.FindStringSubmatch(c.str("query")); m != nil {
		for _, p := range c.projects {
			for _, is := range p.issues {
				if strconv.FormatInt(is.id, 10) == m[1] && c.maySee(c.who, is) && c.level(c.who) > Nobody {
					found = map[string]any{"reference": is.reference(), "iid": strconv.FormatInt(is.iid, 10)}
				}
			}
		}
	}
	answer(c.w, http.StatusOK, map[string]any{"data": map[string]any{"issue": found}})
}
