package controls_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/app/controls"
	"plumbline/internal/app/sources"
	"plumbline/internal/app/standing"
	"plumbline/internal/limit"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// world is the rooms over a real database, with a clock that stands still until it
// is moved.
type world struct {
	t      testing.TB
	db     *store.DB
	room   *controls.Room
	limits *standing.Room
	files  *sources.Sources
	now    time.Time

	pm, contributor, requester, visitor plumbline.Actor
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, db: storetest.SQLite(t), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	now := func() plumbline.Time { return plumbline.At(w.now) }
	platform := plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: "platform"}
	w.limits = standing.New(w.db, func(*store.Tx) (limit.Groups, error) {
		return limit.Groups{platform: {{Kind: plumbline.ScopeProduct, Ref: "ci"}, {Kind: plumbline.ScopeProduct, Ref: "docs"}}}, nil
	}, now)
	w.room = controls.New(w.db, w.limits, now)
	w.files = sources.New(w.db, now, w.room.ControlFormats()...)
	w.visitor = plumbline.Actor{Name: "Visitor", Role: plumbline.Visitor}
	w.ok(w.db.Write(t.Context(), func(tx *store.Tx) error {
		for _, p := range []struct {
			name  string
			role  plumbline.Role
			actor *plumbline.Actor
		}{{"mara", plumbline.PM, &w.pm}, {"ines", plumbline.Contributor, &w.contributor}, {"jonas", plumbline.Requester, &w.requester}} {
			*p.actor = plumbline.Actor{Person: plumbline.PersonID(p.name), Name: p.name, Handle: p.name, Role: p.role}
			if err := tx.InsertPerson(plumbline.Person{ID: plumbline.PersonID(p.name), Handle: p.name, Name: p.name, Role: p.role}); err != nil {
				return err
			}
		}
		for _, ref := range []plumbline.ProductRef{"ci", "docs"} {
			if _, err := tx.PutProduct(plumbline.Product{Ref: ref, Name: string(ref), Kind: "product"}); err != nil {
				return err
			}
		}
		return nil
	}))
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err error, kind plumbline.Kind, words string) {
	w.t.Helper()
	if err == nil || plumbline.KindOf(err) != kind || !strings.Contains(err.Error(), words) {
		w.t.Fatalf("got %v, want %s with %q", err, kind, words)
	}
}

func (w *world) at(text string) plumbline.Time {
	w.t.Helper()
	v, err := plumbline.ParseTime(text)
	w.ok(err)
	return v
}

// send takes a file in as the doors do, and gives back its rows.
func (w *world) send(format, data string, settings ...string) (plumbline.ImportCount, []plumbline.RowReport) {
	w.t.Helper()
	count, rows, err := w.take(format, data, settings...)
	w.ok(err)
	return count, rows
}

func (w *world) take(format, data string, settings ...string) (plumbline.ImportCount, []plumbline.RowReport, error) {
	w.t.Helper()
	in := sources.Sent{Format: format, Name: "a file", Settings: map[string]string{}, Body: strings.NewReader(data)}
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		in.Settings[name] = value
	}
	f, err := w.files.SendEvidence(w.t.Context(), w.pm, in)
	if err != nil {
		return plumbline.ImportCount{}, nil, err
	}
	var rows []plumbline.RowReport
	keep := func(more []plumbline.RowReport) error { rows = append(rows, more...); return nil }
	before := w.events()
	look, err := w.files.TakeEvidence(w.t.Context(), w.pm, f.ID, true, keep)
	if err != nil {
		return look, rows, err
	}
	if after := w.events(); after != before {
		w.t.Errorf("a look wrote %d events", after-before)
	}
	looked := rows
	rows = nil
	count, err := w.files.TakeEvidence(w.t.Context(), w.pm, f.ID, false, keep)
	if look.DryRun = false; err == nil && (look != count || cmp.Diff(looked, rows) != "") {
		w.t.Errorf("a look says %+v, and then it was %+v: %s", look, count, cmp.Diff(looked, rows))
	}
	return count, rows, err
}

