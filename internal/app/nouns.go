package app

import (
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/bulk"
	"plumbline/internal/app/desk"
	"plumbline/internal/app/feeds"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/moves"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/trackers"
	"plumbline/internal/app/wording"
)

// The nouns of the agenda.
type (
	ClockView = agenda.ClockView
	Stay      = agenda.Stay
)

// The nouns of changes to many items.
type (
	BulkInput = bulk.BulkInput
	BulkView  = bulk.BulkView
)

// The nouns of the desk.
type (
	Counted      = desk.Counted
	LaneCount    = desk.LaneCount
	LaneRules    = desk.LaneRules
	MineRow      = desk.MineRow
	MineView     = desk.MineView
	Part         = desk.Part
	PlaceView    = desk.PlaceView
	Policy       = desk.Policy
	ProcessRules = desk.ProcessRules
	ProductView  = desk.ProductView
	RuleView     = desk.RuleView
	StateRules   = desk.StateRules
	TeamView     = desk.TeamView
	TodayLine    = desk.TodayLine
	TodayView    = desk.TodayView
)

// The nouns of feeds.
type (
	Document = feeds.Document
)

// The nouns of moves and edits.
type (
	EditInput = moves.EditInput
	MoveInput = moves.MoveInput
)

// Full is a column that takes no more.
type Full = ledger.Full

// The nouns of reading.
type (
	AuditQuery    = reading.AuditQuery
	BoardView     = reading.BoardView
	DecisionEntry = reading.DecisionEntry
	DemandView    = reading.DemandView
	Docket        = reading.Docket
	EarlierText   = reading.EarlierText
	Exported      = reading.Exported
	FieldDef      = reading.FieldDef
	Follower      = reading.Follower
	HistoryPage   = reading.HistoryPage
	ItemPlan      = reading.ItemPlan
	PlanAnswer    = reading.PlanAnswer
	ItemView      = reading.ItemView
	LaneView      = reading.LaneView
	ListView      = reading.ListView
	MentionView   = reading.MentionView
	Named         = reading.Named
	ProcessView   = reading.ProcessView
	Reason        = reading.Reason
	RelationView  = reading.RelationView
	StateView     = reading.StateView
	Target        = reading.Target
	TimelineView  = reading.TimelineView
	TogetherView  = reading.TogetherView
)

// The nouns of trackers.
type (
	LinkQuestion = trackers.LinkQuestion
	LinkView     = trackers.LinkView
	Observed     = trackers.Observed
	Refresh      = trackers.Refresh
	Result       = trackers.Result
	Sighting     = trackers.Sighting
)

// The nouns of wording.
type (
	HistoryEntry = wording.HistoryEntry
)
