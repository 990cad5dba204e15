package link

import (
	"context"

	"plumbline"
)

// Desk is what [Apply] and [Open] need of an adapter to change an issue.
type Desk interface {
	Get(ctx context.Context, ref string) (plumbline.Snapshot, error)
	Shelf(ctx context.Context) ([]plumbline.Label, error)
	Relabel(ctx context.Context, ref string, change Relabel) error
	// Turn closes the issue, or opens it again.
	Turn(ctx context.Context, ref string, to Openness) error
}

// Openness is whether an issue is open.
type Openness string

// What an issue can be turned to.
const (
	Opened Openness = "open"
	Closed Openness = "closed"
)

// Note is a comment of our own; the zero one is none.
type Note struct {
	ID   string
	Body string
}

// Pen is what [Apply] needs of an adapter to write our one comment.
type Pen interface {
	// Find returns our oldest comment with the marker, or the zero Note.
	Find(ctx context.Context, ref, marker string) (Note, error)
	// Write creates the note when it has no id, else edits it, and returns its id.
	Write(ctx context.Context, ref string, n Note) (string, error)
	// Read returns the note as the server holds it, or the zero Note.
	Read(ctx context.Context, ref, id string) (Note, error)
}

// Drafter is what [Open] needs of an adapter to make issues.
type Drafter interface {
	// FindOpened returns the ref of our own issue with the marker, or "".
	FindOpened(ctx context.Context, marker string) (string, error)
	OpenIssue(ctx context.Context, title, body string, labels []plumbline.Label) (string, error)
}

// Apply makes one issue as wanted: labels, then our comment, then closed or open
// again. It is
// the whole of [Tracker.Apply]; the adapter brings the calls. It stops at the
// first part that the server refuses or ignores, so that nobody is told about
// what did not happen.
func Apply(ctx context.Context, d Desk, p Pen, separator, ref string, want plumbline.WantedChange) (Outcome, error) {
	if want.Comment != "" && want.Marker == "" {
		return Outcome{}, &Fault{Kind: Invalid, Text: "A comment needs a marker, or it could not be found again."}
	}
	before, err := d.Get(ctx, ref)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{After: before}
	if before.PullRequest {
		return out, &Fault{Kind: Invalid, Text: "#" + ref + " is a pull request; only issues are written to."}
	}
	if err := applyLabels(ctx, d, separator, ref, want, &out); err != nil || out.Ignored {
		return out, err
	}
	if want.Comment != "" {
		text := Tagged(want.Marker, Inert(string(want.Comment), before.Author, before.Assignee))
		if err := applyNote(ctx, p, ref, want.Marker, text, &out); err != nil || out.Ignored {
			return out, err
		}
	}
	if to, ok := turn(want, out.After); ok {
		if err := applyTurn(ctx, d, ref, to, &out); err != nil || out.Ignored {
			return out, err
		}
	} else if out.Comment == CommentCreated || out.Comment == CommentEdited {
		out.After, err = d.Get(ctx, ref)
	}
	return out, err
}

func applyLabels(ctx context.Context, d Desk, separator, ref string, want plumbline.WantedChange, out *Outcome) error {
	if len(want.Add) == 0 && len(want.Remove) == 0 {
		return nil
	}
	shelf, err := d.Shelf(ctx)
	if err != nil {
		return err
	}
	change, err := PlanLabels(want, out.After.Labels, shelf, separator)
	if err != nil || change.Empty() {
		return err
	}
	wrote := d.Relabel(ctx, ref, change)
	if wrote != nil && !IsKind(wrote, Unknown) {
		return wrote
	}
	after, err := d.Get(ctx, ref)
	if err != nil {
		return unsure(wrote, err)
	}
	out.After = after
	unmet := change.unmet(after)
	if unmet != "" && wrote != nil {
		return wrote
	}
	out.Changed = unmet == ""
	if unmet != "" {
		out.Ignored = true
		out.Detail = "The tracker answered yes and kept other labels (" + unmet + "). Our user may lack the right to set labels, or somebody changed them at the same moment."
	}
	return nil
}

