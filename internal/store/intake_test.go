package store_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestTemplates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one := store.TemplateRow{Class: "dogfooding", Version: 1, Source: "a", By: "mara", ByName: "Mara", At: 3}
		two := store.TemplateRow{Class: "dogfooding", Version: 2, By: "mara", ByName: "Mara", At: 4}
		other := store.TemplateRow{Class: "question", Version: 7, Source: "q", At: 1}
		write(t, db, func(tx *store.Tx) error {
			for _, r := range []store.TemplateRow{one, two, other} {
				if err := tx.InsertTemplate(r); err != nil {
					return err
				}
			}
			return nil
		})
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error { return tx.InsertTemplate(one) })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.TemplateVersion("dogfooding", 9); return err })
		read(t, db, func(tx *store.Tx) error {
			got, ok, err := tx.Template("dogfooding")
			same(t, got, two)
			same(t, ok, true)
			if err != nil {
				return err
			}
			if _, ok, err = tx.Template("nothing"); err != nil || ok {
				t.Errorf("a template that nobody changed: %v, %v", ok, err)
			}
			all, err := tx.Templates()
			same(t, all, []store.TemplateRow{two, other})
			if err != nil {
				return err
			}
			versions, err := tx.TemplateVersions("dogfooding", 10)
			same(t, versions, []store.TemplateRow{two, one})
			if err != nil {
				return err
			}
			got, err = tx.TemplateVersion("dogfooding", 1)
			same(t, got, one)
			return err
		})
	})
}

func TestLinksAndRedirections(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1), item(2))
		a := plumbline.Attachment{ID: "1", Item: "item-1", Name: "Plan", URL: "https://x.example/1", By: "mara", ByName: "Mara", At: 5}
		first := plumbline.Redirection{ID: "1", Item: "item-1", Team: "t", Text: "## P", Action: "act-1", Link: "gitlab", By: "mara", At: 5}
		second := plumbline.Redirection{ID: "2", Item: "item-1", Place: "elsewhere", URL: "https://x.example", Text: "x", By: "mara", At: 6}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertAttachment(a); err != nil {
				return err
			}
			if err := tx.PutRedirection(first); err != nil {
				return err
			}
			first.Ref, first.URL = "9", "https://gitlab.example/9"
			if err := tx.PutRedirection(first); err != nil {
				return err
			}
			return tx.PutRedirection(second)
		})
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { return tx.InsertAttachment(plumbline.Attachment{ID: "2", Item: "nothing"}) })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { return tx.PutRedirection(plumbline.Redirection{ID: "3", Item: "nothing"}) })
		read(t, db, func(tx *store.Tx) error {
			links, err := tx.Attachments("item-1")
			same(t, links, []plumbline.Attachment{a})
			if err != nil {
				return err
			}
			got, ok, err := tx.Redirection("item-1")
			same(t, got, second)
			same(t, ok, true)
			if err != nil {
				return err
			}
			got, ok, err = tx.RedirectionByAction("act-1")
			same(t, got, first)
			same(t, ok, true)
			if err != nil {
				return err
			}
			got, _, err = tx.RedirectionByIssue("gitlab", "9")
			same(t, got, first)
			if err != nil {
				return err
			}
			if _, ok, err := tx.RedirectionByIssue("gitlab", ""); err != nil || ok {
				t.Errorf("without an issue: %v, %v", ok, err)
			}
			if _, ok, err := tx.RedirectionByAction(""); err != nil || ok {
				t.Errorf("without an action: %v, %v", ok, err)
			}
			all, err := tx.Redirections([]plumbline.ItemID{"item-1", "item-2"})
			same(t, all, map[plumbline.ItemID]plumbline.Redirection{"item-1": second})
			return err
		})
	})
}

func TestWhatMyRequestsRead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		hidden := item(3)
		hidden.Visibility = plumbline.Confidential
		insert(t, db, item(1), item(2), hidden)
		demand := func(id string, at plumbline.ItemID, by plumbline.PersonID, account plumbline.AccountRef) plumbline.Demand {
			return plumbline.Demand{ID: id, Item: at, Account: account, Points: 1, By: by, At: 5, More: plumbline.Hide(`{"crm":"7"}`)}
		}
		d := plumbline.Decision{ID: "1", Item: "item-1", Outcome: plumbline.Later, Sentence: "Not now.", At: 9}
		write(t, db, func(tx *store.Tx) error {
			for _, w := range []plumbline.Demand{demand("1", "item-1", "jonas", "acme"), demand("2", "item-2", "mara", "acme"), demand("3", "item-3", "jonas", "acme")} {
				if err := tx.InsertDemand(w); err != nil {
					return err
				}
			}
			return tx.InsertDecision(d)
		})
		both := []plumbline.ItemID{"item-1", "item-2"}
		jonas := plumbline.Actor{Person: "jonas", Role: plumbline.Contributor}
		keys := func(everybody bool) (out []plumbline.ItemID) {
			rows := get(t, db, func(tx *store.Tx) ([]store.AccountItem, error) { return tx.AccountItems(jonas, everybody, 10) })
			for _, r := range rows {
				out = append(out, r.ID)
			}
			return out
		}
		same(t, keys(false), []plumbline.ItemID{"item-1"})
		same(t, keys(true), []plumbline.ItemID{"item-2", "item-1"})
		read(t, db, func(tx *store.Tx) error {
			decisions, err := tx.CurrentDecisions(both)
			same(t, decisions, map[plumbline.ItemID]plumbline.Decision{"item-1": d})
			if err != nil {
				return err
			}
			demands, err := tx.DemandsOf(both)
			same(t, demands["item-1"], []plumbline.Demand{demand("1", "item-1", "jonas", "acme")})
			if err != nil {
				return err
			}
			fields, err := tx.FieldsOf(both)
			same(t, fields["item-2"], item(2).Fields)
			if err != nil {
				return err
			}
			none, err := tx.EventsOf(nil, []string{"x"}, 5)
			same(t, len(none), 0)
			return err
		})
	})
}
