package demo_test

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/demo"
	"plumbline/internal/demo/digest"
)

func load(t testing.TB) (demo.Organisation, demo.Report) {
	t.Helper()
	org, rep, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	return org, rep
}

// What the demo holds. Run with -v to read the report.
func TestWhatItHolds(t *testing.T) {
	org, rep := load(t)
	t.Log("\n" + rep.String())
	want := map[plumbline.State]int{
		"workflow::validation backlog": 44, "workflow::problem validation": 17, "workflow::solution validation": 3,
		"workflow::declined": 2, "workflow::later": 1, "workflow::redirected": 2, "workflow::withdrawn": 1,
		"workflow-infra::Triage": 23, "workflow-infra::Triage-estimating": 1, "workflow-infra::Needs More Info": 2, "workflow-infra::Proposal": 1,
		"workflow-infra::backlog": 35, "workflow-infra::Ready": 38, "workflow-infra::In Progress": 19, "workflow-infra::Under Review": 29,
		"workflow-infra::Verify": 65, "workflow-infra::Waiting": 1, "workflow-infra::Blocked": 1, "workflow-infra::Stalled": 70, "workflow-infra::Escalated": 1,
		"workflow-infra::Done": 292, "workflow-infra::Cancelled": 16,
		"question::received": 1, "question::answered": 1, "question::closed": 1,
		"incident::declared": 1, "incident::mitigated": 1, "incident::reviewed": 1,
		"change::scheduled": 1, "change::in-progress": 1, "change::complete": 1,
	}
	if diff := gocmp.Diff(want, rep.States); diff != "" {
		t.Errorf("items by state (-want +got):\n%s", diff)
	}
	got := map[string]int{
		"from proposals": rep.Real, "made up": rep.Made, "open": rep.Open, "inbox": rep.Inbox, "teams": len(org.Teams), "products": len(org.Products),
		"accounts": len(org.Accounts), "people to sign in as": 0, "people known from GitHub": 0,
	}
	for _, p := range org.People {
		if p.External {
			got["people known from GitHub"]++
		} else {
			got["people to sign in as"]++
		}
	}
	for _, it := range org.Items {
		got["demands"] += len(it.Demands)
		got["evidence"] += len(it.Evidence)
		got["comments"] += len(it.Comments)
		got["steps"] += len(it.History)
		if it.Decision != nil {
			got["decisions"]++
		}
	}
	wantCount := map[string]int{
		"from proposals": 654, "made up": 19, "open": 357, "inbox": 13, "teams": 34, "products": 87, "accounts": 8, "people to sign in as": 4,
		"people known from GitHub": 336, "demands": 44, "evidence": 61, "comments": 32, "steps": 4372, "decisions": 602,
	}
	if diff := gocmp.Diff(wantCount, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func TestAlwaysTheSame(t *testing.T) {
	a, repA := load(t)
	b, repB := load(t)
	if !reflect.DeepEqual(a, b) || !reflect.DeepEqual(repA, repB) {
		t.Error("two loads differ")
	}
}

// Whatever is loaded must be storable: valid, and complete in itself.
func TestEverythingIsValid(t *testing.T) {
	org, _ := load(t)
	ids := ids{t: t, seen: map[string]string{}}
	teams, products, accounts, people := map[plumbline.TeamRef]bool{}, map[plumbline.ProductRef]bool{}, map[plumbline.AccountRef]bool{}, map[plumbline.PersonID]bool{}
	handles := map[string]bool{}
	for _, x := range org.Teams {
		valid(t, string(x.Ref), x.Validate(), teams[x.Ref])
		teams[x.Ref] = true
	}
	for _, x := range org.Products {
		valid(t, string(x.Ref), x.Validate(), products[x.Ref])
		products[x.Ref] = true
	}
	for _, x := range org.Accounts {
		valid(t, string(x.Ref), x.Validate(), accounts[x.Ref])
		accounts[x.Ref] = true
	}
	for _, x := range org.People {
		valid(t, x.Handle, x.Validate(), handles[x.Handle])
		ids.add(string(x.ID), x.Handle)
		handles[x.Handle], people[x.ID] = true, true
		if x.Team != "" && !teams[x.Team] {
			t.Errorf("%s is in the team %s, which is not there", x.Handle, x.Team)
		}
	}
	for _, it := range org.Items {
		name := it.Item.Title
		valid(t, name, it.Item.Validate(), false)
		ids.add(string(it.Item.ID), name)
		if !teams[it.Item.Team] || it.Item.Product != "" && !products[it.Item.Product] || !people[it.Item.Requester] {
			t.Errorf("%s: team %q, product %q or requester is not there", name, it.Item.Team, it.Item.Product)
		}
		for _, d := range it.Demands {
			valid(t, name, d.Validate(), false)
			ids.add(d.ID, name)
			if d.Item != it.Item.ID || !people[d.By] || d.Team != "" && !teams[d.Team] || d.Account != "" && !accounts[d.Account] {
				t.Errorf("%s: a demand names what is not there", name)
			}
		}
		for _, e := range it.Evidence {
			valid(t, name, e.Validate(), e.Item != it.Item.ID || !people[e.By])
			ids.add(e.ID, name)
		}
		for _, c := range it.Comments {
			valid(t, name, c.Validate(), c.Item != it.Item.ID || !people[c.By])
			ids.add(c.ID, name)
		}
		if d := it.Decision; d != nil {
			valid(t, name, d.Validate(), d.Item != it.Item.ID || !people[d.By] || !teams[d.Team])
			ids.add(d.ID, name)
		}
		for _, w := range it.Watchers {
			if !people[w] {
				t.Errorf("%s: a watcher is not there", name)
			}
		}
	}
}

func valid(t *testing.T, name string, err error, broken bool) {
	t.Helper()
	if err != nil || broken {
		t.Errorf("%s: %v, repeated or wrongly connected: %v", name, err, broken)
	}
}

// ids checks that identities are UUIDv7 and stand for one thing each.
type ids struct {
	t    *testing.T
	seen map[string]string
}

var uuid7 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func (s ids) add(id, name string) {
	s.t.Helper()
	if other, again := s.seen[id]; again || !uuid7.MatchString(id) {
		s.t.Errorf("%s: the id %q is no UUIDv7 or is that of %s", name, id, other)
	}
	s.seen[id] = name
}

// A history is told in order, within the time of the data, and ends where the
// item stands.
func TestHistoriesEndWhereTheItemStands(t *testing.T) {
	org, _ := load(t)
	checkHistories(t, org)
}

// Loaded later, what is made up is as recent as before, and what is real has not
// moved.
func TestLoadedLater(t *testing.T) {
	now := plumbline.At(time.Date(2027, 3, 4, 15, 6, 7, 0, time.UTC))
	org, _ := load(t)
	later, _, err := demo.LoadAt(now)
	if err != nil {
		t.Fatal(err)
	}
	checkHistories(t, later)
	if want := plumbline.At(time.Date(2027, 3, 4, 0, 0, 0, 0, time.UTC)); later.AsOf != want {
		t.Errorf("as of %v", later.AsOf.Std())
	}
	shift := later.AsOf - org.AsOf
	before := map[string]demo.Item{} // by what does not move: the address, or the title of what has none
	for _, it := range org.Items {
		before[cmp.Or(it.Item.URL, it.Item.Title)] = it
	}
	for _, it := range later.Items {
		old, made := before[cmp.Or(it.Item.URL, it.Item.Title)], slices.Contains(it.Invented, "all")
		if !made && (it.Item.ID != old.Item.ID || !reflect.DeepEqual(it.History, old.History)) {
			t.Errorf("%s: the real history has changed", it.Item.Title)
		}
		if made && it.Item.Created != old.Item.Created+shift {
			t.Errorf("%s: created %v", it.Item.Title, it.Item.Created.Std())
		}
	}
	early, _, err := demo.LoadAt(1)
	if err != nil || !reflect.DeepEqual(early, org) {
		t.Errorf("before the end of the data it is as of that end: %v", err)
	}
}

func checkHistories(t *testing.T, org demo.Organisation) {
	t.Helper()
	for _, it := range org.Items {
		name := it.Item.Title
		if len(it.History) == 0 || it.History[0].What != demo.Filed || it.History[0].At != it.Item.Created {
			t.Fatalf("%s: the history does not begin with the filing: %+v", name, it.History)
		}
		at := map[string]plumbline.State{}
		last := it.Item.Created
		for _, s := range it.History {
			if s.At < last || s.At > org.AsOf || s.By == "" || s.From == s.To {
				t.Errorf("%s: step %+v after %v", name, s, last.Std())
			}
			last = s.At
			if s.What != demo.Filed && s.What != demo.Moved {
				continue
			}
			if at[plumbline.State(s.To).Lane()] != plumbline.State(s.From) {
				t.Errorf("%s: moves from %q, but stands at %v", name, s.From, at)
			}
			at[plumbline.State(s.To).Lane()] = plumbline.State(s.To)
		}
		got := map[string]plumbline.State{}
		for l, p := range it.Item.States {
			got[l] = p.State
			if p.Since < it.Item.Created || p.Since > org.AsOf {
				t.Errorf("%s: in %s since %v", name, p.State, p.Since.Std())
			}
		}
		if !maps.Equal(at, got) {
			t.Errorf("%s: the history ends at %v, the item stands at %v", name, at, got)
		}
		checkItemTimes(t, org.AsOf, it)
	}
}

func checkItemTimes(t *testing.T, asOf plumbline.Time, it demo.Item) {
	t.Helper()
	i := it.Item
	if p := i.States[i.State.Lane()]; p.State != i.State || p.Since != i.Since {
		t.Errorf("%s: leads with %s since %v, stands at %v", i.Title, i.State, i.Since, i.States)
	}
	if i.Created == 0 || i.Updated < i.Created || i.Updated > asOf || i.Closed != 0 && (i.Closed < i.Created || i.Closed > i.Updated) || i.Version < 1 {
		t.Errorf("%s: created %v, updated %v, closed %v, version %d", i.Title, i.Created.Std(), i.Updated.Std(), i.Closed.Std(), i.Version)
	}
	within := func(what string, at plumbline.Time) {
		if at < i.Created || at > i.Updated {
			t.Errorf("%s: %s at %v, created %v, updated %v", i.Title, what, at.Std(), i.Created.Std(), i.Updated.Std())
		}
	}
	for _, d := range it.Demands {
		within("a demand", d.At)
	}
	for _, c := range it.Comments {
		within("a comment", c.At)
	}
	for _, e := range it.Evidence {
		within("evidence", e.At)
		if e.Observed == 0 || e.Observed > e.At {
			t.Errorf("%s: evidence observed %v, attached %v", i.Title, e.Observed.Std(), e.At.Std())
		}
	}
	if it.Decision != nil {
		within("a decision", it.Decision.At)
	}
}

// One real history, checked against the repository's: the longest way a
// proposal has gone.
func TestARealHistory(t *testing.T) {
	org, _ := load(t)
	i := slices.IndexFunc(org.Items, func(it demo.Item) bool { return it.Item.Title == "In-place Update of Pod Resources" })
	var got []string
	for _, s := range org.Items[i].History {
		got = append(got, fmt.Sprintf("%s %s %s: %s → %s", s.At.Std().Format("2006-01-02"), s.By, s.What, s.From, s.To))
	}
	want := []string{
		"2018-11-06 kgolab filed:  → workflow::problem validation",
		"2020-12-17 kubernetes/enhancements moved: workflow::problem validation → workflow::handed off",
		"2020-12-17 kubernetes/enhancements moved:  → workflow-infra::Triage",
		"2021-05-05 kubernetes/enhancements staged:  → alpha",
		"2021-05-05 kubernetes/enhancements moved: workflow-infra::Triage → workflow-infra::In Progress",
		"2021-05-13 kubernetes/enhancements retargeted:  → v1.22",
		"2021-09-07 kubernetes/enhancements retargeted: v1.22 → v1.23",
		"2022-01-25 kubernetes/enhancements retargeted: v1.23 → v1.24",
		"2022-05-31 kubernetes/enhancements retargeted: v1.24 → v1.25",
		"2022-08-22 kubernetes/enhancements retargeted: v1.25 → v1.26",
		"2023-01-17 kubernetes/enhancements retargeted: v1.26 → v1.27",
		"2023-06-13 kubernetes/enhancements retargeted: v1.27 → v1.28",
		"2023-10-05 kubernetes/enhancements retargeted: v1.28 → v1.29",
		"2024-02-03 kubernetes/enhancements retargeted: v1.29 → v1.30",
		"2024-10-10 kubernetes/enhancements retargeted: v1.30 → v1.32",
		"2024-10-10 kubernetes/enhancements staged: alpha → beta",
		"2024-10-10 kubernetes/enhancements moved: workflow-infra::In Progress → workflow-infra::Under Review",
		"2025-02-13 kubernetes/enhancements retargeted: v1.32 → v1.33",
		"2025-06-18 kubernetes/enhancements retargeted: v1.33 → v1.34",
		"2025-10-16 kubernetes/enhancements retargeted: v1.34 → v1.35",
		"2025-10-16 kubernetes/enhancements staged: beta → stable",
		"2025-10-16 kubernetes/enhancements moved: workflow-infra::Under Review → workflow-infra::Verify",
		"2026-01-16 kubernetes/enhancements moved: workflow-infra::Verify → workflow-infra::Done",
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Whoever reads the demo can tell what is true from what is not.
func TestWhatIsInventedSaysSo(t *testing.T) {
	org, _ := load(t)
	marked := func(name, what, text string) {
		if !strings.HasSuffix(text, demo.InventedMark) {
			t.Errorf("%s: %s is made up and does not say so: %q", name, what, text)
		}
	}
	for _, p := range org.People {
		if !p.External && !strings.HasSuffix(p.Email, ".example") || p.External && (p.Email != "" || p.Handle != "github:"+strings.ToLower(p.Name)) {
			t.Errorf("%s: %+v", p.Handle, p)
		}
	}
	for _, p := range org.Products {
		if p.Kind == "process" {
			marked(p.Name, "a process", p.Description)
		}
	}
	for _, a := range org.Accounts {
		if !a.Invented || !strings.HasSuffix(a.Name.Keep(), "(invented)") {
			t.Errorf("the account %s does not say that it is made up", a.Ref)
		}
	}
	for _, it := range org.Items {
		name, made := it.Item.Title, slices.Contains(it.Invented, "all")
		if made {
			marked(name, "the item", it.Item.Body)
			if it.Item.Source != "demo: invented" || !slices.Contains(it.Item.Labels, "invented") || it.Item.URL != "" {
				t.Errorf("%s: source %q, labels %v", name, it.Item.Source, it.Item.Labels)
			}
		} else if it.Item.Source != "demo: kubernetes/enhancements" || !strings.HasPrefix(it.Item.URL, "https://github.com/kubernetes/enhancements/tree/master/keps/") {
			t.Errorf("%s: source %q, address %q", name, it.Item.Source, it.Item.URL)
		}
		has := map[string]bool{"decision": it.Decision != nil, "demands": len(it.Demands) > 0, "evidence": len(it.Evidence) > 0, "comments": len(it.Comments) > 0, "watchers": len(it.Watchers) > 0}
		for f := range it.Item.Fields {
			has[f] = true
		}
		for part, there := range has {
			if there && !made && (!slices.Contains(it.Invented, part) || !strings.Contains(it.Item.Body, "Invented for the demo: ") || !strings.Contains(it.Item.Body, part)) {
				t.Errorf("%s: %s is made up and the body does not say so", name, part)
			}
		}
		for _, d := range it.Demands {
			marked(name, "a demand", d.Note.Keep())
			if !d.Invented {
				t.Errorf("%s: a demand is not marked", name)
			}
		}
		for _, e := range it.Evidence {
			marked(name, "evidence", e.Text)
		}
		for _, c := range it.Comments {
			marked(name, "a comment", c.Body)
		}
		if it.Decision != nil {
			marked(name, "a decision", string(it.Decision.Sentence))
			if it.Decision.Reason != "" {
				marked(name, "a reason", it.Decision.Reason)
			}
		}
		if s := it.Item.Fields["statement"]; s != "" {
			marked(name, "a statement", s)
		}
		for _, s := range it.History {
			if !made && s.Source == "" || made && s.Source != "" {
				t.Errorf("%s: step %+v", name, s)
			}
		}
	}
}

// Customers' names stay out of everything that others than cleared people read.
func TestCustomersAreNotNamed(t *testing.T) {
	org, _ := load(t)
	accounts := org.Accounts
	org.Accounts = nil
	text, err := json.Marshal(org)
	if err != nil {
		t.Fatal(err)
	}
	low := strings.ToLower(string(text))
	for _, a := range accounts {
		for word := range strings.FieldsSeq(strings.TrimSuffix(a.Name.Keep(), " (invented)")) {
			if len(word) > 5 && strings.Contains(low, strings.ToLower(word)) && !slices.Contains([]string{"research", "clinics", "savings"}, strings.ToLower(word)) {
				t.Errorf("%q of the account %s is readable", word, a.Ref)
			}
		}
	}
	for _, secret := range []string{"310000", "1240000", "technical evaluation", "4,000-service"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%q is readable", secret)
		}
	}
}

func TestPeopleToSignInAs(t *testing.T) {
	org, _ := load(t)
	var got []string
	for _, p := range org.People[:4] {
		got = append(got, fmt.Sprintf("%s %s cleared=%v team=%s", p.Handle, p.Role, p.Cleared, p.Team))
	}
	want := []string{"mara pm cleared=true team=", "jonas requester cleared=false team=", "ines contributor cleared=false team=sig-node", "avery admin cleared=false team="}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestNoticeNamesTheSources(t *testing.T) {
	for _, want := range []string{"kubernetes/enhancements", "64765b4b0238", "giantswarm/backstage-catalogs", "ff2061a22ea1", "Apache License, Version 2.0", "members of\n  groups were removed"} {
		if !strings.Contains(demo.Notice(), want) {
			t.Errorf("the notice does not say %q", want)
		}
	}
	if !strings.Contains(demo.License(), "Apache License") {
		t.Error("the licence is missing")
	}
}

// The demo starts with the program, so loading it must not be felt: it is held
// to a few times what reading its data alone takes here and now (35 ms and
// 15 ms on an idle core).
func TestLoadIsQuick(t *testing.T) {
	packed, err := os.ReadFile("digest.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	best := func(do func() error) time.Duration {
		out := time.Hour
		for range 5 {
			begin := time.Now()
			if err := do(); err != nil {
				t.Fatal(err)
			}
			out = min(out, time.Since(begin))
		}
		return out
	}
	read := best(func() error { _, err := digest.Read(packed); return err })
	all := best(func() error { _, _, err := demo.Load(); return err })
	t.Logf("loaded in %v; reading alone takes %v", all, read)
	if all > 8*read {
		t.Errorf("loading takes %v, reading alone %v", all, read)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b)
	}
}

// The incidents and tickets that are made up say so, and nothing of them is in the
// future.
func TestOutagesAndTickets(t *testing.T) {
	now := plumbline.At(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC))
	for _, o := range demo.Outages(now) {
		for _, a := range o.Alarms {
			if a.Text != demo.InventedMark || a.Started > now || a.Ended > now || a.Ended != 0 && a.Ended < a.Started {
				t.Errorf("%+v", a)
			}
		}
	}
	rows, err := csv.NewReader(bytes.NewReader(demo.Tickets(now))).ReadAll()
	if err != nil || len(rows) < 200 {
		t.Fatal(len(rows), err)
	}
	for _, row := range rows[1:] {
		for _, cell := range row[1:4] {
			at, err := plumbline.ParseTime(cell)
			if err != nil || at > now {
				t.Errorf("%v: %v", row, err)
			}
		}
	}
	if !bytes.Equal(demo.Tickets(now), demo.Tickets(now)) {
		t.Error("tickets of one moment differ")
	}
}

func TestTheLimitsAreValidAndSayThatTheyAreInvented(t *testing.T) {
	asOf := plumbline.At(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	kinds := map[plumbline.ConstraintKind]bool{}
	for _, tale := range demo.Limits(asOf) {
		k := tale.Constraint
		kinds[k.Kind] = true
		if err := k.Validate(); err != nil {
			t.Errorf("%s: %v", k.ID, err)
		}
		before := tale.Put
		for _, o := range tale.Told {
			if err := o.Validate(); err != nil {
				t.Errorf("%s: %v", k.ID, err)
			}
			if o.At < before || o.At > asOf {
				t.Errorf("%s: something was told at %v, after %v", k.ID, o.At.Std(), before.Std())
			}
			before = o.At
			if o.Source != "demo: invented" || o.Quality != plumbline.ByEstimate {
				t.Errorf("%s: %+v is made up and does not say so", k.ID, o)
			}
		}
		if x := tale.Exemption; x != nil && (!strings.HasSuffix(x.Reason, demo.InventedMark) || x.By == x.From || x.Approved < x.Asked || x.Until.Sub(x.Approved) > plumbline.MaxException) {
			t.Errorf("%s: %+v", k.ID, x)
		}
	}
	if len(kinds) != len(plumbline.ConstraintKinds) {
		t.Errorf("only the kinds %v are there", kinds)
	}
}
