package app

import (
	"bytes"
	"context"

	"plumbline"
	"plumbline/internal/app/sources"
	"plumbline/internal/demo"
)

// loadSpending takes the demo's bill in as somebody would: the rules of whose it is, and
// the file.
func (a *App) loadSpending(ctx context.Context, by plumbline.Person) error {
	s, err := demo.LoadSpending(a.now())
	if err != nil {
		return err
	}
	who := plumbline.Actor{Person: by.ID, Name: by.Name, Role: plumbline.PM, Via: "demo"}
	if _, err := a.PutCostRules(ctx, who, s.Rules); err != nil {
		return err
	}
	f, err := a.SendEvidence(ctx, who, sources.Sent{Format: "focus", Name: s.Name, Body: bytes.NewReader(s.Bill)})
	if err != nil {
		return err
	}
	_, err = a.TakeEvidence(ctx, who, f.ID, false, func([]plumbline.RowReport) error { return nil })
	return err
}
