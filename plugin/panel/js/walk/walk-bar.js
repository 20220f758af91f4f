// SPDX-License-Identifier: LGPL-2.1-or-later
/* Over everything of a walk: its title, its phase, the way to board and coding, who is here. */
import {html, nothing} from '../../lib/lit/index.js';
import {codingLink} from '../coding/lw-coding.js';
import {t} from '../i18n.js';
import {icon} from '../icons.js';
import {presence} from '../presence.js';
import {walkMenu} from './walk-menu.js';

/* @view: the walk's own element */
export function walkBar(view, walk) {
  const index = walk.phases.findIndex((phase) => phase.id === walk.phase);
  const phase = walk.phases[index];
  return html`<header class="bar">
    <a class="flat icon-only" href="#" title=${t('app.back')} aria-label=${t('app.back')}>
      ${icon('back')}</a>
    <h1 dir="auto" title=${walk.title}>${walk.title}</h1>
    <button class="phase" @click=${() => view.show('lw-phase-dialog')} title=${phase?.hint ?? ''}
        aria-label=${t('phase.of', {number: index + 1, count: walk.phases.length,
                                    title: phase?.title ?? ''})}>
      <span class="phase-dots" aria-hidden="true">${walk.phases.map((one, i) =>
          html`<i class=${i < index ? 'done' : i === index ? 'now' : ''}></i>`)}</span>
      <span>${phase?.title ?? walk.phase}</span></button>
    ${view.model.may.see_notes ? html`<a class="button small board-link"
        href=${view.placeOf(view.onBoard ? 'notes' : 'board')}>${icon(view.onBoard ? 'noticing' : 'board')}
        ${t(view.onBoard ? 'board.to-notes' : 'board.title')}</a>` : nothing}
    ${codingLink(view.model, view.view, (where) => view.placeOf(where))}
    ${presence(view.model, view.segment, () => view.show('lw-people-dialog'))}
    <lw-kept .outbox=${view.outbox} .way=${view.model.way}></lw-kept>
    ${walkMenu(view)}
  </header>`;
}
