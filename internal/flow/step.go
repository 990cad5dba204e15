package flow

import (
	"slices"
	"time"

	"plumbline"
)

// stay is a step that changes nothing.
func (d *Definition) stay(it plumbline.Item) Step {
	return Step{States: positions(it), State: it.State, Since: it.Since, Closed: !it.Open()}
}

// positions copies an item's position in every lane.
func positions(it plumbline.Item) map[string]plumbline.Position {
	out := make(map[string]plumbline.Position, len(it.States)+1)
	for lane, p := range it.States {
		out[lane] = p
	}
	if len(out) == 0 && it.State != "" {
		out[it.State.Lane()] = plumbline.Position{State: it.State, Since: it.Since}
	}
	return out
}

// step makes the move.
func (d *Definition) step(it plumbline.Item, m move, now plumbline.Time) Step {
	s := Step{From: m.from, To: m.to, States: positions(it)}
	for _, lane := range m.Recall {
		if lane != m.to.Lane() {
			delete(s.States, lane)
		}
	}
	s.States[m.to.Lane()] = plumbline.Position{State: m.to, Since: now, From: m.from}
	s.Events = []string{"item moved"}
	s.Add, s.Remove = d.labelsOf(m.to), d.labelsOf(m.from)
	if m.handOff {
		d.leave(&s, m, now)
	}
	h := d.HandOff
	if h.Ends != "" && m.from == h.Ends && d.isOpen(s.States[h.To.Lane()].State) {
		s.SendBack = true
		s.Events = append(s.Events, "item sent back")
	}
	d.finish(&s, m.to.Lane())
	if m.target.End() && d.isOpen(m.from) && !slices.Contains(s.Ended, m.to.Lane()) {
		s.Ended = d.inOrder(append(s.Ended, m.to.Lane()))
	}
	s.Reopened = !it.Open() && !s.Closed
	switch {
	case s.Reopened:
		s.Events = append(s.Events, "item reopened")
	case s.Closed && it.Open():
		s.Events = append(s.Events, "item closed")
	}
	return s
}

// leave ends the lane that the hand-off leaves.
func (d *Definition) leave(s *Step, m move, now plumbline.Time) {
	s.HandOff = true
	s.Events = append(s.Events, "item handed off")
	if !d.isOpen(m.leaves) {
		return
	}
	lane := d.HandOff.Ends.Lane()
	s.States[lane] = plumbline.Position{State: d.HandOff.Ends, Since: now, From: m.leaves}
	s.Ended = append(s.Ended, lane)
	s.Remove = append(s.Remove, d.labelsOf(m.leaves)...)
	s.Add = append(s.Add, d.labelsOf(d.HandOff.Ends)...)
}

// finish finds the leading position, and whether any lane is open. moved is the
// lane that was moved in, which leads when none is open.
func (d *Definition) finish(s *Step, moved string) {
	s.Closed = true
	lead := s.States[moved]
	for i := range d.Lanes {
		p, in := s.States[d.Lanes[i].ID]
		if !in || !d.isOpen(p.State) {
			continue
		}
		if s.Closed || d.Lanes[i].ID == d.leads() {
			lead = p
		}
		s.Closed = false
	}
	s.State, s.Since = lead.State, lead.Since
}

// isOpen says that a state is known and no end of its lane.
func (d *Definition) isOpen(s plumbline.State) bool {
	p, ok := d.states[s]
	return ok && !p.End()
}

func (d *Definition) labelsOf(s plumbline.State) []string {
	if p, ok := d.states[s]; ok && p.Label != "" {
		return []string{p.Label}
	}
	return nil
}

// inOrder sorts lanes as the process has them.
func (d *Definition) inOrder(lanes []string) []string {
	var out []string
	for i := range d.Lanes {
		if slices.Contains(lanes, d.Lanes[i].ID) {
			out = append(out, d.Lanes[i].ID)
		}
	}
	return out
}

// Target is a state that an item might go to.
type Target struct {
	State   plumbline.State
	Kind    string
	Help    string
	HandOff bool
	Allowed bool
	Reasons []Reason // everything that is in the way, when not Allowed
}

// Targets lists where the item might go next, for menus and board columns, in
// the order of the process: the hand-off where there is one, and every state
// that the present ones lead to. What stands in the way is said; states that
// the person's role may not enter are left out.
func (d *Definition) Targets(f Facts, who plumbline.Role) []Target {
	var out []Target
	memory := map[string]bool{}
	for _, to := range d.After(f) {
		m := d.moveOf(&f, to, who)
		m.memory = memory
		if !d.mayEnter(m.target, m, who) {
			continue
		}
		why := m.stands()
		out = append(out, Target{
			State: to, Kind: m.target.Kind, Help: m.target.Help, HandOff: m.handOff,
			Allowed: len(why) == 0, Reasons: why,
		})
	}
	return out
}

// After lists the states that the present ones lead to, guards aside, in the
// order of the process. It is cheap: a board may ask it for every card.
func (d *Definition) After(f Facts) []plumbline.State {
	var out []plumbline.State
	for i := range d.Lanes {
		lane := &d.Lanes[i]
		at := d.at(&f.Item, lane.ID)
		if p, ok := d.states[at]; ok {
			out = append(out, d.after(p, &f)...)
		}
	}
	h := d.HandOff
	if h.To != "" && slices.Contains(h.From, d.at(&f.Item, h.Ends.Lane())) && !slices.Contains(out, h.To) {
		out = append(out, h.To)
	}
	return out
}

// Idle is what happens to an item that nobody touched for too long.
type Idle struct {
	From    plumbline.State
	To      plumbline.State
	Mention string         // who is told
	Since   plumbline.Time // the last update
	Due     plumbline.Time // when it was too long
}

// Stale says whether the item was left untouched longer than one of its states
// allows. Item.Updated must be the last change by people or by their tracker,
// or our own label resets the clock that set it.
func (d *Definition) Stale(it plumbline.Item, now plumbline.Time) (Idle, bool) {
	if !it.Open() {
		return Idle{}, false
	}
	for i := range d.Lanes {
		at := d.at(&it, d.Lanes[i].ID)
		p, ok := d.states[at]
		if !ok || p.Stale.To == "" {
			continue
		}
		since := max(it.Updated, it.States[d.Lanes[i].ID].Since)
		due := p.Stale.due(since)
		if since != 0 && now >= due {
			return Idle{From: at, To: p.Stale.To, Mention: p.Stale.Mention, Since: since, Due: due}, true
		}
	}
	return Idle{}, false
}

// due is when an item last touched at the moment is stale; a day is 24 hours.
func (s Stale) due(since plumbline.Time) plumbline.Time {
	return since.Add(time.Duration(s.After.Days)*24*time.Hour + s.After.Rest)
}
