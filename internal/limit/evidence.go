package limit

import (
	"cmp"
	"slices"

	"plumbline"
)

// Evidence is what is known about one constraint: the observations that count,
// in order, and how many were superseded. Make it with [Order]; it does not
// change afterwards.
type Evidence struct {
	whole    []entry            // about the constraint as a whole, by when they end
	subjects map[string][]entry // about its parts, by when they were observed
	names    []string           // of the subjects, sorted
	moments  []plumbline.Time   // when something was observed, sorted, each once
	Dropped  int                // superseded, or told twice
}

// entry is an observation with its numbers read.
type entry struct {
	*plumbline.Observation
	bad, total, amount quant
}

// Order takes observations in any order. It leaves out those that another one
// supersedes; of those with the same source, external name, subject and window
// only the one that came in last counts.
func Order(list []plumbline.Observation) *Evidence {
	e := &Evidence{}
	ended := map[string]bool{}
	for i := range list {
		if id := list[i].Supersedes; id != "" {
			ended[id] = true
		}
	}
	entries := make([]entry, 0, len(list))
	for i := range list {
		o := &list[i]
		entries = append(entries, entry{o, quantOf(o.Bad), quantOf(o.Total), quantOf(o.Amount)})
	}
	slices.SortStableFunc(entries, inOrder)
	entries = e.once(entries)
	for _, en := range entries {
		if ended[en.ID] && en.ID != "" { // after once: what it took the place of does not come back
			e.Dropped++
			continue
		}
		e.moments = append(e.moments, en.At)
		if en.Subject == "" {
			e.whole = append(e.whole, en)
			continue
		}
		if e.subjects == nil {
			e.subjects = map[string][]entry{}
		}
		e.subjects[en.Subject] = append(e.subjects[en.Subject], en)
	}
	for name, list := range e.subjects {
		e.names = append(e.names, name)
		slices.SortStableFunc(list, func(a, b entry) int { return cmp.Compare(a.At, b.At) })
	}
	slices.Sort(e.names)
	slices.Sort(e.moments)
	e.moments = slices.Compact(e.moments)
	return e
}

func inOrder(a, b entry) int {
	return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.From, b.From), cmp.Compare(a.At, b.At), cmp.Compare(a.Ingested, b.Ingested), cmp.Compare(a.ID, b.ID),
		cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.State, b.State), cmp.Compare(a.Bad, b.Bad), cmp.Compare(a.Total, b.Total), cmp.Compare(a.Amount, b.Amount))
}

// once keeps of what was told several times what came in last.
func (e *Evidence) once(entries []entry) []entry {
	type told struct {
		source, external, subject, basis string
		from, to                         plumbline.Time
	}
	last := map[told]int{}
	for i, en := range entries {
		if en.External == "" || en.To == 0 {
			continue
		}
		key := told{en.Source, en.External, en.Subject, en.Basis, en.From, en.To}
		if j, ok := last[key]; !ok || entries[j].Ingested <= en.Ingested {
			last[key] = i
		}
	}
	if len(last) == 0 {
		return entries
	}
	return slices.DeleteFunc(slices.Clone(entries), func(en entry) bool {
		key := told{en.Source, en.External, en.Subject, en.Basis, en.From, en.To}
		i, ok := last[key]
		drop := ok && entries[i].Observation != en.Observation
		if drop {
			e.Dropped++
		}
		return drop
	})
}

// latest is when something was last observed, at a moment; 0: never.
func (e *Evidence) latest(now plumbline.Time) plumbline.Time {
	i, found := slices.BinarySearch(e.moments, now)
	if found {
		return now
	}
	if i == 0 {
		return 0
	}
	return e.moments[i-1]
}

// in are the observations as a whole that end in a period and were known at a
// moment, none of which covers what another covers. The longest win, then those
// that end later: a query over four weeks that is asked each hour counts once.
// What began before the period counts where it ends.
func (e *Evidence) in(p period, now plumbline.Time) []entry {
	first, _ := slices.BinarySearchFunc(e.whole, p.from, func(en entry, t plumbline.Time) int {
		if en.To <= t {
			return -1
		}
		return 1
	})
	rest := e.whole[first:]
	n, apart := 0, true
	for ; n < len(rest) && rest[n].To <= p.to; n++ {
		apart = apart && rest[n].fits(p, now) && (n == 0 || rest[n-1].To <= rest[n].From)
	}
	if apart {
		return rest[:n:n] // as it nearly always is: nothing is copied
	}
	out := make([]entry, 0, n)
	for _, en := range rest[:n] {
		if en.fits(p, now) {
			out = append(out, en)
		}
	}
	return disjoint(out)
}

func (en *entry) fits(p period, now plumbline.Time) bool {
	return en.At <= now && en.Quality != plumbline.Partial && en.To.Sub(en.From) <= p.length()
}

func disjoint(list []entry) []entry {
	slices.SortStableFunc(list, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.To-b.From, a.To-a.From), cmp.Compare(b.To, a.To), cmp.Compare(b.At, a.At))
	})
	var out []entry
	for _, en := range list {
		at, _ := slices.BinarySearchFunc(out, en.To, func(have entry, t plumbline.Time) int { return cmp.Compare(have.To, t) })
		before := at == 0 || out[at-1].To <= en.From
		after := at == len(out) || out[at].From >= en.To
		if before && after {
			out = slices.Insert(out, at, en)
		}
	}
	return out
}

// tally adds up counts, and says how much time they cover.
func tally(list []entry) (bad, total sum, covered plumbline.Time) {
	for i := range list {
		if en := &list[i]; en.counts() {
			bad.add(en.bad)
			total.add(en.total)
			covered += en.To - en.From
		}
	}
	return bad, total, covered
}

func (en *entry) counts() bool { return en.bad.known && en.total.known }

// names are the ids of what was counted.
func names(list []entry) []string {
	out := make([]string, 0, len(list))
	for i := range list {
		if list[i].counts() {
			out = append(out, list[i].ID)
		}
	}
	return out
}

// last is the newest observation of a subject that was known at a moment.
func last(list []entry, now plumbline.Time) (entry, bool) {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].At <= now {
			return list[i], true
		}
	}
	return entry{}, false
}
