package web

import (
	"net/http"
	"net/url"

	"plumbline"
	"plumbline/internal/app/judging"
	"plumbline/internal/web/ui"
)

// reachPart is what the reach of a product is counted in, on its page.
type reachPart struct {
	judging.ReachView
	Form form
	May  bool // the reader may say it
}

// reachPart reads it; f is the form as it was refused, or one that nobody sent.
func (w *Web) reachPart(r *http.Request, who plumbline.Actor, ref plumbline.ProductRef, f form) (*reachPart, error) {
	v, err := w.app.Reach(r.Context(), who, ref)
	if !f.failed() { // the source is not filled in: another number has another one
		f = newForm(url.Values{"unit": {v.Now.Unit}, "many": {unlessZero(v.Now.Many)}})
	}
	return &reachPart{v, f, rightsTo(who)}, err
}

// before is what was said earlier.
func (v reachPart) before() []plumbline.ReachUnit { return v.History[min(1, len(v.History)):] }

// reachWords is what was said, "24 teams".
func reachWords(u plumbline.ReachUnit) string {
	if u.Unit == "" {
		return "not counted"
	}
	return thousands(u.Many) + " " + u.Unit
}

// doReach says what the reach of a product is counted in.
func (w *Web) doReach(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	ref := plumbline.ProductRef(r.PathValue("ref"))
	many, err := whole(r.PostForm, "many")
	if err == nil {
		err = w.app.PutReach(r.Context(), who, ref, judging.ReachInput{Unit: r.PostForm.Get("unit"), Many: many, Source: r.PostForm.Get("source")})
	}
	switch {
	case err == nil:
		return w.done(rw, r, productAddress(ref)+"#reach", ui.Flash{Text: "Kept. What was said before stays in the history."})
	case plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r):
		return w.productAs(rw, r, who, http.StatusUnprocessableEntity, refused(r.PostForm, err))
	}
	return err
}
