package web

import (
	"math"
	"net/http"
	"net/url"
	"strings"

	"plumbline"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// roundsPage is all blind rounds, and the form that opens one.
type roundsPage struct {
	Rounds  []judging.RoundView
	Factors []judging.FactorView
	Form    form
	Who     plumbline.Actor
	Now     plumbline.Time
}

// roundPage is one blind round.
type roundPage struct {
	judging.RoundView
	typedRanges
	Who plumbline.Actor
	Now plumbline.Time
}

func (w *Web) rounds(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	vals := url.Values{}
	if keys := r.URL.Query()["key"]; len(keys) > 0 {
		vals.Set("items", strings.Join(keys, " "))
	}
	return w.roundsPage(rw, r, who, http.StatusOK, newForm(vals))
}

func (w *Web) roundsPage(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, f form) error {
	v := roundsPage{Form: f, Who: who, Now: w.app.Now()}
	var err error
	if v.Rounds, err = w.app.Rounds(r.Context(), who); err != nil {
		return err
	}
	grid, err := w.app.Grid(r.Context(), who, judging.GridQuery{Filter: plumbline.Filter{Limit: 1}})
	if err != nil {
		return err
	}
	v.Factors = grid.Factors
	return w.showAs(rw, r, who, status, ui.Page{Title: "Blind rounds", Width: ui.Wide, Room: assets.Judging}, roundsBody(v))
}

func (w *Web) doOpenRound(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in, err := roundInput(r.PostForm)
	var made judging.RoundView
	if err == nil {
		made, err = w.app.OpenRound(r.Context(), who, in)
	}
	switch {
	case err == nil:
		return w.done(rw, r, roundAddress(made.ID), ui.Flash{Text: "The round is open. Nobody sees what the others say until it is closed."})
	case plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r):
		return w.roundsPage(rw, r, who, http.StatusUnprocessableEntity, refused(r.PostForm, err))
	}
	return err
}

func roundInput(v url.Values) (in judging.RoundInput, err error) {
	in.Title = strings.TrimSpace(v.Get("title"))
	for _, k := range words(v.Get("items")) {
		in.Items = append(in.Items, plumbline.Key(strings.ToUpper(k)))
	}
	for _, f := range v["factors"] {
		if f != "" {
			in.Factors = append(in.Factors, plumbline.Factor(f))
		}
	}
	for _, p := range words(v.Get("people")) {
		in.People = append(in.People, strings.TrimPrefix(p, "@"))
	}
	in.Until, err = day(v, "until")
	return in, err
}

// words are the parts of a text between spaces and commas.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;\n\r\t", r) })
}

func (w *Web) round(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.roundAs(rw, r, who, http.StatusOK, typedRanges{})
}

// roundAs draws a round; typed says what was typed and refused.
func (w *Web) roundAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, typed typedRanges) error {
	v, err := w.app.Round(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	seq, err := w.app.LastSeq(r.Context())
	if err != nil {
		return err
	}
	p := roundPage{RoundView: v, typedRanges: typed, Who: who, Now: w.app.Now()}
	return w.showAs(rw, r, who, status, ui.Page{Title: v.Title, Width: ui.Wide, After: after(seq), Room: assets.Judging, Keys: keys(inGrid)}, roundBody(p))
}

// doRound is what is done in a round: answering it, or closing it.
func (w *Web) doRound(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	id := r.PathValue("id")
	if r.PostFormValue("do") == "close" {
		if _, err := w.app.CloseRound(r.Context(), who, id); err != nil {
			return err
		}
		return w.done(rw, r, roundAddress(id), ui.Flash{Text: "The round is closed. Now everybody sees what the others said."})
	}
	r.PostForm.Set("round", id)
	n, typed, err := w.saveRanges(r, who)
	if err != nil {
		return err
	}
	if len(typed.Wrong) > 0 {
		return w.roundAs(rw, r, who, http.StatusUnprocessableEntity, typed)
	}
	return w.done(rw, r, roundAddress(id), ui.Flash{Text: plural(n, "estimate", "estimates") + " given. You can change them until the round is closed."})
}

func roundAddress(id string) string { return "/ranking/rounds/" + url.PathEscape(id) }

// mayOpenRounds says whether somebody may ask others to estimate.
func mayOpenRounds(who plumbline.Actor) bool { return rights.May(who, rights.RunRounds) }

// answered says how far the answers of a round are.
func answered(v judging.RoundView) string {
	all := 0
	for _, a := range v.Answers {
		if a.Of > 0 && a.Given >= a.Of {
			all++
		}
	}
	return plural(all, "person has", "people have") + " answered all of it"
}

// scaleOf is a scale on which all ranges of a factor fit.
func scaleOf(f judging.FactorView) (low, high float64) {
	low, high = f.Low, f.High
	for _, o := range f.Opinions {
		if o.High > o.Low {
			low, high = math.Min(low, o.Low), math.Max(high, o.High)
		}
	}
	return low, high
}

// strip is one person's range on the scale of all.
func strip(f judging.FactorView, o judging.OpinionView) ui.Spread {
	low, high := scaleOf(f)
	return ui.Spread{Low: o.Low, Mid: middle(o), High: o.High, Min: low, Max: high, Words: o.ByName + ": " + o.Text}
}

// together is the range of all on the same scale.
func pooledStrip(f judging.FactorView) ui.Spread {
	low, high := scaleOf(f)
	return ui.Spread{Low: f.Low, Mid: f.Median, High: f.High, Min: low, Max: high, Unknown: !f.Known, Words: "All together: " + f.Text}
}

func factorChoices(factors []judging.FactorView) (out []ui.Choice) {
	for _, f := range factors {
		if !f.Withheld {
			out = append(out, ui.Choice{Value: string(f.Factor), Text: f.Name})
		}
	}
	return out
}

func roundLede(v roundPage) string {
	if !v.Open {
		return "Closed. Everybody's range is on one scale: ranges far apart are a disagreement, which more measuring of one's own does not settle; wide ones are doubt."
	}
	text := "Open: you see only what you said yourself."
	if !v.Until.IsZero() {
		text += " Answers are wanted by " + dayOf(v.Until) + "."
	}
	return text
}

// middle is the middle of a person's range: of what multiplies, the geometric one.
func middle(o judging.OpinionView) float64 {
	if o.Low > 0 {
		return math.Sqrt(o.Low * o.High)
	}
	return (o.Low + o.High) / 2
}
