package giteatest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"plumbline/internal/link/linktest"
)

// Hook is a repository webhook.
type Hook struct {
	ID     int64
	URL    string
	Secret string
	Form   bool // content type application/x-www-form-urlencoded
	Active bool
	Events []string
}

// AddHook makes a webhook for issues, labels and comments, with the options'
// secret.
func (s *Server) AddHook(url string) {
	s.SetHook(Hook{URL: url, Secret: s.opt.Secret, Active: true, Events: []string{"issues", "issue_comment"}})
}

// SetHook makes a webhook, or changes the one with the id, and returns the id.
// The event "issues" stands for all of an issue but its comments.
func (s *Server) SetHook(h Hook) int64 {
	defer s.lock()()
	return s.setHook(h)
}

func (s *Server) setHook(h Hook) int64 {
	var events []string
	for _, e := range h.Events {
		if e == "issues" {
			events = append(events, "issues", "issue_assign", "issue_label", "issue_milestone")
		} else if e != "issue_assign" && e != "issue_label" && e != "issue_milestone" || !contains(h.Events, "issues") {
			events = append(events, e)
		}
	}
	h.Events = events
	for i, old := range s.hooks {
		if old.ID == h.ID {
			s.hooks[i] = &h
			return h.ID
		}
	}
	h.ID = s.id("hook")
	s.hooks = append(s.hooks, &h)
	return h.ID
}

// DeleteHook removes a webhook.
func (s *Server) DeleteHook(id int64) {
	defer s.lock()()
	for i, h := range s.hooks {
		if h.ID == id {
			s.hooks = append(s.hooks[:i], s.hooks[i+1:]...)
			return
		}
	}
}

// Hooks are the webhooks as they are.
func (s *Server) Hooks() []Hook {
	defer s.lock()()
	var out []Hook
	for _, h := range s.hooks {
		out = append(out, *h)
	}
	return out
}

func (s *Server) announce(who string, is *issue, event, action string, labels []*label) {
	body := map[string]any{
		"action": action, "number": is.number, "issue": s.asIssue(is, labels), "repository": s.asRepo(""), "sender": s.asUser(who), "commit_id": "",
	}
	if is.pull {
		body["pull_request"] = body["issue"]
		s.send("pull_request", map[string]string{"issues": "pull_request", "issue_label": "pull_request_label"}[event], body)
		return
	}
	s.send("issues", event, body)
}

func (s *Server) announceComment(who string, is *issue, e *entry, action string) {
	s.send("issue_comment", "issue_comment", map[string]any{
		"action": action, "issue": s.asIssue(is, is.labels), "comment": s.asComment(is, e), "repository": s.asRepo(""), "sender": s.asUser(who), "is_pull": is.pull,
	})
}

// send delivers to every webhook that wants the event, each under its own id.
// What it gets for an answer changes nothing, and it never tries again.
func (s *Server) send(event, kind string, body any) {
	raw, err := json.MarshalIndent(body, "", "  ")
	if err != nil {
		panic(err)
	}
	for _, h := range s.hooks {
		if !h.Active || !contains(h.Events, kind) {
			continue
		}
		out, content := raw, "application/json"
		if h.Form {
			out, content = []byte(url.Values{"payload": {string(raw)}}.Encode()), "application/x-www-form-urlencoded"
		}
		s.Courier.Send(linktest.Parcel{Hook: h.ID, URL: h.URL, Header: s.header(h, event, kind, content, out), Body: out}, nil)
	}
}

// header has every header thrice, for those who expect GitHub or Gogs. Without
// a secret the signatures are there and empty.
func (s *Server) header(h *Hook, event, kind, content string, body []byte) http.Header {
	sum256, sum1 := "", ""
	if h.Secret != "" {
		mac := hmac.New(sha256.New, []byte(h.Secret))
		mac.Write(body)
		sum256 = hex.EncodeToString(mac.Sum(nil))
		mac = hmac.New(sha1.New, []byte(h.Secret))
		mac.Write(body)
		sum1 = hex.EncodeToString(mac.Sum(nil))
	}
	out := http.Header{}
	out.Set("Content-Type", content)
	out.Set("X-Hub-Signature", "sha1="+sum1)
	out.Set("X-Hub-Signature-256", "sha256="+sum256)
	id := uuid()
	systems := []string{"Gitea", "Gogs", "GitHub"}
	if s.opt.Forgejo {
		systems = append(systems, "Forgejo")
	}
	for _, sys := range systems {
		out.Set("X-"+sys+"-Delivery", id)
		out.Set("X-"+sys+"-Event", event)
		out.Set("X-"+sys+"-Event-Type", kind)
		if sys != "GitHub" {
			out.Set("X-"+sys+"-Signature", sum256)
		}
		if s.recent() && (sys == "Gitea" || sys == "GitHub") {
			out.Set("X-"+sys+"-Hook-Installation-Target-Type", "repository")
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
