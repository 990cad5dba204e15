package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// show draws a page inside the frame.
func (w *Web) show(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, p ui.Page, body templ.Component) error {
	return w.showAs(rw, r, who, http.StatusOK, p, body)
}

func (w *Web) showAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, p ui.Page, body templ.Component) error {
	if err := w.frame(rw, r, who, &p); err != nil {
		return err
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	rw.Header().Set("Cache-Control", "no-store")
	rw.WriteHeader(status)
	ctx := templ.WithChildren(r.Context(), body)
	if err := ui.Layout(p).Render(ctx, rw); err != nil && !canceled(err) {
		w.opt.Log.Error("page not drawn", "path", r.URL.Path, "err", err)
	}
	return nil
}

// frame fills what every page has: who looks, where they can go, what came of
// the last form.
func (w *Web) frame(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, p *ui.Page) error {
	p.Version = w.opt.Version
	p.Theme = theme(r)
	p.Flash = append(p.Flash, takeFlash(rw, r)...)
	if w.app.Demo() {
		p.Demo = "Demo: proposals and catalog are real public data; customers, demands, evidence and decisions are invented."
	}
	if !who.Known() {
		return nil
	}
	n, err := w.app.CountInbox(r.Context(), who)
	if err != nil {
		return err
	}
	p.Nav = nav(who, "/"+strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 2)[0], n)
	p.Who = &ui.Me{Name: who.Name, Handle: who.Handle, Role: who.Role.Label(), Links: []ui.Link{
		{Text: "My requests", Href: "/items?mine=1&status=all"}, {Text: "API tokens", Href: "/settings/tokens"},
	}}
	p.New = ui.Link{Text: "Ask for something", Href: "/ask"}
	p.Search = ui.Search{Action: "/items", Palette: "/search", Value: searched(r)}
	p.Live = "/live"
	return nil
}

func searched(r *http.Request) string {
	if r.URL.Path == "/items" || r.URL.Path == "/board" {
		return r.URL.Query().Get("q")
	}
	return ""
}

// nav leaves out the places that are closed to the actor.
func nav(who plumbline.Actor, current string, inbox int) []ui.NavLink {
	var out []ui.NavLink
	for _, l := range ui.MainNav(current, inbox) {
		if l.Href == "/inbox" && !app.May(who, app.Triage) {
			continue
		}
		out = append(out, l)
	}
	return out
}

// fail draws an error, as a page or as a problem in JSON.
func (w *Web) fail(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, err error) {
	if canceled(err) {
		return
	}
	kind := plumbline.KindOf(err)
	status := statusOf[kind]
	ref := ""
	if kind == plumbline.Internal || kind == plumbline.Unavailable {
		ref = "E" + strconv.FormatInt(int64(w.app.Now())%1_000_000_000, 36)
		w.opt.Log.Error("page failed", "path", r.URL.Path, "ref", ref, "err", err)
	}
	if wantsJSON(r) {
		problem(rw, r, status, err)
		return
	}
	p := ui.Page{Title: kind.String()}
	body := ui.Failure(ui.ErrorPage{Status: status, Kind: kind, Text: plumbline.TextOf(err), Ref: ref, Back: back(r)})
	if e := w.showAs(rw, r, who, status, p, body); e != nil {
		http.Error(rw, plumbline.TextOf(err), status)
	}
}

func back(r *http.Request) ui.Link {
	if key := r.PathValue("key"); key != "" && r.Method == http.MethodPost {
		return ui.Link{Text: "Back to " + key, Href: "/items/" + url.PathEscape(key)}
	}
	return ui.Link{}
}

// problem answers a script with what went wrong.
func problem(rw http.ResponseWriter, r *http.Request, status int, err error) {
	rw.Header().Set("Content-Type", "application/problem+json")
	rw.WriteHeader(status)
	out := map[string]any{"title": plumbline.KindOf(err).String(), "status": status, "detail": plumbline.TextOf(err)}
	if f := plumbline.FieldsOf(err); f != nil {
		out["fields"] = f
	}
	if key := r.PathValue("key"); key != "" && strings.HasSuffix(r.URL.Path, "/move") && status == statusOf[plumbline.Invalid] {
		out["see"] = "/items/" + url.PathEscape(key) + "/move?to=" + url.QueryEscape(r.PostFormValue("to"))
	}
	_ = json.NewEncoder(rw).Encode(out)
}

// wantsJSON says that the page's script sent the form.
func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// done ends a form that was taken: a script gets JSON, a browser is led on.
// A form may name where to go with the hidden field "next".
func (w *Web) done(rw http.ResponseWriter, r *http.Request, to string, f ui.Flash) error {
	if next := r.PostFormValue("next"); local(next) {
		to = next
	}
	if wantsJSON(r) {
		out := map[string]any{"text": f.Text}
		if f.Undo != nil {
			fields := map[string]string{}
			for _, kv := range f.Undo.Fields {
				fields[kv[0]] = kv[1]
			}
			out["undo"] = map[string]any{"action": f.Undo.Action, "fields": fields}
		}
		if r.PostFormValue("stay") == "" && to != "" {
			out["location"] = to
		}
		rw.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(rw).Encode(out)
	}
	keepFlash(rw, f)
	if to == "" {
		to = "/"
	}
	http.Redirect(rw, r, to, http.StatusSeeOther)
	return nil
}

// local says that an address leads into this site.
func local(next string) bool {
	return strings.HasPrefix(next, "/") && !strings.HasPrefix(next, "//") && !strings.ContainsAny(next, "\\\r\n")
}

func escape(s string) string { return url.QueryEscape(s) }

const flashCookie = "plumbline_flash"

// keepFlash keeps a message for the page that comes next.
func keepFlash(rw http.ResponseWriter, f ui.Flash) {
	if f.Text == "" {
		return
	}
	b, err := json.Marshal(f)
	if err != nil || len(b) > 2500 {
		return
	}
	http.SetCookie(rw, &http.Cookie{Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(b), Path: "/", MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func takeFlash(rw http.ResponseWriter, r *http.Request) []ui.Flash {
	c, err := r.Cookie(flashCookie)
	if err != nil || r.Header.Get("X-Live") != "" {
		return nil
	}
	http.SetCookie(rw, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	var f ui.Flash
	if err != nil || json.Unmarshal(b, &f) != nil {
		return nil
	}
	return []ui.Flash{f}
}

const themeCookie = "plumbline_theme"

func theme(r *http.Request) string {
	if c, err := r.Cookie(themeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

func (w *Web) doTheme(rw http.ResponseWriter, r *http.Request, _ plumbline.Actor) error {
	v := r.PostFormValue("theme")
	c := &http.Cookie{Name: themeCookie, Value: v, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if v != "light" && v != "dark" {
		c.Value, c.MaxAge = "", -1
	}
	http.SetCookie(rw, c)
	to := "/"
	if ref, err := url.Parse(r.Referer()); err == nil && local(ref.Path) {
		to = ref.RequestURI()
	}
	if wantsJSON(r) {
		rw.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(rw).Encode(map[string]string{})
	}
	http.Redirect(rw, r, to, http.StatusSeeOther)
	return nil
}
