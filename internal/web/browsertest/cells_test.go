package browsertest

import (
	"net/url"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"plumbline"
	"plumbline/internal/app"
)

// Cells of the table are changed one by one with the keyboard; when somebody was
// faster, both texts are there until the person says which one stays.
func TestCellsWithTheKeyboard(t *testing.T) {
	s := demoSite(t)
	p := s.tab("mara")
	p.watch.expect(409)
	key := s.find(plumbline.Filter{Text: "has:assignee no:priority"}).Key
	p.goTo("/table?columns=key%2Cassignee%2Cpriority&status=all&q=" + url.QueryEscape("key:"+string(key)))
	p.typed("j")
	p.focused("the item's link", `document.activeElement.matches('tr [data-row-link]')`)
	p.typed(right + right)
	p.focused("the assignee", `document.activeElement.dataset.cell === 'assignee'`)
	p.typed(enter)
	p.focused("the input", `document.activeElement.matches('[data-cell="assignee"] input')`)
	p.typed("nobody else" + escape)
	p.focused("the cell, left as it was", `document.activeElement.dataset.cell === 'assignee' && !document.activeElement.textContent.includes('nobody')`)
	if it := s.item(key); it.Assignee == "nobody else" {
		t.Error("Escape saved the cell")
	}

	p.typed(kb.F2)
	p.focused("the input again", `document.activeElement.matches('[data-cell="assignee"] input')`)
	p.typed("ines" + tabKey)
	p.until("the assignee to be saved", func() bool { return s.item(key).Assignee == "ines" })
	p.focused("the next cell, open", `document.activeElement.matches('[data-cell="priority"] select')`)
	p.typed("P2" + enter)
	p.until("the priority to be saved", func() bool { return s.item(key).Priority == "P2" })
	p.focused("the cell with what it says", `document.activeElement.dataset.cell === 'priority' && document.activeElement.textContent.trim() === 'P2'`)

	p.typed(left + enter)
	p.focused("the input", `document.activeElement.matches('[data-cell="assignee"] input')`)
	theirs := "jonas"
	if _, err := s.app.Edit(t.Context(), s.actor("mara"), key, app.EditInput{Assignee: &theirs}); err != nil {
		t.Fatal(err)
	}
	p.typed("mara" + enter)
	p.wait("both texts", `document.querySelector('.cell-note')?.textContent.includes('jonas') && document.querySelector('#cell-input').value === 'mara'`)
	p.typed(escape)
	p.focused("theirs", `document.activeElement.dataset.cell === 'assignee' && document.activeElement.textContent.trim() === 'jonas'`)
	if it := s.item(key); it.Assignee != "jonas" {
		t.Errorf("saved %q", it.Assignee)
	}
}

// On a board in lanes the arrows stay in the lane, and a card moves within it.
func TestLanesWithTheKeyboard(t *testing.T) {
	s := demoSite(t)
	p := s.tab("ines")
	p.goTo("/board?lane=workflow-infra&group=team")
	p.typed("j")
	p.focused("the first card", `document.activeElement.matches('.swim .card [data-row-link]')`)
	lane := get[string](p, `document.activeElement.closest('.swim').id`)
	key := plumbline.Key(get[string](p, `document.activeElement.closest('.card').dataset.key`))
	before := s.item(key).States["workflow-infra"].State
	p.typed("m")
	p.wait("the menu", `document.querySelector('#card-menu:popover-open')`)
	p.tabTo("a state", `document.activeElement.matches('#card-menu .menu-item')`, "", down)
	p.typed(enter)
	p.until("the move to be kept", func() bool { return s.item(key).States["workflow-infra"].State != before })
	p.wait("the card in the same lane", `document.querySelector('#' + %s + ' .card[data-key="' + %s + '"]') && document.querySelectorAll('.card[data-key="' + %s + '"]').length === 1`, lane, key, key)
	p.focused("the same card", `document.activeElement.closest('.card')?.dataset.key === %s`, key)
}
