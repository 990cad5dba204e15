package browsertest

import (
	"testing"

	"plumbline"
	"plumbline/internal/app"
)

// countMotion counts, from now on, what the script sets in motion, and whether
// anything moves by its style.
const countMotion = `(() => {
	window.moved = 0;
	const animate = Element.prototype.animate;
	Element.prototype.animate = function (...args) { window.moved++; return animate.apply(this, args); };
	return true;
})()`

// slowest is the longest time, in seconds, that a style of the page takes for a
// transition or an animation.
const slowest = `Math.max(...[...document.querySelectorAll('*')].flatMap((el) => {
	const s = getComputedStyle(el);
	return [s.transitionDuration, s.animationDuration].flatMap((d) => d.split(',')).map((d) => parseFloat(d) * (d.includes('ms') ? 0.001 : 1) || 0);
}))`

// Who asked for less motion gets none; others see cards glide to their place.
func TestReducedMotion(t *testing.T) {
	s := demoSite(t)
	for _, c := range []struct {
		wish  string
		moves bool
	}{{"reduce", false}, {"no-preference", true}} {
		p := s.tab("mara")
		p.media("light", c.wish)
		p.goTo("/board?lane=workflow-infra")
		get[bool](p, countMotion)
		key := plumbline.Key(get[string](p, `document.querySelector('[data-cards="workflow-infra::Triage"] .card').dataset.key`))
		if _, err := s.app.Move(t.Context(), s.actor("ines"), key, app.MoveInput{To: stateMoreInfo}); err != nil {
			t.Fatal(err)
		}
		p.wait("the move", `columnOf(%s) === %s`, key, stateMoreInfo)
		if c.moves {
			p.wait("the card to glide", `moved > 0`)
		}
		moved, slow := get[int](p, `moved`), get[float64](p, slowest)
		if got := moved > 0 || slow > 0.01; got != c.moves {
			t.Errorf("with %s: the script moved %d things and a style takes %.3f s", c.wish, moved, slow)
		}
	}
}

// A move is announced to those who cannot see it: the words come into a region
// that was there before, and that screen readers read out.
func TestMovesAreAnnounced(t *testing.T) {
	s := demoSite(t)
	p := s.tab("mara")
	p.watch.expect(422)
	p.size(2560, 1100)
	p.goTo("/board?lane=workflow-infra")
	get[bool](p, `(() => {
		window.heard = [];
		const hear = (el) => new MutationObserver(() => { const said = el.textContent.replace(/\s+/g, ' ').trim(); if (said) heard.push(said); }).observe(el, { childList: true, subtree: true, characterData: true });
		const regions = [...document.querySelectorAll('[role="status"], [aria-live="polite"]')].filter((el) => !el.closest('dialog'));
		regions.forEach(hear);
		return regions.length > 0;
	})()`)
	key := plumbline.Key(get[string](p, `document.querySelector('[data-cards="workflow-infra::Triage"] .card').dataset.key`))
	p.dragTo(key, stateMoreInfo)
	p.wait("the move to be said", `heard.some((text) => text.includes(%s))`, string(key)+" moved to Needs More Info")

	other := plumbline.Key(get[string](p, `document.querySelector('[data-cards="workflow-infra::Triage"] .card').dataset.key`))
	p.wait("the board to be still", `!card(%s).ariaBusy && document.getAnimations().length === 0`, other)
	p.dragTo(other, stateReady)
	p.wait("the refusal to be said", `heard.some((text) => text.includes(%s))`, string(other)+" stays in Triage")
}
