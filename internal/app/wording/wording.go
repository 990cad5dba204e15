// Package wording is how the house says things to people: what happened, as half
// a sentence after somebody's name, and where an item stands, for those who do
// not know our states.
//
// It is as pure as a judge: words in, words out.
package wording
