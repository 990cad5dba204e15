package web_test

import (
	"bytes"
	"encoding/xml"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
	"plumbline/internal/web"
)

// feedSecret makes the addresses of somebody's feeds, as they do.
func (v *visitor) feedSecret() string {
	v.s.t.Helper()
	a := v.post("/settings/feed", url.Values{"do": {"make"}}, http.StatusOK)
	a.has(v.s.t, "Copy the addresses now", "/calendar/due.ics?token=")
	return regexp.MustCompile(`plf_[A-Za-z0-9_-]+`).FindString(a.body)
}

type feedXML struct {
	ID      string `xml:"id"`
	Updated string `xml:"updated"`
	Entries []struct {
		ID    string `xml:"id"`
		Title string `xml:"title"`
	} `xml:"entry"`
}

func feedOf(t *testing.T, a answer) feedXML {
	t.Helper()
	var f feedXML
	if err := xml.Unmarshal([]byte(a.body), &f); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/atom+xml") {
		t.Errorf("the content type is %q", got)
	}
	return f
}

func TestFeeds(t *testing.T) {
	s := demoSite(t)
	key := s.answered("Restores take <long>")
	v := s.as("jonas")
	secret := v.feedSecret()
	nobody := s.as("")
	with := func(path string) string {
		return path + map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "token=" + secret
	}
	items := feedOf(t, nobody.get(with("/feeds/items.atom?q=restores"), http.StatusOK))
	if len(items.Entries) == 0 || !strings.Contains(items.Entries[0].Title, "Restores take <long>") || !strings.HasPrefix(items.Entries[0].ID, "tag:") {
		t.Errorf("the feed of items is %+v", items)
	}
	item := feedOf(t, nobody.get(with("/feeds/items/"+string(key)+".atom"), http.StatusOK))
	if len(item.Entries) != 2 || !strings.HasSuffix(item.Entries[0].Title, "commented") {
		t.Errorf("the feed of the item is %+v", item)
	}
	if got := feedOf(t, v.get("/feeds/decisions.atom", http.StatusOK)); len(got.Entries) == 0 { // by session
		t.Error("the feed of decisions is empty")
	}
	for path, want := range map[string]int{
		"/feeds/items.atom": 401, "/feeds/items.atom?token=plf_wrong": 401, "/calendar/due.ics": 401, "/feeds/standings.atom": 401,
		with("/feeds/items/NOPE-1.atom"): 404, with("/feeds/items/" + string(key)): 404, with("/feeds/items.atom?colour=red"): 422,
	} {
		if got := nobody.get(path, want).Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: the refusal may be kept: %q", path, got)
		}
	}
	// The secret opens nothing else.
	nobody.c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	nobody.get(with("/items"), http.StatusSeeOther)
	v.post("/settings/feed", url.Values{"do": {"end"}}, http.StatusOK)
	nobody.get(with("/feeds/items.atom"), http.StatusUnauthorized)
}

func TestFeedsAnswer304(t *testing.T) {
	s := demoSite(t)
	key := s.answered("Restores take long")
	v := s.as("jonas")
	for _, path := range []string{"/feeds/items.atom", "/feeds/items/" + string(key) + ".atom", "/feeds/decisions.atom", "/feeds/standings.atom", "/calendar/due.ics"} {
		first := v.send(http.MethodGet, path, nil)
		etag := first.Header.Get("ETag")
		if again := v.send(http.MethodGet, path, nil, "If-None-Match", etag); etag == "" || again.StatusCode != 304 || again.body != "" {
			t.Errorf("%s: %d for the ETag %s, want 304", path, again.StatusCode, etag)
		}
	}
	path := "/feeds/items/" + string(key) + ".atom"
	first := v.send(http.MethodGet, path, nil)
	if again := v.send(http.MethodGet, path, nil, "If-Modified-Since", first.Header.Get("Last-Modified")); again.StatusCode != 304 {
		t.Errorf("%d since %s, want 304", again.StatusCode, first.Header.Get("Last-Modified"))
	}
	if _, err := s.app.Comment(t.Context(), s.actor("mara"), key, app.CommentInput{Body: "More."}); err != nil {
		t.Fatal(err)
	}
	if changed := v.send(http.MethodGet, path, nil, "If-None-Match", first.Header.Get("ETag")); changed.StatusCode != 200 {
		t.Errorf("after a change: %d, want 200", changed.StatusCode)
	}
}

