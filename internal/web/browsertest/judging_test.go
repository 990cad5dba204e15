package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"plumbline"
)

// cell is the expression for a cell of the sheet that is not empty space: of the
// row and column with these numbers, from 0.
func cell(row, column int) string {
	return fmt.Sprintf(`document.querySelectorAll('[data-sheet] tbody tr')[%d].querySelectorAll('.sheet-cell input:not([type="hidden"])')[%d]`, row, column)
}

// Estimates are typed into the sheet as into a spreadsheet: the arrows and Enter
// walk, a block of cells is pasted, Ctrl and Enter save. What cannot be read stays
// in its cell with what is wrong with it, and the other cells are kept.
func TestSheetWithTheKeyboard(t *testing.T) {
	s := demoSite(t)
	p := s.judged(t, "ines")
	p.watch.expect(422)
	p.goTo("/ranking/estimates?model=rice")
	get[bool](p, `(`+cell(0, 0)+`.focus(), `+cell(0, 0)+`.select(), true)`)
	first, second := get[string](p, cell(0, 0)+`.name`), get[string](p, cell(1, 0)+`.name`)
	p.typed("200-900" + enter)
	p.focused("the cell below", `document.activeElement === `+cell(1, 0))
	p.typed("9-2" + up)
	p.focused("the cell above", `document.activeElement === `+cell(0, 0)+` && document.activeElement.value === '200-900'`)
	p.wait("both cells marked as changed", `document.querySelectorAll('[data-sheet] [data-changed]').length === 2`)
	p.press("\r", ctrl)
	p.waitText("1 range was not saved; the other 1 are")
	p.wait("what was typed, with what is wrong", `document.getElementsByName(%s)[0].value === '9-2' && document.getElementsByName(%s)[0].ariaInvalid === 'true'`, second, second)
	p.judge("a sheet with a cell that was refused")
	if got := s.range90(t, "ines", first); got != "200-900" {
		t.Errorf("the good cell holds %q", got)
	}
	if got := s.range90(t, "ines", second); got != "" && got != "?" {
		t.Errorf("the bad cell holds %q", got)
	}

	get[bool](p, `(`+cell(2, 0)+`.focus(), true)`)
	get[bool](p, `(() => { const d = new DataTransfer(); d.setData('text/plain', '20-60\t1\n30-70\t2\n');
		document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: d, bubbles: true, cancelable: true})); return true; })()`)
	p.wait("four cells from the spreadsheet", cell(2, 0)+`.value === '20-60' && `+cell(2, 1)+`.value === '1' && `+cell(3, 0)+`.value === '30-70' && `+cell(3, 1)+`.value === '2'`)
}

// range90 is what somebody said of a cell "cell.KEY.FACTOR".
func (s *site) range90(t *testing.T, who, name string) string {
	t.Helper()
	part := strings.Split(strings.TrimPrefix(name, "cell."), ".")
	v, err := s.app.Estimates(t.Context(), s.actor(who), plumbline.Key(part[0]), "rice")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range v.Factors {
		if string(f.Factor) == part[1] {
			return f.Mine
		}
	}
	t.Fatalf("%s has no factor %s", part[0], part[1])
	return ""
}

// A slider is dragged, and the ranking answers while it is: the ranks before and
// after appear, the address is that of the trial, and nothing is saved.
func TestWhatIfAnswersWhileDragging(t *testing.T) {
	s := demoSite(t)
	p := s.judged(t, "mara")
	p.goTo("/ranking?model=rice")
	row := get[string](p, `[...document.querySelectorAll('#ranking tr[id^="rank-"]')].filter((r) => r.querySelector('.odds')).at(-1).id`)
	key := strings.TrimPrefix(row, "rank-")
	p.click("#"+row+" a.btn", "What if")
	p.wait("the form of the trial", `document.querySelector('form[data-trial] input[type="range"]')`)
	p.judge("a trial")
	from := p.spotOf("the slider", `document.querySelector('form[data-trial] input[data-slides="set.reach"]')`)
	p.drag(from, point{from.X + 60, from.Y}, func() {
		p.wait("the answer while it is dragged", `document.querySelector('#trial-answer .moved li') && location.search.includes('set.reach')`)
	})
	p.wait("the range that the slider stands for", `document.querySelector('[name="set.reach"]').value.includes('-')`)
	moved := get[string](p, `document.querySelector('#trial-answer .moved').innerText`)
	if !strings.Contains(moved, key) || !strings.Contains(moved, "up") {
		t.Errorf("reach was raised, and the ranking says: %s", moved)
	}
	v, err := s.app.Estimates(t.Context(), s.actor("mara"), plumbline.Key(key), "rice")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range v.Factors {
		if f.Mine != "" && strings.Contains(get[string](p, `document.querySelector('[name="set.reach"]').value`), f.Mine) && f.Factor == "reach" {
			t.Errorf("the trial was saved: %q", f.Mine)
		}
	}
}

