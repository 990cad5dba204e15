package store_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func slo(id string, p plumbline.ProductRef) store.SLORow {
	return store.SLORow{
		SLO: plumbline.SLO{ID: id, Service: "web", Name: "up", Target: "0.999", Window: plumbline.Window{Days: 28}, Method: plumbline.Occurrences,
			Indicator: plumbline.Indicator{Kind: plumbline.ByRatio, Bad: "e", Total: "t"}, Labels: map[string][]string{"tier": {"1", "2"}}, Line: 7},
		Product: p, Tied: "service", Source: "main", Hash: "abc", Kept: "id", File: "slo.yaml", Limit: "web-up", ReadUntil: 60, Cut: 50, Burning: "x", Problem: "none", Said: "{}", At: 5,
	}
}

func TestObjectivesAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var a, b store.SLORow
		write(t, db, func(tx *store.Tx) (err error) {
			if a, err = tx.PutSLO(slo("web/up", "shop")); err != nil {
				return err
			}
			b, err = tx.PutSLO(slo("web/fast", "other"))
			return err
		})
		if a.N == b.N || a.N == 0 {
			t.Fatalf("got the numbers %d and %d", a.N, b.N)
		}
		same(t, get(t, db, func(tx *store.Tx) (store.SLORow, error) { return tx.SLO("web/up") }), a)
		a.Missing, a.Product = true, "other"
		write(t, db, func(tx *store.Tx) error {
			_, err := tx.PutSLO(a)
			return err
		})
		same(t, get(t, db, func(tx *store.Tx) ([]store.SLORow, error) { return tx.SLOsOfProduct("other") }), []store.SLORow{b, a})
		same(t, get(t, db, func(tx *store.Tx) ([]store.SLORow, error) { return tx.SLOs("web/fast", 5) }), []store.SLORow{a})
		same(t, get(t, db, func(tx *store.Tx) ([]store.SLORow, error) { return tx.SLOsOfLimit("web-up") }), []store.SLORow{b, a})
		same(t, get(t, db, func(tx *store.Tx) ([]store.SLORow, error) { return tx.SLOsOfFile("slo.yaml") }), []store.SLORow{b, a})
		same(t, get(t, db, func(tx *store.Tx) (map[string]store.SLORow, error) { return tx.SLOsByID([]string{"web/up", "nothing"}) }), map[string]store.SLORow{"web/up": a})
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.SLO("nothing"); return err })
	})
}

func TestSumsAddUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const hour = plumbline.Time(store.GrainHour) * 1_000_000
		var s store.SLORow
		write(t, db, func(tx *store.Tx) (err error) {
			if s, err = tx.PutSLO(slo("web/up", "shop")); err != nil {
				return err
			}
			if err := tx.AddSLOSums(s.N, store.GrainHour, []store.SLOSum{{0, 1, 10, 300}, {hour, 2, 20, 300}}); err != nil {
				return err
			}
			return tx.AddSLOSums(s.N, store.GrainHour, []store.SLOSum{{hour, 0.5, 5, 300}, {2 * hour, 0, 1, 60}})
		})
		want := []store.SLOSum{{hour, 2.5, 25, 600}, {2 * hour, 0, 1, 60}}
		same(t, get(t, db, func(tx *store.Tx) ([]store.SLOSum, error) { return tx.SLOSums(s.N, store.GrainHour, hour, 5*hour) }), want)
		same(t, get(t, db, func(tx *store.Tx) (map[int64][]store.SLOSum, error) {
			return tx.SLOSumsOfProduct("shop", store.GrainHour, hour)
		}), map[int64][]store.SLOSum{s.N: want})
		write(t, db, func(tx *store.Tx) error {
			if n, err := tx.DropSLOSums(s.N, store.GrainHour, hour); err != nil || n != 1 {
				t.Errorf("dropped %d, %v", n, err)
			}
			return tx.InsertSLOChunks(s.N, []store.SLOChunk{{10, 20, "1", "2", "q"}, {20, 30, "0", "4", "q"}})
		})
		same(t, get(t, db, func(tx *store.Tx) ([]store.SLOChunk, error) { return tx.SLOChunks(s.N, 20) }), []store.SLOChunk{{20, 30, "0", "4", "q"}})
		same(t, get(t, db, func(tx *store.Tx) ([]store.SLOSum, error) { return tx.SLOSums(s.N, store.GrainHour, 0, 5*hour) }), want)
	})
}

func TestSourcesOfFigures(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := plumbline.SourceState{ID: "main", Kind: "prometheus", Asked: 5, Warnings: []string{"w"}}, plumbline.SourceState{ID: "edge", Rules: true}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.PutFigureSource(0, a); err != nil {
				return err
			}
			return tx.PutFigureSource(1, b)
		})
		a.Failures = 3
		write(t, db, func(tx *store.Tx) error { return tx.PutFigureSource(0, a) })
		same(t, get(t, db, func(tx *store.Tx) ([]plumbline.SourceState, error) { return tx.FigureSources() }), []plumbline.SourceState{a, b})
		write(t, db, func(tx *store.Tx) error { return tx.DropFigureSource("main") })
		same(t, get(t, db, func(tx *store.Tx) ([]plumbline.SourceState, error) { return tx.FigureSources() }), []plumbline.SourceState{b})
	})
}
