package client

import (
	"context"
	"net/http"
	"net/url"

	"plumbline"
)

// PlanOf is a scenario with the newest plan of it.
type PlanOf struct {
	Scenario   Scenario       `json:"scenario"`
	Scenarios  []ScenarioLink `json:"scenarios"`            // all that there are, newest first
	Plan       *PlanMade      `json:"plan,omitempty"`       // nil: it was not planned yet
	Commitment *Commitment    `json:"commitment,omitempty"` // nil: no plan is committed
	May        bool           `json:"may"`                  // the reader may plan
	Running    *PlanProgress  `json:"running,omitempty"`    // the server that answers plans it now
}

// PlanProgress is how far the planning of a scenario is.
type PlanProgress struct {
	Scenario string   `json:"scenario"`
	ByName   string   `json:"by_name"`
	Value    float64  `json:"value,omitempty"` // of the best plan found so far
	Bound    float64  `json:"bound,omitempty"` // no plan is worth more
	Gap      *float64 `json:"gap,omitempty"`   // 0 to 1; nil: there is no plan yet
	Seconds  float64  `json:"seconds"`         // since it began
	Limit    float64  `json:"limit"`           // seconds after which the best plan found is taken
	Sentence string   `json:"sentence"`
}

// ScenarioLink is the name of a scenario.
type ScenarioLink struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Committed bool   `json:"committed,omitempty"`
}

// Scenario is a scenario with its pins.
type Scenario struct {
	plumbline.Scenario
	Pins []Pinned `json:"pins"`
}

// Pinned is a pin with its item.
type Pinned struct {
	PlanItem
	In     bool                     `json:"in"`
	By     plumbline.CalendarPeriod `json:"by,omitempty"`
	Reason string                   `json:"reason"`
	Name   string                   `json:"name"`
	At     plumbline.Time           `json:"at"`
}

// PlanItem is an item as the reader may see it; one that they may not see has no key.
type PlanItem struct {
	Key      plumbline.Key   `json:"key,omitempty"`
	Title    string          `json:"title"`
	State    plumbline.State `json:"state,omitempty"`
	TeamName string          `json:"team_name,omitempty"`
}

// PlanMade is a plan as it was kept. Value, Bound and prices are in Unit; they
// are withheld from readers who may not read what items are worth.
type PlanMade struct {
	ID         string         `json:"id"`
	At         plumbline.Time `json:"at"`
	ByName     string         `json:"by_name"`
	Seed       uint64         `json:"seed"`
	Stopped    bool           `json:"stopped,omitempty"`
	Behind     string         `json:"behind,omitempty"` // why it should be made again; empty: it need not
	Sentence   string         `json:"sentence"`
	Withheld   bool           `json:"withheld,omitempty"`
	Unit       string         `json:"unit"`
	Value      float64        `json:"value,omitempty"`
	Bound      float64        `json:"bound,omitempty"`
	Gap        float64        `json:"gap"`
	Confidence float64        `json:"confidence"`
	Periods    []string       `json:"periods"`
	Teams      []TeamPlan     `json:"teams"`
	Many       int            `json:"many"`
	Broken     []PlanBroken   `json:"broken"`
	Left       []PlanLeft     `json:"left"` // the nearest first, at most 50
	LeftMany   int            `json:"left_many"`
	Unready    []PlanUnready  `json:"unready"` // forced ones first, at most 50
	UnreadyAll int            `json:"unready_many"`
	Frontier   []PlanFrontier `json:"frontier"`
	Engineers  []PlanEngineer `json:"engineers"`
}

// TeamPlan is what one team does.
type TeamPlan struct {
	Team  plumbline.TeamRef `json:"team"`
	Name  string            `json:"name"`
	Cells []PlanCell        `json:"cells"` // by period
}

