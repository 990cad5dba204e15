// The keyboard. An element with data-hotkey="c" or "g i" is clicked (a field
// is focused) by that key; inside the row that has the focus first, then on
// the page. Nothing fires in a field, in a dialog, or when keys are turned off.
import { next, across, row, picked, toMove } from './rows.js';
import { step } from './board.js';

const chosen = 'plumbline.keys';
let prefix = '', timer;

// A browser that keeps nothing keeps no choice either.
const kept = (value) => { try { return value ? localStorage.setItem(chosen, value) : localStorage.getItem(chosen); } catch { return null; } };
const off = () => document.documentElement.dataset.keys === 'off' || kept() === 'off';
const inField = (el) => el.closest?.('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable="true"]');

export function find(key) {
  const sel = `[data-hotkey="${CSS.escape(key)}"]`;
  return row()?.querySelector(sel) || [...document.querySelectorAll(sel)].find((el) => !el.closest('[data-row]'));
}

export function act(el) {
  if (el.matches('input, textarea, select')) { el.focus(); el.select?.(); } else el.click();
}

// In a menu the arrows walk, as people expect of one.
function inMenu(e, menu) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (!by || inField(e.target)) return;
  const all = [...menu.querySelectorAll('.menu-item:not(:disabled)')].filter((el) => el.checkVisibility());
  const at = all.indexOf(document.activeElement);
  all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]?.focus();
  e.preventDefault();
}

// own are the keys that work on the focused row or card; true: done.
const own = {
  j: () => next(1), k: () => next(-1),
  ArrowDown: () => row() ? next(1) : false, ArrowUp: () => row() ? next(-1) : false,
  ArrowRight: () => across(1), ArrowLeft: () => across(-1),
  x: () => { const box = row()?.querySelector('.row-pick'); if (!box) return false; box.checked = !box.checked; picked(); },
  m: toMove,
};

document.addEventListener('keydown', (e) => {
  if (e.defaultPrevented || e.isComposing) return;
  if ((e.metaKey || e.ctrlKey) && !e.altKey && e.key.toLowerCase() === 'k') {
    e.preventDefault();
    document.dispatchEvent(new Event('palette'));
    return;
  }
  if ((e.metaKey || e.ctrlKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === 'z' && !inField(e.target)) {
    const undo = document.querySelector('form[data-undo] button');
    if (undo) { e.preventDefault(); undo.click(); }
    return;
  }
  const menu = document.querySelector('.menu:popover-open');
  if (menu) return inMenu(e, menu);
  if (inField(e.target)) { if (e.key === 'Escape' && e.target.type === 'search') e.target.blur(); return; }
  if (document.querySelector('dialog:modal') || e.metaKey || e.ctrlKey) return;
  if (e.altKey) {
    const card = row()?.matches('.card[data-move]') && row();
    const by = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (card && by) { e.preventDefault(); step(card, by); }
    return;
  }
  if (e.key === 'Escape' && document.querySelector('.row-pick:checked')) { document.querySelector('[data-pick-none]')?.click(); return; }
  if (off() && e.key.length === 1) return;
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  const el = find(prefix ? `${prefix} ${key}` : key);
  clearTimeout(timer);
  const second = prefix;
  prefix = '';
  if (el) { e.preventDefault(); act(el); return; }
  if (second) return;
  if (own[key] && own[key]() !== false) { e.preventDefault(); return; }
  if (key === 'g') { prefix = 'g'; timer = setTimeout(() => (prefix = ''), 1500); }
});

// The switch in the sheet of shortcuts, for those who dictate or type by accident.
for (const box of document.querySelectorAll('[data-keys-switch]')) {
  box.checked = kept() !== 'off';
  box.addEventListener('change', () => kept(box.checked ? 'on' : 'off'));
}
if (/Mac|iP(hone|ad)/.test(navigator.platform)) for (const el of document.querySelectorAll('[data-mod]')) el.textContent = '⌘';
