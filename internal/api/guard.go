package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"plumbline"
)

// call is what the door knows of one request. The context carries it from the
// guard to the route, which hands the actor on as an argument.
type call struct {
	id           string
	method, path string // the path as the log may hold it
	who          plumbline.Actor
	ifMatch      bool
}

type callKey struct{}

// callOf is the call that the guard put into the context.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{who: plumbline.Nobody()}
}

// guard wraps everything: a request id, headers, the access log, metrics, and
// an answer instead of a broken connection when a route panics.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		c := &call{id: newID(), method: r.Method, path: loggable(r.URL.Path), who: plumbline.Nobody(), ifMatch: r.Header.Get("If-Match") != ""}
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
		rec := &recorder{ResponseWriter: w}
		secure(w.Header(), c.id)
		defer func() {
			if v := recover(); v != nil {
				s.recovered(rec, r, v)
			}
			s.metrics.note(routeOf(r, "none"), rec.code(), time.Since(began))
			s.log.Debug("request", "request", c.id, "method", c.method, "path", c.path, "status", rec.code(),
				"bytes", rec.bytes, "took", time.Since(began), "by", string(c.who.Person))
		}()
		next.ServeHTTP(rec, r)
	})
}

// loggable is a path without the ref of an account: it may give a customer away.
func loggable(path string) string {
	const accounts = "/api/v1/accounts/"
	if strings.HasPrefix(path, accounts) {
		return accounts + plumbline.Withheld
	}
	return path
}

// recovered answers for a route that panicked; if the answer had begun, the
// connection is broken instead, so that nobody takes it for whole.
func (s *server) recovered(w *recorder, r *http.Request, v any) {
	if v == http.ErrAbortHandler {
		panic(v)
	}
	c := callOf(r.Context())
	s.log.Error("a request panicked", "request", c.id, "method", c.method, "path", c.path, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
	if w.status != 0 {
		panic(http.ErrAbortHandler)
	}
	p := problemOf(plumbline.Errorf(plumbline.Internal, "panic"))
	p.Request = c.id
	writeProblem(w, p)
}

// secure sets the headers of every answer of this door. None of them is a page.
func secure(h http.Header, id string) {
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// recorder remembers how a request was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) code() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// newID names a request in the log and in what the client was told.
func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	return hex.EncodeToString(b[:])
}

// discard is for doors that were given no log.
func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
