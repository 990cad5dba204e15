package trackers

import (
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// OpenElsewhere plans an issue in the tracker of the team whose work it is. It
// carries the team's label and no state of ours: nothing there is ours to move.
func (a *Trackers) OpenElsewhere(tx *store.Tx, it plumbline.Item, team plumbline.Team, text plumbline.PublicText) (plumbline.ActionID, error) {
	link, err := trackerOf(tx, team)
	if err != nil {
		return "", err
	}
	want := plumbline.WantedChange{Marker: string(it.Key) + ":redirected", Title: plumbline.PublicText(it.Title), Body: text}
	if team.Label != "" {
		want.Add = []string{flow.LabelWith(team.Label, link.Separator)}
	}
	return a.planOpening(tx, it, link, "redirect", want)
}

// openedElsewhere keeps where the issue is that a redirection opened; not ours
// when the action opened no such issue.
func (a *Trackers) openedElsewhere(tx *store.Tx, act plumbline.Action, snap plumbline.Snapshot) (ours bool, err error) {
	r, ok, err := tx.RedirectionByAction(act.ID)
	if err != nil || !ok {
		return false, err
	}
	it, err := tx.Item(r.Item)
	if err != nil {
		return true, err
	}
	r.Ref, r.URL = snap.Ref, snap.URL
	if err := tx.PutRedirection(r); err != nil {
		return true, err
	}
	who := plumbline.SystemActor("link:" + string(act.Link))
	if err := a.Note(tx, who, it, "issue opened elsewhere", "op:"+act.Key, map[string]string{"url": snap.URL}); err != nil {
		return true, err
	}
	return true, a.Tell(tx, it)
}

// heardElsewhere takes in what became of an issue that a redirection opened:
// that it was closed is the answer, as far as a tracker gives one.
func (a *Trackers) heardElsewhere(tx *store.Tx, s Sighting) (ours bool, err error) {
	r, ok, err := tx.RedirectionByIssue(s.Link, s.Ref)
	if err != nil || !ok || s.Snapshot.Open || !r.Answered.IsZero() {
		return ok, err
	}
	r.Answer, r.Answered = "They closed the issue.", a.now()
	return true, a.NoteAnswer(tx, plumbline.SystemActor("link:"+string(s.Link)), r, s.Cause)
}

// NoteAnswer writes down what those answered whose work it is, and tells it on
// the issue.
func (a *Trackers) NoteAnswer(tx *store.Tx, who plumbline.Actor, r plumbline.Redirection, cause string) error {
	if err := tx.PutRedirection(r); err != nil {
		return err
	}
	it, err := tx.Item(r.Item)
	if err != nil {
		return err
	}
	if err := a.Note(tx, who, it, "redirection answered", cause, map[string]string{"sentence": string(r.Answer)}); err != nil {
		return err
	}
	return a.Tell(tx, it)
}

// wentTo says in public where an item went that is not ours, and what was
// noteAnswer there.
func wentTo(tx *store.Tx, it plumbline.Item) (string, error) {
	r, ok, err := tx.Redirection(it.ID)
	if err != nil || !ok || it.Open() {
		return "", err
	}
	whose, err := ledger.WhoseIs(tx, r)
	if err != nil {
		return "", err
	}
	text := "It belongs to " + whose
	if r.URL != "" {
		text += ": " + r.URL
	}
	text = strings.TrimSuffix(text, ".") + "."
	if r.Answer != "" {
		text += " They answered: " + strings.TrimSpace(string(r.Answer))
	}
	return text, nil
}
