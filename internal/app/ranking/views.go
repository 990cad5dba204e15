package ranking

import (
	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/standing"
)

// Change is an estimate that is tried out: nobody keeps it.
type Change struct {
	Key    plumbline.Key    `json:"key"`
	Factor plumbline.Factor `json:"factor"`
	Text   string           `json:"text"`
}

// RankQuery says which part of the order is asked for. The order is always that
// of all open items.
type RankQuery struct {
	Filter plumbline.Filter `json:"-"`
	Model  string           `json:"model,omitempty"` // "": the policy's first
	Top    int              `json:"top,omitempty"`   // 0: 10
	Cursor string           `json:"cursor,omitempty"`
	WhatIf []Change         `json:"what_if,omitempty"`
}

// RankedView is an item in the order.
type RankedView struct {
	Position    int               `json:"position"`
	Key         plumbline.Key     `json:"key"`
	Title       string            `json:"title"`
	State       plumbline.State   `json:"state"`
	TeamName    string            `json:"team_name,omitempty"`
	ProductName string            `json:"product_name,omitempty"`
	Group       int               `json:"group"` // 1 breached, 2 forced, 3 hard date, 4 the rest
	GroupName   string            `json:"group_name"`
	Row         int               `json:"row"`
	RowName     string            `json:"row_name"`
	Forced      bool              `json:"forced,omitempty"`
	Unassessed  bool              `json:"unassessed,omitempty"`
	Clock       *agenda.ClockView `json:"clock,omitempty"`
	Rule        string            `json:"rule,omitempty"`
	Problems    []string          `json:"problems,omitempty"`
	Score       float64           `json:"score,omitempty"` // the median
	ScoreLow    float64           `json:"score_low,omitempty"`
	ScoreHigh   float64           `json:"score_high,omitempty"`
	ScoreMean   float64           `json:"score_mean,omitempty"`
	Shrunk      float64           `json:"shrunk,omitempty"`
	HasScore    bool              `json:"has_score"`
	Withheld    bool              `json:"withheld,omitempty"` // the score rests on amounts, and the reader is not cleared
	Expected    float64           `json:"expected,omitempty"` // rank among those with a score
	RankLow     float64           `json:"rank_low,omitempty"`
	RankHigh    float64           `json:"rank_high,omitempty"`
	PTop        float64           `json:"p_top"`
	Tie         string            `json:"tie,omitempty"`
	Missing     []string          `json:"missing,omitempty"` // names of factors that nobody estimated
	Why         string            `json:"why"`
}

// MovedView is an item that would stand elsewhere.
type MovedView struct {
	Key      plumbline.Key  `json:"key"`
	Title    string         `json:"title"`
	From     int            `json:"from"`
	To       int            `json:"to"`
	PTopFrom float64        `json:"p_top_from,omitempty"`
	PTopTo   float64        `json:"p_top_to,omitempty"`
	In       bool           `json:"in,omitempty"`  // among the first now, and not before
	Out      bool           `json:"out,omitempty"` // the other way round
	Why      string         `json:"why,omitempty"`
	Closed   plumbline.Time `json:"closed,omitempty"` // when it was closed; 0: it is open
}

// WhatIfView is what a change that is tried out would do.
type WhatIfView struct {
	Sentence string      `json:"sentence"`
	Moved    []MovedView `json:"moved"`
	Changes  []Change    `json:"changes"`
}

// RankingView is a page of the order as its reader may see it.
type RankingView struct {
	Model       judging.ModelView   `json:"model"`
	Models      []judging.ModelView `json:"models"`
	Policy      string              `json:"policy"`
	PolicyName  string              `json:"policy_name"` // what it is, by name and edition
	Top         int                 `json:"top"`
	Seed        uint64              `json:"seed"`
	At          plumbline.Time      `json:"at"`
	Total       int                 `json:"total"` // open items that are ranked
	Scored      int                 `json:"scored"`
	Unscored    int                 `json:"unscored"`
	ForcedCount int                 `json:"forced_count"`
	Sentence    string              `json:"sentence"`
	Forced      []RankedView        `json:"forced"`
	Rows        []RankedView        `json:"rows"`
	Unscoreds   []RankedView        `json:"unscoreds"`
	Next        string              `json:"next,omitempty"`
	RankMax     int                 `json:"rank_max"`
	Promised    string              `json:"promised,omitempty"`
	Shrunk      string              `json:"shrunk,omitempty"`
	WhatIf      *WhatIfView         `json:"what_if,omitempty"`
}

// FactorShare is a factor with its share of the score's variance, 0 to 1.
type FactorShare struct {
	judging.FactorView
	Share  float64 `json:"share"`
	Counts string  `json:"counts,omitempty"` // what its interval counts as, and why, when age or doubt widens it
}

// Neighbour is the item above or below.
type Neighbour struct {
	Key      plumbline.Key `json:"key"`
	Title    string        `json:"title"`
	PAbove   float64       `json:"p_above"` // that this item's score is above the neighbour's
	Sentence string        `json:"sentence"`
}

