package gitlabtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"plumbline/internal/link/linktest"
)

func TestWebhooks(t *testing.T) {
	s, clock := fresh(t, Options{WorkItems: true, SpacedTimes: true})
	var status, calls atomic.Int64
	status.Store(500)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.WriteHeader(int(status.Load()))
	}))
	t.Cleanup(receiver.Close)
	id := s.SetHook(Hook{URL: receiver.URL, Issues: true, Secret: "x"})
	act := func() int64 {
		before := calls.Load()
		s.CreateIssue("mara", "A", "", "a")
		s.Courier.Wait(10 * time.Second)
		return calls.Load() - before
	}
	hook := func() map[string]any {
		s.SetLevel(Bot, Maintainer)
		_, _, body := ask(t, s, "GET", s.at()+"/hooks", "")
		var list []map[string]any
		if err := json.Unmarshal([]byte(body), &list); err != nil || len(list) != 1 {
			t.Fatalf("%v: %s", err, body)
		}
		return list[0]
	}
	for i := range 4 {
		if act() != 1 {
			t.Fatalf("delivery %d was not tried, or tried again", i)
		}
	}
	if h := hook(); act() != 0 || h["alert_status"] != "temporarily_disabled" || h["disabled_until"] != "2026-11-22T12:01:00.123Z" {
		t.Errorf("after four failures: %v", h)
	}
	clock.Advance(time.Minute)
	if act() != 1 || hook()["disabled_until"] != "2026-11-22T12:03:00.123Z" {
		t.Errorf("after the fifth: %v", hook())
	}
	clock.Advance(2 * time.Minute)
	status.Store(302)
	if act() != 1 || hook()["alert_status"] != "executable" {
		t.Error("a redirect does not count as a success")
	}
	status.Store(400)
	for range 40 {
		clock.Advance(25 * time.Hour)
		act()
	}
	if clock.Advance(1000 * time.Hour); act() != 0 || hook()["alert_status"] != "disabled" {
		t.Error("after forty failures it is not off for good")
	}
	s.SetHook(Hook{ID: id, URL: receiver.URL, Issues: true})
	s.CreateConfidential("mara", "A", "")
	before := len(s.Courier.Sent())
	s.Courier.Wait(10 * time.Second)
	if len(s.Courier.Sent()) != before {
		t.Error("a confidential issue was announced to a hook that does not ask for it")
	}
	first := s.Courier.Sent()[0]
	var body struct {
		Kind       string `json:"object_kind"`
		Attributes struct {
			Updated string `json:"updated_at"`
			Action  string `json:"action"`
		} `json:"object_attributes"`
	}
	if err := json.Unmarshal(first.Body, &body); err != nil || body.Kind != "work_item" || body.Attributes.Updated != "2026-11-22 12:00:00 UTC" || body.Attributes.Action != "open" {
		t.Errorf("got %+v, %v", body, err)
	}
	if first.Header.Get("X-Gitlab-Event") != "Issue Hook" || first.Header.Get("Idempotency-Key") != first.Header.Get("webhook-id") || first.Header.Get("X-Gitlab-Token") != "x" {
		t.Errorf("got %v", first.Header)
	}
}

func TestLabelChangesAreAnnounced(t *testing.T) {
	s, _ := fresh(t, Options{})
	s.AddHook(linktest.Nowhere())
	ref := s.CreateIssue("mara", "A", "", "a")
	s.AddLabels("jon", ref, "b")
	s.AddLabels("jon", ref, "b") // nothing changes, nothing is sent
	s.Courier.Wait(10 * time.Second)
	sent := s.Courier.Sent()
	if len(sent) != 2 {
		t.Fatalf("got %d deliveries", len(sent))
	}
	type labels []struct {
		Title string `json:"title"`
	}
	var body struct {
		User struct {
			Username, Email string
		} `json:"user"`
		Changes struct {
			Labels struct {
				Previous labels `json:"previous"`
				Current  labels `json:"current"`
			} `json:"labels"`
		} `json:"changes"`
	}
	if err := json.Unmarshal(sent[1].Body, &body); err != nil {
		t.Fatal(err)
	}
	if c := body.Changes.Labels; len(c.Previous) != 1 || len(c.Current) != 2 || body.User.Username != "jon" || body.User.Email != "[REDACTED]" {
		t.Errorf("got %+v", body)
	}
}
