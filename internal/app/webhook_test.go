package app_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/notices"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func (w *world) hook(types ...string) plumbline.Webhook {
	w.t.Helper()
	secret, h, err := w.app.MakeWebhook(w.ctx(), w.admin, notices.WebhookInput{Name: "bus", URL: "https://example.com/hook", Types: types})
	w.ok(err)
	if !strings.HasPrefix(secret, "whsec_") || len(secret) < 40 {
		w.t.Fatalf("the secret is %q", secret)
	}
	return h
}

// posts opens what is due for webhooks and says what came of each attempt.
func (w *world) posts(sent plumbline.Sent) (out []plumbline.Post) {
	w.t.Helper()
	for {
		due := w.letters()
		if len(due) == 0 {
			return out
		}
		for _, l := range due {
			p, ok, err := w.app.OpenLetter(w.ctx(), l)
			w.ok(err)
			if !ok {
				continue
			}
			out = append(out, *p.Post)
			w.ok(w.app.CloseLetter(w.ctx(), l, sent))
		}
	}
}

func (w *world) theHook() plumbline.Webhook {
	w.t.Helper()
	hooks, err := w.app.Webhooks(w.ctx(), w.admin)
	w.ok(err)
	return hooks[0]
}

var fine = plumbline.Sent{OK: true, Text: "It answered 200."}

// Everything that is not for everybody stays in: customers, amounts, internal
// and confidential text, and events about people and settings.
func TestWebhooksGetPublicEventsOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.hook()
		it := w.validated("Faster restores")
		secret := w.file("A matter of planted-words")
		hidden := plumbline.InternalOnly
		_, err := w.app.Edit(w.ctx(), w.pm, secret.Key, app.EditInput{Visibility: &hidden})
		w.ok(err)
		w.comment(w.pm, it.Key, true)
		_, err = w.app.Comment(w.ctx(), w.pm, it.Key, app.CommentInput{Body: "planted-words in a comment"})
		w.ok(err)
		_, err = w.app.Attach(w.ctx(), w.pm, it.Key, app.EvidenceInput{Grade: plumbline.Opinion, Text: "planted-words", Internal: true})
		w.ok(err)
		in := pursue
		in.Reason = "planted-words for ourselves"
		_, err = w.app.Decide(w.ctx(), w.pm, it.Key, in)
		w.ok(err)
		w.spread()
		var types []string
		for _, p := range w.posts(fine) {
			var b struct {
				Type      string
				Timestamp time.Time
				Data      struct{ Item struct{ Key, URL string } }
			}
			w.ok(json.Unmarshal([]byte(p.Body), &b))
			types = append(types, b.Type)
			if b.Timestamp.IsZero() || b.Data.Item.Key != "REQ-1" || b.Data.Item.URL != "https://plumb.example/items/REQ-1" {
				t.Errorf("the body is %s", p.Body)
			}
			for _, planted := range []string{"Acme", "acme", "250000", "1200000", "EUR", "400", "renewal", "planted", "whsec", secret.Title} {
				if strings.Contains(p.Body, planted) {
					t.Errorf("%q left the house: %s", planted, p.Body)
				}
			}
		}
		got := strings.Join(types, " ")
		for _, want := range []string{"item.filed", "item.accepted", "comment.added", "item.decided", "item.handed_off"} {
			if !strings.Contains(got, want) {
				t.Errorf("there is no %s in %s", want, got)
			}
		}
		if n := strings.Count(got, "comment.added"); n != 1 {
			t.Errorf("%d comments were told, want the public one", n)
		}
	})
}

func TestWebhookChoosesTypes(t *testing.T) {
	w := sqliteWorld(t)
	w.hook("comment.added")
	w.comment(w.requester, w.file("Faster restores").Key, false)
	w.spread()
	if posts := w.posts(fine); len(posts) != 1 || !strings.Contains(posts[0].Body, `"type":"comment.added"`) {
		t.Errorf("the deliveries are %v", posts)
	}
	_, _, err := w.app.MakeWebhook(w.ctx(), w.admin, notices.WebhookInput{Name: "x", URL: "https://example.com", Types: []string{"person.fired"}})
	w.refused(err, plumbline.Invalid, "person.fired")
}

