package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/estate"
	"plumbline/internal/app/foretold"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// catalogView is the list of products, or of teams.
type catalogView struct {
	app.Counted
	Rows []catalogRow
}

// catalogRow is a line of such a list.
type catalogRow struct {
	Name, Href, Kind, Says, Owner, OwnerHref, Lifecycle string
	Open                                                int
	Items                                               string // address of the open ones
}

// placeView is the page of a product or of a team.
type placeView struct {
	app.PlaceView
	Title, Says string
	Crumbs      []ui.Link
	Facts       []ui.Fact
	Stats       []ui.Stat
	Filter      plumbline.Filter // of its items
	Products    []plumbline.Product
	Foretold    []foretold.ToldForecast // of a team
	Edit        string                  // address of its record in the settings; "": not for this reader
	Catalog     *estate.CatalogView     // of a product
	Here        string                  // its own address
	Tabs        []ui.Tab                // the pages about it
	Stands      *standing.ScopeView     // of a product: in its limits
	Reach       *reachPart              // of a product
	Items       []ui.Item
	Now         plumbline.Time
}

func productAddress(ref plumbline.ProductRef) string { return "/products/" + escape(string(ref)) }

func teamAddress(ref plumbline.TeamRef) string { return "/teams/" + escape(string(ref)) }

func (w *Web) products(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	c, err := w.app.CountedProducts(r.Context(), who)
	if err != nil {
		return err
	}
	v := catalogView{Counted: c}
	names := map[plumbline.TeamRef]string{}
	for _, t := range c.Teams {
		names[t.Ref] = t.Name
	}
	for _, p := range c.Products {
		row := catalogRow{
			Name: p.Name, Href: productAddress(p.Ref), Kind: p.Kind, Says: p.Description, Owner: names[p.Owner], Lifecycle: p.Lifecycle,
			Open: c.Open[string(p.Ref)], Items: "/items" + query(plumbline.Filter{Product: p.Ref}),
		}
		if row.Owner != "" {
			row.OwnerHref = teamAddress(p.Owner)
		}
		v.Rows = append(v.Rows, row)
	}
	return w.show(rw, r, who, ui.Page{Title: "Products", Width: ui.Wide, After: after(c.Seq)}, productsBody(v))
}

func (w *Web) teams(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	c, err := w.app.CountedTeams(r.Context(), who)
	if err != nil {
		return err
	}
	v := catalogView{Counted: c}
	for _, t := range c.Teams {
		v.Rows = append(v.Rows, catalogRow{
			Name: t.Name, Href: teamAddress(t.Ref), Says: t.Description, Kind: t.Label, Open: c.Open[string(t.Ref)], Items: "/items" + query(plumbline.Filter{Team: t.Ref}),
		})
	}
	return w.show(rw, r, who, ui.Page{Title: "Teams", Width: ui.Wide, After: after(c.Seq)}, teamsBody(v))
}

func (w *Web) product(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.productAs(rw, r, who, http.StatusOK, form{})
}

// productAs draws the page; f is the form of its reach when that was refused.
func (w *Web) productAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, f form) error {
	p, err := w.app.Product(r.Context(), who, plumbline.ProductRef(r.PathValue("ref")))
	if err != nil {
		return err
	}
	v := placeView{
		PlaceView: p.PlaceView, Title: p.Name, Says: p.Description, Crumbs: []ui.Link{{Text: "Products", Href: "/products"}, {Text: p.Name}},
		Filter: plumbline.Filter{Product: p.Ref}, Catalog: &p.Catalog, Here: productAddress(p.Ref),
		Facts: []ui.Fact{
			{Name: "Kind", Text: capital(p.Kind)}, {Name: "Owner", Text: cmp.Or(p.OwnerName, "nobody")}, {Name: "Lifecycle", Text: p.Lifecycle},
			{Name: "Ref", Text: string(p.Ref)}, {Name: "Record from", Text: provenance(p.Source)},
		},
	}
	if p.OwnerName != "" {
		v.Facts[1].Part = inside(p.OwnerName, teamAddress(p.Owner))
	}
	if len(p.Tags) > 0 {
		v.Facts = append(v.Facts, ui.Fact{Name: "Tags", Text: strings.Join(p.Tags, ", ")})
	}
	for _, l := range p.Links {
		v.Facts = append(v.Facts, ui.Fact{Name: "Link", Part: outside(l)})
	}
	v.Facts = append(v.Facts, catalogFacts(p.Catalog)...)
	if d := p.Catalog.Descriptor; d != nil {
		v.Facts = append(v.Facts, ui.Fact{Name: "Described in", Part: describedIn(*d)})
	}
	stands, err := w.app.ScopeStanding(r.Context(), who, plumbline.Scope{Kind: p.Kind, Ref: string(p.Ref)})
	if err != nil {
		return err
	}
	if v.Reach, err = w.reachPart(r, who, p.Ref, f); err != nil {
		return err
	}
	v.Stands, v.Tabs = &stands, placeTabs(p.Product, r.URL.Path, who)
	if rightsTo(who) {
		v.Edit = "/settings/products?edit=" + escape(string(p.Ref)) + "#form"
	}
	return w.place(rw, r, who, status, v)
}

// catalogDo is what can be done about a product's catalog entry.
func (v placeView) catalogDo() []ui.Do {
	if v.Edit == "" {
		return nil
	}
	return []ui.Do{{Text: "Edit the catalog entry", Href: v.Here + "/edit", Small: true}}
}

