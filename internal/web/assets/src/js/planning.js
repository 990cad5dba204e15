// What the pages about plans gain when script runs: an item is dragged to another
// period, or to what is left out. Nothing changes by that: it leads to the page that
// says what it would displace, where the same is done by links and forms.
let dragged = null;

const card = (el) => el.closest?.('[data-pin-item]');
const target = (el) => el.closest?.('[data-pin-by], [data-pin-out]');

function ready() {
  for (const el of document.querySelectorAll('[data-pin-item]:not([draggable])')) el.draggable = true;
}
ready();
new MutationObserver(ready).observe(document.body, { childList: true, subtree: true });

addEventListener('dragstart', (e) => {
  const at = card(e.target);
  if (!at || e.target.closest?.('a') && e.target !== at) return;
  dragged = at.dataset.pinItem;
  e.dataTransfer.effectAllowed = 'move';
  e.dataTransfer.setData('text/plain', dragged);
});

const over = (el) => {
  for (const was of document.querySelectorAll('.fit-over')) if (was !== el) was.classList.remove('fit-over');
  el?.classList.add('fit-over');
};

addEventListener('dragover', (e) => {
  const at = dragged && target(e.target);
  if (!at) return over(null);
  e.preventDefault();
  over(at);
});

addEventListener('drop', (e) => {
  const at = dragged && target(e.target);
  if (!at) return;
  e.preventDefault();
  const to = new URL('/plan/displace', location);
  to.searchParams.set('item', dragged);
  const scenario = document.querySelector('input[name="scenario"]')?.value;
  if (scenario) to.searchParams.set('scenario', scenario);
  if ('pinOut' in at.dataset) to.searchParams.set('way', 'out');
  else to.searchParams.set('by', at.dataset.pinBy);
  dragged = null;
  location.assign(to);
});

addEventListener('dragend', () => { dragged = null; over(null); });

// A scenario is planned: how far it is comes while it runs, and what came of it is
// shown. Without script the page comes when the plan is made.
addEventListener('submit', async (e) => {
  const form = e.target;
  const place = !e.defaultPrevented && form.dataset.solve && document.getElementById(form.dataset.solve);
  if (!place) return;
  e.preventDefault();
  if (form.ariaBusy === 'true') return; // a second click is not a second deed
  form.ariaBusy = 'true';
  const says = place.querySelector('[role="status"]');
  says.textContent = 'It has begun.';
  place.hidden = false;
  const hear = {
    progress: (d) => { says.textContent = d.sentence; },
    done: (d) => location.assign(d.location),
    failed: (d) => { says.textContent = d.text; form.ariaBusy = null; },
  };
  try {
    const answer = await fetch(form.action, { method: 'POST', headers: { Accept: 'text/event-stream' }, body: new URLSearchParams(new FormData(form)) });
    if (!(answer.headers.get('Content-Type') || '').startsWith('text/event-stream')) return form.submit(); // it says what is wrong
    let text = '';
    for (const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader(); ;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (text += value).split('\n\n');
      text = parts.pop();
      for (const part of parts) {
        const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(part) || [];
        if (event) hear[event](JSON.parse(data));
      }
    }
  } catch {
    location.reload(); // the server is gone, or was: the page says what there is
  }
});
