package planning

import (
	"context"
	"encoding/json"
	"slices"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// compared is how many scenarios stand side by side.
const compared = 4

// CompareView is scenarios side by side: what each is worth, and the items on which
// they differ.
type CompareView struct {
	Columns   []ComparedView  `json:"columns"` // in the order asked for
	Others    []ScenarioLink  `json:"others"`  // that are not among them
	Rows      []DifferentView `json:"rows"`    // at most 50
	Differ    int             `json:"differ"`  // items on which they differ
	Alike     int             `json:"alike"`   // items that all of them have in the same period
	Decisions []DecisionView  `json:"decisions"`
	May       bool            `json:"may"`
	Seq       int64           `json:"-"`
}

// ComparedView is one scenario among others. Part is what its plan is worth as a part
// of the best of them; plans of other models, spans and currencies are not compared.
type ComparedView struct {
	ScenarioView
	Planned   bool           `json:"planned"`
	Plan      string         `json:"plan,omitempty"`
	At        plumbline.Time `json:"at,omitempty"`
	Behind    bool           `json:"behind,omitempty"`
	Part      float64        `json:"part"`
	Gap       float64        `json:"gap"`
	Many      int            `json:"many"`
	Left      int            `json:"left"`
	Broken    int            `json:"broken"`
	Weeks     float64        `json:"weeks"` // person-weeks that are planned
	Least     float64        `json:"least"` // the least chance of a team's period to fit; 1 when nothing is planned
	Committed bool           `json:"committed,omitempty"`
}

// DifferentView is an item that not all scenarios do in the same period.
type DifferentView struct {
	ItemRef
	Periods []string `json:"periods"` // by column; empty: it is left out
}

// CompareScenarios are scenarios side by side; without ids the newest.
func (r *Room) CompareScenarios(ctx context.Context, who plumbline.Actor, ids []string) (out CompareView, err error) {
	if err := rights.Need(who, rights.ReadPlans); err != nil {
		return out, err
	}
	if len(ids) > compared {
		return out, plumbline.FieldError("scenario", "At most %d scenarios stand side by side, not %d.", compared, len(ids))
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out = CompareView{Columns: []ComparedView{}, Others: []ScenarioLink{}, Rows: []DifferentView{}, May: rights.May(who, rights.MakePlans)}
		all, err := tx.Scenarios()
		if err != nil {
			return err
		}
		chosen, err := choose(all, ids)
		if err != nil {
			return err
		}
		return r.fillComparison(tx, who, &out, all, chosen)
	})
	return out, err
}

// choose are the scenarios with the ids, in their order.
func choose(all []plumbline.Scenario, ids []string) (out []plumbline.Scenario, err error) {
	if len(ids) == 0 {
		return all[:min(compared, len(all))], nil
	}
	for _, id := range ids {
		i := slices.IndexFunc(all, func(s plumbline.Scenario) bool { return s.ID == id })
		if i < 0 {
			return nil, plumbline.Errorf(plumbline.NotFound, "There is no scenario %q.", id)
		}
		out = append(out, all[i])
	}
	return out, nil
}

func (r *Room) fillComparison(tx *store.Tx, who plumbline.Actor, out *CompareView, all, chosen []plumbline.Scenario) error {
	ids := make([]string, len(chosen))
	for i, s := range chosen {
		ids[i] = s.ID
	}
	rows, err := tx.LastPlans(ids)
	if err != nil {
		return err
	}
	pins, err := tx.Pins(ids)
	if err != nil {
		return err
	}
	c, _, err := tx.Commitment()
	if err != nil {
		return err
	}
	bodies, items, err := readAll(rows, pins)
	if err != nil {
		return err
	}
	s, err := r.look(tx, who, items)
	if err != nil {
		return err
	}
	for _, x := range chosen {
		out.Columns = append(out.Columns, s.column(x, pins[x.ID], rows[x.ID], bodies[x.ID], c.Scenario == x.ID))
	}
	for _, x := range all {
		if !slices.Contains(ids, x.ID) {
			out.Others = append(out.Others, ScenarioLink{x.ID, x.Name, x.ID == c.Scenario})
		}
	}
	share(out.Columns, bodies)
	s.differences(out, bodies)
	if out.Decisions, err = r.decisions(tx, who); err != nil {
		return err
	}
	out.Seq, err = tx.LastSeq()
	return err
}

// readAll reads the bodies of plans, by scenario, and which items they and the pins
// name.
func readAll(rows map[string]store.PlanRow, pins map[string][]plumbline.Pin) (map[string]*keptPlan, []plumbline.ItemID, error) {
	bodies := map[string]*keptPlan{}
	var items []plumbline.ItemID
	for id, row := range rows {
		b := &keptPlan{}
		if err := json.Unmarshal([]byte(row.Body), b); err != nil {
			return nil, nil, err
		}
		bodies[id] = b
		for _, k := range b.Plan.Picks {
			items = append(items, plumbline.ItemID(k.ID))
		}
	}
	for _, list := range pins {
		for _, p := range list {
			items = append(items, p.Item)
		}
	}
	return bodies, items, nil
}

func (s *sight) column(x plumbline.Scenario, pins []plumbline.Pin, row store.PlanRow, b *keptPlan, committed bool) ComparedView {
	out := ComparedView{ScenarioView: s.scenario(x, pins), Committed: committed, Least: 1}
	if b == nil {
		return out
	}
	out.Planned, out.Plan, out.At, out.Behind = true, row.ID, row.At, row.Version != x.Version
	out.Gap, out.Many, out.Left, out.Broken = b.Plan.Gap, len(b.Plan.Picks), len(b.Plan.LeftOut), len(b.Plan.Violated)
	for _, l := range b.Plan.Loads {
		out.Weeks += l.Planned
		if l.Planned > 0 {
			out.Least = min(out.Least, l.Fits)
		}
	}
	return out
}

// share says what each plan is worth beside the best, where they can be compared.
func share(columns []ComparedView, bodies map[string]*keptPlan) {
	best, model := 0.0, ""
	for _, c := range columns {
		if b := bodies[c.ID]; b != nil {
			if model != "" && model != b.Model {
				return
			}
			model, best = b.Model, max(best, b.Plan.Value)
		}
	}
	for i := range columns {
		if b := bodies[columns[i].ID]; b != nil && best > 0 {
			columns[i].Part = b.Plan.Value / best
		}
	}
}

// differences are the items that the plans do in different periods, in the order of
// the first plans that have them.
func (s *sight) differences(out *CompareView, bodies map[string]*keptPlan) {
	seen := map[string]bool{}
	for _, c := range out.Columns {
		if bodies[c.ID] == nil {
			continue
		}
		for _, k := range bodies[c.ID].Plan.Picks {
			if seen[k.ID] {
				continue
			}
			seen[k.ID] = true
			d := DifferentView{ItemRef: s.ref(plumbline.ItemID(k.ID))}
			same := true
			for _, other := range out.Columns {
				period := ""
				if b := bodies[other.ID]; b != nil {
					period = b.Plan.Period(k.ID)
					same = same && period == k.Period
				}
				d.Periods = append(d.Periods, period)
			}
			if same {
				out.Alike++
				continue
			}
			if out.Differ++; len(out.Rows) < shown {
				out.Rows = append(out.Rows, d)
			}
		}
	}
}
