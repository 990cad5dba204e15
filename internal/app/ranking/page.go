package ranking

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/order"
	"plumbline/internal/clock"
	"plumbline/internal/rank"
)

// Of a page: the most rows that are forced, and that have no score.
const (
	maxForced   = 100
	maxUnscored = 50
)

// place is the position after which a page begins.
func place(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	rest, ok := strings.CutPrefix(string(text), "rank ")
	n, err2 := strconv.Atoi(rest)
	if err != nil || !ok || err2 != nil || n < 1 {
		return 0, plumbline.FieldError("cursor", "The cursor does not belong to this list. Leave it out to begin at the start.")
	}
	return n, nil
}

func cursorAfter(position int) string {
	return base64.RawURLEncoding.EncodeToString([]byte("rank " + strconv.Itoa(position)))
}

// page fills a page of the order.
func (r *Ranker) page(s *sight, q RankQuery, from int) (RankingView, error) {
	before := s.table
	out := RankingView{
		Model: judging.Model(s.model), Models: judging.Models(s.world.Policy(r.now())), Policy: s.table.Policy, PolicyName: policyName(s.world.Policy(r.now())), Top: s.table.Top, Seed: s.table.Seed,
		At: s.table.Now, Forced: []RankedView{}, Rows: []RankedView{}, Unscoreds: []RankedView{},
	}
	if len(q.WhatIf) > 0 {
		after, err := s.tryOut(q.WhatIf)
		if err != nil {
			return out, err
		}
		s.table = after
		out.WhatIf = s.compare(before, q.WhatIf)
	}
	limit := q.Filter.Limit
	if limit <= 0 || limit > plumbline.MaxPage {
		limit = plumbline.PageSize
	}
	s.fill(&out, from, limit)
	out.Sentence = s.headline(out)
	s.promises(&out)
	return out, nil
}

// fill puts entries into the parts of a page, and counts all.
func (s *sight) fill(out *RankingView, from, limit int) {
	forced, all := s.table.Forced, s.table.Len()
	scored := forced + s.table.Scored
	out.ForcedCount, out.Scored, out.Unscored = s.count(0, forced), s.count(forced, scored), s.count(scored, all)
	out.Total = out.ForcedCount + out.Scored + out.Unscored
	if from == 0 {
		out.Forced, _ = s.views(0, forced, maxForced)
		out.Unscoreds, _ = s.views(scored, all, maxUnscored)
	}
	var more bool
	if out.Rows, more = s.views(max(forced, from), scored, limit); more {
		out.Next = cursorAfter(out.Rows[limit-1].Position)
	}
	for _, rows := range [][]RankedView{out.Forced, out.Rows} {
		for _, v := range rows {
			out.RankMax = max(out.RankMax, v.Position, int(math.Ceil(v.RankHigh)))
		}
	}
}

// count is how many subjects at the places from to to-1 are shown.
func (s *sight) count(from, to int) (n int) {
	if s.seen == nil && s.passed == nil {
		return to - from
	}
	for place := from; place < to; place++ {
		if s.shows(s.table.Subject(place)) {
			n++
		}
	}
	return n
}

// views are the first entries shown of the places from to to-1, and whether there are
// more than most.
func (s *sight) views(from, to, most int) (rows []RankedView, more bool) {
	rows = make([]RankedView, 0, max(0, min(most, to-from)))
	for place := from; place < to; place++ {
		if !s.shows(s.table.Subject(place)) {
			continue
		}
		if len(rows) == most {
			return rows, true
		}
		rows = append(rows, s.view(s.table.At(place)))
	}
	return rows, false
}

// view is an entry as the reader may see it.
func (s *sight) view(e *rank.Entry) RankedView {
	it, places := s.world.Fact(e.Subject).Item, s.table.Places(e)
	v := RankedView{
		Position: e.Position, Key: it.Key, Title: it.Title, State: it.State, TeamName: s.teams[it.Team], ProductName: s.goods[it.Product],
		Group: int(e.Force.Group), GroupName: e.Force.Group.String(), Row: e.Row, RowName: e.RowName, Forced: e.Force.Forced, Unassessed: e.Force.Unassessed,
		Rule: e.Force.Rule, Problems: slices.Concat(e.Force.Problems, e.Problems), Expected: places.Expected, RankLow: places.Low, RankHigh: places.High,
		PTop: e.PTop, Tie: e.Tie, Why: e.Force.Why, HasScore: e.Score != nil,
	}
	if e.Force.ClockName != "" {
		c := clockOf(e.Force, s.now)
		v.Clock = &c
	}
	for _, f := range e.Missing {
		v.Missing = append(v.Missing, factorName(s.model, f))
	}
	switch {
	case e.Score == nil:
		v.Why = s.whyNone(e, v)
	case !s.scores:
		v.Withheld = true
	default:
		v.Score, v.ScoreLow, v.ScoreHigh, v.ScoreMean, v.Shrunk = e.Score.Median, e.Score.P05, e.Score.P95, e.Score.Mean, e.Score.Shrunk
	}
	if e.Force.Group == rank.Scored {
		v.Why = s.whyScored(e)
	}
	return v
}

