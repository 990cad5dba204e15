package findings_test

import (
	"slices"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/findings"
	"plumbline/internal/app/sources"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

const gin = "pkg:golang/github.com/gin-gonic/gin"

// One finding for each vulnerability, product and package, however many rows tell
// of it and under however many names.
func TestOneFindingHoweverManyNames(t *testing.T) {
	w := newWorld(t)
	count, rows := w.take("cyclonedx", file(bill("2026-11-01", vuln("CVE-2020-36567", gin+"@1.5.0", ""), vuln("CVE-2020-36567", gin+"@1.5.0?os=linux", ""), vuln("GO-2020-0001", gin+"@1.5.0", "")), "product", "ci"))
	if count.New != 3 || count.Same != 1 || rows[2].Outcome != plumbline.RowSame || rows[2].Line != 4 {
		t.Fatalf("got %+v, %+v", count, rows)
	}
	w.take("cyclonedx", file(bill("2026-11-02", vuln("GHSA-6vm3-jj99-7229", gin+"@1.5.1", analysed("in_triage"))), "product", "ci", "complete", "no"))
	w.take("cyclonedx", file(bill("2026-11-02", vuln("GO-2020-0001", gin, "")), "product", "docs"))
	if got := len(w.listed(findings.FindingQuery{})); got != 4 {
		t.Fatalf("got %d findings before anybody says that the names mean one, want 4", got)
	}
	if count, _ = w.take("osv", file(testdata(t, "osv/testdata/GO-2020-0001.json"))); count.New != 1 {
		t.Errorf("got %+v", count)
	}
	got := w.listed(findings.FindingQuery{})
	if want := []string{"CVE-2020-36567 in golang/github.com/gin-gonic/gin of ci", "GO-2020-0001 in golang/github.com/gin-gonic/gin of docs"}; !slices.Equal(names(got), want) {
		t.Fatalf("got %v", names(got))
	}
	one := got["CVE-2020-36567 in golang/github.com/gin-gonic/gin of ci"]
	if one.Detected != at(t, "2026-11-01") || one.Version != "1.5.1" || one.Judgement.State != plumbline.InTriage || one.Class != plumbline.ClassUnknown || one.Due != 0 {
		t.Errorf("got %+v", one)
	}
	view, err := w.FindingByID(t.Context(), asks, one.ID)
	w.ok(err)
	slices.Sort(view.Aliases)
	if !slices.Equal(view.Aliases, []string{"GHSA-6vm3-jj99-7229", "GO-2020-0001"}) || view.Advisory == nil || view.Advisory.Fixed[0] != "Go/github.com/gin-gonic/gin 1.6.0" {
		t.Errorf("got %+v, %+v", view.Aliases, view.Advisory)
	}
	for _, name := range []string{"CVE-2020-36567", "GO-2020-0001", "GHSA-6vm3-jj99-7229"} {
		if got := len(w.listed(findings.FindingQuery{Vuln: name})); got != 2 {
			t.Errorf("%s: got %d", name, got)
		}
	}
	before := w.dump()
	if count, _ := w.take("osv", file(testdata(t, "osv/testdata/GO-2020-0001.json"))); count.Same != 1 || w.dump() != before {
		t.Errorf("the same advisory again: got %+v", count)
	}
	if count, _ := w.take("cyclonedx", file(bill("2026-11-03", vuln("GO-2020-0001", gin+"@1.5.1", ""), vuln("GHSA-6vm3-jj99-7229", gin+"@1.5.1", "")), "product", "ci")); count.New != 0 {
		t.Errorf("got %+v: what is known under one name is new under another", count)
	}
}

// Two CVEs are two vulnerabilities, also when an advisory names both.
func TestAnAdvisoryWithTwoCVEs(t *testing.T) {
	w := newWorld(t)
	w.take("cyclonedx", file(bill("2026-11-01", vuln("CVE-2020-2", gin, ""), vuln("CVE-2020-1", gin, ""), vuln("GO-1", gin, "")), "product", "ci"))
	w.take("osv", file(`{"id":"GO-1","aliases":["CVE-2020-2","CVE-2020-1"]}`))
	w.take("osv", file(`{"id":"GHSA-9","aliases":["GO-1"]}`))
	if got := names(w.listed(findings.FindingQuery{})); len(got) != 2 || len(w.listed(findings.FindingQuery{Vuln: "GHSA-9"})) != 1 || len(w.listed(findings.FindingQuery{Vuln: "CVE-2020-2"})) != 1 {
		t.Errorf("got %v", got)
	}
}

// A finding that comes back has its first date; what a scan tells of no more is
// marked, and its clock runs on.
func TestARescanKeepsTheFirstDetection(t *testing.T) {
	w := newWorld(t)
	first := file(bill("2026-08-01", vuln("CVE-1", "a", scored("8.1")), vuln("CVE-2", "b", scored("5"))), "product", "ci")
	w.take("cyclonedx", first)
	_, rows := w.take("cyclonedx", file(bill("2026-09-15", vuln("CVE-2", "b", scored("5"))), "product", "ci"))
	if last := rows[len(rows)-1]; last.Ref != "CVE-1" || last.Outcome != plumbline.RowChanged || !strings.Contains(last.Reason, "Its clock runs") {
		t.Fatalf("got %+v", last)
	}
	gone := w.listed(findings.FindingQuery{State: "gone"})["CVE-1 in a of ci"]
	if gone.Gone != at(t, "2026-09-15") || gone.State != "overdue" || gone.Due != at(t, "2026-08-31") {
		t.Fatalf("got %+v", gone)
	}
	// Somebody says that it is mended: since it is gone.
	if n, err := w.MendGone(t.Context(), pm, "ci"); err != nil || n != 1 {
		t.Fatalf("got %d, %v", n, err)
	}
	closed := w.listed(findings.FindingQuery{State: "closed"})["CVE-1 in a of ci"]
	if closed.Closed != at(t, "2026-09-15") || closed.Judgement.By != pm.Person {
		t.Errorf("got %+v", closed)
	}
	// The old scan once more changes nothing.
	before := w.dump()
	if count, _ := w.take("cyclonedx", first); count.Same != 3 || w.dump() != before {
		t.Errorf("the old scan again: got %+v", count)
	}
	// A newer scan finds it again: it is open, and as old as it was.
	w.now = w.now.Add(day)
	_, rows = w.take("cyclonedx", file(bill("2026-11-24", vuln("CVE-1", "a", scored("8.1")), vuln("CVE-2", "b", scored("5"))), "product", "ci"))
	back := w.listed(findings.FindingQuery{State: "overdue"})["CVE-1 in a of ci"]
	if back.Detected != at(t, "2026-08-01") || back.Gone != 0 || back.Closed != 0 || !strings.Contains(rows[1].Reason, "first date counts") {
		t.Errorf("got %+v, told %q", back, rows[1].Reason)
	}
	// A scan of an earlier time that turns up late only moves the first date.
	w.take("cyclonedx", file(bill("2026-07-01", vuln("CVE-1", "a", scored("2"))), "product", "ci"))
	if f := w.listed(findings.FindingQuery{State: "all"})["CVE-1 in a of ci"]; f.Detected != at(t, "2026-07-01") || f.Score != "8.1" || f.Seen != at(t, "2026-11-24") {
		t.Errorf("got %+v", f)
	}
}

// Only resolved, false_positive and not_affected stop a clock; that nobody will fix
// it is a response, and no verdict.
func TestWhatStopsAClock(t *testing.T) {
	for state, stops := range map[string]bool{
		"resolved": true, "resolved_with_pedigree": true, "false_positive": true, "not_affected": true, "exploitable": false, "in_triage": false, "mystery": false,
	} {
		w := newWorld(t)
		w.take("cyclonedx", file(bill("2026-11-01", vuln("CVE-1", "a", scored("8.1"))), "product", "ci"))
		w.take("cyclonedx", file(vex("2026-11-05", vuln("CVE-1", "a", analysed(state))), "product", "ci"))
		f := w.only()
		if (f.Closed != 0) != stops || stops && f.Closed != at(t, "2026-11-05") || string(f.Judgement.State) != state {
			t.Errorf("%s: got %+v", state, f)
		}
		if f.Stream != "grype" || f.Gone != 0 {
			t.Errorf("%s: a file of verdicts is no scan: got %+v", state, f)
		}
	}
	w := newWorld(t)
	w.take("cyclonedx", file(vex("2026-11-05", vuln("CVE-1", "a", scored("8.1")+`,"analysis":{"state":"exploitable","response":["will_not_fix"]}`)), "product", "ci"))
	if f := w.only(); f.Closed != 0 || !slices.Equal(f.Judgement.Response, []string{"will_not_fix"}) || f.Due != at(t, "2026-12-05") {
		t.Errorf("got %+v", f)
	}
}

// An exception that was approved lets a finding that nobody will fix rest; without
// one it runs.
func TestWillNotFixNeedsAnException(t *testing.T) {
	w := newWorld(t)
	w.constrain("ci-findings", product("ci"), 0)
	w.take("cyclonedx", file(bill("2026-09-05", vuln("CVE-1", "a", scored("8.1"))), "product", "ci"))
	w.take("cyclonedx", file(bill("2026-11-22", vuln("CVE-1", "a", `"analysis":{"state":"exploitable","response":["will_not_fix"]}`)), "product", "ci"))
	if s := w.stands("ci-findings").Standing; s.Status != plumbline.StatusBreached || s.Due != at(t, "2026-10-05") {
		t.Errorf("without an exception: got %+v", s)
	}
	asked, err := w.limits.AskException(t.Context(), pm, standing.ExceptionInput{Constraint: "ci-findings", Subject: "CVE-1 in a of ci", Reason: "It is switched off next month.", Until: at(t, "2027-01-01")})
	w.ok(err)
	if s := w.stands("ci-findings").Standing; s.Status != plumbline.StatusBreached {
		t.Errorf("before it is approved: got %+v", s)
	}
	_, err = w.limits.ApproveException(t.Context(), boss, asked.ID)
	w.ok(err)
	if s := w.stands("ci-findings").Standing; s.Status == plumbline.StatusBreached {
		t.Errorf("with an exception: got %+v", s)
	}
}

// Severity is the first of CVSS v3, CVSS v2 and the scanner's own; none is unknown,
// and never low.
func TestSeverity(t *testing.T) {
	for _, c := range []struct{ ratings, score, by, class string }{
		{`[{"method":"other","score":9.9},{"method":"CVSSv2","score":5},{"method":"CVSSv31","score":7.5},{"method":"CVSSv3","score":8.2}]`, "7.5", "CVSS v3", "high"},
		{`[{"method":"other","score":9.9},{"method":"CVSSv2","score":5}]`, "5", "CVSS v2", "medium"},
		{`[{"method":"OWASP","score":2}]`, "2", "scanner", "low"},
		{`[{"method":"CVSSv31","vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"}]`, "10", "CVSS v3", "critical"},
		{`[{"severity":"high"}]`, "7", "a scanner's word", "high"},
		{`[{"score":11},{"severity":"unknown"}]`, "", "", "unknown"},
		{`[{"method":"CVSSv31","score":0}]`, "0", "CVSS v3", "none"},
		{`[]`, "", "", "unknown"},
	} {
		w := newWorld(t)
		w.take("cyclonedx", file(bill("2026-11-01", vuln("CVE-1", "a", `"ratings":`+c.ratings)), "product", "ci"))
		f := w.only()
		if string(f.Score) != c.score || f.ScoreBy != c.by || f.Class != c.class || (f.Due != 0) != (c.score != "" && c.score != "0") {
			t.Errorf("%s: got %q by %q, %s, due %v", c.ratings, f.Score, f.ScoreBy, f.Class, f.Due)
		}
	}
}

// An advisory gives a finding the severity that no scan gave.
func TestSeverityOfTheAdvisory(t *testing.T) {
	w := newWorld(t)
	w.take("cyclonedx", file(bill("2026-11-01", vuln("CVE-1", "a", "")), "product", "ci"))
	w.take("osv", file(`{"id":"GHSA-1","aliases":["CVE-1"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N"}],"database_specific":{"severity":"LOW"}}`))
	if f := w.only(); f.Score != "7.5" || f.ScoreBy != "CVSS v3, by the advisory" || f.Due != at(t, "2026-12-01") {
		t.Errorf("got %+v", f)
	}
	w.take("cyclonedx", file(bill("2026-11-02", vuln("CVE-1", "a", scored("5"))), "product", "ci"))
	if f := w.only(); f.Score != "5" || f.Due != at(t, "2027-01-30") {
		t.Errorf("a scan's own score counts: got %+v", f)
	}
}

// Worked example 7: of all clocks the earliest counts, and which one it is is told.
func TestTheEarliestClockCounts(t *testing.T) {
	w := newWorld(t)
	w.ok(w.ChooseDeadlines(t.Context(), pm, []string{"kev-due-date", "severity-30-90-180", "bod-26-04"}))
	w.ok(w.SayOfProduct(t.Context(), pm, "ci", plumbline.Risk{Exposed: "no", Automated: "no", Impact: "partial"}))
	w.take("cyclonedx", file(bill("2025-08-20", vuln("CVE-2025-48384", "git", scored("8.1"))), "product", "ci"))
	if f := w.only(); f.Due != at(t, "2025-09-19") || f.Clock != "severity-30-90-180" {
		t.Errorf("got %+v", f)
	}
	w.take("kev", file(testdata(t, "kev/testdata/kev-2025-08-25.json")))
	f := w.only()
	if f.Due != at(t, "2025-09-03") || f.Clock != "bod-26-04" || f.KEVDue != at(t, "2025-09-15") {
		t.Errorf("got %+v", f)
	}
	v, err := w.FindingByID(t.Context(), pm, f.ID)
	w.ok(err)
	var clocks []string
	for _, c := range v.Clocks {
		clocks = append(clocks, c.Preset+" "+c.Due.Std().Format("01-02"))
	}
	if !slices.Equal(clocks, []string{"bod-26-04 09-03", "kev-due-date 09-15", "severity-30-90-180 09-19"}) {
		t.Errorf("got %v", clocks)
	}
	// What is said of the finding itself counts before what is said of the product.
	w.ok(w.SayOfFinding(t.Context(), pm, f.ID, findings.FactsInput{Risk: plumbline.Risk{Exposed: "yes", Impact: "total"}}))
	if f := w.only(); f.Due != at(t, "2025-08-23") {
		t.Errorf("got %+v", f)
	}
	w.ok(w.ChooseDeadlines(t.Context(), pm, nil))
	if f := w.only(); f.Due != 0 || f.Clock != "" {
		t.Errorf("without presets there are no dates: got %+v", f)
	}
}

// Worked example 8: the work is forced from the latest day on which it can begin.
func TestTheLatestStart(t *testing.T) {
	w := newWorld(t)
	w.constrain("ci-findings", product("ci"), 12*day)
	w.take("cyclonedx", file(bill("2025-08-20", vuln("CVE-2025-48384", "git", scored("5"))), "product", "ci"))
	w.take("kev", file(testdata(t, "kev/testdata/kev-2025-08-25.json")))
	w.now = at(t, "2025-09-04").Std()
	w.take("cyclonedx", file(bill("2025-09-03", vuln("CVE-2025-48384", "git", scored("5"))), "product", "ci"))
	s := w.stands("ci-findings").Standing
	if s.Due != at(t, "2025-09-15") || s.LatestStart != at(t, "2025-09-03") || !s.Forced {
		t.Errorf("got due %v, latest start %v, forced %v", s.Due, s.LatestStart, s.Forced)
	}
}

// Worked example 9: a date before the listing is kept, and told of.
func TestAClockInThePast(t *testing.T) {
	w := newWorld(t)
	w.constrain("ci-findings", product("ci"), 0)
	w.take("cyclonedx", file(bill("2021-11-04", vuln("CVE-2020-1472", "netlogon", "")), "product", "ci"))
	_, rows := w.take("kev", file(testdata(t, "kev/testdata/kev-2025-08-25.json")))
	past := 0
	for _, r := range rows {
		if strings.HasPrefix(r.Reason, "The clock is in the past") {
			past++
		}
	}
	f := w.only()
	if past != 15 || f.Due >= f.KEVAdded || f.State != "overdue" {
		t.Errorf("got %d warnings, and %+v", past, f)
	}
	v, err := w.FindingByID(t.Context(), pm, f.ID)
	w.ok(err)
	if s := w.stands("ci-findings").Standing; !strings.Contains(v.Clocks[0].Note, "clock is in the past") || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "overdue on arrival") {
		t.Errorf("got %+v, %+v", v.Clocks, s.Notes)
	}
}

