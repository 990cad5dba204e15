package app

import (
	"context"
	"encoding/json"
	"fmt"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rota"
	"plumbline/internal/demo"
	"plumbline/internal/store"
)

// LoadDemo fills an empty database with the demo organisation; on one that has
// items it does nothing. The items' histories are real and keep their own times.
func (a *App) LoadDemo(ctx context.Context) error {
	empty := false
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		seq, err := tx.LastSeq()
		empty = seq == 0
		return err
	})
	if err != nil || !empty {
		return err
	}
	org, _, err := demo.LoadAt(a.now())
	if err != nil {
		return err
	}
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		if err := a.loadCatalog(tx, org); err != nil {
			return err
		}
		for i := range org.Items {
			if err := a.loadItem(tx, &org.Items[i]); err != nil {
				return err
			}
		}
		if err := a.loadViews(tx, org); err != nil {
			return err
		}
		if err := a.loadJudgement(tx, org); err != nil {
			return err
		}
		if err := a.loadEstate(tx, org); err != nil {
			return err
		}
		if err := a.loadControls(tx, org); err != nil {
			return err
		}
		if err := a.loadObjectives(tx, org); err != nil {
			return err
		}
		return a.loadRotation(tx, org)
	})
	if err != nil {
		return err
	}
	for _, load := range []func() error{
		func() error { return a.loadSpending(ctx, org.People[0]) },
		func() error { return a.loadFindings(ctx, org) },
		func() error { return a.loadIncidents(ctx, org.People[0]) },
		func() error { return a.loadLimits(ctx, org) },
		func() error { return a.loadCapacity(ctx, org) },
		func() error { return a.loadPlan(ctx, org.People[0]) },
		func() error { return a.loadForecasts(ctx, org.People[0]) },
	} {
		if err := load(); err != nil {
			return err
		}
	}
	return nil
}

// loadControls says how the controls of one product stand.
func (a *App) loadControls(tx *store.Tx, org demo.Organisation) error {
	first := org.People[0]
	return a.FillDemoControls(tx, plumbline.Actor{Person: first.ID, Name: first.Name, Role: first.Role, Via: "demo"}, demo.ControlledProduct, demo.Controls())
}

// loadRotation lets those who judge requests take turns on triage, from this week
// on.
func (a *App) loadRotation(tx *store.Tx, org demo.Organisation) error {
	rot := demo.Rotation(org, a.now())
	if err := rota.Keep(tx, rot); err != nil {
		return err
	}
	raw, err := json.Marshal(map[string]any{"order": rot.Order})
	if err != nil {
		return err
	}
	first := org.People[0]
	return tx.Append(plumbline.Event{At: org.AsOf, Type: "rotation changed", Actor: first.ID, By: first.Name, Via: "demo", Cause: "user", Seen: plumbline.Confidential, Data: raw})
}

