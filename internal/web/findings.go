package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/findings"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// findingPages are those about vulnerabilities.
func (w *Web) findingPages() map[string]page {
	return map[string]page{
		"GET /findings":                 w.findings,
		"POST /findings":                w.doDeadlines,
		"GET /findings/{id}":            w.finding,
		"POST /findings/{id}":           w.doFinding,
		"GET /products/{ref}/findings":  w.productFindings,
		"POST /products/{ref}/findings": w.doProductFindings,
	}
}

// findingsPage is a list of findings with its figures.
type findingsPage struct {
	findings.FindingPage
	Product    *plumbline.Product // nil: of all products
	Risk       plumbline.Risk
	Components int64
	Query      findings.FindingQuery
	Path       string
	Who        plumbline.Actor
}

// parseFindings reads the filter of the list.
func parseFindings(vals url.Values) findings.FindingQuery {
	return findings.FindingQuery{
		Product: plumbline.ProductRef(vals.Get("product")), Class: vals.Get("class"), State: vals.Get("state"), Vuln: strings.TrimSpace(vals.Get("name")),
		Exploited: vals.Get("exploited") != "", Cursor: vals.Get("cursor"),
	}
}

// address is the list with another filter.
func (v findingsPage) address(change func(url.Values)) string {
	vals := url.Values{}
	for name, value := range map[string]string{"class": v.Query.Class, "state": v.Query.State, "name": v.Query.Vuln} {
		if value != "" {
			vals.Set(name, value)
		}
	}
	if v.Product == nil && v.Query.Product != "" {
		vals.Set("product", string(v.Query.Product))
	}
	if v.Query.Exploited {
		vals.Set("exploited", "1")
	}
	change(vals)
	if text := vals.Encode(); text != "" {
		return v.Path + "?" + text
	}
	return v.Path
}

// only is the whole list in one state, or of one class that is open.
func (v findingsPage) only(name, value string) string {
	vals := url.Values{name: {value}}
	if v.Product == nil && v.Query.Product != "" {
		vals.Set("product", string(v.Query.Product))
	}
	return v.Path + "?" + vals.Encode()
}

func (w *Web) findings(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v := findingsPage{Query: parseFindings(r.URL.Query()), Path: "/findings", Who: who}
	var err error
	if v.FindingPage, err = w.app.Findings(r.Context(), who, v.Query); err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "Findings", Width: ui.Wide, After: after(v.Seq), Room: assets.Limits}, findingsBody(v))
}

func (w *Web) productFindings(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v := findingsPage{Query: parseFindings(r.URL.Query()), Who: who}
	v.Query.Product = plumbline.ProductRef(r.PathValue("ref"))
	v.Path = productAddress(v.Query.Product) + "/findings"
	p, err := w.app.ProductFindings(r.Context(), who, v.Query)
	if err != nil {
		return err
	}
	v.FindingPage, v.Product, v.Risk, v.Components = p.FindingPage, &p.Product, p.Risk, p.Components
	return w.show(rw, r, who, ui.Page{Title: "Findings of " + p.Product.Name, Width: ui.Wide, After: after(v.Seq), Room: assets.Limits}, findingsBody(v))
}

// doDeadlines says by which presets findings are due.
func (w *Web) doDeadlines(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	chosen := slices.DeleteFunc(r.PostForm["presets"], func(s string) bool { return s == "" })
	if err := w.app.ChooseDeadlines(r.Context(), who, chosen); err != nil {
		return err
	}
	return w.done(rw, r, "/findings#deadlines", ui.Flash{Text: "Saved. Every finding has its dates anew."})
}

// doProductFindings says of a product's findings what their dates follow from, or
// that those that are gone are mended.
func (w *Web) doProductFindings(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	ref := plumbline.ProductRef(r.PathValue("ref"))
	to := productAddress(ref) + "/findings"
	if r.PostFormValue("do") == "mended" {
		n, err := w.app.MendGone(r.Context(), who, ref)
		if err != nil {
			return err
		}
		return w.done(rw, r, to, ui.Flash{Text: plural(n, "finding is", "findings are") + " mended now."})
	}
	risk, err := riskOf(r.PostForm)
	if err != nil {
		return err
	}
	if err := w.app.SayOfProduct(r.Context(), who, ref, risk); err != nil {
		return err
	}
	return w.done(rw, r, to, ui.Flash{Text: "Saved. The dates of its findings follow."})
}

func riskOf(vals url.Values) (plumbline.Risk, error) {
	level, err := whole(vals, "level")
	return plumbline.Risk{Exposed: vals.Get("exposed"), Automated: vals.Get("automated"), Impact: vals.Get("impact"), Level: int(level), Reach: vals.Get("reach")}, err
}

// mayJudge says whether somebody may judge findings.
func mayJudge(who plumbline.Actor) bool { return rights.May(who, rights.ManageCatalog) }

// findingStats are the figures at the head.
func findingStats(v findingsPage) []ui.Stat {
	f := v.Figures
	oldest := ui.Stat{What: "Oldest open", Text: "none"}
	if f.Oldest != 0 {
		oldest.Text = ui.Span(v.Now.Sub(f.Oldest))
	}
	out := []ui.Stat{
		{What: "Open", Text: thousands(f.Open), Href: v.only("state", "open")},
		{What: "Overdue", Text: thousands(f.Overdue), Href: v.only("state", "overdue")},
		{What: "Known to be exploited", Text: thousands(f.Exploited), Href: v.only("exploited", "1")},
		oldest,
		{What: "Mended in time", Text: inTime(f), More: fmt.Sprintf("%s of %s: closed ones, and those overdue", thousands(f.InTime), thousands(f.Closed+f.Overdue))},
	}
	if v.Product != nil {
		out = append(out, ui.Stat{What: "Parts", Text: thousands(v.Components), More: "in the newest bills of materials"})
	}
	return out
}

