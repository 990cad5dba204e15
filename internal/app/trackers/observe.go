package trackers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"plumbline"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Observe takes in an issue as the tracker says it is: stores it, explains what
// changed, follows the labels, picks up, and writes the actions that follow.
func (a *Trackers) Observe(ctx context.Context, s Sighting) (out Observed, err error) {
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		out, err = a.observe(tx, s)
		return err
	})
	return out, err
}

// errForeseen rolls a dry run back.
var errForeseen = errors.New("dry run")

// Foresee says what Observe would do, and changes nothing: it does it, reads
// what was planned, and rolls back.
func (a *Trackers) Foresee(ctx context.Context, s Sighting) (Observed, error) {
	var out Observed
	err := a.db.Write(ctx, func(tx *store.Tx) (err error) {
		if out, err = a.observe(tx, s); err != nil {
			return err
		}
		m, ok, err := tx.Mirror(s.Link, s.Ref)
		if err != nil {
			return err
		}
		if ok && m.Item != "" {
			if err := a.foreseen(tx, &out, m); err != nil {
				return err
			}
		}
		return errForeseen
	})
	if errors.Is(err, errForeseen) {
		err = nil
	}
	return out, err
}

func (a *Trackers) foreseen(tx *store.Tx, out *Observed, m plumbline.Mirror) error {
	if out.PickedUp {
		out.Planned = append(out.Planned, fmt.Sprintf("issue %s: pick up %q", m.Ref, m.Snapshot.Title))
	}
	acts, err := tx.ActionsFor(m.Item)
	if err != nil {
		return err
	}
	for _, act := range acts {
		if act.Status == plumbline.ActionWaiting && act.Attempts == 0 {
			out.Planned = append(out.Planned, actionSentence(act))
		}
	}
	return nil
}

// sight is one sighting while it is taken in.
type sight struct {
	Sighting
	link    plumbline.LinkState
	def     *flow.Definition
	mirror  plumbline.Mirror
	item    *plumbline.Item
	verdict flow.Verdict
	who     plumbline.Actor
}

func (a *Trackers) observe(tx *store.Tx, s Sighting) (Observed, error) {
	if elsewhere, err := a.heardElsewhere(tx, s); err != nil || elsewhere {
		return Observed{Ignored: "it was redirected: nothing there is ours to move"}, err
	}
	v, known, err := a.lookAt(tx, s)
	if err != nil {
		return Observed{}, err
	}
	if known && v.overtaken() {
		return Observed{Item: keyOf(v.item), Ignored: "a newer reading of the issue came first"}, nil
	}
	if !known && !v.verdict.PickUp && !v.ours() {
		return Observed{Ignored: "not ours: it carries none of our labels"}, nil
	}
	same := known && sameIssue(v.mirror.Snapshot, s.Snapshot) && v.mirror.Gone.IsZero()
	held := v.verdict.PickUp && (v.link.Confirmed.IsZero() || v.link.Paused != "")
	if same && !v.verdict.PickUp && !v.verdict.Reopened {
		return a.keep(tx, v, Observed{Item: keyOf(v.item), Ignored: v.verdict.Ignored})
	}
	if _, err := tx.AddLabelChanges(s.Link, s.Ref, s.History); err != nil {
		return Observed{}, err
	}
	v.mirror.Snapshot = s.Snapshot
	if held {
		return a.keep(tx, v, Observed{Ignored: "waits for the backfill of this tracker to be released"})
	}
	v.mirror.Episode, v.mirror.Active = v.verdict.Episode, v.verdict.Active
	out := Observed{Changed: true, PickedUp: v.verdict.PickUp, Ignored: v.verdict.Ignored}
	if v.verdict.PickUp {
		err = a.pickUp(tx, v)
	} else if v.item != nil {
		err = a.follow(tx, v)
	}
	if err != nil {
		return Observed{}, err
	}
	out.Item = keyOf(v.item)
	return a.keep(tx, v, out)
}

