package store_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// pages are what a server asks for again and again, for everybody.
func pages(t testing.TB, db *store.DB, who plumbline.Actor) map[string]func(tx *store.Tx) error {
	t.Helper()
	states := []plumbline.State{"workflow::s0", "workflow::s1", "workflow::s2"}
	out := map[string]func(tx *store.Tx) error{}
	for name, f := range map[string]plumbline.Filter{
		"open": {}, "all": {Status: "all"}, "closed": {Status: "closed"}, "created": {Sort: "created"}, "oldest": {Sort: "oldest"},
		"state": {States: states[:1]}, "states": {States: states}, "lane": {Lane: "workflow"}, "process": {Process: "request"}, "kind": {Kind: "request"},
		"team": {Team: "t1"}, "product": {Product: "p1"}, "class": {Class: "security-compliance"}, "assignee": {Assignee: "mara"},
		"label": {Label: "l1"}, "label by creation": {Label: "l1", Sort: "created"}, "text": {Text: "word1"}, "inbox": {Inbox: true, Sort: "oldest"},
		"terms": {Query: query(t, "team:t1 word1 -label:l2")}, "negation": {Query: query(t, "-team:t1 no:assignee")}, "group": {Query: query(t, "(team:t1 or label:l1) kind:request")},
		"mine": {Mine: true}, "much": {Team: "t1", States: states[:2], Label: "l1", Text: "word1", Mine: true, Status: "all"},
	} {
		f.Limit = 10
		next := f
		next.Cursor = get(t, db, func(tx *store.Tx) (plumbline.Rows, error) { return tx.List(who, f) }).Next
		out["list "+name] = func(tx *store.Tx) error { _, err := tx.List(who, f); return err }
		out["next of "+name] = func(tx *store.Tx) error { _, err := tx.List(who, next); return err }
		out["board by team "+name] = func(tx *store.Tx) error { _, _, err := tx.Lanes(who, f, plumbline.ByTeam, states, 2); return err }
		out["board by priority "+name] = func(tx *store.Tx) error { _, _, err := tx.Lanes(who, f, plumbline.ByPriority, states, 2); return err }
		out["board "+name] = func(tx *store.Tx) error { _, err := tx.Board(who, f, states, 10); return err }
	}
	for _, kind := range []string{"clock", "answer"} {
		ask := store.AgendaAsk{Kind: kind, Until: 1 << 50}
		out["agenda page of "+kind] = func(tx *store.Tx) error { _, err := tx.AgendaPage(who, ask, 3, "item-3", 10); return err }
	}
	out["agenda"] = func(tx *store.Tx) error {
		_, _, err := tx.Agenda(who, []store.AgendaAsk{{Kind: "clock"}, {Kind: "answer", Until: 1 << 50}}, 5)
		return err
	}
	out["waiting"] = func(tx *store.Tx) error { _, err := tx.DueWaits(1<<50, 10); return err }
	out["verdicts"] = func(tx *store.Tx) error { _, err := tx.VerdictsBy("mara", 0, 1); return err }
	out["closings"] = func(tx *store.Tx) error { _, err := tx.Closings(who, 1, 10); return err }
	out["count inbox"] = func(tx *store.Tx) error { _, err := tx.CountInbox(who); return err }
	out["events"] = func(tx *store.Tx) error { _, err := tx.Events(who, 5, 10, ""); return err }
	out["audit of an item"] = func(tx *store.Tx) error {
		_, err := tx.Audit(who, store.AuditFilter{Item: "item-1", Limit: 5})
		return err
	}
	out["history"] = func(tx *store.Tx) error { _, err := tx.History("item-1", 10, 0); return err }
	out["decisions"] = func(tx *store.Tx) error { _, _, err := tx.ListDecisions(who, 5, ""); return err }
	return out
}

