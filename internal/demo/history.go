package demo

import (
	"maps"
	"time"

	"plumbline"
	"plumbline/internal/demo/digest"
)

// life is what the changes of a proposal amount to.
type life struct {
	steps   []Step
	states  map[string]plumbline.Position
	now     spot
	facts   facts
	created plumbline.Time
	touched plumbline.Time // the last change
	handed  plumbline.Time // the last hand-off; 0: never
	then    facts          // at the hand-off
	closed  plumbline.Time
	commit  string // of the change that led to the present position
}

// commitBy is who moves what the data moves: the history names commits, not people.
const commitBy = "kubernetes/enhancements"

// live follows a proposal through its changes. who filed it.
func live(p digest.Proposal, asOf plumbline.Time, flight string, who plumbline.Person) life {
	first := p.Changes[0].Time()
	l := life{created: p.Created, now: spot{pm: problem}, states: map[string]plumbline.Position{}}
	if l.created == 0 || l.created > first {
		l.created = first
	}
	l.states[problem.Lane()] = plumbline.Position{State: problem, Since: l.created}
	l.steps = []Step{{At: l.created, What: Filed, Actor: who.ID, By: who.Name, To: string(problem), Source: source(p.Changes[0].Commit)}}
	for i, c := range p.Changes {
		before := l.facts
		l.facts = apply(before, c)
		l.touched = c.Time()
		if i == len(p.Changes)-1 {
			l.facts = facts{p.Status, p.Stage, p.Milestone, p.SIG}
		}
		if i > 0 {
			l.note(c, Retargeted, before.milestone, l.facts.milestone)
			l.note(c, Staged, before.stage, l.facts.stage)
			l.note(c, Rehomed, before.sig, l.facts.sig)
		}
		next := then(l.facts, l.now)
		if next.pm == handedOff && l.now.pm != handedOff {
			l.handed, l.then = c.Time(), l.facts
		}
		if i == len(p.Changes)-1 {
			next = present(l.facts, l.now, flight, asOf.Sub(c.Time()), sinceOr(asOf, l.handed))
		}
		l.move(c, next)
	}
	return l
}

// sinceOr is how long ago t was; a long time for 0.
func sinceOr(asOf, t plumbline.Time) time.Duration {
	if t == 0 {
		return 1<<63 - 1
	}
	return asOf.Sub(t)
}

func apply(f facts, c digest.Change) facts {
	set := func(field *string, v string) {
		switch v {
		case "":
		case digest.Cleared:
			*field = ""
		default:
			*field = v
		}
	}
	set(&f.status, c.Status)
	set(&f.stage, c.Stage)
	set(&f.milestone, c.Milestone)
	set(&f.sig, c.SIG)
	return f
}

// note adds a step when a value changed.
func (l *life) note(c digest.Change, what What, from, to string) {
	if from != to {
		l.steps = append(l.steps, Step{At: c.Time(), What: what, By: commitBy, From: from, To: to, Source: source(c.Commit)})
	}
}

// move takes both lanes to the next spot.
func (l *life) move(c digest.Change, next spot) {
	if next == l.now {
		return
	}
	l.commit = c.Commit
	at := c.Time()
	for _, m := range []struct{ from, to plumbline.State }{{l.now.pm, next.pm}, {l.now.eng, next.eng}} {
		if m.to != m.from {
			l.steps = append(l.steps, moved(c, m.from, m.to))
			l.states[m.to.Lane()] = plumbline.Position{State: m.to, Since: at, From: m.from}
		}
	}
	switch {
	case !next.ended():
		l.closed = 0
	case !l.now.ended():
		l.closed = at
	}
	l.now = next
}

func moved(c digest.Change, from, to plumbline.State) Step {
	return Step{At: c.Time(), What: Moved, By: commitBy, From: string(from), To: string(to), Source: source(c.Commit)}
}

// source is the address of a commit.
func source(commit string) string {
	return "https://github.com/kubernetes/enhancements/commit/" + commit
}

// positions is a copy of the life's positions.
func (l *life) positions() map[string]plumbline.Position { return maps.Clone(l.states) }
