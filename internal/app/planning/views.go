package planning

import (
	"plumbline"
	"plumbline/internal/app/capacity"
)

// PlanView is a scenario with the newest plan of it.
type PlanView struct {
	Scenario   ScenarioView    `json:"scenario"`
	Scenarios  []ScenarioLink  `json:"scenarios"`            // all that there are, newest first
	Plan       *PlannedView    `json:"plan,omitempty"`       // nil: it was not planned yet
	Commitment *CommitmentView `json:"commitment,omitempty"` // nil: no plan is committed
	May        bool            `json:"may"`                  // the reader may plan
	Running    *PlanProgress   `json:"running,omitempty"`    // this server plans it now
	Seq        int64           `json:"-"`
}

// ScenarioLink is the name of a scenario.
type ScenarioLink struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Committed bool   `json:"committed,omitempty"`
}

// ScenarioView is a scenario with its pins.
type ScenarioView struct {
	plumbline.Scenario
	Pins []PinView `json:"pins"`
}

// PinView is a pin with its item.
type PinView struct {
	ItemRef
	In     bool                     `json:"in"`
	By     plumbline.CalendarPeriod `json:"by,omitempty"`
	Reason string                   `json:"reason"`
	Name   string                   `json:"name"`
	At     plumbline.Time           `json:"at"`
}

// ItemRef is an item as the reader may see it; one that they may not see has no key.
type ItemRef struct {
	Key      plumbline.Key   `json:"key,omitempty"`
	Title    string          `json:"title"`
	State    plumbline.State `json:"state,omitempty"`
	TeamName string          `json:"team_name,omitempty"`
	id       plumbline.ItemID
}

// Seen says that the reader may see the item.
func (r ItemRef) Seen() bool { return r.Key != "" }

// PlannedView is a plan as it was kept. Value, Bound and prices are in Unit; they
// are withheld from readers who may not read what items are worth.
type PlannedView struct {
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
	Broken     []BrokenView   `json:"broken"`
	Left       []LeftView     `json:"left"` // the nearest first, at most 50
	LeftMany   int            `json:"left_many"`
	Unready    []UnreadyView  `json:"unready"` // forced ones first, at most 50
	UnreadyAll int            `json:"unready_many"`
	Frontier   []FrontierView `json:"frontier"`
	Engineers  []EngineerView `json:"engineers"`
}

// TeamPlan is what one team does.
type TeamPlan struct {
	Team  plumbline.TeamRef `json:"team"`
	Name  string            `json:"name"`
	Cells []CellView        `json:"cells"` // by period
}

// CellView is one team in one period, in person-weeks. Planned is the mean of what
// is to do, Kept is what stays free so that it fits with the chance asked for.
type CellView struct {
	Period   string          `json:"period"`
	Left     string          `json:"left,omitempty"` // of a period that was running: how much of it was left, in words
	Gross    float64         `json:"gross"`
	Takes    []capacity.Take `json:"takes"`
	Capacity float64         `json:"capacity"`
	Planned  float64         `json:"planned"`
	Kept     float64         `json:"kept"`
	Fits     float64         `json:"fits"`            // chance, 0 to 1
	Price    float64         `json:"price,omitempty"` // of one person-week more; withheld as values are
	Source   string          `json:"source"`
	Invented bool            `json:"invented,omitempty"`
	Flag     string          `json:"flag,omitempty"` // what has changed since
	Picks    []Pick          `json:"picks"`          // in the order in which delay costs the least, forced first
}

// Free is what is neither planned nor kept free for doubt, below 0 never.
func (c CellView) Free() float64 { return max(c.Capacity-c.Planned-c.Kept, 0) }

// Pick is an item in a plan, with its work in person-weeks.
type Pick struct {
	ItemRef
	Period  string  `json:"period"`
	Share   string  `json:"share"`
	Low     float64 `json:"low"`
	Mean    float64 `json:"mean"`
	High    float64 `json:"high"`
	Covered float64 `json:"covered,omitempty"` // of Mean, what is kept free for such work already: it is not in Planned
	Forced  string  `json:"forced,omitempty"`  // why it must be in
	Pinned  bool    `json:"pinned,omitempty"`
	Due     string  `json:"due,omitempty"`  // the last period allowed
	Flag    string  `json:"flag,omitempty"` // what has come in its way since
}

// BrokenView is a demand that the plan does not hold.
type BrokenView struct {
	ItemRef
	Mix    string   `json:"mix,omitempty"`
	Why    string   `json:"why"`
	Cells  []string `json:"cells,omitempty"` // "SIG Node in 2027Q1"
	Proven bool     `json:"proven"`
}

// LeftView is an item that is left out, and what would bring it in.
type LeftView struct {
	ItemRef
	Why    string    `json:"why"` // in sentences
	Period string    `json:"period,omitempty"`
	Pushes []ItemRef `json:"pushes,omitempty"`
	Raise  *float64  `json:"raise,omitempty"` // of value; nil: none helps, or withheld
	Times  *float64  `json:"times,omitempty"` // that as a part of what it is worth
	Cut    *float64  `json:"cut,omitempty"`   // of effort, 0 to 1
	Pinned bool      `json:"pinned,omitempty"`
	Mean   float64   `json:"mean"`
}

// UnreadyView is an item that cannot be planned yet.
type UnreadyView struct {
	ItemRef
	Why    string `json:"why"`
	Forced bool   `json:"forced,omitempty"`
}

// FrontierView is the best plan for one chance of fitting. Part is its value as a
// part of the largest of all.
type FrontierView struct {
	Confidence float64 `json:"confidence"`
	Part       float64 `json:"part"`
	Value      float64 `json:"value,omitempty"`
	Many       int     `json:"many"`
	Here       bool    `json:"here,omitempty"` // nearest to the chance of this plan
}

// EngineerView is what one person more in a team would bring: the plan was made
// again with it.
type EngineerView struct {
	Team  plumbline.TeamRef `json:"team"`
	Name  string            `json:"name"`
	Weeks float64           `json:"weeks"` // of work over all periods
	Gain  float64           `json:"gain,omitempty"`
	Part  float64           `json:"part"` // as a part of the plan's value
	In    []ItemRef         `json:"in"`
	Out   []ItemRef         `json:"out"`
}

// CommitmentView is the decision by which a plan is what we will do.
type CommitmentView struct {
	DecisionView
	Flags []FlagView `json:"flags"` // what does not hold any more; the plan itself is as it was
	Many  int        `json:"many"`  // picks
}

// DecisionView is a decision about a plan.
type DecisionView struct {
	ID           string         `json:"id"`
	Scenario     string         `json:"scenario"`
	ScenarioName string         `json:"scenario_name"`
	Plan         string         `json:"plan"`
	Kind         string         `json:"kind"`
	Item         *ItemRef       `json:"item,omitempty"`
	Asked        string         `json:"asked,omitempty"`
	Drops        []ItemRef      `json:"drops,omitempty"`
	Later        []ItemRef      `json:"later,omitempty"`
	Reason       string         `json:"reason"`
	Name         string         `json:"name"`
	At           plumbline.Time `json:"at"`
	Ended        plumbline.Time `json:"ended,omitempty"`
	InForce      bool           `json:"in_force"`
}

// FlagView is something that does not hold any more of a committed plan.
type FlagView struct {
	Item   *ItemRef `json:"item,omitempty"` // nil: it is about a team
	Team   string   `json:"team,omitempty"`
	Period string   `json:"period"`
	Why    string   `json:"why"`
}
