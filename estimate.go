package plumbline

import (
	"math"
	"strings"
)

// Shape is how a [Quantity] is spread between its bounds.
type Shape string

// The shapes. Low and High are the 5 % and the 95 % point of all of them but
// Exact, where both are the value, and Pert, where they are the ends.
const (
	Unknown   Shape = ""          // nobody has said; never taken for zero
	Exact     Shape = "known"     // one number
	Lognormal Shape = "lognormal" // positive: what multiplies
	Normal    Shape = "normal"    // what adds
	Beta      Shape = "beta"      // a share between 0 and 1
	Pert      Shape = "pert"      // ends and most likely value
)

// Quantity is an uncertain number: a 90 % interval and its shape. The zero value
// is unknown.
type Quantity struct {
	Shape Shape   `json:"dist,omitempty"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Mode  float64 `json:"mode,omitempty"` // of Pert
	None  float64 `json:"none,omitempty"` // the probability that there is nothing of it at all, 0 to 1
}

// Known says that somebody has said something.
func (q Quantity) Known() bool { return q.Shape != Unknown }

// Validate checks the bounds; field names the input in its error.
func (q Quantity) Validate(field string) error {
	var bad Problems
	switch {
	case !oneOf(string(q.Shape), "", "known", "lognormal", "normal", "beta", "pert"):
		bad.Add(field, "The shape is known, lognormal, normal, beta or pert, not %q.", q.Shape)
	case !finite(q.Low) || !finite(q.High) || !finite(q.Mode):
		bad.Add(field, "A number is not finite: give an interval of ordinary numbers, or ? for unknown.")
	case q.Shape == Unknown && q != (Quantity{}):
		bad.Add(field, "An interval needs a shape.")
	case q.Shape == Exact && q.Low != q.High:
		bad.Add(field, "A known number is one number.")
	case q.Shape != Unknown && q.Shape != Exact && q.Low >= q.High:
		bad.Add(field, "The interval from %g to %g is empty or the wrong way round: the lower bound comes first. For a number that is known, write it alone.", q.Low, q.High)
	case q.Shape == Lognormal && q.Low <= 0:
		bad.Add(field, "The interval from %g to %g reaches zero, which a lognormal never does: raise the lower bound, or say that it is normal.", q.Low, q.High)
	case q.Shape == Beta && (q.Low <= 0 || q.High >= 1):
		bad.Add(field, "A share lies between 0 and 1; %g to %g does not.", q.Low, q.High)
	case q.Shape == Pert && (q.Mode < q.Low || q.Mode > q.High):
		bad.Add(field, "The most likely value %g is not between %g and %g.", q.Mode, q.Low, q.High)
	case !(q.None >= 0 && q.None <= 1):
		bad.Add(field, "A probability is between 0 and 1, not %g.", q.None)
	}
	return bad.Err()
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// Factor names what an estimate is of: "reach", "effort", … Policies say which
// there are, and in which unit.
type Factor string

// Estimate is what one person thinks a factor of an item is. It is never
// changed: a newer one by the same person ends it. What it says is private
// because some factors are amounts; the others are shown by a view.
type Estimate struct {
	ID       string            `json:"id"`
	Item     ItemID            `json:"-"`
	Factor   Factor            `json:"factor"`
	Value    Private[Quantity] `json:"-"`
	Grade    Grade             `json:"grade"`
	Source   string            `json:"source,omitempty"` // a link, or words that say where it comes from
	Observed Time              `json:"observed"`         // when it was true; its age counts from here
	Round    string            `json:"round,omitempty"`  // the blind round it was given in
	By       PersonID          `json:"by"`
	ByName   string            `json:"by_name,omitempty"`
	At       Time              `json:"at"`
	Ended    Time              `json:"ended,omitempty"` // when a newer one took its place
	Invented bool              `json:"invented,omitempty"`
}

// Validate checks what an estimate must have.
func (e Estimate) Validate() error {
	var bad Problems
	bad.Merge(e.Value.Keep().Validate(string(e.Factor)))
	if !oneOf(string(e.Grade), "opinion", "anecdote", "sampled", "measured") {
		bad.Add("grade", "The grade is opinion, anecdote, sampled or measured, not %q.", e.Grade)
	}
	if strings.TrimSpace(string(e.Factor)) == "" {
		bad.Add("factor", "Say which factor is estimated, for example reach.")
	}
	if e.Observed > e.At {
		bad.Add("observed", "It cannot have been observed after it was written down.")
	}
	checkText(&bad, "source", e.Source, 0, 2000)
	return bad.Err()
}

// Round is a time in which several people estimate without seeing each other.
// While it is open, each sees only what they said themselves.
type Round struct {
	ID      string     `json:"id"`
	Title   string     `json:"title"`
	Items   []Key      `json:"items"`
	Factors []Factor   `json:"factors"`
	People  []PersonID `json:"people"` // who is asked; empty: whoever may estimate
	By      PersonID   `json:"by"`
	ByName  string     `json:"by_name,omitempty"`
	At      Time       `json:"at"`
	Until   Time       `json:"until,omitempty"`  // when answers are wanted
	Closed  Time       `json:"closed,omitempty"` // 0: open
}

// Comparison is one judgement between two items: which is worth more.
type Comparison struct {
	ID     string   `json:"id"`
	A      Key      `json:"a"`
	B      Key      `json:"b"`
	Winner Key      `json:"winner,omitempty"` // empty: as good as each other
	Set    string   `json:"set,omitempty"`    // of a best-worst choice: what it was one of
	By     PersonID `json:"by"`
	At     Time     `json:"at"`
}

// Reality is what a factor turned out to be.
type Reality struct {
	ID     string           `json:"id"`
	Item   ItemID           `json:"-"`
	Factor Factor           `json:"factor"`
	Value  Private[float64] `json:"-"`
	Source string           `json:"source"`
	By     PersonID         `json:"by"`
	ByName string           `json:"by_name,omitempty"`
	At     Time             `json:"at"`
}

// Extension is more time for a clock. It counts once somebody other than who
// asked for it has approved it.
type Extension struct {
	Clock    string   `json:"clock"`  // the id in the policy
	Days     int      `json:"days"`   // calendar days
	Reason   string   `json:"reason"` // internal
	Asked    PersonID `json:"asked"`
	Approved PersonID `json:"approved,omitempty"`
}
