package flowmetrics

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/chance"
	"plumbline/internal/flow"
	"plumbline/internal/forecast"
	"plumbline/internal/store"
)

// Limits of what a forecast looks at.
const (
	historyWeeks = 520
	mostNeeded   = 500 // items that are to be done together
	mostTeams    = 20
)

// AheadQuery is what is asked of what will be.
type AheadQuery struct {
	Place
	Remaining string          // items to be finished: "12", "12-18"; empty: what is open there now
	By        string          // a day, as 2027-01-14: what is the chance by then? Empty: not asked
	Items     []plumbline.Key // when are these done, with what blocks them? Then Place and Remaining are empty
	Seed      uint64
}

// Ahead is when what remains will be done, and how much by when, from what was finished
// before.
type Ahead struct {
	Place
	Name      string `json:"name"`
	Sentence  string `json:"sentence"`
	Start     string `json:"start"`     // the Monday on which the first week ahead begins
	Remaining string `json:"remaining"` // items, as asked
	Items     int    `json:"items"`     // the middle of that
	*forecast.Forecast
	Teams    []AheadTeam        `json:"teams,omitempty"`
	Together *forecast.Together `json:"together,omitempty"`
}

// AheadTeam is the part of one team in what is to be done together.
type AheadTeam struct {
	Team     plumbline.TeamRef `json:"team"`
	Name     string            `json:"name"`
	Keys     []plumbline.Key   `json:"keys"`
	Sentence string            `json:"sentence"`
	forecast.Forecast
}

// Forecast is when what remains at a place will be done, or when items and all that
// blocks them are.
func (r *Room) Forecast(ctx context.Context, who plumbline.Actor, q AheadQuery) (out Ahead, err error) {
	if err := rights.Need(who, rights.ReadInternal); err != nil {
		return out, err
	}
	if len(q.Items) > 0 && (q.Place != Place{} || q.Remaining != "") {
		return out, plumbline.FieldError("items", "Ask for items, or for what remains at a place, not for both at once.")
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		if len(q.Items) > 0 {
			out, err = r.together(tx, who, q)
			return err
		}
		_, name, err := r.choices(tx, q.Place)
		if err != nil {
			return err
		}
		out, err = r.ahead(tx, who, q, name, -1)
		return err
	})
	return out, err
}

// start is the Monday on which the weeks ahead begin: this week is one of them, since
// it is not over.
func (r *Room) start() time.Time {
	return time.Unix(store.MondayOf(r.now())*24*60*60, 0).UTC()
}

// by reads until when, in whole weeks after the start.
func (r *Room) by(text string) (weeks int, err error) {
	if text == "" {
		return 0, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, plumbline.FieldError("by", "%q is not a date: write it as 2026-11-23.", text)
	}
	weeks = forecast.Week.Between(r.start(), day)
	if weeks < 1 || weeks > forecast.Week.Horizon() {
		return 0, plumbline.FieldError("by", "The date must lie at least a week after %s and at most %d weeks.", r.start().Format(time.DateOnly), forecast.Week.Horizon())
	}
	return weeks, nil
}

