package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/sources"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// evidenceSample is a file of a format that bears evidence, with what has to be taken in
// before it.
type evidenceSample struct {
	format, path, text string // one of path and text
	settings           map[string]string
}

var aboutCI = map[string]string{"product": "ci"}

// evidenceSamples has one file of each format at least, most of them real.
var evidenceSamples = []evidenceSample{
	{format: "backstage", path: "../format/backstage/testdata/org.yaml"},
	{format: "openslo", path: "../format/openslo/testdata/low-traffic.yaml", settings: aboutCI},
	{format: "sloth", path: "../format/sloth/testdata/multifile.yaml", settings: aboutCI},
	{format: "focus", text: "ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ChargeFrequency,BilledCost,EffectiveCost,BillingCurrency,ServiceName,Tags\n" +
		"AWS,1,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,2026-11-02T00:00:00Z,2026-11-03T00:00:00Z,Usage,Usage-Based,1.25,1.10,USD,EC2,\"{\"\"application\"\":\"\"ci\"\"}\"\n" +
		"AWS,1,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,2026-11-03T00:00:00Z,2026-11-04T00:00:00Z,Credit,One-Time,-0.25,-0.25,USD,EC2,\n"},
	{format: "cyclonedx", path: "../format/cyclonedx/testdata/case-8.json", settings: aboutCI},
	{format: "sarif", path: "../format/sarif/testdata/Suppressions.sarif", settings: aboutCI},
	{format: "kev", path: "../demo/findings/kev.json"},
	{format: "osv", path: "../format/osv/testdata/GO-2020-0001.json"},
	{format: "oscal", path: "../format/oscal/testdata/nist_low_excerpt.json", settings: map[string]string{"framework": "nist"}},
	{format: "oscal", path: "../format/oscal/testdata/nist_low_profile.json", settings: map[string]string{"framework": "low", "catalog": "nist"}},
	{format: "oscal", path: "../format/oscal/testdata/ifa_poam.yaml", settings: aboutCI},
	{format: "oscal", path: "../format/oscal/testdata/ifa_ssp.yaml", settings: map[string]string{"product": "ci", "framework": "plan"}},
	{format: "oscal", path: "../format/oscal/testdata/ifa_results.yaml", settings: map[string]string{"product": "ci", "framework": "results"}},
	{format: "controls", text: "control,state,passed\nAC-01,automated,2026-11-01\nac-2,not applicable,\n", settings: map[string]string{"product": "ci", "framework": "ours"}},
	{format: "complianceascode", path: "../format/complianceascode/testdata/nist_ocp4.yml", settings: aboutCI},
	{format: "accounts", text: "Id,Name,ARR,CurrencyIsoCode,AnnualRevenue\n0015g00000QqL1ZAAV,Northwind,120000.50,EUR,9000000000\nacme,Acme Rockets,1200000,EUR,\n"},
	{format: "opportunities", text: "Id,Name,AccountId,StageName,Amount,CurrencyIsoCode,Probability,CloseDate,Wants,Promised\n0065g,Platform,acme,Closed Won,120000.50,EUR,100,2026-12-01,REQ-1,2027-06-30\n0065h,More,0015g00000QqL1ZAAV,Proposal,5,EUR,40,2027-01-01,REQ-1,\n"},
	{format: "capacity", text: "team,period,people,focus\nreliability,2027Q1,6,0.8\ndelivery,2027Q1,4,0.7\n"},
	{format: "tickets", text: "id,created_at,resolved_at,requester,minutes_spent\nT-1,2026-11-02T09:00:00Z,2026-11-02T10:00:00Z,Northwind,30\nT-2,2026-11-03T09:00:00Z,,Northwind,\n", settings: aboutCI},
}

// Taking a file in twice changes nothing, in any format: the same bytes write no event
// and no row, the same words in other bytes only that another file came.
func TestTwiceIsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.ok(w.app.PutProduct(w.ctx(), w.pm, plumbline.Product{Ref: "ci", Name: "Continuous integration", Kind: plumbline.ScopeProduct}))
		w.ok(second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: "Wanted by opportunities", Product: "ci", Source: "form"})))
		for _, f := range w.app.EvidenceFormats() {
			if !slices.ContainsFunc(evidenceSamples, func(s evidenceSample) bool { return s.format == f.Name }) {
				t.Errorf("no file here is of the format %s: add one", f.Name)
			}
		}
		for _, s := range evidenceSamples {
			text := s.text
			if s.path != "" {
				b, err := os.ReadFile(s.path)
				w.ok(err)
				text = string(b)
			}
			look, _ := w.takeIn(s, text, true)
			first, _ := w.takeIn(s, text, false)
			if first.New+first.Changed == 0 || look.New != first.New || look.Changed != first.Changed || look.Skipped != first.Skipped {
				t.Errorf("%s %s: taken in %+v, looked at %+v", s.format, s.path, first, look)
			}
			w.same(s, first, text)
			if s.format != "focus" { // another file of a period takes the place of the one before
				w.same(s, first, text+"\n", "evidence imported", "findings scanned") // another file came, and another scan was made
			}
		}
	})
}

// same takes a file in once more, and wants nothing to be different: no row, and no
// event but those that are allowed.
func (w *world) same(s evidenceSample, first plumbline.ImportCount, text string, allowed ...string) {
	w.t.Helper()
	before := w.seq()
	count, rows := w.takeIn(s, text, false)
	if count.New+count.Changed > 0 || count.Same != first.New+first.Changed+first.Same || count.Skipped != first.Skipped {
		w.t.Errorf("%s %s, once more: %+v, at first %+v: %+v", s.format, s.path, count, first, rows)
	}
	events, err := w.app.Events(w.ctx(), w.admin, before, 100)
	w.ok(err)
	for _, e := range events {
		if !slices.Contains(allowed, e.Type) {
			w.t.Errorf("%s %s, once more: the event %q: %s", s.format, s.path, e.Type, e.Data)
		}
	}
}

