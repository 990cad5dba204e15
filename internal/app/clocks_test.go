package app_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/ranking"
	"plumbline/internal/clock"
	"plumbline/internal/store"
)

// There is one list of clocks, and whoever shows one shows the same: the item's page,
// the agenda that Today is made of, the calendar and the duties. What each has to be
// is said by the stories about the ranking policy.
func TestEveryPlaceShowsTheSameClock(t *testing.T) {
	for _, policy := range []string{"gitlab-2022", "gitlab-2026"} {
		t.Run(policy, func(t *testing.T) {
			w := sqliteWorld(t)
			w.now = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
			if policy != "gitlab-2026" {
				w.ok(w.app.UsePolicy(w.ctx(), w.pm, policy))
			}
			told := toldClocks(t, policy)
			if len(told) < 20 {
				t.Fatalf("the stories tell of %d clocks only", len(told))
			}
			keys := map[string]plumbline.Key{}
			for _, c := range told {
				if keys[c.item()] != "" {
					continue
				}
				w.now = c.opened
				it := w.file(fmt.Sprintf("Item %d", len(keys)))
				w.label(it.Key, c.severity, c.labels...)
				keys[c.item()] = it.Key
			}
			w.now = w.now.Add(time.Minute)
			for _, c := range told {
				if !hasDue(w.item(w.pm, keys[c.item()]).Clocks, plumbline.At(c.due)) {
					t.Errorf("%s %v: the page has no clock %s due %s: %+v", c.severity, c.labels, c.clock, c.due, w.item(w.pm, keys[c.item()]).Clocks)
				}
			}
			w.agree()
		})
	}
}

// The demo's clocks agree too, incidents' among them.
func TestTheDemosClocksAgree(t *testing.T) {
	w := demoWorld(t)
	w.agree()
	it := w.file("Everything is down")
	w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error {
		got, err := tx.ItemByKey(it.Key)
		if err != nil {
			return err
		}
		was := got.Version
		got.Kind, got.Severity, got.Version = plumbline.Incident, "S1", was+1
		if err := tx.UpdateItem(got, was); err != nil {
			return err
		}
		return tx.Append(plumbline.Event{At: plumbline.At(w.now), Type: "item edited", Item: it.ID, Key: it.Key, Seen: it.Visibility})
	}))
	if !hasDue(w.item(w.pm, it.Key).Clocks, plumbline.At(w.now.Add(8*time.Hour))) {
		t.Errorf("an incident of S1 is mitigated in eight hours: %+v", w.item(w.pm, it.Key).Clocks)
	}
	w.agree()
}

// agree compares what all places say of every duty's clock.
func (w *world) agree() {
	w.t.Helper()
	v, err := w.app.Duties(w.ctx(), w.pm, plumbline.Filter{})
	w.ok(err)
	dates, err := w.app.DueCalendar(w.ctx(), w.pm, plumbline.Filter{})
	w.ok(err)
	calendar := strings.ReplaceAll(string(dates.Body), "\r\n ", "")
	compared := 0
	for _, d := range v.Rows {
		if d.Limit != "" { // the clock is the limit's, and so is the date
			if day := d.Clock.Due.Std().UTC().Format("20060102"); !regexp.MustCompile(`UID:limit-` + string(d.Limit) + `@.*\r\n(.*\r\n){2}DTSTART;VALUE=DATE:` + day).MatchString(calendar) {
				w.t.Errorf("%s: the calendar has no %s on %s", d.Key, d.Limit, day)
			}
			continue
		}
		if d.ClockID == "" {
			continue
		}
		compared++
		page := w.item(w.pm, d.Key).Clocks
		same := func(c agenda.ClockView) bool { return c.Due == d.Clock.Due && c.Name == d.Clock.Name }
		if !slices.ContainsFunc(page, same) {
			w.t.Errorf("%s: duties say %+v, the page %+v", d.Key, d.Clock, page)
		}
		if stamp := d.Clock.Due.Std().UTC().Format("20060102T150405Z"); !strings.Contains(calendar, fmt.Sprintf("%s: %s is due", d.Key, d.Clock.Name)) || !strings.Contains(calendar, stamp) {
			w.t.Errorf("%s: the calendar has no %s at %s", d.Key, d.Clock.Name, stamp)
		}
		w.agendaAgrees(d, page)
	}
	if compared == 0 {
		w.t.Error("there is no duty with a clock")
	}
}

// agendaAgrees compares what the agenda keeps of an item with its page.
func (w *world) agendaAgrees(d ranking.DutyView, page []agenda.ClockView) {
	w.t.Helper()
	soonest := d.Clock.Due
	for _, c := range page {
		if c.Due < soonest && (c.State == "running" || c.State == "breached") && c.Name != "First answer" && c.Name != "Product support request" {
			soonest = c.Due
		}
	}
	w.ok(w.db.Read(w.ctx(), func(tx *store.Tx) error {
		it, err := tx.ItemByKey(d.Key)
		if err != nil {
			return err
		}
		all, err := tx.AgendaOf([]plumbline.ItemID{it.ID})
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(e store.AgendaEntry) bool { return e.Kind != agenda.OnClock })
		if len(all) != 1 || all[0].At != soonest {
			w.t.Errorf("%s: the agenda has %+v, the page %+v", d.Key, all, page)
		}
		return nil
	}))
}

// toldClock is what a story says of a clock.
type toldClock struct {
	labels          []string
	severity, clock string
	opened, due     time.Time
}

func (c toldClock) item() string { return strings.Join(c.labels, ",") + c.severity + c.opened.String() }

var (
	storyItem  = regexp.MustCompile(`^item X: labels: (.*?), severity: (S\d), opened: "([^"]*)"$`)
	storyClock = regexp.MustCompile(`^X clock (\S+): due (\d{4}-\d\d-\d\d \d\d:\d\d)`)
)

// toldClocks reads the stories of a policy that tell of an item with labels, a
// severity and a beginning, and of when a clock of it is due.
func toldClocks(t *testing.T, policy string) (out []toldClock) {
	t.Helper()
	src, err := os.ReadFile("../rank/testdata/clocks.txt")
	if err != nil {
		t.Fatal(err)
	}
	moment := func(text string) time.Time {
		at, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, scene := range strings.Split(string(src), "\n== ") {
		if !strings.Contains(scene, "\npolicy "+policy+"\n") || strings.Contains(scene, clock.Extended) {
			continue
		}
		var now toldClock
		for _, line := range strings.Split(scene, "\n") {
			if m := storyItem.FindStringSubmatch(line); m != nil {
				now = toldClock{severity: m[2], opened: moment(m[3])}
				for _, l := range strings.Split(strings.Trim(m[1], "[]"), ",") {
					now.labels = append(now.labels, strings.Trim(strings.TrimSpace(l), `"`))
				}
			}
			if m := storyClock.FindStringSubmatch(line); m != nil && now.severity != "" {
				now.clock, now.due = m[1], moment(m[2])
				out = append(out, now)
			}
		}
	}
	return out
}
