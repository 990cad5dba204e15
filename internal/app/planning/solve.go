package planning

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"plumbline"
	"plumbline/internal/app/capacity"
	"plumbline/internal/app/rights"
	"plumbline/internal/plan"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// keepPlans is how many plans of a scenario are kept beside those that a decision
// names.
const keepPlans = 20

// keptPlan is a plan as it is kept: what was chosen, and what it was made of.
type keptPlan struct {
	Confidence float64        `json:"confidence"`
	Periods    []string       `json:"periods"`
	Model      string         `json:"model"`
	Unit       string         `json:"unit"`
	Private    bool           `json:"private,omitempty"`
	Plan       *plan.Plan     `json:"plan"`
	Tasks      []task         `json:"tasks"`
	Unready    []unready      `json:"unready"`
	Nets       []capacity.Net `json:"nets"`
	Frontier   []plan.Point   `json:"frontier"`
	Engineers  []engineer     `json:"engineers"`
}

// MakePlan is MakePlanTelling for who waits until it is there.
func (r *Room) MakePlan(ctx context.Context, who plumbline.Actor, id string) (PlanView, error) {
	return r.MakePlanTelling(ctx, who, id, nil)
}

// MakePlanTelling plans a scenario: what is made is kept, and shown. It begins with the
// plan before, and ends when the scenario's seconds are over, somebody stops it, or tell
// says so; then what was found until then counts. One whose context ends is not kept.
// No transaction is open while it is worked out.
func (r *Room) MakePlanTelling(ctx context.Context, who plumbline.Actor, id string, tell Tell) (PlanView, error) {
	if err := rights.Need(who, rights.MakePlans); err != nil {
		return PlanView{}, err
	}
	m, start, err := r.read(ctx, who, id)
	if err != nil {
		return PlanView{}, err
	}
	u := r.start(ctx, who, m, tell)
	defer r.running.end(u)
	found, err := m.solve(start, u)
	if err != nil {
		return PlanView{}, err
	}
	if ctx.Err() != nil {
		return PlanView{}, plumbline.Errorf(plumbline.Unavailable, "The plan was cancelled; the one before is still there.")
	}
	r.running.end(u) // what is shown is the plan
	var out PlanView
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := r.keep(tx, who, m, found); err != nil {
			return err
		}
		out, err = r.view(tx, who, m.scenario)
		return err
	})
	return out, err
}

// read reads a scenario, the problem that it makes now and the picks of its last plan.
func (r *Room) read(ctx context.Context, who plumbline.Actor, id string, asks ...asked) (m *made, start []plan.Pick, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		s, err := r.scenario(tx, id)
		if err != nil {
			return err
		}
		if m, err = r.make(tx, who, s, asks...); err != nil {
			return err
		}
		row, ok, err := tx.LastPlan(s.ID)
		if err != nil || !ok {
			return err
		}
		start, err = picksOf(row)
		return err
	})
	return m, start, err
}

func picksOf(row store.PlanRow) ([]plan.Pick, error) {
	var body struct {
		Plan struct {
			Picks []plan.Pick `json:"picks"`
		} `json:"plan"`
	}
	err := json.Unmarshal([]byte(row.Body), &body)
	return body.Plan.Picks, err
}

// keep writes a plan down, if the scenario is still the one that was planned.
func (r *Room) keep(tx *store.Tx, who plumbline.Actor, m *made, found *solved) (store.PlanRow, error) {
	now, err := r.scenario(tx, m.scenario.ID)
	if err != nil {
		return store.PlanRow{}, err
	}
	if now.Version != m.scenario.Version {
		return store.PlanRow{}, plumbline.Errorf(plumbline.Conflict, "The scenario %s was changed while it was planned. Plan it again.", now.Name)
	}
	body, err := json.Marshal(m.kept(found))
	if err != nil {
		return store.PlanRow{}, err
	}
	row := store.PlanRow{ID: store.NewID(), Scenario: now.ID, Seq: m.seq, Seed: m.problem.Seed, Stopped: found.Stopped, Version: now.Version, Body: string(body), By: who.Person, ByName: who.Name, At: r.now()}
	var picks []store.PlannedIn
	for _, k := range found.Picks {
		picks = append(picks, store.PlannedIn{Item: plumbline.ItemID(k.ID), Period: k.Period})
	}
	if err := tx.InsertPlan(row, picks); err != nil {
		return row, err
	}
	if err := tx.CutPlans(now.ID, keepPlans); err != nil {
		return row, err
	}
	return row, r.note(tx, who, "plan made", now, map[string]any{"plan": row.ID, "many": len(picks), "left": len(found.LeftOut), "stopped": found.Stopped})
}

// maxKept is how many items that cannot be planned are kept with a plan.
const maxKept = 500

func (m *made) kept(found *solved) keptPlan {
	out := keptPlan{
		Confidence: m.problem.Confidence, Periods: m.problem.Periods, Model: m.model.ID, Unit: m.unit, Private: m.private, Plan: found.Plan,
		Tasks: m.tasks, Unready: m.unready, Nets: m.nets, Frontier: found.frontier, Engineers: found.engineers,
	}
	sorted.By(out.Unready, func(a, b unready) int { return cmp.Compare(first(a.Forced), first(b.Forced)) })
	out.Unready = out.Unready[:min(maxKept, len(out.Unready))]
	return out
}

// first puts what is set before what is not.
func first(set bool) int {
	if set {
		return 0
	}
	return 1
}

// sortByWorth sorts names by a figure, the largest first, then by name.
func sortByWorth(names []string, worth map[string]float64) {
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(worth[b], worth[a]), cmp.Compare(a, b)) })
}
