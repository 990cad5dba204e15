package foretold

import (
	"context"
	"fmt"
	"math"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/chance"
	"plumbline/internal/forecast"
	"plumbline/internal/store"
)

// ForecastRecord is how the forecasts of a kind did, in words as well. They are there to learn
// from: narrow forecasts are how everybody begins.
type ForecastRecord struct {
	Kind    plumbline.ForecastKind `json:"kind"`
	Name    string                 `json:"name"`
	Weeks   int                    `json:"weeks,omitempty"` // of teams
	Told    int                    `json:"told"`
	Void    int                    `json:"void"` // nothing can be held against them: dropped, or another plan took its place
	Waiting int                    `json:"waiting"`
	Scored  int                    `json:"scored"`
	Held    int                    `json:"held"`   // what was told with 85 %
	Inside  int                    `json:"inside"` // the range of 85 %
	Rate    float64                `json:"rate"`   // expected of what is told with 85 %, 0 to 1, with a prior of 85 %
	Low     float64                `json:"low"`    // its 90 % interval
	High    float64                `json:"high"`
	Bias    string                 `json:"bias"`
	Widen   float64                `json:"widen"` // by which the ranges of 85 % should be wider; 0: nothing says
	Verdict chance.Verdict         `json:"verdict"`
	Next    string                 `json:"next"`  // how the next ones are told, in words
	Asked   float64                `json:"asked"` // the probability asked for next so that 85 % hold; 0: the history of each team says
	CRPS    float64                `json:"crps"`  // mean; of items in progress by the logarithms of days
	Rated   int                    `json:"rated"` // told a chance
	Said    float64                `json:"said"`  // mean of those chances
	Came    int                    `json:"came"`
	Brier   float64                `json:"brier"` // mean
	Text    string                 `json:"sentence"`
}

// ScoredForecast is a forecast with what came of it.
type ScoredForecast struct {
	Kind   plumbline.ForecastKind `json:"kind"`
	Key    plumbline.Key          `json:"key,omitempty"`
	Title  string                 `json:"title,omitempty"`
	Team   plumbline.TeamRef      `json:"team,omitempty"`
	Name   string                 `json:"name,omitempty"` // of the team
	At     plumbline.Time         `json:"at"`             // when it was told
	Due    plumbline.Time         `json:"due"`
	Known  plumbline.Time         `json:"known"` // when it was scored
	Text   string                 `json:"told"`
	Actual string                 `json:"came"`
	Held   bool                   `json:"held"`
	Void   string                 `json:"void,omitempty"`
	Basis  int                    `json:"basis"`
	Method string                 `json:"method"`
	Asked  float64                `json:"asked"`
	Later  bool                   `json:"worked_out_later,omitempty"` // from what was known at the time
}

// ForecastRecords is how forecasts did.
type ForecastRecords struct {
	Sentence string           `json:"sentence"`
	Kinds    []ForecastRecord `json:"kinds"`
	Newest   []ScoredForecast `json:"newest"` // at most 50, the last scored first
}

// newest is how many scored forecasts are shown.
const newest = 50

// ForecastRecord is how the forecasts that were kept did, of one team or of all.
func (r *Room) ForecastRecord(ctx context.Context, who plumbline.Actor, team plumbline.TeamRef) (out ForecastRecords, err error) {
	if err := rights.Need(who, rights.ReadInternal); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		names, err := ledger.TeamNames(tx)
		if err != nil {
			return err
		}
		if _, known := names[team]; team != "" && !known {
			return plumbline.Errorf(plumbline.NotFound, "There is no team %s. All of them are listed under Teams.", team)
		}
		records, err := tx.ForecastRecords(team, false)
		if err != nil {
			return err
		}
		scored, err := tx.ScoredForecasts(who, team, newest)
		out = viewOf(records, scored, names)
		return err
	})
	return out, err
}

func viewOf(records []store.ForecastRecord, scored []store.ScoredForecast, names map[plumbline.TeamRef]string) ForecastRecords {
	out := ForecastRecords{Kinds: []ForecastRecord{}, Newest: []ScoredForecast{}, Sentence: "No forecast has come due yet. The worker keeps them week by week, and holds reality against them when it comes in."}
	held, of := 0, 0
	for _, kind := range plumbline.ForecastKinds {
		for _, rec := range records {
			if rec.Kind == kind {
				out.Kinds = append(out.Kinds, recordView(rec))
				held, of = held+rec.Held, of+rec.Scored
			}
		}
	}
	if of > 0 {
		out.Sentence = fmt.Sprintf("Of %d forecasts that were told with 85 %%, %d came true; %.0f should.", of, held, forecast.Promise*float64(of))
	}
	for _, s := range scored {
		v := ScoredForecast{
			Kind: s.Kind, Key: s.Key, Title: s.Title, Team: s.Team, Name: names[s.Team], At: s.KeptForecast.At, Due: s.Due, Known: s.ForecastScore.At, Text: saying(s.KeptForecast), Held: s.Held, Void: s.Void,
			Basis: s.Basis, Method: s.Method, Asked: s.Asked, Later: s.Cause == plumbline.ForecastByReplay,
		}
		if s.Void == "" {
			v.Actual = coming(s)
		}
		out.Newest = append(out.Newest, v)
	}
	return out
}

