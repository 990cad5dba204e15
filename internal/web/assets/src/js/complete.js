// Completing what is written, by the place of the cursor: in a text area with
// data-mention="/people" an @ and the first letters of a handle, in a search
// field with data-complete="/complete" the fields and values of a filter. The
// arrows choose, Enter or Tab takes what is chosen, Escape writes on. In a search
// field nothing is chosen by itself, so that Enter searches.
const handle = /(?:^|[\s(,;:])@([a-z0-9._-]*)$/i;
const kinds = [{
  of: 'textarea[data-mention]', name: 'People', first: 0, url: (f) => f.dataset.mention,
  typed: (text) => text.match(handle)?.[1],
  read: (answer, word, end) => (answer.people || []).map((p) => ({ put: `@${p.handle} `, text: `@${p.handle}`, says: p.name, from: end - word.length - 1 })),
}, {
  of: 'input[data-complete]', name: 'Ways to go on', first: -1, url: (f) => f.dataset.complete,
  typed: (text, asked) => (asked || !/(^|[\s(])-?$/.test(text) ? text : undefined),
  read: (answer) => (answer.options || []).map((o) => ({ ...o, put: o.put.endsWith(':') ? o.put : `${o.put} `, from: answer.from })),
}];
let list, field, kind, found = [], at = -1, asked, timer;

for (const f of document.querySelectorAll('input[data-complete]')) {
  f.role = 'combobox';
  f.ariaAutoComplete = 'list';
  f.ariaExpanded = 'false';
}

function close() {
  clearTimeout(timer);
  asked?.abort();
  list?.remove();
  list = null;
  for (const a of ['aria-controls', 'aria-activedescendant']) field?.removeAttribute(a);
  if (field?.role === 'combobox') field.ariaExpanded = 'false';
}

function show() {
  list?.remove();
  list = null;
  if (!found.length || document.activeElement !== field) return close();
  list = document.createElement('ul');
  list.className = 'menu mention';
  list.id = 'mention';
  list.role = 'listbox';
  list.ariaLabel = kind.name;
  found.forEach((o, i) => {
    const el = document.createElement('li');
    el.role = 'option';
    el.id = `mention-${i}`;
    el.className = 'menu-item';
    el.ariaSelected = String(i === at);
    el.append(o.text);
    if (o.says) { const says = document.createElement('span'); says.className = 'muted cut'; says.textContent = o.says; el.append(' ', says); }
    el.addEventListener('mousedown', (e) => { e.preventDefault(); at = i; take(); });
    list.append(el);
  });
  field.after(list);
  list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  if (field.role === 'combobox') field.ariaExpanded = 'true';
  field.setAttribute('aria-controls', 'mention');
  if (at < 0) field.removeAttribute('aria-activedescendant');
  else field.setAttribute('aria-activedescendant', `mention-${at}`);
}

function take() {
  const { put, from } = found[at];
  close();
  field.setRangeText(put, from, field.selectionStart, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

async function ask(word) {
  asked?.abort();
  asked = new AbortController();
  const end = field.selectionStart;
  try {
    const answer = await fetch(`${kind.url(field)}?q=${encodeURIComponent(word)}`, { signal: asked.signal, headers: { Accept: 'application/json' } });
    found = answer.ok ? kind.read(await answer.json(), word, end) : [];
    at = kind.first;
    show();
  } catch { /* a newer question is on its way, or the server is: people write on */ }
}

// look asks when there is something to complete where the cursor stands.
function look(target, wanted) {
  kind = kinds.find((k) => target.matches?.(k.of));
  if (!kind) return;
  field = target;
  const word = kind.typed(field.value.slice(0, field.selectionStart), wanted);
  clearTimeout(timer);
  if (word === undefined) return close();
  timer = setTimeout(() => ask(word), 90);
}

document.addEventListener('input', (e) => look(e.target));
document.addEventListener('keydown', (e) => {
  if (e.isComposing) return;
  if (!list || e.target !== field) {
    if (e.key === 'ArrowDown' && e.target.matches?.('input[data-complete]')) { e.preventDefault(); look(e.target, true); }
    return;
  }
  const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (by) { at = at < 0 && by < 0 ? found.length - 1 : (at + by + found.length) % found.length; show(); } else if ((e.key === 'Enter' || e.key === 'Tab') && at >= 0) take();
  else if (e.key === 'Escape') close();
  else return;
  e.preventDefault();
  e.stopPropagation();
}, true);
document.addEventListener('focusout', (e) => { if (e.target === field) close(); });