func (w *Web) team(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	t, err := w.app.Team(r.Context(), who, plumbline.TeamRef(r.PathValue("ref")))
	if err != nil {
		return err
	}
	v := placeView{
		PlaceView: t.PlaceView, Title: t.Name, Says: t.Description, Crumbs: []ui.Link{{Text: "Teams", Href: "/teams"}, {Text: t.Name}},
		Filter: plumbline.Filter{Team: t.Ref}, Products: t.Products, Foretold: t.Foretold,
		Facts: []ui.Fact{
			{Name: "Tracker label", Text: cmp.Or(t.Label, "none")}, {Name: "New issues in", Text: cmp.Or(string(t.Link), "no tracker")},
			{Name: "Ref", Text: string(t.Ref)}, {Name: "Record from", Text: provenance(t.Source)},
		},
		Stats: []ui.Stat{{What: "In work", Text: ui.Counted(t.InWork, false)}},
	}
	if t.Label != "" {
		v.Facts[0].Part = ui.Label(t.Label)
	}
	if rightsTo(who) {
		v.Edit = "/settings/teams?edit=" + escape(string(t.Ref)) + "#form"
	}
	return w.place(rw, r, who, http.StatusOK, v)
}

func (w *Web) place(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, v placeView) error {
	v.Now = w.app.Now()
	v.Stats = append([]ui.Stat{{What: "Open", Text: ui.Counted(v.Open, false), Href: "/items" + query(v.Filter)}}, v.Stats...)
	v.Stats = append(v.Stats, ui.Stat{What: "Voices", Text: thousands(int64(v.Demands))}, ui.Stat{What: "On a clock", Text: clocksOf(v.Clocks)})
	for _, row := range v.Recent {
		v.Items = append(v.Items, listItem(row))
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: v.Title, Width: ui.Wide, After: after(v.Seq), Room: assets.Limits}, placeBody(v))
}

// clocksOf is how many clocks are listed, and how many of them are late.
func clocksOf(list []app.TodayLine) string {
	late := 0
	for _, l := range list {
		if l.Clock != nil && l.Clock.State == "breached" {
			late++
		}
	}
	if late == 0 {
		return thousands(int64(len(list)))
	}
	return thousands(int64(len(list))) + ", " + thousands(int64(late)) + " late"
}

// inState is the list of a place's items in one state.
func (v placeView) inState(s plumbline.State) string {
	f := v.Filter
	f.States = []plumbline.State{s}
	return "/items" + query(f)
}

// process is a process as it is written down.
func (w *Web) process(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	p, err := w.app.ProcessByID(r.Context(), who, plumbline.ProcessID(r.PathValue("id")))
	if plumbline.KindOf(err) == plumbline.NotFound { // what is run again and again, without rules of its own here
		r.SetPathValue("ref", r.PathValue("id"))
		if other := w.product(rw, r, who); other == nil || plumbline.KindOf(other) != plumbline.NotFound {
			return other
		}
	}
	if err != nil {
		return err
	}
	v := processView{ProcessRules: p, Now: w.app.Now(), MayLimit: rights.May(who, rights.ManageLimits)}
	for _, other := range w.app.Processes() {
		v.Tabs = append(v.Tabs, ui.Tab{Text: other.Name, Href: "/processes/" + escape(string(other.ID)), Current: other.ID == p.ID})
	}
	return w.show(rw, r, who, ui.Page{Title: p.Name, Width: ui.Wide, After: after(p.Seq), Room: assets.Limits}, processBody(v))
}

// processView is the page of a process.
type processView struct {
	app.ProcessRules
	Tabs     []ui.Tab
	Now      plumbline.Time
	MayLimit bool
}

// ways are where a state leads, in words.
func ways(s app.StateRules) string {
	var out []string
	for _, n := range s.Next {
		out = append(out, ui.StateName(n))
	}
	if s.Back {
		out = append(out, "back to where it came from")
	}
	if s.Any {
		out = []string{"every state of the lane"}
	}
	return strings.Join(out, ", ")
}

// rulesOf are a state's conditions, those for entering first.
func rulesOf(s app.StateRules) []string {
	var out []string
	add := func(when string, list []app.RuleView) {
		for _, g := range list {
			text := when + ": " + g.Text
			if g.On != "" {
				text = when + ", going " + g.On + ": " + g.Text
			}
			if !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	add("To enter", s.Enter)
	add("To leave", s.Leave)
	return out
}

// timePolicy is a promise of time.
type timePolicy = app.Policy

// rightsTo says that somebody may change the records of products and teams.
func rightsTo(who plumbline.Actor) bool { return rights.May(who, rights.ManageCatalog) }

// promise is how long a clock gives, by severity where it differs.
func promise(p timePolicy) string {
	if len(p.Times) == 0 {
		return p.Time.String() + calendarWord(p)
	}
	var out []string
	for _, sev := range []string{"S1", "S2", "S3", "S4"} {
		if t, ok := p.Times[sev]; ok {
			out = append(out, sev+" "+t.String())
		}
	}
	return strings.Join(out, ", ") + calendarWord(p)
}

func calendarWord(p timePolicy) string {
	if p.Calendar == "business" {
		return ", in working time"
	}
	return ""
}
