package pairs

// Set is one answer to "which of these matters most, and which least".
type Set struct {
	Items       []int // three or more, each once
	Best, Worst int   // two of them
	Judge       string
}

// Implied is the comparisons that a set says: the best before all others, and all
// others before the worst, each pair once.
func (s Set) Implied() ([]Comparison, error) {
	best, worst := 0, 0
	seen := map[int]bool{}
	for _, i := range s.Items {
		if seen[i] {
			return nil, invalid("Item %d is in the set twice: show each item once.", i)
		}
		seen[i] = true
		if i == s.Best {
			best++
		}
		if i == s.Worst {
			worst++
		}
	}
	if len(s.Items) < 3 || best == 0 || worst == 0 || s.Best == s.Worst {
		return nil, invalid("A set needs at least three items, and two different ones of them as the one that matters most and the one that matters least.")
	}
	var out []Comparison
	for _, i := range s.Items {
		if i != s.Best {
			out = append(out, Comparison{A: s.Best, B: i, Judge: s.Judge})
		}
		if i != s.Best && i != s.Worst {
			out = append(out, Comparison{A: i, B: s.Worst, Judge: s.Judge})
		}
	}
	return out, nil
}

// FirstLook is for each of n items how often it was best less how often worst, over
// how often it was shown: -1 to 1, and 0 of what was never shown. It refuses sets that
// [Set.Implied] refuses, and items that are not there.
func FirstLook(n int, sets []Set) ([]float64, error) {
	score, shown := make([]float64, n), make([]float64, n)
	for _, s := range sets {
		implied, err := s.Implied()
		if err != nil {
			return nil, err
		}
		if err := check(n, implied); err != nil {
			return nil, err
		}
		for _, i := range s.Items {
			shown[i]++
		}
		score[s.Best]++
		score[s.Worst]--
	}
	for i := range score {
		if shown[i] > 0 {
			score[i] /= shown[i]
		}
	}
	return score, nil
}