// events is how many there are.
func (w *world) events() (n int) {
	w.t.Helper()
	w.ok(w.db.Read(w.t.Context(), func(tx *store.Tx) error {
		all, err := tx.Events(w.pm, 0, 1000, "")
		n = len(all)
		return err
	}))
	return n
}

func (w *world) product(ref plumbline.ProductRef) controls.ProductControls {
	w.t.Helper()
	p, err := w.room.ControlsOfProduct(w.t.Context(), w.requester, ref)
	w.ok(err)
	return p
}

func (w *world) constrain(id string, scope plumbline.Scope, source string) {
	w.t.Helper()
	_, err := w.limits.PutConstraint(w.t.Context(), w.pm, plumbline.Constraint{ID: plumbline.ConstraintID(id), Kind: plumbline.Compliance, Scope: scope, Hard: true, Source: source}, 0)
	w.ok(err)
}

func (w *world) stands(id string) limit.Standing {
	w.t.Helper()
	v, err := w.limits.Constraint(w.t.Context(), w.pm, plumbline.ConstraintID(id))
	w.ok(err)
	return *v.Standing
}

var ci = plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}

func testdata(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("../../format/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The real control file for OpenShift: 158 of the 325 controls that apply are met,
// 48.6 %; none of them is evidenced, since a file that says so is no evidence; the 597
// that do not apply are in no denominator. To read it again changes nothing.
func TestControlFile(t *testing.T) {
	w := newWorld(t)
	w.constrain("nist", ci, "")
	data := testdata(t, "complianceascode/testdata/nist_ocp4.yml")
	count, _ := w.send("complianceascode", data, "product=ci")
	if count.New != 922 || count.Rows() != 922 {
		t.Errorf("got %+v", count)
	}
	p := w.product("ci")
	if len(p.Frameworks) != 1 || p.Frameworks[0].Ref != "nist_ocp4" {
		t.Fatalf("got %+v", p.Frameworks)
	}
	total := p.Frameworks[0].Total
	want := controls.ControlCounts{Applicable: 325, Met: 158, Partial: 3, NotApply: 597, Undated: 167}
	if diff := cmp.Diff(want, total); diff != "" || total.Gaps() != 167 {
		t.Error(diff)
	}
	s := w.stands("nist")
	if s.Status != plumbline.StatusStale || s.Pace.Percent() != "48.6 %" || s.Figure("evidenced").Text() != "0" || s.Figure("applicable").Text() != "325" {
		t.Errorf("got %s, %s, %s, %+v", s.Status, s.Pace.Percent(), s.Reason, s.Figures)
	}
	before := w.events()
	w.now = w.now.Add(time.Hour)
	count, _ = w.send("complianceascode", data, "product=ci")
	if count.Same != 922 || count.Rows() != 922 || w.events() != before {
		t.Errorf("the second time: %+v and %d events", count, w.events()-before)
	}
	again := strings.Replace(data, "status: partial", "status: 'automated '", 1)
	if count, _ = w.send("complianceascode", again, "product=ci"); count.Changed != 1 || count.Same != 921 {
		t.Errorf("one is better: %+v", count)
	}
	if total = w.product("ci").Frameworks[0].Total; total.Met != 159 || total.Partial != 2 {
		t.Errorf("got %+v", total)
	}
}

// NIST's example of a plan of action: two risks, one exempt by a deviation that was
// approved, one overdue since 23 June 2023, one reference that leads nowhere.
func TestPlanOfAction(t *testing.T) {
	for _, name := range []string{"ifa_poam.json", "ifa_poam.yaml"} {
		w := newWorld(t)
		w.now = time.Date(2023, 7, 1, 0, 0, 0, 0, time.UTC)
		w.constrain("poam", ci, "poam")
		data := strings.ReplaceAll(testdata(t, "oscal/testdata/"+name), "2024-02-01T13:57:28", "2023-06-30T13:57:28") // said before the day that it is judged on
		count, rows := w.send("oscal", data, "product=ci")
		if count.New != 2 || count.Skipped != 1 || count.Rows() != 3 {
			t.Errorf("%s: got %+v", name, count)
		}
		if !strings.Contains(rows[2].Reason, "401c15c9-ad6b-4d4a-a591-7d53a3abb3b6, which is a mitigating factor and no risk") || rows[2].Line == 0 {
			t.Errorf("%s: got %+v", name, rows[2])
		}
		if !strings.Contains(rows[1].Reason, "ends on 2024-06-23, behind the deadline of its risk on 2023-06-23") {
			t.Errorf("%s: got %+v", name, rows[1])
		}
		s := w.stands("poam")
		if s.Status != plumbline.StatusBreached || s.Figure("open").Text() != "1" || s.Figure("exempt").Text() != "1" || s.Figure("overdue").Text() != "1" || s.Due != w.at("2023-06-23T21:00:00Z") {
			t.Errorf("%s: got %s, %s, %+v", name, s.Status, s.Reason, s.Figures)
		}
		all, err := w.room.AllControls(t.Context(), w.requester)
		w.ok(err)
		if diff := cmp.Diff([]controls.RiskCounts{{Product: "ci", Open: 1, Exempt: 1, Overdue: 1}}, all.Risks); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		before := w.events()
		if count, _ = w.send("oscal", data, "product=ci"); count.Same != 2 || count.Skipped != 1 || w.events() != before {
			t.Errorf("%s, the second time: %+v", name, count)
		}
		closed := strings.Replace(strings.ReplaceAll(data, "2023-06-30T13:57:28", "2023-07-01T00:00:00"), "status: open", "status: closed", 1)
		closed = strings.Replace(closed, `"status": "open"`, `"status": "closed"`, 1)
		if count, _ = w.send("oscal", closed, "product=ci"); count.Changed != 1 {
			t.Errorf("%s, closed: %+v", name, count)
		}
		if s = w.stands("poam"); s.Status != plumbline.StatusMet && s.Status != plumbline.StatusAtRisk || s.Figure("open").Text() != "0" {
			t.Errorf("%s, closed: %s, %s", name, s.Status, s.Reason)
		}
		if count, _ = w.send("oscal", data, "product=ci"); count.Changed != 0 || count.Skipped != 2 {
			t.Errorf("%s: an older plan changes %+v", name, count)
		}
	}
}

func TestCatalogAndBaseline(t *testing.T) {
	w := newWorld(t)
	excerpt, profile := testdata(t, "oscal/testdata/nist_low_excerpt.json"), testdata(t, "oscal/testdata/nist_low_profile.json")
	count, _ := w.send("oscal", excerpt, "framework=nist", "product=ci")
	if count.New != 10 {
		t.Fatalf("got %+v", count)
	}
	if count, _ = w.send("oscal", excerpt, "framework=nist"); count.Same != 10 {
		t.Errorf("the second time: %+v", count)
	}
	count, rows := w.send("oscal", profile, "framework=low", "catalog=nist")
	if count.New != 10 || count.Skipped != 139 || !strings.Contains(fmt.Sprint(rows), "the catalog nist has no control of this name") {
		t.Errorf("a profile: %+v", count)
	}
	if count, _ = w.send("oscal", profile, "framework=names"); count.New != 149 {
		t.Errorf("a profile by itself: %+v", count)
	}
	page, err := w.room.ControlOf(t.Context(), w.requester, "ci", "low", "ac-2")
	w.ok(err)
	if page.Control.Title != "Account Management" || !strings.HasPrefix(page.Control.Text, "a. Define and document") {
		t.Errorf("got %+v", page.Control)
	}
	shorter := strings.Replace(excerpt, `"id":"ac-7"`, `"id":"ac-99"`, 1)
	count, rows = w.send("oscal", shorter, "framework=nist")
	if count.New != 1 || count.Changed != 1 || count.Same != 9 || !strings.Contains(fmt.Sprint(rows), "does not have it any more") {
		t.Errorf("a newer edition: %+v", count)
	}
	if total := w.product("ci").Frameworks[0].Total; total.Applicable != 10 || total.Unsaid != 10 {
		t.Errorf("what is gone is in a count: %+v", total)
	}
	if _, _, err := w.take("oscal", excerpt+"\n\n"); plumbline.FieldsOf(err)["framework"] == "" {
		t.Errorf("without a name: %v", err)
	}
	if _, _, err := w.take("oscal", testdata(t, "oscal/testdata/ifa_poam.json")+"\n\n"); plumbline.FieldsOf(err)["product"] == "" {
		t.Errorf("without a product: %v", err)
	}
	count, rows = w.send("oscal", testdata(t, "oscal/testdata/ifa_ssp.yaml"), "framework=nist", "product=ci")
	if count.Skipped != 1 || !strings.Contains(rows[0].Reason, "has no control of this name") {
		t.Errorf("a plan about a control that is not there: %+v %+v", count, rows)
	}
	if count, _ = w.send("oscal", testdata(t, "oscal/testdata/ifa_ssp.yaml"), "framework=own", "product=ci"); count.New != 1 {
		t.Errorf("a security plan: %+v", count)
	}
}

// What is in part is not met, what has no evidence is not evidenced, evidence runs out
// with its cadence, and an exception rests a gap and does not close it.
func TestCSV(t *testing.T) {
	w := newWorld(t)
	w.constrain("iso", ci, "framework:iso")
	table := "product,framework,control,state,owner,cadence,passed,evidence,due,exception reason,exception requester,exception approver,exception from,exception until,maps\n" +
		"ci,iso,A.5.1,implemented,platform,P30D,2026-11-10,https://ci.example/1,,,,,,,equal nist ac-1\n" +
		"ci,iso,A.5.2,implemented,platform,P7D,2026-11-10,https://ci.example/2,,,,,,,\n" +
		"ci,iso,A.5.3,implemented,,,,,,,,,,,\n" +
		"ci,iso,A.5.4,partial,mara,,,,2026-12-31,,,,,,\n" +
		"ci,iso,A.5.5,planned,,,,,2026-11-01,old terminals,ines,mara,2026-10-30,2026-12-15,\n" +
		"ci,iso,A.5.6,not applicable,,,,,,,,,,,\n" +
		"nothing,iso,A.5.6,partial,,,,,,,,,,,\n" +
		"ci,iso,A.5.6,partial,,,,,,,,,,,\n" +
		"ci,iso,A.5.7,partial,,,,,12/31/2026,,,,,,\n"
	count, rows := w.send("controls", table)
	if count.New != 6 || count.Skipped != 3 {
		t.Fatalf("got %+v %+v", count, rows)
	}
	for i, want := range map[int]string{6: `There is no product "nothing"`, 7: "the control is in the file twice", 8: `due: "12/31/2026" is not a time`} {
		if rows[i].Line != i+2 || !strings.Contains(rows[i].Reason, want) {
			t.Errorf("got %+v, want %q", rows[i], want)
		}
	}
	p := w.product("ci")
	want := controls.ControlCounts{Applicable: 5, Met: 3, Evidenced: 1, Partial: 1, Resting: 1, NotApply: 1, OldestPassed: w.at("2026-11-10")}
	if diff := cmp.Diff(want, p.Frameworks[0].Total); diff != "" {
		t.Error(diff)
	}
	s := w.stands("iso")
	if s.Status != plumbline.StatusStale || s.Figure("exempt").Text() != "1" || s.Figure("overdue").Text() != "0" || s.Figure("evidenced").Text() != "0.2" {
		t.Errorf("got %s, %s, %+v", s.Status, s.Reason, s.Figures)
	}
	before := w.events()
	if count, _ = w.send("controls", table); count.Same != 6 || w.events() != before {
		t.Errorf("the second time: %+v", count)
	}
	var out bytes.Buffer
	w.ok(w.room.ExportControls(t.Context(), w.requester, "", &out))
	if count, rows = w.send("controls", out.String()); count.Same != 6 || count.Rows() != 6 {
		t.Errorf("our own export: %+v %+v of\n%s", count, rows, out.String())
	}
	other := newWorld(t)
	if count, _ = other.send("controls", out.String()); count.New != 6 {
		t.Errorf("our own export, elsewhere: %+v", count)
	}
	var again bytes.Buffer
	other.ok(other.room.ExportControls(t.Context(), other.requester, "ci", &again))
	if diff := cmp.Diff(out.String(), again.String()); diff != "" {
		t.Error(diff)
	}
	w.now = time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC)
	if total := w.product("ci").Frameworks[0].Total; total.Evidenced != 0 || total.Overdue != 1 || total.Resting != 0 {
		t.Errorf("a month later: %+v", total)
	}
}

func TestPuttingAControl(t *testing.T) {
	w := newWorld(t)
	w.send("oscal", testdata(t, "oscal/testdata/nist_low_excerpt.json"), "framework=nist", "product=ci")
	put := func(who plumbline.Actor, in controls.ControlInput, saw int64) error {
		return w.room.PutControl(t.Context(), who, "ci", "nist", "ac-2", in, saw)
	}
	w.refused(put(w.requester, controls.ControlInput{}, 0), plumbline.Denied, "give evidence")
	w.refused(put(w.visitor, controls.ControlInput{}, 0), plumbline.Unauthenticated, "Sign in")
	w.refused(put(w.pm, controls.ControlInput{State: "done"}, 0), plumbline.Invalid, "state")
	w.refused(put(w.pm, controls.ControlInput{State: plumbline.ControlImplemented, Passed: w.at("2027-01-01")}, 0), plumbline.Invalid, "future")
	w.refused(w.room.PutControl(t.Context(), w.pm, "ci", "nist", "zz-1", controls.ControlInput{}, 0), plumbline.NotFound, "zz-1")
	gap := controls.ControlInput{State: plumbline.ControlPartial, Owner: "platform", Due: w.at("2026-12-31"), Note: "halfway"}
	w.ok(put(w.contributor, gap, 0))
	before := w.events()
	w.ok(put(w.contributor, gap, 1))
	if w.events() != before {
		t.Error("to say the same again is an event")
	}
	w.refused(put(w.contributor, controls.ControlInput{State: plumbline.ControlPlanned}, 7), plumbline.Conflict, "changed meanwhile")
	rests := gap
	rests.Reason, rests.Requester, rests.Until = "old terminals", "ines", w.at("2027-01-31")
	w.refused(put(w.contributor, rests, 1), plumbline.Denied, "approve exceptions")
	rests.Requester = "mara"
	w.refused(put(w.pm, rests, 1), plumbline.Invalid, "somebody other")
	rests.Requester, rests.Until = "ines", w.at("2027-09-01")
	w.refused(put(w.pm, rests, 1), plumbline.Invalid, "90 days")
	rests.Until = w.at("2027-01-31")
	w.ok(put(w.pm, rests, 1))
	w.now = w.now.Add(time.Hour)
	w.ok(put(w.contributor, controls.ControlInput{State: plumbline.ControlImplemented, Passed: w.at("2026-11-22"), Evidence: "https://ci.example/3"}, 2))
	page, err := w.room.ControlOf(t.Context(), w.requester, "ci", "nist", "ac-2")
	w.ok(err)
	if page.Line.State != plumbline.ControlImplemented || page.Line.Due != 0 || page.Line.Opened != 0 || page.Line.GoodUntil != w.at("2027-02-20") || page.Line.Version != 3 {
		t.Errorf("got %+v", page.Line)
	}
	var got []string
	for _, h := range page.History {
		var fields []string
		for _, c := range h.Changes {
			fields = append(fields, c.Field)
		}
		got = append(got, h.By+": "+strings.Join(fields, ", "))
	}
	want := []string{"ines: state, owner, passed, evidence, assessed, opened, due, note, exception", "mara: exception", "ines: state, owner, assessed, opened, due, note"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A constraint of a group is fed by all that is in it; a product that is let go of is
// in no count any more.
func TestGroupsAndLettingGo(t *testing.T) {
	w := newWorld(t)
	w.constrain("all", plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: "platform"}, "")
	for _, p := range []string{"ci", "docs"} {
		w.send("controls", "control,state,passed\nac-1,implemented,2026-11-20\nac-2,partial,\n", "product="+p, "framework=nist")
	}
	if s := w.stands("all"); s.Figure("applicable").Text() != "4" || s.Figure("met").Text() != "2" {
		t.Errorf("got %s %+v", s.Reason, s.Figures)
	}
	w.refused(w.room.LetGoOfFramework(t.Context(), w.contributor, "docs", "nist"), plumbline.Denied, "manage")
	w.ok(w.room.LetGoOfFramework(t.Context(), w.pm, "docs", "nist"))
	before := w.events()
	w.ok(w.room.LetGoOfFramework(t.Context(), w.pm, "docs", "nist"))
	if w.events() != before {
		t.Error("to let go twice is an event")
	}
	if s := w.stands("all"); s.Figure("applicable").Text() != "2" {
		t.Errorf("got %s %+v", s.Reason, s.Figures)
	}
	w.ok(w.room.HoldToFramework(t.Context(), w.pm, "docs", "nist"))
	if s := w.stands("all"); s.Figure("applicable").Text() != "4" {
		t.Errorf("got %s %+v", s.Reason, s.Figures)
	}
	w.refused(w.room.HoldToFramework(t.Context(), w.pm, "docs", "iso"), plumbline.NotFound, "iso")
}

// Lists are paged, and filtered in the database.
func TestLists(t *testing.T) {
	w := newWorld(t)
	w.send("complianceascode", testdata(t, "complianceascode/testdata/nist_ocp4.yml"), "product=ci")
	q, n := controls.ControlQuery{Product: "ci", Framework: "nist_ocp4"}, 0
	seen := map[plumbline.ControlID]bool{}
	for {
		list, err := w.room.ControlsOf(t.Context(), w.requester, q)
		w.ok(err)
		for _, l := range list.Controls {
			if seen[l.Control] {
				t.Errorf("%s is on two pages", l.Control)
			}
			seen[l.Control] = true
		}
		if n++; list.Next == "" {
			break
		}
		q.Cursor = list.Next
	}
	if len(seen) != 922 {
		t.Errorf("%d controls on %d pages", len(seen), n)
	}
	for state, want := range map[string]int{"partial": 3, "unsaid": 0} {
		list, err := w.room.ControlsOf(t.Context(), w.requester, controls.ControlQuery{Product: "ci", Framework: "nist_ocp4", State: state})
		if w.ok(err); len(list.Controls) != want {
			t.Errorf("%s: %d", state, len(list.Controls))
		}
	}
	_, err := w.room.ControlsOf(t.Context(), w.requester, controls.ControlQuery{Product: "ci", Framework: "nist_ocp4", State: "mostly"})
	w.refused(err, plumbline.Invalid, "mostly")
	_, err = w.room.ControlsOf(t.Context(), w.requester, controls.ControlQuery{Product: "ci", Framework: "nist_ocp4", Cursor: "x"})
	w.refused(err, plumbline.Invalid, "cursor")
}

// The number of questions does not depend on how many controls there are.
func TestQueries(t *testing.T) {
	ask := func(rows int) (out []int64) {
		w := newWorld(t)
		table := "control,state,due\n"
		for i := range rows {
			table += fmt.Sprintf("ac-%d,%s,2027-01-01\n", i+1, plumbline.ControlStates[i%6])
		}
		w.send("controls", table, "product=ci", "framework=nist")
		for _, fn := range []func(ctx context.Context) error{
			func(ctx context.Context) error {
				_, err := w.room.ControlsOfProduct(ctx, w.requester, "ci")
				return err
			},
			func(ctx context.Context) error { _, err := w.room.AllControls(ctx, w.requester); return err },
			func(ctx context.Context) error {
				_, err := w.room.ControlsOf(ctx, w.requester, controls.ControlQuery{Product: "ci", Framework: "nist"})
				return err
			},
			func(ctx context.Context) error {
				_, err := w.room.ControlOf(ctx, w.requester, "ci", "nist", "ac-1")
				return err
			},
		} {
			ctx, asked := store.CountQueries(t.Context())
			w.ok(fn(ctx))
			out = append(out, asked.N.Load())
		}
		return out
	}
	few, many := ask(3), ask(900)
	if diff := cmp.Diff(few, many); diff != "" || slices.Max(many) > 8 {
		t.Errorf("%v for 3 controls, %v for 900", few, many)
	}
}

// What an assessment found: NIST's example shows a control that is not satisfied; a
// newer one that it is, for as long as its observations hold. Older results change
// nothing, and what people said of how often evidence is needed stays.
func TestAssessmentResults(t *testing.T) {
	w := newWorld(t)
	w.refused(second(w.take("oscal", testdata(t, "oscal/testdata/ifa_results.yaml"))), plumbline.Invalid, "product")
	count, rows := w.send("oscal", testdata(t, "oscal/testdata/ifa_results.yaml"), "product=ci", "framework=nist")
	if count.New != 1 || rows[0].Line != 133 || rows[0].Ref != "AC-6(1)" {
		t.Fatalf("%+v, %+v", count, rows)
	}
	newer := `{"assessment-results":{"results":[{"uuid":"r","title":"Monthly scan","end":"2026-11-01T00:00:00Z","observations":[{"uuid":"o","collected":"2026-10-31T00:00:00Z","expires":"2026-11-30T00:00:00Z"}],
		"findings":[{"uuid":"f","target":{"target-id":"ac-6.1_obj","status":{"state":"satisfied"}},"related-observations":[{"observation-uuid":"o"}]}]}]}}`
	if count, _ = w.send("oscal", newer, "product=ci", "framework=nist"); count.Changed != 1 {
		t.Fatalf("newer: %+v", count)
	}
	line := func() controls.ControlLine {
		v, err := w.room.ControlOf(t.Context(), w.pm, "ci", "nist", "ac-6.1")
		w.ok(err)
		return v.Line
	}
	if l := line(); l.State != plumbline.ControlImplemented || l.Passed != w.at("2026-10-31") || l.Cadence != "P30D" || l.Evidence != "Monthly scan" || l.GoodUntil != w.at("2026-11-30") {
		t.Errorf("newer: %+v", l)
	}
	before := w.events()
	if count, _ = w.send("oscal", newer, "product=ci", "framework=nist"); count.Same != 1 || w.events() != before {
		t.Errorf("the second time: %+v", count)
	}
	if count, rows = w.send("oscal", testdata(t, "oscal/testdata/ifa_results.yaml"), "product=ci", "framework=nist"); count.Skipped != 1 || !strings.Contains(rows[0].Reason, "older than what is known") {
		t.Errorf("older: %+v, %+v", count, rows)
	}
	again := strings.NewReplacer("2026-11-01", "2026-11-21", "2026-10-31", "2026-11-20", "2026-11-30", "2027-11-20").Replace(newer)
	if count, _ = w.send("oscal", again, "product=ci", "framework=nist"); count.Changed != 1 || line().Cadence != "P30D" {
		t.Errorf("how often evidence is needed: %+v, %q", count, line().Cadence)
	}
}

func second(_ plumbline.ImportCount, _ []plumbline.RowReport, err error) error { return err }
