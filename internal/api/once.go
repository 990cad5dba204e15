package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"plumbline"
	"plumbline/internal/app"
)

// maxKey is how long an idempotency key may be, in bytes.
const maxKey = 200

// inFlight holds the idempotency keys whose requests are being answered now.
type inFlight struct {
	mu   sync.Mutex
	keys map[string]bool
}

func newInFlight() *inFlight { return &inFlight{keys: map[string]bool{}} }

func (f *inFlight) begin(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.keys[key] {
		return false
	}
	f.keys[key] = true
	return true
}

func (f *inFlight) end(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.keys, key)
}

// kept is an answer as it is stored.
type kept struct {
	Head map[string]string `json:"head"`
	Body []byte            `json:"body"`
}

// keptHeaders are those of an answer that are given again with it.
var keptHeaders = []string{"Content-Type", "Etag", "Location"}

// serveOnce answers a request that carries an idempotency key: a repeat gets
// the first answer again. Only successes are kept, so that a request which was
// refused can be mended and sent under the same key.
func (s *server) serveOnce(w http.ResponseWriter, r *http.Request, key string, body []byte) {
	if len(key) > maxKey || !printable(key) {
		s.fail(w, r, plumbline.FieldError("Idempotency-Key", "An Idempotency-Key has 1 to %d printable characters.", maxKey))
		return
	}
	who := callOf(r.Context()).who
	if !s.once.begin(actorKey(who) + "\n" + key) {
		s.fail(w, r, plumbline.Errorf(plumbline.Conflict, "A request with this Idempotency-Key is being answered just now; try again in a moment."))
		return
	}
	defer s.once.end(actorKey(who) + "\n" + key)
	hash := requestHash(r, who, body)
	if s.repeated(w, r, key, hash) {
		return
	}
	rec := &keeper{ResponseWriter: w}
	s.mux.ServeHTTP(rec, r.WithContext(s.app.Once(r.Context(), who, key, hash)))
	if rec.status/100 != 2 {
		return
	}
	k := kept{Head: map[string]string{}, Body: rec.body.Bytes()}
	for _, h := range keptHeaders {
		if v := w.Header().Get(h); v != "" {
			k.Head[h] = v
		}
	}
	b, err := json.Marshal(k)
	if err == nil {
		err = s.app.Remember(r.Context(), who, key, app.Reply{Status: rec.status, Body: b, Hash: hash})
	}
	if err != nil {
		s.note(r.Context(), err) // the answer has left; a repeat is told that it was carried out
	}
}

// repeated answers from what was kept, if there is something.
func (s *server) repeated(w http.ResponseWriter, r *http.Request, key, hash string) bool {
	was, found, err := s.app.Recall(r.Context(), callOf(r.Context()).who, key)
	switch {
	case err != nil:
		s.fail(w, r, err)
		return true
	case !found:
		return false
	case was.Hash != hash:
		s.fail(w, r, plumbline.Errorf(plumbline.Conflict, "This Idempotency-Key was used for another request; take a new key for a new request."))
		return true
	}
	if was.Status == 0 {
		text := "This request was carried out before, but its answer was lost. Read what it changed instead of sending it again."
		if len(was.Body) > 0 {
			text = fmt.Sprintf("This request was carried out before, on %s, but its answer was lost. Read that item instead of sending it again.", was.Body)
		}
		s.fail(w, r, plumbline.Errorf(plumbline.Conflict, "%s", text))
		return true
	}
	var k kept
	if err := json.Unmarshal(was.Body, &k); err != nil {
		s.fail(w, r, err)
		return true
	}
	for name, v := range k.Head {
		w.Header().Set(name, v)
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(was.Status)
	_, _ = w.Write(k.Body) // the reader may have gone
	return true
}

// requestHash tells one request from another. What the actor may read is part
// of it: an answer is not given again to somebody who may read less by now.
func requestHash(r *http.Request, who plumbline.Actor, body []byte) string {
	h := sha256.New()
	rights := fmt.Sprint(who.Role, who.Cleared, who.Scopes)
	for _, part := range [][]byte{[]byte(r.Method), []byte(r.URL.RequestURI()), []byte(r.Header.Get("If-Match")), []byte(rights), body} {
		h.Write(part)
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}

func printable(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// keeper writes an answer and keeps a copy of it.
type keeper struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (k *keeper) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
	k.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (k *keeper) Write(b []byte) (int, error) {
	if k.status == 0 {
		k.status = http.StatusOK
	}
	k.body.Write(b)
	return k.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }
