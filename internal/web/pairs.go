package web

import (
	"net/http"
	"strconv"

	"plumbline"
	"plumbline/internal/app/judging"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// pairsPage asks which of two items is worth more.
type pairsPage struct {
	judging.PairView
	Place rankPlace
	Who   plumbline.Actor
	Top   int
	Form  form    // of a set: what was chosen and refused
	Min   float64 // the scale of the list
	Max   float64
}

// worthsShown is how much of the order by pairs is listed.
const worthsShown = 20

func (w *Web) pairs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	p, done, err := parsePlace(rw, r)
	if err != nil || done {
		return err
	}
	return w.pairsAs(rw, r, who, http.StatusOK, pairsPage{Place: p})
}

// pairsAs draws the page; v says what was chosen and refused.
func (w *Web) pairsAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, v pairsPage) (err error) {
	p := v.Place
	if p.way != "" && p.way != "set" {
		return plumbline.FieldError("way", "%q is no way to compare: it is set, or left out for pairs.", p.way)
	}
	top, err := p.topOf()
	if err != nil {
		return err
	}
	v.Who, v.Top = who, top
	if v.PairView, err = w.app.NextPair(r.Context(), who, p.filter, top); err != nil {
		return err
	}
	v.Worths = v.Worths[:min(len(v.Worths), worthsShown)]
	if v.Asked == 0 {
		v.Worths = nil // nobody has said anything: the list would be of no order at all
	}
	for i, wv := range v.Worths {
		if i == 0 {
			v.Min, v.Max = wv.Low, wv.High
		}
		v.Min, v.Max = min(v.Min, wv.Low), max(v.Max, wv.High)
	}
	page := ui.Page{Title: "Pairs", Width: ui.Wide, Room: assets.Judging}
	if p.way == "" {
		page.Keys = keys(inPairs)
	}
	return w.showAs(rw, r, who, status, page, pairsBody(v))
}

// doCompare keeps which of two is worth more, and leads to the next pair.
func (w *Web) doCompare(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in := judging.CompareInput{A: plumbline.Key(r.PostFormValue("a")), B: plumbline.Key(r.PostFormValue("b")), Winner: plumbline.Key(r.PostFormValue("winner"))}
	if len(r.PostForm["set"]) > 0 {
		return w.doSet(rw, r, who)
	}
	if err := w.app.Compare(r.Context(), who, in); err != nil {
		return err
	}
	text := string(in.Winner) + " is worth more: kept."
	if in.Winner == "" {
		text = "As good as each other: kept."
	}
	return w.done(rw, r, "/ranking/pairs", ui.Flash{Text: text})
}

// doSet keeps which of a few is worth most and which least, and leads to the next
// few.
func (w *Web) doSet(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in := judging.CompareInput{Best: plumbline.Key(r.PostFormValue("best")), Worst: plumbline.Key(r.PostFormValue("worst"))}
	for _, k := range r.PostForm["set"] {
		in.Set = append(in.Set, plumbline.Key(k))
	}
	err := w.app.Compare(r.Context(), who, in)
	switch {
	case err == nil:
		return w.done(rw, r, "/ranking/pairs?way=set", ui.Flash{Text: string(in.Best) + " is worth most of them, " + string(in.Worst) + " least: kept."})
	case plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r):
		return w.pairsAs(rw, r, who, http.StatusUnprocessableEntity, pairsPage{Place: rankPlace{path: "/ranking/pairs", way: "set"}, Form: refused(r.PostForm, err)})
	}
	return err
}

// ways are the two ways to compare, as tabs.
func (v pairsPage) ways() []ui.Tab {
	way := func(way string) string { return v.Place.with(func(p *rankPlace) { p.way = way }) }
	return []ui.Tab{{Text: "Two", Href: way(""), Current: v.Place.way == ""}, {Text: "Best and worst of five", Href: way("set"), Current: v.Place.way == "set"}}
}

// ofSet is the question which of the set is worth most, or least.
func (v pairsPage) ofSet(name, label string) ui.Field {
	f := ui.Field{Name: name, Label: label, Required: true}
	for _, c := range v.Set {
		f.Choices = append(f.Choices, ui.Choice{Value: string(c.Key), Text: string(c.Key) + " " + c.Title, Hint: c.Statement})
	}
	return v.Form.f(f)
}

func (v pairsPage) spread(x judging.WorthView) ui.Spread {
	return ui.Spread{Low: x.Low, Mid: x.Median, High: x.High, Min: v.Min, Max: v.Max, Words: x.Title + ": worth about " + ui.Short(x.Median) + ", nine times of ten between " + ui.Short(x.Low) + " and " + ui.Short(x.High)}
}

// asked says how far the comparing is.
func (v pairsPage) asked() string {
	s := plural(v.Asked, "pair", "pairs") + " judged so far"
	if v.Anchors > 0 {
		s += "; " + strconv.Itoa(v.Anchors) + " items with a known worth hold the scale"
	}
	return s + "."
}
