package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"plumbline"
	"plumbline/internal/app/notices"
	"plumbline/internal/app/rights"
	"plumbline/internal/turn"
	"plumbline/internal/web/ui"
)

// show draws a page inside the frame.
func (w *Web) show(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, p ui.Page, body templ.Component) error {
	return w.showAs(rw, r, who, http.StatusOK, p, body)
}

// showAs draws the whole page before it sends any of it, so that an error on the
// way can still be told.
func (w *Web) showAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, p ui.Page, body templ.Component) error {
	if err := w.frame(rw, r, who, &p); err != nil {
		return err
	}
	if w.opt.Drawn != nil {
		w.opt.Drawn(r.URL, turn.Handler(w.headers(compress(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if err := w.draw(rw, r, status, p, body); err != nil {
				http.Error(rw, err.Error(), http.StatusInternalServerError)
			}
		})))))
	}
	if err := w.draw(rw, r, status, p, body); err != nil {
		return err
	}
	if status == http.StatusOK && p.Bell != nil && p.Bell.Reads {
		w.opened(r, who, p.After)
	}
	return nil
}

func (w *Web) draw(rw http.ResponseWriter, r *http.Request, status int, p ui.Page, body templ.Component) error {
	b := drawings.Get().(*bytes.Buffer)
	defer putDrawing(b)
	whole := ui.Layout(p)
	if r.Header.Get("X-Live") == "part" {
		whole = body // another page shows a part of it, and has a frame already
	}
	if err := whole.Render(templ.WithChildren(r.Context(), body), b); err != nil {
		return err
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	rw.Header().Set("Cache-Control", "no-store")
	rw.WriteHeader(status)
	if _, err := rw.Write(b.Bytes()); err != nil && !canceled(err) {
		w.opt.Log.Debug("page not sent", "path", r.URL.Path, "err", err)
	}
	return nil
}

// drawings keeps the memory that pages are drawn in: growing it anew for each page
// takes four times as much.
var drawings = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// largeDrawing is more than almost all pages have; what is larger is not kept.
const largeDrawing = 1 << 20

func putDrawing(b *bytes.Buffer) {
	if b.Cap() <= largeDrawing {
		b.Reset()
		drawings.Put(b)
	}
}

// frame fills what every page has: who looks, where they can go, what came of
// the last form.
func (w *Web) frame(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, p *ui.Page) error {
	p.Version = w.opt.Version
	p.Theme = theme(r)
	p.Flash = append(p.Flash, takeFlash(rw, r)...)
	if p.Help.Href == "" {
		p.Help = helpFor(r.URL.Path)
	}
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
	unread, reads, err := w.app.CountUnread(r.Context(), who, opens(r))
	if err != nil {
		return err
	}
	p.Bell = &ui.Bell{Unread: unread, Most: notices.UnreadCap, Here: r.URL.Path == "/notices", Reads: reads}
	p.Nav = nav(who, r, n, p.After != "")
	p.Who = &ui.Me{Name: who.Name, Handle: who.Handle, Role: who.Role.Label(), Links: []ui.Link{
		{Text: "My requests", Href: ui.MyRequests}, {Text: "What I am told", Href: "/settings/notifications"}, {Text: "API tokens", Href: "/settings/tokens"},
	}}
	p.New = ui.Link{Text: "ask for something", Href: "/ask"}
	p.Search = ui.Search{Action: "/items", Palette: "/search", Complete: "/complete", Value: searched(r)}
	if p.After != "" {
		p.Live = "/live"
	}
	return nil
}

// after marks a page as one that follows what happens, from the event that it
// shows last.
func after(seq int64) string { return strconv.FormatInt(seq, 10) }

func searched(r *http.Request) string {
	if oneOf(r.URL.Path, "/items", "/board", "/table", "/timeline") {
		return r.URL.Query().Get("q")
	}
	return ""
}

// nav is where the actor can go. A page about one item is not renewed for the
// sake of the number in the inbox.
func nav(who plumbline.Actor, r *http.Request, inbox int, live bool) []ui.NavLink {
	current := "/" + strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 2)[0]
	if current == "/processes" {
		current = "/processes/request"
	}
	if !rights.May(who, rights.Triage) && who.Role == plumbline.Requester {
		return ui.AskNav(current)
	}
	var out []ui.NavLink
	for _, l := range ui.MainNav(current, inbox) {
		if l.Href == "/inbox" && !rights.May(who, rights.Triage) {
			continue
		}
		l.Live = l.Href == "/inbox" && live && r.PathValue("key") == ""
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
	p := ui.Page{Title: capital(kind.String()), Width: ui.Read}
	body := ui.Failure(ui.ErrorPage{Status: status, Kind: kind, Text: plumbline.TextOf(err), Ref: ref, Back: wayOut(r, kind), Help: helpOn(kind)})
	if w.showAs(rw, r, who, status, p, body) == nil {
		return
	}
	// The frame asks the database, which may be what failed.
	if w.showAs(rw, r, plumbline.Nobody(), status, p, body) != nil {
		http.Error(rw, plumbline.TextOf(err), status)
	}
}

// wayOut is where to go from an error.
func wayOut(r *http.Request, kind plumbline.Kind) ui.Link {
	key := r.PathValue("key")
	switch {
	case kind == plumbline.Unauthenticated:
		return ui.Link{Text: "Sign in", Href: "/signin"}
	case key != "" && kind != plumbline.NotFound && (r.Method == http.MethodPost || r.PathValue("form") != ""):
		return ui.Link{Text: "Back to " + key, Href: itemAddress(plumbline.Key(key))}
	case key != "" && kind == plumbline.NotFound:
		return ui.Link{Text: "All items", Href: "/items?status=all"}
	case kind == plumbline.Invalid && r.Method == http.MethodGet:
		return ui.Link{Text: "The same page without it", Href: r.URL.Path}
	}
	return ui.Link{}
}

// helpOn is the help page about a kind of error.
func helpOn(kind plumbline.Kind) ui.Link {
	if kind == plumbline.Denied {
		return ui.Link{Text: "Who may do what", Href: "/help/roles"}
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
		out["see"] = itemAddress(plumbline.Key(key)) + "/move?to=" + escape(r.PostFormValue("to"))
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
			keepFlash(rw, f) // the page that it goes to shows it
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

// local says that an address leads into this site. Browsers read a backslash as
// a slash and leave control characters out, so that neither may be in it.
func local(next string) bool {
	odd := strings.ContainsFunc(next, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' })
	return strings.HasPrefix(next, "/") && !strings.HasPrefix(next, "//") && !odd
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
