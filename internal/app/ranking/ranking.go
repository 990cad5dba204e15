// Package ranking is the order of what is open, and why: forced work first, the
// rest by its score, with what would change it.
//
// Laws: as in package app. The order is that of all open items; a reader is
// shown those that they may see, at their true places.
package ranking
