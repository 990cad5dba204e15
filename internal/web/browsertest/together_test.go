package browsertest

import (
	"strings"
	"testing"
)

// Two people change the same item at once: the second is told what the first
// wrote, loses nothing of what they typed themselves, and decides.
func TestTwoEditAtOnce(t *testing.T) {
	s := demoSite(t)
	key := s.egress()
	page := "/items/" + string(key)
	mara, ines := s.judged(t, "mara"), s.tab("ines")
	mara.watch.expect(409)
	for _, p := range []*tab{mara, ines} {
		p.goTo(page + "/edit")
	}
	rewrite(ines, "Title", "Fixed egress addresses, by region")
	ines.click("main button", "Save")
	ines.waitAt(page)

	rewrite(mara, "Title", "Fixed egress addresses for regions")
	mara.fill("Assignee", "ines")
	mara.click("main button", "Save")
	mara.waitText("What you typed is kept below")
	mara.waitText("Fixed egress addresses, by region")
	mara.wait("what was typed", `field('Title').value === %s && field('Assignee').value === 'ines'`, "Fixed egress addresses for regions")
	mara.judge("the page of a conflict")
	mara.click("main button", "Save")
	mara.waitAt(page)
	it := s.item(key)
	if it.Title != "Fixed egress addresses for regions" || it.Assignee != "ines" {
		t.Errorf("the title is %q, the assignee %q", it.Title, it.Assignee)
	}
	mara.waitText("Inês Duarte")
	if text := get[string](mara, `document.querySelector('main').innerText`); strings.Count(text, "changed title") < 1 {
		t.Errorf("the history does not name both changes:\n%s", text)
	}
}

// rewrite replaces what is in the field with a label.
func rewrite(p *tab, label, text string) {
	p.t.Helper()
	p.clickAt(p.spotOf("the field "+label, `field(%s)`, label))
	get[bool](p, `(field(%s).select(), true)`, label)
	p.typed(text)
}

// A product manager narrows the list, keeps it as a view for everybody, and a
// colleague opens it from the tabs and finds the same items.
func TestViewIsBuiltAndShared(t *testing.T) {
	s := demoSite(t)
	mara, ines := s.judged(t, "mara"), s.tab("ines")
	mara.goTo("/items?q=" + "label:invented+-is:closed")
	rows := get[float64](mara, `document.querySelectorAll('[data-row-link]').length`)
	if rows < 1 {
		t.Fatal("the filter finds nothing in the demo")
	}
	mara.click("button", "Save view")
	mara.fill("Save as", "Invented and open")
	mara.click("label", "Everybody may use it")
	mara.click("#save-view button", "Save view")
	mara.wait("the view among the tabs", `one('.tabs a[aria-current]', 'Invented and open')`)
	mara.judge("a saved view")

	ines.goTo("/items")
	ines.click(".tabs a", "Invented and open")
	ines.wait("the view", `one('.tabs a[aria-current]', 'Invented and open')`)
	if got := get[float64](ines, `document.querySelectorAll('[data-row-link]').length`); got < 1 || got > rows {
		t.Errorf("the colleague sees %v items, the product manager %v", got, rows)
	}
	ines.click(".segments a", "Board")
	ines.wait("the same items on the board", `location.pathname === '/board' && location.search.includes('invented') && document.querySelectorAll('.card').length > 0`)
}
