package standing_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/standing"
	"plumbline/internal/limit"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

const day = 24 * time.Hour

// world is the room over a real database, with a clock that stands still until it
// is moved, and a source of facts that tests fill.
type world struct {
	t      testing.TB
	db     *store.DB
	room   *standing.Room
	now    time.Time
	facts  []plumbline.Observation
	groups limit.Groups

	pm, other, contributor, requester plumbline.Actor
}

var ci = plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, db: storetest.SQLite(t), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), groups: limit.Groups{}}
	w.room = w.newRoom()
	w.write(func(tx *store.Tx) error {
		for _, p := range []struct {
			name  string
			role  plumbline.Role
			actor *plumbline.Actor
		}{{"mara", plumbline.PM, &w.pm}, {"olga", plumbline.PM, &w.other}, {"ines", plumbline.Contributor, &w.contributor}, {"jonas", plumbline.Requester, &w.requester}} {
			*p.actor = plumbline.Actor{Person: plumbline.PersonID(p.name), Name: p.name, Role: p.role}
			if err := tx.InsertPerson(plumbline.Person{ID: plumbline.PersonID(p.name), Handle: p.name, Name: p.name, Role: p.role}); err != nil {
				return err
			}
		}
		for _, ref := range []plumbline.ProductRef{"ci", "k8s"} {
			if _, err := tx.PutProduct(plumbline.Product{Ref: ref, Name: string(ref), Kind: "product"}); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

func (w *world) newRoom() *standing.Room {
	r := standing.New(w.db, func(*store.Tx) (limit.Groups, error) { return w.groups, nil }, func() plumbline.Time { return plumbline.At(w.now) })
	for _, kind := range plumbline.ConstraintKinds {
		r.FeedFrom(kind, func(*store.Tx, plumbline.Constraint) ([]plumbline.Observation, error) { return w.facts, nil })
	}
	return r
}

func (w *world) ctx() context.Context { return w.t.Context() }

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err error, kind plumbline.Kind, words string) {
	w.t.Helper()
	if err == nil || plumbline.KindOf(err) != kind || !strings.Contains(err.Error(), words) {
		w.t.Fatalf("got %v, want %s with %q", err, kind, words)
	}
}

func (w *world) write(fn func(tx *store.Tx) error) {
	w.t.Helper()
	w.ok(w.db.Write(context.Background(), fn))
}

// refresh takes the facts in, as a room would that wrote them.
func (w *world) refresh(kind plumbline.ConstraintKind) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error { return w.room.Refresh(tx, w.pm, kind, ci) })
}

func (w *world) put(c plumbline.Constraint) {
	w.t.Helper()
	_, err := w.room.PutConstraint(w.ctx(), w.pm, c, 0)
	w.ok(err)
}

func (w *world) view(id plumbline.ConstraintID) standing.ConstraintView {
	w.t.Helper()
	v, err := w.room.Constraint(w.ctx(), w.pm, id)
	w.ok(err)
	return v
}

// events are the events about constraints, oldest first, in short.
func (w *world) events() (out []string) {
	w.t.Helper()
	w.ok(w.db.Read(w.ctx(), func(tx *store.Tx) error {
		all, err := tx.Events(w.pm, 0, 1000, "")
		for _, e := range all {
			var d struct{ Constraint, Kind, From, To string }
			if err := json.Unmarshal(e.Data, &d); err != nil {
				return err
			}
			text := strings.Join([]string{e.Type, d.Constraint, d.Kind + d.From + "→" + d.To}, " ")
			out = append(out, strings.TrimSuffix(text, " →"))
		}
		return err
	}))
	return out
}

// availability is a hard target of 99.95 % for a product, over 28 days.
func availability(of plumbline.Scope) plumbline.Constraint {
	return plumbline.Constraint{ID: "api-availability", Name: "Availability of the API", Kind: plumbline.Reliability, Scope: of, Objective: "0.9995", Window: plumbline.Window{Days: 28}, Hard: true}
}

// counted is a day of events that ended some days before now.
func (w *world) counted(ago int, bad string) plumbline.Observation {
	to := plumbline.At(w.now.Add(-time.Duration(ago) * day))
	return plumbline.Observation{From: to.Add(-day), To: to, At: to, Bad: plumbline.Decimal(bad), Total: "400000", Source: "prometheus", External: "api", Ref: "sum(increase(errors[1d]))"}
}

