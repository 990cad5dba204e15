package app_test

import (
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/saved"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func ptr[T any](v T) *T { return &v }

// lines are what a change of many says, one item a line.
func lines(v app.BulkView) string {
	var b strings.Builder
	for _, l := range v.Lines {
		b.WriteString(string(l.Key) + " " + strings.Join(l.Changes, "; "))
		if l.Why != "" {
			b.WriteString(" (" + l.Why + ")")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// A preview says what would happen and changes nothing; the change does just
// that, and what may not be done to one item does not stop the others.
func TestBulkDoesWhatThePreviewSays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		one, two, three := w.file("One"), w.file("Two"), w.validated("Three")
		_, err := w.app.Decide(w.ctx(), w.pm, three.Key, app.DecisionInput{Outcome: plumbline.Pursue, Sentence: "Yes.", Team: "reliability"})
		w.ok(err)
		in := app.BulkInput{Keys: []plumbline.Key{one.Key, two.Key, three.Key, "req-1", "REQ-99"}, Team: ptr(plumbline.TeamRef("delivery")), Priority: ptr("P2"), Watch: true}
		preview, err := w.app.PreviewBulk(w.ctx(), w.pm, in)
		w.ok(err)
		want := `REQ-1 priority: nothing → P2; team: nothing → delivery; you follow it
REQ-2 priority: nothing → P2; team: nothing → delivery; you follow it
REQ-3  (REQ-3 was handed off already. Move it back to validation and hand it off again to give it to another team.)
REQ-99  (There is no item REQ-99, or you may not see it. Look it up in the list of items.)
`
		if got := lines(preview); got != want || preview.Count != 2 {
			t.Fatalf("got %d:\n%s\nwant\n%s", preview.Count, got, want)
		}
		if got := w.item(w.pm, one.Key); got.Version != one.Version || got.Watching {
			t.Errorf("the preview changed %+v", got.Row)
		}
		done, err := w.app.Bulk(w.ctx(), w.pm, in)
		w.ok(err)
		if got := lines(done); got != want || done.Batch == "" {
			t.Errorf("done:\n%s\nwant\n%s", got, want)
		}
		if got := w.item(w.pm, one.Key); got.Team != "delivery" || got.Priority != "P2" || !got.Watching || got.Version != one.Version+1 {
			t.Errorf("got %+v", got.Row)
		}
		if got := w.item(w.pm, three.Key); got.Team != "reliability" || got.Priority != "" {
			t.Errorf("the refused one was changed: %+v", got.Row)
		}
		again, err := w.app.Bulk(w.ctx(), w.pm, in)
		w.ok(err)
		if again.Count != 0 || w.item(w.pm, one.Key).Version != one.Version+1 {
			t.Errorf("the second time: %s", lines(again))
		}
	})
}

// Undo restores what nobody changed since, and names the rest.
func TestUndoOfABatchKeepsWhatOthersDid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		one, two := w.file("One"), w.file("Two")
		done, err := w.app.Bulk(w.ctx(), w.pm, app.BulkInput{Keys: []plumbline.Key{one.Key, two.Key}, Assignee: ptr("mara"), Priority: ptr("P1"), Fields: map[string]string{"needed_by": "2026-12-24"}, Watch: true})
		w.ok(err)
		_, err = w.app.Edit(w.ctx(), w.contributor, two.Key, app.EditInput{Priority: ptr("P3")})
		w.ok(err)
		_, err = w.app.UndoBatch(w.ctx(), w.contributor, done.Batch)
		w.refused(err, plumbline.Denied, "Only who made this change")
		undone, err := w.app.UndoBatch(w.ctx(), w.pm, done.Batch)
		w.ok(err)
		if got := lines(undone); !strings.Contains(got, "REQ-2") || !strings.Contains(got, "Changed since by others, so it stays: priority.") {
			t.Errorf("got\n%s", got)
		}
		a, b := w.item(w.pm, one.Key), w.item(w.pm, two.Key)
		if a.Assignee != "" || a.Priority != "" || a.Fields["needed_by"] != "" || a.Watching {
			t.Errorf("not restored: %+v", a.Row)
		}
		if b.Assignee != "" || b.Priority != "P3" || b.Fields["needed_by"] != "" {
			t.Errorf("not restored, or lost what others did: %+v", b.Row)
		}
		_, err = w.app.UndoBatch(w.ctx(), w.pm, done.Batch)
		w.refused(err, plumbline.Conflict, "taken back already")
		_, err = w.app.UndoBatch(w.ctx(), w.pm, "none")
		w.refused(err, plumbline.NotFound, "no batch")
	})
}

// A move of many obeys the flow item by item, and is taken back as a move.
func TestBulkMoves(t *testing.T) {
	w := sqliteWorld(t)
	one, two := w.validated("One"), w.file("Two")
	const to, from = "workflow::validation backlog", "workflow::problem validation"
	in := app.BulkInput{Keys: []plumbline.Key{one.Key, two.Key}, To: to, Versions: map[plumbline.Key]int64{one.Key: one.Version, two.Key: two.Version + 1}}
	done, err := w.app.Bulk(w.ctx(), w.pm, in)
	w.ok(err)
	if got := w.item(w.pm, one.Key); got.State != to || !strings.Contains(lines(done), "changed meanwhile") {
		t.Fatalf("%s is in %s, want %s:\n%s", one.Key, got.State, to, lines(done))
	}
	denied, err := w.app.PreviewBulk(w.ctx(), w.requester, app.BulkInput{Keys: []plumbline.Key{one.Key}, Priority: ptr("P1")})
	w.ok(err)
	if denied.Count != 0 || denied.Lines[0].Why == "" {
		t.Errorf("a requester: %s", lines(denied))
	}
	undone, err := w.app.UndoBatch(w.ctx(), w.pm, done.Batch)
	w.ok(err)
	if got := w.item(w.pm, one.Key); got.State != from {
		t.Errorf("%s is in %s, want %s:\n%s", one.Key, got.State, from, lines(undone))
	}
}

