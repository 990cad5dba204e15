package planning

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/capacity"
	"plumbline/internal/app/foretold"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/limit"
	"plumbline/internal/plan"
	"plumbline/internal/store"
)

// CommitInput says which plan is what we will do, and why.
type CommitInput struct {
	Plan   string `json:"plan,omitempty"` // as the reader saw it; empty: the newest
	Reason string `json:"reason"`
}

// Commit takes the newest plan of a scenario as what we will do, in place of the one
// before. The decision is kept with its reason; the plan is never changed.
func (r *Room) Commit(ctx context.Context, who plumbline.Actor, scenario string, in CommitInput) (out DecisionView, err error) {
	if err := rights.Need(who, rights.MakePlans); err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		s, err := r.scenario(tx, scenario)
		if err != nil {
			return err
		}
		row, ok, err := tx.LastPlan(s.ID)
		switch {
		case err != nil:
			return err
		case !ok:
			return plumbline.Errorf(plumbline.Conflict, "The scenario %s was not planned yet. Plan it first.", s.Name)
		case in.Plan != "" && in.Plan != row.ID:
			return plumbline.Errorf(plumbline.Conflict, "The scenario %s was planned again after you looked. Look at the new plan first.", s.Name)
		case row.Version != s.Version:
			return plumbline.Errorf(plumbline.Conflict, "The scenario %s was changed after its plan was made. Plan it again first.", s.Name)
		}
		d := plumbline.PlanDecision{Kind: plumbline.PlanCommitted, InForce: true, Reason: in.Reason}
		out, err = r.decide(tx, who, s, row, d)
		return err
	})
	return out, err
}

// Withdraw says that no plan is what we will do any more.
func (r *Room) Withdraw(ctx context.Context, who plumbline.Actor, reason string) (out DecisionView, err error) {
	if err := rights.Need(who, rights.MakePlans); err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		c, ok, err := tx.Commitment()
		if err == nil && !ok {
			err = plumbline.Errorf(plumbline.Conflict, "No plan is committed.")
		}
		if err != nil {
			return err
		}
		s, err := tx.Scenario(c.Scenario)
		if err != nil {
			return err
		}
		row, err := tx.Plan(c.Plan)
		if err != nil {
			return err
		}
		if _, err := tx.EndCommitment(r.now()); err != nil {
			return err
		}
		out, err = r.decide(tx, who, s, row, plumbline.PlanDecision{Kind: plumbline.PlanWithdrawn, Reason: reason})
		return err
	})
	return out, err
}

// decide writes a decision about a plan down, with its event. One that puts a plan
// in force ends the one before.
func (r *Room) decide(tx *store.Tx, who plumbline.Actor, s plumbline.Scenario, row store.PlanRow, d plumbline.PlanDecision) (DecisionView, error) {
	d.ID, d.Scenario, d.Plan, d.Person, d.Name, d.At = store.NewID(), s.ID, row.ID, who.Person, who.Name, r.now()
	d.Reason, d.Asked = strings.TrimSpace(d.Reason), strings.TrimSpace(d.Asked)
	if err := d.Validate(); err != nil {
		return DecisionView{}, err
	}
	if d.InForce {
		if _, err := tx.EndCommitment(r.now()); err != nil {
			return DecisionView{}, err
		}
	}
	if err := tx.InsertPlanDecision(d); err != nil {
		return DecisionView{}, err
	}
	if d.InForce {
		if err := r.foretell(tx, d, row); err != nil {
			return DecisionView{}, err
		}
	}
	typ := map[string]string{plumbline.PlanCommitted: "plan committed", plumbline.PlanDisplaced: "plan displaced", plumbline.PlanKept: "plan kept", plumbline.PlanWithdrawn: "plan withdrawn"}[d.Kind]
	if err := r.note(tx, who, typ, s, map[string]any{"plan": row.ID, "decision": d.ID, "many": len(d.Drops)}); err != nil {
		return DecisionView{}, err
	}
	sight, err := r.look(tx, who, decided(d))
	return sight.decision(store.DecidedPlan{PlanDecision: d, ScenarioName: s.Name}), err
}

