package planning

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// shown is how many rows of a list a page has.
const shown = 50

// hidden is what stands in place of an item that the reader may not see.
const hidden = "An item that you may not see"

// sight is what one reader is shown of plans.
type sight struct {
	who   plumbline.Actor
	items map[plumbline.ItemID]plumbline.Item
	may   map[plumbline.ItemID]bool
	teams map[plumbline.TeamRef]string
	bare  bool // values are withheld
}

// look prepares what who sees of the items with the ids, in three statements.
func (r *Room) look(tx *store.Tx, who plumbline.Actor, ids []plumbline.ItemID) (s sight, err error) {
	s = sight{who: who, teams: map[plumbline.TeamRef]string{}}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if s.items, err = tx.HeadsByID(ids); err != nil {
		return s, err
	}
	if s.may, err = tx.SeenAmong(who, ids); err != nil {
		return s, err
	}
	teams, err := tx.Teams()
	for _, t := range teams {
		s.teams[t.Ref] = t.Name
	}
	return s, err
}

// ref is an item as the reader may see it.
func (s *sight) ref(id plumbline.ItemID) ItemRef {
	it, ok := s.items[id]
	if !ok || !s.may[id] {
		return ItemRef{Title: hidden, id: id}
	}
	return ItemRef{Key: it.Key, Title: it.Title, State: it.State, TeamName: s.teams[it.Team], id: id}
}

func (s *sight) refs(ids []string) []ItemRef {
	out := []ItemRef{}
	for _, id := range ids {
		out = append(out, s.ref(plumbline.ItemID(id)))
	}
	return out
}

// team is the name of a team.
func (s *sight) team(ref plumbline.TeamRef) string { return cmp.Or(s.teams[ref], string(ref)) }

// PlanOf is a scenario with its newest plan; "" is the committed one, else the newest.
func (r *Room) PlanOf(ctx context.Context, who plumbline.Actor, id string) (out PlanView, err error) {
	if err := rights.Need(who, rights.ReadPlans); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		s, err := r.scenario(tx, id)
		if err != nil {
			return err
		}
		out, err = r.view(tx, who, s)
		return err
	})
	return out, err
}

// view is a scenario with its newest plan, in a number of statements that does not
// depend on how much there is.
func (r *Room) view(tx *store.Tx, who plumbline.Actor, s plumbline.Scenario) (out PlanView, err error) {
	out = PlanView{May: rights.May(who, rights.MakePlans)}
	if u := r.running.get(s.ID); u != nil {
		out.Running = u.sight(who)
	}
	row, planned, err := tx.LastPlan(s.ID)
	if err != nil {
		return out, err
	}
	pins, err := tx.Pins([]string{s.ID})
	if err != nil {
		return out, err
	}
	c, committed, err := r.commitment(tx)
	if err != nil {
		return out, err
	}
	var body keptPlan
	if planned {
		if err := json.Unmarshal([]byte(row.Body), &body); err != nil {
			return out, err
		}
	}
	ids := append(body.ids(), c.ids()...)
	for _, p := range pins[s.ID] {
		ids = append(ids, p.Item)
	}
	sight, err := r.look(tx, who, ids)
	if err != nil {
		return out, err
	}
	out.Scenario = sight.scenario(s, pins[s.ID])
	if err := r.others(tx, &out, c.Scenario); err != nil {
		return out, err
	}
	if committed {
		if out.Commitment, err = r.flagged(tx, &sight, c); err != nil {
			return out, err
		}
	}
	if planned {
		if out.Plan, err = r.planned(tx, &sight, row, body); err != nil {
			return out, err
		}
		out.mark(row)
	}
	out.Seq, err = tx.LastSeq()
	return out, err
}

// mark says why a plan should be made again, and what stands in the way of its picks
// if it is the committed one.
func (v *PlanView) mark(row store.PlanRow) {
	if row.Version != v.Scenario.Version {
		v.Plan.Behind = "The scenario was changed after this plan was made."
	}
	if v.Commitment == nil || v.Commitment.Plan != row.ID {
		return
	}
	for _, f := range v.Commitment.Flags {
		v.Plan.flag(f)
	}
}

// flag puts what does not hold any more where it belongs.
func (p *PlannedView) flag(f FlagView) {
	for t := range p.Teams {
		for c := range p.Teams[t].Cells {
			cell := &p.Teams[t].Cells[c]
			if cell.Period != f.Period {
				continue
			}
			if f.Item == nil && p.Teams[t].Name == f.Team {
				cell.Flag = f.Why
			}
			for k := range cell.Picks {
				if f.Item != nil && cell.Picks[k].id == f.Item.id {
					cell.Picks[k].Flag = f.Why
				}
			}
		}
	}
}

// others lists the scenarios that there are.
func (r *Room) others(tx *store.Tx, out *PlanView, committed string) error {
	all, err := tx.Scenarios()
	out.Scenarios = []ScenarioLink{}
	for _, s := range all {
		out.Scenarios = append(out.Scenarios, ScenarioLink{s.ID, s.Name, s.ID == committed})
	}
	return err
}

func (s *sight) scenario(of plumbline.Scenario, pins []plumbline.Pin) ScenarioView {
	out := ScenarioView{Scenario: of, Pins: []PinView{}}
	for _, p := range pins {
		out.Pins = append(out.Pins, PinView{s.ref(p.Item), p.In, p.By, p.Reason, p.Name, p.At})
	}
	return out
}

// ids are the items that a plan is about and that a page shows.
func (b keptPlan) ids() (out []plumbline.ItemID) {
	for _, t := range b.Tasks {
		out = append(out, t.Item)
	}
	for _, u := range b.Unready[:min(shown, len(b.Unready))] {
		out = append(out, u.Item)
	}
	return out
}
