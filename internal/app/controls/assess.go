package controls

import (
	"cmp"
	"strings"

	"plumbline"
	"plumbline/internal/format/controlcsv"
	"plumbline/internal/format/oscal"
	"plumbline/internal/store"
)

// takeAssessment takes in what assessment results found. Results that are older than
// what is known of a control change nothing about it. A control that is satisfied stays
// met in another way when it was; how often it needs evidence is what people said, and
// else how long the observations hold.
func (r *Room) takeAssessment(tx *store.Tx, who plumbline.Actor, f sent, doc *oscal.File, out *report) error {
	b, err := r.begin(tx, who, f.product, f.framework)
	if err != nil {
		return err
	}
	told := map[string][]string{}
	for _, m := range doc.Remarks {
		told[m.Ref] = append(told[m.Ref], strings.TrimSuffix(m.Text, "."))
	}
	mine := map[string]bool{}
	for _, x := range doc.Assessment.Records {
		have, label := b.have[x.Control].ControlRecord, x.Control.Label()
		mine[label] = true
		title := b.known[x.Control].Title
		if x.Assessed != 0 && x.Assessed < max(have.Assessed, have.Passed) {
			out.add(x.Line, label, title, plumbline.RowSkipped, "these results are older than what is known of the control")
			continue
		}
		says := given{controlcsv.State: x.State != plumbline.ControlImplemented || !have.State.Met(), controlcsv.Assessed: x.Assessed != 0, controlcsv.Evidence: x.Evidence != ""}
		says[controlcsv.Passed] = x.Passed != 0
		says[controlcsv.Cadence] = x.Cadence != "" && have.Cadence == ""
		outcome, why := b.take(x.ControlRecord, says, f.ref(x.Line))
		out.add(x.Line, label, title, outcome, cmp.Or(why, strings.Join(told[label], "; ")))
	}
	for _, m := range unused(doc.Remarks, func(ref string) bool { return mine[ref] }) {
		out.add(m.Line, m.Ref, "", plumbline.RowSkipped, m.Text)
	}
	return b.close(tx)
}
