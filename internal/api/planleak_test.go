package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/planning"
)

// What items are worth stands in no answer about plans for those who may not read the
// amounts that it rests on, and in no table of a team's items; who may not read plans
// reads nothing of them.
func TestPlansDoNotTellAmounts(t *testing.T) {
	h := newHouse(t, Options{})
	ctx, pm := t.Context(), h.people[plumbline.PM]
	must := func(a answer) answer {
		t.Helper()
		if a.status/100 != 2 {
			t.Fatalf("status %d: %s", a.status, a.body)
		}
		return a
	}
	must(h.do(plumbline.Admin, http.MethodPut, "/api/v1/teams/runners", `{"name":"Runners"}`))
	must(h.do(plumbline.PM, http.MethodPut, "/api/v1/capacity/runners/periods/2027Q1", `{"people":2,"weeks":10,"focus":1}`))
	var keys []plumbline.Key
	for i, delay := range []string{"61.7342-68.9173", "31.7342-38.9173"} {
		key := h.file(fmt.Sprintf("Item %d", i))
		keys = append(keys, key)
		if _, err := h.app.Edit(ctx, pm, key, app.EditInput{Team: new(plumbline.TeamRef("runners"))}); err != nil {
			t.Fatal(err)
		}
		for factor, text := range map[plumbline.Factor]string{"cost_of_delay": delay, "duration": "2-3", "effort": "3-3.5"} {
			if _, err := h.app.Estimate(ctx, pm, key, judging.EstimateInput{Factor: factor, Text: text}); err != nil {
				t.Fatal(err)
			}
		}
	}
	made := read[plumbline.Scenario](t, h.do(plumbline.PM, http.MethodPost, "/api/v1/plans", `{"name":"One quarter","model":"cd3","first":"2027Q1","periods":1}`))
	must(h.do(plumbline.PM, http.MethodPost, "/api/v1/plans/"+made.ID+"/pins", fmt.Sprintf(`{"key":%q,"way":"in","reason":"It is promised."}`, keys[0])))
	must(h.do(plumbline.PM, http.MethodPost, "/api/v1/plans/"+made.ID+"/make", ""))
	must(h.do(plumbline.PM, http.MethodPost, "/api/v1/plans/"+made.ID+"/commit", `{"reason":"Agreed."}`))

	plan := read[planning.PlanView](t, h.do(plumbline.PM, http.MethodGet, "/api/v1/plans/current", "")).Plan
	if plan == nil || plan.Withheld || plan.Value <= 0 || plan.Many != 1 {
		t.Fatalf("who is cleared reads %+v", plan)
	}
	amounts := []string{"61.73", "68.91", "31.73", "38.91", fmt.Sprintf("%.4g", plan.Value), fmt.Sprintf("%.4g", plan.Bound)}
	told := 0
	for _, path := range []string{
		"/plans", "/plans?scenario=" + made.ID, "/plans/current", "/plans/" + made.ID, "/plan-decisions", "/plans/current/displacement?item=" + string(keys[1]), "/plans/current/displacement?way=out&item=" + string(keys[0]),
		"/capacity", "/capacity/runners", "/export?format=csv&team=runners", "/export?format=json&team=runners", "/items?team=runners",
	} {
		for _, as := range []plumbline.Role{plumbline.PM, plumbline.Admin, plumbline.Contributor, plumbline.Requester} {
			a := h.do(as, http.MethodGet, "/api/v1"+path, "")
			if asks := as == plumbline.Requester && (strings.HasPrefix(path, "/plan") || strings.HasPrefix(path, "/capacity")); a.status != http.StatusOK && !asks || asks && a.status != http.StatusForbidden {
				t.Errorf("%s as %s: status %d", path, as, a.status)
			}
			for _, amount := range amounts {
				switch found := strings.Contains(string(a.body), amount); {
				case found && as == plumbline.PM:
					told++
				case found:
					t.Errorf("%s as %s has %q: %s", path, as, amount, a.body)
				}
			}
		}
	}
	if told == 0 {
		t.Error("nobody reads what the plan is worth: it was not planted")
	}
}