// Acceptance scenario (b): the catalog of January, and that of August. The January
// one is the real one of August without the 152 entries that were added since
// 2025-01-29, and with 35 flags of ransomware taken back.
func TestTheCatalogGrows(t *testing.T) {
	august := testdata(t, "kev/testdata/kev-2025-08-25.json")
	var lines []string
	flags := 0
	for _, line := range strings.Split(august, "\n") {
		if i := strings.Index(line, `"dateAdded":"`); i >= 0 {
			if line[i+13:i+23] >= "2025-01-29" {
				continue
			}
			if strings.Contains(line, `"Known"`) && flags < 35 {
				line = strings.Replace(line, `"Known"`, `"Unknown"`, 1)
				flags++
			}
		}
		lines = append(lines, line)
	}
	january := strings.Replace(strings.Replace(strings.Join(lines, "\n"), "2025-08-25T", "2025-01-28T", 1), "2025.08.25", "2025.01.28", 1)

	w := newWorld(t)
	w.now = at(t, "2025-08-26").Std()
	w.constrain("ci-findings", product("ci"), 14*day)
	w.constrain("docs-findings", product("docs"), 14*day)
	if count, _ := w.take("kev", file(january)); count.New != 1252 || count.Skipped != 0 {
		t.Fatalf("January: got %+v", count)
	}
	w.take("cyclonedx", file(bill("2025-08-20", vuln("CVE-2025-48384", "git", scored("5"))), "product", "ci"))
	w.take("cyclonedx", file(bill("2025-08-20", vuln("CVE-2025-0001", "git", scored("5"))), "product", "docs"))
	for _, id := range []string{"ci-findings", "docs-findings"} {
		if s := w.stands(id).Standing; s.Forced || s.Due != at(t, "2025-11-18") {
			t.Errorf("%s in January: got forced %v, due %v", id, s.Forced, s.Due)
		}
	}
	docs := w.stands("docs-findings").Standing.At
	w.now = at(t, "2025-09-01").Std()
	count, rows := w.take("kev", file(august))
	changed := 0
	for _, r := range rows {
		if r.Reason == "The flag of ransomware changed." || strings.HasSuffix(r.Reason, " The flag of ransomware changed.") {
			changed++
		}
		if strings.Contains(r.Reason, "The due date moved") {
			t.Errorf("%s: %s", r.Ref, r.Reason)
		}
	}
	if count.New != 152 || count.Changed != 35 || changed != 35 || count.Same != 1217 {
		t.Errorf("August: got %+v, %d flags", count, changed)
	}
	if s := w.stands("ci-findings").Standing; !s.Forced || s.Due != at(t, "2025-09-15") {
		t.Errorf("the product that has it: got forced %v, due %v", s.Forced, s.Due)
	}
	if s := w.stands("docs-findings").Standing; s.Forced || s.Due != at(t, "2025-11-18") || s.At != docs {
		t.Errorf("the product that has it not: got forced %v, due %v, judged at %v", s.Forced, s.Due, s.At)
	}
	before := w.dump()
	if count, _ := w.take("kev", file(august)); count.Same != 1404 || w.dump() != before {
		t.Errorf("August again: got %+v", count)
	}
	if count, _ := w.take("kev", file(`{"dateReleased":"2026-01-01T00:00:00Z","vulnerabilities":[{"cveID":"CVE-2025-48384","dateAdded":"2025-08-25","dueDate":"2025-09-15"}]}`)); count.Changed != 1403 {
		t.Errorf("what is listed no more is marked: got %+v", count)
	}
	if f := w.listed(findings.FindingQuery{Product: "ci"})["CVE-2025-48384 in git of ci"]; f.KEVDue != at(t, "2025-09-15") {
		t.Errorf("got %+v", f)
	}
}

