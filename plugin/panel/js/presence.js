// SPDX-License-Identifier: LGPL-2.1-or-later
/* Who is here now, as a row of faces. */
import {html, nothing} from '../lib/lit/index.js';
import {repeat} from '../lib/lit/directives/repeat.js';
import {place} from './element.js';
import {list, t} from './i18n.js';
import {icon} from './icons.js';
import {colorOf, initials} from './palette.js';

/* @show: opens the list of the walk's people. */
export function presence(model, segment, show) {
  const people = model.people;
  const words = people.length
    ? `${t('people.here')}: ${list(people.map((one) => model.labelOf(one)))}`
    : t('people.alone');
  return html`<button class="flat presence" title=${words} aria-label=${words}
      @click=${show}>
    ${people.length ? repeat(people.slice(0, 4), (one) => one.person, (one) => {
      const track = segment ? model.trackNumber(segment.id, one.person) : 0;
      return html`<span class="face" ${place({'--face': colorOf(track)})}>${
          initials(one.name || model.nameOf(one.person))}</span>`;
    }) : icon('people')}
    ${people.length > 4 ? html`<span class="face more">+${people.length - 4}</span>` : nothing}
  </button>`;
}
