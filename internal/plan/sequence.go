package plan

import (
	"cmp"
	"slices"
)

// maxLinked is how many items that wait for each other are put in order by what their
// delay costs; of more only the order of waiting counts.
const maxLinked = 200

// job is work of one team in one period, for the order within it. What it waits for
// is named by places in the list of jobs, without cycles.
type job struct {
	forced bool
	late   float64 // what a period's delay costs, 0 or more
	value  float64 // what it is worth: counts where late says nothing
	size   float64 // the team's effort, 0 or more
	after  []int
}

// block is jobs that are done one right after the other.
type block struct {
	job
	jobs []int
}

// urgent compares blocks by which goes first: forced work, then by the cost of delay
// over size (Smith's ratio), then by value over size.
func urgent(a, b block) int {
	const least = 1e-9 // work of no size goes first among its equals
	sa, sb := max(a.size, least), max(b.size, least)
	switch {
	case a.forced != b.forced && a.forced:
		return -1
	case a.forced != b.forced:
		return 1
	}
	return cmp.Or(cmp.Compare(b.late*sa, a.late*sb), cmp.Compare(b.value*sa, a.value*sb))
}

// sequence is the order of jobs in which, one after the other, their delay costs the
// least: by Smith's ratio, and where jobs wait for others, again and again the part
// that goes before the rest with the greatest ratio as a whole. It is the best order
// where each job waits for at most one and is waited for by at most one (Pinedo,
// Scheduling, chapter 3); for any other waiting it is a good one: the best is NP-hard.
func sequence(jobs []job) []int {
	s := sequencer{jobs: jobs, depth: make([]int, len(jobs))}
	linked := make([]bool, len(jobs))
	for i, j := range jobs {
		for _, b := range j.after {
			linked[i], linked[b] = true, true
		}
	}
	var blocks []block
	var wait []int
	for i, j := range jobs {
		if linked[i] {
			wait = append(wait, i)
		} else {
			blocks = append(blocks, block{j, []int{i}})
		}
	}
	slices.SortStableFunc(wait, func(a, b int) int { return cmp.Compare(s.level(a), s.level(b)) })
	slices.SortStableFunc(blocks, urgent)
	return merged(s.chains(wait), blocks)
}

// merged takes the more urgent of both fronts, so what waits stays behind its like.
func merged(chains, free []block) (out []int) {
	for len(chains)+len(free) > 0 {
		from := &free
		if len(free) == 0 || len(chains) > 0 && urgent(chains[0], free[0]) <= 0 {
			from = &chains
		}
		out = append(out, (*from)[0].jobs...)
		*from = (*from)[1:]
	}
	return out
}

type sequencer struct {
	jobs  []job
	depth []int // of each job: 1 if it waits for none, 0 if not known yet
}

// level is 1 more than that of all for which a job waits.
func (s *sequencer) level(i int) int {
	if s.depth[i] == 0 {
		deep := 0
		for _, b := range s.jobs[i].after {
			deep = max(deep, s.level(b))
		}
		s.depth[i] = deep + 1
	}
	return s.depth[i]
}

// chains cuts jobs that wait for each other, the ones in front first, into blocks: each
// is the most urgent of what is left that waits for nothing else.
func (s *sequencer) chains(wait []int) (out []block) {
	if len(wait) > maxLinked {
		return []block{s.block(wait)}
	}
	for len(wait) > 0 {
		var best block
		for n, i := range wait {
			b := s.block(s.needed(i, wait[:n]))
			if n == 0 || urgent(b, best) < 0 {
				best = b
			}
		}
		out = append(out, best)
		wait = slices.DeleteFunc(wait, func(i int) bool { return slices.Contains(best.jobs, i) })
	}
	return out
}

// needed is a job and all for which it waits among those in front of it.
func (s *sequencer) needed(i int, front []int) []int {
	out := []int{i}
	for n := len(front) - 1; n >= 0; n-- {
		if slices.ContainsFunc(out, func(j int) bool { return slices.Contains(s.jobs[j].after, front[n]) }) {
			out = append(out, front[n])
		}
	}
	slices.Reverse(out)
	return out
}

func (s *sequencer) block(jobs []int) block {
	out := block{jobs: jobs}
	for _, i := range jobs {
		j := s.jobs[i]
		out.forced = out.forced || j.forced
		out.late += j.late
		out.value += j.value
		out.size += j.size
	}
	return out
}
