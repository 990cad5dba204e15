package alike

import (
	"cmp"
	"math"
	"slices"

	"plumbline/internal/sorted"
)

// The constants of BM25.
const (
	k1 = 1.2
	b  = 0.75
)

// The constants of reciprocal-rank fusion: how fast the weight of a rank falls,
// and what the ranks by words and by grams count.
const (
	fall     = 60
	byWords  = 0.7
	byGrams  = 1.0
	maxWords = 400 // distinct stems of a query; a title and an opening have fewer
)

// Query is a text to which others are compared.
type Query struct {
	words scale[string]
	grams scale[gram]
	terms []Term
	stems map[string]string // of words met, so that each is stemmed once
	heads map[head]bool     // how the query's stems begin
}

// head is how a word begins, which stemming leaves as it is: most words of other
// texts need not be stemmed to know that the query has not their stem.
type head [2]byte

func headOf(w string) (h head) {
	copy(h[:], w)
	return h
}

// Term is a word of a query, as it was written, in how many of the texts of the
// sketch its stem occurs and what share of them that is, what a text that has it
// is worth for that, and whether it may be only the beginning of a word.
type Term struct {
	Word  string
	Docs  int
	Share float64
	Worth float64
	Begun bool
}

// scale weighs the features of one kind: each has a place, and for each place
// there is the weight of one occurrence's worth.
type scale[F comparable] struct {
	place  map[F]int
	weight []float64 // inverse document frequency times the weight in the query
	mean   float64   // length of a text
	counts []float64 // of the text being scored
	self   float64   // the score of the query's own text
}

// Ask prepares a text to be compared with others.
func (s *Sketch) Ask(t Text) *Query {
	t = prepared(t)
	q := &Query{stems: map[string]string{}, heads: map[head]bool{}}
	q.words = newScale[string](s.docs, s.words)
	q.grams = newScale[gram](s.docs, s.grams)
	inWords, inGrams := map[string]int{}, map[gram]int{}
	written := map[string]string{}
	var order []string
	for _, part := range weighed(t) {
		eachWord(part.text, func(w string) {
			st := q.stem(w)
			if _, ok := inWords[st]; !ok {
				written[st] = w
				order = append(order, st)
			}
			inWords[st] += part.weight
		})
		eachGram(part.text, func(g gram) { inGrams[g] += part.weight })
	}
	for _, st := range order[:min(len(order), maxWords)] {
		in := int(s.words.in[slotOfWord(st)])
		q.words.add(st, s.docs, in, inWords[st])
		q.heads[headOf(st)] = true
		q.terms = append(q.terms, Term{Word: written[st], Docs: in, Share: float64(in) / float64(max(s.docs, 1)), Worth: q.words.weight[len(q.words.weight)-1]})
	}
	for g, n := range inGrams {
		q.grams.add(g, s.docs, int(s.grams.in[slotOfGram(g)]), n)
	}
	q.begun(t)
	own := q.score(t)
	q.words.self, q.grams.self = own.words, own.grams
	return q
}

// begun marks the last word of what is being typed, when no text has it.
func (q *Query) begun(t Text) {
	last := t.Title
	if t.Body != "" {
		last = t.Body
	}
	var word string
	eachWord(last, func(w string) { word = w })
	for i, term := range q.terms {
		if term.Word == word && term.Docs == 0 {
			q.terms[i].Begun = true
		}
	}
}

// Terms are the distinct words of the query, rarest first; those that are as
// rare come in the order they were written.
func (q *Query) Terms() []Term {
	out := slices.Clone(q.terms)
	sorted.By(out, func(a, b Term) int { return cmp.Compare(a.Docs, b.Docs) })
	return out
}

func (q *Query) stem(w string) string {
	st, ok := q.stems[w]
	if !ok {
		st = stem(w)
		q.stems[w] = st
	}
	return st
}

func newScale[F comparable](docs uint32, r rarity) scale[F] {
	s := scale[F]{place: map[F]int{}, mean: 1}
	if docs > 0 && r.total > 0 {
		s.mean = float64(r.total) / float64(docs)
	}
	return s
}

// add gives a feature its weight. What the query says often counts more, but
// less and less so.
func (s *scale[F]) add(f F, docs uint32, in, often int) {
	n, df := float64(docs), float64(in)
	idf := math.Log(1 + (n-df+0.5)/(df+0.5))
	s.place[f] = len(s.weight)
	s.weight = append(s.weight, idf*(1+math.Log(float64(often))))
	s.counts = append(s.counts, 0)
}

func (s *scale[F]) meet(f F, weight int) {
	if i, ok := s.place[f]; ok {
		s.counts[i] += float64(weight)
	}
}

// sum is the BM25 score of the text that was met, of the length given, and
// forgets it.
func (s *scale[F]) sum(length float64) (score float64) {
	norm := k1 * (1 - b + b*length/s.mean)
	for i, f := range s.counts {
		if f > 0 {
			score += s.weight[i] * f * (k1 + 1) / (f + norm)
			s.counts[i] = 0
		}
	}
	return score
}

// scores of one text against a query.
type scores struct{ words, grams float64 }

func (q *Query) score(t Text) scores {
	words, grams := 0, 0
	for _, part := range weighed(t) {
		eachWord(part.text, func(w string) {
			if q.heads[headOf(w)] {
				q.words.meet(q.stem(w), part.weight)
			}
			words += part.weight
		})
		eachGram(part.text, func(g gram) {
			q.grams.meet(g, part.weight)
			grams += part.weight
		})
	}
	return scores{q.words.sum(float64(words)), q.grams.sum(float64(grams))}
}
