// Moving cards between columns: by dragging, by the "Move to…" menu, by
// Alt+arrow. The card moves at once; if the server says no, it goes back and
// the reason is shown.
import Sortable from 'sortablejs';
import { hold, release, refresh } from './live.js';
import { post, tell } from './forms.js';
import { say, toast } from './toast.js';

// A board in lanes moves a card within its lane.
const scopeOf = (el) => el.closest('.swim') || el.closest('.board');
const listsOf = (card) => [...(scopeOf(card)?.querySelectorAll('[data-cards]') || [])];
const listOf = (card, state) => listsOf(card).find((l) => l.dataset.cards === state);
const nameOf = (list) => list.closest('.col').dataset.name;
const here = (card) => card.closest('[data-cards]')?.dataset.cards;

// targets are the states that a card may go to: the page gives the places of
// their columns. name is what a column is called.
export const targets = (card) => {
  const lists = listsOf(card);
  return (card.dataset.moves || '').split(' ').filter(Boolean).map((i) => lists[i]?.dataset.cards).filter((s) => s && s !== here(card));
};
export const name = (card, state) => { const list = listOf(card, state); return list ? nameOf(list) : state.split('::').pop(); };

function count(list) {
  const el = list.closest('.col').querySelector('[data-count]');
  // Columns show their first cards only, so a move changes the number by one.
  return (by) => { if (el && !el.textContent.endsWith('+')) el.textContent = String(Math.max(0, Number(el.textContent) + by)); };
}

// send asks the server for a move that the page shows already.
async function send(card, from, to, back) {
  const link = card.querySelector('[data-row-link]');
  count(from)(-1); count(to)(1);
  card.ariaBusy = 'true';
  hold();
  try {
    const answer = await post(`${link.getAttribute('href')}/move`, { to: to.dataset.cards, from: from.dataset.cards, version: card.dataset.version, stay: '1' });
    tell(answer, `${card.dataset.key} moved to ${nameOf(to)}.`);
  } catch (err) {
    const held = card.contains(document.activeElement);
    back(); count(from)(1); count(to)(-1);
    if (held) link?.focus();
    toast(`${card.dataset.key} stays in ${nameOf(from)}. ${err.message}`, { tone: 'bad', see: err.see });
  } finally {
    release();
    await refresh(); // the next move needs the new version, and the new targets
    card.ariaBusy = null;
  }
}

// move puts a card at the head of another column and sends it.
export function move(card, state) {
  const from = card.closest('[data-cards]'), to = listOf(card, state);
  if (!from || !to || from === to || card.ariaBusy === 'true') return false;
  const next = card.nextSibling, held = card.contains(document.activeElement);
  to.prepend(card);
  if (held) card.querySelector('[data-row-link]')?.focus();
  card.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  send(card, from, to, () => from.insertBefore(card, next?.parentNode === from ? next : null));
  return true;
}

// step moves a card to the nearest column on that side that it may go to.
export function step(card, by) {
  const lists = listsOf(card);
  const may = targets(card);
  for (let i = lists.indexOf(card.closest('[data-cards]')) + by; lists[i]; i += by) {
    if (may.includes(lists[i].dataset.cards)) return move(card, lists[i].dataset.cards);
  }
  say(`${card.dataset.key} cannot go further ${by < 0 ? 'left' : 'right'} from here.`);
}

function bind() {
  for (const list of document.querySelectorAll('[data-cards]')) {
    if (Sortable.get(list)) continue;
    const board = scopeOf(list);
    Sortable.create(list, {
      group: board.id, sort: false, draggable: '.card[data-move]', filter: 'button, input, [popover]', preventOnFilter: false,
      forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4, delay: 160, delayOnTouchOnly: true,
      animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 130, scrollSensitivity: 70, scrollSpeed: 14,
      onStart({ item }) {
        hold();
        board.dataset.dragging = '';
        const may = targets(item);
        for (const l of board.querySelectorAll('[data-cards]')) {
          l.closest('.col').toggleAttribute('data-off', l !== list && may.length > 0 && !may.includes(l.dataset.cards));
        }
      },
      onEnd({ item, from, to, oldDraggableIndex }) {
        delete board.dataset.dragging;
        for (const c of board.querySelectorAll('[data-off]')) c.removeAttribute('data-off');
        if (from !== to) send(item, from, to, () => from.insertBefore(item, from.querySelectorAll('.card')[oldDraggableIndex] || null));
        release();
      },
    });
  }
}

// The menu of a card is made when it is asked for: its states are columns here.
const menu = document.getElementById('card-menu');
let subject;
document.addEventListener('click', (e) => {
  const button = menu && e.target.closest('.card [data-move-button]');
  if (!button) return;
  e.preventDefault();
  subject = button.closest('.card');
  menu.querySelector('.menu-head').textContent = `Move ${subject.dataset.key} to`;
  menu.replaceChildren(menu.firstElementChild, ...targets(subject).map(choice).filter(Boolean));
  menu.showPopover({ source: button });
});

function choice(state) {
  const list = listOf(subject, state);
  if (!list) return null;
  const el = document.createElement('button');
  const icon = list.closest('.col').querySelector('.col-head .icon').cloneNode(true);
  for (const c of list.closest('.col').classList) if (c.startsWith('tone-')) icon.classList.add(c);
  el.type = 'button';
  el.className = 'menu-item';
  el.append(icon, nameOf(list));
  el.addEventListener('click', () => {
    menu.hidePopover();
    subject.querySelector('[data-row-link]')?.focus();
    move(subject, state);
  });
  return el;
}
document.addEventListener('refreshed', bind);
bind();
