package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
)

// event is one message of the stream.
type event struct {
	id        int64
	Type, Key string
}

// stream opens the event stream after an event and gives what arrives on it.
func (v *visitor) stream(query string, header ...string) (<-chan event, context.CancelFunc) {
	v.s.t.Helper()
	ctx, stop := context.WithTimeout(v.s.t.Context(), time.Minute)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.s.srv.URL+"/live"+query, nil)
	if err != nil {
		v.s.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := v.c.Do(r)
	if err != nil {
		v.s.t.Fatal(err)
	}
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Content-Encoding") != "" {
		v.s.t.Fatalf("the stream: %d %v", res.StatusCode, res.Header)
	}
	out := make(chan event, 1000)
	go func() {
		defer res.Body.Close()
		defer close(out)
		e := event{}
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
				e.id, _ = strconv.ParseInt(id, 10, 64)
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && json.Unmarshal([]byte(data), &e) == nil {
				out <- e
				e = event{}
			}
		}
	}()
	return out, stop
}

// until reads the stream up to an event about an item.
func until(t *testing.T, in <-chan event, key plumbline.Key, typ string) (all []event) {
	t.Helper()
	for e := range in {
		all = append(all, e)
		if e.Key == string(key) && e.Type == typ {
			return all
		}
	}
	t.Fatalf("the stream ended without %q about %s: %+v", typ, key, all)
	return nil
}

func (s *site) file(who plumbline.Actor, title string, vis plumbline.Visibility) plumbline.Key {
	s.t.Helper()
	it, err := s.app.File(s.t.Context(), who, app.FileInput{Title: title, Visibility: vis, Source: "form"})
	if err != nil {
		s.t.Fatal(err)
	}
	return it.Key
}

func (s *site) lastSeq() int64 {
	s.t.Helper()
	seq, err := s.app.LastSeq(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return seq
}

// Events arrive in order, and a browser that comes again goes on where it was.
func TestLiveInOrderAndResumed(t *testing.T) {
	s := demoSite(t)
	mara := s.actor("mara")
	v := s.as("mara")
	start := s.lastSeq()
	in, stop := v.stream("?after=" + strconv.FormatInt(start, 10))
	key := s.file(mara, "One", plumbline.Public)
	for range 20 {
		if _, err := s.app.Comment(t.Context(), mara, key, app.CommentInput{Body: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.app.Accept(t.Context(), mara, key); err != nil {
		t.Fatal(err)
	}
	all := until(t, in, key, "item accepted")
	stop()
	if len(all) != 22 {
		t.Errorf("%d events, want 22: %+v", len(all), all)
	}
	for i, e := range all {
		if e.id != start+int64(i)+1 {
			t.Fatalf("event %d has the id %d, want %d", i, e.id, start+int64(i)+1)
		}
	}
	again, stop := v.stream("?after="+strconv.FormatInt(start, 10), "Last-Event-ID", strconv.FormatInt(all[19].id, 10))
	defer stop()
	if rest := until(t, again, key, "item accepted"); len(rest) != 2 || rest[0].id != all[20].id {
		t.Errorf("after %d came %+v", all[19].id, rest)
	}
}

// Without a place to go on from, the stream begins with what happens next; the
// pages say which event they show, so that nothing falls between.
func TestLiveFromThePage(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	key := s.find("Fixed egress addresses")
	want := `data-live-url="/live" data-live-after="` + strconv.FormatInt(s.lastSeq(), 10) + `"`
	for _, path := range []string{"/inbox", "/items", "/board", "/decisions", "/items/" + string(key), "/settings/log", "/settings/trackers"} {
		v.get(path, 200).has(t, want)
	}
	for _, path := range []string{"/ask", "/help", "/settings/teams", "/items/" + string(key) + "/edit", "/nowhere"} {
		v.send(http.MethodGet, path, nil).lacks(t, "data-live-url")
	}
	in, stop := v.stream("")
	defer stop()
	first := s.file(s.actor("mara"), "Now", plumbline.Public)
	if all := until(t, in, first, "item filed"); len(all) != 1 {
		t.Errorf("older events came too: %+v", all)
	}
}

// What somebody may not see is not announced to them, and neither is what is
// said internally about what they may see.
func TestLiveHidesWhatIsHidden(t *testing.T) {
	s := demoSite(t)
	mara := s.actor("mara")
	after := "?after=" + strconv.FormatInt(s.lastSeq(), 10)
	secret := s.file(mara, "Confidential", plumbline.Confidential)
	inside := s.file(mara, "Internal", plumbline.InternalOnly)
	open := s.file(mara, "Open", plumbline.Public)
	if _, err := s.app.Comment(t.Context(), mara, open, app.CommentInput{Body: "hush", Internal: true}); err != nil {
		t.Fatal(err)
	}
	if err := s.app.PutTeam(t.Context(), mara, plumbline.Team{Ref: "t", Name: "T"}); err != nil {
		t.Fatal(err)
	}
	last := s.file(mara, "Last", plumbline.Public)
	for who, want := range map[string][]plumbline.Key{"jonas": {open, last}, "ines": {inside, open, open, last}, "mara": {secret, inside, open, open, "", last}} {
		in, stop := s.as(who).stream(after)
		var got []plumbline.Key
		for _, e := range until(t, in, last, "item filed") {
			got = append(got, plumbline.Key(e.Key))
		}
		stop()
		if len(got) != len(want) {
			t.Errorf("%s: %v, want %v", who, got, want)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s: %v, want %v", who, got, want)
				break
			}
		}
	}
}

// A visitor has no stream.
func TestLiveNeedsASession(t *testing.T) {
	s := demoSite(t)
	if a := s.as("").once(http.MethodGet, "/live", nil); a.StatusCode != 303 {
		t.Errorf("a visitor's stream: %d", a.StatusCode)
	}
}
