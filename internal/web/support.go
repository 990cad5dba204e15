package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/incidents"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// supportPage is the load of support of a product or a process.
type supportPage struct {
	incidents.SupportView
	Who  plumbline.Actor
	Form form
}

func (w *Web) support(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.supportAs(rw, r, who, http.StatusOK, newForm(nil))
}

func (w *Web) supportAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, f form) error {
	v, err := w.app.Support(r.Context(), who, plumbline.ProductRef(r.PathValue("ref")))
	if err != nil {
		return err
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Support of " + v.Name, Width: ui.Wide, Room: assets.Limits, After: after(v.Seq)}, supportBody(supportPage{v, who, f}))
}

// doCapacity says how many hours there are for support.
func (w *Web) doCapacity(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	ref := plumbline.ProductRef(r.PathValue("ref"))
	if err := r.ParseForm(); err != nil {
		return plumbline.Errorf(plumbline.Invalid, "The form cannot be read.")
	}
	c := plumbline.SupportCapacity{People: plumbline.Decimal(r.PostFormValue("people")), Hours: plumbline.Decimal(r.PostFormValue("hours"))}
	from, err := day(r.PostForm, "from")
	if c.From = from; err == nil {
		err = w.app.PutSupportCapacity(r.Context(), who, ref, c)
	}
	switch {
	case err == nil:
		return w.done(rw, r, productAddress(ref)+"/support", ui.Flash{Text: "Kept. Weeks from then on are counted with it."})
	case plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r):
		return w.supportAs(rw, r, who, http.StatusUnprocessableEntity, refused(r.PostForm, err))
	}
	return err
}

// ticketsPage is the tickets of a week.
type ticketsPage struct {
	incidents.TicketPage
	Ref     plumbline.ProductRef
	Week    string
	Cleared bool
}

// ticketsOf is what is behind the figures of a week.
func (w *Web) ticketsOf(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in, err := day(r.URL.Query(), "week")
	if err != nil {
		return err
	}
	ref := plumbline.ProductRef(r.PathValue("ref"))
	p, err := w.app.Tickets(r.Context(), who, ref, in, r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "Tickets of a week", Width: ui.Wide, Room: assets.Limits}, ticketsBody(ticketsPage{p, ref, r.URL.Query().Get("week"), who.Cleared}))
}

// lastingText is a length of time in short: "45 min", "7.5 h", "3.2 days".
func lastingText(d time.Duration) string {
	switch {
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	case d < 48*time.Hour:
		return strconv.FormatFloat(float64(d/(6*time.Minute))/10, 'f', -1, 64) + " h"
	}
	return strconv.FormatFloat(float64(d/(144*time.Minute))/10, 'f', -1, 64) + " days"
}

// timesText is how long things took: median, ninth tenth, and of how many.
func timesText(t incidents.Times) string {
	if t.N == 0 {
		return "unknown"
	}
	least := func(up bool) string {
		if up {
			return "at least "
		}
		return ""
	}
	text := fmt.Sprintf("median %s%s, nine of ten within %s%s, of %d", least(t.MedianUp), lastingText(t.Median), least(t.P90Up), lastingText(t.P90), t.N)
	if t.Going > 0 {
		text += fmt.Sprintf(", %d of which go on", t.Going)
	}
	return text
}

// shareText is a share in percent, or unknown.
func shareText(d plumbline.Decimal) string {
	x := d.Rat()
	if x == nil {
		return "unknown"
	}
	f, _ := x.Float64()
	return strconv.FormatFloat(100*f, 'f', 1, 64) + " %"
}

// hoursText is a number of hours, or unknown.
func hoursText(d plumbline.Decimal) string {
	x := d.Rat()
	if x == nil {
		return "unknown"
	}
	f, _ := x.Float64()
	return strconv.FormatFloat(f, 'f', 1, 64) + " h"
}

// loadTitle is what the chart of the load shows, as a sentence.
func loadTitle(v supportPage) string {
	for _, l := range v.Limits {
		if l.Standing != nil && l.Standing.Reason != "" {
			return l.Standing.Reason
		}
	}
	for i := len(v.Weeks) - 1; i >= 0; i-- {
		if w := v.Weeks[i]; w.Whole && w.Share.Known() {
			return fmt.Sprintf("Tickets took %s of the time in the week of %s.", shareText(w.Share), w.From.Std().Format(time.DateOnly))
		}
	}
	return "Which share of the time tickets take is unknown: say below how many hours there are."
}

// loadBar is a week in the chart, in a box of 100 by 100.
type loadBar struct {
	X, Y, Width, Height string
	Title               string
	Guessed             bool
}

// loadChart is the shares of the weeks as bars, and the cap as a line.
func loadChart(v supportPage) (bars []loadBar, limit string) {
	top := 0.6
	share := func(d plumbline.Decimal) (float64, bool) {
		x := d.Rat()
		if x == nil {
			return 0, false
		}
		f, _ := x.Float64()
		return f, true
	}
	for _, w := range v.Weeks {
		if f, ok := share(w.Share); ok {
			top = max(top, 1.1*f)
		}
	}
	num := func(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }
	step := 100 / float64(max(len(v.Weeks), 1))
	for i, w := range v.Weeks {
		if f, ok := share(w.Share); ok {
			h := 100 * f / top
			bars = append(bars, loadBar{num(float64(i)*step + step*0.15), num(100 - h), num(step * 0.7), num(h), shareText(w.Share), w.Guessed > 0 || !w.Whole})
		}
	}
	for _, l := range v.Limits {
		if f, ok := share(l.Objective); ok {
			return bars, num(100 - 100*f/top)
		}
	}
	return bars, ""
}

// loadWords is the chart in words.
func loadWords(v supportPage) string {
	var parts []string
	for _, w := range v.Weeks {
		parts = append(parts, w.From.Std().Format(time.DateOnly)+" "+shareText(w.Share))
	}
	return "Share of the time that tickets took by week: " + strings.Join(parts, ", ") + ". The table below has every week."
}

func saidBy(name string) string {
	if name == "" {
		return ""
	}
	return ", as " + name + " says"
}
