package crew

import (
	"math"

	"plumbline"
)

// Gross is what a team can do in a period before anything is taken off. People, Weeks
// and Focus multiply to PersonWeeks: of several entries in the period People is the
// mean over the weeks, Focus that over the person-weeks.
type Gross struct {
	People, Weeks, Focus float64
	PersonWeeks          float64
	Covered              float64              // share of the days that something is said of, 0 to 1
	Carried              bool                 // part of it is carried on from an earlier entry
	Of                   []plumbline.Staffing // the entries that it is made of, the earliest first
}

// GrossOf is a team's capacity from one moment to another, from what was entered: entries
// of one team in the order of time, none overlapping another. An entry counts by the
// share of its days that lie between them. Days after an entry that no other one covers go on as
// that entry says, until another one begins; of days before the first nothing is known.
func GrossOf(said []plumbline.Staffing, begin, end plumbline.Time) Gross {
	var g Gross
	var worked, focused float64 // person-weeks before and after focus
	for i, s := range said {
		from, until := s.Period.From(), s.Period.To()
		goesOn := end
		if i+1 < len(said) {
			goesOn = said[i+1].Period.From()
		}
		hours := shared(begin, end, from, goesOn)
		if hours == 0 {
			continue
		}
		weeks := s.Weeks * hours / until.Sub(from).Hours()
		g.Weeks += weeks
		worked += s.People * weeks
		focused += s.PersonWeeks() * hours / until.Sub(from).Hours()
		g.Covered += hours / end.Sub(begin).Hours()
		g.Carried = g.Carried || shared(begin, end, until, goesOn) > 0
		g.Of = append(g.Of, s)
	}
	g.PersonWeeks = focused
	if g.Weeks > 0 {
		g.People = worked / g.Weeks
	}
	if worked > 0 {
		g.Focus = focused / worked
	}
	g.Covered = math.Min(g.Covered, 1)
	return g
}

// shared is how many hours two stretches of time have in common.
func shared(from, to, from2, to2 plumbline.Time) float64 {
	return math.Max(0, min(to, to2).Sub(max(from, from2)).Hours())
}

// Deduct takes person-weeks off one after another; what is left is never below zero,
// and over is what there was not enough for.
func Deduct(gross float64, takes ...float64) (left, over float64) {
	left = gross
	for _, t := range takes {
		left -= t
	}
	return math.Max(0, left), math.Max(0, -left)
}
