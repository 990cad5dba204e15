package oscal_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/oscal"
)

// NIST's own example: one finding about a part of AC-6(1), which is not satisfied.
func TestAssessmentResults(t *testing.T) {
	f := parse(t, file(t, "ifa_results.yaml"))
	want := []oscal.Record{{Line: 133, ControlRecord: plumbline.ControlRecord{Control: "ac-6.1", State: plumbline.ControlMissing, Assessed: at(t, "2023-06-02T08:31:20-04:00"), Evidence: "IFA GoodRead Continous Monitoring Results June 2023"}}}
	if diff := cmp.Diff(want, f.Assessment.Records); diff != "" || len(f.Remarks) > 0 {
		t.Error(diff, f.Remarks)
	}
}

// A control is satisfied when all findings about its parts are; its evidence is as
// old as the oldest of them, and runs out with the first. The newest result counts.
func TestFindingsOfParts(t *testing.T) {
	f := parse(t, []byte(`{"assessment-results":{"results":[
{"uuid":"new","title":"Second","end":"2026-03-01T00:00:00Z","observations":[
 {"uuid":"o1","collected":"2026-02-10T00:00:00Z","expires":"2026-05-11T00:00:00Z"},
 {"uuid":"o2","collected":"2026-02-20T00:00:00Z","expires":"2026-12-01T00:00:00Z"}],
 "findings":[
 {"uuid":"f1","target":{"target-id":"AC-02(1)_obj.a","status":{"state":"satisfied"}},"related-observations":[{"observation-uuid":"o2"}]},
 {"uuid":"f2","target":{"target-id":"ac-2.1_obj.b","status":{"state":"satisfied "}},"related-observations":[{"observation-uuid":"o1"}]},
 {"uuid":"f3","target":{"target-id":"ac-3_smt","status":{"state":"satisfied"}}},
 {"uuid":"f4","target":{"target-id":"ac-3_smt.b","status":{"state":"not-satisfied"}},"related-observations":[{"observation-uuid":"gone"}]},
 {"uuid":"f5","target":{"target-id":"ac-4","status":{"state":"mostly"}}},
 {"uuid":"f6","target":{"target-id":"a/c","status":{"state":"satisfied"}}},
 {"uuid":"f7","target":{"target-id":"ac-5","status":{"state":"satisfied"}}}]},
{"uuid":"old","title":"First","start":"2026-01-01T00:00:00Z","findings":[
 {"uuid":"g1","target":{"target-id":"ac-2.1","status":{"state":"not-satisfied"}}},
 {"uuid":"g2","target":{"target-id":"ac-6","status":{"state":"satisfied"}}}]}]}}`))
	second := at(t, "2026-03-01")
	want := []plumbline.ControlRecord{
		{Control: "ac-2.1", State: plumbline.ControlImplemented, Passed: at(t, "2026-02-10"), Assessed: at(t, "2026-02-10"), Cadence: "P90D", Evidence: "Second"},
		{Control: "ac-3", State: plumbline.ControlPartial, Assessed: second, Evidence: "Second"},
		{Control: "ac-5", State: plumbline.ControlImplemented, Passed: second, Assessed: second, Evidence: "Second"},
		{Control: "ac-6", State: plumbline.ControlImplemented, Passed: at(t, "2026-01-01"), Assessed: at(t, "2026-01-01"), Evidence: "First"},
	}
	var got []plumbline.ControlRecord
	for _, r := range f.Assessment.Records {
		got = append(got, r.ControlRecord)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var told []string
	for _, m := range f.Remarks {
		told = append(told, m.Ref+": "+m.Text)
	}
	if diff := cmp.Diff([]string{
		"AC-3: It refers to the observation gone, which is not in the result.",
		`AC-4: It is left out: a finding is satisfied or not-satisfied, not "mostly".`,
		`f6: It is left out: "a/c" is not the name of a control; write it as ac-2.1 or AC-2(1).`,
	}, told); diff != "" {
		t.Error(diff)
	}
}
