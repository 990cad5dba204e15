package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// inbox shows what waits for a first look, one item in front.
func (w *Web) inbox(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in, err := w.app.Inbox(r.Context(), who, plumbline.Key(r.URL.Query().Get("front")))
	if err != nil {
		return err
	}
	v := inboxView{Total: in.Rows.Total, Now: w.app.Now(), Clocks: in.Clocks, Waiting: in.Waiting, Last: in.Last, Turn: in.Turn, Who: who}
	for _, row := range in.Rows.Rows {
		it := listItem(row)
		it.Href = inFront(row.Key)
		it.Touched = row.Created
		it.Current = in.Front != nil && row.Key == in.Front.Key
		v.Items = append(v.Items, it)
	}
	if in.Front != nil {
		v.Front = w.itemPage(*in.Front, who)
		v.Similar = in.Similar
		v.Next = nextKey(in.Rows.Rows, in.Front.Key, 1)
		v.Prev = nextKey(in.Rows.Rows, in.Front.Key, -1)
	}
	return w.show(rw, r, who, ui.Page{Title: "Inbox", Width: ui.Full, After: after(in.Seq), Keys: keys(inInbox)}, inboxBody(v))
}

// inFront is the inbox with an item in front.
func inFront(key plumbline.Key) string { return "/inbox?front=" + escape(string(key)) }

// nextKey leads to the item so many places after key, or to the whole inbox at
// its ends, so that the next one comes up by itself.
func nextKey(rows []plumbline.Row, key plumbline.Key, by int) string {
	for i, r := range rows {
		if r.Key == key && i+by >= 0 && i+by < len(rows) {
			return inFront(rows[i+by].Key)
		}
	}
	return "/inbox"
}

// taken ends a verdict: the next item comes up, and the verdict can be taken back.
func (w *Web) taken(rw http.ResponseWriter, r *http.Request, key plumbline.Key, text string) error {
	f := ui.Flash{Text: text, Undo: undoVerdict(r, key)}
	if f.Undo == nil {
		f.See = ui.Link{Text: "Open it", Href: itemAddress(key)}
	}
	return w.done(rw, r, itemAddress(key), f)
}

// undoVerdict is the form that takes a verdict from the inbox back.
func undoVerdict(r *http.Request, key plumbline.Key) *ui.Undo {
	if !strings.HasPrefix(r.PostFormValue("next"), "/inbox") {
		return nil
	}
	return &ui.Undo{Action: itemAddress(key) + "/undo", Fields: [][2]string{{"next", inFront(key)}}}
}

func (w *Web) doAccept(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	it, err := w.app.Accept(r.Context(), who, key(r))
	if err != nil {
		return err
	}
	return w.taken(rw, r, it.Key, string(it.Key)+" accepted: it is in problem validation.")
}

func (w *Web) doAskBack(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	it, err := w.app.AskBack(r.Context(), who, key(r), plumbline.PublicText(lines(r.PostFormValue("question"))))
	if err != nil {
		return err
	}
	return w.taken(rw, r, it.Key, string(it.Key)+": asked. It comes back when they answer.")
}

func (w *Web) doSnooze(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in, err := snoozeOf(r.PostForm, w.app.Now())
	if err != nil {
		return err
	}
	it, err := w.app.Snooze(r.Context(), who, key(r), in)
	if err != nil {
		return err
	}
	text := "It comes back when somebody comments."
	if !in.Until.IsZero() {
		text = "It comes back on " + in.Until.Std().Format(time.DateOnly) + "."
	}
	return w.taken(rw, r, it.Key, string(it.Key)+" put off. "+text)
}

// morning is the hour, in UTC, at which what was put off to a day comes back.
const morning = 6 * time.Hour

// snoozeOf reads when an item is to come back: tomorrow, next week, on a date,
// or when somebody comments.
func snoozeOf(vals url.Values, now plumbline.Time) (app.SnoozeInput, error) {
	s := now.Std()
	today := time.Date(s.Year(), s.Month(), s.Day(), 0, 0, 0, 0, time.UTC)
	switch until := vals.Get("until"); until {
	case "tomorrow":
		return app.SnoozeInput{Until: plumbline.At(today.AddDate(0, 0, 1).Add(morning))}, nil
	case "week":
		return app.SnoozeInput{Until: plumbline.Monday(plumbline.At(today.AddDate(0, 0, 7))).Add(morning)}, nil
	case "comment":
		return app.SnoozeInput{OnComment: true}, nil
	case "date":
		at, err := day(vals, "date")
		if err == nil && at.IsZero() {
			err = plumbline.FieldError("date", "Choose the day on which it comes back.")
		}
		return app.SnoozeInput{Until: at.Add(morning), OnComment: vals.Get("or_comment") != ""}, err
	default:
		return app.SnoozeInput{}, plumbline.FieldError("until", "Put it off until tomorrow, week, date or comment, not %q.", until)
	}
}

func (w *Web) doUndo(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	it, err := w.app.Undo(r.Context(), who, key(r))
	if err != nil {
		return err
	}
	return w.done(rw, r, inFront(it.Key), ui.Flash{Text: string(it.Key) + ": the verdict is taken back."})
}

// decisions is the docket.
func (w *Web) decisions(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	cursor := r.URL.Query().Get("cursor")
	d, err := w.app.Decisions(r.Context(), who, cursor)
	if err != nil {
		return err
	}
	v := docketView{Entries: d.Entries, Now: w.app.Now()}
	if d.Next != "" {
		v.Next = "/decisions?cursor=" + escape(d.Next)
	}
	if cursor != "" {
		v.First = "/decisions"
	}
	return w.show(rw, r, who, ui.Page{Title: "Decisions", Width: ui.Wide, After: after(d.Seq)}, docketBody(v))
}
