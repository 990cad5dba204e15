package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/ranking"
	"plumbline/internal/chance"
	"plumbline/internal/store"
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

func TestADecisionKeepsPolicyAndPlace(t *testing.T) {
	w := sqliteWorld(t)
	first, second := w.validated("First"), w.validated("Second")
	w.estimate(w.pm, first.Key, "effort", "1-2")
	w.estimate(w.pm, second.Key, "effort", "5-9")
	_, err := w.app.Decide(w.ctx(), w.pm, second.Key, pursue)
	w.ok(err)
	d := w.item(w.pm, second.Key).Decisions[0]
	if d.Ranked.Policy == "" || d.Ranked.Place != 2 || d.Ranked.Of != 2 || d.Ranked.Model != "rice" || d.Ranked.Top == 0 {
		t.Errorf("got %+v, want place 2 of 2 under a policy", d.Ranked)
	}
}

func TestRoundsAreBlind(t *testing.T) {
	w := sqliteWorld(t)
	it := w.validated("Restore within an hour")
	w.estimate(w.contributor, it.Key, "effort", "1-2")
	r, err := w.app.OpenRound(w.ctx(), w.pm, judging.RoundInput{Title: "How large", Items: []plumbline.Key{it.Key}, Factors: []plumbline.Factor{"effort"}, People: []string{"mara", "ines"}})
	w.ok(err)
	w.estimate(w.contributor, it.Key, "effort", "41-47")
	if got := w.factor(w.pm, it.Key, "effort"); got.Blind != r.ID || len(got.Opinions) != 0 || got.Known || got.Text != "?" {
		t.Errorf("what others said is kept from the product manager: got %+v", got)
	}
	if got := w.factor(w.contributor, it.Key, "effort"); got.Mine != "41-47" || got.Text != "41-47" || len(got.Opinions) != 0 {
		t.Errorf("one sees one's own answer: got %+v", got)
	}
	v, err := w.app.Round(w.ctx(), w.pm, r.ID)
	w.ok(err)
	if !v.Open || len(v.Answers) != 2 || v.Answers[0].Given+v.Answers[1].Given != 1 || v.Rows[0].Cells[0].Text != "?" {
		t.Errorf("an open round says who answered, not what: got %+v", v)
	}
	score := w.ranking(w.pm, ranking.RankQuery{}).Rows[0].Score
	_, err = w.app.CloseRound(w.ctx(), w.contributor, r.ID)
	w.refused(err, plumbline.Denied, "run blind rounds")
	w.estimate(w.pm, it.Key, "effort", "2-3")
	v, err = w.app.CloseRound(w.ctx(), w.pm, r.ID)
	w.ok(err)
	if c := v.Rows[0].Cells[0]; v.Open || c.People != 2 || c.Disagree == "" || len(c.Opinions) != 2 {
		t.Errorf("a closed round shows all: got %+v", c)
	}
	if got := w.factor(w.pm, it.Key, "effort"); got.People != 2 || got.Low > 3 || got.High < 41 {
		t.Errorf("its answers count: got %+v", got)
	}
	if after := w.ranking(w.pm, ranking.RankQuery{}).Rows[0].Score; after >= score {
		t.Errorf("the score is %g after the round, and was %g", after, score)
	}
	_, err = w.app.CloseRound(w.ctx(), w.pm, r.ID)
	w.refused(err, plumbline.Conflict, "closed already")
	all, err := w.app.Rounds(w.ctx(), w.contributor)
	w.ok(err)
	if len(all) != 1 || all[0].Open || len(all[0].Items) != 1 {
		t.Errorf("got %+v", all)
	}
}

