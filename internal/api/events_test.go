package api

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/client"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestEvents(t *testing.T) {
	h := newHouse(t, Options{})
	for i := range 5 {
		h.file(fmt.Sprint("item ", i))
	}
	read[plumbline.Item](t, h.do(plumbline.PM, "POST", prefix+"/items", `{"title":"Secret merger","visibility":"confidential"}`))
	var got []int64
	after := int64(0)
	for range 20 {
		page := read[client.EventPage](t, h.do(plumbline.Contributor, "GET", fmt.Sprintf("%s/events?after=%d&limit=2", prefix, after), ""))
		for _, e := range page.Events {
			if e.Seen == plumbline.Confidential {
				t.Errorf("a contributor reads %s", e.Type)
			}
			got = append(got, e.Seq)
		}
		if page.Next == after {
			break
		}
		after = page.Next
	}
	for i := 1; i < len(got); i++ {
		if got[i] <= got[i-1] {
			t.Errorf("out of order: %v", got)
		}
	}
	last, err := h.app.LastSeq(context.Background())
	if err != nil || after != last {
		t.Errorf("next ends at %d, the newest event is %d (%v)", after, last, err)
	}
}

// TestStream reads events as they happen, breaks the connection, and misses
// nothing.
func TestStream(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := houseOn(t, db, Options{})
		srv := httptest.NewServer(h.door)
		defer srv.Close()
		h.file("before")
		first := h.listen(t, srv.URL, plumbline.Contributor, "")
		h.file("during 1")
		e1 := first.next(t)
		first.stop()
		h.file("while away")
		second := h.listen(t, srv.URL, plumbline.Contributor, strconv.FormatInt(e1.id, 10))
		e2 := second.next(t)
		h.file("during 2")
		e3 := second.next(t)
		second.stop()
		if !strings.Contains(e1.data, `"item filed"`) || e2.id <= e1.id || e3.id <= e2.id {
			t.Errorf("got %v, %v, %v", e1, e2, e3)
		}
		all := read[client.EventPage](t, h.do(plumbline.Contributor, "GET", fmt.Sprintf("%s/events?after=%d", prefix, e1.id-1), ""))
		want := []int64{e1.id, e2.id, e3.id}
		if len(all.Events) != 3 || all.Events[0].Seq != want[0] || all.Events[1].Seq != want[1] || all.Events[2].Seq != want[2] {
			t.Errorf("the stream had %v, the list %v", want, all.Events)
		}
	})
}

// TestStreamPassesOver moves the point to resume from beyond what the reader
// may not see, and never tells it.
func TestStreamPassesOver(t *testing.T) {
	h := newHouse(t, Options{})
	srv := httptest.NewServer(h.door)
	defer srv.Close()
	s := h.listen(t, srv.URL, plumbline.Requester, "0")
	read[plumbline.Item](t, h.do(plumbline.PM, "POST", prefix+"/items", `{"title":"Secret merger","visibility":"confidential"}`))
	last, err := h.app.LastSeq(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	key := h.file("mine")
	for {
		e := s.next(t)
		if strings.Contains(e.data, "REQ-1\"") {
			t.Errorf("a requester reads %s", e.data)
		}
		if strings.Contains(e.data, string(key)) {
			if e.id <= last {
				t.Errorf("got id %d, want beyond %d", e.id, last)
			}
			break
		}
	}
	s.stop()
}

// TestStreamEnds ends streams when the server stops and when the token does.
func TestStreamEnds(t *testing.T) {
	h := newHouse(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one, done := context.WithCancel(r.Context())
		defer done()
		defer context.AfterFunc(ctx, done)()
		h.door.ServeHTTP(w, r.WithContext(one))
	}))
	defer srv.Close()
	s := h.listen(t, srv.URL, plumbline.PM, "")
	cancel()
	if e, ok := <-s.events; ok {
		t.Errorf("got %v after the end", e)
	}
	s.stop()
}

type event struct {
	id   int64
	data string
}

// listener is a stream that a test reads.
type listener struct {
	events chan event
	stop   func()
}

func (l *listener) next(t *testing.T) event {
	t.Helper()
	select {
	case e, ok := <-l.events:
		if !ok {
			t.Fatal("the stream ended")
		}
		return e
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came in 30 s")
	}
	return event{}
}

// listen opens a stream and gives the events that have data.
func (h *house) listen(t *testing.T, server string, role plumbline.Role, lastID string) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, "GET", server+prefix+"/events/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.tokens[role])
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("got %s %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	l := &listener{events: make(chan event, 100)}
	ready := make(chan struct{})
	go func() {
		defer close(l.events)
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		var e event
		begun := false
		for lines.Scan() {
			switch name, v, _ := strings.Cut(lines.Text(), ": "); name {
			case "id":
				e.id, _ = strconv.ParseInt(v, 10, 64)
			case "data":
				e.data = v
			case "":
				if !begun {
					begun = true
					close(ready)
				}
				if e.data != "" {
					l.events <- e
				}
				e.data = ""
			}
		}
	}()
	<-ready
	l.stop = cancel
	t.Cleanup(cancel)
	return l
}
