package limit

import (
	"slices"
	"testing"
	"time"

	"plumbline"
)

// What Text writes, Parse reads as the same constraints, whatever stands in them.
func TestConstraintsWrittenAndReadAreTheSame(t *testing.T) {
	all := []plumbline.Constraint{
		{ID: "api", Name: "Availability: of the \"API\" # 1", Kind: plumbline.Reliability, Scope: plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}, Objective: "0.9995",
			Window: plumbline.Window{Days: 28}, Method: plumbline.Timeslices, Hard: true, Owner: "mara", Approver: "olga", Source: "two\nlines\t- and: more", Cadence: 36*time.Hour + 5*time.Minute},
		{ID: "budget", Kind: plumbline.Cost, Scope: plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: "platform"}, Objective: "30000.27416448666", Currency: "EUR", Basis: plumbline.Billed,
			Window: plumbline.Window{Calendar: plumbline.WindowQuarter}, From: june, To: june.Add(90 * day), Lead: 7 * day, Cycle: 12 * day},
		{ID: "promise", Kind: plumbline.Commitment, Scope: plumbline.Scope{Kind: plumbline.ScopeProcess, Ref: "support"}, Opened: june, Due: june.Add(30 * day)},
	}
	f, err := Parse("written.yaml", Text(all), nil)
	if err != nil {
		t.Fatalf("%v in\n%s", err, Text(all))
	}
	var got []plumbline.Constraint
	for _, c := range f.Cases {
		got = append(got, c.Constraint)
	}
	if !slices.Equal(got, all) {
		t.Errorf("got\n%+v\nwant\n%+v", got, all)
	}
}