// A group's constraint has the findings of all its members.
func TestAGroupInheritsFindings(t *testing.T) {
	w := newWorld(t)
	w.constrain("platform-findings", plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: "platform"}, 0)
	w.take("cyclonedx", file(bill("2026-11-22", vuln("CVE-1", "a", scored("8.1"))), "product", "ci"))
	w.take("cyclonedx", file(bill("2026-08-01", vuln("CVE-1", "a", scored("8.1"))), "product", "docs"))
	w.take("cyclonedx", file(bill("2026-08-01", vuln("CVE-1", "a", scored("9.8"))), "product", "k8s"))
	s := w.stands("platform-findings").Standing
	open, overdue := s.Figure("open"), s.Figure("overdue")
	if s.Status != plumbline.StatusBreached || open.Text() != "2" || overdue.Text() != "1" || !strings.Contains(s.Reason, "CVE-1 in a of docs") {
		t.Errorf("got %s, %s", s.Status, s.Reason)
	}
	for name, f := range w.listed(findings.FindingQuery{Product: "docs"}) {
		w.ok(w.JudgeFinding(t.Context(), pm, f.ID, plumbline.Judgement{State: plumbline.Resolved, Detail: name}))
	}
	s = w.stands("platform-findings").Standing
	if open, overdue = s.Figure("open"), s.Figure("overdue"); open.Text() != "1" || overdue.Text() != "0" || s.Pace.Text() != "0" {
		t.Errorf("after it was mended late: got %s open, %s overdue, %s in time", open.Text(), overdue.Text(), s.Pace.Text())
	}
}

