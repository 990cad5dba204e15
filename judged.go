package plumbline

import "strings"

// Demand says that a team or an account wants an item, and what it is worth to
// them. Exactly one of Team and Account is set; everything about the account
// that is an amount is private.
type Demand struct {
	ID          string           `json:"id"`
	Item        ItemID           `json:"-"`
	Team        TeamRef          `json:"team,omitempty"`
	Account     AccountRef       `json:"-"`
	Strength    string           `json:"strength,omitempty"` // "blocker", "retention", "fast follow" or empty
	Points      int              `json:"points"`             // 1 to 10, the customer priority; 1 when not said
	Users       int64            `json:"users,omitempty"`    // people affected; 0: unknown
	Worth       Private[Money]   `json:"worth"`              // opportunity size
	Seats       Private[int64]   `json:"seats"`
	Stage       Private[string]  `json:"stage"`
	Probability Private[float64] `json:"probability"` // of winning, 0 to 1; negative: unknown
	Close       Private[Time]    `json:"close"`
	Note        Private[string]  `json:"note"`
	More        Private[string]  `json:"more"` // what else a template keeps private, a JSON object of texts; empty: nothing
	By          PersonID         `json:"by"`
	At          Time             `json:"at"`
	Invented    bool             `json:"invented,omitempty"`
}

// Validate checks what a demand must have.
func (d Demand) Validate() error {
	var bad Problems
	if (d.Team == "") == (d.Account == "") {
		bad.Add("team", "A demand is by one team or by one account: give exactly one.")
	}
	if d.Points < 1 || d.Points > 10 {
		bad.Add("points", "The priority is 1 (quality of life) to 10 (blocker), not %d.", d.Points)
	}
	if !oneOf(d.Strength, "", "blocker", "retention", "fast follow") {
		bad.Add("strength", "The strength is blocker, retention or fast follow, not %q.", d.Strength)
	}
	if d.Users < 0 {
		bad.Add("users", "Users affected cannot be negative.")
	}
	if w := d.Worth.Keep(); w.Micros < 0 {
		bad.Add("worth", "The opportunity size cannot be negative.")
	} else if w.Micros > 0 && len(w.Currency) != 3 {
		bad.Add("currency", "Say the currency as its three-letter code, for example EUR.")
	}
	if d.Seats.Keep() < 0 {
		bad.Add("seats", "Seats cannot be negative.")
	}
	if p := d.Probability.Keep(); p > 1 || p != p {
		bad.Add("probability", "The probability of winning is between 0 and 100 %%.")
	}
	checkText(&bad, "note", d.Note.Keep(), 0, MaxNote)
	return bad.Err()
}

// Grade says how good a piece of evidence is.
type Grade string

// The grades, worst first.
const (
	Opinion  Grade = "opinion"
	Anecdote Grade = "anecdote"
	Sampled  Grade = "sampled"
	Measured Grade = "measured"
)

// Grades lists the grades, worst first.
var Grades = [...]Grade{Opinion, Anecdote, Sampled, Measured}

// Evidence supports or refutes that a problem is real. It is append-only.
type Evidence struct {
	ID       string   `json:"id"`
	Item     ItemID   `json:"-"`
	Grade    Grade    `json:"grade"`
	Text     string   `json:"text"`
	Source   string   `json:"source,omitempty"` // a link, or words that say where it comes from
	Observed Time     `json:"observed"`         // when it was true; its age counts from here
	Internal bool     `json:"internal,omitempty"`
	By       PersonID `json:"by"`
	At       Time     `json:"at"`
}

// Validate checks what evidence must have.
func (e Evidence) Validate() error {
	var bad Problems
	if !oneOf(string(e.Grade), "opinion", "anecdote", "sampled", "measured") {
		bad.Add("grade", "The grade is opinion, anecdote, sampled or measured, not %q.", e.Grade)
	}
	checkText(&bad, "text", e.Text, 1, MaxNote)
	checkText(&bad, "source", e.Source, 0, 2000)
	return bad.Err()
}

