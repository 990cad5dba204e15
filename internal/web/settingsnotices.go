package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"plumbline"
	"plumbline/internal/app/notices"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/ui"
)

func digestHint(p notices.NoticePrefs) string {
	if p.Email == "" {
		return "One mail a day at most, and none when there is nothing new."
	}
	return "To " + p.Email + ". One mail a day at most, and none when there is nothing new."
}

func hourChoices() []ui.Choice {
	out := make([]ui.Choice, 24)
	for h := range out {
		out[h] = ui.Choice{Value: fmt.Sprint(h), Text: fmt.Sprintf("%02d:00", h)}
	}
	return out
}

// feedAddresses are the feeds with the secret in them.
func feedAddresses(v settingsView) []ui.Link {
	at := func(path string) string { return v.BaseURL + path + "?token=" + url.QueryEscape(v.Secret) }
	return []ui.Link{
		{Text: "Items", Href: at("/feeds/items.atom")}, {Text: "Decisions", Href: at("/feeds/decisions.atom")},
		{Text: "How limits stand", Href: at("/feeds/standings.atom")},
		{Text: "Calendar of due dates", Href: at("/calendar/due.ics")},
	}
}

func hookFacts(v settingsView, h hookView) []ui.Fact {
	types := "all"
	if len(h.Types) > 0 {
		types = strings.Join(h.Types, ", ")
	}
	out := []ui.Fact{{Name: "Address", Text: h.URL}, {Name: "Events", Text: types}, timed("Last delivery", h.Delivered, v.Now)}
	if !h.Failing.IsZero() {
		out = append(out, timed("Failing since", h.Failing, v.Now))
	}
	if h.OldUntil > v.Now {
		out = append(out, ui.Fact{Name: "Signed with", Text: "both secrets, until " + ui.Exact(h.OldUntil)})
	}
	return out
}

func (w *Web) loadPrefs(r *http.Request, who plumbline.Actor, v *settingsView) (err error) {
	if v.Prefs, err = w.app.Prefs(r.Context(), who); err != nil {
		return err
	}
	if !v.Form.failed() {
		v.Form = newForm(prefsForm(v.Prefs))
	}
	if rights.May(who, rights.OwnTokens) {
		v.Feed, err = w.app.Feed(r.Context(), who)
	}
	return err
}

// editHook puts a webhook into the form.
func (v *settingsView) editHook(id string) {
	for _, h := range v.Hooks {
		if h.ID != id {
			continue
		}
		vals := url.Values{"id": {id}, "name": {h.Name}, "url": {h.URL}}
		for _, t := range h.Types {
			vals.Set("type_"+t, "on")
		}
		v.Form, v.Editing = newForm(vals), h.Name
	}
}
