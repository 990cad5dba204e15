package limit

import (
	"plumbline"
)

// CostWork is what the priority of work that saves cost follows from (GitLab's
// cost management).
type CostWork struct {
	Saving   plumbline.Decimal // thousands a quarter that it saves
	Future   plumbline.Decimal // thousands a quarter that doing nothing will cost
	Affected plumbline.Decimal // share of the users that it is worse for, 0 to 1
	Weeks    plumbline.Decimal // of work
}

// step is the weight of what lies below a bound.
type step struct{ below, weight Number }

var (
	savingSteps = []step{
		{whole(10), ratio(1, 2)}, {whole(25), whole(2)}, {whole(50), whole(4)}, {whole(100), whole(6)}, {whole(200), whole(8)}, {whole(500), whole(9)}, {Number{}, whole(10)},
	}
	affectedSteps = []step{{ratio(5, 100), whole(10)}, {ratio(25, 100), whole(6)}, {ratio(50, 100), whole(3)}, {ratio(80, 100), ratio(3, 2)}, {Number{}, ratio(1, 2)}}
	// A month is taken as 52/12 weeks.
	weekSteps = []step{
		{whole(1), whole(10)}, {ratio(52, 12), whole(7)}, {whole(13), whole(5)}, {whole(26), whole(3)}, {whole(52), whole(2)}, {whole(104), whole(1)}, {Number{}, whole(0)},
	}
)

func weigh(d plumbline.Decimal, steps []step) Number {
	x := exact(d)
	for _, s := range steps {
		if !s.below.Known() || x.Cmp(s.below) < 0 {
			return s.weight
		}
	}
	return whole(0)
}

// Score is the mean of four weights from 0 to 10: what it saves, what doing
// nothing costs, whom it hurts and how much work it is. It is not known unless
// all four are. What is exactly at a bound belongs to the step above it.
func (w CostWork) Score() Number {
	if !w.Saving.Known() || !w.Future.Known() || !w.Affected.Known() || !w.Weeks.Known() {
		return Number{}
	}
	total := add(add(weigh(w.Saving, savingSteps), weigh(w.Future, savingSteps)), add(weigh(w.Affected, affectedSteps), weigh(w.Weeks, weekSteps)))
	return quo(total, whole(4))
}
