package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/notices"
	"plumbline/internal/app/people"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/rota"
	"plumbline/internal/app/templates"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// settingsView is the settings page with one tab open.
type settingsView struct {
	Tab       string
	Tabs      []ui.Tab
	Form      form
	Now       plumbline.Time
	Who       plumbline.Actor
	Links     []app.LinkView
	Figures   []plumbline.SourceState
	Alarms    []plumbline.AlarmSource
	Teams     []plumbline.Team
	Products  []plumbline.Product
	Accounts  []app.AccountView
	Rotation  rota.RotationView
	People    []plumbline.Person
	Tokens    []people.TokenView
	Import    importView
	Processes []app.ProcessView
	Filtered  bool   // the log is narrowed
	LogExport string // where the log is as a file
	Templates []templates.TemplateView
	Template  *templates.TemplateView // the one to change; nil: all are listed
	Audit     []app.HistoryEntry
	Lab       lab
	Secret    string // of a token made just now
	Older     string // leads to older entries of the log
	Newest    string // leads back to the newest; empty: this is it
	Editing   string // the name of what the form holds; empty: something new
	BaseURL   string
	Prefs     notices.NoticePrefs
	Feed      notices.FeedView
	Hooks     []hookView
	Types     []string           // of events, that a webhook can choose
	Shown     string             // whose deliveries follow: a webhook's name, or "mail"
	Sent      []notices.Delivery // the newest first
}

// settingsTabs are the tabs with what they take.
var settingsTabs = []struct {
	name, title string
	icon        ui.IconName
	verb        rights.Verb
}{
	{"trackers", "Trackers", ui.IconPlug, rights.ReadSettings}, {"teams", "Teams", ui.IconUsers, rights.ReadSettings},
	{"products", "Products", ui.IconBox, rights.ReadSettings}, {"rotation", "Triage rotation", ui.IconRefreshCw, rights.ManageRotation},
	{"accounts", "Accounts", ui.IconHandshake, rights.ManageCatalog}, {"templates", "Templates", ui.IconFileText, rights.ManageTemplates},
	{"policies", "Policies", ui.IconGavel, rights.ReadSettings}, {"people", "People", ui.IconUser, rights.ManagePeople}, {"tokens", "API tokens", ui.IconKeyRound, rights.OwnTokens},
	{"notifications", "Notifications", ui.IconBell, rights.OwnNotices}, {"webhooks", "Webhooks and mail", ui.IconWebhook, rights.ManageHooks},
	{"import", "Import and export", ui.IconArrowUpDown, rights.ImportItems}, {"log", "Audit log", ui.IconScrollText, rights.ReadAudit},
}

func (w *Web) settings(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.settingsPage(rw, r, who, http.StatusOK, r.PathValue("tab"), newForm(r.URL.Query()), "")
}

func (w *Web) settingsPage(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, tab string, f form, secret string) error {
	v := settingsView{Form: f, Now: w.app.Now(), Who: who, Secret: secret, BaseURL: w.app.BaseURL()}
	if err := v.open(tab); err != nil {
		return err
	}
	p := ui.Page{Title: "Settings", Width: ui.Wide}
	if v.Tab == "policies" {
		p.Room = assets.Judging
	}
	if v.Tab == "trackers" || v.Tab == "log" || v.Tab == "webhooks" {
		seq, err := w.app.LastSeq(r.Context())
		if err != nil {
			return err
		}
		p.After = after(seq)
	}
	if err := w.loadSettings(r, who, &v); err != nil {
		return err
	}
	if !f.failed() {
		v.edit(f.vals.Get("edit"))
		v.editHook(f.vals.Get("edit"))
	}
	return w.showAs(rw, r, who, status, p, settingsBody(v))
}

// open finds the tab, or the first one that is open to the reader.
func (v *settingsView) open(tab string) error {
	known := false
	for _, t := range settingsTabs {
		known = known || t.name == tab
		if !rights.May(v.Who, t.verb) {
			continue
		}
		if tab == "" {
			tab = t.name
		}
		if t.name == tab {
			v.Tab = tab
		}
		v.Tabs = append(v.Tabs, ui.Tab{Text: t.title, Href: "/settings/" + t.name, Icon: t.icon, Current: t.name == tab})
	}
	switch {
	case v.Tab != "":
		return nil
	case known:
		return plumbline.Errorf(plumbline.Denied, "As %s you may not open this part of the settings. Ask an administrator if you need to.", v.Who.Role.Label())
	}
	return plumbline.Errorf(plumbline.NotFound, "There is no part of the settings called %q.", tab)
}

