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
	top, err := p.topOf()
	if err != nil {
		return err
	}
	v := pairsPage{Place: p, Who: who, Top: top}
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
	return w.show(rw, r, who, ui.Page{Title: "Pairs", Width: ui.Wide, Room: assets.Judging, Keys: keys(inPairs)}, pairsBody(v))
}

// doCompare keeps which of two is worth more, and leads to the next pair.
func (w *Web) doCompare(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in := judging.CompareInput{A: plumbline.Key(r.PostFormValue("a")), B: plumbline.Key(r.PostFormValue("b")), Winner: plumbline.Key(r.PostFormValue("winner"))}
	if err := w.app.Compare(r.Context(), who, in); err != nil {
		return err
	}
	text := string(in.Winner) + " is worth more: kept."
	if in.Winner == "" {
		text = "As good as each other: kept."
	}
	return w.done(rw, r, "/ranking/pairs", ui.Flash{Text: text})
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
