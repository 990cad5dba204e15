package store_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestCatalog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		team := plumbline.Team{Ref: "reliability", Name: "Reliability", Description: "d", Label: "team::Reliability", Link: "gitlab", Parent: "infra", Source: "file"}
		product := plumbline.Product{Ref: "kubernetes", Name: "Kubernetes", Kind: "product", Description: "d", Owner: "reliability",
			Lifecycle: "production", Links: []string{"https://example.com"}, Tags: []string{"a", "b"}, Source: "file"}
		account := plumbline.Account{Ref: "acme", Name: plumbline.Hide("Acme"), ARR: plumbline.Hide(plumbline.Money{Micros: 12_000_000, Currency: "EUR"}),
			Seats: plumbline.Hide[int64](40), Renewal: plumbline.Hide[plumbline.Time](9), Invented: true}
		put := func() (changed [3]bool) {
			write(t, db, func(tx *store.Tx) (err error) {
				if changed[0], err = tx.PutTeam(team); err != nil {
					return err
				}
				if changed[1], err = tx.PutProduct(product); err != nil {
					return err
				}
				changed[2], err = tx.PutAccount(account)
				return err
			})
			return changed
		}
		check := func() {
			t.Helper()
			read(t, db, func(tx *store.Tx) error {
				gotTeam, err := tx.Team("reliability")
				same(t, gotTeam, team)
				if err != nil {
					return err
				}
				gotProduct, err := tx.Product("kubernetes")
				same(t, gotProduct, product)
				if err != nil {
					return err
				}
				gotAccount, err := tx.Account("acme")
				same(t, gotAccount, account)
				return err
			})
		}
		same(t, put(), [3]bool{true, true, true})
		check()
		same(t, put(), [3]bool{false, false, false})
		team.Source, product.Tags, account.ARR = "other", nil, plumbline.Hide(plumbline.Money{})
		same(t, put(), [3]bool{true, true, true})
		check()
		write(t, db, func(tx *store.Tx) error {
			if _, err := tx.PutTeam(plumbline.Team{Ref: "a.b", Name: "Z"}); err != nil {
				return err
			}
			if _, err := tx.PutProduct(plumbline.Product{Ref: "a-b", Name: "Z", Kind: "process"}); err != nil {
				return err
			}
			_, err := tx.PutAccount(plumbline.Account{Ref: "a"})
			return err
		})
		same(t, get(t, db, (*store.Tx).Teams), []plumbline.Team{{Ref: "a.b", Name: "Z"}, team})
		same(t, get(t, db, (*store.Tx).Products), []plumbline.Product{{Ref: "a-b", Name: "Z", Kind: "process"}, product})
		same(t, get(t, db, (*store.Tx).Accounts), []plumbline.Account{{Ref: "a"}, account})
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Team("x"); return err })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Product("x"); return err })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Account("x"); return err })
	})
}
