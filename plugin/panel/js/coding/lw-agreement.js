// SPDX-License-Identifier: LGPL-2.1-or-later
/* How alike two people code a lesson, as the room works it out: about how clear the codes are, never
 * about who is right. Each moment in which they differ can be played. */
import {html, nothing} from '../../lib/lit/index.js';
import {Element} from '../element.js';
import {number, t} from '../i18n.js';
import {icon} from '../icons.js';
import {recall, remember} from '../keep.js';
import {room} from '../room.js';
import {formatSpan} from '../time.js';

const WINDOWS_MS = [1000, 2000, 5000, 10000, 15000, 30000, 60000];
const USUAL_MS = 5000;
const SHOWN = 100;

class LwAgreement extends Element {
  static properties = {
    model: {}, segment: {}, sheet: {}, chosen: {state: true}, window: {state: true}, found: {state: true},
    trouble: {state: true}, whole: {state: true},
  };

  constructor() {
    super();
    this.chosen = [null, null];
    const kept = Number(recall('agreement-window'));
    this.window = WINDOWS_MS.includes(kept) ? kept : USUAL_MS;
    this.found = null;
    this.trouble = '';
    this.whole = false;
  }

  get player() {
    return this.closest('lw-walk')?.player ?? null;
  }

  /* Who put codes of this sheet on this lesson. */
  get coders() {
    const prefix = `${this.sheet.id}/`;
    return [...new Set(this.model.codesOf(this.segment.id).filter((note) =>
        note.tags[0]?.startsWith(prefix)).map((note) => note.author))].sort((a, b) =>
        this.model.nameOf(a).localeCompare(this.model.nameOf(b)));
  }

  get pair() {
    const {coders} = this;
    const first = coders.includes(this.chosen[0]) ? this.chosen[0] : coders[0];
    const second = coders.includes(this.chosen[1]) && this.chosen[1] !== first ? this.chosen[1]
      : coders.find((one) => one !== first);
    return [first, second];
  }

  willUpdate() {
    const [a, b] = this.pair;
    if (!b)
      return;
    // A code that comes in, or goes, makes another answer.
    const codes = this.model.codesOf(this.segment.id).filter((note) => note.author === a || note.author === b)
        .map((note) => note.id + note.edited).join();
    const wanted = `${this.segment.id} ${this.sheet.id} ${a} ${b} ${this.window} ${codes}`;
    if (wanted === this.asked)
      return;
    this.asked = wanted;
    this.ask(wanted, a, b);
  }

  async ask(wanted, a, b) {
    try {
      const found = await room.get(`segments/${this.segment.id}/agreement?sheet=${this.sheet.id}&a=${a}&b=${
          b}&window_ms=${this.window}`);
      if (this.asked === wanted) {
        this.found = {...found, a, b};
        this.trouble = '';
      }
    } catch (error) {
      if (this.asked === wanted) {
        this.found = null;
        this.trouble = error.message;
      }
    }
  }

  choose(which, person) {
    this.chosen = this.pair.map((one, i) => i === which ? person : one === person ? this.pair[which] : one);
  }

  titleOf(id) {
    return this.sheet.codes.find((code) => code.id === id)?.title ?? id;
  }

  nameOf(which) {
    return this.model.nameOf(this.found[which]);
  }

  /* ---- how it looks ---- */

  render() {
    const {coders, pair} = this;
    if (coders.length < 2)
      return html`<div class="agreement"><h2>${t('agree.title')}</h2><p class="hint">${t('agree.none')}</p></div>`;
    return html`<div class="agreement"><h2>${t('agree.title')}</h2><p class="hint">${t('agree.hint')}</p>
      <div class="agree-choice">${['agree.first', 'agree.second'].map((words, i) => html`<label>${t(words)}<select
          name=${'ab'[i]} @change=${({target}) => this.choose(i, target.value)}>${coders.map((person) => html`<option
          value=${person} ?selected=${person === pair[i]}>${this.model.nameOf(person)}</option>`)}</select></label>`)}
        <label>${t('agree.window')}<select name="window" @change=${({target}) => {
            this.window = Number(target.value);
            remember('agreement-window', target.value);
          }}>${WINDOWS_MS.map((ms) => html`<option value=${ms} ?selected=${ms === this.window}>${
            t('agree.seconds', {count: number(ms / 1000)})}</option>`)}</select></label></div>
      ${this.trouble ? html`<p class="notice warning" role="alert">${this.trouble}</p>` : nothing}
      ${this.found ? this.answer() : this.trouble ? nothing : html`<p role="status">${t('agree.asking')}</p>`}</div>`;
  }