// Suppressed results are kept and count nowhere.
func TestSuppressedResultsAreKept(t *testing.T) {
	w := newWorld(t)
	w.constrain("ci-findings", product("ci"), 0)
	log := testdata(t, "sarif/testdata/Suppressions.sarif")
	if count, _ := w.take("sarif", file(log, "product", "ci")); count.New != 9 {
		t.Fatalf("got %+v", count)
	}
	page, err := w.Findings(t.Context(), asks, findings.FindingQuery{Product: "ci"})
	w.ok(err)
	if page.Total != 4 || page.Figures.Open != 4 || page.Figures.Suppressed != 5 {
		t.Errorf("got %d, %+v", page.Total, page.Figures)
	}
	if s := w.stands("ci-findings").Standing; len(s.Evidence) != 4 {
		t.Errorf("got %d findings that count", len(s.Evidence))
	}
	if got := len(w.listed(findings.FindingQuery{State: "suppressed"})); got != 5 {
		t.Errorf("got %d", got)
	}
	before := w.dump()
	w.now = w.now.Add(day)
	if count, _ := w.take("sarif", file(log, "product", "ci")); count.Same != 9 || w.dump() != before {
		t.Errorf("again: got %+v", count)
	}
	_, rows := w.take("sarif", file(`{"runs":[{"tool":{"driver":{"name":"SarifSamples"}},"results":[{"ruleId":"TUT1001","message":{"text":"This result is visible because it is not suppressed."}},
{"ruleId":"CVE-9","message":{"text":"m"},"baselineState":"absent","locations":[{"physicalLocation":{"artifactLocation":{"uri":"go.mod"}}}]}]},
{"tool":{"driver":{"name":"SarifSamples"}},"results":[{"ruleId":"CVE-7","message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"go.mod"},"region":{"startLine":4}}}]}]}]}`, "product", "ci"))
	if f := w.listed(findings.FindingQuery{})["CVE-7 in go.mod of ci"]; f.Path != "go.mod:4" {
		t.Errorf("got %+v", f)
	}
	if got := len(w.listed(findings.FindingQuery{State: "gone"})); got != 3 || len(rows) != 3+8 {
		t.Errorf("got %d that are gone, %d rows", got, len(rows))
	}
}

