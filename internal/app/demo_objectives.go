package app

import (
	"plumbline"
	"plumbline/internal/app/objectives"
	"plumbline/internal/demo"
	"plumbline/internal/store"
)

// loadObjectives takes real definitions of objectives in, with figures that are
// invented and say so.
func (a *App) loadObjectives(tx *store.Tx, org demo.Organisation) error {
	first := org.People[0]
	who := plumbline.Actor{Person: first.ID, Name: first.Name, Role: first.Role, Via: "demo"}
	for _, f := range demo.ObjectiveFiles() {
		in := objectives.Definitions{Name: f.Name, Product: string(f.Product), Body: f.Body}
		if err := a.Show(tx, who, in, demo.InventedErrors); err != nil {
			return err
		}
	}
	return nil
}
