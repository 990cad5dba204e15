package planning

import (
	"context"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// What a scenario is when nobody says.
const (
	usualPeriods    = 4
	usualConfidence = 0.85
	usualSeconds    = 5
)

// ScenarioInput is what people set of a scenario. What is left out is as it was, or
// as usual: four quarters from this one on, fitting with 85 %.
type ScenarioInput struct {
	Name       *string                   `json:"name,omitempty"`
	First      *plumbline.CalendarPeriod `json:"first,omitempty"`
	Periods    *int                      `json:"periods,omitempty"`
	Confidence *float64                  `json:"confidence,omitempty"`
	Seconds    *float64                  `json:"seconds,omitempty"`
	Seed       *uint64                   `json:"seed,omitempty"`
	Model      *string                   `json:"model,omitempty"`
	Shut       *int                      `json:"shut,omitempty"`
	Team       *plumbline.TeamRef        `json:"team,omitempty"`
	Mix        *[]plumbline.MixRule      `json:"mix,omitempty"`
	Exclusive  *[][]plumbline.Key        `json:"exclusive,omitempty"`
	Budget     *plumbline.PlanBudget     `json:"budget,omitempty"` // one without a currency takes the budget away
	From       string                    `json:"from,omitempty"`   // of a new one: the scenario whose settings and pins it begins with
	Version    int64                     `json:"version,omitempty"`
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// apply puts an input into a scenario.
func (in ScenarioInput) apply(s *plumbline.Scenario) {
	set(&s.Name, in.Name)
	set(&s.First, in.First)
	set(&s.Periods, in.Periods)
	set(&s.Confidence, in.Confidence)
	set(&s.Seconds, in.Seconds)
	set(&s.Seed, in.Seed)
	set(&s.Model, in.Model)
	set(&s.Shut, in.Shut)
	set(&s.Team, in.Team)
	set(&s.Mix, in.Mix)
	set(&s.Exclusive, in.Exclusive)
	if in.Budget != nil {
		s.Budget = in.Budget
		if in.Budget.Currency == "" {
			s.Budget = nil
		}
	}
	s.Name = strings.TrimSpace(s.Name)
}

// usual is a scenario that begins with the period that is now.
func (r *Room) usual() plumbline.Scenario {
	return plumbline.Scenario{First: plumbline.CalendarPeriodOf(plumbline.InQuarters, r.now()), Periods: usualPeriods, Confidence: usualConfidence, Seconds: usualSeconds, Seed: 1, Shut: 1}
}

// MakeScenario adds a scenario, from another one if the input says so.
func (r *Room) MakeScenario(ctx context.Context, who plumbline.Actor, in ScenarioInput) (s plumbline.Scenario, err error) {
	if err := rights.Need(who, rights.MakePlans); err != nil {
		return s, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		s = r.usual()
		if in.From != "" {
			if s, err = r.scenario(tx, in.From); err != nil {
				return err
			}
		}
		in.apply(&s)
		s.ID, s.By, s.ByName, s.At, s.Version = store.NewID(), who.Person, who.Name, r.now(), 1
		if err := r.check(tx, who, s); err != nil {
			return err
		}
		if err := tx.InsertScenario(s); err != nil {
			return err
		}
		if in.From != "" {
			if err := tx.CopyPins(in.From, s.ID); err != nil {
				return err
			}
		}
		return r.note(tx, who, "scenario made", s, nil)
	})
	return s, err
}

// ChangeScenario changes what people set of a scenario. Its plans stay as they are.
func (r *Room) ChangeScenario(ctx context.Context, who plumbline.Actor, id string, in ScenarioInput) (s plumbline.Scenario, err error) {
	return r.change(ctx, who, id, in.Version, "scenario changed", func(tx *store.Tx, s *plumbline.Scenario) error {
		in.apply(s)
		return r.check(tx, who, *s)
	})
}

// PutAwayScenario takes a scenario off the lists. One whose plan is committed stays.
func (r *Room) PutAwayScenario(ctx context.Context, who plumbline.Actor, id string) error {
	_, err := r.change(ctx, who, id, 0, "scenario put away", func(tx *store.Tx, s *plumbline.Scenario) error {
		c, ok, err := tx.Commitment()
		if err == nil && ok && c.Scenario == s.ID {
			return plumbline.Errorf(plumbline.Conflict, "The plan of %s is committed. Commit to another one, or withdraw it, first.", s.Name)
		}
		s.Ended = r.now()
		return err
	})
	return err
}

// change is the frame of a change of one scenario; saw is the version that the actor
// saw, 0: any.
func (r *Room) change(ctx context.Context, who plumbline.Actor, id string, saw int64, typ string, fn func(tx *store.Tx, s *plumbline.Scenario) error) (s plumbline.Scenario, err error) {
	if err := rights.Need(who, rights.MakePlans); err != nil {
		return s, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		if s, err = r.scenario(tx, id); err != nil {
			return err
		}
		if saw != 0 && saw != s.Version {
			return changedMeanwhile(s)
		}
		if err := fn(tx, &s); err != nil {
			return err
		}
		s.Version++
		ok, err := tx.UpdateScenario(s)
		if err == nil && !ok {
			err = changedMeanwhile(s)
		}
		if err != nil {
			return err
		}
		return r.note(tx, who, typ, s, nil)
	})
	return s, err
}

