package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"plumbline"
	"plumbline/internal/app/findings"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

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
	return w.show(rw, r, who, ui.Page{Title: v.Vuln, Width: ui.Wide, After: after(v.Seq), Room: assets.Limits}, findingBody(findingPage{v, who}))
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
