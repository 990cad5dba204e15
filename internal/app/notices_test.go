package app_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/notices"
	"plumbline/internal/app/people"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// spread tells everybody what there is to tell.
func (w *world) spread() {
	w.t.Helper()
	for more := true; more; {
		var err error
		more, err = w.app.Spread(w.ctx(), 7) // small, so that batches end anywhere
		w.ok(err)
	}
}

// told is what somebody reads: a line for each notice, newest first, unread ones
// with a star.
func (w *world) told(who plumbline.Actor) string {
	w.t.Helper()
	page, err := w.app.Notices(w.ctx(), who, false, "")
	w.ok(err)
	var out []string
	for _, g := range page.Groups {
		for _, l := range g.Lines {
			mark := ""
			if l.Unread {
				mark = "*"
			}
			out = append(out, mark+string(g.Key)+" "+l.Type+": "+string(l.Reason))
		}
	}
	return strings.Join(out, "\n")
}

func (w *world) wantTold(who plumbline.Actor, want ...string) {
	w.t.Helper()
	if got := w.told(who); got != strings.Join(want, "\n") {
		w.t.Errorf("%s was told\n%s\nwant\n%s", who.Name, got, strings.Join(want, "\n"))
	}
}

func (w *world) comment(who plumbline.Actor, key plumbline.Key, internal bool) {
	w.t.Helper()
	_, err := w.app.Comment(w.ctx(), who, key, app.CommentInput{Body: "Words.", Internal: internal})
	w.ok(err)
}

func TestPeopleAreToldWithTheirReason(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		it := w.file("Faster restores")
		w.comment(w.requester, it.Key, false)
		w.spread()
		w.wantTold(w.requester) // one's own acts
		w.wantTold(w.pm)        // no part in it

		w.ok(w.app.Watch(w.ctx(), w.contributor, it.Key, true))
		w.comment(w.pm, it.Key, false)
		w.spread()
		w.wantTold(w.requester, "*REQ-1 comment added: asked")
		w.wantTold(w.contributor, "*REQ-1 comment added: following")

		ines := "ines"
		_, err := w.app.Edit(w.ctx(), w.pm, it.Key, app.EditInput{Assignee: &ines})
		w.ok(err)
		w.comment(w.requester, it.Key, false)
		w.spread()
		w.wantTold(w.contributor, "*REQ-1 comment added: assigned", "*REQ-1 comment added: following")

		w.comment(w.pm, it.Key, true) // not for requesters, whatever part they have
		w.spread()
		w.wantTold(w.requester, "*REQ-1 comment added: asked")
	})
}

func TestAMentionIsToldOnce(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Faster restores")
	w.ok(w.app.Watch(w.ctx(), w.contributor, it.Key, true))
	w.comment(w.pm, it.Key, false)
	w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error {
		return tx.Append(plumbline.Event{At: w.app.Now(), Type: "person mentioned", Item: it.ID, Key: it.Key, Actor: w.pm.Person, By: "mara",
			Seen: plumbline.Public, Data: json.RawMessage(`{"handle":"ines"}`)})
	}))
	w.spread()
	w.wantTold(w.contributor, "*REQ-1 person mentioned: mentioned")
	w.wantTold(w.requester, "*REQ-1 comment added: asked")
}

func TestDecidersAndTeamsAreTold(t *testing.T) {
	w := sqliteWorld(t)
	_, err := w.app.PutPerson(w.ctx(), w.admin, people.PersonInput{Handle: "ines", Name: "ines", Role: plumbline.Contributor, Team: "reliability"})
	w.ok(err)
	it := w.validated("Faster restores")
	_, err = w.app.Decide(w.ctx(), w.pm, it.Key, pursue) // which hands it off
	w.ok(err)
	w.spread()
	if got := w.told(w.contributor); !strings.Contains(got, "item handed off: team") || strings.Contains(got, "decided") {
		t.Errorf("a member of the team was told\n%s", got)
	}
	w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error {
		return tx.Append(plumbline.Event{At: w.app.Now(), Type: "labels contradict", Item: it.ID, Key: it.Key, By: "Plumbline", Seen: plumbline.Public})
	}))
	w.spread()
	w.wantTold(w.pm, "*REQ-1 labels contradict: decision")
}

