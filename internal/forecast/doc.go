// Package forecast says when work will be done and how much of it by when, from
// what was finished before, and how often forecasts made in the same way came true.
// It owns the words History, Method, Forecast, Score, Lifetimes and Stock.
//
// A forecast never stands alone: it comes with the method that made it, chosen by
// how well each method would have done on this very history, and with the hit rate
// of that choice in a back-test.
//
// Laws: pure. Random numbers are a function of the seed, the name of the history
// and the number of the trial, so that a team added changes no other team's
// forecast. Chances above 95 % are never told apart, and too little data is said,
// not forecast from.
package forecast
