package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/exchange"
	"plumbline/internal/app/judging"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// counts says what the reach of a product is counted in.
func (w *world) counts(ref plumbline.ProductRef, many int64, unit, source string) {
	w.t.Helper()
	w.ok(w.app.PutReach(w.ctx(), w.pm, ref, judging.ReachInput{Unit: unit, Many: many, Source: source}))
}

// about is an item about a product.
func (w *world) about(title string, ref plumbline.ProductRef) plumbline.Key {
	w.t.Helper()
	w.ok(w.app.PutProduct(w.ctx(), w.pm, plumbline.Product{Ref: ref, Name: "Product " + string(ref), Kind: "product"}))
	key := w.file(title).Key
	_, err := w.app.Edit(w.ctx(), w.pm, key, app.EditInput{Product: &ref})
	w.ok(err)
	return key
}

func TestReachOfAProduct(t *testing.T) {
	w := sqliteWorld(t)
	w.about("Restore within an hour", "backup")
	w.refused(w.app.PutReach(w.ctx(), w.contributor, "backup", judging.ReachInput{Unit: "teams", Many: 24}), plumbline.Denied, "")
	w.refused(w.app.PutReach(w.ctx(), w.pm, "backup", judging.ReachInput{Unit: "teams"}), plumbline.Invalid, "how many teams")
	w.refused(w.app.PutReach(w.ctx(), w.pm, "nothing", judging.ReachInput{Unit: "teams", Many: 24}), plumbline.NotFound, "nothing")
	_, err := w.app.Reach(w.ctx(), w.requester, "nothing")
	w.refused(err, plumbline.NotFound, "nothing")
	v, err := w.app.Reach(w.ctx(), w.requester, "backup")
	if w.ok(err); v.Now.Unit != "" || len(v.History) != 0 || v.Name != "Product backup" {
		t.Errorf("before anybody said anything: %+v", v)
	}

	w.counts("backup", 19, " teams ", "a count by hand")
	w.now = w.now.Add(time.Hour)
	w.counts("backup", 24, "teams", "")
	v, err = w.app.Reach(w.ctx(), w.requester, "backup")
	w.ok(err)
	if n := v.Now; n.Many != 24 || n.Unit != "teams" || n.Source != "" || n.ByName != "mara" || n.At != plumbline.At(w.now) {
		t.Errorf("now: %+v", n)
	}
	if len(v.History) != 2 || v.History[1].Many != 19 || v.History[1].Unit != "teams" || v.History[1].Source != "a count by hand" {
		t.Errorf("history: %+v", v.History)
	}
	w.counts("backup", 0, "", "")
	all, err := w.app.Reaches(w.ctx(), w.requester)
	if w.ok(err); len(all) != 0 {
		t.Errorf("after it was taken away: %+v", all)
	}
}