func TestMutedAndTurnedOff(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Faster restores")
	w.comment(w.pm, it.Key, false)
	w.spread()
	w.ok(w.app.Mute(w.ctx(), w.requester, it.Key, true))
	w.ok(w.app.Mute(w.ctx(), w.requester, it.Key, true)) // twice is no error
	w.comment(w.pm, it.Key, false)
	w.spread()
	w.wantTold(w.requester, "REQ-1 comment added: asked") // read, and nothing new
	w.ok(w.app.Mute(w.ctx(), w.requester, it.Key, false))
	w.ok(w.app.PutPrefs(w.ctx(), w.requester, notices.NoticePrefs{Off: []plumbline.NoticeReason{plumbline.YouAsked}}))
	w.comment(w.pm, it.Key, false)
	w.spread()
	w.wantTold(w.requester, "*REQ-1 comment added: following", "REQ-1 comment added: asked") // the next reason holds
	w.ok(w.app.PutPrefs(w.ctx(), w.requester, notices.NoticePrefs{Off: []plumbline.NoticeReason{plumbline.YouAsked, plumbline.YouFollow}}))
	w.comment(w.pm, it.Key, false)
	w.spread()
	w.wantTold(w.requester, "*REQ-1 comment added: following", "REQ-1 comment added: asked")
	w.refused(w.app.PutPrefs(w.ctx(), w.requester, notices.NoticePrefs{Off: []plumbline.NoticeReason{"hunger"}}), plumbline.Invalid, "hunger")
	w.refused(w.app.Mute(w.ctx(), w.requester, "REQ-99", true), plumbline.NotFound, "")
}

func TestReadingMarksAndCounts(t *testing.T) {
	w := sqliteWorld(t)
	a, b := w.file("One"), w.file("Two")
	w.comment(w.pm, a.Key, false)
	w.comment(w.pm, b.Key, false)
	w.spread()
	count := func(want int) {
		t.Helper()
		n, _, err := w.app.CountUnread(w.ctx(), w.requester, "")
		w.ok(err)
		if n != want {
			t.Errorf("%d items are unread, want %d", n, want)
		}
	}
	count(2)
	page, err := w.app.Notices(w.ctx(), w.requester, true, "")
	w.ok(err)
	seen := page.Groups[1]
	w.comment(w.pm, a.Key, false) // after the page was drawn
	w.spread()
	w.ok(w.app.ReadNotices(w.ctx(), w.requester, seen.Key, seen.Last))
	count(2)
	w.wantTold(w.requester, "*REQ-1 comment added: asked", "REQ-1 comment added: asked", "*REQ-2 comment added: asked")
	n, err := w.app.ReadAllNotices(w.ctx(), w.requester, 0)
	w.ok(err)
	if n != 2 {
		t.Errorf("%d items were marked, want 2", n)
	}
	count(0)
	w.refused(w.app.ReadNotices(w.ctx(), plumbline.Nobody(), a.Key, 0), plumbline.Unauthenticated, "")
}

// What becomes invisible after it was told is not read, and does not count.
func TestNoticesAreReadWithTheReadersEyes(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Faster restores")
	w.ok(w.app.Watch(w.ctx(), w.contributor, it.Key, true))
	w.comment(w.pm, it.Key, false)
	w.spread()
	w.ok(w.app.Watch(w.ctx(), w.contributor, it.Key, false))
	hidden := plumbline.Confidential
	_, err := w.app.Edit(w.ctx(), w.pm, it.Key, app.EditInput{Visibility: &hidden})
	w.ok(err)
	w.spread()
	w.wantTold(w.contributor)
	if n, _, err := w.app.CountUnread(w.ctx(), w.contributor, ""); err != nil || n != 0 {
		t.Errorf("%d unread (%v), want 0", n, err)
	}
}

