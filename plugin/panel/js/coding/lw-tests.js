// SPDX-License-Identifier: LGPL-2.1-or-later
/* Small tests of change, written together: what is changed and predicted, the clips before and after,
 * what was found and decided; and the counts from cycle to cycle. */
import {html, nothing} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {date, number, t} from '../i18n.js';
import {icon} from '../icons.js';
import {newId} from '../keep.js';
import {room} from '../room.js';
import {Typed} from '../saving.js';
import {formatSpan, formatTime} from '../time.js';
import {codesOf, findCode, lasts, sheetsOf, titleOf} from './codes.js';
import '../lw-run-chart.js';
import './lw-side-by-side.js';
import './lw-test-form.js';

class LwTests extends Element {
  static properties = {
    model: {}, segment: {}, draft: {state: true}, points: {state: true}, measure: {state: true},
  };

  constructor() {
    super();
    this.draft = null; // a test that is written
    this.points = null;
    this.measure = null;
    this.typed = new Typed(this, 'test', (draft) => { this.draft = draft; });
  }

  get board() {
    return this.model.board;
  }

  /* Those of this walk, by cycle. */
  get tests() {
    return this.board.of('test').sort((a, b) => a.cycle - b.cycle || (a.id < b.id ? -1 : 1));
  }

  /* [{walk, title, items}] of the walks that this one goes on with. */
  get before() {
    return this.board.testWalks.filter((one) => one.walk !== this.model.id && one.items.length);
  }

  get all() {
    return [...this.before.flatMap((one) => one.items), ...this.tests];
  }

  willUpdate() {
    this.board.openTests();
    this.board.open();
    this.askPoints();
  }

  /* ---- the chart ---- */

  get measures() {
    return [...new Set(this.all.map((one) => one.measure).filter((tag) => findCode(this.model.protocol, tag)))];
  }

  get shownMeasure() {
    const {measures} = this;
    return measures.includes(this.measure) ? this.measure : measures.at(-1) ?? null;
  }

  /* Asked anew whenever a test, or a code of the measure, is another. */
  async askPoints() {
    const measure = this.shownMeasure;
    const codes = this.model.segments.map((one) => this.model.codesOf(one.id).length).join();
    const wanted = measure && `${measure} ${this.all.map((one) => one.id + one.edited + one.keptHere).join()} ${
      codes} ${this.model.walk.phase}`;
    if (wanted === this.asked)
      return;
    this.asked = wanted;
    if (!measure) {
      this.points = null;
      return;
    }
    try {
      const {points} = await room.get(`walks/${this.model.id}/cycles?measure=${encodeURIComponent(measure)}`);
      if (this.asked === wanted)
        this.points = points;
    } catch {
      this.asked = null; // the next news asks again
    }
  }

  chart() {
    const {measures} = this, measure = this.shownMeasure;
    if (!this.points?.length)
      return nothing;
    const code = findCode(this.model.protocol, measure), isLong = lasts(code);
    const points = this.points.map((one) => ({
      label: one.which === 'before' ? t('test.chart-before') : t('test.cycle', {number: one.cycle}),
      value: (isLong ? one.seconds_per_minute : one.count_per_minute) ?? null,
      about: one.closed ? t('test.chart-closed') : !one.coders ? t('test.chart-nobody')
        : t('test.chart-about', {
          count: one.coders, length: formatTime(one.end - one.start),
          amount: isLong ? t('code.per-time', {value: number(one.seconds, {maximumFractionDigits: 1})})
            : number(one.count, {maximumFractionDigits: 1}),
          change: one.which === 'before' ? '' : one.change}),
    }));
    return html`<section class="test-chart"><h3>${t('test.chart')}</h3>
      ${measures.length > 1 ? html`<label>${t('test.measure-short')}<select name="chart-measure"
          @change=${({target}) => { this.measure = target.value; }}>${measures.map((tag) => html`<option value=${tag}
          ?selected=${tag === measure}>${titleOf(this.model.protocol, tag)}</option>`)}</select></label>` : nothing}
      <lw-run-chart .title=${t('test.chart-title', {title: code.title})} .unit=${t(isLong ? 'test.chart-time'
          : 'test.chart-count')} .points=${points}></lw-run-chart>
      <p class="hint">${t('test.chart-hint')}</p></section>`;
  }

  /* ---- writing ---- */

  async begin(draft) {
    this.draft = draft;
    await this.updateComplete;
    this.querySelector('lw-test-form textarea')?.focus();
  }

  /* The next cycle begins where the last one ended, also that of the walk before. */
  beginNext() {
    const {all} = this, last = all.at(-1);
    this.begin({type: 'test', id: newId(), cycle: Math.max(0, ...all.map((one) => one.cycle)) + 1, change: '', prediction: '',
                measure: last?.measure ?? codesOf(sheetsOf(this.model.protocol)[0] ?? {codes: []})[0]?.tag ?? '',
                before: last?.after ?? last?.before, from: last?.id});
  }