func TestDutiesAndMoreTime(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Key leaks into logs")
	w.label(it.Key, "S2", "bug::vulnerability")
	v, err := w.app.Duties(w.ctx(), w.requester, plumbline.Filter{})
	w.ok(err)
	if len(v.Rows) != 1 || v.Rows[0].ClockID != "vulnerability" || !v.Rows[0].Extends || v.Rows[0].Policy != "gitlab-2026" {
		t.Fatalf("got %+v", v)
	}
	due := v.Rows[0].Clock.Due
	ask := judging.ExtensionInput{Clock: "vulnerability", Days: 14, Reason: "The vendor ships on the tenth."}
	w.refused(w.app.AskExtension(w.ctx(), w.requester, it.Key, ask), plumbline.Denied, "ask for more time")
	w.ok(w.app.AskExtension(w.ctx(), w.pm, it.Key, ask))
	w.refused(w.app.AskExtension(w.ctx(), w.pm, it.Key, ask), plumbline.Conflict, "already")
	w.refused(w.app.ApproveExtension(w.ctx(), w.pm, it.Key, ask), plumbline.Denied, "yourself")
	w.refused(w.app.AskExtension(w.ctx(), w.pm, it.Key, judging.ExtensionInput{Clock: "bug", Days: 3, Reason: "Soon."}), plumbline.Invalid, "no clock")
	w.ok(w.app.ApproveExtension(w.ctx(), w.admin, it.Key, judging.ExtensionInput{Clock: "vulnerability"}))
	v, err = w.app.Duties(w.ctx(), w.requester, plumbline.Filter{})
	w.ok(err)
	if got := v.Rows[0]; got.Clock.Due.Sub(due) != 14*24*time.Hour || got.Extended != "14 d" || got.Extensions[0].Approved != "Avery" || got.Extensions[0].Reason != "" {
		t.Errorf("after 14 days more: got %+v", got)
	}
	if c := w.item(w.pm, it.Key).Clocks; len(c) == 0 || !hasDue(c, due.Add(14*24*time.Hour)) {
		t.Errorf("the item's page knows the extension: got %+v", c)
	}
}

func TestClocksKeepThePolicyTheyWereBornUnder(t *testing.T) {
	w := sqliteWorld(t)
	old := w.file("Old")
	w.label(old.Key, "S1", "infradev")
	w.now = w.now.Add(time.Hour)
	w.refused(w.app.UsePolicy(w.ctx(), w.contributor, "gitlab-2022"), plumbline.Denied, "policy")
	w.ok(w.app.UsePolicy(w.ctx(), w.pm, "gitlab-2022"))
	w.refused(w.app.UsePolicy(w.ctx(), w.pm, "gitlab-2022"), plumbline.Conflict, "already")
	w.refused(w.app.UsePolicy(w.ctx(), w.pm, "gitlab-1999"), plumbline.Invalid, "no policy")
	w.now = w.now.Add(time.Hour)
	young := w.file("Young")
	w.label(young.Key, "S1", "infradev")
	v, err := w.app.Duties(w.ctx(), w.pm, plumbline.Filter{})
	w.ok(err)
	if len(v.Rows) != 2 {
		t.Fatalf("got %+v", v)
	}
	for _, d := range v.Rows {
		days := d.Clock.Due.Sub(w.item(w.pm, d.Key).Created).Hours() / 24
		want, policy := 7.0, "gitlab-2026"
		if d.Key == young.Key {
			want, policy = 30, "gitlab-2022"
		}
		if days != want || d.Policy != policy {
			t.Errorf("%s: got %g days under %s, want %g under %s", d.Key, days, d.Policy, want, policy)
		}
	}
	replay, err := w.app.ReplayPolicy(w.ctx(), w.pm, ranking.ReplayInput{To: "gitlab-2026"})
	w.ok(err)
	if replay.From != "gitlab-2022" || replay.To != "gitlab-2026" || replay.Of != 2 || replay.Same != 2 {
		t.Errorf("got %+v", replay)
	}
}

