package gitlabtest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"plumbline/internal/link/linktest"
)

// Hook is a project webhook.
type Hook struct {
	ID           int64
	URL          string
	Secret       string // sent as X-Gitlab-Token
	Signing      string // whsec_…; deliveries are signed when set
	Issues       bool
	Confidential bool
	Notes        bool

	failures      int // in a row
	pauses        int
	disabledUntil time.Time
	disabled      bool
}

// AddHook makes a webhook for issues, confidential ones and notes, with the
// options' secret and signing token.
func (s *Server) AddHook(url string) {
	s.SetHook(Hook{URL: url, Secret: s.opt.Secret, Signing: s.opt.Signing, Issues: true, Confidential: true, Notes: true})
}

// SetHook makes a webhook, or changes the one with the id, and returns the id.
func (s *Server) SetHook(h Hook) int64 {
	defer s.lock()()
	for i, old := range s.hooks {
		if old.ID == h.ID {
			s.hooks[i] = &h
			return h.ID
		}
	}
	h.ID = s.id()
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

func (h *Hook) off(now time.Time) bool { return h.disabled || now.Before(h.disabledUntil) }

// told counts what the receiver answered. A redirect counts as a success.
// After the fourth failure in a row the webhook is off for a minute, then for
// twice as long up to a day; after the fortieth for good.
func (s *Server) told(h *Hook, status int) {
	defer s.lock()()
	if status >= 200 && status < 400 {
		h.failures, h.pauses, h.disabledUntil = 0, 0, time.Time{}
		return
	}
	h.failures++
	switch {
	case h.failures >= 40:
		h.disabled = true
	case h.failures >= 4:
		h.disabledUntil = s.now().Add(min(time.Minute<<min(h.pauses, 12), 24*time.Hour))
		h.pauses++
	}
}

// Redeliver sends a delivery once more: with the same Idempotency-Key and
// webhook-id, and a new X-Gitlab-Webhook-UUID and time.
func (s *Server) Redeliver(p linktest.Parcel) {
	defer s.lock()()
	for _, h := range s.hooks {
		if h.ID == p.Hook {
			header := p.Header.Clone()
			header.Set("X-Gitlab-Webhook-UUID", uuid())
			s.sign(h, header, p.Body)
			s.Courier.Send(linktest.Parcel{Hook: h.ID, URL: h.URL, Header: header, Body: p.Body}, nil)
		}
	}
}

// announce sends an issue event. Before are the titles before a change of
// labels, nil when they did not change.
func (s *Server) announce(is *issue, who, action string, before []string) {
	event := "Issue Hook"
	if is.confidential {
		event = "Confidential Issue Hook"
	}
	kind := "issue"
	if s.opt.WorkItems {
		kind = "work_item"
	}
	changes := map[string]any{"updated_at": map[string]any{"previous": s.stamp(is.created), "current": s.stamp(is.updated)}}
	if before != nil {
		changes["labels"] = map[string]any{"previous": labelObjects(before), "current": labelObjects(is.titles())}
	}
	body := map[string]any{
		"object_kind": kind, "event_type": kind, "user": s.hookUser(who), "project": s.hookProject(is.project),
		"object_attributes": s.attributes(is, action), "labels": labelObjects(is.titles()), "changes": changes,
		"repository": map[string]any{"name": is.project.path}, "assignees": []any{},
	}
	s.send(event, body, func(h *Hook) bool { return h.Issues && !is.confidential || h.Confidential && is.confidential })
}

func (s *Server) announceNote(is *issue, n *note) {
	event := "Note Hook"
	if is.confidential {
		event = "Confidential Note Hook"
	}
	body := map[string]any{
		"object_kind": "note", "event_type": "note", "user": s.hookUser(n.author), "project_id": is.project.id, "project": s.hookProject(is.project),
		"object_attributes": map[string]any{
			"id": n.id, "note": n.body, "noteable_type": "Issue", "noteable_id": is.id, "project_id": is.project.id, "action": "create",
			"created_at": s.stamp(n.created), "updated_at": s.stamp(n.updated), "system": false,
		},
		"issue": s.attributes(is, ""),
	}
	s.send(event, body, func(h *Hook) bool { return h.Notes && (!is.confidential || h.Confidential) })
}

func (s *Server) hookUser(login string) map[string]any {
	return map[string]any{"id": userID(login), "name": login, "username": login, "avatar_url": nil, "email": "[REDACTED]"}
}

func (s *Server) hookProject(p *project) map[string]any {
	return map[string]any{"id": p.id, "name": p.path, "path_with_namespace": p.path, "web_url": s.URL + "/" + p.path, "visibility_level": 0}
}

func (s *Server) attributes(is *issue, action string) map[string]any {
	a := s.asIssue(is)
	a["created_at"], a["updated_at"], a["labels"] = s.stamp(is.created), s.stamp(is.updated), labelObjects(is.titles())
	a["url"], a["author_id"], a["type"] = a["web_url"], userID(is.author), "Issue"
	if action != "" {
		a["action"] = action
	}
	return a
}

func labelObjects(titles []string) []any {
	out := []any{}
	for _, t := range titles {
		out = append(out, map[string]any{"title": t, "color": "#ffffff", "type": "ProjectLabel", "created_at": "2013-12-03T17:15:43Z"})
	}
	return out
}

func (s *Server) stamp(t time.Time) string {
	if s.opt.SpacedTimes {
		return t.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return iso(t)
}

func (s *Server) send(event string, body any, wants func(*Hook) bool) {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	chain := uuid()
	for _, h := range s.hooks {
		if !wants(h) || h.off(s.now()) {
			continue
		}
		key := uuid()
		header := http.Header{}
		for k, v := range map[string]string{
			"Content-Type": "application/json", "User-Agent": "GitLab/" + s.opt.Version, "X-Gitlab-Event": event,
			"X-Gitlab-Webhook-UUID": uuid(), "X-Gitlab-Event-UUID": chain, "X-Gitlab-Instance": s.URL,
			"Idempotency-Key": key, "webhook-id": key,
		} {
			header.Set(k, v)
		}
		if h.Secret != "" {
			header.Set("X-Gitlab-Token", h.Secret)
		}
		s.sign(h, header, raw)
		s.Courier.Send(linktest.Parcel{Hook: h.ID, URL: h.URL, Header: header, Body: raw}, func(status int) { s.told(h, status) })
	}
}

// sign sets the time of a delivery, which every one has, and its signature,
// which only one with a signing token has.
func (s *Server) sign(h *Hook, header http.Header, body []byte) {
	at := strconv.FormatInt(s.now().Unix(), 10)
	header.Set("webhook-timestamp", at)
	if h.Signing == "" {
		return
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(h.Signing, "whsec_"))
	if err != nil {
		panic("gitlabtest: the signing token is not whsec_ and base64")
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", header.Get("webhook-id"), at, body)
	header.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
