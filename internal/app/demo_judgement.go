package app

import (
	"encoding/json"
	"maps"
	"slices"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/demo"
	"plumbline/internal/store"
)

// loadJudgement writes what the demo's people think, with an event for each.
func (a *App) loadJudgement(tx *store.Tx, org demo.Organisation) error {
	j := org.Judgement
	ids := map[plumbline.ItemID]bool{}
	for _, e := range j.Estimates {
		ids[e.Item] = true
	}
	for _, r := range j.Rounds {
		for _, id := range r.Items {
			ids[id] = true
		}
	}
	items, err := tx.HeadsByID(slices.Sorted(maps.Keys(ids)))
	if err != nil {
		return err
	}
	for _, e := range j.Estimates {
		if err := a.loadEstimate(tx, items[e.Item], store.NewEstimate{Estimate: e}); err != nil {
			return err
		}
	}
	for _, r := range j.Rounds {
		if err := a.loadRound(tx, items, r); err != nil {
			return err
		}
	}
	return a.loadRecord(tx, org, items)
}

func judged(it plumbline.Item, typ string, at plumbline.Time, by plumbline.PersonID, name string, data map[string]any) (plumbline.Event, error) {
	raw, err := json.Marshal(data)
	return plumbline.Event{
		At: at, Type: typ, Item: it.ID, Key: it.Key, Actor: by, By: name, Via: "demo", Cause: "user", Seen: ledger.Narrower(it.Visibility, plumbline.InternalOnly), Data: raw,
	}, err
}

func (a *App) loadEstimate(tx *store.Tx, it plumbline.Item, e store.NewEstimate) error {
	if err := tx.InsertEstimates([]store.NewEstimate{e}); err != nil {
		return err
	}
	event, err := judged(it, "estimate given", e.At, e.By, e.ByName, map[string]any{"changed": []string{string(e.Factor)}})
	if err != nil {
		return err
	}
	return tx.Append(event)
}

func (a *App) loadRound(tx *store.Tx, items map[plumbline.ItemID]plumbline.Item, r demo.JudgedRound) error {
	if err := tx.InsertRound(r.Round, r.Items); err != nil {
		return err
	}
	for _, id := range r.Items {
		event, err := judged(items[id], "round opened", r.At, r.By, r.ByName, map[string]any{"round": r.ID, "title": r.Title, "changed": r.Factors})
		if err != nil {
			return err
		}
		if err := tx.Append(event); err != nil {
			return err
		}
	}
	for _, e := range r.Answers {
		if err := a.loadEstimate(tx, items[e.Item], store.NewEstimate{Estimate: e, Held: true}); err != nil {
			return err
		}
	}
	if r.Closed.IsZero() {
		return nil
	}
	return tx.ReleaseRound(r.ID, r.Closed)
}

// loadRecord writes comparisons, what came of estimates, what reach is counted in
// and which policy was in force.
func (a *App) loadRecord(tx *store.Tx, org demo.Organisation, items map[plumbline.ItemID]plumbline.Item) error {
	j, first := org.Judgement, org.People[0]
	keys, pairs := map[plumbline.Key]plumbline.ItemID{}, make([]plumbline.Comparison, len(j.Comparisons))
	for id, it := range items {
		keys[it.Key] = id
	}
	for i, c := range j.Comparisons {
		pairs[i] = plumbline.Comparison{ID: store.NewID(), A: items[c.A].Key, B: items[c.B].Key, Winner: items[c.Winner].Key, By: c.By, At: c.At}
	}
	if err := tx.InsertComparisons(pairs, keys); err != nil {
		return err
	}
	for _, r := range j.Realities {
		if err := tx.PutReality(r); err != nil {
			return err
		}
		event, err := judged(items[r.Item], "factor resolved", r.At, r.By, r.ByName, map[string]any{"changed": []string{string(r.Factor)}})
		if err != nil {
			return err
		}
		if err := tx.Append(event); err != nil {
			return err
		}
	}
	for _, u := range j.Reaches {
		if err := tx.PutReachUnit(u); err != nil {
			return err
		}
	}
	for _, u := range []store.PolicyUse{{At: first.Created, Version: j.Before}, {At: j.From, Version: j.After}} {
		u.By, u.ByName = first.ID, first.Name
		if err := tx.UsePolicy(u); err != nil {
			return err
		}
		data, err := json.Marshal(map[string]string{"detail": u.Version})
		if err != nil {
			return err
		}
		if err := tx.Append(plumbline.Event{At: u.At, Type: "policy used", Actor: u.By, By: u.ByName, Via: "demo", Cause: "user", Seen: plumbline.Confidential, Data: data}); err != nil {
			return err
		}
	}
	return nil
}
