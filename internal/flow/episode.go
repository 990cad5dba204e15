package flow

import (
	"fmt"
	"slices"
)

// episode decides whether one begins or ends.
func (r *reconciler) episode() {
	asked := r.asked()
	if it := r.in.Item; it != nil && it.Open() && asked && r.v.Episode == 0 {
		r.v.Episode, r.v.Active = 1, true // its issue was opened by us, for an item that there was
	}
	if r.v.Active {
		r.running(asked)
		return
	}
	if !asked {
		return
	}
	switch {
	case r.in.Now.PullRequest:
		r.v.Ignored = "it is a pull request"
	case !r.in.Now.Open:
		r.v.Ignored = "the issue is closed"
	case r.byBot(r.d.Trigger, true):
		r.v.Ignored = fmt.Sprintf("we put %s on ourselves", r.d.Trigger)
	case r.v.Episode > 0 && !r.askedAgain():
		r.v.Ignored = fmt.Sprintf("%s is still on from episode %d", r.d.Trigger, r.v.Episode)
	default:
		r.v.PickUp, r.v.Active = true, true
		r.v.Episode++
		r.say("picked up, episode %d", r.v.Episode)
		return
	}
	if !r.known || !r.before().HasLabel(r.d.Trigger) {
		r.say("not picked up: %s", r.v.Ignored)
	}
}

// asked says whether the trigger is on the issue.
func (r *reconciler) asked() bool { return r.d.Trigger != "" && r.in.Now.HasLabel(r.d.Trigger) }

// resume lets an episode go on whose item is open again.
func (r *reconciler) resume() {
	it := r.in.Item
	if it == nil || it.Open() || r.v.PickUp || !r.asked() || r.v.Episode == 0 || !r.in.Now.Open {
		return
	}
	if slices.ContainsFunc(r.v.Moves, r.d.isOpen) {
		r.v.Active, r.v.Ignored = true, ""
	}
}

// running decides about an episode that runs.
func (r *reconciler) running(asked bool) {
	it := r.in.Item
	switch {
	case it != nil && !it.Open():
		r.v.Active = false
		r.say("episode %d is over", r.v.Episode)
		if asked && r.askedAgain() && r.in.Now.Open && !r.byBot(r.d.Trigger, true) {
			r.v.PickUp, r.v.Active = true, true
			r.v.Episode++
			r.say("picked up, episode %d", r.v.Episode)
		}
	case asked:
	case r.byBot(r.d.Trigger, false):
		r.v.Active = false
		r.say("we took %s off; episode %d is over", r.d.Trigger, r.v.Episode)
	case r.undecided():
		r.v.Active, r.v.Withdraw = false, true
		r.say("%s was taken off before it was decided: withdrawn", r.d.Trigger)
	default:
		r.v.Active = false
		r.say("%s was taken off; episode %d is over, the work goes on", r.d.Trigger, r.v.Episode)
	}
}

// undecided says that the item is with the product manager still: nobody
// decided, no engineer has it, and people did not move it beyond the states from
// which it is handed off.
func (r *reconciler) undecided() bool {
	it, h := r.in.Item, r.d.HandOff
	if it == nil || r.in.Decision != nil {
		return false
	}
	if h.To == "" {
		return true
	}
	last := 0
	for _, s := range h.From {
		last = max(last, r.d.states[s].pos)
	}
	p, ok := r.d.states[r.d.at(it, h.Ends.Lane())]
	return ok && p.pos <= last && !r.d.isOpen(r.d.at(it, h.To.Lane()))
}

// askedAgain says that the trigger was put on after the last episode ended: it
// was not there when we looked last, or the history has it.
func (r *reconciler) askedAgain() bool {
	if r.known && !r.before().HasLabel(r.d.Trigger) {
		return true
	}
	it := r.in.Item
	if it == nil || it.Closed == 0 {
		return false
	}
	c, ok := r.last(r.d.Trigger)
	return ok && c.Added && c.At > it.Closed
}
