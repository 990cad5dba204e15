package order

import (
	"maps"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/rank"
	"plumbline/internal/shared"
	"plumbline/internal/store"
)

// maxPast is how many closed items are ranked again, the last that were closed.
const maxPast = 20_000

// Past is what is known of the items that a replay ranks: those that are open and
// were filed since a time, and those that were closed since then, each as it stood
// on the day it was closed.
func (k *Keeper) Past(tx *store.Tx, w *World, since plumbline.Time) (*World, error) {
	out := &World{Seq: w.Seq, reign: w.reign, accounts: w.accounts, currency: w.currency}
	var facts []*Fact
	for _, f := range w.Facts() {
		if f.Item.Created >= since {
			facts = append(facts, f)
		}
	}
	items, err := tx.ClosedSince(since, maxPast)
	if err != nil {
		return nil, err
	}
	items = ranked(items)
	ids := make([]plumbline.ItemID, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	estimates, err := tx.Estimates(ids)
	if err != nil {
		return nil, err
	}
	closed, err := k.facts(tx, w.reign, items, estimates)
	if err != nil {
		return nil, err
	}
	for _, f := range closed {
		facts = append(facts, f.asItStood(k.now()))
	}
	out.index(facts)
	return out, nil
}

// asItStood is a closed item as if the day on which it was closed were today: as old
// as it then was, with as much left of every clock.
func (f *Fact) asItStood(now plumbline.Time) *Fact {
	out, later := *f, now.Sub(f.Item.Closed)
	out.Item.Created, out.Item.Updated = f.Item.Created.Add(later), f.Item.Updated.Add(later)
	out.Events = nil
	for _, e := range f.Events {
		if e.At < f.Item.Closed {
			e.At = e.At.Add(later)
			out.Events = append(out.Events, e)
		}
	}
	out.Item.Fields = maps.Clone(f.Item.Fields)
	if day, err := time.Parse(time.DateOnly, f.Item.Fields["needed_by"]); err == nil {
		out.Item.Fields["needed_by"] = day.Add(later).Format(time.DateOnly)
	}
	out.Estimates = slices.Clone(f.Estimates)
	for i := range out.Estimates {
		out.Estimates[i].Observed = out.Estimates[i].Observed.Add(later)
	}
	return &out
}

// Both are the facts of a world ranked as if the one policy had always been in force,
// and as if the other had.
func (k *Keeper) Both(w *World, from, to *rank.Policy, model string) (a, b *rank.Table, err error) {
	if a, err = k.replay(w, from, model); err != nil {
		return a, b, err
	}
	b, err = k.replay(w, to, model)
	return a, b, err
}

func (k *Keeper) replay(w *World, p *rank.Policy, model string) (*rank.Table, error) {
	subjects := make([]*rank.Subject, w.facts.Len())
	for i, f := range w.Facts() {
		subjects[i] = w.subject(p, f)
		subjects[i].Born = nil
	}
	top := p.Top
	if top <= 0 {
		top = DefaultTop
	}
	return p.RankList(shared.Of(subjects), rank.Options{Model: model, Top: top, Seed: Seed, Now: k.now(), Order: rank.ByExpectation})
}
