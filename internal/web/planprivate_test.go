package web_test

import (
	"slices"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/planning"
)

// planted is a plan that pushes out what a customer whose name is private was promised,
// an item that few may see, and an escalation; it gives the two items.
func planted(t *testing.T, s *site) (promised, loud plumbline.Key, scenario string) {
	t.Helper()
	ctx, mara := t.Context(), s.actor("mara")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, _, secret := plant(t, s)
	promised, loud = s.find("Make nftables the default"), s.find("A tested way from ipvs")
	likely := 0.4
	_, err := s.app.Demand(ctx, mara, promised, app.DemandInput{Account: "zanzibar", Points: 9, Worth: "123454321", Currency: "EUR", Seats: 4711, Stage: "zz-stage", Probability: &likely, Note: "zz-demand-note"})
	must(err)
	_, err = s.app.Edit(ctx, mara, secret, app.EditInput{Team: new(plumbline.TeamRef("sig-network"))})
	must(err)
	var cells []judging.CellInput
	for f, text := range map[plumbline.Factor]string{"reach": "3-4", "impact": "1-2", "confidence": "0.5-0.9", "effort": "0.5-1"} {
		cells = append(cells, judging.CellInput{Key: secret, EstimateInput: judging.EstimateInput{Factor: f, Text: text}})
	}
	_, err = s.app.EstimateMany(ctx, mara, cells)
	must(err)
	v, err := s.app.PlanOf(ctx, mara, "")
	must(err)
	must(s.app.PinItem(ctx, mara, v.Scenario.ID, planning.PinInput{Key: secret, Way: planning.PinIn, Reason: "It is needed."}))
	v, err = s.app.MakePlan(ctx, mara, v.Scenario.ID)
	must(err)
	_, err = s.app.Commit(ctx, mara, v.Scenario.ID, planning.CommitInput{Plan: v.Plan.ID, Reason: "Agreed."})
	must(err)
	d, err := s.app.Displace(ctx, mara, planning.AskedFor{Item: loud})
	must(err)
	i := slices.IndexFunc(d.Options, func(o planning.OptionView) bool { return len(o.Drops) > 0 })
	if i < 0 {
		t.Fatalf("%s displaces nothing: %+v", loud, d.Options)
	}
	_, err = s.app.Escalate(ctx, mara, planning.EscalateInput{AskedFor: planning.AskedFor{Item: loud}, By: d.Options[i].By, Mark: d.Options[i].Mark, Asked: "Vera", Reason: "zz-escalation-reason"})
	must(err)
	return promised, loud, v.Scenario.ID
}

// Who a promise was made to, what it is worth to them, and what few may see stand on no
// page about plans, in no export, feed or event for those who may not read them; who
// may not read plans reads no reason either.
func TestPlansKeepPrivateThingsPrivate(t *testing.T) {
	s := demoSite(t)
	promised, loud, scenario := planted(t, s)
	paths := []string{
		"/plan", "/plan?scenario=" + scenario, "/plan/scenarios", "/plan/displace", "/plan/displace?item=" + string(loud), "/plan/displace?item=" + string(promised) + "&way=out",
		"/capacity", "/capacity?show=all", "/capacity/teams/sig-network", "/flow", "/export/csv?team=sig-network", "/export/json?team=sig-network", "/items/" + string(promised), "/items/" + string(loud), "/export/csv", "/export/json", "/feeds/items.atom", "/feeds/decisions.atom", "/settings/log", "/settings/log/export", "/events", "/today", "/notices?show=all",
	}
	for _, who := range []string{"ines", "avery", "jonas", ""} {
		all := s.as(who).read(paths)
		for _, m := range accountMarks {
			if i := strings.Index(all, m); i >= 0 {
				t.Errorf("%q reads %q: …%s…", who, m, all[max(0, i-200):i+60])
			}
		}
		if who != "avery" && (strings.Contains(all, "Zz confidential item") || strings.Contains(all, "zz-confidential-body")) {
			t.Errorf("%q reads the confidential item", who)
		}
		if sees := who == "ines" || who == "avery"; strings.Contains(all, "zz-escalation-reason") != sees {
			t.Errorf("%q reads why something was escalated: %t, want %t", who, !sees, sees)
		}
	}
	plan := s.as("ines").get("/plan", 200)
	plan.has(t, "An item that you may not see")
	s.as("ines").get("/plan/displace?item="+string(promised)+"&way=out", 200).has(t, "What happens")
	mara := s.as("mara").read([]string{"/plan", "/plan/scenarios", "/items/" + string(promised)})
	for _, m := range []string{"Zz confidential item", "Zanzibar Harpsichords", "zz-escalation-reason"} {
		if !strings.Contains(mara, m) {
			t.Errorf("who may read it does not find %q: it was not planted", m)
		}
	}
}
