package web

import (
	"net/http"
	"strconv"

	"plumbline"
	"plumbline/internal/app/ranking"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// explainPage says why an item stands where it does.
type explainPage struct {
	ranking.ExplainView
	typedRanges
	Who   plumbline.Actor
	Model string
	Now   plumbline.Time
}

func (w *Web) explain(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.explainAs(rw, r, who, http.StatusOK, explainPage{Model: r.URL.Query().Get("model")})
}

// explainAs draws the page; v says what was typed and refused.
func (w *Web) explainAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, v explainPage) (err error) {
	if v.ExplainView, err = w.app.Explain(r.Context(), who, key(r), v.Model); err != nil {
		return err
	}
	if err := w.fillRests(r, who, &v); err != nil {
		return err
	}
	seq, err := w.app.LastSeq(r.Context())
	if err != nil {
		return err
	}
	v.Who, v.Now = who, w.app.Now()
	return w.showAs(rw, r, who, status, ui.Page{Title: "Why " + string(v.Key) + " stands where it does", Width: ui.Wide, After: after(seq), Room: assets.Judging}, explainBody(v))
}

// fillRests adds who said what to the factors of an explanation.
func (w *Web) fillRests(r *http.Request, who plumbline.Actor, v *explainPage) error {
	said, err := w.app.Estimates(r.Context(), who, v.Key, v.ExplainView.Model)
	if err != nil {
		return err
	}
	for i, f := range v.Factors {
		for _, s := range said.Factors {
			if s.Factor == f.Factor {
				v.Factors[i].FactorView = s
			}
		}
	}
	return nil
}

// doEstimate writes down what one person thinks of the factors of an item.
func (w *Web) doEstimate(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	n, typed, err := w.saveRanges(r, who)
	if err != nil {
		return err
	}
	model := r.PostFormValue("model")
	if len(typed.Wrong) > 0 {
		return w.explainAs(rw, r, who, http.StatusUnprocessableEntity, explainPage{Model: model, typedRanges: typed})
	}
	return w.done(rw, r, explainHref(key(r), model)+"#estimates", ui.Flash{Text: plural(n, "estimate", "estimates") + " saved."})
}

// shareWords says how much of the doubt about a score comes from a factor.
func shareWords(f ranking.FactorShare) string {
	return f.Name + ": " + percentOf(f.Share) + " of the doubt about the score"
}

func percentOf(part float64) string {
	switch {
	case part > 0 && part < 0.01:
		return "under 1 %"
	case part < 1 && part > 0.99:
		return "over 99 %"
	}
	return strconv.Itoa(int(100*part+0.5)) + " %"
}

// tornadoTitle is what the tornado shows, as a sentence.
func tornadoTitle(factors []ranking.FactorShare) string {
	var most ranking.FactorShare
	for _, f := range factors {
		if f.Share > most.Share {
			most = f
		}
	}
	if most.Share == 0 {
		return "What the score is made of"
	}
	return most.Name + " is what the doubt about the score comes from most"
}