// demand reads what remains; none when that is nothing.
func demand(text string, seed uint64) (*forecast.Demand, error) {
	low, high, isRange := strings.Cut(strings.TrimSpace(text), "-")
	a, err := strconv.ParseFloat(strings.TrimSpace(low), 64)
	var written any = a
	if isRange && err == nil {
		var b float64
		b, err = strconv.ParseFloat(strings.TrimSpace(high), 64)
		written = []any{a, b}
	}
	if err != nil {
		return nil, plumbline.FieldError("remaining", "Write how many items remain as a number, 12, or as a range that you believe in with 90 %%, 12-18; not %q.", text)
	}
	if a == 0 && !isRange {
		return nil, nil
	}
	dist, err := chance.FromWritten(written, false)
	if err != nil {
		return nil, plumbline.FieldError("remaining", "%s", plumbline.TextOf(err))
	}
	d, err := forecast.NewDemand(dist, forecast.Split{}, seed)
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// ahead forecasts a place; open is how much is open there, below zero when it is not
// known yet.
func (r *Room) ahead(tx *store.Tx, who plumbline.Actor, q AheadQuery, name string, open int) (out Ahead, err error) {
	out = Ahead{Place: q.Place, Name: name, Start: r.start().Format(time.DateOnly), Remaining: q.Remaining}
	by, err := r.by(q.By)
	if err != nil {
		return out, err
	}
	if q.Remaining == "" && open < 0 {
		if open, err = r.openNow(tx, who, q.Place); err != nil {
			return out, err
		}
	}
	out.Remaining = cmp.Or(q.Remaining, strconv.Itoa(max(open, 0)))
	d, err := demand(out.Remaining, q.Seed)
	if err != nil {
		return out, err
	}
	h, err := r.Throughput(tx, who, q.Place)
	if err != nil {
		return out, err
	}
	if d != nil {
		out.Items = int(d.Median() + 0.5)
	}
	f := h.Forecast(forecast.Query{Demand: d, By: by, Seed: q.Seed})
	f.Date(r.start())
	out.Forecast, out.Sentence = &f, sentence(&f)
	return out, nil
}

// openNow is how many items are open at a place.
func (r *Room) openNow(tx *store.Tx, who plumbline.Actor, p Place) (n int, err error) {
	stock, err := tx.FlowStock(who, p.rows())
	for _, s := range stock {
		if !s.Done {
			n += s.N
		}
	}
	return n, err
}

// Throughput is how many items were finished at a place in each whole week, since it has
// any, ten years at most.
func (r *Room) Throughput(tx *store.Tx, who plumbline.Actor, p Place) (*forecast.History, error) {
	began, any, err := tx.FlowBegan(who, p.rows())
	if err != nil {
		return nil, err
	}
	end := store.MondayOf(r.now())
	first := end
	if any {
		first = min(max(store.Monday(began), end-7*historyWeeks), end)
	}
	weeks, err := r.FinishedSince(tx, who, p, first)
	if err != nil {
		return nil, err
	}
	counts := make([]int, (end-first)/7)
	for week, n := range weeks {
		if at := int(week-first) / 7; at < len(counts) {
			counts[at] += n
		}
	}
	return forecast.NewHistory(p.id(), forecast.Week, counts, r.start(), nil)
}

// FinishedSince is how many items were finished at a place in each week, by its Monday,
// from a Monday on, both as [store.DayOf] counts. What was dropped is left out.
func (r *Room) FinishedSince(tx *store.Tx, who plumbline.Actor, p Place, first int64) (map[int64]int, error) {
	rows, err := tx.FlowWeeks(who, p.rows(), first)
	out := map[int64]int{}
	for _, k := range rows {
		if r.kind(k.Process, k.State) != flow.Dropped {
			out[k.Week] += k.N
		}
	}
	return out, err
}

// id tells the random numbers of places apart.
func (p Place) id() string {
	return string(p.Process) + "|" + string(p.Team) + "|" + string(p.Product)
}

// promised is the place of 85 % among what a forecast tells.
const promised = 2

// sentence is a forecast in words.
func sentence(f *forecast.Forecast) string {
	switch {
	case !f.Enough:
		return f.Notes[0]
	case len(f.When) == 0:
		return "Nothing remains to be finished."
	}
	w := f.When[promised]
	text := fmt.Sprintf("85 %%: by %s; ", w.Date)
	if w.Beyond {
		text = "85 %: not within two years; "
	}
	if !w.Hit.Tested() {
		return text + "the history is too short to say how often such forecasts came true."
	}
	return text + fmt.Sprintf("forecasts made this way came true %s times.", w.Hit)
}

// together forecasts items with all that blocks them: each team finishes its part as
// the next thing that it does, and the last one is done when all are.
func (r *Room) together(tx *store.Tx, who plumbline.Actor, q AheadQuery) (out Ahead, err error) {
	by, err := r.by(q.By)
	if err != nil {
		return out, err
	}
	items, err := tx.Needed(who, q.Items, mostNeeded+1)
	if err != nil {
		return out, err
	}
	if len(items) > mostNeeded {
		return out, plumbline.FieldError("items", "More than %d items have to be done for these: ask for fewer.", mostNeeded)
	}
	for _, k := range q.Items {
		if !slices.ContainsFunc(items, func(it plumbline.Item) bool { return it.Key == k }) {
			return out, plumbline.Errorf(plumbline.NotFound, "There is no open item %s.", k)
		}
	}
	names, err := ledger.TeamNames(tx)
	if err != nil {
		return out, err
	}
	out = Ahead{Name: "Items together", Start: r.start().Format(time.DateOnly), Remaining: strconv.Itoa(len(items)), Items: len(items), Together: &forecast.Together{}}
	parts, without := partsOf(items)
	if len(parts) > mostTeams {
		return out, plumbline.FieldError("items", "These need %d teams; at most %d are forecast together.", len(parts), mostTeams)
	}
	var forecasts []forecast.Forecast
	for _, t := range parts {
		a, err := r.ahead(tx, who, AheadQuery{Place: Place{Team: t.Team}, Remaining: strconv.Itoa(len(t.Keys)), By: q.By, Seed: q.Seed}, "", 0)
		if err != nil {
			return out, err
		}
		t.Name, t.Forecast, t.Sentence = cmp.Or(names[t.Team], string(t.Team)), *a.Forecast, a.Sentence
		out.Teams, forecasts = append(out.Teams, t), append(forecasts, t.Forecast)
	}
	out.join(forecasts, by, r.start(), without)
	return out, nil
}

// partsOf are the items by team, in the order of their first ones, and those that no
// team has.
func partsOf(items []plumbline.Item) (parts []AheadTeam, without []plumbline.Key) {
	for _, it := range items {
		i := slices.IndexFunc(parts, func(t AheadTeam) bool { return t.Team == it.Team })
		switch {
		case it.Team == "":
			without = append(without, it.Key)
		case i < 0:
			parts = append(parts, AheadTeam{Team: it.Team, Keys: []plumbline.Key{it.Key}})
		default:
			parts[i].Keys = append(parts[i].Keys, it.Key)
		}
	}
	return parts, without
}

// join puts the teams together.
func (a *Ahead) join(forecasts []forecast.Forecast, by int, start time.Time, without []plumbline.Key) {
	if len(without) > 0 {
		a.Together.Notes = []string{fmt.Sprintf("%s has no team, so nothing can be said of all together. Say who does it first.", without[0])}
		a.Together.When, a.Sentence = []forecast.When{}, a.Together.Notes[0]
		return
	}
	all := forecast.All(forecasts, by)
	all.Date(forecast.Week, start)
	a.Together = &all
	switch {
	case len(all.When) <= promised:
		a.Sentence = "One of the teams has too little history, so nothing can be said of all together."
	case all.When[promised].Beyond:
		a.Sentence = fmt.Sprintf("85 %%: all %d not within two years.", a.Items)
	default:
		a.Sentence = fmt.Sprintf("85 %%: all %d by %s, each team taking its part next.", a.Items, all.When[promised].Date)
	}
}
