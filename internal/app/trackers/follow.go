package trackers

import (
	"maps"
	"reflect"
	"slices"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// follow takes over what people did to the issue: labels belong to them, so the
// state goes where the labels say, with warnings where the flow would not have
// allowed it. Only a withdrawn item, and labels that contradict each other, are
// written back.
func (a *Trackers) follow(tx *store.Tx, v *sight) error {
	it, ver := v.item, v.verdict
	was := *it
	was.States, was.Labels = maps.Clone(it.States), slices.Clone(it.Labels)
	if err := a.takeOver(tx, v); err != nil {
		return err
	}
	if err := a.followMoves(tx, v); err != nil {
		return err
	}
	if ver.Withdraw {
		if err := a.withdraw(tx, v); err != nil {
			return err
		}
	}
	if len(ver.Conflict) > 0 {
		if err := a.conflict(tx, v); err != nil {
			return err
		}
	}
	if was.State != it.State || was.Closed != it.Closed || len(ver.Moves) > 0 {
		if !ver.Withdraw {
			if err := a.Tell(tx, *it); err != nil {
				return err
			}
		}
	}
	if reflect.DeepEqual(was, *it) && len(ver.Conflict) == 0 {
		return nil // only our own write came back: the item was not touched
	}
	return a.Save(tx, it)
}

// takeOver mirrors title, text, assignee, labels, priority and severity.
func (a *Trackers) takeOver(tx *store.Tx, v *sight) error {
	it, ver := v.item, v.verdict
	var changed []string
	set := func(name string, dst *string, to string) {
		if to != "" && *dst != to {
			*dst = to
			changed = append(changed, name)
		}
	}
	set("title", &it.Title, trim(ver.Retitle, plumbline.MaxTitle, titleGoesOn))
	set("priority", &it.Priority, ver.Priority)
	set("severity", &it.Severity, ver.Severity)
	set("link", &it.URL, v.Snapshot.URL)
	if body := trim(v.Snapshot.Body, plumbline.MaxBody, bodyGoesOn); ver.Rebody && it.Body != body {
		it.Body = body
		changed = append(changed, "body")
	}
	if ver.Reassign && it.Assignee != ver.Assignee {
		it.Assignee = ver.Assignee
		changed = append(changed, "assignee")
	}
	if ver.Relabel {
		it.Labels = ver.Labels
		changed = append(changed, "labels")
		if err := a.takeTeam(tx, v); err != nil {
			return err
		}
	}
	if v.Snapshot.Confidential && it.Visibility == plumbline.Public {
		it.Visibility = plumbline.Confidential
		changed = append(changed, "visibility")
	}
	if len(changed) == 0 {
		return nil
	}
	return a.Note(tx, v.who, *it, "item edited", v.Cause, map[string]any{"changed": changed})
}

// takeTeam follows the team label, when exactly one of ours is on the issue.
func (a *Trackers) takeTeam(tx *store.Tx, v *sight) error {
	teams, err := tx.Teams()
	if err != nil {
		return err
	}
	ours := make([]string, 0, len(v.Snapshot.Labels))
	for _, l := range v.Snapshot.LabelNames() {
		ours = append(ours, canonical(l, v.link.Separator))
	}
	if team, n := flow.Team(ours, teams); n == 1 {
		v.item.Team = team
	}
	return nil
}

// followMoves takes the item where the labels say.
func (a *Trackers) followMoves(tx *store.Tx, v *sight) error {
	for _, to := range v.verdict.Moves {
		f, err := a.Facts(tx, *v.item)
		if err != nil {
			return err
		}
		f.Recall = v.verdict.Recall
		from := v.item.States[to.Lane()].State
		s, reasons := v.def.Follow(f, to)
		a.Advance(v.item, s)
		who, at := a.explain(tx, v, to)
		if pos, ok := v.item.States[to.Lane()]; ok && !at.IsZero() && pos.State == to && pos.Since >= at {
			pos.Since = at
			v.item.States[to.Lane()] = pos
			if v.item.State == to {
				v.item.Since = at
			}
		}
		if err := a.NoteStep(tx, who, *v.item, s, from, to, v.Cause, texts(reasons)); err != nil {
			return err
		}
	}
	return nil
}

func texts(reasons []flow.Reason) []string {
	var out []string
	for _, r := range reasons {
		out = append(out, r.Text)
	}
	return out
}

// explain finds who put the label of a state on, and when, in the tracker's own
// history; without one the actor stays the tracker.
func (a *Trackers) explain(tx *store.Tx, v *sight, to plumbline.State) (plumbline.Actor, plumbline.Time) {
	label := v.def.LabelOf(to, v.link.Separator)
	changes := v.History
	if len(changes) == 0 {
		changes, _ = tx.LabelChanges(v.Link, v.Ref)
	}
	var last plumbline.LabelChange
	for _, c := range changes {
		if c.Label == label && c.Added && c.At >= last.At {
			last = c
		}
	}
	if last.Actor == "" {
		return v.who, last.At
	}
	who := v.who
	if p, err := a.external(tx, v.Link, last.Actor, ""); err == nil {
		who = plumbline.Actor{Person: p.ID, Name: p.Name, Role: plumbline.Requester, Via: v.who.Via}
	}
	return who, last.At
}

// withdraw ends an episode whose trigger label was taken off before a decision:
// the requester is told once and no label of ours stays behind.
func (a *Trackers) withdraw(tx *store.Tx, v *sight) error {
	to := v.def.Withdrawn()
	if to == "" {
		return nil
	}
	f := ledger.FactsOf(*v.item, a.now())
	from := v.item.State
	s, _ := v.def.Follow(f, to)
	a.Advance(v.item, s)
	if err := a.NoteStep(tx, v.who, *v.item, s, from, to, v.Cause, nil); err != nil {
		return err
	}
	if err := a.Relabel(tx, v.def, *v.item, v.link, v.mirror, s); err != nil {
		return err
	}
	return a.Tell(tx, *v.item)
}

// conflict notes labels of one scope that contradict each other and, where the
// flow says which one is right, takes the others off.
func (a *Trackers) conflict(tx *store.Tx, v *sight) error {
	data := map[string]any{"labels": v.verdict.Conflict, "removing": v.verdict.Repair}
	if err := a.Note(tx, v.who, *v.item, "labels contradict", v.Cause, data); err != nil {
		return err
	}
	if len(v.verdict.Repair) == 0 {
		return nil
	}
	have := v.Snapshot.LabelNames()
	want := plumbline.WantedChange{Remove: v.verdict.Repair}
	return a.Plan(tx, *v.item, v.link, v.mirror, "repair", plumbline.SetLabels, want, workflowLabels(v.def, have, v.link.Separator))
}
