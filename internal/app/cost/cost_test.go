package cost_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/allot"
	"plumbline/internal/app/cost"
	"plumbline/internal/app/sources"
	"plumbline/internal/app/standing"
	"plumbline/internal/limit"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

var (
	pm    = plumbline.Actor{Person: "mara", Name: "Mara", Role: plumbline.PM}
	works = plumbline.Actor{Person: "ines", Name: "Ines", Role: plumbline.Contributor}
	asks  = plumbline.Actor{Person: "jonas", Name: "Jonas", Role: plumbline.Requester}
)

// world is the rooms over a real database, with a clock that stands still until it
// is moved.
type world struct {
	t      testing.TB
	db     *store.DB
	now    time.Time
	groups limit.Groups
	limits *standing.Room
	*cost.Room
	files *sources.Sources
}

func newWorld(t testing.TB, db *store.DB, products ...string) *world {
	t.Helper()
	w := &world{t: t, db: db, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), groups: limit.Groups{}}
	clock := func() plumbline.Time { return plumbline.At(w.now) }
	w.limits = standing.New(db, func(*store.Tx) (limit.Groups, error) { return w.groups, nil }, clock)
	w.Room = cost.New(db, w.limits, clock)
	w.files = sources.New(db, clock, w.Room.Formats()...)
	w.ok(db.Write(t.Context(), func(tx *store.Tx) error {
		for _, who := range []plumbline.Actor{pm, works, asks} {
			if err := tx.InsertPerson(plumbline.Person{ID: who.Person, Handle: string(who.Person), Name: who.Name, Role: who.Role}); err != nil {
				return err
			}
		}
		return w.add(tx, products...)
	}))
	return w
}

