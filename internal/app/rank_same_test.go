package app_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/moves"
	"plumbline/internal/app/ranking"
	"plumbline/internal/store/storetest"
)

// crowdOfSome is more than [odds.Few], so that ranks are read from a table.
const crowdOfSome = 300

// After any edits, while the clock moves on, what a server shows that keeps its
// ranking is to the byte what one shows that ranks from nothing.
func TestAnEditGivesThePagesOfARankingFromNothing(t *testing.T) {
	w := crowded(t, storetest.SQLite(t), crowdOfSome)
	r := rand.New(rand.NewPCG(7, 7))
	kept := w.app
	for step := range 16 {
		w.now = w.now.Add(time.Duration(1+r.IntN(500)) * time.Second)
		if step == 11 {
			w.now = w.now.Add(17 * time.Hour) // past midnight: estimates are a day older
		}
		for range 1 + step%3 {
			w.someEdit(r, step)
		}
		if step%9 == 4 {
			w.estimate(w.pm, w.file("One more").Key, "reach", "6", "impact", "2", "confidence", "80", "effort", "1-3")
		}
		now := w.pagesOfTheOrder(step)
		w.remake(app.Config{})
		fresh := w.pagesOfTheOrder(step)
		w.app = kept
		for page, want := range fresh {
			if now[page] != want {
				t.Fatalf("after edit %d, %s of what is kept:\n%s\nfrom nothing:\n%s", step, page, now[page], want)
			}
		}
	}
}

// someEdit changes one item of a crowd, in one way or another.
func (w *world) someEdit(r *rand.Rand, step int) {
	w.t.Helper()
	key := plumbline.Key(fmt.Sprintf("REQ-%d", 10_000+r.IntN(crowdOfSome)))
	switch step % 8 {
	case 5:
		w.label(key, fmt.Sprintf("S%d", 1+r.IntN(4)), "infradev")
	case 6:
		reach := []string{"10", "6", "3", ""}[r.IntN(4)]
		_, err := w.app.Edit(w.ctx(), w.pm, key, moves.EditInput{Fields: map[string]string{"reach": reach}})
		w.ok(err)
	case 7:
		_, err := w.app.Estimate(w.ctx(), w.pm, key, judging.EstimateInput{Factor: "effort", Text: "?"})
		w.ok(err)
	default:
		w.estimate(w.pm, key, "effort", fmt.Sprintf("%d-%d", 1+r.IntN(4), 5+r.IntN(9)))
	}
}

// pagesOfTheOrder are the pages that show the order, as JSON.
func (w *world) pagesOfTheOrder(step int) map[string]string {
	w.t.Helper()
	out := map[string]string{}
	put := func(name string, v any, err error) {
		w.ok(err)
		text, err := json.Marshal(v)
		w.ok(err)
		out[name] = string(text)
	}
	first, err := w.app.Ranking(w.ctx(), w.pm, ranking.RankQuery{})
	put("the first page", first, err)
	v, err := w.app.Ranking(w.ctx(), w.pm, ranking.RankQuery{Cursor: first.Next, Top: 30})
	put("the second page", v, err)
	v, err = w.app.Ranking(w.ctx(), w.contributor, ranking.RankQuery{Filter: plumbline.Filter{Text: "Item 7"}})
	put("a search by somebody else", v, err)
	key := first.Rows[step%len(first.Rows)].Key
	v, err = w.app.Ranking(w.ctx(), w.pm, ranking.RankQuery{WhatIf: []ranking.Change{{Key: key, Factor: "effort", Text: "30-40"}}})
	put("something tried out", v, err)
	x, err := w.app.Explain(w.ctx(), w.pm, key, "")
	put("the explanation of "+string(key), x, err)
	duties, err := w.app.Duties(w.ctx(), w.pm, plumbline.Filter{})
	put("the duties", duties, err)
	next, err := w.app.ValidateNext(w.ctx(), w.pm, "", 20)
	put("what to find out", next, err)
	return out
}
