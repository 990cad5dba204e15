package trackers

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Outside writes the actions that a step of our own calls for: labels, the
// status comment, the closing of the issue, or the opening of one for an item
// that has none and goes to a team whose tracker is linked.
func (a *Trackers) Outside(tx *store.Tx, def *flow.Definition, it plumbline.Item, s flow.Step) error {
	if it.Link == "" {
		if s.HandOff {
			return a.open(tx, def, it)
		}
		return nil
	}
	link, m, ok, err := a.IssueOf(tx, it)
	if err != nil || !ok {
		return err
	}
	if err := a.Relabel(tx, def, it, link, m, s); err != nil {
		return err
	}
	if err := a.Tell(tx, it); err != nil {
		return err
	}
	if s.Closed && m.Snapshot.Open && (link.OnDecline == "close" || it.State.Lane() == def.HandOff.To.Lane()) {
		return a.Plan(tx, it, link, m, "close", plumbline.CloseIssue, plumbline.WantedChange{Close: true}, nil)
	}
	return nil
}

// IssueOf finds the link and mirror of an item's issue; not ok when there is
// nothing to write to (no issue, or it is gone).
func (a *Trackers) IssueOf(tx *store.Tx, it plumbline.Item) (plumbline.LinkState, plumbline.Mirror, bool, error) {
	if it.Link == "" || it.Ref == "" {
		return plumbline.LinkState{}, plumbline.Mirror{}, false, nil
	}
	link, err := tx.Link(it.Link)
	if err != nil {
		return link, plumbline.Mirror{}, false, err
	}
	m, ok, err := tx.Mirror(it.Link, it.Ref)
	return link, m, ok && m.Gone.IsZero(), err
}

// Relabel plans the label change that a step means: the new labels go on, their
// siblings of the same scope and the labels of states left come off.
func (a *Trackers) Relabel(tx *store.Tx, def *flow.Definition, it plumbline.Item, link plumbline.LinkState, m plumbline.Mirror, s flow.Step) error {
	have, err := a.projected(tx, it, m)
	if err != nil {
		return err
	}
	want, err := a.wantedLabels(tx, it, link, s, have)
	if err != nil || len(want.Add)+len(want.Remove) == 0 {
		return err
	}
	return a.Plan(tx, it, link, m, "labels", plumbline.SetLabels, want, workflowLabels(def, have, link.Separator))
}

// wantedLabels compares what a step means with the labels an issue has.
func (a *Trackers) wantedLabels(tx *store.Tx, it plumbline.Item, link plumbline.LinkState, s flow.Step, have []string) (plumbline.WantedChange, error) {
	var want plumbline.WantedChange
	remove := append([]string(nil), s.Remove...)
	if s.HandOff && link.KeepLabel {
		remove = nil
	}
	for _, l := range s.Add {
		l = flow.LabelWith(l, link.Separator)
		if !slices.Contains(have, l) {
			want.Add = append(want.Add, l)
		}
		for _, h := range have {
			if h != l && scope(h, link.Separator) == scope(l, link.Separator) {
				want.Remove = append(want.Remove, h)
			}
		}
	}
	for _, l := range remove {
		if l = flow.LabelWith(l, link.Separator); slices.Contains(have, l) && !slices.Contains(want.Remove, l) {
			want.Remove = append(want.Remove, l)
		}
	}
	if s.HandOff {
		if err := teamLabels(tx, it.Team, link.Separator, have, &want); err != nil {
			return want, err
		}
	}
	sort.Strings(want.Remove)
	return want, nil
}

// teamLabels makes the issue carry exactly one team label.
func teamLabels(tx *store.Tx, ref plumbline.TeamRef, sep string, have []string, want *plumbline.WantedChange) error {
	teams, err := tx.Teams()
	if err != nil {
		return err
	}
	for _, t := range teams {
		l := flow.LabelWith(t.Label, sep)
		switch {
		case l == "":
		case t.Ref == ref && !slices.Contains(have, l):
			want.Add = append(want.Add, l)
		case t.Ref != ref && slices.Contains(have, l):
			want.Remove = append(want.Remove, l)
		}
	}
	return nil
}

// canonical is the label as we keep it, with "::".
func canonical(label, sep string) string {
	if sep == "" || sep == "::" {
		return label
	}
	if i := strings.LastIndex(label, sep); i >= 0 {
		return label[:i] + "::" + label[i+len(sep):]
	}
	return label
}

// scope is the part of a label before the last separator; a label without one
// has no scope and is its own.
func scope(label, sep string) string {
	if sep == "" {
		sep = "::"
	}
	if i := strings.LastIndex(label, sep); i >= 0 {
		return label[:i]
	}
	return "\x00" + label
}