// inTime is the share that was mended in time.
func inTime(f findings.FindingFigures) string {
	all := f.Closed + f.Overdue
	if all == 0 {
		return "unknown"
	}
	return strconv.FormatFloat(100*float64(f.InTime)/float64(all), 'f', 1, 64) + " %"
}

// findingsSentence is what the chart shows.
func findingsSentence(v findingsPage) string {
	f := v.Figures
	if f.Open == 0 {
		return "Nothing is open."
	}
	text := plural(int(f.Open), "finding is open", "findings are open")
	if f.Overdue == 0 {
		return text + ", none of them overdue."
	}
	old := int64(0)
	for _, c := range f.Classes {
		old += c.Ages[len(c.Ages)-1]
	}
	text += ", " + thousands(f.Overdue) + " of them overdue"
	if old > 0 {
		text += "; " + thousands(old) + " for half a year or longer"
	}
	return text + "."
}

// openClasses are the classes of which something is open.
func openClasses(f findings.FindingFigures) []findings.ClassFigures {
	return slices.DeleteFunc(slices.Clone(f.Classes), func(c findings.ClassFigures) bool { return c.Open == 0 })
}

// ageBar is one bar of the chart: the open findings of an age, by class.
type ageBar struct {
	Name  string
	Total int64
	Parts []agePart
}

// agePart is a piece of a bar; X and Width are percent of the longest bar.
type agePart struct {
	Class    string
	X, Width float64
	Many     int64
}

// ageBars are the bars of the chart, the youngest first.
func ageBars(f findings.FindingFigures) []ageBar {
	out := make([]ageBar, len(findings.AgeNames))
	longest := int64(1)
	for i, name := range findings.AgeNames {
		out[i].Name = name
		for _, c := range f.Classes {
			out[i].Total += c.Ages[i]
		}
		longest = max(longest, out[i].Total)
	}
	for i := range out {
		x := 0.0
		for _, c := range f.Classes {
			if many := c.Ages[i]; many > 0 {
				width := 100 * float64(many) / float64(longest)
				out[i].Parts = append(out[i].Parts, agePart{c.Class, x, width, many})
				x += width
			}
		}
	}
	return out
}

func ofWidth(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) + "%" }

// classLook is how a class looks.
func classLook(class string) (tone ui.Tone, icon ui.IconName) {
	switch class {
	case plumbline.ClassCritical:
		return ui.Bad, ui.IconSiren
	case plumbline.ClassHigh:
		return ui.Warn, ui.IconFlame
	case plumbline.ClassMedium:
		return ui.Info, ui.IconTriangleAlert
	case plumbline.ClassLow:
		return ui.Teal, ui.IconArrowDown
	case plumbline.ClassUnknown:
		return ui.Violet, ui.IconCircleQuestionMark
	}
	return ui.Neutral, ui.IconMinus
}

// stateLook is how the state of a finding looks.
func stateLook(state string) (text string, tone ui.Tone, icon ui.IconName) {
	switch state {
	case "overdue":
		return "Overdue", ui.Bad, ui.IconAlarmClock
	case "closed":
		return "Closed", ui.OK, ui.IconCircleCheck
	case "suppressed":
		return "Suppressed", ui.Neutral, ui.IconCircleSlash
	case "merged":
		return "Told of elsewhere", ui.Neutral, ui.IconMerge
	}
	return "Open", ui.Info, ui.IconCircleDot
}

func presetName(id string) string {
	for _, p := range findings.DeadlinePresets() {
		if p.ID == id {
			return p.Says
		}
	}
	return id
}

// clockWords is by which clock a finding is due.
func clockWords(f plumbline.Finding) string {
	if f.Clock == "" {
		return "no date"
	}
	return presetName(f.Clock)
}

// foundOut is a verdict as people read it.
func foundOut(v plumbline.Verdict) string {
	if v == plumbline.Unjudged {
		return "none yet"
	}
	return capital(strings.ReplaceAll(string(v), "_", " "))
}

// wordChoices makes choices of words, with an empty one first when there is a text
// for it.
func wordChoices(empty string, words ...string) (out []ui.Choice) {
	if empty != "" {
		out = append(out, ui.Choice{Text: empty})
	}
	for _, w := range words {
		out = append(out, ui.Choice{Value: w, Text: capital(strings.ReplaceAll(w, "_", " "))})
	}
	return out
}

// ofProduct are the products to choose from.
func ofProduct(all []plumbline.Product) []ui.Choice {
	out := []ui.Choice{{Text: "All products"}}
	for _, p := range all {
		out = append(out, ui.Choice{Value: string(p.Ref), Text: p.Name})
	}
	return out
}

// paging leads through the list.
func (v findingsPage) paging() ui.Paging {
	p := ui.Paging{Shown: len(v.Findings), Total: int(v.Total), One: "finding", Many: "findings"}
	if v.Next != "" {
		p.Next = v.address(func(vals url.Values) { vals.Set("cursor", v.FindingPage.Next) })
	}
	if v.Query.Cursor != "" {
		p.Prev = v.address(func(url.Values) {})
	}
	return p
}

// mayChoose says whether the reader may choose by what findings are due.
func (v findingsPage) mayChoose() bool { return rights.May(v.Who, rights.ManagePolicy) }

// chose says whether a preset is chosen.
func (v findingsPage) chose(preset string) bool { return slices.Contains(v.Presets, preset) }