func (w *Web) loadSettings(r *http.Request, who plumbline.Actor, v *settingsView) (err error) {
	ctx := r.Context()
	switch v.Tab {
	case "teams", "products", "people":
		if v.Teams, err = w.app.Teams(ctx, who); err != nil {
			return err
		}
	}
	switch v.Tab {
	case "trackers":
		if v.Figures, err = w.app.FigureSources(ctx, who); err != nil {
			return err
		}
		if v.Alarms, err = w.app.AlarmSources(ctx, who); err != nil {
			return err
		}
		v.Links, err = w.app.Links(ctx, who)
	case "products":
		v.Products, err = w.app.Products(ctx, who)
	case "rotation":
		v.Rotation, err = w.app.Rotation(ctx, who)
	case "accounts":
		v.Accounts, err = w.app.Accounts(ctx, who)
	case "people":
		v.People, err = w.app.People(ctx, who)
	case "tokens":
		v.Tokens, err = w.app.Tokens(ctx, who)
	case "templates":
		err = w.loadTemplates(r, who, v)
	case "policies":
		err = w.loadLab(r, who, v)
	case "notifications":
		err = w.loadPrefs(r, who, v)
	case "webhooks":
		v.Types = w.app.HookTypes()
		err = w.loadHooks(r, who, v)
	case "log":
		err = w.loadLog(r, who, v)
	}
	return err
}

// logShown is how many entries a page of the audit log has.
const logShown = 100

func (w *Web) loadLog(r *http.Request, who plumbline.Actor, v *settingsView) error {
	vals := given(r.URL.Query())
	before, _ := strconv.ParseInt(vals.Get("before"), 10, 64)
	vals.Del("before")
	v.Filtered, v.LogExport = len(vals) > 0, "/settings/log/export"
	if v.Filtered {
		v.LogExport += "?" + vals.Encode()
	}
	q, err := reading.ParseAudit(vals)
	if err == nil {
		q.Before, q.Limit = before, logShown
		v.Audit, err = w.app.Audit(r.Context(), who, q)
	}
	if plumbline.KindOf(err) == plumbline.Invalid && err != nil {
		v.Form.err = err
		return nil
	}
	if err != nil {
		return err
	}
	v.Newest = ""
	if before != 0 {
		v.Newest = "/settings/log"
		if v.Filtered {
			v.Newest += "?" + vals.Encode()
		}
	}
	if n := len(v.Audit); n == logShown {
		vals.Set("before", strconv.FormatInt(v.Audit[n-1].Seq, 10))
		v.Older = "/settings/log?" + vals.Encode()
	}
	return nil
}

// logTypes are what the log can be narrowed to.
func logTypes() []ui.Choice {
	out := []ui.Choice{{Text: "Anything"}}
	for _, t := range reading.AuditTypes() {
		out = append(out, ui.Choice{Value: t, Text: capital(t)})
	}
	return out
}

// saved takes a settings form; a refused one is drawn again.
func (w *Web) saved(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, tab, text string, do func(url.Values) error) error {
	err := do(r.PostForm)
	kind := plumbline.KindOf(err)
	switch {
	case err == nil:
		return w.done(rw, r, "/settings/"+tab, ui.Flash{Text: text})
	case !wantsJSON(r) && (kind == plumbline.Invalid || kind == plumbline.Conflict):
		vals := r.PostForm
		vals.Del("password")
		return w.settingsPage(rw, r, who, statusOf[kind], tab, refused(vals, err), "")
	}
	return err
}

func (w *Web) doTeam(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.saved(rw, r, who, "teams", "Team saved.", func(v url.Values) error {
		teams, err := w.app.Teams(r.Context(), who)
		if err != nil {
			return err
		}
		t := plumbline.Team{Ref: plumbline.TeamRef(strings.TrimSpace(v.Get("ref")))}
		for _, old := range teams { // what the form does not show stays
			if old.Ref == t.Ref {
				t = old
			}
		}
		t.Name, t.Description = strings.TrimSpace(v.Get("name")), lines(v.Get("description"))
		t.Label, t.Link = strings.TrimSpace(v.Get("label")), plumbline.LinkID(strings.TrimSpace(v.Get("link")))
		return w.app.PutTeam(r.Context(), who, t)
	})
}

