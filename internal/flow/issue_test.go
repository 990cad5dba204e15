package flow

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline"
)

const bot = "plumbline-bot"

// issue is a tracker's issue in a scene, with our mirror of it.
type issue struct {
	snap    plumbline.Snapshot
	history []plumbline.LabelChange
	mirror  plumbline.Mirror
	item    bool // an item was made of it
	last    Verdict
	sep     string
	keep    bool
	clash   string
	lag     bool // the history says nothing
}

// openIssue: issue with infrapm, bug
func (s *scene) openIssue(labels string) {
	if s.d == nil {
		s.d, _ = s.book.Get("request")
		s.role, s.f = plumbline.PM, Facts{Now: day0}
	}
	s.issue = &issue{item: s.f.Item.Key != "", sep: Colons}
	s.issue.snap = plumbline.Snapshot{Ref: "1", Title: "t", Open: true, Updated: day0}
	for _, l := range split(labels) {
		if l != "no labels" {
			s.issue.snap.Labels = append(s.issue.snap.Labels, plumbline.Label{Name: l})
		}
	}
	if s.issue.item { // known, and as it should be
		s.issue.mirror = plumbline.Mirror{Ref: "1", Snapshot: s.issue.snap, Episode: 1, Active: s.f.Item.Open(), Seen: day0}
		s.issue.mirror.Snapshot.Labels = slices.Clone(s.issue.snap.Labels)
	}
}

// hand is what somebody does in the tracker: "adds bug", "removes bug", "closes",
// "opens"; or how the tracker is: "keeps labels", "uses slashes".
func (s *scene) hand(who, what string) {
	i := s.issue
	s.f.Now += 60_000_000
	i.snap.Updated = s.f.Now
	verb, label, _ := strings.Cut(what, " ")
	has := i.snap.HasLabel(label)
	switch {
	case verb == "adds" && !has:
		i.snap.Labels = append(slices.Clone(i.snap.Labels), plumbline.Label{Name: label})
		i.note(who, label, true, s.f.Now)
	case verb == "removes" && has:
		i.snap.Labels = slices.DeleteFunc(slices.Clone(i.snap.Labels), func(l plumbline.Label) bool { return l.Name == label })
		i.note(who, label, false, s.f.Now)
	case verb == "closes":
		i.snap.Open = false
	case verb == "opens":
		i.snap.Open = true
	case what == "keeps labels":
		i.keep = true
	case what == "uses slashes":
		i.sep = Slash
	case what == "hides the history":
		i.lag, i.history = true, nil
	case verb == "policy":
		i.clash = label
	case verb == "waits":
		s.after(label)
	default:
		s.fail("nobody can do %q now", what)
	}
}

func (i *issue) note(who, label string, added bool, at plumbline.Time) {
	if !i.lag {
		i.history = append(i.history, plumbline.LabelChange{Label: label, Added: added, Actor: who, At: at})
	}
}

func (i *issue) see(f *Facts) Seen {
	in := Seen{
		Mirror: i.mirror, Now: i.snap, History: i.history, Bot: bot, Decision: f.Decision,
		Separator: i.sep, KeepLabel: i.keep, OnClash: i.clash,
	}
	if i.item {
		in.Item = &f.Item
	}
	return in
}

// look reconciles, and carries the verdict out on our side, as the application
// does: "look" leaves what it would write to the scene.
func (s *scene) look(string) {
	i := s.issue
	s.f.Now += 60_000_000
	i.last = Reconcile(s.d, i.see(&s.f))
	s.why, s.refused = i.carryOut(s.d, &s.f, s.apply), false
}

// carryOut does what a verdict says, and remembers the issue as seen.
func (i *issue) carryOut(d *Definition, f *Facts, apply func(Step)) (warned []Reason) {
	v := i.last
	switch {
	case v.PickUp && !i.item:
		i.item = true
		f.Item = plumbline.Item{Key: "REQ-1", Kind: d.Kind, Process: d.ID, Created: f.Now, Fields: map[string]string{}, Ref: "1"}
		apply(d.Begin(nil, v.Moves, f.Now))
	case v.PickUp:
		f.Decision = nil
		apply(d.Begin(&f.Item, v.Moves, f.Now))
	case v.Withdraw:
		step, _ := d.Follow(*f, d.Withdrawn())
		apply(step)
	default:
		for _, to := range v.Moves {
			f.Recall = v.Recall
			step, why := d.Follow(*f, to)
			f.Recall = nil
			apply(step)
			warned = append(warned, why...)
		}
	}
	if v.Relabel {
		f.Item.Labels = v.Labels
	}
	if v.Reassign {
		f.Item.Assignee = v.Assignee
	}
	if v.Retitle != "" {
		f.Item.Title = v.Retitle
	}
	if v.Rebody {
		f.Item.Body = i.snap.Body
	}
	i.mirror = plumbline.Mirror{Ref: "1", Snapshot: i.snap, Episode: v.Episode, Active: v.Active, Seen: plumbline.At(time.Unix(1, 0))}
	i.mirror.Snapshot.Labels = slices.Clone(i.snap.Labels)
	return warned
}

// verdict is the last one in words.
func (i *issue) verdict() string {
	v := i.last
	var out []string
	add := func(when bool, text string) {
		if when {
			out = append(out, text)
		}
	}
	add(v.PickUp, fmt.Sprintf("picked up, episode %d", v.Episode))
	add(v.Withdraw, "withdrawn")
	add(v.ClosedByPeople, "closed by people")
	add(v.Reopened, "opened again")
	for _, to := range v.Moves {
		add(true, "to "+string(to))
	}
	add(len(v.Recall) > 0, "hand-off taken back")
	add(len(v.Conflict) > 0, "contradiction of "+strings.Join(v.Conflict, " and "))
	add(len(v.Repair) > 0, "take off "+strings.Join(v.Repair, " and "))
	add(v.Ask, "ask")
	add(v.Ignored != "", "ignored: "+v.Ignored)
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, "; ")
}
