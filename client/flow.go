package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
)

// FlowQuery says whose flow is meant, and what is forecast; what is empty is all work,
// and all that is open.
type FlowQuery struct {
	Process, Team, Product string
	Weeks                  int    // 4 to 104; 0: 26
	Remaining, By          string // "12" or "12-18"; a day
	Items                  []string
	Seed                   int64
}

func (q FlowQuery) values() url.Values {
	out := url.Values{}
	for name, value := range map[string]string{"process": q.Process, "team": q.Team, "product": q.Product, "remaining": q.Remaining, "by": q.By, "items": strings.Join(q.Items, ",")} {
		if value != "" {
			out.Set(name, value)
		}
	}
	if q.Weeks != 0 {
		out.Set("weeks", strconv.Itoa(q.Weeks))
	}
	if q.Seed != 0 {
		out.Set("seed", strconv.FormatInt(q.Seed, 10))
	}
	return out
}

// Odds is a chance as it may be told, between 0.05 and 0.95.
type Odds struct {
	P     float64 `json:"p"`
	Words string  `json:"words"`
}

// HitRate is how often what was forecast with the probability P came.
type HitRate struct {
	P    float64 `json:"p"`
	Hits int     `json:"hits"`
	Of   int     `json:"of"`
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// Forecast is when so many items are finished, and how many by when.
type Forecast struct {
	Unit     string         `json:"unit"`
	Observed int            `json:"observed"`
	Missing  int            `json:"missing"`
	Finished int            `json:"finished"`
	Enough   bool           `json:"enough_data"`
	Thin     bool           `json:"thin_data"`
	Method   string         `json:"method,omitempty"`
	When     []ForecastWhen `json:"when,omitempty"`
	HowMany  []ForecastMany `json:"how_many,omitempty"`
	By       *Odds          `json:"by,omitempty"`
	Methods  []MethodScore  `json:"methods,omitempty"`
	Notes    []string       `json:"notes"`
}

// ForecastWhen says within how many units they are finished with the probability P.
type ForecastWhen struct {
	P      float64  `json:"p"`
	Units  int      `json:"units,omitempty"`
	Date   string   `json:"date,omitempty"`
	Beyond bool     `json:"beyond_horizon,omitempty"`
	Hit    *HitRate `json:"hit_rate,omitempty"`
}

// ForecastMany says how many are finished within so many units.
type ForecastMany struct {
	Units   int       `json:"units"`
	Until   string    `json:"until,omitempty"`
	Method  string    `json:"method"`
	AtLeast []AtLeast `json:"at_least"`
	Between []int     `json:"between_85"`
	Hit     HitRate   `json:"hit_rate_85"`
}

// AtLeast is how many are reached with the probability P.
type AtLeast struct {
	P     float64 `json:"p"`
	Items int     `json:"items"`
	Hit   HitRate `json:"hit_rate"`
}

// MethodScore is how a way to forecast did on the past.
type MethodScore struct {
	Method  string    `json:"method"`
	Span    int       `json:"span"`
	Origins int       `json:"origins"`
	CRPS    float64   `json:"crps"`
	Pinball []float64 `json:"pinball"`
	AtLeast []HitRate `json:"at_least"`
	Between []HitRate `json:"between"`
}

// ForecastTogether is when several teams are all done.
type ForecastTogether struct {
	When  []ForecastWhen `json:"when"`
	By    *Odds          `json:"by,omitempty"`
	Notes []string       `json:"notes"`
}

// ForecastTeam is the part of one team in it.
type ForecastTeam struct {
	Team     plumbline.TeamRef `json:"team"`
	Name     string            `json:"name"`
	Keys     []plumbline.Key   `json:"keys"`
	Sentence string            `json:"sentence"`
	Forecast
}

// Ahead is when what remains at a place is done.
type Ahead struct {
	Process   plumbline.ProcessID  `json:"process,omitempty"`
	Team      plumbline.TeamRef    `json:"team,omitempty"`
	Product   plumbline.ProductRef `json:"product,omitempty"`
	Name      string               `json:"name"`
	Sentence  string               `json:"sentence"`
	Start     string               `json:"start"`
	Remaining string               `json:"remaining"`
	Items     int                  `json:"items"`
	*Forecast
	Teams    []ForecastTeam    `json:"teams,omitempty"`
	Together *ForecastTogether `json:"together,omitempty"`
}

// FlowBand is how many items stood somewhere, day by day.
type FlowBand struct {
	Name   string            `json:"name"`
	Lane   string            `json:"lane"`
	Kind   string            `json:"kind"`
	States []plumbline.State `json:"states,omitempty"`
	Points []int             `json:"points"`
}

// FlowTime is how long items were somewhere, in days.
type FlowTime struct {
	Name  string `json:"name"`
	Lane  string `json:"lane,omitempty"`
	Kind  string `json:"kind"`
	Items int    `json:"items"`
	Days  struct {
		P50 float64 `json:"p50"`
		P70 float64 `json:"p70"`
		P85 float64 `json:"p85"`
		P95 float64 `json:"p95"`
	} `json:"days"`
	Known bool `json:"known"`
}

// FlowWeek is what ended in a week.
type FlowWeek struct {
	Week    string                      `json:"week"`
	Done    int                         `json:"finished"`
	Dropped int                         `json:"dropped"`
	Shares  map[plumbline.WorkShare]int `json:"shares"`
	Partial bool                        `json:"partial,omitempty"`
}

// FlowAged is an open item with what becomes of it.
type FlowAged struct {
	Key    plumbline.Key   `json:"key"`
	Title  string          `json:"title"`
	State  plumbline.State `json:"state"`
	Since  plumbline.Time  `json:"since"`
	Age    float64         `json:"age"`
	Due    plumbline.Time  `json:"due,omitempty"`
	Why    string          `json:"why,omitempty"`
	Late   bool            `json:"late,omitempty"`
	InTime *Odds           `json:"in_time,omitempty"`
	Words  string          `json:"words"`
}

// Flow is how work flows through a place.
type Flow struct {
	Process plumbline.ProcessID  `json:"process,omitempty"`
	Team    plumbline.TeamRef    `json:"team,omitempty"`
	Product plumbline.ProductRef `json:"product,omitempty"`
	Name    string               `json:"name"`
	Weeks   int                  `json:"weeks"`
	From    string               `json:"from"`
	Until   string               `json:"until"`
	Stock   struct {
		Finding string     `json:"finding"`
		Days    []string   `json:"days"`
		Bands   []FlowBand `json:"bands"`
		Open    int        `json:"open"`
		Before  int        `json:"open_before"`
		Came    int        `json:"came"`
		Ended   int        `json:"ended"`
	} `json:"stock"`
	Done struct {
		Finding string     `json:"finding"`
		Weeks   []FlowWeek `json:"weeks"`
		Items   int        `json:"items"`
		Dropped int        `json:"dropped"`
	} `json:"finished"`
	Shares struct {
		Finding string `json:"finding"`
		Sums    []struct {
			Share  plumbline.WorkShare `json:"share"`
			Items  int                 `json:"items"`
			Part   float64             `json:"part"`
			Lately float64             `json:"lately"`
		} `json:"sums"`
	} `json:"shares"`
	Cycle struct {
		Finding string     `json:"finding"`
		Sample  int        `json:"sample"`
		Since   string     `json:"since,omitempty"`
		Times   []FlowTime `json:"times"`
		Without int        `json:"without_moves"`
		Notes   []string   `json:"notes"`
	} `json:"cycle"`
	Ageing struct {
		Finding string `json:"finding"`
		Open    int    `json:"open"`
		More    bool   `json:"more,omitempty"`
		Late    int    `json:"late"`
		Older   []struct {
			P     float64 `json:"p"`
			Days  float64 `json:"days"`
			Items int     `json:"items"`
		} `json:"older"`
		Oldest []FlowAged `json:"oldest"`
		Notes  []string   `json:"notes"`
	} `json:"ageing"`
	Ahead Ahead `json:"forecast"`
}

// Flow is how work flows through a place.
func (c *Client) Flow(ctx context.Context, q FlowQuery) (Flow, error) {
	return call[Flow](ctx, c, request{method: http.MethodGet, path: "/flow", query: q.values()})
}

// Forecast is when what remains at a place, or items with what blocks them, is done.
func (c *Client) Forecast(ctx context.Context, q FlowQuery) (Ahead, error) {
	return call[Ahead](ctx, c, request{method: http.MethodGet, path: "/forecast", query: q.values()})
}

// ForecastRecord is how the forecasts of a kind did.
type ForecastRecord struct {
	Kind    plumbline.ForecastKind `json:"kind"`
	Name    string                 `json:"name"`
	Weeks   int                    `json:"weeks,omitempty"` // of teams
	Told    int                    `json:"told"`
	Void    int                    `json:"void"` // nothing can be held against them: dropped, or another plan took its place
	Waiting int                    `json:"waiting"`
	Scored  int                    `json:"scored"`
	Held    int                    `json:"held"`   // what was told with 85 %
	Inside  int                    `json:"inside"` // the range of 85 %
	Rate    float64                `json:"rate"`   // expected of what is told with 85 %, 0 to 1, with a prior of 85 %
	Low     float64                `json:"low"`    // its 90 % interval
	High    float64                `json:"high"`
	Bias    string                 `json:"bias"`
	Widen   float64                `json:"widen"` // by which the ranges of 85 % should be wider; 0: nothing says
	Verdict string                 `json:"verdict"`
	Next    string                 `json:"next"`  // how the next ones are told, in words
	Asked   float64                `json:"asked"` // the probability asked for next so that 85 % hold; 0: the history of each team says
	CRPS    float64                `json:"crps"`  // mean; of items in progress by the logarithms of days
	Rated   int                    `json:"rated"` // told a chance
	Said    float64                `json:"said"`  // mean of those chances
	Came    int                    `json:"came"`
	Brier   float64                `json:"brier"` // mean
	Text    string                 `json:"sentence"`
}

// ScoredForecast is a forecast with what came of it.
type ScoredForecast struct {
	Kind   plumbline.ForecastKind `json:"kind"`
	Key    plumbline.Key          `json:"key,omitempty"`
	Title  string                 `json:"title,omitempty"`
	Team   plumbline.TeamRef      `json:"team,omitempty"`
	Name   string                 `json:"name,omitempty"` // of the team
	At     plumbline.Time         `json:"at"`             // when it was told
	Due    plumbline.Time         `json:"due"`
	Known  plumbline.Time         `json:"known"` // when it was scored
	Text   string                 `json:"told"`
	Actual string                 `json:"came"`
	Held   bool                   `json:"held"`
	Void   string                 `json:"void,omitempty"`
	Basis  int                    `json:"basis"`
	Method string                 `json:"method"`
	Asked  float64                `json:"asked"`
	Later  bool                   `json:"worked_out_later,omitempty"` // from what was known at the time
}

// ForecastRecords is how the forecasts that were kept did.
type ForecastRecords struct {
	Sentence string           `json:"sentence"`
	Kinds    []ForecastRecord `json:"kinds"`
	Newest   []ScoredForecast `json:"newest"` // at most 50, the last scored first
}

// ForecastRecord is how the forecasts that were kept did, of a team or, empty, of all.
func (c *Client) ForecastRecord(ctx context.Context, team string) (ForecastRecords, error) {
	return call[ForecastRecords](ctx, c, request{method: http.MethodGet, path: "/forecast-record", query: values("team", team)})
}