func applyNote(ctx context.Context, p Pen, ref, marker, text string, out *Outcome) error {
	old, err := p.Find(ctx, ref, marker)
	if err != nil {
		return err
	}
	if old.ID != "" && sameText(old.Body, text) {
		out.Comment = CommentSame
		return nil
	}
	id, err := p.Write(ctx, ref, Note{ID: old.ID, Body: text})
	if old.ID != "" && IsKind(err, NotFound) { // deleted while we looked
		old = Note{}
		id, err = p.Write(ctx, ref, Note{Body: text})
	}
	now := Note{}
	switch {
	case IsKind(err, Unknown): // the answer was lost: look before anything is repeated
		if now, _ = p.Find(ctx, ref, marker); !sameText(now.Body, text) {
			return err
		}
	case err != nil:
		return err
	case id != "":
		if now, err = p.Read(ctx, ref, id); err != nil {
			return err
		}
	}
	if !Carries(now.Body, marker) || old.ID != "" && sameText(now.Body, old.Body) {
		out.Ignored, out.Detail = true, "The tracker answered yes and does not hold our comment."
		return nil
	}
	out.Changed, out.Comment = true, CommentCreated
	if old.ID != "" {
		out.Comment = CommentEdited
	}
	return nil
}

// turn is what an issue has to be turned to, if anything.
func turn(want plumbline.WantedChange, now plumbline.Snapshot) (to Openness, ok bool) {
	if want.Reopen {
		return Opened, !now.Open
	}
	return Closed, want.Close && now.Open
}

func applyTurn(ctx context.Context, d Desk, ref string, to Openness, out *Outcome) error {
	wrote := d.Turn(ctx, ref, to)
	if wrote != nil && !IsKind(wrote, Unknown) {
		return wrote
	}
	after, err := d.Get(ctx, ref)
	if err != nil {
		return unsure(wrote, err)
	}
	out.After = after
	switch {
	case after.Open == (to == Opened):
		out.Changed = true
	case wrote != nil:
		return wrote
	case to == Opened:
		out.Ignored, out.Detail = true, "The tracker answered yes and left the issue closed."
	default:
		out.Ignored, out.Detail = true, "The tracker answered yes and left the issue open."
	}
	return nil
}

// unsure is the error when the read after a write fails: if the write's own
// outcome was unknown, it still is.
func unsure(wrote, read error) error {
	if wrote != nil {
		return wrote
	}
	return read
}

// Open makes one issue, once for its marker. It is the whole of [Opener.Open].
func Open(ctx context.Context, d Desk, a Drafter, separator string, want plumbline.WantedChange) (Outcome, error) {
	title := InertTitle(string(want.Title))
	if want.Marker == "" || title == "" {
		return Outcome{}, &Fault{Kind: Invalid, Text: "A new issue needs a title, and a marker to be found again by."}
	}
	ref, err := a.FindOpened(ctx, want.Marker)
	if err != nil {
		return Outcome{}, err
	}
	if ref != "" {
		after, err := d.Get(ctx, ref)
		return Outcome{After: after}, err
	}
	shelf, err := d.Shelf(ctx)
	if err != nil {
		return Outcome{}, err
	}
	labels, err := PlanLabels(plumbline.WantedChange{Add: want.Add}, nil, shelf, separator)
	if err != nil {
		return Outcome{}, err
	}
	ref, err = a.OpenIssue(ctx, title, Tagged(want.Marker, Inert(string(want.Body))), labels.Add)
	if IsKind(err, Unknown) { // the answer was lost: look before anything is repeated
		if found, failed := a.FindOpened(ctx, want.Marker); failed == nil && found != "" {
			ref, err = found, nil
		}
	}
	if err != nil {
		return Outcome{}, err
	}
	return opened(ctx, d, ref, labels)
}

// opened reads the new issue back.
func opened(ctx context.Context, d Desk, ref string, labels Relabel) (Outcome, error) {
	after, err := d.Get(ctx, ref)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Changed: true, After: after}
	if unmet := labels.unmet(after); unmet != "" {
		out.Ignored = true
		out.Detail = "The issue was opened, but the tracker dropped its labels (" + unmet + "): our user may lack the right to set them."
	}
	return out, nil
}
