package store_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestAlarmDeliveriesAreKeptOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		src := plumbline.AlarmSource{ID: "am", Kind: "alertmanager", Product: "shop"}
		d := plumbline.Delivery{Link: "am", ID: "1", Event: "alerts firing", At: 5}
		var fresh, again bool
		write(t, db, func(tx *store.Tx) (err error) {
			if err := tx.PutAlarmSource(1, src); err != nil {
				return err
			}
			if fresh, err = tx.InsertAlarmDelivery(d, []byte("{}"), 7); err != nil {
				return err
			}
			again, err = tx.InsertAlarmDelivery(d, []byte("[]"), 8)
			return err
		})
		same(t, []bool{fresh, again}, []bool{true, false})
		want := store.AlarmDelivery{Source: "am", ID: "1", Event: "alerts firing", Sent: 5, At: 7, Body: []byte("{}")}
		same(t, get(t, db, func(tx *store.Tx) ([]store.AlarmDelivery, error) { return tx.WaitingAlarms(5) }), []store.AlarmDelivery{want})
		var first, second bool
		src.Heard = 7
		write(t, db, func(tx *store.Tx) (err error) {
			if first, err = tx.TookAlarms("am", "1", "read", 9); err != nil {
				return err
			}
			if second, err = tx.TookAlarms("am", "1", "read", 9); err != nil {
				return err
			}
			return tx.UpdateAlarmSource(src)
		})
		same(t, []bool{first, second}, []bool{true, false})
		same(t, len(get(t, db, func(tx *store.Tx) ([]store.AlarmDelivery, error) { return tx.WaitingAlarms(5) })), 0)
		same(t, get(t, db, func(tx *store.Tx) (plumbline.AlarmSource, error) { return tx.AlarmSource("am") }), src)
		write(t, db, func(tx *store.Tx) error {
			if err := tx.PurgeAlarmDeliveries(10); err != nil {
				return err
			}
			fresh, _ = tx.InsertAlarmDelivery(d, []byte("{}"), 7)
			return tx.DropAlarmSource("am")
		})
		same(t, fresh, true)
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.AlarmSource("am"); return err })
	})
}

func TestIncidentsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := plumbline.IncidentRecord{Title: "Slow", Products: []plumbline.ProductRef{"shop", "db"}, Severity: "S2", Started: 10, Changed: 11, Share: "0.25", Kept: []string{"severity"},
			Actions: []plumbline.IncidentAction{{Text: "Add a limit", Due: 99}}}
		b := plumbline.IncidentRecord{Title: "Down", Detected: 20, Resolved: 30, Changed: 31}
		write(t, db, func(tx *store.Tx) (err error) {
			if a, err = tx.PutIncident(a); err != nil {
				return err
			}
			b, err = tx.PutIncident(b)
			return err
		})
		same(t, get(t, db, func(tx *store.Tx) (plumbline.IncidentRecord, error) { return tx.Incident(a.N) }), a)
		numbers := func(f store.IncidentFilter) (out []int64) {
			for _, i := range get(t, db, func(tx *store.Tx) ([]plumbline.IncidentRecord, error) { return tx.Incidents(f) }) {
				out = append(out, i.N)
			}
			if f.Before == 0 {
				same(t, get(t, db, func(tx *store.Tx) (int64, error) { return tx.CountIncidents(f) }), int64(len(out)))
			}
			return out
		}
		shop := plumbline.ProductRef("shop")
		same(t, numbers(store.IncidentFilter{}), []int64{b.N, a.N})
		same(t, numbers(store.IncidentFilter{Open: true}), []int64{a.N})
		same(t, numbers(store.IncidentFilter{Unassigned: true}), []int64{b.N})
		same(t, numbers(store.IncidentFilter{Product: &shop}), []int64{a.N})
		same(t, numbers(store.IncidentFilter{Before: b.N}), []int64{a.N})
		a.Products, a.Item = []plumbline.ProductRef{"db"}, "item"
		write(t, db, func(tx *store.Tx) error { _, err := tx.PutIncident(a); return err })
		touching := get(t, db, func(tx *store.Tx) ([]store.TouchedIncident, error) {
			return tx.IncidentsTouching([]plumbline.ProductRef{"shop"}, 100)
		})
		same(t, touching, []store.TouchedIncident{{IncidentRecord: a}})
		touching = get(t, db, func(tx *store.Tx) ([]store.TouchedIncident, error) {
			return tx.IncidentsTouching([]plumbline.ProductRef{"shop", "db"}, 100)
		})
		same(t, touching, []store.TouchedIncident{{a, true}})
		same(t, get(t, db, func(tx *store.Tx) (int64, error) { return tx.IncidentOfItem("item") }), a.N)
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Incident(999); return err })
	})
}

