package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// settingsView is the settings page with one tab open.
type settingsView struct {
	Tab      string
	Tabs     []ui.Tab
	Form     form
	Now      plumbline.Time
	Who      plumbline.Actor
	Links    []app.LinkView
	Teams    []plumbline.Team
	Products []plumbline.Product
	Accounts []app.AccountView
	People   []plumbline.Person
	Tokens   []app.TokenView
	Audit    []app.HistoryEntry
	Secret   string // of a token made just now
	Older    string // leads to older entries of the log
	BaseURL  string
}

// settingsTabs are the tabs with what they take.
var settingsTabs = []struct {
	name, title string
	icon        ui.IconName
	verb        app.Verb
}{
	{"trackers", "Trackers", ui.IconPlug, app.ReadSettings}, {"teams", "Teams", ui.IconUsers, app.ReadSettings},
	{"products", "Products", ui.IconBox, app.ReadSettings}, {"accounts", "Accounts", ui.IconHandshake, app.ManageCatalog},
	{"people", "People", ui.IconUser, app.ManagePeople}, {"tokens", "API tokens", ui.IconKeyRound, app.OwnTokens},
	{"log", "Audit log", ui.IconScrollText, app.ReadAudit},
}

func (w *Web) settings(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.settingsPage(rw, r, who, http.StatusOK, r.PathValue("tab"), newForm(r.URL.Query()), "")
}

