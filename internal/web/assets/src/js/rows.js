// Rows and cards that the keyboard moves between, and choosing several.
// A row has data-row and inside it one link with data-row-link.

const links = () => [...document.querySelectorAll('[data-row] [data-row-link]')].filter((a) => a.checkVisibility());

export const row = () => document.activeElement?.closest('[data-row]');

function go(link) {
  if (!link) return;
  link.focus({ focusVisible: true });
  link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

// next moves the focus by one row; from nowhere it goes to the current or first one.
export function next(by) {
  const all = links();
  const at = all.indexOf(row()?.querySelector('[data-row-link]'));
  go(at < 0 ? all.find((a) => a.ariaCurrent) || all[0] : all[at + by]);
}

// across moves the focus to the neighbouring column that has cards.
export function across(by) {
  const list = row()?.closest('[data-cards]');
  if (!list) return false;
  const lists = [...(list.closest('.swim') || list.closest('.board')).querySelectorAll('[data-cards]')];
  const index = [...list.querySelectorAll('[data-row-link]')].indexOf(row().querySelector('[data-row-link]'));
  for (let i = lists.indexOf(list) + by; lists[i]; i += by) {
    const there = [...lists[i].querySelectorAll('[data-row-link]')].filter((a) => a.checkVisibility());
    if (there.length) { go(there[Math.min(index, there.length - 1)]); break; }
  }
  return true;
}

// toMove opens the menu of moves: on the card, on this page, or on the row's own page.
export function toMove() {
  const button = (row() || document).querySelector('[data-move-button]');
  const link = row()?.querySelector('[data-row-link]');
  if (button) button.click();
  else if (link) location.assign(`${link.href}#move`);
  else return false;
}

// Choosing: a click with Shift chooses everything between.
let anchor;
document.addEventListener('click', (e) => {
  if (!e.target.matches?.('.row-pick')) return;
  const all = [...document.querySelectorAll('.row-pick')];
  const a = all.indexOf(anchor), b = all.indexOf(e.target);
  if (e.shiftKey && a >= 0) for (const box of all.slice(Math.min(a, b), Math.max(a, b) + 1)) box.checked = e.target.checked;
  anchor = e.target;
});
document.addEventListener('change', picked);
document.addEventListener('click', (e) => {
  if (!e.target.closest('[data-pick-none]')) return;
  for (const box of document.querySelectorAll('.row-pick:checked')) box.checked = false;
  picked();
});
document.addEventListener('click', (e) => {
  if (!e.target.closest('[data-pick-all]')) return;
  for (const box of document.querySelectorAll('.row-pick')) box.checked = true;
  picked();
});
export function picked() {
  const n = document.querySelectorAll('.row-pick:checked').length;
  for (const el of document.querySelectorAll('[data-picked]')) el.textContent = String(n);
}
document.addEventListener('refreshed', picked);
picked();