// loadViews shares the views of the product manager, who comes first.
func (a *App) loadViews(tx *store.Tx, org demo.Organisation) error {
	for _, v := range demo.Views(org) {
		if err := tx.InsertView(v); err != nil {
			return err
		}
		raw, err := json.Marshal(map[string]any{"view": v.ID, "shared": v.Shared, "name": v.Name})
		if err != nil {
			return err
		}
		e := plumbline.Event{At: v.Created, Type: "view saved", Actor: v.Owner, By: org.People[0].Name, Via: "demo", Cause: "user", Seen: plumbline.InternalOnly, Data: raw}
		if err := tx.Append(e); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) loadCatalog(tx *store.Tx, org demo.Organisation) error {
	for _, t := range org.Teams {
		if _, err := tx.PutTeam(t); err != nil {
			return err
		}
	}
	for _, p := range org.Products {
		if _, err := tx.PutProduct(p); err != nil {
			return err
		}
	}
	for _, p := range org.People {
		if err := tx.InsertPerson(p); err != nil {
			return err
		}
	}
	for _, acc := range org.Accounts {
		if _, err := tx.PutAccount(acc); err != nil {
			return err
		}
	}
	return nil
}

// loadItem writes one item with its history, which keeps its own times.
func (a *App) loadItem(tx *store.Tx, in *demo.Item) error {
	def, err := a.Process(in.Item.Process)
	if err != nil {
		return err
	}
	n, err := tx.NextNumber(def.Prefix)
	if err != nil {
		return err
	}
	it := in.Item
	it.Key = plumbline.Key(fmt.Sprintf("%s-%d", def.Prefix, n))
	if err := it.Validate(); err != nil {
		return fmt.Errorf("%s %q: %w", it.Key, it.Title, err)
	}
	if err := tx.InsertItem(it); err != nil {
		return err
	}
	for _, s := range in.History {
		if err := tx.Append(demoEvent(it, s)); err != nil {
			return err
		}
	}
	return a.loadParts(tx, it, in)
}

// demoEvent is a step of the real history as an event.
func demoEvent(it plumbline.Item, s demo.Step) plumbline.Event {
	typ := map[demo.What]string{
		demo.Filed: "item filed", demo.Moved: "item moved", demo.Retargeted: "item retargeted", demo.Staged: "item restaged", demo.Rehomed: "owner changed",
	}[s.What]
	data := map[string]any{"from": s.From, "to": s.To}
	if s.What == demo.Filed {
		data = map[string]any{"title": it.Title, "to": s.To}
	}
	raw, err := json.Marshal(data)
	if err != nil {
		raw = nil
	}
	return plumbline.Event{
		At: s.At, Type: typ, Item: it.ID, Key: it.Key, Actor: s.Actor, By: s.By, Via: "demo", Cause: s.Source, Seen: it.Visibility, Data: raw,
	}
}

// loadParts writes what belongs to an item, with an event for each.
func (a *App) loadParts(tx *store.Tx, it plumbline.Item, in *demo.Item) error {
	add := func(at plumbline.Time, typ string, by plumbline.PersonID, seen plumbline.Visibility, data any) error {
		raw, err := json.Marshal(data)
		if err != nil {
			return err
		}
		names, err := tx.Names([]plumbline.PersonID{by})
		if err != nil {
			return err
		}
		return tx.Append(plumbline.Event{At: at, Type: typ, Item: it.ID, Key: it.Key, Actor: by, By: names[by], Via: "demo", Seen: ledger.Narrower(it.Visibility, seen), Data: raw})
	}
	for _, d := range in.Demands {
		if err := tx.InsertDemand(d); err != nil {
			return err
		}
		if err := add(d.At, "demand recorded", d.By, plumbline.Public, map[string]any{"points": d.Points, "team": d.Team}); err != nil {
			return err
		}
	}
	for _, e := range in.Evidence {
		if err := tx.InsertEvidence(e); err != nil {
			return err
		}
		if err := add(e.At, "evidence attached", e.By, shownTo(e.Internal), map[string]any{"grade": e.Grade}); err != nil {
			return err
		}
	}
	for _, c := range in.Comments {
		if err := tx.InsertComment(c); err != nil {
			return err
		}
		if err := add(c.At, "comment added", c.By, shownTo(c.Internal), map[string]any{"comment": c.ID, "internal": c.Internal}); err != nil {
			return err
		}
	}
	if d := in.Decision; d != nil {
		if err := tx.InsertDecision(*d); err != nil {
			return err
		}
		if err := add(d.At, "item decided", d.By, plumbline.Public, map[string]any{"outcome": d.Outcome, "sentence": d.Sentence, "reopen": d.Reopen}); err != nil {
			return err
		}
	}
	for _, p := range in.Watchers {
		if _, err := tx.Watch(it.ID, p); err != nil {
			return err
		}
	}
	return nil
}

func shownTo(internal bool) plumbline.Visibility {
	if internal {
		return plumbline.InternalOnly
	}
	return plumbline.Public
}
