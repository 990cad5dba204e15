package plumbline

import "time"

// MaxException is how long an exception holds at most.
const MaxException = 90 * 24 * time.Hour

// Exception lets a constraint, one of its subjects or one policy about it rest
// until a date. It ends by itself.
type Exception struct {
	ID         string       `json:"id"`
	Constraint ConstraintID `json:"constraint"`
	Subject    string       `json:"subject,omitempty"` // a control or a finding; empty: the constraint as a whole
	Policy     string       `json:"policy,omitempty"`  // only what this policy asks for; empty: the whole judgement
	Reason     string       `json:"reason"`
	Requester  PersonID     `json:"requester"`
	Approvers  []PersonID   `json:"approvers"` // none of them is the requester
	From       Time         `json:"from"`
	Until      Time         `json:"until"`
}

// Validate checks what an exception must have.
func (e Exception) Validate() error {
	var bad Problems
	bad.Merge(e.ValidateRequest())
	if len(e.Approvers) == 0 {
		bad.Add("approvers", "Somebody else has to approve an exception.")
	}
	seen := map[PersonID]bool{}
	for _, p := range e.Approvers {
		switch {
		case p == e.Requester || p == "":
			bad.Add("approvers", "An exception is approved by somebody other than who asked for it.")
		case seen[p]:
			bad.Add("approvers", "%s is named twice: each approver counts once.", p)
		}
		seen[p] = true
	}
	return bad.Err()
}

// ValidateRequest checks what an exception must have that nobody has approved yet.
func (e Exception) ValidateRequest() error {
	var bad Problems
	checkText(&bad, "reason", e.Reason, 1, MaxNote)
	checkText(&bad, "subject", e.Subject, 0, 2000)
	if e.Requester == "" {
		bad.Add("requester", "Say who asked for the exception.")
	}
	switch {
	case e.From == 0 || e.Until <= e.From:
		bad.Add("until", "An exception ends, after it began: give both dates.")
	case e.Until.Sub(e.From) > MaxException:
		bad.Add("until", "An exception holds for at most 90 days; ask again when it ends.")
	}
	return bad.Err()
}

// Holds says whether the exception is in force at a moment.
func (e Exception) Holds(now Time) bool { return now >= e.From && now < e.Until }
