package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/cost"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// costPages are those about what products cost.
func (w *Web) costPages() map[string]page {
	return map[string]page{
		"GET /cost":                           w.allCosts,
		"GET /cost/rules":                     w.costRules,
		"POST /cost/rules":                    w.doPutCostRules,
		"POST /cost/allot":                    w.doAllotCosts,
		"GET /products/{ref}/cost":            w.productCost,
		"GET /products/{ref}/cost/{day}":      w.dayCost,
		"POST /products/{ref}/cost/drivers":   w.doPutCostDriver,
		"POST /products/{ref}/cost/{id}/plan": w.doPutCostPlan,
	}
}

// costView is the page of what a product costs.
type costView struct {
	cost.ProductCost
	Asked cost.Query
	Fan   fanChart
	Bars  barChart
	Now   plumbline.Time
	Form  form
}

func productCostAddress(ref plumbline.ProductRef) string { return productAddress(ref) + "/cost" }

func costQuery(q url.Values) cost.Query {
	return cost.Query{Month: q.Get("month"), Currency: q.Get("currency"), Basis: q.Get("basis")}
}

func (w *Web) productCost(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.showCost(rw, r, who, http.StatusOK, form{})
}

func (w *Web) showCost(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, f form) error {
	asked := costQuery(r.URL.Query())
	c, err := w.app.ProductCost(r.Context(), who, plumbline.ProductRef(r.PathValue("ref")), asked)
	if err != nil {
		return err
	}
	v := costView{ProductCost: c, Asked: asked, Now: w.app.Now(), Form: f}
	v.Fan, v.Bars = fanOf(&v.ProductCost), barsOf(&v.ProductCost)
	return w.showAs(rw, r, who, status, ui.Page{Title: "Cost of " + c.Name, Width: ui.Wide, Room: assets.Limits, After: after(c.Seq)}, costBody(v))
}

func (w *Web) dayCost(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	d, err := w.app.DayCost(r.Context(), who, plumbline.ProductRef(r.PathValue("ref")), r.PathValue("day"))
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: d.Name + " on " + d.Day, Width: ui.Wide, Room: assets.Limits}, dayCostBody(d))
}

func (w *Web) doPutCostDriver(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	ref := plumbline.ProductRef(r.PathValue("ref"))
	in := cost.DriverInput{Driver: r.PostFormValue("driver"), Month: strings.TrimSpace(r.PostFormValue("month")), Source: strings.TrimSpace(r.PostFormValue("source"))}
	many, err := plumbline.ParseDecimal(r.PostFormValue("many"))
	if err != nil {
		err = plumbline.FieldError("many", "%s", plumbline.TextOf(err))
	} else {
		in.Many = many
		err = w.app.PutCostDriver(r.Context(), who, ref, in)
	}
	return w.costSaved(rw, r, who, ref, err)
}

// costSaved leads back to the page, or shows the form again with what was wrong.
func (w *Web) costSaved(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, ref plumbline.ProductRef, err error) error {
	if plumbline.KindOf(err) == plumbline.Invalid && err != nil {
		return w.showCost(rw, r, who, http.StatusUnprocessableEntity, refused(r.PostForm, err))
	}
	if err != nil {
		return err
	}
	http.Redirect(rw, r, productCostAddress(ref), http.StatusSeeOther)
	return nil
}

// doPutCostPlan takes a plan as lines of a month and an amount.
func (w *Web) doPutCostPlan(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	ref := plumbline.ProductRef(r.PathValue("ref"))
	plan, err := planLines(r.PostFormValue("plan"))
	if err == nil {
		err = w.app.PutCostPlan(r.Context(), who, plumbline.ConstraintID(r.PathValue("id")), plan)
	}
	if plumbline.KindOf(err) == plumbline.Invalid && err != nil {
		err = plumbline.FieldError("plan", "%s", plumbline.TextOf(err))
	}
	return w.costSaved(rw, r, who, ref, err)
}

// planLines reads a plan, a line for each month: "2026-11 1200".
func planLines(text string) ([]cost.PlanMonth, error) {
	var out []cost.PlanMonth
	for line := range strings.Lines(text) {
		month, amount, ok := strings.Cut(strings.TrimSpace(line), " ")
		if month == "" {
			continue
		}
		d, err := plumbline.ParseDecimal(amount)
		if err != nil || !ok {
			return nil, plumbline.Errorf(plumbline.Invalid, "Write each month with its amount on a line of its own, for example 2026-11 1200.")
		}
		out = append(out, cost.PlanMonth{Month: month, Amount: d})
	}
	return out, nil
}

// allCostView is the page of what all products cost.
type allCostView struct {
	cost.AllCosts
	Now       plumbline.Time
	MayManage bool
}

