package web

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// edit puts the team, product, account or person with this ref into the form.
func (v *settingsView) edit(ref string) {
	vals := url.Values{}
	for _, t := range v.Teams {
		if v.Tab == "teams" && string(t.Ref) == ref {
			vals = url.Values{"ref": {ref}, "name": {t.Name}, "label": {t.Label}, "link": {string(t.Link)}, "description": {t.Description}}
		}
	}
	for _, p := range v.Products {
		if string(p.Ref) == ref {
			vals = url.Values{"ref": {ref}, "name": {p.Name}, "kind": {p.Kind}, "team": {string(p.Owner)}, "lifecycle": {p.Lifecycle}, "description": {p.Description}}
		}
	}
	for _, a := range v.Accounts {
		if string(a.Ref) == ref {
			amount, currency, _ := strings.Cut(a.ARR, " ")
			vals = url.Values{"ref": {ref}, "name": {a.Name}, "arr": {amount}, "currency": {currency}, "seats": {unlessZero(a.Seats)}, "renewal": {date(a.Renewal)}}
		}
	}
	for _, p := range v.People {
		if p.Handle == ref {
			vals = url.Values{"handle": {ref}, "name": {p.Name}, "email": {p.Email}, "role": {string(p.Role)}, "team": {string(p.Team)}, "cleared": {yes(p.Cleared)}, "disabled": {yes(p.Disabled)}}
		}
	}
	if len(vals) > 0 {
		v.Form, v.Editing = newForm(vals), cmp.Or(vals.Get("name"), ref)
	}
}

// formTitle heads the form of a settings page. What one is told is there already:
// nothing is added to it.
func (v settingsView) formTitle(what string) string {
	switch {
	case v.Tab == "notifications":
		return capital(what)
	case v.Editing != "":
		return "Change " + v.Editing
	}
	return "Add " + what
}

func unlessZero(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// date is a day as a date field holds it.
func date(t plumbline.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Std().Format(time.DateOnly)
}

// yes is the value of a checkbox.
func yes(on bool) string {
	if on {
		return "on"
	}
	return ""
}

// trackerFacts is what is known of a tracker, with its age.
func trackerFacts(v settingsView, l app.LinkView) []ui.Fact {
	hook := "/hooks/" + string(l.ID)
	if v.BaseURL != "" {
		hook = v.BaseURL + hook
	}
	return []ui.Fact{
		{Name: "We are", Text: l.Bot}, {Name: "Server", Text: l.Version},
		timed("Last read", l.Polled, v.Now), timed("Last delivery", l.Hooked, v.Now),
		{Name: "Webhook address", Text: hook},
		{Name: "Token good until", Text: map[bool]string{true: "no date known", false: l.Expires.Std().Format(time.DateOnly)}[l.Expires.IsZero()]},
		{Name: "Issues known", Text: thousands(int64(l.Mirrors))}, {Name: "Waiting to be read", Text: thousands(int64(l.Queue))},
		{Name: "Refused deliveries", Text: thousands(l.Rejected)},
	}
}

// timed is when something happened last; what never happened is told as that.
func timed(name string, at, now plumbline.Time) ui.Fact {
	if at.IsZero() {
		return ui.Fact{Name: name, Text: "not yet"}
	}
	return ui.Fact{Name: name, Part: ui.TimeAgo(at, now)}
}

func answerTitle(what string) string {
	return map[string]string{"test": "Test", "plan": "Dry run: what would be written", "sync": "Sync"}[what]
}
