package app

import (
	"bytes"
	"context"
	"time"

	"plumbline"
	"plumbline/internal/app/incidents"
	"plumbline/internal/app/sources"
	"plumbline/internal/demo"
	"plumbline/internal/store"
)

// demoAlarms is the source that the demo's alarms are said to come from.
const demoAlarms = "demo-alarms"

// loadIncidents takes in the demo's incidents and its tickets, all of them invented.
func (a *App) loadIncidents(ctx context.Context, by plumbline.Person) error {
	who := plumbline.Actor{Person: by.ID, Name: by.Name, Role: plumbline.PM, Via: "demo"}
	for _, o := range demo.Outages(a.now()) {
		var n int64
		err := a.db.Write(ctx, func(tx *store.Tx) (err error) {
			n, err = a.FillDemoAlarms(tx, demoAlarms, o.Alarms)
			return err
		})
		if err != nil {
			return err
		}
		if o.Cause == "" {
			continue
		}
		in := incidents.IncidentInput{Cause: &o.Cause, Deployment: &o.Deployment, PostMortem: &o.PostMortem, Share: &o.Share, Actions: &o.Actions}
		if o.Mitigated != 0 {
			in.Mitigated = &o.Mitigated
		}
		if _, err := a.ChangeIncident(ctx, who, n, in); err != nil {
			return err
		}
	}
	f, err := a.SendEvidence(ctx, who, sources.Sent{Format: "tickets", Name: "tickets-invented-for-the-demo.csv", Settings: map[string]string{"desk": "demo", "process": "support"}, Body: bytes.NewReader(demo.Tickets(a.now()))})
	if err != nil {
		return err
	}
	if _, err := a.TakeEvidence(ctx, who, f.ID, false, func([]plumbline.RowReport) error { return nil }); err != nil {
		return err
	}
	return a.PutSupportCapacity(ctx, who, "support", plumbline.SupportCapacity{From: a.now().Add(-90 * 24 * time.Hour), People: "3", Hours: "20"})
}
