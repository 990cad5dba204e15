package app

import (
	"bytes"
	"context"

	"plumbline"
	"plumbline/internal/app/sources"
	"plumbline/internal/demo"
)

// loadFindings takes in the demo's files about vulnerabilities, as people would:
// each is kept, so that every finding leads to its line.
func (a *App) loadFindings(ctx context.Context, org demo.Organisation) error {
	files, err := demo.Findings(org.AsOf)
	if err != nil {
		return err
	}
	first := org.People[0]
	who := plumbline.Actor{Person: first.ID, Name: first.Name, Role: first.Role, Via: "demo"}
	for _, f := range files {
		kept, err := a.SendEvidence(ctx, who, sources.Sent{Format: f.Format, Name: f.Name, Settings: f.Settings, Body: bytes.NewReader(f.Body)})
		if err != nil {
			return err
		}
		if _, err := a.TakeEvidence(ctx, who, kept.ID, false, func([]plumbline.RowReport) error { return nil }); err != nil {
			return err
		}
	}
	for _, p := range demo.Exposed() {
		if err := a.SayOfProduct(ctx, who, p, plumbline.Risk{Exposed: "yes", Automated: "yes", Impact: "partial"}); err != nil {
			return err
		}
	}
	return nil
}
