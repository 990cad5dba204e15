package app_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/exchange"
	"plumbline/internal/app/judging"
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
	w.estimates(first.Key, third.Key)
	_, err = w.app.Decide(w.ctx(), w.pm, third.Key, app.DecisionInput{Outcome: plumbline.Later, Sentence: "In spring.", Reason: "The budget is spent.", Reopen: "new budget"})
	w.ok(err)
	_, err = w.app.Decide(w.ctx(), w.pm, third.Key, app.DecisionInput{Outcome: plumbline.Decline, Sentence: "Not at all.", Reason: "It was cut.", Reopen: "A date."})
	w.ok(err)
	secret := plumbline.Confidential
	_, err = w.app.Edit(w.ctx(), w.pm, w.file("Hidden").Key, app.EditInput{Visibility: &secret})
	w.ok(err)
}

// estimates says of one item what two people thought, one of them twice, and of
// another what a closed round and an amount say; what an open round asks stays.
func (w *world) estimates(first, third plumbline.Key) {
	w.t.Helper()
	w.estimate(w.contributor, first, "reach", "6-10")
	_, err := w.app.Estimate(w.ctx(), w.pm, first, judging.EstimateInput{Factor: "effort", Text: "2-5", Grade: plumbline.Measured, Source: "survey of May", Observed: plumbline.At(w.now)})
	w.ok(err)
	w.now = w.now.Add(time.Hour)
	w.estimate(w.contributor, first, "effort", "20-50", "confidence", "60-90%")
	w.now = w.now.Add(time.Hour)
	w.estimate(w.contributor, first, "effort", "3-6", "reach", "?")
	w.estimate(w.pm, third, "cost_of_delay", "7001-7011")
	round, err := w.app.OpenRound(w.ctx(), w.pm, judging.RoundInput{Title: "Builds", Items: []plumbline.Key{third}, Factors: []plumbline.Factor{"impact"}})
	w.ok(err)
	w.estimate(w.contributor, third, "impact", "1-2")
	_, err = w.app.CloseRound(w.ctx(), w.pm, round.ID)
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

// Estimates come with who gave them, and what ended there ends here. Amounts go out
// and come in by the hands of the cleared only, answers of an open round not at all.
func TestEstimatesOfAnotherInstallation(t *testing.T) {
	here := sqliteWorld(t)
	lived(here)
	first := here.keyOf("Restore within an hour")
	_, err := here.app.OpenRound(here.ctx(), here.pm, judging.RoundInput{Title: "Impact", Items: []plumbline.Key{first}, Factors: []plumbline.Factor{"impact"}})
	here.ok(err)
	here.estimate(here.contributor, first, "impact", "0.317-0.371")
	all := plumbline.Filter{Status: "all"}
	before := here.exports(here.pm, all, "json")
	for who, lacks := range map[*plumbline.Actor][]string{&here.pm: {"0.317"}, &here.contributor: {"7001"}, &here.requester: {"7001", "0.317", "survey of May"}} {
		export := here.exports(*who, all, "json")
		for _, s := range append(lacks, plumbline.Withheld) {
			if strings.Contains(export, s) {
				t.Errorf("%s exports %q", who.Name, s)
			}
		}
	}
	here.now = here.now.Add(time.Hour)
	here.estimate(here.contributor, first, "effort", "4-7")
	after := here.exports(here.pm, all, "json")
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.now = here.now
		w.pm.Cleared = false
		rep := w.imports(exchange.Import{Format: "plumbline"}, before)
		w.pm.Cleared = true
		w.counted(rep, 5, 0, 0, 0)
		if why := rep.Rows[2].Reason; !strings.Contains(why, "for the cleared: 1 left out") {
			t.Errorf("got %+v", rep.Rows)
		}
		effort := func() judging.FactorView { return w.factor(w.pm, w.keyOf("Restore within an hour"), "effort") }
		if got := effort(); got.People != 2 || len(got.Opinions) != 3 || got.Opinions[1].Text != "2-5" || got.Opinions[1].Source != "survey of May" || got.Opinions[1].Grade != plumbline.Measured {
			t.Errorf("got %+v", got)
		}
		w.counted(w.imports(exchange.Import{Format: "plumbline", DryRun: true}, before), 0, 1, 4, 0)
		w.counted(w.imports(exchange.Import{Format: "plumbline"}, before), 0, 1, 4, 0)
		if out := w.exports(w.pm, all, "json"); !strings.Contains(out, "7001") {
			t.Errorf("the amount did not come in with somebody cleared: %s", out)
		}
		rep = w.imports(exchange.Import{Format: "plumbline"}, after)
		w.counted(rep, 0, 1, 4, 0)
		if got := effort(); got.People != 2 || len(got.Opinions) != 4 || got.Opinions[0].Text != "4-7" || !strings.Contains(rep.Rows[0].Reason, "estimates") {
			t.Errorf("got %+v; %+v", got, rep.Rows)
		}
		w.counted(w.imports(exchange.Import{Format: "plumbline"}, after), 0, 0, 5, 0)
	})
}

// What is wrong with an estimate in a file is named, and the rest comes in.
func TestEstimatesThatDoNotFit(t *testing.T) {
	w := sqliteWorld(t)
	line := func(estimates string) string {
		return `{"id":"i","process":"request","title":"From a file","estimates":[` + estimates + `]}` + "\n"
	}
	for estimate, why := range map[string]string{
		`{"id":"a","factor":"mood","grade":"opinion","value":{"dist":"lognormal","low":1,"high":2}}`:         `no factor "mood"`,
		`{"id":"b","factor":"effort","grade":"opinion","value":{"dist":"lognormal","low":3,"high":2}}`:       "the wrong way round",
		`{"id":"c","factor":"effort","grade":"sure","value":{"dist":"lognormal","low":1,"high":2}}`:          "The grade is",
		`{"id":"d","factor":"confidence","grade":"opinion","value":{"dist":"lognormal","low":0.5,"high":2}}`: "is a share",
	} {
		rep := w.imports(exchange.Import{Format: "plumbline", DryRun: true}, line(estimate))
		if w.counted(rep, 1, 0, 0, 0); !strings.Contains(rep.Rows[0].Reason, why) {
			t.Errorf("%s: got %+v", estimate, rep.Rows)
		}
	}
	twice := `{"id":"e","factor":"effort","by_name":"Kim","grade":"opinion","value":{"dist":"lognormal","low":1,"high":2}},{"id":"f","factor":"effort","by_name":"Kim","grade":"opinion","value":{"dist":"lognormal","low":2,"high":4}}`
	w.counted(w.imports(exchange.Import{Format: "plumbline"}, line(twice)), 1, 0, 0, 0)
	if got := w.factor(w.pm, w.keyOf("From a file"), "effort"); got.People != 1 || got.Text != "2-4" || len(got.Opinions) != 2 {
		t.Errorf("two that both hold: got %+v", got)
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
