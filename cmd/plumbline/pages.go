package main

import (
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"plumbline/internal/app"
	"plumbline/internal/web"
)

// pages is the people's door.
func pages(a *app.App, version string, conf config, log *slog.Logger, done <-chan struct{}) http.Handler {
	return web.New(a, web.Options{Log: log, Version: version, Secure: strings.HasPrefix(conf.BaseURL, "https://"), Done: done})
}

// packed compresses what the API answers, when the client takes it and it is
// JSON or text; streams go through as they are.
func packed(next http.Handler) http.Handler {
	pool := &sync.Pool{New: func() any {
		z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
		if err != nil {
			panic(err) // the level is a constant that exists
		}
		return z
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isStream(r) || r.Method == http.MethodHead || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		p := &packer{ResponseWriter: w, pool: pool}
		defer p.end()
		next.ServeHTTP(p, r)
	})
}

// worthPacking is the size of a first piece from which compression pays.
const worthPacking = 1024

// packer compresses one answer whose first piece is large enough. Its head is
// held back until then.
type packer struct {
	http.ResponseWriter
	pool   *sync.Pool
	z      *gzip.Writer
	status int
	sent   bool
}

// WriteHeader implements http.ResponseWriter.
func (p *packer) WriteHeader(status int) {
	if status < 200 {
		p.ResponseWriter.WriteHeader(status)
		return
	}
	if p.status == 0 {
		p.status = status
	}
}

// Write implements http.ResponseWriter.
func (p *packer) Write(b []byte) (int, error) {
	if !p.sent {
		p.send(len(b) >= worthPacking)
	}
	if p.z != nil {
		return p.z.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

// send sends the head, and begins to compress if that is worth it.
func (p *packer) send(large bool) {
	p.sent = true
	if p.status == 0 {
		p.status = http.StatusOK
	}
	h := p.Header()
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	fits := strings.HasSuffix(kind, "json") || strings.HasPrefix(kind, "text/")
	h.Add("Vary", "Accept-Encoding")
	if large && fits && h.Get("Content-Encoding") == "" {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		p.z = p.pool.Get().(*gzip.Writer)
		p.z.Reset(p.ResponseWriter)
	}
	p.ResponseWriter.WriteHeader(p.status)
}

// Unwrap is for http.ResponseController.
func (p *packer) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// end sends what is still held back. An answer that was never begun, because
// its route panicked, stays that way.
func (p *packer) end() {
	if !p.sent && p.status != 0 {
		p.send(false)
	}
	if p.z == nil {
		return
	}
	_ = p.z.Close() // the reader may have gone
	p.z.Reset(nil)
	p.pool.Put(p.z)
}
