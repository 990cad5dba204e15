package demo

import (
	"slices"

	"plumbline"
)

// crews are how many people the teams of the demo are made to have: those that have
// work that somebody estimated. The numbers are invented; they are chosen so that part
// of that work fits into a quarter, and part of it does not.
var crews = [...]struct {
	team   plumbline.TeamRef
	people float64
}{
	{"sig-api-machinery", 8}, {"sig-apps", 7}, {"sig-auth", 7.5}, {"sig-autoscaling", 6}, {"sig-multicluster", 6},
	{"sig-network", 8}, {"sig-node", 9}, {"sig-scheduling", 7.5}, {"sig-storage", 8},
}

// Staffings are who is there in the teams, by quarter: in the first of them, and from
// the next one on with one person more in sig-node.
func Staffings(first plumbline.CalendarPeriod, teams []plumbline.Team, by plumbline.Person, now plumbline.Time) (out []plumbline.Staffing) {
	for _, c := range crews {
		if !slices.ContainsFunc(teams, func(t plumbline.Team) bool { return t.Ref == c.team }) {
			continue
		}
		for i, p := range plumbline.CalendarPeriods(first, 2) {
			s := plumbline.Staffing{Team: c.team, Period: p, People: c.people, Weeks: 12, Focus: 0.7, Source: "invented for the demo", Invented: true, By: by.ID, ByName: by.Name, At: now}
			if c.team == "sig-node" {
				s.People += float64(i)
			}
			out = append(out, s)
		}
	}
	return out
}