func TestAlarmsOfAnIncident(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var n int64
		row := func(key string, started, ended plumbline.Time) store.AlarmRow {
			return store.AlarmRow{Alarm: plumbline.Alarm{Key: key, Group: "g", Title: key, Severity: "high", Started: started, Ended: ended, At: started, Labels: map[string]string{"a": "b"}},
				Source: "am", Product: "shop", Incident: n}
		}
		write(t, db, func(tx *store.Tx) error {
			i, err := tx.PutIncident(plumbline.IncidentRecord{Title: "Slow", Started: 10})
			if n = i.N; err != nil {
				return err
			}
			for _, a := range []store.AlarmRow{row("b", 12, 40), row("a", 10, 0), row("b", 12, 50)} {
				if err := tx.PutAlarm(a); err != nil {
					return err
				}
			}
			return nil
		})
		same(t, get(t, db, func(tx *store.Tx) ([]store.AlarmRow, error) { return tx.AlarmsOfIncident(n, 5) }), []store.AlarmRow{row("a", 10, 0), row("b", 12, 50)})
		same(t, get(t, db, func(tx *store.Tx) (map[string]store.AlarmRow, error) { return tx.AlarmsByKey("am", []string{"a", "z"}) }), map[string]store.AlarmRow{"a": row("a", 10, 0)})
		same(t, get(t, db, func(tx *store.Tx) (store.AlarmSpan, error) { return tx.SpanOfAlarms(n) }), store.AlarmSpan{Count: 2, Firing: 1, First: 10, LastEnd: 50})
		same(t, get(t, db, func(tx *store.Tx) (map[int64]int64, error) { return tx.AlarmCounts([]int64{n}) }), map[int64]int64{n: 2})
		of := func(group string, since plumbline.Time) int64 {
			return get(t, db, func(tx *store.Tx) (int64, error) { return tx.IncidentOfGroup("am", group, "shop", since) })
		}
		same(t, []int64{of("g", 100), of("other", 0)}, []int64{n, 0})
		write(t, db, func(tx *store.Tx) error {
			if err := tx.PutAlarm(row("a", 10, 60)); err != nil {
				return err
			}
			_, err := tx.PutIncident(plumbline.IncidentRecord{N: n, Title: "Slow", Started: 10, Resolved: 60})
			return err
		})
		same(t, []int64{of("g", 60), of("g", 61)}, []int64{n, 0})
	})
}

func TestTicketsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ticket := func(id string, of plumbline.ProductRef, created, resolved plumbline.Time) store.TicketRow {
			return store.TicketRow{Ticket: plumbline.Ticket{ID: id, Created: created, Resolved: resolved, Status: "open", Product: "Shop", Category: "access", Minutes: "12.5", Reopened: 1}, Party: plumbline.Hide("Numbat"), Desk: "desk", Of: of, Process: "support", Ref: "file 0123456789ab line 2"}
		}
		a, b := ticket("1", "shop", 10, 20), ticket("2", "", 30, 0)
		write(t, db, func(tx *store.Tx) error {
			if err := tx.PutTickets([]store.TicketRow{a, ticket("2", "x", 1, 0)}); err != nil {
				return err
			}
			return tx.PutTickets([]store.TicketRow{b})
		})
		same(t, get(t, db, func(tx *store.Tx) (map[string]store.TicketRow, error) {
			return tx.TicketsByID("desk", []string{"1", "2", "3"})
		}), map[string]store.TicketRow{"1": a, "2": b})
		facts := func(since plumbline.Time, refs ...plumbline.ProductRef) int {
			return len(get(t, db, func(tx *store.Tx) ([]store.TicketFact, error) { return tx.TicketFacts(refs, since) }))
		}
		same(t, []int{facts(0, "shop"), facts(0, "support"), facts(0, "shop", "support"), facts(21, "support"), facts(0), facts(0, "x")}, []int{1, 2, 2, 1, 0, 0})
		page := get(t, db, func(tx *store.Tx) ([]store.TicketRow, error) {
			return tx.Tickets("support", 0, 100, store.TicketPlace{}, 1)
		})
		same(t, page, []store.TicketRow{b})
		page = get(t, db, func(tx *store.Tx) ([]store.TicketRow, error) {
			return tx.Tickets("support", 0, 100, store.TicketPlace{Created: 30, ID: "2"}, 1)
		})
		same(t, page, []store.TicketRow{a})
		c := plumbline.SupportCapacity{From: 5, People: "6", Hours: "35", By: "Mara", At: 1}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.PutSupportCapacity("support", plumbline.SupportCapacity{From: 5, People: "1"}); err != nil {
				return err
			}
			return tx.PutSupportCapacity("support", c)
		})
		same(t, get(t, db, func(tx *store.Tx) (map[plumbline.ProductRef][]plumbline.SupportCapacity, error) {
			return tx.SupportCapacities([]plumbline.ProductRef{"support"})
		}), map[plumbline.ProductRef][]plumbline.SupportCapacity{"support": {c}})
	})
}