// takeIn sends a file and takes it in, or only looks at it.
func (w *world) takeIn(s evidenceSample, text string, look bool) (plumbline.ImportCount, []plumbline.RowReport) {
	w.t.Helper()
	f, err := w.app.SendEvidence(w.ctx(), w.pm, sources.Sent{Format: s.format, Name: s.format + " " + filepath.Base(s.path), Settings: s.settings, Body: strings.NewReader(text)})
	w.ok(err)
	var rows []plumbline.RowReport
	count, err := w.app.TakeEvidence(w.ctx(), w.pm, f.ID, look, func(more []plumbline.RowReport) error { rows = append(rows, more...); return nil })
	if err != nil {
		w.t.Fatalf("%s %s: %v %v", s.format, s.path, err, plumbline.FieldsOf(err))
	}
	return count, rows
}

// seq is the number of the newest event.
func (w *world) seq() (n int64) {
	w.t.Helper()
	w.ok(w.db.Read(w.ctx(), func(tx *store.Tx) (err error) { n, err = tx.LastSeq(); return err }))
	return n
}

// values finds what a hostile sender can put anything into: cells of CSV, values of JSON
// and of YAML.
var values = map[bool]*regexp.Regexp{
	true:  regexp.MustCompile(`(?m)(?:^|[,\n])([^,"\n]+)`),
	false: regexp.MustCompile(`:[ \t]*"([^"\n]+)"|:[ \t]+([^\s"'{}\[\]|>&*,#:-][^\n"'{},#:]*)`),
}

// placesOf are at most n values of a text, spread over it, as beginnings and ends.
func placesOf(text string, csv bool, n int) (out [][2]int) {
	var all [][2]int
	for _, m := range values[csv].FindAllStringSubmatchIndex(text, -1) {
		for g := 2; g < len(m); g += 2 {
			if m[g] >= 0 {
				all = append(all, [2]int{m[g], m[g+1]})
			}
		}
	}
	for i := range min(n, len(all)) {
		out = append(out, all[i*len(all)/min(n, len(all))])
	}
	return out
}

// Whatever stands in a value of a file, of any format, the file is taken in with its
// report or refused with a reason: the databases are never given what they cannot keep.
func TestHostileValuesInEveryFormat(t *testing.T) {
	hostile := []string{"a\x00b", "a\xff\xfeb", "=HYPERLINK(1)<script>alert(1)</script>\u202e", strings.Repeat("9", 5000)}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.ok(w.app.PutProduct(w.ctx(), w.pm, plumbline.Product{Ref: "ci", Name: "Continuous integration", Kind: plumbline.ScopeProduct}))
		w.ok(second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: "Wanted by opportunities", Product: "ci", Source: "form"})))
		for _, s := range evidenceSamples {
			text := s.text
			if s.path != "" {
				b, err := os.ReadFile(s.path)
				w.ok(err)
				text = string(b)
			}
			places := placesOf(text, s.path == "", 4)
			if len(places) == 0 {
				t.Errorf("%s %s: no value was found", s.format, s.path)
			}
			for _, bad := range hostile {
				for _, at := range places {
					w.survives(s, text[:at[0]]+bad+text[at[1]:])
				}
			}
		}
	})
}

// No format is brought down by its shape: nested deeply, references that multiply, a row
// or a number without an end, another kind of file.
func TestHostileShapesInEveryFormat(t *testing.T) {
	w := sqliteWorld(t)
	w.ok(w.app.PutProduct(w.ctx(), w.pm, plumbline.Product{Ref: "ci", Name: "Continuous integration", Kind: plumbline.ScopeProduct}))
	aliases := "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 12; i++ {
		ref := "*a" + strconv.Itoa(i-1)
		aliases += "a" + strconv.Itoa(i) + ": &a" + strconv.Itoa(i) + " [" + strings.Repeat(ref+",", 8) + ref + "]\n"
	}
	for _, s := range evidenceSamples {
		for _, text := range []string{
			strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 100_000), strings.Repeat("- ", 50_000), aliases, "a: &a [*a]\n", "id," + strings.Repeat("x", 1<<20), strings.Repeat("id,", 20_000) + "\n",
			"\"" + strings.Repeat("y\n", 100_000), "1e999999999", "\xef\xbb\xbf", "\x00\x00\x00", "PK\x03\x04" + strings.Repeat("z", 100), "%PDF-1.7", "null", "{}", "[]", "<?xml version=\"1.0\"?>", strings.Repeat("---\n", 20_000),
		} {
			w.survives(s, text)
		}
	}
}

// survives wants a file to be taken in, or refused with a reason.
func (w *world) survives(s evidenceSample, text string) {
	w.t.Helper()
	f, err := w.app.SendEvidence(w.ctx(), w.pm, sources.Sent{Format: s.format, Name: "hostile " + filepath.Base(s.path), Settings: s.settings, Body: strings.NewReader(text)})
	if err == nil {
		_, err = w.app.TakeEvidence(w.ctx(), w.pm, f.ID, false, func([]plumbline.RowReport) error { return nil })
	}
	if kind := plumbline.KindOf(err); err != nil && kind != plumbline.Invalid && kind != plumbline.NotFound {
		w.t.Errorf("%s %s: %v from %.80q", s.format, s.path, err, text)
	}
}