// A replay ranks what was closed within the year too, as it stood when it was closed,
// and tells nobody of what they may not see.
func TestReplayOfWhatWasClosed(t *testing.T) {
	w := sqliteWorld(t)
	long := w.file("Long ago")
	w.label(long.Key, "S1", "infradev")
	w.close(long.Key, plumbline.Public)
	w.now = w.now.Add(380 * 24 * time.Hour)
	done := w.file("Done in time")
	secret, err := w.app.File(w.ctx(), w.pm, app.FileInput{Title: "Not for all", Body: "We need it.", Source: "form"})
	w.ok(err)
	w.label(done.Key, "S1", "infradev")
	w.label(secret.Key, "S1", "data loss")
	w.now = w.now.Add(2 * 24 * time.Hour)
	w.close(done.Key, plumbline.Public)
	w.close(secret.Key, plumbline.Confidential)
	w.now = w.now.Add(100 * 24 * time.Hour)
	open := w.file("Open")
	w.label(open.Key, "S3", "corrective action")
	w.now = w.now.Add(10 * 24 * time.Hour)

	all, err := w.app.ReplayPolicy(w.ctx(), w.pm, ranking.ReplayInput{To: "gitlab-2022"})
	w.ok(err)
	// With 5 of 7 days left the closed one came before the other, with 50 of 60; with 28
	// of 30 it comes after it.
	if all.Of != 3 || all.Closed != 2 || len(all.Winners) != 1 || all.Winners[0].Key != open.Key || len(all.Losers) != 1 || all.Losers[0].Key != done.Key {
		t.Errorf("got %+v", all)
	}
	if l := all.Losers; len(l) == 1 && (l[0].Closed == 0 || !strings.Contains(all.Sentence, "2 of them were closed")) {
		t.Errorf("nothing says that %+v was closed: %s", l[0], all.Sentence)
	}
	some, err := w.app.ReplayPolicy(w.ctx(), w.requester, ranking.ReplayInput{To: "gitlab-2022"})
	w.ok(err)
	if some.Of != 2 || some.Closed != 1 {
		t.Errorf("a requester is told %+v", some)
	}
}

// close ends an item, as its issue's end in a tracker would.
func (w *world) close(key plumbline.Key, v plumbline.Visibility) {
	w.t.Helper()
	w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error {
		it, err := tx.ItemByKey(key)
		if err != nil {
			return err
		}
		was := it.Version
		it.Closed, it.Updated, it.Visibility, it.Version = plumbline.At(w.now), plumbline.At(w.now), v, was+1
		if err := tx.UpdateItem(it, was); err != nil {
			return err
		}
		return tx.Append(plumbline.Event{At: plumbline.At(w.now), Type: "item closed", Item: it.ID, Key: it.Key, Seen: it.Visibility})
	}))
}

// label gives an item a severity and labels, as its issue in a tracker would.
func (w *world) label(key plumbline.Key, severity string, labels ...string) {
	w.t.Helper()
	w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error {
		it, err := tx.ItemByKey(key)
		if err != nil {
			return err
		}
		was := it.Version
		it.Severity, it.Labels, it.Version = severity, labels, was+1
		if err := tx.UpdateItem(it, was); err != nil {
			return err
		}
		return tx.Append(plumbline.Event{At: plumbline.At(w.now), Type: "item edited", Item: it.ID, Key: it.Key, Seen: it.Visibility})
	}))
}

func hasDue(clocks []agenda.ClockView, due plumbline.Time) bool {
	return slices.ContainsFunc(clocks, func(c agenda.ClockView) bool { return c.Due == due })
}

// What a server keeps between changes gives what one gets that reads everything.
func TestWhatIsKeptIsWhatIsThere(t *testing.T) {
	w := sqliteWorld(t)
	var keys []plumbline.Key
	for _, title := range []string{"One", "Two", "Three", "Four"} {
		it := w.validated(title)
		keys = append(keys, it.Key)
		w.estimate(w.pm, it.Key, "effort", "2-6")
	}
	w.ranking(w.pm, ranking.RankQuery{})
	for i, key := range keys {
		w.estimate(w.contributor, key, "effort", []string{"1-2", "8-9", "?", "3"}[i])
		kept := w.ranking(w.pm, ranking.RankQuery{})
		w.remake(app.Config{})
		fresh := w.ranking(w.pm, ranking.RankQuery{})
		if diff := cmp.Diff(fresh, kept); diff != "" {
			t.Fatalf("after %s: read again (-), kept (+):\n%s", key, diff)
		}
	}
}

