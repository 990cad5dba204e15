// The palette: everything that has a shortcut or a place in the navigation,
// the moves of the card that has the focus, and items by search.
import { move, name, targets } from './board.js';
import { row } from './rows.js';
import { act } from './keys.js';

const dialog = document.getElementById('palette');
const input = dialog?.querySelector('input');
const list = dialog?.querySelector('[role="listbox"]');
const search = dialog?.dataset.search;
let actions = [], items = [], views = [], at = 0, asked, timer;

const text = (el) => (el.dataset.label || el.ariaLabel || el.textContent).replace(/\s+/g, ' ').trim();

// gather lists what can be done from here, what concerns the focused row first.
function gather() {
  const here = row(), found = [];
  const add = (el, hint) => {
    const label = text(el);
    if (label && !el.disabled && !found.some((f) => f.label === label)) found.push({ label, hint, keys: el.dataset.hotkey, run: () => act(el) });
  };
  if (here) {
    for (const state of here.matches('.card') ? targets(here) : []) {
      found.push({ label: `Move ${here.dataset.key} to ${name(here, state)}`, hint: 'Move', run: () => move(here, state) });
    }
    for (const el of here.querySelectorAll('[data-hotkey]')) add(el, here.dataset.key);
  }
  for (const b of document.querySelectorAll('form button[name="to"]:not(:disabled)')) {
    found.push({ label: `Move to ${text(b)}`, hint: 'Move', run: () => b.click() });
  }
  for (const el of document.querySelectorAll('[data-hotkey], [data-palette]')) {
    if (el.closest('[data-row]')) continue;
    add(el, el.closest('.nav, .menu-nav') ? 'Go to' : 'Action');
  }
  return found;
}

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = actions.filter((a) => words.every((w) => `${a.label} ${a.hint}`.toLowerCase().includes(w)));
  const go = (i) => () => location.assign(i.href);
  const all = [...fits.slice(0, words.length ? 8 : 40), ...views.map((v) => ({ label: v.label, hint: v.hint, run: go(v) })), ...items.map((i) => ({ key: i.key, label: i.title, hint: i.state, run: go(i) }))];
  at = Math.min(at, Math.max(0, all.length - 1));
  list.replaceChildren(...all.map(option));
  dialog.querySelector('.none').hidden = all.length > 0;
  input.setAttribute('aria-expanded', String(all.length > 0));
  mark();
}

function option(a, i) {
  const el = document.createElement('div');
  el.role = 'option';
  el.id = `palette-${i}`;
  const part = (name, value) => { if (!value) return; const s = document.createElement('span'); s.className = name; s.textContent = value; el.append(s); };
  part('key', a.key); part('what', a.label); part('muted', a.hint);
  for (const k of (a.keys || '').split(' ').filter(Boolean)) { const kbd = document.createElement('kbd'); kbd.textContent = k.toUpperCase(); el.append(kbd); }
  el.addEventListener('click', () => { dialog.close(); a.run(); });
  el.addEventListener('pointermove', () => { if (at !== i) { at = i; mark(); } });
  return el;
}

function mark() {
  [...list.children].forEach((el, i) => (el.ariaSelected = String(i === at)));
  const el = list.children[at];
  if (el) { input.setAttribute('aria-activedescendant', el.id); el.scrollIntoView({ block: 'nearest' }); } else input.removeAttribute('aria-activedescendant');
}

// look asks the server for items; what comes late is not shown.
function look() {
  clearTimeout(timer);
  const q = input.value.trim();
  if (!search || q.length < 2) { asked?.abort(); items = []; views = []; return; }
  timer = setTimeout(async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`${search}?q=${encodeURIComponent(q)}`, { signal: asked.signal, headers: { Accept: 'application/json' } });
      const found = answer.ok ? await answer.json() : {};
      items = found.items || [];
      views = found.views || [];
      show();
    } catch { /* a newer question is on its way, or the server is: keep what is shown */ }
  }, 90);
}

if (dialog) {
  document.addEventListener('palette', () => {
    if (dialog.open) { dialog.close(); return; }
    actions = gather();
    input.value = ''; items = []; views = []; at = 0;
    dialog.showModal();
    show();
  });
  document.addEventListener('click', (e) => { if (e.target.closest('[data-open-palette]')) document.dispatchEvent(new Event('palette')); });
  input.addEventListener('input', () => { at = 0; look(); show(); });
  input.addEventListener('keydown', (e) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key], n = list.children.length;
    if (by && n) { e.preventDefault(); at = (at + by + n) % n; mark(); }
    if (e.key === 'Enter') { e.preventDefault(); list.children[at]?.click(); }
  });
}
