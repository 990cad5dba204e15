package api

import (
	"context"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/notices"
)

func TestNotices(t *testing.T) {
	h := newHouse(t, Options{})
	key := h.file("Faster restores")
	if _, err := h.app.Comment(context.Background(), h.people[plumbline.PM], key, app.CommentInput{Body: "Why?"}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.app.Spread(context.Background(), 1000); err != nil {
		t.Fatal(err)
	}
	page := read[notices.NoticePage](t, h.do(plumbline.Requester, "GET", prefix+"/notices?unread=true", ""))
	if page.Unread != 1 || len(page.Groups) != 1 || page.Groups[0].Key != key || page.Groups[0].Lines[0].Reason != plumbline.YouAsked {
		t.Fatalf("the page is %+v", page)
	}
	if a := h.do(plumbline.Requester, "POST", prefix+"/notices/read", `{"key":"`+string(key)+`"}`); a.status != 204 {
		t.Errorf("read: %d %s", a.status, a.body)
	}
	if page = read[notices.NoticePage](t, h.do(plumbline.Requester, "GET", prefix+"/notices?unread=true", "")); page.Unread != 0 {
		t.Errorf("%d are unread", page.Unread)
	}
	if p := h.do(plumbline.Requester, "GET", prefix+"/notices?cursor=x", "").problem(t); p.Status != 422 {
		t.Errorf("a bad cursor: %d", p.Status)
	}
	if p := h.do("", "GET", prefix+"/notices", "").problem(t); p.Status != 401 {
		t.Errorf("nobody: %d", p.Status)
	}
}

func TestWebhooks(t *testing.T) {
	h := newHouse(t, Options{})
	const at, good = prefix + "/webhooks/bus", `{"name":"Bus","url":"https://example.com/hook"}`
	made := read[newWebhook](t, h.do(plumbline.Admin, "PUT", at, good))
	if !strings.HasPrefix(made.Secret, "whsec_") || made.Webhook.ID != "bus" {
		t.Fatalf("made %+v", made)
	}
	if again := read[newWebhook](t, h.do(plumbline.Admin, "PUT", at, good)); again.Secret != "" {
		t.Error("the secret is shown a second time")
	}
	if list := h.do(plumbline.Admin, "GET", prefix+"/webhooks", ""); strings.Contains(string(list.body), "whsec_") {
		t.Errorf("the list holds a secret: %s", list.body)
	}
	for _, c := range []struct {
		role               plumbline.Role
		method, path, body string
		want               int
	}{
		{plumbline.PM, "PUT", at, good, 403}, {plumbline.PM, "GET", prefix + "/webhooks", "", 403},
		{plumbline.Admin, "PUT", prefix + "/webhooks/Not+a+ref", good, 422}, {plumbline.Admin, "PUT", prefix + "/webhooks/mail", good, 422},
		{plumbline.Admin, "PUT", at, `{"name":"Bus","url":"http://10.0.0.1"}`, 422},
		{plumbline.Admin, "POST", at + "/ping", "", 202}, {plumbline.Admin, "POST", at + "/off", "", 204}, {plumbline.Admin, "POST", at + "/ping", "", 409},
		{plumbline.Admin, "POST", at + "/on", "", 204}, {plumbline.Admin, "DELETE", at, "", 204}, {plumbline.Admin, "DELETE", at, "", 404},
	} {
		if a := h.do(c.role, c.method, c.path, c.body); a.status != c.want {
			t.Errorf("%s %s as %s: %d, want %d: %s", c.method, c.path, c.role, a.status, c.want, a.body)
		}
	}
}

// TestFeed makes, uses up and ends a feed address, and sends a letter again.
func TestFeed(t *testing.T) {
	h := newHouse(t, Options{})
	first := read[newFeed](t, h.do(plumbline.Requester, "PUT", prefix+"/feed", ""))
	second := read[newFeed](t, h.do(plumbline.Requester, "PUT", prefix+"/feed", ""))
	if _, err := h.app.WhoByFeed(context.Background(), first.Secret); plumbline.KindOf(err) != plumbline.Unauthenticated {
		t.Errorf("the address before: %v", err)
	}
	if who, err := h.app.WhoByFeed(context.Background(), second.Secret); err != nil || who.Person != h.people[plumbline.Requester].Person {
		t.Errorf("the address: %v, %v", who, err)
	}
	if v := read[notices.FeedView](t, h.do(plumbline.Requester, "GET", prefix+"/feed", "")); !v.Has {
		t.Error("there is no address")
	}
	for _, c := range []struct {
		role         plumbline.Role
		method, path string
		want         int
	}{
		{plumbline.Requester, "DELETE", "/feed", 204}, {plumbline.Requester, "DELETE", "/feed", 204}, {"", "PUT", "/feed", 401},
		{plumbline.PM, "POST", "/deliveries/x/retry", 403}, {plumbline.Admin, "POST", "/deliveries/x/retry", 404},
	} {
		if a := h.do(c.role, c.method, prefix+c.path, ""); a.status != c.want {
			t.Errorf("%s %s as %s: %d, want %d: %s", c.method, c.path, c.role, a.status, c.want, a.body)
		}
	}
	if v := read[notices.FeedView](t, h.do(plumbline.Requester, "GET", prefix+"/feed", "")); v.Has {
		t.Error("the address is not ended")
	}
}
