package browsertest

import (
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// point is a place in the window.
type point struct{ X, Y float64 }

// spot is where the first element that fits can be clicked; it waits until
// there is one and nothing covers it. text is how the element's words begin.
func (p *tab) spot(css, text string) point {
	p.t.Helper()
	return p.spotOf(css+" "+text, `one(%s, %s)`, css, text)
}

// spotOf is spot for an element that an expression gives.
func (p *tab) spotOf(what, expr string, args ...any) (at point) {
	p.t.Helper()
	p.until(what+" to click", func() bool {
		got, err := ask[*point](p, "spot("+expr+")", args...)
		if err != nil || got == nil {
			return false
		}
		at = *got
		return true
	})
	return at
}

// click clicks the first element that fits, with the mouse.
func (p *tab) click(css, text string) {
	p.t.Helper()
	p.clickAt(p.spot(css, text))
}

func (p *tab) clickAt(at point) {
	p.t.Helper()
	p.call(chromedp.MouseEvent(chromedp.MouseMoved, at.X, at.Y))
	p.call(chromedp.MouseClickXY(at.X, at.Y))
}

// fill clicks into the field with a label and enters a text.
func (p *tab) fill(label, text string) {
	p.t.Helper()
	p.clickAt(p.spotOf("the field "+label, `field(%s)`, label))
	p.wait("the focus in "+label, `document.activeElement === field(%s)`, label)
	p.call(call(input.InsertText, input.InsertTextParams{Text: text}))
}

// choose chooses in the list with a label, by typing what it begins with.
func (p *tab) choose(label, option string) {
	p.t.Helper()
	p.clickAt(p.spotOf("the label "+label, `labelled(%s)`, label))
	p.wait("the focus in "+label, `document.activeElement === field(%s)`, label)
	p.typed(option)
	p.wait(option+" in "+label, `field(%s).selectedOptions[0].text.startsWith(%s)`, label, option)
}

// typed presses the keys of a text, one after another.
func (p *tab) typed(text string) {
	p.t.Helper()
	p.call(chromedp.KeyEvent(text))
}

// Keys that have no character, and keys that are held.
const (
	enter  = kb.Enter
	escape = kb.Escape
	tabKey = kb.Tab
	up     = kb.ArrowUp
	down   = kb.ArrowDown
	left   = kb.ArrowLeft
	right  = kb.ArrowRight

	ctrl = chromedp.ModifierCtrl
	alt  = chromedp.ModifierAlt
)

// press presses a key together with others.
func (p *tab) press(key string, with ...chromedp.Modifier) {
	p.t.Helper()
	p.call(chromedp.KeyEvent(key, chromedp.KeyModifiers(with...)))
}

// drag takes something with the mouse and carries it, in steps as a hand does.
// over is told when the mouse hangs above the goal, before it lets go.
func (p *tab) drag(from, to point, over func()) {
	p.t.Helper()
	mouse := func(typ input.DispatchMouseEventType, at point) {
		p.t.Helper()
		p.call(chromedp.MouseEvent(typ, at.X, at.Y, chromedp.ButtonLeft, chromedp.ClickCount(1), func(m *input.DispatchMouseEventParams) {
			if typ == chromedp.MouseMoved {
				m.Buttons = 1
			}
		}))
	}
	p.call(chromedp.MouseEvent(chromedp.MouseMoved, from.X, from.Y))
	mouse(chromedp.MousePressed, from)
	const steps = 12
	for i := 1; i <= steps; i++ {
		part := float64(i) / steps
		mouse(chromedp.MouseMoved, point{from.X + (to.X-from.X)*part, from.Y + (to.Y-from.Y)*part})
	}
	if over != nil {
		over()
	}
	mouse(chromedp.MouseReleased, to)
}