func TestBulkInput(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("One")
	_, err := w.app.Bulk(w.ctx(), w.pm, app.BulkInput{Watch: true})
	w.refused(err, plumbline.Invalid, "at least one item")
	_, err = w.app.Bulk(w.ctx(), w.pm, app.BulkInput{Keys: []plumbline.Key{it.Key}})
	w.refused(err, plumbline.Invalid, "what is to be changed")
	_, err = w.app.Bulk(w.ctx(), w.pm, app.BulkInput{Keys: make([]plumbline.Key, 201), Watch: true})
	w.refused(err, plumbline.Invalid, "at most 200")
	_, err = w.app.Bulk(w.ctx(), plumbline.Nobody(), app.BulkInput{Keys: []plumbline.Key{it.Key}, Watch: true})
	w.refused(err, plumbline.Unauthenticated, "Sign in")
}

// A filter by a private field would tell what is in it.
func TestPrivateFieldsAreNoFilter(t *testing.T) {
	w := sqliteWorld(t)
	w.file("One")
	for _, q := range []string{"field.plan_tier:gold", "-has:field.plan_tier", "memory or field.ticket>5"} {
		_, err := w.app.Items(w.ctx(), w.requester, plumbline.Filter{Text: q})
		w.refused(err, plumbline.Invalid, "that you may read")
		_, err = w.app.Items(w.ctx(), w.contributor, plumbline.Filter{Text: q})
		w.ok(err)
	}
	list, err := w.app.Items(w.ctx(), w.requester, plumbline.Filter{Text: `requester:me created>1d state:"problem validation"`})
	w.ok(err)
	if list.Total != 1 {
		t.Errorf("found %d, want 1", list.Total)
	}
}

func TestSavedViews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		make := func(who plumbline.Actor, name string, shared bool) (plumbline.View, error) {
			return w.app.MakeView(w.ctx(), who, saved.ViewInput{Name: &name, Shared: &shared, Filter: ptr("status=all&q=team%3Aa&cursor=x"), Layout: ptr(plumbline.AsBoard),
				Limits: map[plumbline.State]int{"workflow::x": 3}})
		}
		names := func(who plumbline.Actor) string {
			views, err := w.app.Views(w.ctx(), who)
			w.ok(err)
			var out []string
			for _, v := range views {
				if v.Default {
					v.Name += "*"
				}
				out = append(out, v.Name)
			}
			return strings.Join(out, " ")
		}
		own, err := make(w.requester, "mine", false)
		w.ok(err)
		shared, err := make(w.contributor, "ours", true)
		w.ok(err)
		if shared.Filter != "q=team%3Aa&status=all" || shared.Limits["workflow::x"] != 3 {
			t.Errorf("kept %+v", shared)
		}
		_, err = make(w.requester, "shared by a requester", true)
		w.refused(err, plumbline.Denied, "share views")
		_, err = make(w.requester, " ", false)
		w.refused(err, plumbline.Invalid, "name is missing")
		_, err = w.app.ChangeView(w.ctx(), w.requester, own.ID, saved.ViewInput{Filter: ptr("q=tem%3Aa")})
		w.refused(err, plumbline.Invalid, "Did you mean team?")
		_, err = w.app.ChangeView(w.ctx(), w.requester, own.ID, saved.ViewInput{Columns: []string{"nonsense"}})
		w.refused(err, plumbline.Invalid, "not a column")
		if got := names(w.requester) + "/" + names(w.pm); got != "mine ours/ours" {
			t.Errorf("seen: %s", got)
		}
		_, err = w.app.View(w.ctx(), w.pm, own.ID)
		w.refused(err, plumbline.NotFound, "not shared with you")
		_, err = w.app.ChangeView(w.ctx(), w.requester, shared.ID, saved.ViewInput{Name: ptr("stolen")})
		w.refused(err, plumbline.Denied, "Only the owner")
		w.ok(w.app.BeginWith(w.ctx(), w.requester, shared.ID, true))
		if got := names(w.requester); got != "mine ours*" {
			t.Errorf("begins with: %s", got)
		}
		changed, err := w.app.ChangeView(w.ctx(), w.pm, shared.ID, saved.ViewInput{Name: ptr("all of ours"), Version: shared.Version})
		w.ok(err)
		_, err = w.app.ChangeView(w.ctx(), w.pm, shared.ID, saved.ViewInput{Name: ptr("late"), Version: shared.Version})
		w.refused(err, plumbline.Conflict, "changed meanwhile")
		if changed.Version != 2 || changed.Owner != w.contributor.Person {
			t.Errorf("changed: %+v", changed)
		}
		_, err = w.app.ChangeView(w.ctx(), w.contributor, shared.ID, saved.ViewInput{Shared: ptr(false)})
		w.ok(err)
		if got := names(w.requester); got != "mine" {
			t.Errorf("after it was no longer shared: %s", got)
		}
		w.ok(w.app.BeginWith(w.ctx(), w.requester, own.ID, true))
		w.ok(w.app.DeleteView(w.ctx(), w.requester, own.ID))
		if got := names(w.requester); got != "" {
			t.Errorf("after all: %s", got)
		}
		_, err = w.app.MakeView(w.ctx(), plumbline.SystemActor("x"), saved.ViewInput{Name: ptr("x")})
		w.refused(err, plumbline.Denied, "belong to people")
	})
}
