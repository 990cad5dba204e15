package findings_test

import (
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/findings"
	"plumbline/internal/store"
)

func TestAPersonJudges(t *testing.T) {
	w := newWorld(t)
	w.take("cyclonedx", file(bill("2026-11-01", vuln("CVE-1", "a", scored("9.8"))), "product", "ci"))
	f := w.only()
	if f.Due != at(t, "2026-11-02") || f.State != "overdue" {
		t.Errorf("to mitigate comes first: got %+v", f)
	}
	w.ok(w.SayOfFinding(t.Context(), pm, f.ID, findings.FactsInput{Mitigated: at(t, "2026-11-01")}))
	if f := w.only(); f.Due != at(t, "2026-12-01") {
		t.Errorf("mitigated: got %+v", f)
	}
	no := plumbline.Judgement{State: plumbline.NotAffected, Justification: "code_not_reachable", Detail: "We never log it."}
	for _, who := range []plumbline.Actor{engineer, asks} {
		w.refused(w.JudgeFinding(t.Context(), who, f.ID, no), plumbline.Denied, "")
		w.refused(w.SayOfFinding(t.Context(), who, f.ID, findings.FactsInput{}), plumbline.Denied, "")
		w.refused(w.SayOfProduct(t.Context(), who, "ci", plumbline.Risk{}), plumbline.Denied, "")
		w.refused(w.ChooseDeadlines(t.Context(), who, nil), plumbline.Denied, "")
		_, err := w.MendGone(t.Context(), who, "ci")
		w.refused(err, plumbline.Denied, "")
	}
	_, err := w.Findings(t.Context(), plumbline.Nobody(), findings.FindingQuery{})
	w.refused(err, plumbline.Unauthenticated, "")
	_, err = w.FindingByID(t.Context(), plumbline.Nobody(), f.ID)
	w.refused(err, plumbline.Unauthenticated, "")
	w.ok(w.JudgeFinding(t.Context(), pm, f.ID, no))
	if f := w.only(); f.Closed != plumbline.At(w.now) || f.Judgement.ByName != "Mara" {
		t.Errorf("got %+v", f)
	}
	// A person's verdict stays when a file without a date of its own says otherwise, and
	// when a scan finds the package again: it is there, and does no harm.
	w.now = w.now.Add(2 * day)
	_, rows := w.take("cyclonedx", file(bill("2026-11-24", vuln("CVE-1", "a", analysed("exploitable"))), "product", "ci"))
	if f := w.only(); f.Judgement.State != plumbline.NotAffected || !strings.Contains(rows[1].Reason, "stays") {
		t.Errorf("got %+v, %+v", f, rows)
	}
	w.take("cyclonedx", file(bill("2026-11-25", vuln("CVE-1", "a", "")), "product", "ci"))
	if f := w.only(); f.Closed == 0 {
		t.Errorf("got %+v", f)
	}
	// One that the file dates counts when it is later.
	w.take("cyclonedx", file(vex("2026-11-25", vuln("CVE-1", "a", `"analysis":{"state":"exploitable","lastUpdated":"2026-11-24T00:00:00Z"}`)), "product", "ci"))
	if f := w.only(); f.Judgement.State != plumbline.Exploitable || f.Closed != 0 {
		t.Errorf("got %+v", f)
	}
	v, err := w.FindingByID(t.Context(), pm, f.ID)
	w.ok(err)
	if len(v.History) != 2 || v.History[0].State != plumbline.Exploitable || v.History[1].By != pm.Person {
		t.Errorf("got %+v", v.History)
	}
}

