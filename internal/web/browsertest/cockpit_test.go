package browsertest

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

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

// Paper is as narrow as a phone held sideways, and yet a report has tables on it, and
// nothing is cut off.
func TestAReportOnPaper(t *testing.T) {
	s := demoSite(t)
	p := s.tab("mara")
	p.goTo("/reports")
	p.size(690, 1000)
	p.call(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
	p.wait("tables with their headings", `getComputedStyle(document.querySelector('.report .table-cards thead')).position === 'static'`)
	p.wait("nothing is cut off", `[...document.querySelectorAll('.report .table-box')].every(b => b.scrollWidth <= b.clientWidth)`)
}