// foretell keeps what is forecast of a plan that comes into force: of each team, how
// much of what is planned for it is done by the end of each period.
func (r *Room) foretell(tx *store.Tx, d plumbline.PlanDecision, row store.PlanRow) error {
	var body keptPlan
	if err := json.Unmarshal([]byte(row.Body), &body); err != nil || body.Plan == nil {
		return err
	}
	teams, planned := map[plumbline.ItemID]plumbline.TeamRef{}, map[plumbline.TeamRef][]plumbline.ItemID{}
	for _, t := range body.Tasks {
		teams[t.Item] = t.Team
	}
	var parts []foretold.Part
	for _, name := range body.Periods {
		period, err := plumbline.ParseCalendarPeriod(name)
		if err != nil {
			return err
		}
		more := map[plumbline.TeamRef]bool{}
		for _, k := range body.Plan.Picks {
			if team := teams[plumbline.ItemID(k.ID)]; k.Period == name && team != "" {
				planned[team], more[team] = append(planned[team], plumbline.ItemID(k.ID)), true
			}
		}
		for _, team := range slices.Sorted(maps.Keys(more)) {
			parts = append(parts, foretold.Part{Team: team, Period: period, Items: slices.Clone(planned[team])})
		}
	}
	return r.told.KeepPlan(tx, d.ID, parts)
}

// decided are the items that a decision names.
func decided(d plumbline.PlanDecision) []plumbline.ItemID {
	out := slices.Concat(d.Drops, d.Later)
	if d.Item != "" {
		out = append(out, d.Item)
	}
	return out
}

func (s *sight) decision(d store.DecidedPlan) DecisionView {
	out := DecisionView{ID: d.ID, Scenario: d.Scenario, ScenarioName: d.ScenarioName, Plan: d.Plan, Kind: d.Kind, Asked: d.Asked, Reason: d.Reason, Name: d.PlanDecision.Name, At: d.At, Ended: d.Ended, InForce: d.InForce && d.Ended.IsZero()}
	if d.Item != "" {
		ref := s.ref(d.Item)
		out.Item = &ref
	}
	for _, id := range d.Drops {
		out.Drops = append(out.Drops, s.ref(id))
	}
	for _, id := range d.Later {
		out.Later = append(out.Later, s.ref(id))
	}
	return out
}

// recorded is how many decisions about plans are listed.
const recorded = 50

// PlanDecisions are the newest decisions about plans, newest first.
func (r *Room) PlanDecisions(ctx context.Context, who plumbline.Actor) (out []DecisionView, err error) {
	if err := rights.Need(who, rights.ReadPlans); err != nil {
		return nil, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = r.decisions(tx, who)
		return err
	})
	return out, err
}

func (r *Room) decisions(tx *store.Tx, who plumbline.Actor) ([]DecisionView, error) {
	all, err := tx.PlanDecisions("", recorded)
	if err != nil {
		return nil, err
	}
	var ids []plumbline.ItemID
	for _, d := range all {
		ids = append(ids, decided(d.PlanDecision)...)
	}
	s, err := r.look(tx, who, ids)
	return s.decisions(all), err
}

func (s *sight) decisions(all []store.DecidedPlan) []DecisionView {
	out := []DecisionView{}
	for _, d := range all {
		out = append(out, s.decision(d))
	}
	return out
}

// commitment is the decision that is in force with its plan.
type commitment struct {
	store.DecidedPlan
	row  store.PlanRow
	body keptPlan
}

func (c commitment) ids() []plumbline.ItemID {
	out := decided(c.PlanDecision)
	if c.body.Plan != nil {
		for _, k := range c.body.Plan.Picks {
			out = append(out, plumbline.ItemID(k.ID))
		}
	}
	return out
}

func (r *Room) commitment(tx *store.Tx) (c commitment, ok bool, err error) {
	if c.DecidedPlan, ok, err = tx.Commitment(); err != nil || !ok {
		return c, ok, err
	}
	if c.row, err = tx.Plan(c.Plan); err != nil {
		return c, ok, err
	}
	return c, ok, json.Unmarshal([]byte(c.row.Body), &c.body)
}