// Outcome is how a decision settles an item.
type Outcome string

// The outcomes.
const (
	Pursue   Outcome = "pursue"   // worth it: goes to a team
	Decline  Outcome = "decline"  // not worth it
	Later    Outcome = "later"    // not now; says when it is looked at again
	Redirect Outcome = "redirect" // not ours; says whose
)

// Outcomes lists the outcomes.
var Outcomes = [...]Outcome{Pursue, Decline, Later, Redirect}

// Decision settles an item. Sentence is the public one, read by the requester
// wherever they asked; Reason is for ourselves.
type Decision struct {
	ID       string     `json:"id"`
	Item     ItemID     `json:"-"`
	Outcome  Outcome    `json:"outcome"`
	Code     string     `json:"code,omitempty"` // "duplicate", "out of scope", "low value", …
	Sentence PublicText `json:"sentence"`
	Reason   string     `json:"reason,omitempty"` // internal
	Reopen   string     `json:"reopen,omitempty"` // the condition under which we look again; public
	Team     TeamRef    `json:"team,omitempty"`
	By       PersonID   `json:"by"`
	ByName   string     `json:"by_name,omitempty"`
	At       Time       `json:"at"`
	Ended    Time       `json:"ended,omitempty"` // when another decision took its place
	Ranked   RankThen   `json:"ranked,omitzero"` // the policy that was in force, and where the item stood under it
}

// RankThen is where an item stood when it was decided, so that it can be told
// later whether that was right.
type RankThen struct {
	Policy string  `json:"policy"`          // the version of the policy that was in force
	Model  string  `json:"model,omitempty"` // what the score was worked out with
	Place  int     `json:"place,omitempty"` // from 1; 0: it was not ranked
	Of     int     `json:"of,omitempty"`    // how many items were ranked
	Top    int     `json:"top,omitempty"`   // how many first places PTop is about
	PTop   float64 `json:"p_top,omitempty"` // the probability to be among them, 0 to 1
}

// Validate checks what a decision must have.
func (d Decision) Validate() error {
	var bad Problems
	if !oneOf(string(d.Outcome), "pursue", "decline", "later", "redirect") {
		bad.Add("outcome", "The outcome is pursue, decline, later or redirect, not %q.", d.Outcome)
	}
	checkText(&bad, "sentence", string(d.Sentence), 1, 2000)
	if strings.TrimSpace(string(d.Sentence)) == "" {
		bad.Add("sentence", "Write the sentence that the requester will read.")
	}
	checkText(&bad, "reason", d.Reason, 0, MaxNote)
	checkText(&bad, "reopen", d.Reopen, 0, 2000)
	if d.Outcome != Pursue && strings.TrimSpace(d.Reason) == "" {
		bad.Add("reason", "Write down why not: the reason is kept for the next time somebody asks.")
	}
	if (d.Outcome == Decline || d.Outcome == Later) && strings.TrimSpace(d.Reopen) == "" {
		bad.Add("reopen", "Say what would make us look again, for example \"three more customers ask\" or a date.")
	}
	return bad.Err()
}

// Comment is something said about an item. An internal one never leaves.
type Comment struct {
	ID       string   `json:"id"`
	Item     ItemID   `json:"-"`
	By       PersonID `json:"by"`
	ByName   string   `json:"by_name,omitempty"`
	Body     string   `json:"body"` // Markdown
	Internal bool     `json:"internal,omitempty"`
	At       Time     `json:"at"`
	Edited   Time     `json:"edited,omitempty"`  // last; its earlier texts are kept
	Deleted  Time     `json:"deleted,omitempty"` // by its author; Body is empty then
}

// Validate checks what a comment must have.
func (c Comment) Validate() error {
	var bad Problems
	checkText(&bad, "body", c.Body, 1, MaxBody)
	if strings.TrimSpace(c.Body) == "" {
		bad.Add("body", "Write something first.")
	}
	return bad.Err()
}
