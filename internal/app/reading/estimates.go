package reading

import (
	"slices"

	"plumbline"
	"plumbline/internal/app/order"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// estimates are those that the reader may read, with their values: amounts only by
// the cleared, and of factors that an open round asks about only what the reader
// said. A factor that the policy in force does not know counts as an amount.
func (a *Reader) estimates(tx *store.Tx, who plumbline.Actor, ids []plumbline.ItemID, all map[plumbline.ItemID][]plumbline.Estimate) (map[plumbline.ItemID][]plumbline.CarriedEstimate, error) {
	policy, err := a.policies.Policy(tx)
	if err != nil {
		return nil, err
	}
	rounds, err := tx.OpenRounds(ids)
	if err != nil {
		return nil, err
	}
	out := map[plumbline.ItemID][]plumbline.CarriedEstimate{}
	for id, list := range all {
		for _, e := range list {
			f, err := order.FactorOf(policy, e.Factor)
			private := err != nil || f.Private
			blind := slices.ContainsFunc(rounds[id], func(r plumbline.Round) bool { return slices.Contains(r.Factors, e.Factor) })
			mine := e.By == who.Person && who.Person != ""
			if private && !who.Cleared || !mine && (blind || !rights.May(who, rights.ReadEstimates)) {
				continue
			}
			out[id] = append(out[id], plumbline.CarriedEstimate{
				ID: e.ID, Factor: e.Factor, Value: e.Value.Keep(), Grade: e.Grade, Source: e.Source, Observed: e.Observed,
				By: e.By, ByName: e.ByName, At: e.At, Ended: e.Ended, Invented: e.Invented,
			})
		}
	}
	return out, nil
}

// reachUnits is what the reach of products is counted in.
func reachUnits(tx *store.Tx) (map[plumbline.ProductRef]*plumbline.ReachUnit, error) {
	all, err := tx.ReachUnits()
	out := make(map[plumbline.ProductRef]*plumbline.ReachUnit, len(all))
	for i, u := range all {
		out[u.Product] = &all[i]
	}
	return out, err
}