func keyOf(it *plumbline.Item) plumbline.Key {
	if it == nil {
		return ""
	}
	return it.Key
}

// keep stores the mirror as seen now.
func (a *Trackers) keep(tx *store.Tx, v *sight, out Observed) (Observed, error) {
	v.mirror.Seen, v.mirror.Missing, v.mirror.FirstMissing, v.mirror.Gone = a.now(), 0, 0, 0
	return out, tx.PutMirror(v.mirror)
}

// lookAt gathers what is known of the issue and asks the flow what it means.
func (a *Trackers) lookAt(tx *store.Tx, s Sighting) (*sight, bool, error) {
	v := &sight{Sighting: s, who: plumbline.SystemActor("link:" + string(s.Link))}
	var err error
	if v.link, err = tx.Link(s.Link); err != nil {
		return nil, false, err
	}
	m, known, err := tx.Mirror(s.Link, s.Ref)
	if err != nil {
		return nil, false, err
	}
	if !known {
		m = plumbline.Mirror{Link: s.Link, Ref: s.Ref}
	}
	v.mirror = m
	if v.def, err = a.triggered(s.Snapshot); err != nil {
		return nil, false, err
	}
	seen := flow.Seen{
		Mirror: m, Now: s.Snapshot, History: s.History, Bot: v.link.Bot, Separator: v.link.Separator,
		KeepLabel: v.link.KeepLabel, OnDecline: v.link.OnDecline,
	}
	if m.Item != "" {
		it, err := tx.Item(m.Item)
		if err != nil {
			return nil, false, err
		}
		d, ok, err := tx.Decision(it.ID)
		if err != nil {
			return nil, false, err
		}
		if ok {
			seen.Decision = &d
		}
		if seen.Wrote, err = wrote(tx, it.ID, s.Ref); err != nil {
			return nil, false, err
		}
		if v.def, err = a.Process(it.Process); err != nil {
			return nil, false, err
		}
		v.item, seen.Item = &it, &it
	}
	v.verdict = flow.Reconcile(v.def, seen)
	return v, known, nil
}

// wrote are the labels that our actions have put on an issue, or are about to:
// finding one there is no deed of people.
func wrote(tx *store.Tx, item plumbline.ItemID, ref string) ([]string, error) {
	acts, err := tx.ActionsFor(item)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, act := range acts {
		if act.Ref == ref && (act.Status == plumbline.ActionDone || act.Status == plumbline.ActionRunning) {
			out = append(out, act.Want.Add...)
		}
	}
	return out, nil
}

// triggered is the process whose trigger label is on the issue; the request
// process when none is.
func (a *Trackers) triggered(snap plumbline.Snapshot) (*flow.Definition, error) {
	for _, def := range a.book.All() {
		if def.Trigger != "" && snap.HasLabel(def.Trigger) {
			return def, nil
		}
	}
	return a.Process("")
}

// overtaken says whether the issue was read again, newer, while this reading was
// on its way. The tracker's own time alone does not tell: after a restore from a
// backup it goes back.
func (v *sight) overtaken() bool {
	return !v.Asked.IsZero() && v.mirror.Seen > v.Asked && v.Snapshot.Updated < v.mirror.Snapshot.Updated
}

// ours says whether the issue carries a label that we care for.
func (v *sight) ours() bool {
	if v.Snapshot.PullRequest {
		return false
	}
	return v.Snapshot.HasLabel(v.def.Trigger) && v.Snapshot.Open
}

// sameIssue says whether nothing that we follow differs.
func sameIssue(a, b plumbline.Snapshot) bool {
	return a.Title == b.Title && a.Body == b.Body && a.Open == b.Open && a.Assignee == b.Assignee &&
		a.Confidential == b.Confidential && a.URL == b.URL && slices.Equal(a.LabelNames(), b.LabelNames())
}