// A delivery that fails is tried ten times, at the pauses that the specification
// recommends, always with the same id and body.
func TestRetriesOfAWebhook(t *testing.T) {
	w := sqliteWorld(t)
	w.hook("item.filed")
	w.file("Faster restores")
	w.spread()
	want := []time.Duration{0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}
	ids := map[string]bool{}
	for i, pause := range want {
		if pause > 0 {
			w.now = w.now.Add(pause - time.Second)
			if early := w.letters(); len(early) != 0 {
				t.Fatalf("attempt %d came before %s", i+1, pause)
			}
			w.now = w.now.Add(time.Second + pause/10)
		}
		posts := w.posts(plumbline.Sent{Text: "It answered 500."})
		if len(posts) != 1 {
			t.Fatalf("attempt %d: %d deliveries, want 1", i+1, len(posts))
		}
		ids[posts[0].ID+posts[0].Body] = true
	}
	w.now = w.now.Add(60 * 24 * time.Hour)
	if late := w.letters(); len(late) != 0 || len(ids) != 1 {
		t.Fatalf("%d more attempts, %d different ids and bodies; want none and one", len(late), len(ids))
	}
	all, err := w.app.Deliveries(w.ctx(), w.admin, w.theHook().ID)
	w.ok(err)
	if all[0].Status != plumbline.ActionFailed || all[0].Attempts != 10 || all[0].Result != "It answered 500." {
		t.Errorf("the delivery is %+v", all[0])
	}
	w.ok(w.app.SendAgain(w.ctx(), w.admin, all[0].ID))
	again := w.posts(fine)
	if len(again) != 1 || !ids[again[0].ID+again[0].Body] {
		t.Errorf("sent again: %v, want the same once more", again)
	}
}

func TestGoneTurnsAWebhookOff(t *testing.T) {
	w := sqliteWorld(t)
	w.hook()
	w.comment(w.requester, w.file("Faster restores").Key, false)
	w.spread()
	if n := len(w.posts(plumbline.Sent{Gone: true, Text: "It answered 410."})); n != 1 {
		t.Errorf("%d attempts, want one and no more", n)
	}
	h := w.theHook()
	if h.Disabled.IsZero() || !strings.Contains(h.Why, "410") {
		t.Errorf("the webhook is %+v, want it off", h)
	}
	w.file("Another")
	w.spread()
	if n := len(w.letters()); n != 0 {
		t.Errorf("%d letters to a webhook that is off", n)
	}
	w.wantTold(w.admin, "* webhook disabled: admin")
	w.refused(w.app.PingWebhook(w.ctx(), w.admin, h.ID), plumbline.Conflict, "turned off")
	w.ok(w.app.SetWebhook(w.ctx(), w.admin, h.ID, true))
	w.ok(w.app.PingWebhook(w.ctx(), w.admin, h.ID))
	if posts := w.posts(fine); len(posts) != 1 || !strings.Contains(posts[0].Body, `"type":"ping"`) {
		t.Errorf("after it was turned on: %v, want one ping", posts)
	}
}

func TestDaysOfFailureTurnAWebhookOff(t *testing.T) {
	w := sqliteWorld(t)
	w.hook("item.filed")
	for range 6 {
		w.file("Faster restores")
		w.spread()
		w.posts(plumbline.Sent{Text: "It did not answer in time."})
		if !w.theHook().Disabled.IsZero() {
			t.Fatal("it is off too early")
		}
		w.now = w.now.Add(23 * time.Hour)
	}
	w.posts(plumbline.Sent{Text: "It did not answer in time."})
	if h := w.theHook(); h.Disabled.IsZero() || !strings.Contains(h.Why, "five days") {
		t.Errorf("the webhook is %+v, want it off", h)
	}
}

func TestWebhookSecretTurns(t *testing.T) {
	w := sqliteWorld(t)
	h := w.hook()
	second, err := w.app.TurnSecret(w.ctx(), w.admin, h.ID)
	w.ok(err)
	w.ok(w.app.PingWebhook(w.ctx(), w.admin, h.ID))
	posts := w.posts(fine)
	if len(posts[0].Secrets) != 2 || posts[0].Secrets[0] != second {
		t.Errorf("%d secrets sign, the new one first; want two", len(posts[0].Secrets))
	}
	w.now = w.now.Add(25 * time.Hour)
	w.ok(w.app.PingWebhook(w.ctx(), w.admin, h.ID))
	if posts := w.posts(fine); len(posts[0].Secrets) != 1 || posts[0].Secrets[0] != second {
		t.Error("after a day the old secret still signs")
	}
}

