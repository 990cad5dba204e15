// What the pages gain when script runs. Every page works without: forms post
// and redirect, menus are popovers, dialogs open by command. Pages tell the
// script what to do by data attributes; none of it knows a particular page.
import './live.js';
import './forms.js';
import './board.js';
import './cells.js';
import './rows.js';
import './keys.js';
import './palette.js';
import './similar.js';
import './draft.js';
import './complete.js';
import './parts.js';

// The current one of a row of tabs is in sight, on a phone too.
document.querySelector('.tabs [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
