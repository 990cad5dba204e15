package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// What is said last of a product's reach stands, what was said before stays, and
// an empty unit takes it away and stays in the history too.
func TestReachUnits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		first := plumbline.ReachUnit{ID: "1", Product: "k8s", Unit: "teams", Many: 19, Source: "a count by hand", By: "mara", ByName: "Mara", At: 5}
		second := plumbline.ReachUnit{ID: "2", Product: "k8s", Unit: "teams", Many: 24, Source: "https://example.com/teams", By: "ines", ByName: "Ines", At: 7}
		other := plumbline.ReachUnit{ID: "3", Product: "ci", Unit: "builds", Many: 3_000_000, By: "ines", ByName: "Ines", At: 6}
		none := plumbline.ReachUnit{ID: "4", Product: "ci", By: "mara", ByName: "Mara", At: 8}
		put := func(all ...plumbline.ReachUnit) {
			for _, u := range all {
				write(t, db, func(tx *store.Tx) error { return tx.PutReachUnit(u) })
			}
		}
		now := func(tx *store.Tx) ([]plumbline.ReachUnit, error) { return tx.ReachUnits() }
		put(first, second, other)
		same(t, get(t, db, now), []plumbline.ReachUnit{other, second})
		put(none)
		same(t, get(t, db, now), []plumbline.ReachUnit{second})
		read(t, db, func(tx *store.Tx) error {
			said, err := tx.ReachSaid()
			same(t, said, map[plumbline.ProductRef]bool{"k8s": true, "ci": true})
			if err != nil {
				return err
			}
			all, err := tx.ReachHistory("k8s", 9)
			same(t, all, []plumbline.ReachUnit{second, first})
			if err != nil {
				return err
			}
			last, err := tx.ReachHistory("ci", 1)
			same(t, last, []plumbline.ReachUnit{none})
			return err
		})
	})
}

// What was said before anybody wrote down who says it is kept.
func TestReachUnitsOfBefore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		text, err := os.ReadFile(filepath.Join("migrations", "0024_reaches.sql"))
		if err != nil {
			t.Fatal(err)
		}
		write(t, db, func(tx *store.Tx) error {
			return tx.Script(`drop table reach_units;
				create table reaches (product TEXT primary key, unit TEXT not null, many BIGINT not null);
				insert into reaches (product, unit, many) values ('k8s', 'teams', 24);
				` + string(text))
		})
		was := plumbline.ReachUnit{ID: "reach-k8s", Product: "k8s", Unit: "teams", Many: 24}
		same(t, get(t, db, func(tx *store.Tx) ([]plumbline.ReachUnit, error) { return tx.ReachUnits() }), []plumbline.ReachUnit{was})
		next := plumbline.ReachUnit{ID: "9", Product: "k8s", Unit: "clusters", Many: 310, By: "mara", ByName: "Mara", At: 4}
		write(t, db, func(tx *store.Tx) error { return tx.PutReachUnit(next) })
		same(t, get(t, db, func(tx *store.Tx) ([]plumbline.ReachUnit, error) { return tx.ReachHistory("k8s", 9) }), []plumbline.ReachUnit{next, was})
	})
}