func query(t testing.TB, text string) plumbline.Query {
	t.Helper()
	q, err := plumbline.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func actors() map[string]plumbline.Actor {
	return map[string]plumbline.Actor{
		"pm": {Person: "mara", Role: plumbline.PM}, "contributor": {Person: "mara", Role: plumbline.Contributor},
		"requester": {Person: "mara", Role: plumbline.Requester}, "nobody": plumbline.Nobody(),
	}
}

// fill adds items from a number on up to another.
func fill(t testing.TB, db *store.DB, from, to int) {
	t.Helper()
	write(t, db, func(tx *store.Tx) error {
		for i := from; i < to; i++ {
			it := item(i)
			it.Title = fmt.Sprint("word", i%3, " word", i%7)
			it.State = plumbline.State(fmt.Sprint("workflow::s", i%4))
			it.Team, it.Product = plumbline.TeamRef(fmt.Sprint("t", i%4)), plumbline.ProductRef(fmt.Sprint("p", i%5))
			it.Labels, it.Priority = []string{fmt.Sprint("l", i%3)}, []string{"", "P1", "P2"}[i%3]
			it.Visibility = []plumbline.Visibility{plumbline.Public, plumbline.InternalOnly, plumbline.Confidential}[i%3]
			it.Requester = "oana"
			if i%50 == 2 {
				it.Requester = "mara"
			}
			if err := tx.InsertItem(it); err != nil {
				return err
			}
			if err := tx.Append(plumbline.Event{Type: "item filed", Item: it.ID, Seen: it.Visibility}); err != nil {
				return err
			}
			entries := []store.AgendaEntry{{Item: it.ID, Kind: "clock", At: plumbline.Time(i)}, {Item: it.ID, Kind: "answer", At: plumbline.Time(i)}}
			if err := tx.PutAgenda([]plumbline.ItemID{it.ID}, entries); err != nil {
				return err
			}
			if err := tx.InsertDecision(plumbline.Decision{ID: fmt.Sprint(i), Item: it.ID, At: plumbline.Time(i)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// A page takes as many statements on a thousand items as on ten, and reads no
// more rows than it shows.
func TestPagesCostTheSameHoweverManyItems(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "mara", plumbline.Requester)
		measure := func() map[string]int64 {
			got := map[string]int64{}
			for role, who := range actors() {
				for name, page := range pages(t, db, who) {
					ctx, queries := store.CountQueries(context.Background())
					if err := db.Read(ctx, page); err != nil {
						t.Fatalf("%s for a %s: %v", name, role, err)
					}
					got[role+" "+name] = queries.N.Load()
					most := int64(11 + 2) // and two counts
					if strings.HasPrefix(name, "board") {
						most = 3*10 + 3
						if strings.Contains(name, " by ") {
							most = 4*3*2 + 5*3 // four teams, and without one
						}
					}
					if rows := queries.Rows.Load(); rows > most {
						t.Errorf("%s for a %s read %d rows, at most %d are shown", name, role, rows, most)
					}
				}
			}
			return got
		}
		fill(t, db, 0, 10)
		few := measure()
		fill(t, db, 10, 1000)
		for name, n := range measure() {
			// One less may do when the page is empty or all matches are on it.
			if was := few[name]; n > 3 || n > was+1 {
				t.Errorf("%s takes %d statements, of ten items %d", name, n, was)
			}
		}
	})
}

// No page goes through a whole table.
func TestPagesUseIndexes(t *testing.T) {
	scan := map[string]*regexp.Regexp{
		"sqlite":   regexp.MustCompile(`SCAN (i|l|x|y|e|d|items|item_labels|events|watchers|people|decisions)( |$)`),
		"postgres": regexp.MustCompile(`Seq Scan on (items|item_labels|item_text|events|watchers|people)`),
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "mara", plumbline.Requester)
		fill(t, db, 0, 200)
		for role, who := range actors() {
			for name, page := range pages(t, db, who) {
				plans, err := db.Explain(context.Background(), page)
				if err != nil {
					t.Fatal(err)
				}
				for _, line := range plans {
					if scan[db.Kind()].MatchString(line) && !strings.Contains(line, "USING") {
						t.Errorf("%s for a %s:\n%s", name, role, strings.Join(plans, "\n"))
						break
					}
				}
			}
		}
	})
}
