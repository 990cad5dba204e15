// Live regions. An element with an id and data-live is fetched again and
// morphed when the server says that something changed; data-live may list the
// keys that it is about, and then only those matter.
import htmx from 'htmx.org';
import { say } from './toast.js';

// What a person opened stays open when its region is renewed.
htmx.config.morphIgnore.push('open');

const calm = matchMedia('(prefers-reduced-motion: reduce)');
const { liveUrl, liveAfter } = document.body.dataset;
let last = liveAfter || '';
let source, timer, request, newest, parting;
let holds = 0;
let stale = false;
let visiting = false; // the next renewal shows something else

// hold keeps the page as it is, while something is dragged or sent.
export function hold() { holds++; }
export function release() { if (!--holds && stale) refresh(); }

// refresh renews the live regions of this page; focus and scrolling stay. A
// newer one takes over from one that is on its way, and both end with it.
export async function refresh() {
  for (let mine = (newest = renew()); ; mine = newest) {
    await mine;
    if (mine === newest) return;
  }
}

// stays says that an address is another face of this page: its regions are
// fetched and take the place of those here, and nothing is loaded anew.
export const stays = (to) => document.querySelector('[id][data-visit]') && new URL(to, location.href).pathname === location.pathname;

// visit goes there. What was in front is replaced, not morphed: it is something
// else; the focus goes to its title.
export async function visit(to, { back = false } = {}) {
  if (!back) history.pushState(null, '', to);
  visiting = true;
  await refresh();
}
addEventListener('renew', () => refresh());
addEventListener('popstate', () => { if (stays(location.href)) visit(location.href, { back: true }); });
document.addEventListener('click', (e) => {
  const a = e.target.closest?.('a[data-visit]');
  if (!a || e.defaultPrevented || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || e.button || !stays(a.href)) return;
  e.preventDefault();
  visit(a.getAttribute('href'));
});

async function renew() {
  stale = true;
  if (holds || document.hidden || !document.querySelector('[data-live][id]')) return;
  stale = false;
  request?.abort();
  request = new AbortController();
  let page;
  try {
    const answer = await fetch(location.href, { signal: request.signal, headers: { Accept: 'text/html', 'X-Live': '1' } });
    if (!answer.ok || answer.redirected) return;
    page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  } catch { return; } // aborted, or the next event tries again
  if (holds) { stale = true; return; }
  const focus = document.activeElement?.id;
  const before = places();
  for (const region of document.querySelectorAll('[data-live][id]')) {
    const fresh = page.getElementById(region.id);
    if (fresh && visiting && region.matches('[data-visit]')) { region.replaceWith(document.importNode(fresh, true)); continue; }
    if (region.querySelector('details[data-focus][open]')) continue; // somebody writes there
    if (fresh) await htmx.swap({ text: fresh.outerHTML, target: region, swap: 'outerMorph ignoreTitle:true', sourceElement: region });
  }
  if (focus && document.activeElement?.id !== focus) document.getElementById(focus)?.focus({ preventScroll: true });
  if (visiting) document.querySelector('[data-front]')?.focus({ preventScroll: true });
  visiting = false;
  glide(before);
  document.dispatchEvent(new Event('refreshed'));
}

// places and glide let a card that somebody else moved be seen moving.
function places() {
  return new Map([...document.querySelectorAll('.card[id]')].map((el) => [el.id, el.getBoundingClientRect()]));
}
function glide(before) {
  if (calm.matches) return;
  for (const el of document.querySelectorAll('.card[id]')) {
    const from = before.get(el.id), to = el.getBoundingClientRect();
    if (!from) { el.animate({ opacity: [0, 1] }, 200); continue; }
    const x = from.x - to.x, y = from.y - to.y;
    if (x || y) el.animate({ transform: [`translate(${x}px, ${y}px)`, 'none'] }, { duration: 220, easing: 'cubic-bezier(.2,0,0,1)' });
  }
}

function concerns(key) {
  return [...document.querySelectorAll('[data-live]')].some((el) => !el.dataset.live || el.dataset.live.split(' ').includes(key));
}

function open() {
  if (!liveUrl || source) return;
  source = new EventSource(last ? `${liveUrl}?after=${encodeURIComponent(last)}` : liveUrl);
  source.onmessage = (e) => {
    if (e.lastEventId) last = e.lastEventId;
    let m = {};
    try { m = JSON.parse(e.data); } catch { /* only a hint: look anyway */ }
    if (m.key && !concerns(m.key)) return;
    if (m.text) say(m.text);
    clearTimeout(timer);
    timer = setTimeout(refresh, 60);
  };
  source.onerror = () => { // the browser tries again by itself unless it was refused
    if (source?.readyState === EventSource.CLOSED) { source = null; setTimeout(open, 15000); }
  };
}

// A hidden tab gives its connection back after a while: browsers have few.
document.addEventListener('visibilitychange', () => {
  clearTimeout(parting);
  if (document.hidden) parting = setTimeout(() => { source?.close(); source = null; }, 30000);
  else { open(); if (stale) refresh(); }
});
addEventListener('pagehide', () => { source?.close(); source = null; });
addEventListener('pageshow', (e) => { open(); if (e.persisted) refresh(); });
