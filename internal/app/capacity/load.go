package capacity

import (
	"cmp"
	"fmt"
	"time"

	"plumbline"
	"plumbline/internal/crew"
	"plumbline/internal/store"
)

func byWeek(a, b store.CapacityWeek) int {
	return cmp.Or(cmp.Compare(a.Team, b.Team), cmp.Compare(a.Week, b.Week), cmp.Compare(a.Share, b.Share), cmp.Compare(a.Load, b.Load))
}

// history is what teams finished in the last whole weeks, the oldest first.
type history struct {
	until plumbline.Time // the Monday after the last of them
	n     int
	teams map[plumbline.TeamRef]*teamHistory
}

// teamHistory is that of one team: which weeks were measured, and what it finished in
// each of them.
type teamHistory struct {
	measured []bool
	loads    map[string][]crew.Week // by load, "" among them, and of the sum of those that come by themselves under allLoads
	shares   []map[plumbline.WorkShare]crew.Spent
	unsaid   int64
	items    int64
}

// allLoads is the name of everything that comes by itself, added up.
const allLoads = "all"

// historyOf orders weeks for the n whole ones before a moment. rows are those from n
// weeks before on, and the first week of every team may lie earlier.
func historyOf(rows []store.CapacityWeek, now plumbline.Time, n, gap int) history {
	h := history{until: plumbline.Monday(now), n: n, teams: map[plumbline.TeamRef]*teamHistory{}}
	active, first := map[plumbline.Time]bool{}, map[plumbline.TeamRef]plumbline.Time{}
	for _, w := range rows {
		active[w.Week] = true
		if have, ok := first[w.Team]; !ok || w.Week < have {
			first[w.Team] = w.Week
		}
	}
	for team, begins := range first {
		t := &teamHistory{measured: crew.Measured(h.until, n, begins, active, gap), loads: map[string][]crew.Week{}, shares: make([]map[plumbline.WorkShare]crew.Spent, n)}
		h.teams[team] = t
	}
	for _, w := range rows {
		i := n - int(h.until.Sub(w.Week)/week)
		if i >= 0 && i < n {
			h.teams[w.Team].take(w, i)
		}
	}
	return h
}

func (t *teamHistory) take(w store.CapacityWeek, i int) {
	names := []string{w.Load}
	if w.Load != "" {
		names = append(names, allLoads)
	}
	for _, name := range names {
		at := &t.weeksOf(name)[i]
		at.Items, at.Effort, at.Squares = at.Items+int(w.Items), at.Effort+w.Effort, at.Squares+w.Squares
	}
	if t.shares[i] == nil {
		t.shares[i] = map[plumbline.WorkShare]crew.Spent{}
	}
	s := t.shares[i][w.Share]
	t.shares[i][w.Share] = crew.Spent{Items: s.Items + int(w.Items), Effort: s.Effort + w.Effort, Squares: s.Squares + w.Squares}
	t.items, t.unsaid = t.items+w.Items, t.unsaid+w.Unsaid
}

// weeksOf are the weeks of one load; those in which nothing of it was finished are there.
func (t *teamHistory) weeksOf(load string) []crew.Week {
	if t.loads[load] == nil {
		t.loads[load] = make([]crew.Week, len(t.measured))
		for i, m := range t.measured {
			t.loads[load][i].Measured = m
		}
	}
	return t.loads[load]
}

// all is everything that the team finished in the measured ones of the last weeks, by
// kind of work, and how many were measured.
func (t *teamHistory) all(last int) (spent map[plumbline.WorkShare]crew.Spent, weeks int) {
	spent = map[plumbline.WorkShare]crew.Spent{}
	for i := max(0, len(t.measured)-last); i < len(t.measured); i++ {
		if !t.measured[i] {
			continue
		}
		weeks++
		for share, s := range t.shares[i] {
			have := spent[share]
			spent[share] = crew.Spent{Items: have.Items + s.Items, Effort: have.Effort + s.Effort, Squares: have.Squares + s.Squares}
		}
	}
	return spent, weeks
}

// effort is all that the team finished in the measured weeks, in person-weeks.
func (t *teamHistory) effort() (sum float64, weeks int) {
	spent, weeks := t.all(len(t.measured))
	for _, s := range spent {
		sum += s.Effort
	}
	return sum, weeks
}

