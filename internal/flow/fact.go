package flow

import (
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/rule"
)

// Facts are what guards may read. In an expression they are called:
//
//	title body class visibility team product assignee priority severity
//	on_behalf_of requester remit          the item's columns, as text
//	state states labels linked            leading state, states by lane, labels, in a tracker?
//	demands evidence team_labels          counts
//	assigned                              somebody is assigned
//	decided decision.outcome decision.code decision.sentence decision.reason
//	decision.reopen decision.team         the decision that holds, empty without one
//	note message                          the reason and the public sentence given with the move
//	from to role                          the move: states, and the role of who makes it
//	now today                             a timestamp, and the date in UTC as text
//
// and every field of the process by its name: a number as a number (0 when not
// given), anything else as text (empty when not given). Labels are there as the
// tracker writes them, and with "/" written as "::".
type Facts struct {
	Item       plumbline.Item
	Demands    int
	Evidence   int
	Decision   *plumbline.Decision        // the one that holds; nil: none
	TeamLabels int                        // how many different teams' labels are on the tracker issue
	Assigned   bool                       // somebody is assigned; also so when Item.Assignee is set
	Came       map[string]plumbline.State // by lane: the state before the present one; also known from Position.From
	Note       string                     // the reason given with the move; internal
	Message    plumbline.PublicText       // the sentence to the requester given with the move
	Recall     []string                   // lanes that the tracker never heard of, see [Verdict]; only Follow reads it
	Now        plumbline.Time
}

// builtin are the names of facts that every process has.
var builtin = [...]rule.Var{
	{Name: "title"}, {Name: "body"}, {Name: "class"}, {Name: "visibility"}, {Name: "team"}, {Name: "product"},
	{Name: "assignee"}, {Name: "priority"}, {Name: "severity"}, {Name: "on_behalf_of"}, {Name: "requester"}, {Name: "remit"},
	{Name: "state"}, {Name: "states", Type: rule.Map}, {Name: "labels", Type: rule.Strings}, {Name: "linked", Type: rule.Bool},
	{Name: "demands", Type: rule.Int}, {Name: "evidence", Type: rule.Int}, {Name: "team_labels", Type: rule.Int},
	{Name: "assigned", Type: rule.Bool}, {Name: "decided", Type: rule.Bool},
	{Name: "decision.outcome"}, {Name: "decision.code"}, {Name: "decision.sentence"}, {Name: "decision.reason"},
	{Name: "decision.reopen"}, {Name: "decision.team"},
	{Name: "note"}, {Name: "message"}, {Name: "from"}, {Name: "to"}, {Name: "role"},
	{Name: "now", Type: rule.Moment}, {Name: "today"},
}

// columns are the facts that are inputs of an item too, so that a guard may
// name one as the input to mend.
var columns = [...]string{
	"title", "body", "class", "visibility", "team", "product", "assignee", "priority", "severity", "on_behalf_of",
	"note", "message", "decision", "evidence", "demands",
}

// newEnv declares the names that the guards of a process may use.
func newEnv(fields []Field) (*rule.Env, error) {
	vars := append([]rule.Var(nil), builtin[:]...)
	for _, f := range fields {
		v := rule.Var{Name: f.Name}
		if f.Type == Number {
			v.Type = rule.Number
		}
		vars = append(vars, v)
	}
	return rule.NewEnv(vars...)
}

// moving are the facts of one move.
type moving struct {
	*Facts
	d        *Definition
	from, to plumbline.State
	role     plumbline.Role
}

// Fact implements rule.Facts.
func (m *moving) Fact(name string) (any, bool) {
	it := &m.Item
	switch name {
	case "requester":
		return string(it.Requester), true
	case "remit":
		return string(it.Remit), true
	case "state":
		return string(it.State), true
	case "states":
		return statesOf(it), true
	case "labels":
		return plainLabels(it.Labels), true
	case "linked":
		return it.Ref != "", true
	case "demands":
		return m.Demands, true
	case "evidence":
		return m.Evidence, true
	case "team_labels":
		return m.TeamLabels, true
	case "assigned":
		return m.Assigned || it.Assignee != "", true
	case "note":
		return strings.TrimSpace(m.Note), true
	case "message":
		return strings.TrimSpace(string(m.Message)), true
	case "from":
		return string(m.from), true
	case "to":
		return string(m.to), true
	case "role":
		return string(m.role), true
	case "now":
		return m.Now.Std(), true
	case "today":
		return m.Now.Std().Format("2006-01-02"), true
	}
	if v, ok := m.decision(name); ok {
		return v, true
	}
	if f, ok := m.d.fields[name]; ok && f.Type == Number {
		n, _ := strconv.ParseFloat(strings.TrimSpace(it.Fields[name]), 64)
		return n, true
	}
	return strings.TrimSpace(it.Field(name)), true
}

// decision gives the facts of the decision that holds.
func (m *moving) decision(name string) (any, bool) {
	var none plumbline.Decision
	dec := m.Decision
	if dec == nil {
		dec = &none
	}
	switch name {
	case "decided":
		return m.Decision != nil, true
	case "decision.outcome":
		return string(dec.Outcome), true
	case "decision.code":
		return dec.Code, true
	case "decision.sentence":
		return strings.TrimSpace(string(dec.Sentence)), true
	case "decision.reason":
		return strings.TrimSpace(dec.Reason), true
	case "decision.reopen":
		return strings.TrimSpace(dec.Reopen), true
	case "decision.team":
		return string(dec.Team), true
	case "team":
		if m.Item.Team == "" && dec.Outcome == plumbline.Pursue {
			return string(dec.Team), true
		}
	}
	return nil, false
}

func statesOf(it *plumbline.Item) map[string]string {
	out := make(map[string]string, len(it.States))
	for lane, p := range it.States {
		out[lane] = string(p.State)
	}
	return out
}

// plainLabels are the labels as they are and, of those with "/", written with
// "::", so that one rule holds for both kinds of tracker.
func plainLabels(labels []string) []string {
	out := append([]string(nil), labels...)
	for _, l := range labels {
		if strings.Contains(l, "/") && !strings.Contains(l, "::") {
			out = append(out, strings.ReplaceAll(l, "/", "::"))
		}
	}
	return out
}
