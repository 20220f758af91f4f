// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a debrief comes to, written together: what is working, what is needed, wonderings for the
 * teacher. Each rests on cards. Emits "lw-citing" (a Set of notes, or null) and "lw-play". */
import {html, nothing} from '../lib/lit/index.js';
import {byPosition} from './board-model.js';
import {Element} from './element.js';
import {t} from './i18n.js';
import {icon} from './icons.js';
import {newId} from './keep.js';
import {stepNow} from './phase/course.js';
import {Typed} from './saving.js';

const KINDS = ['asset', 'need', 'wondering'];

class LwOutcomes extends Element {
  static properties = {model: {}, citing: {}, selected: {}, draft: {state: true}};

  constructor() {
    super();
    this.draft = null; // an outcome that is written
    this.typed = new Typed(this, 'outcome', ({draft, cites}) => this.begin({...draft, cites}));
  }

  get board() {
    return this.model.board;
  }

  willUpdate(changed) {
    if (changed.has('citing') && this.citing && this.draft)
      this.keepTyped();
  }

  keepTyped() {
    this.typed.set({draft: {...this.draft}, cites: [...this.citing ?? []]});
  }

  type(text) {
    this.draft.text = text;
    this.keepTyped();
  }

  async begin(outcome) {
    this.draft = {...outcome};
    const cites = outcome.cites ?? (this.selected ? [this.selected] : []);
    this.emit('lw-citing', new Set(cites));
    await this.updateComplete;
    this.querySelector('textarea')?.focus();
  }

  leave() {
    this.draft = null;
    this.typed.forget();
    this.emit('lw-citing', null);
  }

  async keepIt(event) {
    event.preventDefault();
    const text = new FormData(event.target).get('text').trim();
    if (!text || !this.citing.size)
      return;
    const draft = this.draft;
    const last = this.of(draft.kind).at(-1)?.position ?? 0;
    await this.board.put({type: 'outcome', id: draft.id ?? newId(), kind: draft.kind, text,
                          cites: [...this.citing], position: draft.position ?? last + 1,
                          keptHere: draft.keptHere, outKey: draft.outKey});
    this.leave();
  }

  of(kind) {
    return this.board.of('outcome').filter((one) => one.kind === kind).sort(byPosition);
  }

  /* What students did is considered first; what says that something is missing, or open, after. */
  mayWrite(kind) {
    const {may} = this.board;
    return kind === 'asset' ? may.arrange : may.conclude;
  }

  isTooEarly(kind) {
    return this.board.may.arrange && !this.mayWrite(kind) &&
        stepNow(this.model.walk)?.kind === 'evidence';
  }

  render() {
    return html`<section class="outcomes" aria-labelledby="outcomes-title">
      <h2 id="outcomes-title">${t('outcome.title')}</h2>
      <div class="outcome-kinds">${KINDS.map((kind) => this.kind(kind))}</div></section>`;
  }

  kind(kind) {
    const all = this.of(kind), isHere = this.draft?.kind === kind;
    const notes = this.model.allNotes;
    return html`<section class="outcome-kind" data-kind=${kind}>
      <h3>${t(`outcome.${kind}`)}</h3>
      <ul>${all.map((one) => isHere && one.id === this.draft.id ? nothing : this.outcome(one, notes))}</ul>
      ${all.length || isHere ? nothing : html`<p class="hint">${t('outcome.none')}</p>`}
      ${isHere ? this.form() : this.isTooEarly(kind) ? html`<p class="hint later">${icon('here')} ${
          t('outcome.later', {title: stepNow(this.model.walk).title})}</p>` : this.mayWrite(kind) ? html`<button class="small" data-act="add-${kind}"
          @click=${() => this.begin({kind})}>${icon('plus')} ${t(`outcome.add-${kind}`)}</button>`
        : nothing}</section>`;
  }

  /* "Room 12 0:36", or the time alone where there is one lesson. */
  momentOf(note) {
    return `${this.model.placeOf(note.segment)} ${this.model.whenOf(note)}`.trim();
  }

  outcome(one, notes) {
    const cites = (one.cites ?? []).map((id) => notes.get(id)).filter(Boolean);
    return html`<li class="outcome ${one.keptHere ?? ''}" data-outcome=${one.id}>
      <p class="note-text" dir="auto">${one.text}</p>
      <p class="outcome-cites">${cites.map((note) => html`<button class="time" title=${note.text}
          aria-label="${t('board.play', {time: this.momentOf(note)})}: ${note.text}"
          @click=${() => this.emit('lw-play', note)}>${icon('play')} ${this.momentOf(note)}</button>`)}</p>
      <ol class="print-only print-cites">${cites.map((note) => html`<li dir="auto">${
          this.momentOf(note)} ${note.text}</li>`)}</ol>
      ${one.keptHere === 'waiting' ? html`<p class="kept-here">${icon('here')} ${t('outcome.unsent')}</p>`
        : nothing}
      ${one.keptHere === 'refused' ? html`<div class="kept-here refused"><p>${icon('warning')}
          ${t('board.not-kept', {message: one.message ?? ''})}</p>
          <button class="small" @click=${() => this.board.throwAway(one)}>${t('pin.throw-away')}</button>
          </div>` : nothing}
      ${this.mayWrite(one.kind) ? html`<p class="outcome-acts">
        <button class="flat small" @click=${() => this.begin(one)}>${icon('edit')} ${t('outcome.edit')}</button>
        <button class="flat small" @click=${() => this.board.put({...one, gone: true})}>${icon('delete')}
          ${t('outcome.delete')}</button></p>` : nothing}</li>`;
  }

  form() {
    const count = this.citing?.size ?? 0;
    return html`<form class="outcome-form" @submit=${this.keepIt}
        @keydown=${(event) => event.key === 'Escape' && this.leave()}>
      <label>${t('outcome.field')}<textarea name="text" rows="3" maxlength="4000" dir="auto"
          .value=${this.draft.text ?? ''} @input=${(event) => this.type(event.target.value)}
          required></textarea></label>
      <p class="hint" role="status">${count ? t('outcome.cites', {count}) : t('outcome.cite-hint')}</p>
      <div class="dialog-end"><button type="button" @click=${() => this.leave()}>${t('app.cancel')}</button>
        <button class="primary" ?disabled=${!count}>${t('outcome.keep')}</button></div></form>`;
  }
}

customElements.define('lw-outcomes', LwOutcomes);
