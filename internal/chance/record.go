package chance

import (
	"maps"
	"math"
	"slices"
)

// Outcome is a 90 % interval that somebody gave, and what came. Group is what the
// record is divided by, such as the kind of quantity.
type Outcome struct {
	Low, High, Actual float64 // all above zero, Low below High
	Group             string
}

// Record is how well somebody's intervals hold. Its zero value is of somebody of whom
// nothing is known.
type Record struct {
	Resolved, Hits int
	HitRate        float64 // expected, with a prior of nine hits in ten: 0 to 1
	Widening       float64 // by what the logarithm of an interval's width is to be multiplied, so that it holds 90 %
	Bias           float64 // median of ln(actual/middle): above 0 when too low was said
	Score          float64 // mean [Winkler] score of the logarithms: less is better
}

// enough is how many resolved intervals a record needs before it may count.
const enough = 10

// Holding is how often the intervals of the record held what came.
func (r Record) Holding() Holding { return Hold(0.9, r.Hits, r.Resolved, float64(r.Resolved)) }

// Verdict is what the record says of intervals like those in it.
func (r Record) Verdict() Verdict { return r.Holding().Verdict(enough) }

// Counts says that there are enough resolved intervals to weigh somebody by them.
func (r Record) Counts() bool { return r.Resolved >= enough }

// RecordOf reads a record. Without outcomes it is the prior: 90 % and no widening. It
// refuses what has no logarithm.
func RecordOf(outcomes []Outcome) (Record, error) {
	r := Record{Resolved: len(outcomes)}
	ratios := make([]float64, 0, len(outcomes))
	for i, o := range outcomes {
		if err := interval(o.Low, o.High); err != nil {
			return Record{}, err
		}
		if !(o.Low > 0) || !(o.Actual > 0) || math.IsInf(o.Actual, 1) {
			return Record{}, invalid("Outcome %d: the interval %s to %s and what came, %s, must be above zero and finite.", i+1, decimal(o.Low), decimal(o.High), decimal(o.Actual))
		}
		if o.Low <= o.Actual && o.Actual <= o.High {
			r.Hits++
		}
		low, high, actual := math.Log(o.Low), math.Log(o.High), math.Log(o.Actual)
		ratios = append(ratios, actual-(low+high)/2)
		r.Score += Winkler(low, high, 0.9, actual) / float64(len(outcomes))
	}
	held := r.Holding()
	r.HitRate, r.Widening = held.Rate, held.Widening()
	r.Bias = median(ratios)
	return r, nil
}

// RecordsOf is the record of each group by its name.
func RecordsOf(outcomes []Outcome) (map[string]Record, error) {
	groups := map[string][]Outcome{}
	for _, o := range outcomes {
		groups[o.Group] = append(groups[o.Group], o)
	}
	records := make(map[string]Record, len(groups))
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		r, err := RecordOf(groups[name])
		if err != nil {
			return nil, err
		}
		records[name] = r
	}
	return records, nil
}

// Corrected is what somebody with this record would have said if their intervals held:
// wider (or narrower) by Widening, and moved by the bias once the record counts. What
// has no logarithm is only widened.
func (r Record) Corrected(d Dist) (Dist, error) {
	if r.Resolved == 0 || d.IsUnknown() {
		return d, nil
	}
	wide, err := d.Widen(r.Widening)
	if err != nil || !r.Counts() || wide.kind != KindLognormal {
		return wide, err
	}
	moved, err := LognormalOf(wide.a+r.Bias, wide.b)
	moved.zero = d.zero
	return moved, err
}

// Weights is how much each of several people counts in a pool: 1 for those whose
// record does not count yet, and for the others the median score of those over their
// own, between 1/3 and 3, so that nobody is silenced by a few questions.
func Weights(records []Record) []float64 {
	var scores []float64
	for _, r := range records {
		if r.Counts() {
			scores = append(scores, r.Score)
		}
	}
	weights, middle := make([]float64, len(records)), median(scores)
	for i, r := range records {
		weights[i] = 1
		if r.Counts() {
			weights[i] = min(max(middle/r.Score, 1.0/3), 3)
		}
	}
	return weights
}

// median is the middle value, the mean of the two middle ones, or 0 of none.
func median(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	sorted := slices.Clone(xs)
	slices.Sort(sorted)
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
