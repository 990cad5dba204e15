package cost

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"plumbline"
	"plumbline/internal/allot"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/sources"
	"plumbline/internal/format/focus"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// The settings of a bill.
const (
	SetCurrency = "currency" // of a file without the column BillingCurrency
	SetPart     = "part"     // "yes": it adds to what is known of its periods
)

// maxBill is the most that a bill may have, in bytes unpacked.
const maxBill = 8 << 30

// Formats are the files that this room reads.
func (r *Room) Formats() []sources.Format {
	return []sources.Format{{
		Name: "focus", Help: "A bill in the FinOps FOCUS form, versions 1.0 to 1.2, as CSV: the cost and usage export of a cloud or another provider.",
		Settings: []sources.Setting{
			{Name: SetCurrency, Help: "Three letters, for a file without the column BillingCurrency."},
			{Name: SetPart, Help: "yes: the file has only a part of its billing periods and adds to what is known of them; else it takes their place."},
		},
		Max: maxBill, Read: r.ReadBill,
	}}
}

// chunk is how many facts are written in one transaction.
const chunk = 40_000

// dims are what charges have in common that fall together.
type dims struct {
	service, group, account, accountName, region, category, resource, commitment, usual, tags, currency string
	correction                                                                                          bool
}

// place is where a charge falls.
type place struct{ slice, key, day int64 }

// loader reads one bill.
type loader struct {
	room  *Room
	who   plumbline.Actor
	bill  sources.File
	id    string // of this reading
	book  *allot.Book
	known func(plumbline.ProductRef) bool
	at    plumbline.Time

	keys   map[dims]int64
	fresh  []key // not yet written
	kept   map[*focus.Tag]string
	slices map[string]*slice
	facts  map[place]*store.CostFact
	begun  bool // something is written
	months map[string]bool
	fixes  map[string]bool // months that a correction falls into
	count  plumbline.ImportCount
	rows   int64
}

// slice is what the bill says of one billing account in one billing period.
type slice struct {
	store.CostSlice
	line     int
	currency string
	total    focus.Total
	mixed    bool // several currencies
}

// key is a key with whose it is.
type key struct {
	store.CostKey
}

// allot says whose the key is.
func (k *key) allot(v allot.Verdict) {
	k.Product, k.Rule, k.Share = v.Product, v.Rule, 0
	if v.Share {
		k.Share = v.Rule
	}
}

// ReadBill takes in a bill, or only says what would become of its rows. What it says
// counts when all of it was read.
func (r *Room) ReadBill(ctx context.Context, who plumbline.Actor, b sources.File, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error) {
	none := plumbline.ImportCount{DryRun: b.DryRun}
	if err := rights.Need(who, rights.TakeEvidence); err != nil {
		return none, err
	}
	l := &loader{room: r, who: who, bill: b, id: store.NewID(), at: r.now(), keys: map[dims]int64{}, kept: map[*focus.Tag]string{}, slices: map[string]*slice{},
		facts: map[place]*store.CostFact{}, months: map[string]bool{}, fixes: map[string]bool{}, count: none}
	var before []store.CostSlice
	same := false // it was read, by these rules
	err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		if l.book, err = r.rules(tx); err != nil {
			return err
		}
		if l.known, err = knownProducts(tx); err != nil {
			return err
		}
		if before, err = tx.LiveCostSlices(); err != nil || b.Hash == "" {
			return err
		}
		have, ok, err := tx.CostFileByHash(b.Hash)
		same = ok && have.Rules == l.book.Version
		return err
	})
	if err != nil {
		return none, err
	}
	done := r.db.Bulk()
	defer done()
	if err := l.read(ctx, tell, same || b.DryRun); err != nil {
		return none, l.dropped(ctx, err)
	}
	if !same && !b.DryRun {
		if err := l.settle(ctx); err != nil {
			return none, l.dropped(ctx, err)
		}
	}
	return l.count, tell(l.report(before, same))
}

// dropped takes away what was written before an error, and gives the error back.
func (l *loader) dropped(ctx context.Context, because error) error {
	if !l.begun {
		return because
	}
	err := l.room.db.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error { return tx.DropCostLoads(l.bill.ID) })
	return errors.Join(because, err)
}

