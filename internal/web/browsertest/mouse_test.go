package browsertest

import (
	"testing"

	"plumbline"
)

// egress is a request in the demo's inbox, which nobody has looked at.
const egressTitle = "Fixed egress addresses for each region"

const (
	stateTriage   plumbline.State = "workflow-infra::Triage"
	stateMoreInfo plumbline.State = "workflow-infra::Needs More Info"
	stateReady    plumbline.State = "workflow-infra::Ready"
	stateProgress plumbline.State = "workflow-infra::In Progress"
)

// egress is its key.
func (s *site) egress() plumbline.Key {
	s.t.Helper()
	return s.find(plumbline.Filter{Text: egressTitle, Status: "all", Limit: 1}).Key
}

// The product manager's part, from a request that nobody has seen to work that
// a team has started, with the mouse alone.
func TestProductManagerWithTheMouse(t *testing.T) {
	s := demoSite(t)
	key := s.egress()
	p := s.tab("")
	p.who = "mara"

	p.goTo("/")
	p.waitAt("/signin")
	p.click("button", "Sign in as Mara")
	p.waitAt("/today")
	p.goTo("/inbox")

	acceptByMouse(p, key)
	whoWantsItByMouse(p, key)
	evidenceByMouse(p, key)
	problemByMouse(p, key)
	decideByMouse(p, key)

	p.size(2560, 1100)
	p.click("nav a", "Board")
	p.waitAt("/board")
	p.click("a.pill", "In engineering")
	p.wait("the engineers' lane alone", `location.pathname === '/board' && new URLSearchParams(location.search).get('lane') === 'workflow-infra' && document.querySelectorAll('.lane').length === 1`)
	undoByMouse(p, key)
	refusedByMouse(p, key)
}

// acceptByMouse takes the request out of the inbox and opens its page.
func acceptByMouse(p *tab, key plumbline.Key) {
	p.click("#inbox a", egressTitle)
	p.wait("the request in front", `one('article h2', %s)`, egressTitle)
	p.click("article button", "Accept")
	p.wait("the request to leave the list", `location.pathname === '/inbox' && document.querySelector('#inbox') && !one('#inbox a', %s)`, egressTitle)
	if got := p.site.item(key).Remit; got != plumbline.RemitIn {
		p.t.Errorf("%s was accepted; its remit is %q", key, got)
	}
	p.fill("Search items", string(key))
	p.typed(enter)
	p.waitAt("/items/" + string(key))
}

// whoWantsItByMouse records a team, and a customer with an amount.
func whoWantsItByMouse(p *tab, key plumbline.Key) {
	page := "/items/" + string(key)
	p.click("#wanted a", "Record who wants it")
	p.waitAt(page + "/demand")
	p.choose("Team of ours", "SIG Node")
	p.fill("Priority, 1 to 10", "7")
	p.fill("Users affected", "120")
	p.click("main button", "Record")
	p.waitAt(page)
	p.wait("the team among those who want it", `one('#wanted-list th', 'SIG Node')`)

	p.click("#wanted a", "Record who wants it")
	p.waitAt(page + "/demand")
	p.choose("Customer", "Harbourlight")
	p.choose("Strength", "Retention")
	p.fill("Opportunity size", "480000")
	p.fill("Currency", "EUR")
	p.fill("Seats", "860")
	p.click("main button", "Record")
	p.waitAt(page)
	p.wait("the customer with the amount", `all('#wanted-list tr').some((tr) => tr.innerText.includes('Harbourlight') && tr.innerText.replace(/[^0-9A-Z]/g, '').includes('480000'))`)
	if n := len(p.site.item(key).Wanted); n != 3 { // with that of the demo
		p.t.Errorf("%d are on record as wanting %s, want 3", n, key)
	}
}

func evidenceByMouse(p *tab, key plumbline.Key) {
	page := "/items/" + string(key)
	p.click("#evidence a", "Attach evidence")
	p.waitAt(page + "/evidence")
	p.click("label.choice", "Measured")
	p.fill("What it shows", "41 of 52 firewalls at customers list addresses one by one.")
	p.fill("Source", "https://plumbline.example/firewalls")
	p.click("main button", "Attach")
	p.waitAt(page)
	p.wait("the evidence", `document.querySelector('#evidence-list').innerText.includes('41 of 52 firewalls')`)
}

