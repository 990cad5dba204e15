package demo

import (
	"slices"

	"plumbline"
)

// crews are how many people the teams of the demo are made to have: those that have
// work that somebody estimated, in the quarter before, in this one, in the next one and
// from then on. The numbers are invented; they are chosen so that part of that work
// fits into a quarter, and part of it does not, whatever is left of this one: what
// sig-network does not do in the next one, it is too few for before and afterwards.
var crews = [...]struct {
	team   plumbline.TeamRef
	people [4]float64
}{
	{"sig-api-machinery", [4]float64{8, 8, 8, 8}}, {"sig-apps", [4]float64{7, 7, 7, 7}}, {"sig-auth", [4]float64{7.5, 7.5, 7.5, 7.5}}, {"sig-autoscaling", [4]float64{6, 6, 6, 6}},
	{"sig-multicluster", [4]float64{6, 6, 6, 6}}, {"sig-network", [4]float64{8, 2.5, 6.5, 4.5}}, {"sig-node", [4]float64{9, 10, 10, 10}}, {"sig-scheduling", [4]float64{7.5, 7.5, 7.5, 7.5}},
	{"sig-storage", [4]float64{8, 8, 8, 8}},
}

// Staffings are who is there in the teams, by quarter, from the first on. What holds
// on from the quarter before is not said again.
func Staffings(first plumbline.CalendarPeriod, teams []plumbline.Team, by plumbline.Person, now plumbline.Time) (out []plumbline.Staffing) {
	for _, c := range crews {
		if !slices.ContainsFunc(teams, func(t plumbline.Team) bool { return t.Ref == c.team }) {
			continue
		}
		for i, p := range plumbline.CalendarPeriods(first, len(c.people)) {
			if i > 1 && c.people[i] == c.people[i-1] {
				continue
			}
			out = append(out, plumbline.Staffing{Team: c.team, Period: p, People: c.people[i], Weeks: 12, Focus: 0.7, Source: "invented for the demo", Invented: true, By: by.ID, ByName: by.Name, At: now})
		}
	}
	return out
}
