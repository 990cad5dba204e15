// Package plan chooses what is done and when: which items fit into the capacity of
// teams by period, which are left out and why, and what more room would be worth.
//
// It owns the words Problem (what is to be planned), Plan (what was chosen, with
// the proof of how good it is), Work (how much is to be calculated) and Why (what
// would bring an item in).
//
// How it works. The rules that tie items to each other (capacity, budget, order,
// exclusive options, the mix) are given prices, and each item picks its best period
// at these prices: what they earn together is more than any plan can be worth, so
// the best prices give a proven bound. The same prices guide a search that puts
// items in, moves others out of the way, and keeps every rule at every step.
//
// Laws: pure. The same problem, work and seed give the same bytes. Work is counted
// in rounds and moves, never in time: who has a clock says "done". A plan never
// breaks a rule in silence: a demand that it cannot hold is left out and named,
// with the teams and periods that have no room for it.
package plan
