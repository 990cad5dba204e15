package cost

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"plumbline"
	"plumbline/internal/allot"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// settle lets what was read count: it takes the place of what earlier bills said of
// the same periods, and everything that follows is worked out, in one transaction.
func (l *loader) settle(ctx context.Context) error {
	return l.room.db.Write(ctx, func(tx *store.Tx) error {
		if err := l.write(tx); err != nil {
			return err
		}
		months, over, err := l.takePlace(tx)
		if err != nil {
			return err
		}
		names := slices.Sorted(maps.Keys(months))
		before, err := tx.CostTotals(names)
		if err != nil {
			return err
		}
		if err := l.room.rebuild(tx, l.who, l.book, names); err != nil {
			return err
		}
		if err := l.restate(tx, before, names, over); err != nil {
			return err
		}
		return l.room.note(tx, l.who, "bill read", map[string]any{"file": l.bill.ID, "rows": l.rows, "skipped": l.count.Skipped, "months": names})
	})
}

// takePlace makes the slices of this bill those that count. months are those that
// may come to other sums; over are those of them that were over when an earlier bill
// told of them.
func (l *loader) takePlace(tx *store.Tx) (months, over map[string]bool, err error) {
	months, over = maps.Clone(l.months), map[string]bool{}
	live, err := tx.LiveCostSlices()
	if err != nil {
		return nil, nil, err
	}
	mine := map[int64]bool{}
	for _, s := range l.slices {
		mine[s.Slice] = true
		s.Live = true
	}
	kept, err := sourcesOf(tx, live)
	if err != nil {
		return nil, nil, err
	}
	for _, old := range live {
		if !mine[old.Slice] || l.part() && kept[old.File] != l.bill.ID {
			continue
		}
		theirs, err := tx.CostMonthsOf(old.File, old.Slice)
		if err != nil {
			return nil, nil, err
		}
		for _, m := range theirs {
			months[m] = true
			if kept[old.File] != l.bill.ID && closed(m, old.At) {
				over[m] = true
			}
		}
		if err := tx.EndCostSlice(old, l.at, l.id); err != nil {
			return nil, nil, err
		}
	}
	for _, s := range l.slices {
		if err := tx.PutCostSlice(s.CostSlice); err != nil {
			return nil, nil, err
		}
	}
	for m := range l.fixes {
		if closed(m, l.at) {
			over[m] = true
		}
	}
	return months, over, tx.PutCostFile(l.file(true))
}

func sourcesOf(tx *store.Tx, live []store.CostSlice) (map[string]string, error) {
	ids := map[string]bool{}
	for _, s := range live {
		ids[s.File] = true
	}
	files, err := tx.CostFilesByID(slices.Sorted(maps.Keys(ids)))
	out := map[string]string{}
	for id, f := range files {
		out[id] = f.Source
	}
	return out, err
}

// closed says whether a month was over, and its last charges in, at a moment.
func closed(month string, at plumbline.Time) bool {
	_, end, err := monthDays(month)
	return err == nil && dayOf(at) >= end+holdBack
}

// restate keeps which months that were over come to other sums now.
func (l *loader) restate(tx *store.Tx, before []store.CostPart, months []string, over map[string]bool) error {
	after, err := tx.CostTotals(months)
	if err != nil {
		return err
	}
	type of struct {
		product         plumbline.ProductRef
		currency, month string
	}
	now := map[of]store.Amounts{}
	for _, p := range after {
		now[of{p.Product, p.Currency, p.Month}] = p.Amounts
	}
	var out []store.CostRestated
	for _, p := range before {
		is := now[of{p.Product, p.Currency, p.Month}]
		if !over[p.Month] || is == p.Amounts {
			continue
		}
		why := "a later bill took the place of the one before"
		if l.fixes[p.Month] {
			why = "a bill has corrections of it"
		}
		out = append(out, store.CostRestated{Product: p.Product, Currency: p.Currency, Month: p.Month, File: l.id, At: l.at, Why: why, Was: p.Amounts, Is: is})
	}
	return tx.InsertCostRestated(out)
}

// rebuild works out again what products cost in some months, and tells the
// constraints of those whose cost is another now.
func (r *Room) rebuild(tx *store.Tx, who plumbline.Actor, book *allot.Book, months []string) error {
	if err := tx.SumCostParts(months, book.Keys()); err != nil {
		return err
	}
	days, err := tx.SumCostDays(months)
	if err != nil {
		return err
	}
	split, parts, err := splitShared(book, days)
	if err != nil {
		return err
	}
	if err := tx.PutCostParts(parts); err != nil {
		return err
	}
	changed, err := r.putDays(tx, split, months)
	if err != nil {
		return err
	}
	scopes := make([]plumbline.Scope, 0, len(changed)+1)
	for _, p := range slices.Sorted(maps.Keys(changed)) {
		if p != "" {
			scopes = append(scopes, plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: string(p)})
		}
	}
	if changed[""] && book.Watch != "" {
		scopes = append(scopes, plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: book.Watch})
	}
	if len(scopes) == 0 {
		return nil
	}
	return r.standing.Refresh(tx, who, plumbline.Cost, scopes...)
}

// dayKey is what a row of days is kept under.
type dayKey struct {
	product  plumbline.ProductRef
	currency string
	day      int64
	usual    string
}

