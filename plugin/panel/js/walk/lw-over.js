// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a page that was open shows when its walk is not open to this person any more: the room's own
 * sentence, and her notes, as they still stand in this page, to take along. */
import {html, nothing} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {t} from '../i18n.js';
import {icon} from '../icons.js';

const KINDS = new Set(['noticing', 'wondering', 'progress', 'reply']);

class LwOver extends Element {
  static properties = {model: {}};

  /* By lesson and time. */
  get own() {
    return this.model.segments.flatMap(({id}) => this.model.notesOf(id)).filter((note) =>
        note.author === this.model.me.person && KINDS.has(note.kind));
  }

  save() {
    const {walk} = this.model;
    const lines = this.own.map((note) => `${this.model.placeOf(note.segment)} ${this.model.whenOf(note)} ${
        t(`kind.${note.kind}`)}: ${note.text}`.trim());
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([[walk.title, walk.focus, walk.inquiry, '', ...lines, ''].join('\n')],
                                             {type: 'text/plain'}));
    link.download = `${walk.title || 'notes'}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 0);
  }

  render() {
    const {own} = this;
    return html`<main class="middle over-page"><h1>${t('over.title')}</h1>
      <p class="notice" role="alert">${this.model.gone}</p>
      ${own.length ? html`<h2>${t('over.notes')}</h2><p class="hint">${t('over.notes-hint')}</p>
        <ul class="over-notes">${own.map((note) => html`<li><b>${t(`kind.${note.kind}`)} ${this.model.whenOf(note)}</b>
          <span dir="auto">${note.text}</span></li>`)}</ul>
        <button class="primary" data-act="save-own" @click=${this.save}>${icon('print')} ${t('over.save')}</button>` : nothing}
      <a class="button" href="#">${t('app.back')}</a></main>`;
  }
}

customElements.define('lw-over', LwOver);
