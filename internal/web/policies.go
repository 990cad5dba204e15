package web

import (
	"net/http"
	"net/url"
	"strings"

	"plumbline"
	"plumbline/internal/app/ranking"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// lab is the policy lab: the editions of the policy, the text of one, and what
// another would have changed.
type lab struct {
	Editions []ranking.PolicyView
	Open     string // the edition whose text is shown
	Text     string
	Check    *ranking.PolicyCheck
	Replay   *ranking.ReplayView
}

// loadLab reads the lab; the address names the edition that is open, and from
// and to what is replayed.
func (w *Web) loadLab(r *http.Request, who plumbline.Actor, v *settingsView) (err error) {
	if v.Lab.Editions, err = w.app.Policies(r.Context(), who); err != nil {
		return err
	}
	q := v.Form.vals
	v.Lab.Open = q.Get("edition")
	for _, e := range v.Lab.Editions {
		if v.Lab.Open == "" && e.Active {
			v.Lab.Open = e.Version
		}
	}
	if v.Lab.Text = q.Get("src"); v.Lab.Text == "" && v.Lab.Open != "" {
		text, err := w.app.PolicyText(r.Context(), who, v.Lab.Open)
		if err != nil {
			return err
		}
		v.Lab.Text = text.Text
	}
	if q.Get("to") == "" || v.Form.failed() {
		return nil
	}
	since, err := day(q, "since")
	if err != nil {
		v.Form.err = err
		return nil
	}
	return w.replay(r, who, v, ranking.ReplayInput{From: q.Get("from"), To: q.Get("to"), Since: since})
}

// replay ranks what was there under another policy too; a refusal is shown in
// the form.
func (w *Web) replay(r *http.Request, who plumbline.Actor, v *settingsView, in ranking.ReplayInput) error {
	out, err := w.app.ReplayPolicy(r.Context(), who, in)
	if plumbline.KindOf(err) == plumbline.Invalid && err != nil {
		v.Form.err = err
		return nil
	}
	if err == nil {
		v.Lab.Replay = &out
	}
	return err
}

// doPolicy is what is done in the lab with a text: it is checked, replayed or
// saved as an edition; or an edition comes into force.
func (w *Web) doPolicy(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	ctx, vals := r.Context(), r.PostForm
	src := lines(vals.Get("src"))
	switch vals.Get("do") {
	case "use":
		if err := w.app.UsePolicy(ctx, who, vals.Get("edition")); err != nil {
			return err
		}
		return w.done(rw, r, "/settings/policies", ui.Flash{Text: vals.Get("edition") + " is in force. What was judged before keeps the edition it was judged under."})
	case "save":
		return w.saved(rw, r, who, "policies", "Edition saved. It is not in force until you use it.", func(url.Values) error {
			_, err := w.app.SavePolicy(ctx, who, src)
			return err
		})
	case "replay":
		return w.labPage(rw, r, who, func(v *settingsView) error {
			return w.replay(r, who, v, ranking.ReplayInput{Src: src})
		})
	}
	return w.labPage(rw, r, who, func(v *settingsView) error {
		c, err := w.app.CheckPolicy(ctx, who, src)
		v.Lab.Check = &c
		return err
	})
}

// labPage draws the lab with what came of a text, which stays as it was typed.
func (w *Web) labPage(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, do func(*settingsView) error) error {
	v := settingsView{Form: newForm(url.Values{"src": {r.PostFormValue("src")}, "edition": {r.PostFormValue("edition")}}), Now: w.app.Now(), Who: who}
	if err := v.open("policies"); err != nil {
		return err
	}
	if err := w.loadLab(r, who, &v); err != nil {
		return err
	}
	if err := do(&v); err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "Settings", Width: ui.Wide, Room: assets.Judging}, settingsBody(v))
}

// mayPolicy says whether somebody may save editions of the policy and use them.
func mayPolicy(who plumbline.Actor) bool { return rights.May(who, rights.ManagePolicy) }

// editionChoices are the editions, to choose two of.
func (l lab) editionChoices() (out []ui.Choice) {
	for _, e := range l.Editions {
		text := e.Version
		if e.Active {
			text += " (in force)"
		}
		out = append(out, ui.Choice{Value: e.Version, Text: text})
	}
	return out
}

// other is an edition beside the one in force, to begin a replay with.
func (l lab) other() string {
	for _, e := range l.Editions {
		if !e.Active {
			return e.Version
		}
	}
	return ""
}

// active is the edition in force.
func (l lab) active() string {
	for _, e := range l.Editions {
		if e.Active {
			return e.Version
		}
	}
	return ""
}

// textRows is how high the field of a policy's text begins.
func textRows(s string) int { return min(28, max(8, strings.Count(s, "\n")+2)) }