// read goes through the rows; when it only looks, it writes nothing.
func (l *loader) read(ctx context.Context, tell func([]plumbline.RowReport) error, looks bool) error {
	from, err := l.bill.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	rows, err := focus.NewReader(l.bill.Name, from, focus.Options{Currency: strings.TrimSpace(l.bill.Settings[SetCurrency])})
	if err != nil {
		return err
	}
	var wait []plumbline.RowReport
	for {
		var c focus.Charge
		bad, err := rows.Next(&c)
		switch {
		case err == io.EOF:
			return tell(wait)
		case err != nil:
			return err
		case bad != nil:
			l.count.Skipped++
			wait = append(wait, plumbline.RowReport{File: l.bill.Name, Line: bad.Line, Outcome: plumbline.RowSkipped, Reason: bad.Reason})
			if len(wait) == 500 {
				if err := tell(wait); err != nil {
					return err
				}
				wait = nil
			}
			continue
		}
		if err := l.take(&c, looks); err != nil {
			return err
		}
		if len(l.facts) >= chunk {
			if err := l.flush(ctx); err != nil {
				return err
			}
		}
	}
}

// flush writes the facts that were gathered.
func (l *loader) flush(ctx context.Context) error {
	if err := l.room.db.Write(ctx, l.write); err != nil {
		return err
	}
	l.written()
	return nil
}

// write is flush within a transaction, which may be tried again.
func (l *loader) write(tx *store.Tx) error {
	if !l.begun {
		if err := tx.DropCostLoads(l.bill.ID); err != nil {
			return err
		}
		if err := tx.PutCostFile(l.file(false)); err != nil {
			return err
		}
	}
	keys := make([]store.CostKey, len(l.fresh))
	for i, k := range l.fresh {
		keys[i] = k.CostKey
	}
	if err := tx.InsertCostKeys(keys); err != nil {
		return err
	}
	for _, s := range l.slices {
		if err := tx.PutCostSlice(s.CostSlice); err != nil {
			return err
		}
	}
	facts := make([]store.CostFact, 0, len(l.facts))
	for _, f := range l.facts {
		facts = append(facts, *f)
	}
	sorted.By(facts, func(a, b store.CostFact) int {
		return cmp.Or(cmp.Compare(a.Slice, b.Slice), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Day, b.Day))
	})
	return tx.AddCostFacts(l.id, facts)
}

func (l *loader) written() {
	l.begun, l.fresh = true, nil
	clear(l.facts)
}

func (l *loader) file(loaded bool) store.CostFile {
	return store.CostFile{ID: l.id, Source: l.bill.ID, Name: clean(l.bill.Name), Hash: l.bill.Hash, At: l.at, Rows: l.rows, Skipped: int64(l.count.Skipped), Loaded: loaded, Rules: l.book.Version, By: l.who.Person, ByName: l.who.Name}
}

// report is a line for each slice: what was there of it before, and what is now.
func (l *loader) report(before []store.CostSlice, same bool) []plumbline.RowReport {
	had := map[int64]store.CostSlice{}
	for _, s := range before {
		had[s.Slice] = s
	}
	var out []plumbline.RowReport
	for _, s := range l.slices {
		row := plumbline.RowReport{File: l.bill.Name, Line: s.line, Ref: strings.TrimSpace(s.Provider + " " + s.Account + " " + s.Period), Outcome: plumbline.RowNew,
			Title: fmt.Sprintf("%d rows: %s billed, %s effective, %s", s.Rows, s.total.Billed, s.total.Effective, s.currency)}
		if s.mixed {
			row.Title = fmt.Sprintf("%d rows in several currencies", s.Rows)
		}
		old, replaces := had[s.Slice]
		switch {
		case same:
			row.Outcome = plumbline.RowSame
			l.count.Same += int(s.Rows)
		case replaces && !l.part():
			row.Outcome, row.Reason = plumbline.RowChanged, fmt.Sprintf("it takes the place of the %d rows of this period that another file had", old.Rows)
			l.count.Changed += int(s.Rows)
		default:
			l.count.New += int(s.Rows)
		}
		out = append(out, row)
	}
	sorted.By(out, func(a, b plumbline.RowReport) int { return cmp.Compare(a.Line, b.Line) })
	return out
}

// part says whether the bill adds to what is known of its periods.
func (l *loader) part() bool {
	v := strings.ToLower(strings.TrimSpace(l.bill.Settings[SetPart]))
	return v == "yes" || v == "true"
}
