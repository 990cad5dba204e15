package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/estate"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// factsPage is the form for what a product is to those who run it.
type factsPage struct {
	Product plumbline.Product
	Catalog estate.CatalogView
	Form    form
	Who     plumbline.Actor
	Now     plumbline.Time
}

// maturityPage is the self-assessment of a product.
type maturityPage struct {
	estate.MaturityPage
	Form form
	Who  plumbline.Actor
	Now  plumbline.Time
}

// factsForm is the form for the facts of a product.
func (w *Web) factsForm(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	return w.factsAs(rw, r, who, http.StatusOK, nil)
}

// factsAs shows the form; a nil refusal is one that nobody has sent yet.
func (w *Web) factsAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, refusal error) error {
	p, err := w.app.Product(r.Context(), who, plumbline.ProductRef(r.PathValue("ref")))
	if err != nil {
		return err
	}
	v := factsPage{Product: p.Product, Catalog: p.Catalog, Who: who, Now: w.app.Now(), Form: refused(r.PostForm, refusal)}
	if refusal == nil {
		c := p.Catalog
		v.Form = newForm(url.Values{
			"manager": {c.Manager}, "tier": {c.Tier}, "data_class": {c.DataClass}, "users": {refsOn(c.Users)}, "customers": {refsOn(c.Customers)},
			"depends_on": {strings.Join(c.SaidHere.DependsOn, "\n")}, "part_of": {strings.Join(c.SaidHere.PartOf, "\n")},
		})
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Catalog entry of " + p.Name, Width: ui.Wide, Room: assets.Limits}, factsBody(v))
}

// refsOn are refs, one on each line.
func refsOn(list []estate.Party) string {
	var out []string
	for _, n := range list {
		out = append(out, n.Ref)
	}
	return strings.Join(out, "\n")
}

func (w *Web) doFacts(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	ref, v := plumbline.ProductRef(r.PathValue("ref")), r.PostForm
	in := estate.EntryInput{
		Manager: v.Get("manager"), Tier: v.Get("tier"), DataClass: v.Get("data_class"),
		Users: words(v.Get("users")), DependsOn: words(v.Get("depends_on")), PartOf: words(v.Get("part_of")),
	}
	if v.Has("customers") {
		list := words(v.Get("customers"))
		in.Customers = &list
	}
	err := w.app.PutFacts(r.Context(), who, ref, in)
	switch {
	case err == nil:
		return w.done(rw, r, productAddress(ref), ui.Flash{Text: "Catalog entry saved."})
	case plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r):
		return w.factsAs(rw, r, who, http.StatusUnprocessableEntity, err)
	}
	return err
}

func (w *Web) maturity(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.maturityAs(rw, r, who, http.StatusOK, nil)
}