func TestWhatIsAskedIsChecked(t *testing.T) {
	w := newWorld(t)
	w.take("cyclonedx", file(bill("2026-11-01", vuln("CVE-1", "a", "")), "product", "ci"))
	id := w.only().ID
	for _, j := range []plumbline.Judgement{{}, {State: "fixed"}, {State: plumbline.NotAffected}, {State: plumbline.NotAffected, Justification: "because"}, {State: plumbline.Exploitable, Response: []string{"pray"}}} {
		w.refused(w.JudgeFinding(t.Context(), pm, id, j), plumbline.Invalid, "")
	}
	w.refused(w.JudgeFinding(t.Context(), pm, "nothing", plumbline.Judgement{State: plumbline.InTriage}), plumbline.NotFound, "There is no finding")
	for _, r := range []plumbline.Risk{{Exposed: "maybe"}, {Automated: "1"}, {Impact: "big"}, {Level: 1}, {Level: 6}, {Reach: "far"}} {
		w.refused(w.SayOfProduct(t.Context(), pm, "ci", r), plumbline.Invalid, "")
		w.refused(w.SayOfFinding(t.Context(), pm, id, findings.FactsInput{Risk: r}), plumbline.Invalid, "")
	}
	w.refused(w.SayOfFinding(t.Context(), pm, id, findings.FactsInput{Evaluated: plumbline.At(w.now.Add(day))}), plumbline.Invalid, "in the past")
	w.refused(w.SayOfProduct(t.Context(), pm, "nothing", plumbline.Risk{}), plumbline.NotFound, "")
	w.refused(w.ChooseDeadlines(t.Context(), pm, []string{"soon"}), plumbline.Invalid, "There is no preset")
	_, err := w.Findings(t.Context(), pm, findings.FindingQuery{State: "odd"})
	w.refused(err, plumbline.Invalid, "The state is")
	_, err = w.Findings(t.Context(), pm, findings.FindingQuery{Class: "odd"})
	w.refused(err, plumbline.Invalid, "The class is")
	_, err = w.ProductFindings(t.Context(), pm, findings.FindingQuery{Product: "nothing"})
	w.refused(err, plumbline.NotFound, "")
}

// What is said twice is an event once.
func TestRepeating(t *testing.T) {
	w := newWorld(t)
	w.take("cyclonedx", file(bill("2026-11-01", vuln("CVE-1", "a", "")), "product", "ci"))
	id := w.only().ID
	for range 2 {
		w.ok(w.JudgeFinding(t.Context(), pm, id, plumbline.Judgement{State: plumbline.InTriage}))
		w.ok(w.SayOfFinding(t.Context(), pm, id, findings.FactsInput{Risk: plumbline.Risk{Level: 3}}))
		w.ok(w.SayOfProduct(t.Context(), pm, "ci", plumbline.Risk{Exposed: "yes"}))
		w.ok(w.ChooseDeadlines(t.Context(), pm, []string{"fedramp-vdr-class-c"}))
	}
	for _, typ := range []string{"finding judged", "finding described", "findings described", "deadlines chosen", "findings imported", "findings scanned"} {
		if got := w.happened(typ); got != 1 {
			t.Errorf("%s: got %d events", typ, got)
		}
	}
	if f := w.only(); f.Due != at(t, "2026-11-06") || f.Clock != "fedramp-vdr-class-c" {
		t.Errorf("to evaluate comes first: got %+v", f)
	}
	w.ok(w.SayOfFinding(t.Context(), pm, id, findings.FactsInput{Risk: plumbline.Risk{Level: 3, Reach: "likely"}, Evaluated: at(t, "2026-11-04")}))
	if f := w.only(); f.Due != at(t, "2026-12-06") {
		t.Errorf("got %+v", f)
	}
}

