package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/likeness"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/ui"
)

// similarShown is how many items that are alike a page shows.
const similarShown = 5

// like is what is like the text of a form; nothing for a text without a word.
func (w *Web) like(r *http.Request, who plumbline.Actor, title, body string, except plumbline.ItemID) ([]likeness.Like, error) {
	if len(strings.TrimSpace(title)) < 3 {
		return nil, nil
	}
	return w.app.Similar(r.Context(), who, likeness.Question{Title: title, Body: body, Except: except, Limit: similarShown})
}

// similar is the part of the ask page that changes while somebody types.
func (w *Web) similar(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	q := r.URL.Query()
	likes, err := w.like(r, who, q.Get("title"), q.Get("body"), "")
	if err != nil {
		return err
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	rw.Header().Set("Cache-Control", "no-store")
	return similarList(likes).Render(r.Context(), rw)
}

func (w *Web) doVote(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	on := r.PostFormValue("on") != "0"
	if err := w.app.Vote(r.Context(), who, key(r), on); err != nil {
		return err
	}
	text := "Your voice counts for " + r.PathValue("key") + ", and you follow it."
	if !on {
		text = "Your voice is off " + r.PathValue("key") + ". You still follow it."
	}
	return w.done(rw, r, itemAddress(key(r)), ui.Flash{Text: text})
}

func (w *Web) doMerge(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.sent(rw, r, who, "merge", func(vals url.Values) (ui.Flash, error) {
		into := strings.ToUpper(strings.TrimSpace(cmp.Or(vals.Get("into"), vals.Get("pick"))))
		it, err := w.app.Merge(r.Context(), who, key(r), app.MergeInput{Into: plumbline.Key(into), Version: version(vals)})
		return ui.Flash{
			Text: string(it.Key) + " merged into " + string(it.Merged) + ": every voice counts there.",
			See:  ui.Link{Text: "Open " + string(it.Merged), Href: itemAddress(it.Merged)},
			Undo: &ui.Undo{Action: itemAddress(it.Key) + "/unmerge", Fields: [][2]string{{"stay", "1"}}},
		}, err
	})
}

func (w *Web) doUnmerge(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	it, err := w.app.Unmerge(r.Context(), who, key(r), version(r.PostForm))
	if err != nil {
		return err
	}
	return w.done(rw, r, itemAddress(it.Key), ui.Flash{Text: string(it.Key) + " stands by itself again, in " + ui.StateName(it.State) + "."})
}

func (w *Web) doRelate(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.sent(rw, r, who, "relate", func(vals url.Values) (ui.Flash, error) {
		in := app.RelationInput{Kind: vals.Get("kind"), Other: plumbline.Key(strings.ToUpper(strings.TrimSpace(vals.Get("other"))))}
		on := vals.Get("on") != "0"
		text := r.PathValue("key") + ": " + in.Kind + " " + string(in.Other) + "."
		if !on {
			text = r.PathValue("key") + " is no longer " + in.Kind + " " + string(in.Other) + "."
		}
		return ui.Flash{Text: text}, w.app.Relate(r.Context(), who, key(r), in, on)
	})
}

// standingLook is how far an item that is alike has come, as a badge.
func standingLook(l likeness.Like) (string, ui.Tone, ui.IconName) {
	switch l.Standing {
	case "answered":
		return "Answered", ui.OK, ui.IconCircleCheck
	case "decided":
		return "Decided", ui.Violet, ui.IconGavel
	case "done":
		return "Ended", ui.Neutral, ui.IconCircleSlash
	case "merged":
		return "Goes on as " + string(l.Merged), ui.Info, ui.IconCopy
	}
	return ui.StateName(l.State), ui.Info, ui.IconCircle
}

// votes says how many voices an item has.
func votes(n int) string { return plural(n, "voice", "voices") }

// relationChoices are the kinds of relation as a form offers them.
func relationChoices() []ui.Choice {
	var out []ui.Choice
	for _, k := range app.RelationKinds() {
		out = append(out, ui.Choice{Value: k, Text: capital(k)})
	}
	return out
}

// goesOn is where a merged item goes on: the last of the chain.
func goesOn(v *itemPage) app.MentionView {
	chain := v.Together.MergedInto
	if len(chain) == 0 {
		return app.MentionView{Key: v.Merged}
	}
	return chain[len(chain)-1]
}

// cameWith is the item that something came from, when that was merged into the
// one whose page this is.
func cameWith(v app.ItemView, id plumbline.ItemID) plumbline.Key {
	for _, m := range v.Together.Joined {
		if m.ID == id {
			return m.Key
		}
	}
	return ""
}

func mayMerge(v *itemPage) bool { return v.Verbs[rights.MergeItems] && v.Merged == "" }
