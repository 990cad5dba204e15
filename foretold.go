package plumbline

// ForecastKind is what a kept forecast is about.
type ForecastKind string

// The kinds of kept forecasts.
const (
	ForecastOfItem ForecastKind = "item"       // in how many days an item is finished
	ForecastOfTeam ForecastKind = "team"       // how many items a team finishes in some weeks
	ForecastOfPlan ForecastKind = "commitment" // how many of the items that are planned for a team are finished by the end of a period
)

// ForecastKinds are all of them, in the order in which people read them.
var ForecastKinds = [...]ForecastKind{ForecastOfItem, ForecastOfTeam, ForecastOfPlan}

// ForecastCause is why a forecast was kept.
type ForecastCause string

// The causes.
const (
	ForecastAtHandOff ForecastCause = "hand-off"
	ForecastAtCommit  ForecastCause = "commitment"
	ForecastByWeek    ForecastCause = "week"
	ForecastByReplay  ForecastCause = "replay" // worked out later, from what was known then
)

// KeptForecast is a forecast as it was told when it mattered. None is ever changed.
type KeptForecast struct {
	ID      string // the same for the same thing at the same time, so that it is kept once
	Kind    ForecastKind
	Cause   ForecastCause
	Item    ItemID    // of an item
	Team    TeamRef   // of a team or a commitment; of an item whose it was
	Process ProcessID // of an item
	Plan    string    // the decision by which a commitment was made
	Period  string    // of a commitment
	Items   []ItemID  // of a commitment: those that are planned until then
	Weeks   int       // of a team
	At      Time      // when it was made
	Due     Time      // when reality is held against it at the latest; after At

	Grid  []float64 // equally likely values, the smallest first: days after At, or items
	Low   float64   // with 85 % it is between Low and High
	High  float64
	Level float64 // with 85 % at most so many days, or at least so many items
	Asked float64 // the probability asked for so that 85 % come true, 0.5 to 1

	Until Time    // of P
	P     float64 // the chance that it, or all of it, is finished before Until: 0 to 1; below 0: not told

	Basis   int    // finished items, or measured weeks, that it is made from
	Alike   string // what those have in common with it: "team" or "process"
	Method  string
	Version string // of the way in which it was made
	Seed    uint64
}

// ForecastScore is what came of a forecast.
type ForecastScore struct {
	Forecast string
	At       Time
	Void     string  // why nothing can be held against it; empty: it was scored
	Actual   float64 // days, or items
	Held     bool    // the level of 85 %
	Inside   bool    // the range of 85 %
	Came     bool    // finished before the moment of the chance that was told
	CRPS     float64 // of days by their logarithms, of items in items; 0 is best
	Brier    float64 // squared error of the chance; below 0: none was told
	Lean     float64 // logarithm of what came over the middle of what was told
}