func TestOldEventsAreNoNews(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Faster restores")
	w.comment(w.pm, it.Key, false)
	w.now = w.now.Add(15 * 24 * time.Hour)
	w.spread()
	w.wantTold(w.requester)
}

// The statements of the page of notices do not grow with what there is.
func TestNoticesCostTheSame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		cost := func() (page, count int64) {
			ctx, q := store.CountQueries(w.ctx())
			_, err := w.app.Notices(ctx, w.requester, false, "")
			w.ok(err)
			page = q.N.Load()
			_, _, err = w.app.CountUnread(ctx, w.requester, "")
			w.ok(err)
			return page, q.N.Load() - page
		}
		w.comment(w.pm, w.file("First").Key, false)
		w.spread()
		page, count := cost()
		for range 40 {
			w.comment(w.pm, w.file("More").Key, false)
		}
		w.spread()
		if p, c := cost(); p != page || c != count || page != 4 || count != 1 {
			t.Errorf("the page takes %d then %d statements, want 4; the count %d then %d, want 1", page, p, count, c)
		}
		first, err := w.app.Notices(w.ctx(), w.requester, false, "")
		w.ok(err)
		second, err := w.app.Notices(w.ctx(), w.requester, false, first.Next)
		w.ok(err)
		if len(first.Groups) != 30 || len(second.Groups) != 11 || second.Next != "" {
			t.Errorf("pages of %d and %d, then %q; want 30 and 11", len(first.Groups), len(second.Groups), second.Next)
		}
	})
}

// Two servers that spread at once tell everybody once.
func TestTwoServersTellOnce(t *testing.T) {
	storetest.EachWhere(t, func(t *testing.T, where string) {
		w := newWorld(t, storetest.Open(t, where))
		other := &world{t: t, db: storetest.Open(t, where), now: w.now}
		other.app = app.New(other.db, w.book(), func() plumbline.Time { return plumbline.At(other.now) }, app.Config{})
		_, _, err := w.app.MakeWebhook(w.ctx(), w.admin, notices.WebhookInput{Name: "bus", URL: "https://example.com/hook"})
		w.ok(err)
		it := w.file("Faster restores")
		for range 20 {
			w.comment(w.pm, it.Key, false)
		}
		done := make(chan error, 2)
		for _, a := range []*app.App{w.app, other.app} {
			go func() {
				for {
					more, err := a.Spread(w.ctx(), 3)
					if err != nil || !more {
						done <- err
						return
					}
				}
			}()
		}
		w.ok(<-done)
		w.ok(<-done)
		w.spread()
		n := 0
		w.ok(w.db.Read(w.ctx(), func(tx *store.Tx) error {
			hooks, err := tx.Webhooks()
			if err != nil {
				return err
			}
			n, err = tx.CountLetters(hooks[0].ID)
			return err
		}))
		if n != 21 { // one was filed, twenty comments
			t.Errorf("%d letters, want 21", n)
		}
	})
}

func (w *world) digestsOn(email string, hour int, zone string) {
	w.t.Helper()
	_, err := w.app.PutPerson(w.ctx(), w.admin, people.PersonInput{Handle: "jonas", Name: "jonas", Role: plumbline.Requester, Email: email})
	w.ok(err)
	w.ok(w.app.PutPrefs(w.ctx(), w.requester, notices.NoticePrefs{Digest: true, Hour: hour, Zone: zone}))
}

// letters claims what is due.
func (w *world) letters() []plumbline.Letter {
	w.t.Helper()
	out, _, err := w.app.ClaimLetters(w.ctx(), "one", time.Minute, 10)
	w.ok(err)
	return out
}

