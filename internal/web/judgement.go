package web

import (
	"plumbline"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/ui"
)

// judgementPages are the pages about what comes first, as tabs.
func judgementPages(current string, who plumbline.Actor) (out []ui.Tab) {
	for _, p := range []struct {
		tab  ui.Tab
		verb rights.Verb
	}{
		{ui.Tab{Text: "Ranking", Href: "/ranking", Icon: ui.IconChartLine}, rights.See},
		{ui.Tab{Text: "Duties", Href: "/duties", Icon: ui.IconShieldCheck}, rights.See},
		{ui.Tab{Text: "Estimates", Href: "/ranking/estimates", Icon: ui.IconTable2}, rights.GiveEstimate},
		{ui.Tab{Text: "What to validate", Href: "/ranking/validate", Icon: ui.IconFlaskConical}, rights.ReadEstimates},
		{ui.Tab{Text: "Blind rounds", Href: "/ranking/rounds", Icon: ui.IconUsers}, rights.GiveEstimate},
		{ui.Tab{Text: "Pairs", Href: "/ranking/pairs", Icon: ui.IconArrowRightLeft}, rights.CompareItems},
		{ui.Tab{Text: "Calibration", Href: "/ranking/calibration", Icon: ui.IconTarget}, rights.ReadEstimates},
	} {
		p.tab.Current = p.tab.Href == current
		if rights.May(who, p.verb) {
			out = append(out, p.tab)
		}
	}
	return out
}

// mayEdit says whether somebody may change what an item says.
func mayEdit(who plumbline.Actor) bool { return rights.May(who, rights.EditItem) }

// trialNames are the names of the inputs of a trial.
func trialNames(factors []judging.FactorView) (out []string) {
	for _, f := range factors {
		out = append(out, ofTrial+string(f.Factor))
	}
	return out
}
