// SPDX-License-Identifier: LGPL-2.1-or-later
/* A teacher erases a lesson: what goes is said first, and it takes a second act. */
import {html, nothing} from '../lib/lit/index.js';
import {Dialog} from './dialog.js';
import {say} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';

class LwEraseDialog extends Dialog {
  static properties = {segment: {}, understood: {state: true}, busy: {state: true}};

  async show() {
    this.understood = this.busy = false;
    this.trouble = '';
    await this.updateComplete;
    this.querySelector('form').reset();
    super.show();
  }

  async erase(event) {
    event.preventDefault();
    this.busy = true;
    try {
      const message = await this.model.eraseSegment(this.segment.id);
      this.dialog.close();
      say(message);
    } catch (error) {
      this.trouble = t('erase.nothing', {message: error.message});
    }
    this.busy = false;
  }

  render() {
    return html`<dialog aria-labelledby="erase-title" aria-describedby="erase-what">
      <form @submit=${this.erase}>
        <h2 id="erase-title">${t('erase.lesson-ask',
            {title: this.segment?.title || t('lesson.label')})}</h2>${this.closeButton()}
        <div id="erase-what"><p>${t('erase.lesson-what')}</p>
          <ul class="bullets">${['film', 'notes', 'clips', 'work'].map((one) =>
              html`<li>${t(`erase.lesson-${one}`)}</li>`)}</ul>
          <p class="hint">${t('erase.copies')}</p></div>
        <label class="check"><input type="checkbox" required
            @change=${(event) => { this.understood = event.target.checked; }}>
          ${t('erase.understood')}</label>
        ${this.complaint()}
        ${this.busy ? html`<p role="status">${t('erase.working')}</p>` : nothing}
        <div class="dialog-end">
          <button type="button" @click=${() => this.close()}>${t('app.cancel')}</button>
          <button class="danger" ?disabled=${!this.understood || this.busy}>${icon('erase')}
            ${t('erase.lesson-yes')}</button></div>
      </form></dialog>`;
  }
}

customElements.define('lw-erase-dialog', LwEraseDialog);
