package limit

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plumbline"
)

var june = plumbline.At(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))

func moment(t testing.TB, text string) plumbline.Time {
	t.Helper()
	m, err := plumbline.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Example 12: 60 thousand saved, 120 thousand in the future, fewer than 5 % of the
// users, one to three months.
func TestCostWork(t *testing.T) {
	for _, c := range []struct {
		work CostWork
		want plumbline.Decimal
	}{
		{CostWork{"60", "120", "0.04", "8"}, "7.25"},
		{CostWork{"9.99", "0", "0.81", "200"}, "0.375"},
		{CostWork{"500", "500", "0", "0.5"}, "10"},
		{CostWork{"10", "25", "0.05", "1"}, "4.75"},
		{CostWork{"60", "120", "", "8"}, ""},
	} {
		if got := c.work.Score().Decimal(); got != c.want {
			t.Errorf("%v: got %q, want %q", c.work, got, c.want)
		}
	}
}

// The sixteen rows of the directive.
func TestDirective(t *testing.T) {
	const forensic = 100    // added to the days
	rows := map[string]int{ // kev, exposed, automatable, total
		"1111": 3 + forensic, "1101": 3 + forensic, "1011": 3 + forensic, "1110": 3,
		"1000": 14, "1100": 14, "1010": 14, "1001": 14,
		"0111": 3, "0110": 14, "0101": 14, "0100": 60, "0010": 60, "0011": 60, "0001": 0, "0000": 0,
	}
	if len(rows) != 16 {
		t.Fatal("not sixteen rows")
	}
	for row, want := range rows {
		days, check := bodDays(row[0] == '1', row[1] == '1', row[2] == '1', row[3] == '1')
		if check {
			days += forensic
		}
		if days != want {
			t.Errorf("%s: got %d, want %d", row, days, want)
		}
	}
}

func TestDeadlines(t *testing.T) {
	day0 := moment(t, "2026-03-01")
	kevFinding := Finding{Detected: moment(t, "2025-08-20"), CVSS: "8.1", KEVAdded: moment(t, "2025-08-25"), KEVDue: moment(t, "2025-09-15"), Impact: "partial"}
	for _, c := range []struct {
		name    string
		f       Finding
		presets []string
		want    string
	}{
		{"example 7", kevFinding, Presets[:], "fix bod-26-04 2025-09-03, fix kev-due-date 2025-09-15, fix severity-30-90-180 2025-09-19, evaluate fedramp-vdr-class-c 2025-08-25"},
		{"critical", Finding{Detected: day0, CVSS: "9.0"}, []string{BySeverity}, "mitigate severity-30-90-180 2026-03-02, fix severity-30-90-180 2026-03-31"},
		{"mitigated", Finding{Detected: day0, Mitigated: day0, CVSS: "9.0"}, []string{BySeverity}, "fix severity-30-90-180 2026-03-31"},
		{"medium", Finding{Detected: day0, CVSS: "6.9"}, []string{BySeverity}, "fix severity-30-90-180 2026-05-30"},
		{"low", Finding{Detected: day0, CVSS: "3.9"}, []string{BySeverity}, "fix severity-30-90-180 2026-08-28"},
		{"no score", Finding{Detected: day0}, []string{BySeverity}, ""},
		{"next upgrade", Finding{Detected: day0, Impact: "partial"}, []string{ByBOD}, ""},
		{"not known counts as total", Finding{Detected: day0, Exposed: true}, []string{ByBOD}, "fix bod-26-04 2026-03-15"},
		{"reachable, the highest", Finding{Evaluated: day0, Level: 5, Reach: "reachable"}, []string{ByVDR}, "fix fedramp-vdr-class-c 2026-03-03"},
		{"unlikely, the lowest", Finding{Evaluated: day0, Level: 2, Reach: "unlikely"}, []string{ByVDR}, "fix fedramp-vdr-class-c 2026-09-09"},
		{"not enabled", kevFinding, nil, ""},
	} {
		deadlines := c.f.Deadlines(c.presets...)
		if !slices.IsSortedFunc(deadlines, func(a, b Deadline) int { return int(a.Due - b.Due) }) {
			t.Errorf("%s: not in order", c.name)
		}
		var got, want []string
		for _, d := range deadlines {
			got = append(got, d.What+" "+d.Preset+" "+date(d.Due))
		}
		if c.want != "" {
			want = strings.Split(c.want, ", ")
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", c.name, got, want)
		}
	}
}

// Every default policy begins in some story, and what it starts and ends on is
// read.
func TestDefaults(t *testing.T) {
	b := Defaults()
	if b.Version != "2026" || len(b.Policies) < 16 {
		t.Errorf("got version %q and %d policies", b.Version, len(b.Policies))
	}
	for _, p := range b.Policies {
		if p.Source == "" || len(p.start) == 0 || len(p.Then) == 0 {
			t.Errorf("%s: %+v", p.ID, p)
		}
	}
}

func TestAboveEndsInCircles(t *testing.T) {
	group := func(n string) plumbline.Scope { return plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: n} }
	ci := plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}
	g := Groups{group("a"): {ci, group("b")}, group("b"): {group("a")}}
	want := []plumbline.Scope{ci, group("a"), group("b")}
	if got := g.Above(ci); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestChanged(t *testing.T) {
	before := Trail{Firing: []Firing{{Policy: "a"}, {Policy: "b"}, {Policy: "c", Over: true}}}
	after := Trail{Firing: []Firing{{Policy: "b"}, {Policy: "d"}, {Policy: "a", Over: true}}}
	fired, lifted := Changed(before, after)
	if !slices.Equal(fired, []string{"d"}) || !slices.Equal(lifted, []string{"a"}) {
		t.Errorf("got %v and %v", fired, lifted)
	}
}

