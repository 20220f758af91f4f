// SPDX-License-Identifier: LGPL-2.1-or-later
/* What many walks show together: trends with their evidence, counts by place and lens, where nobody
 * looked, and a practice's year. */
import {html, nothing} from '../../lib/lit/index.js';
import {Element, say} from '../element.js';
import {number, t} from '../i18n.js';
import {icon} from '../icons.js';
import {room} from '../room.js';
import './lw-coverage.js';
import './lw-practice.js';
import './lw-trend-list.js';
import './lw-year.js';
import {query, saveTable} from './trends-model.js';

const LEVELS = ['district', 'school', 'classroom'];
const COUNTS = ['visits', 'noticings', 'wonderings', 'progress'];
const PAGE = 50;

class LwTrends extends Element {
  static properties = {
    me: {}, practiceId: {}, practices: {state: true}, mayBegin: {state: true}, board: {state: true},
    cycle: {state: true}, level: {state: true}, path: {state: true}, offset: {state: true},
    hidden: {state: true}, trouble: {state: true}, cycles: {state: true},
  };

  constructor() {
    super();
    this.practiceId = '';
    this.practices = [];
    this.board = null;
    this.cycles = [];
    this.cycle = '';
    this.level = 'school';
    this.path = []; // of places: {id, name}
    this.offset = 0;
    this.hidden = false;
    this.trouble = '';
  }

  connectedCallback() {
    super.connectedCallback();
    document.title = `${t('trends.title')} – ${t('app.name')}`;
  }

  willUpdate(changed) {
    if (changed.has('practiceId')) {
      this.cycle = '';
      this.path = [];
      this.offset = 0;
      this.cycles = [];
      this.loadPractices();
    }
    if (['practiceId', 'cycle', 'level', 'path', 'offset', 'hidden'].some((name) => changed.has(name)))
      this.load();
  }

  get practice() {
    return this.practices.find(({id}) => id === this.practiceId) ?? null;
  }

  /* What everything on the page is asked with. */
  get asked() {
    return {practice: this.practiceId, cycle: this.cycle, place: this.path.at(-1)?.id,
            names: this.hidden ? 'false' : ''};
  }

  async loadPractices() {
    try {
      ({practices: this.practices, may_begin: this.mayBegin} = await room.get('practices'));
    } catch (error) {
      this.trouble = error.message;
    }
  }

  async load() {
    const asked = this.asking = Symbol('asked');
    try {
      const board = await room.get(`trends${query({...this.asked, level: this.level, offset: this.offset || '',
                                                   limit: PAGE})}`);
      if (this.asking !== asked)
        return;
      this.board = board;
      if (!this.cycle)
        this.cycles = board.walks;
      this.trouble = '';
    } catch (error) {
      if (this.asking === asked)
        this.trouble = error.message;
    }
  }

  again() {
    this.loadPractices();
    this.load();
  }

  render() {
    return html`<header class="bar">
        <a class="flat icon-only" href="#" title=${t('app.back')} aria-label=${t('app.back')}>${icon('back')}</a>
        <h1>${t('trends.title')}</h1></header>
      <main class="page trends-page">
        ${this.filters()}
        ${this.trouble ? html`<p class="notice warning" role="alert">${this.trouble}</p>` : nothing}
        ${this.practiceId && this.practice ? html`<lw-practice .practice=${this.practice}
            @lw-changed=${this.again}></lw-practice>` : nothing}
        ${this.board === null ? html`<p class="calm">${t('app.loading')}</p>` : this.board.walks.length
          ? this.everything() : html`<p class="notice">${t('trends.none-open')}</p>`}
      </main>`;
  }

  everything() {
    return html`
      ${this.practice ? html`<lw-trend-list .practice=${this.practice} .trends=${this.board.trends}
          .walks=${this.cycles} @lw-changed=${this.again}></lw-trend-list>` : nothing}
      ${this.counted()}
      ${this.practice ? html`<lw-year .practiceId=${this.practiceId}></lw-year>` : nothing}
      <lw-coverage .asked=${this.asked}></lw-coverage>`;
  }

