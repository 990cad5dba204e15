package store_test

import (
	"fmt"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestRecordsOfAnItem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1), item(2))
		person(t, db, "mara", plumbline.Requester)
		person(t, db, "ana", plumbline.Requester)
		demand := plumbline.Demand{ID: "1", Item: "item-1", Account: "acme", Strength: "blocker", Points: 9, Users: 4,
			Worth: plumbline.Hide(plumbline.Money{Micros: 1_500_000, Currency: "EUR"}), Seats: plumbline.Hide[int64](7),
			Stage: plumbline.Hide("closing"), Probability: plumbline.Hide(0.1), Close: plumbline.Hide[plumbline.Time](99),
			Note: plumbline.Hide("they \u00fcrge"), By: "mara", At: 5, Invented: true}
		evidence := plumbline.Evidence{ID: "1", Item: "item-1", Grade: plumbline.Measured, Text: "p99 is 3 s", Source: "https://example.com",
			Observed: 3, Internal: true, By: "mara", At: 4}
		comment := plumbline.Comment{ID: "1", Item: "item-1", By: "mara", ByName: "Mara", Body: "**b**", Internal: true, At: 8}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertDemand(demand); err != nil {
				return err
			}
			if err := tx.InsertDemand(plumbline.Demand{ID: "0", Item: "item-1", Team: "t", At: 4}); err != nil {
				return err
			}
			if err := tx.InsertEvidence(evidence); err != nil {
				return err
			}
			return tx.InsertComment(comment)
		})
		read(t, db, func(tx *store.Tx) error {
			demands, err := tx.Demands(store.Family{Item: "item-1"})
			same(t, demands, []plumbline.Demand{{ID: "0", Item: "item-1", Team: "t", At: 4}, demand})
			if err != nil {
				return err
			}
			allEvidence, err := tx.Evidence(store.Family{Item: "item-1"})
			same(t, allEvidence, []plumbline.Evidence{evidence})
			if err != nil {
				return err
			}
			comments, err := tx.Comments(store.Family{Item: "item-1"})
			same(t, comments, []plumbline.Comment{comment})
			return err
		})
		for _, insert := range []func(tx *store.Tx) error{
			func(tx *store.Tx) error { return tx.InsertDemand(plumbline.Demand{ID: "9", Item: "nothing"}) },
			func(tx *store.Tx) error { return tx.InsertEvidence(plumbline.Evidence{ID: "9", Item: "nothing"}) },
			func(tx *store.Tx) error { return tx.InsertComment(plumbline.Comment{ID: "9", Item: "nothing"}) },
			func(tx *store.Tx) error { return tx.InsertDecision(plumbline.Decision{ID: "9", Item: "nothing"}) },
			func(tx *store.Tx) error { _, err := tx.Watch("item-1", "nobody"); return err },
			func(tx *store.Tx) error { _, err := tx.Watch("nothing", "mara"); return err },
			func(tx *store.Tx) error { return tx.DeleteDemand("nothing") },
		} {
			wantKind(t, db, plumbline.NotFound, insert)
		}

		var did []bool
		write(t, db, func(tx *store.Tx) error {
			for _, f := range []func(plumbline.ItemID, plumbline.PersonID) (bool, error){tx.Watch, tx.Watch, tx.Unwatch, tx.Unwatch, tx.Watch} {
				ok, err := f("item-1", "mara")
				if err != nil {
					return err
				}
				did = append(did, ok)
			}
			_, err := tx.Watch("item-1", "ana")
			return err
		})
		same(t, did, []bool{true, false, true, false, true})
		watchers := get(t, db, func(tx *store.Tx) ([]plumbline.Person, error) { return tx.Watchers(store.Family{Item: "item-1"}) })
		same(t, []plumbline.PersonID{watchers[0].ID, watchers[1].ID}, []plumbline.PersonID{"ana", "mara"})
	})
}

