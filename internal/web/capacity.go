package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/capacity"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// capacityPages are those about what teams can do.
func (w *Web) capacityPages() map[string]page {
	return map[string]page{
		"GET /capacity":                   w.capacity,
		"GET /capacity/rules":             w.capacityRules,
		"POST /capacity/rules":            w.doPutCapacityRules,
		"GET /capacity/teams/{ref}":       w.teamCapacity,
		"POST /capacity/teams/{ref}":      w.doPutCapacity,
		"POST /capacity/teams/{ref}/drop": w.doDropCapacity,
		"POST /capacity/teams/{ref}/mix":  w.doPutCapacityMix,
	}
}

// capacityRows is how many teams are shown unless all are asked for.
const capacityRows = 50

// capacityView is the page of all teams, or of one.
type capacityView struct {
	capacity.CapacityView
	Asked            url.Values
	Title            string  // what was found, of all teams
	Many, ManyOthers int     // teams, before the lists are cut
	Most             float64 // person-weeks: the end of the scale of all bars
	Now              plumbline.Time
	Who              plumbline.Actor
	Form             form
}

func teamCapacityAddress(t plumbline.TeamRef) string { return "/capacity/teams/" + escape(string(t)) }

// capacityQuery reads which periods are asked for.
func capacityQuery(q url.Values) (out capacity.Query, err error) {
	out.Unit = plumbline.CalendarUnit(q.Get("by"))
	if from := strings.TrimSpace(q.Get("from")); from != "" {
		if out.From, err = plumbline.ParseCalendarPeriod(from); err != nil {
			return out, plumbline.FieldError("from", "%s", plumbline.TextOf(err))
		}
	}
	n, err := whole(q, "periods")
	out.Periods = int(n)
	return out, err
}

func (w *Web) capacity(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	q, err := capacityQuery(r.URL.Query())
	if err != nil {
		return err
	}
	all, err := w.app.Capacity(r.Context(), who, q)
	if err != nil {
		return err
	}
	v := capacityView{CapacityView: all, Asked: r.URL.Query(), Title: capacityTitle(all, w.app.Now()), Many: len(all.Teams), ManyOthers: len(all.Others), Now: w.app.Now(), Who: who}
	if v.Asked.Get("show") != "all" {
		v.Teams, v.Others = v.Teams[:min(capacityRows, v.Many)], v.Others[:min(capacityRows, v.ManyOthers)]
	}
	v.Most = longest(v.CapacityView)
	return w.show(rw, r, who, ui.Page{Title: "Capacity", Width: ui.Wide, Room: assets.Planning, After: after(all.Seq)}, capacityBody(v))
}

func (w *Web) teamCapacity(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.showTeamCapacity(rw, r, who, http.StatusOK, form{})
}

func (w *Web) showTeamCapacity(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, f form) error {
	q, err := capacityQuery(r.URL.Query())
	if err != nil {
		return err
	}
	one, err := w.app.TeamCapacity(r.Context(), who, plumbline.TeamRef(r.PathValue("ref")), q)
	if err != nil {
		return err
	}
	if f.vals == nil {
		f = newForm(url.Values{})
	}
	v := capacityView{CapacityView: one, Asked: r.URL.Query(), Title: capacityTitle(one, w.app.Now()), Most: longest(one), Now: w.app.Now(), Form: f}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Capacity of " + one.Teams[0].Name, Width: ui.Wide, Room: assets.Planning, After: after(one.Seq)}, teamCapacityBody(v))
}

// capacitySaved leads back to the team's page, or shows it again with what was wrong.
func (w *Web) capacitySaved(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, err error) error {
	if plumbline.KindOf(err) == plumbline.Invalid && err != nil {
		return w.showTeamCapacity(rw, r, who, http.StatusUnprocessableEntity, refused(r.PostForm, err))
	}
	if err != nil {
		return err
	}
	http.Redirect(rw, r, teamCapacityAddress(plumbline.TeamRef(r.PathValue("ref"))), http.StatusSeeOther)
	return nil
}

