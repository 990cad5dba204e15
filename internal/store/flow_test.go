package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// noon is the middle of a day of March 2026; the 2nd is a Monday.
func noon(day int) plumbline.Time {
	return plumbline.At(time.Date(2026, 3, day, 12, 0, 0, 0, time.UTC))
}

// moved is an event that says from where to where.
func moved(id plumbline.ItemID, at plumbline.Time, from, to string) plumbline.Event {
	typ := "item moved"
	if from == "" {
		typ = "item filed"
	}
	raw, _ := json.Marshal(map[string]string{"from": from, "to": to})
	return plumbline.Event{At: at, Type: typ, Item: id, Seen: plumbline.Public, Data: raw}
}

// flowLines are the kept rows in words.
func flowLines(t testing.TB, db *store.DB) string {
	t.Helper()
	monday := store.MondayOf(noon(2))
	out := get(t, db, func(tx *store.Tx) ([]string, error) {
		days, err := tx.Lines(fmt.Sprintf(`select dim, value, day - %d + 2, state, came, went from flow_days where came <> 0 or went <> 0 order by dim, value, day, state`, store.DayOf(noon(2))))
		if err != nil {
			return nil, err
		}
		weeks, err := tx.Lines(fmt.Sprintf(`select 'week', dim, value, (week - %d) / 7, state, share, n from flow_weeks where n <> 0 order by dim, value, week, state`, monday))
		return append(days, weeks...), err
	})
	return strings.Join(out, "\n")
}

// An item comes on the 3rd of March, goes to the engineers on the 5th, where a move of
// the lane that does not lead any more counts for nothing, gets a team on the 9th, is
// done on the 11th, and is opened again on the 12th.
func TestFlowIsKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		it := item(1)
		it.State, it.Created, it.Since = "workflow::a", noon(3), noon(3)
		change := func(at plumbline.Time, fn func(), moves ...plumbline.Event) {
			fn()
			it.Updated = at
			it.Version++
			write(t, db, func(tx *store.Tx) error {
				if err := tx.Append(moves...); err != nil {
					return err
				}
				return tx.UpdateItem(it, it.Version-1)
			})
		}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.Append(moved(it.ID, noon(3), "", "workflow::a")); err != nil {
				return err
			}
			return tx.InsertItem(it)
		})
		change(noon(5), func() { it.State, it.Since = "workflow-infra::b", noon(5) },
			moved(it.ID, noon(5), "workflow::a", "workflow::handed off"), moved(it.ID, noon(5), "workflow::handed off", "workflow-infra::b"))
		change(noon(6), func() {}, moved(it.ID, noon(6), "workflow::handed off", "workflow::z"))
		change(noon(9), func() { it.Team = "core" })
		change(noon(11), func() { it.State, it.Since, it.Closed = "workflow-infra::done", noon(11), noon(11) }, moved(it.ID, noon(11), "workflow-infra::b", "workflow-infra::done"))
		done := `||3|workflow::a|1|0
||5|workflow-infra::b|1|0
||5|workflow::a|0|1
||5|workflow::handed off|1|1
||9|workflow-infra::b|1|1
||11|workflow-infra::b|0|1
||11|workflow-infra::done|1|0
team|core|9|workflow-infra::b|1|0
team|core|11|workflow-infra::b|0|1
team|core|11|workflow-infra::done|1|0
week|||1|workflow-infra::done|features|1
week|team|core|1|workflow-infra::done|features|1`
		same(t, strings.Split(flowLines(t, db), "\n"), strings.Split(done, "\n"))
		change(noon(12), func() { it.State, it.Since, it.Closed = "workflow-infra::b", noon(12), 0 }, moved(it.ID, noon(12), "workflow-infra::done", "workflow-infra::b"))
		if got := flowLines(t, db); strings.Contains(got, "week") || !strings.Contains(got, "team|core|12|workflow-infra::b|1|0") {
			t.Errorf("what is opened again is not finished; got\n%s", got)
		}
	})
}

