package browsertest

import (
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
)

// The product manager's part again, without ever touching the mouse.
func TestProductManagerWithTheKeyboard(t *testing.T) {
	s := demoSite(t)
	key := s.egress()
	p := s.tab("mara")
	page := "/items/" + string(key)

	p.goTo("/inbox")
	for range 40 { // J brings the next one in front
		front := p.fronted("")
		if front == key {
			break
		}
		p.typed("j")
		p.fronted(front)
	}
	p.wait("the request in front", `one('article h2', %s)`, egressTitle)
	p.typed("1")
	p.until("the request to be accepted", func() bool { return s.item(key).Remit == plumbline.RemitIn })

	p.wait("the next request in front", `document.querySelector('article h2') && !one('article h2', %s)`, egressTitle)
	p.typed("/")
	p.focused("the search", `document.activeElement === field('Search items')`)
	p.typed(string(key) + enter)
	p.waitAt(page)

	p.typed("e")
	p.waitAt(page + "/edit")
	p.enter("Problem statement", "Addresses change under our customers.")
	p.pick("Reach", "25")
	p.pick("Impact", "high")
	p.pick("Confidence", "80")
	p.submit("Save")
	p.waitAt(page)

	p.typed("w")
	p.waitAt(page + "/demand")
	p.pick("Team of ours", "SIG Node")
	p.enter("Priority, 1 to 10", "7")
	p.submit("Record")
	p.waitAt(page)

	p.typed("v")
	p.waitAt(page + "/evidence")
	p.tabTo("the grades", `document.activeElement.name === 'grade'`, "", tabKey)
	p.typed(" " + down + down + down)
	p.wait("the grade Measured", `document.querySelector('[name="grade"][value="measured"]').checked`)
	p.enter("What it shows", "41 of 52")
	p.submit("Attach")
	p.waitAt(page)

	p.typed("d")
	p.waitAt(page + "/decide")
	p.tabTo("the outcomes", `document.activeElement.name === 'outcome'`, "", tabKey)
	p.typed(" ")
	p.enter("What the requester reads", "Worth it.")
	p.pick("Hand off to", "SIG Node")
	p.submit("Record the decision")
	p.waitAt(page)
	v := s.inState(key, stateTriage)
	if v.TeamName != "SIG Node" || len(v.Wanted) != 2 || len(v.Proof) != 1 {
		t.Errorf("%s: team %q, %d demands, %d pieces of evidence", key, v.TeamName, len(v.Wanted), len(v.Proof))
	}
}

// Cards are moved by keys: by the menu behind M, and with Alt and an arrow.
func TestBoardWithTheKeyboard(t *testing.T) {
	s := demoSite(t)
	p := s.tab("ines")
	p.goTo("/items")
	p.typed("gb")
	p.waitAt("/board")
	p.goTo("/board?lane=workflow-infra")
	p.typed("j")
	p.focused("the first card", `document.activeElement.matches('.card [data-row-link]')`)
	p.typed(right)
	p.typed(left)
	p.wait("the focus in the first column", `document.activeElement.closest('[data-cards]')?.dataset.cards === %s`, stateTriage)
	key := plumbline.Key(get[string](p, `document.activeElement.closest('.card').dataset.key`))

	p.typed("m")
	p.wait("the menu", `document.querySelector('#card-menu:popover-open')`)
	p.focused("the first line of the menu", `document.activeElement.matches('#card-menu .menu-item')`)
	p.typed(escape)
	p.wait("the menu to close", `!document.querySelector('#card-menu:popover-open')`)
	p.typed("m")
	p.wait("the menu again", `document.querySelector('#card-menu:popover-open')`)
	p.tabTo("the state", `words(document.activeElement).startsWith(%s)`, "Needs More Info", down)
	p.typed(enter)
	p.wait("the card in its column", `columnOf(%s) === %s`, key, stateMoreInfo)
	p.until("the move to be kept", func() bool { return s.item(key).States["workflow-infra"].State == stateMoreInfo })
	p.wait("the move to be announced", `one('[aria-live="polite"], [role="status"]', '') && document.querySelector('#toasts').innerText.includes(%s)`, string(key)+" moved to Needs More Info")
	p.focused("the same card", `document.activeElement.closest('.card')?.dataset.key === %s`, key)

	p.wait("the board to be still", `!card(%s).ariaBusy`, key)
	p.press(left, alt)
	p.until("the card to come back", func() bool { return s.item(key).States["workflow-infra"].State == stateTriage })
	p.wait("the card in Triage", `columnOf(%s) === %s`, key, stateTriage)
	p.focused("the same card", `document.activeElement.closest('.card')?.dataset.key === %s`, key)
	p.press(left, alt)
	p.wait("word that it goes no further", `document.querySelector('#say[role="status"]').textContent.includes(%s)`, string(key)+" cannot go further left")
}

