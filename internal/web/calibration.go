package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/ranking"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// validatePage is what to find out next.
type validatePage struct {
	ranking.ValidateView
	Who plumbline.Actor
}

// studiesShown is how many things to find out a page shows.
const studiesShown = 20

func (w *Web) validate(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v, err := w.app.ValidateNext(r.Context(), who, r.URL.Query().Get("model"), studiesShown)
	if err != nil {
		return err
	}
	seq, err := w.app.LastSeq(r.Context())
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "What to validate next", Width: ui.Wide, After: after(seq), Room: assets.Judging}, validateBody(validatePage{ValidateView: v, Who: who}))
}

// most is the largest figure of the list, the end of the scale of its bars.
func (v validatePage) most() float64 {
	most := 0.0
	for _, s := range v.Rows {
		most = max(most, s.EVSI, s.Cost)
	}
	return most
}

func (v validatePage) part(x float64) float64 {
	if m := v.most(); m > 0 {
		return x / m
	}
	return 0
}

func weeks(x float64) string { return ui.Short(x) + " engineer-weeks" }

func (w *Web) calibration(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v, err := w.app.Calibration(r.Context(), who)
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "Calibration", Width: ui.Wide, Room: assets.Judging}, calibrationBody(v, who))
}

// doReality keeps what a factor turned out to be.
func (w *Web) doReality(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.sent(rw, r, who, "reality", func(vals url.Values) (ui.Flash, error) {
		text := strings.NewReplacer(" ", "", ",", "", "_", "").Replace(vals.Get("value"))
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return ui.Flash{}, plumbline.FieldError("value", "Write what it turned out to be as a number, not %q.", vals.Get("value"))
		}
		in := judging.RealityInput{Factor: plumbline.Factor(vals.Get("factor")), Value: value, Source: strings.TrimSpace(vals.Get("source"))}
		return ui.Flash{Text: "Kept. The ranges that were given before are held against it."}, w.app.Resolve(r.Context(), who, key(r), in)
	})
}

// groupsOf are the groups of one kind.
func groupsOf(v judging.CalibrationView, kind string) (out []judging.CalibrationGroup) {
	for _, g := range v.Groups {
		if g.Kind == kind {
			out = append(out, g)
		}
	}
	return out
}

// widenWords says by how much ranges should be wider or narrower.
func widenWords(g judging.CalibrationGroup) string {
	switch {
	case g.Resolved == 0 || g.Widen == 0:
		return "not known yet"
	case g.Widen > 1.05:
		return "ranges " + ui.Short(g.Widen) + " times as wide would hold"
	case g.Widen < 0.95:
		return "ranges could be narrower, " + ui.Short(g.Widen) + " times"
	}
	return "ranges are as wide as they should be"
}
