package web

import (
	"net/http"
	"net/url"
	"strconv"

	"plumbline"
	"plumbline/internal/app/notices"
	"plumbline/internal/web/ui"
)

// noticesView is the page of what somebody was told.
type noticesView struct {
	notices.NoticePage
	Tabs  []ui.Tab
	All   bool
	Here  string // this page, to come back to
	First string // leads back to the newest; empty: this is it
	Older string
	Now   plumbline.Time
}

func (w *Web) notices(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	q := r.URL.Query()
	all := q.Get("show") == "all"
	page, err := w.app.Notices(r.Context(), who, !all, q.Get("cursor"))
	if err != nil {
		return err
	}
	v := noticesView{NoticePage: page, All: all, Now: w.app.Now(), Here: "/notices"}
	if all {
		v.Here = "/notices?show=all"
	}
	v.Tabs = []ui.Tab{{Text: "Unread", Href: "/notices", Current: !all}, {Text: "Everything", Href: "/notices?show=all", Current: all}}
	if page.Next != "" {
		v.Older = withCursor(v.Here, page.Next)
	}
	if q.Get("cursor") != "" {
		v.First = v.Here
	}
	return w.show(rw, r, who, ui.Page{Title: "Notifications", Width: ui.Wide, After: after(page.Seq)}, noticesBody(v))
}

func withCursor(path, cursor string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := u.Query()
	q.Set("cursor", cursor)
	u.RawQuery = q.Encode()
	return u.String()
}

// doReadNotices marks one item's notices as read, or everything up to what the
// page showed.
func (w *Web) doReadNotices(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	upto, _ := strconv.ParseInt(r.PostFormValue("upto"), 10, 64)
	text := "Marked as read."
	var err error
	if r.PostFormValue("all") != "" {
		var n int
		n, err = w.app.ReadAllNotices(r.Context(), who, upto)
		text = plural(n, "item", "items") + " marked as read."
	} else {
		err = w.app.ReadNotices(r.Context(), who, plumbline.Key(r.PostFormValue("key")), upto)
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, "/notices", ui.Flash{Text: text})
}

// doMute ends or resumes notices of one item.
func (w *Web) doMute(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	on := r.PostFormValue("on") == "1"
	if err := w.app.Mute(r.Context(), who, key(r), on); err != nil {
		return err
	}
	f := ui.Flash{Text: "You hear no more of " + r.PathValue("key") + ".", Undo: &ui.Undo{Action: itemAddress(key(r)) + "/mute", Fields: [][2]string{{"on", "0"}, {"stay", "1"}}}}
	if !on {
		f = ui.Flash{Text: "You hear of " + r.PathValue("key") + " again."}
	}
	return w.done(rw, r, itemAddress(key(r)), f)
}

// unsubscribe asks whether to end a digest; mail programs post at once.
func (w *Web) unsubscribe(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	link := r.URL.Query().Get("for")
	name, on, err := w.app.Subscriber(r.Context(), link)
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "No more digests", Width: ui.Read}, unsubscribeBody(name, link, on))
}

func (w *Web) doUnsubscribe(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	link := r.URL.Query().Get("for")
	if err := w.app.Unsubscribe(r.Context(), link); err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "No more digests", Width: ui.Read}, unsubscribeBody("", link, false))
}

// prefsForm are the reasons that are on, as the form has them.
func prefsForm(p notices.NoticePrefs) url.Values {
	v := url.Values{"hour": {strconv.Itoa(p.Hour)}, "zone": {p.Zone}, "digest": {yes(p.Digest)}}
	for _, r := range plumbline.NoticeReasons {
		v.Set("on_"+string(r), "on")
	}
	for _, r := range p.Off {
		v.Set("on_"+string(r), "")
	}
	return v
}

func (w *Web) doPrefs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.saved(rw, r, who, "notifications", "Saved.", func(v url.Values) error {
		hour, err := whole(v, "hour")
		if err != nil {
			return err
		}
		in := notices.NoticePrefs{Digest: v.Get("digest") != "", Hour: int(hour), Zone: v.Get("zone")}
		for _, reason := range plumbline.NoticeReasons {
			if v.Get("on_"+string(reason)) == "" {
				in.Off = append(in.Off, reason)
			}
		}
		return w.app.PutPrefs(r.Context(), who, in)
	})
}

// doFeed makes a feed address, which is shown once, or ends it.
func (w *Web) doFeed(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	if r.PostFormValue("do") == "end" {
		if err := w.app.EndFeed(r.Context(), who); err != nil {
			return err
		}
		return w.done(rw, r, "/settings/notifications", ui.Flash{Text: "The feed address is good no longer."})
	}
	secret, err := w.app.MakeFeed(r.Context(), who)
	if err != nil {
		return err
	}
	return w.settingsPage(rw, r, who, http.StatusOK, "notifications", newForm(nil), secret)
}

// hookView is a webhook with what was sent to it.
type hookView struct {
	plumbline.Webhook
	Deliveries []notices.Delivery
}

