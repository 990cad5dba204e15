// Completing a mention: in a text area with data-mention="/people", an @ and the
// first letters list the people whose handles begin so. The arrows choose, Enter
// or Tab takes one, Escape writes on.
const before = /(?:^|[\s(,;:])@([a-z0-9._-]*)$/i;
let list, field, found = [], at = 0, asked, timer;

function close() {
  clearTimeout(timer);
  asked?.abort();
  list?.remove();
  list = null;
  for (const a of ['aria-controls', 'aria-activedescendant']) field?.removeAttribute(a);
}

function show() {
  list?.remove();
  list = null;
  if (!found.length) return close();
  list = document.createElement('ul');
  list.className = 'menu mention';
  list.id = 'mention';
  list.role = 'listbox';
  list.ariaLabel = 'People';
  found.forEach((p, i) => {
    const el = document.createElement('li');
    el.role = 'option';
    el.id = `mention-${i}`;
    el.className = 'menu-item';
    el.ariaSelected = String(i === at);
    el.textContent = `@${p.handle} ${p.name}`;
    el.addEventListener('mousedown', (e) => { e.preventDefault(); at = i; take(); });
    list.append(el);
  });
  field.after(list);
  field.setAttribute('aria-controls', 'mention');
  field.setAttribute('aria-activedescendant', `mention-${at}`);
}

function take() {
  const end = field.selectionStart, text = field.value.slice(0, end).match(before);
  if (text) field.setRangeText(`@${found[at].handle} `, end - text[1].length - 1, end, 'end');
  close();
}

async function ask(word) {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(`${field.dataset.mention}?q=${encodeURIComponent(word)}`, { signal: asked.signal, headers: { Accept: 'application/json' } });
    found = answer.ok ? (await answer.json()).people || [] : [];
    at = 0;
    show();
  } catch { /* a newer question is on its way, or the server is: people write on */ }
}

document.addEventListener('input', (e) => {
  if (!e.target.matches?.('textarea[data-mention]')) return;
  field = e.target;
  const word = field.value.slice(0, field.selectionStart).match(before)?.[1];
  clearTimeout(timer);
  if (word === undefined) return close();
  timer = setTimeout(() => ask(word), 90);
});
document.addEventListener('keydown', (e) => {
  if (!list || e.target !== field || e.isComposing) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (by) { at = (at + by + found.length) % found.length; show(); } else if (e.key === 'Enter' || e.key === 'Tab') take();
  else if (e.key === 'Escape') close();
  else return;
  e.preventDefault();
}, true);
document.addEventListener('focusout', (e) => { if (e.target === field) close(); });
