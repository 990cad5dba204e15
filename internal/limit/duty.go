package limit

import (
	"time"

	"plumbline"
)

// Duty is what a standing forces: the work that mends it needs no opinion, and has
// a clock.
type Duty struct {
	Policy string         `json:"policy,omitempty"` // that asks for it; empty: the limit itself does
	Rule   string         `json:"rule"`             // in words
	Since  plumbline.Time `json:"since"`            // it is forced
	Due    plumbline.Time `json:"due,omitempty"`    // 0: there is no date
	Why    string         `json:"why"`              // how it stands, without amounts of money
}

// Duty says whether the work that mends the standing is forced, and by what: by a
// policy that ranks it first, a hard limit that is over, or a start that is late. What
// is exempt, unknown or stale forces nothing.
func (s *Standing) Duty() (Duty, bool) {
	if !s.judged() || s.Status == plumbline.StatusExempt {
		return Duty{}, false
	}
	d := Duty{Why: s.Plainly(), Due: s.Due}
	for _, e := range s.Effects {
		if e.Force != plumbline.ForceRank || e.Waived != 0 {
			continue
		}
		if d.Rule == "" {
			d.Policy, d.Rule, d.Since = e.Policy, e.What, e.Since
		}
		if e.Due != 0 && (d.Due == 0 || e.Due < d.Due) {
			d.Due = e.Due
		}
	}
	switch {
	case d.Rule == "" && !s.Forced:
		return Duty{}, false
	case d.Rule == "" && s.Status == plumbline.StatusBreached:
		d.Rule, d.Since = "A hard limit is over: mending it comes first.", s.Trail.Since
	case d.Rule == "":
		d.Rule, d.Since = "Mending it has to begin by now to be done in time.", s.LatestStart
	}
	if s.Status == plumbline.StatusBreached && (d.Due == 0 || d.Due == s.At) {
		d.Due = s.Trail.Since // it was due when it broke
	}
	if d.Due == 0 {
		d.Due = s.Breach
	}
	return d, true
}

// Plainly is the reason of a standing without amounts of money.
func (s *Standing) Plainly() string {
	if s.Kind != plumbline.Cost || !s.judged() {
		return s.Reason
	}
	text := "It is judged against its budget."
	switch over := s.Figure("over_plan"); {
	case !over.Known():
	case over.Sign() < 0:
		text = "The forecast is " + sub(whole(0), over).Percent() + " under the budget."
	default:
		text = "The forecast is " + over.Percent() + " over the budget."
	}
	if s.Status == plumbline.StatusExempt {
		text = "Exempt until " + s.Until.Std().Format(time.DateOnly) + ". " + text
	}
	return text
}
