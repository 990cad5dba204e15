package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumbline"
)

// What the head of sales escalates in the demo, and what its team would do instead.
const (
	escalatedTitle = "A tested way from ipvs to nftables"
	displacedTitle = "Make nftables the default kube-proxy backend"
)

// An escalation of the demo, from the morning's list to the record: what it displaces,
// whose promise breaks, what the delay costs; somebody picks and says why; the plan,
// the decisions, and the pages of both items show it afterwards.
func TestAnEscalationDisplacesWork(t *testing.T) {
	s := demoSite(t)
	loud := s.find(plumbline.Filter{Text: escalatedTitle, Limit: 1}).Key
	out := s.find(plumbline.Filter{Text: displacedTitle, Limit: 1}).Key
	p, shot := s.judged(t, "mara"), pictures(t)
	p.size(1440, 900)
	p.goTo("/today")
	p.click("main a", escalatedTitle)
	p.waitAt("/items/" + string(loud))
	p.click("#about a", "2027Q2: what it displaces")
	p.wait("what it displaces", `location.pathname === '/plan/displace'`)
	option := `all('main section.panel').find((o) => o.innerText.includes('goes into 2027Q1'))`
	for _, text := range []string{"1 item drops out", displacedTitle, string(out) + ": it was committed for 2027Q1 on 2026-11-23", "it was asked for by Team Cabbage and 2 customers", "what waits loses"} {
		p.wait("the option with "+text, option+`.innerText.includes(%s)`, text)
	}
	p.waitText("each period that it waits takes about 25 % of it")
	p.judge("what an ask displaces")
	shot(p, "escalation-1-what-it-displaces")
	escalate(p)
	p.waitText(string(loud) + " was escalated by Vera Holm, head of sales; Mara Lindqvist picked what drops out")
	shot(p, "escalation-2-the-plan")
	planShows(p, loud, out)
	afterEscalation(p, loud, out, shot)
}

// escalate picks the first option, and says who asks and why.
func escalate(p *tab) {
	p.click("main label.choice", "")
	p.wait("the first option to be chosen", `document.querySelector('input[name="option"]').checked`)
	who := p.spotOf("who asks", `field('Who asks for it')`)
	p.clickAt(who)
	p.wait("the name in front", `document.activeElement.name === 'asked' && (document.activeElement.select(), true)`)
	p.typed("Vera Holm, head of sales")
	p.fill("Why", "The renewal hangs on it.")
	p.click("main button", "Write this down")
	p.wait("the plan", `location.pathname === '/plan'`)
}

// planShows wants the plan to do what was escalated in the next quarter, and to leave out
// what it displaces, on the page and in the store.
func planShows(p *tab, loud, out plumbline.Key) {
	p.t.Helper()
	p.wait("what was escalated in its quarter", `one('td[data-pin-by="2027Q1"] [data-pin-item=%s]', '')`, loud)
	p.wait("what drops out among what is left out", `document.querySelector('[data-pin-out]').innerText.includes(%s)`, displacedTitle)
	v, err := p.site.app.PlanOf(p.t.Context(), p.site.actor("mara"), "")
	if err != nil {
		p.t.Fatal(err)
	}
	if c := v.Commitment; c == nil || c.Kind != plumbline.PlanDisplaced || c.Plan != v.Plan.ID || c.Asked != "Vera Holm, head of sales" || c.Name != "Mara Lindqvist" || len(c.Drops) != 1 || c.Drops[0].Key != out {
		p.t.Errorf("the plan in force is that of %+v", c)
	}
	for _, team := range v.Plan.Teams {
		for _, c := range team.Cells {
			for _, k := range c.Picks {
				if k.Key == out || k.Key == loud && k.Period != "2027Q1" {
					p.t.Errorf("the plan has %s in %s", k.Key, k.Period)
				}
			}
		}
	}
}

