package web_test

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
)

// spread tells everybody what there is to tell, as the worker does.
func (s *site) spread() {
	s.t.Helper()
	for more := true; more; {
		var err error
		if more, err = s.app.Spread(s.t.Context(), 500); err != nil {
			s.t.Fatal(err)
		}
	}
}

// asked is an item that jonas asked for and mara said something about.
func (s *site) answered(title string) plumbline.Key {
	s.t.Helper()
	it, err := s.app.File(s.t.Context(), s.actor("jonas"), app.FileInput{Title: title, Body: "We need it.", Source: "form"})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.app.Comment(s.t.Context(), s.actor("mara"), it.Key, app.CommentInput{Body: "Why?"}); err != nil {
		s.t.Fatal(err)
	}
	return it.Key
}

func TestNoticesPage(t *testing.T) {
	s := demoSite(t)
	s.spread()
	v := s.as("jonas")
	v.post("/notices/read", url.Values{"all": {"1"}}, http.StatusOK)
	v.get("/notices", http.StatusOK).has(t, "You have read everything", "Notifications, nothing new")
	key := string(s.answered("Restores take <long>"))
	s.answered("Another")
	s.spread()
	v.get("/items", http.StatusOK).has(t, "Notifications, 2 new")
	v.get("/notices", http.StatusOK).has(t, "Restores take &lt;long&gt;", "commented", "You asked for it", "Mark as read", "Unfollow", `data-row`)
	v.post("/notices/read", url.Values{"key": {key}, "next": {"/notices"}}, http.StatusOK).lacks(t, "Restores take")
	v.get("/notices?show=all", http.StatusOK).has(t, "Restores take", "Another")
	v.post("/items/"+key+"/mute", url.Values{"on": {"1"}, "next": {"/notices?show=all"}}, http.StatusOK).has(t, "muted", "Unmute", "You hear no more of "+key)
	if _, err := s.app.Comment(t.Context(), s.actor("mara"), plumbline.Key(key), app.CommentInput{Body: "And?"}); err != nil {
		t.Fatal(err)
	}
	s.spread()
	v.get("/items", http.StatusOK).has(t, "Notifications, 1 new")
	v.get("/notices?cursor=nonsense", http.StatusUnprocessableEntity)
}

// Opening an item reads what one was told of it, and nothing that came since; the
// bell of its own page knows that already.
func TestOpeningReads(t *testing.T) {
	s := demoSite(t)
	s.spread()
	v := s.as("jonas")
	v.post("/notices/read", url.Values{"all": {"1"}}, http.StatusOK)
	key, other := string(s.answered("Restores take long")), s.answered("Another")
	s.spread()
	v.get("/items/"+key+"/history", http.StatusOK).has(t, "Notifications, 2 new")
	s.as("mara").get("/items/"+key, http.StatusOK) // her looking is not his
	before, _ := v.asked("/items/" + string(other) + "/history")
	v.get("/items/"+key, http.StatusOK).has(t, "Notifications, 1 new")
	after, _ := v.asked("/items/" + string(other) + "/history")
	if before != after {
		t.Errorf("the number in the bell changes the number of statements: %d, then %d", before, after)
	}
	page := v.get("/notices", http.StatusOK)
	page.has(t, "Another")
	page.lacks(t, "Restores take long")
	if _, err := s.app.Comment(t.Context(), s.actor("mara"), plumbline.Key(key), app.CommentInput{Body: "And?"}); err != nil {
		t.Fatal(err)
	}
	s.spread()
	v.get("/items", http.StatusOK).has(t, "Notifications, 2 new")
	first, _ := v.asked("/items/" + key)
	second, _ := v.asked("/items/" + key)
	if first != second+2 {
		t.Errorf("statements: %d with something unread, %d without; finding the item and one write are the difference", first, second)
	}
	v.get("/items", http.StatusOK).has(t, "Notifications, 1 new")
}

// A stream wakes the page of whom was told something, and nobody else's.
func TestTheBellRings(t *testing.T) {
	s := demoSite(t)
	s.spread()
	v := s.as("jonas")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.srv.URL+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := v.c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Scan() // retry: the stream is open
	s.answered("Restores take long")
	s.spread()
	for lines.Scan() {
		if lines.Text() == `data: {"type":"notices"}` {
			return
		}
	}
	t.Fatalf("the stream ended without a ring: %v", lines.Err())
}

