package web_test

import (
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/sources"
)

// The page of a product shows its limits, those of its groups too, and what they make
// of work there; an item of it that a limit holds back says so.
func TestAProductShowsItsLimitsAndGates(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	a := v.get("/products/kube-apiserver", 200)
	a.has(t, "limits, the worst first", "Availability of the API server", "from group system.control-plane", "wait</strong>", "Reliability, incident and security go on.", "It ends: what is left is at least 5 % for 1 day.",
		`href="/products/kube-apiserver/cost"`, `href="/products/kube-apiserver/support"`, "/cockpit/new?scope=product%3Akube-apiserver")
	v.get("/processes/cluster-update", 200).has(t, "All clusters on the new minor version", "not by 2026-12-24", `href="/products/cluster-update/findings"`, "/cockpit/new?scope=process%3Acluster-update")
	v.get("/products/kubectl", 200).has(t, "It is managed within no limit yet.")
	jonas := s.as("jonas").get("/products/kube-apiserver", 200)
	jonas.lacks(t, `href="/products/kube-apiserver/cost"`, "/cockpit/new", "Catalog entry")

	file := func(title string, product plumbline.ProductRef) string {
		t.Helper()
		it, err := s.app.File(t.Context(), s.actor("jonas"), app.FileInput{Title: title, Body: "Text", Product: product, Source: "form"})
		if err != nil {
			t.Fatal(err)
		}
		return "/items/" + string(it.Key)
	}
	held := file("A switch for the API server", "kube-apiserver")
	v.get(held, 200).has(t, "Feature waits", "The error budget is used up", `href="/constraints/api-availability"`)
	v.post("/constraints/api-availability/tie", vals("key", strings.TrimPrefix(held, "/items/")), 200)
	v.get(held, 200).lacks(t, "Feature waits", "Reliability waits")
	v.get(file("A switch for the command", "kubectl"), 200).lacks(t, "waits</strong>", "a review comes first")
}

// Today names what is broken, and the exceptions that wait for the reader.
func TestTodayNamesLimits(t *testing.T) {
	s := demoSite(t)
	a := s.as("avery").get("/today", 200)
	a.has(t, `id="part-limits"`, "Nobody works on it", `href="/constraints/findings-fluent-logshipping"`, `href="/cockpit?status=breached"`)
	a.lacks(t, "asks for an exception")
	s.as("ines").post("/constraints/findings-ingress-nginx/exception", vals("reason", "The upgrade waits for the vendor.", "until", "2026-12-20"), 200)
	s.as("avery").get("/today", 200).has(t, "Inês Duarte asks for an exception from findings-ingress-nginx", "The upgrade waits for the vendor.")
	s.as("ines").get("/today", 200).lacks(t, "asks for an exception")
}

// Where a catalog entry names objectives, its page leads to those of the product.
func TestACatalogEntryLeadsToItsObjectives(t *testing.T) {
	s := demoSite(t)
	f, err := s.app.SendEvidence(t.Context(), s.actor("mara"), sources.Sent{Format: "backstage", Name: "entry.yaml",
		Body: strings.NewReader("kind: Component\nmetadata: {name: registry, annotations: {ipm/slo: registry-pulls}}\nspec: {type: service}\n")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.app.TakeEvidence(t.Context(), s.actor("mara"), f.ID, false, func([]plumbline.RowReport) error { return nil }); err != nil {
		t.Fatal(err)
	}
	v := s.as("mara")
	v.get("/products/registry", 200).has(t, `href="/products/registry/objectives" rel="noreferrer">registry-pulls</a>`)
	v.get("/products/registry/objectives", 200)
}