  filters() {
    const select = (name, label, value, options, on) => html`<label>${label}<select name=${name}
        @change=${(event) => on(event.target.value)}>${options.map(([id, text]) => html`<option value=${id}
        ?selected=${id === value}>${text}</option>`)}</select></label>`;
    const must = this.board?.must_hide;
    return html`<div class="trend-filters">
      ${select('practice', t('trends.practice'), this.practiceId,
               [['', t('trends.all-practices')], ...this.practices.map(({id, title}) => [id, title])],
               (id) => { location.hash = id ? `trends&practice=${id}` : 'trends'; })}
      ${select('cycle', t('trends.cycle'), this.cycle,
               [['', t('trends.all-cycles')], ...this.cycles.map(({id, title}) => [id, title])],
               (id) => { this.cycle = id; this.offset = 0; })}
      ${select('level', t('trends.level'), this.level, LEVELS.map((level) => [level, t(`trends.${level}`)]),
               (level) => { this.level = level; this.offset = 0; })}
      <label class="check"><input type="checkbox" name="hide" .checked=${this.hidden || Boolean(must)} ?disabled=${must}
          @change=${(event) => { this.hidden = event.target.checked; }}> ${t('trends.hide')}</label>
      ${this.hidden || must ? html`<p class="hint trend-hint">${must ? `${t('trends.must-hide')} ` : ''}${
          t('trends.hide-hint')}</p>` : nothing}
      ${this.mayBegin && !this.practiceId ? html`<lw-practice .practice=${null}
          @lw-changed=${this.again}></lw-practice>` : nothing}</div>`;
  }

  async save() {
    try {
      await saveTable(`trends.csv${query({...this.asked, level: this.level})}`, 'trends.csv');
    } catch (error) {
      say(error.message);
    }
  }

  into(place) {
    const next = LEVELS[LEVELS.indexOf(place.level) + 1];
    this.path = [...this.path, {id: place.id, name: place.name}];
    this.offset = 0;
    if (next)
      this.level = next;
  }

  counted() {
    const {board} = this;
    const cells = (row) => COUNTS.map((name) => html`<td>${number(row[name])}</td>`);
    const head = (first) => html`<thead><tr><th scope="col">${first}</th>${COUNTS.map((name) => html`<th scope="col">${
        t(`trends.${name}`)}</th>`)}</tr></thead>`;
    return html`<section class="card trend-section" aria-labelledby="counted-title">
      <div class="page-head"><h2 id="counted-title">${t('trends.counted')}</h2>
        <button class="small" data-act="save" @click=${this.save}>${icon('print')} ${t('trends.table')}</button></div>
      <p class="hint">${t('trends.counted-hint')}</p>
      <p>${t('trends.sum', {count: board.visits, classrooms: number(board.classrooms), seen: number(board.seen)})}</p>
      <nav class="trend-path">${this.path.length ? html`<button class="flat small" @click=${() => {
          this.path = [];
          this.level = 'school';
          this.offset = 0;
        }}>${t('trends.everywhere')}</button>${this.path.map(({name}) => html` › <span dir="auto">${name}</span>`)}`
        : nothing}</nav>
      <div class="table-place"><table class="trend-places">${head(t('trends.place'))}
        <tbody>${board.places.map((place) => html`<tr><th scope="row" dir="auto">${
          place.level === 'classroom' ? place.name : html`<button class="flat small" data-place=${place.id}
              aria-label=${t('trends.into', {name: place.name})} @click=${() => this.into(place)}>${place.name}</button>`}
          </th>${cells(place)}</tr>`)}</tbody>
        <tfoot><tr><th scope="row">${t('trends.everywhere')}</th>${cells(board)}</tr></tfoot></table></div>
      ${this.pages()}
      <h3>${t('trends.by-lens')}</h3>
      <div class="table-place"><table>${head(t('trends.lens'))}<tbody>${[...board.lenses]
        .sort((a, b) => a.name.localeCompare(b.name)).map((lens) => html`<tr><th scope="row" dir="auto">${
        lens.name || t('trends.no-lens')}</th>${cells(lens)}</tr>`)}</tbody></table></div></section>`;
  }

  pages() {
    const {n_places: all, places} = this.board;
    if (all <= PAGE)
      return nothing;
    return html`<p class="trend-pages"><button class="small" ?disabled=${!this.offset}
        @click=${() => { this.offset = Math.max(0, this.offset - PAGE); }}>${t('trends.before')}</button>
      ${t('trends.page', {from: number(this.offset + 1), to: number(this.offset + places.length), all: number(all)})}
      <button class="small" ?disabled=${this.offset + places.length >= all}
        @click=${() => { this.offset += PAGE; }}>${t('trends.after')}</button></p>`;
  }
}

customElements.define('lw-trends', LwTrends);
