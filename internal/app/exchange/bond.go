package exchange

import (
	"fmt"

	"plumbline"
	"plumbline/internal/store"
)

// bind connects items as they are connected there: each pair when the second of
// the two comes in, in the same transaction, so that a stopped import goes on
// where it stopped. What people take apart here stays apart.
func (r *run) bind(tx *store.Tx, b *batch) error {
	var names []string
	for _, w := range b.rows {
		if w.bound() {
			for _, o := range w.in.Carried.Bonds {
				names = append(names, string(o.Item))
			}
		}
	}
	if len(names) == 0 || r.in.DryRun {
		return nil
	}
	others, err := tx.Externals(r.in.Source, names)
	if err != nil {
		return err
	}
	if err := tx.TakeMergeTurn(); err != nil {
		return err
	}
	for _, w := range b.rows {
		if !w.bound() {
			continue
		}
		for _, o := range w.in.Carried.Bonds {
			other, ok := others[string(o.Item)]
			if !ok {
				continue // it comes later, or was not exported
			}
			if err := r.tie(tx, w, o, other); err != nil {
				return err
			}
		}
	}
	return nil
}

// bound says whether a row was taken in just now and is connected with others.
func (w *row) bound() bool { return w.here != "" && w.in.Carried != nil }

// tie makes one connection, unless it is there or would go round in a circle.
func (r *run) tie(tx *store.Tx, w *row, o plumbline.Bond, other store.External) error {
	from, to := w.here, other.Item
	if !o.From {
		from, to = to, from
	}
	rel := plumbline.Relation{Item: from, Kind: o.Kind, Other: to, By: w.people[r.handleOf(nameOr(string(o.By), o.ByName))], At: within(o.At, r.now(), r.now())}
	tied, why, err := false, "", error(nil)
	switch {
	case from == to:
		why = "an item is not connected with itself"
	case o.Kind == plumbline.Merging:
		tied, why, err = r.merge(tx, rel, o)
	case o.Kind.Valid():
		tied, why, err = relate(tx, rel.Ordered())
	default:
		why = fmt.Sprintf("%q is no relation", o.Kind)
	}
	if err != nil {
		return err
	}
	if why != "" {
		w.remark("%s: %s", other.Key, why)
		w.done(w.report.Outcome, w.report.Key)
	}
	if tied && w.report.Outcome == plumbline.RowSame {
		w.remark("relations")
		w.done(plumbline.RowChanged, w.report.Key)
	}
	return nil
}

const circle = "that would go round in a circle"

// relate records a relation.
func relate(tx *store.Tx, rel plumbline.Relation) (tied bool, why string, err error) {
	if rel.Kind != plumbline.Relates {
		round, err := tx.Leads(rel.Kind, rel.Other, rel.Item)
		if err != nil || round {
			return false, circle, err
		}
	}
	if rel.Kind == plumbline.ParentOf {
		parent, ok, err := tx.Parent(rel.Other)
		if err != nil || ok && parent != rel.Item {
			return false, "an item has one parent at most", err
		}
	}
	tied, err = tx.Relate(rel)
	return tied, "", err
}

// merge records that an item was merged into another there.
func (r *run) merge(tx *store.Tx, rel plumbline.Relation, o plumbline.Bond) (tied bool, why string, err error) {
	two, err := tx.ItemsByID([]plumbline.ItemID{rel.Item, rel.Other})
	if err != nil {
		return false, "", err
	}
	it, into := two[rel.Item], two[rel.Other]
	if it.Merged != "" {
		return false, "", nil
	}
	chain, err := tx.MergedInto(into.ID)
	if err != nil {
		return false, "", err
	}
	for _, m := range chain {
		if m.ID == it.ID {
			return false, circle, nil
		}
	}
	m := store.Merge{Item: it.ID, Target: into.ID, State: o.State, Closed: o.Closed, By: rel.By, ByName: nameOf(o.ByName, ""), At: rel.At}
	was := it.Version
	it.Merged = into.Key
	it.Version++
	if err := tx.UpdateItem(it, was); err != nil {
		return false, "", err
	}
	if err := tx.InsertMerge(m); err != nil {
		return false, "", err
	}
	return true, "", r.note(tx, it, "item imported again", map[string]any{"changed": []string{"merged into " + string(into.Key)}, "source": r.in.Source})
}
