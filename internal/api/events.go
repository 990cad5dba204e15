package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
)

// The stream's pace. A reader that cannot take an event for stall is cut off
// and resumes where it was; the actor is looked at again with every beat.
const (
	beat       = 20 * time.Second
	stall      = 30 * time.Second
	maxStreams = 2000
	eventPage  = 200
)

// eventPageView is some of the changes, oldest first.
type eventPageView struct {
	Events []plumbline.Event `json:"events"`
	Next   int64             `json:"next" doc:"Send it as after to get what follows. It may be beyond the last event shown: the others are not for this actor."`
}

func (s *server) routeEvents() {
	add(s, route{method: http.MethodGet, path: "/events", id: "listEvents", tag: "events", says: "Changes in commit order, oldest first"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			After int64 `query:"after" minimum:"0" doc:"Only events after this sequence number."`
			Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
		}) (*body[eventPageView], error) {
			return wrap(s.eventsAfter(ctx, who, in.After, in.Limit))
		})
	s.mux.HandleFunc("GET "+prefix+"/events/stream", s.stream)
	after := 0.0
	s.openapi.AddOperation(&huma.Operation{
		OperationID: "streamEvents", Method: http.MethodGet, Path: prefix + "/events/stream", Tags: []string{"events"},
		Summary: "Every change as it happens",
		Description: "Server-sent events: the data is one event in JSON, the id its sequence number. Without `after` the stream begins with what happens next; " +
			"after a broken connection send the last id as `Last-Event-ID`, or as `after`, and nothing is missed. An id without data moves the point to resume from.",
		Parameters: []*huma.Param{
			queryParam("after", "Only events after this sequence number.", &huma.Schema{Type: huma.TypeInteger, Format: "int64", Minimum: &after}),
			{Name: "Last-Event-ID", In: "header", Description: "The id of the last event that was received.", Schema: &huma.Schema{Type: huma.TypeString}},
		},
		Responses: map[string]*huma.Response{
			"200":     {Description: "OK", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}}},
			"default": s.problemResponse(),
		},
	})
}

// eventsAfter reads what who may see after a sequence number. Next is beyond
// the last one shown when the page was not filled: the newest number is read
// first, so that no event between the two reads is skipped.
func (s *server) eventsAfter(ctx context.Context, who plumbline.Actor, after int64, limit int) (eventPageView, error) {
	last, err := s.app.LastSeq(ctx)
	if err != nil {
		return eventPageView{}, err
	}
	events, err := s.app.Events(ctx, who, after, limit)
	if err != nil {
		return eventPageView{}, err
	}
	v := eventPageView{Events: some(events), Next: max(after, last)}
	if n := len(events); n > 0 && (n == limit || events[n-1].Seq > v.Next) {
		v.Next = events[n-1].Seq
	}
	return v, nil
}

// stream sends every change that the actor may see, in commit order, for as
// long as the reader stays.
func (s *server) stream(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	last, err := s.app.LastSeq(ctx)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	after, err := resumeFrom(r, last)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if s.streams.Add(1) > maxStreams {
		s.streams.Add(-1)
		s.fail(w, r, plumbline.Errorf(plumbline.Unavailable, "Too many event streams are open; try again later."))
		return
	}
	defer s.streams.Add(-1)
	wake, stop := s.app.Subscribe()
	defer stop()
	out := &sender{w: w, rc: http.NewResponseController(w)}
	if err := out.begin(after); err != nil {
		return
	}
	if err := s.follow(ctx, r, out, after, wake); err != nil && ctx.Err() == nil {
		s.note(ctx, err)
	}
}

// follow sends events until the reader or the right to read is gone.
func (s *server) follow(ctx context.Context, r *http.Request, out *sender, after int64, wake <-chan struct{}) error {
	who := callOf(ctx).who
	ticks := time.NewTicker(beat)
	defer ticks.Stop()
	for {
		page, err := s.eventsAfter(ctx, who, after, eventPage)
		if err != nil {
			return err
		}
		if err := out.send(page, after); err != nil {
			return err
		}
		after = page.Next
		if len(page.Events) == eventPage {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case _, open := <-wake:
			if !open || !pause(ctx, s.restBetween()) {
				return nil
			}
		case <-ticks.C:
			if who, err = s.who(r); err != nil {
				return err
			}
			if err := out.beat(); err != nil {
				return err
			}
		}
	}
}

// restBetween keeps many streams from asking the database for every single
// event: a millisecond for each stream that is open.
func (s *server) restBetween() time.Duration {
	return min(max(time.Duration(s.streams.Load())*time.Millisecond, 5*time.Millisecond), time.Second)
}

func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// resumeFrom is the sequence number after which a stream begins: the reader's,
// but never beyond the newest (the database may have been restored), else the
// newest.
func resumeFrom(r *http.Request, last int64) (int64, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return 0, plumbline.Errorf(plumbline.Invalid, "The part of the address after the question mark cannot be read: %v.", err)
	}
	for name := range q {
		if name != "after" {
			return 0, plumbline.FieldError(name, "%q is not a parameter here.", name)
		}
	}
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = q.Get("after")
	}
	if text == "" {
		return last, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, plumbline.FieldError("after", "after is the sequence number of an event, not %q.", text)
	}
	return min(n, last), nil
}

// sender writes server-sent events.
type sender struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

func (s *sender) begin(after int64) error {
	h := s.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy in front must not hold events back
	_ = s.rc.SetReadDeadline(time.Time{})
	s.w.WriteHeader(http.StatusOK)
	return s.write([]byte("retry: 2000\nid: " + strconv.FormatInt(after, 10) + "\n\n"))
}

// send writes a page of events, and where to resume when the page went beyond
// the last of them.
func (s *sender) send(page eventPageView, after int64) error {
	if page.Next == after {
		return nil
	}
	var b []byte
	for _, e := range page.Events {
		data, err := json.Marshal(e)
		if err != nil {
			return err
		}
		b = append(b, "id: "+strconv.FormatInt(e.Seq, 10)+"\ndata: "...)
		b = append(append(b, data...), "\n\n"...)
	}
	if n := len(page.Events); n == 0 || page.Events[n-1].Seq < page.Next {
		b = append(b, "id: "+strconv.FormatInt(page.Next, 10)+"\n\n"...)
	}
	return s.write(b)
}

func (s *sender) beat() error { return s.write([]byte(": still here\n\n")) }

func (s *sender) write(b []byte) error {
	if err := s.rc.SetWriteDeadline(time.Now().Add(stall)); err != nil {
		return err
	}
	if _, err := s.w.Write(b); err != nil {
		return err
	}
	return s.rc.Flush()
}