func (w *world) add(tx *store.Tx, products ...string) error {
	for _, p := range products {
		if _, err := tx.PutProduct(plumbline.Product{Ref: plumbline.ProductRef(p), Name: p, Kind: "product"}); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// take takes a bill in through the one door of all files.
func (w *world) take(body io.Reader, settings ...string) (plumbline.ImportCount, []plumbline.RowReport) {
	w.t.Helper()
	set := map[string]string{}
	for i := 0; i < len(settings); i += 2 {
		set[settings[i]] = settings[i+1]
	}
	f, err := w.files.SendEvidence(w.t.Context(), pm, sources.Sent{Format: "focus", Name: "bill.csv", Settings: set, Body: body})
	w.ok(err)
	var rows []plumbline.RowReport
	count, err := w.files.TakeEvidence(w.t.Context(), pm, f.ID, false, func(part []plumbline.RowReport) error {
		rows = append(rows, part...)
		return nil
	})
	w.ok(err)
	return count, rows
}

// sample opens the specification's sample of 1,000 rows.
func sample(t testing.TB) io.Reader {
	t.Helper()
	f, err := os.Open("../../demo/data/focus_sample.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// totals are what everybody cost in a month, by product; "" is nobody's.
func (w *world) totals(month string) map[plumbline.ProductRef]store.CostPart {
	w.t.Helper()
	out := map[plumbline.ProductRef]store.CostPart{}
	w.ok(w.db.Read(w.t.Context(), func(tx *store.Tx) error {
		parts, err := tx.CostTotals([]string{month})
		for _, p := range parts {
			out[p.Product] = p
		}
		return err
	}))
	return out
}

func (w *world) sum(month string) (billed, effective string) {
	w.t.Helper()
	var all store.Amounts
	for _, p := range w.totals(month) {
		all.Billed, _ = all.Billed.Plus(p.Billed)
		all.Effective, _ = all.Effective.Plus(p.Effective)
	}
	return all.Billed.String(), all.Effective.String()
}

// applications are the products that the sample's tags name.
func applications(t testing.TB) []string {
	t.Helper()
	all, err := io.ReadAll(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var out []string
	for _, part := range strings.Split(string(all), `""application"": ""`)[1:] {
		name, _, _ := strings.Cut(part, `""`)
		if ref := string(allot.RefOf(name)); !seen[ref] {
			seen[ref] = true
			out = append(out, ref)
		}
	}
	return out
}

// Acceptance scenario d: the sample into products by the tag of the application,
// with what nobody claims as a line of its own, and a month that is restated.
func TestSampleIntoProducts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		apps := applications(t)
		if len(apps) != 337 {
			t.Fatalf("the sample names %d applications", len(apps))
		}
		w := newWorld(t, db, apps...)
		count, rows := w.take(sample(t))
		if count != (plumbline.ImportCount{New: 1000}) {
			t.Errorf("got %+v", count)
		}
		if len(rows) == 0 || rows[0].Outcome != plumbline.RowNew {
			t.Errorf("got %+v", rows)
		}
		months := map[plumbline.ProductRef]store.Amounts{}
		for _, m := range []string{"2024-09", "2024-10"} {
			for ref, p := range w.totals(m) {
				a := months[ref]
				a.Billed, _ = a.Billed.Plus(p.Billed)
				a.Effective, _ = a.Effective.Plus(p.Effective)
				months[ref] = a
			}
		}
		if got := months[""].Billed.String(); got != "0.27416448666" {
			t.Errorf("nobody claims %s", got)
		}
		if got := months["brightpathmatrix"].Billed.String(); got != "15.9580993182" || len(months) != 338 {
			t.Errorf("the largest product costs %s of %d", got, len(months))
		}
		var all store.Amounts
		for _, a := range months {
			all.Billed, _ = all.Billed.Plus(a.Billed)
			all.Effective, _ = all.Effective.Plus(a.Effective)
		}
		if all.Billed.String() != "20.52022672899" || all.Effective.String() != "14.97651418586" {
			t.Errorf("all of it is %s billed, %s effective", all.Billed, all.Effective)
		}
		again, _ := w.take(sample(t))
		if again != (plumbline.ImportCount{Same: 1000}) {
			t.Errorf("once more it is %+v", again)
		}
		w.restateSample()
	})
}

// restateSample reads a bill of a later month with a correction of September.
func (w *world) restateSample() {
	w.t.Helper()
	head := "ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ChargeClass,BilledCost,EffectiveCost,BillingCurrency,ServiceName,Tags\n"
	row := "AWS,1234567890123,2024-11-01 00:00:00,2024-12-01 00:00:00,2024-09-10 00:00:00,2024-09-11 00:00:00,Usage,Correction,-1.5,-1.25,USD,Amazon Elastic Compute Cloud,\"{\"\"application\"\": \"\"BrightPathMatrix\"\"}\"\n"
	before := w.totals("2024-09")["brightpathmatrix"]
	w.take(strings.NewReader(head + row))
	after := w.totals("2024-09")["brightpathmatrix"]
	minus, _ := plumbline.ParseSum([]byte("-1.5"))
	want, _ := before.Billed.Plus(minus)
	if after.Billed != want {
		w.t.Errorf("September is %s, was %s", after.Billed, before.Billed)
	}
	var got []store.CostRestated
	w.ok(w.db.Read(w.t.Context(), func(tx *store.Tx) (err error) {
		got, err = tx.CostRestatedOf("*", 10)
		return err
	}))
	if len(got) != 1 || got[0].Product != "brightpathmatrix" || got[0].Month != "2024-09" || got[0].Was != before.Amounts || got[0].Is != after.Amounts || !strings.Contains(got[0].Why, "corrections") {
		w.t.Errorf("got %+v", got)
	}
}

const head = "ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ChargeFrequency,BilledCost,EffectiveCost,BillingCurrency,ServiceName,SubAccountId,ResourceId,CommitmentDiscountId,CommitmentDiscountStatus,Tags\n"

// charge is a row of a bill of November on one day.
type charge struct {
	day                                       int
	billed, effective                         string
	service, account, resource, plan, used    string
	app, category, frequency, currency, month string
}

func (c charge) String() string {
	or := func(a, b string) string {
		if a == "" {
			return b
		}
		return a
	}
	month := or(c.month, "2026-10")
	end := map[string]string{"2026-09": "2026-10", "2026-10": "2026-11", "2026-11": "2026-12"}[month]
	next := fmt.Sprintf("%s-%02dT01:00:00Z", month, c.day)
	tags := ""
	if c.app != "" {
		tags = `"{""application"": ""` + c.app + `""}"`
	}
	return strings.Join([]string{"Cloud", "1", month + "-01T00:00:00Z", end + "-01T00:00:00Z", fmt.Sprintf("%s-%02dT00:00:00Z", month, c.day), next, or(c.category, "Usage"), or(c.frequency, "Usage-Based"),
		c.billed, or(c.effective, c.billed), or(c.currency, "EUR"), or(c.service, "Compute"), c.account, c.resource, c.plan, c.used, tags}, ",") + "\n"
}

func bill(charges ...charge) io.Reader {
	var b strings.Builder
	b.WriteString(head)
	for _, c := range charges {
		b.WriteString(c.String())
	}
	return strings.NewReader(b.String())
}

// A later bill takes the place of an earlier one period by period, and says so.
func TestLaterBillsTakeThePlaceOfEarlierOnes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "ci", "docs")
		w.take(bill(charge{day: 1, billed: "10", app: "ci"}, charge{day: 2, billed: "4", app: "docs"}, charge{day: 3, billed: "1", app: "ci", month: "2026-11"}))
		count, rows := w.take(bill(charge{day: 1, billed: "11", app: "ci"}, charge{day: 2, billed: "4", app: "docs"}))
		if count != (plumbline.ImportCount{Changed: 2}) || len(rows) != 1 || rows[0].Outcome != plumbline.RowChanged || !strings.Contains(rows[0].Reason, "2 rows") {
			t.Errorf("got %+v, %+v", count, rows)
		}
		totals := w.totals("2026-10")
		if totals["ci"].Billed.String() != "11" || totals["docs"].Billed.String() != "4" || w.totals("2026-11")["ci"].Billed.String() != "1" {
			t.Errorf("got %v", totals)
		}
		var restated []store.CostRestated
		w.ok(w.db.Read(t.Context(), func(tx *store.Tx) (err error) { restated, err = tx.CostRestatedOf("ci", 10); return err }))
		if len(restated) != 1 || restated[0].Month != "2026-10" || restated[0].Was.Billed.String() != "10" || restated[0].Is.Billed.String() != "11" {
			t.Errorf("got %+v", restated)
		}
		// A file that has only a part of its periods adds to them.
		count, _ = w.take(bill(charge{day: 5, billed: "0.5", app: "docs"}), "part", "yes")
		if got := w.totals("2026-10")["docs"].Billed.String(); got != "4.5" || count.New != 1 {
			t.Errorf("got %s, %+v", got, count)
		}
		// A period that has fewer products than before leaves nothing of the others.
		w.take(bill(charge{day: 1, billed: "11", app: "ci"}))
		if got, ok := w.totals("2026-10")["docs"]; ok {
			t.Errorf("docs still costs %s", got.Billed)
		}
	})
}

