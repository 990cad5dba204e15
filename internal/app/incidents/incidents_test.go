package incidents_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/app/incidents"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/standing"
	"plumbline/internal/link"
	"plumbline/internal/link/alertmanager"
	"plumbline/internal/link/pagerduty"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// world is the room over a database, with a clock that stands still until it is moved.
type world struct {
	t     *testing.T
	db    *store.DB
	now   plumbline.Time
	limit *standing.Room
	sent  int
	*incidents.Room
}

var (
	mara  = plumbline.Actor{Person: "p-mara", Name: "Mara", Role: plumbline.PM, Cleared: true, Via: "test"}
	ines  = plumbline.Actor{Person: "p-ines", Name: "Inês", Role: plumbline.Contributor, Via: "test"}
	jonas = plumbline.Actor{Person: "p-jonas", Name: "Jonas", Role: plumbline.Requester, Via: "test"}
)

func at(text string) plumbline.Time {
	t, err := plumbline.ParseTime(text)
	if err != nil {
		panic(err)
	}
	return t
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{t: t, db: db, now: at("2026-06-01T00:00:00Z")} // a Monday
	clock := func() plumbline.Time { return w.now }
	w.limit = standing.New(db, nil, clock)
	w.Room = incidents.New(db, w.limit, ledger.New(db, nil, nil, clock), clock)
	w.ok(db.Write(t.Context(), func(tx *store.Tx) error {
		for _, p := range []plumbline.Product{{Ref: "shop", Name: "Shop", Kind: "product"}, {Ref: "api", Name: "API Service", Kind: "product"}, {Ref: "support", Name: "Support", Kind: "process"}} {
			if _, err := tx.PutProduct(p); err != nil {
				return err
			}
		}
		return nil
	}))
	w.ok(w.ConfigureAlarmSources(t.Context(), []plumbline.AlarmSource{{ID: "am", Kind: "alertmanager"}, {ID: "pd", Kind: "pagerduty"}}))
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err error, kind plumbline.Kind, words string) {
	w.t.Helper()
	if err == nil || plumbline.KindOf(err) != kind || !strings.Contains(err.Error(), words) {
		w.t.Errorf("got %v, want %s with %q", err, kind, words)
	}
}

func same[T any](t *testing.T, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// deliver sends a body through the way of a hook: kept, then read and taken in.
func (w *world) deliver(source plumbline.LinkID, body string) {
	w.t.Helper()
	w.sent++
	_, err := w.ReceiveAlarms(w.t.Context(), plumbline.Delivery{Link: source, ID: fmt.Sprint(w.sent), At: w.now}, []byte(body))
	w.ok(err)
	w.hear()
}

func (w *world) hear() {
	w.t.Helper()
	waiting, err := w.WaitingAlarms(w.t.Context())
	w.ok(err)
	for _, d := range waiting {
		var from link.Watcher = alertmanager.New(link.Config{})
		if d.Source == "pd" {
			from = pagerduty.New(link.Config{})
		}
		w.ok(w.TakeAlarms(w.t.Context(), d, from.Read(d.Body)))
	}
}

// alert is a notification of one alert of Alertmanager.
func alert(print, severity, product, start, end string) string {
	status := "firing"
	if end == "" {
		end = "0001-01-01T00:00:00Z"
	} else {
		status = "resolved"
	}
	return fmt.Sprintf(`{"version":"4","groupKey":"{}:{}","alerts":[{"status":%q,"fingerprint":%q,"labels":{"alertname":"Slow","severity":%q,"product":%q},"startsAt":%q,"endsAt":%q}]}`,
		status, print, severity, product, start, end)
}

// says is every incident on a line: number, products, severity, state, start, end and
// how many alarms told of it.
func (w *world) says() string {
	w.t.Helper()
	page, err := w.Incidents(w.t.Context(), ines, incidents.IncidentQuery{})
	w.ok(err)
	var out []string
	for _, i := range page.Incidents {
		clock := func(t plumbline.Time) string {
			if t == 0 {
				return "-"
			}
			return t.Std().Format("02 15:04")
		}
		out = append(out, fmt.Sprintf("%d %v %s %s %s %s %d", i.N, i.Products, i.Severity, i.State, clock(i.Began()), clock(i.Resolved), i.Alarms))
	}
	return strings.Join(out, "\n")
}

func (w *world) want(lines ...string) {
	w.t.Helper()
	same(w.t, w.says(), strings.Join(lines, "\n"))
}

const s29 = "2026-05-29T"

// Several alerts of one group, product and time are one incident; another product or
// another time is another one.
func TestAlertsThatBelongTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.deliver("am", alert("a", "warning", "shop", s29+"10:00:00Z", ""))
		w.deliver("am", alert("b", "critical", "shop", s29+"10:05:00Z", ""))
		w.deliver("am", alert("b", "critical", "shop", s29+"10:05:00Z", "")) // sent again
		w.deliver("am", alert("c", "high", "api", s29+"10:06:00Z", ""))
		w.want("2 [api] S2 open 29 10:06 - 1", "1 [shop] S1 open 29 10:00 - 2")
		w.deliver("am", alert("a", "warning", "shop", s29+"10:00:00Z", s29+"11:00:00Z"))
		w.want("2 [api] S2 open 29 10:06 - 1", "1 [shop] S1 open 29 10:00 - 2")
		w.deliver("am", alert("b", "critical", "shop", s29+"10:05:00Z", s29+"10:50:00Z"))
		w.want("2 [api] S2 open 29 10:06 - 1", "1 [shop] S1 resolved 29 10:00 29 11:00 2")
		// Within half an hour it is the same incident, which goes on again; later another one.
		w.deliver("am", alert("a", "warning", "shop", s29+"11:20:00Z", ""))
		w.want("2 [api] S2 open 29 10:06 - 1", "1 [shop] S1 open 29 10:00 - 3")
		w.deliver("am", alert("a", "warning", "shop", s29+"11:20:00Z", s29+"11:30:00Z"))
		w.deliver("am", alert("a", "warning", "shop", s29+"14:00:00Z", ""))
		w.want("3 [shop] S3 open 29 14:00 - 1", "2 [api] S2 open 29 10:06 - 1", "1 [shop] S1 resolved 29 10:00 29 11:30 3")
	})
}

