package trackers

import (
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/app/wording"
	"plumbline/internal/store"
)

// Tell plans our one comment on the item's issue, saying where the item stands
// now. It is one comment, edited in place; an older text that was not written
// yet is dropped.
func (a *Trackers) Tell(tx *store.Tx, it plumbline.Item) error {
	link, m, ok, err := a.IssueOf(tx, it)
	if err != nil || !ok {
		return err
	}
	text, err := a.status(tx, it)
	if err != nil {
		return err
	}
	acts, err := tx.ActionsFor(it.ID)
	if err != nil {
		return err
	}
	if lastTold(acts, it.Ref) == text {
		return nil
	}
	if _, err := tx.DropWaiting(it.Link, it.Ref, plumbline.TellComment, "A newer text took its place.", a.now()); err != nil {
		return err
	}
	want := plumbline.WantedChange{Marker: string(it.Key), Comment: text}
	return a.Plan(tx, it, link, m, "comment", plumbline.TellComment, want, nil)
}

// lastTold is the newest text that was or will be written on the issue.
func lastTold(acts []plumbline.Action, ref string) (text plumbline.PublicText) {
	var newest plumbline.ActionID
	for _, act := range acts {
		dead := act.Status == plumbline.ActionDropped || act.Status == plumbline.ActionFailed || act.Status == plumbline.ActionStale
		if act.Kind == plumbline.TellComment && act.Ref == ref && !dead && act.ID > newest {
			newest, text = act.ID, act.Want.Comment
		}
	}
	return text
}

// status is the public text about where an item stands: made of fixed
// sentences, the decision's public sentence and re-open condition, the team's
// name and the state's. Nothing else of the item can get into it.
func (a *Trackers) status(tx *store.Tx, it plumbline.Item) (plumbline.PublicText, error) {
	def, err := a.Process(it.Process)
	if err != nil {
		return "", err
	}
	if it.Merged != "" {
		return plumbline.PublicText(fmt.Sprintf("**Asked for already**\n\nThis asks for the same as %s and counts there: every voice, follower and comment. "+
			"What happens is said there.", a.Address(it.Merged))), nil
	}
	d, decided, err := tx.Decision(it.ID)
	if err != nil {
		return "", err
	}
	team := ""
	if it.Team != "" {
		t, err := tx.Team(it.Team)
		if err != nil && plumbline.KindOf(err) != plumbline.NotFound {
			return "", err
		}
		team = t.Name
	}
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n\n", wording.Headline(def, it, d, decided))
	if decided {
		fmt.Fprintf(&b, "%s\n\n", strings.TrimSpace(string(d.Sentence)))
		if d.Reopen != "" {
			fmt.Fprintf(&b, "We look at it again when: %s\n\n", strings.TrimSpace(d.Reopen))
		}
		if d.Outcome == plumbline.Redirect {
			where, err := wentTo(tx, it)
			if err != nil {
				return "", err
			}
			if where != "" {
				fmt.Fprintf(&b, "%s\n\n", where)
			}
		}
	} else if it.Open() && it.State == def.Start {
		b.WriteString("We are finding out who needs this, why, and what it is worth. The decision and its reasons will be written here.\n\n")
	}
	if said := strings.TrimSpace(string(it.States[it.State.Lane()].Message)); said != "" && (!decided || said != strings.TrimSpace(string(d.Sentence))) {
		fmt.Fprintf(&b, "%s\n\n", said)
	}
	if team != "" {
		fmt.Fprintf(&b, "Team: %s. ", team)
	}
	fmt.Fprintf(&b, "State: %s. Tracked as %s.", it.State.Name(), a.Address(it.Key))
	return plumbline.PublicText(b.String()), nil
}

// Address is the item's key, as a Markdown link when we know our own address.
func (a *Trackers) Address(key plumbline.Key) string {
	if a.base == "" {
		return string(key)
	}
	return fmt.Sprintf("[%s](%s/items/%s)", key, a.base, key)
}

// issueBody is the public text of an issue we open: what was asked and the
// problem statement.
func (a *Trackers) issueBody(it plumbline.Item) plumbline.PublicText {
	var b strings.Builder
	if s := strings.TrimSpace(it.Fields["statement"]); s != "" {
		fmt.Fprintf(&b, "## Problem\n\n%s\n\n", s)
	}
	if s := strings.TrimSpace(it.Body); s != "" {
		fmt.Fprintf(&b, "## As it was asked\n\n%s\n\n", s)
	}
	fmt.Fprintf(&b, "Tracked as %s.", a.Address(it.Key))
	return plumbline.PublicText(b.String())
}