func (w *Web) settingsPage(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, tab string, f form, secret string) error {
	v := settingsView{Tab: tab, Form: f, Now: w.app.Now(), Who: who, Secret: secret, BaseURL: w.app.BaseURL()}
	found := false
	for _, t := range settingsTabs {
		if !app.May(who, t.verb) {
			continue
		}
		if v.Tab == "" {
			v.Tab = t.name
		}
		found = found || t.name == v.Tab
		v.Tabs = append(v.Tabs, ui.Tab{Text: t.title, Href: "/settings/" + t.name, Icon: t.icon, Current: t.name == v.Tab})
	}
	if !found {
		return plumbline.Errorf(plumbline.NotFound, "There is no such part of the settings, or it is not open to you.")
	}
	if err := w.loadSettings(r, who, &v); err != nil {
		return err
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Settings", Width: ui.Wide}, settingsBody(v))
}

func (w *Web) loadSettings(r *http.Request, who plumbline.Actor, v *settingsView) (err error) {
	ctx := r.Context()
	if v.Teams, err = w.app.Teams(ctx, who); err != nil {
		return err
	}
	switch v.Tab {
	case "trackers":
		v.Links, err = w.app.Links(ctx, who)
	case "products":
		v.Products, err = w.app.Products(ctx, who)
	case "accounts":
		v.Accounts, err = w.app.Accounts(ctx, who)
	case "people":
		v.People, err = w.app.People(ctx, who)
	case "tokens":
		v.Tokens, err = w.app.Tokens(ctx, who)
	case "log":
		before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
		v.Audit, err = w.app.Audit(ctx, who, plumbline.Key(r.URL.Query().Get("item")), before, 100)
		if n := len(v.Audit); n == 100 {
			v.Older = "/settings/log?before=" + strconv.FormatInt(v.Audit[n-1].Seq, 10)
		}
	}
	return err
}

// saved takes a settings form; a refused one is drawn again.
func (w *Web) saved(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, tab, text string, do func(url.Values) error) error {
	r.Body = http.MaxBytesReader(rw, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return plumbline.Errorf(plumbline.Invalid, "The form could not be read. Load the page again.")
	}
	err := do(r.PostForm)
	if err != nil && !wantsJSON(r) && (plumbline.KindOf(err) == plumbline.Invalid || plumbline.KindOf(err) == plumbline.Conflict) {
		vals := r.PostForm
		vals.Del("password")
		return w.settingsPage(rw, r, who, statusOf[plumbline.KindOf(err)], tab, refused(vals, err), "")
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, "/settings/"+tab, ui.Flash{Text: text})
}

func (w *Web) doTeam(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.saved(rw, r, who, "teams", "Team saved.", func(v url.Values) error {
		return w.app.PutTeam(r.Context(), who, plumbline.Team{
			Ref: plumbline.TeamRef(strings.TrimSpace(v.Get("ref"))), Name: strings.TrimSpace(v.Get("name")), Description: v.Get("description"),
			Label: strings.TrimSpace(v.Get("label")), Link: plumbline.LinkID(strings.TrimSpace(v.Get("link"))),
		})
	})
}

func (w *Web) doProduct(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.saved(rw, r, who, "products", "Product saved.", func(v url.Values) error {
		return w.app.PutProduct(r.Context(), who, plumbline.Product{
			Ref: plumbline.ProductRef(strings.TrimSpace(v.Get("ref"))), Name: strings.TrimSpace(v.Get("name")), Kind: firstOf(v.Get("kind"), "product"),
			Description: v.Get("description"), Owner: plumbline.TeamRef(v.Get("team")), Lifecycle: v.Get("lifecycle"),
		})
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
		_, err := w.app.PutPerson(r.Context(), who, app.PersonInput{
			Handle: v.Get("handle"), Name: strings.TrimSpace(v.Get("name")), Email: v.Get("email"), Role: plumbline.Role(v.Get("role")),
			Cleared: v.Get("cleared") != "", Team: plumbline.TeamRef(v.Get("team")), Password: v.Get("password"), Disabled: v.Get("disabled") != "",
		})
		return err
	})
}

// doToken makes a token; its secret is shown once, on this answer only.
func (w *Web) doToken(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	if err := r.ParseForm(); err != nil {
		return plumbline.Errorf(plumbline.Invalid, "The form could not be read. Load the page again.")
	}
	days, err := whole(r.PostForm, "days")
	if err != nil {
		return err
	}
	secret, _, err := w.app.MakeToken(r.Context(), who, r.PostFormValue("name"), []string{r.PostFormValue("scope")}, time.Duration(days)*24*time.Hour)
	if plumbline.KindOf(err) == plumbline.Invalid && err != nil {
		return w.settingsPage(rw, r, who, http.StatusUnprocessableEntity, "tokens", refused(r.PostForm, err), "")
	}
	if err != nil {
		return err
	}
	return w.settingsPage(rw, r, who, http.StatusOK, "tokens", newForm(nil), secret)
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
		err, text = w.app.PauseLink(r.Context(), who, id, firstOf(strings.TrimSpace(r.PostFormValue("reason")), "Paused by "+who.Name+".")), "Paused: nothing is read or written until you resume."
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

// trackerFacts is what is known of a tracker, with its age.
func trackerFacts(v settingsView, l app.LinkView) []ui.Fact {
	hook := "/hooks/" + string(l.ID)
	if v.BaseURL != "" {
		hook = v.BaseURL + hook
	}
	return []ui.Fact{
		{Name: "We are", Text: l.Bot}, {Name: "Server", Text: l.Version},
		{Name: "Last read", Part: ui.TimeAgo(l.Polled, v.Now)}, {Name: "Last delivery", Part: ui.TimeAgo(l.Hooked, v.Now)},
		{Name: "Webhook address", Text: hook},
		{Name: "Token good until", Text: map[bool]string{true: "no date known", false: l.Expires.Std().Format(time.DateOnly)}[l.Expires.IsZero()]},
		{Name: "Issues known", Text: strconv.Itoa(l.Mirrors)}, {Name: "Waiting to be read", Text: strconv.Itoa(l.Queue)},
		{Name: "Refused deliveries", Text: strconv.FormatInt(l.Rejected, 10)},
	}
}

func answerTitle(what string) string {
	return map[string]string{"test": "Test", "plan": "Dry run: what would be written", "sync": "Sync"}[what]
}