  kappa(value) {
    return value === null ? t('agree.undefined') : number(value, {minimumFractionDigits: 2, maximumFractionDigits: 2});
  }

  percent(value) {
    return number(value, {style: 'percent', maximumFractionDigits: 0});
  }

  answer() {
    const {found} = this;
    return html`<p class="agree-overall" role="status"><b>${t('agree.kappa')} ${this.kappa(found.overall.kappa)}</b>
        <span>${t('agree.same')} ${this.percent(found.overall.observed)}</span>
        <span class="hint">${t('agree.overall')}, ${t('agree.windows', {count: found.windows})}</span></p>
      <h3>${t('agree.per-code')}</h3>${this.table()}
      ${this.instead()}
      <h3>${t('agree.talk')}</h3>${this.differences()}
      <details><summary>${t('agree.how')}</summary>${[1, 2, 3, 4].map((i) => html`<p class="hint">${
          t(`agree.how-${i}`)}</p>`)}</details>`;
  }

  table() {
    return html`<div class="table-place"><table class="agree-table"><thead><tr><th scope="col">${t('code.code')}</th>
      <th scope="col">${t('agree.kappa')}</th><th scope="col">${t('agree.same')}</th><th scope="col">${
        t('agree.both')}</th><th scope="col">${t('agree.only', {name: this.nameOf('a')})}</th><th scope="col">${
        t('agree.only', {name: this.nameOf('b')})}</th><th scope="col">${t('agree.neither')}</th></tr></thead>
      <tbody>${this.found.codes.map((one) => html`<tr data-code=${one.code}><th scope="row" dir="auto">${one.title}</th>
        <td>${this.kappa(one.kappa)}</td><td>${this.percent(one.observed)}</td><td>${number(one.both)}</td><td>${
          number(one.only_a)}</td><td>${number(one.only_b)}</td><td>${number(one.neither)}</td></tr>`)}
      </tbody></table></div>`;
  }

  /* Which words of the sheet are close to each other. */
  instead() {
    const pairs = [...this.found.instead].sort((x, y) => y.windows - x.windows).slice(0, 8);
    return pairs.length ? html`<h3>${t('agree.instead')}</h3><ul class="points">${pairs.map((one) => html`<li>${
        t('agree.instead-one', {first: this.nameOf('a'), a: this.titleOf(one.a), second: this.nameOf('b'),
                                b: this.titleOf(one.b)})}: ${t('agree.windows', {count: one.windows})}</li>`)}
      </ul>` : nothing;
  }

  differences() {
    const all = this.found.differences, shown = this.whole ? all : all.slice(0, SHOWN);
    if (!all.length)
      return html`<p class="hint">${t('agree.talk-none')}</p>`;
    return html`<ol class="agree-list">${shown.map((one) => {
      const words = t('agree.difference', {name: this.nameOf(one.by), title: this.titleOf(one.code),
                                           other: this.nameOf(one.by === 'a' ? 'b' : 'a')});
      return html`<li><button class="time" aria-label="${t('board.play', {time: formatSpan(one.start, one.end)})}: ${
          words}" @click=${() => this.player?.playFrom(one.start)}>${icon('play')} ${
          formatSpan(one.start, one.end)}</button> <span dir="auto">${words}</span></li>`;
    })}</ol>${shown.length < all.length ? html`<button class="small" @click=${() => { this.whole = true; }}>${
        t('agree.more', {count: number(all.length)})}</button>` : nothing}`;
  }
}

customElements.define('lw-agreement', LwAgreement);
