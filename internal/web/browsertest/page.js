// What the tests ask of a page. It is put in front of every question, since
// a page keeps nothing from one question to the next.
const words = (el) => el.ariaLabel || spoken(el).replace(/\s+/g, ' ').trim();
const spoken = (el) => [...el.childNodes].map((n) => (n.nodeType === 3 ? n.data : n.nodeType !== 1 || n.ariaHidden === 'true' ? '' : n.ariaLabel || spoken(n))).join(' ');
const seen = (el) => el.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false }) && el.getClientRects().length > 0;
// all are the elements that can be seen and whose words begin with text.
const all = (css, text = '') => [...document.querySelectorAll(css)].filter((el) => seen(el) && words(el).startsWith(text));
const one = (css, text) => all(css, text)[0];
// field is the input with a label.
const labelled = (label) => [...document.querySelectorAll('label')].find((l) => words(l).startsWith(label) && l.control && seen(l.control));
const field = (label) => labelled(label)?.control || all('input, select, textarea').find((el) => el.ariaLabel?.startsWith(label));
const card = (key) => document.getElementById('card-' + key.toLowerCase()) || document.querySelector(`.card[data-key="${key}"]`);
const columnOf = (key) => card(key)?.closest('[data-cards]')?.dataset.cards;

// focusShown says that the focus can be seen: around the element, or around
// what it stands for.
const focusShown = () => {
  let el = document.activeElement;
  if (!el || el === document.body || !el.matches(':focus-visible')) return false;
  for (let n = 0; el && n < 4; n++, el = el.parentElement) {
    const s = getComputedStyle(el);
    if (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) return true;
  }
  return false;
};

// spot is where an element can be clicked, if nothing covers it. It must be the
// same twice before it is clicked: then it lies still.
function spot(el) {
  if (!el || !seen(el) || el.disabled) return null;
  el.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  const r = [...el.getClientRects()].find((c) => c.width > 0 && c.height > 0);
  const x = r.x + r.width / 2, y = r.y + r.height / 2;
  const top = document.elementFromPoint(x, y);
  return top && (el.contains(top) || (top.contains(el) && !top.matches('body, html, main'))) ? { x, y } : null;
}