// reserve is what is taken off a period for what comes by itself: the mean of each load,
// and what is kept beyond so that it is enough in most periods. Where too little was
// measured, what the mix plans for support stands in for it.
func (f facts) reserve(team plumbline.TeamRef, n *Net) ([]Take, error) {
	t := f.past.teams[team]
	if t == nil {
		return f.assumed(n, 0), nil
	}
	total, ok := crew.FitLoad(t.weeksOf(allLoads), f.book.Reserve.Least)
	if !ok || total.Items == 0 { // no team has none of it: nobody writes it down here
		return f.assumed(n, total.Weeks), nil
	}
	weeks := n.Span() * n.Covered
	mean, sd, enough, err := total.Over(weeks, f.book.Reserve.Enough)
	if err != nil {
		return nil, err
	}
	n.Load = Load{Mean: mean, SD: sd, Reserve: enough, Chance: f.book.Reserve.Enough, Measured: total.Weeks, Shape: total.Shape()}
	var out []Take
	for _, name := range crew.Loads {
		one, _ := crew.FitLoad(t.weeksOf(name), f.book.Reserve.Least)
		if one.Mean > 0 {
			out = append(out, Take{What: name, Weeks: one.Mean * weeks, At: f.past.until, Why: fmt.Sprintf("%s in %s, %s.", count(one.Items, "item"), count(one.Weeks, "measured week"), t.howSaid())})
		}
	}
	if enough > mean {
		out = append(out, Take{What: Margin, Weeks: enough - mean, At: f.past.until, Why: fmt.Sprintf("So that it is enough in %.0f of 100 periods: weeks vary (%s).", 100*f.book.Reserve.Enough, total.Shape())})
	}
	return out, nil
}

// Margin is what is kept free beyond the mean of what comes by itself.
const Margin = "margin"

// howSaid says what the efforts of finished items rest on.
func (t *teamHistory) howSaid() string {
	if t.unsaid == 0 {
		return "with the efforts that were said"
	}
	return fmt.Sprintf("%d of the team's %d efforts taken from others like them, since nobody said them", t.unsaid, t.items)
}

// assumed stands in for a load that was not measured: support at the planned share, as
// nobody plans questions one by one. What the mix means for upkeep is not taken off:
// upkeep is planned item by item as well, and would come off twice. Nor is anything
// taken off what was learned: the team finished that much beside what it wrote nothing
// down of.
func (f facts) assumed(n *Net, measured int) []Take {
	mix, own := f.mix(n.Team)
	if n.Basis == Learned || mix[plumbline.ShareSupport] == 0 {
		return nil
	}
	whose := "the rules' mix"
	if own {
		whose = "the team's mix"
	}
	short := fmt.Sprintf("Not enough data: %s of %d.", count(measured, "measured week"), f.book.Reserve.Least)
	if measured >= f.book.Reserve.Least {
		short = fmt.Sprintf("No support, incident or upkeep was written down in %s.", count(measured, "measured week"))
	}
	part := mix[plumbline.ShareSupport]
	return []Take{{What: crew.LoadSupport, Weeks: part * n.Gross, Assumed: true,
		Why: fmt.Sprintf("%s Support is taken as planned in %s, %.0f %%; upkeep is not, it is planned item by item.", short, whose, 100*part)}}
}

// meant is what the mix means in a period, of each kind of work, and how much of that is
// off already since it comes by itself.
func (f facts) meant(n Net) []Meant {
	mix, _ := f.mix(n.Team)
	off := map[plumbline.WorkShare]float64{}
	for _, t := range n.Takes {
		if share, ok := crew.ShareOfLoad(t.What); ok {
			off[share] += t.Weeks
		}
	}
	out := []Meant{}
	for _, share := range plumbline.WorkShares {
		out = append(out, Meant{share, mix[share] * n.Gross, off[share]})
	}
	return out
}

// mix is the mix of work that a team plans; own says that it is the team's.
func (f facts) mix(t plumbline.TeamRef) (m crew.Mix, own bool) {
	if m, own = f.mixes[t]; own {
		return m, true
	}
	return f.book.Mix, false
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// learned is the capacity of a team of which nobody said anything: as much as it
// finished by the week.
func (f facts) learned(t plumbline.TeamRef, n *Net) {
	past := f.past.teams[t]
	if past == nil {
		return
	}
	sum, weeks := past.effort()
	if weeks < f.book.Reserve.Least {
		n.Source = fmt.Sprintf("Nobody said how many people there are, and there is not enough data to learn from: %s of %d.", count(weeks, "measured week"), f.book.Reserve.Least)
		return
	}
	if sum == 0 {
		n.Source = fmt.Sprintf("Nobody said how many people there are, and nothing was finished in the last %s to learn from.", count(weeks, "measured week"))
		return
	}
	n.Basis, n.Covered, n.At = Learned, 1, f.past.until
	n.Gross = sum / float64(weeks) * n.Span()
	n.Source = fmt.Sprintf("Learned: %.3g person-weeks of work finished in %s, %s", sum, count(weeks, "measured week"), past.howSaid())
}

// measuredFocus is the share of the time of the people entered that went into items that
// were finished, over the measured weeks that something was entered for; ok is false
// when they are too few.
func (f facts) measuredFocus(t plumbline.TeamRef) (focus float64, weeks int, ok bool) {
	past := f.past.teams[t]
	if past == nil {
		return 0, 0, false
	}
	there, did := 0.0, 0.0
	for i, measured := range past.measured {
		monday := f.past.until.Add(-week * time.Duration(f.past.n-i))
		g := crew.GrossOf(f.said[t], monday, monday.Add(week))
		if !measured || g.Covered < 1 || g.Carried {
			continue
		}
		weeks++
		there += g.People * g.Weeks
		for _, s := range past.shares[i] {
			did += s.Effort
		}
	}
	return did / max(there, 1e-9), weeks, weeks >= f.book.Reserve.Least && there > 0
}
