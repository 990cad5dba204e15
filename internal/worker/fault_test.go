package worker_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link/linktest"
)

const always = -1

// 500 to every read: backed off, shown as degraded, nothing changed; healthy
// again by itself.
func TestServerErrors(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		seq, cursor := w.seq(), w.state(id).Cursor
		w.people(id).Trouble(linktest.Trouble{Status: http.StatusBadGateway, Times: always})
		w.hook(id, "first", ref)
		w.pass(10 * time.Minute)
		if st := w.state(id); st.Health != "degraded" || st.Detail == "" || st.Paused != "" {
			w.Errorf("health %q (%s), paused %q; want degraded, with why", st.Health, st.Detail, st.Paused)
		}
		if w.item(id, ref) != nil {
			w.Error("picked up from an error")
		}
		if w.state(id).Cursor != cursor {
			w.Error("the cursor moved without a complete pass")
		}
		if n := w.seq() - seq; n != 1 {
			w.Errorf("%d events, want 1: the health", n)
		}
		if n := len(w.fakes[id].Requests()); n > 80 {
			w.Errorf("%d requests in ten minutes of errors", n)
		}
		w.wantLogged(1, "level=WARN", "link degraded")
		w.people(id).Calm()
		w.pass(12 * time.Minute)
		w.wantPickedUp(id, ref)
		if st := w.state(id); st.Health != "healthy" {
			w.Errorf("health %q (%s) after the trouble", st.Health, st.Detail)
		}
		w.wantLogged(1, "answers again")
	})
}

// The connection is cut before, or after, the server did what we asked: no
// second comment, and all that was wanted is there.
func TestUnknownOutcome(t *testing.T) {
	for _, applied := range []bool{false, true} {
		t.Run("applied="+map[bool]string{true: "yes", false: "no"}[applied], func(t *testing.T) {
			each(t, func(w *world, id plumbline.LinkID) {
				w.running()
				ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
				w.people(id).Trouble(linktest.Trouble{Method: "write", Times: 2, Apply: applied, Drop: true})
				w.hook(id, "first", ref)
				w.pass(2 * time.Minute)
				w.wantPickedUp(id, ref)
			})
		})
	}
}

// 429: everything for this tracker waits until it says; the other one goes on;
// nothing is lost.
func TestRateLimited(t *testing.T) {
	for name, c := range map[string]struct {
		header map[string]string
		until  time.Duration
	}{
		"retry-after":     {map[string]string{"Retry-After": "1800"}, 30 * time.Minute},
		"without headers": {nil, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, kinds, func(w *world) {
				w.running()
				limited, other := plumbline.LinkID("gitlab"), plumbline.LinkID("gitea")
				w.people(limited).Trouble(linktest.Trouble{Status: http.StatusTooManyRequests, Header: c.header})
				var refs []string
				for i := range 5 {
					refs = append(refs, w.people(limited).CreateIssue("mara", "A wish", "please", trigger))
					w.hook(limited, "d"+itoa(i), refs[i])
				}
				ref := w.people(other).CreateIssue("mara", "A wish", "please", trigger)
				w.hook(other, "d", ref)
				w.pass(c.until - 10*time.Second)
				if n := len(w.fakes[limited].Requests()); n > 8 { // those under way may end
					w.Errorf("%d requests though limited", n)
				}
				w.wantPickedUp(other, ref)
				w.wantLogged(1, "wants no more requests", "link="+string(limited))
				w.pass(time.Minute)
				for _, ref := range refs {
					w.wantPickedUp(limited, ref)
				}
			})
		})
	}
}

// 429 to a write, several times without headers: it waits longer each time, and
// is done in the end, once.
func TestRateLimitedWrite(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.people(id).Trouble(linktest.Trouble{Method: "write", Status: http.StatusTooManyRequests, Times: 3})
		w.hook(id, "first", ref)
		w.pass(50 * time.Second)
		w.wantWrites(id, 1)
		w.pass(time.Hour)
		w.wantPickedUp(id, ref)
	})
}

