package flow

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"plumbline"
)

// Load reads a process from YAML. The name is the file's, for messages. The
// error is Invalid; its text has one line for everything that is wrong, each
// with file, line and column, and its cause is [Mistakes].
//
// The README in the folder processes describes the form; the files there are the
// examples.
func Load(name string, src []byte) (*Definition, error) { return load(name, src, false) }

// load reads a process. One that is trusted, since it comes with the product and
// a test loads it in full, has its expressions compiled when they are needed:
// that is half of the time.
func load(name string, src []byte, trust bool) (*Definition, error) {
	f := &file{name: name}
	top := f.parse(src)
	if top == nil {
		return nil, f.err()
	}
	l := &loader{file: f, trust: trust, d: &Definition{}, lanes: map[string]ast.Node{}, states: map[plumbline.State]ast.Node{}}
	l.definition(f.object(top, "a process"))
	l.check()
	if err := f.err(); err != nil {
		return nil, err
	}
	return l.d, nil
}

// loader fills a definition, and keeps where things are in the file.
type loader struct {
	*file
	trust  bool
	d      *Definition
	lanes  map[string]ast.Node
	states map[plumbline.State]ast.Node
	refs   []ref
	guards []guardAt
	start  ast.Node
}

// ref is a state that was named somewhere. lane is the lane that it must be in;
// empty: any.
type ref struct {
	state plumbline.State
	lane  string
	node  ast.Node
	what  string
}

type guardAt struct {
	g         *Guard
	when, fix ast.Node
}

func (l *loader) definition(o *object) {
	d := l.d
	d.ID = plumbline.ProcessID(o.must("id", "the process"))
	if d.ID != "" && !plumbline.ValidRef(string(d.ID)) {
		l.bad(o.at("id"), "an id is 1 to 60 lower-case letters, digits, dots, dashes or underscores, not %q", d.ID)
	}
	d.Name = o.must("name", "the process")
	d.Prefix = o.must("prefix", "the process")
	if d.Prefix != "" && !validPrefix(d.Prefix) {
		l.bad(o.at("prefix"), "a prefix is 2 to 8 capital letters, not %q", d.Prefix)
	}
	d.Kind = plumbline.ItemKind(o.must("kind", "the process"))
	if d.Kind != "" && !d.Kind.Valid() {
		l.bad(o.at("kind"), "the kind is request, question, incident or change, not %q", d.Kind)
	}
	d.Version = o.must("version", "the process")
	d.Source = o.text("source")
	d.Trigger = o.text("trigger")
	if strings.ContainsAny(d.Trigger, ",\n") {
		l.bad(o.at("trigger"), "a label has no comma and is one line")
	}
	d.Start = l.stateRef(o.take("start"), "", "start")
	l.start = o.at("start")
	if d.Start == "" {
		l.bad(o.node, "the process has no start")
	}
	for _, n := range o.list("lanes") {
		d.Lanes = append(d.Lanes, Lane{})
		l.lane(n, &d.Lanes[len(d.Lanes)-1])
	}
	if len(d.Lanes) == 0 {
		l.bad(o.at("lanes"), "the process has no lanes")
	}
	for _, n := range o.list("fields") {
		d.Fields = append(d.Fields, l.field(n))
	}
	l.handOff(o.take("hand off"))
	for _, n := range o.list("clocks") {
		d.Clocks = append(d.Clocks, l.clock(n))
	}
	d.Rules = l.guardList(o.list("rules"))
	o.done("a process")
}

