package flow

import (
	"fmt"
	"slices"

	"plumbline"
)

// Step is what a move does to an item.
type Step struct {
	From     plumbline.State               // the state left in the lane of To; empty: the lane was entered
	To       plumbline.State               // empty: nothing changes
	States   map[string]plumbline.Position // every lane's position after the move
	State    plumbline.State               // the leading position after the move
	Since    plumbline.Time                // when State was entered
	Ended    []string                      // lanes that ended with this move, in the process's order
	HandOff  bool                          // the work passed to the engineers' lane
	SendBack bool                          // the work came back to the product manager's lane
	Closed   bool                          // the item has ended: no lane is open
	Reopened bool                          // the item had ended, and is open again
	Events   []string                      // "item moved", "item handed off", "item sent back", "item closed", "item reopened"
	Add      []string                      // labels of the states entered, written with "::"
	Remove   []string                      // labels of the states left, written with "::"
}

// Next says what moving the item to a state does, or every reason why it may
// not go there now; exactly one of the two is empty. The role is that of who
// moves it; that this person may move this item at all is for the caller to say.
//
// A move within a lane follows the states' Next. A move into the hand-off's
// first state, from a state that may hand off, is the hand-off: the lane that is
// left ends. Moving the product manager's lane from its hand-off's end sends the
// work back; both lanes are open then.
func (d *Definition) Next(f Facts, to plumbline.State, who plumbline.Role) (Step, []Reason) {
	target, ok := d.states[to]
	if !ok {
		return Step{}, []Reason{{Text: fmt.Sprintf("%s has no state called %s.", d.Name, to)}}
	}
	m := d.moveOf(&f, to, who)
	if m.from == to && !m.handOff {
		return Step{}, []Reason{{Text: fmt.Sprintf("It is in %s already.", to.Name())}}
	}
	if !d.mayEnter(target, m, who) {
		return Step{}, []Reason{{Text: fmt.Sprintf("Only %s can move it to %s.", roleNames(d.rolesOf(target, m)), to.Name())}}
	}
	if !m.handOff {
		if m.from == "" {
			return Step{}, []Reason{{Text: d.notEntered(target.lane)}}
		}
		if !d.leadsTo(m) {
			return Step{}, []Reason{{Text: d.noWay(m)}}
		}
	}
	if why := m.stands(); len(why) > 0 {
		return Step{}, why
	}
	return d.step(f.Item, m, f.Now), nil
}

// Follow says what it means that people moved the item in the tracker: the
// state follows in any case, and the reasons are warnings. A move into the
// engineers' first lane counts as the hand-off, with or without a decision. A
// state that the process does not have, or where the item is already, gives a
// step that changes nothing: its To is empty.
func (d *Definition) Follow(f Facts, to plumbline.State) (Step, []Reason) {
	if _, ok := d.states[to]; !ok {
		return d.stay(f.Item), []Reason{{Text: fmt.Sprintf("%s has no state called %s.", d.Name, to)}}
	}
	m := d.moveOf(&f, to, "")
	if m.from == "" && to.Lane() == d.HandOff.To.Lane() && d.HandOff.To != "" {
		m.handOff, m.leaves = true, d.at(&f.Item, d.HandOff.Ends.Lane())
	}
	if m.from == to && !m.handOff {
		return d.stay(f.Item), nil
	}
	var warn []Reason
	switch {
	case m.handOff && to != d.HandOff.To:
		warn = append(warn, Reason{Text: fmt.Sprintf("It was moved straight to %s, without %s.", to.Name(), d.HandOff.To.Name())})
	case !m.handOff && m.from != "" && !d.leadsTo(m):
		warn = append(warn, Reason{Text: d.noWay(m)})
	}
	warn = append(warn, m.stands()...)
	return d.step(f.Item, m, f.Now), warn
}

// Begin is the first step of an item, or of another episode of one. moves are
// states that labels on its issue say already; without one of its lane the item
// begins where the process begins. An end that a label says is left out: somebody
// asks anew. Of an item that there is, lanes that are open stay as they are, save
// that of Start, and lanes that ended are forgotten.
func (d *Definition) Begin(item *plumbline.Item, moves []plumbline.State, now plumbline.Time) Step {
	s := Step{To: d.Start, States: map[string]plumbline.Position{}, Events: []string{"item moved"}}
	if item != nil {
		s.From = d.at(item, d.Start.Lane())
		s.Reopened = !item.Open()
		for lane, p := range item.States {
			if def, ok := d.states[p.State]; ok && !def.End() && lane != d.Start.Lane() {
				s.States[lane] = p
			}
		}
	}
	s.States[d.Start.Lane()] = plumbline.Position{State: d.Start, Since: now}
	for _, to := range moves {
		if d.isOpen(to) && s.States[to.Lane()].State != to {
			s.States[to.Lane()] = plumbline.Position{State: to, Since: now}
		}
	}
	s.To = s.States[d.Start.Lane()].State
	d.finish(&s, d.Start.Lane())
	s.Add, s.Remove = d.labelsOf(s.To), d.labelsOf(s.From)
	if s.Reopened {
		s.Events = append(s.Events, "item reopened")
	}
	return s
}

// move is one move to be judged.
type move struct {
	moving
	target  *place
	handOff bool
	leaves  plumbline.State // the state that the hand-off leaves
	memory  map[string]bool // what expressions gave; nil: not kept
}

