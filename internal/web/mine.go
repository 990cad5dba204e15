package web

import (
	"net/http"
	"net/url"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// mineView is what one person asked for and follows.
type mineView struct {
	app.MineView
	Who plumbline.Actor
	Now plumbline.Time
}

// mine is My requests.
func (w *Web) mine(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	m, err := w.app.Mine(r.Context(), who)
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "My requests", Width: ui.Wide, After: after(m.Seq)}, mineBody(mineView{m, who, w.app.Now()}))
}

// parts are the lists of My requests under their headings.
func (v mineView) parts() []minePart {
	var waits, open, ended []app.MineRow
	for _, r := range v.Asked {
		switch {
		case r.Need != "":
			waits = append(waits, r)
		case r.Open():
			open = append(open, r)
		default:
			ended = append(ended, r)
		}
	}
	all := []minePart{
		{"waits", "These wait for you", waits}, {"open", "Under way", open}, {"followed", "You follow", v.Followed}, {"ended", "Ended", ended},
	}
	var out []minePart
	for _, p := range all {
		if len(p.rows) > 0 {
			out = append(out, p)
		}
	}
	return out
}

type minePart struct {
	id, title string
	rows      []app.MineRow
}

// doLink attaches a link to an item.
func (w *Web) doLink(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.sent(rw, r, who, "link", func(vals url.Values) (ui.Flash, error) {
		_, err := w.app.AttachLink(r.Context(), who, key(r), app.AttachmentInput{Name: vals.Get("name"), URL: vals.Get("url")})
		return ui.Flash{Text: "Link attached to " + r.PathValue("key") + "."}, err
	})
}

// doConvert makes a request of a question, and leads to it.
func (w *Web) doConvert(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	it, err := w.app.Convert(r.Context(), who, key(r), plumbline.Class(r.PostFormValue("class")))
	if err != nil {
		return err
	}
	return w.done(rw, r, itemAddress(it.Key), ui.Flash{Text: r.PathValue("key") + " is followed as " + string(it.Key) + " from now on."})
}

// doAnswer notes what those answered who own what we redirected.
func (w *Web) doAnswer(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.sent(rw, r, who, "answer", func(vals url.Values) (ui.Flash, error) {
		err := w.app.AnswerRedirect(r.Context(), who, key(r), plumbline.PublicText(lines(vals.Get("answer"))))
		return ui.Flash{Text: "Answer noted. The requester reads it."}, err
	})
}
