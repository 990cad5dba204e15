package accounts_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/accounts"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/sources"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

var mara = plumbline.Actor{Person: "mara", Name: "Mara", Role: plumbline.PM, Cleared: true}

// world is the room over a real database with two products, three requests and one
// account.
type world struct {
	t      *testing.T
	db     *store.DB
	now    time.Time
	limits *standing.Room
	in     *sources.Sources
}

func newWorld(t *testing.T, db *store.DB) *world {
	w := &world{t: t, db: db, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	now := func() plumbline.Time { return plumbline.At(w.now) }
	w.limits = standing.New(db, nil, now)
	w.in = sources.New(db, now, accounts.New(db, ledger.New(db, nil, nil, now), w.limits, now).Formats()...)
	w.write(func(tx *store.Tx) error {
		w.ok(tx.InsertPerson(plumbline.Person{ID: "mara", Handle: "mara", Name: "Mara", Role: plumbline.PM}))
		for _, ref := range []plumbline.ProductRef{"backup", "ci"} {
			if _, err := tx.PutProduct(plumbline.Product{Ref: ref, Name: string(ref), Kind: plumbline.ScopeProduct}); err != nil {
				return err
			}
		}
		_, err := tx.PutAccount(plumbline.Account{Ref: "acme", Name: plumbline.Hide("Acme Rockets")})
		return err
	})
	w.item("1", "backup")
	w.item("2", "ci")
	w.item("3", "")
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) write(fn func(tx *store.Tx) error) {
	w.t.Helper()
	w.ok(w.db.Write(w.t.Context(), fn))
}

func (w *world) item(n string, product plumbline.ProductRef) {
	w.t.Helper()
	filed := plumbline.At(w.now.AddDate(0, 0, -10))
	it := plumbline.Item{ID: plumbline.ItemID("id-" + n), Key: plumbline.Key("REQ-" + n), Kind: plumbline.Request, Process: "request", Title: "Item " + n, Product: product, Visibility: plumbline.Public,
		Fields: map[string]string{}, Created: filed, Updated: filed, Since: filed, Version: 1}
	w.write(func(tx *store.Tx) error { return tx.InsertItem(it) })
}

const head = "Id,Name,AccountId,StageName,Amount,CurrencyIsoCode,Probability,CloseDate,Wants,Promised\n"

// take takes a table in, or looks at it, and gives its rows as "outcome: reason".
func (w *world) take(rows string, look bool) string {
	w.t.Helper()
	f, err := w.in.SendEvidence(w.t.Context(), mara, sources.Sent{Format: "opportunities", Name: "o.csv", Body: strings.NewReader(head + rows)})
	w.ok(err)
	var out []string
	_, err = w.in.TakeEvidence(w.t.Context(), mara, f.ID, look, func(more []plumbline.RowReport) error {
		for _, r := range more {
			out = append(out, strings.TrimSuffix(string(r.Outcome)+": "+r.Reason, ": "))
		}
		return nil
	})
	w.ok(err)
	return strings.Join(out, "\n")
}

// kept wants what a look says, then what taking in says, to be one thing, and a second
// taking to change nothing.
func (w *world) kept(rows, want string) {
	w.t.Helper()
	if got := w.take(rows, true); got != want {
		w.t.Errorf("a look: got %q, want %q", got, want)
	}
	if got := w.take(rows, false); got != want {
		w.t.Errorf("taken in: got %q, want %q", got, want)
	}
	before := len(w.events())
	again := strings.NewReplacer("new", "same", "changed", "same").Replace(want)
	if got := w.take(rows, false); got != again {
		w.t.Errorf("once more: got %q, want %q", got, again)
	}
	if after := w.events(); len(after) != before {
		w.t.Errorf("once more: the events %v", after[before:])
	}
}

func (w *world) demands(key string) (out []plumbline.Demand) {
	w.t.Helper()
	w.ok(w.db.Read(w.t.Context(), func(tx *store.Tx) (err error) {
		out, err = tx.Demands(store.Family{Item: plumbline.ItemID("id-" + key)})
		return err
	}))
	return out
}

// promises are the limits, those that have ended too, by id.
func (w *world) promises() (out []plumbline.Constraint) {
	w.t.Helper()
	list, err := w.limits.Constraints(w.t.Context(), mara, standing.ConstraintQuery{})
	w.ok(err)
	for _, c := range list.Constraints {
		out = append(out, c.Constraint)
	}
	return out
}

// events are all that was written down, as text.
func (w *world) events() (out []string) {
	w.t.Helper()
	w.ok(w.db.Read(w.t.Context(), func(tx *store.Tx) error {
		list, err := tx.Events(plumbline.Actor{Role: plumbline.Admin, Person: "a"}, 0, 500, "")
		for _, e := range list {
			out = append(out, e.Type+" "+string(e.Key)+" "+string(e.Data))
		}
		return err
	}))
	return out
}

func day(t *testing.T, text string) plumbline.Time {
	t.Helper()
	at, err := plumbline.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// What is hoped to be sold is a demand of its account for each item that it wants, with
// amounts that only cleared people read; a file that says something else supersedes it;
// what is lost asks for nothing.
func TestAnOpportunityIsADemand(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.kept("op-1,Platform,acme,Proposal,7177177.50,EUR,75,2027-03-01,REQ-1 req-2,\n", "new")
		got := w.demands("1")
		if len(got) != 1 || len(w.demands("2")) != 1 {
			t.Fatalf("got %d and %d demands", len(got), len(w.demands("2")))
		}
		d := got[0]
		if d.Account != "acme" || d.Worth.Keep() != (plumbline.Money{Micros: 7_177_177_500_000, Currency: "EUR"}) || d.Probability.Keep() != 0.75 || d.Close.Keep() != day(t, "2027-03-01") ||
			d.Stage.Keep() != "Proposal" || d.Note.Keep() != "Platform" || d.Points != 1 || d.By != "mara" {
			t.Errorf("got %+v, worth %v", d, d.Worth.Keep())
		}
		w.kept("op-1,Platform,acme,Negotiation,7177177.50,EUR,90,2027-03-01,REQ-1,\n", "changed")
		if got := w.demands("1"); len(got) != 1 || got[0].Stage.Keep() != "Negotiation" || got[0].ID == d.ID || len(w.demands("2")) != 0 {
			t.Errorf("got %+v and %d demands", got, len(w.demands("2")))
		}
		w.kept("op-1,Platform,acme,Closed Lost,7177177.50,EUR,0,2027-03-01,REQ-1,\n", "changed")
		if len(w.demands("1")) != 0 || len(w.promises()) != 0 {
			t.Errorf("what is lost asks: %v, %v", w.demands("1"), w.promises())
		}
		w.kept("op-1,Platform,acme,Proposal,5,EUR,10,2027-09-01,REQ-1,\n", "changed") // it was taken up again
		if len(w.demands("1")) != 1 {
			t.Errorf("got %v", w.demands("1"))
		}
		all := strings.Join(w.events(), "\n")
		for _, private := range []string{"Acme", "acme", "7177177", "Platform", "Proposal", "Lost", "lost", "op-1"} {
			if strings.Contains(all, private) {
				t.Errorf("%q stands in an event: %s", private, all)
			}
		}
		for _, typ := range []string{"demand recorded REQ-1", "demand changed REQ-1", "demand withdrawn REQ-2", "demand withdrawn REQ-1"} {
			if !strings.Contains(all, typ) {
				t.Errorf("%q stands in no event: %s", typ, all)
			}
		}
	})
}

