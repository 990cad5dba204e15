package judging

import (
	"plumbline"
	"plumbline/internal/chance"
)

// EstimateInput is what somebody thinks of a factor.
type EstimateInput struct {
	Factor   plumbline.Factor `json:"factor"`
	Text     string           `json:"text"`               // "2-5", "~3", "3"; "?" takes back what one said
	Grade    plumbline.Grade  `json:"grade,omitempty"`    // opinion when empty
	Source   string           `json:"source,omitempty"`   // a link, or words that say where it comes from
	Observed plumbline.Time   `json:"observed,omitempty"` // when it was true; now when 0
	Round    string           `json:"round,omitempty"`    // the blind round it answers; found by itself when empty
}

// CellInput is an estimate of one of many items.
type CellInput struct {
	Key plumbline.Key `json:"key"`
	EstimateInput
	// UnlessSame keeps what one said before when this is the same, with its date.
	UnlessSame bool `json:"unless_same,omitempty"`
}

// CellResult is what became of a cell: Text is what is kept now, Error what is
// wrong with what was written, which is not kept then.
type CellResult struct {
	Key    plumbline.Key    `json:"key"`
	Factor plumbline.Factor `json:"factor"`
	Text   string           `json:"text,omitempty"`
	Was    string           `json:"was,omitempty"`  // what one said before, when UnlessSame asks
	Same   bool             `json:"same,omitempty"` // it was the same, and stays
	Error  string           `json:"error,omitempty"`
}

// Bin is a step of a scale with what is meant by it.
type Bin struct {
	Label string `json:"label"`
	Text  string `json:"text"` // as it is written into a cell
}

// OpinionView is what one person said of a factor.
type OpinionView struct {
	By       plumbline.PersonID `json:"-"`
	ByName   string             `json:"by_name"`
	Text     string             `json:"text"`
	Low      float64            `json:"low"`
	High     float64            `json:"high"`
	Grade    plumbline.Grade    `json:"grade"`
	Source   string             `json:"source,omitempty"`
	At       plumbline.Time     `json:"at"`
	Observed plumbline.Time     `json:"observed"`
	Round    string             `json:"round,omitempty"`
	Ended    plumbline.Time     `json:"ended,omitempty"`
	Weight   float64            `json:"weight,omitempty"` // its share in the pool, 0 to 1; 0 once it has ended
	Invented bool               `json:"invented,omitempty"`
	OfItem   bool               `json:"of_item,omitempty"` // from the item's own fields, while nobody estimated
}

// FactorView is a factor of an item, as those who may see it have estimated it.
type FactorView struct {
	Factor      plumbline.Factor `json:"factor"`
	Name        string           `json:"name"`
	Unit        string           `json:"unit,omitempty"`
	Help        string           `json:"help,omitempty"`
	Counted     string           `json:"counted,omitempty"`      // of reach: of how many, "24 teams"
	CountedFrom string           `json:"counted_from,omitempty"` // who said so, when, and from what
	Amounts     string           `json:"amounts,omitempty"`      // what the share comes to, "12-19 of 24 teams"
	Text        string           `json:"text"`                   // pooled, "2–5"; "?" when unknown
	Withheld    bool             `json:"withheld,omitempty"`     // an amount, and the reader is not cleared
	Blind       string           `json:"blind,omitempty"`        // the id of the open round that keeps the others' answers
	Known       bool             `json:"known"`
	Low         float64          `json:"low,omitempty"` // of the pool
	High        float64          `json:"high,omitempty"`
	Median      float64          `json:"median,omitempty"`
	Grade       plumbline.Grade  `json:"grade,omitempty"` // the best in the pool
	Age         string           `json:"age,omitempty"`   // of the youngest, "3 weeks"
	Stale       bool             `json:"stale,omitempty"`
	People      int              `json:"people,omitempty"`
	Between     float64          `json:"between,omitempty"`  // share of the variance that is disagreement, 0 to 1
	Disagree    string           `json:"disagree,omitempty"` // a sentence; empty: they agree
	Mine        string           `json:"mine,omitempty"`     // what the reader said
	Opinions    []OpinionView    `json:"opinions,omitempty"`
	Bins        []Bin            `json:"bins,omitempty"`
}