// workflowLabels are the labels, of those given, that mean a state, sorted.
func workflowLabels(def *flow.Definition, labels []string, sep string) []string {
	out := []string{}
	for _, l := range labels {
		if _, ok := def.Lane(scope(l, sep)); ok {
			out = append(out, l)
		}
	}
	sort.Strings(out)
	return out
}

// projected are the labels that the issue will have once what is planned is
// done.
func (a *Trackers) projected(tx *store.Tx, it plumbline.Item, m plumbline.Mirror) ([]string, error) {
	labels := m.Snapshot.LabelNames()
	acts, err := tx.ActionsFor(it.ID)
	if err != nil {
		return nil, err
	}
	sort.Slice(acts, func(i, j int) bool { return acts[i].ID < acts[j].ID })
	for _, act := range acts {
		live := act.Status == plumbline.ActionWaiting || act.Status == plumbline.ActionRunning || act.Status == plumbline.ActionHeld
		if !live || act.Kind != plumbline.SetLabels || act.Ref != it.Ref {
			continue
		}
		labels = slices.DeleteFunc(labels, func(l string) bool { return slices.Contains(act.Want.Remove, l) })
		for _, l := range act.Want.Add {
			if !slices.Contains(labels, l) {
				labels = append(labels, l)
			}
		}
	}
	return labels, nil
}

const readOnly = "The tracker is set to read-only; nothing is written to it."

// Plan writes one action under a key that makes it happen once: the issue, its
// episode, the step, and how many actions the item had before. On a tracker that
// may not be written to it is held, to be seen.
func (a *Trackers) Plan(tx *store.Tx, it plumbline.Item, link plumbline.LinkState, m plumbline.Mirror, step string, kind plumbline.ActionKind, want plumbline.WantedChange, expect []string) error {
	before, err := tx.ActionsFor(it.ID)
	if err != nil {
		return err
	}
	act := plumbline.Action{
		ID: plumbline.ActionID(store.NewID()), Link: link.ID, Ref: it.Ref, Item: it.ID, Kind: kind, Want: want, Expect: expect,
		Key:    fmt.Sprintf("%s:%s:e%d:%s:v%d", link.ID, it.Ref, m.Episode, step, len(before)+1),
		Status: plumbline.ActionWaiting, NotBefore: a.now(), Created: a.now(),
	}
	if link.ReadOnly {
		act.Status, act.Result = plumbline.ActionHeld, readOnly
	}
	_, err = tx.InsertAction(act)
	return err
}

// episodeOf is the episode in the key of a planned action.
func episodeOf(key string) int {
	parts := strings.Split(key, ":") // the last three are its own, whatever a ref is made of
	if len(parts) < 5 {
		return 0
	}
	n, _ := strconv.Atoi(strings.TrimPrefix(parts[len(parts)-3], "e"))
	return n
}

// open plans an issue for an item that has none, in the tracker of its team.
// Only what may be read by everybody there goes with it; an item that is not
// public stays here.
func (a *Trackers) open(tx *store.Tx, def *flow.Definition, it plumbline.Item) error {
	team, err := tx.Team(it.Team)
	if err != nil || team.Link == "" || it.Visibility != plumbline.Public {
		return err
	}
	link, err := trackerOf(tx, team)
	if err != nil {
		return err
	}
	want := plumbline.WantedChange{
		Marker: string(it.Key), Title: plumbline.PublicText(it.Title), Body: a.issueBody(it),
		Add: []string{flow.LabelWith(def.LabelOf(it.State, "::"), link.Separator), flow.LabelWith(team.Label, link.Separator)},
	}
	if def.Trigger != "" {
		want.Add = append(want.Add, def.Trigger)
	}
	_, err = a.planOpening(tx, it, link, "open", want)
	return err
}

// trackerOf is the tracker that a team has.
func trackerOf(tx *store.Tx, team plumbline.Team) (plumbline.LinkState, error) {
	link, err := tx.Link(team.Link)
	if err != nil && plumbline.KindOf(err) == plumbline.NotFound {
		err = plumbline.FieldError("team", "The team %s has the tracker %q, which is not configured.", team.Name, team.Link)
	}
	return link, err
}

// planOpening writes the action that opens an issue, under a key of its own for
// each version of the item.
func (a *Trackers) planOpening(tx *store.Tx, it plumbline.Item, link plumbline.LinkState, step string, want plumbline.WantedChange) (plumbline.ActionID, error) {
	act := plumbline.Action{
		ID: plumbline.ActionID(store.NewID()), Key: fmt.Sprintf("%s:%s:%s:v%d", link.ID, step, it.Key, it.Version+1), Link: link.ID,
		Item: it.ID, Kind: plumbline.OpenIssue, Want: want, Status: plumbline.ActionWaiting, NotBefore: a.now(), Created: a.now(),
	}
	if link.ReadOnly {
		act.Status, act.Result = plumbline.ActionHeld, readOnly
	}
	_, err := tx.InsertAction(act)
	return act.ID, err
}