func TestDigestOnceADay(t *testing.T) {
	w := sqliteWorld(t)
	w.remake(app.Config{BaseURL: "https://plumb.example", Mail: true})
	w.digestsOn("jonas@example.com", 8, "Europe/Berlin")
	it := w.file("Restores <b>fast</b>\tplease")
	w.comment(w.pm, it.Key, false)
	w.spread()
	next, err := w.app.Digests(w.ctx())
	w.ok(err)
	if want := time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC); !next.Std().Equal(want) {
		t.Fatalf("the next digest is at %v, want %v: eight in Berlin", next.Std(), want)
	}
	w.now = next.Std()
	for range 3 {
		_, err = w.app.Digests(w.ctx())
		w.ok(err)
	}
	due := w.letters()
	if len(due) != 1 || len(w.letters()) != 0 {
		t.Fatalf("%d letters are due, want 1, once", len(due))
	}
	p, ok, err := w.app.OpenLetter(w.ctx(), due[0])
	w.ok(err)
	if !ok || p.Mail == nil {
		t.Fatal("there is no mail")
	}
	for _, want := range []string{"REQ-1", "commented", "https://plumb.example/items/REQ-1", "You asked for it", p.Mail.Unsubscribe} {
		if !strings.Contains(p.Mail.Text, want) {
			t.Errorf("the text lacks %q:\n%s", want, p.Mail.Text)
		}
	}
	if strings.Contains(p.Mail.HTML, "<b>fast") || !strings.Contains(p.Mail.HTML, "&lt;b&gt;fast") {
		t.Errorf("the HTML holds what a person wrote as it is:\n%s", p.Mail.HTML)
	}
	if p.Mail.To != "jonas@example.com" || !strings.HasPrefix(p.Mail.Unsubscribe, "https://plumb.example/unsubscribe?for=") {
		t.Errorf("to %q, unsubscribe %q", p.Mail.To, p.Mail.Unsubscribe)
	}
	w.ok(w.app.CloseLetter(w.ctx(), due[0], plumbline.Sent{OK: true, Text: "Taken."}))
	w.now = w.now.Add(24 * time.Hour)
	_, err = w.app.Digests(w.ctx())
	w.ok(err)
	if got := w.letters(); len(got) != 0 {
		t.Errorf("a second digest tells of the same: %v", got)
	}
}

// What was read, or hidden, between the hour and the sending is not told.
func TestDigestIsWrittenWhenItIsSent(t *testing.T) {
	w := sqliteWorld(t)
	w.remake(app.Config{BaseURL: "https://plumb.example", Mail: true})
	w.digestsOn("jonas@example.com", 8, "UTC")
	it := w.file("Faster restores")
	w.comment(w.pm, it.Key, false)
	w.spread()
	w.now = w.now.Add(24 * time.Hour)
	_, err := w.app.Digests(w.ctx())
	w.ok(err)
	_, err = w.app.ReadAllNotices(w.ctx(), w.requester, 0)
	w.ok(err)
	due := w.letters()
	_, ok, err := w.app.OpenLetter(w.ctx(), due[0])
	w.ok(err)
	if ok {
		t.Error("a mail tells of what was read")
	}
	mails, err := w.app.Deliveries(w.ctx(), w.admin, plumbline.MailTarget)
	w.ok(err)
	if len(mails) != 1 || mails[0].Status != plumbline.ActionDropped {
		t.Errorf("the mails are %+v, want one, dropped", mails)
	}
}

