// Package findings keeps what is wrong with products: vulnerabilities in the
// packages that they are made of, and what was found out about each.
//
// It owns these nouns. A finding is one vulnerability in one package of one
// product, however many scanners tell of it and under however many names. A
// stream is a series of scans, of which the newest says what is still there. A
// judgement is a verdict about a finding, by a person or by a file (VEX). A clock
// is a date by one of the presets that the organisation has chosen; the earliest
// counts.
//
// Laws: as in package app. A finding keeps the time of its first detection
// through every rescan. What a scan does not tell of any more is marked and its
// clock runs on: only a verdict stops it. Nothing is deleted. What a file takes in
// changes the standing of constraints in the same transaction.
package findings

import (
	"encoding/json"

	"plumbline"
	"plumbline/internal/limit"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// chunk is how many rows one transaction takes in.
const chunk = 1000

// presetsSetting is the name under which the chosen presets are kept.
const presetsSetting = "finding deadlines"

// Constraints is what the room about constraints does for this one.
type Constraints interface {
	Refresh(tx *store.Tx, who plumbline.Actor, kind plumbline.ConstraintKind, scopes ...plumbline.Scope) error
	Members(tx *store.Tx, s plumbline.Scope) ([]plumbline.Scope, error)
}

// Warden is the use cases about findings over one database.
type Warden struct {
	db     *store.DB
	limits Constraints
	now    func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, limits Constraints, now func() plumbline.Time) *Warden {
	return &Warden{db: db, limits: limits, now: now}
}

// presets are the presets of deadlines that the organisation has chosen.
func presets(tx *store.Tx) ([]string, error) {
	text, ok, err := tx.Setting(presetsSetting)
	if err != nil || !ok {
		return []string{limit.BySeverity, limit.ByKEV}, err
	}
	var out []string
	return out, json.Unmarshal([]byte(text), &out)
}

// refresh judges the constraints again that findings of the products bear on.
func (w *Warden) refresh(tx *store.Tx, who plumbline.Actor, products map[plumbline.ProductRef]bool) error {
	var scopes []plumbline.Scope
	for p := range products {
		scopes = append(scopes, plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: string(p)})
	}
	if len(scopes) == 0 {
		return nil
	}
	sorted.By(scopes, func(a, b plumbline.Scope) int {
		if a.Ref < b.Ref {
			return -1
		}
		return 1
	})
	return w.limits.Refresh(tx, who, plumbline.Security, scopes...)
}

// note appends an event; findings are no public matter.
func (w *Warden) note(tx *store.Tx, who plumbline.Actor, typ string, said map[string]any) error {
	data, err := json.Marshal(said)
	if err != nil {
		return err
	}
	return tx.Append(plumbline.Event{At: w.now(), Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: plumbline.InternalOnly, Data: data})
}

// FeedFindings tells what the findings say about a constraint: one observation for
// each, and one for the newest scan of each stream.
func (w *Warden) FeedFindings(tx *store.Tx, c plumbline.Constraint) ([]plumbline.Observation, error) {
	members, err := w.limits.Members(tx, c.Scope)
	if err != nil {
		return nil, err
	}
	var out []plumbline.Observation
	for _, m := range members {
		if m.Kind != plumbline.ScopeProduct {
			continue
		}
		all, err := tx.ProductFindings(plumbline.ProductRef(m.Ref))
		if err != nil {
			return nil, err
		}
		for _, f := range all {
			out = append(out, observed(f))
		}
		scans, err := tx.NewestScans(plumbline.ProductRef(m.Ref))
		if err != nil {
			return nil, err
		}
		for _, s := range scans {
			out = append(out, scanned(s))
		}
	}
	return out, nil
}

// observed is a finding as evidence.
func observed(f plumbline.Finding) plumbline.Observation {
	o := plumbline.Observation{Subject: f.Name, At: f.Seen, State: plumbline.StateOpen, Severity: f.Class, Opened: f.Detected, Due: f.Due, Source: "findings", Ref: f.Ref, External: string(f.ID)}
	if f.Start != 0 {
		o.Opened = f.Start
	}
	if f.KEVAdded != 0 {
		o.Severity = "kev"
	}
	switch {
	case f.Merged != "" || f.Suppressed:
		o.State = plumbline.StateNotApplicable
	case f.Closed != 0:
		o.State, o.At = plumbline.StateClosed, f.Closed
	}
	return o
}

// scanned is a complete scan as evidence: it counts as no finding, and says since
// when what it does not tell of is not there.
func scanned(s store.Scan) plumbline.Observation {
	name := "scan by " + s.Stream + " of " + string(s.Product)
	return plumbline.Observation{Subject: name, At: s.At, State: plumbline.StateNotApplicable, Source: "findings", Ref: s.File, External: name}
}
