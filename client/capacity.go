package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"plumbline"
)

// CapacityQuery says which periods of capacity are meant; what is empty is left to the
// server: quarters, from the one before this one, four of them.
type CapacityQuery struct {
	By      string // week, month or quarter
	From    string // as 2027Q1, 2027-01 or 2027-W05
	Periods int
}

func (q CapacityQuery) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"by": q.By, "from": q.From} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Periods != 0 {
		v.Set("periods", strconv.Itoa(q.Periods))
	}
	return v
}

// CapacityTake is one thing that is taken off the capacity of a team in a period.
type CapacityTake struct {
	What       string                 `json:"what"`
	Work       string                 `json:"work,omitempty"`
	Weeks      float64                `json:"weeks"` // person-weeks
	Share      float64                `json:"share"` // 0 to 1
	Why        string                 `json:"why"`
	Constraint plumbline.ConstraintID `json:"constraint,omitempty"`
	Assumed    bool                   `json:"assumed,omitempty"`
	At         plumbline.Time         `json:"at,omitempty"`
}

// CapacityMeant is what the planned mix means for one kind of work, in person-weeks, and
// what of it is taken off already because it comes by itself.
type CapacityMeant struct {
	Share plumbline.WorkShare `json:"share"`
	Weeks float64             `json:"weeks"`
	Off   float64             `json:"off"`
}

// CapacityLoad is what comes by itself in a period, in person-weeks.
type CapacityLoad struct {
	Mean     float64 `json:"mean"`
	SD       float64 `json:"sd"`
	Reserve  float64 `json:"reserve"`
	Chance   float64 `json:"chance"`
	Measured int     `json:"measured"` // weeks
	Shape    string  `json:"shape,omitempty"`
}

// NetCapacity is what a team can do in a period, in person-weeks.
type NetCapacity struct {
	Team     plumbline.TeamRef        `json:"team"`
	TeamName string                   `json:"team_name"`
	Period   plumbline.CalendarPeriod `json:"period"`
	Basis    string                   `json:"basis"`                // entered, carried, learned, or empty: unknown
	Left     float64                  `json:"weeks_left,omitempty"` // of a running period, its weeks from today on: Gross is of those; 0: it counts whole
	People   float64                  `json:"people,omitempty"`
	Weeks    float64                  `json:"weeks,omitempty"`
	Focus    float64                  `json:"focus,omitempty"`
	Gross    float64                  `json:"gross"`
	Takes    []CapacityTake           `json:"takes"`
	Net      float64                  `json:"net"`
	Meant    []CapacityMeant          `json:"meant,omitempty"`
	Short    float64                  `json:"short,omitempty"`
	Covered  float64                  `json:"covered"`
	Load     CapacityLoad             `json:"load"`
	Source   string                   `json:"source"`
	At       plumbline.Time           `json:"at,omitempty"`
	Invented bool                     `json:"invented,omitempty"`
}

// CapacityPart is one kind of work in a period, planned and spent.
type CapacityPart struct {
	Share        plumbline.WorkShare `json:"share"`
	PlannedShare float64             `json:"planned_share"`
	Planned      float64             `json:"planned"` // person-weeks
	SpentShare   float64             `json:"spent_share"`
	Spent        float64             `json:"spent"`  // person-weeks
	Itself       float64             `json:"itself"` // of Spent, what came by itself
	Items        int64               `json:"items"`
}

// CapacityLedger is where the work of a team went in a period.
type CapacityLedger struct {
	Period  plumbline.CalendarPeriod `json:"period"`
	Planned float64                  `json:"planned"` // person-weeks
	Spent   float64                  `json:"spent"`   // person-weeks
	Items   int64                    `json:"items"`
	Unsaid  int64                    `json:"unsaid"`
	Parts   []CapacityPart           `json:"parts"`
	Open    bool                     `json:"open"`
}

// CapacityDrift is a kind of work that stands away from what was planned.
type CapacityDrift struct {
	Share   plumbline.WorkShare `json:"share"`
	Planned float64             `json:"planned"` // share of the work, 0 to 1
	Spent   float64             `json:"spent"`
	Since   plumbline.Time      `json:"since"`
	Why     string              `json:"why"`
}

