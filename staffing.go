package plumbline

import "math"

// Staffing is who is there in a team for a period: what its capacity is made of,
// before anything is taken off.
type Staffing struct {
	Team     TeamRef        `json:"team"`
	Period   CalendarPeriod `json:"period"`
	People   float64        `json:"people"` // in whole positions: 4.5 is four people and one at half time
	Weeks    float64        `json:"weeks"`  // that one of them works in the period, holidays taken off
	Focus    float64        `json:"focus"`  // share of that time that goes into work on items, 0 to 1
	Source   string         `json:"source,omitempty"`
	Invented bool           `json:"invented,omitempty"`
	By       PersonID       `json:"-"`
	ByName   string         `json:"by_name,omitempty"`
	At       Time           `json:"at"`
}

// MaxPeople is how many people a team has at most.
const MaxPeople = 10_000

// PersonWeeks is people × weeks × focus.
func (s Staffing) PersonWeeks() float64 { return s.People * s.Weeks * s.Focus }

// Validate checks the numbers and the period.
func (s Staffing) Validate() error {
	var bad Problems
	if !ValidRef(string(s.Team)) {
		bad.Add("team", "Name the team by its ref, not as %q.", clipped(string(s.Team)))
	}
	if s.Period == (CalendarPeriod{}) {
		bad.Add("period", "Say for which period: a quarter as 2027Q1, a month as 2027-01, a week as 2027-W05.")
	}
	switch {
	case math.IsNaN(s.People) || s.People < 0:
		bad.Add("people", "The people of a team are a number from 0 on, not %g: capacity is never negative.", s.People)
	case s.People > MaxPeople:
		bad.Add("people", "%g people are more than the %d that a team has at most.", s.People, MaxPeople)
	}
	switch most := math.Ceil(s.Period.Weeks()); {
	case !(s.Weeks > 0):
		bad.Add("weeks", "Say how many weeks each of them works: more than 0, not %g. Where nobody works, say 0 people.", s.Weeks)
	case most > 0 && s.Weeks > most:
		bad.Add("weeks", "%s has %.4g weeks; %g do not fit.", s.Period, s.Period.Weeks(), s.Weeks)
	}
	if !(s.Focus >= 0 && s.Focus <= 1) {
		bad.Add("focus", "Focus is a share from 0 to 1, not %g: write 0.7 for 70 %%.", s.Focus)
	}
	checkText(&bad, "source", s.Source, 0, 200)
	return bad.Err()
}

// WorkShare is what the capacity of teams goes into, in four.
type WorkShare string

// The four kinds of work that capacity goes into.
const (
	ShareFeatures WorkShare = "features"  // something that was not there before
	ShareUpkeep   WorkShare = "upkeep"    // keeping what there is running, secure and within its limits; incidents too
	ShareDebt     WorkShare = "tech debt" // making what there is easier to change
	ShareSupport  WorkShare = "support"   // questions, and what people need a hand with
)

// WorkShares lists the four.
var WorkShares = [...]WorkShare{ShareFeatures, ShareUpkeep, ShareDebt, ShareSupport}

// Title is the kind of work at the beginning of a sentence.
func (s WorkShare) Title() string {
	switch s {
	case ShareFeatures:
		return "Features"
	case ShareUpkeep:
		return "Upkeep"
	case ShareDebt:
		return "Tech debt"
	case ShareSupport:
		return "Support"
	}
	return string(s)
}