  async keepIt({detail}) {
    await this.board.put(detail);
    await this.leave();
  }

  leave() {
    this.draft = null;
    return this.typed.forget();
  }

  /* ---- how it looks ---- */

  render() {
    const {tests, before} = this, may = this.board.may.put_test;
    const isNew = this.draft && !tests.some((one) => one.id === this.draft.id);
    return html`<div class="tests"><h2>${t('test.title')}</h2>
      ${before.map((walk) => html`<details class="tests-before"><summary dir="auto">${
          t('test.of-walk', {title: walk.title})}</summary>${walk.items.map((one) => this.test(one, false))}
        </details>`)}
      ${tests.length || isNew ? nothing : html`<div class="empty"><h3>${t('test.none')}</h3>
        <p>${t('test.none-hint')}</p></div>`}
      ${tests.map((one) => this.draft?.id === one.id ? this.form(one) : this.test(one, may))}
      ${isNew ? this.form(null) : nothing}
      ${may && !this.draft ? html`<p><button class=${tests.length ? '' : 'primary'} data-act="test-new"
          @click=${this.beginNext}>${icon('plus')} ${t(this.all.length ? 'test.next' : 'test.new')}</button></p>`
        : may ? nothing : html`<p class="hint">${t('test.closed')}</p>`}
      ${this.chart()}
      <lw-side-by-side .model=${this.model}></lw-side-by-side></div>`;
  }

  form(there) {
    return html`<lw-test-form .model=${this.model} .segment=${this.segment} .draft=${this.draft} .there=${there}
        @lw-test-keep=${this.keepIt} @lw-test-aside=${this.leave}
        @lw-test-typed=${({detail}) => this.typed.set(detail)}></lw-test-form>`;
  }

  said(words, text) {
    return text ? html`<dt>${t(words)}</dt><dd class="note-text" dir="auto">${text}</dd>` : nothing;
  }

  test(one, may) {
    return html`<article class="test ${one.keptHere ?? ''}" data-test=${one.id} data-cycle=${one.cycle}>
      <h3>${t('test.cycle', {number: one.cycle})} ${one.decision ? html`<span class="chip decision">${
          t(`test.${one.decision}`)}</span>` : nothing}</h3>
      <p class="note-text test-change" dir="auto">${one.change}</p>
      <dl>${this.said('test.prediction-short', one.prediction)}
        ${one.fixed ? html`<dd class="hint fixed">${one.prediction ? t('test.fixed', {date: date(one.predicted)})
          : t('test.fixed-empty')}</dd>` : nothing}
        ${this.said('test.remark-short', one.remark)}
        ${this.said('test.measure-short', titleOf(this.model.protocol, one.measure) ?? '')}
        ${this.clips(one)}
        ${this.said('test.found-short', one.found)}
        ${this.said('test.compared-short', one.compared)}
        ${one.decision ? html`<dt>${t(`test.${one.decision}`)}</dt><dd class="note-text" dir="auto">${one.why}</dd>
          <dd class="hint">${date(`${one.on}T12:00`)}</dd>` : nothing}</dl>
      ${one.keptHere === 'waiting' ? html`<p class="kept-here">${icon('here')} ${t('outcome.unsent')}</p>` : nothing}
      ${one.keptHere === 'refused' ? html`<div class="kept-here refused"><p>${icon('warning')}
          ${t('board.not-kept', {message: one.message ?? ''})}</p><button class="small" @click=${() =>
          this.board.throwAway(one)}>${t('pin.throw-away')}</button></div>` : nothing}
      ${may && !this.draft ? html`<p class="outcome-acts"><button class="flat small" data-act="test-edit"
          @click=${() => this.begin({...one})}>${icon('edit')} ${t('test.edit')}</button><button class="flat small"
          @click=${() => this.board.put({...one, gone: true})}>${icon('delete')} ${t('test.delete')}</button></p>`
        : nothing}</article>`;
  }

  clips(one) {
    const both = ['before', 'after'].filter((which) => one[which]);
    return both.length ? html`<dt>${both.map((which) => t(`test.${which}`)).join(' · ')}</dt><dd class="test-clips">
      ${both.map((which) => html`<button class="small" data-clip=${which} @click=${() =>
          this.querySelector('lw-side-by-side').show(one, [which])}>${icon('play')} ${t(`test.${which}`)} ${
          formatSpan(one[which].start, one[which].end)}</button>`)}
      ${both.length === 2 ? html`<button class="small" data-act="side-by-side" @click=${() =>
          this.querySelector('lw-side-by-side').show(one, both)}>${icon('clip')} ${t('test.compare')}</button>`
        : nothing}</dd>` : nothing;
  }
}

customElements.define('lw-tests', LwTests);
