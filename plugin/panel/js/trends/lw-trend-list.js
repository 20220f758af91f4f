// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is seen again and again: each trend with the moments that show it, of two visits or more.
 * Emits "lw-changed". */
import {html, nothing} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {t} from '../i18n.js';
import {icon} from '../icons.js';
import {newId} from '../keep.js';
import {room} from '../room.js';
import {formatTime} from '../time.js';
import {keepItem} from './trends-model.js';

const KINDS = ['asset', 'need'];
const EVIDENCE = ['noticing', 'wondering', 'progress'];

class LwTrendList extends Element {
  static properties = {
    practice: {}, trends: {}, walks: {}, draft: {state: true}, chosen: {state: true}, walk: {state: true},
    notes: {state: true}, trouble: {state: true},
  };

  constructor() {
    super();
    this.trends = [];
    this.walks = [];
    this.draft = null;
    this.chosen = new Set();
    this.notes = [];
    this.walk = '';
    this.trouble = '';
  }

  async begin(draft) {
    this.draft = draft;
    this.chosen = new Set(draft.cites ?? []);
    this.trouble = '';
    this.chooseWalk(this.walks[0]?.id ?? '');
    await this.updateComplete;
    this.querySelector('textarea')?.focus();
  }

  async chooseWalk(walk) {
    this.walk = walk;
    this.notes = [];
    if (!walk)
      return;
    try {
      const {notes} = await room.get(`walks/${walk}/notes?limit=500`);
      if (this.walk === walk)
        this.notes = notes.filter(({kind}) => EVIDENCE.includes(kind));
    } catch (error) {
      this.trouble = error.message;
    }
  }

  async keep(item) {
    try {
      await keepItem({type: 'trend', practice: this.practice.id, ...item});
      this.draft = null;
      this.trouble = '';
      this.emit('lw-changed');
    } catch (error) {
      this.trouble = t('trends.not-kept', {message: error.message});
    }
  }

  choose(id, is) {
    const chosen = new Set(this.chosen);
    if (is)
      chosen.add(id);
    else
      chosen.delete(id);
    this.chosen = chosen;
  }

  render() {
    return html`<section class="card trend-section" aria-labelledby="trend-list-title">
      <h2 id="trend-list-title">${t('trends.list')}</h2><p class="hint">${t('trends.list-hint')}</p>
      ${this.trouble ? html`<p class="notice warning" role="alert">${this.trouble}</p>` : nothing}
      <div class="outcome-kinds">${KINDS.map((kind) => this.kind(kind))}</div></section>`;
  }

  kind(kind) {
    const all = this.trends.filter((one) => one.kind === kind).sort((a, b) => a.position - b.position);
    const isHere = this.draft?.kind === kind;
    return html`<section class="outcome-kind" data-kind=${kind}><h3>${t(`trends.${kind}`)}</h3>
      <ul>${all.map((one) => isHere && one.id === this.draft.id ? nothing : this.trend(one))}</ul>
      ${all.length || isHere ? nothing : html`<p class="hint">${t('trends.nothing')}</p>`}
      ${isHere ? this.form() : this.practice.may.write_trends ? html`<button class="small" data-act="add-${kind}"
          @click=${() => this.begin({kind, position: all.length + 1})}>${icon('plus')} ${t(`trends.add-${kind}`)}</button>`
        : nothing}</section>`;
  }

  trend(one) {
    return html`<li class="outcome" data-trend=${one.id}><p class="note-text" dir="auto">${one.text}</p>
      <p class="hint">${t('trends.rests', {count: one.visits})}</p>
      ${one.needs_evidence ? html`<p class="notice warning needs-evidence">${icon('warning')} ${
        t('trends.needs-evidence')}</p>` : nothing}
      <ul class="trend-evidence">${one.evidence.map((note) => html`<li><a class="button small"
          href="#walk=${note.walk}&segment=${note.segment}&at=${note.start}" aria-label="${t('trends.play', {
            place: note.classroom || note.walk_title, time: formatTime(note.start)})}: ${note.text}">${icon('play')}
          ${formatTime(note.start)}</a> <span class="hint" dir="auto">${note.classroom || note.walk_title}</span>
          <span dir="auto">${note.text}</span></li>`)}</ul>
      ${one.not_open ? html`<p class="hint">${t('trends.not-open', {count: one.not_open})}</p>` : nothing}
      ${this.practice.may.write_trends ? html`<p class="outcome-acts">
        <button class="flat small" @click=${() => this.begin(one)}>${icon('edit')} ${t('trends.edit')}</button>
        <button class="flat small" @click=${() => this.keep({id: one.id, gone: true})}>${icon('delete')} ${
          t('trends.delete')}</button></p>` : nothing}</li>`;
  }

  form() {
    return html`<form class="outcome-form" @submit=${(event) => {
        event.preventDefault();
        this.keep({id: this.draft.id ?? newId(), kind: this.draft.kind, position: this.draft.position ?? 0,
                   text: new FormData(event.target).get('text').trim(), cites: [...this.chosen]});
      }}>
      <label>${t('trends.field')}<textarea name="text" rows="3" maxlength="4000" dir="auto" required
          .value=${this.draft.text ?? ''}></textarea></label>
      <label>${t('trends.from-walk')}<select name="from" @change=${(event) => this.chooseWalk(event.target.value)}>
        ${this.walks.map(({id, title}) => html`<option value=${id} ?selected=${id === this.walk}>${title}</option>`)}
        </select></label>
      <ul class="trend-choice">${this.notes.map((note) => html`<li><label class="check"><input type="checkbox"
          value=${note.id} .checked=${this.chosen.has(note.id)}
          @change=${(event) => this.choose(note.id, event.target.checked)}> <span dir="auto">${
          formatTime(note.start)} ${note.text}</span></label></li>`)}</ul>
      <p class="hint" role="status">${t('trends.chosen', {count: this.chosen.size})}</p>
      <div class="dialog-end"><button type="button" @click=${() => { this.draft = null; this.trouble = ''; }}>${
        t('app.cancel')}</button><button class="primary">${t('trends.keep')}</button></div></form>`;
  }
}

customElements.define('lw-trend-list', LwTrendList);
