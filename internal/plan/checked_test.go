package plan

import "testing"

// checked is the plan as the period of each item, once the independent checker
// agrees with it.
func checked(t *testing.T, p *Problem, got *Plan) []int {
	t.Helper()
	at, err := p.audited(got)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