func validPrefix(s string) bool {
	for _, c := range s {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(s) >= 2 && len(s) <= 8
}

func (l *loader) lane(n ast.Node, lane *Lane) {
	o := l.object(n, "a lane")
	lane.ID = o.must("id", "a lane")
	lane.Name = o.must("name", "a lane")
	lane.Roles = l.roles(o)
	lane.OnClosed = l.stateRef(o.take("closed"), lane.ID, "closed")
	switch _, twice := l.lanes[lane.ID]; {
	case lane.ID == "":
	case strings.HasPrefix(lane.ID, ":") || strings.HasSuffix(lane.ID, ":") || strings.ContainsAny(lane.ID, "/,\n"):
		l.bad(o.at("id"), "a lane's id is the scope of its labels, without colons at the ends, slashes or commas, not %q", lane.ID)
	case twice:
		l.bad(o.at("id"), "there are two lanes called %s", lane.ID)
	default:
		l.lanes[lane.ID] = o.at("id")
	}
	for _, s := range o.list("states") {
		if so := l.object(s, "a state"); !so.wrong {
			lane.States = append(lane.States, l.state(so, lane.ID))
		}
	}
	if len(lane.States) == 0 {
		l.bad(o.at("states"), "the lane %s has no states", lane.ID)
	}
	o.done("a lane")
}

func (l *loader) roles(o *object) []plumbline.Role {
	var out []plumbline.Role
	for _, n := range o.list("roles") {
		r := plumbline.Role(l.text(n, "a role"))
		if !r.Valid() {
			l.bad(n, "a role is requester, contributor, pm or admin, not %q", r)
		}
		out = append(out, r)
	}
	return out
}

func (l *loader) state(o *object, lane string) StateDef {
	name := o.must("state", "a state")
	s := StateDef{State: plumbline.State(lane + "::" + name), Kind: o.text("kind"), DRI: o.text("dri"), Help: o.text("help")}
	if strings.Contains(name, "::") || strings.ContainsAny(name, ",/\n") {
		l.bad(o.at("state"), "a state is named without its lane, and without colons, commas and slashes, not %q", name)
	}
	if s.Kind == "" {
		s.Kind = Open
	}
	if !slices.Contains([]string{Open, Waiting, Done, Dropped}, s.Kind) {
		l.bad(o.at("kind"), "the kind of a state is open, waiting, done or dropped, not %q", s.Kind)
	}
	if first, twice := l.states[s.State]; twice {
		line, _ := where(first)
		l.bad(o.at("state"), "there are two states called %s; the first is in line %d", name, line)
	} else {
		l.states[s.State] = o.at("state")
	}
	s.Label = o.text("label")
	unlabelled := o.yes("unlabelled")
	switch {
	case unlabelled && s.Label != "":
		l.bad(o.at("label"), "a state that is unlabelled has no label")
	case s.Label == "" && !unlabelled:
		s.Label = string(s.State)
	case strings.ContainsAny(s.Label, ",\n"):
		l.bad(o.at("label"), "a label has no comma and is one line")
	}
	s.Optional, s.Anywhere = o.yes("optional"), o.yes("anywhere")
	s.Roles = l.roles(o)
	l.next(o, &s, lane)
	s.Enter = l.guardList(o.list("enter"))
	s.Leave = l.guardList(o.list("leave"))
	s.OnClosed = l.stateRef(o.take("closed"), lane, "closed")
	s.OnReopen = l.stateRef(o.take("reopened"), lane, "reopened")
	s.Stale = l.stale(o.take("stale"), lane)
	o.done("a state")
	return s
}

// next reads where a state leads: names of states, "back" and "any".
func (l *loader) next(o *object, s *StateDef, lane string) {
	for _, n := range o.list("next") {
		switch l.text(n, "next") {
		case "back":
			s.Back = true
		case "any":
			s.Any = true
		default:
			to := l.stateRef(n, lane, "next")
			if slices.Contains(s.Next, to) {
				l.bad(n, "%s is named twice", to.Name())
			}
			s.Next = append(s.Next, to)
		}
	}
}

// stateRef reads the name of a state, in full or, within a lane, without it,
// and remembers to look whether there is such a state.
func (l *loader) stateRef(n ast.Node, lane, what string) plumbline.State {
	if n == nil {
		return ""
	}
	s := plumbline.State(l.text(n, what))
	if s == "" {
		return ""
	}
	if lane != "" && s.Lane() == "" {
		s = plumbline.State(lane + "::" + string(s))
	}
	l.refs = append(l.refs, ref{s, lane, n, what})
	return s
}

func (l *loader) stateRefs(nodes []ast.Node, what string) []plumbline.State {
	var out []plumbline.State
	for _, n := range nodes {
		out = append(out, l.stateRef(n, "", what))
	}
	return out
}
