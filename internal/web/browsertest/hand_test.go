package browsertest

import (
	"context"
	"time"

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
	var last *point
	p.until(what+" to click", func() bool {
		got, err := ask[*point](p, "document.readyState === 'complete' ? spot("+expr+") : null", args...)
		if err != nil || got == nil {
			last = nil
			return false
		}
		at = *got
		still := last != nil && *last == at
		last = got
		return still
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
	p.press(text)
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

// press presses keys one after another, while others are held. A key and its
// letter are one event, as from a keyboard: a page that takes the key for itself
// gets no letter.
func (p *tab) press(keys string, held ...chromedp.Modifier) {
	p.t.Helper()
	for _, r := range keys {
		events := kb.Encode(r)
		down, up := *events[0], *events[len(events)-1]
		if len(events) == 3 && len(held) == 0 {
			down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
		}
		for _, m := range held {
			down.Modifiers |= int64(m)
			up.Modifiers |= int64(m)
		}
		p.call(call(input.DispatchKeyEvent, down))
		p.call(call(input.DispatchKeyEvent, up))
	}
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

// carry takes something that the browser itself lets be dragged, and lets it go at the
// goal. The browser says what is carried, since there is no hand that carries it.
func (p *tab) carry(from, to point, over func()) {
	p.t.Helper()
	carried := make(chan *input.DragData, 1)
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	if err := chromedp.Listen(ctx, func(ev any) {
		if d, ok := ev.(*input.EventDragIntercepted); ok {
			carried <- d.Data
		}
	}); err != nil {
		p.t.Fatal(err)
	}
	p.call(call(input.SetInterceptDrags, input.SetInterceptDragsParams{Enabled: true}))
	p.call(chromedp.MouseEvent(chromedp.MouseMoved, from.X, from.Y))
	for i, typ := range []input.DispatchMouseEventType{chromedp.MousePressed, chromedp.MouseMoved, chromedp.MouseMoved} {
		p.call(chromedp.MouseEvent(typ, from.X+float64(6*i), from.Y, chromedp.ButtonLeft, chromedp.ClickCount(1), func(m *input.DispatchMouseEventParams) { m.Buttons = 1 }))
	}
	var data *input.DragData
	select {
	case data = <-carried:
	case <-time.After(patience):
		p.t.Fatal("nothing is carried")
	}
	for _, typ := range []input.DispatchDragEventType{"dragEnter", "dragOver", "drop"} {
		if typ == "drop" {
			over()
		}
		p.call(call(input.DispatchDragEvent, input.DispatchDragEventParams{Type: typ, X: to.X, Y: to.Y, Data: data}))
	}
	p.call(chromedp.MouseEvent(chromedp.MouseReleased, to.X, to.Y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
}
