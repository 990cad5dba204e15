package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/foretold"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/ranking"
	"plumbline/internal/app/rights"
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

// calibrationPage is how well ranges and forecasts held.
type calibrationPage struct {
	judging.CalibrationView
	Who       plumbline.Actor
	Forecasts foretold.ForecastRecords
}

// heldRow is a line about whose ranges, or which forecasts, held how often.
type heldRow struct {
	Name, Says string
	OfTwenty   int // expected of the next; -1: nothing says
	Held       string
	Bias, Next string
}

// rangesOf are the lines about ranges of one kind.
func rangesOf(v judging.CalibrationView, kind string) (out []heldRow) {
	for _, g := range v.Groups {
		if g.Kind == kind {
			out = append(out, heldRow{g.Name, g.Sentence, ui.OfTwenty(g.Rate), strconv.Itoa(g.Hit) + " of " + plural(g.Resolved, "range", "ranges"), g.Bias, g.Next})
		}
	}
	return out
}

// forecastsOf are the lines about forecasts, one for each kind.
func forecastsOf(v foretold.ForecastRecords) (out []heldRow) {
	for _, k := range v.Kinds {
		held := strconv.Itoa(k.Held) + " of " + plural(k.Scored, "forecast", "forecasts")
		if k.Waiting > 0 {
			held += ", " + strconv.Itoa(k.Waiting) + " not due yet"
		}
		twenty := -1
		if k.Scored > 0 {
			twenty = ui.OfTwenty(k.Rate)
		}
		out = append(out, heldRow{k.Name, k.Text, twenty, held, k.Bias, k.Next})
	}
	return out
}

// aboutWhom is whose forecast it was.
func aboutWhom(s foretold.ScoredForecast) (text, href string) {
	if s.Key != "" {
		return s.Title, itemAddress(s.Key)
	}
	return cmp.Or(s.Name, string(s.Team)), teamAddress(s.Team)
}

// toldOn is when a forecast was told.
func toldOn(s foretold.ScoredForecast) string {
	if s.Later {
		return "as of " + dayOf(s.At) + ", worked out later"
	}
	return "told on " + dayOf(s.At)
}

// cameLook is how what came of a forecast is drawn.
func cameLook(s foretold.ScoredForecast) (text string, tone ui.Tone, icon ui.IconName) {
	switch {
	case s.Void != "":
		return "Void", ui.Neutral, ui.IconMinus
	case s.Held:
		return "Held", ui.OK, ui.IconCheck
	}
	return "Missed", ui.Neutral, ui.IconArrowUpDown
}

func (w *Web) calibration(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v, err := w.app.Calibration(r.Context(), who)
	if err != nil {
		return err
	}
	p := calibrationPage{CalibrationView: v, Who: who}
	if rights.May(who, rights.ReadInternal) {
		if p.Forecasts, err = w.app.ForecastRecord(r.Context(), who, ""); err != nil {
			return err
		}
	}
	return w.show(rw, r, who, ui.Page{Title: "Calibration", Width: ui.Wide, Room: assets.Judging}, calibrationBody(p))
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
