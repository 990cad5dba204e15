// Forms with data-quiet are sent without leaving the page. The server answers
// JSON to Accept: application/json: {"text", "undo": {"action", "fields"},
// "location"}, or a problem {"detail", "see"}.
import { hold, release, refresh, stays, visit } from './live.js';
import { toast } from './toast.js';

export async function post(action, fields) {
  let answer;
  try {
    answer = await fetch(action, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(fields) });
  } catch {
    throw new Error('Not saved: the server cannot be reached. Try again in a moment.');
  }
  const json = (answer.headers.get('Content-Type') || '').includes('json');
  const data = json ? await answer.json() : {};
  if (answer.ok && json) return data;
  const signedOut = answer.status === 401 || new URL(answer.url).pathname === '/signin';
  if (answer.redirected && !signedOut) return { location: answer.url }; // it answered as to a form without script
  if (signedOut) throw Object.assign(new Error('Not saved: you are signed out.'), { see: location.href });
  throw Object.assign(new Error(data.detail || data.title || `Not saved: the server answered ${answer.status}.`), { see: data.see });
}

// tell shows what came of it, with a way back if there is one.
export function tell(answer, fallback) {
  if (answer.location && !stays(answer.location)) { location.assign(answer.location); return; }
  const undo = answer.undo && (async () => {
    try { tell(await post(answer.undo.action, answer.undo.fields), 'Undone.'); } catch (e) { toast(e.message, { tone: 'bad', see: e.see }); }
    refresh();
  });
  if (answer.text || fallback) toast(answer.text || fallback, { undo });
  if (answer.location) visit(answer.location);
}

document.addEventListener('submit', async (e) => {
  const form = e.target;
  if (e.defaultPrevented || !form.matches('form[data-quiet]')) return;
  e.preventDefault();
  const button = e.submitter;
  if (form.ariaBusy === 'true') return; // a second click is not a second deed
  form.ariaBusy = 'true';
  form.closest('[popover]')?.hidePopover();
  hold();
  try {
    const answer = await post(button?.getAttribute('formaction') || form.getAttribute('action'), new FormData(form, button));
    tell(answer, 'Saved.');
    form.closest('.toast')?.remove();
    form.closest('dialog')?.close();
    const folded = form.closest('details[data-focus]');
    if (folded) { folded.open = false; form.reset(); }
    if (form.dataset.quiet === 'clear') form.reset();
  } catch (err) {
    toast(err.message, { tone: 'bad', see: err.see });
  } finally {
    form.ariaBusy = null;
    release();
    refresh();
  }
});

// The theme changes at once; the server remembers it.
document.addEventListener('submit', (e) => {
  const theme = e.submitter?.name === 'theme' && e.submitter.value;
  if (!theme) return;
  e.preventDefault();
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const b of e.target.querySelectorAll('[name="theme"]')) b.ariaPressed = String(b === e.submitter);
  post(e.target.getAttribute('action'), { theme }).catch((err) => toast(err.message, { tone: 'bad' }));
}, true);

// A menu that opens takes the focus, so that the arrows walk in it. A page that
// is reached by #move shows the menu of the item's moves.
document.addEventListener('toggle', (e) => {
  if (e.newState !== 'open' || !e.target.matches('.menu') || e.target.contains(document.activeElement)) return; // an arrow was quicker
  e.target.querySelector('.menu-item:not(:disabled)')?.focus({ preventScroll: true });
}, true);
if (location.hash === '#move') document.getElementById('move')?.click();

// Browsers without invoker commands get the same from here.
if (!('command' in HTMLButtonElement.prototype)) {
  document.addEventListener('click', (e) => {
    const b = e.target.closest('button[commandfor]');
    const d = b && document.getElementById(b.getAttribute('commandfor'));
    if (d) b.getAttribute('command') === 'close' ? d.close() : d.showModal();
  });
}
document.addEventListener('click', (e) => { if (e.target.closest('[data-print]')) print(); });
// A click beside a dialog closes it.
document.addEventListener('click', (e) => { if (e.target.matches?.('dialog[data-light]')) e.target.close(); });

// A form that unfolds takes the focus, and gives it back when Escape folds it.
document.addEventListener('toggle', (e) => {
  if (e.newState !== 'open' || !e.target.matches('details[data-focus]')) return;
  const field = e.target.querySelector('textarea, input:not([type="hidden"], [type="date"]), button');
  field?.focus();
}, true);
document.addEventListener('keydown', (e) => {
  const folded = e.target.closest?.('details[data-focus][open]');
  if (folded && e.key === 'Escape' && !e.defaultPrevented) {
    e.preventDefault();
    folded.open = false;
    folded.querySelector('summary').focus();
  }
  if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && e.target.matches?.('textarea, input')) {
    e.preventDefault();
    e.target.form?.requestSubmit();
  }
});