const rules = `
version: "2"
watch: platform
rules:
  - {name: The build disk, resource: [vol-1], product: ci}
  - {tag: application}
  - {account: ["42"], product: docs}
  - {commitment: [plan-9], product: finance}
  - {name: Support, service: [Support], share: direct}
`

// New rules count for what is known already.
func TestRulesAllotWhatIsKnown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "ci", "docs", "finance")
		w.take(bill(charge{day: 1, billed: "30", app: "ci"}, charge{day: 1, billed: "9", account: "42"}, charge{day: 1, billed: "4", service: "Support"}))
		if got := w.totals("2026-10"); got[""].Billed.String() != "13" || got["ci"].Billed.String() != "30" {
			t.Errorf("by the tag alone: %v", got)
		}
		_, err := w.PutCostRules(t.Context(), pm, rules)
		w.ok(err)
		got := w.totals("2026-10")
		if got["ci"].Billed.String() != "33.076923076923076923076923076923" || got["docs"].Billed.String() != "9.923076923076923076923076923077" || len(got) != 2 {
			t.Errorf("by the rules: %v", got)
		}
		if billed, _ := w.sum("2026-10"); billed != "43" {
			t.Errorf("all of it is %s", billed)
		}
		if _, err := w.PutCostRules(t.Context(), pm, rules); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("the same version once more gives %v", err)
		}
		// The same file by other rules is read again, since they keep other things.
		count, _ := w.take(bill(charge{day: 1, billed: "30", app: "ci"}, charge{day: 1, billed: "9", account: "42"}, charge{day: 1, billed: "4", service: "Support"}))
		if billed, _ := w.sum("2026-10"); billed != "43" || count.Changed != 3 {
			t.Errorf("read again it is %s, %+v", billed, count)
		}
	})
}

