package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plumbline"
)

// enter is the way into /api/v1: who is it, not too often, a body that can be
// read, and nothing done twice under one idempotency key.
func (s *server) enter(w http.ResponseWriter, r *http.Request) {
	who, err := s.who(r)
	if err != nil {
		if plumbline.KindOf(err) == plumbline.Unauthenticated && !s.allow(w, s.strays, addressOf(r)) {
			return
		}
		s.fail(w, r, err)
		return
	}
	c := callOf(r.Context())
	c.who = who
	if s.as == nil && !s.allow(w, s.limits, actorKey(who)) {
		return
	}
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		s.fail(w, r, plumbline.Errorf(plumbline.Invalid, "The part of the address after the question mark cannot be read: %v.", err))
		return
	}
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("Vary", "Authorization, Cookie")
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.URL.Path == importPath || strings.HasPrefix(r.URL.Path, evidencePath) {
		s.mux.ServeHTTP(w, r)
		return
	}
	body, ok := s.readBody(w, r)
	if !ok {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	// The answer to POST /tokens holds a secret and is never kept.
	if key := r.Header.Get("Idempotency-Key"); key != "" && r.Method == http.MethodPost && r.URL.Path != prefix+"/tokens" {
		s.serveOnce(w, r, key, body)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// who is the actor behind a request: by token, else by the session of the
// pages, whose requests must come from the pages themselves.
func (s *server) who(r *http.Request) (plumbline.Actor, error) {
	if s.as != nil {
		return *s.as, nil
	}
	if auth := r.Header.Get("Authorization"); auth != "" {
		scheme, token, _ := strings.Cut(auth, " ")
		if !strings.EqualFold(scheme, "Bearer") || strings.TrimSpace(token) == "" {
			return plumbline.Actor{}, plumbline.Errorf(plumbline.Unauthenticated, "Send the token as \"Authorization: Bearer plt_…\".")
		}
		return s.app.WhoByToken(r.Context(), strings.TrimSpace(token), "api")
	}
	cookie, err := r.Cookie(Session)
	if err != nil {
		return plumbline.Actor{}, plumbline.Errorf(plumbline.Unauthenticated, "Sign in first, or send an API token as \"Authorization: Bearer plt_…\".")
	}
	if err := s.origins.Check(r); err != nil {
		return plumbline.Actor{}, &plumbline.Error{Kind: plumbline.Denied, Text: "This request came from another site's page and was refused.", Err: err}
	}
	return s.app.Who(r.Context(), cookie.Value, "web")
}

// actorKey is under which name an actor's requests are counted.
func actorKey(who plumbline.Actor) string {
	if who.Person == "" {
		return "system"
	}
	return string(who.Person)
}

// addressOf is where a request comes from, without the port.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// allow counts a request against a limit and answers 429 when it is used up.
func (s *server) allow(w http.ResponseWriter, l *limiter, key string) bool {
	wait, ok := l.take(key, time.Now())
	if ok {
		return true
	}
	seconds := int(wait/time.Second) + 1
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	writeProblem(w, Problem{Status: http.StatusTooManyRequests, Kind: plumbline.Unavailable.String(),
		Detail: "Too many requests at once. Try again in " + strconv.Itoa(seconds) + " s."})
	return false
}

// readBody reads what a request carries: at most MaxBody, and JSON.
func (s *server) readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	invalid := func(status int, detail string) ([]byte, bool) {
		writeProblem(w, Problem{Status: status, Kind: plumbline.Invalid.String(), Detail: detail, Request: callOf(r.Context()).id})
		return nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return invalid(http.StatusRequestEntityTooLarge, "The body is larger than 2 MiB.")
	case err != nil:
		return invalid(http.StatusBadRequest, "The body could not be read to its end.")
	}
	if len(body) == 0 {
		return body, true
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return invalid(http.StatusUnsupportedMediaType, "Send the body as application/json.")
	}
	return body, true
}
