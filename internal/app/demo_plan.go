package app

import (
	"context"

	"plumbline"
	"plumbline/internal/app/planning"
)

// loadPlan plans what the demo's organisation has before it, and commits to it.
func (a *App) loadPlan(ctx context.Context, by plumbline.Person) error {
	who := plumbline.Actor{Person: by.ID, Name: by.Name, Role: by.Role, Cleared: by.Cleared, Via: "demo"}
	name := "The next four quarters"
	s, err := a.MakeScenario(ctx, who, planning.ScenarioInput{Name: &name})
	if err != nil {
		return err
	}
	v, err := a.MakePlan(ctx, who, s.ID)
	if err != nil {
		return err
	}
	_, err = a.Commit(ctx, who, s.ID, planning.CommitInput{Plan: v.Plan.ID, Reason: "Agreed in the planning meeting: forced work first, the rest by what it is worth. (invented)"})
	return err
}