// Two verdicts about one vulnerability: the one about the version that there is
// counts, and where that is not known, the one that leaves the clock running.
func TestTwoVerdictsInOneFile(t *testing.T) {
	text := testdata(t, "cyclonedx/testdata/cisa-case-6.json")
	for version, state := range map[string]plumbline.Verdict{"": plumbline.Exploitable, "2.5": plumbline.NotAffected, "2.6": plumbline.Exploitable, "3.0": plumbline.Exploitable, "4.2": plumbline.NotAffected} {
		w := newWorld(t)
		one := text
		if version != "" {
			one = strings.Replace(text, `"name" : "ABC",`, `"name" : "ABC", "version" : "`+version+`",`, 1)
		}
		count, rows := w.take("cyclonedx", file(one, "product", "ci"))
		if count.New != 1 || count.Same != 1 {
			t.Errorf("%q: got %+v %+v", version, count, rows)
		}
		if f := w.only(); f.Judgement.State != state || f.Judgement.At != at(t, "2022-03-03") || f.Version != version {
			t.Errorf("%q: got %+v", version, f)
		}
	}
}

// All real files: nothing is dropped without a word, and the second time nothing
// changes.
func TestRealFilesTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := worldOn(t, db)
		w.constrain("ci-findings", product("ci"), 0)
		files := []struct{ format, name string }{
			{"cyclonedx", "laravel-7.12.0.json"}, {"cyclonedx", "vex.json"}, {"cyclonedx", "cisa-case-1.json"}, {"cyclonedx", "cisa-case-2.json"}, {"cyclonedx", "cisa-case-4.json"},
			{"cyclonedx", "cisa-case-6.json"}, {"cyclonedx", "cisa-case-8.json"}, {"cyclonedx", "case-8.json"}, {"cyclonedx", "case-12.json"}, {"sarif", "Suppressions.sarif"}, {"osv", "GO-2020-0001.json"},
		}
		for round := range 2 {
			before := w.dump()
			for _, f := range files {
				in := file(testdata(t, f.format+"/testdata/"+f.name))
				if f.format != "osv" {
					in.Settings["product"] = "ci"
				}
				count, _ := w.take(f.format, in)
				if count.Skipped != 0 || round == 1 && count.New+count.Changed != 0 {
					t.Errorf("round %d, %s: got %+v", round, f.name, count)
				}
			}
			if after := w.dump(); round == 1 && after != before {
				t.Errorf("the second time changed something:\n%s\n%s", before, after)
			}
		}
		var parts int64
		w.ok(db.Read(t.Context(), func(tx *store.Tx) (err error) {
			parts, err = tx.CountComponents("ci")
			return err
		}))
		if parts != 62 {
			t.Errorf("got %d components", parts)
		}
	})
}

func TestADryRunChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.take("cyclonedx", file(bill("2026-10-01", vuln("CVE-1", "a", ""), vuln("CVE-2", "b", "")), "product", "ci"))
	before := w.dump()
	for _, c := range []struct {
		format string
		in     sources.File
		want   plumbline.ImportCount
	}{
		{"cyclonedx", file(bill("2026-11-01", vuln("CVE-1", "a", scored("8")), vuln("CVE-3", "b", ""), `{"id":"x"}`), "product", "ci"), plumbline.ImportCount{New: 1, Changed: 2, Same: 1, Skipped: 1, DryRun: true}},
		{"sarif", file(testdata(t, "sarif/testdata/Suppressions.sarif"), "product", "ci"), plumbline.ImportCount{New: 9, DryRun: true}},
		{"kev", file(testdata(t, "kev/testdata/kev-2025-08-25.json")), plumbline.ImportCount{New: 1404, DryRun: true}},
		{"osv", file(testdata(t, "osv/testdata/GO-2020-0001.json")), plumbline.ImportCount{New: 1, DryRun: true}},
	} {
		c.in.DryRun = true
		if count, rows := w.take(c.format, c.in); count != c.want {
			t.Errorf("%s: got %+v\n%+v", c.format, count, rows)
		}
	}
	if w.dump() != before {
		t.Error("a dry run changed something")
	}
}

func TestBadFiles(t *testing.T) {
	w := newWorld(t)
	good := bill("2026-11-01", vuln("CVE-1", "a", ""))
	for _, c := range []struct {
		format, words string
		in            sources.File
	}{
		{"cyclonedx", "There is no product", file(good, "product", "nothing")},
		{"cyclonedx", "There is no product", file(good)},
		{"cyclonedx", "Say yes or no", file(good, "product", "ci", "complete", "perhaps")},
		{"cyclonedx", "at most 200 bytes", file(good, "product", "ci", "stream", strings.Repeat("x", 201))},
		{"cyclonedx", "no CycloneDX document", file("<bom/>", "product", "ci")},
		{"sarif", "no SARIF log", file("{}", "product", "ci")}, {"sarif", "There is no product", file(`{"runs":[{}]}`)},
		{"kev", "no catalog", file("{}")}, {"osv", "is empty", file(" ")},
	} {
		_, _, err := w.send(pm, c.format, c.in)
		w.refused(err, plumbline.Invalid, c.words)
	}
	for _, f := range w.Formats() {
		_, _, err := w.send(engineer, f.Name, file(good, "product", "ci"))
		w.refused(err, plumbline.Denied, "")
	}
}
