package web

import (
	"fmt"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/web/ui"
)

// todayView is the page that the day begins with.
type todayView struct {
	app.TodayView
	Who     plumbline.Actor
	Now     plumbline.Time
	Changed []ui.Entry
	First   bool // nothing is known of an earlier visit
	Limits  standing.LimitsToday
}

// beforeLimits is how many parts stand before the limits: what is to be decided, and
// what is on the clock.
const beforeLimits = 2

// partView is one part of Today in full.
type partView struct {
	app.Part
	Says  partWords
	Now   plumbline.Time
	First string
	More  string
}

// partWords are what a part is called, what it counts, and what to do when it
// is empty.
type partWords struct {
	Name, Title, Says, Empty string
	Icon                     ui.IconName
	Href                     string // of the list; "": that of the part
}

// partsInWords are the parts in the order in which they are read.
var partsInWords = []partWords{
	{"decide", "To decide", "Validated: somebody wants it, there is evidence, and it is assessed. Oldest first.", "Nothing waits for a decision. What lacks evidence or an assessment is in problem validation.", ui.IconGavel, ""},
	{"clock", "On the clock", "Work with a promised time, the soonest due first; what is late comes before.", "No clock runs. Incidents, vulnerabilities and bugs with a severity have one.", ui.IconTimer, ""},
	{"answer", "Answers owed", "Nobody has answered yet, and the first answer is late or due within a day.", "Everybody who asked has had an answer, or has time left.", ui.IconMessageSquare, ""},
	{"escalated", "Escalated", "Somebody above the team has to decide.", "Nothing is escalated.", ui.IconSiren, ""},
	{"new", "New", "In the inbox, newest first.", "The inbox is empty.", ui.IconInbox, "/inbox"},
	{"hard", "Promised dates", "A contract or a regulation names the day.", "No item has a date from a contract or a regulation. It is set where the item is edited.", ui.IconMilestone, ""},
	{"closing", "Customers about to sign", "The day on which a customer who wants it closes, for cleared people only.", "No customer with an open wish closes soon.", ui.IconHandshake, ""},
	{"wish", "Wished dates", "Somebody would like it by then.", "Nobody wishes for a date.", ui.IconCalendar, ""},
	{"assigned", "Assigned to you", "Open and yours, changed last first.", "Nothing is assigned to you.", ui.IconUser, ""},
	{"triage", "To triage", "Handed to your team and not yet looked at, oldest first.", "Nothing waits for your team's triage.", ui.IconCircleDotDashed, ""},
}

// whoTriages says whose week it is, to those who triage.
func (v todayView) whoTriages() templ.Component {
	if !rights.May(v.Who, rights.Triage) {
		return nil
	}
	return onTriage(v.Turn, v.Who)
}

// sections are the parts that the reader has, with their words.
func (v todayView) sections() []partWords {
	var out []partWords
	for _, p := range partsInWords {
		if v.Part(p.Name).Name == "" {
			continue
		}
		part := v.Part(p.Name)
		switch {
		case p.Href != "":
		case part.List != "":
			p.Href = "/today/" + part.List
		case p.Name != "closing":
			p.Href = "/items" + query(part.Filter)
		}
		out = append(out, p)
	}
	return out
}

func (w *Web) today(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	if who.Role == plumbline.Requester {
		http.Redirect(rw, r, ui.MyRequests, http.StatusSeeOther)
		return nil
	}
	seen := lastVisit(r)
	now := w.app.Now()
	since := seen.before
	if now.Sub(seen.at) > visit {
		since = seen.last
	}
	v, err := w.app.Today(r.Context(), who, since)
	if err != nil {
		return err
	}
	keepVisit(rw, visitCookie{before: since, last: v.Seq, at: now}, w.opt.Secure)
	out := todayView{TodayView: v, Who: who, Now: now, First: seen.at.IsZero()}
	if out.Limits, err = w.app.LimitsToday(r.Context(), who); err != nil {
		return err
	}
	for _, c := range v.Changes {
		icon, tone := eventLook(c.Last.Type)
		e := ui.Entry{By: c.Last.By, Icon: icon, Tone: tone, Text: c.Last.Sentence, At: c.At, Via: via(c.Last.Via)}
		if c.More > 0 {
			e.Text += ", and " + plural(c.More, "more change", "more changes")
		}
		e.About = ui.Link{Text: string(c.Key) + " " + c.Title, Href: itemAddress(c.Key)}
		out.Changed = append(out.Changed, e)
	}
	return w.show(rw, r, who, ui.Page{Title: "Today", Width: ui.Wide, After: after(v.Seq), Keys: keys(onToday)}, todayBody(out))
}

func (w *Web) todayPart(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	cursor := r.URL.Query().Get("cursor")
	p, err := w.app.TodayPart(r.Context(), who, r.PathValue("part"), cursor)
	if err != nil {
		return err
	}
	v := partView{Part: p, Now: w.app.Now()}
	for _, words := range partsInWords {
		if words.Name == p.Name {
			v.Says = words
		}
	}
	here := "/today/" + p.Name
	if cursor != "" {
		v.First = here
	}
	if p.Next != "" {
		v.More = here + "?cursor=" + escape(p.Next)
	}
	return w.show(rw, r, who, ui.Page{Title: v.Says.Title, Width: ui.Wide}, partBody(v))
}

// visit is the time after which a look at Today is another visit.
const visit = 30 * time.Minute

const visitName = "plumbline_visit"

// visitCookie remembers in the browser what its reader has seen: the last event
// of the visit before, the last one shown, and when.
type visitCookie struct {
	before, last int64
	at           plumbline.Time
}

func lastVisit(r *http.Request) (v visitCookie) {
	c, err := r.Cookie(visitName)
	if err != nil {
		return v
	}
	var at int64
	if n, err := fmt.Sscanf(c.Value, "%d.%d.%d", &v.before, &v.last, &at); n != 3 || err != nil {
		return visitCookie{}
	}
	v.at = plumbline.Time(at)
	return v
}

func keepVisit(rw http.ResponseWriter, v visitCookie, secure bool) {
	http.SetCookie(rw, &http.Cookie{
		Name: visitName, Value: fmt.Sprintf("%d.%d.%d", v.before, v.last, int64(v.at)), Path: "/today", MaxAge: 90 * 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure,
	})
}