func (w *Web) loadHooks(r *http.Request, who plumbline.Actor, v *settingsView) error {
	hooks, err := w.app.Webhooks(r.Context(), who)
	if err != nil {
		return err
	}
	open := r.URL.Query().Get("of")
	for _, h := range hooks {
		v.Hooks = append(v.Hooks, hookView{Webhook: h})
		if h.ID == open || len(hooks) == 1 {
			v.Shown, open = h.Name, h.ID
		}
	}
	if v.Shown == "" {
		v.Shown, open = "mail", plumbline.MailTarget
	}
	v.Sent, err = w.app.Deliveries(r.Context(), who, open)
	return err
}

func (w *Web) doWebhook(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in := notices.WebhookInput{Name: r.PostFormValue("name"), URL: r.PostFormValue("url")}
	for _, t := range w.app.HookTypes() {
		if r.PostFormValue("type_"+t) != "" {
			in.Types = append(in.Types, t)
		}
	}
	if len(in.Types) == len(w.app.HookTypes()) {
		in.Types = nil
	}
	if id := r.PostFormValue("id"); id != "" {
		return w.saved(rw, r, who, "webhooks", "Webhook saved.", func(url.Values) error {
			_, err := w.app.PutWebhook(r.Context(), who, id, in)
			return err
		})
	}
	secret, _, err := w.app.MakeWebhook(r.Context(), who, in)
	switch {
	case err == nil:
		return w.settingsPage(rw, r, who, http.StatusOK, "webhooks", newForm(nil), secret)
	case plumbline.KindOf(err) == plumbline.Invalid:
		return w.settingsPage(rw, r, who, http.StatusUnprocessableEntity, "webhooks", refused(r.PostForm, err), "")
	}
	return err
}

// doHook is what can be done with a webhook.
func (w *Web) doHook(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	id, text := r.PathValue("id"), ""
	var err error
	switch do := r.PostFormValue("do"); do {
	case "ping":
		err, text = w.app.PingWebhook(r.Context(), who, id), "A test delivery is on its way; its result appears below."
	case "on":
		err, text = w.app.SetWebhook(r.Context(), who, id, true), "The webhook is turned on."
	case "off":
		err, text = w.app.SetWebhook(r.Context(), who, id, false), "The webhook is turned off. What waited for it is not sent."
	case "remove":
		err, text = w.app.DropWebhook(r.Context(), who, id), "The webhook is removed."
	case "secret":
		secret, err := w.app.TurnSecret(r.Context(), who, id)
		if err != nil {
			return err
		}
		return w.settingsPage(rw, r, who, http.StatusOK, "webhooks", newForm(nil), secret)
	default:
		err = plumbline.FieldError("do", "A webhook can be tried, turned on or off, given a new secret or removed, not %q.", do)
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, "/settings/webhooks", ui.Flash{Text: text})
}

func (w *Web) doAgain(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	if err := w.app.SendAgain(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return w.done(rw, r, "/settings/webhooks", ui.Flash{Text: "It is sent again."})
}

// reasonLook is the icon and tone of a reason.
func reasonLook(r plumbline.NoticeReason) (ui.IconName, ui.Tone) {
	switch r {
	case plumbline.Mentioned:
		return ui.IconMegaphone, ui.Violet
	case plumbline.AssignedToYou:
		return ui.IconUser, ui.Info
	case plumbline.YouAsked:
		return ui.IconHandHelping, ui.Teal
	case plumbline.DecisionNeeded:
		return ui.IconGavel, ui.Warn
	case plumbline.YourTeam:
		return ui.IconUsers, ui.Info
	case plumbline.YouAdminister:
		return ui.IconSettings, ui.Warn
	}
	return ui.IconBell, ui.Neutral
}

// reasonHint says when a reason holds.
func reasonHint(r plumbline.NoticeReason) string {
	switch r {
	case plumbline.Mentioned:
		return "Somebody wrote your handle."
	case plumbline.AssignedToYou:
		return "What happens to items that are yours to do."
	case plumbline.YouAsked:
		return "What becomes of your requests."
	case plumbline.DecisionNeeded:
		return "For product managers: sent back, reopened, escalated, or the tracker contradicts us; a limit broke, an exception waits, or the committed plan does not hold."
	case plumbline.YourTeam:
		return "Something was handed off to your team."
	case plumbline.YouFollow:
		return "Items whose bell you rang."
	case plumbline.YouOwn:
		return "How your constraints stand, what follows, and exceptions from them."
	}
	return "For administrators: a webhook was turned off, mail cannot be sent."
}

// letterLook is the word, tone and icon of a delivery.
func letterLook(d notices.Delivery) (string, ui.Tone, ui.IconName) {
	switch d.Status {
	case plumbline.ActionDone:
		return "delivered", ui.OK, ui.IconCheck
	case plumbline.ActionFailed:
		return "failed", ui.Bad, ui.IconX
	case plumbline.ActionDropped:
		return "not needed", ui.Neutral, ui.IconMinus
	case plumbline.ActionRunning:
		return "on its way", ui.Info, ui.IconSend
	}
	if d.Attempts > 0 {
		return "waits for the next try", ui.Warn, ui.IconHourglass
	}
	return "waiting", ui.Info, ui.IconHourglass
}

func hookAddress(id string) string { return "/settings/webhooks/" + url.PathEscape(id) }