// flagged is a commitment with everything that does not hold any more of its plan:
// what limits stop, what was dropped, and teams that have less room than then. The
// plan itself stays as it was decided.
func (r *Room) flagged(tx *store.Tx, s *sight, c commitment) (*CommitmentView, error) {
	out := &CommitmentView{DecisionView: s.decision(c.DecidedPlan), Flags: []FlagView{}, Many: len(c.body.Plan.Picks)}
	m, err := r.gates(tx, s.who, c)
	if err != nil {
		return nil, err
	}
	for _, k := range c.body.Plan.Picks {
		id := plumbline.ItemID(k.ID)
		if why := r.inTheWay(m, s.items[id], k.Period); why != "" {
			ref := s.ref(id)
			if !ref.Seen() {
				why = "Something has come in its way."
			}
			out.Flags = append(out.Flags, FlagView{Item: &ref, Period: k.Period, Why: why})
		}
	}
	for _, l := range c.body.Plan.Loads {
		if net, less := m.less(l); less {
			out.Flags = append(out.Flags, FlagView{Team: s.team(plumbline.TeamRef(l.Team)), Period: l.Period,
				Why: fmt.Sprintf("It has room for %.1f person-weeks now, and %.1f are planned or kept free for doubt.", net, l.Planned+l.Reserve)})
		}
	}
	return out, nil
}

// gates reads what stands in the way of a plan now.
func (r *Room) gates(tx *store.Tx, who plumbline.Actor, c commitment) (*maker, error) {
	s, err := tx.Scenario(c.Scenario)
	if err != nil {
		return nil, err
	}
	s.First, err = plumbline.ParseCalendarPeriod(c.body.Periods[0])
	if err != nil {
		return nil, err
	}
	s.Periods = len(c.body.Periods)
	return r.gather(tx, who, s, c.row.At) // so that time that went by is no loss of room
}

// inTheWay says why an item that is planned in a period cannot be done as planned:
// a limit stops it in that period, as far ahead as the scenario counts, or it was dropped.
func (r *Room) inTheWay(m *maker, it plumbline.Item, period string) string {
	if !it.Closed.IsZero() {
		if r.dropped(it) || it.Merged != "" {
			return "It was closed without being done."
		}
		return ""
	}
	if at := slices.Index(m.names, period); at < 0 || at >= m.shutNow(r.now()) {
		return ""
	}
	g, ok := m.gateOf(it)
	if !ok || g.Result != limit.Blocked {
		return ""
	}
	return "A limit stops this work now: " + strings.TrimSuffix(g.By[0].Effect.What, ".") + "."
}

// dropped says whether an item ended where nothing of it will happen.
func (r *Room) dropped(it plumbline.Item) bool {
	def, ok := r.book.Get(it.Process)
	if !ok {
		return false
	}
	return slices.ContainsFunc(def.Lanes, func(l flow.Lane) bool {
		return slices.ContainsFunc(l.States, func(s flow.StateDef) bool { return s.State == it.State && s.Kind == flow.Dropped })
	})
}

// shutNow is up to which period what a limit stops now is taken to be stopped: the one
// that is now and as many after it as the scenario says, so that a plan is judged as
// it was made.
func (m *maker) shutNow(now plumbline.Time) int {
	begun := 0
	for begun < len(m.span) && m.span[begun].From() <= now {
		begun++
	}
	return begun + max(m.scenario.Shut-1, 0)
}

// less says whether a team has less room in a period than its load needs.
func (m *maker) less(l plan.Load) (net float64, less bool) {
	i := slices.IndexFunc(m.nets, func(n capacity.Net) bool { return string(n.Team) == l.Team && n.Period.String() == l.Period })
	if i < 0 || !m.nets[i].Known() {
		return 0, l.Planned > 0
	}
	return m.nets[i].Net, l.Planned+l.Reserve > m.nets[i].Net+0.05
}