// What was won with a day that was promised is a hard limit of the item's product, owned
// by whoever brought the file in, which the item mends; the day moves with the file, and
// it ends with its reason when nothing is promised any more.
func TestAPromiseIsALimit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.kept("op-1,P,acme,Proposal,5,EUR,50,2026-12-01,REQ-1,2027-06-30\n", "new: what is promised counts once it is won")
		if got := w.promises(); len(got) != 0 {
			t.Fatalf("it is not won: %+v", got)
		}
		w.kept("op-1,P,acme,Closed Won,5,EUR,100,2026-12-01,REQ-1,2027-06-30\n", "changed")
		got := w.promises()
		if len(got) != 1 || got[0].Kind != plumbline.Commitment || !got[0].Hard || got[0].Owner != "mara" || got[0].Due != day(t, "2027-06-30") || got[0].Scope.String() != "product:backup" || got[0].Name != "Promised to a customer: REQ-1" {
			t.Fatalf("got %+v", got)
		}
		if d := w.demands("1"); len(d) != 1 || d[0].Strength != "fast follow" {
			t.Errorf("got %+v", d)
		}
		w.ok(db.Read(t.Context(), func(tx *store.Tx) error {
			tied, err := tx.TiedTo("id-1")
			if len(tied) != 1 || tied[0].ID != got[0].ID {
				t.Errorf("the item mends %v", tied)
			}
			return err
		}))
		w.kept("op-1,P,acme,Closed Won,5,EUR,100,2026-12-01,REQ-1,2027-05-31\n", "changed")
		if moved := w.promises(); len(moved) != 1 || moved[0].ID != got[0].ID || moved[0].Due != day(t, "2027-05-31") {
			t.Errorf("got %+v", moved)
		}
		w.now = w.now.Add(time.Hour)
		w.kept("op-1,P,acme,Closed Lost,5,EUR,0,2026-12-01,REQ-1,2027-05-31\n", "changed")
		if ended := w.promises(); len(ended) != 1 || ended[0].To != plumbline.At(w.now) || len(w.demands("1")) != 0 {
			t.Errorf("got %+v, %v", ended, w.demands("1"))
		}
		if all := strings.Join(w.events(), "\n"); !strings.Contains(all, "Nothing is promised any more.") {
			t.Errorf("no event says why: %s", all)
		}
		w.kept("op-1,P,acme,Closed Won,5,EUR,100,2026-12-01,REQ-1,2027-05-31\n", "changed") // won after all: another promise
		if both := w.promises(); len(both) != 2 {
			t.Errorf("got %+v", both)
		}
	})
}

