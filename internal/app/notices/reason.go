package notices

import (
	"encoding/json"
	"slices"

	"plumbline"
)

// news are the events that those with a part in an item are told of. Votes,
// edits and housekeeping are left out: notices are to be read.
var news = []string{
	"item accepted", "item moved", "item decided", "item handed off", "item sent back", "item closed", "item reopened",
	"item withdrawn", "item picked up again", "item merged", "item unmerged", "item redirected", "item snoozed",
	"comment added", "evidence attached", "owner changed", "item retargeted",
}

// pending are the events after which somebody who may decide has to look.
var pending = []string{"item sent back", "item reopened", "labels contradict", "write failed", "issue gone"}

// house are the events about the installation that administrators are told of.
var house = []string{"webhook disabled", "mail failed"}

// limits are the events about constraints that their owners are told of, and product
// managers when somebody has to look.
var limits = []string{"standing changed", "consequence began", "consequence ended", "exception asked", "exception approved", "exception refused", "exception taken back", "exception over"}

// drifts are the events about work that left its plan, or came back to it, that the
// people of the team are told of.
var drifts = []string{"work drifted", "work came back"}

// plans are the events about the committed plan that product managers are told of: it
// does not hold any more, or does again.
var plans = []string{"plan flagged", "plan holds again"}

// toldOf says whether an event can be a notice for anybody.
func toldOf(e plumbline.Event) bool {
	if e.Item == "" {
		return slices.Contains(house, e.Type) || slices.Contains(limits, e.Type) || slices.Contains(drifts, e.Type) || slices.Contains(plans, e.Type)
	}
	return e.Type == "person mentioned" || slices.Contains(news, e.Type) || slices.Contains(pending, e.Type)
}

// scene is all that the question who is told of what depends on.
type scene struct {
	people   []plumbline.Person
	items    map[plumbline.ItemID]plumbline.Item
	watchers map[plumbline.ItemID][]plumbline.PersonID
	mutes    map[plumbline.ItemID][]plumbline.PersonID
	off      map[plumbline.PersonID][]plumbline.NoticeReason
}

// said is what an event may hold that matters here.
type said struct {
	Handle string
	To     plumbline.State
	Team   plumbline.TeamRef

	// Of a constraint.
	Owner, Approver plumbline.PersonID
	From            plumbline.State
}

func saidIn(e plumbline.Event) (s said) {
	_ = json.Unmarshal(e.Data, &s) // what holds something else says nothing to us
	return s
}

// tell says who is told of an event, and why: each person once. Mentioned are
// those whom another event of the same moment tells as mentioned.
func (s scene) tell(e plumbline.Event, mentioned []plumbline.PersonID) []plumbline.Notice {
	if !toldOf(e) {
		return nil
	}
	it, known := s.items[e.Item]
	if e.Item != "" && !known {
		return nil
	}
	var out []plumbline.Notice
	for _, p := range s.people {
		if p.External || p.Disabled || p.ID == e.Actor || slices.Contains(s.mutes[e.Item], p.ID) {
			continue
		}
		if e.Type == "comment added" && slices.Contains(mentioned, p.ID) {
			continue
		}
		if reason, ok := s.why(e, it, p); ok {
			out = append(out, plumbline.Notice{Person: p.ID, Item: e.Item, Seq: e.Seq, Reason: reason})
		}
	}
	return out
}

// why is the strongest reason that p has not turned off, among those for which
// they may see the event.
func (s scene) why(e plumbline.Event, it plumbline.Item, p plumbline.Person) (plumbline.NoticeReason, bool) {
	for _, r := range s.reasons(e, it, p) {
		if !slices.Contains(s.off[p.ID], r) {
			return r, true
		}
	}
	return "", false
}

func (s scene) reasons(e plumbline.Event, it plumbline.Item, p plumbline.Person) (out []plumbline.NoticeReason) {
	who := reader(p, "")
	if slices.Contains(limits, e.Type) {
		return ofLimit(e, p)
	}
	if slices.Contains(drifts, e.Type) {
		if team := saidIn(e).Team; team != "" && team == p.Team && who.Sees(e.Seen, false) {
			return []plumbline.NoticeReason{plumbline.YourTeam}
		}
		return nil
	}
	if slices.Contains(plans, e.Type) {
		if p.Role == plumbline.PM {
			return []plumbline.NoticeReason{plumbline.DecisionNeeded}
		}
		return nil
	}
	if e.Item == "" {
		if p.Role == plumbline.Admin {
			return []plumbline.NoticeReason{plumbline.YouAdminister}
		}
		return nil
	}
	asked, assigned := it.Requester == p.ID, it.Assignee != "" && it.Assignee == p.Handle
	follows := slices.Contains(s.watchers[it.ID], p.ID)
	part := asked || assigned || follows
	if !who.Sees(it.Visibility, part) || !who.Sees(e.Seen, false) && !(part && e.Seen == it.Visibility) {
		return nil
	}
	what := saidIn(e)
	if e.Type == "person mentioned" {
		if what.Handle != "" && what.Handle == p.Handle {
			out = append(out, plumbline.Mentioned)
		}
		return out
	}
	add := func(yes bool, r plumbline.NoticeReason) {
		if yes {
			out = append(out, r)
		}
	}
	isNews := slices.Contains(news, e.Type)
	decides := p.Role == plumbline.PM && (slices.Contains(pending, e.Type) || what.To.Name() == "escalated")
	add(isNews && assigned, plumbline.AssignedToYou)
	add(isNews && asked, plumbline.YouAsked)
	add(decides, plumbline.DecisionNeeded)
	add(e.Type == "item handed off" && it.Team != "" && it.Team == p.Team, plumbline.YourTeam)
	add(isNews && follows, plumbline.YouFollow)
	return out
}

// ofLimit are the reasons to tell somebody of an event about a constraint: its owner
// of all of them, its approver of exceptions, and product managers when it broke or an
// exception waits for them. That it was judged for the first time is no news.
func ofLimit(e plumbline.Event, p plumbline.Person) (out []plumbline.NoticeReason) {
	what := saidIn(e)
	first := e.Type == "standing changed" && what.From == ""
	broke := e.Type == "standing changed" && what.To == plumbline.State(plumbline.StatusBreached)
	asked := e.Type == "exception asked"
	if p.Role == plumbline.PM && (broke || asked) || asked && what.Approver == p.ID {
		out = append(out, plumbline.DecisionNeeded)
	}
	if !first && what.Owner == p.ID {
		out = append(out, plumbline.YouOwn)
	}
	return out
}