// moveOf finds out what sort of move it is.
func (d *Definition) moveOf(f *Facts, to plumbline.State, who plumbline.Role) move {
	m := move{target: d.states[to]}
	m.moving = moving{Facts: f, d: d, from: d.at(&f.Item, to.Lane()), to: to, role: who}
	if d.HandOff.To == to {
		left := d.at(&f.Item, d.HandOff.Ends.Lane())
		if slices.Contains(d.HandOff.From, left) {
			m.handOff, m.leaves = true, left
		}
	}
	return m
}

// at is the item's state in a lane; empty when it is not in it.
func (d *Definition) at(it *plumbline.Item, lane string) plumbline.State {
	if p, ok := it.States[lane]; ok {
		return p.State
	}
	if it.State.Lane() == lane {
		return it.State
	}
	return ""
}

// rolesOf are the roles that may make the move; none means every role. The
// hand-off is made by those who may move in the lane that is left.
func (d *Definition) rolesOf(target *place, m move) []plumbline.Role {
	if m.handOff {
		return d.states[m.leaves].lane.Roles
	}
	if len(target.Roles) > 0 {
		return target.Roles
	}
	return target.lane.Roles
}

func (d *Definition) mayEnter(target *place, m move, who plumbline.Role) bool {
	roles := d.rolesOf(target, m)
	return len(roles) == 0 || slices.Contains(roles, who)
}

// leadsTo says whether the process leads from the one state to the other, both
// of one lane.
func (d *Definition) leadsTo(m move) bool {
	from, ok := d.states[m.from]
	if !ok {
		return true // a state that a newer version of the process no longer has
	}
	return slices.Contains(d.after(from, m.Facts), m.to)
}

// after lists the states of its lane that a state leads to, in the lane's order.
func (d *Definition) after(from *place, f *Facts) []plumbline.State {
	var out []plumbline.State
	for i := range from.lane.States {
		s := &from.lane.States[i]
		if s.State == from.State {
			continue
		}
		if from.Any || slices.Contains(from.Next, s.State) || s.Anywhere && !from.End() || from.Back && goesBack(s, from, f) {
			out = append(out, s.State)
		}
	}
	return out
}

// goesBack says whether "back" means this state: the one before, where it is
// known, else every open one.
func goesBack(s *StateDef, from *place, f *Facts) bool {
	came := f.Came[from.lane.ID]
	if came == "" {
		came = f.Item.States[from.lane.ID].From
	}
	if came == "" {
		return s.Kind == Open
	}
	return came == s.State
}

// way is the direction of a move: forward, back, drop, or none of them.
func (m *move) way() string {
	switch {
	case m.target.Kind == Dropped:
		return Drop
	case m.handOff:
		return Forward
	case m.target.Kind == Waiting:
		return ""
	}
	from, ok := m.d.states[m.from]
	switch {
	case !ok:
		return Forward
	case from.End() || m.target.pos < from.pos:
		return Backing
	}
	return Forward
}

// guards are those that the move must pass: the process's rules, those of the
// state that is left, of the hand-off, and of the state that is entered.
func (m *move) guards() []*Guard {
	var out []*Guard
	way := m.way()
	add := func(list []Guard) {
		for i := range list {
			if list[i].On == "" || list[i].On == way {
				out = append(out, &list[i])
			}
		}
	}
	add(m.d.Rules)
	left := m.from
	if m.handOff {
		left = m.leaves
	}
	if p, ok := m.d.states[left]; ok {
		add(p.Leave)
	}
	if m.handOff {
		add(m.d.HandOff.Needs)
	}
	add(m.target.Enter)
	return out
}

// stands lists everything that stands in the way, each once.
func (m *move) stands() []Reason {
	var why []Reason
	for _, g := range m.guards() {
		why = addReason(why, g.judge(m))
	}
	return why
}

// judge is nil when the guard holds.
func (g *Guard) judge(m *move) *Reason {
	ok, err := m.holds(g)
	switch {
	case err != nil:
		return &Reason{Text: fmt.Sprintf("A rule of the process cannot be judged: %s", plumbline.TextOf(err)), Field: g.Field}
	case !ok:
		return &Reason{Text: g.Else, Field: g.Field}
	}
	return nil
}

// holds evaluates a guard. What does not depend on the move is evaluated once
// for all moves that share the memory.
func (m *move) holds(g *Guard) (bool, error) {
	if ok, known := m.memory[g.When]; known && !g.moving {
		return ok, nil
	}
	x, err := g.expr()
	if err != nil {
		return false, err
	}
	ok, err := x.Eval(&m.moving)
	if err == nil && m.memory != nil {
		m.memory[g.When] = ok
	}
	return ok, err
}

func addReason(why []Reason, r *Reason) []Reason {
	if r == nil || slices.Contains(why, *r) {
		return why
	}
	return append(why, *r)
}

// Check judges the rules of the process for an item that is edited, not moved.
func (d *Definition) Check(f Facts) []Reason {
	m := move{moving: moving{Facts: &f, d: d, from: f.Item.State, to: f.Item.State}}
	var why []Reason
	for i := range d.Rules {
		why = addReason(why, d.Rules[i].judge(&m))
	}
	return why
}