// InModel is where an item stands under another model.
type InModel struct {
	Model    judging.ModelView `json:"model"`
	Position string            `json:"position"`
	Score    string            `json:"score"`
}

// ExplainView says why an item stands where it does.
type ExplainView struct {
	RankedView
	Sentences  []string      `json:"sentences"`
	Factors    []FactorShare `json:"factors"`
	Above      *Neighbour    `json:"above,omitempty"`
	Below      *Neighbour    `json:"below,omitempty"`
	Pass       []string      `json:"pass,omitempty"`
	Models     []InModel     `json:"models"`
	Model      string        `json:"model"`
	Top        int           `json:"top"`
	Of         int           `json:"of"`
	Policy     string        `json:"policy"`
	PolicyName string        `json:"policy_name"` // what it is, by name and edition
}

// StudyView is something that could be found out. The values are engineer-weeks.
type StudyView struct {
	Key      plumbline.Key    `json:"key"`
	Title    string           `json:"title"`
	Factor   plumbline.Factor `json:"factor"`
	Name     string           `json:"name"`
	Text     string           `json:"text"` // what is thought now
	Sentence string           `json:"sentence"`
	EVPPI    float64          `json:"evppi"`
	EVSI     float64          `json:"evsi"`
	Cost     float64          `json:"cost"`
	Net      float64          `json:"net"`
	Weeks    bool             `json:"weeks"` // else the values are in units of the score
}

// ValidateView is what to validate next, the most worth first.
type ValidateView struct {
	Model    string      `json:"model"`
	Sentence string      `json:"sentence"`
	Rows     []StudyView `json:"rows"`
}

// DutyView is a forced item.
type DutyView struct {
	Key        plumbline.Key           `json:"key"`
	Title      string                  `json:"title"`
	Position   int                     `json:"position"`
	Why        string                  `json:"why"`
	Problems   []string                `json:"problems,omitempty"`
	Family     string                  `json:"family"`
	Severity   string                  `json:"severity,omitempty"`
	Unassessed bool                    `json:"unassessed,omitempty"`
	ClockID    string                  `json:"clock_id,omitempty"`
	Clock      agenda.ClockView        `json:"clock"`
	Starts     string                  `json:"starts"`
	Pauses     string                  `json:"pauses"`
	Extended   string                  `json:"extended,omitempty"`
	Extends    bool                    `json:"extends"` // the clock takes extensions
	Extensions []judging.ExtensionView `json:"extensions,omitempty"`
	Displaced  []plumbline.Key         `json:"displaced,omitempty"` // the item that would be the last of the first Top without this one
	Policy     string                  `json:"policy"`              // the edition's version
	PolicyName string                  `json:"policy_name"`         // what it is, by name and edition
	Limit      plumbline.ConstraintID  `json:"limit,omitempty"`     // that forces it, when its own rule does not press more
}

// DutiesView is the forced work, with the limits that force some for which there is
// no open item.
type DutiesView struct {
	Rows      []DutyView              `json:"rows"`
	Untended  []standing.UntendedView `json:"untended"`
	Top       int                     `json:"top"`
	Displaced int                     `json:"displaced"` // items that would be among the first Top if nothing were forced
	Pushed    []plumbline.Key         `json:"pushed"`    // those of them that the reader may see, at most 50
	Sentence  string                  `json:"sentence"`
}

// PolicyView is an edition of the policy.
type PolicyView struct {
	Version string         `json:"version"`
	Name    string         `json:"name"`
	Source  string         `json:"source,omitempty"`
	Active  bool           `json:"active"`
	Builtin bool           `json:"builtin"`
	At      plumbline.Time `json:"at,omitempty"`
	ByName  string         `json:"by_name,omitempty"`
}

// PolicyTextView is an edition as it is written.
type PolicyTextView struct {
	PolicyView
	Text string `json:"text"`
}

// PolicyCheck is what a policy's own checks say of it.
type PolicyCheck struct {
	OK       bool     `json:"ok"`
	Version  string   `json:"version,omitempty"`
	Problems []string `json:"problems"`
}

// ReplayInput asks what another policy would have changed. Src is tried instead
// of To.
type ReplayInput struct {
	From  string         `json:"from,omitempty"` // "": the one in force
	To    string         `json:"to,omitempty"`
	Src   string         `json:"src,omitempty"`
	Since plumbline.Time `json:"since,omitempty"` // items filed or closed since; 0: a year
	Model string         `json:"model,omitempty"`
}

// ReplayView is who would have won and lost.
type ReplayView struct {
	From     string      `json:"from"`
	To       string      `json:"to"`
	Sentence string      `json:"sentence"`
	Closed   int         `json:"closed"` // of them, closed since
	Of       int         `json:"of"`
	Same     int         `json:"same"`
	Winners  []MovedView `json:"winners"`
	Losers   []MovedView `json:"losers"`
}
