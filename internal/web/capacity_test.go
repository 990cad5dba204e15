package web_test

import (
	"fmt"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/capacity"
)

// A product manager says who is there in a team, plans its mix and changes the rules,
// from the forms of the pages; others are refused, and what is wrong is told at its
// field with what was typed.
func TestCapacityFromThePages(t *testing.T) {
	s := demoSite(t)
	const at = "/capacity/teams/sig-cli"
	mara := s.as("mara")
	mara.get(at, 200).has(t, "Say who is there", `name="period"`, `name="focus"`)
	good := vals("period", "2027Q1", "people", "4.5", "weeks", "12", "focus", "70", "source", "the roster of November")
	s.as("jonas").post(at, good, 403)
	mara.get(at, 200).lacks(t, "the roster of November")
	mara.post(at, good, 200).has(t, "1 entry", "the roster of November", "70 %", "37.8") // 4.5 × 12 × 0.7
	mara.post(at, good, 200).has(t, "1 entry")                                           // said again is the same
	mara.get(at+"?from=2027Q1", 200).has(t, "Entered for 2027Q1 by Mara Lindqvist: the roster of November")

	bad := mara.post(at, vals("period", "soon", "people", "-3", "focus", "seven", "weeks", "x"), 422)
	bad.has(t, `id="f--period-error"`, `id="f--focus-error"`, `id="f--weeks-error"`, `value="soon"`, `value="seven"`)
	mara.post(at, vals("period", "2027Q2", "people", "-3", "focus", "70"), 422).has(t, `id="f--people-error"`, `value="-3"`)
	mara.post(at, vals("period", "2027Q2", "people", "4", "focus", "170"), 422).has(t, `id="f--focus-error"`)
	mara.post(at, vals("period", "2027Q2", "people", "4"), 422).has(t, "Say which part of the time goes into work on items")
	mara.post(at, vals("period", "2027-02", "people", "4", "focus", "70"), 422).has(t, "2027-02 overlaps 2027Q1", `id="f--period-error"`)
	mara.post("/capacity/teams/nobody", good, 404)
	mara.get(at, 200).has(t, "1 entry")

	s.as("jonas").post(at+"/drop", vals("period", "2027Q1"), 403)
	mara.post(at+"/drop", vals("period", "2027Q1"), 200).lacks(t, "the roster of November")
	mara.post(at+"/drop", vals("period", "2027Q1"), 404).has(t, "Nothing is entered for sig-cli in 2027Q1")
}

func TestTheMixFromThePages(t *testing.T) {
	s := demoSite(t)
	const at = "/capacity/teams/sig-cli"
	mara := s.as("mara")
	mix := func(features, upkeep, debt, support string) []string {
		return []string{"features", features, "upkeep", upkeep, "tech debt", debt, "support", support}
	}
	s.as("jonas").post(at+"/mix", vals(mix("50", "20", "20", "10")...), 403)
	mara.post(at+"/mix", vals(mix("50", "20", "20", "20")...), 422).has(t, "100 %")
	mara.post(at+"/mix", vals(mix("half", "20", "20", "10")...), 422).has(t, "half")
	mara.get(at, 200).lacks(t, "50 % features")
	for range 2 {
		mara.post(at+"/mix", vals(mix("50", "20", "20", "10")...), 200)
		if a := mara.get(at, 200).body; !strings.Contains(strings.ToLower(a), "features 50 %") {
			t.Errorf("the mix is not shown: %s", part(a, "Plan the mix of work", 400))
		}
	}
	mara.post(at+"/mix", vals(mix("", "", "", "")...), 200)
	if a := mara.get(at, 200).body; strings.Contains(strings.ToLower(a), "features 50 %") {
		t.Error("the team's own mix is still there")
	}
}

// part is what follows some words of a page.
func part(body, after string, n int) string {
	i := strings.Index(body, after)
	if i < 0 {
		return after + " is not on the page"
	}
	return body[i:min(len(body), i+n)]
}

func TestTheRulesOfCapacityFromThePages(t *testing.T) {
	s := demoSite(t)
	avery := s.as("avery")
	a := avery.get("/capacity/rules", 200)
	a.has(t, "Version 1", "gap_weeks: 4")
	rules, err := s.app.CapacityRules(t.Context(), s.actor("avery"))
	if err != nil {
		t.Fatal(err)
	}
	next := strings.Replace(strings.Replace(rules.Text, `version: "1"`, `version: "ours-2"`, 1), "gap_weeks: 4", "gap_weeks: 6", 1)
	s.as("ines").post("/capacity/rules", vals("text", next), 403)
	avery.post("/capacity/rules", vals("text", strings.Replace(next, "least: 8", "least: many", 1)), 422).has(t, "rules.yaml", "many")
	avery.post("/capacity/rules", vals("text", next), 200).has(t, "Version ours-2", "gap_weeks: 6", "Avery Okafor")
	avery.post("/capacity/rules", vals("text", next), 422).has(t, "There is a version")
}

// The worker learns what teams finished: by that the page says what was measured, and
// learning the same again is no event.
func TestWhatWasLearnedIsOnThePage(t *testing.T) {
	s := demoSite(t)
	before := s.lastSeq()
	for range 2 {
		if err := s.app.LearnCapacity(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.lastSeq(); n != before {
		t.Errorf("learning the same again is %d events", n-before)
	}
	s.as("mara").get("/capacity/teams/sig-node?from=2026Q3", 200).has(t, "What is taken off, and why", "2026Q3")
}

// The list of teams is cut, with a link to all of them; the figures above it and the
// number of statements are those of all.
func TestManyTeamsAreCut(t *testing.T) {
	s := demoSite(t)
	mara := s.as("mara")
	title := func(a answer) string { return part(a.body, "From today on there are", 60) }
	rows := func(a answer) (known, others int) {
		above, below, _ := strings.Cut(a.body, "Teams of which nothing is known")
		return strings.Count(above, `role="rowheader"`), strings.Count(below, `<li><a href="/capacity/teams/`)
	}
	before := mara.get("/capacity", 200)
	known, others := rows(before)
	for i := range 130 {
		ref := plumbline.TeamRef(fmt.Sprintf("many-%03d", i))
		err := s.app.PutTeam(t.Context(), s.actor("avery"), plumbline.Team{Ref: ref, Name: "Many " + string(ref)})
		if err == nil && i < 70 {
			_, err = s.app.PutCapacity(t.Context(), s.actor("mara"), ref, plumbline.CalendarPeriod{Unit: plumbline.InQuarters, Year: 2027, N: 1}, capacity.StaffingInput{People: 4, Focus: 0.5})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	cut := mara.get("/capacity", 200)
	cut.has(t, fmt.Sprintf(">All %d<", known+70), fmt.Sprintf(">All %d<", others+60))
	if k, o := rows(cut); k != 50 || o != 50 {
		t.Errorf("got %d and %d teams, want 50 of each", k, o)
	}
	all := mara.get("/capacity?show=all", 200)
	if k, o := rows(all); k != known+70 || o != others+60 || strings.Contains(all.body, ">All ") {
		t.Errorf("got %d and %d teams, want all of them", k, o)
	}
	if title(cut) != title(all) || title(cut) == title(before) {
		t.Errorf("%q of 50 teams, %q of all", title(cut), title(all))
	}
}
