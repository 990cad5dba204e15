package web

import (
	"net/http"

	"plumbline"
	"plumbline/internal/app/people"
	"plumbline/internal/web/ui"
)

func (w *Web) home(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	to := ui.MyRequests
	switch who.Role {
	case plumbline.PM, plumbline.Admin, plumbline.Contributor:
		to = "/today"
	}
	http.Redirect(rw, r, to, http.StatusSeeOther)
	return nil
}

func (w *Web) signIn(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	if who.Known() {
		http.Redirect(rw, r, "/", http.StatusSeeOther)
		return nil
	}
	return w.signInPage(rw, r, http.StatusOK, newForm(r.URL.Query()))
}

func (w *Web) signInPage(rw http.ResponseWriter, r *http.Request, status int, f form) error {
	people, err := w.app.DemoPeople(r.Context())
	if err != nil {
		return err
	}
	empty, err := w.app.NeedsSetup(r.Context())
	if err != nil {
		return err
	}
	v := signInView{Form: f, Demo: people, Empty: empty, Next: f.vals.Get("next")}
	return w.showAs(rw, r, plumbline.Nobody(), status, ui.Page{Title: "Sign in", Width: ui.Read}, signInBody(v))
}

func (w *Web) doSignIn(rw http.ResponseWriter, r *http.Request, _ plumbline.Actor) error {
	session, err := w.app.SignIn(r.Context(), r.PostFormValue("handle"), r.PostFormValue("password"))
	if plumbline.KindOf(err) == plumbline.Unauthenticated && err != nil {
		vals := r.PostForm
		vals.Del("password")
		return w.signInPage(rw, r, http.StatusUnprocessableEntity, refused(vals, err))
	}
	if err != nil {
		return err
	}
	w.keepSession(rw, session)
	return w.done(rw, r, "/", ui.Flash{})
}

func (w *Web) doDemo(rw http.ResponseWriter, r *http.Request, _ plumbline.Actor) error {
	session, err := w.app.SignInDemo(r.Context(), r.PostFormValue("as"))
	if err != nil {
		return err
	}
	w.keepSession(rw, session)
	return w.done(rw, r, "/", ui.Flash{})
}

func (w *Web) keepSession(rw http.ResponseWriter, session string) {
	http.SetCookie(rw, &http.Cookie{
		Name: sessionCookie, Value: session, Path: "/", HttpOnly: true, Secure: w.opt.Secure,
		SameSite: http.SameSiteLaxMode, MaxAge: 30 * 24 * 3600,
	})
}

func (w *Web) doSignOut(rw http.ResponseWriter, r *http.Request, _ plumbline.Actor) error {
	if c, err := r.Cookie(sessionCookie); err == nil {
		if err := w.app.SignOut(r.Context(), c.Value); err != nil {
			return err
		}
	}
	http.SetCookie(rw, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return w.done(rw, r, "/signin", ui.Flash{Text: "You are signed out."})
}

func (w *Web) setUp(rw http.ResponseWriter, r *http.Request, _ plumbline.Actor) error {
	return w.showAs(rw, r, plumbline.Nobody(), http.StatusOK, ui.Page{Title: "Set up", Width: ui.Read}, setUpBody(newForm(r.URL.Query())))
}

func (w *Web) doSetUp(rw http.ResponseWriter, r *http.Request, _ plumbline.Actor) error {
	session, err := w.app.SetUp(r.Context(), r.PostFormValue("token"), people.PersonInput{
		Handle: r.PostFormValue("handle"), Name: r.PostFormValue("name"), Email: r.PostFormValue("email"), Password: r.PostFormValue("password"),
	})
	if k := plumbline.KindOf(err); err != nil && (k == plumbline.Invalid || k == plumbline.Unauthenticated) {
		vals := r.PostForm
		vals.Del("password")
		return w.showAs(rw, r, plumbline.Nobody(), http.StatusUnprocessableEntity, ui.Page{Title: "Set up", Width: ui.Read}, setUpBody(refused(vals, err)))
	}
	if err != nil {
		return err
	}
	w.keepSession(rw, session)
	return w.done(rw, r, "/settings", ui.Flash{Text: "You are the administrator. Add teams and people, then connect a tracker."})
}
