package flow

import (
	"fmt"
	"slices"
	"strings"

	"plumbline"
)

// Policies for two labels of one scope on one issue.
const (
	AcceptConflict = "accept" // leave them
	RepairConflict = "repair" // take off those that are not ours, when one of them is
	AskConflict    = "ask"    // leave them, and let a person say
)

// Seen is all that is known of one issue at the time when it was read.
type Seen struct {
	Mirror    plumbline.Mirror // what we had seen before; its Snapshot is the issue then; may be zero
	Now       plumbline.Snapshot
	History   []plumbline.LabelChange // of the tracker; may be missing or behind
	Wrote     []string                // labels that our actions have put on, whether the history says so yet or not
	Bot       string                  // our login there
	Item      *plumbline.Item         // nil: none was made of it
	Decision  *plumbline.Decision     // the one that holds; nil: none
	Separator string                  // "::" or "/"
	KeepLabel bool                    // our hand-off leaves the workflow label
	OnDecline string                  // "close" or "leave" the issue; for the caller's actions, no rule here reads it
	OnClash   string                  // AcceptConflict, RepairConflict or AskConflict; empty: repair
	Backfill  bool                    // the first look at a tracker that was just connected
}

// Verdict is what an issue means for its item. Nothing in it is done yet: moves
// are for [Definition.Follow] (of a pick-up: [Definition.Begin]), repairs for an
// action.
type Verdict struct {
	PickUp         bool              // make an item of it, or begin another episode of the item
	Episode        int               // how often it was picked up, after this verdict
	Active         bool              // an episode runs after this verdict
	Withdraw       bool              // the request was taken back before it was decided: it goes to [Definition.Withdrawn]
	Moves          []plumbline.State // where people moved it, lane by lane
	Recall         []string          // lanes of a hand-off that people were faster than: for [Facts]
	Conflict       []string          // labels of one scope that contradict each other, first seen now
	Repair         []string          // those of them to take off; empty: leave them
	Ask            bool              // a person has to say which of them holds
	ClosedByPeople bool              // Moves says where the item goes, if anywhere
	Reopened       bool              // people opened the issue of an ended item again
	Ignored        string            // why an asked-for issue is not picked up; empty: nothing of the sort
	Retitle        string            // the new title; empty: as before
	Rebody         bool              // the body is another one
	Reassign       bool              // the assignee is another one: Assignee
	Assignee       string
	Relabel        bool // the labels that mean no state are other ones: Labels
	Labels         []string
	Priority       string   // "P1" to "P4", when a label says so
	Severity       string   // "S1" to "S4", when a label says so; of several the highest
	Quiet          bool     // a backfill: tell nobody, and write nothing
	Audit          []string // what was found, in words
}

// Reconcile decides what an issue, as it is now, means for its item. It is pure:
// the same knowledge gives the same verdict, and once the verdict was carried out
// and the mirror holds the issue, the next one is empty.
//
// The rules:
//
//   - Pick-up: the trigger label is on the issue, the issue is open, it is no pull
//     request, and no episode runs. A trigger that our own bot put on is no
//     request; one of which the history says nothing is. Another episode begins
//     when the trigger was put on again after the last one ended.
//   - An episode ends when the trigger is taken off or the item has ended. Taken
//     off before the item was decided or handed off: withdrawn.
//   - The labels belong to people. A state label that appeared since we looked,
//     and that our bot did not put on, moves the item, whatever guards say. A
//     label that was there before is not news: our own write is on its way, or
//     the label was kept. A label that was taken off without another one in its
//     place moves nothing.
//   - People who move the product manager's lane while our hand-off has not reached
//     the tracker take it back: the engineers' lane is forgotten.
//   - Two labels of one scope: the item stays where it is, and this is said once.
//     When one of them is the item's state the others are taken off (policy
//     repair), unless we did so twice within an hour; else they are left.
//   - An issue that people closed moves the item where its state says, a request
//     that was not decided to withdrawn. An issue opened again likewise.
func Reconcile(d *Definition, in Seen) Verdict {
	r := &reconciler{d: d, in: in, v: Verdict{Episode: in.Mirror.Episode, Active: in.Mirror.Active, Quiet: in.Backfill}}
	r.known = in.Mirror.Ref != "" || in.Mirror.Seen != 0
	r.episode()
	if in.Item == nil && !r.v.PickUp {
		return r.v
	}
	r.copyFields()
	if r.v.Withdraw {
		return r.v
	}
	for i := len(d.Lanes) - 1; i >= 0; i-- { // the lane handed off to first: what is said of the other then holds
		r.lane(&d.Lanes[i])
	}
	r.recall()
	r.openness()
	if len(r.v.Moves) == 0 {
		r.v.Audit = append(r.v.Audit, r.taken...)
	}
	r.resume()
	return r.v
}

