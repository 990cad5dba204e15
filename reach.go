package plumbline

import "strings"

// MostReach is how many the reach of a product is counted of at most.
const MostReach = 1_000_000_000_000

// ReachUnit is what somebody said the reach of a product is counted in, "teams", how
// many of them there are in all, and from what they know: the denominator of every
// share of reach of its items. It is never changed; what is said later takes its
// place.
type ReachUnit struct {
	ID      string     `json:"-"`
	Product ProductRef `json:"product"`
	Unit    string     `json:"unit,omitempty"`    // a word or two; empty: it is counted in nothing any more
	Many    int64      `json:"many,omitempty"`    // 1 to MostReach; 0 with an empty unit
	Source  string     `json:"source,omitempty"`  // a link, or words that say where it comes from
	By      PersonID   `json:"-"`                 // empty, as ByName and At, where nobody wrote that down
	ByName  string     `json:"by_name,omitempty"` // shown to whoever may see the product
	At      Time       `json:"at,omitempty"`
}

// Validate checks what is said.
func (u ReachUnit) Validate() error {
	var bad Problems
	if checkText(&bad, "unit", u.Unit, 0, 60); strings.ContainsAny(u.Unit, "\n\r") {
		bad.Add("unit", "The unit is a word or two, for example teams.")
	}
	switch {
	case u.Unit == "" && u.Many != 0:
		bad.Add("unit", "Say what the %d are, for example teams.", u.Many)
	case u.Unit != "" && (u.Many < 1 || u.Many > MostReach):
		bad.Add("many", "Say how many %s there are in all: a whole number of 1 or more.", u.Unit)
	}
	if checkText(&bad, "source", u.Source, 0, 2000); u.Unit == "" && u.Source != "" {
		bad.Add("unit", "Say what the source counts, for example teams.")
	}
	return bad.Err()
}
