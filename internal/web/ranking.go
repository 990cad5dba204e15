package web

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/ranking"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// rankPlace is what the address of a page about judgement says: which items,
// by which model, how many are taken, and what is tried out.
type rankPlace struct {
	path   string
	filter plumbline.Filter
	model  string
	top    string
	way    string        // of pairs: "set" asks for the best and the worst of a few
	item   plumbline.Key // whose factors are tried out
	set    url.Values    // "set.reach": what is tried
}

// ofTrial begins the names of inputs for factors that are tried out.
const ofTrial = "set."

// parsePlace reads the address. One with empty values, as a form makes it, is
// led to the one that everybody else has; done says so.
func parsePlace(rw http.ResponseWriter, r *http.Request) (p rankPlace, done bool, err error) {
	q := r.URL.Query()
	p = rankPlace{path: r.URL.Path, model: q.Get("model"), top: q.Get("top"), way: q.Get("way"), item: plumbline.Key(q.Get("item")), set: url.Values{}}
	allowed := []string{"model", "top", "item", "way"}
	for name, v := range q {
		if strings.HasPrefix(name, ofTrial) {
			allowed = append(allowed, name)
			if v[0] != "" {
				p.set[name] = v[:1]
			}
		}
	}
	if p.filter, err = plumbline.ParseFilter(q, allowed...); err != nil {
		return p, false, err
	}
	for _, v := range q {
		if slices.Contains(v, "") {
			http.Redirect(rw, r, p.href(), http.StatusSeeOther)
			return p, true, nil
		}
	}
	return p, false, nil
}

// values are the parts of the address.
func (p rankPlace) values() url.Values {
	q := p.filter.Values()
	for name, v := range map[string]string{"model": p.model, "top": p.top, "way": p.way, "item": string(p.item)} {
		if v != "" {
			q.Set(name, v)
		}
	}
	for name, v := range p.set {
		q[name] = v
	}
	return q
}

func (p rankPlace) href() string {
	if q := p.values().Encode(); q != "" {
		return p.path + "?" + q
	}
	return p.path
}

// with is the address after a change of it.
func (p rankPlace) with(change func(*rankPlace)) string {
	change(&p)
	return p.href()
}

// plain is the place without what is tried out, from its first page.
func (p rankPlace) plain() rankPlace {
	p.item, p.set, p.filter.Cursor = "", nil, ""
	return p
}

// hidden are the parts that a form takes along, without the named ones.
func (p rankPlace) hidden(without ...string) (out [][2]string) {
	q := p.values()
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if slices.Contains(without, name) {
			continue
		}
		for _, v := range q[name] {
			out = append(out, [2]string{name, v})
		}
	}
	return out
}

// topOf is how many are taken; 0: as the policy says.
func (p rankPlace) topOf() (int, error) {
	if p.top == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(p.top)
	if err != nil || n < 1 || n > 1000 {
		return 0, plumbline.FieldError("top", "How many are taken is a number from 1 to 1000, not %q.", p.top)
	}
	return n, nil
}

// changes are what is tried out.
func (p rankPlace) changes() (out []ranking.Change) {
	for _, name := range slices.Sorted(maps.Keys(p.set)) {
		out = append(out, ranking.Change{Key: p.item, Factor: plumbline.Factor(strings.TrimPrefix(name, ofTrial)), Text: p.set.Get(name)})
	}
	return out
}

// rankingPage is the ranking as it is drawn.
type rankingPage struct {
	ranking.RankingView
	Place rankPlace
	Who   plumbline.Actor
	Trial *trialView // nil: nothing is tried out
	Error string     // what is wrong with what is tried
	Max   float64    // the end of the scale of ranks
	First string
	More  string
}

// trialView is the form in which factors of one item are tried out.
type trialView struct {
	Key     plumbline.Key
	Title   string
	Factors []judging.FactorView
	Leave   string
}

func (w *Web) ranking(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	p, done, err := parsePlace(rw, r)
	if err != nil || done {
		return err
	}
	top, err := p.topOf()
	if err != nil {
		return err
	}
	v := rankingPage{Place: p, Who: who}
	q := ranking.RankQuery{Filter: p.filter, Model: p.model, Top: top, Cursor: p.filter.Cursor, WhatIf: p.changes()}
	v.RankingView, err = w.app.Ranking(r.Context(), who, q)
	if len(q.WhatIf) > 0 && plumbline.KindOf(err) == plumbline.Invalid && err != nil {
		v.Error, q.WhatIf = plumbline.TextOf(err), nil // half typed: the ranking as it is stands below it
		v.RankingView, err = w.app.Ranking(r.Context(), who, q)
	}
	if err == nil && p.item != "" {
		v.Trial, err = w.trial(r, who, p)
	}
	if err != nil {
		return err
	}
	seq, err := w.app.LastSeq(r.Context())
	if err != nil {
		return err
	}
	v.Max = scaleEnd(v.Rows, v.Top)
	if v.Next != "" {
		v.More = p.with(func(p *rankPlace) { p.filter.Cursor = v.Next })
	}
	if p.filter.Cursor != "" {
		v.First = p.with(func(p *rankPlace) { p.filter.Cursor = "" })
	}
	return w.show(rw, r, who, ui.Page{Title: "Ranking", Width: ui.Full, After: after(seq), Room: assets.Judging, Keys: keys(inRanking)}, rankingBody(v))
}

