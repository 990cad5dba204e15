package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

// Limits of a delivery. Most are small; those beyond smallHook wait for one of
// a few slots, so that memory stays flat however many are sent at once.
const (
	maxHook    = 25 << 20
	smallHook  = 1 << 20
	largeHooks = 2
	hookRead   = 20 * time.Second // for the body to arrive
	slotWait   = 3 * time.Second
)

// hookGate is the door of one tracker's deliveries, or of a source of alarms.
type hookGate struct {
	hook    link.Hook
	alarms  bool
	rejects *limiter // of what is written down; the metrics count all
}

func gates(trackers, alarms map[plumbline.LinkID]link.Hook) map[plumbline.LinkID]*hookGate {
	out := map[plumbline.LinkID]*hookGate{}
	for id, h := range trackers {
		out[id] = &hookGate{hook: h, rejects: newLimiter(Rate{PerSecond: 2, Burst: 20})}
	}
	for id, h := range alarms {
		out[id] = &hookGate{hook: h, alarms: true, rejects: newLimiter(Rate{PerSecond: 2, Burst: 20})}
	}
	return out
}

// keep stores a verified delivery where it belongs.
func (s *server) keep(ctx context.Context, g *hookGate, d plumbline.Delivery, body []byte) (fresh bool, err error) {
	if g.alarms {
		return s.app.ReceiveAlarms(ctx, d, body)
	}
	return s.app.Receive(ctx, d, body)
}

// reject counts a delivery that was refused.
func (s *server) reject(ctx context.Context, g *hookGate, id plumbline.LinkID) error {
	if g.alarms {
		return s.app.RejectAlarms(ctx, id)
	}
	return s.app.Reject(ctx, id)
}

// receive takes a delivery: reads it, verifies it, stores it and answers. What
// it hints at is looked at later, by the worker.
func (s *server) receive(w http.ResponseWriter, r *http.Request) {
	id := plumbline.LinkID(strings.Trim(strings.TrimPrefix(r.URL.Path, "/hooks"), "/"))
	gate, ok := s.hooks[id]
	switch {
	case !ok:
		s.answerHook(w, r, "unknown", http.StatusNotFound, "There is no such hook here.")
		return
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		s.answerHook(w, r, "malformed", http.StatusMethodNotAllowed, "Deliveries are sent with POST.")
		return
	}
	body, free, ok := s.readDelivery(w, r)
	defer free()
	if !ok {
		return
	}
	d, err := gate.hook.Parse(r.Header, body)
	if err != nil {
		s.refuse(w, r, id, gate, err)
		return
	}
	d.Link = id
	fresh, err := s.keep(r.Context(), gate, d, body)
	switch {
	case err != nil:
		s.note(r.Context(), err)
		status := statuses[plumbline.KindOf(err)]
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "2")
		}
		s.answerHook(w, r, "failed", status, "The delivery could not be stored; send it again.")
	case fresh:
		s.answerHook(w, r, "fresh", http.StatusAccepted, "Received.")
	default:
		s.answerHook(w, r, "repeated", http.StatusOK, "Received before.")
	}
}

// refuse answers a delivery that did not pass. A forged one is counted, and its
// body goes no further.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, id plumbline.LinkID, gate *hookGate, err error) {
	if plumbline.KindOf(err) != plumbline.Unauthenticated {
		if plumbline.KindOf(err) != plumbline.Invalid {
			s.note(r.Context(), err)
		}
		s.answerHook(w, r, "malformed", http.StatusBadRequest, "The delivery cannot be read.")
		return
	}
	s.log.Warn("a delivery was refused", "request", callOf(r.Context()).id, "link", string(id), "why", plumbline.TextOf(err))
	if _, ok := gate.rejects.take("", time.Now()); ok {
		if err := s.reject(r.Context(), gate, id); err != nil {
			s.note(r.Context(), err)
		}
	}
	s.answerHook(w, r, "forged", http.StatusUnauthorized, "The delivery is not signed as this hook wants it: "+plumbline.TextOf(err))
}

// answerHook answers in plain JSON and counts.
func (s *server) answerHook(w http.ResponseWriter, _ *http.Request, result string, status int, text string) {
	s.metrics.delivery(result)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": text}) // the tracker may have gone
}

// readDelivery reads the raw body. free gives back the slot that a large one
// holds; it is to be called in any case.
func (s *server) readDelivery(w http.ResponseWriter, r *http.Request) (body []byte, free func(), ok bool) {
	free = func() {}
	if r.ContentLength > maxHook {
		s.tooLarge(w, r)
		return nil, free, false
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(hookRead))
	var small bytes.Buffer
	if r.ContentLength > 0 {
		small.Grow(int(min(r.ContentLength, smallHook)) + bytes.MinRead)
	}
	_, err := io.CopyN(&small, r.Body, smallHook)
	if errors.Is(err, io.EOF) {
		return small.Bytes(), free, true
	}
	if err == nil {
		if free, ok = s.largeSlot(w, r); !ok {
			return nil, free, false
		}
		body, err = readRest(small.Bytes(), r)
	}
	switch {
	case err != nil:
		s.answerHook(w, r, "malformed", http.StatusBadRequest, "The delivery did not arrive whole.")
		return nil, free, false
	case len(body) > maxHook:
		s.tooLarge(w, r)
		return nil, free, false
	}
	return body, free, true
}

// largeSlot waits for one of the slots for large deliveries.
func (s *server) largeSlot(w http.ResponseWriter, r *http.Request) (free func(), ok bool) {
	t := time.NewTimer(slotWait)
	defer t.Stop()
	select {
	case s.large <- struct{}{}:
		return func() { <-s.large }, true
	case <-t.C:
		w.Header().Set("Retry-After", "5")
		s.answerHook(w, r, "failed", http.StatusServiceUnavailable, "Too many large deliveries at once; send it again.")
	case <-r.Context().Done():
	}
	return func() {}, false
}

// readRest reads what follows the beginning, up to one byte too many. The room
// is made at once, since growing it would take thrice as much.
func readRest(begun []byte, r *http.Request) ([]byte, error) {
	size := maxHook + 1
	if r.ContentLength > 0 {
		size = int(r.ContentLength)
	}
	body := append(make([]byte, 0, size), begun...)
	for len(body) < size {
		n, err := r.Body.Read(body[len(body):size])
		body = body[:len(body)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return body, nil
}

func (s *server) tooLarge(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Connection", "close")
	s.answerHook(w, r, "malformed", http.StatusRequestEntityTooLarge, "A delivery is at most 25 MB.")
}