func TestNoticeSettings(t *testing.T) {
	s := demoSite(t)
	v := s.as("jonas")
	page := v.get("/settings/notifications", http.StatusOK)
	page.has(t, "What you are told")
	page.lacks(t, "Add what you are told")
	page.has(t, "You asked for it", "No mail server is configured", "Make my addresses")
	page.lacks(t, "You administer")
	form := url.Values{"on_asked": {"on"}, "digest": {"on"}, "hour": {"6"}, "zone": {"Europe/Berlin"}}
	v.post("/settings/notifications", form, http.StatusOK).has(t, "Saved.", `value="Europe/Berlin"`)
	prefs, err := s.app.Prefs(t.Context(), s.actor("jonas"))
	if err != nil {
		t.Fatal(err)
	}
	if !prefs.Digest || prefs.Hour != 6 || len(prefs.Off) != len(plumbline.NoticeReasons)-1 {
		t.Errorf("the settings are %+v", prefs)
	}
	form.Set("zone", "Nowhere")
	v.post("/settings/notifications", form, http.StatusUnprocessableEntity).has(t, "There is no time zone", "Nowhere")
}

func TestUnsubscribePage(t *testing.T) {
	s := emptySite(t)
	nobody := s.as("")
	nobody.get("/unsubscribe?for=x.y", http.StatusNotFound).has(t, "not one of ours")
	nobody.post("/unsubscribe?for=x.y", url.Values{"List-Unsubscribe": {"One-Click"}}, http.StatusNotFound)
}

func TestWebhookSettings(t *testing.T) {
	s := demoSite(t)
	for _, handle := range []string{"jonas", "mara"} {
		s.as(handle).get("/settings/webhooks", http.StatusForbidden)
	}
	v := s.as("avery")
	v.get("/settings/webhooks", http.StatusOK).has(t, "No webhooks yet")
	v.post("/settings/webhooks", url.Values{"name": {"bus"}, "url": {"http://10.0.0.1/hook"}}, http.StatusUnprocessableEntity).has(t, "allow_private", `value="bus"`)
	made := v.post("/settings/webhooks", url.Values{"name": {"bus"}, "url": {"https://example.com/hook"}, "type_item.moved": {"on"}}, http.StatusOK)
	made.has(t, "Copy the signing secret now")
	secret := regexp.MustCompile(`whsec_[A-Za-z0-9+/&#;=]+`).FindString(made.body)
	if secret == "" {
		t.Fatal("the secret is not shown")
	}
	page := v.get("/settings/webhooks", http.StatusOK)
	page.has(t, "In use", "item.moved", "https://example.com/hook")
	page.lacks(t, secret, "whsec_")
	id := regexp.MustCompile(`/settings/webhooks/([a-z0-9-]+)"`).FindStringSubmatch(made.body)[1]
	v.get("/settings/webhooks?edit="+id, http.StatusOK).has(t, "Change bus", `name="id" value="`+id+`"`)
	v.post("/settings/webhooks", url.Values{"id": {id}, "name": {"bus two"}, "url": {"https://example.com/hook"}}, http.StatusOK).has(t, "bus two", "Webhook saved.")
	v.post("/settings/webhooks/"+id, url.Values{"do": {"ping"}}, http.StatusOK).has(t, "ping", "waiting")
	v.post("/settings/webhooks/"+id, url.Values{"do": {"secret"}}, http.StatusOK).has(t, "Copy the signing secret now", "both secrets")
	v.post("/settings/webhooks/"+id, url.Values{"do": {"off"}}, http.StatusOK).has(t, "Turned off", "failed", "Send again")
	v.post("/settings/webhooks/"+id, url.Values{"do": {"on"}}, http.StatusOK).has(t, "In use")
	v.post("/settings/webhooks/"+id, url.Values{"do": {"dance"}}, http.StatusUnprocessableEntity)
	sent, err := s.app.Deliveries(t.Context(), s.actor("avery"), id)
	if err != nil || len(sent) != 1 {
		t.Fatalf("%v %v", sent, err)
	}
	v.post("/settings/deliveries/"+sent[0].ID, nil, http.StatusOK).has(t, "It is sent again.")
	v.post("/settings/webhooks/"+id, url.Values{"do": {"off"}}, http.StatusOK)
	v.post("/settings/webhooks/"+id, url.Values{"do": {"remove"}}, http.StatusOK).has(t, "No webhooks yet")
	if strings.Contains(made.body, "allow_private") {
		t.Error("a good address is complained about")
	}
}
