package plan

import (
	"cmp"
	"slices"

	"plumbline/internal/chance"
)

// Limits on a problem. What is larger is refused, not tried.
const (
	MaxItems   = 20_000
	MaxPeriods = 104
	MaxTeams   = 200
	maxOptions = 500_000 // items times periods
	maxLinks   = 200_000 // orders, efforts and members of groups, each
	maxNumber  = 1e12    // the largest value, effort or capacity
)

// DefaultConfidence is the probability with which what is planned for a team in a
// period fits, unless the problem says another.
const DefaultConfidence = 0.85

// Problem is what is to be planned. Everything is named by its id, in one unit of
// effort (person-weeks, say) and one unit of value.
type Problem struct {
	Periods    []string // in their order
	Teams      []Team
	Items      []Item
	Exclusive  [][]string // of each group at most one is done
	Budget     *Budget    // nil for none
	Mix        []Share
	Frozen     []Freeze
	Confidence float64 // of fitting, from 0.5 to below 1; 0 is [DefaultConfidence]
	Seed       uint64
}

// Team is who does the work. Capacity is what is left for it in each period, after
// all reserves; it may be uncertain itself.
type Team struct {
	ID       string
	Capacity []chance.Dist
}

// Item is work that is done as a whole in one period, or not at all.
type Item struct {
	ID       string
	Values   []float64 // what it is worth if finished in each period; may be below zero
	Effort   []Effort  // at most one for each team
	After    []string  // these are finished in the same period or an earlier one
	By       string    // the last period that is allowed; "" for any
	Forced   bool      // it must be in the plan
	Out      bool      // it must not
	Category string    // what the mix and freezes go by
	Product  string    // what freezes go by
}

// Effort is what one team has to do for an item.
type Effort struct {
	Team string
	Size chance.Dist // 0 or more
}

// Budget is money by period and what items cost of it, in the period in which they
// are done.
type Budget struct {
	Amount []float64
	Cost   map[string]chance.Dist // by item
}

// Share says how much of the planned effort, on average, a category has: from Min
// to Max, of one team, or of all with Team "".
type Share struct {
	Category string
	Team     string
	Min, Max float64 // 0 to 1; a Max of 0 is none
}

// Freeze closes periods for the items of a product, such as one whose error budget
// is spent: only the categories in Except go through (SRE workbook, error budget
// policy: all but priority 0 and security).
type Freeze struct {
	Product string
	Periods []string
	Except  []string
}

// Pick is one item in the plan.
type Pick struct {
	ID     string `json:"id"`
	Period string `json:"period"`
}

// Price is what one unit more of a team's capacity in a period would be worth: of
// the first unit, not of a whole person, who is planned anew by [Problem.More].
type Price struct {
	Team   string  `json:"team"`
	Period string  `json:"period"`
	Price  float64 `json:"price"`
}

// Cell is one team in one period.
type Cell struct {
	Team   string `json:"team"`
	Period string `json:"period"`
}

// Violation is a demand that the plan does not hold: an item that is forced, or a
// share of the mix. Cells are the teams and periods that have no room for what is
// demanded of them, the fewest that were found; Proven says that nothing can help
// but more room there, or fewer demands.
type Violation struct {
	ID     string   `json:"id,omitempty"`
	Mix    string   `json:"mix,omitempty"`
	Why    string   `json:"why"`
	Cells  []Cell   `json:"cells,omitempty"`
	With   []string `json:"with,omitempty"`
	Proven bool     `json:"proven"`
}

// Load is what the plan asks of a team in a period. Reserve is what is kept free so
// that it fits with the confidence asked for; Fits is the probability that it does,
// if the sum of efforts is normal. Order is what it does, in the order in which, one
// after the other, delay costs the least: forced work first, nothing before what it
// waits for.
type Load struct {
	Cell
	Order    []string `json:"order,omitempty"`
	Capacity float64  `json:"capacity"`
	Planned  float64  `json:"planned"`
	Reserve  float64  `json:"reserve"`
	Fits     float64  `json:"fits"`
}

// Plan is what was chosen. Bound is proven: no plan that holds the same demands is
// worth more. Gap is (Bound-Value)/Bound. Prices are where they are above nothing.
type Plan struct {
	Value    float64     `json:"value"`
	Bound    float64     `json:"bound"`
	Gap      float64     `json:"gap"`
	Picks    []Pick      `json:"picks"`
	Prices   []Price     `json:"prices"`
	Money    []Price     `json:"budget_prices,omitempty"`
	LeftOut  []Why       `json:"left_out"`
	Violated []Violation `json:"violated"`
	Loads    []Load      `json:"loads"`
	Stopped  bool        `json:"stopped,omitempty"` // before all the work was done

	solved *solver // with its prices and loads, so that questions begin where it ended
}

// Period is the period in which the plan does an item, "" if it does not.
func (p *Plan) Period(id string) string {
	i, ok := slices.BinarySearchFunc(p.Picks, id, func(k Pick, id string) int { return cmp.Compare(k.ID, id) })
	if !ok {
		return ""
	}
	return p.Picks[i].Period
}