type reconciler struct {
	d     *Definition
	in    Seen
	v     Verdict
	known bool     // the issue was seen before
	taken []string // about labels that were taken off
}

func (r *reconciler) say(format string, args ...any) {
	r.v.Audit = append(r.v.Audit, fmt.Sprintf(format, args...))
}

// before is the issue as it was when we looked last.
func (r *reconciler) before() plumbline.Snapshot { return r.in.Mirror.Snapshot }

// last is the newest change of a label in the history; of two at one moment, the
// one that stands later.
func (r *reconciler) last(label string) (newest plumbline.LabelChange, ok bool) {
	for _, c := range r.in.History {
		if c.Label == label && (!ok || c.At >= newest.At) {
			newest, ok = c, true
		}
	}
	return newest, ok
}

// byBot says that the newest change of the label was ours, and was the adding or
// the removing that is asked about. What we wrote and the history does not have
// counts as added.
func (r *reconciler) byBot(label string, added bool) bool {
	c, ok := r.last(label)
	if !ok {
		return added && slices.Contains(r.in.Wrote, label)
	}
	return r.in.Bot != "" && c.Actor == r.in.Bot && c.Added == added
}

// states are the labels of one lane on an issue, in the lane's order.
func (r *reconciler) states(s plumbline.Snapshot, lane *Lane) []plumbline.State {
	var out []plumbline.State
	for i := range lane.States {
		if l := LabelWith(lane.States[i].Label, r.in.Separator); l != "" && s.HasLabel(l) {
			out = append(out, lane.States[i].State)
		}
	}
	return out
}

// lane follows the labels of one lane.
func (r *reconciler) lane(lane *Lane) {
	now, was := r.states(r.in.Now, lane), r.states(r.before(), lane)
	var at plumbline.State
	if r.in.Item != nil && !r.v.PickUp {
		at = r.d.at(r.in.Item, lane.ID)
	}
	switch {
	case len(now) > 1:
		r.clash(now, was, at)
	case len(now) == 0:
		if len(was) > 0 && slices.Contains(was, at) && !r.byBot(r.label(at), false) {
			r.taken = append(r.taken, fmt.Sprintf("the label %s was taken off; the item stays in %s", r.label(at), at.Name()))
		}
	case now[0] == at:
	case r.v.PickUp:
		again := r.in.Item != nil && r.d.at(r.in.Item, lane.ID) == now[0]
		if r.d.isOpen(now[0]) && now[0] != r.d.Start && !again {
			r.say("the label %s is on it already", r.label(now[0]))
			r.v.Moves = append(r.v.Moves, now[0])
		}
	case r.known && slices.Contains(was, now[0]):
		// Not news. It was one of two before: the choice between them is news.
		if len(was) > 1 && !r.keeps(at, now[0]) {
			r.follow(now[0])
		}
	case r.byBot(r.label(now[0]), true):
		r.say("the label %s is our own", r.label(now[0]))
	case !r.known && r.keeps(at, now[0]):
		r.say("the label %s was kept at the hand-off", r.label(now[0]))
	default:
		r.follow(now[0])
	}
}

func (r *reconciler) label(s plumbline.State) string { return r.d.LabelOf(s, r.in.Separator) }

// follow notes that people moved the item.
func (r *reconciler) follow(to plumbline.State) {
	r.v.Moves = append(r.v.Moves, to)
	who := "somebody"
	if c, ok := r.last(r.label(to)); ok && c.Added && c.Actor != "" {
		who = c.Actor
	}
	r.say("%s moved it to %s by label", who, to)
}

// keeps says that a label may still be there because the hand-off leaves it.
func (r *reconciler) keeps(at, label plumbline.State) bool {
	return r.in.KeepLabel && at != "" && at == r.d.HandOff.Ends && label != at
}