// trial is the form for the item that the address names.
func (w *Web) trial(r *http.Request, who plumbline.Actor, p rankPlace) (*trialView, error) {
	v, err := w.app.Estimates(r.Context(), who, p.item, p.model)
	if err != nil {
		return nil, err
	}
	return &trialView{Key: v.Key, Title: v.Title, Factors: v.Factors, Leave: p.with(func(p *rankPlace) { p.item, p.set = "", nil })}, nil
}

// scaleEnd is the last rank that the forest plot of a page shows.
func scaleEnd(rows []ranking.RankedView, top int) float64 {
	end := float64(top + 1)
	for _, r := range rows {
		if r.HasScore {
			end = max(end, r.RankHigh)
		}
	}
	return math.Ceil(end)
}

// axis is the scale at the head of the column of ranks.
func (v rankingPage) axis() ui.SpreadAxis {
	return ui.SpreadAxis{Name: "Rank by score, nine times of ten", Min: 1, Max: v.Max, Mark: float64(v.Top) + 0.5}
}

// spread is where an item stands in the ranking.
func (v rankingPage) spread(r ranking.RankedView) ui.Spread {
	return ui.Spread{
		Low: r.RankLow, Mid: r.Expected, High: r.RankHigh, Min: 1, Max: v.Max, Mark: float64(v.Top) + 0.5, Unknown: !r.HasScore,
		Words: rankWords(r),
	}
}

// rankWords says where an item stands.
func rankWords(r ranking.RankedView) string {
	if !r.HasScore {
		return "Rank unknown"
	}
	if math.Round(r.RankLow) == math.Round(r.RankHigh) {
		return fmt.Sprintf("Rank %.0f", r.RankLow)
	}
	return fmt.Sprintf("Rank %.0f expected; nine times of ten between %.0f and %.0f", math.Max(1, r.Expected), r.RankLow, r.RankHigh)
}

// scoreWords is the score that people's estimates give, with its range.
func scoreWords(r ranking.RankedView) string {
	return "score " + ui.Short(r.Score) + ", " + ui.Short(r.ScoreLow) + " to " + ui.Short(r.ScoreHigh)
}

// models are the links to the same ranking by another model.
func modelTabs(p rankPlace, models []judging.ModelView, now string) (out []ui.Tab) {
	for _, m := range models {
		out = append(out, ui.Tab{Text: m.Name, Current: m.ID == now, Href: p.with(func(p *rankPlace) { p.model, p.item, p.set, p.filter.Cursor = m.ID, "", nil, "" })})
	}
	return out
}

// tryHref opens the form in which an item's factors are tried out.
func (v rankingPage) tryHref(key plumbline.Key) string {
	return v.Place.with(func(p *rankPlace) { p.item, p.set = key, nil }) + "#trial"
}

// trialField is the input for a factor that is tried out.
func (v rankingPage) trialField(f judging.FactorView) ui.Field {
	out := ui.Field{Name: ofTrial + string(f.Factor), Label: f.Name, Prefix: "trial", Place: "?", Value: cmp.Or(v.Place.set.Get(ofTrial+string(f.Factor)), f.Text), Mode: "text"}
	if f.Unit != "" {
		out.Label += ", " + f.Unit
	}
	return out
}

// explainHref is the page that says why an item stands where it does.
func explainHref(key plumbline.Key, model string) string {
	to := "/ranking/" + url.PathEscape(string(key))
	if model != "" {
		to += "?model=" + escape(model)
	}
	return to
}

// enterHref is the grid with one item, where what is missing is entered.
func enterHref(key plumbline.Key, model string) string {
	to := "/ranking/estimates?q=" + escape("key:"+string(key)) + "&status=all"
	if model != "" {
		to += "&model=" + escape(model)
	}
	return to
}

// mayEstimate says whether somebody may write an estimate down.
func mayEstimate(who plumbline.Actor) bool { return rights.May(who, rights.GiveEstimate) }

// unknownShown is how many items without a score the ranking names.
const unknownShown = 10

// sheetHref is the sheet of what the ranking is of.
func (v rankingPage) sheetHref() string {
	return v.Place.plain().with(func(p *rankPlace) { p.path, p.top = "/ranking/estimates", "" })
}

// byRow puts the scored ones together by the row of the policy they are in.
func (v rankingPage) byRow() (out []rankGroup) {
	for _, r := range v.Rows {
		if n := len(out); n == 0 || out[n-1].Name != r.RowName {
			out = append(out, rankGroup{Name: r.RowName})
		}
		g := &out[len(out)-1]
		g.Rows = append(g.Rows, r)
	}
	return out
}

// rankGroup is the items of one row of the policy's priority table.
type rankGroup struct {
	Name string
	Rows []ranking.RankedView
}
