package flow

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml/ast"

	"plumbline"
	"plumbline/internal/clock"
	"plumbline/internal/rule"
)

// check looks at the whole process once everything was read, and makes its
// index.
func (l *loader) check() {
	l.makeIndex()
	l.checkRefs()
	l.checkLabels()
	l.checkLanes()
	l.checkHandOff()
	l.checkReach()
	l.compile()
}

func (l *loader) makeIndex() {
	d := l.d
	d.lanes = map[string]*Lane{}
	d.states = map[plumbline.State]*place{}
	d.fields = map[string]*Field{}
	for i := range d.Lanes {
		lane := &d.Lanes[i]
		d.lanes[lane.ID] = lane
		for j := range lane.States {
			s := &lane.States[j]
			if _, twice := d.states[s.State]; !twice {
				d.states[s.State] = &place{s, lane, j}
			}
		}
	}
	for i := range d.Fields {
		d.fields[d.Fields[i].Name] = &d.Fields[i]
	}
}

// checkRefs looks up every state that was named.
func (l *loader) checkRefs() {
	for _, r := range l.refs {
		if _, ok := l.d.states[r.state]; !ok {
			l.bad(r.node, "%s names the state %s, which there is not", r.what, r.state)
		} else if r.lane != "" && r.state.Lane() != r.lane {
			l.bad(r.node, "%s names the state %s of another lane; only the hand-off leads from lane to lane", r.what, r.state)
		}
	}
	if s, ok := l.d.states[l.d.Start]; ok && s.End() {
		l.bad(l.start, "the start cannot be an end")
	}
}

// checkLabels wants every label to mean one state, with both separators, and
// the trigger to mean none.
func (l *loader) checkLabels() {
	d := l.d
	d.labels = map[string]map[string]plumbline.State{Colons: {}, Slash: {}}
	for _, sep := range [...]string{Colons, Slash} {
		for i := range d.Lanes {
			for j := range d.Lanes[i].States {
				s := &d.Lanes[i].States[j]
				if s.Label == "" {
					continue
				}
				label := LabelWith(s.Label, sep)
				if other, twice := d.labels[sep][label]; twice && other != s.State {
					l.bad(l.states[s.State], "the label %q would mean two states, %s and %s", label, other, s.State)
				}
				d.labels[sep][label] = s.State
			}
		}
		if s, taken := d.labels[sep][d.Trigger]; taken && d.Trigger != "" {
			l.bad(l.states[s], "the label %q is the trigger, so it cannot mean a state", d.Trigger)
		}
	}
}

// checkLanes wants an end in every lane, and a way on from every state that is
// none.
func (l *loader) checkLanes() {
	for i := range l.d.Lanes {
		lane := &l.d.Lanes[i]
		ends := false
		for j := range lane.States {
			s := &lane.States[j]
			ends = ends || s.End()
			if !s.End() && len(s.Next) == 0 && !s.Back && !s.Any && !l.handsOff(s.State) {
				l.bad(l.states[s.State], "nothing comes after %s, and it is no end", s.State)
			}
		}
		if !ends && len(lane.States) > 0 {
			l.bad(l.lanes[lane.ID], "the lane %s has no end: no state of it is done or dropped", lane.ID)
		}
	}
}

func (l *loader) handsOff(s plumbline.State) bool { return slices.Contains(l.d.HandOff.From, s) }

func (l *loader) checkHandOff() {
	h := l.d.HandOff
	if h.To == "" || h.Ends == "" {
		return
	}
	ends, ok := l.d.states[h.Ends]
	if !ok {
		return
	}
	node := l.nodeOf(h.Ends, "ends")
	if !ends.End() {
		l.bad(node, "the hand-off ends in %s, which is no end", h.Ends)
	}
	if h.Ends.Lane() == h.To.Lane() {
		l.bad(node, "the hand-off ends in the lane that it goes to")
	}
	for _, f := range h.From {
		if f.Lane() != h.Ends.Lane() {
			l.bad(l.nodeOf(f, "from"), "the hand-off leaves %s, but ends in the lane %s", f, h.Ends.Lane())
		}
	}
}

// nodeOf is where a state was named.
func (l *loader) nodeOf(s plumbline.State, what string) ast.Node {
	for _, r := range l.refs {
		if r.state == s && r.what == what {
			return r.node
		}
	}
	return l.start
}