// clash decides about several labels of one scope.
func (r *reconciler) clash(now, was []plumbline.State, at plumbline.State) {
	if r.v.PickUp && slices.Contains(now, r.d.Start) {
		at = r.d.Start
	}
	if r.known && slices.Equal(now, was) {
		return // said before
	}
	for _, s := range now {
		r.v.Conflict = append(r.v.Conflict, r.label(s))
	}
	r.say("contradicting labels: %s", strings.Join(r.v.Conflict, ", "))
	switch ours := at != "" && slices.Contains(now, at); {
	case r.in.OnClash == AskConflict:
		r.v.Ask = true
	case !ours || r.in.OnClash == AcceptConflict || r.v.Quiet:
	case r.reversals(now) >= 2:
		r.say("left as they are: we took them apart twice within the hour")
	default:
		for _, s := range now {
			if s != at {
				r.v.Repair = append(r.v.Repair, r.label(s))
			}
		}
	}
}

// reversals is how often our bot took one of the labels off within the hour
// before the issue was last changed.
func (r *reconciler) reversals(states []plumbline.State) int {
	const hour = plumbline.Time(3_600_000_000)
	n := 0
	for _, c := range r.in.History {
		if c.Actor != r.in.Bot || r.in.Bot == "" || c.Added || c.At <= r.in.Now.Updated-hour {
			continue
		}
		if s, ok := r.d.StateOfLabel(c.Label, r.in.Separator); ok && slices.Contains(states, s) {
			n++
		}
	}
	return n
}

// openness follows people who close an issue, or open it again.
func (r *reconciler) openness() {
	it := r.in.Item
	if it == nil || r.v.PickUp {
		return
	}
	switch {
	case !r.in.Now.Open && it.Open() && (!r.known || r.before().Open):
		r.closed()
	case r.in.Now.Open && !it.Open() && r.known && !r.before().Open:
		r.reopened()
	}
}

// closed moves every open lane where its state says, unless a label said more.
// An issue that we close ourselves belongs to an item that has ended.
func (r *reconciler) closed() {
	r.v.ClosedByPeople = true
	r.v.Active = false
	r.say("people closed the issue")
	for i := range r.d.Lanes {
		lane := &r.d.Lanes[i]
		at := r.d.at(r.in.Item, lane.ID)
		said := slices.IndexFunc(r.v.Moves, func(s plumbline.State) bool { return s.Lane() == lane.ID })
		if said >= 0 {
			at = r.v.Moves[said]
		}
		p, ok := r.d.states[at]
		if !ok || p.End() {
			continue
		}
		to := p.OnClosed
		if to == "" {
			to = lane.OnClosed
		}
		switch {
		case to == "":
		case said >= 0:
			r.v.Moves[said] = to
		default:
			r.v.Moves = append(r.v.Moves, to)
		}
	}
}

// reopened moves the lane that led back to work, unless a label said where. An
// item that was declined or redirected stays so: people ask for another look, and
// that is for the product manager.
func (r *reconciler) reopened() {
	r.v.Reopened = true
	r.say("people opened the issue again")
	if len(r.v.Moves) > 0 {
		return
	}
	if p, ok := r.d.states[r.in.Item.State]; ok && p.OnReopen != "" {
		r.v.Moves = append(r.v.Moves, p.OnReopen)
	}
}

// recall takes back a hand-off that did not reach the tracker before people
// moved the item: no label of its lane is there, or was, or is in the history.
func (r *reconciler) recall() {
	it, h := r.in.Item, r.d.HandOff
	if it == nil || h.To == "" || r.v.PickUp {
		return
	}
	moved := slices.ContainsFunc(r.v.Moves, func(s plumbline.State) bool { return s.Lane() == h.Ends.Lane() && r.d.isOpen(s) })
	lane := r.d.lanes[h.To.Lane()]
	if !moved || r.d.at(it, lane.ID) != h.To || r.d.at(it, h.Ends.Lane()) != h.Ends {
		return
	}
	if len(r.states(r.in.Now, lane)) > 0 || len(r.states(r.before(), lane)) > 0 {
		return
	}
	if _, ever := r.last(r.label(h.To)); ever || slices.Contains(r.in.Wrote, r.label(h.To)) {
		return
	}
	r.v.Recall = []string{lane.ID}
	r.say("the hand-off had not reached the tracker: taken back")
}
