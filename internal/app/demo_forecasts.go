package app

import (
	"context"

	"plumbline"
)

// loadForecasts keeps the forecasts that would have been told of the demo's real past,
// holds what came against them, and keeps those of this week.
func (a *App) loadForecasts(ctx context.Context, by plumbline.Person) error {
	who := plumbline.Actor{Person: by.ID, Name: by.Name, Role: by.Role, Via: "demo"}
	if err := a.ReplayForecasts(ctx, who); err != nil {
		return err
	}
	for more := true; more; {
		var err error
		if _, more, err = a.ScoreForecasts(ctx); err != nil {
			return err
		}
	}
	_, err := a.KeepForecasts(ctx)
	return err
}