func problemByMouse(p *tab, key plumbline.Key) {
	page := "/items/" + string(key)
	p.click("#problem a", "Write")
	p.waitAt(page + "/edit")
	p.fill("Problem statement", "Customers lose their connection when our addresses change.")
	p.choose("Reach", "25 to 50")
	p.choose("Impact", "high")
	p.choose("Confidence", "80")
	p.click("main button", "Save")
	p.waitAt(page)
	p.wait("the problem", `document.querySelector('#problem-text').innerText.includes('Customers lose their connection')`)
}

func decideByMouse(p *tab, key plumbline.Key) {
	page := "/items/" + string(key)
	p.click("main a", "Decide")
	p.waitAt(page + "/decide")
	p.click("label.choice", "Worth pursuing")
	p.fill("What the requester reads", "Worth pursuing: one region at a time.")
	p.choose("Hand off to", "SIG Node")
	p.click("main button", "Record the decision")
	p.waitAt(page)
	p.wait("the hand-off", `document.querySelector('#lanes').innerText.includes('Triage')`)
	v := p.site.inState(key, stateTriage)
	if v.TeamName != "SIG Node" {
		p.t.Errorf("%s was handed off to %q, want SIG Node", key, v.TeamName)
	}
}

// dragTo carries a card to a column and lets it go there.
func (p *tab) dragTo(key plumbline.Key, to plumbline.State) {
	p.t.Helper()
	from := p.spotOf("the card "+string(key), `card(%s)`, key)
	column := `[...document.querySelectorAll('[data-cards]')].find((l) => l.dataset.cards === %s)`
	goal := get[point](p, `(({ x, y, width }) => ({ x: x + width / 2, y: y + 60 }))(`+column+`.getBoundingClientRect())`, to)
	if wide := get[float64](p, `innerWidth`); goal.X >= wide {
		p.t.Fatalf("the column %s is at %.0f, outside the window of %.0f", to, goal.X, wide)
	}
	p.drag(from, goal, func() {
		p.wait("the card to hang above "+string(to), `columnOf(%s) === %s`, key, to)
	})
}

// undoByMouse moves the card and takes the move back.
func undoByMouse(p *tab, key plumbline.Key) {
	p.dragTo(key, stateMoreInfo)
	p.wait("the word of the move", `one('.toast p', %s)`, string(key)+" moved to Needs More Info")
	p.site.inState(key, stateMoreInfo)
	p.wait("the card in its new column", `columnOf(%s) === %s && location.pathname === '/board'`, key, stateMoreInfo)
	p.click(".toast button", "Undo")
	p.wait("the card back in Triage", `columnOf(%s) === %s`, key, stateTriage)
	p.until("the move to be taken back", func() bool { return p.site.item(key).States["workflow-infra"].State == stateTriage })
}

// refusedByMouse tries moves that need more than the item has: the card goes
// back, the reason is given, and the link leads to where it can be mended.
func refusedByMouse(p *tab, key plumbline.Key) {
	page := "/items/" + string(key)
	p.watch.expect(422)
	p.dragTo(key, stateReady)
	p.wait("the reason", `one('.toast[data-tone="bad"] p', '').innerText.includes('priority')`)
	p.wait("the card back in Triage", `columnOf(%s) === %s`, key, stateTriage)
	p.site.inState(key, stateTriage)

	p.click(`.toast[data-tone="bad"] a`, "")
	p.waitAt(page + "/move")
	p.choose("Priority", "P2")
	p.choose("Size", "M")
	p.click("main button", "Move")
	p.until("the item in Ready", func() bool { return p.site.item(key).States["workflow-infra"].State == stateReady })
	p.waitAt(page) // where the form leads: until it is there, another page cannot be gone to

	p.goTo("/board?lane=workflow-infra")
	p.dragTo(key, stateProgress)
	p.wait("the reason", `one('.toast[data-tone="bad"] p', '').innerText.includes('Assign')`)
	p.wait("the card back in Ready", `columnOf(%s) === %s`, key, stateReady)
	p.click(`.toast[data-tone="bad"] a`, "")
	p.waitAt(page + "/move")
	p.fill("Assignee", "ines")
	p.click("main button", "Move")
	p.waitAt(page)
	p.site.inState(key, stateProgress)
}
