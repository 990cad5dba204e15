package store_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// What small reads gave is given again only until something changes, and to
// nobody who could spoil it for others.
func TestRemembered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		teams := func(tx *store.Tx) (names []string, err error) {
			all, err := tx.Teams()
			for i, team := range all {
				names = append(names, team.Name)
				all[i].Name = "spoilt"
			}
			return names, err
		}
		put := func(ref plumbline.TeamRef, name string) {
			write(t, db, func(tx *store.Tx) error {
				if _, err := tx.PutTeam(plumbline.Team{Ref: ref, Name: name}); err != nil {
					return err
				}
				own, err := teams(tx)
				if err == nil && own[len(own)-1] != name {
					t.Errorf("a transaction that wrote %q reads %q", name, own)
				}
				return err
			})
		}
		put("a", "One")
		for range 3 {
			same(t, get(t, db, teams), []string{"One"})
		}
		put("b", "Two")
		same(t, get(t, db, teams), []string{"One", "Two"})
		put("b", "Three")
		same(t, get(t, db, teams), []string{"One", "Three"})
	})
}
