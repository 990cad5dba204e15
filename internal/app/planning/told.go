package planning

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/plan"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// planned is a kept plan as the reader may see it.
func (r *Room) planned(tx *store.Tx, s *sight, row store.PlanRow, b keptPlan) (*PlannedView, error) {
	s.bare = b.Private && !s.who.Cleared
	p := b.Plan
	out := &PlannedView{
		ID: row.ID, At: row.At, ByName: row.ByName, Seed: row.Seed, Stopped: row.Stopped, Withheld: s.bare, Unit: b.Unit, Gap: p.Gap, Confidence: b.Confidence,
		Periods: b.Periods, Many: len(p.Picks), LeftMany: len(p.LeftOut), UnreadyAll: len(b.Unready),
		Teams: []TeamPlan{}, Broken: []BrokenView{}, Left: []LeftView{}, Unready: []UnreadyView{}, Frontier: []FrontierView{}, Engineers: []EngineerView{},
	}
	if !s.bare {
		out.Value, out.Bound = p.Value, p.Bound
	}
	tasks := map[string]task{}
	for _, t := range b.Tasks {
		tasks[string(t.Item)] = t
	}
	s.cells(out, b, tasks)
	for _, v := range p.Violated {
		out.Broken = append(out.Broken, s.broken(v))
	}
	for _, w := range p.LeftOut[:min(shown, len(p.LeftOut))] {
		out.Left = append(out.Left, s.left(w, tasks[w.ID], out.widest(tasks[w.ID].Team)))
	}
	for _, u := range b.Unready[:min(shown, len(b.Unready))] {
		out.Unready = append(out.Unready, UnreadyView{s.ref(u.Item), u.Why, u.Forced})
	}
	s.frontier(out, b)
	s.engineers(out, b)
	out.Sentence = out.finding()
	return out, nil
}

// cells are the teams by period, with what each does.
func (s *sight) cells(out *PlannedView, b keptPlan, tasks map[string]task) {
	loads, prices := map[plan.Cell]plan.Load{}, map[plan.Cell]float64{}
	for _, l := range b.Plan.Loads {
		loads[l.Cell] = l
	}
	for _, x := range b.Plan.Prices {
		prices[plan.Cell{Team: x.Team, Period: x.Period}] = x.Price
	}
	picks := map[plan.Cell][]Pick{}
	for _, k := range b.Plan.Picks {
		t := tasks[k.ID]
		c := plan.Cell{Team: string(t.Team), Period: k.Period}
		picks[c] = append(picks[c], s.pick(t, k.Period))
	}
	for _, n := range b.Nets {
		if !n.Known() {
			continue
		}
		if len(out.Teams) == 0 || out.Teams[len(out.Teams)-1].Team != n.Team {
			out.Teams = append(out.Teams, TeamPlan{Team: n.Team, Name: s.team(n.Team)})
		}
		at := plan.Cell{Team: string(n.Team), Period: n.Period.String()}
		l := loads[at]
		c := CellView{Period: at.Period, Left: n.LeftWords(), Gross: n.Gross, Takes: n.Takes, Capacity: l.Capacity, Planned: l.Planned, Kept: l.Reserve, Fits: l.Fits, Source: n.Source, Invented: n.Invented, Picks: picks[at]}
		if !s.bare {
			c.Price = prices[at]
		}
		sorted.By(c.Picks, func(a, b Pick) int {
			return cmp.Or(cmp.Compare(slices.Index(l.Order, string(a.id)), slices.Index(l.Order, string(b.id))),
				cmp.Compare(first(a.Forced != ""), first(b.Forced != "")), cmp.Compare(b.Mean, a.Mean)) // a plan that was kept without an order
		})
		team := &out.Teams[len(out.Teams)-1]
		team.Cells = append(team.Cells, c)
	}
	out.Teams = slices.DeleteFunc(out.Teams, func(t TeamPlan) bool { return t.idle() })
}

// idle says that nothing is planned of a team and it has no room either.
func (t TeamPlan) idle() bool {
	return !slices.ContainsFunc(t.Cells, func(c CellView) bool { return c.Capacity > 0 || len(c.Picks) > 0 })
}

func (s *sight) pick(t task, period string) Pick {
	out := Pick{ItemRef: s.ref(t.Item), Period: period, Share: t.Share, Low: t.Low, Mean: t.Mean, High: t.High, Covered: t.Covered, Forced: t.Forced, Pinned: t.PinnedI, Due: t.Due}
	if !out.Seen() {
		out.Forced = ""
		if t.Forced != "" {
			out.Forced = "It is forced."
		}
	} else if out.Forced == "" && t.Hard && t.Due != "" {
		out.Forced = "Its date, " + t.Date.Std().Format("2006-01-02") + ", cannot move."
	}
	return out
}

// broken is a demand that is not held, with the names of teams.
func (s *sight) broken(v plan.Violation) BrokenView {
	out := BrokenView{Mix: v.Mix, Proven: v.Proven}
	if v.ID != "" {
		out.ItemRef = s.ref(plumbline.ItemID(v.ID))
	}
	for _, c := range v.Cells {
		out.Cells = append(out.Cells, s.team(plumbline.TeamRef(c.Team))+" in "+c.Period)
	}
	switch {
	case v.Mix != "":
		out.Why = "The planned work cannot be divided so: " + v.Mix + "."
	case len(out.Cells) > 0:
		out.Why = "What is forced does not fit into " + listed(out.Cells) + ". Move a date, take another forced item back, or add people there."
	default:
		out.Why = "It is forced, and no place was found for it together with the others that are."
	}
	return out
}