// pickUp makes the item of an issue, or opens the one it has again for a new
// episode, labels the issue and tells the requester.
func (a *Trackers) pickUp(tx *store.Tx, v *sight) error {
	person, err := a.external(tx, v.Link, v.Snapshot.Author, v.Snapshot.AuthorName)
	if err != nil {
		return err
	}
	if v.item != nil {
		return a.pickUpAgain(tx, v)
	}
	it := plumbline.Item{
		ID: plumbline.ItemID(store.NewID()), Kind: v.def.Kind, Process: v.def.ID, Title: trim(v.Snapshot.Title, plumbline.MaxTitle, titleGoesOn), Body: trim(v.Snapshot.Body, plumbline.MaxBody, bodyGoesOn),
		Visibility: plumbline.Public, Requester: person.ID, Labels: v.verdict.Labels, Assignee: v.Snapshot.Assignee,
		Priority: v.verdict.Priority, Severity: v.verdict.Severity, Fields: map[string]string{},
		Link: v.Link, Ref: v.Ref, URL: v.Snapshot.URL, Source: "link:" + string(v.Link),
	}
	if v.Snapshot.Confidential {
		it.Visibility = plumbline.Confidential
	}
	v.mirror.Item = it.ID
	if err := a.Insert(tx, v.who, v.def, &it, v.verdict.Moves, "item picked up", v.Cause, nil); err != nil {
		return err
	}
	v.item = &it
	return a.afterPickUp(tx, v)
}

// pickUpAgain begins a new episode; the history of those before is kept.
func (a *Trackers) pickUpAgain(tx *store.Tx, v *sight) error {
	it := v.item
	if err := tx.EndWait(it.ID); err != nil {
		return err
	}
	it.Remit, it.Team = plumbline.RemitUnchecked, ""
	a.Advance(it, v.def.Begin(it, v.verdict.Moves, a.now()))
	it.Since = a.now()
	data := map[string]any{"episode": v.verdict.Episode, "to": it.State}
	if err := a.Note(tx, v.who, *it, "item picked up again", v.Cause, data); err != nil {
		return err
	}
	if err := tx.EndDecision(it.ID, a.now()); err != nil {
		return err
	}
	if err := a.afterPickUp(tx, v); err != nil {
		return err
	}
	return a.Save(tx, it)
}

func (a *Trackers) afterPickUp(tx *store.Tx, v *sight) error {
	if err := tx.PutMirror(v.mirror); err != nil {
		return err
	}
	step := flow.Step{}
	if l := v.def.LabelOf(v.item.State, "::"); l != "" {
		step.Add = []string{l}
	}
	if err := a.Relabel(tx, v.def, *v.item, v.link, v.mirror, step); err != nil {
		return err
	}
	return a.Tell(tx, *v.item)
}

// trim cuts a text of the tracker that is too long to keep, at a rune's start,
// and says so at its end in the words of rest: the whole text is in the issue.
func trim(s string, n int, rest string) string {
	if len(s) <= n {
		return s
	}
	for n -= len(rest); n > 0 && s[n]&0xC0 == 0x80; {
		n--
	}
	return s[:n] + rest
}

// The ends of texts that go on in the issue.
const (
	titleGoesOn = "…"
	bodyGoesOn  = "\n\n*(The text is longer than what is kept here. It goes on in the issue.)*"
)

// external finds or makes the person behind a tracker login; they cannot sign in.
func (a *Trackers) external(tx *store.Tx, link plumbline.LinkID, login, name string) (plumbline.Person, error) {
	if login == "" {
		login, name = "unknown", "Somebody on "+string(link)
	}
	handle := string(link) + ":" + login
	p, err := tx.PersonByHandle(handle)
	if err == nil || plumbline.KindOf(err) != plumbline.NotFound {
		return p, err
	}
	if name == "" {
		name = login
	}
	p = plumbline.Person{
		ID: plumbline.PersonID(store.NewID()), Handle: handle, Name: name,
		Role: plumbline.Requester, External: true, Created: a.now(),
	}
	return p, tx.InsertPerson(p)
}
