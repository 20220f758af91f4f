// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is done with a note now and then: the row of a list has no room for it. */
import {html, nothing} from '../lib/lit/index.js';
import {Dialog} from './dialog.js';
import {t} from './i18n.js';
import {icon} from './icons.js';
import {formatSpan, SECOND} from './time.js';

/* A note about a moment: what led to it, and what came of it. */
const BEFORE_NS = 5 * SECOND;
const AFTER_NS = 10 * SECOND;

class LwNoteDialog extends Dialog {
  static properties = {segment: {}, note: {state: true}};

  constructor() {
    super();
    this.note = null;
  }

  async show(note) {
    this.note = note;
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

  render() {
    if (!this.note)
      return html`<dialog></dialog>`;
    const {kind, start, end, text} = this.note;
    return html`<dialog aria-labelledby="note-title">
      <h2 id="note-title">${t(`kind.${kind}`)} ${formatSpan(start, end)}</h2>${this.closeButton()}
      <blockquote class="note-text" dir="auto">${text}</blockquote>
      ${this.complaint()}
      <div class="choices">
        ${this.segment?.is_mine ? html`<button data-act="clip" @click=${this.clip}>${icon('clip')}
            ${t('clips.of-note')}</button>` : nothing}
      </div></dialog>`;
  }
}

customElements.define('lw-note-dialog', LwNoteDialog);
