package alertmanager_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/alertmanager"
)

const token, pair = "wombat-token-77", "am:quoll-password-78"

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func watcher(secrets ...string) *alertmanager.Watcher {
	return alertmanager.New(link.Config{ID: "am", Secrets: secrets, Now: func() time.Time { return noon }})
}

func sample(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/webhook-v4-firing.json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func with(value string) http.Header {
	h := http.Header{}
	if value != "" {
		h.Set("Authorization", value)
	}
	return h
}

func TestWhoMayDeliver(t *testing.T) {
	basic := func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, c := range []struct {
		name, value string
		secrets     []string
		ok          bool
	}{
		{"a bearer token", "Bearer " + token, []string{token}, true},
		{"a scheme in small letters", "bearer " + token, []string{token}, true},
		{"user and password", basic(pair), []string{pair}, true},
		{"the old token during a change", "Bearer " + token, []string{"new-one", token}, true},
		{"another token", "Bearer " + token + "x", []string{token}, false},
		{"another user", basic("x" + pair), []string{pair}, false},
		{"a token as the scheme", token, []string{token}, false},
		{"nothing", "", []string{token}, false},
		{"nothing, and no secret is set", "", nil, false},
		{"an empty token, and an empty secret", "Bearer ", []string{""}, false},
		{"no base64", "Basic ???", []string{pair}, false},
	} {
		_, err := watcher(c.secrets...).Parse(with(c.value), sample(t))
		if (err == nil) != c.ok || err != nil && plumbline.KindOf(err) != plumbline.Unauthenticated {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func TestDeliveries(t *testing.T) {
	w := watcher(token)
	d, err := w.Parse(with("Bearer "+token), sample(t))
	if err != nil || d.Link != "am" || d.Event != "alerts firing" || d.At != plumbline.At(noon) {
		t.Fatalf("got %+v, %v", d, err)
	}
	again, _ := w.Parse(with("Bearer "+token), sample(t))
	other, _ := w.Parse(with("Bearer "+token), []byte(strings.Replace(string(sample(t)), "firing", "resolved", 1)))
	if again.ID != d.ID || other.ID == d.ID {
		t.Errorf("got the ids %s, %s and %s", d.ID, again.ID, other.ID)
	}
	for _, body := range []string{"", "[]", `"x"`, "{", `{"alerts":[}`} {
		if _, err := w.Parse(with("Bearer "+token), []byte(body)); plumbline.KindOf(err) != plumbline.Invalid || err == nil {
			t.Errorf("%q: got %v", body, err)
		}
		if r := w.Read([]byte(body)); r.Fault == "" {
			t.Errorf("%q: got %+v", body, r)
		}
	}
}

// The captured payload: its end is the zero time, so it goes on.
func TestTheSample(t *testing.T) {
	r := watcher(token).Read(sample(t))
	if len(r.Alarms) != 1 || r.Passed+r.Fault != "" {
		t.Fatalf("got %+v", r)
	}
	a := r.Alarms[0]
	start := plumbline.At(time.Date(2022, 10, 4, 13, 32, 56, 14e6, time.UTC))
	if a.Key != "948c667b1fc76492 2022-10-04T13:32:56.014Z" || a.Group != "{}:{}" || a.Title != "The load of the API is above 0.5" || a.Severity != "high" || a.Started != start || a.Ended != 0 ||
		a.Labels["job"] != "api" || !strings.HasPrefix(a.URL, "http://prometheus.example:9090/") {
		t.Errorf("got %+v", a)
	}
}

func TestReading(t *testing.T) {
	one := func(alert string) string {
		return `{"version":"4","groupKey":"g","alerts":[` + alert + `],"commonAnnotations":{"summary":"common"}}`
	}
	for _, c := range []struct{ name, body, key, title, times string }{
		{"an alert that is over", one(`{"status":"resolved","fingerprint":"f","labels":{"alertname":"A"},"startsAt":"2026-03-01T10:00:00Z","endsAt":"2026-03-01T11:00:00Z"}`), "f 2026-03-01T10:00:00Z", "common", "10:00 to 11:00"},
		{"one that fires with an end in the future, as Grafana sends it", one(`{"status":"firing","fingerprint":"f","startsAt":"2026-03-01T10:00:00Z","endsAt":"2026-03-01T11:00:00Z"}`), "f 2026-03-01T10:00:00Z", "common", "10:00 to "},
		{"an end before the start", one(`{"status":"resolved","fingerprint":"f","startsAt":"2026-03-01T10:00:00Z","endsAt":"2026-03-01T09:00:00Z"}`), "f 2026-03-01T10:00:00Z", "common", "10:00 to 10:00"},
		{"no fingerprint, no times", one(`{"status":"firing","labels":{"a":"b"}}`), "labels-37c90b8e9d1e2a3c", "common", " to "},
		{"Grafana, version 1", `{"version":"1","orgId":1,"alerts":[{"status":"firing","labels":{"alertname":"Full","grafana_folder":"x"},"values":{"B":22.5},"fingerprint":"f","startsAt":"2026-03-01T10:00:00Z","endsAt":"0001-01-01T00:00:00Z"}],"title":"x","state":"alerting"}`,
			"f 2026-03-01T10:00:00Z", "Full", "10:00 to "},
		{"hostile text", one(`{"status":"firing","fingerprint":"f\u0000\n","labels":{"alertname":"x"},"annotations":{"summary":"a\u0000b \ud800 <script>"}}`), "f unknown", "a b � <script>", " to "},
		{"fields of the wrong type", one(`{"status":1,"fingerprint":["f"],"labels":"no","annotations":7,"startsAt":12,"endsAt":{}}`), "labels-", "common", " to "},
	} {
		r := watcher(token).Read([]byte(c.body))
		if len(r.Alarms) != 1 {
			t.Errorf("%s: got %+v", c.name, r)
			continue
		}
		a := r.Alarms[0]
		clock := func(at plumbline.Time) string {
			if at == 0 {
				return ""
			}
			return at.Std().Format("15:04")
		}
		if key := c.key; !strings.HasPrefix(a.Key, key[:min(len(key), 7)]) || (strings.HasPrefix(key, "f ") && a.Key != key) || a.Title != c.title || clock(a.Started)+" to "+clock(a.Ended) != c.times {
			t.Errorf("%s: got %+v", c.name, a)
		}
	}
}

func TestManyAlertsAndNone(t *testing.T) {
	var list []string
	for i := range link.MaxAlarms + 5 {
		list = append(list, fmt.Sprintf(`{"status":"firing","fingerprint":"f%d"}`, i))
	}
	r := watcher(token).Read([]byte(`{"truncatedAlerts":2,"alerts":[` + strings.Join(list, ",") + `]}`))
	if len(r.Alarms) != link.MaxAlarms || r.More != 7 {
		t.Errorf("got %d alarms and %d more", len(r.Alarms), r.More)
	}
	for _, body := range []string{`{}`, `{"alerts":[]}`, `{"alerts":null}`, `{"version":"9","something":"else"}`} {
		if r := watcher(token).Read([]byte(body)); r.Passed == "" || r.Fault != "" {
			t.Errorf("%s: got %+v", body, r)
		}
	}
	labels := []string{}
	for i := range 200 {
		labels = append(labels, fmt.Sprintf(`"l%03d":"%s"`, i, strings.Repeat("x", 3000)))
	}
	r = watcher(token).Read([]byte(`{"alerts":[{"labels":{` + strings.Join(labels, ",") + `}}]}`))
	if l := r.Alarms[0].Labels; len(l) != 64 || len(l["l000"]) > 1010 {
		t.Errorf("got %d labels, the first of %d bytes", len(l), len(l["l000"]))
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample(f))
	f.Add([]byte(`{"alerts":[{"status":"resolved","endsAt":"9999-12-31T23:59:59Z"}]}`))
	f.Add([]byte(strings.Repeat(`{"alerts":[`, 2000)))
	w := watcher(token)
	f.Fuzz(func(t *testing.T, body []byte) {
		_, err := w.Parse(with("Bearer "+token), body)
		r := w.Read(body)
		if (err != nil) != (r.Fault != "") {
			t.Fatalf("verified with %v, read with %q", err, r.Fault)
		}
		for _, a := range r.Alarms {
			if a.Key == "" || a.Title == "" || strings.ContainsRune(a.Title+a.Key+a.Text, 0) || a.Ended != 0 && a.Ended < a.Started {
				t.Fatalf("got %+v", a)
			}
		}
	})
}
