package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/flowmetrics"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// flowPages are those about how work flows.
func (w *Web) flowPages() map[string]page {
	return map[string]page{"GET /flow": w.flow}
}

// flowView is the page of how work flows through a place.
type flowView struct {
	flowmetrics.Flow
	Now        plumbline.Time
	Who        plumbline.Actor
	StockChart chart
	WeeksChart chart
	Form       form // of the forecast
}

func (w *Web) flow(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	q, err := flowQuery(r.URL.Query())
	if err != nil {
		return err
	}
	status, bad := http.StatusOK, form{}
	f, err := w.app.Flow(r.Context(), who, q)
	if plumbline.KindOf(err) == plumbline.Invalid && err != nil && (q.Remaining != "" || q.By != "") {
		status, bad = http.StatusUnprocessableEntity, refused(r.URL.Query(), err)
		q.Remaining, q.By = "", ""
		f, err = w.app.Flow(r.Context(), who, q)
	}
	if err != nil {
		return err
	}
	v := flowView{Flow: f, Now: w.app.Now(), Who: who, Form: bad}
	if !bad.failed() {
		v.Form = newForm(r.URL.Query())
	}
	v.StockChart, v.WeeksChart = stockChart(&v.Flow), weeksChart(&v.Flow)
	return w.showAs(rw, r, who, status, ui.Page{Title: "Flow", Width: ui.Wide, Room: assets.Planning}, flowBody(v))
}

// flowQuery reads the place and the weeks from an address.
func flowQuery(q url.Values) (out flowmetrics.Query, err error) {
	out.Remaining, out.By = strings.TrimSpace(q.Get("remaining")), strings.TrimSpace(q.Get("by"))
	out.Process, out.Team, out.Product = plumbline.ProcessID(q.Get("process")), plumbline.TeamRef(q.Get("team")), plumbline.ProductRef(q.Get("product"))
	if text := q.Get("weeks"); text != "" {
		if out.Weeks, err = strconv.Atoi(text); err != nil {
			return out, plumbline.FieldError("weeks", "The weeks are a whole number, not %q.", text)
		}
	}
	return out, nil
}

