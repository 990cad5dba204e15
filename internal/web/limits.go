package web

import (
	"fmt"
	"net/http"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// limitOf is the limit of a state; Most is 0 when it has none.
func (v processView) limitOf(s plumbline.State) (out plumbline.ColumnLimit) {
	for _, l := range v.Limits {
		if l.State == s {
			out = l
		}
	}
	return out
}

// limitable are the states of the process that may have a limit: those that work
// is or waits in.
func (v processView) limitable() (out []app.StateRules) {
	for _, l := range v.Tracks {
		for _, s := range l.States {
			if s.Kind == "open" {
				out = append(out, s)
			}
		}
	}
	return out
}

// doLimit sets the limit of work in progress of one state.
func (w *Web) doLimit(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	most, err := whole(r.PostForm, "most")
	if err != nil {
		return err
	}
	l := plumbline.ColumnLimit{Process: plumbline.ProcessID(r.PathValue("id")), State: plumbline.State(r.PostFormValue("state")), Most: int(most), Hard: r.PostFormValue("hard") != ""}
	if err := w.app.SetLimit(r.Context(), who, l); err != nil {
		return err
	}
	text := ui.StateName(l.State) + " has no limit now."
	switch {
	case l.Most > 0 && l.Hard:
		text = fmt.Sprintf("%s takes %d at most.", ui.StateName(l.State), l.Most)
	case l.Most > 0:
		text = fmt.Sprintf("%s warns beyond %d.", ui.StateName(l.State), l.Most)
	}
	return w.done(rw, r, "/processes/"+escape(string(l.Process))+"#limits", ui.Flash{Text: text})
}

// limitWords says what a limit does.
func limitWords(l plumbline.ColumnLimit) string {
	if l.Hard {
		return fmt.Sprintf("%d; more are refused", l.Most)
	}
	return fmt.Sprintf("%d; more are marked", l.Most)
}
