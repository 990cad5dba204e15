// A form with data-draft="NAME" keeps what was typed in this tab until it is
// sent. Without script, or without storage, it is a form like any other.
import { toast } from './toast.js';

const form = document.querySelector('form[data-draft]');
const key = (name) => `plumbline.draft ${name}`;
const store = (name, value) => {
  try {
    if (value === null) sessionStorage.removeItem(key(name)); else sessionStorage.setItem(key(name), value);
  } catch { /* a browser that keeps nothing keeps no draft */ }
};
const kept = (name) => { try { return JSON.parse(sessionStorage.getItem(key(name))); } catch { return null; } };

// fields are what a person fills in; what the page itself sends stays as it is.
const fields = () => [...form.elements].filter((el) => el.name && el.type !== 'hidden' && el.type !== 'submit' && el.type !== 'password');
const isOn = (el) => el.type === 'checkbox' || el.type === 'radio';

function keep() {
  const values = fields().filter((el) => isOn(el) ? el.checked : el.value).map((el) => [el.name, el.value]);
  const empty = !values.some(([name]) => name !== 'visibility');
  store(form.dataset.draft, empty ? null : JSON.stringify(values));
  const note = form.querySelector('[data-draft-note]');
  if (note) note.hidden = empty;
}

function restore() {
  const values = kept(form.dataset.draft);
  if (!Array.isArray(values)) return;
  for (const el of fields()) {
    const mine = values.filter(([name]) => name === el.name).map(([, v]) => v);
    if (isOn(el)) el.checked = mine.includes(el.value);
    else if (mine.length && (el.tagName !== 'SELECT' || [...el.options].some((o) => o.value === mine[0]))) el.value = mine[0];
    if (mine.length) el.closest('details')?.setAttribute('open', '');
  }
  const note = form.querySelector('[data-draft-note]');
  if (note) note.hidden = false;
}

// An address that brings words along means those.
if (form) {
  if (!new URLSearchParams(location.search).has('title')) restore();
  form.addEventListener('input', keep);
  form.addEventListener('submit', () => store(form.dataset.draft, null));
}

// data-copy="ID" copies the text of another element.
document.addEventListener('click', async (e) => {
  const button = e.target.closest('[data-copy]');
  const from = button && document.getElementById(button.dataset.copy);
  if (!from) return;
  try {
    await navigator.clipboard.writeText(from.textContent);
    toast('Copied.');
  } catch {
    getSelection().selectAllChildren(from);
    toast('Your browser does not let this page copy. The text is selected: copy it yourself.', { tone: 'bad' });
  }
});
