// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is done with a note now and then: the row of a list has no room for it. */
import {html, nothing} from '../lib/lit/index.js';
import {Dialog} from './dialog.js';
import {say} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';
import {SECOND} from './time.js';

/* A note about a moment: what led to it, and what came of it. */
const BEFORE_NS = 5 * SECOND;
const AFTER_NS = 10 * SECOND;

class LwNoteDialog extends Dialog {
  static properties = {
    segment: {}, note: {state: true}, asking: {state: true}, busy: {state: true},
  };

  constructor() {
    super();
    this.note = null;
  }

  async show(note) {
    this.note = note;
    this.asking = this.busy = false;
    this.trouble = '';
    await this.updateComplete;
    super.show();
  }

  clip() {
    const {start, end} = this.note;
    const most = this.segment.duration ?? Infinity;
    const range = end > start ? {start, end}
      : {start: Math.max(0, start - BEFORE_NS), end: Math.min(most, start + AFTER_NS)};
    this.close();
    this.emit('lw-clip', range);
  }

  async ask(asking) {
    this.asking = asking;
    this.trouble = '';
    await this.updateComplete;
    // Not onto what erases: a key that was pressed once too often must do no harm.
    this.querySelector(asking ? '[data-act=cancel]' : '[data-act=erase]').focus();
  }

  async erase() {
    this.busy = true;
    try {
      await this.model.erase(this.note);
      this.close();
      this.note = null;
      say(t('erase.note-done'));
      this.emit('lw-erased');
    } catch (error) {
      this.trouble = t('erase.nothing', {message: error.message});
    }
    this.busy = false;
  }

  render() {
    if (!this.note)
      return html`<dialog></dialog>`;
    const {kind, text} = this.note;
    return html`<dialog aria-labelledby="note-title">
      <h2 id="note-title">${this.asking ? t('erase.note-ask')
        : html`${t(`kind.${kind}`)} ${this.model.whenOf(this.note)}`}</h2>${this.closeButton()}
      <blockquote class="note-text" dir="auto">${text}</blockquote>
      ${this.asking ? this.question() : this.choices()}
    </dialog>`;
  }

  choices() {
    const {kind, author} = this.note;
    return html`<div class="choices">
      ${this.segment?.is_mine && !this.segment.by_clock && kind !== 'reply' ? html`<button data-act="clip" @click=${this.clip}>
          ${icon('clip')} ${t('clips.of-note')}</button>` : nothing}
      ${this.model.may.upload && !this.segment?.by_clock && kind !== 'reply' ? html`<button data-act="attach" @click=${() => {
          this.close();
          this.emit('lw-attach', this.note.start);
        }}>${icon('work')} ${t('work.attach-note')}</button>` : nothing}
      ${author === this.model.me.person ? html`<button class="danger-text" data-act="erase"
          @click=${() => this.ask(true)}>${icon('erase')} ${t('erase.note')}</button>` : nothing}
    </div>`;
  }

  question() {
    const {replies} = this.note;
    return html`<p class="after">${t('erase.note-what')}</p>
      ${replies ? html`<p class="after">${t('erase.note-answers', {count: replies})}</p>` : nothing}
      <p class="hint after">${t('erase.copies')}</p>
      ${this.complaint()}
      <div class="dialog-end">
        <button data-act="cancel" @click=${() => this.ask(false)}>${t('app.cancel')}</button>
        <button class="danger" data-act="erase-now" ?disabled=${this.busy} @click=${this.erase}>
          ${icon('erase')} ${t('erase.note-yes')}</button></div>`;
  }
}

customElements.define('lw-note-dialog', LwNoteDialog);
