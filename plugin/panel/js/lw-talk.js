// SPDX-License-Identifier: LGPL-2.1-or-later
/* What coach and teacher say to one another about the walk as a whole; about a moment they answer its
 * note. */
import {html, nothing} from '../lib/lit/index.js';
import {Element} from './element.js';
import {day, t} from './i18n.js';
import {icon} from './icons.js';
import {newId} from './keep.js';
import {Typed} from './saving.js';

class LwTalk extends Element {
  static properties = {model: {}, answering: {state: true}};

  constructor() {
    super();
    this.answering = null; // the id of a message that is answered
    this.texts = {};       // what is being written: by the message that it answers, or ""
    this.typed = new Typed(this, 'message', (texts) => {
      this.texts = texts;
      this.answering = Object.keys(texts).find((id) => id) ?? null;
    });
  }

  get board() {
    return this.model.board;
  }

  type(text, replyTo) {
    this.texts[replyTo ?? ''] = text;
    this.typed.set(this.texts);
    this.requestUpdate();
  }

  leave(replyTo) {
    const {[replyTo ?? '']: _, ...others} = this.texts;
    this.texts = others;
    this.typed.set(others);
    this.answering = null;
  }

  async sayIt(event, replyTo) {
    event.preventDefault();
    const text = (this.texts[replyTo ?? ''] ?? '').trim();
    if (!text)
      return;
    await this.board.put({type: 'message', id: newId(), text, reply_to: replyTo,
                          created: new Date().toISOString()});
    this.leave(replyTo);
  }

  async answer(id) {
    this.answering = id;
    await this.updateComplete;
    this.querySelector('li textarea')?.focus();
  }

  render() {
    if (!this.board.may.read_talk)
      return nothing;
    const all = this.board.of('message').sort((a, b) => Date.parse(a.created) - Date.parse(b.created));
    return html`<details class="talk"><summary><h2>${t('talk.title')}</h2>${all.length
        ? html`<span class="count">${all.length}</span>` : nothing}</summary>
      <p class="hint">${t('talk.private')}</p>
      ${all.length ? nothing : html`<p>${t('talk.none')}</p>`}
      <ol>${this.below(all, null)}</ol>
      ${this.board.may.talk ? this.form(undefined, 'talk.field') : nothing}</details>`;
  }

  /* Answers stand below what they answer. */
  below(all, id) {
    const there = new Set(all.map((one) => one.id));
    return all.filter((one) => (there.has(one.reply_to) ? one.reply_to : null) === id)
        .map((one) => this.message(one, all));
  }

  message(one, all) {
    return html`<li data-message=${one.id}><p class="note-by"><bdi>${this.model.nameOf(one.by)}</bdi> ·
        ${day(one.created)}</p>
      <p class="note-text" dir="auto">${one.text}</p>
      ${one.keptHere === 'waiting' ? html`<p class="kept-here">${icon('here')} ${t('outcome.unsent')}</p>` : nothing}
      ${one.keptHere === 'refused' ? html`<div class="kept-here refused"><p>${icon('warning')}
          ${t('board.not-kept', {message: one.message ?? ''})}</p><button class="small"
          @click=${() => this.board.throwAway(one)}>${t('pin.throw-away')}</button></div>` : nothing}
      ${this.answering === one.id ? this.form(one.id, 'talk.reply') : this.board.may.talk && !one.keptHere
        ? html`<button class="flat small" @click=${() => this.answer(one.id)}>${icon('reply')}
          ${t('talk.reply')}</button>` : nothing}
      <ol>${this.below(all, one.id)}</ol></li>`;
  }

  form(replyTo, label) {
    return html`<form class="outcome-form" @submit=${(event) => this.sayIt(event, replyTo)}
        @keydown=${(event) => event.key === 'Escape' && replyTo && this.leave(replyTo)}>
      <label>${t(label)}<textarea name="text" rows="2" maxlength="4000" dir="auto" required
          .value=${this.texts[replyTo ?? ''] ?? ''}
          @input=${(event) => this.type(event.target.value, replyTo)}></textarea></label>
      <div class="dialog-end"><button class="primary">${t('talk.say')}</button></div></form>`;
  }
}

customElements.define('lw-talk', LwTalk);
