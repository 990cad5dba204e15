package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/findings"
	"plumbline/internal/app/rights"
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
	return w.show(rw, r, who, ui.Page{Title: "Findings", Width: ui.Wide, After: after(v.Seq), Judging: true}, findingsBody(v))
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
	return w.show(rw, r, who, ui.Page{Title: "Findings of " + p.Product.Name, Width: ui.Wide, After: after(v.Seq), Judging: true}, findingsBody(v))
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

// findingPage is one finding.
type findingPage struct {
	findings.FindingView
	Who plumbline.Actor
}

func findingAddress(id plumbline.FindingID) string { return "/findings/" + escape(string(id)) }

func (w *Web) finding(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	v, err := w.app.FindingByID(r.Context(), who, plumbline.FindingID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: v.Vuln, Width: ui.Wide, After: after(v.Seq), Judging: true}, findingBody(findingPage{v, who}))
}

// doFinding says what was found out about a finding, or what its dates follow from.
func (w *Web) doFinding(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	id := plumbline.FindingID(r.PathValue("id"))
	if r.PostFormValue("do") == "facts" {
		in, err := factsOf(r.PostForm)
		if err == nil {
			err = w.app.SayOfFinding(r.Context(), who, id, in)
		}
		if err != nil {
			return err
		}
		return w.done(rw, r, findingAddress(id), ui.Flash{Text: "Saved. Its dates follow."})
	}
	j := plumbline.Judgement{State: plumbline.Verdict(r.PostFormValue("state")), Justification: r.PostFormValue("justification"), Detail: strings.TrimSpace(lines(r.PostFormValue("detail")))}
	for _, a := range r.PostForm["response"] {
		if a != "" {
			j.Response = append(j.Response, a)
		}
	}
	if err := w.app.JudgeFinding(r.Context(), who, id, j); err != nil {
		return err
	}
	text := "Saved. Its clocks run on."
	if j.State.Stops() {
		text = "Saved. Its clocks stand still."
	}
	return w.done(rw, r, findingAddress(id), ui.Flash{Text: text})
}

func factsOf(vals url.Values) (in findings.FactsInput, err error) {
	if in.Risk, err = riskOf(vals); err != nil {
		return in, err
	}
	if in.Evaluated, err = day(vals, "evaluated"); err != nil {
		return in, err
	}
	in.Mitigated, err = day(vals, "mitigated")
	return in, err
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

// unknownOr is a text, or that it is not known.
func unknownOr(text string) string { return cmp.Or(text, "not known") }

// findingFacts are what is known of a finding.
func findingFacts(v findingPage) []ui.Fact {
	f := v.Finding
	out := []ui.Fact{
		{Name: "Product", Part: inside(v.ProductName, productAddress(f.Product)+"/findings")},
		{Name: "Package", Text: f.Package}, {Name: "Version", Text: unknownOr(f.Version)}, {Name: "Where", Text: unknownOr(f.Path)},
		{Name: "Score", Text: severityWords(f)}, {Name: "Also called", Text: cmp.Or(strings.Join(f.Aliases, ", "), "nothing else")},
		{Name: "First found", Part: ui.Day(f.Detected), Source: sourceWords(f.First)}, {Name: "Last found", Part: ui.Day(f.Seen), Source: sourceWords(f.Ref)}, {Name: "Scans", Text: f.Stream},
	}
	if f.Gone != 0 {
		out = append(out, ui.Fact{Name: "Not in the newest scan since", Part: ui.Day(f.Gone)})
	}
	if a := v.Advisory; a != nil {
		out = append(out, ui.Fact{Name: "Mended in", Text: unknownOr(strings.Join(a.Fixed, ", "))})
		if a.Withdrawn != 0 {
			out = append(out, ui.Fact{Name: "Advisory withdrawn", Part: ui.Day(a.Withdrawn)})
		}
	}
	if e := v.Exploited; e != nil {
		out = append(out, ui.Fact{Name: "Known to be exploited since", Part: ui.Day(e.Added), Source: e.Name}, ui.Fact{Name: "Used by ransomware", Text: map[bool]string{true: "yes", false: "not known"}[e.Ransomware]})
	}
	return out
}

func severityWords(f plumbline.Finding) string {
	if !f.Score.Known() {
		return "not known: nobody has said how severe it is"
	}
	return string(f.Score) + " (" + f.ScoreBy + ")"
}

// sourceWords say which line of which file a fact stands on.
func sourceWords(ref string) string {
	if ref == "" {
		return ""
	}
	return "from " + ref
}

// riskFacts are what the dates follow from; what the product says is marked.
func riskFacts(own, product plumbline.Risk) (out []ui.Fact) {
	all := own.Or(product)
	for _, f := range [...]struct{ name, own, text string }{
		{"Reachable from the internet", own.Exposed, all.Exposed}, {"Attack can be automated", own.Automated, all.Automated}, {"Impact", own.Impact, all.Impact},
		{"Level (VDR)", unlessZero(int64(own.Level)), unlessZero(int64(all.Level))}, {"Reach (VDR)", own.Reach, all.Reach},
	} {
		fact := ui.Fact{Name: f.name, Text: unknownOr(f.text)}
		if f.own == "" && f.text != "" {
			fact.Source = "as its product"
		}
		out = append(out, fact)
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

// verdictChoices are the verdicts to choose from.
func verdictChoices() []ui.Choice {
	var words []string
	for _, v := range plumbline.Verdicts {
		words = append(words, string(v))
	}
	return wordChoices("", words...)
}

func verdictTone(v plumbline.Verdict) ui.Tone {
	if v.Stops() {
		return ui.OK
	}
	return ui.Neutral
}

func verdictIcon(v plumbline.Verdict) ui.IconName {
	if v.Stops() {
		return ui.IconCircleCheck
	}
	return ui.IconCircleDot
}

// judgementWords are the justification and the responses of a judgement.
func judgementWords(j plumbline.Judgement) string {
	var out []string
	for _, w := range append([]string{j.Justification}, j.Response...) {
		if w != "" {
			out = append(out, capital(strings.ReplaceAll(w, "_", " ")))
		}
	}
	return strings.Join(out, ". ") + "."
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