func TestPressure(t *testing.T) {
	for _, c := range []struct {
		h    Number
		want plumbline.Decimal
	}{{whole(1), "0"}, {ratio(1, 2), "0"}, {ratio(1, 4), "0.5"}, {whole(0), "1"}, {whole(-3), "1"}} {
		s := Standing{Status: plumbline.StatusMet, Headroom: c.h}
		if got := s.Pressure().Decimal(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.h.Text(), got, c.want)
		}
	}
	stale := Standing{Status: plumbline.StatusStale, Headroom: whole(-1)}
	if got := stale.Pressure().Decimal(); got != "0" {
		t.Errorf("stale pushes by %s", got)
	}
}

// anyConstraint draws a constraint of a kind.
func anyConstraint(t *rapid.T) plumbline.Constraint {
	k := plumbline.Constraint{
		ID: "c", Kind: rapid.SampledFrom(plumbline.ConstraintKinds[:]).Draw(t, "kind"), Scope: plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"},
		Window: plumbline.Window{Days: 28}, Objective: "0.99", Hard: rapid.Bool().Draw(t, "hard"), Cycle: rapid.SampledFrom([]time.Duration{0, 9 * day}).Draw(t, "cycle"),
	}
	switch k.Kind {
	case plumbline.Cost:
		k.Window, k.Objective, k.Currency, k.Basis = plumbline.Window{Calendar: plumbline.WindowMonth}, "3000", "EUR", plumbline.Billed
	case plumbline.Commitment:
		k.Opened, k.Due = june.Add(-90*day), june.Add(30*day)
	case plumbline.Capacity:
		k.Objective = ""
	}
	return k
}

// anyEvidence draws observations of the last two months.
func anyEvidence(t *rapid.T, most int) []plumbline.Observation {
	out := make([]plumbline.Observation, rapid.IntRange(0, most).Draw(t, "observations"))
	for i := range out {
		to := june.Add(-time.Duration(rapid.IntRange(0, 60).Draw(t, "age")) * day)
		o := &out[i]
		*o = plumbline.Observation{
			ID: fmt.Sprintf("o%d", i), To: to, From: to.Add(-time.Duration(rapid.SampledFrom([]int{1, 1, 1, 7, 28}).Draw(t, "days")) * day), At: to,
			Total: "100000", Amount: plumbline.Decimal(fmt.Sprint(rapid.IntRange(0, 300).Draw(t, "amount"))), Bad: plumbline.Decimal(fmt.Sprint(rapid.IntRange(0, 3000).Draw(t, "bad"))),
			Subject:  rapid.SampledFrom([]string{"", "", "", "a", "b"}).Draw(t, "subject"),
			State:    rapid.SampledFrom([]string{"", "open", "met", "closed"}).Draw(t, "state"),
			Due:      to.Add(time.Duration(rapid.IntRange(-10, 90).Draw(t, "due")) * day),
			Forecast: to.Add(time.Duration(rapid.IntRange(-10, 150).Draw(t, "forecast")) * day),
		}
	}
	return out
}

// Evidence in another order is the same evidence, to the byte, and so is judging
// twice.
func TestSameInputSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Case{Constraint: anyConstraint(t)}
		list := anyEvidence(t, 12)
		c.Evidence = Order(list)
		first, err := json.Marshal(Defaults().Replay(c, june))
		if err != nil {
			t.Fatal(err)
		}
		shuffled := slices.Clone(list)
		rand.New(rand.NewPCG(1, uint64(len(list)))).Shuffle(len(list), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		c.Evidence = Order(shuffled)
		second, _ := json.Marshal(Defaults().Replay(c, june))
		if string(first) != string(second) {
			t.Fatalf("got\n%s\n%s", first, second)
		}
	})
}

