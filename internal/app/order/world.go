package order

import (
	"cmp"
	"iter"
	"slices"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/editions"
	"plumbline/internal/clock"
	"plumbline/internal/rank"
	"plumbline/internal/shared"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// Fact is what the order knows of one open item.
type Fact struct {
	Item      plumbline.Item // without its text
	Estimates []plumbline.Estimate
	Demands   []plumbline.Demand // by accounts, also of what was merged into it
	Events    []clock.Event
	Extends   []store.ExtensionRow
	Duties    []rank.Duty // the limits that force it
}

// World is what the order knows of all open items after one commit. It does not
// change: what changed later is in the next one.
type World struct {
	Seq      int64
	facts    shared.List[*Fact] // in the order of filing
	at       map[plumbline.ItemID]int
	keys     map[plumbline.Key]int
	reign    editions.Reign
	accounts map[plumbline.AccountRef]plumbline.Account
	currency string

	subjects map[string]shared.List[*rank.Subject] // by policy, of all facts
	tables   map[tableKey]known
}

// most changed items are read again one by one; of more, all are.
const most = 200

// World is what is known now. Between changes it takes one statement, after a
// change of few items some more, however many items there are. What it gives is
// shared: it is used until release is called, by nobody else meanwhile. What a
// transaction that writes has read is not kept, since it may never be committed.
func (k *Keeper) World(tx *store.Tx) (w *World, release func(), err error) {
	k.mu.Lock()
	w, err = k.world(tx)
	if err != nil {
		k.mu.Unlock()
		return nil, nil, err
	}
	if !tx.Writes() && (k.kept == nil || k.kept.Seq < w.Seq) {
		k.kept = w
	}
	return w, k.mu.Unlock, nil
}

func (k *Keeper) world(tx *store.Tx) (*World, error) {
	if k.kept == nil {
		return k.read(tx)
	}
	changed, last, many, err := tx.Touched(k.kept.Seq, most)
	switch {
	case err != nil:
		return nil, err
	case last == k.kept.Seq:
		return k.kept, nil
	case last < k.kept.Seq, many, slices.Contains(changed, ""): // an older snapshot; or catalog and policy, which are about all
		return k.read(tx)
	}
	return k.follow(tx, k.kept, changed, last)
}

// read reads everything.
func (k *Keeper) read(tx *store.Tx) (*World, error) {
	w := &World{subjects: map[string]shared.List[*rank.Subject]{}, tables: map[tableKey]known{}}
	var err error
	if w.Seq, err = tx.LastSeq(); err != nil {
		return nil, err
	}
	if w.reign, err = k.Reign(tx); err != nil {
		return nil, err
	}
	accounts, err := tx.Accounts()
	if err != nil {
		return nil, err
	}
	w.accounts = map[plumbline.AccountRef]plumbline.Account{}
	for _, a := range accounts {
		w.accounts[a.Ref] = a
	}
	w.currency = commonest(accounts)
	items, err := tx.Opened()
	if err != nil {
		return nil, err
	}
	estimates, err := tx.OpenEstimates()
	if err != nil {
		return nil, err
	}
	facts, err := k.facts(tx, w.reign, ranked(items), estimates)
	w.index(facts)
	return w, err
}

// ranked are the items that have a place in the order: requests and incidents.
func ranked(items []plumbline.Item) []plumbline.Item {
	return slices.DeleteFunc(items, func(it plumbline.Item) bool {
		return it.Kind != plumbline.Request && it.Kind != plumbline.Incident || it.Merged != ""
	})
}

// follow is the world after some items changed.
func (k *Keeper) follow(tx *store.Tx, old *World, changed []plumbline.ItemID, last int64) (*World, error) {
	w := &World{
		Seq: last, reign: old.reign, accounts: old.accounts, currency: old.currency,
		subjects: map[string]shared.List[*rank.Subject]{}, tables: map[tableKey]known{},
	}
	heads, err := tx.Heads(changed)
	if err != nil {
		return nil, err
	}
	for _, head := range heads { // what is said of an item counts for what it was merged into
		if !slices.Contains(changed, head) {
			changed = append(changed, head)
		}
	}
	items, err := tx.Opened(changed...)
	if err != nil {
		return nil, err
	}
	estimates, err := tx.Estimates(changed)
	if err != nil {
		return nil, err
	}
	fresh, err := k.facts(tx, w.reign, ranked(items), estimates)
	if err != nil {
		return nil, err
	}
	if at, same := old.places(fresh); same && len(fresh) == len(changed) {
		w.facts, w.at, w.keys = old.facts.With(at, fresh), old.at, old.keys
		k.inherit(w, old, at, fresh)
		return w, nil
	}
	facts := fresh
	for _, f := range old.facts.All() {
		if !slices.Contains(changed, f.Item.ID) {
			facts = append(facts, f)
		}
	}
	w.index(facts)
	return w, nil
}

// places are where some facts are, which are put into the order of their places; same
// is false when one of them is not there yet.
func (w *World) places(fresh []*Fact) (at []int, same bool) {
	sorted.By(fresh, func(a, b *Fact) int { return cmp.Compare(w.at[a.Item.ID], w.at[b.Item.ID]) })
	for _, f := range fresh {
		i, there := w.at[f.Item.ID]
		if !there {
			return nil, false
		}
		at = append(at, i)
	}
	return at, true
}

// index takes facts in the order of their filing.
func (w *World) index(facts []*Fact) {
	slices.SortStableFunc(facts, func(a, b *Fact) int { return compareFiled(a.Item, b.Item) })
	w.facts = shared.Of(facts)
	w.at, w.keys = make(map[plumbline.ItemID]int, len(facts)), make(map[plumbline.Key]int, len(facts))
	for i, f := range facts {
		w.at[f.Item.ID], w.keys[f.Item.Key] = i, i
	}
}

// facts gathers what is known of the items.
func (k *Keeper) facts(tx *store.Tx, reign editions.Reign, items []plumbline.Item, estimates map[plumbline.ItemID][]plumbline.Estimate) ([]*Fact, error) {
	ids := make([]plumbline.ItemID, len(items))
	var timed []plumbline.ItemID
	for i, it := range items {
		ids[i] = it.ID
		if onClock(reign.At(it.Created), it) {
			timed = append(timed, it.ID)
		}
	}
	demands, err := tx.AccountDemands(ids)
	if err != nil {
		return nil, err
	}
	times, err := k.times(tx, timed)
	if err != nil {
		return nil, err
	}
	extends, err := tx.Extensions(timed)
	if err != nil {
		return nil, err
	}
	duties, err := dutiesOf(tx)
	if err != nil {
		return nil, err
	}
	out := make([]*Fact, len(items))
	for i, it := range items {
		f := &Fact{Item: it, Estimates: estimates[it.ID], Demands: demands[it.ID], Extends: extends[it.ID], Duties: duties[it.ID]}
		if def, ok := k.book.Get(it.Process); ok {
			f.Events = agenda.EventsOf(def, it, times[it.ID])
		}
		out[i] = f
	}
	return out, nil
}

// onClock says that a clock of the policy may run for an item, so that its
// history counts.
func onClock(p *rank.Policy, it plumbline.Item) bool {
	if it.Kind == plumbline.Incident || it.Severity != "" {
		return true
	}
	return slices.ContainsFunc(p.Clocks, func(c clock.Policy) bool { return len(c.Labels) > 0 && c.Applies(it.Labels) })
}

func (k *Keeper) times(tx *store.Tx, ids []plumbline.ItemID) (map[plumbline.ItemID]agenda.Timed, error) {
	out := map[plumbline.ItemID]agenda.Timed{}
	for part := range slices.Chunk(ids, most) {
		standings, err := tx.Standings(part, agenda.ClockTypes[:])
		if err != nil {
			return nil, err
		}
		for _, s := range standings {
			out[s.ID] = agenda.FactsOfTime(s)
		}
	}
	return out, nil
}

// Find is the fact of the item with the key.
func (w *World) Find(key plumbline.Key) (*Fact, int, bool) {
	i, ok := w.keys[key]
	if !ok {
		return nil, 0, false
	}
	return w.Fact(i), i, true
}

// Fact is what is known of the item at a place, the first of which is 0.
func (w *World) Fact(at int) *Fact { return *w.facts.At(at) }

// Facts goes over all that is known, in the order of filing.
func (w *World) Facts() iter.Seq2[int, *Fact] { return w.facts.All() }

// At is the place among the facts of the item with the id.
func (w *World) At(id plumbline.ItemID) (int, bool) {
	i, ok := w.at[id]
	return i, ok
}

// Policy is the policy that was in force at a moment.
func (w *World) Policy(at plumbline.Time) *rank.Policy { return w.reign.At(at) }
