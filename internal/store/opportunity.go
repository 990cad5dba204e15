package store

import "plumbline"

// OpportunityItem is an item that an opportunity wants or wanted.
type OpportunityItem struct {
	Opportunity string
	Item        plumbline.ItemID
	Demand      string                 // that stands for it; empty: it was taken back
	Promise     plumbline.ConstraintID // the limit of what was promised; empty: none
}

// OpportunityItems is what the opportunities want, by opportunity, in order of the items.
func (tx *Tx) OpportunityItems(opportunities []string) (map[string][]OpportunityItem, error) {
	found, err := byMany(tx, func(r row) (o OpportunityItem, err error) {
		err = r.Scan(&o.Opportunity, &o.Item, &o.Demand, &o.Promise)
		return o, err
	}, opportunities, func(in string) string {
		return `select opportunity, item, demand, promise from opportunity_items where opportunity in ` + in + ` order by opportunity, item`
	})
	return grouped(found, func(o OpportunityItem) string { return o.Opportunity }, itself), err
}

// PutOpportunityItem writes what an opportunity wants of an item.
func (tx *Tx) PutOpportunityItem(o OpportunityItem) error {
	_, err := tx.exec(`
		insert into opportunity_items (opportunity, item, demand, promise) values ($1, $2, $3, $4)
		on conflict (opportunity, item) do update set demand = excluded.demand, promise = excluded.promise`, o.Opportunity, o.Item, o.Demand, o.Promise)
	return err
}