func (w *Web) maturityAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, refusal error) error {
	p, err := w.app.Maturity(r.Context(), who, plumbline.ProductRef(r.PathValue("ref")), r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	v := maturityPage{MaturityPage: p, Who: who, Now: w.app.Now(), Form: refused(r.PostForm, refusal)}
	if refusal == nil {
		vals := url.Values{}
		for _, a := range p.Aspects {
			vals.Set(a.ID, unlessZero(int64(a.Level)))
			vals.Set("evidence-"+a.ID, a.Evidence)
		}
		v.Form = newForm(vals)
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Maturity of " + p.Product.Name, Width: ui.Wide, Room: assets.Limits}, maturityBody(v))
}

func (w *Web) doMaturity(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	ref := plumbline.ProductRef(r.PathValue("ref"))
	var in []estate.AnswerInput
	for name := range r.PostForm {
		aspect, ok := strings.CutPrefix(name, "evidence-")
		if level := r.PostForm.Get(aspect); ok && level != "" {
			n, err := strconv.Atoi(level)
			if err != nil {
				n = 0
			}
			in = append(in, estate.AnswerInput{Aspect: aspect, Level: n, Evidence: lines(r.PostForm.Get(name))})
		}
	}
	err := w.app.Assess(r.Context(), who, ref, in)
	switch {
	case err == nil:
		return w.done(rw, r, productAddress(ref)+"/maturity", ui.Flash{Text: "Assessment saved. What was said before stays in the history."})
	case plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r):
		return w.maturityAs(rw, r, who, http.StatusUnprocessableEntity, err)
	}
	return err
}

// catalogFacts are what the catalog knows of a product, beside its record.
func catalogFacts(c estate.CatalogView) []ui.Fact {
	out := []ui.Fact{
		{Name: "Product manager", Text: cmp.Or(c.ManagerName, "nobody")}, {Name: "Tier", Text: cmp.Or(c.Tier, "not said")}, {Name: "Class of data", Text: cmp.Or(c.DataClass, "not said")},
	}
	if len(c.PartOf) > 0 {
		out = append(out, ui.Fact{Name: "Part of", Part: nodeLinks(c.PartOf)})
	}
	if len(c.Parts) > 0 {
		out = append(out, ui.Fact{Name: "Parts", Part: nodeLinks(c.Parts)})
	}
	if len(c.Users) > 0 {
		out = append(out, ui.Fact{Name: "Used by", Part: userLinks(c.Users)})
	}
	if len(c.Customers) > 0 {
		out = append(out, ui.Fact{Name: "Customers", Part: customerNames(c.Customers)})
	}
	return out
}

// mapOf draws what a product stands on: what stands on it to the left, what it
// stands on to the right.
func mapOf(name string, c estate.CatalogView) ui.EstateMap {
	out := ui.EstateMap{Title: mapFinding(name, c)}
	for _, col := range []struct {
		step int
		name string
	}{{2, "Stand on it by way of others"}, {1, "Stand on it"}, {0, ""}, {-1, "It stands on"}, {-2, "It stands on by way of others"}} {
		column := ui.EstateColumn{Name: col.name}
		if col.step == 0 {
			column.Boxes = []ui.EstateBox{{ID: c.Entity, Text: name, Self: true}}
		}
		for _, n := range c.Map.Below(col.step) {
			column.Boxes = append(column.Boxes, ui.EstateBox{ID: n.Ref, Text: n.Name, Dashed: n.Missing || n.Unknown})
			from, to := cmp.Or(n.Via, c.Entity), n.Ref
			if n.Step > 0 {
				from, to = to, from
			}
			out.Lines = append(out.Lines, ui.EstateLine{From: from, To: to})
		}
		if len(column.Boxes) > 0 {
			out.Columns = append(out.Columns, column)
		}
	}
	return out
}

// mapFinding says what the map shows.
func mapFinding(name string, c estate.CatalogView) string {
	on, under := len(c.Map.Below(-1)), len(c.Map.Below(1))
	far := len(c.Map.Below(2))
	s := name + " stands on " + none(on, "nothing that is known")
	switch {
	case under == 0:
		s += "; nothing that is known stands on it"
	case under == 1:
		s += "; 1 stands on it"
	default:
		s += "; " + strconv.Itoa(under) + " stand on it"
	}
	if far > 0 {
		s += ", and " + strconv.Itoa(far) + " by way of " + map[bool]string{true: "it", false: "those"}[under == 1]
	}
	return s + "."
}

func none(n int, word string) string {
	if n == 0 {
		return word
	}
	return plural(n, "other", "others")
}

// standsHow is how two entities are tied, in words, from the side of the product.
func standsHow(n estate.MapNode) string {
	s := map[string]string{"dependsOn": "depends on it", "consumesApi": "consumes its API", "providesApi": "is provided by it"}[n.How]
	if n.Step < 0 {
		s = map[string]string{"dependsOn": "needed", "consumesApi": "an API that is consumed", "providesApi": "provides the API"}[n.How]
	}
	return s
}

// maturityFinding says how far a product is.
func maturityFinding(name string, m estate.MaturityView) string {
	low, ok := m.Lowest()
	if !ok {
		return "Nobody has said yet how mature " + name + " is."
	}
	s := low.Name + " holds " + name + " back: " + strings.ToLower(m.Levels[low.Level-1])
	if n := len(m.Aspects) - m.Answered(); n > 0 {
		s += "; nothing is said of " + plural(n, "aspect", "aspects")
	}
	return s + "."
}

func stepsOf(name string, m estate.MaturityView) ui.Steps {
	out := ui.Steps{Title: maturityFinding(name, m), Most: len(m.Levels)}
	for _, a := range m.Aspects {
		out.Rows = append(out.Rows, ui.StepRow{Name: a.Name, Step: a.Level})
	}
	return out
}

// levelWord is a level with its number, as no colour says it alone.
func levelWord(m estate.MaturityView, level int) string {
	if level < 1 || level > len(m.Levels) {
		return "not known"
	}
	return strconv.Itoa(level) + " of " + strconv.Itoa(len(m.Levels)) + ", " + strings.ToLower(m.Levels[level-1])
}

// levelChoices are what each level of an aspect looks like.
func levelChoices(m estate.MaturityView, a estate.AspectView) []ui.Choice {
	out := []ui.Choice{{Text: "Not known"}}
	for i, text := range a.Levels {
		out = append(out, ui.Choice{Value: strconv.Itoa(i + 1), Text: m.Levels[i] + ": " + text})
	}
	return out
}

// locatorWord is what an annotation locates, in words.
func locatorWord(name string) string {
	return cmp.Or(map[string]string{
		"ipm/slo": "Objectives", "ipm/cost-selector": "Costs", "github.com/project-slug": "GitHub project", "gitlab.com/project-slug": "GitLab project", "pagerduty.com/service-id": "PagerDuty service",
		"sonarqube.org/project-key": "SonarQube project", "backstage.io/techdocs-ref": "Documents", "backstage.io/source-location": "Source", "backstage.io/kubernetes-id": "Kubernetes",
		"backstage.io/orphan": "Orphan",
	}[name], name)
}

// locatorHref is where an annotation of the product at here leads, when it leads to a
// page.
func locatorHref(here string, l estate.Locator) string {
	switch l.Name {
	case "ipm/slo":
		return here + "/objectives"
	case "github.com/project-slug":
		return "https://github.com/" + l.Value
	case "gitlab.com/project-slug":
		return "https://gitlab.com/" + l.Value
	case "backstage.io/techdocs-ref", "backstage.io/source-location":
		if s, ok := strings.CutPrefix(l.Value, "url:"); ok && (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) {
			return s
		}
	}
	return ""
}

// mayAssess says whether somebody may say how mature a product is.
func mayAssess(who plumbline.Actor) bool { return rights.May(who, rights.AssessMaturity) }
