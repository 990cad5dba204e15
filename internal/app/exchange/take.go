package exchange

import (
	"encoding/json"
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// take takes in the rows of one transaction.
func (r *run) take(tx *store.Tx, part []plumbline.Incoming) ([]plumbline.RowReport, error) {
	all, err := r.look(tx, part)
	if err != nil {
		return nil, err
	}
	if err := r.people(tx, all); err != nil {
		return nil, err
	}
	if err := r.add(tx, all.fresh); err != nil {
		return nil, err
	}
	for _, w := range all.again {
		if err := r.renew(tx, all, w); err != nil {
			return nil, err
		}
	}
	for _, w := range all.own {
		if err := r.lay(tx, w, all.items[w.in.Item]); err != nil {
			return nil, err
		}
	}
	if err := r.put(tx, all.externals); err != nil {
		return nil, err
	}
	if err := r.bind(tx, all); err != nil {
		return nil, err
	}
	if err := r.counted(tx, all.rows); err != nil {
		return nil, err
	}
	reports := make([]plumbline.RowReport, len(all.rows))
	for i, w := range all.rows {
		reports[i] = w.report
	}
	return reports, nil
}

// batch is the rows of one transaction with all that is known of them.
type batch struct {
	rows      []*row
	fresh     []*row // not known
	again     []*row // known, and changed in the source
	own       []*row // of our own export, and still here
	known     map[string]store.External
	items     map[plumbline.ItemID]plumbline.Item
	comments  map[plumbline.ItemID][]plumbline.Comment
	parts     store.Parts       // of those that come again from a Plumbline
	externals []*store.External // of again, to be written
}

// catalog is what rows may refer to.
type catalog struct {
	products map[plumbline.ProductRef]bool
	teams    map[plumbline.TeamRef]bool
	policy   *rank.Policy // in force
}

func (r *run) catalog(tx *store.Tx) (c catalog, err error) {
	c.products, c.teams = map[plumbline.ProductRef]bool{}, map[plumbline.TeamRef]bool{}
	if c.policy, err = r.policies.Policy(tx); err != nil {
		return c, err
	}
	products, err := tx.Products()
	if err != nil {
		return c, err
	}
	for _, p := range products {
		c.products[p.Ref] = true
	}
	teams, err := tx.Teams()
	for _, t := range teams {
		c.teams[t.Ref] = true
	}
	return c, err
}

// look finds out what is known, in a number of statements that does not depend
// on the rows.
func (r *run) look(tx *store.Tx, part []plumbline.Incoming) (*batch, error) {
	cat, err := r.catalog(tx)
	if err != nil {
		return nil, err
	}
	b := &batch{}
	var names []string
	var ids []plumbline.ItemID
	for _, in := range part {
		w := r.prepare(in, cat)
		b.rows = append(b.rows, w)
		if w.report.Outcome == plumbline.RowSkipped {
			continue
		}
		names = append(names, in.External)
		if in.Item != "" {
			ids = append(ids, in.Item)
		}
	}
	if b.known, err = tx.Externals(r.in.Source, names); err != nil {
		return nil, err
	}
	var changed []plumbline.ItemID
	for _, w := range b.rows {
		e, ok := b.known[w.in.External]
		if ok && w.report.Outcome == "" && e.Hash != w.hash {
			changed = append(changed, e.Item)
		}
	}
	if b.items, err = tx.ItemsByID(append(ids, changed...)); err != nil {
		return nil, err
	}
	if b.comments, err = tx.CommentsOf(changed); err != nil {
		return nil, err
	}
	if r.in.Source == own {
		if b.parts, err = tx.Parts(changed); err != nil {
			return nil, err
		}
	}
	b.sort()
	return b, nil
}

// sort says of each row what is to be done with it.
func (b *batch) sort() {
	for _, w := range b.rows {
		if w.report.Outcome == plumbline.RowSkipped {
			continue
		}
		e, known := b.known[w.in.External]
		_, here := b.items[w.in.Item]
		switch {
		case known && e.Hash == w.hash:
			w.notes = nil
			w.done(plumbline.RowSame, e.Key)
		case known:
			b.again = append(b.again, w)
		case here:
			b.own = append(b.own, w)
		default:
			b.fresh = append(b.fresh, w)
		}
	}
}

// add writes new items, each with its event.
func (r *run) add(tx *store.Tx, fresh []*row) error {
	if r.in.DryRun {
		for _, w := range fresh {
			w.done(plumbline.RowNew, "")
		}
		return nil
	}
	next, err := r.numbers(tx, fresh)
	if err != nil {
		return err
	}
	now := r.now()
	var items []store.NewItem
	var names []store.External
	for _, w := range fresh {
		it := w.item
		it.ID, it.Version = plumbline.ItemID(store.NewID()), 1
		it.Key = plumbline.Key(fmt.Sprintf("%s-%d", w.def.Prefix, next[w.def.Prefix]))
		next[w.def.Prefix]++
		w.here = it.ID
		item := store.NewItem{Item: it, Comments: w.comments, Evidence: w.evidence, Decisions: w.decisions, Estimates: w.estimates, Watchers: w.watchers(), Votes: w.voters}
		if e, ok := r.votes(w, now); ok {
			item.Evidence = append(item.Evidence, e)
		}
		items = append(items, item)
		taken := takenOf(it)
		taken["votes"] = short(fmt.Sprint(w.in.Votes))
		names = append(names, store.External{Source: r.in.Source, Name: w.in.External, Item: it.ID, Hash: w.hash, Taken: taken, At: now})
		if err := r.note(tx, it, "item imported", map[string]any{"title": it.Title, "to": it.State, "source": r.in.Source, "external": w.in.External}); err != nil {
			return err
		}
		w.done(plumbline.RowNew, it.Key)
	}
	if err := tx.InsertItems(items); err != nil {
		return err
	}
	return tx.PutExternals(names)
}

// numbers takes the numbers of the new keys, by prefix the first one.
func (r *run) numbers(tx *store.Tx, fresh []*row) (map[string]int64, error) {
	wanted, next := map[string]int{}, map[string]int64{}
	for _, w := range fresh {
		wanted[w.def.Prefix]++
	}
	for prefix, n := range wanted {
		first, err := tx.Reserve(prefix, n)
		if err != nil {
			return nil, err
		}
		next[prefix] = first
	}
	return next, nil
}

// votes is what the source's number of votes is worth as evidence: those of
// people whose names are known are votes here too, the others stay a number that
// says where it is from.
func (r *run) votes(w *row, now plumbline.Time) (plumbline.Evidence, bool) {
	if w.in.Votes <= len(w.in.Voters) {
		return plumbline.Evidence{}, false
	}
	text := fmt.Sprintf("%d votes in %s.", w.in.Votes, r.in.Source)
	if n := len(w.in.Voters); n > 0 {
		text = fmt.Sprintf("%d votes in %s, %d of them by name among the votes here.", w.in.Votes, r.in.Source, n)
	}
	return plumbline.Evidence{
		ID: store.NewID(), Grade: plumbline.Sampled, Text: text, Source: w.item.URL,
		Observed: now, By: r.who.Person, At: now,
	}, true
}

// note appends an event about an imported item.
func (r *run) note(tx *store.Tx, it plumbline.Item, typ string, data map[string]any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return tx.Append(plumbline.Event{
		At: r.now(), Type: typ, Item: it.ID, Key: it.Key, Actor: r.who.Person, By: r.who.Name, Via: r.who.Via, Cause: "import:" + r.in.Source, Seen: it.Visibility, Data: raw,
	})
}

// put keeps the new hashes of rows that came again.
func (r *run) put(tx *store.Tx, changed []*store.External) error {
	if r.in.DryRun || len(changed) == 0 {
		return nil
	}
	list := make([]store.External, len(changed))
	for i, e := range changed {
		list[i] = *e
	}
	return tx.PutExternals(list)
}

// nameOf is what somebody is called.
func nameOf(name, login string) string {
	if name = strings.TrimSpace(name); name == "" {
		name = strings.TrimSpace(login)
	}
	if r := []rune(name); len(r) > 100 {
		name = string(r[:100]) + "…"
	}
	return name
}
