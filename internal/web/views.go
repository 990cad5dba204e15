package web

import (
	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/likeness"
	"plumbline/internal/app/rota"
	"plumbline/internal/web/ui"
)

// The views are what the templates of this package are given.

type signInView struct {
	Form  form
	Demo  []plumbline.Person
	Empty bool // nobody can sign in yet
	Next  string
}

type listView struct {
	Bar    filterBar
	Filter plumbline.Filter
	Items  []ui.Item
	Found  plumbline.Rows // the page, for what it says of itself
	First  string
	Next   string
	Now    plumbline.Time
}

type boardView struct {
	Bar   filterBar
	Board ui.Board
}

type inboxView struct {
	Items   []ui.Item
	Total   int
	Clocks  map[plumbline.Key]app.ClockView
	Waiting []app.WaitingItem
	Last    *app.VerdictView
	Turn    *rota.TurnView
	Who     plumbline.Actor
	Similar []likeness.Like // to the item in front
	Front   *itemPage       // nil: nothing waits
	Next    string          // where to go after a verdict
	Prev    string
	Now     plumbline.Time
}

type docketView struct {
	Entries []app.DecisionEntry
	Now     plumbline.Time
	First   string
	Next    string
}
