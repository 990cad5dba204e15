package accounts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/format/opportunitycsv"
	"plumbline/internal/store"
)

// wishes are what an opportunity wants now, each item once; one that is lost wants
// nothing. The notes say what of it has no consequence yet.
func (s *sales) wishes(row opportunitycsv.Row, account plumbline.AccountRef) (out []wish, notes []string, skip string) {
	if row.End == opportunitycsv.Lost {
		return nil, nil, ""
	}
	for _, key := range row.Items {
		it, ok := s.items[key]
		if !ok {
			return nil, nil, "there is no item " + string(key) + " here"
		}
		if slices.ContainsFunc(out, func(w wish) bool { return w.item.ID == it.ID }) {
			continue // two keys of what was merged
		}
		w := wish{item: it, demand: demandOf(row, account, it.ID)}
		if row.End == opportunitycsv.Won && row.Promised != 0 {
			promise, why := s.promise(it, row.Promised)
			if w.promise = promise; why != "" {
				notes = append(notes, why)
			}
		}
		if !it.Open() {
			notes = append(notes, string(it.Key)+" is closed already")
		}
		out = append(out, w)
	}
	if row.End == opportunitycsv.Going && row.Promised != 0 {
		notes = append(notes, "what is promised counts once it is won")
	}
	if row.Worth.Currency == "" && len(out) > 0 {
		notes = append(notes, "its amount is not known: it weighs what the account pays")
	}
	return out, notes, ""
}

// demandOf is the demand that an opportunity is. One that is closed says so in its stage
// whatever words that has, since it weighs nothing any more.
func demandOf(row opportunitycsv.Row, account plumbline.AccountRef, item plumbline.ItemID) plumbline.Demand {
	stage := row.Stage
	if row.End == opportunitycsv.Won && !strings.Contains(strings.ToLower(stage), "closed") {
		stage = strings.TrimSpace(stage + " (closed, won)")
	}
	return plumbline.Demand{
		Item: item, Account: account, Strength: row.Strength, Points: row.Points, Worth: plumbline.Hide(row.Worth), Seats: plumbline.Hide(row.Seats),
		Stage: plumbline.Hide(stage), Probability: plumbline.Hide(row.Chance), Close: plumbline.Hide(row.Closes), Note: plumbline.Hide(row.Name),
	}
}

// promise is the limit of a day that was promised for an item, or why there is none. The
// work for it began when the item was filed, and a day at least before it is due.
func (s *sales) promise(it plumbline.Item, due plumbline.Time) (c plumbline.Constraint, why string) {
	p, ok := s.products[it.Product]
	if !ok {
		return c, fmt.Sprintf("%s is about no product, so its promise is no limit of one: give it a product and import this again", it.Key)
	}
	return plumbline.Constraint{
		Name: "Promised to a customer: " + string(it.Key), Kind: plumbline.Commitment, Scope: plumbline.Scope{Kind: p.Kind, Ref: string(p.Ref)},
		Opened: min(it.Created, due.Add(-24*time.Hour)), Due: due, Hard: true, Owner: s.who.Person, Source: "a promise to a customer",
	}, ""
}

// put writes what an opportunity wants of an item now, and says whether that is
// different.
func (s *sales) put(o store.OpportunityItem, w wish) (bool, error) {
	was := o
	if err := s.demand(&o, w); err != nil {
		return true, err
	}
	moved, err := s.promised(&o, w)
	if err != nil || !moved && o == was {
		return moved, err
	}
	if !s.tx.Writes() {
		return true, nil
	}
	return true, s.tx.PutOpportunityItem(o)
}

// demand records what is wanted, if that is not recorded so already.
func (s *sales) demand(o *store.OpportunityItem, w wish) error {
	old, there := s.demands[o.Demand]
	d := w.demand
	d.ID, d.By, d.At, d.Invented = old.ID, old.By, old.At, old.Invented
	if there && d == old {
		return nil
	}
	d.ID, d.By, d.At, d.Invented = store.NewID(), s.who.Person, s.r.now(), false
	o.Demand = d.ID
	if !s.tx.Writes() {
		return nil
	}
	typ := "demand recorded"
	if there {
		typ = "demand changed"
		if err := s.tx.DeleteDemand(old.ID); err != nil {
			return err
		}
	}
	if err := s.tx.InsertDemand(d); err != nil {
		return err
	}
	return s.r.items.Note(s.tx, s.who, w.item, typ, "user", map[string]any{"demand": d.ID, "points": d.Points})
}

// nothing is why a promise ends. Everybody reads it: what became of the sale stands in no
// event.
const nothing = "Nothing is promised any more."

// promised makes a promise a limit that its item mends, moves its day, or ends it, and
// says whether it did. The id of a limit tells nothing of the opportunity.
func (s *sales) promised(o *store.OpportunityItem, w wish) (bool, error) {
	old, there := s.limits[o.Promise]
	c := w.promise
	switch {
	case !there && c.Kind == "", there && c.Kind != "" && old.Scope == c.Scope && old.Due == c.Due:
		return false, nil
	case !s.tx.Writes():
		return true, nil
	case there && old.Scope != c.Scope:
		why := nothing
		if c.Kind != "" {
			why = "The item is about another product now."
		}
		if err := s.r.limits.EndConstraint(s.tx, s.who, o.Promise, why); err != nil {
			return true, err
		}
		o.Promise, there = "", false
	}
	if c.Kind == "" {
		return true, nil
	}
	if !there {
		id := store.NewID()
		o.Promise = plumbline.ConstraintID("promise-" + strings.ToLower(string(w.item.Key)) + "-" + id[len(id)-8:])
	}
	c.ID = o.Promise
	if err := s.r.limits.KeepConstraint(s.tx, s.who, c); err != nil || there {
		return true, err
	}
	return true, s.r.limits.Tie(s.tx, s.who, o.Promise, w.item)
}

// withdraw takes back what an opportunity wants no more, and says whether there was
// anything.
func (s *sales) withdraw(o store.OpportunityItem) (bool, error) {
	if o.Demand == "" && o.Promise == "" {
		return false, nil
	}
	if !s.tx.Writes() {
		return true, nil
	}
	if d, ok := s.demands[o.Demand]; ok {
		if err := s.tx.DeleteDemand(d.ID); err != nil {
			return true, err
		}
		if err := s.r.items.Note(s.tx, s.who, s.byID[o.Item], "demand withdrawn", "user", map[string]string{"demand": d.ID}); err != nil {
			return true, err
		}
	}
	if o.Promise != "" {
		if err := s.r.limits.EndConstraint(s.tx, s.who, o.Promise, nothing); err != nil {
			return true, err
		}
	}
	o.Demand, o.Promise = "", ""
	return true, s.tx.PutOpportunityItem(o)
}
