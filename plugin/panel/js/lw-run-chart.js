// SPDX-License-Identifier: LGPL-2.1-or-later
/* Counts in the order of time, with the median and the table behind it. Of what students do or of
 * what was noted: never of how well somebody teaches.
 *
 *   <lw-run-chart .title .unit .points=${[{label, value, about?}]} .lines=${[{name, values}]}>
 *
 * value: a number, or null where nothing was counted. unit: what is counted ("noticings"). With
 * lines, points only give the labels, and each line a value for each. Emits "lw-point" ({index}) by
 * Enter or a click. One stop of the Tab key; the arrow keys go from point to point. */
import {html, nothing, svg} from '../lib/lit/index.js';
import {Element} from './element.js';
import {number, t} from './i18n.js';
import {colorOf, shapeOf} from './palette.js';
import {linesOf, median, scaleTo, shiftOf, strokesOf} from './run-chart.js';

const DASHES = ['', '7 4', '2 4', '9 3 2 3'];
const MARK_PX = 11;

class LwRunChart extends Element {
  static properties = {
    title: {attribute: false}, unit: {attribute: false}, points: {attribute: false},
    lines: {attribute: false}, at: {state: true}, space: {state: true},
  };

  constructor() {
    super();
    this.title = '';
    this.unit = '';
    this.points = [];
    this.lines = null;
    this.at = -1; // the point that the reader is at
    this.space = null; // {width, rem} in px, once it is laid out
    this.sizes = new ResizeObserver(() => this.measure());
  }

  connectedCallback() {
    super.connectedCallback();
    this.sizes.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.sizes.disconnect();
  }

  measure() {
    const width = Math.floor(this.clientWidth);
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    if (width && (width !== this.space?.width || rem !== this.space.rem))
      this.space = {width, rem};
  }

  willUpdate() {
    this.drawn = linesOf(this.points ?? [], this.lines);
    this.medians = this.drawn.map(({values}) => median(values));
    if (this.at >= this.points.length)
      this.at = -1;
  }

  show(value) {
    return value === null || value === undefined ? t('chart.none')
      : number(value, {maximumFractionDigits: 1});
  }

  /* "Round 2: 5 noticings", for the ear and for the line below the picture. */
  sayPoint(i) {
    const {label, about} = this.points[i];
    const counts = this.drawn.map(({name, values}) => {
      const known = values[i] !== null && values[i] !== undefined;
      const count = known && this.unit ? t('chart.count', {value: this.show(values[i]), unit: this.unit})
        : this.show(values[i]);
      return name ? t('chart.named', {name, count}) : count;
    });
    return t('chart.point', {label, counts: counts.join('; ')}) + (about ? ` ${about}` : '');
  }

  sayShift({name, values}) {
    const run = shiftOf(values);
    if (!run)
      return null;
    const fill = {count: run.count, from: this.points[run.from].label, to: this.points[run.to].label};
    const text = t(run.above ? 'chart.above' : 'chart.below', fill);
    return name ? t('chart.named', {name, count: text}) : text;
  }

  onKey(event) {
    const rtl = getComputedStyle(this).direction === 'rtl';
    const last = this.points.length - 1;
    const steps = {ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1};
    let to = null;
    if (event.key in steps)
      to = Math.min(last, Math.max(0, this.at + steps[event.key]));
    else if (event.key === 'Home' || event.key === 'End')
      to = event.key === 'Home' ? 0 : last;
    else if (event.key === 'Enter' && this.at >= 0)
      this.emit('lw-point', {index: this.at});
    else
      return;
    event.preventDefault();
    if (to !== null)
      this.at = to;
  }

  render() {
    const named = this.drawn.some(({name}) => name);
    const shifts = this.drawn.map((line) => this.sayShift(line)).filter(Boolean);
    return html`<figure class="run-chart">
      <figcaption>${this.title}${this.unit ? html` <span class="hint">(${this.unit})</span>` : nothing}</figcaption>
      ${this.points.length ? html`${named ? this.legend() : nothing}
        <div class="run-picture" tabindex="0" role="group" aria-label=${t('chart.label', {title: this.title})}
            @keydown=${this.onKey} @focus=${() => { this.at = Math.max(this.at, 0); }}>
          ${this.space ? this.picture(this.space) : nothing}</div>
        <p class="run-said" role="status" aria-live="polite" dir="auto">${this.at >= 0 ? this.sayPoint(this.at)
          : this.medians.length === 1 && this.medians[0] !== null
          ? t('chart.median-is', {value: this.show(this.medians[0])}) : '\u00a0'}</p>
        ${shifts.map((text) => html`<p class="hint">${text}</p>`)}
        ${this.table()}` : html`<p class="hint">${t('chart.empty')}</p>`}</figure>`;
  }

  legend() {
    return html`<ul class="run-legend">${this.drawn.map(({name}, k) => html`<li>
      <svg viewBox="0 0 44 16" aria-hidden="true"><path class="run-line" d="M0 8H44" stroke=${colorOf(k)}
          stroke-dasharray=${DASHES[k % DASHES.length]}></path>
        <path class="run-mark" transform="translate(14 0)" d=${shapeOf(k)} fill=${colorOf(k)}></path></svg>
      ${name}</li>`)}</ul>`;
  }