func TestWhoManagesWebhooks(t *testing.T) {
	w := sqliteWorld(t)
	h := w.hook()
	for _, who := range []plumbline.Actor{w.requester, w.contributor, w.pm} {
		_, err := w.app.Webhooks(w.ctx(), who)
		w.refused(err, plumbline.Denied, "webhooks")
		w.refused(w.app.DropWebhook(w.ctx(), who, h.ID), plumbline.Denied, "webhooks")
		w.refused(w.app.SendAgain(w.ctx(), who, "x"), plumbline.Denied, "webhooks")
	}
	for _, c := range []struct{ url, want string }{
		{"http://example.com", "https://"}, {"ftp://example.com", "address"}, {"https://user:pass@example.com", "password"}, {"https://", "address"}, {"nonsense", "address"},
	} {
		_, _, err := w.app.MakeWebhook(w.ctx(), w.admin, notices.WebhookInput{Name: "x", URL: c.url})
		w.refused(err, plumbline.Invalid, c.want)
	}
	w.ok(w.app.DropWebhook(w.ctx(), w.admin, h.ID))
	w.refused(w.app.PingWebhook(w.ctx(), w.admin, h.ID), plumbline.NotFound, "")
}

// A server that died after sending leaves a letter that goes out again, with its
// id; who comes back too late changes nothing.
func TestLetterOfADeadServer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.hook("item.filed")
		w.file("Faster restores")
		w.file("Another")
		w.spread()
		first := w.letters()
		if len(first) != 1 || len(w.letters()) != 0 {
			t.Fatalf("%d letters, want one to a receiver at a time", len(first))
		}
		w.now = w.now.Add(2 * time.Minute)
		second := w.letters()
		if len(second) != 1 || second[0].ID != first[0].ID || second[0].Attempts != 2 {
			t.Fatalf("after its lease the letter is %+v, want the same once more", second)
		}
		w.refused(w.app.CloseLetter(w.ctx(), first[0], fine), plumbline.Conflict, "taken over")
		w.ok(w.app.CloseLetter(w.ctx(), second[0], fine))
	})
}

func TestFeedAddress(t *testing.T) {
	w := sqliteWorld(t)
	one, err := w.app.MakeFeed(w.ctx(), w.requester)
	w.ok(err)
	who, err := w.app.WhoByFeed(w.ctx(), one)
	w.ok(err)
	if who.Person != w.requester.Person {
		t.Errorf("it is %s's, want %s's", who.Name, w.requester.Name)
	}
	_, err = w.app.File(w.ctx(), who, app.FileInput{Title: "By feed", Body: "No."})
	w.refused(err, plumbline.Denied, "token")
	_, err = w.app.WhoByToken(w.ctx(), one, "api") // it is no token of the API
	w.refused(err, plumbline.Unauthenticated, "")
	two, err := w.app.MakeFeed(w.ctx(), w.requester)
	w.ok(err)
	_, err = w.app.WhoByFeed(w.ctx(), one)
	w.refused(err, plumbline.Unauthenticated, "Settings")
	w.ok(w.app.EndFeed(w.ctx(), w.requester))
	_, err = w.app.WhoByFeed(w.ctx(), two)
	w.refused(err, plumbline.Unauthenticated, "")
}

func TestTidyForgets(t *testing.T) {
	w := sqliteWorld(t)
	h := w.hook("item.filed")
	w.comment(w.pm, w.file("Old").Key, false)
	w.spread()
	w.posts(fine)
	w.now = w.now.Add(200 * 24 * time.Hour)
	w.comment(w.pm, w.file("New").Key, false)
	w.spread()
	w.ok(w.app.TidyNotices(w.ctx()))
	w.wantTold(w.requester, "*REQ-2 comment added: asked")
	if all, err := w.app.Deliveries(w.ctx(), w.admin, h.ID); err != nil || len(all) != 1 {
		t.Errorf("%d deliveries are left (%v), want the new one", len(all), err)
	}
}
