package web

import (
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/flowmetrics"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/web/ui"
)

// placeTabs are the pages about a product or a process.
func placeTabs(p plumbline.Product, here string, who plumbline.Actor) []ui.Tab {
	at := productAddress(p.Ref)
	out := []ui.Tab{{Text: "Overview", Href: here, Current: true}}
	if rights.May(who, rights.ReadCosts) {
		out = append(out, ui.Tab{Text: "Cost", Href: at + "/cost"})
	}
	for _, page := range [...]string{"Findings", "Controls", "Objectives", "Support", "Maturity"} {
		out = append(out, ui.Tab{Text: page, Href: at + "/" + strings.ToLower(page)})
	}
	if rights.May(who, rights.ReadInternal) {
		out = append(out, ui.Tab{Text: "Flow", Href: flowAddress(flowmetrics.Place{Product: p.Ref}, 0)})
	}
	if rightsTo(who) {
		out = append(out, ui.Tab{Text: "Catalog entry", Href: at + "/edit"})
	}
	return out
}

// limitsDo leads to the cockpit, and to the form for another limit.
func (v placeView) limitsDo() []ui.Do {
	out := []ui.Do{{Text: "Cockpit", Href: "/cockpit", Small: true}}
	if v.Edit != "" {
		kind := plumbline.ScopeProduct
		if strings.HasPrefix(v.Tabs[0].Href, "/processes/") {
			kind = plumbline.ScopeProcess
		}
		out = append(out, ui.Do{Text: "New limit", Href: "/cockpit/new?scope=" + escape(kind+":"+string(v.Filter.Product)), Small: true})
	}
	return out
}

// gateNotes say what limits make of work: what waits and what is reviewed, until
// when, and what goes on.
func gateNotes(gates []standing.Gate) (out []ui.Note) {
	type cause struct {
		result string
		by     plumbline.ConstraintID
		what   string
	}
	var order []cause
	works, of := map[cause][]string{}, map[cause]standing.Gate{}
	for _, g := range gates {
		if len(g.By) == 0 {
			continue
		}
		c := cause{g.Result, g.By[0].Constraint, g.By[0].Effect.What}
		if !slices.Contains(order, c) {
			order, of[c] = append(order, c), g
		}
		works[c] = append(works[c], g.Work)
	}
	for _, c := range order {
		g := of[c]
		e := g.By[0].Effect
		n := ui.Note{Tone: ui.Warn, Icon: ui.IconEye, Title: listed(works[c]) + ": a review comes first", Text: e.What + " " + e.Why}
		if c.result == standing.Blocked {
			n.Tone, n.Icon, n.Title = ui.Bad, ui.IconLock, listed(works[c])+" wait"
			if len(works[c]) == 1 {
				n.Title += "s"
			}
			if len(g.Allowed) > 0 {
				n.Text += " " + listed(g.Allowed) + " go on."
			}
		}
		if ends := effectEnds(e); ends != "" {
			n.Text += " It ends: " + ends + "."
		}
		n.Next = []ui.Do{{Text: "The limit", Href: constraintAddress(c.by), Small: true}}
		out = append(out, n)
	}
	return out
}

// listed is words as a list in a sentence: "Feature, launch and bug".
func listed(words []string) string {
	if n := len(words); n > 1 {
		return capital(strings.Join(words[:n-1], ", ") + " and " + words[n-1])
	}
	return capital(strings.Join(words, ""))
}
