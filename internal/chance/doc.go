// Package chance is uncertainty as values: what a person typed as a range becomes
// a distribution, distributions are drawn from, multiplied, compared and pooled,
// and what was claimed is scored when reality comes in. It owns the words Dist,
// Stream, Pool and Record.
//
// An interval here always means 90 %: one in twenty below, one in twenty above.
//
// Laws: pure. A random number is a function of its arguments (seed, item, factor
// and number of the sample), so that adding an item changes no other item's draws,
// and the same seed gives the same bytes.
package chance
