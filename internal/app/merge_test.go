package app_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/likeness"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func (w *world) merge(from, into plumbline.Key) plumbline.Item {
	w.t.Helper()
	it, err := w.app.Merge(w.ctx(), w.pm, from, app.MergeInput{Into: into})
	w.ok(err)
	return it
}

func (w *world) say(who plumbline.Actor, key plumbline.Key, text string, internal bool) {
	w.t.Helper()
	_, err := w.app.Comment(w.ctx(), who, key, app.CommentInput{Body: text, Internal: internal})
	w.ok(err)
}

// Two people ask for the same. Merged, both voices count once each at the target;
// the merged item says where it goes on; unmerged, all is as it was.
func TestMergeAndUnmerge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		first, second := w.file("Restore within an hour").Key, w.file("Faster restores").Key
		w.ok(w.app.Vote(w.ctx(), w.contributor, first, true))
		w.ok(w.app.Vote(w.ctx(), w.contributor, second, true))
		w.ok(w.app.Vote(w.ctx(), w.pm, second, true))
		w.say(w.contributor, second, "Ours takes four hours.", false)
		w.say(w.contributor, second, "Between us: the contract is at stake.", true)
		before := w.item(w.pm, second)
		w.merge(second, first)

		target, merged := w.item(w.pm, first), w.item(w.pm, second)
		if target.Votes != 2 || len(target.Said) != 2 || target.Watchers != 3 || len(target.Together.Joined) != 1 {
			t.Errorf("the target has %d votes, %d comments, %d followers and %v", target.Votes, len(target.Said), target.Watchers, target.Together.Joined)
		}
		if merged.Open() || merged.Merged != first || len(merged.Clocks) != 0 || len(merged.Targets) != 0 || !strings.Contains(merged.Sentence, string(first)) {
			t.Errorf("the merged item is %+v, %q, with clocks %v", merged.Row.Item, merged.Sentence, merged.Clocks)
		}
		if got := len(w.item(w.requester, first).Said); got != 1 {
			t.Errorf("the requester reads %d comments at the target, want the one that is not internal", got)
		}
		w.refused(w.app.Vote(w.ctx(), plumbline.Nobody(), second, true), plumbline.Unauthenticated, "Sign in")
		_, err := w.app.Move(w.ctx(), w.pm, second, app.MoveInput{To: "workflow::design"})
		w.refused(err, plumbline.Conflict, "was merged into "+string(first))

		_, err = w.app.Unmerge(w.ctx(), w.pm, second, merged.Version)
		w.ok(err)
		after := w.item(w.pm, second)
		if after.State != before.State || after.Closed != before.Closed || after.Votes != before.Votes || after.Remit != before.Remit || after.Merged != "" {
			t.Errorf("after the end of the merge: %+v, before it: %+v", after.Row, before.Row)
		}
		if target := w.item(w.pm, first); target.Votes != 1 || len(target.Said) != 0 || len(target.Together.Joined) != 0 {
			t.Errorf("the target keeps %d votes and %d comments", target.Votes, len(target.Said))
		}
		if got := w.events(second); !strings.HasSuffix(got, "item merged, item unmerged") {
			t.Errorf("events: %s", got)
		}
	})
}

func TestMergeRefuses(t *testing.T) {
	w := sqliteWorld(t)
	a, b, c := w.file("A").Key, w.file("B").Key, w.file("C").Key
	into := func(from, to plumbline.Key) error {
		_, err := w.app.Merge(w.ctx(), w.pm, from, app.MergeInput{Into: to})
		return err
	}
	w.refused(into(a, a), plumbline.Invalid, "into itself")
	w.refused(into(a, ""), plumbline.Invalid, "Say which item")
	w.refused(into(a, "REQ-99"), plumbline.Invalid, "There is no item REQ-99")
	w.merge(a, b)
	w.refused(into(a, c), plumbline.Conflict, "was merged into "+string(b)+" already")
	w.refused(into(b, a), plumbline.Invalid, "round in a circle")
	w.merge(b, c)
	w.refused(into(c, a), plumbline.Invalid, "round in a circle")
	if chain := w.item(w.pm, a).Together.MergedInto; len(chain) != 2 || chain[1].Key != c {
		t.Errorf("A goes on as %v, want B and then C", chain)
	}
	_, err := w.app.Unmerge(w.ctx(), w.pm, c, 0)
	w.refused(err, plumbline.Conflict, "not merged")
	_, err = w.app.Merge(w.ctx(), w.pm, c, app.MergeInput{Into: w.file("D").Key, Version: 99})
	w.refused(err, plumbline.Conflict, "was changed meanwhile")

	hidden := w.file("Hidden")
	confidential := plumbline.Confidential
	_, err = w.app.Edit(w.ctx(), w.pm, hidden.Key, app.EditInput{Visibility: &confidential})
	w.ok(err)
	w.refused(into(c, hidden.Key), plumbline.Invalid, "could not follow it")
}

