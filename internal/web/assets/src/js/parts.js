// A place with data-fetch shows a part of another page, the element with the id
// that data-part names. What cannot be fetched leaves what stands there: a link.
async function page(at) {
  const answer = await fetch(at, { headers: { Accept: 'text/html', 'X-Live': 'part' } });
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  return answer.text();
}

async function bring(place, text) {
  const { fetch: at, part } = place.dataset;
  let found;
  try { found = new DOMParser().parseFromString(await text, 'text/html').getElementById(part); } catch { return; } // the link stays
  if (!found || place.matches(':focus-within') || place.querySelector('[data-changed]')) return; // somebody writes there
  for (const a of found.querySelectorAll('a[href^="#"]')) a.setAttribute('href', at + a.getAttribute('href'));
  place.replaceChildren(...document.importNode(found, true).childNodes);
}

function all() {
  const pages = {};
  for (const place of document.querySelectorAll('[data-fetch]')) bring(place, pages[place.dataset.fetch] ||= page(place.dataset.fetch));
}
all();
document.addEventListener('refreshed', all);