func (w *world) budget(id string, scope plumbline.Scope, basis string) standing.ConstraintView {
	w.t.Helper()
	v, err := w.limits.PutConstraint(w.t.Context(), pm, plumbline.Constraint{ID: plumbline.ConstraintID(id), Kind: plumbline.Cost, Scope: scope, Objective: "100", Currency: "EUR", Basis: basis,
		Window: plumbline.Window{Calendar: plumbline.WindowMonth}}, 0)
	w.ok(err)
	return v
}

func (w *world) figure(id, name string) string {
	w.t.Helper()
	v, err := w.limits.Constraint(w.t.Context(), pm, plumbline.ConstraintID(id))
	w.ok(err)
	return string(v.Standing.Figure(name).Decimal())
}

// A budget is told by day of its basis alone, again when a bill changes, and what
// was committed to and not used is not the product's.
func TestBudgetsAreToldOfBills(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "ci", "docs", "finance")
		product := plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}
		group := plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: "platform"}
		w.groups[group] = []plumbline.Scope{product, {Kind: plumbline.ScopeProduct, Ref: "docs"}}
		_, err := w.PutCostRules(t.Context(), pm, rules)
		w.ok(err)
		w.budget("cash", product, plumbline.Billed)
		w.budget("amortised", product, plumbline.Effective)
		w.budget("all", group, plumbline.Effective)
		var days []charge
		for day := 1; day <= 20; day++ {
			days = append(days, charge{day: day, billed: "0", effective: "0.75", app: "ci", plan: "plan-1", used: "Used", month: "2026-11"},
				charge{day: day, billed: "0", effective: "0.25", app: "ci", plan: "plan-1", used: "Unused", month: "2026-11"},
				charge{day: day, billed: "0.1", effective: "0.5", month: "2026-11"})
		}
		days = append(days, charge{day: 4, billed: "7", effective: "0", app: "ci", category: "Purchase", frequency: "One-Time", month: "2026-11"})
		w.take(bill(days...))
		// The last two days of twenty are held back.
		for _, c := range []struct{ id, figure, want string }{
			{"cash", "actual", "7"}, {"amortised", "actual", "13.5"}, {"amortised", "unused", "4.5"},
			{"all", "actual", "27"}, {"all", "unallocated", "9"}, {"all", "unallocated_share", "0.333333333"},
		} {
			if got := w.figure(c.id, c.figure); got != c.want {
				t.Errorf("%s: %s is %s, want %s", c.id, c.figure, got, c.want)
			}
		}
		days[0].effective = "1.75"
		w.take(bill(days...))
		if got := w.figure("amortised", "actual"); got != "14.5" {
			t.Errorf("after the later bill: %s", got)
		}
		var before int64
		w.ok(w.db.Read(t.Context(), func(tx *store.Tx) (err error) { before, err = tx.LastSeq(); return err }))
		w.take(bill(days...))
		var after int64
		w.ok(w.db.Read(t.Context(), func(tx *store.Tx) (err error) { after, err = tx.LastSeq(); return err }))
		if before != after {
			t.Errorf("the same bill once more wrote %d events", after-before)
		}
	})
}