// What was said of a confidential item stays with those who see that item, though
// it counts at the target.
func TestMergeKeepsSecrets(t *testing.T) {
	w := sqliteWorld(t)
	open, secret := w.file("Restore within an hour").Key, w.file("Restore for a customer").Key
	confidential := plumbline.Confidential
	_, err := w.app.Edit(w.ctx(), w.pm, secret, app.EditInput{Visibility: &confidential})
	w.ok(err)
	w.say(w.pm, secret, "Nobody else may read this.", false)
	_, err = w.app.Attach(w.ctx(), w.pm, secret, app.EvidenceInput{Grade: plumbline.Measured, Text: "Nor this."})
	w.ok(err)
	w.merge(secret, open)
	v := w.item(w.contributor, open)
	if len(v.Said) != 0 || len(v.Proof) != 0 || len(v.Together.Joined) != 0 || strings.Contains(w.historyOf(w.contributor, open), string(secret)) {
		t.Errorf("a contributor reads %v, %v and %v of the confidential item", v.Said, v.Proof, v.Together.Joined)
	}
	if v := w.item(w.pm, open); len(v.Said) != 1 || len(v.Proof) != 1 {
		t.Errorf("the product manager reads %v and %v", v.Said, v.Proof)
	}
	for who, want := range map[string]int{"mara": 2, "ines": 1} {
		actor := map[string]plumbline.Actor{"mara": w.pm, "ines": w.contributor}[who]
		likes, err := w.app.Similar(w.ctx(), actor, likeness.Question{Title: "restore", Faint: true})
		w.ok(err)
		if len(likes) != want {
			t.Errorf("%s finds %d items alike, want %d", who, len(likes), want)
		}
	}
}

func (w *world) historyOf(who plumbline.Actor, key plumbline.Key) string {
	w.t.Helper()
	var b strings.Builder
	for _, h := range w.item(who, key).History {
		b.WriteString(h.Sentence + "; ")
	}
	return b.String()
}

// The issue of a merged item is told where it goes on, in our one comment, and is
// closed when that is the tracker's policy. That our own closing comes back, or
// that people open it again, does not undo the merge.
func TestMergeTellsTheTracker(t *testing.T) {
	for policy, want := range map[string]string{"close": "tell comment, close issue", "leave": "tell comment"} {
		t.Run(policy, func(t *testing.T) {
			w := sqliteWorld(t)
			w.tracker(func(l *plumbline.LinkState) { l.OnDecline = policy })
			target := w.file("Restore within an hour").Key
			from := w.sees(w.issue("infrapm")).Item
			_, issue := w.carryOut(w.issue("infrapm"))
			w.sees(issue)
			w.merge(from, target)
			done, issue := w.carryOut(issue)
			var kinds []string
			for _, d := range done {
				kinds = append(kinds, strings.TrimSuffix(d, " + -"))
			}
			if got := strings.Join(kinds, ", "); got != want {
				t.Errorf("the tracker got %q, want %q", got, want)
			}
			w.now = w.now.Add(time.Minute)
			issue.Updated = plumbline.At(w.now)
			w.sees(issue)
			if it := w.item(w.pm, from); it.Merged != target || it.Open() {
				t.Errorf("after our own writes came back: %+v", it.Row.Item)
			}
			issue.Open, issue.Updated = true, plumbline.At(w.now.Add(time.Second))
			w.sees(issue)
			if it := w.item(w.pm, from); it.Merged != target || it.Open() {
				t.Errorf("after people opened the issue again: %+v", it.Row.Item)
			}
		})
	}
}