// PlanCell is one team in one period, in person-weeks. Planned is the mean of what
// is to do, Kept is what stays free so that it fits with the chance asked for.
type PlanCell struct {
	Period   string         `json:"period"`
	Left     string         `json:"left,omitempty"` // of a period that was running: how much of it was left, in words
	Gross    float64        `json:"gross"`
	Takes    []CapacityTake `json:"takes"`
	Capacity float64        `json:"capacity"`
	Planned  float64        `json:"planned"`
	Kept     float64        `json:"kept"`
	Fits     float64        `json:"fits"`            // chance, 0 to 1
	Price    float64        `json:"price,omitempty"` // of one person-week more; withheld as values are
	Source   string         `json:"source"`
	Invented bool           `json:"invented,omitempty"`
	Flag     string         `json:"flag,omitempty"` // what has changed since
	Picks    []PlanPick     `json:"picks"`          // forced first
}

// PlanPick is an item in a plan, with its work in person-weeks.
type PlanPick struct {
	PlanItem
	Period  string  `json:"period"`
	Share   string  `json:"share"`
	Low     float64 `json:"low"`
	Mean    float64 `json:"mean"`
	High    float64 `json:"high"`
	Covered float64 `json:"covered,omitempty"` // of Mean, what is kept free for such work already
	Forced  string  `json:"forced,omitempty"`  // why it must be in
	Pinned  bool    `json:"pinned,omitempty"`
	Due     string  `json:"due,omitempty"`  // the last period allowed
	Flag    string  `json:"flag,omitempty"` // what has come in its way since
}

// PlanBroken is a demand that the plan does not hold.
type PlanBroken struct {
	PlanItem
	Mix    string   `json:"mix,omitempty"`
	Why    string   `json:"why"`
	Cells  []string `json:"cells,omitempty"` // "SIG Node in 2027Q1"
	Proven bool     `json:"proven"`
}

// PlanLeft is an item that is left out, and what would bring it in.
type PlanLeft struct {
	PlanItem
	Why    string     `json:"why"` // in sentences
	Period string     `json:"period,omitempty"`
	Pushes []PlanItem `json:"pushes,omitempty"`
	Raise  *float64   `json:"raise,omitempty"` // of value; nil: none helps, or withheld
	Times  *float64   `json:"times,omitempty"` // that as a part of what it is worth
	Cut    *float64   `json:"cut,omitempty"`   // of effort, 0 to 1
	Pinned bool       `json:"pinned,omitempty"`
	Mean   float64    `json:"mean"`
}

// PlanUnready is an item that cannot be planned yet.
type PlanUnready struct {
	PlanItem
	Why    string `json:"why"`
	Forced bool   `json:"forced,omitempty"`
}

// PlanFrontier is the best plan for one chance of fitting. Part is its value as a
// part of the largest of all.
type PlanFrontier struct {
	Confidence float64 `json:"confidence"`
	Part       float64 `json:"part"`
	Value      float64 `json:"value,omitempty"`
	Many       int     `json:"many"`
	Here       bool    `json:"here,omitempty"` // nearest to the chance of this plan
}

// PlanEngineer is what one person more in a team would bring: the plan was made
// again with it.
type PlanEngineer struct {
	Team  plumbline.TeamRef `json:"team"`
	Name  string            `json:"name"`
	Weeks float64           `json:"weeks"` // of work over all periods
	Gain  float64           `json:"gain,omitempty"`
	Part  float64           `json:"part"` // as a part of the plan's value
	In    []PlanItem        `json:"in"`
	Out   []PlanItem        `json:"out"`
}

// Commitment is the decision by which a plan is what we will do.
type Commitment struct {
	PlanDecision
	Flags []PlanFlag `json:"flags"` // what does not hold any more; the plan itself is as it was
	Many  int        `json:"many"`  // picks
}

// PlanDecision is a decision about a plan.
type PlanDecision struct {
	ID           string         `json:"id"`
	Scenario     string         `json:"scenario"`
	ScenarioName string         `json:"scenario_name"`
	Plan         string         `json:"plan"`
	Kind         string         `json:"kind"`
	Item         *PlanItem      `json:"item,omitempty"`
	Asked        string         `json:"asked,omitempty"`
	Drops        []PlanItem     `json:"drops,omitempty"`
	Later        []PlanItem     `json:"later,omitempty"`
	Reason       string         `json:"reason"`
	Name         string         `json:"name"`
	At           plumbline.Time `json:"at"`
	Ended        plumbline.Time `json:"ended,omitempty"`
	InForce      bool           `json:"in_force"`
}