// TeamCapacity is what one team can do, and where its work went.
type TeamCapacity struct {
	Team   plumbline.TeamRef `json:"team"`
	Name   string            `json:"name"`
	Nets   []NetCapacity     `json:"nets"`
	Ledger []CapacityLedger  `json:"ledger"`
	Drifts []CapacityDrift   `json:"drifts"`
	Mix    []struct {
		Share plumbline.WorkShare `json:"share"`
		Part  float64             `json:"part"` // 0 to 1
	} `json:"mix"`
	OwnMix bool `json:"own_mix"`
	Focus  struct {
		Entered  float64 `json:"entered"`
		Measured float64 `json:"measured"` // 0: not enough data
		Weeks    int     `json:"weeks"`
		Least    int     `json:"least"`
	} `json:"focus"`
	Entered []plumbline.Staffing `json:"entered"`
}

// Capacity is what teams can do by period.
type Capacity struct {
	Periods []plumbline.CalendarPeriod `json:"periods"`
	Teams   []TeamCapacity             `json:"teams"`
	Others  []struct {
		Team plumbline.TeamRef `json:"team"`
		Name string            `json:"name"`
	} `json:"others"` // of which nothing is known
	Rules   string         `json:"rules"`
	Learned plumbline.Time `json:"learned,omitempty"`
}

// StaffingInput says who is there in a team for a period.
type StaffingInput struct {
	People float64  `json:"people"`
	Weeks  *float64 `json:"weeks,omitempty"` // nil: the whole period
	Focus  float64  `json:"focus"`           // 0 to 1
	Source string   `json:"source,omitempty"`
}

// CapacityRules are the rules of capacity.
type CapacityRules struct {
	Version string         `json:"version"`
	Text    string         `json:"text"`
	By      string         `json:"by,omitempty"`
	At      plumbline.Time `json:"at,omitempty"`
}

// Capacity is what teams can do: all of them, or the one that is named.
func (c *Client) Capacity(ctx context.Context, team plumbline.TeamRef, q CapacityQuery) (Capacity, error) {
	path := "/capacity"
	if team != "" {
		path += "/" + url.PathEscape(string(team))
	}
	return call[Capacity](ctx, c, request{method: http.MethodGet, path: path, query: q.values()})
}

func staffingPath(team plumbline.TeamRef, period string) string {
	return "/capacity/" + url.PathEscape(string(team)) + "/periods/" + url.PathEscape(period)
}

// PutCapacity says who is there in a team for a period, as 2027Q1.
func (c *Client) PutCapacity(ctx context.Context, team plumbline.TeamRef, period string, in StaffingInput) (plumbline.Staffing, error) {
	return call[plumbline.Staffing](ctx, c, request{method: http.MethodPut, path: staffingPath(team, period), in: in})
}

// DropCapacity takes that back.
func (c *Client) DropCapacity(ctx context.Context, team plumbline.TeamRef, period string) error {
	return c.do(ctx, request{method: http.MethodDelete, path: staffingPath(team, period)})
}

// PutCapacityMix says how a team means to divide its work; an empty mix goes back to
// the rules' one.
func (c *Client) PutCapacityMix(ctx context.Context, team plumbline.TeamRef, mix map[plumbline.WorkShare]float64) error {
	return c.do(ctx, request{method: http.MethodPut, path: "/capacity/" + url.PathEscape(string(team)) + "/mix", in: map[string]any{"mix": mix}})
}

// CapacityRules are the rules in force.
func (c *Client) CapacityRules(ctx context.Context) (CapacityRules, error) {
	return call[CapacityRules](ctx, c, request{method: http.MethodGet, path: "/capacity-rules"})
}

// PutCapacityRules puts a version of the rules in force.
func (c *Client) PutCapacityRules(ctx context.Context, text string) (CapacityRules, error) {
	return call[CapacityRules](ctx, c, request{method: http.MethodPut, path: "/capacity-rules", in: map[string]string{"text": text}})
}