func TestPairsAreAskedAndJudgesTold(t *testing.T) {
	w := sqliteWorld(t)
	a, b, c := w.validated("One").Key, w.validated("Two").Key, w.validated("Three").Key
	_, err := w.app.NextPair(w.ctx(), w.requester, plumbline.Filter{}, 1)
	w.refused(err, plumbline.Denied, "compare")
	w.refused(w.app.Compare(w.ctx(), w.pm, judging.CompareInput{A: a, B: a}), plumbline.Invalid, "two different")
	w.refused(w.app.Compare(w.ctx(), w.pm, judging.CompareInput{A: a, B: b, Winner: c}), plumbline.Invalid, "winner")
	w.ok(w.app.Compare(w.ctx(), w.pm, judging.CompareInput{A: a, B: b, Winner: b}))
	w.ok(w.app.Compare(w.ctx(), w.pm, judging.CompareInput{Set: []plumbline.Key{a, b, c}, Best: b, Worst: a}))
	v, err := w.app.NextPair(w.ctx(), w.pm, plumbline.Filter{}, 1)
	w.ok(err)
	if len(v.Set) != 3 || v.Set[0] != v.A || v.Set[1] != v.B || v.Set[2].Key == v.A.Key || v.Set[2].Key == v.B.Key {
		t.Errorf("the set is %+v", v.Set)
	}
	if v.A.Key == v.B.Key || v.Asked < 3 || v.Worths[0].Key != b || v.Worths[2].Key != a || len(v.Judges) != 1 || v.Judges[0].Name != "mara" {
		t.Errorf("got %+v", v)
	}
}

func TestIntervalsAreScoredByWhatCame(t *testing.T) {
	w := sqliteWorld(t)
	it := w.validated("One")
	w.estimate(w.contributor, it.Key, "effort", "2-6")
	w.now = w.now.Add(time.Hour)
	w.refused(w.app.Resolve(w.ctx(), w.requester, it.Key, judging.RealityInput{Factor: "effort", Value: 5, Source: "time sheet"}), plumbline.Denied, "turned out")
	w.refused(w.app.Resolve(w.ctx(), w.pm, it.Key, judging.RealityInput{Factor: "effort", Value: 5}), plumbline.Invalid, "comes from")
	w.ok(w.app.Resolve(w.ctx(), w.pm, it.Key, judging.RealityInput{Factor: "effort", Value: 5, Source: "time sheet"}))
	v, err := w.app.Calibration(w.ctx(), w.pm)
	w.ok(err)
	if len(v.Intervals) != 1 || !v.Intervals[0].Inside || v.Groups[0].Name != "ines" || v.Groups[0].Hit != 1 {
		t.Errorf("got %+v", v)
	}
	if g := v.Groups[0]; g.Verdict != chance.TooEarly || g.Next != "too early to say" {
		t.Errorf("after one: %+v", g)
	}
}

// While a round is open about a factor, an explanation does not tell what was said of it
// before: neither in a sentence nor as what would have to change.
func TestAnExplanationKeepsARoundBlind(t *testing.T) {
	w := sqliteWorld(t)
	a, b := w.validated("One").Key, w.validated("Two").Key
	for key, effort := range map[plumbline.Key]string{a: "1-2", b: "3-17"} {
		w.estimate(w.contributor, key, "reach", "5-8", "impact", "2", "confidence", "1", "effort", effort)
	}
	said := func() string {
		x, err := w.app.Explain(w.ctx(), w.pm, b, "rice")
		w.ok(err)
		text := strings.Join(append(x.Sentences, x.Pass...), " ")
		for _, f := range x.Factors {
			text += " " + f.Name + " is " + f.Text + f.Counts
		}
		return text
	}
	if got := said(); !strings.Contains(got, "Effort: 3 to 17 person-months") || !strings.Contains(got, "if Effort were") {
		t.Fatalf("before the round: %s", got)
	}
	r, err := w.app.OpenRound(w.ctx(), w.pm, judging.RoundInput{Title: "How large", Items: []plumbline.Key{b}, Factors: []plumbline.Factor{"effort"}})
	w.ok(err)
	got := said()
	if strings.Contains(got, "3 to 17") || strings.Contains(got, "3-17") || strings.Contains(got, "if Effort were") || !strings.Contains(got, "Effort: a blind round is open about it") || !strings.Contains(got, "Reach: 5 to 8") {
		t.Errorf("in the round: %s", got)
	}
	_, err = w.app.CloseRound(w.ctx(), w.pm, r.ID)
	w.ok(err)
	if got := said(); !strings.Contains(got, "Effort: 3 to 17 person-months") {
		t.Errorf("after the round: %s", got)
	}
}

