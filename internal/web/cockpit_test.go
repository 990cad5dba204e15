package web_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/standing"
)

// The cockpit says first what it shows; what needs somebody comes before the rest,
// and each cell leads to its limit.
func TestCockpit(t *testing.T) {
	s := demoSite(t)
	stands, err := s.app.Cockpit(t.Context(), s.actor("mara"), standing.CockpitQuery{})
	if err != nil {
		t.Fatal(err)
	}
	all := 0
	for _, n := range stands.Counts {
		all += n
	}
	finding := fmt.Sprintf("%d of %d limits are broken", stands.Counts[plumbline.StatusBreached], all)
	a := s.as("mara").get("/cockpit", 200)
	a.has(t, finding, "What needs somebody", "Nobody works on it.", "from group system.control-plane", `href="/constraints/api-availability"`, "overspent by 7.2 %", "last known: ", "since 2021-12-24")
	needs, table := strings.Index(a.body, `id="needs"`), strings.Index(a.body, "the worst first")
	if needs < 0 || table < needs {
		t.Errorf("what needs somebody stands at %d, the table at %d", needs, table)
	}
	first := regexp.MustCompile(`(?s)<tbody.*?</tr>`).FindString(a.body)
	if !strings.Contains(first, "kube-apiserver") || strings.Count(first, "Breached") != 3 {
		t.Errorf("the product with the most broken limits is not the first: %s", first)
	}
	only := s.as("mara").get("/cockpit?status=exempt", 200)
	only.has(t, "flux-app", "Exempt", finding, `aria-current="true"`)
	only.lacks(t, "fluent-logshipping-app")
	group := s.as("mara").get("/cockpit?group=system.control-plane&kind=capacity", 200)
	group.has(t, "The limit is not broken; Storage of the clusters&#39; state of system.control-plane is likely to be full on", "kube-scheduler")
	group.lacks(t, "coredns-app")
	emptySite(t).setUp("ada").get("/cockpit", 200).has(t, "No limits yet", "/help/limits")
}

// A breach is one sentence; under it stand its figures and its evidence, and each
// piece leads to the line of its file.
func TestAConstraintExplainsItself(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	a := v.get("/constraints/findings-fluent-logshipping", 200)
	a.has(t, "1 finding is overdue; the first, CVE-2021-44228", "Nobody works on it", "Overdue and critical", "Forces work", "Mending it comes first.", "How it stood before", "Mending takes")
	line := regexp.MustCompile(`href="(/evidence/[0-9a-f]+\?line=\d+)#line"`).FindStringSubmatch(a.body)
	if line == nil {
		t.Fatal("no piece of evidence leads to a line of a file")
	}
	v.get(line[1], 200).has(t, "CVE-2021-44228")
	v.get("/constraints/cost-kube-apiserver", 200).has(t, "11.00 USD (billed)", "charges of 2026-", "Likely at the end")
	v.get("/constraints/cost-control-plane", 200).has(t, "Holds for its members", "/products/kube-scheduler")
	v.get("/constraints/promise-new-minor", 200).has(t, "The work that moves it", `href="/items/`, "promised for 2026-")
	v.get("/constraints/findings-flux", 200).has(t, "Exempt until")
}

// What our products cost is for those who may read it: others learn how a budget
// stands, and no amount.
func TestAmountsOfLimitsAreWithheld(t *testing.T) {
	s := demoSite(t)
	amount := regexp.MustCompile(`\d USD`)
	for _, path := range []string{"/constraints/cost-kube-apiserver", "/constraints/cost-kube-apiserver/evidence?superseded=1", "/constraints/cost-kube-apiserver/trail", "/cockpit?kind=cost", "/constraints/cost-control-plane"} {
		a := s.as("jonas").get(path, 200)
		if found := amount.FindString(a.body); found != "" {
			t.Errorf("%s: a requester reads %q", path, found)
		}
	}
	s.as("jonas").get("/constraints/cost-kube-apiserver", 200).has(t, "withheld", "33.1 % over")
	s.as("jonas").get("/constraints/cost-kube-apiserver/evidence", 200).has(t, "amount withheld")
}

// limitMany gives every product of the demo more limits, n in all.
func limitMany(t testing.TB, s *site, n int) {
	t.Helper()
	mara := s.actor("mara")
	products, err := s.app.Products(t.Context(), mara)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		p := products[i%len(products)]
		c := plumbline.Constraint{
			ID: plumbline.ConstraintID(fmt.Sprintf("many-%03d", i)), Kind: plumbline.Security, Scope: plumbline.Scope{Kind: p.Kind, Ref: string(p.Ref)},
		}
		if i%2 == 0 {
			c.Kind, c.Objective = plumbline.Capacity, "90"
		}
		if _, err := s.app.PutConstraint(t.Context(), mara, c, 0); err != nil {
			t.Fatal(err)
		}
	}
}

// The statements of the cockpit do not grow with the limits, and neither does what is
// sent beyond its fifty rows.
func TestCockpitOfManyLimits(t *testing.T) {
	few, many := demoSite(t), demoSite(t)
	limitMany(t, many, 500)
	a, b := few.as("mara"), many.as("mara")
	want, _ := a.asked("/cockpit")
	got, _ := b.asked("/cockpit")
	if got != want {
		t.Errorf("%d statements for the limits of the demo, %d for 500 more", want, got)
	}
	page := b.get("/cockpit", 200)
	if n := strings.Count(page.body, `role="rowheader"`); n != 50 {
		t.Errorf("%d rows, want the first 50", n)
	}
	page.has(t, " limits are broken", `href="/cockpit?show=all"`)
	if n := strings.Count(b.get("/cockpit?show=all", 200).body, `role="rowheader"`); n < 80 {
		t.Errorf("all of them are %d rows", n)
	}
}

// BenchmarkCockpit is the page over some 520 limits of 84 products.
func BenchmarkCockpit(b *testing.B) {
	s := demoSite(b)
	limitMany(b, s, 500)
	v := s.as("mara")
	v.get("/cockpit", 200)
	for b.Loop() {
		v.get("/cockpit", 200)
	}
}
