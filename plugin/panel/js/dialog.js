// SPDX-License-Identifier: LGPL-2.1-or-later
/* What dialogs share: they close by a button, and say what went wrong in themselves. */
import {html, nothing} from '../lib/lit/index.js';
import {Element, showDialog} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';

export class Dialog extends Element {
  static properties = {model: {}, trouble: {state: true}};

  get dialog() {
    return this.querySelector('dialog');
  }

  show() {
    showDialog(this.dialog);
  }

  close() {
    this.trouble = '';
    this.dialog.close();
  }

  /* By its button. */
  leave() {
    this.close();
  }

  /* Runs @act; a refusal is shown in the dialog, which stays open. Whether it went well. */
  async try(act) {
    try {
      this.trouble = '';
      await act();
      return true;
    } catch (error) {
      this.trouble = error.message;
      return false;
    }
  }

  complaint() {
    return this.trouble ? html`<p class="notice warning" role="alert">${this.trouble}</p>` : nothing;
  }

  /* Where say() says it while this is open. */
  said() {
    return html`<p class="said" role="status"></p>`;
  }

  closeButton() {
    return html`<button type="button" class="flat icon-only dialog-close"
        @click=${() => this.leave()} aria-label=${t('app.close')} title=${t('app.close')}>
        ${icon('close')}</button>`;
  }
}