func changedMeanwhile(s plumbline.Scenario) error {
	return plumbline.Errorf(plumbline.Conflict, "The scenario %s was changed meanwhile. Load it again and repeat your change.", s.Name)
}

// scenario is the scenario with the id, unless it was put away; "" is the one whose
// plan is committed, else the newest.
func (r *Room) scenario(tx *store.Tx, id string) (s plumbline.Scenario, err error) {
	if id == "" {
		if id, err = r.first(tx); err != nil {
			return s, err
		}
	}
	if s, err = tx.Scenario(id); err == nil && !s.Ended.IsZero() {
		err = plumbline.Errorf(plumbline.NotFound, "The scenario %s was put away.", s.Name)
	}
	return s, err
}

func (r *Room) first(tx *store.Tx) (string, error) {
	c, ok, err := tx.Commitment()
	if err != nil || ok {
		return c.Scenario, err
	}
	all, err := tx.Scenarios()
	if err == nil && len(all) == 0 {
		err = plumbline.Errorf(plumbline.NotFound, "There is no scenario yet. Make one first.")
	}
	if err != nil {
		return "", err
	}
	return all[0].ID, nil
}

// check checks a scenario with the teams, items and models that it names.
func (r *Room) check(tx *store.Tx, who plumbline.Actor, s plumbline.Scenario) error {
	if err := s.Validate(); err != nil {
		return err
	}
	var bad plumbline.Problems
	teams, err := tx.Teams()
	if err != nil {
		return err
	}
	known := map[plumbline.TeamRef]bool{"": true}
	for _, t := range teams {
		known[t.Ref] = true
	}
	if !known[s.Team] {
		bad.Add("team", "There is no team %q.", s.Team)
	}
	for _, m := range s.Mix {
		if !known[m.Team] {
			bad.Add("mix", "There is no team %q.", m.Team)
		}
	}
	reign, err := r.order.Reign(tx)
	if err != nil {
		return err
	}
	if _, err := reign.At(r.now()).Model(s.Model); err != nil {
		bad.Add("model", "%s", plumbline.TextOf(err))
	}
	if err := r.keysSeen(tx, who, s, &bad); err != nil {
		return err
	}
	return bad.Err()
}

// keysSeen checks the items that a scenario names.
func (r *Room) keysSeen(tx *store.Tx, who plumbline.Actor, s plumbline.Scenario, bad *plumbline.Problems) error {
	fields := map[plumbline.Key]string{}
	for _, g := range s.Exclusive {
		for _, k := range g {
			fields[k] = "exclusive"
		}
	}
	if s.Budget != nil {
		for k := range s.Budget.Costs {
			fields[k] = "costs"
		}
	}
	items, err := r.itemsByKey(tx, who, fields)
	if err != nil {
		return err
	}
	for key, field := range fields {
		if _, ok := items[key]; !ok {
			bad.Add(field, "There is no item %s, or you may not see it.", key)
		}
	}
	return nil
}