// left says why an item is left out, and what would bring it in.
func (s *sight) left(w plan.Why, t task, room float64) LeftView {
	out := LeftView{ItemRef: s.ref(t.Item), Period: w.Period, Cut: w.Cut, Mean: t.Mean, Pinned: t.PinnedO}
	var parts []string
	switch {
	case t.PinnedO:
		out.Why = "Somebody forced it out."
		return out
	case t.Shut != "" && out.Seen():
		parts = append(parts, "A limit stops it for now ("+strings.TrimSuffix(t.Shut, ".")+").")
	}
	if !t.Scored {
		parts = append(parts, "Nobody has said what it is worth, so it counts as nothing.")
	}
	switch {
	case w.Raise == nil && room > 0 && t.Need > room:
		parts = append(parts, fmt.Sprintf("By itself it needs room for %.1f person-weeks to fit with the chance asked for, and %s has %.1f at most in one period: split it, or estimate it more closely.", t.Need, s.team(t.Team), room))
	case w.Raise == nil:
		parts = append(parts, "It has no place beside what is forced, whatever it is worth.")
	case !s.bare:
		out.Raise = w.Raise
		if t.Value > 0 {
			x := *w.Raise / t.Value
			out.Times = &x
		}
	}
	if w.Raise != nil && t.Scored {
		parts = append(parts, s.needs(w, t))
	}
	if w.Cut != nil && *w.Cut < 1 {
		parts = append(parts, fmt.Sprintf("With %.0f %% less effort it would be in.", 100**w.Cut))
	}
	out.Pushes = s.refs(w.PushesOut)
	out.Why = strings.Join(parts, " ")
	return out
}

// widest is the most room that a team has in one period, in person-weeks.
func (p *PlannedView) widest(team plumbline.TeamRef) (most float64) {
	for _, t := range p.Teams {
		for _, c := range t.Cells {
			if t.Team == team {
				most = max(most, c.Capacity)
			}
		}
	}
	return most
}

// needs says how much more an item would have to be worth.
func (s *sight) needs(w plan.Why, t task) string {
	about := "about "
	if w.Tried {
		about = ""
	}
	room := "The room that it needs in " + w.Period + " is worth more to others"
	if t.Value <= 0 || s.bare {
		return room + "."
	}
	part := 100 * *w.Raise / t.Value
	if part < 0.5 {
		return "It is worth as much as what is in its place: a little more value, or less effort, brings it in."
	}
	return fmt.Sprintf("%s: it comes in when it is worth %s%s more.", room, about, times(part))
}

// times is a part in per cent, or how many times as much where that is easier read.
func times(percent float64) string {
	if percent < 200 {
		return fmt.Sprintf("%.0f %%", math.Ceil(percent))
	}
	return fmt.Sprintf("%.0f times", math.Ceil(percent/100))
}

func (s *sight) frontier(out *PlannedView, b keptPlan) {
	most, near := 0.0, 2.0
	for _, p := range b.Frontier {
		most, near = max(most, p.Value), min(near, math.Abs(p.Confidence-b.Confidence))
	}
	for _, p := range b.Frontier {
		v := FrontierView{Confidence: p.Confidence, Many: p.Picks, Here: math.Abs(p.Confidence-b.Confidence) == near}
		if most > 0 {
			v.Part = p.Value / most
		}
		if !s.bare {
			v.Value = p.Value
		}
		out.Frontier = append(out.Frontier, v)
	}
}

func (s *sight) engineers(out *PlannedView, b keptPlan) {
	for _, e := range b.Engineers {
		v := EngineerView{Team: e.Team, Name: s.team(e.Team), In: []ItemRef{}, Out: []ItemRef{}}
		for _, w := range e.Weeks {
			v.Weeks += w
		}
		if b.Plan.Value > 0 {
			v.Part = e.Gain.Gain / b.Plan.Value
		}
		if !s.bare {
			v.Gain = e.Gain.Gain
		}
		for _, k := range e.Gain.In {
			v.In = append(v.In, s.ref(plumbline.ItemID(k.ID)))
		}
		for _, k := range e.Gain.Out {
			v.Out = append(v.Out, s.ref(plumbline.ItemID(k.ID)))
		}
		out.Engineers = append(out.Engineers, v)
	}
}

// finding says in a sentence what a plan shows.
func (p *PlannedView) finding() string {
	if p.Many == 0 && p.LeftMany == 0 {
		return "Nothing can be planned yet: an item needs a team, an estimate of its work, and a team whose capacity is known."
	}
	text := fmt.Sprintf("%s, %d left out", fit(p.Many), p.LeftMany)
	if n := len(p.Broken); n > 0 {
		text += fmt.Sprintf("; %d of what is demanded cannot be held", n)
	}
	if team, period, ok := p.dearest(); ok {
		text += fmt.Sprintf("; the scarcest is %s in %s", team, period)
	}
	return text + "."
}

func fit(n int) string {
	if n == 1 {
		return "1 item fits"
	}
	return fmt.Sprintf("%d items fit", n)
}

// dearest is the team and the period whose capacity has the highest price.
func (p *PlannedView) dearest() (team, period string, ok bool) {
	most := 0.0
	for _, t := range p.Teams {
		for _, c := range t.Cells {
			if c.Price > most {
				most, team, period, ok = c.Price, t.Name, c.Period, true
			}
		}
	}
	return team, period, ok
}

// listed is a list in words.
func listed(of []string) string {
	if len(of) < 2 {
		return strings.Join(of, "")
	}
	return strings.Join(of[:len(of)-1], ", ") + " and " + of[len(of)-1]
}