// afterEscalation looks where the decision is to be found.
func afterEscalation(p *tab, loud, out plumbline.Key, shot func(*tab, string)) {
	p.click("main a", "Scenarios")
	p.waitAt("/plan/scenarios")
	p.wait("the decision", `document.querySelector('#decisions').innerText.includes('The renewal hangs on it.') && document.querySelector('#decisions').innerText.includes(%s)`, displacedTitle)
	p.goTo("/plan/scenarios#decisions")
	shot(p, "escalation-3-the-decision")
	p.goTo("/items/" + string(loud))
	p.waitText("2027Q1: what it displaces")
	p.waitText("Vera Holm, head of sales escalated this on 2026-11-23")
	p.waitText("Mara Lindqvist changed the plan for it, and 1 item drops out: The renewal hangs on it.")
	p.judge("an item that was escalated")
	shot(p, "escalation-4-what-was-escalated")
	p.goTo("/items/" + string(out))
	p.waitText("took this out of the plan of The next four quarters, for something that was escalated")
	get[bool](p, `(document.querySelector('#history').scrollIntoView({behavior: 'instant'}), true)`)
	shot(p, "escalation-5-what-drops-out")
	if html := get[string](p, `document.documentElement.innerHTML`); strings.Contains(html, "renewal hangs on") {
		p.t.Error("the reason stands where everybody reads it who sees the item")
	}
}

// pictures keeps what a journey sees in the folder that shots go into, if there is
// one.
func pictures(t *testing.T) func(p *tab, name string) {
	dir := os.Getenv(shotsFolder)
	if dir == "" {
		dir = t.TempDir()
	}
	return func(p *tab, name string) { p.shoot(filepath.Join(dir, name+".png")) }
}

// An item is dragged to another quarter, or to what is left out: nothing changes by
// that, it leads to what it would displace. The links do the same without a mouse.
func TestForcedByDraggingAndByKeys(t *testing.T) {
	s := demoSite(t)
	loud := s.find(plumbline.Filter{Text: escalatedTitle, Limit: 1}).Key
	p := s.tab("mara")
	p.size(1440, 4600) // the goals of dragging are in sight
	card := `document.querySelector('[data-pin-item="` + string(loud) + `"]')`
	before := s.picksOf(t)
	for _, c := range []struct{ onto, at, says string }{
		{`[...document.querySelectorAll('tr')].find((r) => r.innerText.startsWith('SIG Network')).querySelector('[data-pin-by="2027Q1"]')`, "by=2027Q1", "goes into 2027Q1"},
		{`document.querySelector('[data-pin-out] h2')`, "way=out", "Without " + string(loud)},
	} {
		p.goTo("/plan")
		p.wait("the card to be ready", card+`.draggable`)
		from := get[point](p, `(({ x, y }) => ({ x: x + 4, y: y + 4 }))(`+card+`.getBoundingClientRect())`)
		to := get[point](p, `(({ x, y, width }) => ({ x: x + Math.min(width / 2, 40), y: y + 6 }))(`+c.onto+`.getBoundingClientRect())`)
		p.carry(from, to, func() { p.wait("the goal to show that it takes it", c.onto+`.closest('.fit-over')`) })
		p.wait("what it would displace with "+c.at, `location.pathname === '/plan/displace' && location.search.includes(%s)`, c.at)
		p.waitText(c.says)
	}
	p.goTo("/plan")
	get[bool](p, `(`+card+`.querySelector('a[href^="/plan/displace"]').focus(), true)`)
	p.typed(enter)
	p.wait("what it would displace", `location.pathname === '/plan/displace'`)
	get[bool](p, `(document.querySelector('input[name="option"]').focus(), true)`)
	p.typed(down)
	p.wait("the next option by the arrow", `document.querySelectorAll('input[name="option"]')[1].checked`)
	if got := s.picksOf(t); got != before {
		t.Errorf("looking changed the plan: %s, before %s", got, before)
	}
}

// picksOf is the plan in force as text.
func (s *site) picksOf(t *testing.T) (out string) {
	t.Helper()
	v, err := s.app.PlanOf(t.Context(), s.actor("mara"), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, team := range v.Plan.Teams {
		for _, c := range team.Cells {
			for _, k := range c.Picks {
				out += string(k.Key) + "@" + k.Period + " "
			}
		}
	}
	return out
}
