package store

import (
	"maps"
	"slices"

	"plumbline"
)

// Parts is what hangs on some items, by item.
type Parts struct {
	Demands   map[plumbline.ItemID][]plumbline.Demand   // oldest first
	Evidence  map[plumbline.ItemID][]plumbline.Evidence // oldest first
	Decisions map[plumbline.ItemID][]plumbline.Decision // oldest first
	Estimates map[plumbline.ItemID][]plumbline.Estimate // all that was said, oldest first, without what open rounds hold
	Comments  map[plumbline.ItemID][]plumbline.Comment  // oldest first
	History   map[plumbline.ItemID][]plumbline.Event    // all of it, oldest first
	Votes     map[plumbline.ItemID][]Voter              // of the item itself, oldest first
	Followers map[plumbline.ItemID][]Voter              // of the item itself, by name; without a time
}

// Parts reads what hangs on items, in eight statements for every 500 of them. It
// does not ask who reads.
func (tx *Tx) Parts(ids []plumbline.ItemID) (p Parts, err error) {
	if p.Demands, err = tx.DemandsOf(ids); err != nil {
		return p, err
	}
	evidence, err := byMany(tx, scanEvidence, ids, hanging("evidence", evidenceColumns, "at, id"))
	if err != nil {
		return p, err
	}
	p.Evidence = grouped(evidence, func(e plumbline.Evidence) plumbline.ItemID { return e.Item }, itself)
	decisions, err := byMany(tx, scanDecision, ids, hanging("decisions d", decisionColumns, "at, id"))
	if err != nil {
		return p, err
	}
	p.Decisions = grouped(decisions, ofDecision, itself)
	if p.Estimates, err = tx.EstimatesOf(ids); err != nil {
		return p, err
	}
	if p.Comments, err = tx.CommentsOf(ids); err != nil {
		return p, err
	}
	events, err := byMany(tx, scanEvent, ids, hanging("events e", eventColumns, "seq"))
	if err != nil {
		return p, err
	}
	p.History = grouped(events, func(e plumbline.Event) plumbline.ItemID { return e.Item }, itself)
	if p.Votes, err = tx.named(ids, "votes", "v.at"); err != nil {
		return p, err
	}
	p.Followers, err = tx.named(ids, "watchers", "0")
	return p, err
}

// hanging reads the rows of a table that hang on some items, each item's in order.
func hanging(table, columns, order string) func(in string) string {
	return func(in string) string {
		return `select ` + columns + ` from ` + table + ` where item in ` + in + ` order by item, ` + order
	}
}

func ofDecision(d plumbline.Decision) plumbline.ItemID { return d.Item }

// DemandsOf are the demands for items, oldest first.
func (tx *Tx) DemandsOf(ids []plumbline.ItemID) (map[plumbline.ItemID][]plumbline.Demand, error) {
	all, err := byMany(tx, scanDemand, ids, hanging("demands", demandColumns, "at, id"))
	return grouped(all, func(d plumbline.Demand) plumbline.ItemID { return d.Item }, itself), err
}

// CommentsOf are the comments on items, oldest first.
func (tx *Tx) CommentsOf(ids []plumbline.ItemID) (map[plumbline.ItemID][]plumbline.Comment, error) {
	all, err := byMany(tx, scanComment, ids, hanging("comments", commentColumns, "at, id"))
	return grouped(all, func(c plumbline.Comment) plumbline.ItemID { return c.Item }, itself), err
}

// CurrentDecisions are the decisions that hold of items.
func (tx *Tx) CurrentDecisions(ids []plumbline.ItemID) (map[plumbline.ItemID]plumbline.Decision, error) {
	all, err := byMany(tx, scanDecision, ids, func(in string) string {
		return `select ` + decisionColumns + ` from decisions d where d.item in ` + in + ` and d.ended = 0`
	})
	return keyed(all, ofDecision, itself), err
}

// Redirections are where each of the items went last.
func (tx *Tx) Redirections(ids []plumbline.ItemID) (map[plumbline.ItemID]plumbline.Redirection, error) {
	all, err := byMany(tx, scanRedirection, ids, hanging("redirections", redirectionColumns, "at, id"))
	return keyed(all, func(r plumbline.Redirection) plumbline.ItemID { return r.Item }, itself), err
}

// WatchersOf are the people who watch the items.
func (tx *Tx) WatchersOf(ids []plumbline.ItemID) (map[plumbline.ItemID][]plumbline.PersonID, error) {
	all, err := byMany(tx, scanPair[plumbline.ItemID, plumbline.PersonID], ids, func(in string) string {
		return `select i.id, w.person from items i join watchers w on w.item = i.n where i.id in ` + in + ` order by w.person`
	})
	return grouped(all, keyOf, valueOf), err
}

// MutesOf are the people who want to hear nothing of the items.
func (tx *Tx) MutesOf(ids []plumbline.ItemID) (map[plumbline.ItemID][]plumbline.PersonID, error) {
	all, err := byMany(tx, scanPair[plumbline.ItemID, plumbline.PersonID], ids, func(in string) string {
		return `select item, person from mutes where item in ` + in
	})
	return grouped(all, keyOf, valueOf), err
}

// Voted says which of the items have the person's vote themselves.
func (tx *Tx) Voted(ids []plumbline.ItemID, p plumbline.PersonID) (map[plumbline.ItemID]bool, error) {
	if p == "" {
		return nil, nil
	}
	found, err := byMany(tx, column[plumbline.ItemID], ids, func(in string) string {
		return `select i.id from items i join votes v on v.item = i.n where v.person = $1 and i.id in ` + in
	}, p)
	return keyed(found, itself, func(plumbline.ItemID) bool { return true }), err
}

// AccountDemands are the demands of accounts for items and for what was merged into
// them. It takes two statements for every 500 of them.
func (tx *Tx) AccountDemands(ids []plumbline.ItemID) (map[plumbline.ItemID][]plumbline.Demand, error) {
	under, err := tx.Under(ids)
	if err != nil {
		return nil, err
	}
	family := slices.AppendSeq(slices.Clone(ids), maps.Keys(under))
	all, err := byMany(tx, scanDemand, family, func(in string) string {
		return `select ` + demandColumns + ` from demands where account <> '' and item in ` + in + ` order by at, id`
	})
	return grouped(all, func(d plumbline.Demand) plumbline.ItemID {
		if root, joined := under[d.Item]; joined {
			return root
		}
		return d.Item
	}, itself), err
}
