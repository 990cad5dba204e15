// Package odds is the arithmetic of ranking: what scores that are not known
// exactly say about ranks. It knows nothing of items, only of scores, and owns
// the words Score, Field, Tops and Worth.
//
// A [Score] is normal: mostly the logarithm of a quantity that is lognormal. Four
// ways lead from the scores of n items to the chance that each is among the first
// k. [NewField] is the mean-field way: every item against one threshold, no
// sampling, right for independent items. [Conditional] samples thresholds and
// integrates each item exactly against them, and holds for items with causes in
// common. [Joint] counts over joint samples. [Exactly] is quadrature, for a few
// items. [Spread] gives the whole distribution of ranks, [Sampled] takes draws of
// any dependence.
//
// What an estimate is worth stands in worth.go, how a score is drawn toward its
// category in shrink.go, and which factor its spread comes from in share.go.
//
// Laws: pure. Draws are keyed by (seed, item, factor, sample): the same seed gives
// the same bytes however the work is divided, and a further item changes no other
// item's draws. Where work may be divided the caller brings a [Parallel]; nothing
// here starts a goroutine.
package odds