func (w *Web) allCosts(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	c, err := w.app.AllCosts(r.Context(), who, costQuery(r.URL.Query()))
	if err != nil {
		return err
	}
	v := allCostView{AllCosts: c, Now: w.app.Now(), MayManage: rights.May(who, rights.ManageCatalog)}
	return w.show(rw, r, who, ui.Page{Title: "Cost", Width: ui.Wide, Room: assets.Limits, After: after(c.Seq)}, allCostBody(v))
}

func (w *Web) costRules(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.costRulesAs(rw, r, who, nil)
}

func (w *Web) costRulesAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, refusal error) error {
	rules, err := w.app.CostRules(r.Context(), who)
	if err != nil {
		return err
	}
	const title, lede = "Whose cost it is", "The first rule that fits a charge decides: by resource, tag, account, service or commitment. Cost can be shared evenly, by direct cost or by weights. What no rule fits stays nobody's."
	return w.showRules(rw, r, who, rulesPage{
		Head:   ui.Head{Title: title, Lede: lede, Crumbs: []ui.Link{{Text: "Cost", Href: "/cost"}, {Text: title}}},
		Action: "/cost/rules", Hint: "YAML. Write another version into it with every change.",
		Text: rules.Text, Version: rules.Version, By: rules.By, At: rules.At, Own: rules.By != "",
	}, refusal)
}

func (w *Web) doPutCostRules(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	_, err := w.app.PutCostRules(r.Context(), who, sentRules(r))
	return w.putRules(rw, r, "/cost/rules", err, func(refusal error) error { return w.costRulesAs(rw, r, who, refusal) })
}

func (w *Web) doAllotCosts(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	if err := w.app.AllotCosts(r.Context(), who); err != nil {
		return err
	}
	http.Redirect(rw, r, "/cost", http.StatusSeeOther)
	return nil
}

// money is an amount as people read it: two digits behind the point, and of less
// than one as many as say something.
func money(d plumbline.Decimal) string {
	x := d.Rat()
	if x == nil {
		return "unknown"
	}
	size, _ := x.Float64()
	digits := 2
	if size > -1 && size < 1 && size != 0 {
		digits = 6
	}
	text := x.FloatString(digits)
	if digits > 2 {
		if text = strings.TrimRight(text, "0"); strings.HasSuffix(text, ".") {
			text += "00"
		}
		if strings.Trim(text, "-0.") == "" {
			return "less than 0.000001"
		}
	}
	return minus(grouped(text))
}

// minus writes what is below zero with the sign that is as wide as a plus.
func minus(text string) string { return strings.Replace(text, "-", "−", 1) }

// share is a part of a whole in percent.
func share(d plumbline.Decimal) string {
	x := d.Rat()
	if x == nil {
		return "unknown"
	}
	f, _ := x.Float64()
	switch {
	case f > 0 && f < 0.001:
		return "under 0.1 %"
	case f < 1 && f > 0.999:
		return "over 99.9 %"
	}
	f *= 100
	return minus(strings.TrimSuffix(ui.Short(f), ".0")) + " %"
}

func shareFloat(d plumbline.Decimal) float64 {
	x := d.Rat()
	if x == nil {
		return 0
	}
	f, _ := x.Float64()
	return f
}

// sideTitle is a side of what somebody's charges come to; whose is "" or "Nobody's, ".
func sideTitle(whose, dim string) string {
	if whose == "" {
		return sideWords(dim)
	}
	return whose + strings.ToLower(sideWords(dim)[:1]) + sideWords(dim)[1:]
}

// sideWords are the sides of a month in words.
func sideWords(dim string) string {
	if key, ok := strings.CutPrefix(dim, "tag:"); ok {
		return "By the tag " + key
	}
	return map[string]string{"service": "By service", "account": "By account", "region": "By region", "category": "By category of service", "kind": "By kind of charge", "usual": "Usual or not", "share": "From what is shared"}[dim]
}

// lineWords is one of them in words.
func lineWords(dim, value string) string {
	switch {
	case value == "":
		return "none"
	case dim == "usual":
		return map[string]string{"usual": "says something about other days", "one-off": "one-off: says nothing about other days", "unused": "paid ahead and not used"}[value]
	}
	return value
}

// currencies are those of a list of months.
func currencies(months []cost.MonthView) (out []string) {
	for _, m := range months {
		if !slices.Contains(out, m.Currency) {
			out = append(out, m.Currency)
		}
	}
	return out
}

// monthChoices are the months that can be chosen.
func monthChoices(months []cost.MonthView) (out []ui.Choice) {
	for _, m := range months {
		if !slices.ContainsFunc(out, func(c ui.Choice) bool { return c.Value == m.Month }) {
			out = append(out, ui.Choice{Value: m.Month, Text: m.Month})
		}
	}
	return out
}

func fileAddress(f cost.FileView) string { return "/evidence/" + escape(f.ID) }
