package app

import (
	"context"

	"plumbline"
	"plumbline/internal/demo"
	"plumbline/internal/store"
)

// loadCapacity invents who is there in the teams that have estimated work, so that
// there is something to plan with; each entry says that it is invented.
func (a *App) loadCapacity(ctx context.Context, org demo.Organisation) error {
	by := org.People[0]
	who := plumbline.Actor{Person: by.ID, Name: by.Name, Role: plumbline.PM, Via: "demo"}
	first := plumbline.CalendarPeriodOf(plumbline.InQuarters, a.now()).Add(-1)
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		teams, err := tx.Teams()
		if err != nil {
			return err
		}
		return a.StaffIn(tx, who, demo.Staffings(first, teams, by, a.now()))
	})
	if err != nil {
		return err
	}
	return a.LearnCapacity(ctx)
}