// What names no product stands with the unassigned, and is counted.
func TestUnassigned(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	sample, err := os.ReadFile("../../link/alertmanager/testdata/webhook-v4-firing.json")
	w.ok(err)
	sample = []byte(strings.Replace(string(sample), `"job":"api"`, `"job":"apiserver"`, 1))
	w.deliver("am", string(sample))
	w.deliver("am", alert("x", "strange", "nowhere", s29+"10:00:00Z", ""))
	w.want("2 []  open 29 10:00 - 1", "1 [] S2 open 04 13:32 - 1")
	page, err := w.Incidents(t.Context(), jonas, incidents.IncidentQuery{Unassigned: true})
	w.ok(err)
	same(t, []int64{page.Unassigned, page.Open, int64(len(page.Incidents))}, []int64{2, 2, 2})
	_, err = w.ChangeIncident(t.Context(), ines, 2, incidents.IncidentInput{Products: &[]plumbline.ProductRef{"shop", "shop", ""}})
	w.ok(err)
	w.want("2 [shop]  open 29 10:00 - 1", "1 [] S2 open 04 13:32 - 1")
	// The rules are data: from now on apiserver is the product api.
	rules, err := w.IncidentRules(t.Context(), mara)
	w.ok(err)
	text := rules.Text
	w.ok(w.PutIncidentRules(t.Context(), mara, strings.Replace(strings.Replace(text, "products: {}", "products: {apiserver: api}", 1), "high: S2", "high: S1", 1)))
	w.deliver("am", strings.Replace(string(sample), "948c", "948d", 1))
	w.want("3 [api] S1 open 04 13:32 - 1", "2 [shop]  open 29 10:00 - 1", "1 [] S2 open 04 13:32 - 1")
	w.refused(w.PutIncidentRules(t.Context(), mara, "severities: {x: S9}"), plumbline.Invalid, "S1 to S4")
	w.refused(w.PutIncidentRules(t.Context(), ines, text), plumbline.Denied, "")
}

// Events of PagerDuty come in any order: the one that occurred last counts.
func TestOrderOfEvents(t *testing.T) {
	event := func(typ, status, occurred string) string {
		return fmt.Sprintf(`{"event":{"id":"e","event_type":"incident.%s","occurred_at":%q,"agent":null,"client":null,"data":{"id":"P1","type":"incident","status":%q,"title":"Bump","created_at":"2026-05-29T10:00:00Z","priority":null,"urgency":"high","service":{"summary":"API"}}}}`, typ, occurred, status)
	}
	w := newWorld(t, storetest.SQLite(t))
	w.deliver("pd", event("resolved", "resolved", s29+"11:00:00Z"))
	w.want("1 [api] S2 resolved 29 10:00 29 11:00 1")
	w.deliver("pd", event("triggered", "triggered", s29+"10:00:00Z"))
	w.deliver("pd", event("acknowledged", "acknowledged", s29+"10:30:00Z"))
	w.want("1 [api] S2 resolved 29 10:00 29 11:00 1")
	w.deliver("pd", event("priority_updated", "resolved", s29+"12:00:00Z"))
	w.want("1 [api] S2 resolved 29 10:00 29 11:00 1")
	w.deliver("pd", event("reopened", "triggered", s29+"13:00:00Z"))
	w.want("1 [api] S2 open 29 10:00 - 1")
	w.deliver("pd", event("invented_tomorrow", "resolved", s29+"14:00:00Z"))
	w.deliver("pd", `{"event":`)
	w.want("1 [api] S2 open 29 10:00 - 1")
	sources, err := w.AlarmSources(t.Context(), mara)
	w.ok(err)
	if !strings.Contains(sources[1].Problem, "cannot be read") || sources[1].Heard != w.now {
		t.Errorf("got %+v", sources[1])
	}
}

