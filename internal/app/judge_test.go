package app_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/ranking"
)

// estimate gives estimates of an item, as "effort" "2-5" and so on.
func (w *world) estimate(who plumbline.Actor, key plumbline.Key, pairs ...string) {
	w.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		_, err := w.app.Estimate(w.ctx(), who, key, judging.EstimateInput{Factor: plumbline.Factor(pairs[i]), Text: pairs[i+1]})
		w.ok(err)
	}
}

func (w *world) factor(who plumbline.Actor, key plumbline.Key, f plumbline.Factor) judging.FactorView {
	w.t.Helper()
	v, err := w.app.Estimates(w.ctx(), who, key, "")
	w.ok(err)
	for _, have := range v.Factors {
		if have.Factor == f {
			return have
		}
	}
	w.t.Fatalf("the model has no factor %s: %+v", f, v.Factors)
	return judging.FactorView{}
}

func (w *world) ranking(who plumbline.Actor, q ranking.RankQuery) ranking.RankingView {
	w.t.Helper()
	v, err := w.app.Ranking(w.ctx(), who, q)
	w.ok(err)
	return v
}

func keysOf(rows []ranking.RankedView) string {
	var out []string
	for _, r := range rows {
		out = append(out, string(r.Key))
	}
	return strings.Join(out, " ")
}

func TestTwoPeopleEstimate(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Restore within an hour")
	w.estimate(w.pm, it.Key, "effort", "2-5")
	if got := w.factor(w.contributor, it.Key, "effort"); got.Text != "2-5" || got.People != 1 || got.Disagree != "" {
		t.Errorf("one opinion: got %+v", got)
	}
	w.now = w.now.Add(time.Hour)
	w.estimate(w.contributor, it.Key, "effort", "20-50")
	got := w.factor(w.contributor, it.Key, "effort")
	if got.People != 2 || got.Low > 2 || got.High < 50 || got.Mine != "20-50" || !strings.Contains(got.Disagree, "you are not uncertain") || len(got.Opinions) != 2 {
		t.Errorf("two opinions that are apart: got %+v", got)
	}
	w.estimate(w.contributor, it.Key, "effort", "2-6")
	got = w.factor(w.pm, it.Key, "effort")
	if got.People != 2 || got.Disagree != "" || len(got.Opinions) != 3 || got.Opinions[2].Ended == 0 {
		t.Errorf("a newer opinion takes the place of the older: got %+v", got)
	}
	w.estimate(w.contributor, it.Key, "effort", "?")
	if got = w.factor(w.pm, it.Key, "effort"); got.Text != "2-5" || got.People != 1 {
		t.Errorf("an opinion taken back: got %+v", got)
	}
	if got = w.factor(w.requester, it.Key, "effort"); got.Text != "2-5" || len(got.Opinions) != 0 {
		t.Errorf("a requester is told what all think, not who said it: got %+v", got)
	}
}

func TestTheRequestsOwnWordsAreAnOpinion(t *testing.T) {
	w := sqliteWorld(t)
	it := w.validated("Restore within an hour")
	got := w.factor(w.pm, it.Key, "reach")
	if !got.Known || got.Text != "5-8" || len(got.Opinions) != 1 || !got.Opinions[0].OfItem {
		t.Errorf("reach 6 on GitLab's scale is 50 to 80 %%: got %+v", got)
	}
	w.estimate(w.pm, it.Key, "reach", "3", "effort", "1-3")
	if got = w.factor(w.pm, it.Key, "reach"); got.Text != "2.5-5" || got.Opinions[0].OfItem {
		t.Errorf("an estimate takes its place: got %+v", got)
	}
	v := w.ranking(w.pm, ranking.RankQuery{})
	if len(v.Rows) != 1 || !v.Rows[0].HasScore || v.Rows[0].Score == 0 {
		t.Errorf("it has a score: got %+v", v)
	}
}

func TestRankingShowsWhatOneMaySeeAtItsTruePlace(t *testing.T) {
	w := sqliteWorld(t)
	open, hidden, none := w.validated("Open"), w.validated("Hidden"), w.file("Nobody knows")
	_, err := w.app.Edit(w.ctx(), w.pm, hidden.Key, app.EditInput{Visibility: ptr(plumbline.Confidential)})
	w.ok(err)
	w.estimate(w.pm, open.Key, "effort", "5-9")
	w.estimate(w.pm, hidden.Key, "effort", "1-2")
	all := w.ranking(w.pm, ranking.RankQuery{})
	if keysOf(all.Rows) != string(hidden.Key+" "+open.Key) || keysOf(all.Unscoreds) != string(none.Key) || all.Total != 3 {
		t.Fatalf("got %s and %s, of %d", keysOf(all.Rows), keysOf(all.Unscoreds), all.Total)
	}
	part := w.ranking(w.contributor, ranking.RankQuery{})
	if keysOf(part.Rows) != string(open.Key) || part.Rows[0].Position != 2 {
		t.Errorf("a contributor: got %s at %d, want %s at its true place 2", keysOf(part.Rows), part.Rows[0].Position, open.Key)
	}
	narrow := w.ranking(w.pm, ranking.RankQuery{Filter: plumbline.Filter{Text: "Open"}})
	if keysOf(narrow.Rows) != string(open.Key) || narrow.Rows[0].Position != 2 || narrow.Total != 1 {
		t.Errorf("narrowed by words: got %s", keysOf(narrow.Rows))
	}
	w.estimate(w.pm, open.Key, "effort", "0.1-0.2")
	if again := w.ranking(w.pm, ranking.RankQuery{}); keysOf(again.Rows) != string(open.Key+" "+hidden.Key) {
		t.Errorf("after an estimate: got %s", keysOf(again.Rows))
	}
	tried := w.ranking(w.pm, ranking.RankQuery{WhatIf: []ranking.Change{{Key: open.Key, Factor: "effort", Text: "50-90"}}})
	if keysOf(tried.Rows) != string(hidden.Key+" "+open.Key) || tried.WhatIf == nil || tried.WhatIf.Moved[0].To != 2 {
		t.Errorf("what if: got %s, %+v", keysOf(tried.Rows), tried.WhatIf)
	}
	x, err := w.app.Explain(w.ctx(), w.pm, open.Key, "")
	w.ok(err)
	if x.Position != 1 || len(x.Sentences) < 4 || x.Below == nil || x.Below.Key != hidden.Key || len(x.Models) < 3 {
		t.Errorf("explained: got %+v", x)
	}
	x, err = w.app.Explain(w.ctx(), w.requester, open.Key, "")
	w.ok(err)
	if text := strings.Join(x.Sentences, " "); strings.Contains(text, "mara") || !strings.Contains(text, "Estimated so far") {
		t.Errorf("an explanation for a requester says who estimated: %s", text)
	}
	x, err = w.app.Explain(w.ctx(), w.contributor, open.Key, "")
	w.ok(err)
	if text := strings.Join(x.Sentences, " "); strings.Contains(text, string(hidden.Key)) || x.Below == nil || x.Below.Key != "" {
		t.Errorf("an explanation names an item that the reader may not see: %s", text)
	}
}