func TestUnsubscribeByLink(t *testing.T) {
	w := sqliteWorld(t)
	w.remake(app.Config{BaseURL: "https://plumb.example", Mail: true})
	w.digestsOn("jonas@example.com", 8, "UTC")
	w.comment(w.pm, w.file("Faster restores").Key, false)
	w.spread()
	w.now = w.now.Add(24 * time.Hour)
	_, err := w.app.Digests(w.ctx())
	w.ok(err)
	p, _, err := w.app.OpenLetter(w.ctx(), w.letters()[0])
	w.ok(err)
	u, err := url.Parse(p.Mail.Unsubscribe)
	w.ok(err)
	link := u.Query().Get("for")
	name, on, err := w.app.Subscriber(w.ctx(), link)
	w.ok(err)
	if name != "jonas" || !on {
		t.Errorf("the link is for %q, on %v", name, on)
	}
	id, mac, _ := strings.Cut(link, ".")
	raw, err := base64.RawURLEncoding.DecodeString(mac)
	w.ok(err)
	raw[0] ^= 1
	for _, bad := range []string{"", "x", id, id + ".", string(w.pm.Person) + "." + mac, id + "." + base64.RawURLEncoding.EncodeToString(raw)} {
		w.refused(w.app.Unsubscribe(w.ctx(), bad), plumbline.NotFound, "not one of ours")
	}
	w.ok(w.app.Unsubscribe(w.ctx(), link))
	w.ok(w.app.Unsubscribe(w.ctx(), link))
	prefs, err := w.app.Prefs(w.ctx(), w.requester)
	w.ok(err)
	if prefs.Digest || prefs.Hour != 8 {
		t.Errorf("the settings are %+v, want no digest and the rest as it was", prefs)
	}
}

// A digest comes once a day, whatever the clocks do at its hour: the hour that is
// left out in spring and the one that comes twice in autumn.
func TestDigestAsTheClocksChange(t *testing.T) {
	w := sqliteWorld(t)
	w.remake(app.Config{Mail: true})
	for place, changes := range map[string][]string{
		"Europe/Berlin": {"2026-03-27", "2026-10-23"}, "America/New_York": {"2026-03-06", "2026-10-30"}, "UTC": {"2026-03-27"}, "Australia/Lord_Howe": {"2026-04-03", "2026-10-02"},
	} {
		zone, err := time.LoadLocation(place)
		w.ok(err)
		for _, day := range changes {
			for hour := range 4 {
				w.now, err = time.ParseInLocation(time.DateOnly, day, zone)
				w.ok(err)
				w.now = w.now.Add(12 * time.Hour)
				was := w.now
				for range 4 {
					w.digestsOn("jonas@example.com", hour, place)
					next, err := w.app.Digests(w.ctx())
					w.ok(err)
					got := next.Std().In(zone)
					if days := got.YearDay() - was.In(zone).YearDay(); days != 1 || got.Hour() != hour && got.Hour() != hour+1 {
						t.Errorf("%s at %d: after %s comes %s", place, hour, was.In(zone), got)
					}
					was, w.now = got, got
				}
			}
		}
	}
}

func TestDigestHours(t *testing.T) {
	w := sqliteWorld(t)
	w.remake(app.Config{Mail: true})
	for _, c := range []struct{ now, zone, want string }{
		{"2026-11-23T07:59:59Z", "UTC", "2026-11-23T08:00:00Z"},
		{"2026-11-23T08:00:00Z", "UTC", "2026-11-24T08:00:00Z"},
		{"2027-03-27T12:00:00Z", "Europe/Berlin", "2027-03-28T06:00:00Z"}, // the clocks went forward
		{"2026-10-24T12:00:00Z", "Europe/Berlin", "2026-10-25T07:00:00Z"}, // and back
		{"2026-12-31T23:00:00Z", "Pacific/Auckland", "2027-01-01T19:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		w.ok(err)
		w.now = now
		w.digestsOn("jonas@example.com", 8, c.zone)
		next, err := w.app.Digests(w.ctx())
		w.ok(err)
		if got := next.Std().Format(time.RFC3339); got != c.want {
			t.Errorf("after %s in %s: got %s, want %s", c.now, c.zone, got, c.want)
		}
	}
	for _, zone := range []string{"Mars/Base", "Local", "../../etc/passwd"} {
		w.refused(w.app.PutPrefs(w.ctx(), w.requester, notices.NoticePrefs{Digest: true, Zone: zone}), plumbline.Invalid, "time zone")
	}
}
