package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"plumbline"
)

// heartbeat keeps a quiet stream open through proxies.
const heartbeat = 25 * time.Second

// live tells an open page what changed, as server-sent events: the id is the
// event's sequence number, so that a browser goes on where it was. The page then
// asks for its own parts again; the stream carries no content.
func (w *Web) live(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	ctx := r.Context()
	after, err := w.begin(r)
	if err != nil {
		return err
	}
	wake, stop := w.app.Subscribe()
	defer stop()
	rc := openStream(rw)
	fmt.Fprint(rw, "retry: 1000\n\n")
	_ = rc.Flush()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	next := w.app.CatchUp
	ring := ringer{told: -1}
	for {
		if after, err = push(ctx, rw, who, after, next); err == nil {
			err = w.ring(ctx, rw, who, &ring)
		}
		if err != nil {
			return nil // the head is sent: the browser comes again
		}
		if rc.Flush() != nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-w.opt.Done:
			return nil
		case <-wake:
			next = w.app.Follow
		case <-beat.C:
			next = w.app.CatchUp // another process may have written without waking us
			ring.sure = true
			fmt.Fprint(rw, ": still here\n\n")
		}
	}
}

// eventStream is the media type of server-sent events.
const eventStream = "text/event-stream"

// openStream makes an answer one of server-sent events.
func openStream(rw http.ResponseWriter) *http.ResponseController {
	rc := http.NewResponseController(rw)
	_ = rc.SetWriteDeadline(time.Time{})
	h := rw.Header()
	h.Set("Content-Type", eventStream)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	return rc
}

// ringer is what a stream knows of its reader's notices.
type ringer struct {
	told   int64 // how often this server had told anybody something; -1: not asked yet
	newest int64 // the newest that the reader was told
	sure   bool  // ask in any case: another server may have told
}

// ring says when the reader was told something new. It asks after this server
// told anybody something, so that a thousand open pages ask nothing for nothing.
func (w *Web) ring(ctx context.Context, rw io.Writer, who plumbline.Actor, ring *ringer) error {
	told := w.app.Told()
	if told == ring.told && !ring.sure {
		return nil
	}
	newest, err := w.app.NewestNotice(ctx, who)
	if err != nil {
		return err
	}
	if ring.told >= 0 && newest > ring.newest {
		if _, err := io.WriteString(rw, "data: {\"type\":\"notices\"}\n\n"); err != nil {
			return err
		}
	}
	*ring = ringer{told: told, newest: newest}
	return nil
}

// begin is the event after which the stream starts: where the browser was, or now.
func (w *Web) begin(r *http.Request) (int64, error) {
	for _, s := range []string{r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")} {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && n >= 0 {
			return n, nil
		}
	}
	return w.app.LastSeq(r.Context())
}

// events reads what happened after an event, and says how far it has read.
type events func(ctx context.Context, who plumbline.Actor, after int64) ([]plumbline.Event, int64, error)

// push writes what who may see of what happened after an event, and returns the
// one that it has come to.
func push(ctx context.Context, rw io.Writer, who plumbline.Actor, after int64, next events) (int64, error) {
	for {
		news, last, err := next(ctx, who, after)
		if err != nil || last == after {
			return after, err
		}
		var b bytes.Buffer
		for _, e := range news {
			what, err := json.Marshal(map[string]any{"type": e.Type, "key": e.Key})
			if err != nil {
				return after, err
			}
			fmt.Fprintf(&b, "id: %d\ndata: %s\n\n", e.Seq, what)
		}
		if after = last; b.Len() == 0 {
			continue
		}
		if _, err := rw.Write(b.Bytes()); err != nil {
			return after, err
		}
	}
}