func (w *Web) doProduct(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.saved(rw, r, who, "products", "Product saved.", func(v url.Values) error {
		products, err := w.app.Products(r.Context(), who)
		if err != nil {
			return err
		}
		p := plumbline.Product{Ref: plumbline.ProductRef(strings.TrimSpace(v.Get("ref")))}
		for _, old := range products {
			if old.Ref == p.Ref {
				p = old
			}
		}
		p.Name, p.Kind, p.Description = strings.TrimSpace(v.Get("name")), cmp.Or(v.Get("kind"), "product"), lines(v.Get("description"))
		p.Owner, p.Lifecycle = plumbline.TeamRef(v.Get("team")), strings.TrimSpace(v.Get("lifecycle"))
		return w.app.PutProduct(r.Context(), who, p)
	})
}

func (w *Web) doAccount(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.saved(rw, r, who, "accounts", "Account saved.", func(v url.Values) error {
		seats, err := whole(v, "seats")
		if err != nil {
			return err
		}
		renewal, err := day(v, "renewal")
		if err != nil {
			return err
		}
		return w.app.PutAccount(r.Context(), who, app.AccountInput{
			Ref: plumbline.AccountRef(strings.TrimSpace(v.Get("ref"))), Name: strings.TrimSpace(v.Get("name")), ARR: v.Get("arr"), Currency: v.Get("currency"),
			Seats: seats, Renewal: renewal,
		})
	})
}

func (w *Web) doPerson(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.saved(rw, r, who, "people", "Person saved.", func(v url.Values) error {
		_, err := w.app.PutPerson(r.Context(), who, people.PersonInput{
			Handle: v.Get("handle"), Name: strings.TrimSpace(v.Get("name")), Email: v.Get("email"), Role: plumbline.Role(v.Get("role")),
			Cleared: v.Get("cleared") != "", Team: plumbline.TeamRef(v.Get("team")), Password: v.Get("password"), Disabled: v.Get("disabled") != "",
		})
		return err
	})
}

// doToken makes a token; its secret is shown once, on this answer only.
func (w *Web) doToken(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	days, err := whole(r.PostForm, "expires")
	secret := ""
	if err == nil {
		secret, _, err = w.app.MakeToken(r.Context(), who, r.PostFormValue("name"), r.PostForm["scopes"], time.Duration(days)*24*time.Hour)
	}
	switch {
	case err == nil:
		return w.settingsPage(rw, r, who, http.StatusOK, "tokens", newForm(nil), secret)
	case plumbline.KindOf(err) == plumbline.Invalid:
		return w.settingsPage(rw, r, who, http.StatusUnprocessableEntity, "tokens", refused(r.PostForm, err), "")
	}
	return err
}

func (w *Web) doRevoke(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	if err := w.app.RevokeToken(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return w.done(rw, r, "/settings/tokens", ui.Flash{Text: "Token revoked. Whatever used it is locked out now."})
}

// doTracker is what can be done with a tracker from its settings.
func (w *Web) doTracker(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	id, text := plumbline.LinkID(r.PathValue("id")), ""
	var err error
	switch do := r.PostFormValue("do"); do {
	case "pause":
		err, text = w.app.PauseLink(r.Context(), who, id, cmp.Or(strings.TrimSpace(r.PostFormValue("reason")), "Paused by "+who.Name+".")), "Paused: nothing is read or written until you resume."
	case "resume":
		err, text = w.app.PauseLink(r.Context(), who, id, ""), "Resumed."
	case "release":
		err, text = w.app.ReleaseBackfill(r.Context(), who, id), "Released: the listed issues are picked up now."
	case "retry":
		_, err = w.app.RetryActions(r.Context(), who, id)
		text = "Held and failed writes are tried again."
	case "test", "plan", "sync":
		err, text = w.app.AskLink(r.Context(), who, id, do), "Asked. The answer appears here in a moment."
	default:
		err = plumbline.FieldError("do", "A tracker can be paused, resumed, released, retried, tested, planned or synced, not %q.", do)
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, "/settings/trackers", ui.Flash{Text: text})
}
