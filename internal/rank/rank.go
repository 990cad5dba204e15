// Package rank says what comes first, and why.
//
// It owns six nouns. A [Policy] is the rules as data: the priority table, the
// families of forced work with their clocks, the models and their scales. A
// [Subject] is what is known of one item. A [Table] is the subjects in their
// order under one policy, with the chance of each place. An [Entry] is one line
// of it. An [Explanation] says in words why an entry is where it is. A [Study]
// is something that could be found out, and what finding it out is worth.
//
// Laws: pure. The time and the seed are arguments; the same arguments give the
// same table to the byte. Forced work is a class and never a number: no score
// passes it. What nobody has said is unknown, never zero: an item without an
// estimate that its model needs has no score, and says which one is missing. A
// table names the version of the policy that it was made under.
//
// The rules are those of the GitLab handbook of 2022 and of 2026; the chances
// are those of package odds.
package rank

import (
	"sync"
	"time"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/clock"
	"plumbline/internal/rank/odds"
	"plumbline/internal/shared"
)

// Subject is what is known of one item.
type Subject struct {
	ID, Title string
	Labels    []string       // of the tracker, and "kind:…" and "class:…", which rules may name too
	Class     string         // of request, or the id of a forced family
	Kind      string         // "request", "incident", …
	Severity  string         // "S1" … "S4"; empty: not assessed
	Priority  string         // "P1" … "P4"; empty: none
	Opened    plumbline.Time // 0: not known
	Due       plumbline.Time // a date that it is wanted by; 0: none
	Hardness  string         // of that date: "contract", "regulation", "eol", "wish" or empty
	Events    []clock.Event  // what clocks read
	Category  string         // whose mean its score is drawn to; empty: that of its row
	Profile   string         // of cost of delay, see [Profiles]; empty: the plain sum
	Sponsor   string         // who stands for it with the executives, where a model asks for one
	Plan      Plan           // what it needs to enter the finance plan
	Factors   map[plumbline.Factor]Factor
	Asks      []Ask
	Duties    []Duty  // the limits that it mends and that force it
	Born      *Policy // whose clocks run for it: the one in force when it was filed; nil: the one it is ranked by
	Direct    *Score  // a score of its own, instead of a model's: only Mean and SD are read
}

// Factor is one estimated number, pooled over the people who gave it.
type Factor struct {
	Value    chance.Dist
	Grade    plumbline.Grade
	Source   string
	By       string
	Observed plumbline.Time // its age counts from here; 0: it has none
	People   int
	Between  float64 // share of the variance that is disagreement, 0 to 1
}

// Plan is what a saving must have before it may enter the finance plan.
type Plan struct {
	Wanted     bool           // somebody asked for it
	Date       plumbline.Time // firm
	Approved   string         // the product manager who approved the date
	Confidence float64        // 0 to 1
	Net        bool           // the savings are net of what other items save too
}

// The pools of demand.
const (
	Retention = "retention" // an existing account: what it pays
	Growth    = "growth"    // an open opportunity: what it would pay more
)

// Ask is one account that wants an item. Its numbers are never shown: only the
// sum over all asks is.
type Ask struct {
	Account  string
	Pool     string
	Priority int            // 1 to 10; 0: 1, as nobody said
	Amount   float64        // what the account pays, or the open opportunity is worth, a year
	Unknown  bool           // nobody knows the amount
	Health   string         // of Retention: "green", "yellow", "red"; empty: unknown
	Renewal  plumbline.Time // of Retention; 0: unknown
	Win      float64        // of Growth: chance to win, 0 to 1; 0: unknown
	Close    plumbline.Time // of Growth: when it is to close; 0: unknown
	At       plumbline.Time // the newest of one account and pool on one item counts
	Lost     bool           // lost or closed: it leaves the pool
}

// How the scores become chances.
const (
	Analytic    = "analytic"    // by thresholds; exact for a few
	Conditional = "conditional" // by a few samples of the threshold
	Joint       = "joint"       // by drawing all scores together
)

// How confidence is read.
const (
	Widen    = "widen"    // it widens every interval: what is unsure may be larger too
	Discount = "discount" // it multiplies the score, as RICE has it
)

// What puts scores in their order.
const (
	ByPromise     = "promised" // the median of what people said
	ByExpectation = "expected" // the mean that is left after shrinkage: what was guessed is believed less
)