// The figures count open and overdue ones too: the closed ones alone would look
// better than it is.
func TestFigures(t *testing.T) {
	w := newWorld(t)
	w.take("cyclonedx", file(bill("2026-06-01", vuln("CVE-1", "a", scored("9.8")), vuln("CVE-2", "a", scored("8")), vuln("CVE-3", "a", scored("5")), vuln("CVE-4", "a", ""), vuln("CVE-5", "a", scored("8"))), "product", "ci"))
	w.take("cyclonedx", file(bill("2026-11-20", vuln("CVE-6", "a", scored("2")), vuln("CVE-1", "a", ""), vuln("CVE-2", "a", ""), vuln("CVE-4", "a", ""), vuln("CVE-5", "a", "")), "product", "ci"))
	_, rows := w.take("cyclonedx", file(vex("2026-06-10", vuln("CVE-2", "a", analysed("resolved"))), "product", "ci"))
	if w.listed(findings.FindingQuery{})["CVE-2 in a of ci"].Closed != 0 || !strings.Contains(rows[0].Reason, "a newer scan finds it still") {
		t.Errorf("a verdict that is older than the last scan: got %+v", rows)
	}
	w.take("cyclonedx", file(vex("2026-11-21", vuln("CVE-2", "a", `"analysis":{"state":"resolved","lastUpdated":"2026-06-10T00:00:00Z"}`), vuln("CVE-5", "a", analysed("resolved"))), "product", "ci"))
	v, err := w.ProductFindings(t.Context(), asks, findings.FindingQuery{Product: "ci"})
	w.ok(err)
	f := v.Figures
	if f.Open != 4 || f.Overdue != 2 || f.Closed != 2 || f.InTime != 1 || f.Gone != 1 || f.Oldest != at(t, "2026-06-01") || v.Components != 1 || v.Product.Name != "CI" {
		t.Errorf("got %+v", f)
	}
	for _, c := range f.Classes {
		want := map[string]findings.ClassFigures{
			"critical": {Class: "critical", Open: 1, Overdue: 1, Ages: [5]int64{0, 0, 0, 1, 0}}, "high": {Class: "high"},
			"medium": {Class: "medium", Open: 1, Overdue: 1, Ages: [5]int64{0, 0, 0, 1, 0}}, "low": {Class: "low", Open: 1, Ages: [5]int64{1}}, "unknown": {Class: "unknown", Open: 1, Ages: [5]int64{0, 0, 0, 1, 0}},
			"none": {Class: "none"},
		}[c.Class]
		if c != want {
			t.Errorf("got %+v, want %+v", c, want)
		}
	}
}

// A scan that finds nothing is evidence that nothing is there.
func TestACleanScanIsMet(t *testing.T) {
	w := newWorld(t)
	w.constrain("ci-findings", product("ci"), 0)
	if s := w.stands("ci-findings").Standing; s.Status != plumbline.StatusUnknown {
		t.Errorf("before any scan: got %+v", s)
	}
	w.take("cyclonedx", file(bill("2026-11-22"), "product", "ci"))
	if s := w.stands("ci-findings").Standing; s.Status != plumbline.StatusMet || s.Reason != "Nothing is open." {
		t.Errorf("got %s, %s", s.Status, s.Reason)
	}
}

// A page of findings costs the same, however many there are.
func TestWhatAPageCosts(t *testing.T) {
	w := newWorld(t)
	cost := func() int64 {
		ctx, q := store.CountQueries(t.Context())
		_, err := w.ProductFindings(ctx, pm, findings.FindingQuery{Product: "ci"})
		w.ok(err)
		return q.N.Load()
	}
	w.take("cyclonedx", file(bill("2026-11-01", vuln("CVE-1", "a", "")), "product", "ci"))
	few := cost()
	var many []string
	for i := range 120 {
		many = append(many, vuln("CVE-2-"+strings.Repeat("x", i), "a", scored("5")))
	}
	w.take("cyclonedx", file(bill("2026-11-02", many...), "product", "ci"))
	if got := cost(); got != few || got > 9 {
		t.Errorf("got %d statements for 121 findings and %d for one", got, few)
	}
}

// What a file calls things is text, whatever it looks like, and no event has it
// whole.
func TestHostileText(t *testing.T) {
	w := newWorld(t)
	hostile := `<script>alert(1)</script>'; drop table findings; --=cmd|' /C calc'!A0`
	count, _ := w.take("cyclonedx", file(bill("2026-11-01", vuln(hostile, hostile, `"description":"`+hostile+`"`)), "product", "ci"))
	if count.New != 2 || w.only().Title != hostile {
		t.Errorf("got %+v, %+v", count, w.only())
	}
}
