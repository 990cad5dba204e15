package aliketest

import "fmt"

// Tally measures a search: of questions whose answer is known, the ranks at
// which it was found.
type Tally struct {
	ranks []int
}

// Add counts a question: the rank of its first right answer, from 1, or 0 when
// it was not found.
func (t *Tally) Add(rank int) { t.ranks = append(t.ranks, rank) }

// Asked is how many questions were counted.
func (t *Tally) Asked() int { return len(t.ranks) }

// Recall is the share of questions answered among the first k, 0 to 1.
func (t *Tally) Recall(k int) float64 {
	found := 0
	for _, r := range t.ranks {
		if r > 0 && r <= k {
			found++
		}
	}
	return float64(found) / float64(max(len(t.ranks), 1))
}

// MRR is the mean of the reciprocals of the ranks, 0 to 1.
func (t *Tally) MRR() float64 {
	sum := 0.0
	for _, r := range t.ranks {
		if r > 0 {
			sum += 1 / float64(r)
		}
	}
	return sum / float64(max(len(t.ranks), 1))
}

// String is the line that tests print.
func (t *Tally) String() string {
	return fmt.Sprintf("%d queries, recall@1/5/10/20 %.3f/%.3f/%.3f/%.3f, MRR %.3f",
		t.Asked(), t.Recall(1), t.Recall(5), t.Recall(10), t.Recall(20), t.MRR())
}
