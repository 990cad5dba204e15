package demo

import (
	_ "embed"
	"time"

	"plumbline"
	"plumbline/internal/demo/digest"
)

//go:generate go run ./gen

//go:embed digest.json.gz
var packed []byte

//go:embed data/NOTICE
var notice string

//go:embed data/LICENSE-Apache-2.0
var license string

// Notice says whose data the demo holds, under which licence, and what was
// changed. It is to be shown wherever the demo is shown.
func Notice() string { return notice }

// License is the text of the licence that [Notice] names.
func License() string { return license }

// Organisation is the demo: words ready to be stored. People, teams and products
// come before the items that name them; items are in the order of their filing.
type Organisation struct {
	AsOf     plumbline.Time // nothing happened later
	Teams    []plumbline.Team
	Products []plumbline.Product
	People   []plumbline.Person // the four to sign in as first, then those known from a tracker
	Accounts []plumbline.Account
	Items    []Item

	Judgement Judgement
}

// Item is an item with everything that belongs to it. The item has no key: keys
// are given by whoever stores it, in this order.
type Item struct {
	Item     plumbline.Item
	History  []Step // oldest first, beginning with Filed
	Demands  []plumbline.Demand
	Evidence []plumbline.Evidence
	Decision *plumbline.Decision
	Comments []plumbline.Comment
	Watchers []plumbline.PersonID
	Invented []string // which parts are made up: "all", "decision", "demands", "evidence", "comments", "statement", "reach", …
}

// What says what happened in a [Step].
type What string

// What can happen.
const (
	Filed      What = "filed"
	Moved      What = "moved"         // From and To are states; From is empty when a lane is entered
	Retargeted What = "retargeted"    // From and To are milestones
	Staged     What = "staged"        // From and To are stages: alpha, beta, stable, …
	Rehomed    What = "owner changed" // From and To are teams
)

// Step is one thing that happened to an item.
type Step struct {
	At     plumbline.Time     `json:"at"`
	What   What               `json:"what"`
	Actor  plumbline.PersonID `json:"actor,omitempty"` // empty: known by name only
	By     string             `json:"by"`
	From   string             `json:"from,omitempty"`
	To     string             `json:"to,omitempty"`
	Source string             `json:"source,omitempty"` // the commit that says so; empty: invented
}

// Load makes the organisation as of the end of the data. It always makes the
// same one.
func Load() (Organisation, Report, error) { return LoadAt(0) }

// LoadAt makes the organisation as of the last midnight (UTC) before now, or the
// end of the data when that is later. What is real keeps its own times; what is
// made up happened in the days and weeks before. The same day makes the same
// organisation.
func LoadAt(now plumbline.Time) (Organisation, Report, error) {
	d, err := digest.Read(packed)
	if err != nil {
		return Organisation{}, Report{}, err
	}
	asOf := max(d.AsOf, plumbline.At(now.Std().Truncate(24*time.Hour)))
	b := newBuilder(d, asOf)
	b.cast()
	b.places()
	for _, p := range d.Proposals {
		b.proposal(p)
	}
	if err := b.invent(); err != nil {
		return Organisation{}, Report{}, err
	}
	org := b.finish()
	return org, report(d, org), nil
}