// What is unknown, stale or exempt refuses nothing and forces nothing, and is not
// met; what is soft refuses nothing; and whatever is breached has no headroom, or
// had none before.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Case{Constraint: anyConstraint(t), Evidence: Order(anyEvidence(t, 12))}
		if rapid.Bool().Draw(t, "excepted") {
			c.Exceptions = []plumbline.Exception{{Constraint: "c", Reason: "r", Requester: "a", Approvers: []plumbline.PersonID{"b"}, From: june.Add(-day), Until: june.Add(30 * day)}}
		}
		now := june.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "later")) * day)
		s := Defaults().Replay(c, now)
		asks := 0
		for _, e := range s.Effects {
			if e.Force > plumbline.RequireReview && !s.judged() {
				t.Fatalf("%s, and %s", s.Status, e.Force)
			}
			if e.Force == plumbline.Restrict && !c.Constraint.Hard {
				t.Fatal("a soft constraint restricts")
			}
			if e.Force == plumbline.RequireReview {
				asks++
			}
		}
		if !s.judged() && (asks == 0 || s.Forced) {
			t.Fatalf("%s, forced %v, and %d ask for a review", s.Status, s.Forced, asks)
		}
		for _, work := range plumbline.WorkTypes {
			g := (Groups)(nil).Pass(c.Constraint.Scope, work, []Standing{s})
			if g.Result == Blocked && (s.Status != plumbline.StatusBreached && s.Status != plumbline.StatusAtRisk && s.Status != plumbline.StatusMet) {
				t.Fatalf("%s blocks %s", s.Status, work)
			}
		}
		over := s.Headroom.Known() && s.Headroom.Sign() < 0
		if s.Status == plumbline.StatusMet && over || s.Status == plumbline.StatusBreached && !over && !s.Trail.Breached {
			t.Fatalf("%s with headroom %s", s.Status, s.Headroom.Decimal())
		}
		if s.Reason == "" {
			t.Fatal("no reason")
		}
	})
}

// Good events that are added never lower the headroom of an error budget, and bad
// ones never raise it.
func TestMoreGoodNeverWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := anyConstraint(t)
		k.Kind, k.Objective, k.Window = plumbline.Reliability, "0.99", plumbline.Window{Days: 28}
		var list []plumbline.Observation
		for d := range 27 {
			to := june.Add(-time.Duration(d+1) * day)
			if rapid.Bool().Draw(t, "there") {
				list = append(list, plumbline.Observation{ID: fmt.Sprint(d), From: to.Add(-day), To: to, At: to, Total: "5000", Bad: plumbline.Decimal(fmt.Sprint(rapid.IntRange(0, 200).Draw(t, "bad")))})
			}
		}
		more := plumbline.Observation{ID: "more", From: june.Add(-day), To: june, At: june, Total: "5000", Bad: "0"}
		before := Defaults().Judge(Case{Constraint: k, Evidence: Order(list)}, june)
		better := Defaults().Judge(Case{Constraint: k, Evidence: Order(append(slices.Clone(list), more))}, june)
		more.Bad = "5000"
		worse := Defaults().Judge(Case{Constraint: k, Evidence: Order(append(slices.Clone(list), more))}, june)
		if !before.Headroom.Known() {
			return
		}
		if better.Headroom.Cmp(before.Headroom) < 0 || worse.Headroom.Cmp(before.Headroom) > 0 {
			t.Fatalf("%s, with good events %s, with bad ones %s", before.Headroom.Decimal(), better.Headroom.Decimal(), worse.Headroom.Decimal())
		}
	})
}

// Exact sums: a tenth, a million times, in any form.
func TestSums(t *testing.T) {
	var s sum
	for range 1_000_000 {
		s.add(quantOf("0.1"))
	}
	s.add(quantOf("0.00000000000000000001"))
	s.add(quantOf("9000000000000"))
	s.add(quantOf("900000000000"))
	s.add(quantOf("-9900000000000"))
	if got := s.number().Decimal(); got != "100000.00000000000000000001" {
		t.Errorf("got %s", got)
	}
	var big sum
	for range 30 {
		big.add(quantOf("900000000000"))
	}
	if got := big.number().Decimal(); got != "27000000000000" {
		t.Errorf("got %s", got)
	}
}
