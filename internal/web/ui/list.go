package ui

import (
	"strings"

	"plumbline"
)

// Item is one item as rows and cards show it.
type Item struct {
	Key      plumbline.Key
	Href     string
	Title    string
	Kind     plumbline.ItemKind
	State    plumbline.State
	Urgency  string // "P1" … "P4"; empty: not said
	Labels   []string
	Score    *Interval // nil: no scale to show
	Assignee string
	Touched  plumbline.Time // what the row's time is about
	Held     *Held          // why it does not move
	Due      plumbline.Time // zero: no date
	DueTone  Tone           // Warn or Bad when it is near or past
	Votes    int
	Voted    bool // by the reader
	Comments int
	Private  bool // not public
	Version  int64
	Moves    []Move // where it may go from here; none: it cannot be moved
	Pickable bool   // may be selected for a deed on several
	Current  bool   // the one that is open beside the list
}

// Held is why an item does not move: "Blocked", "Needs more info".
type Held struct {
	Text string
	Tone Tone
	Icon IconName
}

// Move is a state that an item may go to, or may not for a reason.
type Move struct {
	To     plumbline.State
	Hint   string // what it means or asks for
	Why    string // why it is not possible now; empty: it is
	Ask    string // a page with what must be filled in first; empty: none
	Danger bool
}

// moveURL is where a move of the item is posted.
func (it Item) moveURL() string { return "/items/" + string(it.Key) + "/move" }

// targets are the numbers of the columns that the card can be dropped on.
func (it Item) targets(numbers map[plumbline.State]int) string {
	var out []string
	for _, m := range it.Moves {
		if n, ok := numbers[m.To]; ok && m.Why == "" {
			out = append(out, itoa(n))
		}
	}
	return strings.Join(out, " ")
}

func (it Item) id(kind string) string { return domID(kind, string(it.Key)) }

// scored says whether a row of the list has a scale to show.
func scored(items []Item) bool {
	for _, it := range items {
		if it.Score != nil {
			return true
		}
	}
	return false
}

// Sort is the head of a column that can be sorted by.
type Sort struct {
	Text string
	Href string // the same page, sorted the other way
	Dir  string // "ascending", "descending", or empty: not sorted by this
	Num  bool   // numbers stand right
}

// sortIcon points the way the column is sorted.
func (s Sort) sortIcon() IconName {
	switch s.Dir {
	case "ascending":
		return IconArrowUp
	case "descending":
		return IconArrowDown
	}
	return IconArrowUpDown
}

// Tab is one of the faces of the same thing.
type Tab struct {
	Text    string
	Href    string
	Icon    IconName
	Count   int // shown when above 0
	Current bool
}

// Paging leads through a list that is longer than a page.
type Paging struct {
	Shown   int  // on this page
	Total   int  // in all; 0: not counted
	AtLeast bool // there may be more than Total
	About   int  // in all, estimated, when it is gone through Stretch at a time; 0: it is not
	Stretch int
	First   string // of a stretch: "newest" or "oldest"
	Prev    string // address; empty: this is the first page
	Next    string
	One     string // "item"
	Many    string // "items"
}

func (p Paging) words() string {
	if p.Stretch > 0 {
		return p.stretched()
	}
	if p.Total > p.Shown {
		return itoa(p.Shown) + " of " + someOf(p.Total, p.AtLeast, p.One, p.Many)
	}
	return plural(p.Shown, p.One, p.Many)
}

// stretched says that what matches is too much to be sorted at once.
func (p Paging) stretched() string {
	if p.Shown == 0 {
		return "No " + p.Many + " on this page. It went through " + itoa(p.Stretch) + " with these words, the " + p.First + " first; the next page goes on."
	}
	return itoa(p.Shown) + " of about " + plural(max(p.About, p.Shown), p.One, p.Many) + ". They are sorted " + itoa(p.Stretch) + " at a time, the " + p.First + " first; more words or filters make them fewer."
}

// Board is lanes of columns of cards.
type Board struct {
	ID    string // of the live region; "board" when empty
	Lanes []Lane
	Swims []Swim // put together by something: then the cards are in these, and Lanes have the numbers of all
	More  int    // lanes that were left out
	Now   plumbline.Time
}

// Swim is the part of a board that is of one team, product, person or priority.
type Swim struct {
	Ref     string
	Name    string
	Count   int
	AtLeast bool
	Lanes   []Lane
}

// of is one lane as a board of its own.
func (b Board) of(s Swim) Board {
	return Board{ID: domID(b.id(), "swim", s.Ref), Lanes: s.Lanes, Now: b.Now}
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func (b Board) id() string {
	if b.ID == "" {
		return "board"
	}
	return b.ID
}

// numbers are the columns' places on the board, from 0.
func (b Board) numbers() map[plumbline.State]int {
	out := map[plumbline.State]int{}
	for _, l := range b.Lanes {
		for _, c := range l.Columns {
			out[c.State] = len(out)
		}
	}
	return out
}

// Lane is the columns of one workflow: whose they are, and their order.
type Lane struct {
	Name    string // as people say it: "Product", "Engineering"
	Hint    string // what the tracker calls it: "workflow::"
	Columns []Column
}

// Column is one state and the cards in it. Cards are in the order of rank; a
// card that is dropped goes to its place, not to where it was let go.
type Column struct {
	State     plumbline.State
	Count     int  // in all, though only the first may be shown
	AtLeast   bool // there may be more than Count
	Limit     int  // work in progress allowed; 0: no limit
	Hard      bool // the limit refuses more, where it else only warns
	Cards     []Item
	More      string // leads to all of them; empty: all are shown
	Empty     string // what it would mean for a card to be here
	Collapsed bool
	Fold      string // address of the same page with the column folded or unfolded
}

func (c Column) over() bool { return c.Limit > 0 && c.Count > c.Limit }

func (c Column) full() bool { return c.Hard && c.Limit > 0 && c.Count >= c.Limit }

// foldWord is what the button beside a column's name does.
func foldWord(c Column) string {
	if c.Collapsed {
		return "Unfold " + StateName(c.State)
	}
	return "Fold " + StateName(c.State)
}

// heldTone is the tone of the bar on a card that is held.
func heldTone(it Item) Tone {
	if it.Held == nil || it.Held.Tone == Neutral {
		return "neutral"
	}
	return it.Held.Tone
}

// voteLabel says what a click on the votes of an item does.
func voteLabel(it Item) string {
	if it.Voted {
		return plural(it.Votes, "voice", "voices") + ", one of them yours: take it back from " + string(it.Key)
	}
	return plural(it.Votes, "voice", "voices") + ": add yours to " + string(it.Key)
}
