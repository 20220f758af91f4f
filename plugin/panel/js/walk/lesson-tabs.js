// SPDX-License-Identifier: LGPL-2.1-or-later
/* The lessons of a walk, one beside the other; nothing where there is one. */
import {html, nothing} from '../../lib/lit/index.js';
import {t} from '../i18n.js';

/* @current: the id of the one that is open; @placeOf: its address, by its id. */
export function lessonTabs(segments, current, placeOf) {
  if (segments.length < 2)
    return nothing;
  return html`<nav class="lessons" aria-label=${t('lesson.label')}>${segments.map((one, i) => {
    const place = [one.classroom, one.title].filter(Boolean).join(': ') || t('lesson.untitled', {number: i + 1});
    return html`<a class="tab" href=${placeOf(one.id)} dir="auto" aria-current=${one.id === current ? 'page' : 'false'}>${
        one.by_clock ? t('clock.tab', {place}) : place}</a>`;
  })}</nav>`;
}
