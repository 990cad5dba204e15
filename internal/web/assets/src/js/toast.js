// Short messages at the foot of the window, and what screen readers are told.

const box = () => document.getElementById('toasts');

// say tells a screen reader something that others can see.
export function say(text) {
  const el = document.getElementById('say');
  if (!el) return;
  el.textContent = '';
  setTimeout(() => (el.textContent = text), 50); // the same words twice are said twice
}

// toast shows a message. One about an error stays until it is dismissed.
// options: tone 'ok' or 'bad'; undo, a function; see, an address to go on.
export function toast(text, { tone = 'ok', undo, see } = {}) {
  const made = document.getElementById('toast-' + tone)?.content.firstElementChild.cloneNode(true);
  if (!made || !box()) return;
  made.querySelector('p').textContent = text;
  const act = made.querySelector('[data-undo]');
  if (undo) act.addEventListener('click', () => { made.remove(); undo(); });
  else act.remove();
  const link = made.querySelector('[data-see]');
  if (see) link.href = see;
  else link.remove();
  box().append(made);
  while (box().children.length > 2) box().firstElementChild.remove();
  if (tone !== 'bad') expire(made, undo ? 10000 : 5000);
}

// expire removes a message in time, but not from under a pointer or the focus.
function expire(el, wait) {
  setTimeout(() => (el.matches(':hover, :focus-within') ? expire(el, 2000) : el.remove()), wait);
}

document.addEventListener('click', (e) => e.target.closest('[data-dismiss]')?.closest('.toast')?.remove());
for (const el of document.querySelectorAll('.toast[data-tone="ok"]')) expire(el, 10000);
