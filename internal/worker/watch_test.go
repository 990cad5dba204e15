package worker_test

import (
	"slices"
	"strconv"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/store"
)

// hook hands in a delivery, as the door for hooks does.
func (w *world) hook(id plumbline.LinkID, delivery, ref string) {
	w.Helper()
	_, err := w.app.Receive(w.Context(), plumbline.Delivery{Link: id, ID: delivery, Event: "issue", Ref: ref, At: plumbline.At(time.Now())}, []byte("{}"))
	w.must(err)
}

// item is the item of an issue; nil when there is none.
func (w *world) item(id plumbline.LinkID, ref string) (it *plumbline.Item) {
	w.Helper()
	err := w.db.Read(w.Context(), func(tx *store.Tx) error {
		m, ok, err := tx.Mirror(id, ref)
		if err != nil || !ok || m.Item == "" {
			return err
		}
		found, err := tx.Item(m.Item)
		it = &found
		return err
	})
	w.must(err)
	return it
}

func (w *world) mirror(id plumbline.LinkID, ref string) (m plumbline.Mirror) {
	w.Helper()
	w.must(w.db.Read(w.Context(), func(tx *store.Tx) (err error) {
		m, _, err = tx.Mirror(id, ref)
		return err
	}))
	return m
}

func (w *world) actions(id plumbline.LinkID, statuses ...plumbline.ActionStatus) (acts []plumbline.Action) {
	w.Helper()
	w.must(w.db.Read(w.Context(), func(tx *store.Tx) (err error) {
		acts, err = tx.Actions(id, statuses, 1000)
		return err
	}))
	return acts
}

func (w *world) seq() int64 {
	w.Helper()
	n, err := w.app.LastSeq(w.Context())
	w.must(err)
	return n
}

// wantPickedUp checks that an issue was picked up once: one item, one label of
// the product manager's lane, the trigger left alone, one comment.
func (w *world) wantPickedUp(id plumbline.LinkID, ref string) plumbline.Item {
	w.Helper()
	it := w.item(id, ref)
	if it == nil {
		w.Fatalf("issue %s was not picked up; labels %q\n%s", ref, w.fakes[id].IssueLabels(ref), w.log)
	}
	if m := w.mirror(id, ref); m.Episode != 1 || !m.Active {
		w.Errorf("issue %s: episode %d, active %v; want 1, true", ref, m.Episode, m.Active)
	}
	want := []string{trigger, string(it.State)}
	slices.Sort(want)
	if got := w.fakes[id].IssueLabels(ref); !slices.Equal(got, want) {
		w.Errorf("issue %s has the labels %q, want %q", ref, got, want)
	}
	w.wantComments(id, ref, 1)
	return *it
}

func (w *world) wantComments(id plumbline.LinkID, ref string, n int) {
	w.Helper()
	if got := w.fakes[id].Comments(ref); len(got) != n {
		w.Errorf("issue %s has %d comments, want %d: %+v", ref, len(got), n, got)
	}
}

// wantWrites checks how many requests changed something in the tracker.
func (w *world) wantWrites(id plumbline.LinkID, n int) {
	w.Helper()
	got := w.fakes[id].Writes()
	if len(got) == n {
		return
	}
	w.Errorf("%d writes, want %d:", len(got), n)
	for _, r := range got {
		w.Errorf("  %s %s %s", r.Method, r.Path, r.Body)
	}
}

// wantLogged checks how many lines of the log hold all of the words.
func (w *world) wantLogged(n int, words ...string) {
	w.Helper()
	if got := w.log.count(words...); got != n {
		w.Errorf("%d log lines with %q, want %d:\n%s", got, words, n, w.log)
	}
}

// test asks for the tracker to be looked at again, as a person would.
func (w *world) test(id plumbline.LinkID) {
	w.Helper()
	w.must(w.app.AskLink(w.Context(), w.admin, id, "test"))
	w.pass(2 * time.Second)
}

// pursued files an item of our own that is worth pursuing.
func (w *world) pursued() plumbline.Key {
	w.Helper()
	it, err := w.app.File(w.Context(), w.admin, app.FileInput{Title: "A second region", Fields: map[string]string{
		"statement": "One region is not enough.", "reach": "10", "impact": "3", "confidence": "100",
	}})
	w.must(err)
	_, err = w.app.Decide(w.Context(), w.admin, it.Key, app.DecisionInput{Outcome: plumbline.Pursue, Sentence: "We will do it."})
	w.must(err)
	return it.Key
}

func itoa(n int) string { return strconv.Itoa(n) }
