// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The lesson from end to end, a lane for each track. Marks are for the pointer; with a keyboard or a
 * screen reader the list of notes, which says the same in words, is the way.
 */
import {html, nothing} from '../lib/lit/index.js';
import {repeat} from '../lib/lit/directives/repeat.js';
import {Painted, place} from './element.js';
import {t} from './i18n.js';
import {colorOf, mark} from './palette.js';
import {formatSpan, formatTime, SECOND} from './time.js';
import './coding/lw-code-lanes.js';

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const TICKS_MOST = 8;

class LwTimeline extends Painted {
  static properties = {
    model: {}, segment: {}, notes: {}, selected: {}, people: {}, time: {}, duration: {},
    rangeIn: {}, rangeOut: {}, facts: {}, ticket: {},
  };

  percent(ns) {
    return `${Math.max(0, Math.min(1, ns / (this.duration || 1))) * 100}%`;
  }

  /* ---- pointer ---- */

  timeAt(event) {
    const box = this.querySelector('.scrub').getBoundingClientRect();
    let part = (event.clientX - box.left) / box.width;
    if (getComputedStyle(this).direction === 'rtl')
      part = 1 - part;
    return Math.max(0, Math.min(1, part)) * this.duration;
  }

  press(event) {
    if (event.button !== 0 || event.target.closest('button'))
      return;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.dragging = true;
    this.move(event);
  }

  move(event) {
    if (this.dragging)
      this.emit('lw-seek', this.timeAt(event));
  }

  release() {
    this.dragging = false;
  }

  /* ---- how it looks ---- */

  render() {
    if (!this.duration)
      return nothing;
    const notes = this.notes.filter((note) => note.kind !== 'reply');
    const lanes = new Map();
    for (const note of notes) {
      const lane = this.model.trackNumber(this.segment.id, note.author);
      lanes.set(lane, [...lanes.get(lane) ?? [], note]);
    }
    return html`<div class="timeline" @pointerdown=${this.press} @pointermove=${this.move}
        @pointerup=${this.release} @pointercancel=${this.release}>
      <div class="scrub" role="slider" tabindex="0" aria-label=${t('player.position')}
          aria-valuemin="0" aria-valuemax=${Math.round(this.duration / SECOND)}
          aria-valuenow=${Math.round(this.time / SECOND)}
          aria-valuetext=${t('player.time', {time: formatTime(this.time),
                                             duration: formatTime(this.duration)})}>
        <div class="ruler" aria-hidden="true">${this.ticks()}</div>
        ${this.strip()}
        <div class="lanes" aria-hidden="true">
          ${lanes.size ? [...lanes.keys()].sort((a, b) => a - b).map((lane) =>
              this.lane(lane, lanes.get(lane))) : html`<div class="lane"></div>`}
          <lw-code-lanes .model=${this.model} .codes=${this.model.codesOf(this.segment.id)}
              .duration=${this.duration}></lw-code-lanes>
        </div>
        ${this.rangeIn === null ? nothing : html`<div class="range" ${place({
            'inset-inline-start': this.percent(this.rangeIn),
            'inline-size': this.rangeOut === null ? '2px'
              : `calc(${this.percent(this.rangeOut - this.rangeIn)})`})}></div>`}
        ${repeat(this.people.filter((one) => one.segment === this.segment.id && one.time >= 0),
                 (one) => one.person, (one) => this.person(one))}
        <div class="playhead" ${place({'inset-inline-start': this.percent(this.time)})}></div>
      </div>
    </div>`;
  }

  ticks() {
    const seconds = this.duration / SECOND;
    const step = STEPS_S.find((one) => seconds / one <= TICKS_MOST) ?? 7200;
    const ticks = [];
    for (let at = 0; at < seconds - step * 0.3; at += step)
      ticks.push(html`<span ${place({'inset-inline-start': this.percent(at * SECOND)})}>${
        formatTime(at * SECOND)}</span>`);
    return ticks;
  }

  strip() {
    const film = Boolean(this.ticket && this.facts?.filmstrip);
    const wave = Boolean(this.ticket && this.facts?.waveform);
    return html`
      ${film ? html`<canvas class="filmstrip" aria-hidden="true"></canvas>` : nothing}
      ${wave ? html`<canvas class="waveform" aria-hidden="true"></canvas>` : nothing}`;
  }

  /* ---- pictures and sound at a glance ---- */

