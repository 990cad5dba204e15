package cost

import (
	"cmp"
	"slices"

	"plumbline"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// source is what observations from bills say they are from.
const source = "focus"

func byDay(a, b store.CostDay) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Usual, b.Usual))
}

func byPart(a, b store.CostPart) int {
	return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Dim, b.Dim), cmp.Compare(a.Value, b.Value))
}

// feed tells a budget what its products cost, by day. A group that watches what
// nobody claims is told of that too, as a part of the whole.
func (r *Room) feed(tx *store.Tx, c plumbline.Constraint) ([]plumbline.Observation, error) {
	members, err := r.standing.Members(tx, c.Scope)
	if err != nil {
		return nil, err
	}
	var products []plumbline.ProductRef
	for _, m := range members {
		if m.Kind == plumbline.ScopeProduct {
			products = append(products, plumbline.ProductRef(m.Ref))
		}
	}
	book, err := r.rules(tx)
	if err != nil {
		return nil, err
	}
	if c.Scope.Kind == plumbline.ScopeGroup && c.Scope.Ref == book.Watch {
		products = append(products, "")
	}
	days, err := tx.CostDaysOf(products, c.Currency, dayOf(r.now())-daysBack)
	if err != nil || len(days) == 0 {
		return nil, err
	}
	sorted.By(days, byDay)
	through, err := r.completeThrough(tx)
	if err != nil {
		return nil, err
	}
	hashes, err := hashesOf(tx, days)
	if err != nil {
		return nil, err
	}
	return observe(c, days, through, hashes), nil
}

func hashesOf(tx *store.Tx, days []store.CostDay) (map[string]string, error) {
	var ids []string
	for _, d := range days {
		if !slices.Contains(ids, d.File) {
			ids = append(ids, d.File)
		}
	}
	files, err := tx.CostFilesByID(ids)
	out := map[string]string{}
	for id, f := range files {
		out[id] = f.Hash
	}
	return out, err
}

// observe turns days into observations: for each day what is usual, what is not,
// what was committed to and not used, and what nobody claims.
func observe(c plumbline.Constraint, days []store.CostDay, through int64, hashes map[string]string) []plumbline.Observation {
	type line struct {
		day            int64
		state, subject string
	}
	sums := map[line]plumbline.Sum{}
	files := map[line]string{}
	var order []line
	add := func(at line, d store.CostDay) {
		amount := d.Effective
		if c.Basis == plumbline.Billed {
			amount = d.Billed
		}
		if _, ok := sums[at]; !ok {
			order = append(order, at)
		}
		sums[at], _ = sums[at].Plus(amount) // of a day; the month they are in was added up before
		files[at] = max(files[at], d.File)
	}
	for _, d := range days {
		state := ""
		if d.Usual == oneOff || d.Usual == unused {
			state = d.Usual
		}
		add(line{d.Day, state, ""}, d)
		if d.Product == "" {
			add(line{d.Day, "", plumbline.SubjectUnallocated}, d)
		}
	}
	out := make([]plumbline.Observation, 0, len(order))
	for _, at := range order {
		quality := plumbline.ByMeasuring
		if at.day > through {
			quality = plumbline.Partial
		}
		name := isoDay(at.day)
		if at.state != "" {
			name += " " + at.state
		}
		out = append(out, plumbline.Observation{
			Subject: at.subject, From: startOf(at.day), To: startOf(at.day + 1), At: startOf(at.day + 1), Amount: sums[at].Decimal(), Currency: c.Currency, Basis: c.Basis,
			State: at.state, Source: source, External: name, Ref: plumbline.FileRef(hashes[files[at]], 0), Quality: quality,
		})
	}
	return out
}

// completeThrough is the last day that all charges are known of. The last days that
// bills tell of are held back, unless a bill was read well after its period.
func (r *Room) completeThrough(tx *store.Tx) (int64, error) {
	list, err := tx.LoadedTo()
	return completeOf(list), err
}

// throughDay is that day as it is written, too; empty when there is none.
func (r *Room) throughDay(tx *store.Tx) (through int64, day string, err error) {
	if through, err = r.completeThrough(tx); through >= 0 {
		day = isoDay(through)
	}
	return through, day, err
}

// silent is after how many days a provider that sends no bills any more holds
// nobody up.
const silent = 45

// completeOf takes a bill of several providers as telling equally far of all of them.
func completeOf(list []store.CostSlice) int64 {
	through, newest, told := map[string]int64{}, int64(0), map[string]int64{}
	for _, s := range list {
		told[s.File] = max(told[s.File], s.LastDay)
	}
	for _, s := range list {
		s.LastDay = told[s.File]
		day := s.LastDay - holdBack
		if end := dayOf(s.BillTo); s.BillTo != 0 && s.LastDay >= end-1 && dayOf(s.At) >= end+holdBack {
			day = max(s.LastDay, day)
		}
		if have, ok := through[s.Provider]; !ok || day > have {
			through[s.Provider] = day
		}
		newest = max(newest, s.LastDay)
	}
	least := int64(-1)
	for _, day := range through {
		if day >= newest-silent && (least < 0 || day < least) {
			least = day
		}
	}
	return least
}