func TestHasPart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, name := range []string{"asker", "assigned", "watcher", "other"} {
			person(t, db, name, plumbline.Requester)
		}
		it := item(1)
		it.Requester, it.Assignee = "asker", "assigned"
		insert(t, db, it)
		write(t, db, func(tx *store.Tx) error { _, err := tx.Watch(it.ID, "watcher"); return err })
		for who, want := range map[plumbline.PersonID]bool{"asker": true, "assigned": true, "watcher": true, "other": false, "": false, "x": false} {
			if got := get(t, db, func(tx *store.Tx) (bool, error) { return tx.HasPart(it.ID, who) }); got != want {
				t.Errorf("%q has a part: %v, want %v", who, got, want)
			}
		}
	})
}

func TestDecisions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1))
		first := plumbline.Decision{ID: "1", Item: "item-1", Outcome: plumbline.Decline, Code: "low value", Sentence: "No.", Reason: "r",
			Reopen: "three more ask", By: "mara", ByName: "Mara", At: 10}
		second := plumbline.Decision{ID: "2", Item: "item-1", Outcome: plumbline.Pursue, Sentence: "Yes.", Team: "reliability", By: "mara", ByName: "Mara", At: 20}
		current := func() (d plumbline.Decision, ok bool) {
			read(t, db, func(tx *store.Tx) (err error) { d, ok, err = tx.Decision("item-1"); return err })
			return d, ok
		}
		if _, ok := current(); ok {
			t.Error("there is a decision before there was one")
		}
		for _, d := range []plumbline.Decision{first, second} {
			write(t, db, func(tx *store.Tx) error { return tx.InsertDecision(d) })
			got, ok := current()
			same(t, got, d)
			same(t, ok, true)
		}
		first.Ended = 20
		same(t, get(t, db, func(tx *store.Tx) ([]plumbline.Decision, error) { return tx.Decisions("item-1") }), []plumbline.Decision{second, first})
	})
}

func TestListOfDecisions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		mara := person(t, db, "mara", plumbline.Requester)
		write(t, db, func(tx *store.Tx) error {
			if _, err := tx.PutTeam(plumbline.Team{Ref: "reliability", Name: "Reliability"}); err != nil {
				return err
			}
			for i := range 9 {
				it := item(i)
				it.Visibility = []plumbline.Visibility{plumbline.Public, plumbline.InternalOnly, plumbline.Confidential}[i%3]
				it.Requester = []plumbline.PersonID{"mara", "oana"}[i%2]
				if err := tx.InsertItem(it); err != nil {
					return err
				}
				d := plumbline.Decision{ID: fmt.Sprint(i), Item: it.ID, Outcome: plumbline.Pursue, Team: "reliability", At: plumbline.Time(10 + i/2)}
				if err := tx.InsertDecision(d); err != nil {
					return err
				}
			}
			return nil
		})
		for _, c := range []struct {
			who  plumbline.Actor
			want string
		}{
			{pm, "876543210"}, {mara, "86432" + "0"}, {plumbline.Actor{Person: "x", Role: plumbline.Contributor}, "764310"},
			{plumbline.Actor{Person: "x", Role: plumbline.Requester}, "630"}, {plumbline.Nobody(), ""},
		} {
			got := ""
			for cursor := ""; ; {
				var rows []store.DecisionRow
				read(t, db, func(tx *store.Tx) (err error) { rows, cursor, err = tx.ListDecisions(c.who, 2, cursor); return err })
				for _, r := range rows {
					got += r.ID
					if r.TeamName != "Reliability" || string(r.Key) != "REQ-"+r.ID || r.Title != "Item "+r.ID || r.State == "" || r.Visibility == "" {
						t.Errorf("got %+v", r)
					}
				}
				if cursor == "" {
					break
				}
			}
			if got != c.want {
				t.Errorf("%s sees %q, want %q", c.who.Role, got, c.want)
			}
		}
	})
}