// ModelView is a way to score items.
type ModelView struct {
	ID       string       `json:"id"`
	Name     string       `json:"name"`
	Unit     string       `json:"unit,omitempty"`
	Sentence string       `json:"sentence,omitempty"`
	Factors  []FactorView `json:"factors,omitempty"` // their heads
}

// EstimatesView is all that is thought of an item, under a model.
type EstimatesView struct {
	Key     plumbline.Key   `json:"key"`
	Title   string          `json:"title"`
	Model   string          `json:"model"`
	Factors []FactorView    `json:"factors"`
	Reality []RealityView   `json:"realities,omitempty"`
	Extends []ExtensionView `json:"extensions,omitempty"`
}

// RealityView is what a factor turned out to be.
type RealityView struct {
	Factor plumbline.Factor `json:"factor"`
	Text   string           `json:"text"`
	Source string           `json:"source"`
	ByName string           `json:"by_name"`
	At     plumbline.Time   `json:"at"`
}

// ExtensionView is more time for a clock that somebody asked for.
type ExtensionView struct {
	ID       string         `json:"id"`
	Clock    string         `json:"clock"`
	Days     int            `json:"days"`
	Reason   string         `json:"reason,omitempty"`
	Asked    string         `json:"asked"`              // the name
	Approved string         `json:"approved,omitempty"` // the name; empty: it does not count yet
	At       plumbline.Time `json:"at"`
	Mine     bool           `json:"mine,omitempty"` // asked by the reader, who may not approve it
}

// GridQuery says which items and factors the grid has.
type GridQuery struct {
	Filter plumbline.Filter
	Model  string
}

// Cell is a factor of an item in the grid.
type Cell struct {
	Factor   plumbline.Factor `json:"factor"`
	Text     string           `json:"text"`
	Mine     string           `json:"mine,omitempty"`
	Known    bool             `json:"known"`
	Stale    bool             `json:"stale,omitempty"`
	People   int              `json:"people,omitempty"`
	Disagree bool             `json:"disagree,omitempty"`
	Withheld bool             `json:"withheld,omitempty"`
	Blind    string           `json:"blind,omitempty"`
	Amounts  string           `json:"amounts,omitempty"` // of a share of reach: what it comes to, "12-19 of 24 teams"
}

// GridRow is an item in the grid.
type GridRow struct {
	Key      plumbline.Key   `json:"key"`
	Title    string          `json:"title"`
	State    plumbline.State `json:"state"`
	Cells    []Cell          `json:"cells"`
	Score    string          `json:"score,omitempty"`
	Position int             `json:"position,omitempty"` // 0: not ranked
}

// GridView is items by factors.
type GridView struct {
	Model   ModelView             `json:"model"`
	Models  []ModelView           `json:"models"`
	Factors []FactorView          `json:"factors"` // the heads of the columns
	Rows    []GridRow             `json:"rows"`
	Next    string                `json:"next,omitempty"`
	Total   int64                 `json:"total"`
	Rounds  []RoundView           `json:"rounds,omitempty"`  // the open ones that ask the reader
	Reaches []plumbline.ReachUnit `json:"reaches,omitempty"` // what the shares of reach in the rows are shares of
}

// RoundInput opens a blind round.
type RoundInput struct {
	Title   string             `json:"title"`
	Items   []plumbline.Key    `json:"items"`
	Factors []plumbline.Factor `json:"factors"`
	People  []string           `json:"people,omitempty"` // handles; empty: whoever may estimate
	Until   plumbline.Time     `json:"until,omitempty"`
}

// Answer is how much one person answered of a round, never what.
type Answer struct {
	Person string `json:"person"` // the name
	Given  int    `json:"given"`
	Of     int    `json:"of"`
}

// RoundRow is an item of a round.
type RoundRow struct {
	Key   plumbline.Key `json:"key"`
	Title string        `json:"title"`
	Cells []FactorView  `json:"cells"`
}

