// A single cell of the table is changed in place: F2, Enter or a double click
// opens it, Enter saves, Tab saves and opens the next one, Escape leaves. The
// arrows walk from cell to cell. The row's form without script does the same.
import { post } from './forms.js';
import { say, toast } from './toast.js';

const cellsOf = (row) => [...row.querySelectorAll('[data-cell]')];
const heading = (cell) => cell.dataset.label || 'Title';
let open; // {cell, row, input, action, version, kept}

// fetchRow is the row as the server has it now, open for editing or not.
async function fetchRow(row, editing) {
  const at = new URL(row.dataset.at, location.href);
  if (editing) at.searchParams.set('edit', row.dataset.key);
  const answer = await fetch(at, { headers: { Accept: 'text/html' } });
  if (!answer.ok || answer.redirected) throw new Error('The row cannot be read now. Load the page again.');
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(row.id);
  if (!fresh) throw new Error('The row is not there any more. Load the page again.');
  return fresh;
}

async function edit(cell) {
  if (!cell || open) return;
  const row = cell.closest('tr');
  open = { cell, row };
  try {
    const fresh = await fetchRow(row, true);
    const input = fresh.querySelector(`[data-cell="${CSS.escape(cell.dataset.cell)}"] [form="cells"]`);
    const form = fresh.querySelector('#cells');
    if (!input) throw new Error(`${heading(cell)} of ${row.dataset.key} is not changed here: its process has no such field.`);
    input.removeAttribute('form');
    input.id = 'cell-input';
    input.setAttribute('aria-label', `${heading(cell)} of ${row.dataset.key}`);
    Object.assign(open, { input, was: input.value, action: form.getAttribute('action'), version: form.elements.namedItem('version')?.value || fresh.querySelector('[name="version"]').value, kept: [...cell.childNodes] });
    cell.replaceChildren(input);
    cell.dataset.editing = '';
    input.focus();
    input.select?.();
  } catch (err) {
    open = undefined;
    toast(err.message, { tone: 'bad' });
    cell.focus();
  }
}

// put gives the row back, as it is on the server, with the focus in the same cell.
function put(fresh) {
  const { row, cell } = open;
  const made = document.importNode(fresh, true);
  row.replaceWith(made);
  open = undefined;
  const next = made.querySelector(`[data-cell="${CSS.escape(cell.dataset.cell)}"]`);
  next?.focus();
  return next;
}

function leave() {
  const { cell, kept, now } = open;
  if (now) { put(now); return; } // somebody changed it: theirs stays
  cell.replaceChildren(...kept);
  delete cell.dataset.editing;
  open = undefined;
  cell.focus();
}

// save sends the cell; by says where to go on. When somebody was faster both
// texts stay: theirs is shown below what was typed.
async function save(by) {
  const { cell, row, input, action, was } = open;
  if (open.busy) return;
  if (input.value === was && !open.now) { leave(); after(cell, by); return; }
  open.busy = true;
  try {
    await post(action, { version: open.version, [input.name]: input.value, stay: '1' });
    say(`${heading(cell)} of ${row.dataset.key} saved.`);
    const next = put(await fetchRow(row, false));
    after(next, by);
  } catch (err) {
    if (!open) { toast(err.message, { tone: 'bad' }); return; }
    open.busy = false;
    await refused(err);
  }
}

async function refused(err) {
  const { cell, row, input } = open;
  const note = document.createElement('p');
  note.className = 'cell-note';
  note.role = 'alert';
  note.id = 'cell-note';
  note.textContent = err.message;
  try {
    const opened = await fetchRow(row, true);
    const version = opened.querySelector('[name="version"]').value;
    if (version !== open.version) {
      open.now = await fetchRow(row, false);
      open.version = version;
      const theirs = open.now.querySelector(`[data-cell="${CSS.escape(cell.dataset.cell)}"]`);
      const text = (theirs?.querySelector('[data-row-link]') || theirs)?.textContent.trim();
      note.textContent += ` There it now says: ${text || 'nothing'}. Enter saves yours, Escape keeps theirs.`;
    }
  } catch { /* what was typed stays; the message says what is wrong */ }
  cell.querySelector('.cell-note')?.remove();
  cell.append(note);
  input.setAttribute('aria-describedby', note.id);
  input.setAttribute('aria-invalid', 'true');
  input.focus();
}

function after(cell, by) {
  if (!by || !cell) return;
  const all = [...document.querySelectorAll('tr[data-at] [data-cell]')];
  edit(all[all.indexOf(cell) + by]);
}

// walk moves the focus between cells; from a row's link to its first cell.
function walk(e, cell, row) {
  const all = cellsOf(row), at = all.indexOf(cell);
  const across = { ArrowRight: 1, ArrowLeft: -1 }[e.key], down = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[e.key];
  let to;
  if (across) to = all[at + across] || (at + across < 0 ? row.querySelector('[data-row-link]') : undefined);
  else if (down && at >= 0) to = row[down]?.querySelector(`[data-cell="${CSS.escape(cell.dataset.cell)}"]`);
  if (!to) return;
  e.preventDefault();
  to.focus();
  to.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

addEventListener('keydown', (e) => {
  if (e.isComposing || e.metaKey || e.ctrlKey || e.altKey) return;
  if (open?.input && e.target === open.input) {
    if (e.key === 'Escape') { e.preventDefault(); leave(); }
    if (e.key === 'Enter') { e.preventDefault(); save(0); }
    if (e.key === 'Tab') { e.preventDefault(); save(e.shiftKey ? -1 : 1); }
    return;
  }
  const row = e.target.closest?.('tr[data-at]');
  if (!row || e.target.matches('input, select, textarea, button')) return;
  const cell = e.target.matches('[data-cell]') ? e.target : null;
  if (e.key === 'F2') { e.preventDefault(); edit(cell || cellsOf(row)[0]); return; }
  if (e.key === 'Enter' && cell) { e.preventDefault(); edit(cell); return; }
  walk(e, cell, row);
}, true);

document.addEventListener('dblclick', (e) => {
  const cell = e.target.closest?.('tr[data-at] [data-cell]');
  if (!cell || cell.dataset.editing !== undefined || e.target.closest('a, input, button')) return;
  e.preventDefault();
  edit(cell);
});
// Leaving the field with the mouse saves nothing and loses nothing: it stays open.
