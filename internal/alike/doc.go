// Package alike says which texts ask for the same thing. It owns the words
// Text, Sketch, Query and Match.
//
// Two texts are compared by their stemmed words and by their runs of four
// characters, each with BM25 (k1 = 1.2, b = 0.75; Robertson and Zaragoza, The
// Probabilistic Relevance Framework, 2009), the title counting three times, and
// the two rankings are fused by reciprocal rank (k = 60, 0.7 for words and 1 for
// grams; Cormack, Clarke and Büttcher, SIGIR 2009). How rare a word is comes
// from a [Sketch] of fixed size, so that nothing here grows with the number of
// texts.
//
// Laws: pure; the same texts in the same order give the same answer; work and
// memory are bounded by the texts given.
package alike
