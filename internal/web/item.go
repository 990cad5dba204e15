package web

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/standing"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// itemPage is an item with what its page draws.
type itemPage struct {
	app.ItemView
	Now       plumbline.Time
	Who       plumbline.Actor
	Body      ui.SafeHTML
	Statement ui.SafeHTML
	Moves     ui.Item // carries the "Move to…" menu
	Story     []ui.Entry
	OnlySaid  bool           // the history shows what was said only
	Gate      *standing.Gate // what limits of its product say about it; nil: nothing is asked
}

func (w *Web) itemPage(v app.ItemView, who plumbline.Actor) *itemPage {
	p := &itemPage{ItemView: v, Now: w.app.Now(), Who: who, Body: w.text.named(v.Row.Body, v.Named), Statement: w.text.named(v.Fields["statement"], v.Named)}
	p.Moves = listItem(v.Row)
	p.Moves.Moves = moves(v.Key, v.Targets)
	p.Story = w.story(v, who)
	return p
}

func (w *Web) item(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v, err := w.app.Item(r.Context(), who, key(r))
	if err != nil {
		return err
	}
	p := w.itemPage(v, who)
	if p.OnlySaid = r.URL.Query().Get("show") == "said"; p.OnlySaid {
		p.Story = onlySaid(p.Story)
	}
	if v.Open() && v.Product != "" {
		g, err := w.app.ItemGate(r.Context(), who, v.Key)
		if err != nil {
			return err
		}
		p.Gate = g.Gate
	}
	return w.show(rw, r, who, ui.Page{Title: string(v.Key) + " " + v.Title, Width: ui.Wide, After: after(v.Seq), Room: assets.Judging, Keys: keys(onItem)}, itemBody(p))
}

// opens is the item whose page is opened: what its reader was told of it is read
// by that, so that the bell leaves it out.
func opens(r *http.Request) plumbline.Key {
	if r.Pattern != "GET /items/{key}" {
		return ""
	}
	return key(r)
}

// opened marks what somebody was told of an item as read, up to the event that
// its page showed. It comes after the answer, which does not depend on it: a mark
// that could not be made is logged, and made when the item is opened next.
func (w *Web) opened(r *http.Request, who plumbline.Actor, shown string) {
	upto, err := strconv.ParseInt(shown, 10, 64)
	if err == nil {
		ctx := context.WithoutCancel(r.Context()) // they may have gone on already; they did see it
		err = w.app.ReadNotices(ctx, who, opens(r), upto)
	}
	if err != nil {
		w.opt.Log.Error("notices not marked as read", "item", opens(r), "err", err)
	}
}

// brief is an item on one page, to be printed or read before it is decided.
func (w *Web) brief(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v, err := w.app.Item(r.Context(), who, key(r))
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "Brief " + string(v.Key), Width: ui.Read}, briefBody(w.itemPage(v, who)))
}

// key is the item that the address names.
func key(r *http.Request) plumbline.Key { return plumbline.Key(r.PathValue("key")) }

// longText is how many bytes a text has that is scrolled in its place.
const longText = 6000

// via is the door that something came through, where it was not this one.
func via(v string) string {
	switch v {
	case "", "web", "demo":
		return ""
	case "api":
		return "API"
	case "cli":
		return "command line"
	}
	return trackerName(strings.TrimPrefix(v, "link:"))
}

// trackerName is a connected tracker as people call it.
func trackerName(id string) string {
	names := map[string]string{"gitlab": "GitLab", "gitea": "Gitea", "forgejo": "Forgejo"}
	return cmp.Or(names[strings.ToLower(id)], id)
}

// cameBy is how an item came to us, in words.
func cameBy(source string) string {
	switch source {
	case "form":
		return "Ask form"
	case "api":
		return "API"
	case "cli":
		return "Command line"
	case "demo: kubernetes/enhancements":
		return "Kubernetes enhancement proposals (demo)"
	case "demo: invented":
		return "Invented for the demo"
	}
	if id, ok := strings.CutPrefix(source, "link:"); ok {
		return trackerName(id)
	}
	return source
}

// eventLook is the icon and tone of a kind of event.
func eventLook(typ string) (ui.IconName, ui.Tone) {
	switch typ {
	case "item filed", "item picked up", "item picked up again":
		return ui.IconInbox, ui.Info
	case "item accepted":
		return ui.IconCheck, ui.OK
	case "item decided":
		return ui.IconGavel, ui.Violet
	case "item handed off":
		return ui.IconArrowRightLeft, ui.Teal
	case "item moved", "item sent back", "item reopened", "item withdrawn":
		return ui.IconArrowRight, ui.Neutral
	case "item edited":
		return ui.IconPencil, ui.Neutral
	case "owner changed":
		return ui.IconUser, ui.Neutral
	case "item retargeted", "item restaged":
		return ui.IconMilestone, ui.Neutral
	case "evidence attached":
		return ui.IconFlaskConical, ui.Violet
	case "demand recorded", "demand changed", "demand withdrawn":
		return ui.IconThumbsUp, ui.Info
	case "item merged", "merge received", "item unmerged", "merge ended", "items related", "relation ended":
		return ui.IconCopy, ui.Neutral
	case "limit passed", "labels contradict", "write dropped", "write failed", "issue gone":
		return ui.IconTriangleAlert, ui.Warn
	case "issue opened":
		return ui.IconExternalLink, ui.Neutral
	case "item closed":
		return ui.IconCircleCheck, ui.OK
	case "item snoozed", "item came back":
		return ui.IconAlarmClock, ui.Neutral
	case "verdict taken back":
		return ui.IconUndo2, ui.Warn
	case "comment edited", "comment deleted":
		return ui.IconPencil, ui.Neutral
	case "person mentioned":
		return ui.IconUser, ui.Info
	case "question asked":
		return ui.IconMessageSquare, ui.Warn
	}
	return ui.IconCircle, ui.Neutral
}

// stands is the sentence about where an item stands, with the buttons that go on.
func stands(v *itemPage) ui.NextStep {
	n := ui.NextStep{Text: v.Sentence, Next: nextSteps(v)}
	for _, l := range v.Lanes {
		here := stateHere(l)
		if here == nil || here.State != v.State {
			continue
		}
		switch here.Kind {
		case "done":
			n.Tone, n.Icon = ui.OK, ui.IconCircleCheck
		case "dropped":
			n.Icon = ui.IconCircleSlash
		case "waiting":
			n.Tone, n.Icon = ui.Warn, ui.IconHourglass
		}
	}
	return n
}

// holds splits the decisions into the one that holds, if there is one, and those
// that it replaced.
func holds(list []plumbline.Decision) (now *plumbline.Decision, before []plumbline.Decision) {
	for i := range list {
		if now == nil && list[i].Ended.IsZero() {
			now = &list[i]
			continue
		}
		before = append(before, list[i])
	}
	return now, before
}

// briefReader says for whom a printed page is: paper has no clearance.
func briefReader(v *itemPage) string {
	if v.Who.Cleared {
		return "Printed for " + v.Who.Name + ": holds customer names and amounts."
	}
	return "Printed for " + v.Who.Name + "."
}
