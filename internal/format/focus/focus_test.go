package focus_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/format/focus"
)

// sample is the specification's sample of 1,000 rows of real bills.
func sample(t testing.TB) []byte {
	t.Helper()
	f, err := os.Open("../../demo/data/focus_sample.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// read reads a whole file.
func read(t testing.TB, from io.Reader, o focus.Options) (charges []focus.Charge, skipped []focus.Skipped) {
	t.Helper()
	r, err := focus.NewReader("bill.csv", from, o)
	if err != nil {
		t.Fatal(err)
	}
	for {
		var c focus.Charge
		bad, err := r.Next(&c)
		switch {
		case err == io.EOF:
			return charges, skipped
		case err != nil:
			t.Fatal(err)
		case bad != nil:
			skipped = append(skipped, *bad)
		default:
			charges = append(charges, c)
		}
	}
}

func total(charges []focus.Charge) (t focus.Total) {
	for i := range charges {
		t.Add(&charges[i])
	}
	return t
}

func grouped(charges []focus.Charge, by func(c *focus.Charge) string) map[string]focus.Total {
	tally := focus.NewTally(by)
	for i := range charges {
		tally.Add(&charges[i])
	}
	out := map[string]focus.Total{}
	for _, g := range tally.Groups() {
		out[g.Name] = g.Total
	}
	return out
}

func tagged(c *focus.Charge, key string) string {
	for _, t := range c.Tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// The known answers about the sample, to the last digit.
func TestSampleTotals(t *testing.T) {
	charges, skipped := read(t, bytes.NewReader(sample(t)), focus.Options{})
	if len(charges) != 1000 || len(skipped) != 0 {
		t.Fatalf("got %d rows and skipped %v", len(charges), skipped)
	}
	all := total(charges)
	for _, c := range []struct{ what, got, want string }{
		{"billed", all.Billed.String(), "20.52022672899"}, {"effective", all.Effective.String(), "14.97651418586"},
		{"list", all.List.String(), "20.39090575119"}, {"contracted", all.Contracted.String(), "14.97626039326"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, c.got, c.want)
		}
	}
	if all.NoContracted != 7 || all.Negative != 13 || all.Overflow {
		t.Errorf("got %+v", all)
	}
	providers := grouped(charges, func(c *focus.Charge) string { return c.Provider })
	for name, want := range map[string]struct {
		rows   int
		billed string
	}{"AWS": {942, "18.0066386184"}, "Microsoft": {51, "1.97651418586"}, "Oracle": {7, "0.53707392473"}} {
		if got := providers[name]; got.Rows != want.rows || got.Billed.String() != want.billed {
			t.Errorf("%s: got %d rows, %s", name, got.Rows, got.Billed)
		}
	}
	if got := providers["Oracle"].Effective; !got.IsZero() {
		t.Errorf("Oracle's effective cost is %s", got)
	}
	kinds := grouped(charges, func(c *focus.Charge) string { return c.Category })
	if kinds["Usage"].Rows != 997 || kinds["Usage"].Negative != 12 || kinds["Adjustment"].Rows != 2 || kinds["Credit"].Rows != 1 || kinds["Credit"].Negative != 1 {
		t.Errorf("got %+v", kinds)
	}
}

func TestSampleTags(t *testing.T) {
	charges, _ := read(t, bytes.NewReader(sample(t)), focus.Options{})
	untagged, free, strays := 0, 0, 0
	for _, c := range charges {
		if len(c.Tags) == 0 {
			untagged++
		}
		if c.Billed.Compare(plumbline.Sum{}) > 0 && c.HasContracted && c.Contracted.IsZero() {
			free++
		}
		if tagged(&c, " org") != "" {
			strays++
		}
	}
	if untagged != 289 || free != 604 || strays != 23 {
		t.Errorf("got %d without tags, %d billed and contracted at nothing, %d with a key that begins with a space", untagged, free, strays)
	}
	apps := grouped(charges, func(c *focus.Charge) string { return tagged(c, "application") })
	nobody := apps[""]
	if len(apps)-1 != 337 || nobody.Rows != 340 || nobody.Billed.String() != "0.27416448666" || apps["BrightPathMatrix"].Billed.String() != "15.9580993182" {
		t.Errorf("got %d applications, %d rows of %s without one, %s", len(apps)-1, nobody.Rows, nobody.Billed, apps["BrightPathMatrix"].Billed)
	}
	// Coverage by rows is not coverage by cost.
	all := total(charges)
	byCost := new(big.Rat).Quo(nobody.Billed.Rat(), all.Billed.Rat())
	byCost.Sub(big.NewRat(1, 1), byCost).Mul(byCost, big.NewRat(100, 1))
	if got := byCost.FloatString(2); got != "98.66" || 1000-nobody.Rows != 660 {
		t.Errorf("%s %% of the cost and %d rows of 1,000 have an application", got, 1000-nobody.Rows)
	}
}

// What the sample does, and readers get wrong.
func TestCommonMistakes(t *testing.T) {
	charges, _ := read(t, bytes.NewReader(sample(t)), focus.Options{})
	oneTime, later := 0, 0
	for _, c := range charges {
		if c.Provider == "NULL" || c.Resource == "NULL" || c.Commitment == "NULL" || c.SubAccount == "NULL" {
			t.Fatalf("line %d: NULL was taken for a value", c.Line)
		}
		if c.Frequency != "Usage-Based" && c.Frequency != "One-Time" {
			t.Fatalf("line %d: the frequency %q", c.Line, c.Frequency)
		}
		if c.Frequency == "One-Time" {
			oneTime++
		}
		if c.Period == "2024-10" {
			later++
		}
		if c.From == 0 || c.To == 0 || c.BillFrom == 0 {
			t.Fatalf("line %d: a time was not read", c.Line)
		}
	}
	first := charges[0]
	if oneTime != 1 || later != 1 || first.From.Std().Format("2006-01-02T15:04") != "2024-09-18T22:00" || first.Service != "Amazon Simple Queue Service" || first.Group != "Integration" || first.Line != 2 {
		t.Errorf("got %d one-time charges, %d rows of October, the first %+v", oneTime, later, first)
	}
	usage := grouped(charges, func(c *focus.Charge) string { return c.Category })["Usage"]
	if all := total(charges); all.Billed == usage.Billed {
		t.Error("usage alone comes to the same: credits and adjustments were lost")
	}
}

const head = "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,Tags\n"

// The headers are found in any order and any case, whatever stands between them.
func TestHeadersInAnyOrder(t *testing.T) {
	plain := "2,1,EUR,Usage,2026-11-01T00:00:00Z,\"{\"\"app\"\": \"\"ci\"\"}\"\n"
	want, _ := read(t, strings.NewReader(head+plain), focus.Options{})
	got, _ := read(t, strings.NewReader("\xef\xbb\xbfx_Own,tags, chargeperiodstart ,EFFECTIVECOST,ChargeCategory,BillingCurrency,Id,BilledCost\r\nmine,\"{\"\"app\"\": \"\"ci\"\"}\",2026-11-01 00:00:00,1.0,usage,EUR,7,2\r\n"), focus.Options{})
	if len(got) != 1 || got[0].Billed != want[0].Billed || got[0].Effective != want[0].Effective || got[0].From != want[0].From || tagged(&got[0], "app") != "ci" || got[0].Category != "Usage" {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// What is no bill is refused with a reason.
func TestWhatIsNoBill(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"", "bill.csv:1: the file is empty"},
		{"\xff\xfeB\x00", "UTF-16"},
		{"BilledCost,EffectiveCost,ChargeType,ChargePeriodStart,BillingCurrency\n", "ChargeType is no column of FOCUS, its name is ChargeCategory"},
		{"BilledCost,EffectiveCost,ChargeCategory\n", "the columns BillingCurrency and ChargePeriodStart, and this file has not"},
		{strings.TrimSuffix(head, "\n") + ",billedcost\n", "the column billedcost is there twice"},
		{"a\x00b,c\n", "zero bytes"},
		{"\"a\nb", "a quote is opened and never closed"},
		{strings.Repeat("a,", 600) + "\n", "more than 500 cells"},
	} {
		_, err := focus.NewReader("bill.csv", strings.NewReader(c.text), focus.Options{})
		if plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(plumbline.TextOf(err), c.says) {
			t.Errorf("%.40q: got %v, want %q", c.text, err, c.says)
		}
	}
}

// A row that cannot be taken is told with its line and why, and those after it are
// read.
func TestRowsThatAreSkipped(t *testing.T) {
	good := "1,1,EUR,Usage,2026-11-01T00:00:00Z,\n"
	for _, c := range []struct{ row, says string }{
		{"1,1,EUR,Usage\n", "it has 4 cells, the header has 6"},
		{"1,1,EUR,Usage,2026-11-01T30:00:00Z,\n", `ChargePeriodStart: "2026-11-01T30:00:00Z" is not a time`},
		{"1,1,EUR,Usage,5/1/25,\n", `"5/1/25" is not a time`},
		{"1,1,EUR,Usage,,\n", "it does not say from when"},
		{"1,1,EUR,Rental,2026-11-01,\n", `ChargeCategory: "Rental" is none of`},
		{"1,1,euros,Usage,2026-11-01,\n", `BillingCurrency: "euros"`},
		{"\"$50,000.00 \",1,EUR,Usage,2026-11-01,\n", `BilledCost: "$50,000.00" is not a number`},
		{"NULL,1,EUR,Usage,2026-11-01,\n", "BilledCost: there is no amount"},
		{"1,NaN,EUR,Usage,2026-11-01,\n", `EffectiveCost: "NaN" is not a number`},
		{"9999999999999,1,EUR,Usage,2026-11-01,\n", "too large"},
		{"1,1,EUR,Usage,2026-11-01,\"[1]\"\n", "is no JSON object"},
		{"1,1,EUR,Usage,2026-11-01,\"{\"\"a\"\": {\"\"b\"\": 1}}\"\n", "is no JSON object"},
		{"1,1,EUR,Usage,2026-11-01,\"{}\"x\n", "text follows a closing quote"},
		{"1,1,EUR,Usage,2026-11-01,\xff\n", "not UTF-8"},
		{"1,1,EUR,Usage,2026-11-01,\x00\n", "zero bytes"},
		{"1,1,EUR,Usage,2026-11-01,\"never closed\n", "quote"},
		{"1,1,EUR,Usage,2026-11-01," + strings.Repeat("a", 70<<10) + "\n", "longer than 64 KiB"},
	} {
		charges, skipped := read(t, strings.NewReader(head+good+c.row+good), focus.Options{})
		if len(skipped) != 1 || skipped[0].Line != 3 || !strings.Contains(skipped[0].Reason, c.says) {
			t.Errorf("%.50q: skipped %v, want %q", c.row, skipped, c.says)
		}
		if len(charges) != 2 || charges[1].Line != 4 {
			t.Errorf("%.50q: the row behind it was not read: %d", c.row, len(charges))
		}
	}
}

// Rows in other currencies are tallied apart.
func TestCurrenciesAreNeverAdded(t *testing.T) {
	charges, _ := read(t, strings.NewReader(head+"1,1,EUR,Usage,2026-11-01,\n2,2,USD,Usage,2026-11-01,\n"), focus.Options{})
	tally := focus.NewTally(func(*focus.Charge) string { return "" })
	for i := range charges {
		tally.Add(&charges[i])
	}
	groups := tally.Groups()
	if len(groups) != 2 || groups[0].Currency != "EUR" || groups[0].Billed.String() != "1" || groups[1].Billed.String() != "2" {
		t.Errorf("got %+v", groups)
	}
}

// A prepayment of a year: what was billed once is what is effective over its
// hours, used or not.
func TestCommitments(t *testing.T) {
	file := func(name string) ([]focus.Charge, []focus.Skipped) {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return read(t, bytes.NewReader(b), focus.Options{Currency: "USD"})
	}
	bought, _ := file("commitment_discount_purchase_scenario_1.csv")
	unused, _ := file("commitment_discount_usage_scenario_2.csv")
	used, _ := file("commitment_discount_usage_scenario_4.csv")
	hours := big.NewRat(int64(bought[0].To.Sub(bought[0].From).Hours()), 1)
	hour := new(big.Rat).Quo(bought[0].Billed.Rat(), hours)
	if bought[0].Billed.String() != "8760" || !bought[0].Effective.IsZero() || bought[0].Category != focus.Purchase || hour.Cmp(big.NewRat(1, 1)) != 0 {
		t.Errorf("the purchase is %+v", bought[0])
	}
	for _, c := range []focus.Charge{unused[0], used[0]} {
		if !c.Billed.IsZero() || c.Effective.String() != "1" || c.Commitment == "" {
			t.Errorf("an hour of it is %+v", c)
		}
	}
	if !unused[0].Unused || used[0].Unused || used[1].Commitment != "" || used[1].Billed.String() != "0.5" {
		t.Error("which hour was used is not told")
	}
	// Its third purchase says an hour 30.
	third, skipped := file("commitment_discount_purchase_scenario_3.csv")
	if len(skipped) != 1 || skipped[0].Line != 5 || !strings.Contains(skipped[0].Reason, "T30:00:00Z") || len(third) != 3 {
		t.Errorf("got %d charges and %v", len(third), skipped)
	}
	flexible, _ := file("one_hundred_percent_utilization_with_commitment_discount_flexibility_with_1_resource.csv")
	sums := total(flexible)
	if sums.Billed.String() != sums.Effective.String() {
		t.Errorf("billed %s, effective %s: the purchases are not what the usage comes to", sums.Billed, sums.Effective)
	}
}

// The specification's examples of software bills have dates and amounts as a
// spreadsheet shows them: refused, row by row.
func TestSpreadsheetsAreRefused(t *testing.T) {
	for _, name := range []string{"saas_spend_agreements_a1.csv", "simple_saas_agreements_a2.csv", "virtual_currency_pricing_model_b3.csv"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		charges, skipped := read(t, bytes.NewReader(b), focus.Options{})
		if len(charges) != 0 || len(skipped) == 0 || !strings.Contains(skipped[0].Reason, "is not a") {
			t.Errorf("%s: %d charges, skipped %v", name, len(charges), skipped)
		}
	}
}

// It does not matter in which pieces a file comes, nor how its lines end.
func TestPieces(t *testing.T) {
	whole := sample(t)
	want, _ := read(t, bytes.NewReader(whole), focus.Options{})
	slow, _ := read(t, iotest.HalfReader(bytes.NewReader(whole)), focus.Options{})
	crlf, _ := read(t, bytes.NewReader(bytes.ReplaceAll(whole, []byte("\n"), []byte("\r\n"))), focus.Options{})
	for i := range want {
		if want[i].Line != slow[i].Line || want[i].Billed != slow[i].Billed || want[i].Resource != crlf[i].Resource || want[i].Line != crlf[i].Line {
			t.Fatalf("row %d differs", i)
		}
	}
	broken := errors.New("the disk is gone")
	r, err := focus.NewReader("bill.csv", io.MultiReader(strings.NewReader(head), iotest.ErrReader(broken)), focus.Options{})
	if err == nil {
		_, err = r.Next(new(focus.Charge))
	}
	if !errors.Is(err, broken) {
		t.Errorf("a disk that fails gives %v", err)
	}
}

// Cells of any text come out as they were put in.
func TestQuotes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune(`a",;é `+"\n"))).Draw(t, "description")
		quoted := `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		in := "ChargeDescription," + head + quoted + ",1,1,EUR,Usage,2026-11-01,\n"
		r, err := focus.NewReader("a", strings.NewReader(in), focus.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var c focus.Charge
		if bad, err := r.Next(&c); bad != nil || err != nil {
			t.Fatal(bad, err)
		}
		if want := strings.TrimSpace(text); c.Description != want {
			t.Fatalf("got %q, want %q", c.Description, want)
		}
	})
}

// A row is shown as it stands in the file, with the columns that mean nothing here.
func TestCells(t *testing.T) {
	r, err := focus.NewReader("a", bytes.NewReader(sample(t)), focus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	line, cells, err := r.Cells()
	if err != nil || line != 2 || len(cells) != 44 || cells[37].Column != "Id" || cells[37].Value != "11472" || cells[0].Value != "NULL" {
		t.Errorf("got line %d, %v, %v", line, cells, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"commitment_discount_purchase_scenario_3.csv", "saas_spend_agreements_a1.csv", "virtual_currency_pricing_model_b3.csv"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(sample(f)[:8000])
	f.Add([]byte(head + "1,1,EUR,Usage,2026-11-01,\"{\"\"a\"\":1e400}\"\n\"\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := focus.NewReader("a", bytes.NewReader(b), focus.Options{Currency: "USD"})
		if err != nil {
			return
		}
		last, sum := 0, focus.Total{}
		for {
			var c focus.Charge
			bad, err := r.Next(&c)
			if err != nil {
				if err != io.EOF && plumbline.KindOf(err) != plumbline.Invalid {
					t.Fatal(err)
				}
				return
			}
			line := c.Line
			if bad != nil {
				line = bad.Line
			} else {
				sum.Add(&c)
			}
			if line <= last {
				t.Fatalf("line %d comes after line %d", line, last)
			}
			last = line
			if c.From < 0 {
				t.Fatalf("line %d begins at %d", line, c.From)
			}
		}
	})
}

// BenchmarkRead reads twenty times the sample's rows.
func BenchmarkRead(b *testing.B) {
	one := sample(b)
	rows := one[bytes.IndexByte(one, '\n')+1:]
	whole := append(bytes.Clone(one), bytes.Repeat(rows, 19)...)
	b.SetBytes(int64(len(whole)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := focus.NewReader("a", bytes.NewReader(whole), focus.Options{})
		if err != nil {
			b.Fatal(err)
		}
		var c focus.Charge
		for {
			if _, err := r.Next(&c); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// A row may be as long as a megabyte, and no longer.
func TestLongRows(t *testing.T) {
	columns := 20
	heads := strings.TrimSuffix(head, "\n")
	for i := range columns {
		heads += ",x_" + string(rune('a'+i))
	}
	row := func(cell int) string {
		return "1,1,EUR,Usage,2026-11-01," + strings.Repeat(","+strings.Repeat("a", cell), columns) + "\n"
	}
	charges, skipped := read(t, strings.NewReader(heads+"\n"+row(10)+row(50_000)+row(60_000)+row(3)), focus.Options{})
	if len(skipped) != 1 || skipped[0].Line != 4 || len(charges) != 3 || charges[2].Line != 5 {
		t.Errorf("got %d charges and %v", len(charges), skipped)
	}
}
