package browsertest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/capacity"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/moves"
	"plumbline/internal/app/planning"
)

// longPlan is a scenario that nobody waits for: five years by the month, and a team with
// more work than fits. It may be planned for a minute.
func longPlan(t *testing.T, s *site) plumbline.Scenario {
	t.Helper()
	ctx, mara := t.Context(), s.actor("mara")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var cells []judging.CellInput
	var keys []plumbline.Key
	for i := range 160 {
		it, err := s.app.File(ctx, mara, app.FileInput{Title: fmt.Sprintf("A quicker start of node pool %d", i), Body: "They ask for it again.", Fields: map[string]string{"statement": "Who waits for nodes waits long.", "reach": "6", "impact": "1", "confidence": "80"}, Product: "kubelet", Source: "form"})
		must(err)
		keys = append(keys, it.Key)
		for f, text := range map[plumbline.Factor]string{"reach": fmt.Sprint(2 + i%9), "impact": "1", "confidence": "0.8", "effort": fmt.Sprintf("0.%d-%d", 2+i%5, 1+i%2)} {
			cells = append(cells, judging.CellInput{Key: it.Key, EstimateInput: judging.EstimateInput{Factor: f, Text: text}})
		}
	}
	for part := range slices.Chunk(cells, 400) {
		_, err := s.app.EstimateMany(ctx, mara, part)
		must(err)
	}
	for _, key := range keys {
		_, err1 := s.app.Decide(ctx, mara, key, app.DecisionInput{Outcome: plumbline.Pursue, Sentence: "Yes."})
		_, err2 := s.app.Move(ctx, mara, key, moves.MoveInput{To: "workflow::design"})
		must(errors.Join(err1, err2))
	}
	first, err := plumbline.ParseCalendarPeriod("2028-01")
	must(err)
	quarter, err := plumbline.ParseCalendarPeriod("2028Q1")
	must(err)
	for _, q := range plumbline.CalendarPeriods(quarter, 18) {
		_, err := s.app.PutCapacity(ctx, mara, "sig-node", q, capacity.StaffingInput{People: 2, Focus: 0.8})
		must(err)
	}
	name, team, periods, seconds := "Five years by the month", plumbline.TeamRef("sig-node"), 52, 60.0
	made, err := s.app.MakeScenario(ctx, mara, planning.ScenarioInput{Name: &name, Team: &team, First: &first, Periods: &periods, Seconds: &seconds})
	must(err)
	return made
}

// A planning that takes long says how far it is, and gives the best plan found so far,
// with its bound, to who does not want to wait.
func TestALongPlanningIsStopped(t *testing.T) {
	s := demoSite(t)
	made := longPlan(t, s)
	p, shot := s.judged(t, "mara"), pictures(t)
	p.size(1440, 900)
	p.goTo("/plan?scenario=" + made.ID)
	p.waitText("was not planned yet")
	p.click("main button", "Plan again")
	p.wait("how far it is", `document.querySelector('#solving [role="status"]').innerText.includes('below the best there can be')`)
	p.wait("how long it takes", `document.querySelector('#solving [role="status"]').innerText.includes('of 60 seconds')`)
	p.judge("a planning that runs")
	shot(p, "planning-1-runs")
	p.click("main button", "Stop and take what is there")
	p.wait("the plan", `document.querySelector('#solving').hidden && !!document.querySelector('.fit-cell')`)
	p.waitText("this is the best plan found until then, at most")
	p.judge("a plan that was stopped")
	shot(p, "planning-2-what-was-found")
	v, err := s.app.PlanOf(t.Context(), s.actor("mara"), made.ID)
	if err != nil {
		t.Fatal(err)
	}
	if v.Plan == nil || !v.Plan.Stopped || v.Plan.Bound < v.Plan.Value || v.Plan.Many == 0 {
		t.Errorf("what was found is %+v", v.Plan)
	}
}

// Who has no script sees, while somebody plans, that it runs, and stops it by a form.
func TestAPlanningIsStoppedWithoutScript(t *testing.T) {
	s := demoSite(t)
	mara := s.actor("mara")
	v, err := s.app.PlanOf(t.Context(), mara, "")
	if err != nil {
		t.Fatal(err)
	}
	p := s.tab("mara")
	p.withoutScript()
	made, err := s.app.MakePlanTelling(t.Context(), mara, v.Scenario.ID, func(planning.PlanProgress) bool {
		p.goTo("/plan")
		p.waitText(mara.Name + " began. No plan is found yet; ")
		p.click("main button", "Stop and take what is there")
		p.waitText("Asked for the best plan found so far.")
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	if !made.Plan.Stopped || made.Plan.ID == v.Plan.ID {
		t.Errorf("what was found is %+v", made.Plan)
	}
	p.goTo("/plan")
	p.waitText("this is the best plan found until then, at most")
	if get[bool](p, `!document.querySelector('#solving').hidden`) {
		t.Error("the page says that it is still being planned")
	}
}