// The palette goes anywhere and finds anything; the sheet shows the keys; and
// none of them fires while somebody writes.
func TestPaletteAndShortcuts(t *testing.T) {
	s := demoSite(t)
	p := s.tab("mara")
	p.goTo("/board?lane=workflow-infra")
	p.typed("j")
	p.focused("the first card", `document.activeElement.matches('.card [data-row-link]')`)
	p.typed("?")
	p.wait("the sheet", `document.querySelector('#shortcuts').open`)
	p.typed(escape)
	p.wait("the sheet to close", `!document.querySelector('#shortcuts').open`)
	p.focused("the card again", `document.activeElement.matches('.card [data-row-link]')`)

	p.press("k", ctrl)
	p.wait("the caret in the palette", `document.activeElement.matches('#palette[open] input')`)
	p.typed("needs more")
	p.wait("the move of the card first", `words(document.querySelector('#palette [aria-selected="true"]')).includes('to Needs More Info')`)
	p.typed(escape)
	p.press("k", ctrl)
	p.typed("docket")
	p.wait("no such action", `one('#palette .none', 'Nothing fits')`)
	p.typed(escape)
	p.press("k", ctrl)
	p.typed("decis")
	p.wait("the decisions first", `words(document.querySelector('#palette [aria-selected="true"]')).includes('Decisions')`)
	p.typed(enter)
	p.waitAt("/decisions")

	p.press("k", ctrl)
	p.wait("the palette", `document.querySelector('#palette').open`)
	p.typed("fixed egress")
	p.wait("the item", `words(document.querySelector('#palette [aria-selected="true"]')).includes(%s)`, egressTitle)
	p.typed(enter)
	p.waitAt("/items/" + string(s.egress()))
	noKeyFires(p)
}

// noKeyFires writes every key that means something into the fields of a page.
func noKeyFires(p *tab) {
	const all = "1234hremcxjkvwdogbgigl?/"
	here := p.at()
	for _, label := range []string{"Search items", "Comment"} {
		p.fill(label, "")
		p.typed(all)
		p.wait("the letters in "+label, `field(%s).value.endsWith(%s)`, label, all)
		p.focused("the field "+label, `document.activeElement === field(%s)`, label)
	}
	if got := p.at(); got != here {
		p.t.Errorf("a key fired in a field: from %s to %s", here, got)
	}
	if get[bool](p, `!!document.querySelector('dialog[open], :popover-open')`) {
		p.t.Error("a key fired in a field: something opened")
	}
}

// What somebody holds or writes stays when another person's change comes in.
func TestFocusSurvivesOthers(t *testing.T) {
	s := demoSite(t)
	ines := s.actor("ines")
	p := s.tab("mara")
	p.goTo("/board?lane=workflow-infra")
	p.typed("jj")
	p.focused("a card", `document.activeElement.matches('.card [data-row-link]')`)
	held := get[string](p, `document.activeElement.closest('.card').dataset.key`)
	others := get[[]string](p, `[...document.querySelectorAll('[data-cards="workflow-infra::Triage"] .card')].map((c) => c.dataset.key).filter((k) => k !== %s).slice(0, 2)`, held)

	for _, key := range append(others, held) {
		if _, err := s.app.Move(t.Context(), ines, plumbline.Key(key), app.MoveInput{To: stateMoreInfo}); err != nil {
			t.Fatal(err)
		}
		p.wait(key+" where it was moved to", `columnOf(%s) === %s`, key, stateMoreInfo)
		p.focused("the same card", `document.activeElement.closest('.card')?.dataset.key === %s`, held)
	}

	p.goTo("/items/" + held)
	p.fill("Comment", "Half a thought")
	p.typed(left + left)
	if _, err := s.app.Comment(t.Context(), ines, plumbline.Key(held), app.CommentInput{Body: "Seen from elsewhere."}); err != nil {
		t.Fatal(err)
	}
	p.waitText("Seen from elsewhere.")
	p.focused("the comment", `document.activeElement === field('Comment') && field('Comment').value === 'Half a thought' && field('Comment').selectionStart === 12`)
}

// focused waits until the focus is where a test wants it, and can be seen there.
func (p *tab) focused(what, expr string, args ...any) {
	p.t.Helper()
	p.wait("the focus on "+what, expr, args...)
	p.wait("the focus on "+what+" to be seen", `focusShown()`)
}

// tabTo presses a key until an expression is true of where the focus is.
func (p *tab) tabTo(what, expr, arg, key string) {
	p.t.Helper()
	var args []any
	if strings.Contains(expr, "%s") {
		args = append(args, arg)
	}
	for range 80 {
		if get[bool](p, "!!("+expr+")", args...) {
			p.focused(what, expr, args...)
			return
		}
		p.typed(key)
	}
	p.t.Fatalf("%s: no way to %s by pressing the same key", p.name(), what)
}

// enter goes to a field and writes.
func (p *tab) enter(label, text string) {
	p.t.Helper()
	p.tabTo(label, `document.activeElement === field(%s)`, label, tabKey)
	p.typed(text)
}

// pick goes to a list and chooses by typing.
func (p *tab) pick(label, option string) {
	p.t.Helper()
	p.enter(label, option)
	p.wait(option+" in "+label, `field(%s).selectedOptions[0].text.startsWith(%s)`, label, option)
}

// submit goes to a button and presses it.
func (p *tab) submit(name string) {
	p.t.Helper()
	p.tabTo("the button "+name, `document.activeElement.matches('button') && words(document.activeElement) === %s`, name, tabKey)
	p.typed(enter)
}
