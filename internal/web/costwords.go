package web

import (
	"strings"

	"plumbline"
	"plumbline/internal/app/cost"
	"plumbline/internal/web/ui"
)

// budgetLook is how a budget stands, as word, tone and icon.
func budgetLook(b cost.BudgetView) (string, ui.Tone, ui.IconName) {
	if b.Standing == nil {
		return "Not judged", ui.Neutral, ui.IconCircleDashed
	}
	return statusLook(b.Standing.Status)
}

func budgetName(b cost.BudgetView) string {
	if b.Name != "" {
		return b.Name
	}
	return string(b.ID)
}

// planWords is the plan of a budget in a sentence.
func planWords(b cost.BudgetView) string {
	var out []string
	for _, p := range b.Plan {
		out = append(out, p.Month+" "+money(p.Amount))
	}
	return strings.Join(out, ", ") + " " + b.Currency
}

// planText is the plan as it is typed.
func planText(b cost.BudgetView) string {
	var out strings.Builder
	for _, p := range b.Plan {
		out.WriteString(p.Month + " " + string(p.Amount) + "\n")
	}
	return out.String()
}

// costStats are the figures at the head of a product's cost.
func costStats(v costView) []ui.Stat {
	out := []ui.Stat{{What: v.Month + ", all charges", Text: money(v.Total.On(v.Basis)) + " " + v.Currency, More: plural(int(v.Total.Rows), "charge", "charges"), Href: "#days"}}
	if v.Outlook.Forecast.Known() {
		s := ui.Stat{What: "Likely at the end", Text: v.Fan.Forecast + " " + v.Currency, Href: "#outlook"}
		if v.Outlook.Complete < len(v.Outlook.Days) {
			s.More = v.Fan.Range
		}
		out = append(out, s)
	}
	return append(out,
		ui.Stat{What: "Nobody's, of all products", Text: money(v.Nobody.On(v.Basis)) + " " + v.Currency, Href: "/cost?month=" + escape(v.Month) + "&basis=" + escape(v.Basis) + "#unallocated"},
		ui.Stat{What: "Complete up to", Text: orWord(v.Through, "unknown"), Href: "#source"})
}

func orWord(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func allCostStats(v allCostView) []ui.Stat {
	return []ui.Stat{
		{What: v.Month + ", " + v.Basis, Text: money(v.Total.On(v.Basis)) + " " + v.Currency, Href: "#bills"},
		{What: "Nobody's", Text: money(v.Nobody.On(v.Basis)) + " " + v.Currency, More: coveredWords(v.Covered), Href: "#unallocated"},
		{What: "Complete up to", Text: orWord(v.Through, "unknown"), Href: "#bills"},
	}
}

// coveredWords is how much is somebody's: by cost, which is not the same as by
// charges.
func coveredWords(c cost.CoveredView) string {
	text := share(c.ByRows) + " of the charges are somebody's"
	if c.ByCost.Known() {
		return share(c.ByCost) + " of the cost is somebody's; " + text
	}
	return text
}

func nobodyOr(p plumbline.ProductRef) string {
	if p == "" {
		return "nobody's"
	}
	return string(p)
}

// sideID is the name of a breakdown in the page.
func sideID(dim string) string {
	return "by-" + strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return '-'
	}, strings.ToLower(dim))
}

// plainChoices are choices that say what they are.
func plainChoices(list []string) (out []ui.Choice) {
	for _, s := range list {
		out = append(out, ui.Choice{Value: s, Text: s})
	}
	return out
}

// lowFirst is a sentence that goes on another one.
func lowFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
