package browsertest

import (
	"slices"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
)

// lookOut notes the time at which a card comes to a column, and at which a move
// was let go of and answered. Times are milliseconds of the machine's clock,
// which all tabs share.
const lookOut = `(() => {
	window.noted = {};
	const now = () => performance.timeOrigin + performance.now();
	const look = () => { for (const c of document.querySelectorAll('.card')) noted[c.dataset.key + ' ' + c.closest('[data-cards]')?.dataset.cards] ??= now(); };
	look();
	new MutationObserver(look).observe(document.querySelector('main'), { childList: true, subtree: true, attributes: true, attributeFilter: ['id', 'data-key'] });
	document.addEventListener('pointerup', () => (noted.dropped = now()), true);
	new PerformanceObserver((list) => { for (const e of list.getEntries()) if (e.name.endsWith('/move')) noted.answered = performance.timeOrigin + e.responseEnd; }).observe({ type: 'resource' });
	return true;
})()`

// Two people look at the board. What one moves, the other sees move, in no
// time. Machines differ, so the bound for each move is wide and only the best
// one has to be as fast as promised.
func TestMovesAreSeenByOthers(t *testing.T) {
	const promised, bound, rounds = 200 * time.Millisecond, 2 * time.Second, 5
	s := demoSite(t)
	mara, ines := s.tab("mara"), s.tab("ines")
	for _, p := range []*tab{mara, ines} {
		p.goTo("/board?lane=workflow-infra")
	}
	key := plumbline.Key(get[string](mara, `document.querySelector('[data-cards="workflow-infra::Triage"] .card').dataset.key`))
	var there, back []time.Duration
	for range rounds {
		there = append(there, seenMove(mara, ines, key, stateMoreInfo))
		back = append(back, seenMove(ines, mara, key, stateTriage))
	}
	for _, way := range []struct {
		name  string
		times []time.Duration
	}{{"mara to ines", there}, {"ines to mara", back}} {
		slices.Sort(way.times)
		t.Logf("%s: from the server's answer to the other screen %v, median %v", way.name, way.times, way.times[rounds/2])
		if best, worst := way.times[0], way.times[rounds-1]; best > promised || worst > bound {
			t.Errorf("%s: best %v, worst %v; want %v and %v at most", way.name, best, worst, promised, bound)
		}
	}
	n := len(s.item(key).History)
	if n < 2*rounds {
		t.Errorf("%s has %d events; every move should be one", key, n)
	}
}

// seenMove drags a card on one screen, and measures how long after the server's
// answer it is in its new column on the other.
func seenMove(mover, other *tab, key plumbline.Key, to plumbline.State) time.Duration {
	mover.t.Helper()
	for _, p := range []*tab{mover, other} {
		p.wait("the board to be still", `card(%s) && !card(%s).ariaBusy && document.getAnimations().length === 0`, key, key)
		get[bool](p, lookOut)
	}
	mover.dragTo(key, to)
	place := string(key) + " " + string(to)
	other.wait("the other person's move", `noted[%s]`, place)
	mover.wait("the server's answer", `noted.answered`)
	answered, dropped, seen := get[float64](mover, `noted.answered`), get[float64](mover, `noted.dropped`), get[float64](other, `noted[%s]`, place)
	other.t.Logf("%s to %s: answered %.0f ms after the drop, seen %.0f ms after the drop", key, to, answered-dropped, seen-dropped)
	return max(0, time.Duration((seen-answered)*float64(time.Millisecond)))
}

// A request that somebody else declines leaves the inbox of those who look at it.
func TestDeclinedElsewhere(t *testing.T) {
	s := demoSite(t)
	key := s.egress()
	p := s.tab("mara")
	p.goTo("/inbox")
	p.wait("the request in the list", `one('#inbox a', %s)`, egressTitle)
	before := get[int](p, `document.querySelectorAll('#inbox [data-row]').length`)

	_, err := s.app.Decide(t.Context(), s.actor("avery"), key, app.DecisionInput{
		Outcome: plumbline.Decline, Sentence: "Not worth it for two customers.", Reason: "Two customers.", Reopen: "Three more customers ask.",
	})
	if err != nil {
		t.Fatal(err)
	}
	p.wait("the request to leave the list", `!one('#inbox a', %s)`, egressTitle)
	if got := get[int](p, `document.querySelectorAll('#inbox [data-row]').length`); got != before-1 {
		t.Errorf("the list has %d requests, want %d", got, before-1)
	}
	p.wait("the number beside Inbox to follow", `words(one('.nav a[href="/inbox"] .count', '')).startsWith(String(%s))`, before-1)
}