// A promise for an item without a product is told and has no limit; it gets one when the
// item has a product, and another one when that is another product. A day that is past
// is late on arrival, and is not dropped.
func TestPromisesAndProducts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		const row = "op-1,P,acme,Closed Won,5,EUR,,,REQ-3,2026-01-31\n"
		w.kept(row, "new: REQ-3 is about no product, so its promise is no limit of one: give it a product and import this again")
		about := func(p plumbline.ProductRef) {
			w.write(func(tx *store.Tx) error {
				it, err := tx.ItemByKey("REQ-3")
				w.ok(err)
				was := it.Version
				it.Product, it.Version = p, was+1
				return tx.UpdateItem(it, was)
			})
		}
		about("ci")
		w.kept(row, "changed")
		about("backup")
		w.now = w.now.Add(time.Hour)
		w.kept(row, "changed")
		open := map[string]bool{}
		for _, c := range w.promises() {
			open[c.Scope.Ref] = c.To == 0
			if c.Due != day(t, "2026-01-31") || c.Opened >= c.Due {
				t.Errorf("got %+v", c)
			}
		}
		if len(open) != 2 || open["ci"] || !open["backup"] {
			t.Errorf("got %v", open)
		}
	})
}

// A row that cannot be taken is told with its reason, whole, and the others are taken.
func TestOpportunitiesThatAreNotTaken(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.write(func(tx *store.Tx) error {
		for _, ref := range []plumbline.AccountRef{"twin-1", "twin-2"} {
			if _, err := tx.PutAccount(plumbline.Account{Ref: ref, Name: plumbline.Hide("Twin")}); err != nil {
				return err
			}
		}
		return nil
	})
	got := w.take("a,P,nobody,Open,5,EUR,,,REQ-1,\nb,P,acme,Open,5,EUR,,,REQ-1 REQ-99,\nc,P,acme,Closed Lost,5,EUR,,,REQ-1,\nd,P,acme,Open,5,EUR,,,,\ne,P,acme,Open,,,,,REQ-1,\n", false)
	want := "skipped: its account is not known here: import the accounts first\nskipped: there is no item REQ-99 here\nskipped: it is lost, and was never known here: it asks for nothing\n" +
		"skipped: it names no item that it wants: it asks for nothing\nnew: its amount is not known: it weighs what the account pays"
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if n := len(w.demands("1")); n != 1 {
		t.Errorf("%d demands", n)
	}
	named := func(name string) string {
		f, err := w.in.SendEvidence(t.Context(), mara, sources.Sent{Format: "opportunities", Name: "o.csv", Body: strings.NewReader("id,account name,stage,items\nz," + name + ",Open,REQ-1\n")})
		w.ok(err)
		var out string
		_, err = w.in.TakeEvidence(t.Context(), mara, f.ID, true, func(rows []plumbline.RowReport) error { out = string(rows[0].Outcome) + rows[0].Reason; return nil })
		w.ok(err)
		return out
	}
	for name, want := range map[string]string{"ACME rockets": "new", "Twin": "several accounts", "Nobody": "not known here"} {
		if got := named(name); !strings.Contains(got, want) || strings.Contains(got, name) {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// Only people who are cleared, and may manage the catalog, bring opportunities in.
func TestWhoBringsOpportunitiesIn(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	uncleared := plumbline.Actor{Person: "avery", Name: "Avery", Role: plumbline.Admin}
	f, err := w.in.SendEvidence(t.Context(), uncleared, sources.Sent{Format: "opportunities", Name: "o.csv", Body: strings.NewReader(head)})
	w.ok(err)
	for _, look := range []bool{true, false} {
		if _, err := w.in.TakeEvidence(t.Context(), uncleared, f.ID, look, func([]plumbline.RowReport) error { return nil }); plumbline.KindOf(err) != plumbline.Denied {
			t.Errorf("got %v", err)
		}
	}
	works := plumbline.Actor{Person: "ines", Name: "Ines", Role: plumbline.Contributor, Cleared: true}
	if _, err := w.in.SendEvidence(t.Context(), works, sources.Sent{Format: "opportunities", Body: strings.NewReader(head)}); plumbline.KindOf(err) != plumbline.Denied {
		t.Errorf("got %v", err)
	}
}