// A share of reach says of how many it is a share and who counted them, wherever it
// is shown, and never more than all; what a blind round keeps stays there.
func TestWhatAShareOfReachComesTo(t *testing.T) {
	w := sqliteWorld(t)
	key, other := w.about("Restore within an hour", "backup"), w.about("Cheaper builds", "ci")
	w.counts("backup", 24, "teams", "the directory of teams")
	for _, k := range []plumbline.Key{key, other} {
		w.estimate(w.pm, k, "reach", "5-20", "impact", "1-2", "confidence", "80", "effort", "1-3")
	}
	const amounts, from = "12-24 of 24 teams", "mara, 2026-11-23, the directory of teams"
	if f := w.factor(w.pm, key, "reach"); f.Amounts != amounts || f.Counted != "24 teams" || f.CountedFrom != from {
		t.Errorf("the estimates say %q, %q, %q", f.Amounts, f.Counted, f.CountedFrom)
	}
	if f := w.factor(w.pm, other, "reach"); f.Amounts+f.Counted != "" {
		t.Errorf("of a product that counts nothing: %+v", f)
	}
	grid, err := w.app.Grid(w.ctx(), w.pm, judging.GridQuery{})
	w.ok(err)
	for _, r := range grid.Rows {
		if want := map[plumbline.Key]string{key: amounts}[r.Key]; r.Cells[0].Factor != "reach" || r.Cells[0].Amounts != want {
			t.Errorf("the sheet says of %s: %+v", r.Key, r.Cells[0])
		}
	}
	if len(grid.Reaches) != 1 || grid.Reaches[0].Product != "backup" {
		t.Errorf("the sheet counts %+v", grid.Reaches)
	}
	people, err := w.app.Grid(w.ctx(), w.pm, judging.GridQuery{Model: "rice-intercom"})
	if w.ok(err); len(people.Reaches) != 0 || people.Rows[0].Cells[0].Amounts != "" {
		t.Errorf("reach in people is no share: %+v", people.Reaches)
	}
	x, err := w.app.Explain(w.ctx(), w.pm, key, "")
	if w.ok(err); !slices.Contains(x.Sentences, "That is "+amounts+". Who counted them: "+from+".") {
		t.Errorf("the explanation does not say what the share comes to:\n%s", strings.Join(x.Sentences, "\n"))
	}
	x, err = w.app.Explain(w.ctx(), w.requester, key, "")
	if w.ok(err); strings.Contains(strings.Join(x.Sentences, "\n"), amounts) {
		t.Errorf("who reads no estimates is told one:\n%s", strings.Join(x.Sentences, "\n"))
	}
	_, err = w.app.OpenRound(w.ctx(), w.pm, judging.RoundInput{Title: "Reach", Items: []plumbline.Key{key}, Factors: []plumbline.Factor{"reach"}})
	w.ok(err)
	if f := w.factor(w.contributor, key, "reach"); f.Amounts != "" || f.Counted != "24 teams" {
		t.Errorf("in a blind round: %+v", f)
	}
}

// The export says what a share of reach is a share of, and another installation
// takes it in where nobody there has said anything, under the name of who said it.
func TestReachOfAnotherInstallation(t *testing.T) {
	here := sqliteWorld(t)
	for title, ref := range map[string]plumbline.ProductRef{"Restore within an hour": "backup", "Cheaper builds": "ci", "Faster logs": "logs", "Odd": "odd"} {
		here.about(title, ref)
	}
	for _, ref := range []plumbline.ProductRef{"backup", "ci", "logs"} {
		here.counts(ref, 24, "teams", "the directory of teams")
	}
	all := plumbline.Filter{Status: "all"}
	export := here.exports(here.pm, all, "json")
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.now = here.now.Add(24 * time.Hour)
		for _, ref := range []plumbline.ProductRef{"backup", "ci", "logs", "odd"} {
			w.ok(w.app.PutProduct(w.ctx(), w.pm, plumbline.Product{Ref: ref, Name: string(ref), Kind: "product"}))
		}
		w.counts("ci", 3, "builders", "")
		w.counts("logs", 3, "readers", "")
		w.counts("logs", 0, "", "")
		w.counted(w.imports(exchange.Import{Format: "plumbline", DryRun: true}, export), 4, 0, 0, 0)
		if v, err := w.app.Reach(w.ctx(), w.pm, "backup"); err != nil || len(v.History) != 0 {
			t.Errorf("a dry run took it in: %+v, %v", v, err)
		}
		for range 2 {
			w.imports(exchange.Import{Format: "plumbline"}, export)
		}
		for ref, want := range map[plumbline.ProductRef]string{"backup": "teams", "ci": "builders", "logs": "", "odd": ""} {
			v, err := w.app.Reach(w.ctx(), w.pm, ref)
			if w.ok(err); v.Now.Unit != want {
				t.Errorf("%s is counted in %+v, want %q", ref, v.Now, want)
			}
			if ref == "backup" && (len(v.History) != 1 || v.Now.ByName != "mara" || v.Now.Source != "the directory of teams" || v.Now.At != plumbline.At(here.now)) {
				t.Errorf("what came in: %+v", v.History)
			}
		}
		w.counted(w.imports(exchange.Import{Format: "plumbline"}, export), 0, 0, 4, 0)
	})
}
