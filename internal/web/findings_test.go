package web_test

import (
	"net/url"
	"testing"

	"plumbline/internal/app/findings"
)

// found is the address of the demo's finding with the name.
func (s *site) found(t *testing.T, q findings.FindingQuery) (address string, row findings.FindingRow) {
	t.Helper()
	page, err := s.app.Findings(t.Context(), s.actor("mara"), q)
	if err != nil || len(page.Findings) == 0 {
		t.Fatal(len(page.Findings), err)
	}
	return "/findings/" + string(page.Findings[0].ID), page.Findings[0]
}

// A verdict on the page stops the clocks; only who manages the catalog may give one.
func TestFindingPage(t *testing.T) {
	s := demoSite(t)
	mara := s.as("mara")
	at, row := s.found(t, findings.FindingQuery{Vuln: "CVE-2025-48384"})
	mara.get(at, 200).has(t, "The date in the KEV catalog", "Counts", "pkg:deb/debian/git", "Save the verdict", `href="/evidence/`)
	for _, who := range []string{"jonas", "ines"} {
		s.as(who).get(at, 200).lacks(t, "Save the verdict")
		s.as(who).post(at, url.Values{"state": {"resolved"}}, 403)
	}
	mara.post(at, url.Values{"state": {"not_affected"}}, 422).has(t, "Say why the product is not affected")
	mara.post(at, url.Values{"do": {"facts"}, "exposed": {"yes"}, "mitigated": {"2020-13-01"}}, 422)
	mara.post(at, url.Values{"do": {"facts"}, "exposed": {"yes"}, "impact": {"total"}}, 200)
	mara.post(at, url.Values{"state": {"not_affected"}, "justification": {"code_not_reachable"}, "response": {"will_not_fix"}, "detail": {"<b>We</b> clone nothing."}}, 200)
	mara.get(at, 200).has(t, "stands still", "Code not reachable. Will not fix.", "&lt;b&gt;We&lt;/b&gt; clone nothing.")
	mara.get("/findings?name=CVE-2025-48384", 200).has(t, "No findings")
	mara.get("/products/"+string(row.Product)+"/findings?state=closed", 200).has(t, "Closed", "CVE-2025-48384")
}

func TestFindingForms(t *testing.T) {
	s := demoSite(t)
	mara := s.as("mara")
	const place = "/products/ingress-nginx-app/findings"
	mara.get(place, 200).has(t, "They are mended", "What dates follow from")
	s.as("jonas").get(place, 200).lacks(t, "They are mended")
	s.as("jonas").post(place, url.Values{"do": {"mended"}}, 403)
	mara.post(place, url.Values{"do": {"mended"}}, 200)
	mara.get(place, 200).lacks(t, "They are mended")
	mara.post(place, url.Values{"exposed": {"perhaps"}}, 422)
	mara.post(place, url.Values{"exposed": {"no"}}, 200)
	mara.post("/findings", url.Values{"presets": {"soon"}}, 422)
	mara.post("/findings", url.Values{"presets": {"bod-26-04"}}, 200)
	mara.get("/findings", 200).has(t, "CISA BOD 26-04")
	s.as("jonas").post("/findings", url.Values{"presets": {"bod-26-04"}}, 403)
}