// PlanFlag is something that does not hold any more of a committed plan.
type PlanFlag struct {
	Item   *PlanItem `json:"item,omitempty"` // nil: it is about a team
	Team   string    `json:"team,omitempty"`
	Period string    `json:"period"`
	Why    string    `json:"why"`
}

func planPath(scenario string) string {
	if scenario == "" {
		scenario = "current"
	}
	return "/plans/" + url.PathEscape(scenario)
}

// PlanOf is a scenario with its newest plan; "" is the committed one, else the newest.
func (c *Client) PlanOf(ctx context.Context, scenario string) (PlanOf, error) {
	return call[PlanOf](ctx, c, request{method: http.MethodGet, path: planPath(scenario)})
}

// ComparePlans are scenarios side by side; without ids the newest.
func (c *Client) ComparePlans(ctx context.Context, scenarios ...string) (PlansCompared, error) {
	return call[PlansCompared](ctx, c, request{method: http.MethodGet, path: "/plans", query: url.Values{"scenario": scenarios}})
}

// MakeScenario adds a scenario.
func (c *Client) MakeScenario(ctx context.Context, in ScenarioInput) (plumbline.Scenario, error) {
	return call[plumbline.Scenario](ctx, c, request{method: http.MethodPost, path: "/plans", in: in})
}

// ChangeScenario changes what is set of a scenario.
func (c *Client) ChangeScenario(ctx context.Context, scenario string, in ScenarioInput) (plumbline.Scenario, error) {
	return call[plumbline.Scenario](ctx, c, request{method: http.MethodPatch, path: planPath(scenario), in: in})
}

// MakePlan plans a scenario.
func (c *Client) MakePlan(ctx context.Context, scenario string) (PlanOf, error) {
	return call[PlanOf](ctx, c, request{method: http.MethodPost, path: planPath(scenario) + "/make"})
}

// StopPlan asks a planning that runs for the best plan found so far.
func (c *Client) StopPlan(ctx context.Context, scenario string) error {
	return c.do(ctx, request{method: http.MethodPost, path: planPath(scenario) + "/stop"})
}

// PinItem forces an item in or out, or sets it free.
func (c *Client) PinItem(ctx context.Context, scenario string, in PinInput) error {
	return c.do(ctx, request{method: http.MethodPost, path: planPath(scenario) + "/pins", in: in})
}

// CommitPlan takes the newest plan of a scenario as what we will do.
func (c *Client) CommitPlan(ctx context.Context, scenario string, in CommitInput) (PlanDecision, error) {
	return call[PlanDecision](ctx, c, request{method: http.MethodPost, path: planPath(scenario) + "/commit", in: in})
}

// Displace says what drops out of a plan when an item goes in.
func (c *Client) Displace(ctx context.Context, in AskedFor) (Displacement, error) {
	q := url.Values{"item": {string(in.Item)}}
	for name, text := range map[string]string{"way": in.Way, "effort": in.Effort, "team": string(in.Team)} {
		if text != "" {
			q.Set(name, text)
		}
	}
	for _, k := range in.Keep {
		q.Add("keep", string(k))
	}
	return call[Displacement](ctx, c, request{method: http.MethodGet, path: planPath(in.Scenario) + "/displacement", query: q})
}

// Escalate writes down what was picked when something was escalated.
func (c *Client) Escalate(ctx context.Context, in EscalateInput) (PlanDecision, error) {
	return call[PlanDecision](ctx, c, request{method: http.MethodPost, path: planPath(in.Scenario) + "/displacement", in: in})
}

// PlanDecisions are what was decided about plans, newest first.
func (c *Client) PlanDecisions(ctx context.Context) ([]PlanDecision, error) {
	out, err := call[struct{ Decisions []PlanDecision }](ctx, c, request{method: http.MethodGet, path: "/plan-decisions"})
	return out.Decisions, err
}