// An end stays an end when what was sent before it comes late, and the same delivery
// is kept once.
func TestLateAndRepeated(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.deliver("am", alert("a", "high", "shop", s29+"10:00:00Z", s29+"10:30:00Z"))
	w.deliver("am", alert("a", "high", "shop", s29+"10:00:00Z", ""))
	w.want("1 [shop] S2 resolved 29 10:00 29 10:30 1")
	d := plumbline.Delivery{Link: "am", ID: "same", At: w.now}
	for _, want := range []bool{true, false} {
		fresh, err := w.ReceiveAlarms(t.Context(), d, []byte(alert("b", "high", "api", s29+"10:00:00Z", "")))
		w.ok(err)
		same(t, fresh, want)
	}
	waiting, err := w.WaitingAlarms(t.Context())
	w.ok(err)
	for range 2 { // two servers take the same one
		w.ok(w.TakeAlarms(t.Context(), waiting[0], alertmanager.New(link.Config{}).Read(waiting[0].Body)))
	}
	w.want("2 [api] S2 open 29 10:00 - 1", "1 [shop] S2 resolved 29 10:00 29 10:30 1")
	_, err = w.ReceiveAlarms(t.Context(), plumbline.Delivery{Link: "nobody", ID: "1"}, nil)
	w.refused(err, plumbline.NotFound, "nobody")
	w.ok(w.RejectAlarms(t.Context(), "am"))
	sources, err := w.AlarmSources(t.Context(), mara)
	w.ok(err)
	same(t, sources[0].Rejected, 1)
}

func ptr[T any](v T) *T { return &v }

func TestWhatPeopleSayStays(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.deliver("am", alert("a", "high", "shop", s29+"10:00:00Z", ""))
	in := incidents.IncidentInput{Severity: ptr("S4"), Started: ptr(at(s29 + "09:00:00Z")), Resolved: ptr(at(s29 + "12:00:00Z")), Cause: ptr("change"), PostMortem: ptr("https://example.com/pm"),
		Actions: &[]plumbline.IncidentAction{{Text: "Add a limit"}}}
	got, err := w.ChangeIncident(t.Context(), ines, 1, in)
	w.ok(err)
	if got.Actions[0].Due != w.now.Add(90*24*time.Hour) {
		t.Errorf("the action is due %v", got.Actions[0].Due.Std())
	}
	w.deliver("am", alert("a2", "critical", "shop", s29+"10:01:00Z", ""))
	w.want("1 [shop] S4 resolved 29 09:00 29 12:00 2")
	for _, c := range []struct {
		in    incidents.IncidentInput
		words string
	}{
		{incidents.IncidentInput{Severity: ptr("S5")}, "S1 to S4"},
		{incidents.IncidentInput{Cause: ptr("magic")}, "change, capacity"},
		{incidents.IncidentInput{Title: ptr(" ")}, "title"},
		{incidents.IncidentInput{Resolved: ptr(at(s29 + "08:00:00Z"))}, "before it began"},
		{incidents.IncidentInput{Mitigated: ptr(w.now.Add(time.Hour)), Resolved: ptr(w.now.Add(time.Hour))}, "future"},
		{incidents.IncidentInput{PostMortem: ptr("javascript:alert(1)")}, "https"},
		{incidents.IncidentInput{Share: ptr(plumbline.Decimal("-1"))}, "negative"},
		{incidents.IncidentInput{Products: &[]plumbline.ProductRef{"nowhere"}}, "nowhere"},
	} {
		_, err := w.ChangeIncident(t.Context(), ines, 1, c.in)
		w.refused(err, plumbline.Invalid, c.words)
	}
	_, err = w.ChangeIncident(t.Context(), jonas, 1, in)
	w.refused(err, plumbline.Denied, "")
	_, err = w.ChangeIncident(t.Context(), ines, 9, in)
	w.refused(err, plumbline.NotFound, "incident 9")
	before := w.seq()
	_, err = w.ChangeIncident(t.Context(), ines, 1, incidents.IncidentInput{Severity: ptr("S4")})
	w.ok(err)
	same(t, w.seq(), before)
	declared, err := w.DeclareIncident(t.Context(), ines, incidents.IncidentInput{Title: ptr("No mail"), Severity: ptr("S1")})
	w.ok(err)
	v, err := w.Incident(t.Context(), jonas, declared.N)
	w.ok(err)
	same(t, v.Clocks, []incidents.Clock{{Name: "mitigate", Due: w.now.Add(8 * time.Hour), State: "runs"}, {Name: "resolve", Due: w.now.Add(48 * time.Hour), State: "runs"}})
	w.now = w.now.Add(9 * time.Hour)
	_, err = w.ChangeIncident(t.Context(), ines, declared.N, incidents.IncidentInput{Mitigated: ptr(w.now)})
	w.ok(err)
	v, err = w.Incident(t.Context(), jonas, declared.N)
	w.ok(err)
	same(t, []string{v.State, v.Clocks[0].State, v.Clocks[1].State}, []string{"mitigated", "missed", "runs"})
}

func (w *world) seq() (n int64) {
	w.ok(w.db.Read(w.t.Context(), func(tx *store.Tx) (err error) {
		n, err = tx.LastSeq()
		return err
	}))
	return n
}
