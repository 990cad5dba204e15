package judging

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/order"
	"plumbline/internal/app/rights"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// maxCells is how many estimates are given at once.
const maxCells = 500

// Estimate says what one thinks of a factor of an item. It takes the place of
// what the same person said before; "?" takes that back. While a round is open
// that asks about it, it is an answer of that round.
func (j *Judge) Estimate(ctx context.Context, who plumbline.Actor, key plumbline.Key, in EstimateInput) (FactorView, error) {
	var out FactorView
	err := j.items.AddTo(ctx, who, key, rights.GiveEstimate, func(tx *store.Tx, it plumbline.Item) error {
		p, err := j.order.Policy(tx)
		if err != nil {
			return err
		}
		open, err := tx.OpenRounds([]plumbline.ItemID{it.ID})
		if err != nil {
			return err
		}
		e, err := j.estimate(p, who, it, open[it.ID], in)
		if err != nil {
			return err
		}
		if err := tx.InsertEstimates([]store.NewEstimate{e}); err != nil {
			return err
		}
		if err := j.noteEstimates(tx, who, it, []store.NewEstimate{e}); err != nil {
			return err
		}
		all, err := j.look(tx, who, p, []plumbline.Item{it})
		if err != nil {
			return err
		}
		f, err := order.FactorOf(p, in.Factor)
		out = all.factor(it, f)
		return err
	})
	return out, err
}

// estimate checks an input and makes the estimate of it.
func (j *Judge) estimate(p *rank.Policy, who plumbline.Actor, it plumbline.Item, open []plumbline.Round, in EstimateInput) (store.NewEstimate, error) {
	var none store.NewEstimate
	if who.Person == "" {
		return none, plumbline.Errorf(plumbline.Denied, "An estimate is somebody's: only a person can give one.")
	}
	if !it.Open() {
		return none, plumbline.Errorf(plumbline.Conflict, "%s is closed: what became of a factor is written down as its reality.", it.Key)
	}
	f, err := order.FactorOf(p, in.Factor)
	if err != nil {
		return none, err
	}
	if f.Private && !who.Cleared {
		return none, plumbline.Errorf(plumbline.Denied, "%s is an amount: only people who are cleared for amounts estimate it.", f.Name)
	}
	q, err := order.OfBin(f, in.Text)
	if err != nil {
		return none, err
	}
	if err := order.OnScale(f, q); err != nil {
		return none, err
	}
	now := j.now()
	e := store.NewEstimate{Estimate: plumbline.Estimate{
		ID: store.NewID(), Item: it.ID, Factor: f.ID, Value: plumbline.Hide(q), Grade: cmp.Or(in.Grade, plumbline.Opinion),
		Source: strings.TrimSpace(in.Source), Observed: cmp.Or(in.Observed, now), By: who.Person, ByName: who.Name, At: now,
	}}
	if e.Round, err = roundOf(open, who, f.ID, in.Round); err != nil {
		return none, err
	}
	e.Held = e.Round != ""
	return e, e.Validate()
}

// roundOf is the open round that an estimate answers: the one that is named, else
// the oldest that asks who about the factor.
func roundOf(open []plumbline.Round, who plumbline.Actor, f plumbline.Factor, named string) (string, error) {
	for _, r := range open {
		if asks(r, who) && slices.Contains(r.Factors, f) && (named == "" || named == r.ID) {
			return r.ID, nil
		}
	}
	if named != "" {
		return "", plumbline.FieldError("round", "That round is not open, or does not ask you about this. Leave it out to estimate outside of rounds.")
	}
	return "", nil
}

// asks says whether a round asks somebody.
func asks(r plumbline.Round, who plumbline.Actor) bool {
	return len(r.People) == 0 && rights.May(who, rights.GiveEstimate) || who.Person != "" && slices.Contains(r.People, who.Person)
}

// noteEstimates appends that factors were estimated, and by nothing what was said.
func (j *Judge) noteEstimates(tx *store.Tx, who plumbline.Actor, it plumbline.Item, all []store.NewEstimate) error {
	data := map[string]any{}
	var names []string
	for _, e := range all {
		names = append(names, string(e.Factor))
		if e.Round != "" {
			data["round"] = e.Round
		}
	}
	data["changed"] = names
	return j.items.NoteFor(tx, who, it, "estimate given", "user", ledger.Narrower(it.Visibility, plumbline.InternalOnly), data)
}

// EstimateMany gives many estimates at once. What can be kept is, and the others
// say what is wrong with them.
func (j *Judge) EstimateMany(ctx context.Context, who plumbline.Actor, cells []CellInput) (out []CellResult, err error) {
	if err := rights.Need(who, rights.GiveEstimate); err != nil {
		return nil, err
	}
	err = j.db.Write(ctx, func(tx *store.Tx) error {
		var order []plumbline.Item
		var given map[plumbline.ItemID][]store.NewEstimate
		if out, order, given, err = j.weighCells(tx, who, cells); err != nil {
			return err
		}
		return j.keepCells(tx, who, order, given)
	})
	return out, err
}

// TryEstimates says what would become of many estimates, and keeps none.
func (j *Judge) TryEstimates(ctx context.Context, who plumbline.Actor, cells []CellInput) (out []CellResult, err error) {
	if err := rights.Need(who, rights.GiveEstimate); err != nil {
		return nil, err
	}
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		out, _, _, err = j.weighCells(tx, who, cells)
		return err
	})
	return out, err
}