// enough is how many scored forecasts a record needs before it says more than its count.
const enough = 8

// recordView puts a record into words.
func recordView(r store.ForecastRecord) ForecastRecord {
	v := ForecastRecord{
		Kind: r.Kind, Weeks: r.Weeks, Told: r.Told, Void: r.Void, Waiting: r.Told - r.Void - r.Scored, Scored: r.Scored, Held: r.Held, Inside: r.Inside, Rated: r.Rated, Came: r.Came,
	}
	v.Name = map[plumbline.ForecastKind]string{plumbline.ForecastOfItem: "Items in progress", plumbline.ForecastOfTeam: fmt.Sprintf("Teams, %d weeks ahead", r.Weeks), plumbline.ForecastOfPlan: "Commitments of plans"}[r.Kind]
	h := chance.Hold(forecast.Promise, r.Held, r.Scored, r.Weight)
	v.Rate, v.Low, v.High, v.Verdict = shortly(h.Rate), shortly(h.Low), shortly(h.High), h.Verdict(enough)
	if n := float64(r.Scored); r.Scored > 0 {
		v.Widen = shortly(chance.Hold(forecast.Promise, r.Inside, r.Scored, r.Weight).Widening())
		v.CRPS = shortly(r.CRPS / n)
		v.Bias = leaning(r)
	}
	if r.Kind != plumbline.ForecastOfTeam {
		v.Asked = shortly(forecast.Recalibrated(forecast.Promise, r.Weight, r.Held, r.Scored))
	}
	if r.Rated > 0 {
		v.Said, v.Brier = shortly(r.Said/float64(r.Rated)), shortly(r.Brier/float64(r.Rated))
	}
	v.Next = v.next()
	v.Text = v.sentence(h, r.Lean)
	return v
}

// leaning says whether too little or too much was told, when there is enough to say it.
func leaning(r store.ForecastRecord) string {
	if r.Scored < enough {
		return ""
	}
	lean := r.Lean / float64(r.Scored)
	what := "What came was typically"
	if r.Kind == plumbline.ForecastOfItem {
		what = "It typically took"
	}
	switch {
	case math.Abs(lean) < 0.1:
		return "Leans to no side."
	case lean > 0:
		return fmt.Sprintf("%s %.1f times the middle of what was told.", what, math.Exp(lean))
	}
	return fmt.Sprintf("%s %.0f %% of the middle of what was told.", what, 100*math.Exp(lean))
}

// next is how the next ones are told.
func (v ForecastRecord) next() string {
	switch {
	case v.Scored == 0:
		return "not known yet"
	case v.Asked == 0:
		return "each team's own history says"
	case math.Abs(v.Asked-forecast.Promise) < 0.005:
		return "as they are"
	case v.Asked > forecast.Promise:
		return fmt.Sprintf("with more room: %.0f %% is asked for, so that 85 %% hold", 100*v.Asked)
	}
	return fmt.Sprintf("with less room: %.0f %% is asked for, so that 85 %% hold", 100*v.Asked)
}

// far is the natural logarithm of by how much what came may typically differ from the
// middle of what was told before the middle is called wrong: twice, or half.
const far = math.Ln2

// sentence is a record in kind words: what held, one verdict, and what becomes of the
// next ones. lean is the sum of the leanings of all.
func (v ForecastRecord) sentence(h chance.Holding, lean float64) string {
	if v.Scored == 0 {
		return fmt.Sprintf("%d told, none of them due yet.", v.Told-v.Void)
	}
	text := h.Evidence()
	switch v.Verdict {
	case chance.TooEarly:
		text = fmt.Sprintf("%d of %d came true. After eight we can say more.", v.Held, v.Scored)
	case chance.AsPromised:
		text += " What is told with 85 % can be relied on."
	case chance.PerhapsBold:
		text += " A little too bold, which may be chance."
	case chance.TooBold:
		text += " That is usual at first: work comes in bursts."
	case chance.PerhapsCareful:
		text += " A little too careful, which may be chance."
	case chance.TooCareful:
		text += " They could dare more."
	}
	if v.Scored >= enough && math.Abs(lean) > far*float64(v.Scored) {
		text += " The middle of the range is far off, so read the end that 85 % is told of."
	}
	if v.Asked > 0 {
		text += " The next ones are told " + v.Next + "."
	}
	if v.Rated >= enough {
		text += fmt.Sprintf(" Finished in time: %.0f %% were told on average, and %.0f %% were.", 100*v.Said, 100*float64(v.Came)/float64(v.Rated))
	}
	return text
}