// Whatever is added and changed, what came into a state less what went out of it is
// what stands there, for every team and product, and the weeks have every closed item
// once, in the week in which it was closed.
func TestFlowAddsUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "mara", plumbline.Requester)
		person(t, db, "oana", plumbline.Requester)
		made := 0
		rapid.Check(t, func(r *rapid.T) {
			defer write(t, db, wipe)
			var items []plumbline.Item
			write(t, db, func(tx *store.Tx) error {
				for range rapid.IntRange(1, 6).Draw(r, "items") {
					made++
					it := item(made)
					draw(r, &it)
					if err := tx.InsertItem(it); err != nil {
						return err
					}
					items = append(items, it)
				}
				return nil
			})
			write(t, db, func(tx *store.Tx) error {
				for n, it := range items {
					for v := range int64(rapid.IntRange(0, 2).Draw(r, "changes")) {
						was := it.State
						draw(r, &it)
						it.Since = plumbline.Time(rapid.Int64Range(0, int64(noon(9))).Draw(r, "since"))
						it.Version = v + 2
						if rapid.Bool().Draw(r, "said") {
							if err := tx.Append(moved(it.ID, noon(n+1), string(was), string(it.State))); err != nil {
								return err
							}
						}
						if err := tx.UpdateItem(it, v+1); err != nil {
							return err
						}
					}
				}
				return nil
			})
			for what, query := range map[string]string{
				"stock": `select dim, value, process, state, visibility, sum(n) from (
						select dim, value, process, state, visibility, came - went as n from flow_days
						union all select dim, value, process, state, visibility, -n from item_counts where dim in ('', 'team', 'product')) as a
					group by dim, value, process, state, visibility having sum(n) <> 0`,
				"finished": `select dim, value, process, state, visibility, sum(n) from (
						select dim, value, process, state, visibility, n from flow_weeks
						union all select dim, value, process, state, visibility, -n from item_counts where done and dim in ('', 'team', 'product')) as a
					group by dim, value, process, state, visibility having sum(n) <> 0`,
			} {
				if odd := get(t, db, func(tx *store.Tx) ([]string, error) { return tx.Lines(query) }); len(odd) > 0 {
					r.Fatalf("%s differs: %v", what, odd)
				}
			}
		})
	})
}

// A database of before gets the same rows from its events that it would have kept.
func TestFlowOfBefore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(tx *store.Tx) error {
			for n := range 1200 {
				it := item(n)
				it.State, it.Created, it.Since, it.Team, it.Product = "workflow::a", noon(3), noon(3+n%20), "core", "runners"
				if n%3 == 0 {
					it.State, it.Closed, it.Labels = "workflow::complete", noon(3+n%20), []string{"type::bug"}
				}
				if err := tx.InsertItem(it); err != nil {
					return err
				}
				err := tx.Append(moved(it.ID, it.Created, "", "workflow::start"), moved(it.ID, noon(3+n%7), "workflow::start", "workflow::b"), moved(it.ID, it.Since, "workflow::b", string(it.State)))
				if err != nil {
					return err
				}
			}
			return nil
		})
		want := flowLines(t, db)
		if !strings.Contains(want, "|upkeep|") || !strings.Contains(want, "product|runners|") {
			t.Fatalf("nothing is kept:\n%s", want)
		}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.Exec(`delete from flow_days`); err != nil {
				return err
			}
			if err := tx.Exec(`delete from flow_weeks`); err != nil {
				return err
			}
			return tx.FillFlow()
		})
		same(t, strings.Split(flowLines(t, db), "\n"), strings.Split(want, "\n"))
	})
}

// Days and weeks begin where they should, before 1970 too.
func TestDayOf(t *testing.T) {
	for _, c := range []struct {
		at          string
		day, monday int64
	}{{"1970-01-01T00:00:00Z", 0, -3}, {"1969-12-31T23:59:59Z", -1, -3}, {"1969-12-28T23:00:00Z", -4, -10}, {"2026-03-02T00:00:00Z", 20514, 20514}, {"2026-03-08T23:59:59Z", 20520, 20514}} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		same(t, store.DayOf(plumbline.At(at)), c.day)
		same(t, store.MondayOf(plumbline.At(at)), c.monday)
	}
}

// What a page asks of flow reads the rows of its place and its time, along an index.
func TestFlowIsReadAlongIndexes(t *testing.T) {
	db := storetest.SQLite(t)
	who := plumbline.Actor{Person: "mara", Role: plumbline.PM}
	plans, err := db.Explain(t.Context(), func(tx *store.Tx) error {
		of := store.Place{Team: "core", Process: "request"}
		_, err := tx.FlowStock(who, of)
		if err == nil {
			_, err = tx.FlowChanges(who, of, 20000, 7)
		}
		if err == nil {
			_, err = tx.FlowWeeks(who, of, 20000)
		}
		if err == nil {
			_, err = tx.FlowFinished(who, of, []plumbline.State{"workflow::complete"}, 300)
		}
		if err == nil {
			_, err = tx.FlowOpen(who, of, 1000)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range plans {
		if strings.Contains(line, "SCAN") && !strings.Contains(line, "USING") {
			t.Errorf("goes through a whole table: %s", line)
		}
	}
	if len(plans) < 8 {
		t.Errorf("plans: %v", plans)
	}
}