// Options are how a table is made. The zero value is good but for Now.
type Options struct {
	Model      string // empty: the policy's first
	Top        int    // how many are wanted; 0: the policy's
	Seed       uint64
	Now        plumbline.Time
	Aged       plumbline.Time  // from when the age of estimates is counted back; 0: Now
	Calendar   *clock.Calendar // nil: Monday to Friday in UTC
	Order      string          // empty: ByPromise
	Method     string          // empty: Analytic
	Confidence string          // empty: as the model says
	Samples    int             // of Conditional and Joint; 0: 256 and 10,000
	// Price of a place among the first, in units of the score, for what to find
	// out; 0: the score of the last of them.
	Price float64
	// Parallel does the parts 0 … n-1 of some work, at once if it likes. nil: one
	// after the other.
	Parallel func(n int, part func(i int))
}

// Group is the part of the table that an entry is in. They come in this order.
type Group int

// The groups. The first four hold what needs no score.
const (
	Unassessed Group = iota // forced, and nobody has said how severe it is
	Breached                // forced, and its clock has run out: the most overdue first
	Forced                  // forced: the least share of its clock left first
	HardDate                // bound by a date that cannot move, and late to begin
	Scored                  // by row of the priority table, then by score
	Unscored                // an estimate is missing
)

var groupNames = [...]string{
	"Forced, unassessed", "Forced, overdue", "Forced", "Hard date", "By score", "Not scored",
}

// String is the group's name for people.
func (g Group) String() string { return groupNames[g] }

// Force is what rules, and not scores, say of an item.
type Force struct {
	Group      Group
	Forced     bool
	Unassessed bool
	Family     string // id in the policy
	FamilyName string
	Severity   string // the one that counts
	Rule       string // which rule, in words
	Clock      string // id of the clock that presses most
	ClockName  string
	Version    string // of that clock
	Started    plumbline.Time
	Due        plumbline.Time
	Remaining  time.Duration  // in the clock's own time
	Overdue    time.Duration  // 0: it is in time
	Share      float64        // of the clock that is left, 0 to 1
	Paused     bool           // the clock stands still
	Start      plumbline.Time // of HardDate: the latest start
	Clocks     []clock.Status // every clock that applies and has started, also of what is not forced
	Why        string         // one sentence
	Problems   []string       // what in the item contradicts the policy, and what was done about it
}

// Score is an uncertain score.
type Score struct {
	Median, Mean, P05, P95 float64
	Shrunk                 float64 // the mean, drawn to its category's by how uncertain it is
	Mu, SD                 float64 // as promised; of the logarithm when Log is set, else of the score itself
	Log                    bool
}

// Entry is one line of a table, made when it is asked for: a page shows some fifty of
// ten thousand.
type Entry struct {
	Subject  int    // index into what was ranked
	Position int    // 1 is first
	Force    *Force // never nil; shared, nobody changes it
	Row      int    // of the priority table; 0: the last, "all else"
	RowName  string
	Score    *Score // nil: it has none
	Missing  []plumbline.Factor
	Problems []string // about estimates
	PTop     float64  // chance to be among the first Top
	Tie      string   // "A", "B", …: it cannot be told from the neighbours with the same letter
}

// Places is where an entry may come; its position where no chance plays.
type Places struct {
	Expected  float64 // the mean
	Low, High float64 // 5 % and 95 % points
}

// Table is the subjects in their order.
type Table struct {
	Policy   string // its version
	Model    string
	Unit     string
	Top      int
	Seed     uint64
	Now      plumbline.Time
	Forced   int // entries before the scored ones
	Scored   int
	Unscored int
	Order    string  // ByPromise or ByExpectation
	Cut      float64 // the score at which the first Top end, as Order reads scores, of the row where they do; 0: no row
	Promised float64 // the sum of the mean scores of the scored entries among the first Top
	Shrunk   float64 // the same after shrinkage: what to expect of them

	policy  *Policy
	model   *model
	options Options
	economy *economy
	desks   *sync.Pool // of *desk; tables that follow from each other share it

	// By subject; tables that follow from each other share what has not changed.
	subjects shared.List[*Subject]
	states   shared.List[*state]
	lines    shared.List[line]
	filed    bool    // subjects are given in the order of their opening, then of their ids
	timed    []int32 // subjects of which time alone may change what rules say, rising
	plain    tally   // of the scores

	pools []pool
	rows  map[int32]odds.Prior // of rows, for the pools that are too small
	order []int32              // subjects in rank order
	parts []rowField
	ties  []odds.Run // of places
}
