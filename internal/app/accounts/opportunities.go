package accounts

import (
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/format/opportunitycsv"
	"plumbline/internal/store"
)

// sales is what is known that opportunities are about, while they are taken in.
type sales struct {
	r        *Room
	tx       *store.Tx
	who      plumbline.Actor
	known    map[string][]store.OpportunityItem
	accounts map[plumbline.AccountRef]plumbline.Account
	items    map[plumbline.Key]plumbline.Item // by each key, also of those that were merged into them
	byID     map[plumbline.ItemID]plumbline.Item
	demands  map[string]plumbline.Demand
	limits   map[plumbline.ConstraintID]plumbline.Constraint
	products map[plumbline.ProductRef]plumbline.Product
}

func (r *Room) readOpportunities(name string, data []byte) (taking, error) {
	sheet, err := opportunitycsv.Open(name, data)
	if err != nil {
		return nil, err
	}
	rows := slices.Collect(sheet.Rows())
	return func(tx *store.Tx, who plumbline.Actor) ([]plumbline.RowReport, error) {
		s, err := r.sales(tx, who, rows)
		if err != nil {
			return nil, err
		}
		report := make([]plumbline.RowReport, len(rows))
		for i, row := range rows {
			if report[i], err = s.take(row); err != nil {
				return nil, err
			}
		}
		return report, nil
	}, nil
}

// sales reads what rows are about, in a number of statements that grows by one for some
// hundred rows.
func (r *Room) sales(tx *store.Tx, who plumbline.Actor, rows []opportunitycsv.Row) (*sales, error) {
	s := &sales{r: r, tx: tx, who: who, demands: map[string]plumbline.Demand{}, limits: map[plumbline.ConstraintID]plumbline.Constraint{}, products: map[plumbline.ProductRef]plumbline.Product{}}
	var ids []string
	var keys []plumbline.Key
	for _, row := range rows {
		ids, keys = append(ids, row.ID), append(keys, row.Items...)
	}
	var err error
	if s.known, err = tx.OpportunityItems(ids); err != nil {
		return nil, err
	}
	if s.accounts, err = known(tx); err != nil {
		return nil, err
	}
	products, err := tx.Products()
	if err != nil {
		return nil, err
	}
	for _, p := range products {
		s.products[p.Ref] = p
	}
	if err := s.findItems(keys); err != nil {
		return nil, err
	}
	return s, s.findKept()
}

// findItems finds items by keys; one that was merged is the one that it was merged into.
func (s *sales) findItems(keys []plumbline.Key) error {
	slices.Sort(keys)
	keys = slices.Compact(keys)
	s.items, s.byID = map[plumbline.Key]plumbline.Item{}, map[plumbline.ItemID]plumbline.Item{}
	heads := map[plumbline.Key]plumbline.Item{}
	for next := keys; len(next) > 0; {
		ids, err := s.tx.IDsByKey(next)
		if err != nil {
			return err
		}
		var wanted []plumbline.ItemID
		for _, id := range ids {
			wanted = append(wanted, id)
		}
		found, err := s.tx.HeadsByID(wanted)
		if err != nil {
			return err
		}
		next = nil
		for id, it := range found {
			heads[it.Key], s.byID[id] = it, it
		}
		for _, it := range found {
			if _, have := heads[it.Merged]; it.Merged != "" && !have {
				next = append(next, it.Merged)
			}
		}
	}
	for _, key := range keys {
		it, ok := heads[key]
		for hops := 0; ok && it.Merged != "" && hops < len(heads); hops++ {
			it, ok = heads[it.Merged]
		}
		if ok && s.who.Sees(it.Visibility, false) {
			s.items[key] = it
		}
	}
	return nil
}

// findKept finds what earlier files have brought: items that are not wanted any more,
// demands and limits.
func (s *sales) findKept() error {
	var items []plumbline.ItemID
	var limits []plumbline.ConstraintID
	for _, list := range s.known {
		for _, o := range list {
			items = append(items, o.Item)
			if o.Promise != "" {
				limits = append(limits, o.Promise)
			}
		}
	}
	heads, err := s.tx.HeadsByID(items)
	if err != nil {
		return err
	}
	for id, it := range heads {
		s.byID[id] = it
	}
	demands, err := s.tx.DemandsOf(items)
	if err != nil {
		return err
	}
	for _, list := range demands {
		for _, d := range list {
			s.demands[d.ID] = d
		}
	}
	rows, err := s.tx.ConstraintsByID(limits)
	for _, c := range rows {
		s.limits[c.ID] = c.Constraint
	}
	return err
}

// wish is what an opportunity wants of an item: a demand, and the limit of what was
// promised, if something was.
type wish struct {
	item    plumbline.Item
	demand  plumbline.Demand
	promise plumbline.Constraint // without an id; no kind: nothing is promised
}

// take says what becomes of a row, and writes it unless this is a look.
func (s *sales) take(row opportunitycsv.Row) (plumbline.RowReport, error) {
	said := plumbline.RowReport{Line: row.Line, Ref: row.ID, Outcome: plumbline.RowSkipped, Reason: row.Skip}
	had := s.known[row.ID]
	account, skip := s.account(row)
	switch {
	case row.Skip != "":
		return said, nil
	case skip != "":
		said.Reason = skip
		return said, nil
	case len(had) == 0 && row.End == opportunitycsv.Lost:
		said.Reason = "it is lost, and was never known here: it asks for nothing"
		return said, nil
	case len(had) == 0 && len(row.Items) == 0:
		said.Reason = "it names no item that it wants: it asks for nothing"
		return said, nil
	}
	wishes, notes, skip := s.wishes(row, account)
	if skip != "" {
		said.Reason = skip
		return said, nil
	}
	said.Reason = strings.Join(notes, "; ")
	changed := false
	for _, o := range had {
		i := slices.IndexFunc(wishes, func(w wish) bool { return w.item.ID == o.Item })
		var different bool
		var err error
		if i < 0 {
			different, err = s.withdraw(o)
		} else {
			different, err = s.put(o, wishes[i])
			wishes = slices.Delete(wishes, i, i+1)
		}
		if err != nil {
			return said, err
		}
		changed = changed || different
	}
	for _, w := range wishes {
		if _, err := s.put(store.OpportunityItem{Opportunity: row.ID, Item: w.item.ID}, w); err != nil {
			return said, err
		}
	}
	switch {
	case len(had) == 0:
		said.Outcome = plumbline.RowNew
	case changed || len(wishes) > 0:
		said.Outcome = plumbline.RowChanged
	default:
		said.Outcome = plumbline.RowSame
	}
	return said, nil
}

// account finds whose opportunity it is, by ref, or else by the name, which has to be
// that of one account.
func (s *sales) account(row opportunitycsv.Row) (ref plumbline.AccountRef, skip string) {
	const missing = "its account is not known here: import the accounts first"
	if row.Account != "" {
		if _, ok := s.accounts[row.Account]; !ok {
			return "", missing
		}
		return row.Account, ""
	}
	for have, a := range s.accounts {
		switch {
		case !strings.EqualFold(a.Name.Keep(), row.Customer):
		case ref != "":
			return "", "several accounts have the name of its account: give the id of the account"
		default:
			ref = have
		}
	}
	if ref == "" {
		return "", missing
	}
	return ref, ""
}
