package linktest

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestWireTroubles(t *testing.T) {
	clock, handled := NewClock(dawn), 0
	w := NewWire("127.0.0.1:0", clock.Now, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		handled++
		rw.WriteHeader(http.StatusTeapot)
	}))
	defer w.Close()
	ask := func(method, path string) int {
		req, err := http.NewRequest(method, w.URL+path, strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			return 0
		}
		res.Body.Close()
		if at, err := http.ParseTime(res.Header.Get("Date")); err != nil || !at.Equal(dawn) {
			t.Errorf("got Date %q", res.Header.Get("Date"))
		}
		return res.StatusCode
	}
	w.Trouble(Trouble{Method: "write", Path: "/a", Skip: 1, Times: 2, Status: 500})
	w.Trouble(Trouble{Path: "/drop", Apply: true, Drop: true})
	for i, c := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/a", 418}, {"POST", "/b", 418}, {"POST", "/a?x", 418}, {"PUT", "/a", 500}, {"DELETE", "/x/a", 500}, {"POST", "/a", 418}, {"POST", "/drop", 0}, {"POST", "/drop", 418},
	} {
		if got := ask(c.method, c.path); got != c.want {
			t.Errorf("request %d: got %d, want %d", i, got, c.want)
		}
	}
	if handled != 6 {
		t.Errorf("%d requests were handled, want 6: the dropped one too", handled)
	}
	log := w.Requests()
	if len(log) != 8 || len(w.Writes()) != 7 || log[2].Path != "/a?x" || log[3].Status != 500 || log[6].Status != 0 || log[1].Body != "x" {
		t.Errorf("got log %+v", log)
	}
	w.Forget()
	w.Fail(-1, 503)
	first, second := ask("GET", "/"), ask("GET", "/")
	if first != 503 || second != 503 || len(w.Requests()) != 2 {
		t.Error("it does not fail for ever")
	}
	if w.Calm(); ask("GET", "/") != 418 {
		t.Error("it does not calm")
	}
}

func TestCourier(t *testing.T) {
	var got []string
	w := NewWire("", time.Now, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = append(got, r.Header.Get("N")) }))
	defer w.Close()
	c := NewCourier(time.Second, false)
	defer c.Close()
	send := func(n string) {
		c.Send(Parcel{URL: w.URL, Header: http.Header{"N": {n}}}, nil)
	}
	c.Hold()
	for _, n := range []string{"1", "2", "3"} {
		send(n)
	}
	if !c.Wait(time.Second) || len(got) != 0 {
		t.Errorf("held, but sent %q", got)
	}
	c.Release(func(p []Parcel) []Parcel { return []Parcel{p[2], p[1], p[1]} })
	send("4")
	if !c.Wait(10*time.Second) || strings.Join(got, " ") != "3 2 2 4" || len(c.Sent()) != 4 || c.Sent()[0].Status != 200 {
		t.Errorf("got %q, %+v", got, c.Sent())
	}
}

func TestMentions(t *testing.T) {
	got := strings.Join(Mentions("@all (@org/team), mail@example.com é@x. @a-b. @ @-c"), " ")
	if got != "all org/team x a-b" {
		t.Errorf("got %q", got)
	}
}
