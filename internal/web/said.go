package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"encoding/json"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/rights"
	"plumbline/internal/sorted"
	"plumbline/internal/web/ui"
)

// untold are events that the comments beside them say already, or nobody asks for.
var untold = []string{"comment added", "question asked", "watching began", "watching ended"}

// story is what happened and what was said, in one line of time, oldest first.
func (w *Web) story(v app.ItemView, who plumbline.Actor) []ui.Entry {
	out := happened(v.History)
	asked := map[string]bool{}
	for _, h := range v.History {
		var d struct{ Comment string }
		if h.Type == "question asked" && json.Unmarshal(h.Data, &d) == nil {
			asked[d.Comment] = true
		}
	}
	for _, c := range v.Said {
		out = append(out, w.saidEntry(v, who, c, asked[c.ID]))
	}
	sorted.By(out, func(a, b ui.Entry) int { return cmp.Compare(a.At, b.At) })
	return out
}

// happened are the events of a history as lines of a story, oldest first.
func happened(history []app.HistoryEntry) []ui.Entry {
	var out []ui.Entry
	for _, h := range slices.Backward(history) {
		if slices.Contains(untold, h.Type) {
			continue
		}
		icon, tone := eventLook(h.Type)
		e := ui.Entry{By: h.By, Icon: icon, Tone: tone, Text: h.Sentence, At: h.At, Via: via(h.Via)}
		if h.Detail != "" {
			e.Text += ": " + h.Detail
		}
		if why := becauseOf(h); why != "" {
			e.Text += ", " + why
		}
		out = append(out, e)
	}
	return out
}

// becauseOf is what caused an event, where it was not a person's click.
func becauseOf(h app.HistoryEntry) string {
	switch h.Cause {
	case "stale":
		return "because nobody touched it"
	case "poll":
		return "found when the tracker was read"
	case "sweep":
		return "found when everything was read again"
	}
	return ""
}

func (w *Web) saidEntry(v app.ItemView, who plumbline.Actor, c plumbline.Comment, question bool) ui.Entry {
	e := ui.Entry{ID: "comment-" + c.ID, By: c.ByName, Text: "said", At: c.At, Internal: c.Internal}
	if question {
		e.Text = "asked"
	}
	if from := cameWith(v, c.Item); from != "" {
		e.Text += " on " + string(from)
	}
	if !c.Deleted.IsZero() {
		e.Text, e.Icon = "deleted what they had said", ui.IconTrash2
		if texts := earlier(v, c.ID); len(texts) > 0 {
			e.Body, e.Tools = ui.SafeHTML("<p>Deleted. Product managers and administrators can read what it said.</p>"), earlierTexts(w.drawn(texts, v.Named), w.app.Now())
			e.Icon = ""
		}
		return e
	}
	e.Body = w.text.named(c.Body, v.Named)
	if v.Verbs[rights.ReadInternal] {
		e.Label = "Public: the requester reads it"
	}
	if !c.Edited.IsZero() {
		e.Note = "changed since"
	}
	texts := earlier(v, c.ID)
	own := c.By == who.Person && who.Person != "" && v.Verbs[rights.Say]
	if own || len(texts) > 0 {
		e.Tools = saidTools(v, c, own, w.drawn(texts, v.Named), w.app.Now())
	}
	return e
}

// earlierText is what a comment said before, drawn.
type earlierText struct {
	Body  ui.SafeHTML
	Until plumbline.Time
}

func earlier(v app.ItemView, id string) []app.EarlierText {
	var out []app.EarlierText
	for _, t := range v.Earlier {
		if t.Comment == id {
			out = append(out, t)
		}
	}
	return out
}

func (w *Web) drawn(texts []app.EarlierText, names app.Named) []earlierText {
	var out []earlierText
	for _, t := range texts {
		out = append(out, earlierText{Body: w.text.named(t.Body, names), Until: t.Until})
	}
	return out
}

// doSaid changes or deletes the reader's own comment.
func (w *Web) doSaid(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	id, text := r.PathValue("id"), "Comment changed; what it said before is kept."
	var err error
	if r.PostFormValue("do") == "delete" {
		err, text = w.app.DeleteComment(r.Context(), who, key(r), id), "Comment deleted."
	} else {
		_, err = w.app.EditComment(r.Context(), who, key(r), id, lines(r.PostFormValue("body")))
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, itemAddress(key(r))+"#comment-"+id, ui.Flash{Text: text})
}

// handles answers the script that completes a mention.
func (w *Web) handles(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	list, err := w.app.Handles(r.Context(), who, r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	return answerScript(rw, map[string]any{"people": list})
}

// complete answers the script that completes a filter.
func (w *Web) complete(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v, err := w.app.Complete(r.Context(), who, r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	return answerScript(rw, v)
}

// answerScript sends what a page's script asked for.
func answerScript(rw http.ResponseWriter, v any) error {
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(rw).Encode(v)
}

// historyView is a page of everything that happened to an item.
type historyView struct {
	Key   plumbline.Key
	Title string
	Story []ui.Entry
	Now   plumbline.Time
	Older string
	First string
}

// history is everything that happened to an item, a page at a time.
func (w *Web) history(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	h, err := w.app.History(r.Context(), who, key(r), before)
	if err != nil {
		return err
	}
	here := itemAddress(h.Key) + "/history"
	v := historyView{Key: h.Key, Title: h.Title, Story: happened(h.Entries), Now: w.app.Now()}
	slices.Reverse(v.Story)
	if h.Older != 0 {
		v.Older = here + "?before=" + strconv.FormatInt(h.Older, 10)
	}
	if before != 0 {
		v.First = here
	}
	return w.show(rw, r, who, ui.Page{Title: "History of " + string(h.Key), Width: ui.Read}, historyBody(v))
}