// whyScored says in a sentence why something with a score stands where it does.
func (s *sight) whyScored(e *rank.Entry) string {
	text := fmt.Sprintf("Row %d, %s", e.Row, lower(e.RowName))
	if s.scores {
		text += fmt.Sprintf("; its score is about %s, between %s and %s", order.NumberText(e.Score.Median), order.NumberText(e.Score.P05), order.NumberText(e.Score.P95))
	}
	if e.Tie != "" {
		text += "; it cannot be told from the others marked " + e.Tie
	}
	return text + "."
}

func (s *sight) whyNone(e *rank.Entry, v RankedView) string {
	if e.Force.Group != rank.Unscored {
		return e.Force.Why
	}
	if len(v.Missing) == 0 {
		return "Its estimates give no score: " + strings.Join(e.Problems, " ")
	}
	return "Nobody has estimated " + lower(list(v.Missing)) + " yet, so it has no score: unknown is not zero."
}

// clockOf is the clock that presses most, as pages show clocks.
func clockOf(f *rank.Force, now plumbline.Time) agenda.ClockView {
	c := agenda.RunningClock(f.ClockName, f.Version, f.Due, now)
	if f.Paused {
		c.State, c.Sentence = "paused", f.ClockName+" stands still while we wait"
	}
	for _, st := range f.Clocks {
		if st.Policy == f.Clock {
			c.Stood = st.PausedFor
			if st.Phase == clock.Unassessed {
				c.State, c.Sentence = "unassessed", f.ClockName+" runs, but without a severity nobody knows until when"
			}
		}
	}
	return c
}

func factorName(m rank.ModelInfo, id plumbline.Factor) string {
	for _, f := range m.Factors {
		if f.ID == id {
			return f.Name
		}
	}
	return strings.ReplaceAll(string(id), "_", " ")
}

func lower(s string) string {
	if s == "" || len(s) > 1 && strings.ToUpper(s[:2]) == s[:2] { // "SLO"
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// list is a list in words.
func list(of []string) string {
	if len(of) < 2 {
		return strings.Join(of, "")
	}
	return strings.Join(of[:len(of)-1], ", ") + " and " + of[len(of)-1]
}

// headline states what the page shows.
func (s *sight) headline(v RankingView) string {
	switch {
	case v.Total == 0:
		return "Nothing that is open matches."
	case v.ForcedCount > 0 && v.Scored == 0:
		return fmt.Sprintf("%s forced and need no score; nothing else has one yet.", are(v.ForcedCount))
	case v.Scored == 0:
		return fmt.Sprintf("None of the %d has a score by %s yet: estimate them first.", v.Total, s.model.Name)
	}
	sure := 0
	for place := s.table.Forced; place < s.table.Forced+s.table.Scored; place++ {
		if s.table.Likely(place, 0.8) && s.shows(s.table.Subject(place)) {
			sure++
		}
	}
	text := fmt.Sprintf("%d of %d have a score", v.Scored, v.Total)
	if v.ForcedCount > 0 {
		text = fmt.Sprintf("%s forced and come first; %s", are(v.ForcedCount), text)
	}
	if sure == 0 {
		return text + fmt.Sprintf(", and none of them is among the first %d for sure.", s.table.Top)
	}
	return text + fmt.Sprintf(", and %s among the first %d with a chance of 80 %% or more.", lower(are(sure)), s.table.Top)
}

func are(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}

// promises says what the first ones promise, and what to expect of them: the
// best of many uncertain scores are in part the luckiest.
func (s *sight) promises(out *RankingView) {
	if !s.scores || s.table.Promised <= 0 || s.table.Shrunk <= 0 {
		return
	}
	unit := s.table.Unit
	out.Promised = order.NumberText(s.table.Promised) + " " + unit
	out.Shrunk = order.NumberText(s.table.Shrunk) + " " + unit
}

// aYear is how far a replay looks back when nobody says.
const aYear = 365 * 24 * time.Hour