// putDays writes the days, and says whose are other than they were. A day that
// nothing is known of any more stays, with nothing on it.
func (r *Room) putDays(tx *store.Tx, days []store.CostDay, months []string) (changed map[plumbline.ProductRef]bool, err error) {
	had := map[dayKey]store.CostDay{}
	for _, m := range months {
		from, to, err := monthDays(m)
		if err != nil {
			return nil, err
		}
		old, err := tx.CostDaysBetween(from, to)
		if err != nil {
			return nil, err
		}
		for _, d := range old {
			had[dayKey{d.Product, d.Currency, d.Day, d.Usual}] = d
		}
	}
	changed = map[plumbline.ProductRef]bool{}
	var write []store.CostDay
	for _, d := range days {
		at := dayKey{d.Product, d.Currency, d.Day, d.Usual}
		old, ok := had[at]
		delete(had, at)
		if ok && old.Amounts == d.Amounts && old.Rows == d.Rows && old.File == d.File {
			continue
		}
		changed[d.Product] = true
		write = append(write, d)
	}
	for _, old := range had {
		if old.Rows != 0 || old.Amounts != (store.Amounts{}) {
			changed[old.Product] = true
			old.Rows, old.Amounts = 0, store.Amounts{}
			write = append(write, old)
		}
	}
	sorted.By(write, byDay)
	return changed, tx.PutCostDays(write)
}

// splitShared divides what is shared among those who share it, day by day. parts
// are what each gets of it in a month; what nobody can be named for is nobody's.
func splitShared(book *allot.Book, days []store.CostDay) (out []store.CostDay, parts []store.CostPart, err error) {
	type pool struct {
		day      int64
		currency string
	}
	direct := map[pool]map[plumbline.ProductRef]store.Amounts{}
	gathered := map[dayKey]store.CostDay{}
	add := func(d store.CostDay) {
		at := dayKey{d.Product, d.Currency, d.Day, d.Usual}
		have := gathered[at]
		d.Share = 0
		d.Amounts, err = both(have.Amounts, d.Amounts, err)
		d.Rows, d.File = have.Rows+d.Rows, max(have.File, d.File)
		gathered[at] = d
	}
	for _, d := range days {
		if d.Share != 0 {
			continue
		}
		add(d)
		if d.Product != "" {
			at := pool{d.Day, d.Currency}
			if direct[at] == nil {
				direct[at] = map[plumbline.ProductRef]store.Amounts{}
			}
			direct[at][d.Product], err = both(direct[at][d.Product], d.Amounts, err)
		}
	}
	months := map[[3]string]store.CostPart{}
	for _, d := range days {
		if d.Share == 0 || d.Share > len(book.Rules) {
			continue
		}
		rule := &book.Rules[d.Share-1]
		for _, piece := range pieces(rule, d, direct[pool{d.Day, d.Currency}]) {
			add(piece)
			month := monthOf(piece.Day)
			for _, p := range [...]store.CostPart{{Dim: store.CostTotal}, {Dim: store.CostShare, Value: strconv.Itoa(d.Share) + ". " + rule.Say()}} {
				at := [3]string{string(piece.Product), piece.Currency + month, p.Dim + p.Value}
				have := months[at]
				p.Product, p.Currency, p.Month, p.Rows = piece.Product, piece.Currency, month, have.Rows+piece.Rows
				p.Amounts, err = both(have.Amounts, piece.Amounts, err)
				months[at] = p
			}
		}
	}
	out = sorted.Of(maps.Values(gathered), byDay)
	parts = sorted.Of(maps.Values(months), byPart)
	return out, parts, err
}

// pieces are what each bears of a day's shared cost. The amount as billed and the
// one as effective are split each by its own kind.
func pieces(rule *allot.Rule, d store.CostDay, direct map[plumbline.ProductRef]store.Amounts) []store.CostDay {
	byBilled, byEffective := map[plumbline.ProductRef]plumbline.Sum{}, map[plumbline.ProductRef]plumbline.Sum{}
	for p, a := range direct {
		byBilled[p], byEffective[p] = a.Billed, a.Effective
	}
	amounts := map[plumbline.ProductRef]store.Amounts{}
	fill := func(whole plumbline.Sum, by map[plumbline.ProductRef]plumbline.Sum, put func(a *store.Amounts, s plumbline.Sum)) {
		parts := rule.Split(whole, by)
		if len(parts) == 0 && !whole.IsZero() {
			parts = []allot.Part{{Amount: whole}}
		}
		for _, p := range parts {
			a := amounts[p.Product]
			put(&a, p.Amount)
			amounts[p.Product] = a
		}
	}
	fill(d.Billed, byBilled, func(a *store.Amounts, s plumbline.Sum) { a.Billed = s })
	fill(d.Effective, byEffective, func(a *store.Amounts, s plumbline.Sum) { a.Effective = s })
	var out []store.CostDay
	for i, p := range slices.Sorted(maps.Keys(amounts)) {
		piece := d
		piece.Product, piece.Amounts = p, amounts[p]
		if p != "" && d.Usual == usual {
			piece.Usual = shared
		}
		if i > 0 {
			piece.Rows = 0 // the rows are counted once
		}
		out = append(out, piece)
	}
	return out
}

// both adds amounts, unless there was an error before.
func both(a, b store.Amounts, before error) (store.Amounts, error) {
	if before != nil {
		return a, before
	}
	billed, ok1 := a.Billed.Plus(b.Billed)
	effective, ok2 := a.Effective.Plus(b.Effective)
	if !ok1 || !ok2 {
		return a, plumbline.Errorf(plumbline.Invalid, "The amounts are too large to be added up.")
	}
	return store.Amounts{Billed: billed, Effective: effective}, nil
}