// What the page says of a record and how wide it wants the next ranges to be are one
// verdict: 12 of 16 is no record to rely on, and may be chance.
func TestACalibrationHasOneVerdict(t *testing.T) {
	w := sqliteWorld(t)
	for n := range 16 {
		it := w.validated(fmt.Sprintf("Done %d", n))
		w.estimate(w.contributor, it.Key, "effort", "2-6")
		w.now = w.now.Add(time.Hour)
		actual := 4.0
		if n >= 12 {
			actual = 9
		}
		w.ok(w.app.Resolve(w.ctx(), w.pm, it.Key, judging.RealityInput{Factor: "effort", Value: actual, Source: "time sheet"}))
	}
	v, err := w.app.Calibration(w.ctx(), w.pm)
	w.ok(err)
	for _, g := range v.Groups {
		if g.Verdict != chance.PerhapsBold || g.Next != "1.3 times as wide" || strings.Contains(g.Sentence, "relied on") ||
			!strings.Contains(g.Sentence, "12 of 16 held, and 90 % should") || !strings.Contains(g.Sentence, "may be chance; ranges 1.3 times as wide would be safer") {
			t.Errorf("%s %s: %+v", g.Kind, g.Name, g)
		}
	}
	if len(v.Groups) < 2 {
		t.Errorf("of whom: %+v", v.Groups)
	}
}

func TestManyEstimatesKeepTheGoodOnes(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("One")
	cell := func(key plumbline.Key, factor plumbline.Factor, text string) judging.CellInput {
		return judging.CellInput{Key: key, EstimateInput: judging.EstimateInput{Factor: factor, Text: text}}
	}
	got, err := w.app.EstimateMany(w.ctx(), w.contributor, []judging.CellInput{
		cell(it.Key, "effort", "2-5"), cell(it.Key, "reach", "5-2"), cell("REQ-99", "effort", "1"), cell(it.Key, "charm", "1"), cell(it.Key, "cost_of_delay", "5"), cell(it.Key, "effort", "3"),
	})
	w.ok(err)
	for i, want := range []string{"", "reversed", "no item", "no factor", "cleared", "twice"} {
		if (want == "") != (got[i].Error == "") || !strings.Contains(got[i].Error, want) {
			t.Errorf("cell %d: got %+v, want %q", i, got[i], want)
		}
	}
	if f := w.factor(w.pm, it.Key, "effort"); f.Text != "2-5" {
		t.Errorf("got %+v", f)
	}
	seq := w.seq()
	tried, err := w.app.TryEstimates(w.ctx(), w.contributor, []judging.CellInput{cell(it.Key, "effort", "7-9"), cell(it.Key, "reach", "5-2")})
	w.ok(err)
	if tried[0].Text != "7-9" || !strings.Contains(tried[1].Error, "reversed") || w.factor(w.pm, it.Key, "effort").Text != "2-5" || w.seq() != seq {
		t.Errorf("a trial: got %+v, and %+v is kept", tried, w.factor(w.pm, it.Key, "effort"))
	}
	_, err = w.app.TryEstimates(w.ctx(), w.requester, nil)
	w.refused(err, plumbline.Denied, "estimate")
	_, err = w.app.EstimateMany(w.ctx(), w.requester, nil)
	w.refused(err, plumbline.Denied, "estimate")
}
