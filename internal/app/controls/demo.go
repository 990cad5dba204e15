package controls

import (
	"time"

	"plumbline"
	cac "plumbline/internal/format/complianceascode"
	"plumbline/internal/format/controlcsv"
	"plumbline/internal/store"
)

// FillDemoControls takes in a control file for a product of the demo. Its states are real;
// the dates of evidence and of gaps are invented, and say so.
func (r *Room) FillDemoControls(tx *store.Tx, who plumbline.Actor, product plumbline.ProductRef, file []byte) error {
	p, err := cac.Read(file)
	if err != nil {
		return err
	}
	b, err := r.begin(tx, who, product, plumbline.FrameworkRef(p.ID))
	if err != nil {
		return err
	}
	b.own(p)
	const day = 24 * time.Hour
	for i, e := range p.Entries {
		in := plumbline.ControlRecord{Control: e.Control.ID, State: e.State, Need: e.Need}
		switch {
		case e.State.Met():
			in.Passed = b.now.Add(-time.Duration(i*7%120) * day)
			in.Evidence = "The nightly scan of the platform (invented for the demo)"
		case e.State.Gap() && i%4 == 0:
			in.Due, in.Note = b.now.Add(time.Duration(i%9*10-10)*day), "The date is invented for the demo."
		}
		b.take(in, given{controlcsv.State: true, controlcsv.Need: true, controlcsv.Passed: true, controlcsv.Evidence: true, controlcsv.Due: true, controlcsv.Note: true}, "")
	}
	return b.close(tx)
}