func (w *Web) doPutCapacity(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	period, in, err := staffingInput(r.PostForm)
	if err == nil {
		_, err = w.app.PutCapacity(r.Context(), who, plumbline.TeamRef(r.PathValue("ref")), period, in)
	}
	return w.capacitySaved(rw, r, who, err)
}

// staffingInput reads the form; what is no number is told at its field.
func staffingInput(vals url.Values) (period plumbline.CalendarPeriod, in capacity.StaffingInput, err error) {
	var bad plumbline.Problems
	number := func(name string) (x float64) {
		x, err := strconv.ParseFloat(strings.TrimSpace(vals.Get(name)), 64)
		if err != nil {
			bad.Add(name, "Write a number, for example 4.5, not %q.", vals.Get(name))
		}
		return x
	}
	if period, err = plumbline.ParseCalendarPeriod(vals.Get("period")); err != nil {
		bad.Add("period", "%s", plumbline.TextOf(err))
	}
	in.People, in.Source = number("people"), vals.Get("source")
	if strings.TrimSpace(vals.Get("weeks")) != "" {
		in.Weeks = new(number("weeks"))
	}
	focus, err := percent(vals, "focus")
	bad.Merge(err)
	if focus != nil {
		in.Focus = *focus
	} else if err == nil {
		bad.Add("focus", "Say which part of the time goes into work on items, for example 70.")
	}
	return period, in, bad.Err()
}

func (w *Web) doDropCapacity(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	period, err := plumbline.ParseCalendarPeriod(r.PostFormValue("period"))
	if err == nil {
		err = w.app.DropCapacity(r.Context(), who, plumbline.TeamRef(r.PathValue("ref")), period)
	}
	return w.capacitySaved(rw, r, who, err)
}

// doPutCapacityMix takes four percentages; none at all goes back to the rules' mix.
func (w *Web) doPutCapacityMix(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	mix := capacity.Mix{}
	var bad plumbline.Problems
	for _, share := range plumbline.WorkShares {
		part, err := percent(r.PostForm, string(share))
		bad.Merge(err)
		if part != nil {
			mix[share] = *part
		}
	}
	err := bad.Err()
	if err == nil {
		err = w.app.PutCapacityMix(r.Context(), who, plumbline.TeamRef(r.PathValue("ref")), mix)
	}
	return w.capacitySaved(rw, r, who, err)
}

// capacityRulesView is the page of the rules of capacity.
type capacityRulesView struct {
	capacity.CapacityRulesView
	Form      form
	MayManage bool
	Now       plumbline.Time
}

func (w *Web) capacityRules(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.showCapacityRules(rw, r, who, http.StatusOK, form{})
}

func (w *Web) showCapacityRules(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, f form) error {
	rules, err := w.app.CapacityRules(r.Context(), who)
	if err != nil {
		return err
	}
	v := capacityRulesView{CapacityRulesView: rules, Form: f, MayManage: rights.May(who, rights.ManageCapacity), Now: w.app.Now()}
	if f.vals == nil {
		v.Form = newForm(url.Values{"text": {rules.Text}})
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Rules of capacity", Width: ui.Wide, Room: assets.Planning}, capacityRulesBody(v))
}

func (w *Web) doPutCapacityRules(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	_, err := w.app.PutCapacityRules(r.Context(), who, lines(r.PostFormValue("text")))
	if plumbline.KindOf(err) == plumbline.Invalid && err != nil {
		return w.showCapacityRules(rw, r, who, http.StatusUnprocessableEntity, refused(r.PostForm, plumbline.FieldError("text", "%s", plumbline.TextOf(err))))
	}
	if err != nil {
		return err
	}
	http.Redirect(rw, r, "/capacity/rules", http.StatusSeeOther)
	return nil
}
