package rank

import (
	"math"
	"strconv"

	"plumbline"
)

// mostPairs is up to how many items a result compares each with each.
const mostPairs = 50

// mostStudies is how many things to find out a result lists.
const mostStudies = 100

// Result is a table as programs read it. Its names are stable.
type Result struct {
	Policy       string       `json:"policy"`
	Model        string       `json:"model"`
	Top          int          `json:"top"`
	Seed         uint64       `json:"seed"`
	Items        []ResultItem `json:"items"` // in rank order
	Pairs        []ResultPair `json:"pairs"` // of up to 50 items
	ValidateNext []ResultNext `json:"validate_next"`
	Promised     float64      `json:"promised"`
	Shrunk       float64      `json:"shrunk"`
}

// ResultItem is one item of a [Result]. Score is null when it has none, and Rank
// is null then too unless rules put it in its place.
type ResultItem struct {
	ID         string             `json:"id"`
	Position   int                `json:"position"`
	Group      string             `json:"group"`
	Forced     bool               `json:"forced,omitempty"`
	Unassessed bool               `json:"unassessed,omitempty"`
	Row        int                `json:"row"`
	Clock      *ResultClock       `json:"clock,omitempty"`
	Score      *ResultScore       `json:"score"`
	Rank       *ResultRank        `json:"rank"`
	PTop       float64            `json:"p_top"`
	Tie        string             `json:"tie,omitempty"`
	Missing    []plumbline.Factor `json:"missing,omitempty"`
	Problems   []string           `json:"problems,omitempty"`
	Why        string             `json:"why"`
	Because    []string           `json:"because"`
}

// ResultClock is the clock that presses most.
type ResultClock struct {
	ID       string         `json:"id"`
	Policy   string         `json:"policy"`
	Due      plumbline.Time `json:"due"`
	Breached bool           `json:"breached"`
	Paused   bool           `json:"paused,omitempty"`
	Share    float64        `json:"share_left"`
}

// ResultScore is a score in figures.
type ResultScore struct {
	Median float64 `json:"median"`
	Mean   float64 `json:"mean"`
	P05    float64 `json:"p05"`
	P95    float64 `json:"p95"`
	Shrunk float64 `json:"shrunk"`
}

// ResultRank is a place in figures.
type ResultRank struct {
	Expected float64 `json:"expected"`
	P05      float64 `json:"p05"`
	P95      float64 `json:"p95"`
}

// ResultPair is the chance P that the score of A is above that of B.
type ResultPair struct {
	A string  `json:"a"`
	B string  `json:"b"`
	P float64 `json:"p"`
}

// ResultNext is something to find out. EVPPI is the worth of knowing the factor
// and EVPI that of knowing all of the item, in units of the score; the rest is in
// engineer-weeks, and left out where the model's size is not one of work.
type ResultNext struct {
	ID       string           `json:"id"`
	Factor   plumbline.Factor `json:"factor"`
	EVPPI    float64          `json:"evppi"`
	EVPI     float64          `json:"evpi"`
	Study    string           `json:"study,omitempty"`
	Worth    *float64         `json:"evsi_weeks,omitempty"`
	Cost     *float64         `json:"cost_weeks,omitempty"`
	Net      *float64         `json:"net_weeks,omitempty"`
	Sentence string           `json:"sentence"`
}

// Result is the table for programs.
func (t *Table) Result() Result {
	r := Result{
		Policy: t.Policy, Model: t.Model, Top: t.Top, Seed: t.Seed, Promised: tidy(t.Promised), Shrunk: tidy(t.Shrunk),
		Items: make([]ResultItem, t.Len()), Pairs: []ResultPair{}, ValidateNext: []ResultNext{},
	}
	for i := range r.Items {
		r.Items[i] = t.resultItem(t.At(i))
	}
	if t.Len() <= mostPairs {
		for a := range t.Len() {
			for b := a + 1; b < t.Len(); b++ {
				if p := t.Better(a, b); !math.IsNaN(p) {
					r.Pairs = append(r.Pairs, ResultPair{t.subject(a).ID, t.subject(b).ID, tidy(p)})
				}
			}
		}
	}
	for _, s := range t.ValidateNext(mostStudies) {
		n := ResultNext{ID: t.subject(s.Subject).ID, Factor: s.Factor, EVPPI: tidy(s.EVPPI), EVPI: tidy(s.EVPI), Study: s.Study, Sentence: s.Sentence}
		if s.Weeks {
			worth, net := tidy(s.Worth), tidy(s.Net)
			n.Worth, n.Cost, n.Net = &worth, &s.Cost, &net
		}
		r.ValidateNext = append(r.ValidateNext, n)
	}
	return r
}

func (t *Table) resultItem(e *Entry) ResultItem {
	out := ResultItem{
		ID: t.subject(e.Subject).ID, Position: e.Position, Group: e.Force.Group.String(), Forced: e.Force.Forced,
		Unassessed: e.Force.Unassessed, Row: e.Row, PTop: tidy(e.PTop), Tie: e.Tie, Missing: e.Missing,
		Problems: append(append([]string{}, e.Force.Problems...), e.Problems...), Why: e.Force.Why,
	}
	if t.Len() <= mostPairs {
		out.Because = t.Explain(e.Subject).Sentences
	} else {
		out.Because = []string{e.Force.Why}
	}
	if e.Force.Clock != "" {
		out.Clock = &ResultClock{e.Force.Clock, e.Force.Version, e.Force.Due, e.Force.Overdue > 0, e.Force.Paused, tidy(e.Force.Share)}
	}
	if s := e.Score; s != nil {
		out.Score = &ResultScore{tidy(s.Median), tidy(s.Mean), tidy(s.P05), tidy(s.P95), tidy(s.Shrunk)}
	}
	if e.Force.Group != Unscored {
		p := t.Places(e)
		out.Rank = &ResultRank{tidy(p.Expected), tidy(p.Low), tidy(p.High)}
	}
	return out
}

// tidy keeps ten digits that count: those behind them differ between processors,
// and say nothing.
func tidy(x float64) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 10, 64), 64)
	if err != nil {
		return x
	}
	return y
}