// In whatever order bills of different periods come, and in whatever pieces, the
// same is known afterwards.
func TestTheOrderOfBillsDoesNotMatter(t *testing.T) {
	bills := [][]charge{
		{{day: 1, billed: "1.000000000000000000000001", app: "ci"}, {day: 9, billed: "2", app: "docs", service: "Support"}},
		{{day: 1, billed: "3", app: "ci", month: "2026-11"}},
		{{day: 1, billed: "5", app: "ci", month: "2026-09"}, {day: 2, billed: "-1", app: "ci", month: "2026-09", category: "Credit"}},
	}
	var want string
	for range 3 {
		w := newWorld(t, storetest.SQLite(t), "ci", "docs")
		for _, i := range rand.Perm(len(bills)) {
			w.take(bill(bills[i]...))
		}
		var all []string
		for _, m := range []string{"2026-09", "2026-10", "2026-11"} {
			billed, effective := w.sum(m)
			all = append(all, m+" "+billed+" "+effective)
		}
		if got := strings.Join(all, ", "); want == "" {
			want = got
		} else if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if want != "2026-09 4 4, 2026-10 3.000000000000000000000001 3.000000000000000000000001, 2026-11 3 3" {
		t.Errorf("got %s", want)
	}
}

// Who may not is refused, a file that is no bill changes nothing, and a look writes
// nothing.
func TestWhatIsRefused(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t), "ci")
	if _, err := w.CostRules(context.Background(), asks); plumbline.KindOf(err) != plumbline.Denied {
		t.Errorf("a requester reads the rules: %v", err)
	}
	if _, err := w.PutCostRules(context.Background(), works, rules); plumbline.KindOf(err) != plumbline.Denied {
		t.Errorf("a contributor writes the rules: %v", err)
	}
	send := func(body string) (plumbline.ImportCount, error) {
		f, err := w.files.SendEvidence(t.Context(), pm, sources.Sent{Format: "focus", Name: "bill.csv", Body: strings.NewReader(body)})
		w.ok(err)
		return w.files.TakeEvidence(t.Context(), pm, f.ID, false, func([]plumbline.RowReport) error { return nil })
	}
	if _, err := send("a,b\n1,2\n"); plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("a file that is no bill gives %v", err)
	}
	count, err := w.files.LookAtEvidence(t.Context(), pm, sources.Sent{Format: "focus", Name: "bill.csv", Body: bill(charge{day: 1, billed: "1", app: "ci"})}, func([]plumbline.RowReport) error { return nil })
	if err != nil || count != (plumbline.ImportCount{New: 1, DryRun: true}) || len(w.totals("2026-10")) != 0 {
		t.Errorf("a look: %+v, %v, %v", count, err, w.totals("2026-10"))
	}
	count, err = send(head + "Cloud,1\n" + charge{day: 1, billed: "1", app: "ci"}.String() + charge{day: 1, billed: "one", app: "ci"}.String())
	if err != nil || count != (plumbline.ImportCount{New: 1, Skipped: 2}) {
		t.Errorf("a bill with broken rows: %+v, %v", count, err)
	}
}

// What people hope that a spreadsheet or a database runs is text like any other.
func TestHostileTexts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "ci")
		for _, text := range []string{`=cmd|' /C calc'!A0`, `<script>alert(1)</script>`, `'; drop table cost_facts; --`, strings.Repeat("é", 500), "\u202e"} {
			w.take(bill(charge{day: 1, billed: "1", app: "ci", service: text, account: text, resource: text}), "part", "yes")
		}
		if got := w.totals("2026-10")["ci"]; got.Billed.String() != "5" || got.Rows != 5 {
			t.Errorf("got %d rows of %s", got.Rows, got.Billed)
		}
	})
}
