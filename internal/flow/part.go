package flow

import (
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"plumbline"
	"plumbline/internal/clock"
)

func (l *loader) stale(n ast.Node, lane string) Stale {
	if n == nil {
		return Stale{}
	}
	o := l.object(n, "stale")
	s := Stale{Mention: o.text("mention"), To: l.stateRef(o.take("to"), lane, "to")}
	s.After = l.span(o.take("after"), clock.CalendarTime)
	if s.After.IsZero() || s.To == "" {
		l.bad(n, "stale needs after, for example 7 d, and to, a state")
	}
	o.done("stale")
	return s
}

func (l *loader) span(n ast.Node, kind string) clock.Span {
	if n == nil {
		return clock.Span{}
	}
	s, err := clock.ParseSpan(l.text(n, "an amount of time"), kind)
	if err != nil {
		l.bad(n, "%s", plumbline.TextOf(err))
	}
	return s
}

// guardList reads guards. They are compiled when all fields are known.
func (l *loader) guardList(nodes []ast.Node) []Guard {
	if len(nodes) == 0 {
		return nil
	}
	out := make([]Guard, len(nodes))
	for i, n := range nodes {
		o := l.object(n, "a guard")
		g := &out[i]
		g.When = o.must("when", "a guard")
		g.Else = o.must("else", "a guard")
		g.Field, g.On = o.text("field"), o.text("on")
		if !slices.Contains([]string{"", Forward, Backing, Drop}, g.On) {
			l.bad(o.at("on"), "a guard is on forward, back or drop, not %q; leave it out for every move", g.On)
		}
		l.guards = append(l.guards, guardAt{g, o.at("when"), o.at("field")})
		o.done("a guard")
	}
	return out
}

func (l *loader) handOff(n ast.Node) {
	if n == nil {
		return
	}
	o := l.object(n, "hand off")
	h := &l.d.HandOff
	h.To = l.stateRef(o.take("to"), "", "to")
	h.From = l.stateRefs(o.list("from"), "from")
	h.Ends = l.stateRef(o.take("ends"), "", "ends")
	h.Needs = l.guardList(o.list("needs"))
	if h.To == "" || h.Ends == "" || len(h.From) == 0 {
		l.bad(n, "hand off needs from and to, and ends, the state in which the lane that is left ends")
	}
	o.done("hand off")
}

func (l *loader) field(n ast.Node) Field {
	o := l.object(n, "a field")
	f := Field{
		Name: o.must("name", "a field"), Label: o.must("label", "a field"), Help: o.text("help"), Type: o.text("type"),
		Unit: o.text("unit"), Group: o.text("group"), Private: o.yes("private"), Event: o.text("event"),
	}
	if f.Type == "" {
		f.Type = Text
	}
	if !slices.Contains(fieldTypes[:], f.Type) {
		l.bad(o.at("type"), "a field is of type %s, not %q", strings.Join(fieldTypes[:], ", "), f.Type)
	}
	if above := o.take("above"); above != nil {
		v, err := strconv.ParseFloat(l.text(above, "above"), 64)
		if err != nil || f.Type != Number {
			l.bad(above, "above is a number, for a field of type number")
		}
		f.Above = &v
	}
	if f.Event != "" && f.Type != Date {
		l.bad(o.at("event"), "only a date can be when an event happened")
	}
	for _, c := range o.list("choices") {
		f.Choices = append(f.Choices, l.choice(c))
	}
	f.Classes = l.classes(o)
	l.checkField(&f, o)
	o.done("a field")
	return f
}

// classes reads classes of request.
func (l *loader) classes(o *object) []plumbline.Class {
	var out []plumbline.Class
	for _, n := range o.list("classes") {
		c := plumbline.Class(l.text(n, "a class"))
		if c == "" || !c.Valid() {
			l.bad(n, "%q is not a class of request", string(c))
		}
		out = append(out, c)
	}
	return out
}

// choice reads a value, or a value with its label and help.
func (l *loader) choice(n ast.Node) Choice {
	if _, ok := n.(ast.MapNode); !ok {
		v := l.text(n, "a choice")
		return Choice{Value: v, Label: v}
	}
	o := l.object(n, "a choice")
	c := Choice{Value: o.must("value", "a choice"), Label: o.text("label"), Help: o.text("help")}
	if c.Label == "" {
		c.Label = c.Value
	}
	o.done("a choice")
	return c
}

func (l *loader) clock(n ast.Node) clock.Policy {
	o := l.object(n, "a clock")
	p := clock.Policy{
		ID: o.must("id", "a clock"), Name: o.text("name"), Version: o.text("version"), Calendar: o.text("calendar"),
		Starts: o.texts("starts"), Stops: o.texts("stops"), Extends: o.yes("extends"), Labels: o.texts("labels"), Source: o.text("source"),
	}
	if p.Calendar == "" {
		p.Calendar = clock.CalendarTime
	}
	before := len(l.bads)
	p.Time = l.span(o.take("time"), p.Calendar)
	if times := o.take("times"); times != nil {
		t := l.object(times, "times")
		p.Times = map[string]clock.Span{}
		for _, sev := range t.keys {
			p.Times[sev] = l.span(t.take(sev), p.Calendar)
		}
	}
	p.Pauses = l.stateRefs(o.list("pauses"), "pauses")
	if len(l.bads) == before {
		l.checkClock(p, o)
	}
	o.done("a clock")
	return p
}
