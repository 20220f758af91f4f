// SPDX-License-Identifier: LGPL-2.1-or-later
/* In place of a lesson, where there is none yet: what is to come, or what one can do about it. Emits
 * "lw-upload" and "lw-set-up". */
import {html, nothing} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {t} from '../i18n.js';
import {icon} from '../icons.js';

class LwNoLesson extends Element {
  static properties = {model: {}};

  render() {
    const {walk, may, isLead} = this.model;
    if (walk.visits.some((visit) => visit.live))
      return html`<div class="empty stage-empty" data-live role="status">${icon('play')}<h2>${t('live.expected')}</h2>
        <p>${t('live.waiting')}</p></div>`;
    return html`<div class="empty stage-empty">${icon('play')}<h2>${t('lesson.none')}</h2>
      <p>${t('lesson.none-hint')}</p>
      ${may.upload ? html`<button class="primary" @click=${() => this.emit('lw-upload')}>${icon('upload')}
          ${t('upload.title')}</button>` : nothing}
      ${isLead ? html`<button data-act="set-up-here" @click=${() => this.emit('lw-set-up')}>${icon('edit')}
          ${t('setup.open')}</button>` : nothing}</div>`;
  }
}

customElements.define('lw-no-lesson', LwNoLesson);