func TestFactsBecomeAStandingInTheirTransaction(t *testing.T) {
	w := newWorld(t)
	w.put(availability(ci))
	if got := w.view("api-availability").Standing; got.Status != plumbline.StatusUnknown || got.Reason != "There is no evidence yet." {
		t.Fatalf("got %+v, want unknown", got)
	}
	for i := range 28 {
		w.facts = append(w.facts, w.counted(i, "100"))
	}
	w.refresh(plumbline.Reliability)
	v := w.view("api-availability")
	if s := v.Standing; s.Status != plumbline.StatusMet || s.Headroom.Decimal() != "0.5" || len(s.Evidence) != 28 || v.Since != plumbline.At(w.now) {
		t.Fatalf("got %s with %s of headroom, since %v, from %d observations", s.Status, s.Headroom.Decimal(), v.Since, len(s.Evidence))
	}
	w.facts[0].Bad = "9000"
	w.refresh(plumbline.Reliability)
	if s := w.view("api-availability").Standing; s.Status != plumbline.StatusBreached || !s.Forced || len(s.Evidence) != 28 {
		t.Fatalf("got %+v, want breached and forced", s)
	}
	got := strings.Join(w.events(), "\n")
	want := strings.Join([]string{
		"constraint put api-availability", "standing changed api-availability →unknown",
		"consequence began api-availability evidence→", "standing changed api-availability unknown→met", "consequence ended api-availability evidence→",
		"standing changed api-availability met→breached", "consequence began api-availability error-budget→", "consequence began api-availability error-budget-exhausted→",
	}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestToldTwiceChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.put(availability(ci))
	for i := range 28 {
		w.facts = append(w.facts, w.counted(i, strconv.Itoa(10*i)))
	}
	w.refresh(plumbline.Reliability)
	before, events := w.view("api-availability"), w.events()
	w.now = w.now.Add(time.Minute)
	w.refresh(plumbline.Reliability)
	after := w.view("api-availability")
	if a, b := asText(t, before), asText(t, after); a != b {
		t.Errorf("told twice:\n%s\nbecame\n%s", a, b)
	}
	if len(w.events()) != len(events) {
		t.Errorf("got %d events more", len(w.events())-len(events))
	}
}

func asText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestEvidenceInAnyOrder tells the same evidence in many orders, in pieces of any
// size: how the constraint stands in the end is the same, but for the ids.
func TestEvidenceInAnyOrder(t *testing.T) {
	var want string
	for seed := range uint64(6) {
		w := newWorld(t)
		w.put(availability(ci))
		var all []plumbline.Observation
		for i := range 40 {
			all = append(all, w.counted(i, strconv.Itoa((i*i*37)%900)))
		}
		random := rand.New(rand.NewPCG(seed, 1))
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for len(all) > 0 {
			n := 1 + random.IntN(len(all))
			w.facts, all = all[:n], all[n:]
			w.refresh(plumbline.Reliability)
		}
		s := w.view("api-availability").Standing
		s.Evidence = nil
		got := asText(t, s)
		if want == "" {
			want = got
		}
		if got != want {
			t.Fatalf("seed %d: got\n%s\nwant\n%s", seed, got, want)
		}
	}
}

func TestGroupsHandTheirConstraintsDown(t *testing.T) {
	w := newWorld(t)
	group := plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: "platform"}
	w.groups[group] = []plumbline.Scope{ci}
	w.put(availability(group))
	for i := range 28 {
		w.facts = append(w.facts, w.counted(i, "100"))
	}
	w.refresh(plumbline.Reliability)
	if got := w.view("api-availability").Standing.Status; got != plumbline.StatusMet {
		t.Errorf("got %s, want met", got)
	}
	w.write(func(tx *store.Tx) error {
		bearing, err := w.room.Bearing(tx, plumbline.Reliability, ci)
		if len(bearing) != 1 || bearing[0].Scope != group {
			t.Errorf("got %+v", bearing)
		}
		if err != nil {
			return err
		}
		members, err := w.room.Members(tx, group)
		if len(members) != 1 || members[0] != ci {
			t.Errorf("got %+v", members)
		}
		return err
	})
}

func TestWhoMayPutAConstraint(t *testing.T) {
	w := newWorld(t)
	_, err := w.room.PutConstraint(w.ctx(), w.contributor, availability(ci), 0)
	w.refused(err, plumbline.Denied, "may not manage teams")
	bad := availability(plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "nowhere"})
	bad.Owner = "nobody"
	_, err = w.room.PutConstraint(w.ctx(), w.pm, bad, 0)
	w.refused(err, plumbline.Invalid, `There is no product "nowhere" in the catalog.`)
	w.put(availability(ci))
	events := len(w.events())
	w.put(availability(ci))
	if got := len(w.events()); got != events {
		t.Errorf("the same constraint wrote %d events", got-events)
	}
	_, err = w.room.PutConstraint(w.ctx(), w.pm, func() plumbline.Constraint { c := availability(ci); c.Name = "API"; return c }(), 7)
	w.refused(err, plumbline.Conflict, "you saw version 7, it is now 1")
}

func TestAmountsAreWithheldFromRequesters(t *testing.T) {
	w := newWorld(t)
	month := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for i := range 22 {
		from := plumbline.At(month.AddDate(0, 0, i))
		w.facts = append(w.facts, plumbline.Observation{From: from, To: from.Add(day), At: from.Add(day), Amount: "4711.37", Currency: "EUR", Basis: plumbline.Billed, Source: "bill", External: "ci"})
	}
	w.put(plumbline.Constraint{ID: "budget", Kind: plumbline.Cost, Scope: ci, Objective: "98765", Currency: "EUR", Basis: plumbline.Billed, Window: plumbline.Window{Calendar: plumbline.WindowMonth}})
	cleared := asText(t, w.view("budget"))
	for _, amount := range []string{"98765", "103650.14", "141341.1"} {
		if !strings.Contains(cleared, amount) {
			t.Errorf("%s is not in %s", amount, cleared)
		}
	}
	v, err := w.room.Constraint(w.ctx(), w.requester, "budget")
	w.ok(err)
	events := strings.Join(w.rawEvents(), "\n")
	for _, amount := range []string{"98765", "103650", "141341", "4711"} {
		if strings.Contains(asText(t, v), amount) || strings.Contains(events, amount) {
			t.Errorf("%s reached a requester:\n%s\n%s", amount, asText(t, v), events)
		}
	}
	if v.Standing.Status != plumbline.StatusBreached || v.Standing.Reason != "The forecast is 43.1 % over the budget." {
		t.Errorf("got %s: %s", v.Standing.Status, v.Standing.Reason)
	}
}

func (w *world) rawEvents() (out []string) {
	w.ok(w.db.Read(w.ctx(), func(tx *store.Tx) error {
		all, err := tx.Events(w.pm, 0, 1000, "")
		for _, e := range all {
			out = append(out, string(e.Data))
		}
		return err
	}))
	return out
}