  willUpdate() {
    const wanted = this.ticket && this.facts ? `${this.segment.id} ${this.ticket} ${
      this.facts.filmstrip} ${this.facts.waveform}` : null;
    if (wanted === this.loaded)
      return;
    this.loaded = wanted;
    this.film = this.wave = null;
    if (wanted)
      this.load(wanted);
  }

  async load(wanted) {
    const address = (name) => `../media/${this.segment.id}/${name}?ticket=${
      encodeURIComponent(this.ticket)}`;
    const json = async (name) => (await fetch(address(name), {credentials: 'omit'})).json();
    try {
      if (this.facts.filmstrip) {
        const image = new Image();
        image.src = address('filmstrip.jpg');
        const [facts] = await Promise.all([json('filmstrip.json'), image.decode()]);
        if (this.loaded === wanted)
          this.film = {image, ...facts};
      }
      if (this.facts.waveform) {
        const {peaks} = await json('waveform.json');
        if (this.loaded === wanted)
          this.wave = peaks;
      }
    } catch {
      // The timeline does without.
    }
    this.paint();
  }

  paint() {
    for (const canvas of this.querySelectorAll('canvas')) {
      const scale = devicePixelRatio || 1;
      const width = Math.round(canvas.clientWidth * scale);
      const height = Math.round(canvas.clientHeight * scale);
      if (!width || !height)
        continue;
      canvas.width = width;
      canvas.height = height;
      const context = canvas.getContext('2d');
      // Time runs from right to left then; the pictures themselves are never mirrored.
      this.isMirrored = getComputedStyle(this).direction === 'rtl';
      if (canvas.className === 'filmstrip' && this.film)
        this.paintFilm(context, width, height);
      if (canvas.className === 'waveform' && this.wave?.length)
        this.paintWave(context, width, height, getComputedStyle(canvas).color);
    }
  }

  paintFilm(context, width, height) {
    const {image, columns, width: w, height: h, times} = this.film;
    const step = height * w / h;
    for (let x = 0; x < width; x += step) {
      const at = (x + step / 2) / width * this.duration;
      let i = times.findIndex((time) => time > at);
      i = Math.max(0, (i < 0 ? times.length : i) - 1);
      context.drawImage(image, i % columns * w, Math.floor(i / columns) * h, w, h,
                        this.isMirrored ? width - x - step : x, 0, step, height);
    }
  }

  paintWave(context, width, height, color) {
    const pairs = this.wave.length / 2;
    context.fillStyle = color;
    for (let x = 0; x < width; x++) {
      const first = Math.floor(x / width * pairs);
      const last = Math.max(first + 1, Math.floor((x + 1) / width * pairs));
      let least = 0, greatest = 0;
      for (let i = first; i < last && i < pairs; i++) {
        least = Math.min(least, this.wave[i * 2]);
        greatest = Math.max(greatest, this.wave[i * 2 + 1]);
      }
      const top = (1 - greatest / 128) * height / 2;
      context.fillRect(this.isMirrored ? width - x - 1 : x, top, 1,
                       Math.max(1, (greatest - least) / 256 * height));
    }
  }

  updated(changed) {
    if (changed.has('facts') || changed.has('ticket'))
      this.paint();
  }

  lane(lane, notes) {
    return html`<div class="lane">
      ${repeat(notes.filter((note) => note.end > note.start), (note) => note.id, (note) => html`
        <i class="span" ${place({'inset-inline-start': this.percent(note.start),
            'inline-size': this.percent(note.end - note.start), '--track': colorOf(lane)})}></i>`)}
      ${repeat(notes, (note) => note.id, (note) => html`
        <button tabindex="-1" class=${['dot', note.id === this.selected ? 'selected' : '',
                                       note.keptHere ? 'here' : ''].join(' ')}
            ${place({'inset-inline-start': this.percent(note.start)})}
            title="${t(`kind.${note.kind}`)} ${formatSpan(note.start, note.end)}, ${
              this.model.nameOf(note.author)}&#10;${note.text.slice(0, 200)}"
            @click=${() => this.emit('lw-choose', note)}>${mark(lane, note.kind)}</button>`)}
    </div>`;
  }

  person(one) {
    const track = this.model.trackNumber(this.segment.id, one.person);
    const name = one.name || this.model.nameOf(one.person);
    return html`<div class="other" ${place({'inset-inline-start': this.percent(one.time),
        '--track': colorOf(track)})} title=${t('people.here-at', {name,
          time: formatTime(one.time)})}></div>`;
  }
}

customElements.define('lw-timeline', LwTimeline);