// checkReach wants every state to be reachable from the start, by moves or by
// what happens of itself.
func (l *loader) checkReach() {
	d := l.d
	if _, ok := d.states[d.Start]; !ok {
		return
	}
	reached := map[plumbline.State]bool{}
	queue := []plumbline.State{d.Start}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		p, ok := d.states[at]
		if !ok || reached[at] {
			continue
		}
		reached[at] = true
		queue = append(queue, p.Next...)
		queue = append(queue, p.Stale.To, p.OnClosed, p.OnReopen, p.lane.OnClosed)
		for i := range p.lane.States {
			if s := &p.lane.States[i]; p.Any || s.Anywhere && !p.End() {
				queue = append(queue, s.State)
			}
		}
		if l.handsOff(at) {
			queue = append(queue, d.HandOff.To, d.HandOff.Ends)
		}
	}
	for s, node := range l.states {
		if !reached[s] {
			l.bad(node, "nothing leads to %s", s)
		}
	}
}

// compile checks every guard against the facts and fields of the process, or
// leaves that to the first move that needs it.
func (l *loader) compile() {
	env := sync.OnceValues(func() (*rule.Env, error) { return newEnv(l.d.Fields) })
	known := map[string]func() (*rule.Expr, error){}
	for _, ga := range l.guards {
		g := ga.g
		if g.Field != "" && l.d.fields[g.Field] == nil && !slices.Contains(columns[:], g.Field) {
			l.bad(ga.fix, "there is no field called %q", g.Field)
		}
		if strings.TrimSpace(g.When) == "" {
			continue
		}
		if known[g.When] == nil {
			known[g.When] = sync.OnceValues(func() (*rule.Expr, error) {
				e, err := env()
				if err != nil {
					return nil, err
				}
				return e.Compile(g.When)
			})
		}
		g.moving = strings.Contains(g.When, "from") || strings.Contains(g.When, "to")
		if g.expr = known[g.When]; !l.trust {
			l.guard(ga)
		}
	}
}

// guard notes what is wrong with the expression of a guard.
func (l *loader) guard(ga guardAt) {
	_, err := ga.g.expr()
	var ms rule.Mistakes
	switch {
	case err == nil:
	case errors.As(err, &ms):
		for _, m := range ms {
			line, column := inside(ga.when, m.Line, m.Column)
			l.at(line, column, "%s\n%s", m.Text, m.Excerpt)
		}
	case len(l.bads) == 0: // else it was said already, of a field
		l.bad(ga.when, "%s", plumbline.TextOf(err))
	}
}

// reserved are words that an expression cannot use as names: those of CEL, and
// its types.
var reserved = [...]string{
	"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
	"namespace", "null", "package", "return", "true", "var", "void", "while",
	"bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "string", "type", "uint",
}

func (l *loader) checkField(f *Field, o *object) {
	taken := slices.ContainsFunc(builtin[:], func(v rule.Var) bool { return v.Name == f.Name || strings.HasPrefix(v.Name, f.Name+".") })
	switch {
	case f.Name == "":
	case !validName(f.Name):
		l.bad(o.at("name"), "a field's name is 1 to 60 lower-case letters, digits or underscores, beginning with a letter, not %q", f.Name)
	case taken || slices.Contains(reserved[:], f.Name) || slices.Contains(columns[:], f.Name):
		l.bad(o.at("name"), "the name %s is taken; choose another one", f.Name)
	case slices.ContainsFunc(l.d.Fields, func(g Field) bool { return g.Name == f.Name }):
		l.bad(o.at("name"), "there are two fields called %s", f.Name)
	}
	if f.Type == ChoiceType && len(f.Choices) == 0 {
		l.bad(o.at("choices"), "the choice %s has nothing to choose from", f.Name)
	}
	if f.Type != ChoiceType && len(f.Choices) > 0 {
		l.bad(o.at("choices"), "only a choice has choices")
	}
	seen := map[string]bool{}
	for _, c := range f.Choices {
		if seen[c.Value] {
			l.bad(o.at("choices"), "%s can be chosen twice", c.Value)
		}
		seen[c.Value] = true
	}
}

func validName(s string) bool {
	for i, c := range s {
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 60
}

func (l *loader) checkClock(p clock.Policy, o *object) {
	fields := plumbline.FieldsOf(p.Validate())
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		l.bad(o.at(name), "%s", fields[name])
	}
	if slices.ContainsFunc(l.d.Clocks, func(q clock.Policy) bool { return q.ID == p.ID }) {
		l.bad(o.at("id"), "there are two clocks called %s", p.ID)
	}
	for _, key := range [...]string{"starts", "stops"} {
		for _, n := range o.list(key) {
			if s := l.text(n, key); strings.Contains(s, Colons) {
				l.stateRef(n, "", key)
			}
		}
	}
}
