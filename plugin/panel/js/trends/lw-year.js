// SPDX-License-Identifier: LGPL-2.1-or-later
/* A practice's year: its rounds as run charts, and how the plan changed from round to round. */
import {html, nothing} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {date, t} from '../i18n.js';
import {room} from '../room.js';
import '../lw-run-chart.js';
import {lensLines, planChanges} from './trends-model.js';

class LwYear extends Element {
  static properties = {practiceId: {}, rounds: {state: true}, trouble: {state: true}};

  constructor() {
    super();
    this.rounds = null;
    this.trouble = '';
  }

  willUpdate(changed) {
    if (changed.has('practiceId'))
      this.load(this.practiceId);
  }

  async load(practice) {
    try {
      const {rounds} = await room.get(`practices/${practice}/year`);
      if (this.practiceId === practice)
        this.rounds = rounds;
    } catch (error) {
      this.trouble = error.message;
    }
  }

  render() {
    const {rounds} = this;
    return html`<section class="card trend-section" aria-labelledby="year-title"><h2 id="year-title">${
        t('year.title')}</h2><p class="hint">${t('year.hint')}</p>
      ${this.trouble ? html`<p class="notice warning">${this.trouble}</p>` : nothing}
      ${rounds === null ? html`<p class="calm">${t('app.loading')}</p>` : rounds.length ? this.year(rounds)
        : html`<p class="hint">${t('year.none')}</p>`}</section>`;
  }

  year(rounds) {
    const points = rounds.map((round) => ({
      label: round.when ? date(round.when) : round.title, value: round.visits ? round.noticings : null,
      about: `${round.when ? `${round.title}. ` : ''}${t('year.visits', {count: round.visits})}`}));
    const lines = lensLines(rounds, t('trends.no-lens'));
    const open = ({detail}) => { location.hash = `walk=${rounds[detail.index].walk}&view=board`; };
    return html`<lw-run-chart .title=${t('year.noticings')} .unit=${t('year.unit')} .points=${points}
        @lw-point=${open}></lw-run-chart>
      ${lines.length > 1 ? html`<lw-run-chart .title=${t('year.by-lens')} .unit=${t('year.unit')} .points=${points}
        .lines=${lines} @lw-point=${open}></lw-run-chart>` : nothing}
      ${rounds.length > 1 ? html`<h3>${t('year.plans')}</h3>` : nothing}
      ${rounds.slice(1).map((round, i) => this.change(rounds[i], round))}`;
  }

  change(before, after) {
    const {put, out, stays} = planChanges(before.plan, after.plan);
    const part = (key, lines) => lines.length ? html`<dt>${t(key)}</dt>${lines.map(({text, was}) => html`<dd
        dir="auto">${was && was !== text ? html`<del>${was}</del> <ins>${text}</ins>` : text}</dd>`)}` : nothing;
    return html`<section class="plan-change"><h4 dir="auto">${t('year.from-to', {from: before.title, to: after.title})}</h4>
      ${put.length || out.length || stays.some(({text, was}) => text !== was)
        ? html`<dl>${part('year.out', out)}${part('year.in', put)}${part('year.stays', stays)}</dl>`
        : html`<p class="hint">${t(stays.length ? 'year.same' : 'year.no-plan')}</p>`}</section>`;
  }
}

customElements.define('lw-year', LwYear);
