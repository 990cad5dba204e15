package alike

import (
	"cmp"
	"slices"
)

// Match is one of the texts that were compared.
type Match struct {
	At    int     // its place in what was given
	Fused float64 // by which matches are ordered
	Share float64 // of what the query's own text would score, by words and grams, 0 to about 1
}

// Rank orders texts by how alike they are to the query's, most alike first:
// once by the BM25 of their words, once by that of their grams, fused by
// reciprocal rank. Texts that share nothing with it are left out. The same texts
// in the same order give the same ranking.
func (q *Query) Rank(texts []Text) []Match {
	all := make([]scores, len(texts))
	var out []Match
	for i, t := range texts {
		all[i] = q.score(prepared(t))
		if all[i].words > 0 || all[i].grams > 0 {
			out = append(out, Match{At: i, Share: q.share(all[i])})
		}
	}
	fuse(out, byWords, func(m Match) float64 { return all[m.At].words })
	fuse(out, byGrams, func(m Match) float64 { return all[m.At].grams })
	slices.SortFunc(out, func(x, y Match) int {
		return cmp.Or(cmp.Compare(y.Fused, x.Fused), cmp.Compare(x.At, y.At))
	})
	return out
}

// fuse adds what the ranks by one score are worth. Those that score nothing
// have no rank.
func fuse(out []Match, weight float64, score func(m Match) float64) {
	slices.SortFunc(out, func(x, y Match) int {
		return cmp.Or(cmp.Compare(score(y), score(x)), cmp.Compare(x.At, y.At))
	})
	for i := range out {
		if score(out[i]) > 0 {
			out[i].Fused += weight / float64(fall+i+1)
		}
	}
}

// share is how much of its own score a query finds in a text.
func (q *Query) share(s scores) float64 {
	if q.words.self == 0 || q.grams.self == 0 {
		return 0
	}
	return (s.words/q.words.self + s.grams/q.grams.self) / 2
}
