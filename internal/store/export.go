package store

import "plumbline"

// Parts is what hangs on some items, by item.
type Parts struct {
	Demands   map[plumbline.ItemID][]plumbline.Demand   // oldest first
	Evidence  map[plumbline.ItemID][]plumbline.Evidence // oldest first
	Decisions map[plumbline.ItemID][]plumbline.Decision // oldest first
	Comments  map[plumbline.ItemID][]plumbline.Comment  // oldest first
	History   map[plumbline.ItemID][]plumbline.Event    // all of it, oldest first
}

// Parts reads what hangs on items, in five statements for every 500 of them. It
// does not ask who reads.
func (tx *Tx) Parts(ids []plumbline.ItemID) (p Parts, err error) {
	in := func(table, columns, order string) func(string) string {
		return func(in string) string {
			return `select ` + columns + ` from ` + table + ` where item in ` + in + ` order by item, ` + order
		}
	}
	demands, err := byMany(tx, scanDemand, ids, in("demands", demandColumns, "at, id"))
	if err != nil {
		return p, err
	}
	evidence, err := byMany(tx, scanEvidence, ids, in("evidence", evidenceColumns, "at, id"))
	if err != nil {
		return p, err
	}
	decisions, err := byMany(tx, scanDecision, ids, in("decisions d", decisionColumns, "at, id"))
	if err != nil {
		return p, err
	}
	comments, err := tx.CommentsOf(ids)
	if err != nil {
		return p, err
	}
	events, err := byMany(tx, scanEvent, ids, in("events e", eventColumns, "seq"))
	p.Comments = comments
	p.Demands = grouped(demands, func(d plumbline.Demand) plumbline.ItemID { return d.Item })
	p.Evidence = grouped(evidence, func(e plumbline.Evidence) plumbline.ItemID { return e.Item })
	p.Decisions = grouped(decisions, func(d plumbline.Decision) plumbline.ItemID { return d.Item })
	p.History = grouped(events, func(e plumbline.Event) plumbline.ItemID { return e.Item })
	return p, err
}

// CommentsOf are the comments on items, oldest first.
func (tx *Tx) CommentsOf(ids []plumbline.ItemID) (map[plumbline.ItemID][]plumbline.Comment, error) {
	all, err := byMany(tx, scanComment, ids, func(in string) string {
		return `select ` + commentColumns + ` from comments where item in ` + in + ` order by item, at, id`
	})
	return grouped(all, func(c plumbline.Comment) plumbline.ItemID { return c.Item }), err
}

func grouped[T any](all []T, by func(T) plumbline.ItemID) map[plumbline.ItemID][]T {
	out := map[plumbline.ItemID][]T{}
	for _, v := range all {
		out[by(v)] = append(out[by(v)], v)
	}
	return out
}
