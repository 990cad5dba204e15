package pagerduty_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/pagerduty"
)

const secret = "bandicoot-secret-79"

func watcher(secrets ...string) *pagerduty.Watcher {
	return pagerduty.New(link.Config{ID: "pd", Secrets: secrets, Now: func() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }})
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sign(key string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

func with(values ...string) http.Header {
	h := http.Header{}
	for _, v := range values {
		h.Add("X-PagerDuty-Signature", v)
	}
	return h
}

func TestWhoMayDeliver(t *testing.T) {
	body := sample(t, "v3-incident.priority_updated.json")
	good, wrong := sign(secret, body), sign("other", body)
	for _, c := range []struct {
		name    string
		header  http.Header
		secrets []string
		ok      bool
	}{
		{"one signature", with(good), []string{secret}, true},
		{"several, the second is ours", with(wrong + "," + good), []string{secret}, true},
		{"several, with a blank", with(wrong + ", " + good), []string{secret}, true},
		{"two headers", with(wrong, good), []string{secret}, true},
		{"two secrets during a change", with(good), []string{"new", secret}, true},
		{"another secret", with(wrong), []string{secret}, false},
		{"another version", with(strings.Replace(good, "v1", "v2", 1)), []string{secret}, false},
		{"cut off", with(good[:len(good)-2]), []string{secret}, false},
		{"none", with(), []string{secret}, false},
		{"no secret is set", with(sign("", body)), nil, false},
		{"an empty secret", with(sign("", body)), []string{""}, false},
		{"the eleventh", with(strings.Repeat(wrong+",", 10) + good), []string{secret}, false},
	} {
		_, err := watcher(c.secrets...).Parse(c.header, body)
		if (err == nil) != c.ok || err != nil && plumbline.KindOf(err) != plumbline.Unauthenticated {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
	spaced := []byte(strings.Replace(string(body), "{", "{ ", 1))
	if _, err := watcher(secret).Parse(with(good), spaced); err == nil {
		t.Error("the same JSON in other bytes passes")
	}
}

func TestSamples(t *testing.T) {
	w := watcher(secret)
	body := sample(t, "v3-incident.priority_updated.json")
	d, err := w.Parse(with(sign(secret, body)), body)
	at := plumbline.At(time.Date(2020, 10, 2, 18, 45, 22, 169e6, time.UTC))
	if err != nil || d.ID != "5ac64822-4adc-4fda-ade0-410becf0de4f" || d.Event != "incident.priority_updated" || d.Actor != "Tenex Engineer" || d.At != at {
		t.Errorf("got %+v, %v", d, err)
	}
	r := w.Read(body)
	if len(r.Alarms) != 1 {
		t.Fatalf("got %+v", r)
	}
	a := r.Alarms[0]
	if a.Key != "PGR0VU2" || a.Title != "A little bump in the road" || a.Severity != "P1" || a.Labels["service"] != "API Service" || a.Labels["service_id"] != "PF9KMXH" ||
		a.Started != plumbline.At(time.Date(2020, 4, 9, 15, 16, 27, 0, time.UTC)) || a.At != at || a.Ended != 0 {
		t.Errorf("got %+v", a)
	}
	// Agent and client are null, and the type is none of ours: it is kept, and says why.
	body = sample(t, "v3-service.updated.json")
	if d, err = w.Parse(with(sign(secret, body)), body); err != nil || d.Event != "service.updated" || d.Actor != "" {
		t.Errorf("got %+v, %v", d, err)
	}
	if r = w.Read(body); r.Fault != "" || !strings.Contains(r.Passed, "service.updated") {
		t.Errorf("got %+v", r)
	}
}

func TestReading(t *testing.T) {
	event := func(typ, data string) []byte {
		return []byte(`{"event":{"id":"1","event_type":"` + typ + `","resource_type":"incident","occurred_at":"2026-03-01T10:00:00Z","agent":null,"client":null,"data":` + data + `}}`)
	}
	r := watcher(secret).Read(event("incident.resolved", `{"id":"P1","status":"resolved","title":"x","created_at":"2026-03-01T09:00:00Z","priority":null,"urgency":"low","service":null}`))
	if a := r.Alarms[0]; a.Severity != "low" || a.Ended != a.At || a.Ended.Sub(a.Started) != time.Hour {
		t.Errorf("got %+v", a)
	}
	r = watcher(secret).Read(event("incident.reopened", `{"id":"P1","status":"triggered"}`))
	if a := r.Alarms[0]; a.Ended != 0 || a.Title != "Incident P1" || a.Severity != "" || len(a.Labels) != 0 {
		t.Errorf("got %+v", a)
	}
	for _, typ := range []string{"incident.from_the_future", "pagey.ping", "", "incident.annotated"} {
		if r := watcher(secret).Read(event(typ, `{"id":"P1"}`)); r.Passed == "" || r.Fault != "" || len(r.Alarms) > 0 {
			t.Errorf("%q: got %+v", typ, r)
		}
	}
	for _, data := range []string{"null", "{}", `"x"`, "[]"} {
		if r := watcher(secret).Read(event("incident.triggered", data)); r.Fault == "" {
			t.Errorf("%s: got %+v", data, r)
		}
	}
	for _, body := range []string{"", "[]", `{"event":`, "{}", `{"event":null}`} {
		if _, err := watcher(secret).Parse(with(sign(secret, []byte(body))), []byte(body)); plumbline.KindOf(err) != plumbline.Invalid || err == nil {
			t.Errorf("%q: got %v", body, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample(f, "v3-incident.priority_updated.json"))
	f.Add(sample(f, "v3-service.updated.json"))
	f.Add([]byte(strings.Repeat(`{"event":`, 2000)))
	w := watcher(secret)
	f.Fuzz(func(t *testing.T, body []byte) {
		_, err := w.Parse(with(sign(secret, body)), body)
		r := w.Read(body)
		if err != nil && r.Fault == "" {
			t.Fatalf("refused with %v, and read as %+v", err, r)
		}
		for _, a := range r.Alarms {
			if a.Title == "" || strings.ContainsRune(a.Title+a.Key, 0) || a.Ended != 0 && a.Ended < a.Started {
				t.Fatalf("got %+v", a)
			}
		}
	})
}