// flowAddress is the page of a place.
func flowAddress(p flowmetrics.Place, weeks int) string {
	q := url.Values{}
	for name, value := range map[string]string{"process": string(p.Process), "team": string(p.Team), "product": string(p.Product)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if weeks != 0 && weeks != flowmetrics.UsualWeeks {
		q.Set("weeks", strconv.Itoa(weeks))
	}
	if len(q) == 0 {
		return "/flow"
	}
	return "/flow?" + q.Encode()
}

// bandHue is the colour of a band: what ended is green or grey, the others go round.
func bandHue(b flowmetrics.Band, n int) string {
	switch b.Kind {
	case "done":
		return "tone-ok"
	case "dropped":
		return "tone-neutral"
	}
	return "hue-" + strconv.Itoa([...]int{8, 6, 10, 2, 7, 0, 9, 5, 1, 11, 3, 4}[n%12])
}

func bandName(b flowmetrics.Band) string {
	if b.Lane == "" || strings.HasPrefix(b.Name, b.Lane) {
		return b.Name
	}
	return b.Name + " (" + b.Lane + ")"
}

// stockChart draws the cumulative flow.
func stockChart(f *flowmetrics.Flow) chart {
	s := &f.Stock
	c := chart{Words: "Cumulative flow. " + s.Finding + ".", Height: "240", First: s.Days[0], Last: s.Days[len(s.Days)-1]}
	var series [][]int
	c.Table = chartTable{Caption: "Items at the end of the day; of ends, those that came there since " + f.From, Head: []string{"Day"}}
	for i, b := range s.Bands {
		c.Parts = append(c.Parts, chartPart{Hue: bandHue(b, i), Name: bandName(b)})
		c.Table.Head = append(c.Table.Head, bandName(b))
		series = append(series, b.Points)
	}
	for i, path := range bands(series) {
		c.Parts[i].Path = path
	}
	c.Top = plural(topOf(series), "item", "items")
	step := 1
	if len(s.Days) > mostRows && len(s.Days) < 7*mostRows { // a day each
		step = 7
	}
	for i := (len(s.Days) - 1) % step; i < len(s.Days); i += step {
		row := []string{s.Days[i]}
		for _, b := range s.Bands {
			row = append(row, strconv.Itoa(b.Points[i]))
		}
		c.Table.Rows = append(c.Table.Rows, row)
	}
	c.Table.cut()
	return c
}

// shareHues are the colours of the four.
var shareHues = map[plumbline.WorkShare]string{
	plumbline.ShareFeatures: "hue-8", plumbline.ShareUpkeep: "hue-2", plumbline.ShareDebt: "hue-10", plumbline.ShareSupport: "hue-5",
}

// weeksChart draws what was finished by week and by what it went into.
func weeksChart(f *flowmetrics.Flow) chart {
	d := &f.Done
	c := chart{Words: "Finished by week. " + d.Finding + ". " + f.Shares.Finding + ".", Height: "180", First: d.Weeks[0].Week, Last: d.Weeks[len(d.Weeks)-1].Week + ", not over"}
	c.Table = chartTable{Caption: "Items that were finished in the week that begins on the day", Head: []string{"Week", "Finished"}}
	var series [][]int
	for _, s := range plumbline.WorkShares {
		var line []int
		for _, k := range d.Weeks {
			line = append(line, k.Shares[s])
		}
		series = append(series, line)
		c.Parts = append(c.Parts, chartPart{Hue: shareHues[s], Name: string(s)})
		c.Table.Head = append(c.Table.Head, capital(string(s)))
	}
	for i, path := range bars(series) {
		c.Parts[i].Path = path
	}
	c.Top = plural(topOf(series), "item a week", "items a week")
	c.Table.Head = append(c.Table.Head, "Upkeep and support", "Dropped")
	for _, k := range d.Weeks {
		row := []string{k.Week, strconv.Itoa(k.Done)}
		if k.Partial {
			row[0] += ", not over"
		}
		for _, s := range plumbline.WorkShares {
			row = append(row, strconv.Itoa(k.Shares[s]))
		}
		part := "–"
		if k.Done > 0 {
			part = percentText(float64(k.Shares[plumbline.ShareUpkeep]+k.Shares[plumbline.ShareSupport]) / float64(k.Done))
		}
		c.Table.Rows = append(c.Table.Rows, append(row, part, strconv.Itoa(k.Dropped)))
	}
	c.Table.cut()
	return c
}

func percentText(part float64) string { return fmt.Sprintf("%.0f %%", 100*part) }

// timesTop is the end of the scale of a set of times.
func timesTop(list []flowmetrics.CycleTime) float64 {
	top := 1.0
	for _, t := range list {
		top = max(top, t.Days.P95)
	}
	return top
}

func timesOf(t flowmetrics.CycleTime, top float64) timesMark {
	return timesMark{Half: t.Days.P50, Many: t.Days.P85, Most: t.Days.P95, Max: top,
		Words: fmt.Sprintf("%s: half within %s, 85 %% within %s, 95 %% within %s", t.Name, dayText(t.Days.P50), dayText(t.Days.P85), dayText(t.Days.P95))}
}

// dayText is days as people read them, on one line.
func dayText(d float64) string {
	if d >= 10 {
		return strconv.FormatFloat(d, 'f', 0, 64) + "\u00a0days"
	}
	return strconv.FormatFloat(d, 'f', 1, 64) + "\u00a0days"
}

// flowStats are the figures at the head of the page.
func flowStats(v flowView) []ui.Stat {
	out := []ui.Stat{
		{What: "Open", Text: thousands(int64(v.Stock.Open)), More: fmt.Sprintf("%d at the beginning", v.Stock.Before), Tone: ui.Neutral, Href: "#stock"},
		{What: "Finished a week", Text: strconv.FormatFloat(float64(v.Done.Items)/float64(v.Weeks), 'f', 1, 64), More: fmt.Sprintf("%d in %d weeks", v.Done.Items, v.Weeks), Tone: ui.Neutral, Href: "#finished"},
	}
	if t := v.Cycle.Times[0]; t.Known {
		out = append(out, ui.Stat{What: "85 % finished within", Text: dayText(t.Days.P85), More: "half within " + dayText(t.Days.P50), Tone: ui.Neutral, Href: "#cycle"})
	}
	if v.Ageing.Older[2].P > 0 {
		out = append(out, ui.Stat{What: "Older than that", Text: strconv.Itoa(v.Ageing.Older[2].Items), More: "of the open items", Tone: ui.Neutral, Href: "#ageing"})
	}
	return out
}

// agedMark is the age of an open item beside how long finished ones took.
func agedMark(v flowView, a flowmetrics.AgedItem) timesMark {
	m := timesMark{Now: max(a.Age, 0.1), Max: 1, Words: "Age " + dayText(a.Age)}
	if t := v.Cycle.Times[0]; t.Known {
		m.Half, m.Many, m.Most = t.Days.P50, t.Days.P85, t.Days.P95
		m.Max = t.Days.P95
	}
	for _, o := range v.Ageing.Oldest {
		m.Max = max(m.Max, o.Age)
	}
	return m
}

// weekChoices are the times that can be chosen.
func weekChoices(now int) []ui.Choice {
	var out []ui.Choice
	for _, n := range []int{13, 26, 52, 104} {
		out = append(out, ui.Choice{Value: strconv.Itoa(n), Text: fmt.Sprintf("%d weeks", n)})
	}
	if now != 13 && now != 26 && now != 52 && now != 104 {
		out = append(out, ui.Choice{Value: strconv.Itoa(now), Text: fmt.Sprintf("%d weeks", now)})
	}
	return out
}

// placeChoices are the processes, teams and products that can be chosen.
func (v flowView) placeChoices() (processes, teams, products []ui.Choice) {
	for _, d := range v.Choices.Processes {
		processes = append(processes, ui.Choice{Value: string(d.ID), Text: d.Name})
	}
	for _, t := range v.Choices.Teams {
		teams = append(teams, ui.Choice{Value: string(t.Ref), Text: t.Name})
	}
	for _, p := range v.Choices.Products {
		products = append(products, ui.Choice{Value: string(p.Ref), Text: p.Name})
	}
	return processes, teams, products
}