// While a slider is dragged the rows themselves change their order, on the same page;
// when the estimate is as it was, so is the ranking.
func TestRanksFollowTheSliderAndComeBack(t *testing.T) {
	s := demoSite(t)
	p := s.judged(t, "mara")
	const rows, ranks = `[...document.querySelectorAll('#ranking tr[id^="rank-"]')].filter((r) => r.querySelector('.odds'))`, `.map((r) => r.querySelector('.rank-place').innerText + ' ' + r.id).join(', ')`
	p.goTo("/ranking?model=rice")
	row := get[string](p, rows+`.at(-1).id`)
	p.click("#"+row+" a.btn", "What if")
	p.wait("the form of the trial", `document.querySelector('form[data-trial] input[type="range"]')`)
	get[bool](p, `(window.thisPage = true)`)
	before, place := get[string](p, rows+ranks), get[int](p, rows+`.findIndex((r) => r.id === %s)`, row)
	from := p.spotOf("the slider", `document.querySelector('form[data-trial] input[data-slides="set.reach"]')`)
	p.drag(from, point{from.X + 60, from.Y}, func() {
		p.wait("the row higher up while the slider is dragged", `window.thisPage && `+rows+`.findIndex((r) => r.id === %s) < %s`, row, place)
	})
	if now := get[string](p, rows+ranks); now == before {
		t.Errorf("the ranks are as before: %s", now)
	}
	p.click("form[data-trial] a", "As estimated")
	p.wait("the ranks as they were", rows+ranks+` === %s && !location.search.includes('set.reach')`, before)
}

// Two people estimate without seeing each other; when the round is closed, both
// ranges stand below each other.
func TestBlindRoundOfTwo(t *testing.T) {
	s := demoSite(t)
	mara, ines := s.judged(t, "mara"), s.tab("ines")
	key := string(s.egress())
	mara.goTo("/ranking/rounds?key=" + key)
	mara.fill("What it is about", "Reach of fixed addresses")
	mara.click("label", "Reach")
	mara.fill("Who is asked", "mara ines")
	mara.click("main button", "Open the round")
	mara.waitText("The round is open")
	page := mara.at()
	name := get[string](mara, cell(0, 0)+`.name`)
	give := func(p *tab, text string) {
		p.goTo(page)
		get[bool](p, `(document.getElementsByName(%s)[0].select(), document.getElementsByName(%s)[0].focus(), true)`, name, name)
		p.typed(text)
		p.click("main button", "Give my estimates")
		p.waitText("1 estimate given")
	}
	give(mara, "10-20")
	give(ines, "300-700")
	mara.goTo(page)
	for _, path := range []string{page, "/ranking/" + key, "/items/" + key, "/ranking/estimates?q=key:" + key} {
		mara.goTo(path)
		if text := get[string](mara, `document.documentElement.innerHTML`); strings.Contains(text, "300-700") || strings.Contains(text, "300–700") {
			t.Errorf("%s shows what somebody else answered while the round is open", path)
		}
	}
	mara.goTo(page)
	mara.judge("an open round")
	mara.click("main button", "Close the round")
	mara.waitText("The round is closed")
	mara.waitText("10-20")
	mara.waitText("300-700")
	mara.judge("a closed round")
}

// Pairs are answered with three keys, and the next pair follows.
func TestPairsWithTheKeyboard(t *testing.T) {
	s := demoSite(t)
	p := s.judged(t, "mara")
	p.goTo("/ranking/pairs")
	pair := func() string {
		return get[string](p, `[...document.querySelectorAll('[name="a"], [name="b"]')].map((i) => i.value).join(' ')`)
	}
	asked := func() int {
		t.Helper()
		v, err := s.app.NextPair(t.Context(), s.actor("mara"), plumbline.Filter{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		return v.Asked
	}
	before := asked()
	for i, key := range []string{left, right, "="} {
		now := pair()
		p.typed(key)
		p.until("the answer to be kept", func() bool { return asked() == before+i+1 })
		p.wait("another pair after "+now, `document.querySelector('.toast')?.innerText.includes('kept')`)
	}
	p.judge("the pairs")
}