// RoundView is a round as its reader may see it: while it is open, of the answers
// only their own.
type RoundView struct {
	plumbline.Round
	Open     bool       `json:"open"`
	Asked    bool       `json:"asked"` // the reader is
	Answers  []Answer   `json:"answers"`
	Rows     []RoundRow `json:"rows,omitempty"` // of one round alone
	Sentence string     `json:"sentence"`
}

// ItemCard is an item as the pairs show it.
type ItemCard struct {
	Key       plumbline.Key `json:"key"`
	Title     string        `json:"title"`
	Statement string        `json:"statement,omitempty"`
	Team      string        `json:"team,omitempty"`
	Product   string        `json:"product,omitempty"`
}

// WorthView is what the comparisons say an item is worth, with its 90 % interval.
// In the unit of the model when three items have a known value, else in steps
// between -3 and 3.
type WorthView struct {
	Key    plumbline.Key `json:"key"`
	Title  string        `json:"title"`
	Median float64       `json:"median"`
	Low    float64       `json:"low"`
	High   float64       `json:"high"`
	PTop   float64       `json:"p_top"`
}

// JudgeView is how one person compares.
type JudgeView struct {
	Name        string `json:"name"`
	Pairs       int    `json:"pairs"`
	Consistency string `json:"consistency"`
}

// PairView is the pair to be judged next.
type PairView struct {
	A       ItemCard    `json:"a"`
	B       ItemCard    `json:"b"`
	Asked   int         `json:"asked"` // judgements so far
	Repeat  bool        `json:"repeat,omitempty"`
	Why     string      `json:"why"`
	Worths  []WorthView `json:"worths"`
	Judges  []JudgeView `json:"judges"`
	Anchors int         `json:"anchors"`
	Set     []ItemCard  `json:"set"` // of which the best and the worst can be said instead, the pair first; at most five
}

// CompareInput is a judgement: of a pair, or the best and the worst of a set.
type CompareInput struct {
	A      plumbline.Key   `json:"a,omitempty"`
	B      plumbline.Key   `json:"b,omitempty"`
	Winner plumbline.Key   `json:"winner,omitempty"` // empty: as good as each other
	Best   plumbline.Key   `json:"best,omitempty"`
	Worst  plumbline.Key   `json:"worst,omitempty"`
	Set    []plumbline.Key `json:"set,omitempty"`
}

// RealityInput is what a factor turned out to be.
type RealityInput struct {
	Factor plumbline.Factor `json:"factor"`
	Value  float64          `json:"value"`
	Source string           `json:"source"`
}

// CalibrationGroup is how well the intervals of one person, team or factor held.
type CalibrationGroup struct {
	Kind     string         `json:"kind"` // "person", "team", "factor"
	Name     string         `json:"name"`
	Resolved int            `json:"resolved"`
	Hit      int            `json:"hit"`
	Rate     float64        `json:"rate"` // of hits, 0 to 1, with the prior that all begin with
	Low      float64        `json:"low"`  // its 90 % interval
	High     float64        `json:"high"`
	Bias     string         `json:"bias"`
	Widen    float64        `json:"widen"`   // by what the width of ranges is to be multiplied so that 9 of 10 hold
	Verdict  chance.Verdict `json:"verdict"` // "too early", "as promised", "perhaps too bold", "too bold", "perhaps too careful", "too careful"
	Next     string         `json:"next"`    // how wide the next ranges should be, in words
	Sentence string         `json:"sentence"`
}

// ResolvedView is an interval with what came.
type ResolvedView struct {
	Key    plumbline.Key    `json:"key"`
	Title  string           `json:"title"`
	Factor plumbline.Factor `json:"factor"`
	By     string           `json:"by"`
	Text   string           `json:"text"`
	Actual string           `json:"actual"`
	Inside bool             `json:"inside"`
}

// CalibrationView is how well intervals held.
type CalibrationView struct {
	Groups    []CalibrationGroup `json:"groups"`
	Intervals []ResolvedView     `json:"intervals"`
	Sentence  string             `json:"sentence"`
}

// ExtensionInput asks for more time, or approves what was asked for.
type ExtensionInput struct {
	Clock  string `json:"clock"`
	Days   int    `json:"days,omitempty"`   // when approving: 0 is what was asked for
	Reason string `json:"reason,omitempty"` // when asking
}
