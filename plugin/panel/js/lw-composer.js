// SPDX-License-Identifier: LGPL-2.1-or-later
/* Where a note is written. Each keystroke is on this machine's disk within a quarter of a second. */
import {html, nothing} from '../lib/lit/index.js';
import {Element} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';
import {ownTags} from './phase/course.js';
import './lw-wording.js';

const SAVE_MS = 250;
/* A mark of progress may praise, and a reply is a conversation. */
const NUDGED = new Set(['noticing', 'wondering']);

class LwComposer extends Element {
  static properties = {model: {}, draft: {}, segment: {}};

  constructor() {
    super();
    this.onHide = () => this.save();
  }

  connectedCallback() {
    super.connectedCallback();
    window.addEventListener('pagehide', this.onHide);
    document.addEventListener('visibilitychange', this.onHide);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('pagehide', this.onHide);
    document.removeEventListener('visibilitychange', this.onHide);
    clearTimeout(this.timer);
  }

  willUpdate(changed) {
    if (changed.has('draft') && this.note?.id !== this.draft.note.id) {
      clearTimeout(this.timer);
      this.note = {...this.draft.note};
      this.changed = false;
    }
  }

  updated(changed) {
    const text = this.querySelector('textarea');
    if (changed.has('draft') && this.shownId !== this.note.id) {
      this.shownId = this.note.id;
      text.value = this.note.text;
      this.querySelector('input[name=tags]').value = ownTags(this.note).join(', ');
    }
    this.fit(text);
  }

  focusText() {
    const text = this.querySelector('textarea');
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
    this.scrollIntoView({block: 'nearest'});
  }

  /* @words: {start, end}, or null for where she was. */
  showWords(words) {
    const text = this.querySelector('textarea');
    text.focus();
    if (words)
      text.setSelectionRange(words.start, words.end);
  }

  fit(text) {
    text.style.setProperty('block-size', 'auto');
    text.style.setProperty('block-size', `${Math.min(text.scrollHeight + 2, 260)}px`);
  }

  set(fields) {
    Object.assign(this.note, fields);
    this.changed = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_MS);
    this.requestUpdate();
  }

  /* Resolves when what is written is on the disk. */
  async save() {
    clearTimeout(this.timer);
    if (this.changed && !this.done)
      await this.model.keepDraft({...this.note}, this.draft.original);
  }

  keep(event) {
    event?.preventDefault();
    if (!this.note.text.trim()) {
      this.focusText();
      return;
    }
    clearTimeout(this.timer);
    this.done = true;
    this.emit('lw-keep', {...this.note, text: this.note.text.trim()});
  }

  async aside() {
    await this.save();
    this.done = true;
    this.emit('lw-aside', {note: {...this.note, changed: this.changed},
                           empty: !this.note.text.trim()});
  }

  key(event) {
    if (event.isComposing)
      return;
    if (event.key === 'Enter' && !event.shiftKey)
      this.keep(event);
    else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.aside();
    }
  }

  render() {
    const {kind, reply_to, lens, on_focus} = this.note;
    const lenses = this.model.walk.lenses;
    const answered = reply_to ? this.model.notesOf(this.note.segment)
        .find((one) => one.id === reply_to) : null;
    const title = kind === 'reply'
      ? t('pin.title.reply', {name: answered ? this.model.nameOf(answered.author) : '–'})
      : t(`pin.title.${kind}`, {time: this.model.whenOf(this.note)});
    return html`<form class="composer ${kind}" @submit=${this.keep} aria-labelledby="composer-title">
      <h3 id="composer-title">${icon(kind)} ${title}</h3>
      <label><span class="visually-hidden">${t('pin.text')}</span>
        <textarea rows="3" dir="auto" maxlength="100000" placeholder=${t(`pin.hint.${kind}`)}
            enterkeyhint="done"
            @input=${(event) => this.set({text: event.target.value})}
            @keydown=${this.key}></textarea></label>
      ${NUDGED.has(kind) ? html`<lw-wording .text=${this.note.text}
          @lw-show-words=${({detail}) => this.showWords(detail)}></lw-wording>` : nothing}
      <div class="composer-more">
        ${kind === 'reply' ? nothing : html`<label class="check"><input type="checkbox"
            .checked=${on_focus} @change=${(event) => this.set({on_focus: event.target.checked})}>
            ${t('pin.on-focus')}</label>`}
        <label class="tags"><span class="visually-hidden">${t('pin.tags')}</span>
          <input name="tags" placeholder="${t('pin.tags')}, ${t('pin.tags-hint')}" dir="auto"
              @input=${(event) => this.set({tags: [...toTags(event.target.value), ...this.note.tags.filter(
                  (tag) => !ownTags(this.note).includes(tag))].sort()})}
              @keydown=${this.key}></label>
        ${lenses.length && kind !== 'reply' ? html`<label><span class="visually-hidden">${
            t('pin.lens')}</span><select @change=${(event) =>
              this.set({lens: event.target.value || undefined})}>
            <option value="" ?selected=${!lens}>${t('pin.no-lens')}</option>
            ${lenses.map((one) => html`<option value=${one.id} ?selected=${one.id === lens}>${
                one.name}</option>`)}</select></label>` : nothing}
      </div>
      <div class="composer-end">
        <button type="button" class="flat" @click=${this.aside}>${t('pin.aside')}</button>
        <button class="primary">${t('pin.keep')}</button>
      </div>
    </form>`;
  }
}

function toTags(text) {
  const tags = text.split(',').map((tag) => tag.trim().replace(/^#/, '')).filter(Boolean);
  return [...new Set(tags)].slice(0, 32).sort();
}

customElements.define('lw-composer', LwComposer);