// weighCells says of each cell what becomes of it, and gives what is to be kept by
// item, and the items in their order.
func (j *Judge) weighCells(tx *store.Tx, who plumbline.Actor, cells []CellInput) (out []CellResult, order []plumbline.Item, given map[plumbline.ItemID][]store.NewEstimate, err error) {
	if len(cells) > maxCells {
		return nil, nil, nil, plumbline.FieldError("cells", "At most %d estimates are given at once, not %d.", maxCells, len(cells))
	}
	items, rounds, err := j.itemsOf(tx, who, cells)
	if err != nil {
		return nil, nil, nil, err
	}
	p, err := j.order.Policy(tx)
	if err != nil {
		return nil, nil, nil, err
	}
	before, err := j.saidBefore(tx, who, cells, items)
	if err != nil {
		return nil, nil, nil, err
	}
	out, given = make([]CellResult, len(cells)), map[plumbline.ItemID][]store.NewEstimate{}
	for i, c := range cells {
		out[i] = CellResult{Key: c.Key, Factor: c.Factor}
		it, ok := items[c.Key]
		if !ok {
			out[i].Error = "There is no item " + string(c.Key) + ", or you may not see it."
			continue
		}
		e, err := j.estimate(p, who, it, rounds[it.ID], c.EstimateInput)
		if err != nil {
			out[i].Error = plumbline.TextOf(err)
			continue
		}
		if slices.ContainsFunc(given[it.ID], func(o store.NewEstimate) bool { return o.Factor == e.Factor }) {
			out[i].Error = "This cell was given twice; the first one is kept."
			continue
		}
		out[i].Text = textOf(p, e.Estimate)
		if was, ok := before[said{it.ID, e.Factor}]; ok {
			out[i].Was = textOf(p, was)
			if out[i].Same = out[i].Was == out[i].Text && was.Grade == e.Grade && was.Source == e.Source; out[i].Same {
				continue
			}
		}
		if given[it.ID] == nil {
			order = append(order, it)
		}
		given[it.ID] = append(given[it.ID], e)
	}
	return out, order, given, nil
}

// keepCells writes what is to be kept, with an event for each item.
func (j *Judge) keepCells(tx *store.Tx, who plumbline.Actor, order []plumbline.Item, given map[plumbline.ItemID][]store.NewEstimate) error {
	var all []store.NewEstimate
	for _, it := range order {
		all = append(all, given[it.ID]...)
	}
	if err := tx.InsertEstimates(all); err != nil {
		return err
	}
	for _, it := range order {
		if err := j.noteEstimates(tx, who, it, given[it.ID]); err != nil {
			return err
		}
	}
	return nil
}

// said is what an estimate is about.
type said struct {
	item   plumbline.ItemID
	factor plumbline.Factor
}

// saidBefore is what somebody says now of the factors of cells, if one of these is to
// be kept only when it differs.
func (j *Judge) saidBefore(tx *store.Tx, who plumbline.Actor, cells []CellInput, items map[plumbline.Key]plumbline.Item) (map[said]plumbline.Estimate, error) {
	out := map[said]plumbline.Estimate{}
	var ids []plumbline.ItemID
	for _, c := range cells {
		if it, ok := items[c.Key]; ok && c.UnlessSame && !slices.Contains(ids, it.ID) {
			ids = append(ids, it.ID)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	open, err := tx.Estimates(ids)
	if err != nil {
		return nil, err
	}
	held, err := tx.HeldBy(who.Person, ids)
	for _, all := range []map[plumbline.ItemID][]plumbline.Estimate{open, held} {
		for id, list := range all {
			for _, e := range list {
				if e.By == who.Person {
					out[said{id, e.Factor}] = e
				}
			}
		}
	}
	return out, err
}

// textOf is an estimate as its author would write it.
func textOf(p *rank.Policy, e plumbline.Estimate) string {
	f, err := order.FactorOf(p, e.Factor)
	return order.Text(e.Value.Keep(), err == nil && f.Share)
}

// itemsOf are the items that cells name and who may see, with the rounds that are
// open about them.
func (j *Judge) itemsOf(tx *store.Tx, who plumbline.Actor, cells []CellInput) (map[plumbline.Key]plumbline.Item, map[plumbline.ItemID][]plumbline.Round, error) {
	keys := make([]plumbline.Key, len(cells))
	for i, c := range cells {
		keys[i] = c.Key
	}
	items, err := j.seeing(tx, who, keys)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]plumbline.ItemID, 0, len(items))
	for _, it := range items {
		ids = append(ids, it.ID)
	}
	rounds, err := tx.OpenRounds(ids)
	return items, rounds, err
}

// seeing are the items with the keys that who may see, without their texts.
func (j *Judge) seeing(tx *store.Tx, who plumbline.Actor, keys []plumbline.Key) (map[plumbline.Key]plumbline.Item, error) {
	found, err := tx.IDsByKey(slices.Compact(slices.Sorted(slices.Values(keys))))
	if err != nil {
		return nil, err
	}
	ids := make([]plumbline.ItemID, 0, len(found))
	for _, id := range found {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	seen, err := tx.SeenAmong(who, ids)
	if err != nil {
		return nil, err
	}
	heads, err := tx.HeadsByID(ids)
	out := map[plumbline.Key]plumbline.Item{}
	for id, it := range heads {
		if seen[id] {
			out[it.Key] = it
		}
	}
	return out, err
}