// A calendar has what is due and when it is needed, and for cleared people the
// days of customers, without who they are.
func TestCalendar(t *testing.T) {
	s := demoSite(t)
	mara, jonas := s.actor("mara"), s.actor("jonas")
	it, err := s.app.File(t.Context(), jonas, app.FileInput{Title: "Restores, fast", Body: "We need it.", Source: "form", Fields: map[string]string{"needed_by": "2027-01-15"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.app.PutAccount(t.Context(), mara, app.AccountInput{Ref: "planted-ref", Name: "Planted Customer", ARR: "777777", Currency: "EUR"}); err != nil {
		t.Fatal(err)
	}
	closes := plumbline.Time(1804809600_000000) // 2027-03-12
	_, err = s.app.Demand(t.Context(), mara, it.Key, app.DemandInput{Account: "planted-ref", Points: 10, Worth: "888888", Currency: "EUR", Close: closes, Note: "Planted note"})
	if err != nil {
		t.Fatal(err)
	}
	unfolded := func(handle string) string {
		a := s.as(handle).get("/calendar/due.ics?q=restores+fast", http.StatusOK)
		if got := a.Header.Get("Content-Type"); got != "text/calendar; charset=utf-8" {
			t.Errorf("the content type is %q", got)
		}
		a.lacks(t, "lanted", "777777", "888888")
		return strings.ReplaceAll(a.body, "\r\n ", "")
	}
	const needed, signs = "DTSTART;VALUE=DATE:20270115", "DTSTART;VALUE=DATE:20270312"
	if got := unfolded("mara"); !strings.Contains(got, needed) || !strings.Contains(got, signs) || !strings.Contains(got, "a customer means to sign: Restores\\, fast") {
		t.Errorf("a cleared person reads\n%s", got)
	}
	if got := unfolded("jonas"); !strings.Contains(got, needed) || strings.Contains(got, signs) || strings.Contains(got, "customer") {
		t.Errorf("somebody not cleared reads\n%s", got)
	}
}

// The clocks in a calendar are those of the item's own page.
func TestCalendarHasTheClocks(t *testing.T) {
	s := demoSite(t)
	it, err := s.app.File(t.Context(), s.actor("ines"), app.FileInput{Process: "incident", Title: "Everything is down", Severity: "S2", Source: "form"})
	if err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(s.as("ines").get("/calendar/due.ics?q=everything+down", http.StatusOK).body, "\r\n ", "")
	running := 0
	for _, c := range s.item(it.Key).Clocks {
		if c.State != "running" {
			continue
		}
		running++
		if want := "DTSTART:" + c.Due.Std().UTC().Format("20060102T150405Z"); !strings.Contains(got, want) || !strings.Contains(got, c.Name+" is due") {
			t.Errorf("%s at %s is not in\n%s", c.Name, want, got)
		}
	}
	if running == 0 {
		t.Error("the incident has no clock")
	}
}

// The number of statements of a calendar does not grow with the items of a page.
func TestQueriesPerFeed(t *testing.T) {
	few, many := demoSite(t), demoSite(t)
	fill(t, few, 10)
	fill(t, many, 150)
	a, b := few.as("mara"), many.as("mara")
	for path, want := range map[string]int64{"/calendar/due.ics?q=filler": 9, "/feeds/items.atom": 5, "/feeds/decisions.atom": 4} {
		got, _ := a.asked(path)
		grown, _ := b.asked(path)
		t.Logf("%-30s %d statements", path, got)
		if got != want || grown != got {
			t.Errorf("%s: %d statements for ten items and %d for more, want %d", path, got, grown, want)
		}
	}
}

// The secret of a feed is in no log, whatever happens to the request.
func TestFeedSecretIsNotLogged(t *testing.T) {
	var log bytes.Buffer
	opt := web.Options{Version: "test", Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	s := demoSite(t)
	secret := s.as("jonas").feedSecret()
	db, err := store.Open(t.Context(), storetest.SQLitePath(t))
	if err != nil {
		t.Fatal(err)
	}
	broken := web.New(app.New(db, nil, today, app.Config{}), opt)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/feeds/items.atom", "/feeds/items/NOPE-1.atom", "/feeds/nothing", "/calendar/due.ics", "/items", "/notices"} {
		for _, pages := range []http.Handler{web.New(s.app, opt), broken} {
			pages.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path+"?token="+secret, nil))
		}
	}
	if !strings.Contains(log.String(), "feed failed") {
		t.Fatalf("nothing was logged:\n%s", log.String())
	}
	if strings.Contains(log.String(), secret) || strings.Contains(log.String(), "plf_") {
		t.Errorf("the log holds the secret:\n%s", log.String())
	}
}