// 401: the tracker is paused with a reason that names the token's end, one
// alert, the queue kept; a good token and a resume, and it goes on.
func TestTokenRefused(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		var refs []string
		w.people(id).Trouble(linktest.Trouble{Status: http.StatusUnauthorized, Times: always})
		for i := range 4 {
			refs = append(refs, w.people(id).CreateIssue("mara", "A wish", "please", trigger))
			w.hook(id, "d"+itoa(i), refs[i])
		}
		w.pass(30 * time.Minute)
		st := w.state(id)
		if st.Health != "paused" || !strings.Contains(st.Paused, "token") || !strings.Contains(st.Paused, "expire") {
			w.Errorf("health %q, paused %q; want paused with the token and its end named", st.Health, st.Paused)
		}
		w.wantLogged(1, "level=ERROR", "link paused")
		w.wantLogged(1, "level=ERROR")
		if n := len(w.fakes[id].Requests()); n > 6 {
			w.Errorf("%d requests with a token that is not good", n)
		}
		w.people(id).Calm()
		w.must(w.app.PauseLink(w.Context(), w.admin, id, ""))
		w.pass(2 * time.Minute)
		for _, ref := range refs {
			w.wantPickedUp(id, ref)
		}
		if st := w.state(id); st.Health != "healthy" || st.Paused != "" {
			w.Errorf("health %q (%s), paused %q after the resume", st.Health, st.Detail, st.Paused)
		}
	})
}

// A link that was stopped by itself is tried every hour, and resumes by itself.
func TestTokenGoodAgain(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		w.people(id).Trouble(linktest.Trouble{Status: http.StatusUnauthorized, Times: always})
		w.pass(90 * time.Minute)
		w.wantLogged(1, "level=ERROR", "link paused")
		if n := len(w.fakes[id].Requests()); n > 6 {
			w.Errorf("%d requests in 90 minutes with a token that is not good", n)
		}
		w.people(id).Calm()
		w.pass(80 * time.Minute)
		if st := w.state(id); st.Paused != "" || st.Health != "healthy" {
			w.Errorf("paused %q, health %q an hour after the token is good", st.Paused, st.Health)
		}
		w.wantLogged(1, "link resumed")
	})
}

// 403 to a write only: the link becomes read-only, the write is held and shown,
// one alert. With the right back, a test and a retry, it is done.
func TestWriteForbidden(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.people(id).Trouble(linktest.Trouble{Method: "write", Status: http.StatusForbidden, Times: always})
		w.hook(id, "first", ref)
		w.pass(20 * time.Minute)
		st := w.state(id)
		if !st.ReadOnly || st.Health != "degraded" || st.Paused != "" || !strings.Contains(st.Detail, "Read-only") {
			w.Errorf("read-only %v, health %q (%s); want a degraded, read-only link", st.ReadOnly, st.Health, st.Detail)
		}
		if held := w.actions(id, plumbline.ActionHeld); len(held) != 2 {
			w.Errorf("%d actions held, want the labels and the comment", len(held))
		}
		w.wantWrites(id, 1)
		w.wantLogged(1, "level=ERROR")
		w.people(id).Calm()
		w.must(w.app.AskLink(w.Context(), w.admin, id, "test"))
		w.pass(2 * time.Second)
		if st := w.state(id); st.ReadOnly || st.Health != "healthy" {
			w.Errorf("read-only %v, health %q (%s) after the test", st.ReadOnly, st.Health, st.Detail)
		}
		_, err := w.app.RetryActions(w.Context(), w.admin, id)
		w.must(err)
		w.pass(2 * time.Second)
		w.wantPickedUp(id, ref)
	})
}

// The server says yes and does nothing: three attempts far apart, then a person
// must look.
func TestIgnoredByServer(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.people(id).Trouble(linktest.Trouble{Method: "write", Status: http.StatusOK, Body: `[]`, Times: always})
		w.hook(id, "first", ref)
		w.pass(30 * time.Second)
		w.wantWrites(id, 1)
		w.pass(time.Hour)
		acts := w.actions(id, plumbline.ActionIgnored)
		if len(acts) == 0 || acts[len(acts)-1].Kind != plumbline.SetLabels || !strings.Contains(acts[len(acts)-1].Result, "did nothing") {
			w.Errorf("ignored actions: %+v, want the labels with the reason\n%s", acts, w.log)
		}
		if n := len(w.fakes[id].Writes()); n > 6 {
			w.Errorf("%d writes that the server ignored; want three for each action", n)
		}
	})
}
