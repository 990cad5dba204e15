package controls

import (
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/format/oscal"
	"plumbline/internal/store"
)

// takePlan takes in the risks of a plan of action. A plan that is older than what is
// known of a risk changes nothing about it.
func (r *Room) takePlan(tx *store.Tx, who plumbline.Actor, f sent, doc *oscal.File, out *report) error {
	p, err := tx.Product(f.product)
	if err != nil {
		return err
	}
	all, err := tx.Risks(f.product)
	if err != nil {
		return err
	}
	have := map[string]store.RiskRow{}
	for _, x := range all {
		have[x.ID] = x
	}
	var put []store.RiskRow
	added, mine := 0, map[string]bool{}
	for _, in := range doc.Plan.Risks {
		mine[in.ID] = true
		x := store.RiskRow{Product: f.product, PlanRisk: in.PlanRisk}
		x.Ref, x.Updated, x.Submitted = f.ref(in.Line), r.now(), doc.Modified
		if x.Submitted == 0 {
			x.Submitted = r.now()
		}
		was, known := have[x.ID]
		outcome, why := plumbline.RowNew, strings.Join(x.Remarks, " ")
		switch {
		case known && sameRisk(was.PlanRisk, x.PlanRisk):
			outcome = plumbline.RowSame
		case known && doc.Modified != 0 && doc.Modified < was.Submitted:
			outcome, why = plumbline.RowSkipped, "this plan is older than what is known of the risk"
		case known:
			outcome = plumbline.RowChanged
		default:
			added++
		}
		if outcome == plumbline.RowNew || outcome == plumbline.RowChanged {
			put = append(put, x)
		}
		out.add(in.Line, x.ID, x.Title, outcome, why)
	}
	for _, m := range unused(doc.Remarks, func(ref string) bool { return mine[ref] }) {
		out.add(m.Line, m.Ref, "", plumbline.RowSkipped, m.Text)
	}
	if !tx.Writes() || len(put) == 0 {
		return nil
	}
	if err := tx.PutRisks(put); err != nil {
		return err
	}
	if err := r.note(tx, who, "risks changed", told{Product: f.product, Text: clip(doc.Title), New: added, Altered: len(put) - added}); err != nil {
		return err
	}
	return r.refresh(tx, who, p)
}

// sameRisk says whether two risks say the same, whenever and wherever they do.
func sameRisk(a, b plumbline.PlanRisk) bool {
	return a.ID == b.ID && a.Title == b.Title && a.Text == b.Text && a.Status == b.Status && a.Opened == b.Opened && a.Deadline == b.Deadline &&
		slices.Equal(a.Tasks, b.Tasks) && slices.Equal(a.Items, b.Items) && slices.Equal(a.Controls, b.Controls) && slices.Equal(a.Remarks, b.Remarks)
}
