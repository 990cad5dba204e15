package browsertest

import "testing"

// From the cockpit to the line that proves it: a cell that is broken leads to its
// limit, which says why in one sentence, and a piece of its evidence to the line of
// the file it stands in. Two clicks.
func TestFromTheCockpitToTheEvidence(t *testing.T) {
	s := demoSite(t)
	p := s.tab("mara")
	p.goTo("/cockpit")
	p.waitText("limits are broken")
	p.click("td a.ck-cell", "Breached since 2021-12-24")
	p.waitAt("/constraints/findings-fluent-logshipping")
	p.waitText("1 finding is overdue; the first, CVE-2021-44228")
	p.click("#worked-out td a", "file ")
	p.wait("the line of the file", `location.pathname.startsWith('/evidence/') && document.querySelector('#line [aria-current]').textContent.includes('CVE-2021-44228')`)
}

// The keyboard goes there too.
func TestToTheCockpitByKeys(t *testing.T) {
	s := demoSite(t)
	p := s.tab("mara")
	p.goTo("/today")
	p.typed("gc")
	p.waitAt("/cockpit")
}
