// Package law holds the tests that keep the house in order. It has no code of
// its own: every check is a function over a tree of source files, in the test
// files here, run twice. TestHouse runs each check on this repository.
// TestLawsBreak runs it on the small trees in testdata, each broken on purpose,
// and wants exactly the complaint that the tree was made for.
//
// The four laws are those of doc/architecture.md: inside changes only in app,
// outside changes only by an action, judgement is pure, private stays private.
// Beside them stand the package table, the style rules, the words that must not
// stand in the repository, and the versions that must agree.
package law
