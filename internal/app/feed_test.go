package app_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/store"
)

// However many follow what happens, it is read once; and each is told what they
// would be told by asking alone.
func TestFollowersShareAReading(t *testing.T) {
	w := sqliteWorld(t)
	mara := w.pm
	start, err := w.app.LastSeq(w.ctx())
	if err != nil {
		t.Fatal(err)
	}
	for _, visible := range []plumbline.Visibility{plumbline.Public, plumbline.Public, plumbline.Confidential} {
		if _, err := w.app.File(w.ctx(), mara, app.FileInput{Title: "Followed", Visibility: visible}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, queries := store.CountQueries(w.ctx())
	for range 1000 {
		events, last, err := w.app.Follow(ctx, mara, start)
		if err != nil || len(events) != 3 || last != start+3 {
			t.Fatalf("%d events up to %d, %v", len(events), last, err)
		}
	}
	if n := queries.N.Load(); n != 2 {
		t.Errorf("a thousand followers took %d statements, want 2", n)
	}
	for _, role := range plumbline.Roles[1:] {
		who := plumbline.Actor{Person: mara.Person, Name: "x", Role: role}
		other := plumbline.Actor{Person: "somebody else", Name: "y", Role: role}
		for _, who := range []plumbline.Actor{who, other} {
			for after := range start + 4 {
				got, last, err1 := w.app.Follow(w.ctx(), who, after)
				want, end, err2 := w.app.CatchUp(w.ctx(), who, after)
				if err1 != nil || err2 != nil || last != end || len(got) != len(want) {
					t.Fatalf("%s after %d: %d events up to %d (%v), want %d up to %d (%v)", who.Role, after, len(got), last, err1, len(want), end, err2)
				}
				for i := range got {
					if got[i].Seq != want[i].Seq {
						t.Errorf("%s after %d: event %d, want %d", who.Role, after, got[i].Seq, want[i].Seq)
					}
				}
			}
		}
	}
}
