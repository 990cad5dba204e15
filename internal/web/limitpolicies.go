package web

import (
	"net/http"
	"net/url"
	"strconv"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// limitPolicyView is the page of the policies about limits.
type limitPolicyView struct {
	Editions []standing.PolicyEdition
	Open     standing.PolicyEdition // the one whose text is shown
	Text     string
	Checked  *standing.PolicyEdition
	Preview  *standing.LimitPreview
	Form     form
	Now      plumbline.Time
	May      bool // may save and use
}

const limitPolicyAddress = "/limit-policies"

func (w *Web) limitPolicies(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.showLimitPolicies(rw, r, who, http.StatusOK, limitPolicyView{})
}

// showLimitPolicies draws the page; a text that was typed stays as it is.
func (w *Web) showLimitPolicies(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, v limitPolicyView) (err error) {
	if err := rights.Need(who, rights.ReadSettings); err != nil {
		return err
	}
	if v.Editions, err = w.app.LimitPolicies(r.Context(), who); err != nil {
		return err
	}
	if v.Open, err = w.app.LimitPolicy(r.Context(), who, r.FormValue("edition")); err != nil {
		return err
	}
	if v.Text == "" {
		v.Text = v.Open.Text
	}
	v.Now, v.May = w.app.Now(), mayPolicy(who)
	return w.showAs(rw, r, who, status, ui.Page{Title: "Policies about limits", Width: ui.Wide, Room: assets.Limits}, limitPolicyBody(v))
}

// doLimitPolicy is what is done with a text: it is checked, tried over what there is, or
// saved as an edition; or an edition comes into force.
func (w *Web) doLimitPolicy(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	ctx, src := r.Context(), lines(r.PostFormValue("src"))
	v := limitPolicyView{Text: src}
	var err error
	switch r.PostFormValue("do") {
	case "use":
		version := r.PostFormValue("edition")
		if err := w.app.UseLimitPolicy(ctx, who, version); err != nil {
			return err
		}
		return w.done(rw, r, limitPolicyAddress, ui.Flash{Text: version + " is in force. All limits are judged again soon."})
	case "save":
		var saved standing.PolicyEdition
		if saved, err = w.app.SaveLimitPolicy(ctx, who, src); err == nil {
			return w.done(rw, r, limitPolicyAddress+"?edition="+url.QueryEscape(saved.Version), ui.Flash{Text: "Edition saved. It is not in force until you use it."})
		}
	case "preview":
		var p standing.LimitPreview
		if p, err = w.app.PreviewLimitPolicy(ctx, who, src); err == nil {
			v.Preview = &p
		}
	default:
		var c standing.PolicyEdition
		if c, err = w.app.CheckLimitPolicy(ctx, who, src); err == nil {
			v.Checked = &c
		}
	}
	if kind := plumbline.KindOf(err); err != nil && kind != plumbline.Invalid && kind != plumbline.Conflict {
		return err
	}
	if err != nil {
		v.Form = refused(r.PostForm, err)
		return w.showLimitPolicies(rw, r, who, statusOf[plumbline.KindOf(err)], v)
	}
	return w.showLimitPolicies(rw, r, who, http.StatusOK, v)
}

// previewShown is how many limits of a preview are drawn.
const previewShown = 50

func previewFinding(p standing.LimitPreview) string {
	text := strconv.Itoa(p.Changes) + " of " + plural(p.Judged, "limit", "limits") + " would have other consequences under " + p.Version
	if p.Changes > previewShown {
		text += "; the first " + strconv.Itoa(previewShown)
	}
	return text
}
