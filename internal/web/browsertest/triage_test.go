package browsertest

import (
	"strconv"
	"testing"

	"plumbline"
	"plumbline/internal/app"
)

// fronted waits until another item than the key is in front, and says which.
func (p *tab) fronted(not plumbline.Key) plumbline.Key {
	p.t.Helper()
	p.wait("another item in front than "+string(not), `document.querySelector('#inbox [aria-current]') && document.querySelector('#inbox [aria-current]').closest('[data-row]').dataset.key !== %s && document.querySelector('[data-front]')?.textContent === document.querySelector('#inbox [aria-current] b').textContent`, not)
	return plumbline.Key(get[string](p, `document.querySelector('#inbox [aria-current]').closest('[data-row]').dataset.key`))
}

// waiting is how many items are in the inbox.
func (s *site) waiting() int {
	s.t.Helper()
	n, err := s.app.CountInbox(s.t.Context(), s.actor("mara"))
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// A product manager clears ten items of the inbox with the keyboard only: every
// verdict is used, one is taken back, and the page is never loaded anew but for
// the duplicate, which has a page of its own.
func TestInboxWithTheKeyboard(t *testing.T) {
	s := demoSite(t)
	jonas := s.actor("jonas")
	for _, title := range []string{"Faster runners", "A second region", "Longer logs", "Cheaper storage", "Warm caches", "Larger nodes"} {
		if _, err := s.app.File(t.Context(), jonas, app.FileInput{Title: title, Body: "We need it.", Source: "form"}); err != nil {
			t.Fatal(err)
		}
	}
	p := s.judged(t, "mara")
	p.goTo("/inbox")
	before := s.waiting()
	if before < 10 {
		t.Fatalf("only %d items wait", before)
	}
	get[bool](p, `(window.same = true)`)
	cleared := 0
	var key plumbline.Key
	next := func() { cleared++; key = p.fronted(key) }
	key = p.fronted("")

	p.typed("1")
	accepted := key
	next()
	p.typed("u")
	p.until("the verdict to be taken back", func() bool { return s.item(accepted).Remit == plumbline.RemitUnchecked })
	p.wait("the item in front again", `document.querySelector('#inbox [aria-current]').closest('[data-row]').dataset.key === %s`, accepted)
	key, cleared = accepted, 0
	p.typed("1")
	next()

	declined := key
	p.typed("3")
	p.focused("why not", `document.activeElement === field('Why not')`)
	p.axe("the form of a decline", allRules)
	p.typed("Nobody else asks for it.")
	p.press(enter, ctrl)
	next()
	if d := s.item(declined).Decisions; len(d) != 1 || d[0].Outcome != plumbline.Decline || d[0].Sentence != "Nobody else asks for it." || d[0].Reason == "" {
		t.Errorf("%s: %+v", declined, d)
	}

	asked := key
	p.typed("4")
	p.focused("the question", `document.activeElement.matches('textarea[name="question"]')`)
	p.typed("Which clusters?")
	p.press(enter, ctrl)
	next()
	if got := s.item(asked).Remit; got != plumbline.RemitAsked {
		t.Errorf("%s is %q after a question", asked, got)
	}

	snoozed := key
	p.typed("h")
	p.focused("tomorrow", `document.activeElement.matches('button[value="tomorrow"]')`)
	p.typed(enter)
	next()
	if got := s.item(snoozed).Remit; got != plumbline.RemitSnoozed {
		t.Errorf("%s is %q after it was put off", snoozed, got)
	}

	redirected := key
	p.typed("r")
	p.focused("whose it is", `document.activeElement.matches('#front details[open] input[name="place"]')`)
	p.typed("The stage team")
	p.enter("Why, and where to ask", "Ask the stage team.")
	p.press(enter, ctrl)
	next()
	if got := s.item(redirected).Remit; got != plumbline.RemitOut {
		t.Errorf("%s is %q after it was redirected", redirected, got)
	}
	if !get[bool](p, `window.same === true`) {
		t.Error("the page was loaded anew")
	}

	duplicate := key
	p.typed("2")
	p.waitAt("/items/" + string(duplicate) + "/merge")
	p.enter("Or another item, by its key", string(accepted))
	p.submit("Merge")
	p.waitAt("/inbox")
	if got := s.item(duplicate).Merged; got != accepted {
		t.Errorf("%s is merged into %q, want %s", duplicate, got, accepted)
	}
	next()
	for cleared < 10 {
		p.typed("1")
		next()
	}
	p.typed("j")
	p.fronted(key)
	p.typed("k")
	p.wait("the item before", `document.querySelector('#inbox [aria-current]').closest('[data-row]').dataset.key === %s`, key)
	if got := s.waiting(); got != before-10 {
		t.Errorf("%d items wait after ten verdicts, %d did before", got, before)
	}
	p.wait("the number in the navigation", `(document.querySelector('.nav .count')?.textContent || '0') === %s`, strconv.Itoa(before-10))
	p.axe("the inbox after ten verdicts", allRules)
}

// What somebody writes in the inbox stays when another item arrives.
func TestInboxKeepsWhatIsWritten(t *testing.T) {
	s := demoSite(t)
	p := s.tab("mara")
	p.goTo("/inbox")
	p.typed("3")
	p.focused("why not", `document.activeElement === field('Why not')`)
	p.typed("Half a thought")
	if _, err := s.app.File(t.Context(), s.actor("jonas"), app.FileInput{Title: "Arrives meanwhile", Source: "form"}); err != nil {
		t.Fatal(err)
	}
	p.waitText("Arrives meanwhile")
	p.focused("why not", `document.activeElement === field('Why not') && field('Why not').value === 'Half a thought'`)
}

// A mention is completed while it is written, and becomes a link.
func TestMention(t *testing.T) {
	s := demoSite(t)
	key := s.egress()
	p := s.tab("ines")
	p.goTo("/items/" + string(key))
	p.fill("Comment", "")
	p.typed("What do you think, @ma")
	p.wait("mara in the list", `document.querySelector('#mention [aria-selected="true"]')?.textContent.startsWith('@mara')`)
	p.typed(enter)
	p.wait("the handle", `field('Comment').value === 'What do you think, @mara '`)
	p.typed("of " + string(key) + "?")
	p.press(enter, ctrl)
	p.wait("the links", `[...document.querySelectorAll('.said-body a')].map((a) => a.textContent).join() === %s`, "@mara,"+string(key))
	p.wait("the state on hover", `document.querySelector('.said-body a[href$=%s]').title.includes(', in ')`, string(key))
}

// A filter is completed while it is written, with the keyboard only: a field, then
// a value; nothing is taken unless it is chosen, and Enter searches.
func TestFilterCompletes(t *testing.T) {
	s := demoSite(t)
	p := s.judged(t, "mara")
	p.goTo("/items")
	const chosen = `document.querySelector('#mention [aria-selected="true"]')?.textContent || ''`
	p.typed("/")
	p.typed("te")
	p.wait("the field in the list", `document.querySelector('#mention [role="option"]')?.textContent.startsWith('team:')`)
	p.axe("a filter is completed", allRules)
	p.press(down)
	p.wait("the field chosen", chosen+`.startsWith('team:')`)
	p.typed(enter)
	p.wait("values", `document.querySelectorAll('#mention [role="option"]').length > 1 && document.activeElement.value === 'team:'`)
	p.typed("sig-nod")
	p.wait("one team", `document.querySelector('#mention [role="option"]')?.textContent.startsWith('sig-node')`)
	p.press(down)
	p.press(tabKey)
	p.wait("the value", `document.activeElement.value === 'team:sig-node ' && !document.getElementById('mention')`)
	p.typed("la")
	p.wait("another field in the list", `document.querySelector('#mention [role="option"]')?.textContent.startsWith('lane:')`)
	p.press(escape)
	p.wait("closed, and nothing lost", `!document.getElementById('mention') && document.activeElement.value === 'team:sig-node la'`)
	p.typed(enter)
	p.wait("the search", `location.pathname === '/items' && new URLSearchParams(location.search).get('q') === 'team:sig-node la'`)
}
