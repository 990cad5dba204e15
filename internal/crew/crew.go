// Package crew judges the capacity of teams: how much they can do, how much comes by
// itself, and where their work went against what they planned.
//
// It owns these nouns. A [Gross] is people × weeks × focus of a period. A [Load] is
// work that comes by itself, as it was measured by the week; its reserve is what has to
// be kept free for it. A [Book] is the rules as data: what comes by
// itself, how much is kept free for it, the planned mix, and when leaving it is told. A [Drift] is that
// work stands away from what was planned.
//
// Laws: pure. What was not measured is said so, never taken for zero. Everything is in
// person-weeks; shares are from 0 to 1.
package crew
