package rank

import (
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/rank/odds"
	"plumbline/internal/shared"
)

// economy is the points that every account has asked with, over all subjects: the
// more an account asks, the less each of its asks weighs.
type economy struct {
	points map[purse]float64
	amount map[purse]Ask // the newest ask that knows the amount
}

type purse struct{ account, pool string }

// weigh counts the points of all asks.
func weigh(subjects shared.List[*Subject]) *economy {
	e := &economy{points: map[purse]float64{}, amount: map[purse]Ask{}}
	for _, s := range subjects.All() {
		for _, a := range counted(s.Asks) {
			p := purse{a.Account, a.Pool}
			e.points[p] += float64(a.priority())
			if old, ok := e.amount[p]; !a.Unknown && (!ok || a.At > old.At) {
				e.amount[p] = a
			}
		}
	}
	return e
}

// counted are the asks of one item that count: of one account in one pool the
// newest, and none that is lost.
func counted(asks []Ask) []Ask {
	var out []Ask
	for _, a := range asks {
		i := slices.IndexFunc(out, func(b Ask) bool { return b.Account == a.Account && b.Pool == a.Pool })
		switch {
		case i < 0:
			out = append(out, a)
		case a.At >= out[i].At:
			out[i] = a
		}
	}
	return slices.DeleteFunc(out, func(a Ask) bool { return a.Lost })
}

// priority is 1 when nobody said, and at least 1 and at most 10.
func (a Ask) priority() int { return min(max(a.Priority, 1), 10) }

// byDemand is the influence of the accounts that ask: for each its priority times
// what one of its points is worth, times how urgent its account is.
//
// Source: GitLab handbook, customer issues prioritisation framework.
func (j *judge) byDemand(w *worth) {
	const asks plumbline.Factor = "asks"
	total, unknown := 0.0, 0
	list := counted(j.s.Asks)
	for _, a := range list {
		p := purse{a.Account, a.Pool}
		known, ok := j.e.amount[p]
		switch {
		case !ok || !(known.Amount >= 0) || math.IsInf(known.Amount, 0):
			unknown++
		default:
			total += float64(a.priority()) * known.Amount / j.e.points[p] * j.urgency(a)
		}
	}
	by := 1.0
	if j.c.factor == asks {
		by = j.c.by
	}
	switch {
	case len(list) == 0:
		w.lack(asks)
	case unknown == len(list):
		w.lack("amount")
	case unknown > 0:
		w.note("What %d of the %d accounts pay is not known: the score counts the others only, and is too low.", unknown, len(list))
		fallthrough
	default:
		if total <= 0 {
			w.note("The accounts that ask pay nothing: there is nothing to score.")
			w.lack("amount")
			return
		}
		w.value = odds.Score{Mu: math.Log(total * by)}
	}
}

// urgency is the policy's number for how soon and how shaky an account is.
func (j *judge) urgency(a Ask) float64 {
	t, row, at := j.p.urgencies[a.Pool], a.Health, a.Renewal
	if a.Pool == Growth {
		row, at = winRow(a.Win), a.Close
	}
	if row == "" {
		row = "unknown"
	}
	numbers, ok := t.Rows[row]
	if !ok || len(numbers) == 0 {
		return 1
	}
	return numbers[t.column(at, j.now)]
}

// winRow is the row of a chance to win: 0–39 %, 40–60 %, 61–100 %.
func winRow(win float64) string {
	switch {
	case win <= 0 || win > 1:
		return "unknown"
	case win < 0.4:
		return "low"
	case win <= 0.6:
		return "even"
	}
	return "high"
}

// column is the column of a date: the first whose months it is more than away.
// What is nearer than the last, or past, is in the last column. A date that
// nobody knows is in the first: not knowing makes nothing more urgent.
func (t urgencyTable) column(at, now plumbline.Time) int {
	if at == 0 {
		return 0
	}
	for i, m := range t.Months {
		if at > plumbline.At(now.Std().AddDate(0, int(m), 0)) {
			return i
		}
	}
	return len(t.Months) - 1
}
