package app_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/exchange"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// lived is a world in which much has happened to some items.
func lived(w *world) {
	first, second, third, fourth := w.validated("Restore within an hour"), w.file("Faster restores"), w.file("Cheaper builds"), w.file("Restores again")
	w.say(w.contributor, first.Key, "It takes *two hours* today.", false)
	w.say(w.pm, first.Key, "between us", true)
	w.say(w.contributor, second.Key, "a slip", false)
	w.ok(w.app.DeleteComment(w.ctx(), w.contributor, second.Key, app.LastComment))
	for _, who := range []plumbline.Actor{w.contributor, w.pm} {
		w.ok(w.app.Vote(w.ctx(), who, first.Key, true))
	}
	w.ok(w.app.Vote(w.ctx(), w.contributor, second.Key, true))
	w.ok(w.app.Watch(w.ctx(), w.requester, third.Key, false))
	w.ok(w.app.Watch(w.ctx(), w.admin, third.Key, true))
	_, err := w.app.Attach(w.ctx(), w.contributor, third.Key, app.EvidenceInput{Grade: plumbline.Measured, Text: "40 EUR an hour", Source: "https://example.com/bill", Internal: true})
	w.ok(err)
	w.ok(w.app.Relate(w.ctx(), w.pm, first.Key, app.RelationInput{Kind: "blocks", Other: third.Key}, true))
	w.ok(w.app.Relate(w.ctx(), w.pm, fourth.Key, app.RelationInput{Kind: "child of", Other: third.Key}, true))
	w.ok(w.app.Relate(w.ctx(), w.pm, third.Key, app.RelationInput{Kind: "related", Other: first.Key}, true))
	w.merge(second.Key, first.Key)
	w.merge(fourth.Key, second.Key)
	_, err = w.app.Decide(w.ctx(), w.pm, third.Key, app.DecisionInput{Outcome: plumbline.Later, Sentence: "In spring.", Reason: "The budget is spent.", Reopen: "new budget"})
	w.ok(err)
	_, err = w.app.Decide(w.ctx(), w.pm, third.Key, app.DecisionInput{Outcome: plumbline.Decline, Sentence: "Not at all.", Reason: "It was cut.", Reopen: "A date."})
	w.ok(err)
	secret := plumbline.Confidential
	_, err = w.app.Edit(w.ctx(), w.pm, w.file("Hidden").Key, app.EditInput{Visibility: &secret})
	w.ok(err)
}

// plainDocument is an export without what must differ in another installation:
// ids, the provenance, the number of changes, and the log of events; customers
// stay where they are.
func plainDocument(t *testing.T, export string) (out []map[string]any) {
	t.Helper()
	var strip func(v any) any
	strip = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for _, name := range []string{"id", "item", "by", "person", "requester", "version", "source", "history", "wanted_by"} {
				if _, text := v["grade"]; text && name == "source" {
					continue // of evidence: what it is from
				}
				delete(v, name)
			}
			for name := range v {
				v[name] = strip(v[name])
			}
		case []any:
			for i := range v {
				v[i] = strip(v[i])
			}
		}
		return v
	}
	for line := range strings.Lines(export) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		out = append(out, strip(m).(map[string]any))
	}
	return out
}

// What one installation exports another takes in with all that was said, voted,
// found out, decided and connected, and exports the same. The second import finds
// all of it there; one that was stopped half-way is ended by the next.
func TestFromOneInstallationToAnother(t *testing.T) {
	here := sqliteWorld(t)
	lived(here)
	all := plumbline.Filter{Status: "all"}
	export := here.exports(here.pm, all, "json")
	here.counted(here.imports(exchange.Import{Format: "plumbline"}, export), 0, 0, 5, 0)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.now = here.now
		w.counted(w.imports(exchange.Import{Format: "plumbline", DryRun: true}, export), 5, 0, 0, 0)
		lines := strings.SplitAfter(export, "\n")
		w.counted(w.imports(exchange.Import{Format: "plumbline"}, strings.Join(lines[:2], "")), 2, 0, 0, 0)
		w.counted(w.imports(exchange.Import{Format: "plumbline"}, export), 3, 0, 2, 0)
		again := w.exports(w.pm, all, "json")
		if diff := cmp.Diff(plainDocument(t, export), plainDocument(t, again)); diff != "" {
			t.Errorf("what was exported (-) and what came out again (+):\n%s", diff)
		}
		w.counted(w.imports(exchange.Import{Format: "plumbline"}, export), 0, 0, 5, 0)
		if after := w.exports(w.pm, all, "json"); after != again {
			t.Error("the second import changed something")
		}
		v := w.item(w.pm, w.keyOf("Restore within an hour"))
		if v.Votes != 2 || v.Open() == false || v.Team != "" {
			t.Errorf("got %+v", v.Row)
		}
	})
}

// What happened there since the last import comes with the next one.
func TestMoreFromAnotherInstallation(t *testing.T) {
	here, w := sqliteWorld(t), sqliteWorld(t)
	lived(here)
	all := plumbline.Filter{Status: "all"}
	w.counted(w.imports(exchange.Import{Format: "plumbline"}, here.exports(here.pm, all, "json")), 5, 0, 0, 0)
	third, hidden := here.keyOf("Cheaper builds"), here.keyOf("Hidden")
	here.say(here.pm, hidden, "More of it.", false)
	_, err := here.app.Attach(here.ctx(), here.pm, hidden, app.EvidenceInput{Grade: plumbline.Anecdote, Text: "Seen."})
	here.ok(err)
	here.ok(here.app.Vote(here.ctx(), here.admin, hidden, true))
	here.ok(here.app.Relate(here.ctx(), here.pm, hidden, app.RelationInput{Kind: "blocks", Other: third}, true))
	rep := w.imports(exchange.Import{Format: "plumbline"}, here.exports(here.pm, all, "json"))
	w.counted(rep, 0, 2, 3, 0)
	v := w.item(w.pm, w.keyOf("Hidden"))
	if v.Votes != 1 || v.Row.Evidence != 1 || v.Comments != 1 || len(v.Together.Relations) != 1 {
		t.Errorf("got %+v, %+v", v.Row, v.Together)
	}
}

// keyOf is the key of the item with a title.
func (w *world) keyOf(title string) plumbline.Key {
	w.t.Helper()
	list, err := w.app.Items(w.ctx(), w.pm, plumbline.Filter{Status: "all"})
	w.ok(err)
	for _, r := range list.Rows.Rows {
		if r.Title == title {
			return r.Key
		}
	}
	w.t.Fatalf("there is no %q", title)
	return ""
}
