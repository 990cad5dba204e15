package web

import (
	"net/http"

	"plumbline"
	"plumbline/internal/web/ui"
)

// inbox shows what waits for a first look, one item in front.
func (w *Web) inbox(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in, err := w.app.Inbox(r.Context(), who, plumbline.Key(r.URL.Query().Get("front")))
	if err != nil {
		return err
	}
	v := inboxView{Total: in.Rows.Total, Now: w.app.Now()}
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
		v.Next = nextKey(in.Rows.Rows, in.Front.Key)
	}
	return w.show(rw, r, who, ui.Page{Title: "Inbox", Width: ui.Full, After: after(in.Seq), Keys: keys(inInbox)}, inboxBody(v))
}

// inFront is the inbox with an item in front.
func inFront(key plumbline.Key) string { return "/inbox?front=" + escape(string(key)) }

// nextKey is the item after key, so that the next one comes up by itself.
func nextKey(rows []plumbline.Row, key plumbline.Key) string {
	for i, r := range rows {
		if r.Key == key && i+1 < len(rows) {
			return inFront(rows[i+1].Key)
		}
	}
	return "/inbox"
}

// verdicts are what can be done with the item in front, with where to go after.
func verdicts(v inboxView) []ui.Do {
	at, next := itemAddress(v.Front.Key), "next="+escape(v.Next)
	return []ui.Do{
		{Text: "Duplicate", Href: at + "/merge?" + next, Icon: ui.IconCopy, Hotkey: "2"},
		{Text: "Decline", Href: at + "/decide?outcome=decline&" + next, Icon: ui.IconCircleSlash, Hotkey: "3"},
		{Text: "Ask back", Href: at + "/comment?next=" + escape(inFront(v.Front.Key)), Icon: ui.IconMessageSquare, Hotkey: "4"},
		{Text: "Redirect", Href: at + "/decide?outcome=redirect&" + next, Icon: ui.IconCornerUpRight, Hotkey: "r"},
	}
}

func (w *Web) doAccept(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	it, err := w.app.Accept(r.Context(), who, key(r))
	if err != nil {
		return err
	}
	return w.done(rw, r, itemAddress(it.Key), ui.Flash{Text: string(it.Key) + " accepted: it is in problem validation.", See: ui.Link{Text: "Open it", Href: itemAddress(it.Key)}})
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