  /* Drawn for the width that there is, so that words keep the reader's size. */
  picture({width, rem}) {
    const rtl = getComputedStyle(this).direction === 'rtl';
    const values = this.drawn.flatMap((line) => line.values).filter((value) => value !== null);
    const {top, ticks} = scaleTo(Math.max(0, ...values));
    const digits = Math.max(...ticks.map((tick) => this.show(tick).length));
    const left = rem * (0.9 + 0.55 * digits), right = rem * 0.9;
    const above = rem * 1.1, below = rem * 1.9;
    const height = Math.min(Math.max(rem * 12, width * 0.34), rem * 19);
    const inner = Math.max(width - left - right, 1), count = this.points.length;
    const across = (px) => rtl ? width - px : px;
    const step = count > 1 ? inner / count : inner;
    const x = (i) => across(left + step * (i + 0.5));
    const y = (value) => above + (height - above - below) * (1 - value / top);
    const place = {x, y, width, height, left, right, step, rem, across, below};
    return html`<svg class="run-svg" width=${width} height=${height} viewBox="0 0 ${width} ${height}"
        aria-hidden="true">
      ${ticks.map((tick) => svg`<line class="run-grid" x1=${across(left)} x2=${across(width - right)} y1=${y(tick)}
          y2=${y(tick)}></line><text class="run-text" x=${across(left - rem * 0.4)} y=${y(tick)} dy="0.32em"
          text-anchor="end">${this.show(tick)}</text>`)}
      ${this.at >= 0 ? svg`<line class="run-at" x1=${x(this.at)} x2=${x(this.at)} y1=${above}
          y2=${height - below}></line>` : nothing}
      ${this.drawn.map((line, k) => this.line(line, k, place))}
      ${this.labels(place)}
      ${this.points.map((_, i) => svg`<rect class="run-hit" data-point=${i} x=${x(i) - step / 2} y="0" width=${step}
          height=${height} @pointerenter=${() => { this.at = i; }}
          @click=${() => { this.at = i; this.emit('lw-point', {index: i}); }}></rect>`)}</svg>`;
  }

  line({values}, k, {x, y, width, left, right, rem, across}) {
    const color = colorOf(k), middle = this.medians[k];
    // The median's name goes where the line is further from it.
    const ends = [values[0], values.at(-1)].map((value) => Math.abs((value ?? middle) - middle));
    const first = ends[0] > ends[1], named = this.drawn.length === 1 && width > rem * 26;
    const scale = rem / 16 * MARK_PX / 16;
    const path = strokesOf(values).map((run) => run.map((i, n) => `${n ? 'L' : 'M'}${x(i)} ${y(values[i])}`)
        .join('')).join('');
    return svg`${middle === null ? nothing : svg`<line class="run-median" x1=${across(left)}
          x2=${across(width - right)} y1=${y(middle)} y2=${y(middle)} stroke=${color}></line>
        ${named ? svg`<text class="run-text run-median-text" x=${across(first ? left : width - right)}
          y=${y(middle) - rem * 0.3} text-anchor=${first ? 'start' : 'end'}>${t('chart.median')}</text>`
          : nothing}`}
      <path class="run-line" d=${path} stroke=${color} stroke-dasharray=${DASHES[k % DASHES.length]}></path>
      ${values.map((value, i) => value === null || value === undefined ? nothing : svg`<path class="run-mark"
          d=${shapeOf(k)} fill=${color} transform="translate(${x(i) - 8 * scale} ${y(value) - 8 * scale}) scale(${
          scale})"></path>`)}`;
  }

  /* As many as have room, the last always; none runs over an edge. */
  labels({x, width, height, step, rem, below}) {
    const count = this.points.length;
    const longest = Math.max(...this.points.map(({label}) => label.length));
    const wanted = Math.min(longest * rem * 0.5, rem * 8) + rem * 0.6;
    const every = Math.max(1, Math.ceil(wanted / step));
    const letters = Math.max(6, Math.floor((step * every - rem * 0.4) / (rem * 0.5)));
    return this.points.map(({label}, i) => {
      if ((count - 1 - i) % every)
        return nothing;
      const half = Math.min(label.length, letters) * rem * 0.25;
      const middle = Math.max(half, Math.min(width - half - rem * 0.2, x(i)));
      return svg`<text class="run-text" x=${middle} y=${height - below + rem * 1.3} text-anchor="middle">${
        label.length > letters ? `${label.slice(0, letters - 1)}…` : label}</text>`;
    });
  }

  table() {
    return html`<details class="run-table"><summary>${t('chart.table')}</summary>
      <div class="table-place"><table><caption class="visually-hidden">${this.title}</caption>
        <thead><tr><th scope="col">${t('chart.when')}</th>${this.drawn.map(({name}) => html`<th scope="col">${
          name || this.unit || t('chart.value')}</th>`)}${this.points.some(({about}) => about)
          ? html`<th scope="col">${t('chart.about')}</th>` : nothing}</tr></thead>
        <tbody>${this.points.map(({label, about}, i) => html`<tr><th scope="row" dir="auto">${label}</th>
          ${this.drawn.map(({values}) => html`<td>${this.show(values[i])}</td>`)}
          ${this.points.some((point) => point.about) ? html`<td dir="auto">${about ?? ''}</td>` : nothing}</tr>`)}
        </tbody>
        <tfoot><tr><th scope="row">${t('chart.median')}</th>${this.medians.map((middle) => html`<td>${
          this.show(middle)}</td>`)}</tr></tfoot></table></div></details>`;
  }
}

customElements.define('lw-run-chart', LwRunChart);
