package incidents

import (
	"math/big"
	"time"

	"plumbline"
	"plumbline/internal/store"
)

// remembered is how long incidents that are over are told of: the longest window and
// the months before it.
const remembered = 400 * 24 * time.Hour

// feedIncidents tells a constraint about reliability of the incidents of its products.
// One that is about none of them any more is told as closed.
func (r *Room) feedIncidents(tx *store.Tx, c plumbline.Constraint) ([]plumbline.Observation, error) {
	refs, err := r.refsOf(tx, c.Scope)
	if err != nil {
		return nil, err
	}
	list, err := tx.IncidentsTouching(refs, r.now().Add(-remembered))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var counted []plumbline.Observation
	for _, i := range list {
		if i.Share.Known() && counted == nil {
			of, err := tx.Counting([]plumbline.ConstraintID{c.ID}, 0)
			if err != nil {
				return nil, err
			}
			counted = of[c.ID]
		}
	}
	var out []plumbline.Observation
	for _, i := range list {
		o := plumbline.Observation{
			Subject: i.Name(), External: i.Name(), Source: "incidents", Ref: i.Name(), At: i.Changed, Opened: i.Began(), State: plumbline.StateOpen, Severity: i.Severity,
			Bad: badOf(i.IncidentRecord, c, counted), Quality: plumbline.ByHand,
		}
		if !i.Open() || !i.Is {
			o.State = plumbline.StateClosed
		}
		out = append(out, o)
	}
	return out, nil
}

// badOf is how many bad events an incident's share of the error budget is: the share
// of what may fail of all that was counted in the window that ended with it.
func badOf(i plumbline.IncidentRecord, c plumbline.Constraint, counted []plumbline.Observation) plumbline.Decimal {
	share, target := i.Share.Rat(), c.Objective.Rat()
	if share == nil || target == nil {
		return ""
	}
	to := max(i.Resolved, i.Mitigated, i.Began())
	days := c.Window.Days
	if days == 0 {
		days = 30
	}
	from := to.Add(-time.Duration(days) * 24 * time.Hour)
	all := new(big.Rat)
	for _, o := range counted {
		if total := o.Total.Rat(); total != nil && o.Subject == "" && o.To > from && o.To <= to {
			all.Add(all, total)
		}
	}
	if all.Sign() == 0 {
		return ""
	}
	all.Mul(all, new(big.Rat).Sub(big.NewRat(1, 1), target))
	return rounded(all.Mul(all, share))
}

// rounded is a number with at most six digits behind the point.
func rounded(x *big.Rat) plumbline.Decimal {
	d, err := plumbline.ParseDecimal(x.FloatString(6))
	if err != nil {
		return ""
	}
	return d
}

// feedSupport tells a constraint about support of the hours that tickets took in each
// whole week that tickets are known of, and of how many came and were resolved.
func (r *Room) feedSupport(tx *store.Tx, c plumbline.Constraint) ([]plumbline.Observation, error) {
	refs, err := r.refsOf(tx, c.Scope)
	if err != nil {
		return nil, err
	}
	weeks, _, err := r.weeks(tx, refs, toldWeeks)
	if err != nil {
		return nil, err
	}
	var out []plumbline.Observation
	for _, w := range weeks {
		if !w.Whole {
			continue
		}
		o := plumbline.Observation{From: w.From, To: w.To, At: w.To, Source: "tickets", Ref: "tickets made in the week of " + w.From.Std().Format(time.DateOnly)}
		if w.Hours.Known() && w.Capacity.Known() {
			load := o
			load.External, load.Bad, load.Total = "load", w.Hours, w.Capacity
			if w.Guessed > 0 {
				load.Quality = plumbline.ByEstimate
			}
			out = append(out, load)
		}
		queue := o
		queue.External, queue.Subject = "queue", plumbline.SubjectQueue
		queue.Bad, queue.Total = count(w.Arrivals), count(w.Closures)
		out = append(out, queue)
	}
	return out, nil
}

func count(n int64) plumbline.Decimal { return rounded(big.NewRat(n, 1)) }
