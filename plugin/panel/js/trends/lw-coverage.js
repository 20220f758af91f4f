// SPDX-License-Identifier: LGPL-2.1-or-later
/* Which minutes of which visit were noted through which lens, and which were not. A table, so that
 * it can be read without colour and by ear. */
import {html, nothing} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {list, t} from '../i18n.js';
import {room} from '../room.js';
import {emptyRuns, query} from './trends-model.js';

class LwCoverage extends Element {
  static properties = {asked: {hasChanged: (a, b) => JSON.stringify(a) !== JSON.stringify(b)},
                       visits: {state: true}, more: {state: true}, trouble: {state: true}};

  constructor() {
    super();
    this.visits = null;
    this.more = false;
    this.trouble = '';
  }

  willUpdate(changed) {
    if (changed.has('asked')) {
      this.visits = null;
      this.load(0);
    }
  }

  async load(offset) {
    const asking = this.asking = Symbol('asked');
    try {
      const answer = await room.get(`trends/coverage${query({...this.asked, offset: offset || ''})}`);
      if (this.asking !== asking)
        return;
      this.visits = [...(offset ? this.visits : []), ...answer.visits];
      this.more = answer.more;
      this.trouble = '';
    } catch (error) {
      this.trouble = error.message;
    }
  }

  render() {
    return html`<section class="card trend-section" aria-labelledby="coverage-title">
      <h2 id="coverage-title">${t('coverage.title')}</h2><p class="hint">${t('coverage.hint')}</p>
      ${this.trouble ? html`<p class="notice warning">${this.trouble}</p>` : nothing}
      ${this.visits === null ? html`<p class="calm">${t('app.loading')}</p>` : this.visits.length
        ? this.visits.map((visit) => this.visit(visit)) : html`<p class="hint">${t('coverage.none')}</p>`}
      ${this.more ? html`<button class="small" @click=${() => this.load(this.visits.length)}>${
        t('coverage.more')}</button>` : nothing}</section>`;
  }

  visit(visit) {
    const title = visit.classroom || t('coverage.unknown');
    const runs = emptyRuns(visit).map(([from, to]) => from === to ? String(from) : `${from}–${to}`);
    const silent = visit.lenses.filter(({minutes}) => !minutes.some(Boolean)).map(({name}) => name || t('trends.no-lens'));
    const abouts = Object.entries(visit.about);
    const seen = abouts.filter(([, count]) => count)
        .map(([name, count]) => t('coverage.about-count', {name: t(`about.${name}`), count}));
    const unseen = abouts.filter(([, count]) => !count).map(([name]) => t(`about.${name}`));
    return html`<section class="coverage" data-visit=${visit.id}><h3 dir="auto">${title}
        <a class="hint" href="#walk=${visit.walk}${visit.segment ? `&segment=${visit.segment}` : ''}" dir="auto">${
          visit.walk_title}</a></h3>
      ${visit.minutes ? this.grid(visit, title) : nothing}
      <p>${runs.length ? t('coverage.empty-minutes', {minutes: list(runs)}) : visit.minutes
        ? t('coverage.all-minutes') : nothing}</p>
      ${silent.length ? html`<p>${t('coverage.no-lens-looked', {lenses: list(silent)})}</p>` : nothing}
      ${seen.length ? html`<p>${t('coverage.about', {abouts: list(seen)})}</p>` : nothing}
      ${unseen.length ? html`<p>${t('coverage.about-missing', {abouts: list(unseen)})}</p>` : nothing}</section>`;
  }

  grid(visit, title) {
    const minutes = Array.from({length: visit.minutes}, (_, i) => i);
    const row = (name, counts) => html`<tr><th scope="row" dir="auto">${name}</th>${minutes.map((i) => html`<td
        class=${counts[i] ? `seen seen-${Math.min(counts[i], 4)}` : 'unseen'} title=${t('coverage.cell', {
          lens: name, minute: i + 1, count: counts[i]})}>${counts[i] || html`<span class="visually-hidden">0</span>`}</td>`)}</tr>`;
    const any = minutes.map((i) => visit.lenses.reduce((sum, lens) => sum + lens.minutes[i], 0));
    return html`<div class="table-place coverage-place" tabindex="0" role="group" aria-label=${t('coverage.grid', {
        classroom: title, walk: visit.walk_title})}><table class="coverage-grid">
      <thead><tr><th scope="col">${t('trends.lens')}</th>${minutes.map((i) => html`<th scope="col"
          aria-label=${t('coverage.minute', {minute: i + 1})}>${i + 1}</th>`)}</tr></thead>
      <tbody>${visit.lenses.map((lens) => row(lens.name || t('trends.no-lens'), lens.minutes))}</tbody>
      <tfoot>${row(t('coverage.any'), any)}</tfoot></table></div>`;
  }
}

customElements.define('lw-coverage', LwCoverage);
