// What the pages about judgement gain when script runs: a sheet of estimates is
// walked through and pasted into like a spreadsheet, and a trial re-ranks while
// somebody drags. Without script the same forms are sent by their buttons.

// The sheet.
const inputsOf = (row) => [...row.querySelectorAll('.sheet-cell')].map((cell) => cell.querySelector('input:not([type="hidden"])'));

// cellAt is the input of a sheet that many rows down and columns across.
function cellAt(input, down, across) {
  const rows = [...input.closest('[data-sheet]').querySelectorAll('tbody tr')];
  const row = input.closest('tr');
  const to = rows[rows.indexOf(row) + down];
  return to && inputsOf(to)[inputsOf(row).indexOf(input) + across];
}

function go(input) {
  if (!input) return false;
  input.focus();
  input.select();
  return true;
}

const mark = (input) => input.toggleAttribute('data-changed', input.value !== input.defaultValue);

addEventListener('keydown', (e) => {
  if (e.isComposing || e.metaKey || e.ctrlKey || e.altKey || !e.target.matches?.('[data-sheet] .sheet-cell input')) return;
  const at = e.target, whole = at.selectionStart === 0 && at.selectionEnd === at.value.length;
  const to = {
    ArrowDown: [1, 0], ArrowUp: [-1, 0], Enter: [e.shiftKey ? -1 : 1, 0],
    ArrowRight: (whole || at.selectionStart === at.value.length) && [0, 1],
    ArrowLeft: (whole || at.selectionEnd === 0) && [0, -1],
  }[e.key];
  if (e.key === 'Escape' && at.value !== at.defaultValue) { e.preventDefault(); at.value = at.defaultValue; mark(at); at.select(); return; }
  if (!to) return; // with Alt, the arrows open the list of steps
  if (go(cellAt(at, ...to)) || e.key === 'Enter') e.preventDefault();
});

// Cells from a spreadsheet: lines of texts with tabs between them.
addEventListener('paste', (e) => {
  if (!e.target.matches?.('[data-sheet] .sheet-cell input')) return;
  const text = e.clipboardData?.getData('text/plain') || '';
  if (!/[\t\n]/.test(text.trim())) return;
  e.preventDefault();
  text.replace(/\r?\n$/, '').split(/\r?\n/).forEach((line, down) => line.split('\t').forEach((value, across) => {
    const cell = cellAt(e.target, down, across);
    if (!cell) return;
    cell.value = value.trim();
    mark(cell);
  }));
});
addEventListener('input', (e) => { if (e.target.matches?.('[data-sheet] .sheet-cell input')) mark(e.target); });
addEventListener('beforeunload', (e) => { if (!sending && document.querySelector('[data-sheet] [data-changed]')) e.preventDefault(); });
let sending = false;
addEventListener('submit', (e) => { if (e.target.querySelector('[data-sheet]')) sending = true; });
addEventListener('pageshow', () => { sending = false; });

// A trial. The address becomes that of the form, and the page's live regions are
// fetched anew: one at a time, the newest last.
let timer;
function tryOut(form) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ''));
    history.replaceState(null, '', `${form.getAttribute('action')}?${query}`);
    dispatchEvent(new Event('renew'));
  }, 90);
}

const written = (x) => String(Number(x.toPrecision(2)));

addEventListener('input', (e) => {
  const form = e.target.closest?.('form[data-trial]');
  if (!form) return;
  const slider = e.target;
  if (slider.dataset.slides) {
    const by = 10 ** (slider.value / 100);
    let [low, high] = [slider.dataset.low * by, slider.dataset.high * by];
    if (slider.dataset.high <= 1 && high > 0.99) [low, high] = [low / high * 0.99, 0.99]; // a share stays one
    form.elements[slider.dataset.slides].value = low === high ? written(low) : `${written(low)}-${written(high)}`;
  }
  tryOut(form);
});