// Ending a merge opens the issue again that the merge has closed; one that was
// never closed, or that people have opened meanwhile, is only told.
func TestUnmergeOpensTheIssueAgain(t *testing.T) {
	for _, c := range []struct {
		name, policy  string
		carried, open bool // before the merge ends: its actions are carried out; people open the issue again
		want          string
	}{
		{"closed", "close", true, false, "tell comment, reopen issue"},
		{"not closed yet", "close", false, false, "tell comment"},
		{"open already", "close", true, true, "tell comment"},
		{"left open", "leave", true, false, "tell comment"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := sqliteWorld(t)
			w.tracker(func(l *plumbline.LinkState) { l.OnDecline = c.policy })
			target := w.file("Restore within an hour").Key
			from := w.sees(w.issue("infrapm")).Item
			_, issue := w.carryOut(w.issue("infrapm"))
			w.sees(issue)
			was := w.item(w.pm, from).Row.Item
			w.merge(from, target)
			if c.carried {
				_, issue = w.carryOut(issue)
			}
			later := func() {
				w.now = w.now.Add(time.Minute)
				issue.Updated = plumbline.At(w.now)
				w.sees(issue)
			}
			later()
			if c.open {
				issue.Open = true
				later()
			}
			_, err := w.app.Unmerge(w.ctx(), w.pm, from, 0)
			w.ok(err)
			done, issue2 := w.carryOut(issue)
			issue = issue2
			for i, d := range done {
				done[i] = strings.TrimSuffix(d, " + -")
			}
			if got := strings.Join(done, ", "); got != c.want || !issue.Open {
				t.Errorf("the tracker got %q, want %q; the issue is open: %v", got, c.want, issue.Open)
			}
			later()
			if it := w.item(w.pm, from); it.Merged != "" || !it.Open() || it.State != was.State {
				t.Errorf("after our own writes came back: %+v, it was %+v", it.Row.Item, was)
			}
			if out, _ := w.carryOut(issue); len(out) != 0 {
				t.Errorf("more is written: %q", out)
			}
		})
	}
}

func TestRelations(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		a, b, c := w.file("A").Key, w.file("B").Key, w.file("C").Key
		set := func(on bool, key plumbline.Key, kind string, other plumbline.Key) error {
			return w.app.Relate(w.ctx(), w.contributor, key, app.RelationInput{Kind: kind, Other: other}, on)
		}
		w.ok(set(true, a, "blocks", b))
		w.ok(set(true, a, "blocks", b))
		w.ok(set(true, c, "blocked by", b))
		w.refused(set(true, c, "blocks", a), plumbline.Invalid, "round in a circle")
		w.refused(set(true, a, "blocked by", a), plumbline.Invalid, "with itself")
		w.ok(set(true, a, "parent of", b))
		w.refused(set(true, b, "parent of", a), plumbline.Invalid, "round in a circle")
		w.refused(set(true, b, "child of", c), plumbline.Invalid, "one at most")
		w.ok(set(true, c, "related", a))
		w.ok(set(true, a, "related", c))
		w.refused(set(true, a, "likes", c), plumbline.Invalid, "not \"likes\"")
		w.refused(set(true, a, "related", "REQ-99"), plumbline.Invalid, "There is no item")
		for key, want := range map[plumbline.Key]string{
			a: "blocks " + string(b) + ", parent of " + string(b) + ", related " + string(c),
			b: "blocks " + string(c) + ", blocked by " + string(a) + ", child of " + string(a),
			c: "blocked by " + string(b) + ", related " + string(a),
		} {
			var got []string
			for _, r := range w.item(w.requester, key).Together.Relations {
				got = append(got, r.Kind+" "+string(r.Key))
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%s: %s, want %s", key, strings.Join(got, ", "), want)
			}
		}
		w.ok(set(false, b, "blocked by", a))
		w.ok(set(false, b, "blocked by", a))
		if got := w.events(a); got != "item filed, items related, items related, items related, relation ended" {
			t.Errorf("events of A: %s", got)
		}
	})
}
